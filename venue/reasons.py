"""The one table of reasons: why the venue refuses a request, or takes an order off the book.

Every path (FIX, REST, WebSocket) answers with a row of this table and nothing else. Numbers are
journaled inside RefuseRequest and MassCancel and keep their meaning for ever; new ones are appended.

Sources: OrdRejReason(103), CxlRejReason(102), MassCancelRejectReason(532), ExecRestatementReason(378):
FIX 4.4 volume 6, with 99 = Other where 4.4 has no value of its own; REST status: RFC 9110.
"""

from typing import Final

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """One row. `text` begins Text(58); the limit and what the value was are added behind it."""

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
NOT_ENTITLED: Final = 21
KILLED: Final = 22
ORDER_QTY_LIMIT: Final = 23
PRICE_COLLAR: Final = 24
ORDER_NOTIONAL_LIMIT: Final = 25
OPEN_ORDERS_LIMIT: Final = 26
POSITION_LIMIT: Final = 27
DAILY_LOSS: Final = 28
INSUFFICIENT_BALANCE: Final = 29
UNKNOWN_GROUP: Final = 30
GROUP_TRIPPED: Final = 31
NO_REFERENCE: Final = 32
UNKNOWN_TRADE: Final = 33
UNKNOWN_FIRM: Final = 34
UNKNOWN_SESSION: Final = 35
UNKNOWN_CURRENCY: Final = 36
NOT_PREFUNDED: Final = 37
TRANSACTION_REUSED: Final = 38
IN_USE: Final = 39
IOC_REMAINDER: Final = 40
FOK_UNFILLABLE: Final = 41
MARKET_REMAINDER: Final = 42
MIN_QTY_UNFILLABLE: Final = 43
SELF_MATCH: Final = 44
MASS_CANCELED: Final = 45
CONNECTION_LOST: Final = 46
LOGGED_OUT: Final = 47
BY_OPERATOR: Final = 48
CIRCUIT_BREAKER: Final = 49
CONTINGENCY: Final = 50
FILL_RATE: Final = 51
KILL_SWITCH: Final = 52
LOSS_CAP: Final = 53
# Told over REST and WebSocket only: never journaled.
UNAUTHENTICATED: Final = 100
ROLE_MISSING: Final = 101
NOT_FOUND: Final = 102
METHOD_NOT_ALLOWED: Final = 103
MALFORMED: Final = 104
TOO_LARGE: Final = 105
MEDIA_TYPE: Final = 106
KEY_REUSED: Final = 107
UNAVAILABLE: Final = 108
OUTCOME_UNKNOWN: Final = 109
INTERNAL: Final = 110
ORIGIN: Final = 111
EXISTS: Final = 112
BUSY: Final = 113
OTHER_SESSION: Final = 114
NOT_LOGGED_ON: Final = 115

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
    NOT_ENTITLED: Reason("not_entitled", "the session or account may not trade this", rest_status=403),
    KILLED: Reason("killed", "a kill switch is engaged", rest_status=403),
    ORDER_QTY_LIMIT: Reason("order_qty_limit", "order quantity above the account's limit", 3),
    PRICE_COLLAR: Reason("price_collar", "price beyond the price collar"),
    ORDER_NOTIONAL_LIMIT: Reason("order_notional_limit", "order value above the account's limit", 3),
    OPEN_ORDERS_LIMIT: Reason("open_orders_limit", "too many open orders", 3),
    POSITION_LIMIT: Reason("position_limit", "position limit, open orders counted as filled", 3),
    DAILY_LOSS: Reason("daily_loss", "daily loss cap reached: only orders that reduce a position"),
    INSUFFICIENT_BALANCE: Reason("insufficient_balance", "insufficient balance", 3),
    UNKNOWN_GROUP: Reason("unknown_group", "unknown fill-rate group", rest_status=404),
    GROUP_TRIPPED: Reason("group_tripped", "the fill-rate group was tripped and not yet reset"),
    NO_REFERENCE: Reason("no_reference", "no price yet that a trailing stop could follow", 2, rest_status=409),
    UNKNOWN_TRADE: Reason("unknown_trade", "unknown trade", rest_status=404),
    UNKNOWN_FIRM: Reason("unknown_firm", "unknown firm", rest_status=404),
    UNKNOWN_SESSION: Reason("unknown_session", "unknown session", rest_status=404),
    UNKNOWN_CURRENCY: Reason("unknown_currency", "unknown currency", rest_status=404),
    NOT_PREFUNDED: Reason("not_prefunded", "the account has no balances: it is not prefunded"),
    TRANSACTION_REUSED: Reason("transaction_reused", "transaction id of another transaction", rest_status=409),
    IN_USE: Reason("in_use", "the account has open orders, a position or a balance", rest_status=409),
    IOC_REMAINDER: Reason("ioc_remainder", "immediate-or-cancel: rest canceled"),
    FOK_UNFILLABLE: Reason("fok_unfillable", "fill-or-kill: not enough to fill"),
    MARKET_REMAINDER: Reason("market_remainder", "market order: the book has no more"),
    MIN_QTY_UNFILLABLE: Reason("min_qty_unfillable", "MinQty(110) cannot be filled at once"),
    SELF_MATCH: Reason("self_match", "self-match prevention", restatement=5),
    MASS_CANCELED: Reason("mass_canceled", "canceled by mass cancel request"),
    CONNECTION_LOST: Reason("connection_lost", "canceled on lost connection", restatement=99),
    LOGGED_OUT: Reason("logged_out", "canceled on logout", restatement=99),
    BY_OPERATOR: Reason("by_operator", "canceled by the venue", restatement=99),
    CIRCUIT_BREAKER: Reason("circuit_breaker", "the circuit breaker halted the instrument"),
    CONTINGENCY: Reason("contingency", "another order of its list was filled, triggered or ended"),
    FILL_RATE: Reason("fill_rate", "its fill-rate group was tripped", restatement=99),
    KILL_SWITCH: Reason("kill_switch", "canceled by a kill switch", restatement=99),
    LOSS_CAP: Reason("loss_cap", "daily loss cap reached", restatement=99),
    UNAUTHENTICATED: Reason("unauthenticated", "an API key is needed", rest_status=401),
    ROLE_MISSING: Reason("role_missing", "the API key's role or accounts do not allow this", rest_status=403),
    NOT_FOUND: Reason("not_found", "there is nothing here", rest_status=404),
    METHOD_NOT_ALLOWED: Reason("method_not_allowed", "this method is not possible here", rest_status=405),
    MALFORMED: Reason("malformed", "the request could not be read", rest_status=400),
    TOO_LARGE: Reason("too_large", "the request is too large", rest_status=413),
    MEDIA_TYPE: Reason("media_type", "the body must be JSON", rest_status=415),
    KEY_REUSED: Reason("key_reused", "Idempotency-Key of another request"),
    UNAVAILABLE: Reason("unavailable", "the venue does not accept this now", rest_status=503),
    OUTCOME_UNKNOWN: Reason("outcome_unknown", "whether it was done is not known", rest_status=504),
    INTERNAL: Reason("internal", "a fault of the venue's own", rest_status=500),
    ORIGIN: Reason("origin", "not from this host or origin", rest_status=403),
    EXISTS: Reason("exists", "there is one of this name already", rest_status=409),
    BUSY: Reason("busy", "it is being done already", rest_status=409),
    OTHER_SESSION: Reason("other_session", "the order is of another session", rest_status=409),
    NOT_LOGGED_ON: Reason("not_logged_on", "the session is not logged on", rest_status=409),
}
