"""What FIX sessions prove themselves with at the gate: `credentials.json` in the data folder.

    password      256 random bits, shown once; the file holds their argon2id hash
    key           an Ed25519 public key; its owner signs each Logon with the private one, which never comes here
    certificate   of a TLS client; a session that has one is let in with it only

A session has one password, and any number of keys and certificates, at most. The parameters of argon2id are the lesser
ones that OWASP names (19 MiB, two passes): nobody guesses 256 random bits, and each logon costs one hash.

The file is of mode 0600 and replaced whole. One that cannot be read lets nobody in: it is an error, never an empty
list. Source: RFC 9106; OWASP Password Storage Cheat Sheet.
"""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from venue import secret_file
from venue.errors import OperatorError

CREDENTIALS_FILE: Final = "credentials.json"
CREDENTIALS_MAX: Final = 10_000  # revoked ones counted
KEY_ID_CHARS: Final = 16
PASSWORD_PREFIX: Final = "fix_"  # tells people, and tools that look for lost secrets, what it is
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

Kind: TypeAlias = Literal["password", "key", "certificate"]


class Credential(msgspec.Struct, frozen=True):
    """`name`: of a password the session's, of a key its id, of a certificate its SHA-256: what is revoked by it.
    `verifier`: the hash; the 32 bytes of the public key in Base64; the certificate in PEM. Times in nanoseconds since
    1970, UTC; revoked_ns 0: in force."""

    session: str
    kind: Kind
    name: str
    verifier: str
    created_ns: int
    revoked_ns: int = 0
    by: str = ""  # who made it, and why
    why: str = ""
    revoked_by: str = ""
    revoked_why: str = ""
    is_replaced: bool = False  # revoked by a new one: who is logged on with it stays


class _CredentialsFile(msgspec.Struct, frozen=True):
    credentials: list[Credential]


_credentials_of: Final = msgspec.json.Decoder(_CredentialsFile).decode


class CredentialStore:
    """The credentials of a data folder, as they stand in the file at each question."""

    def __init__(self, data: Path) -> None:
        self._file: Final = data / CREDENTIALS_FILE
        self._seen: secret_file.Version | None = None
        self._credentials: list[Credential] = []
        self._in_force: dict[str, tuple[Credential, ...]] = {}

    def in_force(self) -> dict[str, tuple[Credential, ...]]:
        """By session; the same object as long as the file does not change. Raises OperatorError when it cannot be
        read. Cost: a stat."""
        self._read_if_changed()
        return self._in_force

    def listed(self) -> list[Credential]:
        """All of them, revoked ones too, oldest first. Raises OperatorError when the file cannot be read."""
        self._read_if_changed()
        return list(self._credentials)

    def _read_if_changed(self) -> None:
        try:
            seen = secret_file.version_of(self._file)
            if seen == self._seen:
                return
            self._credentials = _credentials_of(self._file.read_bytes()).credentials if seen else []
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise OperatorError(f"{self._file} cannot be read, so no session may log on: {error}") from error
        self._seen = seen
        self._in_force = {}
        for credential in self._credentials:
            if not credential.revoked_ns:
                self._in_force[credential.session] = (*self._in_force.get(credential.session, ()), credential)


# -- made of what operators have ----------------------------------------------------------------------------


def new_password(session: str, now_ns: int, by: str, why: str) -> tuple[Credential, str]:
    """The credential and the password, which nobody can find out afterwards."""
    password = PASSWORD_PREFIX + secrets.token_urlsafe(32)
    return Credential(session, "password", session, HASHER.hash(password), now_ns, by=by, why=why), password


def key_of(session: str, pem: bytes, now_ns: int, by: str, why: str) -> Credential:
    """Of an Ed25519 public key in PEM. Raises OperatorError when it is none."""
    remedy = "`openssl pkey -in private.pem -pubout -out public.pem` writes it"
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise OperatorError(f"--public-key was no public key in PEM: {remedy}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise OperatorError("--public-key was no Ed25519 key: `openssl genpkey -algorithm ed25519` makes one")
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Credential(session, "key", key_id(raw), base64.b64encode(raw).decode(), now_ns, by=by, why=why)


def key_id(raw: bytes) -> str:
    """What a client signs as, in Username(553): the beginning of its public key's SHA-256."""
    return sha256(raw).hexdigest()[:KEY_ID_CHARS]


def certificate_of(session: str, pem: bytes, now_ns: int, by: str, why: str) -> Credential:
    """Of a certificate in PEM. Raises OperatorError when it is none."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise OperatorError("--certificate was no certificate in PEM") from None
    fingerprint = sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
    text = certificate.public_bytes(Encoding.PEM).decode()
    return Credential(session, "certificate", fingerprint, text, now_ns, by=by, why=why)


# -- entered and revoked ------------------------------------------------------------------------------------


def add(data: Path, credential: Credential) -> None:
    """Raises OperatorError when the session has it already, or a password."""
    with _writing(data) as credentials:
        _add(credentials, credential)


def rotate(data: Path, credential: Credential) -> None:
    """Enter it instead of the session's others of its kind, in one step. Raises OperatorError when there are none."""
    with _writing(data) as credentials:
        old = [index for index, known in enumerate(credentials) if _is_of(known, credential.session, credential.kind)]
        if not old:
            raise OperatorError(
                f"{credential.session} has no {credential.kind} in force: `venue session add` makes one"
            )
        for index in old:
            old_one = _revoked(credentials[index], credential.created_ns, credential.by, credential.why)
            credentials[index] = msgspec.structs.replace(old_one, is_replaced=True)
        _add(credentials, credential)


def revoke(data: Path, session: str, name: str, now_ns: int, by: str, why: str) -> list[Credential]:
    """Let nobody in with the session's credential of this name, or any of it (name empty); returns those it had.

    Raises OperatorError when there is none in force."""
    with _writing(data) as credentials:
        ended = [
            index
            for index, known in enumerate(credentials)
            if not known.revoked_ns and known.session == session and name in ("", known.name)
        ]
        if not ended:
            what = f"no credential {name}" if name else "no credentials"
            raise OperatorError(f"{session} has {what} in force: `venue session credentials` shows those there are")
        for index in ended:
            credentials[index] = _revoked(credentials[index], now_ns, by, why)
        return [credentials[index] for index in ended]


def _is_of(known: Credential, session: str, kind: Kind) -> bool:
    return not known.revoked_ns and (known.session, known.kind) == (session, kind)


def _revoked(credential: Credential, now_ns: int, by: str, why: str) -> Credential:
    return msgspec.structs.replace(credential, revoked_ns=now_ns, revoked_by=by, revoked_why=why)


def _add(credentials: list[Credential], credential: Credential) -> None:
    for known in credentials:
        if not known.revoked_ns and (known.kind, known.name) == (credential.kind, credential.name):
            remedy = "`venue session rotate` gives it another one"
            raise OperatorError(f"{known.session} has the {known.kind} {known.name} already: {remedy}")
    if len(credentials) >= CREDENTIALS_MAX:
        raise OperatorError(f"there are {CREDENTIALS_MAX} credentials already, revoked ones counted: no more are kept")
    credentials.append(credential)


@contextmanager
def _writing(data: Path) -> Iterator[list[Credential]]:
    file = data / CREDENTIALS_FILE
    with secret_file.locked(file):
        credentials = CredentialStore(data).listed()
        yield credentials
        text = msgspec.json.format(msgspec.json.encode(_CredentialsFile(credentials)))
        secret_file.replace(file, text + b"\n")
