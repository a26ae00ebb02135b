"""Market data: books, quotes, trades, candles, statistics and analytics."""

import time
from heapq import merge
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from admin_api.models.analytics import Analytics, analytics_of
from admin_api.models.market import (
    Bbo,
    BboAnswer,
    BboList,
    CandleList,
    Interval,
    OrderBook,
    StatisticsAnswer,
    StatisticsList,
    TradeList,
    bbo_of,
    candle_of,
    order_book,
    statistics_of,
    trade_of,
)
from admin_api.models.values import Moment, Symbol, moment_ns
from admin_api.naming import listed
from admin_api.problems import responses, wrong_field
from admin_api.view import Seen, View
from venue import reasons
from venue.marketdata import InstrumentMarket

router = APIRouter(tags=["market data"])

LEVELS_MAX: Final = 1_000
ORDERS_MAX: Final = 5_000  # of each side: 30 ms
TRADES_MAX: Final = 1_000
CANDLES_MAX: Final = 1_000
CANDLES_KEPT_MAX: Final = 10_000  # as many as there are

SymbolPath = Annotated[Symbol, Path(examples=["BTC-USD"])]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{1,18}$", description="`next` of the answer before: older trades.", examples=["1012"]),
]
TradeLimit = Annotated[int, Query(ge=1, le=TRADES_MAX, description="At most so many trades.")]
UNKNOWN: Final = responses(reasons.UNKNOWN_SYMBOL)


@router.get("/orderbook/{symbol}", responses=UNKNOWN)
async def get_order_book(
    symbol: SymbolPath,
    view: Seen,
    levels: Annotated[int, Query(ge=1, le=LEVELS_MAX, description="Of each side.")] = 20,
    l3: Annotated[bool, Query(description="Order by order too: of the best levels with 5,000 orders a side.")] = False,
) -> OrderBook:
    """The book, with the feed_seq and checksum of the WebSocket stream."""
    listed(view, symbol)
    image = view.books.flush(symbol)
    orders = image.orders_snapshot(levels, ORDERS_MAX) if l3 else None
    return order_book(view.engine.journal_seq, image.depth_snapshot(levels), orders, view.units)


@router.get("/bbo")
async def list_bbo(view: Seen) -> BboList:
    """The best bid and offer of every instrument."""
    quotes = [_bbo(view, symbol) for symbol in view.market.symbols()]
    return BboList(journal_seq=view.engine.journal_seq, bbo=quotes)


@router.get("/bbo/{symbol}", responses=UNKNOWN)
async def get_bbo(symbol: SymbolPath, view: Seen) -> BboAnswer:
    """The best bid and offer, and the last price."""
    listed(view, symbol)
    return BboAnswer(journal_seq=view.engine.journal_seq, **_bbo(view, symbol).model_dump())


@router.get("/trades")
async def list_all_trades(view: Seen, limit: TradeLimit = 100, cursor: Cursor = None) -> TradeList:
    """The last trades of all instruments."""
    return _trades(view, [_instrument(view, symbol) for symbol in view.market.symbols()], limit, cursor)


@router.get("/trades/{symbol}", responses=UNKNOWN)
async def list_trades(symbol: SymbolPath, view: Seen, limit: TradeLimit = 100, cursor: Cursor = None) -> TradeList:
    """The last trades of an instrument."""
    return _trades(view, [_instrument(view, symbol)], limit, cursor)


@router.get("/candles/{symbol}", responses=responses(reasons.UNKNOWN_SYMBOL, reasons.BAD_VALUE))
async def list_candles(
    symbol: SymbolPath,
    view: Seen,
    interval: Annotated[Interval, Query()] = "1m",
    start: Annotated[
        Moment | None,
        Query(alias="from", description="Begun then or later.", examples=["2026-11-24T09:30:00Z"]),
    ] = None,
    end: Annotated[
        Moment | None, Query(alias="to", description="Begun before.", examples=["2026-11-24T16:00:00Z"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=CANDLES_MAX, description="The newest so many of these.")] = 100,
) -> CandleList:
    """Candles; older ones: ask again with `to` = the first one's start."""
    market = _instrument(view, symbol)
    if start is not None and end is not None and start > end:
        raise wrong_field(reasons.BAD_VALUE, "from", start.isoformat(), "must not be after `to`")
    start_ns, end_ns = moment_ns(start) if start else 0, moment_ns(end) if end else 1 << 80
    found = [candle for candle in market.candles(interval, CANDLES_KEPT_MAX) if start_ns <= candle.start_ns < end_ns]
    candles = [candle_of(candle, symbol, view.units) for candle in found[-limit:]]
    return CandleList(journal_seq=view.engine.journal_seq, symbol=symbol, interval=interval, candles=candles)


@router.get("/statistics")
async def list_statistics(view: Seen) -> StatisticsList:
    """The last 24 hours of every instrument."""
    units, now_ns = view.units, time.time_ns()
    statistics = [
        statistics_of(symbol, _instrument(view, symbol).last_24h(now_ns), units) for symbol in view.market.symbols()
    ]
    return StatisticsList(journal_seq=view.engine.journal_seq, statistics=statistics)


@router.get("/statistics/{symbol}", responses=UNKNOWN)
async def get_statistics(symbol: SymbolPath, view: Seen) -> StatisticsAnswer:
    """The last 24 hours of an instrument."""
    statistics = statistics_of(symbol, _instrument(view, symbol).last_24h(time.time_ns()), view.units)
    return StatisticsAnswer(journal_seq=view.engine.journal_seq, **statistics.model_dump())


@router.get("/analytics/{symbol}", responses=UNKNOWN)
async def get_analytics(symbol: SymbolPath, view: Seen) -> Analytics:
    """VWAP, TWAP, volatility, spread, depth and imbalance of an instrument, now."""
    return analytics_of(_instrument(view, symbol).analytics(time.time_ns()), view.units)


def _instrument(view: View, symbol: str) -> InstrumentMarket:
    """Raises ProblemError when there is no such instrument."""
    instrument = view.market.instrument(symbol)
    if instrument is None:
        listed(view, symbol)
    assert instrument is not None
    return instrument


def _bbo(view: View, symbol: str) -> Bbo:
    *_, last_ticks = view.engine.best(symbol)
    return bbo_of(symbol, _instrument(view, symbol).image.best, last_ticks, view.units)


def _trades(view: View, instruments: list[InstrumentMarket], limit: int, cursor: str | None) -> TradeList:
    """Newest first; those before the trade that the cursor names."""
    tapes = (reversed(instrument.tape.prints) for instrument in instruments)
    newest_first = merge(*tapes, key=lambda printed: printed.trade_id, reverse=True)
    if cursor is not None:
        newest_first = (printed for printed in newest_first if printed.trade_id < int(cursor))
    found = list(islice(newest_first, limit + 1))
    page, units = found[:limit], view.units
    return TradeList(
        journal_seq=view.engine.journal_seq,
        trades=[trade_of(printed, units) for printed in page],
        next=str(page[-1].trade_id) if len(found) > limit else None,
    )
