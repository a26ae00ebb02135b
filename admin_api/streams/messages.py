"""What the venue says over WebSocket: one struct for each `type`. Market data; private messages stand in `private`.

Decimals are strings, times ISO 8601 in UTC with nanoseconds, null: there is none. journal_seq is the number of the
command that led to it, the same as in REST answers and behind FIX reports. feed_seq counts the changes of one book:
each delta has the number after the one before; this process counts from 1 when it starts.

These structs are the schemas of the AsyncAPI document too.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

Symbol: TypeAlias = Annotated[str, Meta(description="An instrument.", examples=["BTC-USD"])]
Price: TypeAlias = Annotated[str, Meta(description="A decimal.", examples=["45000.00"])]
Qty: TypeAlias = Annotated[str, Meta(description="A decimal.", examples=["0.75000"])]
Time: TypeAlias = Annotated[str, Meta(examples=["2026-11-24T01:24:59.182354194Z"])]
JournalSeq: TypeAlias = Annotated[int, Meta(description="Of the command that led to this.", examples=[1506])]
FeedSeq: TypeAlias = Annotated[int, Meta(description="Of the book after this.", examples=[42])]
Checksum: TypeAlias = Annotated[
    int, Meta(description="CRC-32 of the best ten levels of each side as `price:quantity`.", examples=[3366480417])
]
Level: TypeAlias = Annotated[
    tuple[str, str, int],
    Meta(description="Price, visible quantity, number of orders.", examples=[["45000.50", "0.75000", 2]]),
]
QueuedOrder: TypeAlias = Annotated[
    tuple[int, str, str], Meta(description="OrderID, price, visible quantity.", examples=[[17, "45000.50", "0.25000"]])
]
SideWord: TypeAlias = Literal["buy", "sell"]
Interval: TypeAlias = Literal["1s", "1m", "5m", "1h", "1d"]
Channel: TypeAlias = Literal[
    "trades", "orderbook", "depth", "bbo", "analytics", "candles", "states", "overview", "executions", "positions"
]  # fmt: skip
Pace: TypeAlias = Annotated[
    Literal[0, 100, 250, 1000],
    Meta(description="Changes are joined over so many milliseconds; 0: over the venue's own interval."),
]
RequestId: TypeAlias = Annotated[str | None, Meta(description="The request's `id`.", examples=["1"])]


class Message(msgspec.Struct, frozen=True, tag_field="type", gc=False):
    """`type` says what it is."""


# -- answers --------------------------------------------------------------------------------------------------


class Subscribed(Message, frozen=True, tag="subscribed"):
    """From here on the channel's messages come, the first of them soon: what is now, where the channel has that."""

    id: RequestId
    channel: Channel
    symbol: str | None
    l3: bool
    interval: str | None
    account: str | None
    every_ms: Pace
    journal_seq: Annotated[int, Meta(description="Of the last command applied here.", examples=[1506])]


class Unsubscribed(Message, frozen=True, tag="unsubscribed"):
    """No message of the channel comes after this one."""

    id: RequestId
    channel: Channel
    symbol: str | None
    l3: bool
    interval: str | None
    account: str | None
    every_ms: Pace


class Authenticated(Message, frozen=True, tag="authenticated"):
    """Who the venue takes the caller for."""

    id: RequestId
    name: Annotated[str, Meta(description="Of the API key.", examples=["desk-1"])]
    role: Literal["viewer", "trader", "operator"]
    trades: Annotated[tuple[str, ...], Meta(description="Accounts the key trades.")]
    watches: Annotated[tuple[str, ...], Meta(description="Accounts the key sees besides.")]


class Pong(Message, frozen=True, tag="pong"):
    """That the venue hears, and how old what the streams tell is."""

    id: RequestId
    time: Time
    behind_s: Annotated[
        float | None,
        Meta(
            description="How far this process is behind the venue; null: the venue does not answer it.", examples=[0.0]
        ),
    ] = None


class Refused(Message, frozen=True, tag="refused"):
    """A request that changed nothing. `reason` and `code` are of the venue's reason table (/api/v3/problems)."""

    id: RequestId
    op: Annotated[str | None, Meta(description="What was asked; null: that could not be read.")]
    reason: Annotated[str, Meta(examples=["unknown_symbol"])]
    code: Annotated[int, Meta(examples=[1])]
    field: Annotated[str | None, Meta(description="Of the request, if it was one.", examples=["symbol"])]
    detail: Annotated[str, Meta(examples=["symbol was BTC-USDX: did you mean BTC-USD?"])]


# -- what a subscriber who was behind is told --------------------------------------------------------------------


class Conflated(Message, frozen=True, tag="conflated"):
    """You did not keep up: so many messages of the channel were left out. What is now follows."""

    channel: Channel
    symbol: str | None
    missed: Annotated[int, Meta(examples=[18])]


