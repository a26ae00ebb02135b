"""The recorder beside a real venue: it follows, it is started again when it dies, and shortens what is not needed."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.journal.journals import ONE
from tests.recorder.histories import Place, history_rows
from tests.recorder.test_stretches import history_seq
from tests.support.raw_fix import RawClient
from tests.support.venue_config import write_config
from tests.support.venue_process import WITH_API, WITH_RECORDER, VenueProcess
from tests.support.waiting import wait_until
from venue.engine.engine import ENGINE_VERSION
from venue.journal import archive_folder, open_reader, open_writer
from venue.journal.database import sqlite_url
from venue.journal.frames import VITALS
from venue.journal.remote import RemoteJournal
from venue.snapshots import open_snapshots

PATIENCE_S = 60.0
SYMBOL = "S001-USD"
SESSIONS = {"MAKER": {"trades": ["MAKER"]}, "TAKER": {"trades": ["TAKER"]}}
ANYBODY = {"VENUE_API__ANONYMOUS": "operator"}
MakeVenue = Callable[..., VenueProcess]


@pytest.fixture
def make_venue(tmp_path: Path) -> Iterator[MakeVenue]:
    """A venue with its recorder; the keywords are further settings of the environment."""
    made: list[VenueProcess] = []

    def make(**environment: str) -> VenueProcess:
        config = write_config(tmp_path / "venue.toml", SESSIONS, instruments=2)
        made.append(VenueProcess(config, tmp_path / "data", WITH_RECORDER | ANYBODY | environment))
        return made[-1]

    yield make
    for venue in made:
        venue.kill_if_running()


def place_of(venue: VenueProcess) -> Place:
    return Place(sqlite_url(venue.data, "journal"), sqlite_url(venue.data, "history"))


def snapshots_of(venue: VenueProcess) -> list[int]:
    return [snapshot.journal_seq for snapshot in open_snapshots(sqlite_url(venue.data, "snapshots")).newest_first()]


def venue_seq(venue: VenueProcess) -> int:
    with RemoteJournal(venue.data) as journal:
        return journal.ask(VITALS).journal_seq


def wait_for_history(venue: VenueProcess) -> int:
    """Until it has all the venue has done so far; returns where that is."""
    journal_seq = venue_seq(venue)
    url = place_of(venue).history_url
    wait_until(lambda: history_seq(url) >= journal_seq, f"the history has {journal_seq}", PATIENCE_S)
    return journal_seq


def trade(maker: RawClient, taker: RawClient, name: str) -> None:
    """One order that rests and one that takes all of it; each owner has both reports then."""
    maker.enter(f"{name}-rests", "sell", "2", SYMBOL, "10.00")
    maker.expect("8", ClOrdID=f"{name}-rests", ExecType="0")
    taker.enter(f"{name}-takes", "buy", "2", SYMBOL, "10.00")
    taker.expect("8", ClOrdID=f"{name}-takes", ExecType="0")
    taker.expect("8", ClOrdID=f"{name}-takes", ExecType="F")
    maker.expect("8", ClOrdID=f"{name}-rests", ExecType="F")


def recorder_pid(venue: VenueProcess) -> int:
    pids = re.findall(r"the recorder is ready \(process (\d+)\)", "\n".join(venue.output))
    return int(pids[-1]) if pids else 0


def test_history_follows_the_venue_and_outlives_a_killed_recorder(make_venue: MakeVenue, tmp_path: Path) -> None:
    """Orders over FIX are in the history; kill -9 of the recorder: it is started again and goes on where it was, and
    trading never stopped. How far it is stands among the replicas."""
    venue = make_venue(**WITH_API)
    venue.start()
    venue.wait_for_output("the recorder is ready", PATIENCE_S)
    with RawClient(venue.port, "MAKER") as maker, RawClient(venue.port, "TAKER") as taker:
        maker.log_on()
        taker.log_on()
        trade(maker, taker, "one")
        wait_for_history(venue)
        killed = recorder_pid(venue)
        assert killed
        kill_process(killed)
        trade(maker, taker, "two")
        venue.wait_for_output("the recorder ended by signal 9: it is started again", PATIENCE_S)
        trade(maker, taker, "three")
        wait_until(lambda: recorder_pid(venue) != killed, "another recorder is ready", PATIENCE_S)
        journal_seq = wait_for_history(venue)
        check_replicas(venue, journal_seq)
    place, whole = place_of(venue), Place(place_of(venue).journal_url, sqlite_url(tmp_path, "whole"))
    assert venue.stop() == 0
    whole.project()
    assert place.rows() == history_rows(whole.history_url)
    check_trades(place.history_url)
    assert snapshots_of(venue) == [place.reader.last_seq()]


def kill_process(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def check_replicas(venue: VenueProcess, journal_seq: int) -> None:
    def of_recorder() -> list[dict[str, object]]:
        answer = httpx.get(f"http://127.0.0.1:{venue.api_port}/api/v3/replicas", timeout=PATIENCE_S)
        return [one for one in answer.json().get("replicas", []) if one["name"] == "recorder"]

    wait_until(lambda: any(one["journal_seq"] == journal_seq for one in of_recorder()), "the lag is told", PATIENCE_S)
    (told,) = of_recorder()
    assert (told["behind_commands"], told["behind_s"]) == (0, 0.0)


def check_trades(url: str) -> None:
    """What a person would ask the database: who traded what, at which price."""
    wanted = "SELECT maker_account, taker_account, symbol, price, qty, aggressor FROM history_trade ORDER BY trade_id"
    with create_engine(url, poolclass=NullPool).connect() as connection:
        assert [tuple(row) for row in connection.execute(text(wanted))] == [
            ("MAKER", "TAKER", SYMBOL, "10.00", "2.0", "buy")
        ] * 3
        states = text("SELECT cl_ord_id, ord_status, cum_qty, leaves_qty FROM history_order WHERE account = 'MAKER'")
        assert sorted(tuple(row) for row in connection.execute(states)) == [
            ("one-rests", "2", "2.0", "0.0"),
            ("three-rests", "2", "2.0", "0.0"),
            ("two-rests", "2", "2.0", "0.0"),
        ]


def test_pruned_journal_starts_again_with_all_that_is_open(make_venue: MakeVenue) -> None:
    """Snapshots by count, the journal before them deleted while the venue trades: the next start of venue, admin API
    and recorder begins at a snapshot, and orders from before it are canceled and traded like any other."""
    policy = {"VENUE_SNAPSHOTS__COMMANDS": "40", "VENUE_SNAPSHOTS__KEEP": "1", "VENUE_JOURNAL__RETENTION": "prune"}
    venue = make_venue(**policy)
    venue.start()
    with RawClient(venue.port, "MAKER") as maker, RawClient(venue.port, "TAKER") as taker:
        maker.log_on()
        taker.log_on()
        maker.enter("old", "sell", "5", SYMBOL, "20.00")
        maker.expect("8", ClOrdID="old", ExecType="0")
        old_seq = venue_seq(venue)

        def is_pruned() -> bool:
            for number in range(20):
                name = f"n{maker.next_out}-{number}"
                maker.enter(name, "buy", "1", SYMBOL, "1.00")
                maker.expect("8", ClOrdID=name, ExecType="0")
            return open_reader(place_of(venue).journal_url).first_seq() > old_seq

        wait_until(is_pruned, "the journal is pruned", PATIENCE_S)
        wait_for_history(venue)
        maker.log_out()
        taker.log_out()
        assert venue.stop() == 0
        seen = history_rows(place_of(venue).history_url)
        venue = make_venue(**policy, **WITH_API)
        venue.start()
        assert any(line.startswith("recovered: snapshot ") for line in venue.output)
        maker.port = taker.port = venue.port
        maker.log_on()
        taker.log_on()
        check_open_order(venue, 1, "old")
        taker.enter("takes", "buy", "5", SYMBOL, "20.00")
        taker.expect("8", ClOrdID="takes", ExecType="0")
        taker.expect("8", ClOrdID="takes", ExecType="F")
        maker.expect("8", ClOrdID="old", ExecType="F", OrdStatus="2")
    wait_for_history(venue)
    rows = history_rows(place_of(venue).history_url)
    assert rows["history_order"][1:][: len(seen["history_order"]) - 1] == seen["history_order"][1:]
    assert len(rows["history_order"]) == len(seen["history_order"]) + 1
    assert venue.stop() == 0


def check_open_order(venue: VenueProcess, order_id: int, cl_ord_id: str) -> None:
    """REST tells it, though the command that entered it is no longer in the journal."""

    def is_told() -> bool:
        answer = httpx.get(f"http://127.0.0.1:{venue.api_port}/api/v3/orders/{order_id}", timeout=PATIENCE_S)
        return answer.is_success and answer.json()["client_order_id"] == cl_ord_id

    wait_until(is_told, f"REST tells order {order_id}", PATIENCE_S)


def test_archived_journal_starts_again_and_is_whole_with_its_archive(make_venue: MakeVenue) -> None:
    """What left the journal for the archive is read back from there by whoever needs it: the admin API replays it."""
    policy = {"VENUE_SNAPSHOTS__KEEP": "1", "VENUE_JOURNAL__RETENTION": "archive"}
    venue = make_venue(**policy)
    venue.data.mkdir()
    place = place_of(venue)
    with closing(open_writer(place.journal_url, ENGINE_VERSION)) as writer:
        for number in range(101):
            writer.append(ONE * 1_000, 1_795_467_600_000_000_000 + number)
    venue.start()
    wait_for_history(venue)
    with RawClient(venue.port, "MAKER") as maker:
        maker.log_on()
        maker.enter("first", "sell", "5", SYMBOL, "20.00")
        maker.expect("8", ClOrdID="first", ExecType="0")
    assert venue.stop() == 0
    venue.start()

    def is_archived() -> bool:
        return open_reader(place.journal_url).first_seq() > 1

    wait_until(is_archived, "the journal's beginning is in the archive", PATIENCE_S)
    assert venue.stop() == 0
    assert open_reader(place.journal_url, archive=archive_folder(venue.data)).first_seq() == 1
    venue = make_venue(**policy, **WITH_API)
    venue.start()
    check_open_order(venue, 1, "first")
    assert venue.stop() == 0
