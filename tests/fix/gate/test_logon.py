"""Logon(A) as the gate reads it and passes it on; the signature against Binance's published example."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tests.support.fix_message import SOH, seal_body
from venue.credentials import Credential, key_id
from venue.errors import PeerError
from venue.fix import framing
from venue.fix.admission import Seat, is_proven
from venue.fix.framing import Framer
from venue.fix.logon import read_logon, vouched

# developers.binance.com/docs/binance-spot-api-docs/fix-api, "How to sign Logon request": a key made for the example.
PRIVATE_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u
-----END PRIVATE KEY-----
"""
SIGNATURE = "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA=="
LOGON = (
    "8=FIX.4.4|9=247|35=A|34=1|49=EXAMPLE|52=20240627-11:17:25.223|56=SPOT|95=88|96=" + SIGNATURE + "|98=0|108=30|"
    "141=Y|553=sBRXrJx2DsOraMXOaUovEhgVRcjOvCtQwnWj8VxkOh1xqboS02SPGfKi2h8spZJb|25035=2|10=227|"
).replace("|", SOH)

BODY = "35=A|34=1|49=DESK|52=20240627-11:17:25.223|56=VENUE|98=0|108=30|"


def frame(body: str = BODY) -> bytes:
    return seal_body(body)


def key_of_the_example() -> Credential:
    private = load_pem_private_key(PRIVATE_KEY, None)
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    name = "sBRXrJx2DsOraMXOaUovEhgVRcjOvCtQwnWj8VxkOh1xqboS02SPGfKi2h8spZJb"
    assert key_id(raw) != name, "ours is of the key itself, Binance's is its API key"
    return Credential("EXAMPLE", "key", name, base64.b64encode(raw).decode(), 1)


def test_the_published_logon_is_read_and_its_signature_holds() -> None:
    """Known answer: Binance's own message, frame and all, is proven by the public half of its key."""
    [message] = Framer().feed(LOGON.encode())
    logon = read_logon(message)
    assert (logon.sender, logon.target, logon.msg_seq_num, logon.heartbeat_s) == ("EXAMPLE", "SPOT", 1, 30)
    assert (logon.resets, logon.raw_data, logon.sending_time_ns) == (True, SIGNATURE, 1_719_487_045_223_000_000)
    assert is_proven(logon, Seat("EXAMPLE", credentials=(key_of_the_example(),)))


@pytest.mark.parametrize(
    ("of", "to"),
    [("34=1", "34=2"), ("49=EXAMPLE", "49=EXAMPLF"), ("56=SPOT", "56=SPOU"), ("25.223", "25.224"), ("553=s", "553=t")],
)
def test_the_signature_holds_for_nothing_else(of: str, to: str) -> None:
    """Number, time, both CompIDs and the key's name: each is signed, or names another key."""
    logon = read_logon(LOGON.replace(of, to, 1).encode())
    assert not is_proven(logon, Seat("EXAMPLE", credentials=(key_of_the_example(),)))


def test_only_the_voucher_goes_on() -> None:
    """Username, Password, RawData and its length stay in the gate; all else goes on as it came, rightly framed, and the
    gate's own port with it."""
    secret = frame(BODY + "95=3|96=a=b|553=DESK|554=hunter2|8013=Y|")
    [passed] = Framer().feed(vouched(secret, 40_123, b"5ecre7"))
    assert passed == frame(BODY + "8013=Y|553=40123|554=5ecre7|")


def test_the_number_is_signed_as_it_was_written() -> None:
    """34=0001 is the number 1, and its signature is over the text."""
    logon = read_logon(frame(BODY.replace("34=1", "34=0001")))
    assert logon.msg_seq_num == 1
    assert logon.signed == SOH.join(("A", "DESK", "VENUE", "0001", "20240627-11:17:25.223")).encode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (BODY.replace("35=A", "35=0"), "no Logon"),
        (BODY.replace("34=1|", ""), "34 was missing"),
        (BODY.replace("34=1|", "34=0|"), "MsgSeqNum"),
        (BODY.replace("34=1|", "34=-1|"), "MsgSeqNum"),
        (BODY.replace("34=1|", "34=1234567890|"), "MsgSeqNum"),
        (BODY + "34=2|", "34 was doubled"),
        (BODY + "49=OTHER|", "49 was doubled"),
        (BODY.replace("49=DESK|", ""), "49 was missing"),
        (BODY.replace("108=30", "108=x"), "HeartBtInt"),
        (BODY.replace("108=30|", ""), "108 was missing"),
        (BODY.replace("20240627-11", "20240230-11"), "SendingTime"),
        (BODY.replace("20240627-11:17:25.223", "yesterday"), "SendingTime"),
        (BODY + "141=Q|", "ResetSeqNumFlag"),
        (BODY + "141=Y|141=N|", "141 was doubled"),
        (BODY + "554=|", "empty"),
        (BODY + "553=a|553=b|", "553 was doubled"),
    ],
)
def test_what_is_no_logon_is_refused(body: str, fault: str) -> None:
    """A field that is missing, doubled, empty or of no such value, each by name."""
    with pytest.raises(PeerError, match=fault):
        read_logon(frame(body))


@pytest.mark.parametrize("text", ["20240627-11:17:25", "20240627-11:17:25.223", "20240627-11:17:25.223456789"])
def test_times_may_have_up_to_nine_digits_of_a_second(text: str) -> None:
    """To the nanosecond."""
    logon = read_logon(frame(BODY.replace("20240627-11:17:25.223", text)))
    assert logon.sending_time_ns == 1_719_487_045_000_000_000 + int((text + ".").split(".")[1].ljust(9, "0"))
    assert framing.msg_type(frame()) == b"A"
