"""A venue moved: from a backup that was made while it traded, and from SQLite to PostgreSQL."""

import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.journal.conftest import postgres, postgresql_url  # noqa: F401  # fixtures
from tests.support.venue_config import write_config
from tests.support.venue_process import WITH_RECORDER, VenueProcess, run_venue_command
from venue.config import JournalConfig
from venue.journal import RemoteJournal, journal_url, open_reader
from venue.messages import BUY, GTC, LIMIT, SELL, EnterOrder, OrderAccepted, OrderTraded, Side

SYMBOL = "S001-USD"
_numbers = count(1)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "venue.toml", {"DESK": {"trades": ["MAKER", "TAKER"]}}, instruments=1)


@pytest.fixture
def venue(config: Path) -> Iterator[VenueProcess]:
    process = VenueProcess(config, config.parent / "data", WITH_RECORDER)
    process.start()
    yield process
    process.kill_if_running()


def order(account: str, side: Side, lots: int) -> EnterOrder:
    return EnterOrder("DESK", account, f"order-{next(_numbers)}", SYMBOL, side, LIMIT, GTC, lots, 10_000)


def enter(journal: RemoteJournal, account: str, side: Side, lots: int) -> tuple[int, list[type]]:
    """Its journal_seq, and what became of it."""
    ((journal_seq, events),) = journal.append([order(account, side, lots)])
    return journal_seq, [type(event) for event in events]


def run(command: str, *arguments: str, data: Path, config: Path, environment: dict[str, str] | None = None) -> str:
    where = ("--config", str(config), "--data", str(data))
    return run_venue_command(*command.split(), *arguments, *where, environment=environment)


def test_a_backup_made_while_the_venue_trades_is_a_whole_venue(venue: VenueProcess, config: Path) -> None:
    """It has what was acknowledged before it began, is verified, and trades on; the venue itself goes on too."""
    ending = threading.Event()

    def trade() -> None:
        with RemoteJournal(venue.data) as journal:
            while not ending.is_set():
                enter(journal, "MAKER", SELL, 10)
                enter(journal, "TAKER", BUY, 10)

    with RemoteJournal(venue.data) as journal:
        before_seq, _ = enter(journal, "MAKER", SELL, 10)
        trading = threading.Thread(target=trade)
        trading.start()
        copy = config.parent / "copy"
        told = run("backup", str(copy), data=venue.data, config=config)
        ending.set()
        trading.join()
        after_seq, events = enter(journal, "TAKER", BUY, 10)
        assert events == [OrderAccepted, OrderTraded]
    assert "the journal in it is whole" in told
    copied_seq = open_reader(journal_url(JournalConfig(), copy)).last_seq()
    assert before_seq <= copied_seq < after_seq
    restored = VenueProcess(config, copy, WITH_RECORDER)
    restored.start()
    with RemoteJournal(copy) as journal:
        _, (accepted, *_) = enter(journal, "MAKER", SELL, 10)
        assert accepted is OrderAccepted
    assert restored.stop() == 0
    told = run("verify", data=copy, config=config)
    assert "the history is what the journal gives" in told
    assert told.splitlines()[-1] == "nothing differs"


def test_a_venue_moves_to_postgresql_and_goes_on_there(
    venue: VenueProcess,
    config: Path,
    postgresql_url: str,  # noqa: F811
) -> None:
    """`venue journal copy` while it is stopped, then three settings: the books are there, the history is made anew,
    and all of it is what the journal gives."""
    with RemoteJournal(venue.data) as journal:
        assert enter(journal, "MAKER", SELL, 50)[1] == [OrderAccepted]
        assert enter(journal, "TAKER", BUY, 20)[1] == [OrderAccepted, OrderTraded]
    with pytest.raises(AssertionError, match="is in use by process"):
        run("journal copy", postgresql_url, data=venue.data, config=config)
    assert venue.stop() == 0
    told = run("journal copy", postgresql_url, data=venue.data, config=config)
    last_seq = open_reader(journal_url(JournalConfig(), venue.data)).last_seq()
    assert told.startswith(f"copied and read back: {last_seq:,} commands")
    urls = {f"VENUE_{part}__URL": postgresql_url for part in ("JOURNAL", "RECORDER", "SNAPSHOTS")}
    moved = VenueProcess(config, venue.data, WITH_RECORDER | urls)
    moved.start()
    with RemoteJournal(venue.data) as journal:
        assert enter(journal, "TAKER", BUY, 30)[1] == [OrderAccepted, OrderTraded]
    assert moved.stop() == 0
    told = run("verify", data=venue.data, config=config, environment=urls)
    assert "the history is what the journal gives" in told
    assert "snapshot" in told
    assert told.splitlines()[-1] == "nothing differs"
    trades = run("history trades", data=venue.data, config=config, environment=urls)
    assert [line.split()[0] for line in trades.splitlines()[1:-1]] == ["2", "1"]
