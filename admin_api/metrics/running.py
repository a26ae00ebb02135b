"""How the venue runs: what it says of itself when it is asked once a second, and what is measured here.

When it does not answer, its own figures are left out: what it was does not stand for what it is.
"""

import time
from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client.metrics_core import Metric

from admin_api.metrics.families import SERIES_MAX, Samples, counter, gauge, one, summary
from admin_api.traffic import Traffic
from admin_api.view import View
from venue.messages import FixSessionStatus
from venue.vitals import LatencyFigures, Vitals


def families(view: View) -> Iterator[Metric]:
    vitals = view.recent_vitals
    yield from _venue(vitals)
    age_s = (time.time_ns() - view.vitals_ns) / 1e9 if view.vitals else None
    yield gauge("venue_vitals_age_seconds", "Since the venue last answered.", one(age_s))
    yield from _latencies(view, vitals)
    yield from _lags(view, vitals)
    yield from _sessions(vitals.fix_sessions if vitals else [])
    yield from _requests(view.traffic)
    yield gauge("venue_stream_connections", "WebSocket connections.", one(len(view.hub.streams)))
    yield gauge("venue_stream_subscriptions", "WebSocket subscriptions, by channel.", _subscribers(view))


class _Figure(NamedTuple):
    """Of a vital sign; is_count: it only grows while the venue runs."""

    name: str
    documentation: str
    field: str
    is_count: bool = False


_VITALS = (
    _Figure("venue_journal_seq", "Commands in the journal.", "journal_seq"),
    _Figure("venue_accepting_orders", "1 while the venue accepts orders.", "is_accepting"),
    _Figure("venue_commands", "Commands journaled since the venue started.", "commands", is_count=True),
    _Figure("venue_batches", "Commits since the venue started.", "batches", is_count=True),
    _Figure("venue_queue_commands", "Commands that wait for the sequencer.", "queue_len"),
    _Figure("venue_queue_commands_max", "At which senders have to wait.", "queue_max"),
)


def _venue(vitals: Vitals | None) -> Iterator[Metric]:
    for figure in _VITALS:
        value = None if vitals is None else float(getattr(vitals, figure.field))
        yield (counter if figure.is_count else gauge)(figure.name, figure.documentation, one(value))
    started = None if vitals is None else vitals.started_ns / 1e9
    yield gauge("venue_start_time_seconds", "When the venue started, since 1970.", one(started))


def _latencies(view: View, vitals: Vitals | None) -> Iterator[Metric]:
    commit, report = (vitals.commit_latency, vitals.report_latency) if vitals else (LatencyFigures(), LatencyFigures())
    yield summary("venue_commit_latency_seconds", "Of a batch: written and synced.", [({}, commit)])
    yield summary("venue_report_latency_seconds", "From a FIX order to its first report.", [({}, report)])
    apply = view.lags.apply.figures()
    yield summary("venue_apply_latency_seconds", "From a command's stamp to this replica.", [({}, apply)])


def _lags(view: View, vitals: Vitals | None) -> Iterator[Metric]:
    lags = view.lags.of(vitals) if vitals else []
    behind = [({"replica": lag.name}, lag.behind_commands) for lag in lags]
    yield gauge("venue_replica_lag_commands", "Commands a replica has not applied.", behind)
    behind_s = [({"replica": lag.name}, lag.behind_s) for lag in lags]
    yield gauge("venue_replica_lag_seconds", "How long ago the venue was there.", behind_s)


def _sessions(sessions: list[FixSessionStatus]) -> Iterator[Metric]:
    """The fullest outboxes are those told, when there are more than can be."""
    logged_on = sum(session.is_logged_on for session in sessions)
    yield gauge("venue_fix_sessions", "FIX sessions that may log on.", one(len(sessions)))
    yield gauge("venue_fix_sessions_logged_on", "FIX sessions logged on.", one(logged_on))
    told = sorted(sessions, key=lambda session: (-session.queue_len, session.comp_id))[:SERIES_MAX]
    is_on = [({"session": session.comp_id}, float(session.is_logged_on)) for session in told]
    yield gauge("venue_fix_session_logged_on", "1 while logged on.", is_on)
    waiting = [({"session": session.comp_id}, session.queue_len) for session in told]
    yield gauge("venue_fix_outbox_reports", "Reports that wait to be sent.", waiting)
    most = [({"session": session.comp_id}, session.queue_max) for session in told]
    yield gauge("venue_fix_outbox_reports_max", "At which the session is logged out.", most)
    yield counter("venue_fix_messages", "Application messages since the venue started.", _messages(told))


def _messages(sessions: list[FixSessionStatus]) -> Samples:
    for session in sessions:
        yield {"session": session.comp_id, "direction": "in"}, session.messages_in
        yield {"session": session.comp_id, "direction": "out"}, session.messages_out


def _requests(traffic: Traffic) -> Iterator[Metric]:
    asked = [
        ({"route": route, "status": str(status)}, count) for (route, status), count in sorted(traffic.requests.items())
    ]
    yield counter("venue_rest_requests", "REST requests answered.", asked)
    durations = sorted(traffic.durations.items())
    figures = [({"group": group}, duration.latencies.figures()) for group, duration in durations]
    family = summary("venue_rest_latency_seconds", "Of REST requests, by group of routes.", figures)
    for group, duration in durations:
        family.add_sample("venue_rest_latency_seconds_count", {"group": group}, duration.count)
        family.add_sample("venue_rest_latency_seconds_sum", {"group": group}, duration.total_s)
    yield family


def _subscribers(view: View) -> Samples:
    for channel, count in sorted(view.hub.subscribers().items()):
        yield {"channel": channel}, count
