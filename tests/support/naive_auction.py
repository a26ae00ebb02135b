"""The naive auction: every price between the best ask and the best bid is tried."""

from tests.support.naive_bands import reference_ticks
from tests.support.naive_matching import trade
from tests.support.naive_money import told
from tests.support.naive_orders import NaiveOrder, would_cross
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
            set_state(state, instrument, new, "clock", "its time is over", until_ns)


def willing(orders: list[NaiveOrder], price: int) -> int:
    """Lots of these orders that would trade at the price, hidden ones too."""
    return sum(o.leaves_lots for o in orders if would_cross(o.terms, price))


def auction_price(state: NaiveState, instrument: NaiveInstrument) -> tuple[int, int, int]:
    """(price_ticks, lots, surplus_lots) of an uncross now; zeros when the book is not crossed."""
    symbol, reference = instrument.listing.symbol, reference_ticks(instrument)
    if not state.is_crossed(symbol):
        return 0, 0, 0
    bids, asks = state.side_of(symbol, BUY), state.side_of(symbol, SELL)
    candidates = []
    for price in range(asks[0].terms.price_ticks, bids[0].terms.price_ticks + 1):
        buys, sells = willing(bids, price), willing(asks, price)
        away = abs(price - reference) if reference else 0
        candidates.append((-min(buys, sells), abs(buys - sells), away, price, buys - sells))
    best = min(candidates)
    return best[3], -best[0], best[4]


def uncross(state: NaiveState, instrument: NaiveInstrument) -> None:
    """Trade the largest volume at one price, as far as the consequences of its trades let it."""
    symbol = instrument.listing.symbol
    price, lots, surplus = auction_price(state, instrument)
    state.events.append(AuctionUncrossed(symbol, price, told(lots), told(surplus)))
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
    return orders[0] if would_cross(orders[0].terms, price) else None
