"""The log: one line for each thing that happened, which other programs can read."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from venue.errors import OperatorError
from venue.logs import start_log

BEGIN = "import logging, warnings; from venue.logs import *; log = logging.getLogger('venue.x')\n"


def logged(program: str) -> list[str]:
    """The lines on stderr of a program with a log of its own."""
    done = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def as_json(program: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged(program)]


def test_a_line_of_json_has_time_level_logger_position_and_event_in_this_order() -> None:
    """Then what the caller gave besides; arguments are filled in."""
    before = datetime.now(UTC)
    [line] = as_json(
        "start_log('info')\ntell_position(lambda: 42)\nlog.info('%s left', 'DEMO1', extra={'account': 'A'})"
    )
    told = datetime.fromisoformat(line.pop("time"))
    assert before <= told <= datetime.now(UTC)
    assert list(line.items()) == [
        ("level", "info"),
        ("logger", "venue.x"),
        ("journal_seq", 42),
        ("event", "DEMO1 left"),
        ("account", "A"),
    ]


def test_no_position_is_told_where_there_is_none() -> None:
    """Before there is an engine, and after it has gone."""
    lines = as_json(
        "start_log('info')\nlog.info('a')\ntell_position(lambda: 1)\nlog.info('b')\ntell_position(None)\nlog.info('c')"
    )
    assert [line.get("journal_seq") for line in lines] == [None, 1, None]


def test_an_error_is_one_line_with_its_traceback() -> None:
    """And without the values of variables: a token could be among them."""
    program = "token = 'secret'\ntry: 1 / 0\nexcept Exception as e: log.error('bad', exc_info=e)"
    [line] = as_json(f"start_log('info')\n{program}")
    assert "ZeroDivisionError: division by zero" in line["exception"]
    assert "'secret'" not in line["exception"]


def test_what_logs_each_request_gets_the_same_lines() -> None:
    """structlog's own loggers, which cost less: same fields, same order, same level."""
    by_library, by_structlog = as_json(
        "import structlog\nstart_log('info')\ntell_position(lambda: 5)\n"
        "log.info('request', extra={'status': 200})\n"
        "fast = structlog.get_logger('venue.x')\nfast.debug('unseen')\nfast.info('request', status=200)"
    )
    by_library.pop("time")
    by_structlog.pop("time")
    assert list(by_structlog.items()) == list(by_library.items())


def test_another_process_logs_as_this_one() -> None:
    """What was chosen here is handed on; before the log is started there is nothing to hand on."""
    assert logged("import sys\nprint(log_arguments(), file=sys.stderr)") == ["()"]
    [told] = logged("import sys\nstart_log('debug', 'console')\nprint(log_arguments(), file=sys.stderr)")
    assert told == "('--log-level', 'debug', '--log-format', 'console')"


def test_text_of_any_kind_can_be_logged() -> None:
    """Lines, quotes, and what is no UTF-8: one line all the same."""
    [line] = as_json("start_log('info')\nlog.info('a\\n\"b\" \\udcff')")
    assert line["event"] == 'a\n"b" \udcff'


def test_warnings_of_libraries_are_lines_of_the_log() -> None:
    """They come through the standard library as all else does."""
    [line] = as_json("start_log('info')\nwarnings.warn('old')")
    assert (line["level"], line["logger"]) == ("warning", "py.warnings")
    assert "UserWarning: old" in line["event"]


def test_below_the_level_nothing_is_written() -> None:
    """--log-level warning."""
    assert [line["event"] for line in as_json("start_log('warning')\nlog.info('a')\nlog.warning('b')")] == ["b"]


def test_the_console_is_for_people() -> None:
    """Time, level, text, who says it; no colours where there is no terminal."""
    [line] = logged("start_log('info', 'console')\ntell_position(lambda: 7)\nlog.info('hello')")
    assert "\x1b" not in line
    assert line.split()[1:4] == ["[info", "]", "hello"]
    assert line.endswith("[venue.x] journal_seq=7")


def test_a_file_takes_the_log_and_stderr_nothing(tmp_path: Path) -> None:
    """Of a demo, whose screen must not be torn."""
    file = tmp_path / "venue.log"
    assert logged(f"from pathlib import Path\nstart_log('info', 'json', Path({str(file)!r}))\nlog.info('a')") == []
    assert json.loads(file.read_text())["event"] == "a"


@pytest.mark.parametrize(
    ("level", "form", "text"),
    [
        ("loud", "json", "--log-level was 'loud': must be debug, info, warning, error"),
        ("info", "xml", "--log-format was 'xml': must be json, console"),
    ],
)
def test_a_level_or_format_that_is_none_is_refused(level: str, form: str, text: str) -> None:
    """With those that there are."""
    with pytest.raises(OperatorError) as refused:
        start_log(level, form)
    assert str(refused.value) == text
