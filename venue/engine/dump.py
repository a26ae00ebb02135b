"""The state as canonical bytes, and back: what state hashes and snapshots are made of.

Orders are written in the order of the queues they stand in, closed ones in the order they closed;
everything else (levels, totals, indexes) follows from them and is built again on load.

Invariant: dump(load(dump(state))) == dump(state), and the bytes do not depend on the process.
"""

from typing import Final, TypeAlias

import msgspec

from venue.engine.accounts import Account
from venue.engine.book import Book, Ladder
from venue.engine.locks import adjust
from venue.engine.order import Order
from venue.engine.state import State
from venue.errors import OperatorError
from venue.messages import GTD, EnterOrder, ListInstrument, OpenAccount, OrdStatus, SetSession, TradingState

ENGINE_VERSION: Final = 2  # of the trading rules and of the dump; another one gives another state hash

# order_id, terms, cum_lots, notional (as text: it may pass 64 bits), shown_lots, ended_as, is_triggered,
# entered_ns, former ClOrdIDs
OrderRow: TypeAlias = tuple[int, EnterOrder, int, str, int, OrdStatus, bool, int, tuple[str, ...]]
# listing, trading state, last_ticks, orders of the bids, asks, rising and falling ladder
BookRow: TypeAlias = tuple[ListInstrument, TradingState, int, list[list[OrderRow]]]
# version; closed_orders_max, journal_seq, time_ns, day_end_ns, last order_id, exec_id and trade_id;
# accounts, books, closed orders, sessions by name
StateRow: TypeAlias = tuple[int, list[int], list[OpenAccount], list[BookRow], list[OrderRow], list[SetSession]]

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
    row: StateRow = (ENGINE_VERSION, counters, accounts, books, closed, sessions)
    return _encoder.encode(row)


def book_row(book: Book) -> BookRow:
    orders = [[order_row(order) for order in ladder.orders()] for ladder in ladders(book)]
    return book.listing, book.state, book.last_ticks, orders


def ladders(book: Book) -> list[Ladder]:
    return [book.bids, book.asks, book.rising, book.falling]


def order_row(order: Order) -> OrderRow:
    return (
        order.order_id,
        order.terms,
        order.cum_lots,
        str(order.notional),
        order.shown_lots,
        order.ended_as,
        order.is_triggered,
        order.entered_ns,
        order.former_cl_ord_ids,
    )


def load(payload: bytes) -> State:
    """Build the state of a dump. Raises OperatorError when another engine version wrote it, and
    msgspec.DecodeError or ValidationError when it is no dump."""
    version, counters, accounts, books, closed, sessions = _decoder.decode(payload)
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
    queued: list[Order] = []
    for listing, trading_state, last_ticks, rows in books:
        book = Book(listing, trading_state)
        book.last_ticks = last_ticks
        state.books[listing.symbol] = book
        for ladder, ladder_rows in zip(ladders(book), rows, strict=True):
            queued.extend([queue_order(state, ladder, row) for row in ladder_rows])
    for row in closed:
        order = build_order(state, row)
        order.leaves_lots = 0
        state.closed.append(order)
    for order in sorted(queued, key=order_id_of):
        order.account.add(order)
        adjust(order)
        if order.time_in_force == GTD:
            state.watch_expiry(order)
    return state


def order_id_of(order: Order) -> int:
    return order.order_id


def build_order(state: State, row: OrderRow) -> Order:
    order_id, terms, cum_lots, notional, _, ended_as, is_triggered, entered_ns, former_cl_ord_ids = row
    order = Order(
        order_id,
        state.accounts[terms.account].holding(state.books[terms.symbol]),
        entered_ns,
        terms,
        terms.side,
        terms.time_in_force,
        terms.qty_lots,
        terms.price_ticks,
        terms.display_lots,
    )
    order.cum_lots = cum_lots
    order.notional = int(notional)
    order.leaves_lots = terms.qty_lots - cum_lots
    order.ended_as = ended_as
    order.is_triggered = is_triggered
    order.former_cl_ord_ids = former_cl_ord_ids
    state.orders[order_id] = order
    known = state.cl_ord_ids(terms.session)
    known[terms.cl_ord_id] = order
    for cl_ord_id in former_cl_ord_ids:
        known[cl_ord_id] = order
    return order


def queue_order(state: State, ladder: Ladder, row: OrderRow) -> Order:
    """Put an open order behind those of its level that stand before it in the dump, with its slice."""
    order = build_order(state, row)
    ladder.add(order, order.terms.stop_ticks if order.is_waiting() else order.price_ticks)
    level = order.level
    assert level is not None
    level.shown_lots += row[4] - order.shown_lots
    order.shown_lots = row[4]
    return order
