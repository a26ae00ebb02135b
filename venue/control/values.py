"""Decimals, percents and times, typed and shown: amounts are converted exactly, or refused with what is allowed, and
everything shown carries its unit."""

import re
import time
from typing import Final

from venue.config import NAME
from venue.errors import WrongValueError
from venue.increments import BAND_PERCENT, RATE_PERCENT, Increment, trimmed
from venue.messages import NO_LIMIT, UNITS_MAX
from venue.units import NONE

TEXT_MAX: Final = 200  # characters of why and by

_NS: Final = {"ms": 1_000_000, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9, "d": 86_400 * 10**9}


def percent_text(rate: int) -> str:
    """A fee rate: 0.10 %, -0.01 %, 0.1234 %."""
    return f"{trimmed(RATE_PERCENT.to_text(rate))} %"


def band_text(basis_points: int) -> str:
    return f"{trimmed(BAND_PERCENT.to_text(basis_points))} %" if basis_points else NONE


def duration_text(ns: int) -> str:
    """In the largest unit that makes it whole: 60 s, 250 ms."""
    for unit in ("h", "m", "s", "ms"):
        if ns and ns % _NS[unit] == 0 and (unit in ("s", "ms") or ns >= 2 * _NS[unit]):
            return f"{ns // _NS[unit]} {unit}"
    return f"{ns} ns" if ns else "0 s"


def units_of(what: str, text: str, increment: Increment) -> int:
    """An amount in its smallest units. Raises WrongValueError when it is none, negative or too large."""
    try:
        units = increment.to_units(text.replace(",", "").replace("_", ""))
    except ValueError as error:
        raise WrongValueError(what, text, str(error)) from None
    if not 0 <= units <= UNITS_MAX:
        raise WrongValueError(what, text, f"must be from 0 to {increment.to_text(UNITS_MAX)}")
    return units


def limit_of(what: str, text: str, increment: Increment) -> int:
    """As units_of; "none" is no limit."""
    return NO_LIMIT if text.lower() == NONE else units_of(what, text, increment)


def rate_of(what: str, text: str) -> int:
    """A fee rate typed in percent; negative is a rebate."""
    sign = -1 if text.startswith("-") else 1
    return sign * units_of(what, text.removeprefix("-").removesuffix("%"), RATE_PERCENT)


def band_of(what: str, text: str) -> int:
    """A band typed in percent, in basis points; "none" and 0 are none."""
    return 0 if text.lower() == NONE else units_of(what, text.removesuffix("%"), BAND_PERCENT)


def duration_of(what: str, text: str) -> int:
    """Nanoseconds of "60s", "250ms", "15m", "8h", "3d"; 0 needs no unit."""
    number = text.rstrip("msdh")
    unit = text[len(number) :]
    if text == "0":
        return 0
    try:
        return Increment(f"0.{'0' * 8}1").to_units(number) * _NS[unit] // 10**9
    except (KeyError, ValueError):
        raise WrongValueError(what, text, "must be like 250ms, 60s, 15m, 8h or 3d") from None


def until_ns(what: str, text: str) -> int:
    """When a time that begins now is over; "" is never (0)."""
    return time.time_ns() + duration_of(what, text) if text else 0


def require_name(what: str, name: str) -> str:
    """The name, or WrongValueError when FIX fields and tables cannot carry it."""
    if not re.fullmatch(NAME, name):
        raise WrongValueError(what, name, "must be of letters, digits, '.', '_' and '-', 32 characters at most")
    return name


def require_line(what: str, text: str) -> str:
    """The text without blanks around it, or WrongValueError when it is no line that says something."""
    line = text.strip()
    if not line or not line.isprintable() or len(line) > TEXT_MAX:
        raise WrongValueError(what, line, f"must be a line of text, {TEXT_MAX} characters at most")
    return line
