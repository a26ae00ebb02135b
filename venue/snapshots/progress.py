"""How long work says how far it is: the caller gives a place to show it, or none."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from venue.replica import Progress

Show: TypeAlias = Callable[[str, str], AbstractContextManager[Progress]]  # what is done; what (done, total) count


@contextmanager
def unseen(_title: str, _counted: str) -> Iterator[Progress]:
    yield lambda _done, _total: None
