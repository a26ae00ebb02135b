"""Gate and QuickFIX under mutated messages, admitted and refused, before a logon and behind it.

Every connection comes from an address of its own: the gate's bounds of an address are another test's. What is sent is
not looked at before: the gate decides. VENUE_FUZZ_GATE and VENUE_FUZZ_SEED make it longer and different (`make fuzz`).
"""

import contextlib
import itertools
import os
import random
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.asked import Pairs
from tests.fuzz.attacker import AttackingClient, is_plain
from tests.fuzz.mutations import garbled, mutated
from tests.fuzz.originals import SYMBOLS, Originals
from tests.fuzz.test_fuzz_logons import logon
from tests.fuzz.test_fuzz_sessions import SEED, assert_unharmed
from tests.support.fix_message import frame, utc_timestamp
from tests.support.fix_party import Deadline
from tests.support.plain_framing import is_right
from tests.support.processes import children_of, is_alive
from tests.support.progress import Progress
from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from tests.support.waiting import wait_until

MESSAGES: Final = int(os.environ.get("VENUE_FUZZ_GATE", "50000"))
GOOD: Final = tuple(f"G{number:03d}" for number in range(1, 97))
BAD: Final = tuple(f"B{number:03d}" for number in range(1, 401))
SIDE_BY_SIDE: Final = 48  # connections with a good Logon; then as many mutated ones, of other sessions
ADMITTED: Final = 200  # messages of a connection, with a right header
WILD: Final = 10  # behind them, with anything changed
SENT: Final = ("Logons", "admitted", "wild")
MARK: Final = "mark"
END_S: Final = 30.0
FREE_S: Final = 60.0  # for QuickFIX to let go of connections that have ended
RESIDENT_MIB_MAX: Final = 32  # of the gate, more than when it was warm


class Round:
    """Gives each connection a session and an address that nobody uses. Mutated Logons are heard out later: QuickFIX
    takes its five seconds for one that was admitted and that it does not answer."""

    def __init__(self, venue: VenueProcess, chance: random.Random, counts: Counter[str]) -> None:
        self._venue = venue
        self._chance = chance
        self._counts = counts
        self._good, self._bad = itertools.cycle(GOOD), itertools.cycle(BAD)
        self._addresses = (f"127.{a}.{b}.{c}" for a in range(10, 250) for b in range(250) for c in range(1, 250))
        self._unheard: deque[AttackingClient] = deque()

    def play(self) -> None:
        """Logons, right and mutated ones; of those that are let in what is admitted, and then the rest."""
        bad, good = self._connect(self._bad), self._connect(self._good)
        for client in bad:
            speak(client, [bad_logon(client, self._chance)])
        self._counts["Logons"] += len(bad)
        self._unheard.extend(bad)
        for client in good:
            speak(client, [frame(logon(client))])
        inside = [client for client in good if is_let_in(client)]
        self._counts["let in"] += len(inside)
        for client in inside:
            client.next_out = 2
            speak(client, admitted_messages(client, self._chance, self._counts))
        for client in inside:
            assert has_heard_mark(client), self._ended(client)
        for client in inside:
            speak(client, wild_messages(client, self._chance, self._counts))
        for client in good:
            client.hang_up()
        self.hear_out(len(BAD) // 2)

    def _ended(self, client: AttackingClient) -> str:
        said = [line for line in self._venue.output if client.sender in line]
        told = ["an admitted message cost the session", *said[-5:], client.told(), "the venue said last"]
        return "\n".join([*told, *self._venue.output[-10:]])

    def hear_out(self, left: int) -> None:
        """Until so many mutated Logons are without an answer."""
        while len(self._unheard) > left:
            client = self._unheard.popleft()
            self._counts["mutated Logons let in"] += is_let_in(client)
            client.hang_up()

    def _connect(self, names: Iterator[str]) -> list[AttackingClient]:
        clients = [
            AttackingClient(self._venue.port, next(names), source=next(self._addresses)) for _ in range(SIDE_BY_SIDE)
        ]
        for client in clients:
            client.connect()
        return clients


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    names = ["WITNESS", "SECOND", *GOOD, *BAD]
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in names}
    config = write_config(tmp_path / "venue.toml", sessions, instruments=len(SYMBOLS))
    process = VenueProcess(config, tmp_path / "data", WITH_GATE)
    process.start()
    yield process
    process.kill_if_running()


