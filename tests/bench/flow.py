"""The workload as commands of the venue.

A row is one command, except R: cancel and enter with a new id, hence a CancelOrder and an EnterOrder
(a ReplaceOrder would keep the order's id and may trade). Buyers and sellers have accounts of their own,
32 each with a FIX session each, so that self-match prevention is checked on every match and never
applies: what must come of the workload stays what its expectation says.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.bench.workload import ACCOUNTS, Row
from venue.messages import (
    BUY,
    CANCEL_INCOMING,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    SELL,
    AnyCommand,
    CancelOrder,
    EnterOrder,
    ListInstrument,
    OpenAccount,
    RollDay,
    SetSession,
    Side,
    decode_commands,
    encode_commands,
)

START_NS: Final = 1_750_000_000_000_000_000
STEP_NS: Final = 1_000
_SIDES: Final[dict[str, Side]] = {"B": BUY, "S": SELL}
_DECODED_AT_ONCE: Final = 1_000  # commands, as in a full batch of the journal


def symbol_name(index: int) -> str:
    return f"SYM{index}-USD"


def opening_commands(symbols: int) -> list[AnyCommand]:
    """The day, the instruments and the accounts the workload trades."""
    accounts = [f"{side}{number}" for side in "BS" for number in range(ACCOUNTS // 2)]
    return [
        RollDay(START_NS + 86_400_000_000_000),
        *(_instrument(symbol_name(index)) for index in range(symbols)),
        *(OpenAccount(account, CANCEL_INCOMING) for account in accounts),
        *(SetSession(account, (account,), (), "benchmark", "opening") for account in accounts),
    ]


def commands_of(rows: Iterable[Row]) -> list[AnyCommand]:
    """The rows as the engine meets them on replay: decoded from the journal's bytes.

    Every text is an object of its own whose hash is not known yet, as it is when it came over FIX.
    """
    made = list(commands_from(rows))
    commands: list[AnyCommand] = []
    for first in range(0, len(made), _DECODED_AT_ONCE):
        commands += decode_commands(encode_commands(made[first : first + _DECODED_AT_ONCE]))
    return commands


def commands_from(rows: Iterable[Row]) -> Iterator[AnyCommand]:
    """The same, made one by one: for flows that no memory holds."""
    owner: dict[int, str] = {}  # order id -> account, which is the session's name too
    for row in rows:
        if row.op != "C":
            owner[row.id] = f"{row.side}{(row.account - 1) // 2}"
        match row.op:
            case "A":
                yield _enter(row, owner[row.id], LIMIT, GTC)
            case "I":
                yield _enter(row, owner[row.id], LIMIT, IOC)
            case "M":
                yield _enter(row, owner[row.id], MARKET, IOC)
            case "C":
                yield _cancel(owner.pop(row.id), row.id)
            case "R":
                yield _cancel(owner.pop(row.old_id), row.old_id)
                yield _enter(row, owner[row.id], LIMIT, GTC)


def _enter(row: Row, account: str, ord_type: int, time_in_force: int) -> EnterOrder:
    return EnterOrder(
        account,
        account,
        f"O{row.id:09}",
        symbol_name(row.symbol),
        _SIDES[row.side],
        ord_type,  # type: ignore[arg-type]  # LIMIT or MARKET, above
        time_in_force,  # type: ignore[arg-type]
        row.qty,
        row.price,
    )


def _cancel(account: str, order_id: int) -> CancelOrder:
    return CancelOrder(account, account, f"C{order_id:09}", f"O{order_id:09}")


def _instrument(symbol: str) -> ListInstrument:
    return ListInstrument(symbol, symbol[:4], "USD", "0.01", "0.00001", 7, 1, 1, 1_000_000_000)
