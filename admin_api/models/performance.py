"""How fast the venue is, and what it counts, as JSON."""

from typing import Annotated

from pydantic import BaseModel, Field

from admin_api.lags import ReplicaLag
from admin_api.models.values import JournalSeq, Time, time_text
from venue.vitals import LatencyFigures


class Latency(BaseModel):
    """Percentiles in microseconds over the last minute or two, exact to 1 % (HDR histogram)."""

    count: Annotated[int, Field(description="Samples the percentiles are of.", examples=[12000])]
    p50_us: Annotated[int, Field(examples=[310])]
    p95_us: Annotated[int, Field(examples=[620])]
    p99_us: Annotated[int, Field(examples=[1150])]
    max_us: Annotated[int, Field(examples=[8100])]


class GroupLatency(Latency):
    """Of the answers of one group of routes, from the request's head to the end of the answer."""

    group: Annotated[str, Field(examples=["orders"])]


class ReplicaBehind(BaseModel):
    """How far a replica is behind the venue."""

    name: Annotated[str, Field(examples=["admin_api"])]
    journal_seq: Annotated[int, Field(description="Applied there.", examples=[1506])]
    behind_commands: Annotated[int, Field(examples=[0])]
    behind_s: Annotated[float, Field(description="Since the venue was there, to the second.", examples=[0.0])]
    seen: Annotated[Time, Field(description="When it said so.")]


class Running(BaseModel):
    """What the venue says of itself once a second."""

    time: Time
    started: Time
    version: Annotated[str, Field(examples=["0.1.0"])]
    is_accepting: Annotated[bool, Field(description="Orders.")]
    commands: Annotated[int, Field(description="Journaled since it started.", examples=[120000])]
    batches: Annotated[int, Field(description="Commits since it started.", examples=[9000])]
    queue_length: Annotated[int, Field(description="Commands that wait for the sequencer.", examples=[0])]
    queue_max: Annotated[int, Field(description="At which senders have to wait.", examples=[10000])]


class Performance(BaseModel):
    """null: nothing was measured in the last minute or two, or the venue was not reached."""

    journal_seq: JournalSeq
    venue: Running | None
    commit: Annotated[Latency | None, Field(description="Of a batch: written and synced.")]
    order_to_report: Annotated[Latency | None, Field(description="From a FIX order to its first report.")]
    apply: Annotated[Latency | None, Field(description="From a command's stamp in the venue to this replica.")]
    rest: list[GroupLatency]
    replicas: list[ReplicaBehind]


class Sample(BaseModel):
    name: Annotated[str, Field(examples=["venue_orders_total"])]
    labels: Annotated[dict[str, str], Field(examples=[{"symbol": "BTC-USD"}])]
    value: Annotated[float, Field(examples=[12000])]


class MetricFamily(BaseModel):
    """A metric with all its samples."""

    name: Annotated[str, Field(examples=["venue_orders"])]
    documentation: Annotated[str, Field(examples=["Orders accepted."])]
    type: Annotated[str, Field(examples=["counter"])]
    samples: list[Sample]


class Metrics(BaseModel):
    """What /metrics tells Prometheus."""

    journal_seq: JournalSeq
    metrics: list[MetricFamily]


def latency_of(figures: LatencyFigures | None) -> Latency | None:
    return Latency(**_figures(figures)) if figures and figures.count else None


def group_latency(group: str, figures: LatencyFigures) -> GroupLatency:
    return GroupLatency(group=group, **_figures(figures))


def behind_of(lag: ReplicaLag) -> ReplicaBehind:
    return ReplicaBehind(
        name=lag.name,
        journal_seq=lag.journal_seq,
        behind_commands=lag.behind_commands,
        behind_s=lag.behind_s,
        seen=time_text(lag.seen_ns),
    )


def _figures(figures: LatencyFigures) -> dict[str, int]:
    return {
        "count": figures.count,
        "p50_us": figures.p50_us,
        "p95_us": figures.p95_us,
        "p99_us": figures.p99_us,
        "max_us": figures.max_us,
    }
