"""API keys in the data folder: made, found, revoked, and by whom they can be read."""

import stat
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from venue.errors import OperatorError
from venue.keys import KEYS_FILE, KEYS_MAX, KeyStore, Role, add_key, revoke_key


def test_a_token_finds_its_key_and_no_other(tmp_path: Path) -> None:
    """Two keys, two tokens; what is no token finds nothing."""
    tokens = {name: add_key(tmp_path, name, role, 5) for name, role in ROLES.items()}
    store = KeyStore(tmp_path)
    for name, token in tokens.items():
        key = store.find(token)
        assert key is not None
        assert (key.name, key.role, key.created_ns, key.session) == (name, ROLES[name], 5, f"api.{name}")
    for wrong in ("", "x", tokens["bot"][:-1], tokens["bot"] + "x", tokens["bot"].upper(), "ü\ud800\0"):
        assert store.find(wrong) is None


ROLES: dict[str, Role] = {"eye": "viewer", "bot": "trader", "desk": "operator"}


def test_tokens_are_256_random_bits_and_never_the_same(tmp_path: Path) -> None:
    """43 letters of base64 behind a prefix that tells what it is."""
    tokens = {add_key(tmp_path, f"k{number}", "viewer", 1) for number in range(50)}
    assert len(tokens) == 50
    assert {(token[:6], len(token)) for token in tokens} == {("venue_", 6 + 43)}


def test_the_file_holds_hashes_and_is_for_its_owner_only(tmp_path: Path) -> None:
    """Who reads it cannot use it, and nobody else can read it."""
    token = add_key(tmp_path, "bot", "trader", 1)
    file = tmp_path / KEYS_FILE
    assert token not in file.read_text()
    assert sha256(token.encode()).hexdigest() in file.read_text()
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {
        KEYS_FILE: 0o600,
        f"{KEYS_FILE}.lock": 0o600,
    }


def test_a_store_sees_what_others_change(tmp_path: Path) -> None:
    """Made and revoked while it is open: it asks the file each time."""
    store = KeyStore(tmp_path)
    assert store.find("venue_x") is None
    token = add_key(tmp_path, "bot", "trader", 1)
    assert store.find(token) is not None
    revoke_key(tmp_path, "bot", 9)
    assert store.find(token) is None
    assert [(key.name, key.revoked_ns) for key in store.listed()] == [("bot", 9)]
    (tmp_path / KEYS_FILE).unlink()
    assert store.listed() == []


def test_the_name_of_a_revoked_key_can_be_given_again(tmp_path: Path) -> None:
    """The new token is another; the old one stays refused."""
    old = add_key(tmp_path, "bot", "trader", 1)
    revoke_key(tmp_path, "bot", 2)
    new = add_key(tmp_path, "bot", "viewer", 3)
    store = KeyStore(tmp_path)
    assert store.find(old) is None
    assert [(key.name, key.role, key.revoked_ns) for key in store.listed()] == [
        ("bot", "trader", 2),
        ("bot", "viewer", 0),
    ]
    assert store.find(new) == store.listed()[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "must be of letters"),
        ("a b", "must be of letters"),
        ("-a", "must be of letters"),
        ("a\n", "must be of letters"),
        ("n" * 29, "28 characters at most"),
        ("anonymous", "as which callers without a key trade"),
        ("bot", "there is a key bot already"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """With what is allowed; the file stays as it was."""
    add_key(tmp_path, "bot", "trader", 1)
    before = (tmp_path / KEYS_FILE).read_bytes()
    with pytest.raises(OperatorError, match=text):
        add_key(tmp_path, name, "viewer", 2)
    assert (tmp_path / KEYS_FILE).read_bytes() == before


def test_only_a_key_in_force_can_be_revoked(tmp_path: Path) -> None:
    """One that never was, and one that is revoked already."""
    add_key(tmp_path, "bot", "trader", 1)
    revoke_key(tmp_path, "bot", 2)
    for name in ("bot", "nobody"):
        with pytest.raises(OperatorError, match=f"there is no key {name} in force"):
            revoke_key(tmp_path, name, 3)
    assert [key.revoked_ns for key in KeyStore(tmp_path).listed()] == [2]


def test_keys_are_bounded(tmp_path: Path) -> None:
    """Each one in force is compared with at each request."""
    text = ",".join(f'{{"name":"k{n}","role":"viewer","token_sha256":"00","created_ns":1}}' for n in range(KEYS_MAX))
    (tmp_path / KEYS_FILE).write_text(f'{{"keys":[{text}]}}')
    with pytest.raises(OperatorError, match="there are 1000 keys already"):
        add_key(tmp_path, "one", "viewer", 1)


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b'{"keys":[{"name":"a"}]}', b"\xff\xfe", b'{"keys":null}'])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, octets: bytes) -> None:
    """An error that names it, also for who would write it anew; never an empty list."""
    token = add_key(tmp_path, "bot", "trader", 1)
    store = KeyStore(tmp_path)
    assert store.find(token) is not None
    (tmp_path / KEYS_FILE).write_bytes(octets)
    for refused in (lambda: store.find(token), lambda: store.find(token), store.listed):
        with pytest.raises(OperatorError, match=r"keys\.json cannot be read, so no key is accepted"):
            refused()
    with pytest.raises(OperatorError, match=r"keys\.json cannot be read"):
        add_key(tmp_path, "other", "viewer", 1)
    assert (tmp_path / KEYS_FILE).read_bytes() == octets


def test_keys_made_at_once_are_all_kept(tmp_path: Path) -> None:
    """One writer at a time: no key overwrites another's."""
    makers = [threading.Thread(target=add_key, args=(tmp_path, f"k{number}", "viewer", 1)) for number in range(20)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert {key.name for key in KeyStore(tmp_path).listed()} == {f"k{number}" for number in range(20)}


def test_what_a_writer_that_died_left_is_no_hindrance(tmp_path: Path) -> None:
    """A half-written file beside the real one is never read, and replaced."""
    token = add_key(tmp_path, "bot", "trader", 1)
    (tmp_path / f"{KEYS_FILE}.new").write_bytes(b'{"keys":[')
    assert KeyStore(tmp_path).find(token) is not None
    add_key(tmp_path, "other", "viewer", 2)
    assert len(KeyStore(tmp_path).listed()) == 2


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As an error for a person."""
    with pytest.raises(OperatorError, match=r"nowhere/keys\.json cannot be changed: No such file"):
        add_key(tmp_path / "nowhere", "bot", "trader", 1)
