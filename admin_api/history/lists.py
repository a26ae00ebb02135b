"""A list of the history: where its rows come from, and how each is told."""

from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from admin_api.history import told
from admin_api.history.export import TextPage, lines
from admin_api.history.told import Who
from admin_api.models import history as models
from venue.recorder import registers
from venue.recorder.reading import History, Page, Row, Wanted
from venue.recorder.registers import Key, Register

Told = TypeVar("Told", bound=BaseModel)


class List(NamedTuple, Generic[Told]):
    """`name` is its field in `page`, the model of an answer. `free` are the columns whose text somebody chose who is
    not the reader."""

    name: str
    page: type[BaseModel]
    register: Register
    told: Callable[[Row, Who], Told]
    columns: tuple[str, ...]
    free: frozenset[str] = frozenset()


class ToldPage(NamedTuple, Generic[Told]):
    rows: list[Told]
    next: Key
    journal_seq: int


Find = Callable[[History, Wanted], Page]


ORDERS: Final = List(
    "orders",
    models.PastOrderPage,
    registers.ORDERS,
    told.order_of,
    tuple(models.PastOrder.model_fields),
    frozenset(("client_order_id", "list_id")),
)
EXECUTIONS: Final = List(
    "executions",
    models.PastExecutionPage,
    registers.EXECUTIONS,
    told.execution_of,
    tuple(models.PastExecution.model_fields),
    frozenset(("client_order_id", "orig_client_order_id", "account", "symbol", "text")),
)
TRADES: Final = List(
    "trades", models.PastTradePage, registers.TRADES, told.trade_of, tuple(models.PastTrade.model_fields)
)
CANDLES: Final = List(
    "candles", models.PastCandlePage, registers.CANDLES, told.candle_of, tuple(models.PastCandle.model_fields)
)
POSITIONS: Final = List(
    "positions", models.PastPositionPage, registers.POSITIONS, told.position_of, tuple(models.PastPosition.model_fields)
)
BALANCES: Final = List(
    "balances", models.PastBalancePage, registers.BALANCES, told.balance_of, tuple(models.PastBalance.model_fields)
)
BALANCE_MOVES: Final = List(
    "balance_moves",
    models.BalanceMovePage,
    registers.BALANCE_MOVES,
    told.move_of,
    tuple(models.BalanceMove.model_fields),
    frozenset(("transaction_id", "by", "why")),
)
FEES: Final = List("fees", models.DayFeesPage, registers.FEES, told.fees_of, tuple(models.DayFees.model_fields))
AUDIT: Final = List(
    "actions",
    models.PastActionPage,
    registers.AUDIT,
    told.action_of,
    tuple(models.PastAction.model_fields),
    frozenset(("by", "why", "subject", "text", "command")),
)


def find_in(register: Register) -> Find:
    return lambda history, wanted: history.page(register, wanted)


def told_page(
    history: History, find: Find, wanted: Wanted, tell: Callable[[Row, Who], Told], who: Who
) -> ToldPage[Told]:
    """In a thread: reading and telling."""
    page = find(history, wanted)
    return ToldPage([tell(row, who) for row in page.rows], page.next, page.journal_seq)


def text_page(history: History, listed: List[Any], find: Find, wanted: Wanted, who: Who) -> TextPage:
    """The same as CSV."""
    page = told_page(history, find, wanted, listed.told, who)
    rows = (dict(row) for row in page.rows)
    return lines(listed.columns, listed.free, rows), len(page.rows), page.next, page.journal_seq
