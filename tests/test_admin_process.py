"""The admin API beside a venue: where it listens, who ends it, what brings it back."""

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.journal.journals import execute
from tests.support.processes import is_alive
from tests.support.raw_fix import RawClient
from tests.support.venue_config import trading_sessions, write_config
from tests.support.venue_process import WITH_API, VenueProcess, run_venue_command
from tests.support.waiting import wait_until
from venue.admin_process import AdminProcess
from venue.config import ApiConfig, JournalConfig, VenueConfig
from venue.errors import OperatorError
from venue.journal import journal_url, open_reader

PATIENCE_S = 30.0

StartVenue = Callable[..., VenueProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartVenue]:
    """A running venue with its admin API."""
    venues: list[VenueProcess] = []

    def started(**environment: str) -> VenueProcess:
        config = write_config(tmp_path / "venue.toml", trading_sessions(), instruments=1)
        venues.append(VenueProcess(config, tmp_path / "data", WITH_API | environment))
        venues[-1].start()
        return venues[-1]

    yield started
    for venue in venues:
        venue.kill_if_running()


def admin_pids(venue: VenueProcess) -> list[int]:
    """Of all its admin processes up to now, as the venue logged them when they were ready."""
    told = [re.search(r"the admin API is ready \(process (\d+)\)", line) for line in list(venue.output)]
    return [int(found[1]) for found in told if found]


def wait_for_admin(venue: VenueProcess, number: int = 1) -> int:
    wait_until(lambda: len(admin_pids(venue)) >= number, f"the admin API is ready, number {number}", PATIENCE_S)
    return admin_pids(venue)[number - 1]


def status_of(venue: VenueProcess) -> int:
    return httpx.get(f"http://127.0.0.1:{venue.api_port}/api/v3/health", timeout=PATIENCE_S).status_code


def test_a_killed_admin_api_comes_back_on_the_same_port(start: StartVenue) -> None:
    """kill -9: it is told with the signal, and who asks meanwhile is answered by the next one."""
    venue = start()
    assert status_of(venue) == httpx.codes.OK
    killed = wait_for_admin(venue)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_alive(killed), "it is gone", PATIENCE_S)
    assert status_of(venue) == httpx.codes.OK
    assert wait_for_admin(venue, 2) != killed
    venue.wait_for_output("the admin API ended by signal 9: it is started again in 0.25 s")


def test_a_killed_venue_leaves_no_admin_api_behind(start: StartVenue) -> None:
    """kill -9 of the venue ends its stdin, and with that the process."""
    venue = start()
    admin = wait_for_admin(venue)
    venue.kill()
    wait_until(lambda: not is_alive(admin), "the admin API ends", PATIENCE_S)


def test_the_admin_api_ends_with_the_venue(start: StartVenue) -> None:
    """A clean stop: status 0, nothing left, and it was not told to end twice."""
    venue = start()
    admin = wait_for_admin(venue)
    assert venue.stop() == 0
    assert not is_alive(admin)
    assert "did not end" not in venue.printed()


def test_damage_before_a_snapshot_is_told_and_blinds_nobody(start: StartVenue) -> None:
    """The venue starts at the snapshot; so does the admin process when it has come upon the damage, and says so."""
    venue = start(VENUE_API__ANONYMOUS="operator")
    with RawClient(venue.port, next(iter(trading_sessions()))) as client:
        client.log_on()
        for number in range(3):
            client.enter(f"o{number}", "buy", "1", "S001-USD", "1.00")
            client.expect("8", ClOrdID=f"o{number}", ExecType="0")
    assert venue.stop() == 0
    run_venue_command("snapshot", "take", "--config", str(venue.config), "--data", str(venue.data))
    url = journal_url(JournalConfig(), venue.data)
    damaged = [batch.first_seq for batch in open_reader(url).read()][-2]  # a start looks at the last one
    execute(url, f"UPDATE journal_batch SET payload = x'00' WHERE first_seq = {damaged}")

    venue.output.clear()
    venue.start()
    venue.wait_for_output("the admin API is ready")
    with httpx.Client(base_url=f"http://127.0.0.1:{venue.api_port}/api/v3", timeout=PATIENCE_S) as http:
        wait_until(lambda: http.get("/alerts").is_success, "it is ready")
        [alert] = [each for each in http.get("/alerts").json()["alerts"] if each["name"] == "journal_damaged"]
        assert f"journal_seq {damaged}" in alert["detail"]
        assert http.get("/orderbook/S001-USD").json()["bids"] == [["1.00", "3.0", 3]]
    assert "is started again" not in venue.printed()


def test_the_admin_api_has_the_processors_that_the_venue_leaves(start: StartVenue) -> None:
    """The venue keeps to one; with a single processor they share it."""
    processors = os.sched_getaffinity(0)
    if len(processors) != os.cpu_count():
        pytest.skip("the tests were started on chosen processors: the venue stays on them")
    venue = start()
    admin = os.sched_getaffinity(wait_for_admin(venue))
    assert len(os.sched_getaffinity(venue.pid)) == 1
    assert admin == (processors - os.sched_getaffinity(venue.pid) or processors)


def test_a_venue_says_that_no_key_is_asked_for(start: StartVenue) -> None:
    """Who starts it with anonymous callers is told so, each time."""
    venue = start(VENUE_API__ANONYMOUS="viewer")
    venue.wait_for_output("no API key is asked of programs of this machine: each is a viewer")


def test_a_taken_port_is_an_error_of_the_start(tmp_path: Path) -> None:
    """It names the setting and its value, and what to do; before anything of the venue runs."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        venue = VenueProcess(
            write_config(tmp_path / "venue.toml", trading_sessions(), instruments=1),
            tmp_path / "data",
            WITH_API | {"VENUE_API__PORT": str(port)},
        )
        with pytest.raises(AssertionError, match="the venue did not start"):
            venue.start()
    assert venue.output[-1] == (
        f"venue: the admin API cannot listen at api.host 127.0.0.1, api.port {port}: Address already in use: choose "
        "another port (0: a free one), or set api.enabled = false"
    )


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.1", "no host"])
def test_a_host_that_is_none_of_ours_is_named(tmp_path: Path, host: str) -> None:
    """A name that means nothing, an address of another machine."""
    with pytest.raises(OperatorError, match=f"cannot listen at api.host {host}, api.port 0: "):
        AdminProcess(VenueConfig(data=tmp_path, api=ApiConfig(host=host, port=0)))


def test_an_address_of_ipv6_is_written_as_in_a_browser(tmp_path: Path) -> None:
    """http://[::1]:PORT."""
    admin = AdminProcess(VenueConfig(data=tmp_path, api=ApiConfig(host="::1", port=0)))
    try:
        assert admin.told()[0].startswith(f"REST and WebSocket at http://[::1]:{admin.port}/api/v3 ")
    finally:
        admin.close()
