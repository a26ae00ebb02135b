"""kill -9 in the middle of operators' commands: what was acknowledged is there, deposits are made once."""

import random
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import pytest

from tests.recovery.crashing import ROUNDS
from tests.recovery.test_kill import replayed_hash
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.errors import JournalError
from venue.journal import RemoteJournal, journal_url, open_reader
from venue.journal.frames import BALANCES, LIMITS, Applied
from venue.messages import (
    NO_LIMIT,
    BalanceMoved,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    RollDay,
    SetAccountLimits,
    SetPriceLimits,
    SetSession,
)

ACCOUNT: Final = "FUND"
FIRST_DEPOSIT: Final = 1_000 * 10**8
IN_FLIGHT: Final = 100


class Operator:
    """Deposits 1, 2, 3 … units, each with a limit that says how many there were, and knows which were answered."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.asked = 0
        self.acknowledged: set[int] = set()  # deposits
        self.limit = NO_LIMIT  # the last acknowledged one

    def deposit_until(self, journal: RemoteJournal, venue: VenueProcess, acknowledgements: int) -> None:
        """Keep IN_FLIGHT requests under way, kill the venue among them, and take what was still answered."""
        enough = len(self.acknowledged) + acknowledgements
        answers: dict[int, Future[Applied]] = {}
        while len(self.acknowledged) < enough:
            while len(answers) < IN_FLIGHT:
                self.asked += 1
                answers[self.asked] = journal.send(self.commands(self.asked))
            number, answer = next(iter(answers.items()))
            del answers[number]
            answer.result(30)
            self.note(number)
        venue.kill()
        for number, answer in answers.items():
            try:
                answer.result(30)
            except JournalError:
                continue
            self.note(number)

    def note(self, number: int) -> None:
        self.acknowledged.add(number)
        self.limit = max(self.limit, number)

    def commands(self, number: int) -> list[MoveBalance | SetAccountLimits]:
        return [
            MoveBalance(ACCOUNT, "USD", number, f"wire-{number}", "ann", "crash"),
            SetAccountLimits(ACCOUNT, number, "ann", "crash"),
        ]

    def compare(self, journal: RemoteJournal) -> None:
        """What was acknowledged is in force; asked again it changes nothing, and what was not is made now."""
        limits = journal.ask(LIMITS, ACCOUNT)
        assert limits is not None
        assert limits.account.open_orders_max >= self.limit
        for number in range(1, self.asked + 1):
            ((_, events),) = journal.append(self.commands(number)[:1])
            (moved,) = events
            assert isinstance(moved, BalanceMoved)
            assert moved.is_repeat or number not in self.acknowledged, f"deposit {number} was acknowledged, and lost"
            self.acknowledged.add(number)
        (balance,) = journal.ask(BALANCES, ACCOUNT)
        assert balance.total_units == FIRST_DEPOSIT + sum(self.acknowledged)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    fund: dict[str, Value] = {"settlement": "prefunded", "deposits": {"USD": "1000"}}
    return write_config(tmp_path / "venue.toml", {ACCOUNT: {"trades": [ACCOUNT]}}, {ACCOUNT: fund}, instruments=1)


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_acknowledged_changes_survive_kill_and_deposits_are_made_once(config: Path) -> None:
    """Over all rounds: nothing acknowledged is lost, and no deposit counts twice, the configuration's neither."""
    chance = random.Random(20261124)
    venue = VenueProcess(config, config.parent / "data")
    operator = Operator(venue.data)
    try:
        for _ in range(max(ROUNDS // 10, 2)):
            venue.start()
            with RemoteJournal(venue.data) as journal:
                operator.compare(journal)
                operator.deposit_until(journal, venue, chance.randint(0, 200))
        venue.start()
        with RemoteJournal(venue.data) as journal:
            operator.compare(journal)
        assert venue.stop() == 0
        assert replayed_hash(venue) == replayed_hash(venue)
    finally:
        venue.kill_if_running()


def test_the_configuration_founds_a_venue_once_and_in_one_batch(config: Path) -> None:
    """A start that is killed has founded all of it or nothing, and the next starts found nothing again."""
    venue = VenueProcess(config, config.parent / "data")
    for _ in range(3):
        venue.start()
        venue.kill()
    url = journal_url(JournalConfig(), venue.data)
    batches = [
        [command for command in batch.commands() if not isinstance(command, RollDay)]
        for batch in open_reader(url).read()
    ]
    (founding,) = filter(None, batches)
    assert {type(command) for command in founding} == {
        ListInstrument, SetPriceLimits, OpenAccount, MoveBalance, SetSession
    }  # fmt: skip
    venue.start()
    try:
        with RemoteJournal(venue.data) as journal:
            assert [balance.total_units for balance in journal.ask(BALANCES, ACCOUNT)] == [FIRST_DEPOSIT]
    finally:
        venue.kill_if_running()
