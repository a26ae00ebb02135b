"""Settings of all tests, and their order: what takes longest begins first, or one worker ends long after the others."""

from typing import Final

import hypothesis
import pytest

LONGEST: Final = ("recovery", "dashboard", "chaos", "fuzz", "recorder", "cli", "bench", "admin_api", "engine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(item.config.rootpath / "tests").parts[0], len(rank)))


# A machine that is busy with something else makes an example slow, not wrong.
hypothesis.settings.register_profile("venue", deadline=None)
hypothesis.settings.load_profile("venue")
