"""Signing in with a browser: the dashboard's way to an API key's role."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from admin_api.models.values import AccountName
from admin_api.principals import Asking, Principal
from admin_api.problems import ProblemError
from admin_api.sign_ins import forget_cookie, set_cookie
from admin_api.view import Seen, View
from venue import reasons
from venue.keys import ANONYMOUS, Role

router = APIRouter(prefix="/sign-in", tags=["system"])


class SignedIn(BaseModel):
    """Who the venue takes the caller for. trades and watches: of a trader's key; an operator's is for all accounts."""

    name: Annotated[str, Field(description="Of the API key; `anonymous`: there is none.", examples=["desk1"])]
    role: Role
    trades: list[AccountName]
    watches: list[AccountName]
    has_signed_in: Annotated[bool, Field(description="With a cookie; else with a key in the header, or without any.")]


@router.post("")
async def sign_in(view: Seen, asking: Asking, request: Request, response: Response) -> SignedIn:
    """Exchange the API key in the header for a cookie, which browsers then send by themselves for twelve hours."""
    if asking.name == ANONYMOUS or "authorization" not in request.headers:
        raise ProblemError(reasons.UNAUTHENTICATED, "send the header `Authorization: Bearer KEY`")
    if former := request.state.sign_in:
        view.sign_ins.end(former)
    set_cookie(response, request, view.sign_ins.begin(asking))
    return _signed_in(view, asking, has_signed_in=True)


@router.get("")
async def get_sign_in(view: Seen, asking: Asking, request: Request) -> SignedIn:
    """Who one is."""
    has_cookie = request.state.sign_in is not None and "authorization" not in request.headers
    return _signed_in(view, asking, has_signed_in=has_cookie)


@router.delete("", status_code=204)
async def sign_out(view: Seen, request: Request, response: Response) -> None:
    """End the sign-in, and within a second the streams that it opened."""
    if token := request.state.sign_in:
        view.sign_ins.end(token)
    forget_cookie(response, request)


def _signed_in(view: View, principal: Principal, *, has_signed_in: bool) -> SignedIn:
    entitlement = view.entitlements.of(principal.session)
    return SignedIn(
        name=principal.name,
        role=principal.role,
        trades=list(entitlement.trades) if entitlement else [],
        watches=list(entitlement.watches) if entitlement else [],
        has_signed_in=has_signed_in,
    )
