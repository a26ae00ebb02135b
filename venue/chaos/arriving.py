"""Bad clients that are not logged on, or should not be."""

import resource
import time
from typing import Final

from venue.chaos.mutations import mutated
from venue.chaos.peer import Peer
from venue.chaos.run import ANSWER_S, REFUSAL_S, Run, is_alive

SECOND_NS: Final = 1_000_000_000
SPARE_DESCRIPTORS: Final = 64
BATCH: Final = 50  # connections side by side
DRIBBLE_S: Final = 0.2  # a byte
SKEWS_S: Final = (-86_400, -3_600, -60, 60, 3_600, 86_400)


def flood(run: Run) -> None:
    """Open many connections, say nothing or half a word on each, and hold them all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = run.count + SPARE_DESCRIPTORS
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    peers: list[Peer] = []
    for place in run.rounds():
        peers.append(run.connect())
        if place % 2:
            peers[-1].send_bytes(b"8=FIX.4.4\x019=")
    run.tell(f"{_open(peers):,} connections are open and say nothing")
    _wait_until_closed(run, peers)
    run.tell(f"{_open(peers):,} of them are still open")


def half_frame(run: Run) -> None:
    """Begin a Logon(A), or an order once logged on, and end in the middle: silent, or gone."""
    silent: list[Peer] = []
    for place in run.rounds():
        peer = run.connect()
        whole = peer.message("A", run.logon())
        peer.send_bytes(whole[: run.chance.randrange(1, len(whole))])
        if place % 2:
            run.forget(peer)
        else:
            silent.append(peer)
    session = run.log_on()
    order = session.message("D", run.order())
    session.send_bytes(order[: len(order) // 2])
    _wait_until_closed(run, silent)
    session.listen(0)
    state = "is open" if session.is_open else "was ended"
    run.tell(f"{_open(silent):,} unfinished Logons are still waited for; the session with half an order {state}")


def _wait_until_closed(run: Run, peers: list[Peer]) -> None:
    """By the venue; at most to the end of the run."""
    while run.left_s and _open(peers):
        for peer in peers:
            peer.listen(0)
        time.sleep(min(run.left_s, 0.05))


def _open(peers: list[Peer]) -> int:
    return sum(peer.is_open for peer in peers)


def dribble(run: Run) -> None:
    """Send a Logon(A) so slowly that it takes a minute; then, logged on, an order one byte at a time without a rest."""
    peer = run.connect()
    for byte in peer.message("A", run.logon()):
        if not run.left_s or not peer.send_bytes(bytes([byte])):
            break
        peer.listen(DRIBBLE_S)
    run.tell("the slow Logon was cut off" if not peer.is_open else "the slow Logon is still waited for")
    run.forget(peer)
    peer = run.log_on()
    for _ in range(run.count):
        for byte in peer.message("D", run.order()):
            peer.send_bytes(bytes([byte]))
        peer.await_type(b"8", ANSWER_S)
    alive = is_alive(peer)
    run.tell(f"orders in pieces of one byte: the session {'lives' if alive else 'was ended'}")
    run.log_out(peer)


def clock_skew(run: Run) -> None:
    """Log on with a SendingTime(52) of an hour ago or of tomorrow; then be right at the logon and wrong behind it."""
    for skew_s in SKEWS_S:
        peer = run.connect()
        peer.next_out = run.next_number
        peer.send_bytes(peer.message("A", run.logon(), time_ns=time.time_ns() + skew_s * SECOND_NS))
        run.tell(f"Logon(A) {skew_s:+,} s off: the venue {run.said_by(peer, ANSWER_S)}")
        run.forget(peer)
    peer = run.log_on()
    peer.send_bytes(peer.message("1", {"TestReqID": "late"}, time_ns=time.time_ns() - 3600 * SECOND_NS))
    run.tell(f"TestRequest(1) an hour late: the venue {run.said_by(peer, ANSWER_S)}")


def duplicate_logon(run: Run) -> None:
    """Log on, then again and again under the same CompID while the first session stands."""
    first = run.log_on()
    for _ in run.rounds():
        second = run.connect()
        second.next_out = first.next_out
        second.send("A", **run.logon())
        second.await_type(b"A5", REFUSAL_S)
        run.forget(second)
    run.tell(f"the first session {'lives' if is_alive(first) else 'was ended'}")
    run.log_out(first)


def mutated_before_logon(run: Run) -> None:
    """Logons that are wrong in a way drawn by chance, many connections side by side."""
    batch: list[Peer] = []
    for place in run.rounds():
        peer = run.connect()
        peer.send_bytes(mutated(peer.body("A", run.logon(), 1), run.chance))
        batch.append(peer)
        if len(batch) == BATCH or place == run.count:
            _hear(run, batch)
            batch = []
    _hear(run, batch)
    run.tell(f"{run.rounds_done:,} Logons, {run.answers['Logon(A)']:,} of them let in")


def _hear(run: Run, peers: list[Peer]) -> None:
    until_s = time.monotonic() + min(run.left_s, 1.0)
    for peer in peers:
        peer.listen(max(0.0, until_s - time.monotonic()))
        run.forget(peer)
