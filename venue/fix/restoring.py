"""Message stores that may hold less than the clients have seen: after a power loss, or put back from a copy.

QuickFIX flushes its stores to the operating system and never syncs them. A kill takes nothing of that; when the machine
goes down, whatever was written since the last sync may be there, be cut off or be zeros. So before QuickFIX opens the
stores:

    header, body    cut to the sizes that were synced (venue/handed.py): the rest is not looked at
    sender number   the synced one and MARGIN more, beyond anything the client can have seen
    target number   the synced one: the client is asked for what it sent since, and sends it with PossDupFlag(43)=Y

The client finds a gap in our numbers, asks for it, and is told that there is nothing in it (SequenceReset(4) with
GapFillFlag(123)=Y) but the reports the store lacks: the replay has written them into it with new numbers, and with
PossResend(97)=Y, for the client may have had some of them before. So nothing is missed, what comes twice says so, and
nobody needs ResetSeqNumFlag(141). Answers to questions are not sent again.

What the client sends again is known by its ClOrdID(11), and answered with the order's status (answered.py).

It is done again, to the same end, when this start does not come to open its port.
"""

import logging
from collections.abc import Mapping
from typing import Final

from venue.fix.store import Store
from venue.handed import IN_DOUBT, START, Handed, Stored

log = logging.getLogger(__name__)

# More messages than go to one session between two syncs (handover.py). QuickFIX looks for each number of a gap it is
# asked for, in about 10 ns.
MARGIN: Final = 1_000_000


def restore(stores: Mapping[str, Store], handed: Handed) -> dict[str, int]:
    """Make the stores fit to go on with. Returns, for each whose client may know more than it holds, the number from
    which on it goes on. Raises OperatorError when the file `handed` is damaged."""
    told = handed.told()
    is_in_doubt = told.is_in_doubt
    known = {name: (store, told.stores[name]) for name, store in stores.items() if name in told.stores}
    lacking = {name: both for name, both in known.items() if is_in_doubt or _lacks_something(*both)}
    if lacking:
        why = "the machine went down" if is_in_doubt else "message stores are older than they were"
        log.warning("%s: reports that clients may not have had are sent again to %s", why, ", ".join(sorted(lacking)))
        handed.write(told.journal_seq, told.stores, IN_DOUBT)  # until the port opens
    return {name: _go_on(*both, is_in_doubt) for name, both in lacking.items()}


def _lacks_something(store: Store, synced: Stored) -> bool:
    """It was put back, or cut. A client's reset is synced before the client is answered, and no such thing."""
    now = store.stored(synced.told, synced.whole_from)
    return any(is_now < was for is_now, was in zip(now[1:], synced[1:], strict=True))


def _go_on(store: Store, synced: Stored, is_in_doubt: bool) -> int:
    now = store.stored(synced.told, synced.whole_from)
    is_whole = now.header_bytes >= synced.header_bytes and now.body_bytes >= synced.body_bytes
    was_reset = store.was_emptied()  # and its client was not answered yet
    store.cut(synced.header_bytes, synced.body_bytes)
    if is_in_doubt or not was_reset:  # else the position beside it is the newest there is
        store.set_position(synced.told if is_whole or was_reset else START)
    next_sender = synced.next_sender + MARGIN
    store.set_numbers(next_sender, synced.next_target)
    return next_sender
