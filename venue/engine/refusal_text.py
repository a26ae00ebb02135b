"""What the text of a refusal adds to its reason where an account's limits have no part in it.

Limits have theirs in risk.py. This is the cold path: texts are made for what is refused already.
"""

from venue.engine.accounts import Account
from venue.engine.book import Book
from venue.engine.risk import qty_exceeded
from venue.engine.state import State
from venue.messages import ACCOUNT, FIRM, SESSION, VENUE, Scope
from venue.names import SCOPES, STATES
from venue.reasons import KILLED, NOT_ACCEPTED_NOW, NOT_ENTITLED, QTY_TOO_LARGE, QTY_TOO_SMALL


def refusal_text(state: State, reason: int, session_name: str, account: Account, book: Book, qty_lots: int) -> str:
    """ "" where the reason says all there is to say."""
    if reason == NOT_ENTITLED:
        return f"{account.name} in {book.symbol}"
    if reason == KILLED:
        return switch_text(state, session_name, account)
    if reason == NOT_ACCEPTED_NOW:
        return f"{book.symbol} is {STATES[book.state]}"
    if reason == QTY_TOO_SMALL:
        return qty_exceeded(book, book.min_lots, qty_lots)
    if reason == QTY_TOO_LARGE:
        return qty_exceeded(book, book.max_lots, qty_lots)
    return ""


def switch_text(state: State, session_name: str, account: Account) -> str:
    """The widest switch that is engaged, such as "of firm EAST"."""
    named: list[tuple[Scope, str]] = [(VENUE, ""), (FIRM, account.listing.firm)]
    named += [(ACCOUNT, account.name), (SESSION, session_name)]
    for scope, name in named:
        if (scope, name) in state.switches:
            return f"of {SCOPES[scope]} {name}" if name else f"of the {SCOPES[scope]}"
    return ""
