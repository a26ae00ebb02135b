"""What sessions log on with: made, kept, rotated and revoked."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.certificates import make_certificate
from venue import credentials
from venue.credentials import CREDENTIALS_FILE, HASHER, Credential, CredentialStore
from venue.errors import OperatorError


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def add_password(data: Path, session: str = "DESK", now_ns: int = 1) -> str:
    made, password = credentials.new_password(session, now_ns, "me", "why")
    credentials.add(data, made)
    return password


def names(data: Path, session: str = "DESK") -> list[tuple[str, str]]:
    return [(known.kind, known.name) for known in CredentialStore(data).in_force().get(session, ())]


def test_a_password_is_kept_as_its_hash_only(tmp_path: Path) -> None:
    """argon2id, in a file that only its owner may read; the password itself is nowhere in it."""
    password = add_password(tmp_path)
    file = tmp_path / CREDENTIALS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert password not in file.read_text()
    [known] = CredentialStore(tmp_path).in_force()["DESK"]
    assert known.verifier.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHER.verify(known.verifier, password)
    assert len(password) >= 43, "256 bits in Base64"


def test_no_two_passwords_are_the_same(tmp_path: Path) -> None:
    """Nor their hashes."""
    made = [credentials.new_password("DESK", 1, "me", "why") for _ in range(3)]
    assert len({password for _, password in made}) == len({known.verifier for known, _ in made}) == 3


def test_a_session_has_one_password_and_any_number_of_keys(tmp_path: Path) -> None:
    """A second password is refused, and the remedy named; a key belongs to one session."""
    add_password(tmp_path)
    with pytest.raises(OperatorError, match="DESK has the password DESK already: `venue session rotate`"):
        add_password(tmp_path)
    keys = [credentials.key_of("DESK", public_pem(Ed25519PrivateKey.generate()), 2, "me", "why") for _ in range(2)]
    for key in keys:
        credentials.add(tmp_path, key)
    with pytest.raises(OperatorError, match=f"DESK has the key {keys[0].name} already"):
        credentials.add(tmp_path, Credential("OTHER", "key", keys[0].name, keys[0].verifier, 3))
    assert names(tmp_path) == [("password", "DESK"), ("key", keys[0].name), ("key", keys[1].name)]


def test_rotation_replaces_all_of_a_kind_in_one_step(tmp_path: Path) -> None:
    """The old ones are kept as revoked, with who and why; other kinds stay. There must be one to replace."""
    password = add_password(tmp_path)
    key = credentials.key_of("DESK", public_pem(Ed25519PrivateKey.generate()), 2, "me", "why")
    with pytest.raises(OperatorError, match="DESK has no key in force: `venue session add` makes one"):
        credentials.rotate(tmp_path, key)
    credentials.add(tmp_path, key)
    made, renewed = credentials.new_password("DESK", 5, "you", "a leak")
    credentials.rotate(tmp_path, made)
    in_force = CredentialStore(tmp_path).in_force()["DESK"]
    assert in_force == (key, made)
    old = CredentialStore(tmp_path).listed()[0]
    assert (old.revoked_ns, old.revoked_by, old.revoked_why, old.is_replaced) == (5, "you", "a leak", True)
    assert HASHER.verify(old.verifier, password)
    assert renewed != password


def test_revoked_by_name_or_all_at_once(tmp_path: Path) -> None:
    """What is none in force is told; a name that was revoked may be given again."""
    add_password(tmp_path)
    key = credentials.key_of("DESK", public_pem(Ed25519PrivateKey.generate()), 2, "me", "why")
    credentials.add(tmp_path, key)
    add_password(tmp_path, "OTHER")
    assert [known.kind for known in credentials.revoke(tmp_path, "DESK", key.name, 3, "me", "gone")] == ["key"]
    with pytest.raises(OperatorError, match=f"DESK has no credential {key.name} in force"):
        credentials.revoke(tmp_path, "DESK", key.name, 3, "me", "gone")
    assert len(credentials.revoke(tmp_path, "DESK", "", 4, "me", "gone")) == 1
    with pytest.raises(OperatorError, match="DESK has no credentials in force: `venue session credentials`"):
        credentials.revoke(tmp_path, "DESK", "", 4, "me", "gone")
    assert (names(tmp_path), names(tmp_path, "OTHER")) == ([], [("password", "OTHER")])
    add_password(tmp_path)


def test_what_is_no_ed25519_key_or_certificate_is_refused(tmp_path: Path) -> None:
    """With the command that makes one."""
    other = generate_private_key(SECP256R1()).public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(OperatorError, match="no Ed25519 key: `openssl genpkey"):
        credentials.key_of("DESK", pem, 1, "me", "why")
    with pytest.raises(OperatorError, match="no public key in PEM: `openssl pkey"):
        credentials.key_of("DESK", b"hello", 1, "me", "why")
    with pytest.raises(OperatorError, match="no certificate in PEM"):
        credentials.certificate_of("DESK", pem, 1, "me", "why")
    right = make_certificate(tmp_path, "x").certificate.read_bytes()
    assert len(credentials.certificate_of("DESK", right, 1, "me", "why").name) == 64


def test_a_file_that_cannot_be_read_is_an_error_and_no_empty_list(tmp_path: Path) -> None:
    """Half of it, or none of our kind; a store that had read it before is no exception."""
    add_password(tmp_path)
    store = CredentialStore(tmp_path)
    assert store.in_force()
    for text in (b'{"credentials": [', b"[]", b'{"credentials": [{"session": 5}]}', b"\xff"):
        (tmp_path / CREDENTIALS_FILE).write_bytes(text)
        with pytest.raises(OperatorError, match="cannot be read, so no session may log on"):
            store.in_force()
    with pytest.raises(OperatorError):
        add_password(tmp_path, "OTHER")
    assert (tmp_path / CREDENTIALS_FILE).read_bytes() == b"\xff"


def test_the_same_object_is_told_until_the_file_changes(tmp_path: Path) -> None:
    """So whoever asks often can tell by identity."""
    store = CredentialStore(tmp_path)
    assert store.in_force() == {}
    add_password(tmp_path)
    first = store.in_force()
    assert store.in_force() is first
    add_password(tmp_path, "OTHER")
    assert store.in_force() is not first
    assert set(store.in_force()) == {"DESK", "OTHER"}
