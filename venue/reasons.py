"""The one table of reasons: why the venue refuses a request, or takes an order off the book.

Every path (FIX, REST, WebSocket) answers with a row of this table and nothing else. Numbers are
journaled inside RefuseRequest and MassCancel and keep their meaning for ever; new ones are appended.

Sources: OrdRejReason(103), CxlRejReason(102), MassCancelRejectReason(532), ExecRestatementReason(378):
FIX 4.4 volume 6, with 99 = Other where 4.4 has no value of its own; REST status: RFC 9110.
"""

from typing import Final

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """One row. `text` begins Text(58); what the request's value was is added behind it."""

    name: str
    text: str
    ord_rej_reason: int = 99
    cxl_rej_reason: int = 99
    restatement: int | None = None  # 378 on the report of an unsolicited cancel or reduction
    rest_status: int = 422


REQUESTED: Final = 0
UNKNOWN_SYMBOL: Final = 1
UNKNOWN_ACCOUNT: Final = 2
UNKNOWN_ORDER: Final = 3
DUPLICATE_CL_ORD_ID: Final = 4
TOO_LATE: Final = 5
OFF_TICK: Final = 6
OFF_LOT: Final = 7
QTY_TOO_SMALL: Final = 8
QTY_TOO_LARGE: Final = 9
PRICE_MISSING: Final = 10
STOP_PX_MISSING: Final = 11
FIELD_NOT_ALLOWED: Final = 12
POST_ONLY_WOULD_TAKE: Final = 13
EXPIRE_TIME_PAST: Final = 14
NOT_ACCEPTED_NOW: Final = 15
MISMATCH: Final = 16
RATE_LIMIT: Final = 17
BOOK_EMPTY: Final = 18
BAD_VALUE: Final = 19
UNSUPPORTED: Final = 20
IOC_REMAINDER: Final = 40
FOK_UNFILLABLE: Final = 41
MARKET_REMAINDER: Final = 42
MIN_QTY_UNFILLABLE: Final = 43
SELF_MATCH: Final = 44
MASS_CANCELED: Final = 45
CONNECTION_LOST: Final = 46
LOGGED_OUT: Final = 47
BY_OPERATOR: Final = 48

REASONS: Final[dict[int, Reason]] = {
    REQUESTED: Reason("requested", "canceled as requested", rest_status=200),
    UNKNOWN_SYMBOL: Reason("unknown_symbol", "unknown symbol", 1, rest_status=404),
    UNKNOWN_ACCOUNT: Reason("unknown_account", "unknown account", 15, rest_status=404),
    UNKNOWN_ORDER: Reason("unknown_order", "unknown order", 5, 1, rest_status=404),
    DUPLICATE_CL_ORD_ID: Reason("duplicate_cl_ord_id", "duplicate ClOrdID(11)", 6, 6, rest_status=409),
    TOO_LATE: Reason("too_late", "too late: the order is no longer open", 4, 0, rest_status=409),
    OFF_TICK: Reason("off_tick", "price is no multiple of the tick"),
    OFF_LOT: Reason("off_lot", "quantity is no multiple of the lot", 13),
    QTY_TOO_SMALL: Reason("qty_too_small", "quantity below the minimum", 13),
    QTY_TOO_LARGE: Reason("qty_too_large", "quantity above the maximum", 3),
    PRICE_MISSING: Reason("price_missing", "Price(44) is required for this OrdType(40)"),
    STOP_PX_MISSING: Reason("stop_px_missing", "StopPx(99) is required for this OrdType(40)"),
    FIELD_NOT_ALLOWED: Reason("field_not_allowed", "this combination of terms is not possible", 11),
    POST_ONLY_WOULD_TAKE: Reason("post_only_would_take", "post-only order would take liquidity"),
    EXPIRE_TIME_PAST: Reason("expire_time_past", "expiry is not in the future"),
    NOT_ACCEPTED_NOW: Reason("not_accepted_now", "the instrument does not accept this now", 2, rest_status=409),
    MISMATCH: Reason("mismatch", "the request does not match the order"),
    RATE_LIMIT: Reason("rate_limit", "rate limit exceeded", rest_status=429),
    BOOK_EMPTY: Reason("book_empty", "CashOrderQty(152) buys less than one lot here now"),
    BAD_VALUE: Reason("bad_value", "value out of range"),
    UNSUPPORTED: Reason("unsupported", "not supported by this venue", 11),
    IOC_REMAINDER: Reason("ioc_remainder", "immediate-or-cancel: rest canceled"),
    FOK_UNFILLABLE: Reason("fok_unfillable", "fill-or-kill: not enough to fill"),
    MARKET_REMAINDER: Reason("market_remainder", "market order: the book has no more"),
    MIN_QTY_UNFILLABLE: Reason("min_qty_unfillable", "MinQty(110) cannot be filled at once"),
    SELF_MATCH: Reason("self_match", "self-match prevention", restatement=5),
    MASS_CANCELED: Reason("mass_canceled", "canceled by mass cancel request"),
    CONNECTION_LOST: Reason("connection_lost", "canceled on lost connection", restatement=99),
    LOGGED_OUT: Reason("logged_out", "canceled on logout", restatement=99),
    BY_OPERATOR: Reason("by_operator", "canceled by the venue", restatement=99),
}
