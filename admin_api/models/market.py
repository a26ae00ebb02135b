"""Books, quotes, trades, candles and statistics as they are told; names and forms are those of the streams."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, WithJsonSchema

from admin_api import amounts
from admin_api.models.values import JournalSeq, Money, Price, Qty, Symbol, Time, optional_time_text, time_text
from venue import marketdata as md
from venue.messages import BUY
from venue.units import Units


def _row(description: str, example: list[str | int]) -> dict[str, Any]:
    """The schema of a fixed row of values; without `prefixItems`, which tools for OpenAPI stumble over."""
    return {
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "minItems": len(example),
        "maxItems": len(example),
        "description": description,
        "examples": [example],
    }


PriceLevel: TypeAlias = Annotated[
    tuple[str, str, int],
    WithJsonSchema(_row("Price, visible quantity, number of orders.", ["45000.50", "0.75000", 2])),
]
QueuedOrder: TypeAlias = Annotated[
    tuple[int, str, str], WithJsonSchema(_row("OrderID, price, visible quantity.", [17, "45000.50", "0.25000"]))
]
Interval: TypeAlias = Literal["1s", "1m", "5m", "1h", "1d"]
Side: TypeAlias = Literal["buy", "sell"]


class OrderBook(BaseModel):
    """The best levels of a book, best first. It stands exactly between two deltas of the WebSocket stream."""

    symbol: Symbol
    feed_seq: Annotated[int, Field(description="Of the stream: its next delta has feed_seq + 1.", examples=[42])]
    journal_seq: JournalSeq
    time: Annotated[Time | None, Field(description="Of the last command that touched the book; null: none yet.")]
    bids: list[PriceLevel]
    asks: list[PriceLevel]
    checksum: Annotated[
        int,
        Field(description="CRC-32 of the best ten levels of each side as `price:quantity`.", examples=[3366480417]),
    ]
    bid_orders: Annotated[
        list[QueuedOrder] | None,
        Field(description="With l3: orders of these levels, as they trade; only of the best that have 5,000 together."),
    ] = None
    ask_orders: list[QueuedOrder] | None = None


class Bbo(BaseModel):
    """The best bid and offer, and the last trade's price; null: there is none."""

    symbol: Symbol
    bid: Price | None
    bid_quantity: Qty | None
    bid_orders: Annotated[int, Field(examples=[2])]
    ask: Price | None
    ask_quantity: Qty | None
    ask_orders: Annotated[int, Field(examples=[1])]
    last: Price | None


class BboAnswer(Bbo):
    journal_seq: JournalSeq


class BboList(BaseModel):
    """In the order of listing."""

    journal_seq: JournalSeq
    bbo: list[Bbo]


class Trade(BaseModel):
    """A trade as it stands now. side is the incoming order's; null in an auction. quantity 0: it was busted."""

    trade_id: Annotated[int, Field(examples=[1012])]
    symbol: Symbol
    price: Price
    quantity: Qty
    side: Side | None
    is_auction: bool
    is_amended: Annotated[bool, Field(description="It was busted or corrected.")]
    journal_seq: Annotated[int, Field(description="Of the command that led to it.", examples=[1506])]
    time: Time


class TradeList(BaseModel):
    """Newest first; of each instrument the last 10,000 are kept."""

    journal_seq: JournalSeq
    trades: list[Trade]
    next: Annotated[
        str | None, Field(description="Ask for older ones with cursor = this; null: none are kept.", examples=["1012"])
    ]


class Candle(BaseModel):
    """The trades from `start` on, for as long as the interval. volume in the base, notional in the quote currency."""

    start: Time
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Qty
    notional: Money
    trades: Annotated[int, Field(examples=[12])]


class CandleList(BaseModel):
    """Oldest first; only intervals with trades have a candle, and the newest may be under way."""

    journal_seq: JournalSeq
    symbol: Symbol
    interval: Interval
    candles: list[Candle]


class Statistics(BaseModel):
    """The trades of a time: the last 24 hours (the minute under way and 1,439 before it), or the trading day.

    null: there were none.
    """

    symbol: Symbol
    open: Price | None
    high: Price | None
    low: Price | None
    last: Price | None
    change: Annotated[Price | None, Field(description="last - open.")]
    change_percent: Annotated[float | None, Field(examples=[1.25])]
    volume: Qty
    notional: Money
    trades: Annotated[int, Field(examples=[312])]


