"""The rules for a Logon(A), one row each: what they refuse, and that nothing else does."""

import base64
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from venue.credentials import HASHER, Credential, new_password
from venue.fix import admission
from venue.fix.admission import NOBODY, Asked, Refusal, Seat, address_of, is_proven, refusals, seat_of, used
from venue.fix.logon import Logon

NOW_NS = 1_700_000_000_000_000_000
S = 1_000_000_000
LOGON = Logon("DESK", "VENUE", 1, "1", "20231114-22:13:20.000", NOW_NS, 30, False)
CERTIFICATE = Credential("DESK", "certificate", "ab" * 32, "PEM", 1)
PASSWORD, SECRET = new_password("DESK", 1, "me", "test")
SEAT = Seat("DESK", (ip_network("10.1.0.0/16"),), reset_allowed=False, credentials=(PASSWORD,))


def asked(logon: dict[str, Any] | None = None, **changed: Any) -> Asked:
    terms = {"address": ip_address("10.1.2.3"), "now_ns": NOW_NS, "target": "VENUE", "last_ns": 0}
    return Asked(msgspec.structs.replace(LOGON, **(logon or {})), **(terms | changed))


RIGHT = [
    asked(),
    asked({"heartbeat_s": 5}),
    asked({"heartbeat_s": 60}),
    asked({"sending_time_ns": NOW_NS + 10 * S}),
    asked({"sending_time_ns": NOW_NS - 10 * S}),
    asked(last_ns=NOW_NS - 1),
    asked(certificate_sha256="cd" * 32),
]
WRONG = [
    (asked({"target": "OTHER"}), Refusal.TARGET),
    (asked(address=ip_address("10.2.0.1")), Refusal.ADDRESS),
    (asked(address=ip_address("::1")), Refusal.ADDRESS),
    (asked({"encrypt_method": "1"}), Refusal.ENCRYPTION),
    (asked({"heartbeat_s": 4}), Refusal.HEARTBEAT),
    (asked({"heartbeat_s": 61}), Refusal.HEARTBEAT),
    (asked({"sending_time_ns": NOW_NS + 10 * S + 1}), Refusal.CLOCK),
    (asked({"sending_time_ns": NOW_NS - 10 * S - 1}), Refusal.CLOCK),
    (asked({"resets": True}), Refusal.RESET),
    (asked(last_ns=NOW_NS), Refusal.REPLAY),
    (asked(last_ns=NOW_NS + 1), Refusal.REPLAY),
]


@pytest.mark.parametrize("case", RIGHT)
def test_what_keeps_every_rule_is_not_refused(case: Asked) -> None:
    """Each at the edge of its rule."""
    assert refusals(case, SEAT) == []


@pytest.mark.parametrize(("case", "refusal"), WRONG)
def test_each_rule_refuses_what_breaks_it_and_only_that(case: Asked, refusal: Refusal) -> None:
    """One step beyond the edge."""
    assert refusals(case, SEAT) == [refusal]


def test_every_rule_is_asked_whatever_the_others_say() -> None:
    """Nothing of the work depends on which is broken first; the audit is told the first of the table."""
    wrong = asked({"target": "X", "heartbeat_s": 1, "resets": True}, address=ip_address("::1"), last_ns=NOW_NS)
    expected = [Refusal.TARGET, Refusal.ADDRESS, Refusal.HEARTBEAT, Refusal.RESET, Refusal.REPLAY]
    assert refusals(wrong, SEAT) == expected


def test_a_comp_id_nobody_has_is_refused_by_the_same_rules() -> None:
    """It has a seat too: nobody's."""
    assert seat_of("GHOST", {"DESK": SEAT}) is NOBODY
    assert refusals(asked({"sender": "GHOST"}), NOBODY) == [Refusal.COMP_ID]


def test_a_pinned_certificate_is_asked_for() -> None:
    """Its SHA-256, among those the session has; another's, or none, is refused."""
    seat = msgspec.structs.replace(SEAT, credentials=(PASSWORD, CERTIFICATE))
    assert refusals(asked(certificate_sha256=CERTIFICATE.name), seat) == []
    assert refusals(asked(certificate_sha256="cd" * 32), seat) == [Refusal.CERTIFICATE]
    assert refusals(asked(), seat) == [Refusal.CERTIFICATE]


