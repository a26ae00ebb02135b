"""The reader of tests/scenarios/*.txt: what is asked on the left, what must be reported on the right.

    A.1.a  A resting order is filled in parts
        maker enter X buy 10000 @ 10.00   | maker New/New X 10000/0/10000
        taker enter S sell 2000 @ 10.00   | taker New/New S 2000/0/2000
                                          | taker Trade/Filled S 2000/2000/0 2000@10.00 avg 10.00
                                          | maker Trade/PartiallyFilled X 10000/2000/8000 2000@10.00 avg 10.00

A scenario starts with its id and title at the margin; `#` starts a comment. On the left stand the actor,
a verb, the ClOrdID ("Y,X": ClOrdID Y, OrigClOrdID X) and the terms. On the right stand the actor, ExecType/
OrdStatus in words, the ids, OrderQty/CumQty/LeavesQty, LastQty@LastPx, "avg" AvgPx, other fields as
name=value, and in quotes what Text must contain. What a report does not name, it must not have.

The reports beside and below a command are all that come until the next command with a right side; a
command without one is sent without waiting, so the next follows it at once. `-` says: no report.

This module knows the text only; how a command is sent (FIX, or straight to an engine) is the player's.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

FOLDER: Final = Path(__file__).parents[1] / "scenarios"
_HEADING: Final = re.compile(r"(\S+)\s+(\S.*)")


class Command(msgspec.Struct, frozen=True):
    """`terms` are the words after the ids: ["buy", "10000", "@", "10.00", "ioc"]."""

    actor: str
    verb: str
    cl_ord_id: str
    orig_cl_ord_id: str
    terms: tuple[str, ...]
    line: int


class Report(msgspec.Struct, frozen=True):
    """`kind` is "New/New" or the name of another message; `qtys` is (OrderQty, CumQty, LeavesQty)."""

    actor: str
    kind: str
    cl_ord_id: str
    orig_cl_ord_id: str
    qtys: tuple[str, str, str] | None
    last: tuple[str, str] | None  # LastQty, LastPx
    avg_px: str
    fields: dict[str, str]
    text: str | None
    line: int


class Step(msgspec.Struct):
    """One command and what must be reported before the next one; not `waits`: the next follows at once."""

    command: Command
    reports: list[Report]
    waits: bool


class Scenario(msgspec.Struct):
    name: str
    title: str
    steps: list[Step]

    def __str__(self) -> str:
        return self.name


def read_scenarios(*file_names: str) -> list[Scenario]:
    """The scenarios of the named files in tests/scenarios, in their order."""
    return [scenario for name in file_names for scenario in parse(FOLDER.joinpath(name).read_text(), name)]


def parse(text: str, file_name: str = "") -> Iterator[Scenario]:
    """Raises ValueError that names the line which cannot be read."""
    scenario: Scenario | None = None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split(" #")[0].rstrip()
        if not line or line.startswith("#"):
            continue
        try:
            if not line[0].isspace() and not line.startswith("|"):
                if scenario:
                    yield scenario
                scenario = Scenario(*_heading(line), steps=[])
            elif scenario is None:
                raise ValueError("no scenario was begun")
            else:
                _add_line(scenario, line, number)
        except ValueError as error:
            raise ValueError(f"{file_name}:{number}: {error}: {line.strip()}") from None
    if scenario:
        yield scenario


def _heading(line: str) -> tuple[str, str]:
    heading = _HEADING.fullmatch(line)
    if heading is None:
        raise ValueError("a scenario needs an id and a title")
    return heading[1], heading[2]


def _add_line(scenario: Scenario, line: str, number: int) -> None:
    left, bar, right = line.partition("|")
    if words := left.split():
        scenario.steps.append(Step(_command(words, number), [], waits=False))
    if not bar:
        return
    if not scenario.steps:
        raise ValueError("a report before any command")
    step = scenario.steps[-1]
    step.waits = True
    if right.strip() != "-":
        step.reports.append(_report(right, number))


def _command(words: list[str], number: int) -> Command:
    actor, verb, *rest = words
    ids, *terms = rest or [""]
    cl_ord_id, _, orig_cl_ord_id = ids.partition(",")
    return Command(actor, verb, cl_ord_id, orig_cl_ord_id, tuple(terms), number)


def _report(right: str, number: int) -> Report:
    actor, kind, *words = shlex.split(right, posix=False)
    ids = ("", "")
    qtys: tuple[str, str, str] | None = None
    last: tuple[str, str] | None = None
    avg_px = ""
    text: str | None = None
    fields: dict[str, str] = {}
    remaining = iter(words)
    for word in remaining:
        if word.startswith('"'):
            text = word.strip('"')
        elif word == "avg":
            avg_px = next(remaining)
        elif "=" in word:
            name, _, value = word.partition("=")
            fields[name] = value
        elif "@" in word:
            qty, _, price = word.partition("@")
            last = (qty, price)
        elif word.count("/") == 2:
            order_qty, cum_qty, leaves_qty = word.split("/")
            qtys = (order_qty, cum_qty, leaves_qty)
        elif ids == ("", ""):
            cl_ord_id, _, orig_cl_ord_id = word.partition(",")
            ids = (cl_ord_id, orig_cl_ord_id)
        else:
            raise ValueError(f"{word!r} is no part of a report")
    return Report(actor, kind, *ids, qtys, last, avg_px, fields, text, number)
