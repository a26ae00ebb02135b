"""Bad clients that are logged on."""

import time
from typing import Final

from venue.chaos.mutations import mutated
from venue.chaos.peer import Peer
from venue.chaos.run import ANSWER_S, REFUSAL_S, UNLISTED, Run, fill_gap, is_alive
from venue.fix.framing import msg_type

BURST: Final = 100  # messages in one piece
GAP_MAX: Final = 50
SMALL_BUFFER: Final = 4096
HEARTBEAT_S_MIN: Final = 5  # what the venue takes at least


def gap(run: Run) -> None:
    """Lose messages: jump ahead in MsgSeqNum(34), and be slow to say so when asked."""
    peer = run.log_on()
    for place in run.rounds():
        peer.next_out += run.chance.randint(1, GAP_MAX)
        behind = peer.next_out
        peer.send("1", TestReqID=f"gap {place}")
        if place % 2:
            peer.send("D", **run.order())
        asked = peer.await_type(b"2", ANSWER_S)
        if asked is None:
            break
        if place % 5 == 0:
            peer.send("2", BeginSeqNo="1", EndSeqNo="0")
        fill_gap(peer, asked, behind)
        peer.await_type(b"0", ANSWER_S)
    run.tell(f"after {run.rounds_done:,} gaps the session {_state(peer)}")
    run.log_out(peer)


def storm(run: Run) -> None:
    """Everything at once: orders, cancels of nothing, TestRequests; logged on again whenever that has ended it."""
    peer = run.log_on()
    logons = 1
    burst: list[bytes] = []
    for place in run.rounds():
        burst.append(_of_storm(run, peer, place))
        if len(burst) < BURST and place < run.count:
            continue
        peer.send_bytes(b"".join(burst), len(burst))
        burst = []
        peer.listen(0)
        if not peer.is_open:
            run.forget(peer)
            peer = run.log_on()
            logons += 1
    run.tell(f"after {run.rounds_done:,} messages and {logons:,} logons the session {_state(peer)}")
    run.log_out(peer)


def _state(peer: Peer) -> str:
    return "lives" if is_alive(peer) else "was ended"


def _of_storm(run: Run, peer: Peer, place: int) -> bytes:
    order = run.order()
    match place % 10:
        case 0:
            return peer.message("1", {"TestReqID": order["ClOrdID"]})
        case 1 | 2 | 3:
            kept = {name: order[name] for name in ("ClOrdID", "Symbol", "Side", "TransactTime")}
            return peer.message("F", kept | {"OrigClOrdID": "NONE"})
        case _:
            return peer.message("D", order)


def slow_reader(run: Run) -> None:
    """Ask for more than one reads: orders into a connection of which not a byte is read."""
    peer = run.log_on(receive_buffer=SMALL_BUFFER)
    for _ in run.rounds():
        if not peer.send("D", **run.order()):
            break
    run.tell(f"{run.rounds_done:,} orders sent, their reports not read")
    time.sleep(run.left_s)
    peer.listen(ANSWER_S)
    run.tell(f"reading again: the session {_state(peer)}")


def half_open(run: Run) -> None:
    """Fall silent, as one whose cable was cut: some before a word, one as a session that answers no TestRequest(1)."""
    silent = [run.connect() for _ in range(run.count)]
    peer = run.log_on(HeartBtInt=str(HEARTBEAT_S_MIN))
    started_s = time.monotonic()
    while peer.is_open and run.left_s:
        peer.listen(min(run.left_s, 1.0))
    after_s = time.monotonic() - started_s
    run.tell(f"the silent session {'is still there' if peer.is_open else 'was ended'} after {after_s:.0f} s")
    for other in silent:
        other.listen(0)
    run.tell(
        f"{sum(other.is_open for other in silent):,} of {len(silent):,} connections without a word are still there"
    )


def mutated_after_logon(run: Run) -> None:
    """Orders that are wrong in a way drawn by chance; logged on again whenever that has ended the session."""
    # Of no instrument that is listed: a mutation must not make an order of this that rests.
    peer = run.log_on()
    for _ in run.rounds():
        if not peer.is_open:
            run.forget(peer)
            peer = run.log_on()
        body = peer.body("D", run.order() | {"Symbol": UNLISTED}, peer.next_out)
        peer.next_out += 1
        peer.send_bytes(mutated(body, run.chance))
        peer.send("1", TestReqID="after")
        frame = peer.await_type(b"02", REFUSAL_S)
        if frame is not None and msg_type(frame) == b"2":
            fill_gap(peer, frame)
    run.tell(f"the last session {_state(peer)}")
    run.log_out(peer)
