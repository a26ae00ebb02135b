"""A running venue for the tests of each module, and a shell to type at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell, demo_venue


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder: Path = tmp_path_factory.mktemp("shell")
    venue = demo_venue(folder)
    venue.start()
    yield Shell(venue, folder / "home")
    venue.kill_if_running()
