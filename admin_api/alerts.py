"""What an operator should look at now: one table of rules, looked at once a second.

Each rule finds subjects in what is known of the venue (its vitals, the lags, the engine's state, the disk, the jobs).
An alert stands from when its rule first found the subject until it does so no more. The rules for Prometheus,
config/alerts.yml, watch the same from outside, also when this process is gone.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from admin_api.models.values import time_text
from venue.messages import HALTED, OPEN, TradingState
from venue.names import SCOPES, STATES
from venue.vitals import Vitals

if TYPE_CHECKING:
    from admin_api.view import View

BEHIND_S: Final = 5.0  # a replica
SILENT_S: Final = 10.0
QUEUE_SHARE: Final = 0.5  # of what the sequencer's queue holds
SESSION_SHARE: Final = 0.2  # of what a session's queue holds, at which end it is logged out
COMMIT_P99_US: Final = 250_000
FREE_SHARE: Final = 0.05  # of the disk
FREE_BYTES: Final = 1 << 30

Severity: TypeAlias = Literal["critical", "warning", "info"]
Found: TypeAlias = Iterator[tuple[str, str]]  # what it is about, and how it is


class Rule(NamedTuple):
    name: str
    severity: Severity
    title: str
    find: Callable[["View", Vitals | None], Found]


class Alert(NamedTuple):
    rule: Rule
    subject: str
    detail: str
    since_ns: int


class AlertBoard:
    """The alerts that stand, the gravest first, then the newest."""

    def __init__(self) -> None:
        self._standing: dict[tuple[str, str], Alert] = {}

    def look(self, view: "View") -> None:
        now_ns, vitals = time.time_ns(), view.recent_vitals
        standing: dict[tuple[str, str], Alert] = {}
        for rule in RULES:
            for subject, detail in rule.find(view, vitals):
                key = rule.name, subject
                known = self._standing.get(key)
                standing[key] = Alert(rule, subject, detail, known.since_ns if known else now_ns)
        self._standing = standing

    def standing(self) -> list[Alert]:
        return sorted(self._standing.values(), key=lambda alert: (_GRAVITY[alert.rule.severity], -alert.since_ns))


# -- the rules -----------------------------------------------------------------------------------------------


def _unreachable(view: "View", vitals: Vitals | None) -> Found:
    if vitals is None:
        yield "", "it does not answer at its command port; nothing is known of it"


def _not_accepting(_view: "View", vitals: Vitals | None) -> Found:
    if vitals and not vitals.is_accepting:
        yield "", vitals.failure or "it is stopping"


def _verify_found(view: "View", _vitals: Vitals | None) -> Found:
    ended = next((job for job in view.verify_jobs.newest_first if job.state == "done"), None)
    if ended and ended.status:
        yield "", ended.lines[-1] if ended.lines else "see the verification"


def _journal_damaged(view: "View", _vitals: Vitals | None) -> Found:
    if view.damage:
        yield "", f"{view.damage}. What is told here begins behind it"


def _disk_low(view: "View", _vitals: Vitals | None) -> Found:
    disk = shutil.disk_usage(view.config.data)
    if disk.free < max(FREE_BYTES, FREE_SHARE * disk.total):
        yield "", f"{disk.free / (1 << 30):.1f} GiB of {disk.total / (1 << 30):.0f} GiB are free at the data folder"


def _queue_filling(_view: "View", vitals: Vitals | None) -> Found:
    if vitals and vitals.queue_len > QUEUE_SHARE * vitals.queue_max:
        yield "", f"{vitals.queue_len:,} commands wait, at {vitals.queue_max:,} senders have to wait"


def _session_filling(_view: "View", vitals: Vitals | None) -> Found:
    for session in vitals.fix_sessions if vitals else ():
        if session.queue_len > SESSION_SHARE * session.queue_max:
            yield session.comp_id, f"{session.queue_len:,} reports wait, at {session.queue_max:,} it is logged out"


def _replica_behind(view: "View", vitals: Vitals | None) -> Found:
    for lag in view.lags.of(vitals) if vitals else ():
        if lag.behind_s > BEHIND_S:
            yield lag.name, f"{lag.behind_commands:,} commands and {lag.behind_s:.0f} s behind the venue"


def _replica_silent(view: "View", vitals: Vitals | None) -> Found:
    """The recorder is expected where it is enabled; other replicas once they were heard of."""
    if vitals is None:
        return
    for lag in view.lags.of(vitals):
        silent_s = (vitals.time_ns - lag.seen_ns) / 1e9
        if silent_s > SILENT_S:
            yield lag.name, f"was not heard of for {silent_s:.0f} s"
    is_missing = all(position.name != _RECORDER for position in vitals.replicas)
    if view.config.recorder.enabled and is_missing and vitals.time_ns - vitals.started_ns > SILENT_S * 1e9:
        yield _RECORDER, "was never heard of: there is no history of what happens now"


_RECORDER: Final = "recorder"  # as it names itself, venue/recorder/lag.py


def _commit_slow(_view: "View", vitals: Vitals | None) -> Found:
    if vitals and vitals.commit_latency.p99_us > COMMIT_P99_US:
        yield "", f"one in a hundred commits takes {vitals.commit_latency.p99_us / 1e6:.2f} s or more"


def _kill_switch(view: "View", _vitals: Vitals | None) -> Found:
    for switch in view.engine.kill_switches():
        yield f"{SCOPES[switch.scope]} {switch.name}".strip(), f"engaged by {switch.by}: {switch.why}"


def _halted(view: "View", _vitals: Vitals | None) -> Found:
    for symbol, state, until_ns in _states(view):
        if state == HALTED:
            yield symbol, _until(until_ns)


def _not_open(view: "View", _vitals: Vitals | None) -> Found:
    for symbol, state, until_ns in _states(view):
        if state not in (OPEN, HALTED):
            yield symbol, f"{STATES[state]}, {_until(until_ns)}"


def _states(view: "View") -> Iterator[tuple[str, TradingState, int]]:
    """Symbol, state and until when; 0: until it is changed."""
    for symbol in view.market.symbols():
        timed = view.engine.timed_state(symbol)
        if timed is not None:
            yield symbol, timed[0], timed[1]


def _until(time_ns: int) -> str:
    return f"until {time_text(time_ns)}" if time_ns else "until an operator changes it"


def _job_failed(view: "View", _vitals: Vitals | None) -> Found:
    for what, jobs in (("snapshot", view.snapshot_jobs), ("verification", view.verify_jobs)):
        newest = next(iter(jobs.newest_first), None)
        if newest and newest.state == "failed":
            yield what, newest.lines[-1] if newest.lines else "it failed"


RULES: Final = (
    Rule("venue_unreachable", "critical", "The venue cannot be reached", _unreachable),
    Rule("venue_not_accepting", "critical", "The venue accepts no orders", _not_accepting),
    Rule("verify_differs", "critical", "What is kept differs from the journal", _verify_found),
    Rule("journal_damaged", "critical", "The journal is damaged", _journal_damaged),
    Rule("disk_low", "critical", "The disk is nearly full", _disk_low),
    Rule("queue_filling", "warning", "The sequencer's queue is filling", _queue_filling),
    Rule("session_queue_filling", "warning", "A session's queue is filling", _session_filling),
    Rule("replica_behind", "warning", "A replica is behind", _replica_behind),
    Rule("replica_silent", "warning", "A replica is silent", _replica_silent),
    Rule("commit_slow", "warning", "Commits are slow", _commit_slow),
    Rule("kill_switch_engaged", "warning", "A kill switch is engaged", _kill_switch),
    Rule("instrument_halted", "warning", "An instrument is halted", _halted),
    Rule("job_failed", "warning", "A job failed", _job_failed),
    Rule("instrument_not_open", "info", "An instrument is not open", _not_open),
)
_GRAVITY: Final[dict[Severity, int]] = {"critical": 0, "warning": 1, "info": 2}
