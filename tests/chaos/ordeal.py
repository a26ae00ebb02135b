"""Every scenario of `venue chaos-client` at once, each from an address and with a session of its own."""

import threading
from pathlib import Path
from typing import Final

from tests.support.initiator import Initiator, InitiatorSession
from tests.support.venue_process import VenueProcess
from venue.chaos import SCENARIOS, Run, Target, let_loose

HEALTHY: Final = ("MAKER", "TAKER")
HEALTHY_ADDRESS: Final = "127.0.2.1"
TRADED: Final = "S001-USD"  # by the good clients, all the while
AIMED_AT: Final = "S002-USD"  # the bad ones' orders name it; the good ones' quotes rest there
SEED: Final = 7
# Rounds, and seconds that a busy machine may take; most end long before.
BOUNDS: Final = {
    "gap": (30, 60),
    "storm": (5_000, 60),
    "slow-reader": (2_000, 8),  # which it uses up
    "duplicate-logon": (8, 60),
    "half-frame": (30, 60),
    "half-open": (5, 60),
    "flood": (1_000, 60),
    "dribble": (5, 60),
    "clock-skew": (1, 60),
    "mutated-before-logon": (300, 60),
    "mutated-after-logon": (200, 10),
}


def session_of(scenario: str) -> str:
    return scenario.upper()


class Ordeal:
    """`runs`: what the venue answered each; `told`: what each said; `trades`: how often the good clients dealt."""

    def __init__(
        self,
        venue: VenueProcess,
        folder: Path,
        scenarios: tuple[str, ...] = tuple(SCENARIOS),
    ) -> None:
        self.venue: Final = venue
        self.runs: Final[dict[str, Run]] = {}
        self.told: Final[dict[str, list[str]]] = {name: [] for name in scenarios}
        self.errors: Final[dict[str, str]] = {}
        self.trades = 0
        self.pid: Final = venue.pid
        self._initiator: Final = Initiator(venue.port, HEALTHY, folder / "initiator", source=HEALTHY_ADDRESS)

    def run(self) -> None:
        """Until the last scenario has ended; the good clients' reports are compared one by one."""
        self._initiator.start()
        self.maker.enter("bid", "buy", "10", AIMED_AT, price="9.00")
        self.maker.expect("8", ExecType="0")
        self.maker.enter("offer", "sell", "10", AIMED_AT, price="11.00")
        self.maker.expect("8", ExecType="0")
        threads = [threading.Thread(target=self._let_loose, args=each) for each in enumerate(self.told, 1)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self._deal()
        for thread in threads:
            thread.join()

    def end(self) -> None:
        self._initiator.stop()

    @property
    def maker(self) -> InitiatorSession:
        return self._initiator["MAKER"]

    @property
    def taker(self) -> InitiatorSession:
        return self._initiator["TAKER"]

    def _let_loose(self, place: int, name: str) -> None:
        source = f"127.0.1.{place}"
        target = Target("127.0.0.1", self.venue.port, "VENUE", session_of(name), symbol=AIMED_AT, source=source)
        try:
            self.runs[name] = let_loose(name, target, *BOUNDS[name], SEED, self.told[name].append)
        except Exception as error:
            self.errors[name] = repr(error)

    def _deal(self) -> None:
        """One trade: five reports, and nothing else."""
        self.trades += 1
        bought, sold, price = f"buy-{self.trades}", f"sell-{self.trades}", f"{5 + self.trades % 100 / 100:.2f}"
        self.maker.enter(bought, "buy", "1", TRADED, price=price)
        self.maker.expect("8", ClOrdID=bought, ExecType="0", LeavesQty="1.0")
        self.taker.enter(sold, "sell", "1", TRADED, price=price, TimeInForce="3")
        self.taker.expect("8", ClOrdID=sold, ExecType="0")
        self.taker.expect("8", ClOrdID=sold, ExecType="F", OrdStatus="2", LastPx=price, LastQty="1.0")
        self.maker.expect("8", ClOrdID=bought, ExecType="F", OrdStatus="2", LastPx=price, LastQty="1.0")
