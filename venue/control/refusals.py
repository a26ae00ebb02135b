"""What to do about a refusal: a remedy for each reason, and what a value out of range may be."""

from typing import Final

from venue import reasons
from venue.messages import (
    AnyCommand,
    CorrectTrade,
    ListInstrument,
    MassCancelRejected,
    MoveBalance,
    OperationRefused,
    SetAccountFees,
    SetFeeSchedule,
    SetLossCap,
    SetOrderGroup,
    SetPriceLimits,
    SetTradingState,
)
from venue.reasons import REASONS

REMEDIES: Final[dict[int, str]] = {
    reasons.UNKNOWN_ACCOUNT: "`venue account list` shows those there are",
    reasons.UNKNOWN_SYMBOL: "`venue instrument list` shows those there are",
    reasons.UNKNOWN_SESSION: "`venue session list` shows those there are",
    reasons.UNKNOWN_FIRM: "`venue account list` shows the firms",
    reasons.UNKNOWN_CURRENCY: "`venue fee list` shows those there are",
    reasons.UNKNOWN_TRADE: "it was never made, is busted already, or is too old to be changed",
    reasons.NOT_PREFUNDED: "only accounts with settlement prefunded have balances (`venue account show{account}`)",
    reasons.TRANSACTION_REUSED: "give this one an id of its own",
    reasons.IN_USE: "close its position, cancel its orders and withdraw its balances first",
    reasons.INSUFFICIENT_BALANCE: "`venue balance{account}` shows what is available and what open orders lock",
    reasons.MISMATCH: "tick, lot, currencies and decimals of an instrument stay for ever: add a new symbol",
}
ALLOWED: Final[dict[type, str]] = {  # what a value out of range may be
    MoveBalance: "the amount must be above 0, and the balance may not pass 64 bits",
    SetTradingState: "a time goes with halted, pre-open and auction only, and must be above 0",
    SetLossCap: "a cap must be above 0, or none",
    SetFeeSchedule: "the first tier is from volume 0, each next one from more; rates are from -10 % to 10 %",
    SetAccountFees: "rates are from -10 % to 10 %",
    SetPriceLimits: "collar and circuit breaker must be below 100 %",
    SetOrderGroup: "the quantity and its time must be above 0",
    ListInstrument: (
        "the smallest quantity must be above 0 and not above the largest; a smaller largest one or fewer decimals may "
        "fit"
    ),
    CorrectTrade: "give another price, or a quantity below the trade's",
}


def refusal_told(event: OperationRefused | MassCancelRejected, command: AnyCommand) -> str:
    """Reason, limit and remedy in one sentence."""
    reason = REASONS[event.reason].text + (f" ({event.text})" if event.text else "")
    account = getattr(command, "account", "")
    remedy = REMEDIES.get(event.reason, "").format(account=f" {account}" if account else "")
    if event.reason == reasons.BAD_VALUE:
        remedy = ALLOWED.get(type(command), "one of its values is none that the venue takes")
    return f"{reason}: {remedy}" if remedy else reason
