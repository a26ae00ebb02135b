"""The registers of the history: what can be listed, a page at a time, and where a page ends.

A register is a table, the columns its pages go down by, and what may be asked of it. Its cursor is the key of the last
row of a page: rows that come later have a higher one, so pages neither repeat nor skip a row while the recorder writes.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Column, Table

from venue.errors import WrongValueError
from venue.recorder import tables

Key: TypeAlias = tuple[int | str, ...]  # the values of the key columns of one row


class Register(NamedTuple):
    """A table as it is asked: newest first, by `key`.

    `time` is what from and to bound, "" if nothing is; `rises` says that it never falls from one key to the next.
    `owners` are the columns that say whose a row is: it is of any of them.
    `filters` may be asked to be equal to a value, or to one of several.
    """

    table: Table
    key: tuple[str, ...]
    time: str
    owners: tuple[str, ...]
    filters: tuple[str, ...]
    rises: bool = False

    def key_columns(self) -> list[Column[int | str]]:
        return [self.table.c[name] for name in self.key]


ORDERS: Final = Register(
    tables.orders,
    ("order_id",),
    "entered_ns",
    ("account",),
    ("order_id", "session", "cl_ord_id", "list_id", "symbol", "side", "ord_type", "ord_status"),
    rises=True,
)
EXECUTIONS: Final = Register(
    tables.executions,
    ("exec_id",),
    "time_ns",
    ("account",),
    ("order_id", "session", "cl_ord_id", "symbol", "side", "exec_type", "trade_id", "reason", "text"),
    rises=True,
)
TRADES: Final = Register(
    tables.trades,
    ("trade_id",),
    "time_ns",
    ("maker_account", "taker_account"),
    ("trade_id", "symbol"),
    rises=True,
)
POSITIONS: Final = Register(tables.positions, ("account", "symbol"), "changed_ns", ("account",), ("symbol",))
BALANCES: Final = Register(tables.balances, ("account", "currency"), "changed_ns", ("account",), ("currency",))
BALANCE_MOVES: Final = Register(
    tables.balance_moves,
    ("journal_seq",),
    "time_ns",
    ("account",),
    ("currency", "transaction_id", "by"),
    rises=True,
)
FEES: Final = Register(tables.fees, ("day", "account", "currency"), "day", ("account",), ("currency",))
CANDLES: Final = Register(tables.candles, ("start_ns", "symbol"), "start_ns", (), ("symbol",))
AUDIT: Final = Register(tables.audit, ("journal_seq",), "time_ns", (), ("by", "verb", "subject"), rises=True)

REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {
        "orders": ORDERS,
        "executions": EXECUTIONS,
        "trades": TRADES,
        "positions": POSITIONS,
        "balances": BALANCES,
        "balance-moves": BALANCE_MOVES,
        "fees": FEES,
        "candles": CANDLES,
        "audit": AUDIT,
    }
)

_INT64_MAX: Final = 2**63 - 1
_DECODER: Final = msgspec.json.Decoder(list[int | str])


def cursor_text(key: Key) -> str:
    """For a URL; "" where there is no next page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode() if key else ""


def cursor_key(register: Register, text: str) -> Key:
    """Raises WrongValueError for what is no cursor of such a register."""
    try:
        values = _DECODER.decode(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):  # msgspec's errors are ValueErrors
        values = []
    if not _fits(register, values):
        raise WrongValueError("cursor", text, "must be the next_cursor of a page")
    return tuple(values)


def _fits(register: Register, values: Sequence[int | str]) -> bool:
    types = [column.type.python_type for column in register.key_columns()]
    return [type(value) for value in values] == types and all(
        abs(value) <= _INT64_MAX if isinstance(value, int) else "\0" not in value for value in values
    )
