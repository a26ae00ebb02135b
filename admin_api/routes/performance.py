"""How fast the venue is, and its figures for Prometheus."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from admin_api.metrics import registry_of
from admin_api.models.performance import (
    MetricFamily,
    Metrics,
    Performance,
    Running,
    Sample,
    behind_of,
    group_latency,
    latency_of,
)
from admin_api.models.values import time_text
from admin_api.view import Seen
from venue.vitals import Vitals

router = APIRouter(tags=["performance"])
root_router = APIRouter(tags=["performance"])  # of /metrics, where Prometheus looks for it


class PrometheusText(PlainTextResponse):
    media_type = CONTENT_TYPE_LATEST


@router.get("/performance")
async def get_performance(view: Seen) -> Performance:
    """Latencies of commits, orders, replicas and requests as p50, p95, p99 and maximum."""
    vitals = view.recent_vitals
    durations = [(group, duration.latencies.figures()) for group, duration in sorted(view.traffic.durations.items())]
    return Performance(
        journal_seq=view.engine.journal_seq,
        venue=_running(vitals) if vitals else None,
        commit=latency_of(vitals.commit_latency) if vitals else None,
        order_to_report=latency_of(vitals.report_latency) if vitals else None,
        apply=latency_of(view.lags.apply.figures()),
        rest=[group_latency(group, figures) for group, figures in durations if figures.count],
        replicas=[behind_of(lag) for lag in view.lags.of(vitals)] if vitals else [],
    )


@router.get("/metrics")
async def get_metrics(view: Seen) -> Metrics:
    """The figures that /metrics gives Prometheus, as JSON."""
    families = [
        MetricFamily(
            name=family.name,
            documentation=family.documentation,
            type=family.type,
            samples=[Sample(name=one.name, labels=one.labels, value=one.value) for one in family.samples],
        )
        for family in registry_of(view).collect()
    ]
    return Metrics(journal_seq=view.engine.journal_seq, metrics=families)


@root_router.get("/metrics", response_class=PrometheusText)
async def prometheus_metrics(view: Seen) -> PrometheusText:
    """The venue's figures in the text format of Prometheus."""
    return PrometheusText(generate_latest(registry_of(view)))


def _running(vitals: Vitals) -> Running:
    return Running(
        time=time_text(vitals.time_ns),
        started=time_text(vitals.started_ns),
        version=vitals.version,
        is_accepting=vitals.is_accepting,
        commands=vitals.commands,
        batches=vitals.batches,
        queue_length=vitals.queue_len,
        queue_max=vitals.queue_max,
    )
