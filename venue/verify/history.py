"""The history in SQL against the engine at its journal_seq: orders, positions, balances and fees.

Whatever the engine has forgotten, of orders that closed long ago, can only be seen to be closed. The stop price of a
trailing stop moves with the market, which is no event: it is not compared.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select

from venue.engine.engine import Engine
from venue.increments import money_increment
from venue.journal import JournalReader
from venue.messages import TRAILING_STOP, OrderStatus
from venue.recorder import tables
from venue.recorder.execution_rows import STATUS_CHARS
from venue.recorder.listing import Listing
from venue.recorder.order_rows import entered_row
from venue.recorder.reading import History, Moment, NoHistoryError
from venue.recorder.stretch import OrderChange
from venue.snapshots import Show
from venue.units import Units
from venue.verify.course import Differences, Stop, Tell, difference

CLOSED: Final = ("2", "4", "C")
_AT_ONCE: Final = 1_000  # rows fetched
_NOT_KEPT: Final = ("reason", "entered_seq", "changed_ns", "changed_seq")  # by the engine

Sums: TypeAlias = dict[tuple[str, ...], tuple[str, ...]]


class Kept(NamedTuple):
    """A history as it was at one moment, for as long as its transaction is open."""

    connection: Connection
    moment: Moment

    def where(self) -> str:
        return f"the history at {self.moment.journal_seq}"


@contextmanager
def kept_as_it_is(history: History, tell: Tell) -> Iterator[Kept | None]:
    """None: there is no history. Raises OperatorError when it cannot be read."""
    with ExitStack() as reading:
        try:
            kept = Kept(*reading.enter_context(history.reading()))
        except NoHistoryError as error:
            tell(str(error))
            kept = None
        yield kept


def history_stops(kept: Kept | None, reader: JournalReader, from_seq: int, tell: Tell, show: Show) -> Iterator[Stop]:
    """Where the history ends; told, and none, where the replay begins behind it."""
    if kept is None:
        return
    journal_seq, last_seq = kept.moment.journal_seq, reader.last_seq()
    if journal_seq > last_seq:
        text = f"{kept.where()} is beyond the journal, which ends at {last_seq}: the journal has lost commands, or the "
        yield Stop(from_seq, partial(_one, text + "history is of another one"), "")
    elif journal_seq < from_seq:
        tell(f"{kept.where()} is not compared: the replay begins behind it")
    elif reason := _of_another_journal(kept, reader):
        yield Stop(journal_seq, partial(_one, reason), "")
    else:
        compare = partial(_compare, kept, show)
        yield Stop(journal_seq, compare, "the history is what the journal gives")


def _of_another_journal(kept: Kept, reader: JournalReader) -> str:
    link = reader.link_before(kept.moment.journal_seq + 1)
    if (link.last_seq, link.chain_hash) == (kept.moment.journal_seq, bytes(kept.moment.chain_hash)):
        return ""
    return f"{kept.where()} is of another journal: the chain hash there is not the one it was made of"


def _one(sentence: str, _engine: Engine) -> Differences:
    yield sentence


def _compare(kept: Kept, show: Show, engine: Engine) -> Differences:
    listings = {listed.symbol: Listing(listed) for listed in engine.instruments()}
    with show("comparing the history", "orders") as progress:
        yield from _orders(kept, engine, listings, progress)
    given = _positions(engine, listings)
    yield from _sums(kept, "position", tables.positions, ("qty", "open_value", "realized", "fees"), given)
    yield from _sums(kept, "balance", tables.balances, ("total",), _balances(engine))
    yield from _fees(kept, engine, listings)


# -- orders ------------------------------------------------------------------------------------------------

_COLUMNS: Final = [column.name for column in tables.orders.columns if column.name not in _NOT_KEPT]
_compared: Final = itemgetter(
    *(place for place, column in enumerate(tables.orders.columns) if column.name not in _NOT_KEPT)
)


def _orders(
    kept: Kept, engine: Engine, listings: Mapping[str, Listing], progress: Callable[[int, int], None]
) -> Differences:
    """Each one that is kept, and that none is missing: OrderIDs have no gaps."""
    column = tables.orders.c
    newest_id = kept.connection.execute(select(func.max(column.order_id))).scalar_one() or 0
    columns = (column[name] for name in _COLUMNS)
    wanted = select(*columns).order_by(column.order_id).execution_options(yield_per=_AT_ONCE)
    last_id = 0
    with kept.connection.execute(wanted) as rows:
        for row in rows:
            order_id = row.order_id
            for missing_id in range(last_id + 1, order_id):
                yield f"{kept.where()} has no order {missing_id}"
            last_id = order_id
            yield from _order(kept, row, engine.find_order_by_id(order_id), listings)
            if order_id % _AT_ONCE == 0:
                progress(order_id, newest_id)
    while engine.find_order_by_id(last_id + 1) is not None:
        last_id += 1
        yield f"{kept.where()} has no order {last_id}"


def _order(kept: Kept, row: Any, status: OrderStatus | None, listings: Mapping[str, Listing]) -> Differences:
    where = f"{kept.where()}: order {row.order_id}"
    if status is None:
        if row.ord_status not in CLOSED:
            yield difference(where, "ord_status", row.ord_status, "no such order, or one that has closed")
        return
    given = _compared(_given(status, listings[status.terms.symbol]))
    if tuple(row) == given:
        return
    for name, value, expected in zip(_COLUMNS, row, given, strict=True):
        moves = name == "stop_price" and status.terms.ord_type == TRAILING_STOP
        if value != expected and not moves:
            yield difference(where, name, value, expected)


def _given(status: OrderStatus, listing: Listing) -> tuple[Any, ...]:
    """The row of an order as the recorder would write it now, from what the engine says of it."""
    change = OrderChange(listing)
    change.terms, change.ord_status, change.entered_ns = (
        status.terms,
        STATUS_CHARS[status.ord_status],
        status.entered_ns,
    )
    change.cum_lots, change.leaves_lots, change.notional = status.cum_lots, status.leaves_lots, status.notional
    change.triggered, change.held = status.triggered, status.held
    return entered_row(status.order_id, change)


# -- money -------------------------------------------------------------------------------------------------


def _positions(engine: Engine, listings: Mapping[str, Listing]) -> Sums:
    given: Sums = {}
    for account in engine.accounts():
        for position in engine.positions(account.account):
            listing = listings[position.symbol]
            money = listing.quote_units.to_text
            open_value = money(position.open_notional * listing.factor)
            amounts = (open_value, money(position.realized_units), money(position.fees_units))
            given[position.account, position.symbol] = (listing.lots.to_text(position.qty_lots), *amounts)
    return given


def _balances(engine: Engine) -> Sums:
    units = Units(engine.instruments())
    return {
        (balance.account, balance.currency): (units.money(balance.currency).to_text(balance.total_units),)
        for account in engine.accounts()
        for balance in engine.balances(account.account)
    }


def _sums(kept: Kept, what: str, table: Any, names: tuple[str, ...], given: Sums) -> Differences:
    """By the two columns of the key. What is not kept, and what is not given, is 0."""
    keys = [column.name for column in table.primary_key]
    rows = kept.connection.execute(select(*(table.c[name] for name in (*keys, *names)))).all()
    found = {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in rows}
    for key in sorted(found.keys() | given.keys()):
        where = f"{kept.where()}: {what} of {' in '.join(key)}"
        pairs = zip(names, found.get(key, ()) or ("0",) * len(names), given.get(key, ("0",) * len(names)), strict=True)
        for name, value, expected in pairs:
            if value != expected and not (_is_zero(value) and _is_zero(expected)):
                yield difference(where, name, value, expected)


def _is_zero(amount: str) -> bool:
    return not amount.strip("-0.")


def _fees(kept: Kept, engine: Engine, listings: Mapping[str, Listing]) -> Differences:
    """All days of an account and currency are what its positions have paid, and all accounts the venue's revenue."""
    decimals = {currency.currency: currency.decimals for currency in engine.currencies()}
    found: dict[tuple[str, str], int] = defaultdict(int)
    column = tables.fees.c
    for account, currency, paid, rebated in kept.connection.execute(
        select(column.account, column.currency, column.paid, column.rebated)
    ):
        units = money_increment(decimals[currency]).to_units
        found[account, currency] += units(paid) - units(rebated)
    given: dict[tuple[str, str], int] = defaultdict(int)
    for opened in engine.accounts():
        for position in engine.positions(opened.account):
            given[opened.account, listings[position.symbol].quote] += position.fees_units
    for key in sorted(found.keys() | given.keys()):
        if found[key] != given[key]:
            account, currency = key
            where, text = f"{kept.where()}: {account}", money_increment(decimals[currency]).to_text
            yield difference(where, f"fees in {currency}", text(found[key]), text(given[key]))
    yield from _revenue(kept, engine, found)


def _revenue(kept: Kept, engine: Engine, found: Mapping[tuple[str, str], int]) -> Differences:
    for currency in engine.currencies():
        total = sum(units for (_, name), units in found.items() if name == currency.currency)
        if total != currency.revenue_units:
            text = money_increment(currency.decimals).to_text
            what = f"all fees in {currency.currency}"
            yield difference(kept.where(), what, text(total), text(currency.revenue_units))
