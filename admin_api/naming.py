"""Names in requests, looked up: what there is not ends the request with a 404 that names the nearest there is."""

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

from admin_api.problems import ProblemError, wrong_field
from admin_api.view import View
from venue import reasons
from venue.messages import ListInstrument, OpenAccount

COMPARED_MAX: Final = 100  # names; each costs up to 40 µs, and anybody may ask for names there are not


def listed(view: View, symbol: str) -> ListInstrument:
    """Raises ProblemError when there is no such instrument."""
    if symbol not in view.units.symbols:
        raise unknown(reasons.UNKNOWN_SYMBOL, "symbol", symbol, view.units.symbols, "/api/v3/instruments")
    return view.units.instrument(symbol)


def account(view: View, name: str, field: str = "account") -> OpenAccount:
    """Raises ProblemError when there is no such account; ask first whether the caller may know that."""
    accounts = view.engine.accounts()
    for known in accounts:
        if known.account == name:
            return known
    names = [known.account for known in accounts]
    raise unknown(reasons.UNKNOWN_ACCOUNT, field, name, names, "/api/v3/accounts")


def currency(view: View, name: str) -> str:
    """Raises ProblemError when no instrument is in this currency."""
    if name not in view.units.currencies:
        raise unknown(reasons.UNKNOWN_CURRENCY, "currency", name, view.units.currencies, "/api/v3/fees")
    return name


def unknown(reason: int, field: str, name: str, known: Iterable[str], listing: str) -> ProblemError:
    near = nearest(name, known)
    return wrong_field(reason, field, name, f"did you mean {near}?" if near else f"{listing} lists those there are")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one that differs in its capitals only, else the most similar of the first COMPARED_MAX."""
    by_capitals = {one.upper(): one for one in known}
    same = by_capitals.get(name.upper())
    if same is not None:
        return same
    found = difflib.get_close_matches(name.upper(), islice(by_capitals, COMPARED_MAX), 1)
    return by_capitals[found[0]] if found else None
