"""The market in a mirror: who bought sells, and a price of p becomes PRICE_CENTRE_X2 - p.

The rules of orders treat both sides alike, so a mirrored flow must give the mirrored events. What has no
mirror image stays out of the flow (`mirrorable`), each for its reason:
  cash_units, notional limits, fees  money buys and costs in proportion to the price, on both sides of the mirror
  prefunded balances                 a buy locks money, a sell the base currency: all accounts are on credit here
  collar, circuit breaker            a tenth of a price is not a tenth of its mirror image
  prices above the centre's double   their images are negative, which is refused for another reason
  auctions, POST_ONLY                of two equally good prices the lower one wins; and stops that waited there are
                                     reached on both sides at once, when the rising ones come first
  bust and correct                   put back the last price without triggering, with the same effect
  quote triggers                     the bid is looked at before the offer
  an instrument without a trade      its first one releases rising triggers before falling ones
"""

from msgspec.structs import replace

from tests.support.order_drafts import PRICE_CENTRE_X2
from venue.messages import (
    BUY,
    CANCEL_ONLY,
    CLOSED,
    CREDIT,
    DAY,
    HALTED,
    LIMIT,
    NO_LIMIT,
    ON_LAST,
    OPEN,
    SELL,
    AnyCommand,
    AnyEvent,
    BustTrade,
    CancelOrder,
    CorrectTrade,
    EnterList,
    EnterOrder,
    ListAccepted,
    ListEnded,
    ListInstrument,
    ListRejected,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OpenAccount,
    OrderEvent,
    OrderRejected,
    OrderStatus,
    OrderStatusReported,
    OrderTraded,
    RefuseRequest,
    ReplaceOrder,
    SelfMatchPrevented,
    SetAccountFees,
    SetFeeSchedule,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    SettingChanged,
    SetTradingState,
    Side,
)

OTHER_SIDE = {0: 0, BUY: SELL, SELL: BUY}
SYMBOLS = ("X", "Y")
STATES = (OPEN, HALTED, CANCEL_ONLY, CLOSED)
HIGHER_TICKS = 90  # all prices of a flow are so much higher here: no trailing stop comes down to 1
CENTRE_X2 = PRICE_CENTRE_X2 + 2 * HIGHER_TICKS

FIRST_SIDES: tuple[tuple[str, Side], ...] = (("ANN", SELL), ("BOB", BUY))
# The first trade of an instrument is in the past.
FIRST_TRADES: tuple[AnyCommand, ...] = (
    SetSession("OPENING", ("ANN", "BOB"), (), "operator", "first trades"),
    *(
        EnterOrder("OPENING", account, f"{symbol} {account}", symbol, side, LIMIT, DAY, 1, CENTRE_X2 // 2)
        for symbol in SYMBOLS
        for account, side in FIRST_SIDES
    ),
)


def mirrorable(commands: list[AnyCommand]) -> list[AnyCommand]:
    """The commands of a flow that have a mirror image, at prices high enough for it."""
    return [plain(command) for command in commands if has_image(command)]


def has_image(command: AnyCommand) -> bool:
    match command:
        case EnterOrder():
            return command.cash_units == 0 and not is_huge(command)
        case ReplaceOrder():
            return not is_huge(command)
        case EnterList():
            return all(has_image(order) for order in command.orders)
        case SetTradingState():
            return command.state in STATES and command.until_ns == 0
        case ListInstrument():
            return command.symbol in SYMBOLS
    return not isinstance(command, SetPriceLimits | SetFeeSchedule | SetAccountFees | BustTrade | CorrectTrade)


def is_huge(command: EnterOrder | ReplaceOrder) -> bool:
    return max(command.price_ticks, command.stop_ticks) >= CENTRE_X2


def plain(command: AnyCommand) -> AnyCommand:
    """Without the parts that have no image."""
    match command:
        case EnterOrder():
            return replace(higher(command), trigger=ON_LAST)
        case EnterList():
            return replace(command, orders=tuple(plain(order) for order in command.orders))
        case ReplaceOrder():
            return higher(command)
        case OpenAccount():
            return replace(command, settlement=CREDIT)
        case SetOrderLimits():
            return replace(command, order_notional_max=NO_LIMIT)
    return command


def higher(command: EnterOrder | ReplaceOrder) -> EnterOrder | ReplaceOrder:
    names = ("price_ticks", "stop_ticks")
    given = {name: getattr(command, name) for name in names if getattr(command, name) > 0}
    return replace(command, **{name: ticks + HIGHER_TICKS for name, ticks in given.items()})


def mirrored_price(price_ticks: int) -> int:
    """0 stays "none" and what is no price stays none."""
    return CENTRE_X2 - price_ticks if price_ticks > 0 else price_ticks


def mirrored_notional(notional: int, cum_lots: int) -> int:
    return CENTRE_X2 * cum_lots - notional


def mirrored_command(command: AnyCommand) -> AnyCommand:
    changes: dict[str, object] = {}
    if isinstance(command, EnterOrder | CancelOrder | ReplaceOrder | MassCancel | RefuseRequest):
        changes["side"] = OTHER_SIDE[command.side]
    if isinstance(command, EnterOrder | ReplaceOrder):
        changes["price_ticks"] = mirrored_price(command.price_ticks)
        changes["stop_ticks"] = mirrored_price(command.stop_ticks)
    if isinstance(command, EnterList):
        changes["orders"] = tuple(mirrored_command(order) for order in command.orders)
    if isinstance(command, SetOrderLimits):
        changes["long_lots_max"], changes["short_lots_max"] = command.short_lots_max, command.long_lots_max
    return replace(command, **changes)


def mirrored_status(status: OrderStatus) -> OrderStatus:
    notional = mirrored_notional(status.notional, status.cum_lots)
    return replace(status, terms=mirrored_command(status.terms), notional=notional)


def mirrored_event(event: AnyEvent) -> AnyEvent:
    changes: dict[str, object] = {}
    match event:
        case OrderTraded():
            changes["price_ticks"] = mirrored_price(event.price_ticks)
            changes["maker"] = mirrored_command(event.maker)
            changes["taker"] = mirrored_command(event.taker)
            changes["maker_notional"] = mirrored_notional(event.maker_notional, event.maker_cum_lots)
            changes["taker_notional"] = mirrored_notional(event.taker_notional, event.taker_cum_lots)
        case OrderEvent():
            changes["terms"] = mirrored_command(event.terms)
            changes["notional"] = mirrored_notional(event.notional, event.cum_lots)
        case OrderRejected():
            changes["request"] = mirrored_command(event.request) if event.request else None
            changes["refused"] = mirrored_command(event.refused) if event.refused else None
            changes["notional"] = mirrored_notional(event.notional, event.cum_lots)
        case OrderStatusReported():
            changes["status"] = mirrored_status(event.status)
        case ListEnded():
            changes["orders"] = tuple(mirrored_status(status) for status in event.orders)
        case MassCanceled() | MassCancelRejected() | ListAccepted() | ListRejected():
            changes["request"] = mirrored_command(event.request)
        case SettingChanged():
            changes["setting"] = mirrored_command(event.setting)
        case SelfMatchPrevented():
            changes["price_ticks"] = mirrored_price(event.price_ticks)
    return replace(event, **changes)
