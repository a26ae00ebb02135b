"""UTCTimestamp and LocalMktDate as text, and back."""

import pytest

from venue.fix.timestamps import end_of_date_ns, utc_ns, utc_text


def test_time_is_cut_to_the_millisecond() -> None:
    """A report never bears a time later than its command's."""
    assert utc_text(1_767_261_010_123_999_999) == "20260101-09:50:10.123"


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("20260101-09:50:10", 1_767_261_010_000_000_000),
        ("20260101-09:50:10.5", 1_767_261_010_500_000_000),
        ("20260101-09:50:10.123456789", 1_767_261_010_123_456_789),
        ("20260101-09:50:60", 1_767_261_059_000_000_000),
        ("19700101-00:00:00", 0),
    ],
)
def test_time_is_read_exactly(text: str, time_ns: int) -> None:
    """Any number of digits up to nanoseconds; a leap second is the second before it."""
    assert utc_ns(text) == time_ns


@pytest.mark.parametrize("text", ["20260101", "2026-01-01 09:50:10", "20260101-25:00:00", "20260101-09:50:10.x"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    """ValueError, which the caller turns into Reject(3) 373=6."""
    with pytest.raises(ValueError, match=r"."):
        utc_ns(text)


def test_date_ends_with_its_trading_day() -> None:
    """ExpireDate(432): at day_end_utc of that date, or at its last midnight when the day ends at 00:00."""
    assert end_of_date_ns("20260101", "21:00") == utc_ns("20260101-21:00:00")
    assert end_of_date_ns("20260101", "00:00") == utc_ns("20260102-00:00:00")
