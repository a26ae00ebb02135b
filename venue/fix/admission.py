"""Who may log on: the rules for a Logon(A), as pure functions over a table of the sessions.

    Seat      what the venue knows of a CompID: where from, with what, whether it may reset its numbers
    Asked     a Logon, where it came from, and when
    RULES     each a refusal and what must hold, in the order in which they are told to the audit
    is_proven the one costly rule: a password or a signature

No socket, no clock and no file: what it takes from outside is in its arguments. Every rule is asked whatever the
others say, and one hash or signature is checked for a CompID that nobody has as for one that somebody has: how long an
answer takes tells nothing. Sources: FIX 4.4 volume 2; the signature is as Binance's FIX API has it.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias

import msgspec
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from venue.credentials import HASHER, Credential
from venue.fix.logon import Logon

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

HEARTBEAT_S_MIN: Final = 5
HEARTBEAT_S_MAX: Final = 60
CLOCK_NS_MAX: Final = 10_000_000_000  # as QuickFIX's MaxLatency behind
# Of a password that nobody has kept, and a key likewise: what is verified in place of what a session has not.
DUMMY_HASH: Final = "$argon2id$v=19$m=19456,t=2,p=1$j4nsjr1bOa5SoBCWWdKXag$pxU5bKMWp6JSEnT7ehVLs9ohYN6A7B0rxKV3j8caYrE"
DUMMY_KEY: Final = Ed25519PublicKey.from_public_bytes(base64.b64decode("S+wW26WyNplziUxvU8zlQhU+D57iKdAXc5YX5Q7rG3s="))


class Refusal(StrEnum):
    """Why a connection or a Logon is refused: a word for the audit and the figures, never told to the client."""

    GARBLED = "garbled"
    NO_LOGON = "no-logon"
    LATE = "late"
    CONNECTIONS = "too-many-connections"
    ATTEMPTS = "too-many-attempts"
    BACK_OFF = "back-off"
    ADDRESS = "address"
    TARGET = "target"
    COMP_ID = "unknown-comp-id"
    ENCRYPTION = "encrypt-method"
    HEARTBEAT = "heartbeat"
    CLOCK = "clock"
    REPLAY = "replay"
    RESET = "reset-not-allowed"
    CERTIFICATE = "certificate"
    CREDENTIALS = "credentials"
    TAKEN = "comp-id-in-use"
    GONE = "client-gone"


class Seat(msgspec.Struct, frozen=True):
    """`credentials` are those in force; `is_open`: without any, the CompID alone will do."""

    comp_id: str
    addresses: tuple[Network, ...] = ()
    reset_allowed: bool = False
    credentials: tuple[Credential, ...] = ()
    is_open: bool = False

    def of_kind(self, kind: str) -> list[Credential]:
        return [credential for credential in self.credentials if credential.kind == kind]


class Asked(msgspec.Struct, frozen=True):
    """`last_ns`: the highest SendingTime(52) that this CompID has logged on with, 0 before the first."""

    logon: Logon
    address: Address
    now_ns: int
    target: str  # our own CompID
    last_ns: int = 0
    certificate_sha256: str = ""  # of the TLS client; empty: it showed none


NOBODY: Final = Seat("")
Rule: TypeAlias = Callable[[Asked, Seat], bool]


def seat_of(comp_id: str, seats: Mapping[str, Seat]) -> Seat:
    return seats.get(comp_id, NOBODY)


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """None named: everywhere."""
    return not networks or any(address in network for network in networks)


def address_of(host: str) -> Address:
    """An IPv4 address that a socket of IPv6 tells as ::ffff:a.b.c.d is that IPv4 address."""
    if ":" not in host:
        return IPv4Address(host)
    address = IPv6Address(host.partition("%")[0])
    return address.ipv4_mapped or address


def _has_certificate(asked: Asked, seat: Seat) -> bool:
    pinned = [credential.name for credential in seat.of_kind("certificate")]
    return not pinned or asked.certificate_sha256 in pinned


def _is_later(asked: Asked, seat: Seat) -> bool:
    """Where nothing proves who sent it, a Logon that claims to be of tomorrow must not shut out its owner."""
    return not seat.credentials or asked.logon.sending_time_ns > asked.last_ns


RULES: Final[tuple[tuple[Refusal, Rule], ...]] = (
    (Refusal.TARGET, lambda asked, seat: asked.logon.target == asked.target),
    (Refusal.COMP_ID, lambda asked, seat: seat is not NOBODY),
    (Refusal.ADDRESS, lambda asked, seat: is_within(asked.address, seat.addresses)),
    (Refusal.ENCRYPTION, lambda asked, seat: asked.logon.encrypt_method == "0"),
    (Refusal.HEARTBEAT, lambda asked, seat: HEARTBEAT_S_MIN <= asked.logon.heartbeat_s <= HEARTBEAT_S_MAX),
    (Refusal.CLOCK, lambda asked, seat: abs(asked.logon.sending_time_ns - asked.now_ns) <= CLOCK_NS_MAX),
    (Refusal.RESET, lambda asked, seat: seat.reset_allowed or not asked.logon.resets),
    (Refusal.CERTIFICATE, _has_certificate),
    (Refusal.REPLAY, _is_later),
)


def refusals(asked: Asked, seat: Seat) -> list[Refusal]:
    """Every rule that does not hold, in their order; what proves who it is stands in `is_proven`."""
    return [refusal for refusal, holds in RULES if not holds(asked, seat)]


def used(asked: Asked, seat: Seat) -> tuple[Credential, ...]:
    """The credentials that the Logon brings; when one of them is revoked, whoever is logged on with it must leave."""
    logon = asked.logon
    brought = {("certificate", asked.certificate_sha256)}
    if logon.raw_data:
        brought.add(("key", logon.username))
    elif logon.password:
        brought.add(("password", seat.comp_id))
    return tuple([credential for credential in seat.credentials if (credential.kind, credential.name) in brought])


def is_proven(logon: Logon, seat: Seat) -> bool:
    """Whether the Logon proves that it is of the session.

    Cost: what it brings decides, not whose it is: one Ed25519 signature (0.1 ms) or one argon2id hash (20 ms), which
    belongs off the event loop.
    """
    if logon.raw_data:
        return _is_signed(logon, seat)
    if logon.password:
        return _has_password(logon, seat)
    if seat.of_kind("certificate"):  # which RULES have asked for
        return not seat.of_kind("key") and not seat.of_kind("password")
    return seat.is_open and not seat.credentials


def _has_password(logon: Logon, seat: Seat) -> bool:
    known = seat.of_kind("password")
    is_named = logon.username in ("", seat.comp_id)
    try:
        HASHER.verify(known[0].verifier if known else DUMMY_HASH, logon.password)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(known) and is_named


def _is_signed(logon: Logon, seat: Seat) -> bool:
    known = [key for key in seat.of_kind("key") if key.name == logon.username]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(known[0].verifier)) if known else DUMMY_KEY
    try:
        key.verify(base64.b64decode(logon.raw_data, validate=True), logon.signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return bool(known)
