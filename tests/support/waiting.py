"""Waiting for a condition, never for a time."""

import threading
from collections.abc import Callable
from typing import Final

from tests.support.fix_party import PATIENCE_S, Deadline

_pause: Final = threading.Event()


def wait_until(condition: Callable[[], bool], promise: str, patience_s: float = PATIENCE_S) -> None:
    """Poll every 5 ms until `condition` holds; `promise` names it in the failure."""
    deadline = Deadline(patience_s)
    while not condition():
        assert deadline.left() > 0, f"waited {patience_s} s in vain: {promise}"
        _pause.wait(0.005)
