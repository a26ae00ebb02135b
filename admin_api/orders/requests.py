"""What becomes of each request about orders: one function for each, from the caller's words to the answer.

With an Idempotency-Key a request that was done before is told so (`keys`): the order is answered as it stands
now, and nothing is done. The header of the answer says Idempotent-Replayed then.
"""

from fastapi import Response
from msgspec.structs import replace

from admin_api import naming
from admin_api.idempotency import REPLAYED
from admin_api.models.orders import (
    AmendRequest,
    ListDone,
    ListRequest,
    MassCancelDone,
    MassCancelRequest,
    OrderDone,
    OrderRequest,
)
from admin_api.naming import listed
from admin_api.orders.entry import repeated
from admin_api.orders.keys import ORDER_IDS_MAX, cl_ord_id_of, list_name, new_cl_ord_id
from admin_api.orders.outcome import outcome_of
from admin_api.orders.terms import enter_order, replace_order
from admin_api.orders.text import told, told_after
from admin_api.orders.words import CONTINGENCIES, SIDES
from admin_api.principals import Principal
from admin_api.problems import ProblemError, wrong_field
from admin_api.venue_line import Done
from admin_api.view import View
from venue import messages as m
from venue import reasons


async def place(
    view: View, principal: Principal, order: OrderRequest, key: str | None, response: Response
) -> OrderDone:
    account = _account(order)
    cl_ord_id = order.client_order_id or _cl_ord_id(key)
    command = enter_order(view, order, principal.session, account, cl_ord_id, poss_resend=key is not None)
    await _entitle(view, principal, account, "account" if order.account else "user_id")
    done = await view.entry.send(command, order)
    return _after(view, command, cl_ord_id, done, response)


async def place_list(
    view: View, principal: Principal, wanted: ListRequest, key: str | None, response: Response
) -> ListDone:
    list_id = wanted.list_id or _cl_ord_id(key)
    orders = tuple(
        _leg(view, principal, wanted, number, list_id, None if key is None else f"{key} {number}")
        for number in range(len(wanted.orders))
    )
    command = m.EnterList(principal.session, wanted.account, list_id, CONTINGENCIES[wanted.contingency], orders)
    await _entitle(view, principal, wanted.account)
    done = await view.entry.send(command)
    if again := repeated(done.events):
        view.entry.require_repeat(command, list_name(list_id), done.journal_seq)
        answers = [_repeated(view, event.status.order_id, done.journal_seq, response) for event in again]
    else:
        accepted = next(event for event in done.events if isinstance(event, m.ListAccepted))
        answers = [_done(view, order_id, done) for order_id in accepted.order_ids]
    return ListDone(list_id=list_id, orders=answers, journal_seq=done.journal_seq)


def _leg(
    view: View, principal: Principal, wanted: ListRequest, number: int, list_id: str, key: str | None
) -> m.EnterOrder:
    """One order of a list. Raises ProblemError that names its field as JSON does: orders.1.price."""
    terms = wanted.orders[number]
    cl_ord_id = terms.client_order_id or _cl_ord_id(key)
    try:
        order = enter_order(view, terms, principal.session, wanted.account, cl_ord_id, poss_resend=key is not None)
    except ProblemError as error:
        raise error.within(f"orders.{number}") from None
    return replace(order, list_id=list_id)


async def amend(
    view: View, principal: Principal, status: m.OrderStatus, terms: AmendRequest, key: str | None, response: Response
) -> OrderDone:
    if status.terms.session != principal.session:
        raise ProblemError(
            reasons.OTHER_SESSION,
            f"order {status.order_id} was entered by session {status.terms.session}, which alone may amend it: "
            "cancel it and enter another",
        )
    cl_ord_id = _cl_ord_id(key)
    command = replace_order(view, terms, status, cl_ord_id, poss_resend=key is not None)
    await view.entry.entitle(principal, status.terms.account)
    done = await view.entry.send(command, terms)
    return _after(view, command, cl_ord_id, done, response, status.order_id)


