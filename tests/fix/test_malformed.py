"""Malformed, out-of-order, half-sent and oversized input: the venue lives, its books stay as they were.

Each attack comes over a raw socket with a CompID of its own. Afterwards the same process must still
trade for somebody else, hold exactly the orders it held before, and take the attacker's next logon.

What a bare QuickFIX acceptor does not survive needs the gate in front of it and is tested with the
gate, not here (QuickFIX 1.16.0, by a peer that only knows two CompIDs):

    a length of a data field that is longer than the message       the process ends, before any logon
    a first message that is malformed, SequenceReset before Logon  the session is locked out or ended
    a refused Logon with ResetSeqNumFlag(141)=Y                    numbers and messages are wiped all the same
    a low MsgSeqNum(34) followed by SequenceReset(4)               the process aborts
    an endless frame                                               is buffered without limit
    a connection that never says a word                            holds a thread until LogonTimeout
    a ResendRequest(2) over everything, again and again            is served each time
"""

import itertools
import random
from collections.abc import Callable
from typing import Final

import pytest

from tests.fix.test_session_cases import order
from tests.support.fix_message import SOH, frame, seal_body, tag_of, utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_config import INSTRUMENTS, symbols
from tests.support.venue_process import VenueProcess

Attack = Callable[[RawClient, str], None]

MEGABYTE: Final = 1 << 20


# -- before a logon --------------------------------------------------------------------------------------


def nothing_at_all(client: RawClient, symbol: str) -> None:
    """A connection that is closed at once."""
    client.connect()


def binary_junk(client: RawClient, symbol: str) -> None:
    """64 KiB of random bytes."""
    client.connect()
    client.send_bytes(random.Random(7).randbytes(65536))


def another_protocol(client: RawClient, symbol: str) -> None:
    """A web browser that got the port wrong."""
    client.connect()
    client.send_bytes(b"GET / HTTP/1.1\r\nHost: venue\r\n\r\n")


