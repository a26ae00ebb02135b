"""The state as canonical bytes, and back: what state hashes and snapshots are made of.

Orders are written in the order of the queues they stand in (order_rows.py), closed ones in the order they
closed; everything else (levels, totals, indexes) follows from them and is built again on load.

Invariant: dump(load(dump(state))) == dump(state), and the bytes do not depend on the process.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from venue.engine.account_rows import (
    AccountRow,
    DayRow,
    HoldingRow,
    TillRow,
    TradeRow,
    account_row,
    day_row,
    holding_rows,
    load_account,
    load_day,
    load_holding,
    load_till,
    load_trade,
    till_rows,
    trade_row,
    watch_caps,
)
from venue.engine.order import order_id_of
from venue.engine.order_rows import (
    BookRow,
    ListRow,
    OrderRow,
    book_row,
    held_rows,
    list_rows,
    load_book,
    load_closed,
    load_held,
    load_list,
    order_row,
)
from venue.engine.queries import kill_switches, sessions
from venue.engine.state import State
from venue.engine.switches import take_switches
from venue.errors import OperatorError
from venue.messages import SetKillSwitch, SetSession

# Of the trading rules and of the dump. Raised by every change that lets a replay of old commands end otherwise or
# gives other bytes; LOADERS then keeps the way in for the version before, or nobody can go on from its last snapshot.
ENGINE_VERSION: Final = 2

# version; what is remembered at most, journal_seq, time_ns, day_end_ns, day_number, last order_id, exec_id and
# trade_id; then in this order, each as told in order_rows.py and account_rows.py
StateRow: TypeAlias = tuple[
    int,
    list[int],
    list[TillRow],
    list[AccountRow],
    list[SetSession],
    list[SetKillSwitch],
    list[BookRow],
    list[DayRow],
    list[HoldingRow],
    list[OrderRow],  # held
    list[OrderRow],  # closed
    list[ListRow],
    list[TradeRow],
    list[tuple[str, str, str, int]],  # transactions: transaction_id, account, currency, amount_units
]

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(StateRow)
_parts_decoder: Final = msgspec.msgpack.Decoder(list[msgspec.Raw])


def dump(state: State) -> bytes:
    """The whole state, between two commands. Cost: O(orders and trades remembered)."""
    row: StateRow = (
        ENGINE_VERSION,
        counters(state),
        till_rows(state),
        [account_row(account) for account in state.accounts.values()],
        sessions(state),
        kill_switches(state),
        [book_row(book) for book in state.books.values()],
        [day_row(book.day) for book in state.books.values()],
        holding_rows(state),
        held_rows(state),
        [order_row(order) for order in state.closed],
        list_rows(state),
        [trade_row(trade) for trade in state.trades],
        [(transaction_id, *transaction) for transaction_id, transaction in state.transactions.items()],
    )
    return _encoder.encode(row)


def counters(state: State) -> list[int]:
    return [
        state.closed_orders_max,
        state.trades_max,
        state.transactions_max,
        state.journal_seq,
        state.time_ns,
        state.day_end_ns,
        state.day_number,
        state.last_order_id,
        state.last_exec_id,
        state.last_trade_id,
    ]


def load(payload: bytes) -> State:
    """Build the state of a dump. Raises OperatorError when an engine version wrote it that has no loader here, and
    msgspec.DecodeError or ValidationError when it is no dump."""
    parts = _parts_decoder.decode(payload)
    version = msgspec.msgpack.decode(parts[0]) if parts else ENGINE_VERSION
    loader = LOADERS.get(version) if isinstance(version, int) else None
    if loader is None:
        raise OperatorError(f"engine version of the dump was {version}, this venue has {ENGINE_VERSION}")
    return loader(payload)


def load_rows(payload: bytes) -> State:
    row = _decoder.decode(payload)
    state = load_settings(row)
    load_trading(state, row)
    return state


def load_settings(row: StateRow) -> State:
    """A state that knows its counters, currencies, accounts, sessions and switches."""
    _, numbers, tills, accounts, settings, switches, *_ = row
    state = State(numbers[0], numbers[1], numbers[2])
    state.journal_seq, state.time_ns, state.day_end_ns, state.day_number = numbers[3:7]
    state.last_order_id, state.last_exec_id, state.last_trade_id = numbers[7:]
    for till in tills:
        load_till(state, till)
    for account in accounts:
        load_account(state, account)
    for setting in settings:
        session = state.session(setting.session)
        session.setting = setting
        session.trades = {name: state.accounts[name] for name in setting.trades}
    state.switches = {(switch.scope, switch.name): switch for switch in switches}
    take_switches(state)
    return state


def load_trading(state: State, row: StateRow) -> None:
    """Books, what accounts hold in them, orders and trades; then what follows from them."""
    _, _, _, _, _, _, books, days, holdings, held, closed, lists, trades, transactions = row
    for book in books:
        load_book(state, book)
    for instrument, day in zip(state.books.values(), days, strict=True):
        load_day(instrument.day, day)
    for holding in holdings:
        load_holding(state, holding)
    for held_row in held:
        load_held(state, held_row)
    opened = sorted(state.orders.values(), key=order_id_of)
    for closed_row in closed:
        load_closed(state, closed_row)
    for list_row in lists:
        load_list(state, list_row)
    for order in opened:
        state.open(order)
    for trade in trades:
        load_trade(state, trade)
    for transaction_id, account, currency, amount_units in transactions:
        state.transactions[transaction_id] = (account, currency, amount_units)
    state.note_state_times()
    watch_caps(state)


# By the engine version that wrote the dump: what its state is for this one.
LOADERS: Final[dict[int, Callable[[bytes], State]]] = {ENGINE_VERSION: load_rows}
