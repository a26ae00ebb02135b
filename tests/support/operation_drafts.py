"""Drafts of what operators and the clock ask: settings that bite, money that is short, states that change.

Money is small, as the orders are: a lot of X at 5 is worth 5 units of USD. What stops trade (a switch, a
closed instrument, a tight limit) is drawn less often than what lets it go on.
"""

from msgspec.structs import replace

from tests.support.order_drafts import ACCOUNTS, PRICE_HUGE, Choose
from venue.messages import (
    ACCOUNT,
    ACCOUNT_DEFAULT,
    ALLOW,
    AUCTION,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_ONLY,
    CANCEL_RESTING,
    CLOSED,
    CREDIT,
    DECREMENT,
    FIRM,
    HALTED,
    LOG_OUT,
    NO_LIMIT,
    OPEN,
    POST_ONLY,
    PRE_OPEN,
    PREFUNDED,
    RESET_NUMBERS,
    SESSION,
    VENUE,
    AdvanceStates,
    AnyCommand,
    BustTrade,
    ControlSession,
    CorrectTrade,
    ExpireOrders,
    FeeTier,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    ReleaseLossCap,
    RollDay,
    Scope,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    SetTradingState,
    TradingState,
)

BY = ("operator", "drill")
X = ListInstrument("X", "BASE", "USD", "0.01", "0.001", 5, 1, 1, 20, OPEN, 4, 10)
Y = ListInstrument("Y", "USD", "EUR", "0.5", "0.0001", 5, 5, 1, 20, OPEN, 5, 10)  # USD is bought here
Z = ListInstrument("Z", "ZINC", "BASE", "0.1", "1", 4, 1000, 1, 5, OPEN, 0, 1)
CURRENCIES = ("USD", "USD", "USD", "BASE", "EUR")

OPENING: tuple[AnyCommand, ...] = (
    X,
    Y,
    OpenAccount("ANN", firm="FIRM A"),
    OpenAccount("BOB", DECREMENT, firm="FIRM A"),
    OpenAccount("CAT", CANCEL_RESTING, "PETS", "FIRM B", PREFUNDED),
    OpenAccount("DAN", CANCEL_BOTH, "PETS", "FIRM B", PREFUNDED),
    OpenAccount("EVE", instruments=("X", "Z")),
    SetSession("S1", ACCOUNTS, (), *BY),
    SetSession("S2", ACCOUNTS, (), *BY),
    SetSession("S3", ("BOB",), ("ANN",), *BY),
    *(
        MoveBalance(account, currency, 300, f"opening {account} {currency}", *BY)
        for account in ("CAT", "DAN")
        for currency in ("USD", "BASE", "EUR")
    ),
    *(SetOrderGroup(account, "G1", "X", 10, 30, *BY) for account in ACCOUNTS),
    SetFeeSchedule("USD", (FeeTier(0, 10_000, 25_000), FeeTier(500, -5_000, 15_000)), *BY),
)

STATES: tuple[TradingState, ...] = (
    *(OPEN,) * 30,
    *(POST_ONLY,) * 2,
    *(AUCTION,) * 6,
    *(PRE_OPEN,) * 2,
    HALTED,
    CANCEL_ONLY,
    CLOSED,
)


def draft_trading_state(choose: Choose) -> SetTradingState:
    """Timed where it may be, so that the clock opens the instrument again."""
    state = choose(STATES)
    timed = state in (AUCTION, PRE_OPEN, HALTED)
    until_ns = choose((10, 20, 5, 0, 1) if timed else (0,) * 19 + (5,))
    return SetTradingState(choose(("X", "X", "X", "Y", "Z")), state, *BY, until_ns)


def draft_relief(choose: Choose) -> AnyCommand:
    """Undo one of the things that keep orders out."""
    account = choose(ACCOUNTS)
    commands: tuple[AnyCommand, ...] = (
        *(SetTradingState(choose(("X", "X", "Y", "Z")), OPEN, *BY),) * 8,
        *(AdvanceStates(),) * 8,
        replace(X, why="relief"),
        replace(Y, why="relief"),
        OpenAccount("EVE", instruments=("X", "Z")),
        SetSession("S1", ACCOUNTS, (), *BY),
        SetSession("S2", ACCOUNTS, (), *BY),
        SetOrderLimits(account, choose(("X", "Y")), by="operator"),
        SetAccountLimits(account, by="operator"),
        SetPriceLimits(choose(("X", "Y")), breaker_bp=8_000, auction_ns=6, by="operator"),
        ReleaseLossCap(account, *BY),
        SetKillSwitch(SESSION, choose(("S1", "S2")), False, *BY),
        SetKillSwitch(ACCOUNT, account, False, *BY),
        SetKillSwitch(FIRM, choose(("FIRM A", "FIRM B")), False, *BY),
        SetKillSwitch(VENUE, "", False, *BY),
        SetOrderGroup(account, "G1", "X", 10, 30, *BY),
    )
    return choose(commands)


