"""The market in a mirror: who bought sells, and a price of p becomes PRICE_CENTRE_X2 - p.

Matching treats both sides alike, so a mirrored flow must give the mirrored events. What does not is left
out of the flow: money buys fewer lots the higher the price (cash_units, balances, fees, notional limits and
bands in basis points), rising orders fire before falling ones where one look may reach both (quotes, trading
states), the lowest of equal auction prices wins, and a trailing stop stays above 0.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from tests.support.order_drafts import PRICE_CENTRE_X2
from venue.messages import (
    BUY,
    CREDIT,
    ON_LAST,
    SELL,
    TRAILING_STOP,
    AnyCommand,
    AnyEvent,
    CancelOrder,
    EnterList,
    EnterOrder,
    ExpireOrders,
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
    RollDay,
    SelfMatchPrevented,
    SetAccountLimits,
    SetKillSwitch,
    SetOrderGroup,
    SetSession,
)

OTHER_SIDE = {0: 0, BUY: SELL, SELL: BUY}


ALIKE = (
    ListInstrument,
    OpenAccount,
    SetSession,
    SetAccountLimits,
    SetKillSwitch,
    SetOrderGroup,
    EnterOrder,
    EnterList,
    CancelOrder,
    ReplaceOrder,
    MassCancel,
    RefuseRequest,
    ExpireOrders,
    RollDay,
)


def mirrorable(commands: Sequence[AnyCommand]) -> list[AnyCommand]:
    """The commands that have a mirror image; all accounts are on credit."""
    found = [command for command in commands if isinstance(command, ALIKE) and has_image(command)]
    return [replace(c, settlement=CREDIT) if isinstance(c, OpenAccount) else c for c in found]


def has_image(command: AnyCommand) -> bool:
    if isinstance(command, EnterList):
        return all(has_image(order) for order in command.orders)
    if isinstance(command, ReplaceOrder):
        return max(command.price_ticks, command.stop_ticks) < PRICE_CENTRE_X2
    if not isinstance(command, EnterOrder):
        return True
    odd = command.cash_units or command.trail_ticks or command.trigger != ON_LAST or command.ord_type == TRAILING_STOP
    return not odd and max(command.price_ticks, command.stop_ticks) < PRICE_CENTRE_X2


def mirrored_price(price_ticks: int) -> int:
    """0 stays "none" and what is no price stays none."""
    return PRICE_CENTRE_X2 - price_ticks if price_ticks > 0 else price_ticks


def mirrored_notional(notional: int, cum_lots: int) -> int:
    return PRICE_CENTRE_X2 * cum_lots - notional


def mirrored_command(command: AnyCommand) -> AnyCommand:
    changes: dict[str, object] = {}
    if isinstance(command, EnterOrder | CancelOrder | ReplaceOrder | MassCancel | RefuseRequest):
        changes["side"] = OTHER_SIDE[command.side]
    if isinstance(command, EnterList):
        changes["orders"] = tuple(mirrored_command(order) for order in command.orders)
    if isinstance(command, EnterOrder | ReplaceOrder):
        changes["price_ticks"] = mirrored_price(command.price_ticks)
        changes["stop_ticks"] = mirrored_price(command.stop_ticks)
    return replace(command, **changes)


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
        case SelfMatchPrevented():
            changes["price_ticks"] = mirrored_price(event.price_ticks)
    return replace(event, **changes)


def mirrored_status(status: OrderStatus) -> OrderStatus:
    notional = mirrored_notional(status.notional, status.cum_lots)
    return replace(status, terms=mirrored_command(status.terms), notional=notional)
