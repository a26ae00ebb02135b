"""Configuration of the venues the tests start: sessions, accounts and many instruments to choose from."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

INSTRUMENTS: Final = 200  # a test takes a fresh one for itself, so that no other test's orders are in its book

# CompID -> account. TWIN shares MAKER's account; LEFT and RIGHT have accounts of one self-match group.
SESSIONS: Final = {
    "MAKER": "MAKER",
    "TAKER": "TAKER",
    "OTHER": "OTHER",
    "TWIN": "MAKER",
    "LEFT": "LEFT",
    "RIGHT": "RIGHT",
}
CAREFUL: Final = "CAREFUL"  # its orders are canceled when its connection ends
LIMITED: Final = "LIMITED"  # may enter ORDERS_PER_S_MAX orders a second
ORDERS_PER_S_MAX: Final = 5
STEADY: Final = "STEADY"  # may not reset its sequence numbers
SELF_MATCH_GROUP: Final = {"LEFT": "PAIR", "RIGHT": "PAIR"}

Scalar = str | int | float | bool
Value = Scalar | list[str] | Mapping[str, "Scalar | Mapping[str, Scalar]"]


def _table(name: str, values: Mapping[str, Value]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_text(value)}" for key, value in values.items()), ""])


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_text(below)}' for key, below in value.items())} }}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def write_config(
    path: Path,
    sessions: Mapping[str, Mapping[str, Value]],
    accounts: Mapping[str, Mapping[str, Value]] | None = None,
    instruments: int = INSTRUMENTS,
    **sections: Mapping[str, Value],
) -> Path:
    """Write a TOML configuration. `sections` are further tables: fix={…}, sequencer={…}, journal={…}."""
    accounts = accounts or {}
    traded = [account for session in sessions.values() for account in session.get("trades", [])]  # type: ignore[union-attr]
    names = dict.fromkeys([*traded, *accounts])
    # The day must not end while tests run, whenever they run.
    day_end = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M")
    parts = [f'day_end_utc = "{day_end}"\n']
    parts += [_table(name, values) for name, values in sections.items()]
    parts += [_table(f"sessions.{comp_id}", values) for comp_id, values in sessions.items()]
    parts += [_table(f"accounts.{name}", accounts.get(name, {})) for name in names]
    parts += [_table(f"instruments.{symbol}", _instrument(symbol)) for symbol in symbols(instruments)]
    path.write_text("\n".join(parts))
    return path


def symbols(count: int = INSTRUMENTS) -> Iterator[str]:
    """S001-USD, S002-USD … as listed by `write_config`: tick 0.01, lot 0.1, quantities from 1 to 1,000,000."""
    return (f"S{number:03d}-USD" for number in itertools.islice(itertools.count(1), count))


def _instrument(symbol: str) -> dict[str, Value]:
    base, quote = symbol.split("-")
    return {"base": base, "quote": quote, "tick": "0.01", "lot": "0.1", "min_qty": "1", "max_qty": "1000000"}


def trading_sessions() -> dict[str, dict[str, Value]]:
    """The sessions of SESSIONS, each allowed to reset its sequence numbers, and those with a policy."""
    sessions: dict[str, dict[str, Value]] = {
        comp_id: {"trades": [account], "reset_allowed": True} for comp_id, account in SESSIONS.items()
    }
    return sessions | {
        CAREFUL: {"trades": [CAREFUL], "reset_allowed": True, "cancel_on_disconnect": True},
        LIMITED: {"trades": [LIMITED], "reset_allowed": True, "orders_per_s_max": ORDERS_PER_S_MAX},
        STEADY: {"trades": [STEADY]},
    }


def trading_accounts() -> dict[str, dict[str, Value]]:
    return {account: {"self_match_group": group} for account, group in SELF_MATCH_GROUP.items()}
