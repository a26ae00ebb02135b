"""How far a long run is, told past pytest, which keeps what its tests print."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

TELL_EVERY_S: Final = 5.0


class Progress:
    """Lines on the terminal. `total` is how many `what` there are; a run that is not `is_long` tells nothing.
    `uncaptured` is capfd.disabled."""

    def __init__(
        self, name: str, total: int, uncaptured: Callable[[], AbstractContextManager[None]], what: str, is_long: bool
    ) -> None:
        self._name, self._total, self._uncaptured, self._what, self._is_long = name, total, uncaptured, what, is_long
        self._began_s = self._told_s = time.monotonic()

    def __call__(self, done: int) -> None:
        now_s = time.monotonic()
        if not done or (now_s - self._told_s < TELL_EVERY_S and done < self._total):
            return
        self._told_s = now_s
        left_s = (now_s - self._began_s) / done * max(0, self._total - done)
        self.say(f"{done:,} of {self._total:,} {self._what}, {left_s / 60:.0f} min left")

    def say(self, text: str) -> None:
        if self._is_long:
            with self._uncaptured():
                print(f"{self._name}: {text}", file=sys.__stderr__)
