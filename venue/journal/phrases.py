"""The small words of the journal's text: a field, a number, a time; what is empty says nothing."""

from datetime import UTC, datetime


def time_text(time_ns: int) -> str:
    """2026-11-23T21:00:00.123456789Z: exact, so that times can be compared with those of reports."""
    seconds, ns = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ns:09d}Z"


def until(time_ns: int) -> str:
    return f"until {time_text(time_ns)}" if time_ns else ""


def number(name: str, value: int) -> str:
    return f"{name}{value}" if value else ""


def field(name: str, value: str) -> str:
    text = plain(value)
    return f'{name}="{text}"' if " " in text else f"{name}={text}" if text else ""


def plain(text: str) -> str:
    """Without anything a terminal would obey."""
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
