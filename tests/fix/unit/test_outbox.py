"""The outbox: order, bound, retry and end."""

import threading
from collections.abc import Iterable

import pytest

from tests.support.waiting import wait_until
from venue import outbox as outbox_module
from venue.outbox import Outbox


class Slow:
    """Takes items only while the gate is open; remembers them."""

    def __init__(self, bound: int = 4) -> None:
        self.taken: list[int] = []
        self.gate = threading.Event()
        self.times_full = 0
        self.outbox: Outbox[int] = Outbox("TEST", bound, self.deliver, self.full)

    def deliver(self, item: int) -> bool:
        assert self.gate.wait(10)
        self.taken.append(item)
        return True

    def full(self) -> None:
        self.times_full += 1

    def put_all(self, items: Iterable[int]) -> None:
        for item in items:
            self.outbox.put(item)


def test_items_are_delivered_in_order() -> None:
    """First in, first out, each once."""
    slow = Slow(bound=10_000)
    slow.gate.set()
    slow.put_all(range(1_000))
    assert slow.outbox.stop(10)
    assert slow.taken == list(range(1_000))


def test_bound_is_announced_once_until_empty() -> None:
    """`on_full` is called when the bound is reached, and again only after the queue was emptied."""
    slow = Slow(bound=4)
    slow.put_all(range(7))
    assert slow.times_full == 1
    slow.gate.set()
    wait_until(lambda: len(slow.taken) == 7, "every item is taken")
    slow.outbox.wait_until_empty()
    slow.gate.clear()
    wait_until(lambda: _fill_again(slow), "the bound counts again")
    slow.gate.set()
    assert slow.outbox.stop(10)


def _fill_again(slow: Slow) -> bool:
    if len(slow.outbox) < 6:
        slow.outbox.put(0)
    return slow.times_full == 2


def test_put_waits_when_there_is_no_room_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue has an end, where the producer waits for the sender, and loses nothing."""
    monkeypatch.setattr(outbox_module, "ROOM", 4)
    slow = Slow(bound=4)
    producer = threading.Thread(target=lambda: slow.put_all(range(100)), daemon=True)
    producer.start()
    wait_until(lambda: len(slow.outbox) >= 8, "bound and room are used up")
    assert producer.is_alive()
    assert len(slow.outbox) <= 9
    slow.gate.set()
    producer.join(10)
    assert not producer.is_alive()
    assert slow.outbox.stop(10)
    assert slow.taken == list(range(100))


def test_put_waits_for_nobody_while_there_is_room() -> None:
    """A client that does not read is being logged out: the sequencer goes on meanwhile."""
    slow = Slow(bound=4)
    slow.put_all(range(1_000))
    assert slow.outbox.is_full
    slow.gate.set()
    wait_until(lambda: not slow.outbox.is_full, "it was emptied")
    assert slow.outbox.stop(10)


def test_paused_outbox_holds_its_items_back() -> None:
    """Between pause and resume nothing is delivered, so that a Logout(5) can be the last message."""
    slow = Slow(bound=100)
    slow.gate.set()
    slow.outbox.put(1)
    wait_until(lambda: slow.taken == [1], "the first item is taken")
    slow.outbox.pause()
    slow.outbox.put(2)
    slow.outbox.put(3)
    assert slow.taken == [1]
    slow.outbox.resume()
    wait_until(lambda: slow.taken == [1, 2, 3], "the rest follows")
    assert slow.outbox.stop(10)


def test_paused_outbox_is_still_once_the_item_under_way_is_done() -> None:
    """Whoever empties the store waits for it: an item is never half in the old store and half in the new one."""
    slow = Slow(bound=100)
    slow.put_all((1, 2))
    wait_until(lambda: len(slow.outbox) == 1, "the first item is under way")
    slow.outbox.pause()
    assert not slow.outbox.wait_until_still(0.05)
    slow.gate.set()
    assert slow.outbox.wait_until_still(10)
    assert slow.taken == [1]
    slow.outbox.resume()
    wait_until(lambda: slow.taken == [1, 2], "the rest follows")
    assert slow.outbox.wait_until_still(10)
    assert slow.outbox.stop(10)


def test_items_that_follow_each_other_are_held_together() -> None:
    """`hold` brackets each run of items, so that they can share packets, and is off whenever none waits."""
    told: list[object] = []
    first_taken = threading.Event()
    rest_put = threading.Event()

    def deliver(item: int) -> bool:
        told.append(item)
        first_taken.set()
        return rest_put.wait(10)

    outbox: Outbox[int] = Outbox("TEST", 100, deliver, lambda: None, told.append)
    outbox.put(1)
    assert first_taken.wait(10)
    outbox.put(2)
    outbox.put(3)
    rest_put.set()
    wait_until(lambda: told == [1, True, 2, 3, False], "two are held together, one alone is not")
    assert outbox.stop(10)


def test_item_not_taken_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not lose a report: the same item comes again, before the next."""
    monkeypatch.setattr(outbox_module, "RETRY_S", 0.001)
    answers = iter([False, False, True, True])
    tried: list[int] = []

    def deliver(item: int) -> bool:
        tried.append(item)
        return next(answers)

    outbox: Outbox[int] = Outbox("TEST", 10, deliver, lambda: None)
    outbox.put(1)
    outbox.put(2)
    wait_until(lambda: len(tried) == 4, "both are taken in the end")
    assert outbox.stop(10)
    assert tried == [1, 1, 1, 2]


def test_item_that_raises_is_dropped_and_told(caplog: pytest.LogCaptureFixture) -> None:
    """A bug in one report is logged with its traceback and holds up no other."""
    taken: list[int] = []

    def deliver(item: int) -> bool:
        taken.append(10 // item)
        return True

    outbox: Outbox[int] = Outbox("TEST", 10, deliver, lambda: None)
    for item in (5, 0, 2):
        outbox.put(item)
    assert outbox.stop(10)
    assert taken == [2, 5]
    assert "ZeroDivisionError" in caplog.text


def test_stop_gives_up_on_a_stuck_sender() -> None:
    """A sender that waits for a client which does not read does not hold up the end of the venue."""
    slow = Slow()
    slow.outbox.put(1)
    assert not slow.outbox.stop(0.01)
    slow.gate.set()


def test_outbox_without_items_has_no_thread() -> None:
    """A session that never trades costs none; stopping it is no wait."""
    slow = Slow()
    assert slow.outbox.thread_id is None
    assert slow.outbox.stop(0)
