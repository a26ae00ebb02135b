"""Requests that were answered, and of which the engine keeps nothing: refused ones, and mass cancels.

After a power loss the client is asked for what it sent since the last sync, and sends it with PossDupFlag(43)=Y. An
order, a cancel or a replace that was taken is known to the engine by its ClOrdID(11). One that was refused is not: done
again it might be taken this time, though its client was told that it is not; and a mass cancel would cancel what was
entered behind it. Both are answered by the report that the replay tells anyway, so they are passed over.

They are those of the replay behind what was handed over, kept in the file <CompID>.answered until the client has sent
all again.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from venue import messages as m
from venue.handed import sync, write_synced

IDS_MAX: Final = 100_000  # the newest, of one session: more than it sends between two syncs


class Answered:
    """Of one session. Written while there is no port, read on its connection's thread, forgotten by the attendant."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._ids: dict[str, None] = dict.fromkeys(json.loads(path.read_text())) if path and path.exists() else {}

    def __contains__(self, cl_ord_id: str) -> bool:
        return cl_ord_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def note(self, cl_ord_id: str) -> None:
        self._ids[cl_ord_id] = None
        if len(self._ids) > IDS_MAX:
            del self._ids[next(iter(self._ids))]

    def keep(self) -> None:
        """For the starts to come, until the client has been here."""
        if self._ids and self._path:
            write_synced(self._path, json.dumps(list(self._ids)))

    def forget(self) -> None:
        self._ids = {}
        if self._path and self._path.exists():
            self._path.unlink()
            sync(self._path.parent)


def _refused_order(event: m.OrderRejected) -> tuple[str, str]:
    request = event.refused or event.request
    assert request is not None, "an OrderRejected has its request or the gateway's refusal"
    return request.session, request.cl_ord_id


# Whose request it was, and its ClOrdID(11): of a list that of its first order.
ANSWERED: Final[dict[type[m.AnyEvent], Callable[[Any], tuple[str, str]]]] = {
    m.OrderRejected: _refused_order,
    m.CancelRejected: lambda event: (event.session, event.cl_ord_id),
    m.MassCanceled: lambda event: (event.request.session, event.request.cl_ord_id),
    m.MassCancelRejected: lambda event: (event.request.session, event.request.cl_ord_id),
    m.ListRejected: lambda event: (event.request.session, event.request.orders[0].cl_ord_id),
}
