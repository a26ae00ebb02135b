"""Orders: place, get, list, amend, cancel, mass cancel."""

import base64
import binascii
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from admin_api.idempotency import IdempotencyKey
from admin_api.models.orders import (
    MAX_ID,
    AmendRequest,
    ListDone,
    ListRequest,
    MassCancelDone,
    MassCancelRequest,
    OrderAnswer,
    OrderDone,
    OrderId,
    OrderPage,
    OrderRequest,
    OrdersWanted,
    StatusFilter,
)
from admin_api.models.values import Why
from admin_api.orders import listing
from admin_api.orders.requests import amend, cancel, mass_cancel, place, place_list
from admin_api.orders.text import order_of, told
from admin_api.orders.words import SIDES, STATUSES
from admin_api.principals import Asking, Principal
from admin_api.problems import responses, wrong_field
from admin_api.rights import asked_accounts
from admin_api.view import Seen, View
from venue import reasons
from venue.messages import OrderStatus, OrdStatus

ORDERS_PATH: Final = "/api/v3/orders"
router = APIRouter(prefix="/orders", tags=["orders"])

OrderPath = Annotated[OrderId, Path()]
_KEY = (reasons.KEY_REUSED,)
_VENUE = (reasons.UNAVAILABLE, reasons.OUTCOME_UNKNOWN)
_CHANGE = (reasons.UNKNOWN_ORDER, reasons.TOO_LATE, reasons.ROLE_MISSING, *_KEY, *_VENUE)


@router.post(
    "",
    status_code=201,
    responses=responses(
        reasons.UNKNOWN_SYMBOL, reasons.UNKNOWN_ACCOUNT, reasons.OFF_TICK, reasons.OFF_LOT, reasons.QTY_TOO_SMALL,
        reasons.QTY_TOO_LARGE, reasons.PRICE_MISSING, reasons.STOP_PX_MISSING, reasons.FIELD_NOT_ALLOWED,
        reasons.POST_ONLY_WOULD_TAKE, reasons.PRICE_COLLAR, reasons.POSITION_LIMIT, reasons.INSUFFICIENT_BALANCE,
        reasons.DUPLICATE_CL_ORD_ID, reasons.NOT_ACCEPTED_NOW, reasons.NOT_ENTITLED, reasons.KILLED,
        reasons.ROLE_MISSING, *_KEY, *_VENUE,
    ),
)  # fmt: skip
async def place_order(
    order: OrderRequest, view: Seen, principal: Asking, response: Response, key: IdempotencyKey = None
) -> OrderDone:
    """Enter an order. The answer comes when it is durable, matched, and seen by every later question here.

    An order that was accepted and then canceled at once (ioc, fok, market, self-match prevention) is answered with
    201 too, with status `canceled` and the reason.
    """
    done = await view.answers.once(
        principal.session, key, ("place_order", order), response, lambda: place(view, principal, order, key, response)
    )
    response.headers["Location"] = f"{ORDERS_PATH}/{done.order_id}"
    return done


@router.get("/{order_id:int}", responses=responses(reasons.UNKNOWN_ORDER))
async def get_order(order_id: OrderPath, view: Seen, principal: Asking) -> OrderAnswer:
    """An order as it stands. The venue remembers closed orders until a million others have closed."""
    status = visible_order(view, principal, order_id)
    return OrderAnswer.model_construct(**told(view, status), journal_seq=view.engine.journal_seq)


@router.get("", responses=responses(reasons.UNKNOWN_SYMBOL, reasons.ROLE_MISSING, reasons.BAD_VALUE))
async def list_orders(view: Seen, principal: Asking, asked: Annotated[OrdersWanted, Query()]) -> OrderPage:
    """Orders of the accounts the caller may see, newest first, a page at a time.

    Pages neither repeat nor skip an order while orders arrive. A page looks at 2,000 orders at most.
    """
    wanted = listing.Filter(
        asked_accounts(view, principal, asked.account),
        asked.symbol or "",
        SIDES[asked.side] if asked.side else 0,
        _statuses(asked.status),
        asked.client_order_id or "",
    )
    page = listing.page_of(view, wanted, _id_of(asked.cursor), asked.limit)
    return OrderPage.model_construct(
        orders=[order_of(view, found) for found in page.statuses],
        next_cursor=_cursor_of(page.before_id) if page.before_id else None,
        journal_seq=view.engine.journal_seq,
    )


