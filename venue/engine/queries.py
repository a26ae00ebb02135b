"""What may be asked about accounts, money, fees and instruments between two commands. Nothing changes."""

from venue.engine.accounts import Account
from venue.engine.auction import indicative
from venue.engine.fees import FeeAccount
from venue.engine.order import Order
from venue.engine.rounding import bounded
from venue.engine.state import State
from venue.engine.trades import Trade
from venue.messages import (
    Balance,
    Currency,
    FeeStatus,
    InstrumentStatus,
    Limits,
    Position,
    SetKillSwitch,
    SetOrderGroup,
    SetSession,
    TradeStatus,
)


def resting(order: Order) -> tuple[int, int, int, int] | None:
    level = order.level
    if level is None or level.ladder is not order.book.own_side(order.side):
        return None
    return order.side, level.ladder.sign * level.key, order.shown_lots, order.rank


def sessions(state: State) -> list[SetSession]:
    return [session.setting for _, session in sorted(state.sessions.items()) if session.setting is not None]


def used_accounts(state: State) -> dict[str, list[str]]:
    used = {(order.terms.session, order.terms.account) for order in state.orders.values()}
    found: dict[str, list[str]] = {}
    for session, account in sorted(used):
        found.setdefault(session, []).append(account)
    return found


def kill_switches(state: State) -> list[SetKillSwitch]:
    return [switch for _, switch in sorted(state.switches.items())]


def currencies(state: State) -> list[Currency]:
    return [
        Currency(currency, till.decimals, bounded(till.revenue), till.tiers())
        for currency, till in sorted(state.tills.items())
    ]


def positions(state: State, name: str) -> list[Position]:
    account = state.accounts.get(name)
    if account is None:
        return []
    found: list[Position] = []
    for book in state.books.values():
        holding = account.holdings.get(book.symbol)
        if holding is not None and not holding.is_blank():
            found.append(holding.status(book.mark_half()))
    return found


def balances(state: State, name: str) -> list[Balance]:
    account = state.accounts.get(name)
    if account is None:
        return []
    return [
        Balance(name, currency, bounded(purse.total), bounded(purse.locked))
        for currency, purse in sorted(account.purses.items())
        if purse.total
    ]


def fees(state: State, name: str) -> list[FeeStatus]:
    account = state.accounts.get(name)
    if account is None:
        return []
    found: list[FeeStatus] = []
    for currency in sorted({book.listing.quote for book in state.books.values()}):
        fee_account = account.fee_accounts.get(currency)
        found.append((FeeAccount(state.tills[currency]) if fee_account is None else fee_account).status(name))
    return found


def limits(state: State, name: str) -> Limits | None:
    account = state.accounts.get(name)
    if account is None:
        return None
    return Limits(
        account.limits,
        tuple([account.order_limits[symbol] for symbol in state.books if symbol in account.order_limits]),
        tuple([cap.status() for _, cap in sorted(account.loss_caps.items())]),
        groups(account),
        account.open_count,
        account.is_killed,
    )


def groups(account: Account) -> tuple[tuple[SetOrderGroup, bool], ...]:
    return tuple([(group.setting, group.is_tripped) for _, group in sorted(account.order_groups.items())])


def instrument(state: State, symbol: str) -> InstrumentStatus | None:
    book = state.books.get(symbol)
    if book is None:
        return None
    day = book.day
    indicative_ticks, indicative_lots, _ = indicative(book)
    return InstrumentStatus(
        book.listing,
        book.state,
        book.until_ns,
        book.limits,
        book.reference_ticks,
        book.last_ticks,
        day.open_ticks,
        day.high_ticks,
        day.low_ticks,
        bounded(day.volume_lots),
        bounded(day.notional),
        day.trades,
        indicative_ticks,
        bounded(indicative_lots),
    )


def trade(state: State, trade_id: int) -> TradeStatus | None:
    place = trade_id - state.trades[0].trade_id if state.trades else -1
    return trade_status(state, state.trades[place]) if 0 <= place < len(state.trades) else None


def newest_trades(state: State, count: int) -> list[TradeStatus]:
    found: list[TradeStatus] = []
    for remembered in reversed(state.trades):
        if len(found) >= count:
            break
        found.append(trade_status(state, remembered))
    return found


def trade_status(state: State, trade: Trade) -> TradeStatus:
    maker, taker = state.orders.get(trade.maker_order_id), state.orders.get(trade.taker_order_id)
    return TradeStatus(
        trade.trade_id,
        trade.book.symbol,
        trade.price_ticks,
        trade.lots,
        trade.is_auction,
        trade.maker_order_id,
        "" if maker is None else maker.terms.account,
        trade.taker_order_id,
        "" if taker is None else taker.terms.account,
    )
