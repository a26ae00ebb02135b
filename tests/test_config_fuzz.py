"""Whatever stands in a configuration, the loader gives one or says what is wrong with it: nothing else escapes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.test_config import DEMO
from venue.errors import OperatorError
from venue.settings import load_config, parse_flags

LINES: Final = DEMO.read_text().splitlines()
KEYS: Final = sorted({line.split("=")[0].strip() for line in LINES if "=" in line and not line.startswith("#")})
ODD: Final = (
    '""', '" "', "0", "-1", "1e400", "nan", "inf", "-inf", "9" * 40, "0x10", "1_000", "true", "[]", "[[]]", "{}",
    '"\\u0000"', '"\\ud800"', "'''", "1979-05-27T07:32:00Z", "07:32:00", "[1, [2, [3]]]", '{ a = { b = { c = "d" } } }',
    '"0." + "1"', f'"{"9" * 500}"', '"1e-400"', '"NaN"', '"Infinity"', '"1E+999999"', '"٣"', '"²"', "[" * 200,
)  # fmt: skip


@pytest.fixture(scope="module")
def file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "venue.toml"


def assert_loaded_or_refused(file: Path, octets: bytes, flags: dict[str, str] | None = None) -> None:
    """A refusal says something; any other exception fails the test by itself."""
    file.write_bytes(octets)
    try:
        told = load_config(file, flags or {}).model_dump_json()
    except OperatorError as refused:
        told = str(refused)
    assert told.strip()


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"\x00")
@example(b"a = " + b"[" * 100_000)
@example(b"a = " + b"9" * 5_000)
def test_any_bytes(file: Path, octets: bytes) -> None:
    """Text of any encoding, and no text at all."""
    assert_loaded_or_refused(file, octets)


@settings(max_examples=200)
@given(st.data())
def test_near_misses_of_the_demo(file: Path, data: st.DataObject) -> None:
    """The demo's configuration with some lines lost, doubled, elsewhere, under another name or with another value."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, _, value = lines[at].partition("=")
        changes: tuple[list[str], ...] = (
            [],
            [lines[at], lines[at]],
            [data.draw(st.sampled_from(LINES))],
            [f"{data.draw(st.sampled_from(KEYS))} = {value}"],
            [f"{key} = {data.draw(st.sampled_from(ODD))}"],
            [f"{key} = {data.draw(st.text(max_size=20))!r}"],
            [lines[at][: data.draw(st.integers(0, len(lines[at])))]],
        )
        lines[at : at + 1] = data.draw(st.sampled_from(changes))
        lines = lines or [""]
    assert_loaded_or_refused(file, "\n".join(lines).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=20), st.sampled_from(ODD) | st.text(max_size=20)))
def test_any_flags(file: Path, given_flags: dict[str, str]) -> None:
    """--set with names and values of any kind, over the demo's configuration."""
    try:
        flags = parse_flags([f"{path}={value}" for path, value in given_flags.items()])
    except OperatorError:
        return
    assert_loaded_or_refused(file, DEMO.read_bytes(), flags)
