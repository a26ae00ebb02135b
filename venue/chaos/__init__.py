"""Bad clients on purpose: what a port that faces the internet gets, let loose on a venue of this machine.

    scenarios   arriving (not logged on), within (logged on): a small function each, in the table below
    run         its bounds in rounds and seconds, its chance, its connections, what the venue answered
    peer        one connection over a plain socket; `mutations` makes its messages wrong

Every scenario ends by itself, and may be let loose beside clients that trade: their reports and the books must not
care. Its orders are of an instrument that no venue lists; of one that is listed, where asked for, they buy at 0.01,
immediate or cancel. Nothing but loopback is a target.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from venue.chaos import arriving, within
from venue.chaos.run import Run, Target, Tell, require_loopback
from venue.errors import OperatorError

Act: TypeAlias = Callable[[Run], None]


class Scenario(NamedTuple):
    """`rounds` and `seconds` bound it unless others are asked for."""

    act: Act
    rounds: int
    seconds: float

    @property
    def about(self) -> str:
        return (self.act.__doc__ or "").strip()


SCENARIOS: Final = {
    "gap": Scenario(within.gap, 50, 20),
    "storm": Scenario(within.storm, 50_000, 10),
    "slow-reader": Scenario(within.slow_reader, 20_000, 10),
    "duplicate-logon": Scenario(arriving.duplicate_logon, 20, 20),
    "half-frame": Scenario(arriving.half_frame, 50, 10),
    "half-open": Scenario(within.half_open, 10, 30),
    "flood": Scenario(arriving.flood, 1_000, 15),
    "dribble": Scenario(arriving.dribble, 20, 30),
    "clock-skew": Scenario(arriving.clock_skew, 1, 30),
    "mutated-before-logon": Scenario(arriving.mutated_before_logon, 1_000, 30),
    "mutated-after-logon": Scenario(within.mutated_after_logon, 1_000, 30),
}


def let_loose(name: str, target: Target, count: int, seconds: float, seed: int, tell: Tell) -> Run:
    """Run one scenario to its end. `count` and `seconds` 0: its own.

    Raises OperatorError for an unknown name, another target than loopback, or a session that is not let in.
    """
    scenario = scenario_named(name)
    rounds, seconds = count or scenario.rounds, seconds or scenario.seconds
    with Run(target, rounds, seconds, seed, tell) as run:
        tell(f"begins: {rounds:,} rounds in {seconds:g} s at most, as {target.session}")
        scenario.act(run)
    return run


def scenario_named(name: str) -> Scenario:
    """Raises OperatorError that lists the names."""
    if name not in SCENARIOS:
        raise OperatorError(f"there is no scenario {name!r}: choose of {', '.join(SCENARIOS)}")
    return SCENARIOS[name]


__all__ = ["SCENARIOS", "Run", "Scenario", "Target", "let_loose", "require_loopback", "scenario_named"]
