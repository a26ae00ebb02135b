"""Candles of longer intervals: exactly what their minutes are together."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.history.rows import Writer, row
from venue.recorder import rolling, tables
from venue.recorder.reading import History, Page, Wanted, open_history
from venue.recorder.rolling import INTERVALS_NS, MINUTE_NS, candle_page

SYMBOL: Final = "BTC-USD"
MINUTES: Final = 4_000  # almost three days
BEGIN_NS: Final = 1_795_467_600_000_000_000  # not at a day's beginning


def minutes() -> list[dict[str, Any]]:
    """With gaps; prices whose order is not that of their texts."""
    rng = random.Random(8)
    found: list[dict[str, Any]] = []
    for number in range(MINUTES):
        if rng.random() < 0.5:
            continue
        prices = [Decimal(rng.randint(900, 1_200)) / 10 for _ in range(4)]
        ends = {"open": prices[0], "close": prices[1], "high": max(prices), "low": min(prices)}
        sums = {
            "volume": Decimal(rng.randint(1, 10**6)).scaleb(-5),
            "value": Decimal(rng.randint(1, 10**12)).scaleb(-8),
        }
        texts = {name: format(value, "f") for name, value in (ends | sums).items()}
        start_ns = BEGIN_NS + number * MINUTE_NS
        found.append(row(tables.candles, symbol=SYMBOL, start_ns=start_ns, trades=rng.randint(1, 9), **texts))
    return found


@pytest.fixture
def history(url: str) -> History:
    writer = Writer(url)
    writer.write(tables.candles, *minutes())
    writer.write(tables.candles, row(tables.candles, symbol="ETH-USD", start_ns=BEGIN_NS, trades=1))
    writer.reach(9)
    return open_history(url)


def expected(size_ns: int, from_ns: int = 0, to_ns: int = 1 << 62) -> list[dict[str, Any]]:
    """Newest first: a naive way to put minutes together."""
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in minutes():
        groups.setdefault(one["start_ns"] - one["start_ns"] % size_ns, []).append(one)
    return [
        {
            "symbol": SYMBOL,
            "start_ns": start_ns,
            "open": group[0]["open"],
            "high": max((one["high"] for one in group), key=Decimal),
            "low": min((one["low"] for one in group), key=Decimal),
            "close": group[-1]["close"],
            "volume": f"{sum(Decimal(one['volume']) for one in group):f}",
            "value": f"{sum(Decimal(one['value']) for one in group):f}",
            "trades": sum(one["trades"] for one in group),
        }
        for start_ns, group in sorted(groups.items(), reverse=True)
        if from_ns <= start_ns < to_ns
    ]


def pages(history: History, interval: str, limit: int, **wanted: int) -> Iterator[Page]:
    page = candle_page(history, SYMBOL, interval, Wanted(limit=limit, **wanted))  # type: ignore[arg-type]
    yield page
    while page.next:
        page = candle_page(history, SYMBOL, interval, Wanted(limit=limit, before=page.next, **wanted))  # type: ignore[arg-type]
        yield page


@pytest.mark.parametrize(("interval", "limit"), [("1m", 1_000), ("5m", 100), ("1h", 7), ("1d", 1), ("1d", 100)])
def test_pages_of_an_interval_are_its_minutes_put_together(history: History, interval: str, limit: int) -> None:
    """No candle is cut by a page; sums are exact, highs and lows are numbers and no texts."""
    found = list(pages(history, interval, limit))
    assert [row for page in found for row in page.rows] == expected(INTERVALS_NS[interval])
    assert all(len(page.rows) == limit for page in found[:-1])
    assert {page.journal_seq for page in found} == {9}


def test_only_whole_intervals_between_two_times_are_told(history: History) -> None:
    """A candle is in when it begins in between: none is told of some of its minutes."""
    hour_ns = INTERVALS_NS["1h"]
    for from_ns, to_ns in ((BEGIN_NS + 90 * MINUTE_NS, BEGIN_NS + 400 * MINUTE_NS + 1), (BEGIN_NS, BEGIN_NS + hour_ns)):
        found = candle_page(history, SYMBOL, "1h", Wanted(from_ns=from_ns, to_ns=to_ns, limit=1_000))
        assert found.rows == expected(hour_ns, from_ns, to_ns)


def test_a_page_reads_a_bounded_number_of_minutes(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shorter then, and the next one goes on."""
    monkeypatch.setattr(rolling, "MINUTES_MAX", 120)
    found = list(pages(history, "1h", 500))
    assert [len(page.rows) for page in found[:-1]] == [2] * (len(found) - 1)
    assert [row for page in found for row in page.rows] == expected(INTERVALS_NS["1h"])
