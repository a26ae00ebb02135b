"""The circuit breaker, and how an instrument's trading state changes where nothing is uncrossed."""

from venue.engine.book import Book
from venue.engine.decimals import price_text
from venue.engine.state import State
from venue.messages import HALTED, TradingState, TradingStateChanged


def halt(state: State, book: Book, price_ticks: int) -> None:
    """An order would trade beyond the bounds: nothing trades there until an auction has found a price."""
    low, high = price_text(book, book.floor_ticks), price_text(book, book.ceiling_ticks)
    why = f"trade at {price_text(book, price_ticks)} beyond {low} to {high}"
    until_ns: int = state.time_ns + book.limits.halt_ns
    change_state(state, book, HALTED, "circuit breaker", why, until_ns)


def change_state(state: State, book: Book, new_state: TradingState, by: str, why: str, until_ns: int) -> None:
    old_state = book.state
    book.state = new_state
    book.until_ns = until_ns
    book.note_move()
    state.note_state_times()
    state.events.append(TradingStateChanged(book.symbol, new_state, old_state, by, why, until_ns))
