"""The venue at a glance: how it does, and each instrument's last price, quote and day."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from admin_api.models.performance import Latency, ReplicaBehind
from admin_api.models.values import JournalSeq, Money, Price, Qty, StateWord, Symbol, Time

Trend = Annotated[
    list[Price],
    Field(description="Closes of the last minutes that had trades, oldest first.", examples=[["45000.00", "45010.50"]]),
]
PerSecond = Annotated[float, Field(description="Over the last five seconds.", examples=[1200.4])]


class VenueNow(BaseModel):
    """null: nothing was measured lately, or the venue does not answer."""

    status: Annotated[
        Literal["accepting", "not_accepting", "unreachable"],
        Field(description="Whether it accepts orders; unreachable: it has not answered this process for five seconds."),
    ]
    failure: Annotated[str, Field(description="Why it does not accept orders, if it failed.", examples=[""])]
    time: Annotated[Time, Field(description="Of this process, when it looked.")]
    started: Time | None
    version: str | None
    commands_per_s: PerSecond | None
    orders_per_s: PerSecond | None
    trades_per_s: PerSecond | None
    queue_length: Annotated[int | None, Field(description="Commands that wait for the sequencer.", examples=[0])]
    queue_max: int | None
    sessions_logged_on: Annotated[int | None, Field(description="FIX sessions.", examples=[4])]
    sessions_configured: Annotated[int | None, Field(examples=[16])]
    streams: Annotated[int, Field(description="WebSocket connections of this process.", examples=[3])]
    commit: Annotated[Latency | None, Field(description="Of a batch: written and synced.")]
    order_to_report: Annotated[Latency | None, Field(description="From a FIX order to its first report.")]
    apply: Annotated[Latency | None, Field(description="From a command's stamp in the venue to this replica.")]
    replicas: list[ReplicaBehind]


class InstrumentNow(BaseModel):
    """An instrument; change, volume and trades are of the last 24 hours. null: there is none."""

    symbol: Symbol
    state: StateWord
    last: Price | None
    change: Price | None
    change_percent: Annotated[float | None, Field(examples=[1.25])]
    bid: Price | None
    bid_quantity: Qty | None
    ask: Price | None
    ask_quantity: Qty | None
    spread: Price | None
    volume: Qty
    notional: Money
    trades: Annotated[int, Field(examples=[312])]
    trend: Annotated[Trend | None, Field(description="null in an update of the stream.")] = None


class Overview(BaseModel):
    """The venue, and its instruments in the order of listing.

    In an update of the stream: the venue if it was looked at anew, and those instruments that changed.
    """

    journal_seq: JournalSeq
    venue: VenueNow | None
    instruments: list[InstrumentNow]
