"""The vocabulary of the venue: every command asked of it and every event it answers with.

A *command* is a request that was written to the journal; an *event* is a fact the engine derived
from exactly one command. Reports (FIX), answers (REST) and rows (SQL) are made from events, elsewhere.

Units: prices are integer ticks (positive; 0 means "none"), quantities integer lots, money integer
units of the quote currency (10 ** -quote_decimals), times integer nanoseconds since the Unix epoch,
UTC. `notional` is the exact sum of price_ticks x qty_lots; multiplied by the instrument's
`notional_factor` it is money. No float, no Decimal, no clock.

Invariant: `encode_commands(decode_commands(b)) == b`, and the bytes of a command do not depend on the
process that wrote it. Fields are only ever appended, each with a default, so that an older journal
decodes for ever; a number once given to a constant keeps its meaning.
"""

from typing import Final, Literal, TypeAlias

import msgspec

# ---------------------------------------------------------------------------------------------------
# The words of the trade, as small integers. The FIX characters for them stand in venue/fix/.

Side: TypeAlias = Literal[1, 2]
BUY: Final = 1
SELL: Final = 2

OrdType: TypeAlias = Literal[1, 2, 3, 4, 5, 6]
MARKET: Final = 1
LIMIT: Final = 2
STOP: Final = 3
STOP_LIMIT: Final = 4
TAKE_PROFIT: Final = 5
TAKE_PROFIT_LIMIT: Final = 6

TimeInForce: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
UNCHANGED: Final = 0  # only in a ReplaceOrder
DAY: Final = 1
GTC: Final = 2
IOC: Final = 3
FOK: Final = 4
GTD: Final = 5

SelfMatch: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
ACCOUNT_DEFAULT: Final = 0  # only in an EnterOrder
CANCEL_INCOMING: Final = 1
CANCEL_RESTING: Final = 2
CANCEL_BOTH: Final = 3
DECREMENT: Final = 4
ALLOW: Final = 5  # trade with oneself; for benchmarks and agency accounts

TradingState: TypeAlias = Literal[1, 2, 3, 4]
OPEN: Final = 1
HALTED: Final = 2
CANCEL_ONLY: Final = 3
POST_ONLY: Final = 4

OrdStatus: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
NEW: Final = 0
PARTIALLY_FILLED: Final = 1
FILLED: Final = 2
CANCELED: Final = 3
EXPIRED: Final = 4
REJECTED: Final = 5

Request: TypeAlias = Literal[1, 2, 3, 4]
REQUEST_ENTER: Final = 1
REQUEST_CANCEL: Final = 2
REQUEST_REPLACE: Final = 3
REQUEST_MASS_CANCEL: Final = 4

# ---------------------------------------------------------------------------------------------------
# Commands