@pytest.mark.timeout(120 + MESSAGES // 100)
def test_gate_and_venue_stand_whatever_comes(venue: VenueProcess, capfd: pytest.CaptureFixture[str]) -> None:
    """No exit, no stall; a second client can always log on; memory and descriptors go back to where they were."""
    print(f"VENUE_FUZZ_SEED={SEED}")
    counts = Counter[str]()
    rounds = Round(venue, random.Random(SEED), counts)
    (gate,) = children_of(venue.pid)
    with RawClient(venue.port, "WITNESS") as witness:
        witness.log_on()
        witness.expect_quiet()  # its connection has been found and noted by then
        at_first = {pid: descriptors(pid) for pid in (venue.pid, gate)}
        rounds.play()
        gate_mib = resident_mib(gate)
        tell = Progress("fuzz, gate", MESSAGES, capfd.disabled, "messages", MESSAGES > 50_000)
        while (sent := sum(counts[kind] for kind in SENT)) < MESSAGES:
            tell(sent)
            rounds.play()
            witness.expect_quiet()
            see_second_client(venue)
            assert_unharmed(venue)
            assert is_alive(gate)
        rounds.hear_out(0)
        for pid, before in at_first.items():
            expect_closed(pid, before)
        tell.say(f"{dict(counts)}; gate: {gate_mib} MiB after the first round, {resident_mib(gate)} at the end")
        assert resident_mib(gate) <= gate_mib + RESIDENT_MIB_MAX
    assert counts["let in"] * ADMITTED == counts["admitted"] > MESSAGES // 2
    assert venue.stop() == 0, venue.printed()


def speak(client: AttackingClient, messages: list[bytes]) -> None:
    try:
        client.send_bytes(b"".join(messages))
    except ConnectionError:
        client.dialogue.append("-- closed while we spoke")


def is_let_in(client: AttackingClient) -> bool:
    """A Logon is answered, or its connection closed, in time."""
    deadline = Deadline(END_S)
    message = client.receive(deadline.left())
    assert deadline.left() > 0, f"{client.sender}: neither let in nor refused\n{client.told()}"
    return message is not None and message.msg_type == "A"


def has_heard_mark(client: AttackingClient) -> bool:
    """The venue has read all that was admitted; False: a message of those cost the session."""
    deadline = Deadline(END_S)
    while (message := client.receive(deadline.left())) is not None:
        if message.get("TestReqID") == MARK:
            return True
    assert deadline.left() > 0, f"{client.sender}: stalled\n{client.told()}"
    return False


def bad_logon(client: AttackingClient, chance: random.Random) -> bytes:
    first = frame(mutated(logon(client), chance))
    return garbled(first, chance) if chance.random() < 0.3 else first


def admitted_messages(client: AttackingClient, chance: random.Random, counts: Counter[str]) -> list[bytes]:
    """Mutated bodies under right headers, none of which may cost the session, and a mark."""
    originals = Originals(chance, client.sender)
    messages: list[bytes] = []
    while len(messages) < ADMITTED:
        msg_type, body = originals.next()
        body = mutated(body, chance)
        message = frame(header(client, msg_type) + body)
        if is_plain(body) and is_right(message):
            messages.append(message)
            client.next_out += 1
    counts["admitted"] += ADMITTED
    return [*messages, frame([*header(client, "1"), ("112", MARK)])]


def wild_messages(client: AttackingClient, chance: random.Random, counts: Counter[str]) -> list[bytes]:
    """Headers mutated too, and often the last of them no message at all."""
    originals = Originals(chance, client.sender)
    client.next_out += 1  # behind the mark
    messages = []
    for _ in range(WILD):
        msg_type, body = originals.next()
        messages.append(frame(mutated(header(client, msg_type) + body, chance)))
        client.next_out += 1
    if chance.random() < 0.5:
        messages[-1] = garbled(messages[-1], chance)
    counts["wild"] += WILD
    return messages


def header(client: AttackingClient, msg_type: str) -> Pairs:
    number = str(client.next_out)
    return [("35", msg_type), ("34", number), ("49", client.sender), ("56", client.target), ("52", utc_timestamp())]


def see_second_client(venue: VenueProcess) -> None:
    with RawClient(venue.port, "SECOND", source="127.9.9.9") as client:
        client.log_on_when_free()
        client.log_out()


def expect_closed(pid: int, before: Counter[str]) -> None:
    """As many descriptors as before; those that are still open are named."""
    try:
        wait_until(lambda: descriptors(pid).total() <= before.total(), "descriptors are free again", FREE_S)
    except AssertionError as error:
        raise AssertionError(f"{error}; still open: {descriptors(pid) - before}") from None


def descriptors(pid: int) -> Counter[str]:
    """Files by name, sockets and pipes by kind."""
    found = Counter[str]()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found[os.readlink(descriptor).split(":[")[0]] += 1
    return found


def resident_mib(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