def draft_clock(choose: Choose) -> AnyCommand:
    advance, expire = AdvanceStates(), ExpireOrders()
    commands: tuple[AnyCommand, ...] = (*(advance,) * 8, expire, expire, RollDay(5), RollDay(0))
    return choose(commands)


def draft_listing(choose: Choose) -> AnyCommand:
    commands: tuple[AnyCommand, ...] = (
        X,
        X,
        Y,
        replace(X, min_lots=2, by="operator"),
        replace(Y, max_lots=7, state=HALTED),
        replace(X, tick_size="0.02"),
        replace(X, max_lots=0),
        replace(X, min_lots=0),
        replace(X, notional_factor=0),
        replace(X, max_lots=2**62),
        replace(Y, min_lots=8, max_lots=7),
        replace(Y, min_lots=3, max_lots=3),
        replace(Z, state=choose((OPEN, HALTED))),
        Z,
        replace(Z, quote_decimals=6),
        replace(Z, symbol="ZZ", base="BASE"),
        replace(Z, symbol="ZZ", lot_units=0),
        replace(Z, symbol="ZZ", lot_units=2**61),
    )
    return choose(commands)


def draft_account(choose: Choose) -> AnyCommand:
    commands: tuple[AnyCommand, ...] = (
        OpenAccount("ANN", choose((CANCEL_INCOMING, DECREMENT, ALLOW, ACCOUNT_DEFAULT)), firm="FIRM A"),
        OpenAccount("BOB", choose((DECREMENT, CANCEL_RESTING, CANCEL_BOTH)), choose(("", "PETS")), "FIRM A"),
        OpenAccount("CAT", CANCEL_RESTING, "PETS", choose(("FIRM B", "FIRM A")), choose((PREFUNDED, CREDIT))),
        OpenAccount("EVE", instruments=choose((("X", "Z"), ("Y",), ()))),
        OpenAccount("NEW", CANCEL_INCOMING, "PETS", settlement=choose((PREFUNDED, CREDIT))),
        SetSession("S2", choose((ACCOUNTS, ACCOUNTS, ACCOUNTS, ("ANN", "CAT"))), ("BOB",), *BY),
        SetSession("S3", ("BOB", "NEW"), (), *BY),
        SetSession("S3", ("BOB",), ("NOBODY",), *BY),
    )
    return choose(commands)


def draft_limits(choose: Choose) -> AnyCommand:
    account = draft_account_name(choose)
    symbol = choose(("X", "X", "X", "Y", "Z"))
    notional = choose((NO_LIMIT, NO_LIMIT, NO_LIMIT, 40, 100, 0, -2))
    long_lots, short_lots = (choose((NO_LIMIT, NO_LIMIT, 5, 15, 40, 0)) for _ in range(2))
    commands: tuple[AnyCommand, ...] = (
        SetOrderLimits(account, symbol, choose((NO_LIMIT, NO_LIMIT, 4, 9)), notional, long_lots, short_lots, *BY),
        SetOrderLimits(account, symbol, by="operator"),
        SetOrderLimits(account, symbol, by="operator"),
        SetAccountLimits(account, choose((*(NO_LIMIT,) * 8, 2, 4, 8, 12, 0, -2)), *BY),
    )
    return choose(commands)


def draft_account_name(choose: Choose) -> str:
    return choose((*ACCOUNTS, *ACCOUNTS, *ACCOUNTS, "NOBODY"))


def draft_loss_cap(choose: Choose) -> AnyCommand:
    account, currency = draft_account_name(choose), draft_currency(choose)
    commands: tuple[AnyCommand, ...] = (
        SetLossCap(account, currency, choose((20, 50, 100, 100, 200, 400, 1, 0)), *BY),
        SetLossCap(account, currency, choose((200, 400)), *BY),
        SetLossCap(account, currency, NO_LIMIT, *BY),
        *(ReleaseLossCap(account, *BY),) * 3,
    )
    return choose(commands)


def draft_currency(choose: Choose) -> str:
    return choose((*CURRENCIES, *CURRENCIES, *CURRENCIES, "GOLD"))


def draft_kill_switch(choose: Choose) -> SetKillSwitch:
    scope: Scope = choose((SESSION, SESSION, ACCOUNT, ACCOUNT, FIRM, FIRM, VENUE))
    names = {
        SESSION: ("S1", "S2", "S2", "S2", "S3", "NOBODY"),
        ACCOUNT: (*ACCOUNTS, "NOBODY"),
        FIRM: ("FIRM A", "FIRM B", "FIRM C", ""),
        VENUE: ("", "", "", "VENUE"),
    }
    return SetKillSwitch(scope, choose(names[scope]), choose((True,) + (False,) * 15), *BY)


