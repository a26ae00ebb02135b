"""Garbage collection, and when to leave it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """Millions of orders and rows are made here, and none of them is in a cycle: looking for garbage among them
    again and again takes longer than making them (1,000,000 open orders, interpreted: loaded in 18 s instead of 4)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
