"""The history: what was, from the first command on; a page at a time as JSON, or all of it as CSV."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request

from admin_api.history import lists
from admin_api.history.export import TextPage, exported, is_asked
from admin_api.history.lists import Find, List, find_in, text_page, told_page
from admin_api.history.told import EXECUTION_MARKS, STATUS_CHARS, Who, execution_of, order_of
from admin_api.models import history as models
from admin_api.models import history_wanted as wants
from admin_api.models.orders import MAX_ID, OrderId
from admin_api.models.values import Symbol, moment_ns, time_text
from admin_api.naming import account as known_account
from admin_api.naming import listed
from admin_api.principals import Asking, Principal
from admin_api.problems import responses, wrong_field
from admin_api.rights import asked_accounts, seen_accounts
from admin_api.view import Seen, View
from venue import reasons
from venue.recorder.reading import History, Page, Wanted
from venue.recorder.registers import Key, cursor_key, cursor_text
from venue.recorder.rolling import candle_page

router = APIRouter(prefix="/history", tags=["history"])

Equal = Mapping[str, int | str | tuple[str, ...] | None]  # None: any


class Question(NamedTuple):
    request: Request
    view: View
    principal: Principal

    @property
    def who(self) -> Who:
        return Who(self.view.units, seen_accounts(self.view, self.principal))

    def accounts(self, name: str | None) -> tuple[str, ...] | None:
        """None: all there are. Raises ProblemError for one that there is not, or that the caller may not see."""
        accounts = asked_accounts(self.view, self.principal, name)
        if name is not None:
            known_account(self.view, name)
        return accounts

    def symbol(self, symbol: str | None) -> str | None:
        return None if symbol is None else listed(self.view, symbol).symbol


async def _question(request: Request, view: Seen, principal: Asking) -> Question:
    return Question(request, view, principal)


Asks = Annotated[Question, Depends(_question)]


def _answers(*numbers: int) -> dict[int | str, dict[str, Any]]:
    csv = {"schema": {"type": "string"}, "example": "order_id,client_order_id,account\r\n42,a-7,DEMO1\r\n"}
    ok = {"description": "A page as JSON, or all rows as CSV.", "content": {"text/csv": csv}}
    return {200: ok, **responses(reasons.BAD_VALUE, reasons.UNAVAILABLE, *numbers)}


_OF_ACCOUNT: Final = _answers(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SYMBOL, reasons.ROLE_MISSING)
_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    **{word: (char,) for word, char in STATUS_CHARS.items()},
    "open": ("0", "1"),
    "closed": ("2", "4", "C"),
}


@router.get("", responses=responses(reasons.UNAVAILABLE))
async def get_history(question: Asks) -> models.HistoryState:
    """How far the history goes: the recorder writes it from the journal, a moment behind the venue."""
    view, principal = question.view, question.principal
    moment = await view.history.ask(principal.name, lambda history: history.moment())
    return models.HistoryState(
        journal_seq=moment.journal_seq,
        time=time_text(moment.time_ns),
        engine_version=moment.engine_version,
        behind=max(view.engine.journal_seq - moment.journal_seq, 0),
    )


@router.get("/orders", response_model=models.PastOrderPage, responses=_OF_ACCOUNT)
async def list_history_orders(question: Asks, asked: Annotated[wants.PastOrdersWanted, Query()]) -> Any:
    """Orders of the accounts the caller may see, however long ago they closed."""
    equal = {
        "symbol": question.symbol(asked.symbol),
        "ord_status": _STATUSES[asked.status] if asked.status else None,
        "side": asked.side,
        "cl_ord_id": asked.client_order_id,
        "list_id": asked.list_id,
    }
    return await _answer(question, lists.ORDERS, asked, equal, question.accounts(asked.account))


@router.get("/orders/{order_id}", responses=responses(reasons.UNKNOWN_ORDER, reasons.UNAVAILABLE))
async def get_history_order(order_id: Annotated[OrderId, Path(examples=[42])], question: Asks) -> models.OrderLife:
    """The life of an order: what it was, and every execution of it, oldest first."""
    who = question.who
    life = await question.view.history.ask(
        question.principal.name, lambda history: history.life(order_id, who.accounts)
    )
    if life is None:
        raise wrong_field(reasons.UNKNOWN_ORDER, "order_id", order_id, "unknown, or not yet in the history")
    return models.OrderLife.model_construct(
        journal_seq=life.journal_seq,
        order=order_of(life.order, who),
        executions=[execution_of(row, who) for row in life.executions],
        has_more=life.has_more,
    )


@router.get("/executions", response_model=models.PastExecutionPage, responses=_OF_ACCOUNT)
async def list_history_executions(question: Asks, asked: Annotated[wants.PastExecutionsWanted, Query()]) -> Any:
    """Executions of the accounts the caller may see, and refusals: one for each ExecutionReport(8)."""
    equal = {
        "symbol": question.symbol(asked.symbol),
        "side": asked.side,
        "order_id": asked.order_id,
        "cl_ord_id": asked.client_order_id,
        "trade_id": asked.trade_id,
        **(EXECUTION_MARKS[asked.exec_type] if asked.exec_type else {}),
    }
    return await _answer(question, lists.EXECUTIONS, asked, equal, question.accounts(asked.account))


@router.get("/trades", response_model=models.PastTradePage, responses=_OF_ACCOUNT)
async def list_history_trades(question: Asks, asked: Annotated[wants.PastTradesWanted, Query()]) -> Any:
    """All trades, or with `account` those of one that the caller may see.

    Whose a trade was is told to those who may see the account."""
    accounts = question.accounts(asked.account) if asked.account else None
    return await _answer(question, lists.TRADES, asked, {"symbol": question.symbol(asked.symbol)}, accounts)


@router.get("/candles/{symbol}", response_model=models.PastCandlePage, responses=_answers(reasons.UNKNOWN_SYMBOL))
async def list_history_candles(
    symbol: Annotated[Symbol, Path(examples=["BTC-USD"])],
    question: Asks,
    asked: Annotated[wants.PastCandlesWanted, Query()],
) -> Any:
    """Candles of an instrument, from its first trade on."""
    listed(question.view, symbol)
    named = {"symbol": symbol, "interval": asked.interval}

    def find(history: History, wanted: Wanted) -> Page:
        return candle_page(history, symbol, asked.interval, wanted)

    return await _answer(question, lists.CANDLES, asked, {}, None, find, named)


@router.get("/positions", response_model=models.PastPositionPage, responses=_OF_ACCOUNT)
async def list_history_positions(question: Asks, asked: Annotated[wants.PastPositionsWanted, Query()]) -> Any:
    """Positions of the accounts the caller may see; from and to bound when they changed last."""
    equal = {"symbol": question.symbol(asked.symbol)}
    return await _answer(question, lists.POSITIONS, asked, equal, question.accounts(asked.account))


@router.get("/balances", response_model=models.PastBalancePage, responses=_OF_ACCOUNT)
async def list_history_balances(question: Asks, asked: Annotated[wants.OfCurrency, Query()]) -> Any:
    """Balances of prefunded accounts; from and to bound when they changed last."""
    accounts = question.accounts(asked.account)
    return await _answer(question, lists.BALANCES, asked, {"currency": asked.currency}, accounts)


@router.get("/balance-moves", response_model=models.BalanceMovePage, responses=_OF_ACCOUNT)
async def list_balance_moves(question: Asks, asked: Annotated[wants.BalanceMovesWanted, Query()]) -> Any:
    """Deposits and withdrawals."""
    equal = {"currency": asked.currency, "transaction_id": asked.transaction_id}
    return await _answer(question, lists.BALANCE_MOVES, asked, equal, question.accounts(asked.account))


@router.get("/fees", response_model=models.DayFeesPage, responses=_OF_ACCOUNT)
async def list_history_fees(question: Asks, asked: Annotated[wants.OfCurrency, Query()]) -> Any:
    """Fees paid and rebates received, by day, account and currency; from and to bound when a day began."""
    accounts = question.accounts(asked.account)
    return await _answer(question, lists.FEES, asked, {"currency": asked.currency}, accounts)


@router.get("/audit", response_model=models.PastActionPage, responses=_answers())
async def list_history_audit(question: Asks, asked: Annotated[wants.PastActionsWanted, Query()]) -> Any:
    """Every control action there ever was: who did what, and why."""
    equal = {"by": asked.by, "verb": asked.action, "subject": asked.subject}
    return await _answer(question, lists.AUDIT, asked, equal, None)


async def _answer(
    question: Question,
    what: List[Any],
    asked: wants.HistoryWanted,
    equal: Equal,
    accounts: tuple[str, ...] | None,
    find: Find | None = None,
    named: Mapping[str, Any] = {},
) -> Any:
    """A page, or all as CSV; `named` are further fields of the page. Raises ProblemError and OperatorError."""
    wanted, who, ask = _wanted(asked, equal, accounts), question.who, question.view.history.ask
    before = cursor_key(what.register, asked.cursor) if asked.cursor is not None else ()
    read, caller = find or find_in(what.register), question.principal.name

    async def ask_text(before: Key, limit: int) -> TextPage:
        part = wanted._replace(before=before, limit=limit)
        return await ask(caller, partial(text_page, listed=what, find=read, wanted=part, who=who))

    if is_asked(question.request, asked.format):
        return await exported(what.name, what.columns, ask_text, before, asked.limit)
    part = wanted._replace(before=before, limit=_limit(asked.limit))
    page = await ask(caller, partial(told_page, find=read, wanted=part, tell=what.told, who=who))
    fields: dict[str, Any] = {what.name: page.rows, "next_cursor": cursor_text(page.next) or None, **named}
    return what.page.model_construct(None, journal_seq=page.journal_seq, **fields)


def _limit(asked: int | None) -> int:
    """Of a page. Raises ProblemError."""
    limit = wants.LIMIT if asked is None else asked
    if limit > wants.LIMIT_MAX:
        raise wrong_field(reasons.BAD_VALUE, "limit", limit, f"must be at most {wants.LIMIT_MAX}, or format=csv")
    return limit


def _wanted(asked: wants.HistoryWanted, equal: Equal, accounts: tuple[str, ...] | None) -> Wanted:
    """Raises ProblemError. Times beyond those a database can hold are brought to their ends."""
    if asked.start is not None and asked.end is not None and asked.start > asked.end:
        raise wrong_field(reasons.BAD_VALUE, "from", asked.start.isoformat(), "must not be after `to`")
    from_ns = min(max(moment_ns(asked.start), 0), MAX_ID) if asked.start else 0
    to_ns = min(max(moment_ns(asked.end), 1), MAX_ID) if asked.end else 0
    given = {name: value for name, value in equal.items() if value is not None}
    return Wanted(given, accounts, from_ns, to_ns)
