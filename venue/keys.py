"""API keys: who may ask the admin API, with which role. Kept in `keys.json` in the data folder.

A token is 256 random bits, shown once when the key is made; the file holds its SHA-256 only. No salt and no
slow hash: they protect what a person could guess, and nobody guesses 256 random bits.

A key trades as the engine's session `api.NAME`, which says what accounts are its own. The name of a revoked key
may be given again, to the same session; there is one key of a name in force at most.

The file is replaced whole (written beside it, synced, renamed) by one writer at a time, and is of mode 0600. A
file that cannot be read lets nobody in: it is an error, never an empty list.
"""

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from venue import secret_file
from venue.config import API_SESSIONS, NAME
from venue.errors import OperatorError

KEYS_FILE: Final = "keys.json"
KEYS_MAX: Final = 1_000  # revoked ones counted
ANONYMOUS: Final = "anonymous"  # callers without a key trade as this one
TOKEN_PREFIX: Final = "venue_"  # tells people, and tools that look for lost secrets, what it is
_NAME_LEN_MAX: Final = 32 - len(API_SESSIONS)  # the session's name is a name too

Role: TypeAlias = Literal["viewer", "trader", "operator"]
ROLES: Final[tuple[Role, ...]] = ("viewer", "trader", "operator")


class Key(msgspec.Struct, frozen=True):
    """Times in nanoseconds since 1970, UTC; revoked_ns 0: in force."""

    name: str
    role: Role
    token_sha256: str  # hexadecimal
    created_ns: int
    revoked_ns: int = 0
    by: str = ""  # who made it, and why
    why: str = ""
    revoked_by: str = ""
    revoked_why: str = ""

    @property
    def session(self) -> str:
        return session_of(self.name)


class _KeysFile(msgspec.Struct, frozen=True):
    keys: list[Key]


_keys_of: Final = msgspec.json.Decoder(_KeysFile).decode


class KeyStore:
    """The keys of a data folder, as they stand in the file at each question."""

    def __init__(self, data: Path) -> None:
        self._file: Final = data / KEYS_FILE
        self._seen: secret_file.Version | None = None  # which file `_keys` were read from
        self._keys: list[Key] = []
        self._in_force: list[tuple[bytes, Key]] = []

    def find(self, token: str) -> Key | None:
        """The key in force that has this token.

        The time it takes does not tell how near a wrong token was. Raises OperatorError when the file cannot
        be read. Cost: a stat, and a comparison with each key in force.
        """
        self._read_if_changed()
        asked = _sha256_of(token).encode()
        found = None
        for known, key in self._in_force:
            if hmac.compare_digest(known, asked):
                found = key
        return found

    def listed(self) -> list[Key]:
        """All of them, revoked ones too, oldest first. Raises OperatorError when the file cannot be read."""
        self._read_if_changed()
        return list(self._keys)

    def _read_if_changed(self) -> None:
        seen = self._version_of_file()
        if seen is None:
            self._keys, self._in_force = [], []
        elif seen != self._seen:
            self._keys = _read(self._file)
            self._in_force = [(key.token_sha256.encode(), key) for key in self._keys if not key.revoked_ns]
        self._seen = seen

    def _version_of_file(self) -> secret_file.Version | None:
        try:
            return secret_file.version_of(self._file)
        except OSError as error:
            raise _unreadable(self._file, error) from error


def session_of(name: str) -> str:
    """The engine's session of a key of this name."""
    return API_SESSIONS + name


def require_addable(data: Path, name: str) -> None:
    """Raises OperatorError when add_key would."""
    _require_addable(name, KeyStore(data).listed())


def add_key(data: Path, name: str, role: Role, now_ns: int, by: str = "", why: str = "") -> str:
    """Make a key and return its token, which nobody can find out afterwards.

    Raises OperatorError when no key may have this name, or one in force has it, or the file cannot be written.
    """
    with _writing(data) as keys:
        _require_addable(name, keys)
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        keys.append(Key(name, role, _sha256_of(token), now_ns, by=by, why=why))
    return token


def revoke_key(data: Path, name: str, now_ns: int, by: str = "", why: str = "") -> Key:
    """Let the key of this name in no more, from the next request on. Raises OperatorError when there is none."""
    with _writing(data) as keys:
        for index, key in enumerate(keys):
            if key.name == name and not key.revoked_ns:
                keys[index] = msgspec.structs.replace(key, revoked_ns=now_ns, revoked_by=by, revoked_why=why)
                return keys[index]
        raise OperatorError(f"there is no key {name} in force: `venue key list` shows those there are")


def _require_addable(name: str, keys: list[Key]) -> None:
    if not re.fullmatch(NAME, name) or len(name) > _NAME_LEN_MAX:
        allowed = f"letters, digits, '.', '_' and '-', {_NAME_LEN_MAX} characters at most"
        raise OperatorError(f"the key's name was {name!r}: must be of {allowed}")
    if name == ANONYMOUS:
        raise OperatorError(f"the key's name was {name}, as which callers without a key trade: choose another")
    if any(key.name == name and not key.revoked_ns for key in keys):
        raise OperatorError(f"there is a key {name} already: revoke it first, or choose another name")
    if len(keys) >= KEYS_MAX:
        raise OperatorError(f"there are {KEYS_MAX} keys already, revoked ones counted: no more are kept")


@contextmanager
def _writing(data: Path) -> Iterator[list[Key]]:
    """The keys, to be changed; written back when the block ends without an error."""
    with secret_file.locked(data / KEYS_FILE):
        keys = KeyStore(data).listed()
        yield keys
        secret_file.replace(data / KEYS_FILE, msgspec.json.format(msgspec.json.encode(_KeysFile(keys))) + b"\n")


def _read(file: Path) -> list[Key]:
    try:
        return _keys_of(file.read_bytes()).keys
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> OperatorError:
    return OperatorError(f"{file} cannot be read, so no key is accepted: {error}")


def _sha256_of(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
