"""Thousands of connects and disconnects of every kind: the venue keeps nothing of them.

VENUE_CONNECTS sets how many (`make soak`).
"""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until

CONNECTS: Final = int(os.environ.get("VENUE_CONNECTS", "500"))
SESSIONS: Final = 41  # in turns, so that QuickFIX has given one free when it is the next
WARM_UP: Final = 200  # after so many, what is made once is made
KIB_PER_CONNECT_MAX: Final = 4  # of memory that stays; a thread's stack alone would be more
KIB_OF_ANY_PROCESS: Final = 8_192  # what an allocator holds more of at one time than at another


class Held(NamedTuple):
    """What a process holds: threads, descriptors, and KiB of memory."""

    threads: int
    descriptors: int
    memory_kib: int


def held_by(pid: int) -> Held:
    status = Path(f"/proc/{pid}/status").read_text()
    threads, memory = (re.search(rf"{name}:\s+(\d+)", status) for name in ("Threads", "VmRSS"))
    assert threads
    assert memory
    return Held(int(threads[1]), len(os.listdir(f"/proc/{pid}/fd")), int(memory[1]))


def logged_out(client: RawClient) -> None:
    client.log_on_when_free()
    client.log_out()


def hung_up(client: RawClient) -> None:
    client.log_on_when_free()
    client.hang_up()


def torn_off(client: RawClient) -> None:
    client.log_on_when_free()
    client.send("1", TestReqID="never heard")
    client.close()


def turned_away(client: RawClient) -> None:
    client.connect()
    client.send("A", TargetCompID="NOWHERE", EncryptMethod="0", HeartBtInt="30")
    client.expect_closed()


def without_a_word(client: RawClient) -> None:
    client.connect()
    client.close()


def half_a_logon(client: RawClient) -> None:
    client.connect()
    client.send_bytes(client.message("A", EncryptMethod="0", HeartBtInt="30")[:40])
    client.close()


KINDS: Final[tuple[Callable[[RawClient], None], ...]] = (
    logged_out, hung_up, torn_off, turned_away, without_a_word, half_a_logon,
)  # fmt: skip


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    names = ["WITNESS", *(f"C{number}" for number in range(SESSIONS))]
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in names}
    process = VenueProcess(write_config(tmp_path / "venue.toml", sessions, instruments=1), tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.mark.timeout(120 + CONNECTS // 5)
def test_nothing_is_left_of_connections_that_ended(venue: VenueProcess) -> None:
    """Threads and descriptors are as many as before, memory does not grow with the number of connections."""
    with RawClient(venue.port, "WITNESS") as witness:
        witness.log_on()
        witness.expect_quiet()  # its connection has been found and noted by then
        first = held_by(venue.pid)
        visits = zip(itertools.cycle(range(SESSIONS)), itertools.cycle(KINDS), strict=False)
        come_and_go(venue, visits, WARM_UP)
        before = settled(venue, first)
        come_and_go(venue, visits, CONNECTS)
        after = settled(venue, first)
        print(f"before {before}, after {CONNECTS} connects {after}")
        assert after.memory_kib - before.memory_kib < KIB_OF_ANY_PROCESS + KIB_PER_CONNECT_MAX * CONNECTS
        witness.expect_quiet()
    assert venue.stop() == 0


def come_and_go(venue: VenueProcess, visits: Iterator[tuple[int, Callable[[RawClient], None]]], count: int) -> None:
    for number, kind in itertools.islice(visits, count):
        with RawClient(venue.port, f"C{number}") as client:
            kind(client)


def settled(venue: VenueProcess, first: Held) -> Held:
    """What is held when the connections that ended are gone: one that said nothing is cut off after 5 s."""

    def is_as_at_first() -> bool:
        now = held_by(venue.pid)
        return now.threads <= first.threads and now.descriptors <= first.descriptors

    wait_until(is_as_at_first, f"as few threads and descriptors as at first, {first}")
    return held_by(venue.pid)