@router.patch(
    "/{order_id:int}",
    responses=responses(
        reasons.OTHER_SESSION, reasons.OFF_TICK, reasons.OFF_LOT, reasons.FIELD_NOT_ALLOWED,
        reasons.POST_ONLY_WOULD_TAKE, reasons.NOT_ACCEPTED_NOW, reasons.PRICE_COLLAR, *_CHANGE,
    ),
)  # fmt: skip
async def amend_order(
    order_id: OrderPath,
    terms: AmendRequest,
    view: Seen,
    principal: Asking,
    response: Response,
    key: IdempotencyKey = None,
) -> OrderDone:
    """Give an open order new terms. Only who entered an order may amend it: the same API key."""
    status = visible_order(view, principal, order_id)
    return await view.answers.once(
        principal.session,
        key,
        ("amend_order", order_id, terms),
        response,
        lambda: amend(view, principal, status, terms, key, response),
    )


@router.delete("/{order_id:int}", responses=responses(*_CHANGE))
async def cancel_order(
    order_id: OrderPath,
    view: Seen,
    principal: Asking,
    response: Response,
    why: Annotated[Why | None, Query()] = None,
    key: IdempotencyKey = None,
) -> OrderDone:
    """Cancel an open order of an account the caller trades, whoever entered it.

    An operator who cancels an order that another session entered says `why`: it is a control action then.
    """
    status = visible_order(view, principal, order_id)
    return await view.answers.once(
        principal.session,
        key,
        ("cancel_order", order_id, why),
        response,
        lambda: cancel(view, principal, status, why, key, response),
    )


@router.post(
    "/mass-cancel",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SYMBOL, reasons.ROLE_MISSING, *_KEY, *_VENUE),
)
async def mass_cancel_orders(
    wanted: MassCancelRequest, view: Seen, principal: Asking, response: Response, key: IdempotencyKey = None
) -> MassCancelDone:
    """Cancel the open orders of an account, all at once; those that are no longer open are no error."""
    return await view.answers.once(
        principal.session,
        key,
        ("mass_cancel_orders", wanted),
        response,
        lambda: mass_cancel(view, principal, wanted, key, response),
    )


@router.post(
    "/lists",
    status_code=201,
    responses=responses(
        reasons.UNKNOWN_SYMBOL, reasons.UNKNOWN_ACCOUNT, reasons.OFF_TICK, reasons.OFF_LOT, reasons.FIELD_NOT_ALLOWED,
        reasons.DUPLICATE_CL_ORD_ID, reasons.NOT_ACCEPTED_NOW, reasons.ROLE_MISSING, *_KEY, *_VENUE,
    ),
)  # fmt: skip
async def place_order_list(
    wanted: ListRequest, view: Seen, principal: Asking, response: Response, key: IdempotencyKey = None
) -> ListDone:
    """Enter orders that depend on each other: all of them, or none."""
    return await view.answers.once(
        principal.session,
        key,
        ("place_order_list", wanted),
        response,
        lambda: place_list(view, principal, wanted, key, response),
    )


def visible_order(view: View, principal: Principal, order_id: int) -> OrderStatus:
    """Raises ProblemError, the same whether there is no such order or it is none of the caller's business."""
    status = view.engine.find_order_by_id(order_id)
    if status is None or not _sees(view, principal, status):
        raise wrong_field(reasons.UNKNOWN_ORDER, "order_id", order_id, "unknown, or forgotten since it closed")
    return status


def _sees(view: View, principal: Principal, status: OrderStatus) -> bool:
    entitlement = view.entitlements.of(principal.session)
    bound = entitlement.trades + entitlement.watches if entitlement else ()
    return principal.is_operator or status.terms.account in bound or status.terms.session == principal.session


def _statuses(word: StatusFilter | None) -> tuple[OrdStatus, ...]:
    if word == "open":
        return listing.OPEN
    if word == "closed":
        return listing.CLOSED
    return (STATUSES[word],) if word else ()


def _cursor_of(before_id: int) -> str:
    return base64.urlsafe_b64encode(str(before_id).encode()).decode()


def _id_of(cursor: str | None) -> int:
    if cursor is None:
        return MAX_ID
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not (text.isdecimal() and text.isascii() and len(text) < 20):
        raise wrong_field(reasons.BAD_VALUE, "cursor", cursor, "must be the next_cursor of a page")
    return min(int(text), MAX_ID)
