"""Orders, lists and books as the rows of a dump, and back.

Orders are written in the order of the queues they stand in; levels, totals and indexes follow from that and
are built again. An order that was forgotten but is still named by a list stands in that list's row.
"""

from typing import Final, TypeAlias

from venue.engine.bands import set_breaker
from venue.engine.book import Book, Ladder
from venue.engine.lists import OrderList
from venue.engine.order import Order, order_id_of
from venue.engine.state import State
from venue.messages import Contingency, EnterOrder, ListInstrument, OrdStatus, SetPriceLimits, TradingState

# order_id, terms, cum_lots, notional (as text: it may pass 64 bits), shown_lots, ended_as, is_triggered,
# entered_ns, former ClOrdIDs, that of the request that canceled it
OrderRow: TypeAlias = tuple[int, EnterOrder, int, str, int, OrdStatus, bool, int, list[str], str]
# listing, trading state, until_ns, last_ticks, price limits, the breaker's reference, orders of each ladder
BookRow: TypeAlias = tuple[ListInstrument, TradingState, int, int, SetPriceLimits, int, list[list[OrderRow]]]
# list id, contingency, whether its last two orders cancel each other, order ids, forgotten orders
ListRow: TypeAlias = tuple[str, Contingency, bool, list[int], list[OrderRow]]

FIRST_TRIGGER_LADDER: Final = 2


def book_row(book: Book) -> BookRow:
    orders = [[order_row(order) for order in ladder.orders()] for ladder in ladders(book)]
    return book.listing, book.state, book.until_ns, book.last_ticks, book.limits, book.reference_ticks, orders


def ladders(book: Book) -> list[Ladder]:
    return [book.bids, book.asks, book.rising, book.falling, *book.quoted]


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
        order.former_cl_ord_ids or [],
        order.canceled_as,
    )


def held_rows(state: State) -> list[OrderRow]:
    """The open orders that stand in no queue."""
    return [order_row(order) for order in open_orders(state) if order.is_held]


def list_rows(state: State) -> list[ListRow]:
    """The lists with open orders, in the order of their entry."""
    rows: list[ListRow] = []
    seen: set[int] = set()
    for order in open_orders(state):
        order_list = order.list
        if order_list is None or order_list.orders[0].order_id in seen:
            continue
        seen.add(order_list.orders[0].order_id)
        order_ids = [listed.order_id for listed in order_list.orders]
        forgotten = [order_row(listed) for listed in order_list.orders if listed.order_id not in state.orders]
        rows.append((order_list.list_id, order_list.contingency, order_list.is_linked, order_ids, forgotten))
    return rows


def open_orders(state: State) -> list[Order]:
    """In ascending order_id."""
    found = [order for account in state.accounts.values() for order in account.open_orders()]
    return sorted(found, key=order_id_of)


# ---------------------------------------------------------------------------------------------------
# Back


def load_book(state: State, row: BookRow) -> None:
    """List the instrument with its orders; they are not yet among their accounts' open ones."""
    listing, trading_state, until_ns, last_ticks, limits, reference_ticks, ladder_rows = row
    book = Book(listing, trading_state)
    state.books[listing.symbol] = book
    book.until_ns = until_ns
    book.last_ticks = last_ticks
    book.limit_prices(limits)
    set_breaker(book, reference_ticks)
    for number, (ladder, rows) in enumerate(zip(ladders(book), ladder_rows, strict=True)):
        for order_row in rows:
            order = known_order(state, order_row)
            if number < FIRST_TRIGGER_LADDER:
                rest(ladder, order, order_row[4])
            else:
                book.wait(order)
    if book.is_waited_in():
        book.tell_quotes(state.requoted_books)


def rest(ladder: Ladder, order: Order, shown_lots: int) -> None:
    """Queue an order behind those of its level that stand before it in the dump, with its slice."""
    ladder.add(order, order.price_ticks)
    level = order.level
    assert level is not None
    level.shown_lots += shown_lots - order.shown_lots
    order.shown_lots = shown_lots


def load_held(state: State, row: OrderRow) -> None:
    order = known_order(state, row)
    order.is_held = True


def load_closed(state: State, row: OrderRow) -> None:
    order = known_order(state, row)
    order.leaves_lots = 0
    state.closed.append(order)


def load_list(state: State, row: ListRow) -> None:
    """Tie the orders of a list together again; all of them are known, or in the row itself."""
    list_id, contingency, is_linked, order_ids, forgotten = row
    ended = {order_row[0]: build_order(state, order_row) for order_row in forgotten}
    for order in ended.values():
        order.leaves_lots = 0
    orders = [ended.get(order_id) or state.orders[order_id] for order_id in order_ids]
    OrderList(list_id, contingency, orders).is_linked = is_linked


def known_order(state: State, row: OrderRow) -> Order:
    """Build an order that is found by its id and by every ClOrdID it has or had."""
    order = build_order(state, row)
    state.orders[order.order_id] = order
    known = state.cl_ord_ids(order.terms.session)
    known[order.terms.cl_ord_id] = order
    for cl_ord_id in order.former_cl_ord_ids or ():
        known[cl_ord_id] = order
    if order.canceled_as:
        known[order.canceled_as] = order
    return order


def build_order(state: State, row: OrderRow) -> Order:
    order_id, terms, cum_lots, notional, _, ended_as, is_triggered, entered_ns, former_cl_ord_ids, canceled_as = row
    order = Order(
        order_id,
        state.holding(state.accounts[terms.account], state.books[terms.symbol]),
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
    order.former_cl_ord_ids = former_cl_ord_ids or None
    order.canceled_as = canceled_as
    order.trail_ticks = terms.trail_ticks
    return order
