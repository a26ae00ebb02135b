"""Rows of executions: one for each ExecutionReport(8) that says something new about an order or a request."""

from typing import Final

from venue.messages import (
    CANCELED,
    EXPIRED,
    FILLED,
    NEW,
    PARTIALLY_FILLED,
    REJECTED,
    EnterOrder,
    OrderRejected,
    OrderTraded,
    TradeAmended,
    TradeSide,
)
from venue.names import SIDES
from venue.reasons import REASONS
from venue.recorder.listing import Listing
from venue.recorder.stretch import Row

# OrdStatus(39), ExecType(150): the characters of FIX 4.4 volume 6.
STATUS_CHARS: Final[dict[int, str]] = {
    NEW: "0",
    PARTIALLY_FILLED: "1",
    FILLED: "2",
    CANCELED: "4",
    EXPIRED: "C",
    REJECTED: "8",
}
EXEC_TRADE: Final = "F"
EXEC_BUSTED: Final = "H"
EXEC_CORRECTED: Final = "G"
EXEC_REJECTED: Final = "8"


def open_status(cum_lots: int, leaves_lots: int) -> str:
    if not leaves_lots:
        return "2"
    return "1" if cum_lots else "0"


def change_row(
    place: tuple[int, int],
    listing: Listing,
    exec_id: int,
    exec_type: str,
    ord_status: str,
    order_id: int,
    terms: EnterOrder,
    cl_ord_ids: tuple[str, str | None],
    cum_lots: int,
    leaves_lots: int,
    reason: str | None,
    text: str | None,
) -> Row:
    """Of a change that is no trade. `place`: journal_seq and time_ns; `cl_ord_ids`: the new and the former one."""
    qty = listing.qty
    return (
        exec_id, *place, exec_type, ord_status, order_id, terms.session, terms.account, *cl_ord_ids,
        terms.symbol, SIDES[terms.side], qty(cum_lots), qty(leaves_lots), None, None, None, None, None, None, reason,
        text,
    )  # fmt: skip


def trade_rows(place: tuple[int, int], listing: Listing, event: OrderTraded) -> tuple[Row, Row]:
    """Of both sides, the maker first, in the order of their ExecIDs."""
    qty, maker, taker = listing.qty, event.maker, event.taker
    last = qty(event.qty_lots), listing.price(event.price_ticks), event.trade_id
    symbol, is_auction = maker.symbol, event.is_auction
    return (
        (
            event.maker_exec_id, *place, EXEC_TRADE, "1" if event.maker_leaves_lots else "2", event.maker_order_id,
            maker.session, maker.account, maker.cl_ord_id, None, symbol, SIDES[maker.side], qty(event.maker_cum_lots),
            qty(event.maker_leaves_lots), *last, "auction" if is_auction else "maker", listing.money(event.maker_fee),
            None, None, None,
        ),
        (
            event.taker_exec_id, *place, EXEC_TRADE, "1" if event.taker_leaves_lots else "2", event.taker_order_id,
            taker.session, taker.account, taker.cl_ord_id, None, symbol, SIDES[taker.side], qty(event.taker_cum_lots),
            qty(event.taker_leaves_lots), *last, "auction" if is_auction else "taker", listing.money(event.taker_fee),
            None, None, None,
        ),
    )  # fmt: skip


def amended_row(place: tuple[int, int], listing: Listing, event: TradeAmended, side: TradeSide, liquidity: str) -> Row:
    """The trade as it stands for this side; exec_ref_id is the execution that it takes the place of."""
    terms, qty = side.terms, listing.qty
    return (
        side.exec_id, *place, EXEC_CORRECTED if event.qty_lots else EXEC_BUSTED, STATUS_CHARS[side.ord_status],
        side.order_id, terms.session, terms.account, terms.cl_ord_id, None, terms.symbol, SIDES[terms.side],
        qty(side.cum_lots), qty(side.leaves_lots), qty(event.qty_lots), listing.price(event.price_ticks),
        event.trade_id, liquidity, listing.money(side.fee), side.exec_ref_id, None, event.why or None,
    )  # fmt: skip


def rejected_row(place: tuple[int, int], listing: Listing | None, event: OrderRejected) -> Row:
    """Of a request that was refused; its quantities are 0, but for those of the order that `listing` is of."""
    asked = event.request or event.refused
    assert asked is not None  # the one or the other
    cum, leaves = (listing.qty(event.cum_lots), listing.qty(event.leaves_lots)) if listing else ("0", "0")
    orig_cl_ord_id = None if event.refused is None else event.refused.orig_cl_ord_id or None
    return (
        event.exec_id, *place, EXEC_REJECTED, STATUS_CHARS[event.ord_status], None, asked.session, asked.account,
        asked.cl_ord_id, orig_cl_ord_id, asked.symbol, SIDES.get(asked.side, ""), cum, leaves, None, None, None, None,
        None, None, REASONS[event.reason].name, event.text or None,
    )  # fmt: skip
