"""Orders under way when something is killed: tried again with their keys, each is entered exactly once."""

import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import kill
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.admin_api.rest_orders import order
from tests.support.fix_party import Deadline
from tests.support.venue_config import trading_accounts, trading_sessions, write_config
from tests.support.venue_process import WITH_API, VenueProcess
from tests.support.waiting import wait_until

ORDERS: Final = 60
PATIENCE_S: Final = 90.0
_READY: Final = re.compile(r"the admin API is ready \(process (\d+)\)")


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[VenueProcess]:
    """A venue that starts its admin API itself, and starts it again when it dies."""
    config = write_config(tmp_path / "venue.toml", trading_sessions(), trading_accounts())
    venue = VenueProcess(config, tmp_path / "data", WITH_API | {"VENUE_API__ANONYMOUS": "operator"})
    venue.start()
    venue.wait_for_output("the admin API is ready")
    yield venue
    venue.kill_if_running()


def kill_venue(venue: VenueProcess) -> None:
    venue.kill()
    venue.start()


def kill_admin_process(venue: VenueProcess) -> None:
    """The supervisor starts another on the same port."""
    pids = _READY.findall("\n".join(venue.output))
    kill(int(pids[-1]), signal.SIGKILL)


@pytest.mark.parametrize("kill_one", [kill_venue, kill_admin_process])
def test_orders_tried_again_after_a_kill_are_entered_exactly_once(
    supervised: VenueProcess, kill_one: Callable[[VenueProcess], None]
) -> None:
    """kill -9 while eight clients enter orders: whoever got no answer, or one that tells of an unknown outcome, tries
    again with the same key until he has his order. Then there are as many orders as keys, and each answer's is one."""
    answered = threading.Semaphore(0)

    def enter_at_last(number: int) -> int:
        deadline, body = Deadline(PATIENCE_S), order("S001-USD", "limit", "buy", "1", price="9")
        while deadline.left():
            url = f"http://127.0.0.1:{supervised.api_port}/api/v3/orders"
            try:
                answer = httpx.post(url, json=body, headers={"Idempotency-Key": f"order-{number}"}, timeout=15)
            except httpx.TransportError:
                continue
            if answer.status_code == 201:
                answered.release()
                order_id: int = answer.json()["order_id"]
                return order_id
            assert answer.status_code in (503, 504), answer.text
        raise AssertionError(f"order {number} was not accepted in {PATIENCE_S} s")

    with ThreadPoolExecutor(8) as pool:
        entering = [pool.submit(enter_at_last, number) for number in range(ORDERS)]
        for _ in range(ORDERS // 4):
            assert answered.acquire(timeout=PATIENCE_S)
        kill_one(supervised)
        order_ids = {future.result() for future in entering}

    def listed() -> set[int]:
        url = f"http://127.0.0.1:{supervised.api_port}/api/v3/orders"
        return {one["order_id"] for one in httpx.get(url, params={"limit": 500}).json()["orders"]}

    assert len(order_ids) == ORDERS
    wait_until(lambda: len(listed()) >= ORDERS, "every order is listed")
    assert listed() == order_ids
