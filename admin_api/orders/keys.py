"""Idempotency keys of orders, kept where the orders are: in the journal.

The ClOrdID of a keyed request is made of its key (or is the client_order_id it names), and the command says
poss_resend: the engine, which knows every ClOrdID, then answers a repeat with the order instead of entering another.
That holds across restarts of the venue and of this process. What the engine does not tell, whether the repeat asked
for the same, is told by the command itself: this sink of the replica remembers what was asked under which ClOrdID.
So a request with a client_order_id is known by that name, also when it comes with another key.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections import OrderedDict
from itertools import count
from secrets import token_urlsafe
from typing import Final, NamedTuple

from venue.config import API_SESSIONS
from venue.messages import (
    AnyCommand,
    AnyEvent,
    CancelOrder,
    CancelRejected,
    EnterList,
    EnterOrder,
    ListRejected,
    MassCancel,
    MassCancelRejected,
    OrderCanceled,
    OrderRejected,
    OrderStatusReported,
    ReplaceOrder,
)

REMEMBERED_MAX: Final = 200_000  # about 60 MB
ORDER_IDS_MAX: Final = 1_000  # of one mass cancel
_KEYED: Final = "idempotency-key-"
_OF_THIS_PROCESS: Final = f"api-{token_urlsafe(9)}-"
_numbers: Final = count(1)
_DID_NOTHING: Final = (OrderRejected, CancelRejected, MassCancelRejected, ListRejected, OrderStatusReported)


class Asked(NamedTuple):
    """A keyed command that was done. `canceled`: so many orders, by a mass cancel; of them ORDER_IDS_MAX at most."""

    command_hash: int
    journal_seq: int
    canceled: int = 0
    order_ids: tuple[int, ...] = ()


class OrderKeys:
    def __init__(self, remembered_max: int = REMEMBERED_MAX) -> None:
        self._remembered_max: Final = remembered_max
        self._asked: OrderedDict[tuple[str, str], Asked] = OrderedDict()

    def on_events(self, journal_seq: int, _time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        name = _name_of(command)
        if name is None or name in self._asked or any(isinstance(event, _DID_NOTHING) for event in events):
            return
        asked = Asked(hash(command), journal_seq)
        if isinstance(command, MassCancel):
            order_ids = [event.order_id for event in events if isinstance(event, OrderCanceled)]
            asked = Asked(hash(command), journal_seq, len(order_ids), tuple(sorted(order_ids)[:ORDER_IDS_MAX]))
        self._asked[name] = asked
        if len(self._asked) > self._remembered_max:
            self._asked.popitem(last=False)

    def asked(self, session: str, cl_ord_id: str) -> Asked | None:
        """What this session had done under this ClOrdID(11), if it was keyed and is remembered."""
        return self._asked.get((session, cl_ord_id))


def cl_ord_id_of(key: str) -> str:
    """The ClOrdID(11) that stands for a key."""
    digest = hashlib.blake2b(key.strip('"').encode(), digest_size=18).digest()
    return _KEYED + urlsafe_b64encode(digest).decode()


def is_of_key(cl_ord_id: str) -> bool:
    """Whether it stands for a key. Who chooses such a client_order_id misleads nobody but himself."""
    return _KEYED in cl_ord_id


def list_name(list_id: str) -> str:
    """What a list is remembered as: no ClOrdID(11) has a blank in it."""
    return f"list {list_id}"


def new_cl_ord_id() -> str:
    """One that no other request has, of this process or another."""
    return f"{_OF_THIS_PROCESS}{next(_numbers):x}"


def _name_of(command: AnyCommand) -> tuple[str, str] | None:
    """Session and ClOrdID(11), or ListID(66), of a command that was sent with a key; None for any other."""
    kind = type(command)
    if kind is EnterOrder or kind is CancelOrder or kind is ReplaceOrder:
        assert isinstance(command, EnterOrder | CancelOrder | ReplaceOrder)
        is_keyed, cl_ord_id = command.poss_resend, command.cl_ord_id
    elif kind is MassCancel:
        assert isinstance(command, MassCancel)
        is_keyed, cl_ord_id = is_of_key(command.cl_ord_id), command.cl_ord_id
    elif kind is EnterList:
        assert isinstance(command, EnterList)
        is_keyed, cl_ord_id = command.orders[0].poss_resend, list_name(command.list_id)
    else:
        return None
    return (command.session, cl_ord_id) if is_keyed and command.session.startswith(API_SESSIONS) else None
