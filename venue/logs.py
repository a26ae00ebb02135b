"""The log: a line for each thing that happened, with the journal_seq the process had reached.

    {"time": "2026-11-24T09:30:00.000000Z", "level": "warning", "logger": "venue.fix.gateway", "journal_seq": 1042,
     "event": "DEMO1 is logged out: too slow: too many reports wait to be sent"}

Modules log through the standard library (`extra={"account": …}` adds fields); structlog makes the lines. What logs
a line for each request asks structlog itself, `structlog.get_logger(__name__)`: 8 µs a line instead of 35.
Other programs read JSON, people the console's.
"""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from venue.errors import OperatorError

LEVELS: Final = ("debug", "info", "warning", "error")
FORMATS: Final = ("json", "console")

_FIRST: Final = ("time", "level", "logger", "journal_seq", "event")  # then the others as they were given


class _Position:
    """Where this process stands in the journal; nowhere before it has an engine."""

    journal_seq: Callable[[], int] | None = None


class _Started:
    """How the log of this process was started."""

    arguments: tuple[str, ...] = ()


def start_log(level: str, form: str = "", file: Path | None = None) -> None:
    """Write what this process logs to a file, or to stderr. `form` empty: console on a terminal, else JSON.

    Raises OperatorError when one of them is none that there is.
    """
    for name, value, allowed in (("--log-level", level, LEVELS), ("--log-format", form, ("", *FORMATS))):
        if value not in allowed:
            raise OperatorError(f"{name} was {value!r}: must be {', '.join(filter(None, allowed))}")
    is_terminal = file is None and sys.stderr.isatty()
    form = form or ("console" if is_terminal else "json")
    stream: TextIO = file.open("a", encoding="utf-8", errors="backslashreplace") if file else sys.stderr
    handler = logging.StreamHandler(stream)
    fields, last = _fields(), _last(form, is_terminal)
    handler.setFormatter(_formatter(fields, last))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*fields, *last],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda name="": _Writer(stream, name),
        cache_logger_on_first_use=True,
    )
    _Started.arguments = ("--log-level", level, "--log-format", form)


def log_arguments() -> tuple[str, ...]:
    """The options that start the log of another process as this one's was; none: it was not started."""
    return _Started.arguments


def tell_position(journal_seq: Callable[[], int] | None) -> None:
    """From now on each line carries what this returns; None: it carries none."""
    _Position.journal_seq = journal_seq


class _Writer(structlog.WriteLogger):
    """Where structlog's own loggers write; `name` is what structlog asks a logger for."""

    def __init__(self, stream: TextIO, name: str) -> None:
        super().__init__(stream)
        self.name: Final = name


def _fields() -> list[Processor]:
    return [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_position,
    ]


def _last(form: str, is_terminal: bool) -> list[Processor]:
    if form == "json":
        return [_in_order, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_encoded)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=is_terminal, exception_formatter=plain, timestamp_key="time")]


def _formatter(fields: list[Processor], last: list[Processor]) -> logging.Formatter:
    """The same lines for what comes through the standard library."""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        processors=[remove, *last], foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *fields]
    )


def _encoded(line: EventDict, **_: object) -> str:
    return _encode(line)


_encode: Final = json.JSONEncoder(default=str).encode  # of any text, also what is no UTF-8; made once


def _add_position(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if _Position.journal_seq is not None:
        line["journal_seq"] = _Position.journal_seq()
    return line


def _in_order(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    return {name: line[name] for name in _FIRST if name in line} | dict(line)