def draft_session_control(choose: Choose) -> ControlSession:
    return ControlSession(choose(("S1", "S2", "S3", "NOBODY")), choose((LOG_OUT, RESET_NUMBERS)), *BY)


def draft_price_limits(choose: Choose) -> SetPriceLimits:
    return SetPriceLimits(
        choose(("X", "X", "X", "Y", "Z")),
        collar_bp=choose((0, 0, 0, 0, 2_000, 4_000, 4_000, 6_000, 8_333)),
        breaker_bp=choose((0, 0, 0, 0, 0, 2_000, 4_000, 6_000, 8_333, 8_333)),
        halt_ns=choose((0, 3, 5, 10)),
        auction_ns=choose((0, 5, 10, 20)),
        reference_ticks=choose((0, 0, 0, 0, 4, 5, 6)),
        by="operator",
    )


def draft_wrong_operation(choose: Choose) -> AnyCommand:
    """What no operator may ask."""
    commands: tuple[AnyCommand, ...] = (
        SetPriceLimits("X", 10_000, by="operator"),
        SetPriceLimits("X", breaker_bp=10_000, by="operator"),
        SetPriceLimits("X", collar_bp=-1, by="operator"),
        SetPriceLimits("X", reference_ticks=PRICE_HUGE, by="operator"),
        SetFeeSchedule("USD", (), *BY),
        SetFeeSchedule("USD", (FeeTier(1, 0, 0),), *BY),
        SetFeeSchedule("USD", (FeeTier(0, 0, 0), FeeTier(0, 1, 1)), *BY),
        SetFeeSchedule("USD", (FeeTier(0, 0, 100_001),), *BY),
        SetFeeSchedule("GOLD", (FeeTier(0, 0, 0),), *BY),
        SetAccountFees("ANN", "USD", (-100_001, 0), *BY),
        SetOrderGroup("ANN", "", "X", 5, 5, *BY),
        SetOrderGroup("ANN", "G1", "X", 0, 5, *BY),
        SetOrderGroup("ANN", "G1", "X", 5, 0, *BY),
        SetOrderGroup("ANN", "G1", "NONE", 5, 5, *BY),
        SetOrderGroup("NOBODY", "G1", "X", 5, 5, *BY),
        SetLossCap("ANN", "USD", 5, "", ""),
        SetKillSwitch(VENUE, "", True, "", ""),
        ControlSession("S1", LOG_OUT, "", ""),
        SetTradingState("X", HALTED, *BY, -5),
    )
    return choose(commands)


def draft_fees(choose: Choose) -> AnyCommand:
    maker, taker = choose((-20_000, 0, 10_000, 33_333)), choose((0, 25_000, 50_000, 100_000))
    tiers = (FeeTier(0, maker, taker), FeeTier(300, -1_000, taker // 2), FeeTier(2_000, 0, taker * 2 // 3))
    account, currency = draft_account_name(choose), draft_currency(choose)
    commands: tuple[AnyCommand, ...] = (
        SetFeeSchedule(currency, tiers[: choose((1, 2, 3))], *BY),
        SetAccountFees(account, currency, (maker, taker), *BY),
        SetAccountFees(account, currency, None, *BY),
    )
    return choose(commands)


def draft_balance(choose: Choose) -> MoveBalance:
    return MoveBalance(
        choose((*("CAT", "DAN") * 6, "ANN", "NEW", "NOBODY")),
        draft_currency(choose),
        choose((50, 50, 100, 100, 200, 10, -10, -50, -100, -300, 0, 2**62)),
        choose(("",) * 9 + ("=1", "=2", "none")),
        *BY,
    )


def draft_order_group(choose: Choose) -> SetOrderGroup:
    lots_max, window_ns = choose((5, 10, 10, 20, NO_LIMIT)), choose((3, 10, 50, 200))
    symbol = choose((*("X",) * 6, "Y"))
    return SetOrderGroup(choose(ACCOUNTS), choose(("G1", "G2")), symbol, lots_max, window_ns, *BY)


def draft_amendment(choose: Choose) -> AnyCommand:
    """trade_id is drafted as a percentage of the orders entered so far."""
    percent = choose((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15))
    commands: tuple[AnyCommand, ...] = (
        BustTrade(percent, *BY),
        CorrectTrade(percent, choose((4, 5, 6, 5, 9, 1, 0, PRICE_HUGE)), choose((1, 1, 2, 3, 20, 0)), *BY),
        CorrectTrade(percent, choose((4, 5, 6)), choose((1, 1, 2)), *BY),
    )
    return choose(commands)
