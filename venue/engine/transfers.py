"""Deposits to and withdrawals from prefunded accounts, each once however often it is asked for."""

from venue.engine.balances import purse
from venue.engine.rounding import bounded
from venue.engine.state import State
from venue.messages import UNITS_MAX, BalanceMoved, MoveBalance
from venue.reasons import (
    BAD_VALUE,
    INSUFFICIENT_BALANCE,
    NOT_PREFUNDED,
    TRANSACTION_REUSED,
    UNKNOWN_ACCOUNT,
    UNKNOWN_CURRENCY,
)


def move_balance(state: State, request: MoveBalance) -> int:
    """A transaction that is known changes nothing, and is answered with the balance as it is now."""
    known = state.transactions.get(request.transaction_id)
    transaction = (request.account, request.currency, request.amount_units)
    reason = move_reason(state, request)
    if not reason and known is not None and known != transaction:
        reason = TRANSACTION_REUSED
    if not reason and known is None:
        reason = amount_reason(state, request)
    if reason:
        return reason
    moved = purse(state.accounts[request.account], request.currency)
    if known is None:
        moved.total += request.amount_units
        state.transactions[request.transaction_id] = transaction
        if len(state.transactions) > state.transactions_max:
            del state.transactions[next(iter(state.transactions))]
    state.events.append(BalanceMoved(request, bounded(moved.total), bounded(moved.locked), known is not None))
    return 0


def move_reason(state: State, request: MoveBalance) -> int:
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if not account.is_prefunded:
        return NOT_PREFUNDED
    if request.currency not in state.tills:
        return UNKNOWN_CURRENCY
    return BAD_VALUE if request.amount_units == 0 or not request.transaction_id else 0


def amount_reason(state: State, request: MoveBalance) -> int:
    """Whether a new transaction's amount is possible: no total above the bound, nothing taken that is locked."""
    moved = purse(state.accounts[request.account], request.currency)
    if moved.total + request.amount_units > UNITS_MAX:
        return BAD_VALUE
    return INSUFFICIENT_BALANCE if moved.available() + request.amount_units < 0 else 0