def half_a_logon(client: RawClient, symbol: str) -> None:
    """The first half of a Logon(A), then the end of the connection."""
    client.connect()
    logon = client.message("A", EncryptMethod="0", HeartBtInt="30")
    client.send_bytes(logon[: len(logon) // 2])


def order_before_logon(client: RawClient, symbol: str) -> None:
    """A complete, correct order as the first message."""
    client.connect()
    client.send("D", **order(symbol))
    client.expect_closed()


def logon_for_somebody_unknown(client: RawClient, symbol: str) -> None:
    """A Logon(A) with a SenderCompID(49) and a TargetCompID(56) nobody has."""
    client.connect()
    client.send("A", SenderCompID="NOBODY", TargetCompID="NOWHERE", EncryptMethod="0", HeartBtInt="30")
    client.expect_closed()


def a_hundred_connections(client: RawClient, symbol: str) -> None:
    """A hundred connections that send half a logon each and vanish."""
    for _ in range(100):
        half_a_logon(client, symbol)


# -- within a session: frames ----------------------------------------------------------------------------


def body_length_short(client: RawClient, symbol: str) -> None:
    """BodyLength(9) less than the body, and a correct message behind it."""
    client.log_on()
    client.send("D", **order(symbol), BodyLength="12")
    client.expect_resend_request()


def body_length_no_number(client: RawClient, symbol: str) -> None:
    """BodyLength(9) that is not a number."""
    client.log_on()
    client.send("D", **order(symbol), BodyLength="many")


def body_length_negative(client: RawClient, symbol: str) -> None:
    """BodyLength(9) below zero."""
    client.log_on()
    client.send("D", **order(symbol), BodyLength="-20")


def body_length_huge(client: RawClient, symbol: str) -> None:
    """BodyLength(9) that promises more than ever comes."""
    client.log_on()
    client.send("D", **order(symbol), BodyLength="999999999")


def checksum_wrong(client: RawClient, symbol: str) -> None:
    """A CheckSum(10) that no message can have."""
    client.log_on()
    client.send_bytes(client.message("D", **order(symbol))[:-4] + b"999\x01")
    client.expect_resend_request()


def separator_missing(client: RawClient, symbol: str) -> None:
    """Two fields run into one another: Price(44) loses the SOH before it."""
    client.log_on()
    text = "".join(f"{tag}={value}{SOH}" for tag, value in client.fields("D", **order(symbol)))
    body = text.replace(f"{SOH}44=", "44=")
    client.send_bytes(seal_body(body))
    client.expect("3", SessionRejectReason="6", RefTagID="38")


def fields_without_equals(client: RawClient, symbol: str) -> None:
    """A field that is only a tag, and one that is only a value."""
    client.log_on()
    fields = "".join(f"{tag}={value}{SOH}" for tag, value in client.fields("0"))
    client.send_bytes(seal_body(f"{fields}11|"))
    client.send_bytes(seal_body(f"{fields}=11|"))


def junk_between_messages(client: RawClient, symbol: str) -> None:
    """Random bytes between two good messages: the good ones are found."""
    client.log_on()
    client.send_bytes(random.Random(11).randbytes(1000).replace(b"8=", b"__"))
    client.expect_quiet()


def half_an_order(client: RawClient, symbol: str) -> None:
    """An order that stops in its middle, then the end of the connection."""
    client.log_on()
    message = client.message("D", **order(symbol))
    client.send_bytes(message[: len(message) // 2])


def fields_in_reverse(client: RawClient, symbol: str) -> None:
    """Header behind body."""
    client.log_on()
    msg_type, *fields = client.fields("D", **order(symbol))
    client.send_bytes(frame([msg_type, *reversed(fields)]))
    client.expect("3", SessionRejectReason="14")
    client.expect_quiet()


# -- within a session: values ----------------------------------------------------------------------------


def ten_megabytes_of_text(client: RawClient, symbol: str) -> None:
    """A ClOrdID(11) of 10 MB is a value the venue does not support, and the session goes on."""
    client.log_on()
    client.send("D", **order(symbol, "A" * (10 * MEGABYTE)))
    client.expect("3", RefTagID="11", SessionRejectReason="5")
    client.expect_quiet()


def huge_numbers(client: RawClient, symbol: str) -> None:
    """Quantities and prices of up to 5000 digits are refused, one by one."""
    client.log_on()
    for value in ("9" * 16, "9" * 21, "9" * 400, "9" * 5000, "0." + "0" * 5000 + "1", "-" + "9" * 30):
        for field in ("OrderQty", "Price"):
            client.send("D", **order(symbol) | {field: value})
            refused = client.receive()
            assert refused is not None
            assert (refused.msg_type, refused.get("OrdStatus")) in (("8", "8"), ("3", None)), client.told()
    client.expect_quiet()


def huge_msg_seq_num(client: RawClient, symbol: str) -> None:
    """A MsgSeqNum(34) of twelve digits."""
    client.log_on()
    client.send("0", MsgSeqNum="999999999999")


def msg_seq_num_no_number(client: RawClient, symbol: str) -> None:
    """A MsgSeqNum(34) that is not a number."""
    client.log_on()
    client.send("0", MsgSeqNum="two")


def heartbeat_of_a_century(client: RawClient, symbol: str) -> None:
    """A HeartBtInt(108) of a hundred years."""
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt="2147483647")
    client.receive()


def bytes_beyond_ascii(client: RawClient, symbol: str) -> None:
    """Latin-1, UTF-8 and NUL bytes where text is expected are refused."""
    client.log_on()
    for value in ("\xe4\xf6\xfc", "\xe2\x82\xac", "A\x00B"):
        client.send("D", **order(symbol, value))
        client.expect("3", RefTagID="11", RefMsgType="D")
    client.expect_quiet()


def unknown_message_types(client: RawClient, symbol: str) -> None:
    """Types FIX does not have, and types the venue does not take."""
    client.log_on()
    for msg_type in ("ZZ", "!", "0x", "D" * 500):
        client.send(msg_type)
        client.expect("3", SessionRejectReason="11")
    for msg_type in ("M", "V", "R", "AE"):
        client.send(msg_type)
        client.expect("j", RefMsgType=msg_type, BusinessRejectReason="3")
    client.expect_quiet()


def impossible_times(client: RawClient, symbol: str) -> None:
    """ExpireTime(126) and ExpireDate(432) that no calendar has."""
    client.log_on()
    for field, value in (("ExpireTime", "20261399-25:61:61"), ("ExpireDate", "20260231"), ("ExpireDate", "99999999")):
        client.send("D", **order(symbol, TimeInForce="6", **{field: value}))
        client.expect("3", SessionRejectReason="6")
    client.expect_quiet()


def malformed_lists(client: RawClient, symbol: str) -> None:
    """NewOrderList(E) whose group is not what its count says, is empty, begins wrong or has a thousand orders."""
    client.log_on()
    own = {"ListID": "L", "BidType": "3", "ContingencyType": "1", "TotNoOrders": "2"}
    terms = {"Symbol": symbol, "Side": "1", "OrderQty": "1", "OrdType": "2", "Price": "5.00"}

    def member(number: int) -> list[tuple[int, str]]:
        fields = {"ClOrdID": f"L{number}", "ListSeqNo": str(number), **terms}
        return [(tag_of(name), value) for name, value in fields.items()]

    for count, members in (
        ("3", [member(1), member(2)]),
        ("0", []),
        ("2", [member(1)[1:], member(2)[1:]]),
        ("1000", [member(number) for number in range(1, 1001)]),
        ("-1", [member(1)]),
    ):
        wire = client.fields("E", **own, NoOrders=count)
        client.send_bytes(frame([*wire, *(field for fields in members for field in fields)]))
        client.expect("3", RefMsgType="E")
    client.expect_quiet()


def repeated_fields(client: RawClient, symbol: str) -> None:
    """An order with two thousand Price(44) fields."""
    client.log_on()
    client.send_bytes(frame([*client.fields("D", **order(symbol)), *[(44, "6.00")] * 2000]))
    client.expect("3", SessionRejectReason="13")
    client.expect_quiet()


def mutated_orders(client: RawClient, symbol: str) -> None:
    """300 orders, each with one byte of its body changed, whatever comes of them; then all are canceled.

    They have an instrument of their own: a sell made of a buy is no damage.
    """
    client.log_on()
    (elsewhere,) = itertools.islice(symbols(), INSTRUMENTS - 1, None)
    chance = random.Random(20261123)
    for number in range(300):
        body = "".join(f"{tag}={value}{SOH}" for tag, value in client.fields("D", **order(elsewhere, f"M{number}")))
        place = chance.randrange(body.index("11="), len(body) - 1)
        client.send_bytes(seal_body(body[:place] + chr(chance.randrange(33, 127)) + body[place + 1 :]))
        client.send("1", TestReqID=f"after {number}")
        while (answer := client.receive()) is not None and answer.msg_type != "0":
            assert answer.msg_type in ("8", "3", "j", "2"), client.told()
            if answer.msg_type == "2":  # it was beyond recognition: nothing will come in its place
                missed = int(answer["BeginSeqNo"])
                client.send_as(missed, "4", GapFillFlag="Y", NewSeqNo=str(missed + 1))
        assert answer is not None, client.told()
    client.send("q", ClOrdID="end", MassCancelRequestType="7", TransactTime=utc_timestamp())
    while (answer := client.receive()) is not None and answer.msg_type != "r":
        assert answer.msg_type == "8", client.told()
    assert answer is not None, client.told()


ATTACKS: Final[tuple[Attack, ...]] = (
    nothing_at_all,
    binary_junk,
    another_protocol,
    half_a_logon,
    order_before_logon,
    logon_for_somebody_unknown,
    a_hundred_connections,
    body_length_short,
    body_length_no_number,
    body_length_negative,
    body_length_huge,
    checksum_wrong,
    separator_missing,
    fields_without_equals,
    junk_between_messages,
    half_an_order,
    fields_in_reverse,
    ten_megabytes_of_text,
    huge_numbers,
    huge_msg_seq_num,
    msg_seq_num_no_number,
    heartbeat_of_a_century,
    bytes_beyond_ascii,
    unknown_message_types,
    impossible_times,
    malformed_lists,
    repeated_fields,
    mutated_orders,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_venue_survives(
    attack: Attack, venue: VenueProcess, client: RawClient, traders: tuple[RawClient, RawClient], symbol: str
) -> None:
    """The process lives, others trade, the books are as they were, and the attacker may log on again."""
    pid = venue.pid
    maker, taker = traders
    maker.enter("bid", "buy", "10", symbol, price="9.00")
    maker.expect("8", ExecType="0")
    maker.enter("offer", "sell", "10", symbol, price="11.00")
    maker.expect("8", ExecType="0")

    attack(client, symbol)
    client.close()

    assert (venue.is_running, venue.pid) == (True, pid), venue.printed()
    take_whole_side(taker, maker, "buy", symbol, "11.00")
    take_whole_side(taker, maker, "sell", symbol, "9.00")
    client.log_on_when_free()
    client.expect_quiet()


def take_whole_side(taker: RawClient, maker: RawClient, side: str, symbol: str, price: str) -> None:
    """Take all there is on the other side and see that it was the maker's order of 10 and nothing else."""
    taker.enter(f"take-{side}", side, "1000000", symbol)
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F", LastQty="10.0", LastPx=price)
    taker.expect("8", ExecType="4", CumQty="10.0")
    maker.expect("8", ExecType="F", OrdStatus="2", LastPx=price)


def test_session_dribbled_byte_by_byte_works(client: RawClient, symbol: str) -> None:
    """A session whose every byte comes in a packet of its own trades like any other."""

    def dribble(message: bytes) -> None:
        for byte in message:
            client.send_bytes(bytes([byte]))

    client.connect()
    dribble(client.message("A", EncryptMethod="0", HeartBtInt="30"))
    client.expect("A")
    dribble(client.message("D", **order(symbol)))
    client.expect("8", ClOrdID="A", ExecType="0")
    dribble(client.message("1", TestReqID="HELLO"))
    client.expect("0", TestReqID="HELLO")
    dribble(client.message("5"))
    client.expect("5")
    client.expect_closed()


def test_session_sent_in_one_piece_works(client: RawClient, symbol: str) -> None:
    """Logon, a hundred orders and Logout in one packet are answered in order."""
    client.connect()
    script = [client.message("A", EncryptMethod="0", HeartBtInt="30")]
    script += [client.message("D", **order(symbol, f"A{number}")) for number in range(100)]
    script += [client.message("1", TestReqID="HELLO")]
    client.send_bytes(b"".join(script))
    client.expect("A")
    reports = [client.receive() for _ in range(101)]
    assert [report["ClOrdID"] for report in reports if report and report.msg_type == "8"] == [
        f"A{number}" for number in range(100)
    ]
    client.log_out()


@pytest.mark.parametrize("cut", [1, 20, 60, 100, -8, -1])
def test_message_in_two_packets_is_one_message(client: RawClient, symbol: str, cut: int) -> None:
    """Wherever a packet ends, the message that began in it goes on in the next."""
    client.log_on()
    message = client.message("D", **order(symbol))
    client.send_bytes(message[:cut])
    client.send_bytes(message[cut:])
    client.expect("8", ClOrdID="A", ExecType="0")
