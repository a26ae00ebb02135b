"""Orders found by filters, a page at a time, newest first.

A cursor is the id of the last order of a page: what is entered later has a higher one, so pages neither repeat nor
skip an order while orders arrive. Cost of a page: SCANNED_MAX orders are looked at, at most; when so many do not
fit, the page is short and its cursor goes on.
"""

import heapq
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from admin_api.view import View
from venue.messages import CANCELED, EXPIRED, FILLED, NEW, PARTIALLY_FILLED, OrderStatus, OrdStatus

SCANNED_MAX: Final = 2_000
OPEN: Final[tuple[OrdStatus, ...]] = (NEW, PARTIALLY_FILLED)
CLOSED: Final[tuple[OrdStatus, ...]] = (FILLED, CANCELED, EXPIRED)


class Filter(NamedTuple):
    """accounts None: all; symbol "", side 0, statuses (), client_order_id "": any."""

    accounts: Sequence[str] | None
    symbol: str = ""
    side: int = 0
    statuses: tuple[OrdStatus, ...] = ()
    client_order_id: str = ""

    def fits(self, status: OrderStatus) -> bool:
        terms = status.terms
        return (
            (self.accounts is None or terms.account in self.accounts)
            and self.symbol in ("", terms.symbol)
            and self.side in (0, terms.side)
            and (not self.statuses or status.ord_status in self.statuses)
        )


class Page(NamedTuple):
    """before_id: where the next page begins; 0: there is none."""

    statuses: list[OrderStatus]
    before_id: int


def page_of(view: View, wanted: Filter, before_id: int, limit: int) -> Page:
    """Those that fit, with ids below before_id."""
    found: list[OrderStatus] = []
    find = view.engine.find_order_by_id
    order_ids = _ids(view, wanted, before_id)
    for scanned, order_id in enumerate(order_ids, 1):
        status = find(order_id)
        if status is not None and wanted.fits(status):
            found.append(status)
        if len(found) == limit or scanned == SCANNED_MAX:
            is_last = next(order_ids, None) is None
            return Page(found, 0 if is_last else order_id)
    return Page(found, 0)


def _ids(view: View, wanted: Filter, before_id: int) -> Iterator[int]:
    """Ids of the orders that may fit, in descending order."""
    if wanted.client_order_id:
        return iter(_named(view, wanted.client_order_id, before_id))
    is_open = bool(wanted.statuses) and set(wanted.statuses) <= set(OPEN)
    accounts = wanted.accounts
    if accounts is None and is_open:
        accounts = view.orders.accounts
    if accounts is None:
        return view.orders.newest_first(None, before_id, is_open=False)
    each = [view.orders.newest_first(account, before_id, is_open=is_open) for account in dict.fromkeys(accounts)]
    return each[0] if len(each) == 1 else heapq.merge(*each, reverse=True)


def _named(view: View, client_order_id: str, before_id: int) -> list[int]:
    """Of every session the order that has, or once had, this ClOrdID(11). Cost: a look for each session."""
    known = (view.engine.find_order(session, client_order_id) for session in view.entitlements.sessions())
    return sorted((status.order_id for status in known if status and status.order_id < before_id), reverse=True)
