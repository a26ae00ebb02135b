"""What is wrong with a value of a request, in the venue's words: what it must be, not what a library found."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from venue.config import NAME

DECIMAL: Final = r"^[0-9]{1,20}(\.[0-9]{1,20})?$"
DURATION: Final = r"^[0-9]{1,9}(\.[0-9]{1,9})?$"
RATE_PERCENT: Final = r"^-?[0-9]{1,2}(\.[0-9]{1,4})?$"
BAND_PERCENT: Final = r"^[0-9]{1,2}(\.[0-9]{1,2})?$"
CLIENT_ID: Final = r"^[!-~]{1,64}$"
LINE: Final = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
UTC_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$"

_PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NAME: "must be of letters, digits, '.', '_' and '-', 32 at most",
        rf"^$|{NAME}": "must be of letters, digits, '.', '_' and '-', 32 at most, or empty",
        DECIMAL: 'must be a decimal number such as "0.50", without sign or exponent',
        DURATION: 'must be seconds such as "60" or "0.5"',
        RATE_PERCENT: 'must be percent such as "0.10", with 4 decimals at most',
        BAND_PERCENT: 'must be percent such as "5", with 2 decimals at most',
        CLIENT_ID: "must be of printable ASCII without blanks, 64 characters at most",
        LINE: "must be a line of text",
        UTC_TIME: 'must be a UTC time such as "2026-12-31T17:00:00Z"',
    }
)
_MUST: Final[Mapping[str, str]] = MappingProxyType(  # pydantic's error types
    {
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "datetime_from_date_parsing": "must be a time such as 2026-11-24T09:30:00Z",
        "datetime_parsing": "must be a time such as 2026-11-24T09:30:00Z",
        "dict_type": "must be a JSON object",
        "extra_forbidden": "is nothing that can be given here",
        "greater_than_equal": "must be at least {ge}",
        "int_from_float": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "is too large",
        "int_type": "must be a whole number",
        "json_invalid": "must be JSON: {error}",
        "less_than_equal": "must be at most {le}",
        "list_type": "must be a list",
        "literal_error": "must be {expected}",
        "missing": "is required",
        "model_attributes_type": "must be a JSON object",
        "string_pattern_mismatch": "must fit {pattern}",
        "string_too_long": "must have at most {max_length} characters",
        "string_too_short": "must not be empty",
        "string_type": "must be a string, in quotes",
        "string_unicode": "must be Unicode text",
        "timezone_aware": "must say its time zone, as 2026-11-24T09:30:00Z does",
        "too_long": "must have at most {max_length} entries",
        "too_short": "must have {min_length} entries or more",
        "value_error": "{error}",
    }
)


def remedy_of(error: Mapping[str, Any]) -> str:
    """Of one of pydantic's errors."""
    context: Mapping[str, Any] = error.get("ctx", {})
    known = _PATTERNS.get(context.get("pattern", ""))
    if known is not None:
        return known
    must = _MUST.get(error["type"])
    return str(error["msg"]) if must is None else must.format_map(context)
