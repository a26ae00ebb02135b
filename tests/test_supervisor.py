"""Processes beside the venue: started, started again, ended. The program they run is a real one."""

import os
import platform
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import is_alive
from tests.support.waiting import wait_until
from venue import giving_way, supervisor
from venue.supervisor import Child

PATIENCE_S = 30.0
GIVEN = b'{"what it": "is given"}\n'

MakeChild = Callable[..., Child]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def make_child(listener: socket.socket, tmp_path: Path) -> Iterator[MakeChild]:
    """A child that runs tests/support/supervised_program.py and has the listener; stopped after the test."""
    children: list[Child] = []

    def make(how: str, given: bytes = GIVEN, processors: tuple[int, ...] = (), gives_way: bool = False) -> Child:
        fd = listener.fileno()
        command = [sys.executable, "-m", "tests.support.supervised_program", how, str(fd)]
        log_file = tmp_path / "child.log"
        child = Child(
            "the program",
            command,
            given,
            pass_fds=(fd,),
            log_file=log_file,
            processors=processors,
            gives_way=gives_way,
        )
        children.append(child)
        child.start()
        return child

    yield make
    for child in children:
        child.stop()


def answer(listener: socket.socket) -> tuple[int, bytes]:
    """What the program says to who connects: its process id, and the line it was given."""
    with socket.create_connection(listener.getsockname(), timeout=PATIENCE_S) as connection:
        said = b""
        while chunk := connection.recv(4096):
            said += chunk
    pid, _, line = said.partition(b" ")
    return int(pid), line


def test_a_child_has_its_line_and_its_socket(make_child: MakeChild, listener: socket.socket) -> None:
    """It answers on the socket that we bound, and tells the line that it was given."""
    child = make_child("serves")
    assert answer(listener) == (child.pid, GIVEN)
    assert child.wait_until_ready(PATIENCE_S)


def test_a_killed_child_comes_back_on_the_same_port(make_child: MakeChild, listener: socket.socket) -> None:
    """kill -9: who connects before it is back waits, and is answered by the new one."""
    child = make_child("serves")
    killed, _ = answer(listener)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_alive(killed), "the child is gone", PATIENCE_S)
    pid, line = answer(listener)
    assert (pid != killed, line) == (True, GIVEN)
    assert (pid, child.restarts) == (child.pid, 1)


def test_a_stopped_child_ends_by_the_end_of_its_stdin(make_child: MakeChild, listener: socket.socket) -> None:
    """It is not killed, and does not come back."""
    child = make_child("serves")
    answer(listener)
    process = child._process
    child.stop()
    assert process is not None
    assert process.returncode == 0
    assert not is_alive(child.pid)
    assert child.restarts == 0


def test_a_child_that_fails_is_tried_again_ever_less_often(
    make_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The pause doubles to its bound; each end is told with its status, and what the child wrote is kept."""
    monkeypatch.setattr(supervisor, "RESTART_S", 0.01)
    monkeypatch.setattr(supervisor, "RESTART_S_MAX", 0.04)
    child = make_child("fails")
    wait_until(lambda: child.restarts >= 4, "four more tries", PATIENCE_S)
    child.stop()
    told = [record.getMessage() for record in caplog.records if "ended with status 3" in record.getMessage()]
    assert [text.rsplit(" in ", 1)[1] for text in told[:4]] == ["0.01 s", "0.02 s", "0.04 s", "0.04 s"]
    assert (tmp_path / "child.log").read_text().splitlines()[:2] == ["nothing works"] * 2


def test_a_child_that_ran_long_enough_comes_back_at_once(
    make_child: MakeChild,
    listener: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The pauses of earlier failures are forgotten."""
    monkeypatch.setattr(supervisor, "STEADY_S", 0.0)
    monkeypatch.setattr(supervisor, "RESTART_S", 0.01)
    make_child("serves")
    for _ in range(3):
        killed, _ = answer(listener)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda gone=killed: not is_alive(gone), "the child is gone", PATIENCE_S)  # type: ignore[misc]
    answer(listener)
    told = [record.getMessage() for record in caplog.records if "ended by signal 9" in record.getMessage()]
    assert [text.rsplit(" in ", 1)[1] for text in told] == ["0.01 s"] * 3


def test_a_program_that_is_not_there_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """The venue goes on without it."""
    child = Child("the program", ["/nowhere/program"])
    child.start()
    wait_until(lambda: "could not be started (No such file or directory)" in caplog.text, "it is told", PATIENCE_S)
    child.stop()
    assert child.pid == 0


def test_a_child_that_hears_nothing_is_killed(make_child: MakeChild, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the end of its stdin nor SIGTERM ends it: SIGKILL does, and the venue's end is not held up."""
    monkeypatch.setattr(supervisor, "FAREWELL_S", 0.1)
    monkeypatch.setattr(supervisor, "TERM_S", 0.1)
    child = make_child("deaf")
    assert child.wait_until_ready(PATIENCE_S)
    process = child._process
    child.stop()
    assert process is not None
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("gives_way", [False, True])
def test_a_child_gives_way_to_those_that_trade(make_child: MakeChild, listener: socket.socket, gives_way: bool) -> None:
    """Nicer than we are, and in the shortest slices that a kernel gives which tells of them."""
    child = make_child("serve", gives_way=gives_way)
    answer(listener)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) - ours == (giving_way.NICE if gives_way else 0)
    told = re.search(r"se\.slice +: +(\d+)", Path(f"/proc/{child.pid}/sched").read_text())
    if told is not None and tuple(map(int, platform.release().split(".")[:2])) >= (6, 12):
        assert (int(told[1]) == giving_way.SLICE_NS) == gives_way


def test_a_child_that_does_not_read_is_not_waited_for(make_child: MakeChild) -> None:
    """Its line is longer than the pipe holds, so that writing it blocks: it is ended all the same."""
    child = make_child("blind", b"x" * 1_000_000 + b"\n")
    wait_until(lambda: child.pid != 0, "it was started", PATIENCE_S)
    began_s = time.monotonic()
    child.stop()
    assert not is_alive(child.pid)
    assert time.monotonic() - began_s < supervisor.FAREWELL_S


def test_a_child_runs_where_it_is_sent(make_child: MakeChild, listener: socket.socket) -> None:
    """The venue leaves it the other processors, and does not move itself."""
    ours = os.sched_getaffinity(0)
    last = max(ours)
    make_child("serves", processors=(last,))
    pid, _ = answer(listener)
    assert os.sched_getaffinity(pid) == {last}
    assert os.sched_getaffinity(0) == ours


def test_ctrl_c_on_the_terminal_is_not_for_the_child(make_child: MakeChild, listener: socket.socket) -> None:
    """It has a process group of its own: the venue ends it, in its order."""
    make_child("serves")
    pid, _ = answer(listener)
    assert os.getpgid(pid) == pid != os.getpgid(0)
