"""`venue history`: what was, from the history in SQL; beside a running venue or without one."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.tables import shown, table
from venue.errors import OperatorError, WrongValueError
from venue.journal.phrases import plain, time_text
from venue.recorder.database import history_url
from venue.recorder.reading import History, Row, Wanted, open_history
from venue.recorder.registers import REGISTERS, Register

app = typer.Typer(no_args_is_help=True, help="Orders, executions, trades, money and actions of any time.")

ROWS_AT_ONCE: Final = 1_000  # of an export
_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(  # what a terminal has room for; ">" to the right
    {
        "orders": "order_id entered_ns account symbol side ord_type >qty >price >cum_qty ord_status reason cl_ord_id",
        "executions": "exec_id time_ns account exec_type order_id symbol >last_qty >last_px >fee ord_status reason",
        "trades": "trade_id time_ns symbol >qty >price aggressor maker_account taker_account",
        "positions": "account symbol >qty >open_value >realized >fees changed_ns",
        "balances": "account currency >total changed_ns",
        "balance-moves": "journal_seq time_ns account currency >amount >total transaction_id by why",
        "fees": "day account currency >paid >rebated >value",
        "candles": "symbol start_ns >open >high >low >close >volume >trades",
        "audit": "journal_seq time_ns by verb subject outcome why",
    }
)
_WORDS: Final = {  # OrdStatus(39) and ExecType(150)
    "ord_status": {
        "0": "new", "1": "partially filled", "2": "filled", "4": "canceled", "8": "rejected", "C": "expired"
    },
    "exec_type": {
        "0": "new", "4": "canceled", "5": "replaced", "8": "rejected", "C": "expired", "D": "restated", "F": "trade",
        "G": "trade corrected", "H": "trade canceled",
    },
}  # fmt: skip

Account = Annotated[str, typer.Option(help="Only of this account.")]
Where = Annotated[
    list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Only with this value; several may be given.")
]
Start = Annotated[str, typer.Option("--from", metavar="TIME", help="2026-11-24, or 2026-11-24T09:30:00; UTC.")]
End = Annotated[str, typer.Option("--to", metavar="TIME", help="Before this time.")]
Last = Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")]
Csv = Annotated[bool, typer.Option("--csv", help="All of them and all columns, as CSV.")]


def _command(name: str, register: Register) -> Callable[..., None]:
    def list_rows(
        account: Account = "",
        where: Where = None,
        start: Start = "",
        end: End = "",
        last: Last = 20,
        as_csv: Csv = False,
        config: Config = None,
        data: Data = None,
        settings: Settings = None,
    ) -> None:
        if account and not register.owners:
            raise OperatorError(f"--account was {account}: {name} are of no account")
        equal = dict(_equal(register, condition) for condition in where or [])
        wanted = Wanted(
            equal, [account] if account else None, _time_ns("--from", start), _time_ns("--to", end), (), last
        )
        history = _opened(config, data, settings)
        if as_csv:
            _export(history, register, wanted)
            return
        page = history.page(register, wanted)
        _print(name, page.rows)
        print(f"as of journal_seq {page.journal_seq:,}")

    list_rows.__doc__ = f"List {name.replace('-', ' ')}. --where takes {', '.join(register.filters)}."
    return list_rows


for _name, _register in REGISTERS.items():
    app.command(_name)(_command(_name, _register))


@app.command("order")
def show_order(
    order_id: Annotated[int, typer.Argument(metavar="ORDER_ID", min=1)],
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Show an order and all that happened to it."""
    life = _opened(config, data, settings).life(order_id)
    if life is None:
        raise OperatorError(f"order {order_id} is not in the history: unknown, or not yet there")
    for name, value in life.order.items():
        if value is not None:
            print(f"{name:16}{_text(name, value)}")
    _print("executions", life.executions)
    if life.has_more:
        print(f"and more: venue history executions --where order_id={order_id}")
    print(f"as of journal_seq {life.journal_seq:,}")


def _opened(config: Config, data: Data, settings: Settings) -> History:
    loaded = configured(config, data, settings)
    return open_history(history_url(loaded.recorder, loaded.data), question_s=0)


def _equal(register: Register, condition: str) -> tuple[str, int | str]:
    """Raises WrongValueError."""
    name, sign, value = condition.partition("=")
    if not sign or name not in register.filters:
        raise WrongValueError(
            "--where", condition, f"must be COLUMN=VALUE, of the columns {', '.join(register.filters)}"
        )
    if register.table.c[name].type.python_type is str:
        return name, value
    if not value.isdecimal() or len(value) > 18:
        raise WrongValueError("--where", condition, f"{name} is a number")
    return name, int(value)


def _time_ns(option: str, text: str) -> int:
    """0 for "". Raises WrongValueError."""
    if not text:
        return 0
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        return max(int(seconds * 1_000_000) * 1_000, 1)
    raise WrongValueError(option, text, "must be a time such as 2026-11-24 or 2026-11-24T09:30:00")


def _print(name: str, rows: list[Row]) -> None:
    columns = _COLUMNS[name].split()
    printed = table(*(_title(column) for column in columns))
    for row in rows:
        names = (column.removeprefix(">") for column in columns)
        printed.add_row(*("" if row[name] is None else _text(name, row[name]) for name in names))
    shown(printed, f"no {name.replace('-', ' ')}")


def _title(column: str) -> str:
    return column.removesuffix("_ns").replace("_", " ")


def _text(name: str, value: Any) -> str:
    if name == "day":
        return time_text(value)[:10]
    if name.endswith("_ns"):
        return time_text(value)
    return _WORDS.get(name, {}).get(value, plain(str(value)))


def _export(history: History, register: Register, wanted: Wanted) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column.name for column in register.table.columns)
    writer.writerows(row.values() for row in _every_row(history, register, wanted))


def _every_row(history: History, register: Register, wanted: Wanted) -> Iterator[Row]:
    page = history.page(register, wanted._replace(limit=ROWS_AT_ONCE))
    yield from page.rows
    while page.next:
        page = history.page(register, wanted._replace(limit=ROWS_AT_ONCE, before=page.next))
        yield from page.rows
