"""The naive auction: every price between the best ask and the best bid is tried."""

from tests.support.naive_bands import reference_ticks
from tests.support.naive_matching import trade
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import NaiveInstrument, NaiveState
from venue.messages import (
    AUCTION,
    BUY,
    HALTED,
    OPEN,
    POST_ONLY,
    PRE_OPEN,
    SELL,
    AuctionUncrossed,
    TradingState,
    TradingStateChanged,
)

NEXT_STATE: dict[int, TradingState] = {HALTED: AUCTION, PRE_OPEN: AUCTION, AUCTION: OPEN}


def set_state(
    state: NaiveState, instrument: NaiveInstrument, new: TradingState, by: str, why: str, until_ns: int
) -> None:
    """Move an instrument to another trading state; what is crossed trades first where orders may match."""
    symbol, old_state = instrument.listing.symbol, instrument.state
    if new in (OPEN, POST_ONLY):
        while state.is_crossed(symbol):
            uncross(state, instrument)
    instrument.state, instrument.until_ns = new, until_ns
    state.events.append(TradingStateChanged(symbol, new, old_state, by, why, until_ns))


def advance_states(state: NaiveState) -> None:
    for instrument in state.listed.values():
        if 0 < instrument.until_ns <= state.time_ns:
            new = NEXT_STATE[instrument.state]
            until_ns = state.time_ns + instrument.limits.auction_ns if new == AUCTION else 0
            set_state(state, instrument, new, "clock", "until_ns reached", until_ns)


def willing(state: NaiveState, symbol: str, price: int) -> tuple[int, int]:
    """Lots that would buy and lots that would sell at the price, hidden ones too."""
    buys = [o.leaves_lots for o in state.side_of(symbol, BUY) if o.terms.price_ticks >= price]
    sells = [o.leaves_lots for o in state.side_of(symbol, SELL) if o.terms.price_ticks <= price]
    return sum(buys), sum(sells)


def auction_price(state: NaiveState, instrument: NaiveInstrument) -> tuple[int, int, int]:
    """(price_ticks, lots, surplus_lots) of an uncross now; zeros when the book is not crossed."""
    symbol, reference = instrument.listing.symbol, reference_ticks(instrument)
    if not state.is_crossed(symbol):
        return 0, 0, 0
    candidates = []
    for price in range(state.best_price(symbol, SELL), state.best_price(symbol, BUY) + 1):
        buys, sells = willing(state, symbol, price)
        away = abs(price - reference) if reference else 0
        candidates.append((-min(buys, sells), abs(buys - sells), away, price, buys - sells))
    best = min(candidates)
    return best[3], -best[0], best[4]


def uncross(state: NaiveState, instrument: NaiveInstrument) -> None:
    """Trade the largest volume at one price, as far as the consequences of its trades let it."""
    symbol = instrument.listing.symbol
    price, lots, surplus = auction_price(state, instrument)
    state.events.append(AuctionUncrossed(symbol, price, lots, surplus))
    while lots:
        pair = [first_willing(state, symbol, side, price) for side in (BUY, SELL)]
        sides = [order for order in pair if order is not None]
        if len(sides) < 2:
            break
        maker, taker = sorted(sides, key=lambda order: order.order_id)
        traded = min(lots, maker.slice_lots, taker.slice_lots)
        lots -= traded
        trade(state, maker, taker, price, traded, is_auction=True)
    instrument.reference_ticks = price


def first_willing(state: NaiveState, symbol: str, side: int, price: int) -> NaiveOrder | None:
    """The order that trades next on this side, if it is willing to at the price."""
    orders = state.side_of(symbol, side)
    if not orders:
        return None
    order = orders[0]
    is_willing = order.terms.price_ticks >= price if side == BUY else order.terms.price_ticks <= price
    return order if is_willing else None