async def cancel(
    view: View, principal: Principal, status: m.OrderStatus, why: str | None, key: str | None, response: Response
) -> OrderDone:
    """Its own session's order: nothing may keep it from that. Another's: as one of the account's."""
    terms, cl_ord_id = status.terms, _cl_ord_id(key)
    command: m.CancelOrder | m.MassCancel
    if terms.session == principal.session:
        command = m.CancelOrder(
            principal.session, terms.account, cl_ord_id, "", status.order_id, poss_resend=key is not None
        )
    else:
        asked_for = m.MassCancel(principal.session, terms.account, cl_ord_id, order_id=status.order_id)
        command = await _allowed(view, principal, asked_for, why, "operators say ?why=… they cancel others' orders")
        if key is not None and (asked := view.entry.repeat_of(command, cl_ord_id)):
            return _repeated(view, status.order_id, asked.journal_seq, response)
    done = await view.entry.send(command)
    return _after(view, command, cl_ord_id, done, response, status.order_id)


async def mass_cancel(
    view: View, principal: Principal, wanted: MassCancelRequest, key: str | None, response: Response
) -> MassCancelDone:
    if wanted.symbol is not None:
        listed(view, wanted.symbol)
    cl_ord_id = _cl_ord_id(key)
    asked_for = m.MassCancel(
        principal.session,
        wanted.account,
        cl_ord_id,
        wanted.symbol or "",
        SIDES[wanted.side] if wanted.side else 0,
        wanted.own_session_only,
    )
    command = await _allowed(view, principal, asked_for, wanted.why, "operators say why they cancel others' orders")
    if key is not None:
        await view.follower.applied(view.follower.start_seq)  # before that a repeat cannot be told
        if asked := view.entry.repeat_of(command, cl_ord_id):
            response.headers[REPLAYED] = "true"
            return MassCancelDone(count=asked.canceled, order_ids=list(asked.order_ids), journal_seq=asked.journal_seq)
    done = await view.entry.send(command)
    order_ids = sorted(event.order_id for event in done.events if isinstance(event, m.OrderCanceled))
    return MassCancelDone(count=len(order_ids), order_ids=order_ids[:ORDER_IDS_MAX], journal_seq=done.journal_seq)


async def _allowed(
    view: View, principal: Principal, command: m.MassCancel, why: str | None, remedy: str
) -> m.MassCancel:
    """Of traders it is a request like any, of operators a control action. Raises ProblemError."""
    if not principal.is_operator:
        await _entitle(view, principal, command.account)
        return command
    if why is None:
        raise wrong_field(reasons.BAD_VALUE, "why", "missing", remedy)
    return replace(command, reason=reasons.BY_OPERATOR, by=principal.name, why=why)


def _account(order: OrderRequest) -> str:
    account, user_id = order.account, order.user_id
    if (account is None) == (user_id is None):
        value = "missing" if account is None else account
        raise wrong_field(reasons.BAD_VALUE, "account", value, "exactly one of account and user_id is required")
    return account or user_id or ""


async def _entitle(view: View, principal: Principal, account: str, field: str = "account") -> None:
    """Raises ProblemError that names the nearest account, where there is none of this name."""
    if principal.is_operator and not view.entry.trades(principal, account):
        naming.account(view, account, field)
    await view.entry.entitle(principal, account)


def _cl_ord_id(key: str | None) -> str:
    return new_cl_ord_id() if key is None else cl_ord_id_of(key)


def _after(
    view: View,
    command: m.EnterOrder | m.ReplaceOrder | m.CancelOrder | m.MassCancel,
    cl_ord_id: str,
    done: Done,
    response: Response,
    order_id: int = 0,
) -> OrderDone:
    """The order as the command left it, or as it is when the command was done before."""
    for event in repeated(done.events):
        view.entry.require_repeat(command, cl_ord_id, done.journal_seq)
        return _repeated(view, event.status.order_id, done.journal_seq, response)
    order_id = order_id or next(event.order_id for event in done.events if isinstance(event, m.OrderAccepted))
    return _done(view, order_id, done)


def _done(view: View, order_id: int, done: Done) -> OrderDone:
    known = view.engine.find_order_by_id(order_id)
    assert known is not None  # a command has just found it
    fields = told_after(view, outcome_of(known, done.events), done.time_ns)
    return OrderDone.model_construct(**fields, journal_seq=done.journal_seq)


def _repeated(view: View, order_id: int, journal_seq: int, response: Response) -> OrderDone:
    status = view.engine.find_order_by_id(order_id)
    assert status is not None  # the engine has just told its status
    response.headers[REPLAYED] = "true"
    return OrderDone.model_construct(**told(view, status), fills=None, journal_seq=journal_seq)
