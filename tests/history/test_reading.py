"""The history, a page at a time: what is in a page, what is not, and what it is told with."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event, insert

from tests.history.rows import FIRST_NS, SECOND_NS, Writer, execution, order, put_progress, row, trade
from venue.errors import OperatorError
from venue.recorder import tables
from venue.recorder.reading import LIFE_MAX, History, Wanted, newest_first, open_history
from venue.recorder.registers import (
    AUDIT,
    BALANCES,
    CANDLES,
    EXECUTIONS,
    FEES,
    ORDERS,
    POSITIONS,
    REGISTERS,
    TRADES,
    Key,
    Register,
    cursor_key,
    cursor_text,
)

BTC, ETH = "BTC-USD", "ETH-USD"


def filled(url: str) -> Writer:
    """Nine orders of ANN, BOB and CAT by turns; the odd ones in BTC-USD. The history goes to journal_seq 90."""
    writer = Writer(url)
    names = ["ANN", "BOB", "CAT"]
    writer.write(
        tables.orders,
        *(order(number, names[number % 3], BTC if number % 2 else ETH, side="buy") for number in range(1, 10)),
    )
    writer.reach(90)
    return writer


@pytest.fixture
def history(url: str) -> History:
    filled(url)
    return open_history(url)


def ids(history: History, register: Register = ORDERS, /, **wanted: Any) -> list[Any]:
    rows = history.page(register, Wanted(**wanted)).rows
    return [row[register.key[0]] for row in rows]


def all_pages(history: History, register: Register, limit: int, **wanted: Any) -> list[list[Key]]:
    """The keys of each page, the cursor going through its text."""
    pages: list[list[Key]] = []
    before: Key = ()
    while True:
        page = history.page(register, Wanted(before=before, limit=limit, **wanted))
        pages.append([tuple(row[name] for name in register.key) for row in page.rows])
        if not page.next:
            return pages
        before = cursor_key(register, cursor_text(page.next))


def test_a_page_is_newest_first_and_says_where_the_next_begins(history: History) -> None:
    """The journal_seq is the history's; the last page has no next, also when it is full."""
    page = history.page(ORDERS, Wanted(limit=4))
    assert [row["order_id"] for row in page.rows] == [9, 8, 7, 6]
    assert (page.next, page.journal_seq) == ((6,), 90)
    assert ids(history, before=(6,), limit=5) == [5, 4, 3, 2, 1]
    assert history.page(ORDERS, Wanted(before=(6,), limit=5)).next == ()


def test_pages_neither_repeat_nor_skip_while_rows_come(url: str) -> None:
    """New rows have higher keys: they are before the first page."""
    writer, history = filled(url), open_history(url)
    first = history.page(ORDERS, Wanted(limit=4))
    writer.write(tables.orders, order(10), order(11))
    assert ids(history, before=first.next) == [5, 4, 3, 2, 1]


CASES: Final[list[tuple[dict[str, Any], list[int]]]] = [
    ({"equal": {"symbol": BTC}}, [9, 7, 5, 3, 1]),
    ({"equal": {"symbol": BTC, "cl_ord_id": "c-7"}}, [7]),
    ({"equal": {"symbol": (BTC, ETH), "ord_status": ("0", "1")}, "limit": 2}, [9, 8]),
    ({"equal": {"ord_status": "2"}}, []),
    ({"accounts": ["BOB"]}, [7, 4, 1]),
    ({"accounts": ["BOB", "CAT", "BOB"]}, [8, 7, 5, 4, 2, 1]),
    ({"accounts": ["BOB", "CAT"], "limit": 3, "before": (8,)}, [7, 5, 4]),
    ({"accounts": [], "limit": 3}, []),
    ({"accounts": ["NOBODY"]}, []),
    ({"accounts": [f"A{number}" for number in range(60)] + ["ANN"]}, [9, 6, 3]),
    ({"from_ns": FIRST_NS + 4 * SECOND_NS}, [9, 8, 7, 6, 5, 4]),
    ({"to_ns": FIRST_NS + 4 * SECOND_NS}, [3, 2, 1]),
    ({"from_ns": FIRST_NS + 3 * SECOND_NS + 1, "to_ns": FIRST_NS + 6 * SECOND_NS}, [5, 4]),
    ({"from_ns": FIRST_NS + 100 * SECOND_NS}, []),
    ({"to_ns": FIRST_NS}, []),
    ({"from_ns": 1, "to_ns": 2**62, "accounts": ["ANN"], "equal": {"symbol": BTC}}, [9, 3]),
]


def test_only_what_was_asked_for_is_found(history: History) -> None:
    """By value, account, time and place; several conditions hold together."""
    assert [(wanted, ids(history, **wanted)) for wanted, _ in CASES] == CASES


