"""The client's sessions over time: missed reports come, and nothing stale is ever sent."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell, demo_venue
from tests.support.venue_process import VenueProcess
from venue.client.connection import lock_session


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell on a venue of its own, which the test may stop and change."""
    venue = demo_venue(tmp_path)
    venue.start()
    yield Shell(venue, tmp_path / "home")
    venue.kill_if_running()


def restarted_on(data: Path, venue: VenueProcess) -> VenueProcess:
    """The venue of the same port on other data."""
    again = VenueProcess(venue.config, data, {"VENUE_FIX__PORT": str(venue.port)})
    venue.stop()
    again.start()
    return again


def commands_of(shell: Shell, session: str) -> list[str]:
    """The verbs a session has in the journal."""
    lines = shell.run("journal", "show").lines
    asked = [line.split() for line in lines if "by=configuration" not in line]
    return [words[2] for words in asked if len(words) > 3 and words[3] == session]


@pytest.fixture
def forgetful(shell: Shell, tmp_path: Path) -> Iterator[Shell]:
    """A client that has entered two orders, at a venue that has lost its data since."""
    for words in ("buy 1 BTC-USD @ 45000", "buy 1 BTC-USD @ 44000"):
        assert shell.order(words).status == 0
    again = restarted_on(tmp_path / "empty", shell.venue)
    yield Shell(again, shell.home)
    again.kill_if_running()


def test_a_venue_that_lost_its_data_gets_a_new_session(forgetful: Shell) -> None:
    """The numbers do not fit, the session is reset; what was ordered yesterday is not ordered again."""
    listed = forgetful.run("orders")
    assert listed.status == 0
    assert listed.lines[0].startswith("the session began anew")
    assert listed.last == "no open orders"
    assert commands_of(forgetful, "DEMO1") == []
    assert forgetful.order("buy 1 BTC-USD @ 43000").last.startswith("accepted: ")


def test_old_orders_are_not_resent_to_a_venue_that_asks_for_them(forgetful: Shell) -> None:
    """ResendRequest(2) for orders of yesterday is answered with a gap fill (4, 123=Y)."""
    (numbers,) = forgetful.home.rglob("*.seqnums")
    sent, _, received = numbers.read_text().partition(" : ")
    assert int(sent) > 3
    numbers.write_text(f"{sent} : {'1'.rjust(len(received), '0')}")  # the venue's numbers fit, ours are ahead
    listed = forgetful.run("orders")
    assert (listed.errors, listed.status, listed.lines) == ([], 0, ["no open orders"])
    assert commands_of(forgetful, "DEMO1") == []


def test_a_client_that_lost_its_store_begins_anew(shell: Shell) -> None:
    """A new home folder: the venue's numbers are ahead, the session is reset, the orders are there."""
    assert shell.order("buy 1 BTC-USD @ 45000").status == 0
    shutil.rmtree(shell.home)
    listed = shell.run("orders")
    assert listed.status == 0
    assert listed.lines[0].startswith("the session began anew")
    assert listed.last.split()[1:4] == ["1", "buy", "BTC-USD"]


def test_reports_of_the_time_away_are_told_at_the_next_command(shell: Shell) -> None:
    """The venue keeps them, across its own restart too."""
    assert shell.order("buy 1 BTC-USD @ 45000").status == 0
    assert shell.order("sell 0.25 BTC-USD @ 45000", "--session", "DEMO2").status == 0
    again = restarted_on(shell.venue.data, shell.venue)
    try:
        listed = Shell(again, shell.home).run("orders")
        assert listed.lines[0] == "while away: filled 0.25000 at 45000.00 (fee 11.25 USD), 0.75000 left"
    finally:
        again.kill_if_running()


def test_one_session_is_used_by_one_command_at_a_time(shell: Shell) -> None:
    """A second command of the same session is refused before it could spoil the first one's numbers."""
    store = shell.home / "venue" / "client" / f"127.0.0.1-{shell.venue.port}-VENUE"
    with lock_session(store, "DEMO1"):
        refused = shell.run("orders")
        assert (refused.status, refused.errors) == (
            2,
            ["venue: session DEMO1 is in use by another venue command: wait for it, or choose another --session"],
        )
        assert shell.run("orders", "--session", "DEMO2").status == 0
