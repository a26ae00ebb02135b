"""A control action that was acknowledged is done, whatever is killed at once afterwards."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.admin_api.desk import BUY, limit_order
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_config import trading_accounts, trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from venue.journal.frames import ACCOUNTS, BALANCES, KILL_SWITCHES
from venue.journal.remote import RemoteJournal

ROUNDS = 5
BATCHES, BATCH = 40, 1_000
LONG = {"long_max": "5", "why": "once it is known"}


@pytest.fixture
def own_venue(tmp_path: Path) -> Iterator[VenueProcess]:
    config = write_config(tmp_path / "venue.toml", trading_sessions(), trading_accounts(), instruments=3)
    process = VenueProcess(config, tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture
def own_api(own_venue: VenueProcess) -> Iterator[ApiProcess]:
    with running_api(own_venue) as process:
        yield process


def act(http: httpx.Client, number: int) -> tuple[int, str]:
    """An account is opened and engaged in a kill switch; returns the last journal_seq and its name."""
    name = f"SAFE{number}"
    told(http.post("/accounts", json={"account": name, "settlement": "prefunded", "why": "a new one"}))
    deposit = {"currency": "USD", "amount": "10", "transaction_id": f"t{number}", "why": "wire"}
    told(http.post(f"/accounts/{name}/deposits", json=deposit))
    switch = told(http.put(f"/kill-switches/account/{name}", json={"engaged": True, "why": "just before the end"}))
    return switch["journal_seq"], name


def test_kill_9_of_both_processes_right_after_the_answer_loses_nothing(
    own_venue: VenueProcess, own_api: ApiProcess
) -> None:
    """The answer comes after the journal has it: account, deposit, switch and audit are there again."""
    for number in range(ROUNDS):
        with own_api.client() as http:
            journal_seq, name = act(http, number)
        own_venue.kill()
        own_api.kill()
        own_venue.start()
        own_api.start()
        with RemoteJournal(own_venue.data) as journal:
            assert name in [account.account for account in journal.ask(ACCOUNTS)]
            assert [balance.total_units for balance in journal.ask(BALANCES, name)] == [10 * 10**8]
            assert name in [switch.name for switch in journal.ask(KILL_SWITCHES)]
        with own_api.client() as http:
            (newest,) = told(http.get("/audit", params={"limit": 1}))["actions"]
            assert (newest["journal_seq"], newest["subject"]) == (journal_seq, name)


def test_what_was_true_long_ago_is_neither_told_nor_written_back(own_venue: VenueProcess, own_api: ApiProcess) -> None:
    """While the journal is replayed the venue's state is not known here: 503, and a new try in a second."""
    with own_api.client() as http:
        told(http.patch("/accounts/MAKER/limits/S001-USD", json={"order_quantity_max": "10", "why": "at first"}))
    with RemoteJournal(own_venue.data) as journal:
        for _ in range(BATCHES):
            journal.append([limit_order("TAKER", "S002-USD", BUY, 10, 1_000)] * BATCH)
    with own_api.client() as http:
        told(http.patch("/accounts/MAKER/limits/S001-USD", json={"order_quantity_max": "20", "why": "then"}))
    own_api.kill()
    own_api.launch()
    refused = 0
    with own_api.client() as http:
        while (changed := http.patch("/accounts/MAKER/limits/S001-USD", json=LONG)).status_code == 503:
            assert changed.headers["retry-after"] == "1"
            assert refusal(changed)[2].startswith("replaying the journal: ")
            assert http.get("/journal").is_success
            refused += 1
        assert refused > 0
        assert told(changed)["done"] == ["MAKER in S001-USD: order 20.0 S001, value none, long 5.0 S001, short none"]


def test_without_the_venue_nothing_is_done_and_the_answer_says_so(own_venue: VenueProcess, own_api: ApiProcess) -> None:
    """503 or 504 while it is away, and it goes on when the venue is back. What is known without it is still told."""
    own_venue.kill()
    with own_api.client() as http:
        refused = http.put("/kill-switches/venue", json={"engaged": True, "why": "nobody hears"})
        assert refused.status_code in (503, 504)
        assert http.get("/sessions").status_code == 503
        assert http.get("/kill-switches").json()["kill_switches"] == []
        own_venue.start()
        own_api.wait_until_ready()
        assert told(http.put("/kill-switches/venue", json={"engaged": True, "why": "now"}))["done"]
