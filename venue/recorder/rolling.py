"""Candles of the history in other intervals: minutes, put together exactly when they are asked for."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from itertools import groupby
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from venue.recorder import tables
from venue.recorder.reading import History, Page, Row, Wanted
from venue.recorder.registers import CANDLES

MINUTE_NS: Final = 60_000_000_000  # of the candles that are kept
INTERVALS_NS: Final[Mapping[str, int]] = MappingProxyType(
    {"1m": MINUTE_NS, "5m": 5 * MINUTE_NS, "1h": 60 * MINUTE_NS, "1d": 1_440 * MINUTE_NS}
)
MINUTES_MAX: Final = 150_000  # that are read for a page, which is shorter then: half a second
_DIGITS: Final = 80  # no sum has more
_AT_ONCE: Final = 1_000  # rows fetched


def candle_page(history: History, symbol: str, interval: str, wanted: Wanted) -> Page:
    """Newest first, those that begin from from_ns on and before to_ns; each with its start_ns, in the interval since
    1970, UTC. Raises OperatorError as History does."""
    size_ns = INTERVALS_NS[interval]
    if size_ns == MINUTE_NS:
        return history.page(CANDLES, wanted._replace(equal={"symbol": symbol}))
    column, limit = tables.candles.c, min(wanted.limit, MINUTES_MAX * MINUTE_NS // size_ns)
    minutes = select(tables.candles).where(
        column.symbol == symbol, column.start_ns >= _aligned(wanted.from_ns, size_ns)
    )
    ends = [int(wanted.before[0])] if wanted.before else []
    ends += [_aligned(wanted.to_ns, size_ns)] if wanted.to_ns else []
    if ends:
        minutes = minutes.where(column.start_ns < min(ends))
    candles: list[Row] = []
    newest_first = minutes.order_by(column.start_ns.desc()).execution_options(yield_per=_AT_ONCE)
    with history.reading() as (connection, moment), connection.execute(newest_first) as rows:
        for start_ns, group in groupby(rows.mappings(), lambda row: row["start_ns"] // size_ns * size_ns):
            if len(candles) == limit:
                return Page(candles, (candles[-1]["start_ns"], symbol), moment.journal_seq)
            candles.append(rolled(start_ns, map(dict, group)))
    return Page(candles, (), moment.journal_seq)


def rolled(start_ns: int, newest_first: Iterable[Row]) -> Row:
    """One candle of several, the newest of them first."""
    last, *others = newest_first
    first = others[-1] if others else last
    every = [last, *others]
    with localcontext(prec=_DIGITS):
        sums = {name: format(sum(Decimal(row[name]) for row in every), "f") for name in ("volume", "value")}
        high, low = (pick((row[name] for row in every), key=Decimal) for pick, name in ((max, "high"), (min, "low")))
    ends = {"open": first["open"], "high": high, "low": low, "close": last["close"]}
    return (
        {"symbol": last["symbol"], "start_ns": start_ns} | ends | sums | {"trades": sum(row["trades"] for row in every)}
    )


def _aligned(time_ns: int, size_ns: int) -> int:
    """The first interval that begins then or later."""
    return -(-time_ns // size_ns) * size_ns
