"""UTCTimestamp and LocalMktDate as text, to and from integer nanoseconds since the epoch.

Source: FIX 4.4 volume 1, data types: YYYYMMDD-HH:MM:SS with optional milliseconds. We send
milliseconds (4.4 knows no finer) and read any number of digits up to nanoseconds.
"""

import functools
from datetime import UTC, datetime, timedelta
from typing import Final

SECOND_NS: Final = 1_000_000_000


@functools.lru_cache(maxsize=256)  # the commands of a batch share one time
def utc_text(time_ns: int) -> str:
    """20260131-23:59:59.123: cut to the millisecond, never rounded up into the future."""
    return f"{_second_text(time_ns // SECOND_NS)}.{time_ns // 1_000_000 % 1_000:03d}"


@functools.lru_cache(maxsize=256)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%d-%H:%M:%S")


def utc_ns(text: str) -> int:
    """Raises ValueError when the text is no UTCTimestamp. The leap second :60 counts as :59."""
    seconds, _, fraction = text.partition(".")
    if seconds.endswith(":60"):
        seconds = seconds[:-2] + "59"
    moment = datetime.strptime(seconds, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
    return int(moment.timestamp()) * SECOND_NS + (int(fraction[:9].ljust(9, "0")) if fraction else 0)


def end_of_date_ns(text: str, day_end_utc: str) -> int:
    """When the trading day ends that bears the date `text` (YYYYMMDD): at day_end_utc ("HH:MM") of that
    date, or at its last midnight when that is "00:00". Raises ValueError when the text is no date."""
    date = datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    hours, minutes = map(int, day_end_utc.split(":"))
    end = date + (timedelta(hours=hours, minutes=minutes) or timedelta(days=1))
    return int(end.timestamp()) * SECOND_NS
