"""What operators ask of the venue: who may trade what, how much, at which price, for which fee.

Every command carries `by`, who asked, and `why`; both stay in the journal and in the event about it.
NO_LIMIT (-1) means that there is none; 0 is a limit like any other.
"""

from typing import TypeAlias

import msgspec

from venue.messages.commands import Command
from venue.messages.words import (
    CANCEL_INCOMING,
    CREDIT,
    NO_LIMIT,
    OPEN,
    Scope,
    SelfMatch,
    SessionAction,
    Settlement,
    TradingState,
)


class ListInstrument(Command, frozen=True, tag=6):
    """List an instrument, or change the limits of a listed one (tick, lot and quote stay for ever).

    tick_size and lot_size are decimal text ("0.01"); notional_factor = tick x lot in units of
    10 ** -quote_decimals, a positive integer; lot_units = lot in units of 10 ** -base_decimals of the
    base currency. A new instrument opens in `state`.
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
    base_decimals: int = 8
    lot_units: int = 1
    by: str = ""
    why: str = ""


class OpenAccount(Command, frozen=True, tag=7):
    """Open an account, or change an open one.

    Accounts with the same non-empty self_match_group count as one for self-match prevention. The
    account may trade `instruments`; none named means all.
    """

    account: str
    self_match: SelfMatch = CANCEL_INCOMING
    self_match_group: str = ""
    firm: str = ""
    settlement: Settlement = CREDIT
    instruments: tuple[str, ...] = ()
    by: str = ""
    why: str = ""


class SetTradingState(Command, frozen=True, tag=8):
    """Move an instrument to another trading state. With until_ns HALTED and PRE_OPEN go on to AUCTION
    then, and AUCTION to OPEN; 0: it stays until another command."""

    symbol: str
    state: TradingState
    by: str
    why: str
    until_ns: int = 0


class SetSession(Command, frozen=True, tag=13):
    """The accounts a session may trade, and those whose reports it may watch besides."""

    session: str
    trades: tuple[str, ...]
    watches: tuple[str, ...]
    by: str
    why: str


class SetOrderLimits(Command, frozen=True, tag=14):
    """Limits of an account in one instrument: of one order in lots and money of the quote currency, and
    of its position, long and short, in lots with open orders counted as if filled."""

    account: str
    symbol: str
    order_lots_max: int = NO_LIMIT
    order_notional_max: int = NO_LIMIT
    long_lots_max: int = NO_LIMIT
    short_lots_max: int = NO_LIMIT
    by: str = ""
    why: str = ""


class SetAccountLimits(Command, frozen=True, tag=15):
    """Limits of an account over all instruments."""

    account: str
    open_orders_max: int = NO_LIMIT
    by: str = ""
    why: str = ""


class SetLossCap(Command, frozen=True, tag=16):
    """What an account may lose in a day, in units of a quote currency, over the instruments quoted in it."""

    account: str
    currency: str
    cap_units: int
    by: str
    why: str


class ReleaseLossCap(Command, frozen=True, tag=17):
    """Let an account that reached its daily loss cap trade again; its daily P&L counts anew from here."""

    account: str
    by: str
    why: str


class SetKillSwitch(Command, frozen=True, tag=18):
    """Engage or release a kill switch. `name` is the session, account or firm; "" for the venue."""

    scope: Scope
    name: str
    engaged: bool
    by: str
    why: str


class SetPriceLimits(Command, frozen=True, tag=19):
    """Price limits of an instrument, in basis points from its reference; 0 = none.

    collar_bp bounds what an order may ask for, breaker_bp where a trade may print: beyond it the
    instrument is halted for halt_ns, then in auction for auction_ns. reference_ticks 0 keeps the
    reference in force.
    """

    symbol: str
    collar_bp: int = 0
    breaker_bp: int = 0
    halt_ns: int = 0
    auction_ns: int = 0
    reference_ticks: int = 0
    by: str = ""
    why: str = ""


class FeeTier(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Rates in hundredths of a basis point (1 / 1,000,000) of the notional; negative is a rebate."""

    volume_units: int  # traded in the last 30 days, from which the tier applies
    maker_rate: int
    taker_rate: int


class SetFeeSchedule(Command, frozen=True, tag=20):
    """The fees in instruments of one quote currency, lowest tier first, the first from volume 0."""

    currency: str
    tiers: tuple[FeeTier, ...]
    by: str
    why: str


class SetAccountFees(Command, frozen=True, tag=21):
    """Rates of one account instead of the schedule's; None: the schedule's again."""

    account: str
    currency: str
    rates: tuple[int, int] | None  # maker, taker
    by: str
    why: str


class MoveBalance(Command, frozen=True, tag=22):
    """Deposit (amount_units > 0) to or withdraw (< 0) from a prefunded account.

    transaction_id makes it idempotent: the same again changes nothing and is answered with the same.
    """

    account: str
    currency: str
    amount_units: int
    transaction_id: str
    by: str
    why: str


class SetOrderGroup(Command, frozen=True, tag=23):
    """A fill-rate group: when lots_max lots or more of the group's orders were filled within window_ns, all its
    orders are canceled and new ones refused until this command is given again. NO_LIMIT: the group ends."""

    account: str
    group: str
    symbol: str
    lots_max: int
    window_ns: int
    by: str
    why: str


class BustTrade(Command, frozen=True, tag=24):
    """Undo a trade for both sides."""

    trade_id: int
    by: str
    why: str


class CorrectTrade(Command, frozen=True, tag=25):
    """Give a trade another price, or a smaller quantity, for both sides."""

    trade_id: int
    price_ticks: int
    qty_lots: int
    by: str
    why: str


class ControlSession(Command, frozen=True, tag=26):
    """Log a FIX session out, or set its sequence numbers back. The gateway that serves it does so when it hears
    of it; a replay changes nothing."""

    session: str
    action: SessionAction
    by: str
    why: str


Operation: TypeAlias = (
    ListInstrument
    | OpenAccount
    | SetTradingState
    | SetSession
    | SetOrderLimits
    | SetAccountLimits
    | SetLossCap
    | ReleaseLossCap
    | SetKillSwitch
    | SetPriceLimits
    | SetFeeSchedule
    | SetAccountFees
    | MoveBalance
    | SetOrderGroup
    | BustTrade
    | CorrectTrade
    | ControlSession
)
