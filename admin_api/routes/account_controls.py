"""Accounts: open and change them, move money in and out."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Response

from admin_api import naming
from admin_api.control import CONTROL_REFUSALS, carry_out, recorded
from admin_api.models.account_controls import AccountChange, NewAccount
from admin_api.models.controls import ControlDone, Transfer, Withdrawal
from admin_api.models.values import AccountName
from admin_api.principals import Asking
from admin_api.problems import responses, wrong_field
from admin_api.view import Seen, View
from venue import reasons
from venue.control.values import units_of
from venue.messages import MoveBalance, OpenAccount
from venue.names import SELF_MATCHES, SETTLEMENTS, word_of

router = APIRouter(prefix="/accounts", tags=["accounts"])

AccountPath = Annotated[AccountName, Path(examples=["DEMO1"])]
PrefundedPath = Annotated[AccountName, Path(examples=["DEMO9"])]


@router.post("", status_code=201, responses=responses(reasons.EXISTS, reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS))
async def open_account(asked: NewAccount, view: Seen, asking: Asking, response: Response) -> ControlDone:
    """Open an account. No session trades it before its entitlements say so."""
    async with view.changing:
        if any(known.account == asked.account for known in view.engine.accounts()):
            raise wrong_field(reasons.EXISTS, "account", asked.account, "it is open already: PATCH changes it")
        done = await carry_out(view, _changed(OpenAccount(asked.account), asked, view, asking))
    response.headers["Location"] = f"/api/v3/accounts/{asked.account}"
    return done


@router.patch(
    "/{account}",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SYMBOL, reasons.IN_USE, *CONTROL_REFUSALS),
)
async def change_account(account: AccountPath, asked: AccountChange, view: Seen, asking: Asking) -> ControlDone:
    """Change an account; what is not given stays."""
    async with view.changing:
        return await carry_out(view, _changed(naming.account(view, account), asked, view, asking))


@router.post(
    "/{account}/deposits",
    responses=responses(
        reasons.UNKNOWN_ACCOUNT,
        reasons.UNKNOWN_CURRENCY,
        reasons.NOT_PREFUNDED,
        reasons.TRANSACTION_REUSED,
        *CONTROL_REFUSALS,
    ),
)
async def deposit(account: PrefundedPath, asked: Transfer, view: Seen, asking: Asking) -> ControlDone:
    """Deposit to a prefunded account."""
    return await carry_out(view, _move(account, asked, 1, view, asking))


@router.post(
    "/{account}/withdrawals",
    responses=responses(
        reasons.UNKNOWN_ACCOUNT,
        reasons.UNKNOWN_CURRENCY,
        reasons.NOT_PREFUNDED,
        reasons.INSUFFICIENT_BALANCE,
        reasons.TRANSACTION_REUSED,
        *CONTROL_REFUSALS,
    ),
)
async def withdraw(account: PrefundedPath, asked: Withdrawal, view: Seen, asking: Asking) -> ControlDone:
    """Withdraw from a prefunded account what its open orders do not lock."""
    return await carry_out(view, _move(account, asked, -1, view, asking))


def _changed(known: OpenAccount, asked: AccountChange, view: View, asking: Asking) -> OpenAccount:
    by, why = recorded(asking, asked.why)
    changes: dict[str, object] = {"by": by, "why": why}
    if asked.firm is not None:
        changes["firm"] = asked.firm
    if asked.settlement is not None:
        changes["settlement"] = word_of("settlement", asked.settlement, SETTLEMENTS)
    if asked.instruments is not None:
        changes["instruments"] = tuple(naming.listed(view, symbol).symbol for symbol in asked.instruments)
    if asked.self_match is not None:
        changes["self_match"] = word_of("self_match", asked.self_match, SELF_MATCHES)
    if asked.self_match_group is not None:
        changes["self_match_group"] = asked.self_match_group
    return msgspec.structs.replace(known, **changes)


def _move(account: str, asked: Transfer, sign: int, view: View, asking: Asking) -> MoveBalance:
    naming.account(view, account)
    money = view.units.money(naming.currency(view, asked.currency))
    amount_units = sign * units_of("amount", asked.amount, money)
    return MoveBalance(account, asked.currency, amount_units, asked.transaction_id, *recorded(asking, asked.why))
