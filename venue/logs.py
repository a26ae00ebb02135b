"""The log: a line for each thing that happened, with the journal_seq the process had reached.

    {"time": "2026-11-24T09:30:00.000000Z", "level": "warning", "logger": "venue.fix.gateway", "journal_seq": 1042,
     "event": "DEMO1 is logged out: too slow: too many reports wait to be sent"}

Modules log through the standard library (`extra={"account": …}` adds fields); structlog makes the lines. Other
programs read JSON, people the console's.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from venue.errors import OperatorError

LEVELS: Final = ("debug", "info", "warning", "error")
FORMATS: Final = ("json", "console")

_FIRST: Final = ("time", "level", "logger", "journal_seq", "event")  # then the others as they were given


class _Position:
    """Where this process stands in the journal; nowhere before it has an engine."""

    journal_seq: Callable[[], int] | None = None


def start_log(level: str, form: str = "", file: Path | None = None) -> None:
    """Write what this process logs to a file, or to stderr. `form` empty: console on a terminal, else JSON.

    Raises OperatorError when one of them is none that there is.
    """
    for name, value, allowed in (("--log-level", level, LEVELS), ("--log-format", form, ("", *FORMATS))):
        if value not in allowed:
            raise OperatorError(f"{name} was {value!r}: must be {', '.join(filter(None, allowed))}")
    is_terminal = file is None and sys.stderr.isatty()
    handler = logging.FileHandler(file) if file else logging.StreamHandler()
    handler.setFormatter(_formatter(form or ("console" if is_terminal else "json"), is_terminal))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    logging.captureWarnings(True)


def tell_position(journal_seq: Callable[[], int] | None) -> None:
    """From now on each line carries what this returns; None: it carries none."""
    _Position.journal_seq = journal_seq


def _formatter(form: str, is_terminal: bool) -> logging.Formatter:
    fields: list[Processor] = [
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_position,
    ]
    if form == "json":
        last: list[Processor] = [_in_order, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=is_terminal, exception_formatter=plain, timestamp_key="time")]
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(processors=[remove, *last], foreign_pre_chain=fields)


def _add_position(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if _Position.journal_seq is not None:
        line["journal_seq"] = _Position.journal_seq()
    return line


def _in_order(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    return {name: line[name] for name in _FIRST if name in line} | dict(line)
