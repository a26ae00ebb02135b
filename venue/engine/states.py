"""Trading states: by an operator's command, by the clock when their time is over, and the uncross on the way.

PRE_OPEN ──until──► AUCTION ──until──► OPEN ──circuit breaker──► HALTED ──until──► AUCTION
CANCEL_ONLY, POST_ONLY and CLOSED are entered and left by command, as is every other one
"""

from typing import Final

from venue.engine.auction import uncross
from venue.engine.book import Book
from venue.engine.breaker import change_state
from venue.engine.state import State
from venue.messages import (
    AUCTION,
    HALTED,
    OPEN,
    POST_ONLY,
    PRE_OPEN,
    UNITS_MAX,
    SetPriceLimits,
    SettingChanged,
    SetTradingState,
    TradingState,
)
from venue.reasons import BAD_VALUE, UNKNOWN_SYMBOL

BAND_BP_MAX: Final = 9_999
TIMED: Final = (HALTED, PRE_OPEN, AUCTION)


def set_trading_state(state: State, request: SetTradingState) -> int:
    book = state.books.get(request.symbol)
    if book is None:
        return UNKNOWN_SYMBOL
    until_ns = request.until_ns
    if until_ns and (request.state not in TIMED or until_ns <= state.time_ns):
        return BAD_VALUE
    set_state(state, book, request.state, request.by, request.why, until_ns)
    return 0


def advance_states(state: State) -> None:
    """Move every instrument whose timed state is over on. Cost: O(instruments), and see auction.uncross."""
    for book in state.books.values():
        if book.until_ns == 0 or book.until_ns > state.time_ns:
            continue
        if book.state == AUCTION:
            set_state(state, book, OPEN, "clock", "its time is over", 0)
        else:
            until_ns: int = state.time_ns + book.limits.auction_ns
            set_state(state, book, AUCTION, "clock", "its time is over", until_ns)


def set_state(state: State, book: Book, new_state: TradingState, by: str, why: str, until_ns: int) -> None:
    """Where orders must not cross they are uncrossed first; the orders that releases fire afterwards."""
    if new_state in (OPEN, POST_ONLY):
        uncross(state, book)
    change_state(state, book, new_state, by, why, until_ns)


def set_price_limits(state: State, request: SetPriceLimits) -> int:
    book = state.books.get(request.symbol)
    if book is None:
        return UNKNOWN_SYMBOL
    bands = (request.collar_bp, request.breaker_bp)
    times_and_price = (request.halt_ns, request.auction_ns, request.reference_ticks)
    if (
        min(*bands, *times_and_price) < 0
        or max(bands) > BAND_BP_MAX
        or max(request.halt_ns, request.auction_ns) > UNITS_MAX
        or request.reference_ticks > book.price_max
    ):
        return BAD_VALUE
    book.limit_prices(request)
    state.events.append(SettingChanged(request))
    return 0
