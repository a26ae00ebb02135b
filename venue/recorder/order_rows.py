"""Rows of orders: a whole one when the order was entered, else the columns that have changed."""

from typing import Final

from venue.messages import EnterOrder
from venue.names import ORD_TYPES, SIDES, TIMES_IN_FORCE, TRIGGERS
from venue.reasons import REASONS
from venue.recorder.listing import ToText
from venue.recorder.stretch import OrderChange, Row

# The columns of terms_row and progress_row.
TERMS: Final = (
    "cl_ord_id", "time_in_force", "qty", "cash_qty", "price", "stop_price", "trail", "display_qty", "min_qty",
    "expire_ns",
)  # fmt: skip
PROGRESS: Final = ("ord_status", "cum_qty", "leaves_qty", "value", "changed_ns", "changed_seq")


def entered_row(order_id: int, change: OrderChange) -> Row:
    terms = change.terms
    assert terms is not None  # it was entered here
    status, cum, leaves, value, changed_ns, changed_seq = progress_row(change)
    cl_ord_id, time_in_force, *amounts = terms_row(change, terms)
    return (
        order_id, terms.session, terms.account, cl_ord_id, terms.list_id or None, terms.symbol, SIDES[terms.side],
        ORD_TYPES[terms.ord_type], time_in_force, *amounts[:-1], TRIGGERS[terms.trigger], terms.post_only, amounts[-1],
        status, cum, leaves, value, change.triggered, bool(change.held), reason_name(change), change.entered_ns,
        change.entered_seq, changed_ns, changed_seq,
    )  # fmt: skip


def terms_row(change: OrderChange, terms: EnterOrder) -> Row:
    listing = change.listing
    return (
        terms.cl_ord_id,
        TIMES_IN_FORCE[terms.time_in_force],
        _maybe(terms.qty_lots, listing.qty),
        _maybe(terms.cash_units, listing.money),
        _maybe(terms.price_ticks, listing.price),
        _maybe(terms.stop_ticks, listing.price),
        _maybe(terms.trail_ticks, listing.price),
        _maybe(terms.display_lots, listing.qty),
        _maybe(terms.min_lots, listing.qty),
        terms.expire_ns or None,
    )


def progress_row(change: OrderChange) -> Row:
    listing = change.listing
    return (
        change.ord_status,
        listing.qty(change.cum_lots),
        listing.qty(change.leaves_lots),
        listing.value(change.notional),
        change.time_ns,
        change.journal_seq,
    )


def reason_name(change: OrderChange) -> str | None:
    return REASONS[change.reason].name if change.reason else None


def _maybe(units: int, to_text: ToText) -> str | None:
    return to_text(units) if units else None
