"""`venue journal verify`, `venue journal show`, `venue replay`, on a journal with a few orders in it."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.journal.journals import execute
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig, RecorderConfig
from venue.journal import journal_url, open_reader
from venue.recorder.database import history_url
from venue.recorder.recording import project_journal


@pytest.fixture(scope="module")
def traded(shell: Shell) -> Shell:
    """The shell of a venue where two orders rest and a third traded."""
    for words in ("buy 1 BTC-USD @ 45000", "buy 2 BTC-USD @ 44000", "sell 0.5 BTC-USD @ 45000"):
        session = "DEMO1" if words.startswith("buy") else "DEMO2"
        assert shell.order(words, "--tif", "gtc", "--session", session).status == 0
    return shell


def record(shell: Shell) -> None:
    """What a recorder would have done by now."""
    project_journal(open_reader(journal_url(JournalConfig(), shell.venue.data)), history_of(shell))


def history_of(shell: Shell) -> str:
    return history_url(RecorderConfig(), shell.venue.data)


def state_hash(lines: list[str]) -> str:
    (found,) = [line for line in lines if line.startswith("state hash ")]
    assert re.fullmatch(r"state hash [0-9a-f]{64}", found)
    return found


def test_verify_tells_what_the_journal_holds(traded: Shell) -> None:
    """A whole journal: how many commands, and the hash that names it. It works beside a running venue."""
    answer = traded.run("journal", "verify")
    assert answer.status == 0
    assert re.match(r"the journal is whole: \d+ commands in \d+ batches by 1 writer", answer.lines[0])
    assert re.fullmatch(r"chain hash [0-9a-f]{64}", answer.last)


def test_show_prints_commands_in_words(traded: Shell) -> None:
    """From a journal_seq to another, one line each; behind the end there is nothing to show."""
    lines = traded.run("journal", "show").lines
    last_seq = len(lines)
    assert "sell 50000 lots BTC-USD limit 4500000 gtc" in lines[-1]
    part = traded.run("journal", "show", "--from", str(last_seq - 2), "--to", str(last_seq - 1)).lines
    assert part == lines[-3:-1]
    behind = traded.run("journal", "show", "--from", str(last_seq + 1))
    assert (behind.status, behind.errors) == (2, [f"venue: --from was {last_seq + 1}: the journal ends at {last_seq}"])


def test_a_replay_for_programs_is_one_document(traded: Shell) -> None:
    """The same books and hash as for people, and nothing else on stdout."""
    last_seq = len(traded.run("journal", "show").lines)
    (line,) = traded.run("replay", "--until", str(last_seq - 1), "--json").lines
    told = json.loads(line)
    (book,) = (one for one in told["books"] if one["symbol"] == "BTC-USD")
    assert book["bids"] == [["45000.00", "1.00000", 1], ["44000.00", "2.00000", 1]]
    assert (book["asks"], book["last"], told["journal_seq"], told["open_orders"]) == ([], None, last_seq - 1, 2)
    people = traded.run("replay", "--until", str(last_seq - 1)).lines
    assert state_hash(people) == f"state hash {told['state_hash']}"


def test_replay_rebuilds_the_books_at_any_moment(traded: Shell) -> None:
    """--until the command before the sell: both bids whole and no last price; the end: the trade is in it."""
    last_seq = len(traded.run("journal", "show").lines)
    before = traded.run("replay", "--until", str(last_seq - 1))
    rows = [line.split() for line in before.lines]
    assert ["1", "1.00000", "45000.00"] in rows
    assert ["1", "2.00000", "44000.00"] in rows
    assert "BTC-USD" in [line.strip() for line in before.lines]
    now = traded.run("replay")
    assert "BTC-USD, last 45000.00" in [line.strip() for line in now.lines]
    assert ["1", "0.50000", "45000.00"] in [line.split() for line in now.lines]
    assert state_hash(now.lines) != state_hash(before.lines)
    assert state_hash(now.lines) == state_hash(traded.run("replay", "--until", str(last_seq)).lines)


@pytest.mark.parametrize("source", ["the journal", "the history", "a history of another journal"])
def test_replay_shows_the_book_that_an_order_met_and_left(traded: Shell, source: str) -> None:
    """--before-order: without it; --until-order: with it and its trades. The command that entered it is told, whether
    a history knows it at once or the journal is replayed to find it."""
    if source != "the journal":
        record(traded)
    if source == "a history of another journal":
        execute(history_of(traded), "UPDATE history_progress SET chain_hash = x'00'")
        execute(history_of(traded), "UPDATE history_order SET entered_seq = 1")
    last_seq = len(traded.run_here("journal", "show").lines)
    met = traded.run_here("replay", "--before-order", "3")
    assert ["1", "1.00000", "45000.00"] in [line.split() for line in met.lines]
    assert next(line.strip() for line in met.lines if "-USD" in line) == "BTC-USD"
    (told,) = [line for line in met.lines if "enter" in line]
    assert re.match(rf"{last_seq}  .*  enter  .*sell 50000 lots BTC-USD limit 4500000 gtc", told)
    left = traded.run_here("replay", "--until-order", "3", "--from-start")
    assert ["1", "0.50000", "45000.00"] in [line.split() for line in left.lines]
    assert told in left.lines
    for answer, until in ((met, last_seq - 1), (left, last_seq)):
        assert state_hash(answer.lines) == state_hash(traded.run_here("replay", "--until", str(until)).lines)
    (traded.venue.data / "history.sqlite").unlink(missing_ok=True)


def test_a_replay_stops_at_one_moment_that_there_is(traded: Shell) -> None:
    """An order that never was, and two moments at once, are refused in a sentence."""
    unknown = traded.run("replay", "--before-order", "4711")
    assert (unknown.status, unknown.errors) == (
        2, ["venue: --before-order was 4711: no order of the journal has this OrderID"]
    )  # fmt: skip
    two = traded.run("replay", "--until", "3", "--until-order", "1")
    assert (two.status, two.errors) == (2, ["venue: --until and --until-order were given: name one moment"])


def test_a_changed_byte_is_found_and_located(traded: Shell, tmp_path: Path) -> None:
    """A copy with one changed payload: status 2, and the journal_seq of the batch in one sentence."""
    copy = tmp_path / "data"
    copy.mkdir()
    with sqlite3.connect(f"file:{traded.venue.data}/journal.sqlite?mode=ro", uri=True) as source:
        with sqlite3.connect(copy / "journal.sqlite") as target:
            source.backup(target)
            first_seq, payload = target.execute(
                "SELECT first_seq, payload FROM journal_batch ORDER BY first_seq DESC LIMIT 1"
            ).fetchone()
            changed = payload.replace(b"DEMO2", b"DEMO3")
            assert changed != payload
            target.execute("UPDATE journal_batch SET payload = ? WHERE first_seq = ?", (changed, first_seq))
        target.close()
    source.close()
    for command in (("journal", "verify"), ("replay",)):
        answer = Shell(VenueProcess(traded.venue.config, copy), traded.home).run(*command)
        assert answer.status == 2
        assert len(answer.errors) == 1
        assert str(first_seq) in answer.errors[0]


def test_a_journal_that_is_not_there_is_named(traded: Shell, tmp_path: Path) -> None:
    """No empty journal is made by looking at one."""
    answer = traded.run("journal", "verify", "--data", str(tmp_path / "nothing"))
    assert answer.status == 2
    assert "nothing" in answer.errors[0]
    assert not (tmp_path / "nothing").exists()


def test_version_says_which_engine_runs(traded: Shell) -> None:
    """Compiled, or interpreted and why."""
    answer = traded.run("--version")
    assert re.fullmatch(r"venue \d+\.\d+\.\d+, engine (compiled \(mypyc\)|interpreted \(.+\))", answer.last)
