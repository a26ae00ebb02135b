"""Orders on their way to the venue and back: who may send them, and what came of them.

    request ─► terms ─► entitled session ─► VenueLine ═► venue ═► replica ─► outcome ─► answer

A caller's orders are those of the engine's session `api.NAME`, as a FIX client's are those of its CompID. A trader's
session is entitled when its key is made; an operator's becomes so with its first order for an account.
"""

import asyncio
from collections.abc import Iterable
from typing import Final, TypeAlias

from pydantic import BaseModel

from admin_api.entitlements import Entitlements
from admin_api.idempotency import key_reused
from admin_api.orders.keys import Asked, OrderKeys, is_of_key
from admin_api.principals import Principal, require_trades
from admin_api.problems import FieldError, ProblemError
from admin_api.venue_line import Done, VenueLine
from venue.messages import (
    AnyEvent,
    CancelOrder,
    CancelRejected,
    EnterList,
    EnterOrder,
    ListRejected,
    MassCancel,
    MassCancelRejected,
    OperationRefused,
    OrderRejected,
    OrderStatusReported,
    ReplaceOrder,
    SetSession,
)
from venue.reasons import (
    BOOK_EMPTY,
    DUPLICATE_CL_ORD_ID,
    EXPIRE_TIME_PAST,
    GROUP_TRIPPED,
    NO_REFERENCE,
    ORDER_QTY_LIMIT,
    POSITION_LIMIT,
    POST_ONLY_WOULD_TAKE,
    PRICE_COLLAR,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    REASONS,
    UNKNOWN_ACCOUNT,
    UNKNOWN_GROUP,
)

Sent: TypeAlias = EnterOrder | ReplaceOrder | CancelOrder | MassCancel | EnterList

_FIELDS: Final = {
    UNKNOWN_ACCOUNT: "account",
    DUPLICATE_CL_ORD_ID: "client_order_id",
    QTY_TOO_SMALL: "quantity",
    QTY_TOO_LARGE: "quantity",
    ORDER_QTY_LIMIT: "quantity",
    POSITION_LIMIT: "quantity",
    PRICE_COLLAR: "price",
    POST_ONLY_WOULD_TAKE: "price",
    BOOK_EMPTY: "cash_quantity",
    EXPIRE_TIME_PAST: "expire_time",
    UNKNOWN_GROUP: "order_group",
    GROUP_TRIPPED: "order_group",
    NO_REFERENCE: "trail",
}
_WHY: Final = "an operator's order for the account"


class _Account(BaseModel):
    account: str


class _Named(BaseModel):
    client_order_id: str


class OrderEntry:
    """`keys` and `entitlements` are of the replica that the line waits for; `changing` is held while entitlements
    are read and written back."""

    def __init__(self, line: VenueLine, entitlements: Entitlements, keys: OrderKeys, changing: asyncio.Lock) -> None:
        self._line = line
        self._entitlements = entitlements
        self._keys = keys
        self._changing = changing

    def trades(self, principal: Principal, account: str) -> bool:
        entitlement = self._entitlements.of(principal.session)
        return entitlement is not None and account in entitlement.trades

    async def entitle(self, principal: Principal, account: str) -> None:
        """Raises ProblemError when the caller may not trade for the account, or there is no such account."""
        require_trades(principal, account, self._entitlements.of(principal.session))
        if principal.is_operator and not self.trades(principal, account):
            async with self._changing:  # so that no two of them forget each other's account
                if not self.trades(principal, account):
                    await self._widen(principal, account)

    async def send(self, command: Sent, asked: BaseModel | None = None) -> Done:
        """Have it journaled; returns when it is applied here. Raises ProblemError with the engine's refusal, and the
        field of what was asked that it is about."""
        (done,) = await self._line.append(command)
        for event in done.events:
            if isinstance(event, ListRejected):
                raise _refused_leg(event, done.journal_seq)
            if isinstance(event, OrderRejected | CancelRejected | MassCancelRejected):
                raise refused(event.reason, event.text, done.journal_seq, asked)
        return done

    def repeat_of(self, command: Sent, name: str) -> Asked | None:
        """The record of this very command, sent before under this ClOrdID(11) or ListID(66); None: there is none.

        Raises ProblemError KEY_REUSED when it was another one.
        """
        asked = self._keys.asked(command.session, name)
        if asked is not None and asked.command_hash != hash(command):
            raise key_reused()
        return asked

    def require_repeat(self, command: Sent, name: str, journal_seq: int) -> None:
        """The engine knows the name: that is a repeat when it was sent with a key, and the same command. Only a name
        made of a key tells that when it is remembered no more.

        Raises ProblemError KEY_REUSED, or DUPLICATE_CL_ORD_ID for the name of another request.
        """
        if self.repeat_of(command, name) is None and not is_of_key(name):
            raise refused(DUPLICATE_CL_ORD_ID, "", journal_seq, _Named(client_order_id=name))

    async def _widen(self, principal: Principal, account: str) -> None:
        now = self._entitlements.of(principal.session)
        trades, watches = (now.trades, now.watches) if now else ((), ())
        command = SetSession(principal.session, (*trades, account), watches, by=principal.name, why=_WHY)
        (done,) = await self._line.append(command)
        for event in done.events:
            if isinstance(event, OperationRefused):
                raise refused(event.reason, event.text, done.journal_seq, _Account(account=account))


def repeated(events: Iterable[AnyEvent]) -> list[OrderStatusReported]:
    """The answers to a request that the engine had seen before: empty for a new one."""
    return [event for event in events if isinstance(event, OrderStatusReported)]


def refused(reason: int, text: str, journal_seq: int, asked: BaseModel | None = None) -> ProblemError:
    """What the engine refused, in its words; with the field it is about, where that is one of what was asked."""
    told = REASONS[reason].text
    field = _FIELDS.get(reason, "")
    value = getattr(asked, field, None)
    errors = [] if value is None else [FieldError(field=field, value=value, remedy=text or told)]
    return ProblemError(reason, f"{told}: {text}" if text else told, errors, journal_seq)


def _refused_leg(event: ListRejected, journal_seq: int) -> ProblemError:
    """With the order of the list at fault, counted from 0 as in its JSON."""
    told = REASONS[event.reason].text
    error = FieldError(field=f"orders.{event.leg}", value=event.request.orders[event.leg].cl_ord_id, remedy=told)
    detail = ": ".join(filter(None, (f"orders.{event.leg}", told, event.text)))
    return ProblemError(event.reason, detail, [error], journal_seq)