class Command(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A journaled request. Its journal_seq and time are given by the sequencer, not carried inside."""


class EnterOrder(Command, frozen=True, tag=1):
    """NewOrderSingle(D). Also carried by every event about the order, as the order's current terms.

    Exactly one of qty_lots and cash_units is given; cash_units (CashOrderQty(152), money) only with
    MARKET. price_ticks is given for the LIMIT types, stop_ticks for the STOP and TAKE_PROFIT types.
    An iceberg is a LIMIT with display_lots (MaxFloor(111)) between 1 and qty_lots.
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
    ord_type: Literal[0, 1, 2, 3, 4, 5, 6] = 0
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

    symbol "" and side 0 mean any; session_only leaves orders of the account's other sessions alone.
    """

    session: str
    account: str
    cl_ord_id: str
    symbol: str = ""
    side: Literal[0, 1, 2] = 0
    session_only: bool = False
    reason: int = 0  # venue.reasons; 0 = asked for by the client, answered with a MassCanceled event


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
    ord_type: Literal[0, 1, 2, 3, 4, 5, 6] = 0
    qty_text: str = ""
    price_text: str = ""


class ListInstrument(Command, frozen=True, tag=6):
    """List an instrument, or change the limits of a listed one (tick, lot and quote stay for ever).

    tick_size and lot_size are decimal text ("0.01"); notional_factor = tick x lot in units of
    10 ** -quote_decimals, a positive integer. A new instrument opens in `state`.
    """

    symbol: str
    base: str
    quote: str
    tick_size: str
    lot_size: str
    quote_decimals: int
    notional_factor: int
    min_lots: int
    max_lots: int
    state: TradingState = OPEN


class OpenAccount(Command, frozen=True, tag=7):
    """Open an account, or change the self-match prevention of an open one.

    Accounts with the same non-empty self_match_group count as one for self-match prevention.
    """

    account: str
    self_match: SelfMatch = CANCEL_INCOMING
    self_match_group: str = ""


class SetTradingState(Command, frozen=True, tag=8):
    """Move an instrument to another trading state; `by` and `why` are kept for the audit."""

    symbol: str
    state: TradingState
    by: str
    why: str


class ExpireOrders(Command, frozen=True, tag=9):
    """Expire every GTD order whose time has come. Sent by the sequencer when one is due."""


class RollDay(Command, frozen=True, tag=10):
    """End the trading day: Day orders expire. The new day ends at day_end_ns."""

    day_end_ns: int


AnyCommand: TypeAlias = (
    EnterOrder
    | CancelOrder
    | ReplaceOrder
    | MassCancel
    | RefuseRequest
    | ListInstrument
    | OpenAccount
    | SetTradingState
    | ExpireOrders
    | RollDay
)

# ---------------------------------------------------------------------------------------------------
# Events


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A fact derived from one command. ExecIDs and TradeIDs are counters of the engine's state."""


class OrderEvent(Event, frozen=True):
    """What every change of one order carries: its quantities *after* the change.

    OrderQty(38) is terms.qty_lots, CumQty(14) cum_lots, LeavesQty(151) leaves_lots,
    AvgPx(6) notional / cum_lots in ticks.
    """

    order_id: int
    exec_id: int
    terms: EnterOrder
    cum_lots: int
    leaves_lots: int
    notional: int


class OrderAccepted(OrderEvent, frozen=True, tag=1):
    """ExecType(150)=0: the order is in. Always an order's first event; trades follow."""


class OrderTriggered(OrderEvent, frozen=True, tag=2):
    """A stop or take profit was reached: from here the order is a market or limit order."""


class OrderReplaced(OrderEvent, frozen=True, tag=3):
    """ExecType(150)=5: `terms` are the new ones. Filled if leaves_lots is 0."""

    orig_cl_ord_id: str


class OrderReduced(OrderEvent, frozen=True, tag=4):
    """ExecType(150)=D: self-match prevention took quantity off; terms.qty_lots is the reduced one."""

    reason: int


class OrderCanceled(OrderEvent, frozen=True, tag=5):
    """ExecType(150)=4, leaves_lots 0. `terms.cl_ord_id` is the cancel request's when a client asked,
    and orig_cl_ord_id the order's before it; else orig_cl_ord_id is ""."""

    reason: int
    orig_cl_ord_id: str = ""


class OrderExpired(OrderEvent, frozen=True, tag=6):
    """ExecType(150)=C, leaves_lots 0: the day or the order's own time is over."""


class OrderTraded(Event, frozen=True, tag=7):
    """One match, both sides of it: each owner gets an ExecType(150)=F report of its own.

    The price is the resting (maker) order's. Events of one command come in the order they happened.
    """

    trade_id: int
    price_ticks: int
    qty_lots: int
    maker_order_id: int
    maker_exec_id: int
    maker: EnterOrder
    maker_cum_lots: int
    maker_leaves_lots: int
    maker_notional: int
    taker_order_id: int
    taker_exec_id: int
    taker: EnterOrder
    taker_cum_lots: int
    taker_leaves_lots: int
    taker_notional: int


class OrderRejected(Event, frozen=True, tag=8):
    """ExecType(150)=8: nothing was entered, the ClOrdID stays free.

    For a duplicate ClOrdID(11) the last five fields describe the order that has it (F.1.a); else
    they are 0 and REJECTED. `request` is what was asked; refused is set instead when the gateway
    refused it before it could be expressed in integers.
    """

    exec_id: int
    reason: int
    text: str
    request: EnterOrder | None
    refused: RefuseRequest | None = None
    order_id: int = 0
    ord_status: OrdStatus = REJECTED
    cum_lots: int = 0
    leaves_lots: int = 0
    notional: int = 0


class CancelRejected(Event, frozen=True, tag=9):
    """OrderCancelReject(9). order_id 0 and REJECTED when the order is not known."""

    session: str
    account: str
    cl_ord_id: str
    orig_cl_ord_id: str
    request: Request
    reason: int
    text: str
    order_id: int = 0
    ord_status: OrdStatus = REJECTED


class MassCanceled(Event, frozen=True, tag=10):
    """OrderMassCancelReport(r), after the OrderCanceled events of the orders it found."""

    exec_id: int
    request: MassCancel
    count: int


class MassCancelRejected(Event, frozen=True, tag=11):
    """OrderMassCancelReport(r) with MassCancelResponse(531)=0."""

    exec_id: int
    request: MassCancel
    reason: int
    text: str


class OrderStatusReported(Event, frozen=True, tag=12):
    """ExecType(150)=I: the answer to a request that came again (PossResend, PossDup). Changes nothing."""

    exec_id: int
    status: "OrderStatus"


class SelfMatchPrevented(Event, frozen=True, tag=13):
    """Two orders of one owner met and did not trade; what became of each follows as its own event."""

    symbol: str
    price_ticks: int
    qty_lots: int
    resting_order_id: int
    incoming_order_id: int
    self_match: SelfMatch


class InstrumentListed(Event, frozen=True, tag=14):
    instrument: ListInstrument


class AccountOpened(Event, frozen=True, tag=15):
    account: OpenAccount


class TradingStateChanged(Event, frozen=True, tag=16):
    """SecurityStatus(f). old_state equals state when the command asked for what already was."""

    symbol: str
    state: TradingState
    old_state: TradingState
    by: str
    why: str


class DayRolled(Event, frozen=True, tag=17):
    day_end_ns: int


class OperationRefused(Event, frozen=True, tag=18):
    """An operator's command that changed nothing (unknown symbol, tick of a listed instrument)."""

    reason: int
    text: str


class OrderStatus(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the engine knows of one order: the answer to a status request (H, AF) and REST's order."""

    order_id: int
    terms: EnterOrder
    ord_status: OrdStatus
    cum_lots: int
    leaves_lots: int
    notional: int
    triggered: bool  # a stop or take profit that was reached; False for other types
    entered_ns: int


AnyEvent: TypeAlias = (
    OrderAccepted
    | OrderTriggered
    | OrderReplaced
    | OrderReduced
    | OrderCanceled
    | OrderExpired
    | OrderTraded
    | OrderRejected
    | CancelRejected
    | MassCanceled
    | MassCancelRejected
    | OrderStatusReported
    | SelfMatchPrevented
    | InstrumentListed
    | AccountOpened
    | TradingStateChanged
    | DayRolled
    | OperationRefused
)

# ---------------------------------------------------------------------------------------------------
# Canonical bytes

_encoder = msgspec.msgpack.Encoder()
_commands = msgspec.msgpack.Decoder(list[AnyCommand])
_events = msgspec.msgpack.Decoder(list[AnyEvent])

encode_commands = _encoder.encode  # a list of commands -> msgpack
encode_events = _encoder.encode


def decode_commands(payload: bytes) -> list[AnyCommand]:
    """Raises msgspec.DecodeError (ValidationError is one) when the bytes are no list of commands."""
    try:
        return _commands.decode(payload)
    except UnicodeDecodeError as error:  # the one error msgspec lets through as it is
        raise msgspec.DecodeError(f"text was no UTF-8: {error}") from error


def decode_events(payload: bytes) -> list[AnyEvent]:
    return _events.decode(payload)
