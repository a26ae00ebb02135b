"""Fee schedules and accounts' own rates; and locks, which follow the rates."""

from venue.engine.accounts import Account
from venue.engine.ending import cancel
from venue.engine.fees import FeeAccount, are_rates, are_tiers
from venue.engine.locks import adjust, lock_of_a_lot
from venue.engine.order import Order
from venue.engine.state import State
from venue.messages import BUY, SetAccountFees, SetFeeSchedule, SettingChanged
from venue.reasons import BAD_VALUE, INSUFFICIENT_BALANCE, UNKNOWN_ACCOUNT, UNKNOWN_CURRENCY


def set_fee_schedule(state: State, request: SetFeeSchedule) -> int:
    """Cost: O(accounts), and O(open orders) of prefunded ones whose rates change."""
    till = state.tills.get(request.currency)
    if till is None:
        return UNKNOWN_CURRENCY
    if not are_tiers(request.tiers):
        return BAD_VALUE
    till.schedule = request
    state.events.append(SettingChanged(request))
    for account in state.accounts.values():
        fee_account = account.fee_accounts.get(request.currency)
        if fee_account is not None:
            take_rates(state, account, fee_account)
    return 0


def set_account_fees(state: State, request: SetAccountFees) -> int:
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if request.currency not in state.tills:
        return UNKNOWN_CURRENCY
    if request.rates is not None and not are_rates(request.rates):
        return BAD_VALUE
    fee_account = state.fee_account(account, request.currency)
    fee_account.override = request
    state.events.append(SettingChanged(request))
    take_rates(state, account, fee_account)
    return 0


def roll_volumes(state: State) -> None:
    """The day is over: volumes move on, tiers with them, accounts in the order of opening."""
    for account in state.accounts.values():
        for _, fee_account in sorted(account.fee_accounts.items()):
            fee_account.roll_day()
            take_rates(state, account, fee_account)


def take_rates(state: State, account: Account, fee_account: FeeAccount) -> None:
    """Bring an account's rates to what is in force, and the locks of its open orders to the rates."""
    former_rate = fee_account.lock_rate
    fee_account.take_rates()
    if account.is_prefunded and fee_account.lock_rate != former_rate:
        lock_anew(state, account, fee_account)


def lock_anew(state: State, account: Account, fee_account: FeeAccount) -> None:
    """Lock for each buy at the new rate, older orders first; one whose lock is not available is canceled."""
    for order in account.open_orders():
        if order.ended_as or order.side != BUY or order.holding.fee_account is not fee_account:
            continue
        if added_units(order) > order.holding.paying_purse(BUY).available():
            cancel(state, order, INSUFFICIENT_BALANCE)
        else:
            adjust(order)


def added_units(order: Order) -> int:
    """What an order, with its OCO partner, would lock more than it does."""
    if order.is_held:
        return 0
    units, locked = order.leaves_lots * lock_of_a_lot(order), order.lock_units
    partner = order.partner
    if partner is not None and not partner.is_held:
        locked += partner.lock_units
        units = max(units, partner.leaves_lots * lock_of_a_lot(partner))
    return units - locked
