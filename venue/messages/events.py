"""What the engine answers: facts about orders, trades and settings, each derived from exactly one command."""

from typing import TypeAlias

import msgspec

from venue.messages.commands import EnterList, EnterOrder, MassCancel, RefuseRequest
from venue.messages.operations import (
    ControlSession,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
)
from venue.messages.statuses import OrderStatus
from venue.messages.words import REJECTED, OrdStatus, Request, SelfMatch, TradingState

Setting: TypeAlias = (
    SetSession
    | SetOrderLimits
    | SetAccountLimits
    | SetLossCap
    | SetKillSwitch
    | SetPriceLimits
    | SetFeeSchedule
    | SetAccountFees
    | SetOrderGroup
)


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
    """ExecType(150)=4, leaves_lots 0. `cl_ord_id` is the cancel request's when a client asked, else "";
    `terms` stay as they were, the order's last ClOrdID before it with them (OrigClOrdID(41) of the report)."""

    reason: int
    cl_ord_id: str = ""


class OrderExpired(OrderEvent, frozen=True, tag=6):
    """ExecType(150)=C, leaves_lots 0: the day or the order's own time is over."""


class OrderTraded(Event, frozen=True, tag=7):
    """One match, both sides of it: each owner gets an ExecType(150)=F report of its own.

    The price is the resting (maker) order's. In an auction the maker is the older order of the two, and
    the price the auction's. Events of one command come in the order they happened.
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
    maker_fee: int = 0  # units of the quote currency; negative: a rebate
    taker_fee: int = 0
    is_auction: bool = False  # from an uncross: both sides pay the maker's rate


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
    status: OrderStatus


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
    until_ns: int = 0  # when it ends by itself; 0: by a command


class DayRolled(Event, frozen=True, tag=17):
    day_end_ns: int


class OperationRefused(Event, frozen=True, tag=18):
    """An operator's command that changed nothing (unknown symbol, tick of a listed instrument)."""

    reason: int
    text: str


class SettingChanged(Event, frozen=True, tag=19):
    """An operator's setting is in force; what it did to orders follows as their own events."""

    setting: Setting


class ListAccepted(Event, frozen=True, tag=20):
    """ListStatus(N) 431=3: every order of the list is in; their own OrderAccepted events follow."""

    request: EnterList
    order_ids: tuple[int, ...]


class ListRejected(Event, frozen=True, tag=21):
    """ListStatus(N) 431=7: nothing of the list was entered, because of the order at index `leg` (from 0)."""

    request: EnterList
    leg: int
    reason: int
    text: str


class ListEnded(Event, frozen=True, tag=22):
    """ListStatus(N) 431=6: no order of the list is open any more."""

    list_id: str
    session: str
    account: str
    orders: tuple[OrderStatus, ...]


class OrderReleased(OrderEvent, frozen=True, tag=23):
    """The order it was held for is filled: from here it works like any other."""


class TradeSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One side of an amended trade: its order after the amendment, and its fee now.

    exec_ref_id is the ExecID of the report that this one amends (ExecRefID(19)).
    """

    order_id: int
    exec_id: int
    exec_ref_id: int
    terms: EnterOrder
    ord_status: OrdStatus
    cum_lots: int
    leaves_lots: int
    notional: int
    fee: int


class TradeAmended(Event, frozen=True, tag=24):
    """ExecType(150)=H when qty_lots is 0 (busted), else G (corrected); a report to each side."""

    trade_id: int
    price_ticks: int
    qty_lots: int
    maker: TradeSide
    taker: TradeSide
    is_auction: bool
    by: str
    why: str


class BalanceMoved(Event, frozen=True, tag=25):
    """A deposit or withdrawal was made, or had been made before with this transaction_id (is_repeat)."""

    request: MoveBalance
    total_units: int
    locked_units: int
    is_repeat: bool


class LossCapReached(Event, frozen=True, tag=26):
    """The account's orders are canceled next. daily_units is its P&L of the day, rounded half-even."""

    account: str
    currency: str
    daily_units: int
    cap_units: int


class LossCapReleased(Event, frozen=True, tag=27):
    account: str
    by: str
    why: str


class OrderGroupTripped(Event, frozen=True, tag=28):
    """The group's orders are canceled next. `lots` were filled within the group's window."""

    account: str
    group: str
    lots: int


class AuctionUncrossed(Event, frozen=True, tag=29):
    """The auction's result, before its trades. surplus_lots: left at the price, > 0 on the buy side."""

    symbol: str
    price_ticks: int
    qty_lots: int
    surplus_lots: int


class SessionControlled(Event, frozen=True, tag=30):
    """An operator asked this of the FIX gateway, which does it when it hears of it."""

    request: ControlSession


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
    | SettingChanged
    | ListAccepted
    | ListRejected
    | ListEnded
    | OrderReleased
    | TradeAmended
    | BalanceMoved
    | LossCapReached
    | LossCapReleased
    | OrderGroupTripped
    | AuctionUncrossed
    | SessionControlled
)
