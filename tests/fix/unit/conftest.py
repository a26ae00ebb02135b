"""What the tests of the gateway share."""

from itertools import count

import pytest

_numbers = count(1)


@pytest.fixture
def comp_id() -> str:
    """QuickFIX keeps one list of sessions per process: no test uses another's."""
    return f"UNIT{next(_numbers)}"
