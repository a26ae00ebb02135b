"""kill -9 under load of the venue, and of an order gateway beside it: nothing acknowledged is lost, nothing told twice.

VENUE_CRASH_ROUNDS sets the number of rounds (`make crash`).
"""

import os
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.fix.many.conftest import is_started_anew, other_gateway
from tests.recovery.crash_trader import CrashTrader
from tests.recovery.crashing import ROUNDS, SERVED_BY, TWO_GATEWAYS, CrashingVenue, crashing, progress, share
from tests.support.waiting import wait_until


class CrashingGateway(CrashingVenue):
    """In every round gateway 1 is killed too, before the venue, and its traders come back and go on."""

    def trade_until_killed(self, traders: Sequence[CrashTrader], acknowledgements: int) -> None:
        gateway = other_gateway(self.process)
        self.trade(traders, acknowledgements // 2)
        os.kill(gateway, signal.SIGKILL)
        self.kills += 1
        away = [trader for trader in traders if SERVED_BY[trader.client.sender]]
        self.leave([*away, self.watcher])
        wait_until(partial(is_started_anew, self.process, gateway), "gateway 1 is started again")
        self.come_back(away, resends=True)
        super().trade_until_killed(traders, acknowledgements - acknowledgements // 2)


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_two_gateways_lose_nothing_acknowledged_and_tell_nothing_twice(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Over its whole life each client hears each report once, in order, whichever process was killed."""
    rounds = share(1)
    with crashing(CrashingGateway(tmp_path, settings=TWO_GATEWAYS)) as venue:
        venue.survive(rounds, progress("kill, two gateways", rounds, capfd))
        assert venue.process.stop() == 0