def test_where_nothing_is_proven_a_logon_of_tomorrow_shuts_nobody_out() -> None:
    """A session without credentials is not held to SendingTime(52): anybody could have sent a later one."""
    assert refusals(asked(last_ns=NOW_NS + 5 * S), Seat("DESK", is_open=True)) == []


KEY = Ed25519PrivateKey.generate()
RAW = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
OWN_KEY = Credential("DESK", "key", "k1", RAW, 1)
SIGNATURE = base64.b64encode(KEY.sign(LOGON.signed)).decode()
SEATS = {
    "password": SEAT,
    "key": Seat("DESK", credentials=(OWN_KEY,)),
    "both": Seat("DESK", credentials=(PASSWORD, OWN_KEY)),
    "certificate": Seat("DESK", credentials=(CERTIFICATE,)),
    "certificate and password": Seat("DESK", credentials=(CERTIFICATE, PASSWORD)),
    "open": Seat("DESK", is_open=True),
    "open, with a password": Seat("DESK", credentials=(PASSWORD,), is_open=True),
    "nobody": NOBODY,
}
BROUGHT: dict[str, dict[str, str]] = {
    "password": {"password": SECRET},
    "password and name": {"password": SECRET, "username": "DESK"},
    "password and another's name": {"password": SECRET, "username": "OTHER"},
    "wrong password": {"password": SECRET + "x"},
    "signature": {"raw_data": SIGNATURE, "username": "k1"},
    "signature of another key": {"raw_data": SIGNATURE, "username": "k2"},
    "no Base64": {"raw_data": "!" + SIGNATURE[1:], "username": "k1"},
    "wrong signature": {"raw_data": base64.b64encode(bytes(64)).decode(), "username": "k1"},
    "wrong signature, right password": {"raw_data": "AAAA", "username": "k1", "password": SECRET},
    "nothing": {},
}
PROVEN = {
    ("password", "password"), ("password", "password and name"), ("key", "signature"), ("both", "password"),
    ("both", "password and name"), ("both", "signature"), ("certificate", "nothing"),
    ("certificate and password", "password"), ("certificate and password", "password and name"),
    ("open", "nothing"), ("open, with a password", "password"), ("open, with a password", "password and name"),
}  # fmt: skip


@pytest.mark.parametrize("seat", SEATS)
@pytest.mark.parametrize("brought", BROUGHT)
def test_who_is_proven_by_what(seat: str, brought: str) -> None:
    """The whole table; of nobody nothing is ever proven."""
    logon = msgspec.structs.replace(LOGON, **BROUGHT[brought])
    assert is_proven(logon, SEATS[seat]) == ((seat, brought) in PROVEN)


def test_a_hash_is_verified_for_nobody_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """One verification whoever is named, so the time an answer takes tells nothing."""
    hashes: list[str] = []

    class Noting:
        def verify(self, hashed: str, password: str) -> bool:
            hashes.append(hashed)
            return HASHER.verify(hashed, password)

    monkeypatch.setattr(admission, "HASHER", Noting())
    logon = msgspec.structs.replace(LOGON, password="guess")
    assert [is_proven(logon, seat) for seat in (SEAT, NOBODY, SEATS["key"])] == [False] * 3
    assert hashes == [PASSWORD.verifier, admission.DUMMY_HASH, admission.DUMMY_HASH]
    assert not HASHER.check_needs_rehash(admission.DUMMY_HASH), "it costs what the others cost"


def test_what_a_logon_used_is_what_it_brought() -> None:
    """The revocation of another credential ends nobody's connection."""
    seat = Seat("DESK", credentials=(PASSWORD, OWN_KEY, CERTIFICATE))
    assert used(asked({"password": SECRET}), seat) == (PASSWORD,)
    signed = asked({"raw_data": SIGNATURE, "username": "k1"}, certificate_sha256=CERTIFICATE.name)
    assert used(signed, seat) == (OWN_KEY, CERTIFICATE)


def test_an_ipv4_address_told_by_a_socket_of_ipv6_is_itself() -> None:
    """::ffff:10.1.2.3 is in 10.1.0.0/16."""
    assert address_of("::ffff:10.1.2.3") == ip_address("10.1.2.3")
    assert address_of("fe80::1%eth0") == ip_address("fe80::1")
