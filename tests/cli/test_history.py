"""`venue history` and `venue verify`, on the history of a venue with a few orders in it."""

import csv
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell
from tests.journal.journals import execute
from venue.config import JournalConfig, RecorderConfig
from venue.journal import journal_url, open_reader
from venue.recorder.database import history_url
from venue.recorder.recording import project_journal


@pytest.fixture(scope="module")
def recorded(shell: Shell) -> Shell:
    """Two orders rest, a third traded; the history is what a recorder would have written."""
    for words in ("buy 1 BTC-USD @ 45000", "buy 2 BTC-USD @ 44000", "sell 0.5 BTC-USD @ 45000"):
        session = "DEMO1" if words.startswith("buy") else "DEMO2"
        assert shell.order(words, "--tif", "gtc", "--session", session).status == 0
    project_journal(open_reader(journal_url(JournalConfig(), shell.venue.data)), url_of(shell))
    return shell


def url_of(shell: Shell) -> str:
    return history_url(RecorderConfig(), shell.venue.data)


def asked(shell: Shell, words: str) -> list[list[str]]:
    """The rows of a table, without its head and the line that says of when it is."""
    answer = shell.run_here("history", *words.split())
    assert answer.status == 0, answer.errors
    assert answer.last.startswith("as of journal_seq ")
    return [line.split() for line in answer.lines[1:-1]]


def test_orders_trades_and_fees_are_listed_newest_first(recorded: Shell) -> None:
    """So many of them, of an account, with a value, in a time."""
    assert [row[0] for row in asked(recorded, "orders")] == ["3", "2", "1"]
    assert [row[0] for row in asked(recorded, "orders --last 2")] == ["3", "2"]
    assert [row[0] for row in asked(recorded, "orders --account DEMO1 --where ord_status=0")] == ["2"]
    ((trade_id, _, symbol, qty, price, aggressor, maker, taker),) = asked(recorded, "trades")
    assert (trade_id, symbol, qty, price) == ("1", "BTC-USD", "0.50000", "45000.00")
    assert (aggressor, maker, taker) == ("sell", "DEMO1", "DEMO2")
    assert [row[3] for row in asked(recorded, "executions --where order_id=1")] == ["trade", "new"]
    assert recorded.run_here("history", "trades", "--to", "2020-01-01").lines[0] == "no trades"
    assert {row[1] for row in asked(recorded, "fees --from 2020-01-01T00:00:00")} == {"DEMO1", "DEMO2"}


def test_an_order_is_shown_with_all_that_happened_to_it(recorded: Shell) -> None:
    """Its fields, then its executions, oldest first."""
    lines = recorded.run_here("history", "order", "1").lines
    assert "account         DEMO1" in lines
    assert "cum_qty         0.50000" in lines
    assert [line.split()[3] for line in lines[-3:-1]] == ["new", "trade"]


def test_an_export_has_every_row_and_column(recorded: Shell, tmp_path: Path) -> None:
    """However many are printed else."""
    lines = recorded.run_here("history", "orders", "--csv", "--last", "1").lines
    rows = list(csv.DictReader(lines))
    assert [row["order_id"] for row in rows] == ["3", "2", "1"]
    assert rows[0]["price"] == "45000.00"
    assert int(rows[0]["entered_ns"]) > 0


def test_what_cannot_be_asked_is_refused_in_a_sentence(recorded: Shell) -> None:
    """Naming what was given, and what may be."""
    for words, sentence in (
        ("orders --where price=1", "venue: --where was 'price=1': must be COLUMN=VALUE, of the columns order_id"),
        ("orders --where order_id=x", "venue: --where was 'order_id=x': order_id is a number"),
        ("orders --from soon", "venue: --from was 'soon': must be a time such as 2026-11-24"),
        ("candles --account DEMO1", "venue: --account was DEMO1: candles are of no account"),
        ("order 99", "venue: order 99 is not in the history"),
    ):
        refused = recorded.run_here("history", *words.split())
        assert refused.status == 2
        assert refused.errors[0].startswith(sentence)


def verified(shell: Shell, *options: str) -> Answer:
    return shell.run_here("verify", *options)


def test_verify_says_what_differs_and_ends_with_a_status(recorded: Shell) -> None:
    """0 when nothing does; 1 with the first difference, or as many as were asked for."""
    whole = verified(recorded)
    assert (whole.status, whole.last) == (0, "nothing differs")
    assert any(line.endswith(": the history is what the journal gives") for line in whole.lines)
    execute(url_of(recorded), "UPDATE history_order SET cum_qty = '0.4' WHERE order_id IN (1, 3)")
    first = verified(recorded)
    assert first.status == 1
    assert first.last.endswith(": order 1: cum_qty is kept as 0.4, the journal gives 0.50000")
    both = verified(recorded, "--most", "9")
    assert [line.partition(": order ")[2][0] for line in both.lines[-2:]] == ["1", "3"]