def test_orders_entered_at_one_moment_are_all_inside_or_outside_a_bound(url: str) -> None:
    """from is in, to is not; where keys are missing between it is the same."""
    writer = Writer(url)
    moments = {5: 1, 6: 1, 7: 2, 20: 2, 21: 2, 40: 3}
    writer.write(tables.orders, *(order(key, entered_ns=FIRST_NS + at) for key, at in moments.items()))
    writer.reach(9)
    history = open_history(url)
    assert ids(history, from_ns=FIRST_NS + 2) == [40, 21, 20, 7]
    assert ids(history, to_ns=FIRST_NS + 2) == [6, 5]
    assert ids(history, from_ns=FIRST_NS + 2, to_ns=FIRST_NS + 3) == [21, 20, 7]


def test_a_trade_is_of_both_sides(url: str) -> None:
    """Whichever of them is asked for; once, if both are."""
    writer = Writer(url)
    writer.write(tables.trades, trade(1, "ANN", "BOB"), trade(2, "BOB", "CAT"), trade(3, "CAT", "CAT"))
    writer.reach(9)
    history = open_history(url)
    assert ids(history, TRADES, accounts=["BOB"]) == [2, 1]
    assert ids(history, TRADES, accounts=["ANN", "BOB"]) == [2, 1]
    assert ids(history, TRADES, accounts=["CAT"], to_ns=FIRST_NS + 3 * SECOND_NS) == [2]


def rows_of_each_table() -> Iterable[tuple[Register, list[dict[str, Any]], list[list[Key]]]]:
    """Rows, and the keys of pages of two."""
    positions = [row(tables.positions, account=account, symbol=symbol) for account in "AB" for symbol in (BTC, ETH)]
    yield POSITIONS, positions, [[("B", ETH), ("B", BTC)], [("A", ETH), ("A", BTC)]]
    balances = [row(tables.balances, account="A", currency=name) for name in ("USD", "BTC", "EUR")]
    yield BALANCES, balances, [[("A", "USD"), ("A", "EUR")], [("A", "BTC")]]
    fees = [row(tables.fees, day=day, account=account, currency="USD") for day in (1, 2) for account in "AB"]
    yield FEES, fees, [[(2, "B", "USD"), (2, "A", "USD")], [(1, "B", "USD"), (1, "A", "USD")]]
    candles = [row(tables.candles, symbol=BTC, start_ns=start_ns) for start_ns in (60, 120, 180)]
    yield CANDLES, candles, [[(180, BTC), (120, BTC)], [(60, BTC)]]
    audit = [row(tables.audit, journal_seq=seq, verb="kill") for seq in (1, 2, 3)]
    yield AUDIT, audit, [[(3,), (2,)], [(1,)]]


def test_every_table_has_pages(url: str) -> None:
    """Keys of one column and of several, numbers and words."""
    writer = Writer(url)
    writer.reach(9)
    history = open_history(url)
    for register, rows, pages in rows_of_each_table():
        writer.write(register.table, *rows)
        assert all_pages(history, register, 2) == pages
    for register in REGISTERS.values():
        assert history.page(register, Wanted(from_ns=1, to_ns=2**62)).journal_seq == 9


def test_candles_of_an_instrument_between_two_times(url: str) -> None:
    """The key itself is the time there."""
    writer = Writer(url)
    candles = [(symbol, start_ns) for symbol in (BTC, ETH) for start_ns in (60, 120, 180)]
    writer.write(tables.candles, *(row(tables.candles, symbol=symbol, start_ns=at) for symbol, at in candles))
    writer.reach(9)
    assert ids(open_history(url), CANDLES, equal={"symbol": ETH}, from_ns=120, to_ns=180) == [120]


def test_amounts_are_the_text_that_was_written(url: str) -> None:
    """Also on PostgreSQL, which keeps numbers: with their zeros, without an exponent."""
    writer = Writer(url)
    written = {
        "qty": "0.00000001",
        "price": "45000.00",
        "value": "123456789012345678901234567890.10",
        "stop_price": None,
    }
    writer.write(tables.orders, order(1) | written)
    writer.reach(9)
    (found,) = open_history(url).page(ORDERS, Wanted()).rows
    assert {name: found[name] for name in written} == written
    assert found["held"] is False


def test_the_life_of_an_order_is_told_oldest_first(url: str) -> None:
    """With its executions and nobody else's; foreign accounts see no order."""
    writer = filled(url)
    writer.write(tables.executions, execution(3, 1, "BOB"), execution(4, 2, "CAT"), execution(5, 1, "BOB"))
    history = open_history(url)
    life = history.life(1, ["BOB"])
    assert life is not None
    assert (life.order["cl_ord_id"], life.has_more, life.journal_seq) == ("c-1", False, 90)
    assert [row["exec_id"] for row in life.executions] == [3, 5]
    assert history.life(1) == life
    assert history.life(1, ["ANN"]) is None
    assert history.life(99) is None


def test_a_long_life_is_told_from_its_beginning(url: str) -> None:
    """The rest of it is found by pages."""
    writer = filled(url)
    writer.write(tables.executions, *(execution(number, 1) for number in range(1, LIFE_MAX + 3)))
    history = open_history(url)
    life = history.life(1)
    assert life is not None
    assert life.has_more
    assert [row["exec_id"] for row in life.executions] == list(range(1, LIFE_MAX + 1))
    assert ids(history, EXECUTIONS, equal={"order_id": 1}, limit=2) == [LIFE_MAX + 2, LIFE_MAX + 1]


