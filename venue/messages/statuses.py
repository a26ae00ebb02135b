"""What the engine knows, as it is told when somebody asks. Money in units of its currency."""

import msgspec

from venue.messages.commands import EnterOrder
from venue.messages.operations import (
    FeeTier,
    ListInstrument,
    SetAccountLimits,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
)
from venue.messages.words import OrdStatus, TradingState


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
    held: bool = False  # waits for another order of its list to be filled


class Position(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An account's position in an instrument.

    Average entry price in ticks is open_notional / abs(qty_lots). Realized and unrealized P&L are before
    fees; unrealized is at mark_half_ticks / 2, rounded half-even.
    """

    account: str
    symbol: str
    qty_lots: int  # short: negative
    open_notional: int
    realized_units: int
    unrealized_units: int
    fees_units: int
    mark_half_ticks: int  # 0: no price yet
    open_buy_lots: int  # of open orders
    open_sell_lots: int


class Balance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    account: str
    currency: str
    total_units: int
    locked_units: int  # by open orders


class FeeStatus(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an account pays in instruments of one quote currency."""

    account: str
    currency: str
    maker_rate: int
    taker_rate: int
    is_override: bool
    volume_30d_units: int  # as of the last day roll: decides the tier
    volume_today_units: int


class DailyLoss(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """P&L of the day in one quote currency: realized + unrealized - fees since the day roll or release."""

    cap: SetLossCap
    daily_units: int
    is_reached: bool


class Limits(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything that bounds an account."""

    account: SetAccountLimits
    orders: tuple[SetOrderLimits, ...]
    losses: tuple[DailyLoss, ...]
    groups: tuple[tuple[SetOrderGroup, bool], ...]  # and whether it is tripped
    open_orders: int
    is_killed: bool  # by a switch of the account, its firm or the venue


class Currency(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A currency and what the venue earned in it: the sum of all fees, rebates taken off."""

    currency: str
    decimals: int
    revenue_units: int
    tiers: tuple[FeeTier, ...]


class InstrumentStatus(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An instrument and its day since the day roll; prices in ticks, 0 = none."""

    listing: ListInstrument
    state: TradingState
    until_ns: int
    limits: SetPriceLimits
    reference_ticks: int  # of the circuit breaker
    last_ticks: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    volume_lots: int
    notional: int
    trades: int
    indicative_ticks: int  # where an uncross would trade now, in PRE_OPEN, AUCTION and HALTED
    indicative_lots: int


class TradeStatus(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A trade as it stands, after corrections. Accounts are "" when their orders are forgotten."""

    trade_id: int
    symbol: str
    price_ticks: int
    qty_lots: int  # 0: busted
    is_auction: bool
    maker_order_id: int
    maker_account: str
    taker_order_id: int
    taker_account: str


class FixSessionStatus(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A FIX session, as the gateway that serves it knows it."""

    comp_id: str
    is_logged_on: bool
    next_sender_seq: int  # MsgSeqNum(34) of the venue's next message
    next_target_seq: int  # and the one expected next of the client
    queue_len: int  # reports that wait to be handed to QuickFIX
    queue_max: int  # at which the session is logged out
    told_journal_seq: int  # of the last report that is in the message store; 0: none yet
    trades: tuple[str, ...]  # accounts
    watches: tuple[str, ...]
    connected_since_ns: int  # 0: not logged on
    messages_in: int  # application messages since the venue started
    messages_out: int
