"""The shortest flow that breaks a promise: what a failing test shows of a long list of commands."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.support.order_flow import placed
from venue.messages import AnyCommand

Promise: TypeAlias = Callable[[list[AnyCommand]], None]  # raises when the commands break it


def assert_holds(promise: Promise, drafts: Sequence[AnyCommand]) -> None:
    """Check a promise; if it breaks, break it again with as few commands as do, and list them.

    Hypothesis is not asked to do this: its shrinker needs minutes for a flow, and this one seconds.
    """
    if not breaks(promise, drafts):
        return
    commands = placed(shortest(promise, drafts))
    try:
        promise(commands)
    except Exception as error:
        error.add_note("\n".join(["The commands:", *map(str, commands)]))
        raise


def breaks(promise: Promise, drafts: Sequence[AnyCommand]) -> bool:
    try:
        promise(placed(drafts))
    except Exception:
        return True
    return False


def shortest(promise: Promise, drafts: Sequence[AnyCommand]) -> list[AnyCommand]:
    """Cut at the first command that breaks it, then take drafts away, halves first, as long as it breaks."""
    lengths = range(1, len(drafts) + 1)
    kept = list(drafts[: lengths[bisect_left(lengths, True, key=lambda length: breaks(promise, drafts[:length]))]])
    size = len(kept)
    while size := size // 2:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if breaks(promise, fewer):
                kept = fewer
            else:
                start += size
    return kept