def test_an_accounts_rows_are_found_by_its_index(url: str) -> None:
    """Whatever else is asked for: an instrument has many more rows."""
    history = open_history(url)
    filled(url)
    with history.reading() as (connection, _):
        if connection.dialect.name != "sqlite":  # which knows how many rows there are, and chooses by that
            return
        plans: list[str] = []

        @event.listens_for(connection, "before_cursor_execute")
        def explain(
            _connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
        ) -> None:
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        wanted = Wanted({"symbol": BTC, "ord_status": ("0", "1")}, ["BOB"], before=(8,))
        assert [row["order_id"] for row in newest_first(connection, ORDERS, wanted)] == [7, 1]
    assert plans == ["SEARCH history_order USING INDEX history_order_account (account=? AND order_id<?)"]


def test_what_is_read_together_is_of_one_moment(url: str) -> None:
    """Rows and journal_seq that are written in between do not meet; the writer waits for no reader."""
    writer, history = filled(url), open_history(url)
    with history.reading() as (connection, moment):
        with writer.engine.begin() as writing:
            writing.execute(insert(tables.orders), order(10))
            put_progress(writing, 91)
        assert moment.journal_seq == 90
        assert len(connection.execute(tables.orders.select()).all()) == 9
    page = history.page(ORDERS, Wanted())
    assert (page.journal_seq, len(page.rows)) == (91, 10)


def test_a_reader_waits_for_no_writer(url: str) -> None:
    """A transaction under way is not there yet."""
    writer, history = filled(url), open_history(url)
    with writer.engine.begin() as writing:
        writing.execute(insert(tables.orders), order(10))
        put_progress(writing, 91)
        page = history.page(ORDERS, Wanted())
        assert (page.journal_seq, len(page.rows)) == (90, 9)


def test_nothing_can_be_written(history: History) -> None:
    """The database itself refuses."""
    with pytest.raises(OperatorError, match="cannot be read now"), history.reading() as (connection, _):
        connection.execute(insert(tables.orders), order(10))


ENDLESS: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
)


def test_a_question_that_takes_too_long_is_broken_off(url: str) -> None:
    """After the time that it may take, with what to do; the next question is answered."""
    filled(url)
    history = open_history(url, question_s=0.05)
    broken_off = r"longer than 0.05 s and was broken off: ask for less, by from and to"
    with pytest.raises(OperatorError, match=broken_off), history.reading() as (connection, _):
        connection.exec_driver_sql(ENDLESS)
    assert len(history.page(ORDERS, Wanted()).rows) == 9


def test_a_question_under_way_is_broken_off_at_the_end(tmp_path: Path) -> None:
    """Whoever asks in another thread does not keep the process from ending."""
    url = f"sqlite:///{tmp_path}/history.sqlite"
    filled(url)
    history, begun, errors = open_history(url, question_s=0), threading.Event(), []

    def ask() -> None:
        try:
            with history.reading() as (connection, _):
                begun.set()
                connection.exec_driver_sql(ENDLESS)
        except OperatorError as error:
            errors.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    history.close()
    asking.join(30)
    assert not asking.is_alive()
    assert [error[:42] for error in errors] == ["the question to the history was broken off"]


def test_questions_of_several_threads_are_answered(history: History) -> None:
    """Each with a connection of its own."""
    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(ids(history))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [list(range(9, 0, -1))] * 8


def test_no_history_yet_is_said(url: str) -> None:
    """No file, no tables, or no journal_seq: each is a history that was not begun. Nothing is made."""
    history = open_history(url)
    with pytest.raises(OperatorError, match=r"there is no history at .* yet: the recorder makes it"):
        history.page(ORDERS, Wanted())
    assert not Path(url.removeprefix("sqlite:///")).exists()
    Writer(url)
    with pytest.raises(OperatorError, match=r"there is no history at .* yet"):
        history.moment()


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    """Without its password."""
    away = open_history(f"postgresql+psycopg://ann:secret@/history?host={tmp_path}")
    with pytest.raises(OperatorError, match=r"the history at .* cannot be read now") as refused:
        away.moment()
    assert "secret" not in str(refused.value)
    (tmp_path / "history.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(OperatorError, match="cannot be read now: file is not a database"):
        open_history(f"sqlite:///{tmp_path}/history.sqlite").moment()


@pytest.mark.parametrize(
    "text", ["", "6", "WzZd!", "bm90IEpTT04=", cursor_text(("A",)), cursor_text((1, 2)), cursor_text((2**63,)), "e30="]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """Other forms, other types, and numbers no database has."""
    with pytest.raises(OperatorError, match=r"cursor was .*: must be the next_cursor of a page"):
        cursor_key(ORDERS, text)


def test_a_cursor_keeps_its_key() -> None:
    """Words of any kind."""
    for key in ((7,), (2**62,)):
        assert cursor_key(ORDERS, cursor_text(key)) == key
    assert cursor_key(FEES, cursor_text((1, "Ä/+", "USD"))) == (1, "Ä/+", "USD")
    assert cursor_text(()) == ""
