"""What a benchmark hands back: figures with a unit, the rounds behind them, and the goal."""

import statistics
from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

Say: TypeAlias = Callable[[str], None]


class BenchError(Exception):
    """A benchmark has no figures; the text says why and, where there is one, the remedy."""


class Figure(msgspec.Struct, frozen=True):
    """One measured number. `value` is the median of `rounds`; `goal` None means it is shown for comparison.

    `detail` holds what a reader of the JSON may want besides: percentiles, counts, what was checked.
    """

    bench: str
    case: str
    unit: str
    value: float
    rounds: list[float]
    better: Literal["higher", "lower"] = "higher"
    goal: float | None = None
    note: str = ""
    detail: dict[str, float | int | str] = {}

    @property
    def ratio(self) -> float | None:
        """How far the goal is met, 1.0 or more being met whichever way is better; None without a goal."""
        if self.goal is None or not self.value or not self.goal:
            return None
        return self.value / self.goal if self.better == "higher" else self.goal / self.value


def median_figure(
    bench: str,
    case: str,
    unit: str,
    rounds: list[float],
    *,
    better: Literal["higher", "lower"] = "higher",
    goal: float | None = None,
    note: str = "",
    detail: dict[str, float | int | str] | None = None,
) -> Figure:
    """The figure of several rounds: their median."""
    return Figure(bench, case, unit, statistics.median(rounds), rounds, better, goal, note, detail or {})


def percentile(ordered: list[int], share: float) -> int:
    """The value below which `share` of the ascending list lies; 0 of an empty list."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0
