"""Accounts, currencies and trades as the rows of a dump, and back.

Sums that may pass 64 bits are written as text. Rates, locks, open lots and the marks at which loss caps are
looked at follow from the rest and are built again.
"""

from typing import TypeAlias

from venue.engine.accounts import Account
from venue.engine.balances import purse
from venue.engine.fees import FeeAccount, Till
from venue.engine.groups import Group
from venue.engine.losses import LossCap, stop_or_let_go, watch
from venue.engine.positions import Holding
from venue.engine.state import State
from venue.engine.trades import Day, Trade
from venue.messages import (
    OpenAccount,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
)

# currency, decimals, revenue, schedule
TillRow: TypeAlias = tuple[str, int, str, SetFeeSchedule | None]
# currency, override, volumes: today, of 30 days, of each day
FeeRow: TypeAlias = tuple[str, SetAccountFees | None, str, str, list[str]]
# setting, the P&L it counts from, whether it was reached and at which loss
CapRow: TypeAlias = tuple[SetLossCap, str, bool, str]
# setting, whether it is tripped, fills as (time_ns, lots)
GroupRow: TypeAlias = tuple[SetOrderGroup, bool, list[tuple[int, int]]]
# listing, limits, order limits, (currency, total), fees, loss caps, groups
AccountRow: TypeAlias = tuple[
    OpenAccount,
    SetAccountLimits,
    list[SetOrderLimits],
    list[tuple[str, str]],
    list[FeeRow],
    list[CapRow],
    list[GroupRow],
]
# account, symbol, position_lots, open_notional, realized, fees_units
HoldingRow: TypeAlias = tuple[str, str, str, str, str, str]
# trade_id, symbol, day_number, price_ticks, lots, is_auction; order_id, exec_id and rate of maker and taker
TradeRow: TypeAlias = tuple[int, str, int, int, int, bool, int, int, int, int, int, int]
# open, high, low, volume, notional, trades
DayRow: TypeAlias = tuple[int, int, int, str, str, int]


def till_rows(state: State) -> list[TillRow]:
    return [
        (currency, till.decimals, str(till.revenue), till.schedule) for currency, till in sorted(state.tills.items())
    ]


def account_row(account: Account) -> AccountRow:
    purses = [(currency, str(held.total)) for currency, held in sorted(account.purses.items()) if held.total]
    return (
        account.listing,
        account.limits,
        [limits for _, limits in sorted(account.order_limits.items())],
        purses,
        [fee_row(fees) for _, fees in sorted(account.fee_accounts.items()) if not fees.is_blank()],
        [cap_row(cap) for _, cap in sorted(account.loss_caps.items())],
        [group_row(group) for _, group in sorted(account.order_groups.items())],
    )


def fee_row(fees: FeeAccount) -> FeeRow:
    days = [str(volume) for volume in fees.days]
    return fees.till.currency, fees.override, str(fees.volume_today), str(fees.volume_30d), days


def cap_row(cap: LossCap) -> CapRow:
    return cap.setting, str(cap.base_half), cap.is_reached, str(cap.lost_units)


def group_row(group: Group) -> GroupRow:
    return group.setting, group.is_tripped, list(group.fills)


def holding_rows(state: State) -> list[HoldingRow]:
    """What accounts hold, in the order of opening and listing."""
    return [
        holding_row(account.holdings[symbol])
        for account in state.accounts.values()
        for symbol in state.books
        if symbol in account.holdings and not account.holdings[symbol].is_blank()
    ]


def holding_row(holding: Holding) -> HoldingRow:
    return (
        holding.account.name,
        holding.book.symbol,
        str(holding.position_lots),
        str(holding.open_notional),
        str(holding.realized),
        str(holding.fees_units),
    )


def trade_row(trade: Trade) -> TradeRow:
    return (
        trade.trade_id,
        trade.book.symbol,
        trade.day_number,
        trade.price_ticks,
        trade.lots,
        trade.is_auction,
        trade.maker_order_id,
        trade.maker_exec_id,
        trade.maker_rate,
        trade.taker_order_id,
        trade.taker_exec_id,
        trade.taker_rate,
    )


def day_row(day: Day) -> DayRow:
    return day.open_ticks, day.high_ticks, day.low_ticks, str(day.volume_lots), str(day.notional), day.trades


# ---------------------------------------------------------------------------------------------------
# Back


def load_till(state: State, row: TillRow) -> None:
    currency, decimals, revenue, schedule = row
    till = state.tills[currency] = Till(currency, decimals)
    till.revenue = int(revenue)
    till.schedule = schedule


def load_account(state: State, row: AccountRow) -> None:
    """Open an account with its settings; its tills are there already."""
    listing, limits, order_limits, purses, fee_rows, cap_rows, group_rows = row
    account = state.accounts[listing.account] = Account(listing, len(state.accounts))
    account.limits = limits
    account.open_orders_max = limits.open_orders_max
    account.order_limits = {setting.symbol: setting for setting in order_limits}
    for currency, total in purses:
        purse(account, currency).total = int(total)
    for fee_row in fee_rows:
        load_fees(state.fee_account(account, fee_row[0]), fee_row)
    for cap_row in cap_rows:
        load_cap(state, account, cap_row)
    stop_or_let_go(account)
    for group_row in group_rows:
        load_group(account, group_row)


def load_fees(fees: FeeAccount, row: FeeRow) -> None:
    _, fees.override, today, of_30_days, days = row
    fees.volume_today = int(today)
    fees.volume_30d = int(of_30_days)
    fees.days = [int(volume) for volume in days]
    fees.take_rates()


def load_cap(state: State, account: Account, row: CapRow) -> None:
    setting, base_half, is_reached, lost_units = row
    cap = account.loss_caps[setting.currency] = LossCap(account, setting, state.tills[setting.currency].decimals)
    cap.base_half = int(base_half)
    cap.is_reached = is_reached
    cap.lost_units = int(lost_units)


def load_group(account: Account, row: GroupRow) -> None:
    setting, is_tripped, fills = row
    group = account.order_groups[setting.group] = Group(setting)
    group.is_tripped = is_tripped
    group.fills.extend(fills)
    group.filled_lots = sum([lots for _, lots in fills])


def load_holding(state: State, row: HoldingRow) -> None:
    account, symbol, position_lots, open_notional, realized, fees_units = row
    holding = state.holding(state.accounts[account], state.books[symbol])
    holding.position_lots = int(position_lots)
    holding.open_notional = int(open_notional)
    holding.realized = int(realized)
    holding.fees_units = int(fees_units)


def load_trade(state: State, row: TradeRow) -> None:
    trade_id, symbol, day_number, price_ticks, lots, is_auction, *sides = row
    state.trades.append(Trade(trade_id, state.books[symbol], day_number, price_ticks, lots, is_auction, *sides))


def load_day(day: Day, row: DayRow) -> None:
    day.open_ticks, day.high_ticks, day.low_ticks, volume_lots, notional, day.trades = row
    day.volume_lots = int(volume_lots)
    day.notional = int(notional)


def watch_caps(state: State) -> None:
    """Have every cap that is not reached looked at again in time; positions and marks are there already."""
    for account in state.accounts.values():
        for cap in account.loss_caps.values():
            if not cap.is_reached:
                watch(state, cap, cap.daily_half() + 2 * cap.setting.cap_units)
