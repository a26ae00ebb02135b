"""What is wrong with a value is told in the venue's words, for every kind of value that requests have."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from admin_api.models.controls import BandPercent, Duration, RatePercent
from admin_api.models.orders import ExpireTime
from admin_api.models.values import AccountName, ClientId, Decimal, Moment, Why
from admin_api.wording import remedy_of


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: AccountName = "MAKER"
    amount: Decimal = "1"
    band: BandPercent = "5"
    count: Annotated[int, Field(ge=1, le=5)] = 1
    engaged: bool = True
    expire_time: ExpireTime = "2026-12-31T17:00:00Z"
    expires: AwareDatetime | None = None
    id: ClientId = "a"
    names: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    rate: RatePercent = "0.10"
    side: Literal["buy", "sell"] = "buy"
    since: Moment | None = None
    why: Why = "asked"
    window: Duration = "5"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("account", "a b", "must be of letters, digits, '.', '_' and '-', 32 at most"),
        ("amount", "1e3", 'must be a decimal number such as "0.50", without sign or exponent'),
        ("amount", 1, "must be a string, in quotes"),
        ("band", "-1", 'must be percent such as "5", with 2 decimals at most'),
        ("count", "x", "must be a whole number"),
        ("count", 1.5, "must be a whole number"),
        ("count", None, "must be a whole number"),
        ("count", "9" * 5_000, "is too large"),
        ("count", 0, "must be at least 1"),
        ("count", 6, "must be at most 5"),
        ("engaged", "perhaps", "must be true or false"),
        ("engaged", None, "must be true or false"),
        ("expire_time", "tomorrow", 'must be a UTC time such as "2026-12-31T17:00:00Z"'),
        ("expires", "tomorrow at nine", "must be a time such as 2026-11-24T09:30:00Z"),
        ("expires", "2026-11-24T09:30:00", "must say its time zone, as 2026-11-24T09:30:00Z does"),
        ("id", "two words", "must be of printable ASCII without blanks, 64 characters at most"),
        ("names", "a", "must be a list"),
        ("names", [], "must have 1 entries or more"),
        ("names", ["a", "b", "c"], "must have at most 2 entries"),
        ("rate", "1.00001", 'must be percent such as "0.10", with 4 decimals at most'),
        ("side", "hold", "must be 'buy' or 'sell'"),
        ("since", "1795483320", "must be a time such as 2026-11-24T09:30:00Z"),
        ("why", "", "must not be empty"),
        ("why", "two\nlines", "must be a line of text"),
        ("why", "x" * 201, "must have at most 200 characters"),
        ("window", "5s", 'must be seconds such as "60" or "0.5"'),
        ("mistyped", 1, "is nothing that can be given here"),
    ],
)
def test_a_wrong_value_is_told_what_it_must_be(field: str, value: object, remedy: str) -> None:
    """One sentence that goes on from "field was value:"."""
    with pytest.raises(ValidationError) as raised:
        _Request.model_validate({field: value})
    assert [remedy_of(dict(error)) for error in raised.value.errors()] == [remedy]


def test_what_has_no_words_of_ours_is_told_in_those_of_the_library() -> None:
    """No kind of error is left without a remedy."""
    error: dict[str, Any] = {"type": "of_the_next_version", "msg": "Input should be better"}
    assert remedy_of(error) == "Input should be better"
