"""What a fresh clone needs: the lock file, the Makefile, the scripts of the set-up."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n +--hash.*)*)", LOCK, re.MULTILINE)


def plain(requirement: str) -> str:
    """The name of a requirement, as an index writes it."""
    return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-")


def test_every_dependency_is_locked() -> None:
    """What pyproject.toml asks for, for running and for developing, has a version in the lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {plain(requirement) for requirement in project["project"]["dependencies"]}
    asked |= {plain(requirement) for requirement in project["dependency-groups"]["dev"]}
    assert asked - {plain(name) for name, _, _ in ENTRIES} == set()


def test_every_locked_package_has_hashes_and_no_address() -> None:
    """pip then refuses anything else, and takes it from whatever registry the machine is set to."""
    assert len(ENTRIES) > 30
    assert [name for name, _, rest in ENTRIES if "--hash=sha256:" not in rest] == []
    assert re.findall(r"https?:|file:|--index-url|--extra-index|--find-links", LOCK) == []


def test_make_help_lists_every_target() -> None:
    """A target without a line in the help is one nobody finds."""
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    command = ["make", "--no-print-directory", "help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in told.splitlines()] == phony[1].split()


def test_a_machine_without_a_fit_python_is_told_the_remedy(tmp_path: Path) -> None:
    """An old Python in PATH does not do, and the sentence says what does."""
    for name in ("python3", "python3.12"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\nexit 1\n")
        old.chmod(0o755)
    found = subprocess.run(
        [ROOT / ".ci" / "find_python"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (1, "")
    assert "needs Python 3.11 or newer" in found.stderr
    assert "apt-get install python3" in found.stderr


def test_a_python_can_be_named(tmp_path: Path) -> None:
    """make setup PYTHON=… asks that one first."""
    mine = tmp_path / "mine"
    mine.write_text("#!/bin/sh\nexit 0\n")
    mine.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "PYTHON": str(mine)}
    found = subprocess.run([ROOT / ".ci" / "find_python"], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(mine)


def test_the_licence_is_apache() -> None:
    """As pyproject.toml declares."""
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
