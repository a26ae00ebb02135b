"""The state as canonical bytes, and back: what state hashes and snapshots are made of.

Orders are written in the order of the queues they stand in (order_rows.py), closed ones in the order they
closed; everything else (levels, totals, indexes) follows from them and is built again on load.

Invariant: dump(load(dump(state))) == dump(state), and the bytes do not depend on the process.
"""

from typing import Final, TypeAlias

import msgspec

from venue.engine.accounts import Account
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
    order_id_of,
    order_row,
)
from venue.engine.state import State
from venue.engine.triggers import index_quoted
from venue.errors import OperatorError
from venue.messages import OpenAccount, SetSession

ENGINE_VERSION: Final = 2  # of the trading rules and of the dump; another one gives another state hash

# version; closed_orders_max, journal_seq, time_ns, day_end_ns, last order_id, exec_id and trade_id;
# accounts, books, held orders, closed orders, lists, sessions by name
StateRow: TypeAlias = tuple[
    int,
    list[int],
    list[OpenAccount],
    list[BookRow],
    list[OrderRow],
    list[OrderRow],
    list[ListRow],
    list[SetSession],
]

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(StateRow)


def dump(state: State) -> bytes:
    """The whole state, between two commands. Cost: O(orders remembered)."""
    counters = [
        state.closed_orders_max,
        state.journal_seq,
        state.time_ns,
        state.day_end_ns,
        state.last_order_id,
        state.last_exec_id,
        state.last_trade_id,
    ]
    accounts = [account.listing for account in state.accounts.values()]
    books = [book_row(book) for book in state.books.values()]
    closed = [order_row(order) for order in state.closed]
    sessions = [session.setting for _, session in sorted(state.sessions.items()) if session.setting is not None]
    row: StateRow = (
        ENGINE_VERSION,
        counters,
        accounts,
        books,
        held_rows(state),
        closed,
        list_rows(state),
        sessions,
    )
    return _encoder.encode(row)


def load(payload: bytes) -> State:
    """Build the state of a dump. Raises OperatorError when another engine version wrote it, and
    msgspec.DecodeError or ValidationError when it is no dump."""
    version, counters, accounts, books, held, closed, lists, sessions = _decoder.decode(payload)
    if version != ENGINE_VERSION:
        raise OperatorError(f"engine version of the dump was {version}, this venue has {ENGINE_VERSION}")
    state = State(counters[0])
    state.journal_seq, state.time_ns, state.day_end_ns = counters[1:4]
    state.last_order_id, state.last_exec_id, state.last_trade_id = counters[4:]
    state.accounts = {listing.account: Account(listing, number) for number, listing in enumerate(accounts)}
    for setting in sessions:
        session = state.session(setting.session)
        session.setting = setting
        session.trades = {name: state.accounts[name] for name in setting.trades}
    for book in books:
        load_book(state, book)
    for row in held:
        load_held(state, row)
    opened = sorted(state.orders.values(), key=order_id_of)
    for row in closed:
        load_closed(state, row)
    for list_row in lists:
        load_list(state, list_row)
    for order in opened:
        state.open(order)
    state.note_state_times()
    index_quoted(state)
    return state
