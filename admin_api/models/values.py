"""The kinds of values that requests and answers are made of, and the words for them."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AwareDatetime, BeforeValidator, Field

from admin_api.wording import CLIENT_ID, DECIMAL, LINE
from venue.config import NAME

Symbol: TypeAlias = Annotated[str, Field(description="An instrument.", min_length=1, max_length=32)]
AccountName: TypeAlias = Annotated[str, Field(pattern=NAME, description="An account.")]
Decimal: TypeAlias = Annotated[str, Field(pattern=DECIMAL, description="A decimal number as text, without exponent.")]
ClientId: TypeAlias = Annotated[str, Field(pattern=CLIENT_ID, description="Printable ASCII, no blanks.")]
Why: TypeAlias = Annotated[
    str,
    Field(
        min_length=1, max_length=200, pattern=LINE,
        description="For the record: what led to this.", examples=["wire of November 24"],
    ),
]  # fmt: skip

# Of answers.
Price: TypeAlias = Annotated[str, Field(description="In the quote currency.", examples=["45000.00"])]
Qty: TypeAlias = Annotated[str, Field(description="In the base currency.", examples=["1.00000"])]
Money: TypeAlias = Annotated[str, Field(description="An amount of the currency.", examples=["1250.75"])]
Percent: TypeAlias = Annotated[str, Field(description="In percent.", examples=["0.10"])]
Seconds: TypeAlias = Annotated[str, Field(description="In seconds.", examples=["60.00"])]
CurrencyName: TypeAlias = Annotated[str, Field(description="A currency.", examples=["USD"])]
Time: TypeAlias = Annotated[
    str, Field(description="UTC, to the nanosecond.", examples=["2026-11-24T09:30:00.182354194Z"])
]
JournalSeq: TypeAlias = Annotated[
    int, Field(description="The last command of the journal that is applied here.", examples=[1506])
]
StateWord: TypeAlias = Literal["open", "halted", "cancel_only", "post_only", "pre_open", "auction", "closed"]

_S_NS: Final = 1_000_000_000


def _written_out(text: object) -> object:
    """pydantic alone would take a number for seconds since 1970."""
    if isinstance(text, str) and not _DATE.match(text):
        raise ValueError("must be a time such as 2026-11-24T09:30:00Z")
    return text


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_written_out)]  # of requests
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


def moment_ns(moment: datetime) -> int:
    """Nanoseconds since 1970, before it: less than 0."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def word(text: str) -> str:
    """A word of venue/names.py as JSON has it: cancel_only."""
    return text.replace("-", "_")


def time_text(time_ns: int) -> str:
    """2026-11-24T01:24:59.182354194Z"""
    seconds, ns = divmod(time_ns, _S_NS)
    return f"{_second_text(seconds)}.{ns:09d}Z"


@lru_cache(256)  # what happens together is told together
def _second_text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def optional_time_text(time_ns: int) -> str | None:
    """None for 0, which stands for "not" inside."""
    return time_text(time_ns) if time_ns else None
