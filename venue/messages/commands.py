"""What clients and the clock ask of the venue. The operator's commands stand in `operations`."""

from typing import Literal

import msgspec

from venue.messages.words import (
    ACCOUNT_DEFAULT,
    ON_LAST,
    UNCHANGED,
    Contingency,
    OrdType,
    Request,
    SelfMatch,
    Side,
    TimeInForce,
    TriggerSource,
)


class Command(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A journaled request. Its journal_seq and time are given by the sequencer, not carried inside."""


class EnterOrder(Command, frozen=True, tag=1):
    """NewOrderSingle(D). Also carried by every event about the order, as the order's current terms.

    Exactly one of qty_lots and cash_units is given; cash_units (CashOrderQty(152), money) only with
    MARKET. price_ticks is given for the LIMIT types, stop_ticks for the STOP and TAKE_PROFIT types,
    trail_ticks (PegOffsetValue(211)) for TRAILING_STOP; the engine keeps stop_ticks of a trailing stop.
    An iceberg is a LIMIT with display_lots (MaxFloor(111)) between 1 and qty_lots.
    order_group names a fill-rate group of the account (SetOrderGroup).
    """

    session: str
    account: str
    cl_ord_id: str
    symbol: str
    side: Side
    ord_type: OrdType
    time_in_force: TimeInForce
    qty_lots: int
    price_ticks: int = 0
    stop_ticks: int = 0
    cash_units: int = 0
    display_lots: int = 0
    min_lots: int = 0
    post_only: bool = False
    self_match: SelfMatch = ACCOUNT_DEFAULT
    expire_ns: int = 0
    poss_resend: bool = False  # PossResend(97) or PossDupFlag(43): a known ClOrdID is no error
    trail_ticks: int = 0
    trigger: TriggerSource = ON_LAST
    order_group: str = ""
    list_id: str = ""  # ListID(66) of an order of an EnterList: told in its reports, means nothing to the engine


class CancelOrder(Command, frozen=True, tag=2):
    """OrderCancelRequest(F). The order is found by (session, orig_cl_ord_id), else by order_id if
    it is one of the session; symbol and side, when given, must be the order's."""

    session: str
    account: str
    cl_ord_id: str
    orig_cl_ord_id: str
    order_id: int = 0
    symbol: str = ""
    side: Literal[0, 1, 2] = 0
    poss_resend: bool = False


class ReplaceOrder(Command, frozen=True, tag=3):
    """OrderCancelReplaceRequest(G): the order's new terms. 0 (or UNCHANGED) leaves a term as it is.

    Side, symbol and ord_type must be the order's own (0 and "" are not checked). qty_lots is the
    new total OrderQty(38), executions included. post_only stays as it was entered.
    """

    session: str
    account: str
    cl_ord_id: str
    orig_cl_ord_id: str
    order_id: int = 0
    symbol: str = ""
    side: Literal[0, 1, 2] = 0
    ord_type: Literal[0, 1, 2, 3, 4, 5, 6, 7] = 0
    time_in_force: TimeInForce = UNCHANGED
    qty_lots: int = 0
    price_ticks: int = 0
    stop_ticks: int = 0
    display_lots: int = 0
    expire_ns: int = 0
    poss_resend: bool = False


class MassCancel(Command, frozen=True, tag=4):
    """Cancel every open order of `account` that fits, oldest first: OrderMassCancelRequest(q), or the
    venue itself when `reason` is not REQUESTED (a lost connection, an operator).

    symbol "" and side 0 mean any, order_id 0 every order; session_only leaves orders of the account's other
    sessions alone.
    """

    session: str
    account: str
    cl_ord_id: str
    symbol: str = ""
    side: Literal[0, 1, 2] = 0
    session_only: bool = False
    reason: int = 0  # venue.reasons; 0 = asked for by the client, answered with a MassCanceled event
    by: str = ""  # of an operator, with BY_OPERATOR
    why: str = ""
    order_id: int = 0


class RefuseRequest(Command, frozen=True, tag=5):
    """A request the gateway understood but could not express in integers, or will not pass on
    (off-tick price, unknown symbol, throttle). Journaled so that every ExecutionReport the venue
    ever sent, refusals too, comes from the journal and has an ExecID of the one sequence.

    The texts are echoed as the client sent them; price_text and qty_text may be no valid number.
    """

    session: str
    account: str
    cl_ord_id: str
    orig_cl_ord_id: str
    request: Request
    symbol: str
    side: Literal[0, 1, 2]
    reason: int
    text: str
    ord_type: Literal[0, 1, 2, 3, 4, 5, 6, 7] = 0
    qty_text: str = ""
    price_text: str = ""


class EnterList(Command, frozen=True, tag=11):
    """NewOrderList(E): orders that depend on each other, all of one session, account and symbol.

    OCO: two orders of one side and quantity; the first fill, trigger or end of one cancels the other.
    OTO: the second is held until the first is filled. BRACKET: the second and third are held until the
    first is filled, and are an OCO from then on. All of the list is accepted, or none.
    """

    session: str
    account: str
    list_id: str
    contingency: Contingency
    orders: tuple[EnterOrder, ...]


class ExpireOrders(Command, frozen=True, tag=9):
    """Expire every GTD order whose time has come. Sent by the sequencer when one is due."""


class RollDay(Command, frozen=True, tag=10):
    """End the trading day: Day orders expire. The new day ends at day_end_ns."""

    day_end_ns: int


class AdvanceStates(Command, frozen=True, tag=12):
    """Move every instrument whose timed trading state is over on to its next one. Sent by the sequencer."""