class Gap(Message, frozen=True, tag="gap"):
    """You did not keep up: so many trades were left out. REST has them, up to last_trade_id."""

    channel: Channel
    symbol: str | None
    missed: Annotated[int, Meta(examples=[18])]
    last_trade_id: int


# -- books -------------------------------------------------------------------------------------------------------


class BookSnapshot(Message, frozen=True, tag="book_snapshot"):
    """The whole book by level, best first. The delta after it has feed_seq + 1."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    bids: list[Level]
    asks: list[Level]
    checksum: Checksum


class BookDelta(Message, frozen=True, tag="book_delta"):
    """Levels as they are now; quantity and orders of 0: the level is gone."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    bids: list[Level]
    asks: list[Level]
    checksum: Checksum


class Depth(Message, frozen=True, tag="depth"):
    """The best levels of the book as they are now, best first: 50 of each side at most."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    bids: list[Level]
    asks: list[Level]


class OrdersSnapshot(Message, frozen=True, tag="orders_snapshot"):
    """The whole book order by order: best price first, then in the order they trade."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    bids: list[QueuedOrder]
    asks: list[QueuedOrder]
    checksum: Checksum


class OrderChange(msgspec.Struct, frozen=True, gc=False):
    """An order as it is now. Quantity 0: it has left. joins: it is the last at its price, else it keeps its place."""

    order_id: int
    side: SideWord
    price: Price
    quantity: Qty
    joins: bool


class OrdersDelta(Message, frozen=True, tag="orders_delta"):
    """Orders that changed. Those that join a price come in the order they trade."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    orders: list[OrderChange]
    checksum: Checksum


class Bbo(Message, frozen=True, tag="bbo"):
    """The best bid and offer, and the last trade's price."""

    symbol: Symbol
    feed_seq: FeedSeq
    journal_seq: JournalSeq
    time: Time
    bid: Price | None
    bid_quantity: Qty | None
    bid_orders: int
    ask: Price | None
    ask_quantity: Qty | None
    ask_orders: int
    last: Price | None


# -- trades, candles, states ------------------------------------------------------------------------------------


class Printed(msgspec.Struct, frozen=True, gc=False):
    """A trade. side is the incoming order's; null in an auction. quantity 0: it was busted since."""

    trade_id: int
    symbol: Symbol
    price: Price
    quantity: Qty
    side: SideWord | None
    is_auction: bool
    is_amended: bool
    journal_seq: JournalSeq
    time: Time


class TradesSnapshot(Message, frozen=True, tag="trades_snapshot"):
    """The last trades of the channel's instruments, oldest first."""

    symbol: str | None
    trades: list[Printed]


class Trade(Message, frozen=True, tag="trade"):
    """Over all instruments trade_id counts without gaps."""

    trade_id: int
    symbol: Symbol
    price: Price
    quantity: Qty
    side: SideWord | None
    is_auction: bool
    journal_seq: JournalSeq
    time: Time


class TradeAmended(Message, frozen=True, tag="trade_amended"):
    """The trade stands corrected; quantity 0: it is busted."""

    trade_id: int
    symbol: Symbol
    price: Price
    quantity: Qty
    journal_seq: JournalSeq
    time: Time


class CandleValues(msgspec.Struct, frozen=True, gc=False):
    """volume is in the base, notional in the quote currency; only intervals with trades have a candle."""

    start: Time
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Qty
    notional: Annotated[str, Meta(examples=["33750.00"])]
    trades: int


class CandlesSnapshot(Message, frozen=True, tag="candles_snapshot"):
    """The newest candles, oldest first; the last may be under way. Comes again when a trade of theirs was amended."""

    symbol: Symbol
    interval: Interval
    candles: list[CandleValues]


class Candle(Message, frozen=True, tag="candle"):
    """A candle as it is now. When one with a later start comes, it is complete."""

    symbol: Symbol
    interval: Interval
    candle: CandleValues


class State(msgspec.Struct, frozen=True, gc=False):
    symbol: Symbol
    state: Annotated[str, Meta(examples=["open"])]
    until: Annotated[Time | None, Meta(description="When it ends by itself.")]


class StatesSnapshot(Message, frozen=True, tag="states_snapshot"):
    """The trading states of the channel's instruments."""

    journal_seq: JournalSeq
    states: list[State]


class StateChanged(Message, frozen=True, tag="state"):
    """The instrument is in another trading state."""

    symbol: Symbol
    state: Annotated[str, Meta(examples=["halted"])]
    old_state: Annotated[str, Meta(examples=["open"])]
    until: Annotated[Time | None, Meta(description="When it ends by itself.")]
    why: str
    journal_seq: JournalSeq
    time: Time