class StatisticsAnswer(Statistics):
    journal_seq: JournalSeq


class StatisticsList(BaseModel):
    """In the order of listing."""

    journal_seq: JournalSeq
    statistics: list[Statistics]


def order_book(journal_seq: int, depth: md.DepthSnapshot, orders: md.OrdersSnapshot | None, units: Units) -> OrderBook:
    symbol = depth.symbol
    return OrderBook(
        symbol=symbol,
        feed_seq=depth.feed_seq,
        journal_seq=journal_seq,
        time=optional_time_text(depth.time_ns),
        bids=[_level(units, symbol, level) for level in depth.bids],
        asks=[_level(units, symbol, level) for level in depth.asks],
        checksum=depth.checksum,
        bid_orders=_queue(units, symbol, orders.bids) if orders else None,
        ask_orders=_queue(units, symbol, orders.asks) if orders else None,
    )


def bbo_of(symbol: str, quote: md.Quote, last_ticks: int, units: Units) -> Bbo:
    return Bbo(
        symbol=symbol,
        bid=amounts.optional_price(units, symbol, quote.bid_ticks),
        bid_quantity=amounts.qty(units, symbol, quote.bid_lots) if quote.bid_ticks else None,
        bid_orders=quote.bid_orders,
        ask=amounts.optional_price(units, symbol, quote.ask_ticks),
        ask_quantity=amounts.qty(units, symbol, quote.ask_lots) if quote.ask_ticks else None,
        ask_orders=quote.ask_orders,
        last=amounts.optional_price(units, symbol, last_ticks),
    )


def trade_of(printed: md.Print, units: Units) -> Trade:
    symbol = printed.symbol
    return Trade(
        trade_id=printed.trade_id,
        symbol=symbol,
        price=amounts.price(units, symbol, printed.price_ticks),
        quantity=amounts.qty(units, symbol, printed.qty_lots),
        side=None if not printed.aggressor else "buy" if printed.aggressor == BUY else "sell",
        is_auction=printed.is_auction,
        is_amended=printed.is_amended,
        journal_seq=printed.journal_seq,
        time=time_text(printed.time_ns),
    )


def candle_of(candle: md.Candle, symbol: str, units: Units) -> Candle:
    return Candle(
        start=time_text(candle.start_ns),
        open=amounts.price(units, symbol, candle.open_ticks),
        high=amounts.price(units, symbol, candle.high_ticks),
        low=amounts.price(units, symbol, candle.low_ticks),
        close=amounts.price(units, symbol, candle.close_ticks),
        volume=amounts.qty(units, symbol, candle.volume_lots),
        notional=amounts.notional(units, symbol, candle.notional),
        trades=candle.trades,
    )


def statistics_of(symbol: str, statistics: md.Statistics, units: Units) -> Statistics:
    has_traded = statistics.trades > 0
    return Statistics(
        symbol=symbol,
        open=amounts.optional_price(units, symbol, statistics.open_ticks),
        high=amounts.optional_price(units, symbol, statistics.high_ticks),
        low=amounts.optional_price(units, symbol, statistics.low_ticks),
        last=amounts.optional_price(units, symbol, statistics.last_ticks),
        change=amounts.price(units, symbol, statistics.change_ticks) if has_traded else None,
        change_percent=statistics.change_percent,
        volume=amounts.qty(units, symbol, statistics.volume_lots),
        notional=amounts.notional(units, symbol, statistics.notional),
        trades=statistics.trades,
    )


def _level(units: Units, symbol: str, level: md.Level) -> tuple[str, str, int]:
    price, qty = amounts.price(units, symbol, level.price_ticks), amounts.qty(units, symbol, level.shown_lots)
    return price, qty, level.order_count


def _queue(units: Units, symbol: str, orders: list[md.BookOrder]) -> list[tuple[int, str, str]]:
    price, qty = units.price(symbol).to_text, units.qty(symbol).to_text
    return [(order.order_id, price(order.price_ticks), qty(order.shown_lots)) for order in orders]
