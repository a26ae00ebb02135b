"""Framing: what is a message, what is not, and that the answer is the same however the bytes arrive."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fix_message import frame, seal, seal_body
from tests.support.plain_framing import is_right, right_messages
from venue.errors import GarbledError, PeerError
from venue.fix.framing import (
    ADMIN_BYTES_MAX,
    APP_BYTES_MAX,
    MSG_SEQ_NUM,
    RAW_DATA,
    SENDER_COMP_ID,
    TARGET_COMP_ID,
    TEXT,
    Framer,
    checksum,
    msg_type,
    number,
    sealed,
    value,
    values,
)

ORDER = frame([(35, "D"), (34, "7"), (49, "MAKER"), (56, "VENUE"), (11, "A"), (44, "5.00"), (58, "")])
HEARTBEAT = seal_body("35=0|34=8|")
Outcome = tuple[list[bytes], str, int]


def outcome(chunks: list[bytes], framer: Framer | None = None) -> Outcome:
    """What all chunks gave: messages, the fault that ended it, how much waits for the rest."""
    framer = framer or Framer()
    frames: list[bytes] = []
    for chunk in chunks:
        try:
            frames += framer.feed(chunk)
        except GarbledError as error:
            return frames + error.frames, str(error), framer.unread_bytes
    return frames, "", framer.unread_bytes


def cut(data: bytes, places: list[int]) -> list[bytes]:
    return [data[start:end] for start, end in pairwise([0, *sorted(places), len(data)])]


def sized(msg_type: str, size: int) -> bytes:
    """A right message of `size` bytes."""
    padding = "x" * (size - 60)  # so that BodyLength(9) has as many digits as in the end
    missing = size - len(seal_body(f"35={msg_type}|58={padding}|"))
    return seal_body(f"35={msg_type}|58={padding}{'x' * missing}|")


# -- what is a message ---------------------------------------------------------------------------------------

RIGHT = {
    "an order": ORDER,
    "no fields but its type": seal_body("35=0|"),
    "an empty value, which is Reject(3)'s business": seal_body("35=D|11=|"),
    "a repeated field, which is Reject(3)'s business": seal_body("35=D|11=A|11=A|"),
    "bytes beyond ASCII and NUL in a value": seal_body("35=D|58=\xe4\xff\x00=|"),
    "a tag of nine digits": seal_body("35=D|999999999=1|"),
    "a type of four characters": seal_body("35=UxY9|"),
    "raw data with its length": seal_body("35=A|95=4|96=c2ln|"),
    "raw data that is empty": seal_body("35=A|95=0|96=|"),
    "something like a message in a value": seal_body("35=D|58=8=FIX.4.4,9=5,35=0,10=000|"),
    "an application message of 4 KiB": sized("D", APP_BYTES_MAX),
    "a session message of 16 KiB": sized("A", ADMIN_BYTES_MAX),
}


@pytest.mark.parametrize("message", RIGHT.values(), ids=RIGHT)
def test_right_message_comes_out_as_it_went_in(message: bytes) -> None:
    """One message, alone, and between two others in one chunk."""
    assert outcome([message]) == ([message], "", 0)
    assert outcome([HEARTBEAT + message + ORDER]) == ([HEARTBEAT, message, ORDER], "", 0)


WRONG = {
    "another protocol": (b"GET / HTTP/1.1", "a message began with 'G', not with '8=FIX.4.4|9='"),
    "another version": (seal("8=FIX.4.2|9=5|35=0|"), "a message began with '8=FIX.4.2', not with '8=FIX.4.4|9='"),
    "a line's end behind a message": (HEARTBEAT + b"\n8=FIX", r"a message began with '\n', not with '8=FIX.4.4|9='"),
    "BodyLength missing": (seal("8=FIX.4.4|35=0|"), "a message began with '8=FIX.4.4|3', not with '8=FIX.4.4|9='"),
    "BodyLength empty": (seal("8=FIX.4.4|9=|35=0|"), "BodyLength(9) was '|': 1 to 5 digits"),
    "BodyLength no number": (seal("8=FIX.4.4|9=5x|35=0|"), "BodyLength(9) was '5x': 1 to 5 digits"),
    "BodyLength negative": (seal("8=FIX.4.4|9=-5|35=0|"), "BodyLength(9) was '-': 1 to 5 digits"),
    "BodyLength with a leading zero": (
        seal("8=FIX.4.4|9=05|35=0|"),
        "BodyLength(9) was '05': a number without leading zeros",
    ),
    "BodyLength of ten digits": (seal("8=FIX.4.4|9=9999999999|35=0|"), "BodyLength(9) was '999999': 1 to 5 digits"),
    "BodyLength beyond every bound": (
        b"8=FIX.4.4\x019=99999\x01",
        "BodyLength(9) was 99999: a message of this kind has 16384 bytes at most",
    ),
    "BodyLength too short": (
        seal("8=FIX.4.4|9=9|35=0|34=8|"),
        "CheckSum(10) did not stand where BodyLength(9) ends the message",
    ),
    "BodyLength too long": (
        seal("8=FIX.4.4|9=11|35=0|34=8|") + HEARTBEAT,
        "CheckSum(10) did not stand where BodyLength(9) ends the message",
    ),
    "BodyLength within the type": (
        seal("8=FIX.4.4|9=1|35=0|"),
        "CheckSum(10) did not stand where BodyLength(9) ends the message",
    ),
    "an application message beyond 4 KiB": (
        sized("D", APP_BYTES_MAX + 1)[:30],
        "BodyLength(9) was 4073: a message of this kind has 4096 bytes at most",
    ),
    "a session message beyond 16 KiB": (
        sized("A", ADMIN_BYTES_MAX + 1)[:30],
        "BodyLength(9) was 16360: a message of this kind has 16384 bytes at most",
    ),
    "MsgType not third": (seal_body("34=1|35=0|"), "MsgType(35) was not the third field"),
    "MsgType empty": (seal_body("35=|34=1|"), "MsgType(35) was '|': 1 to 4 letters and digits"),
    "MsgType no token": (seal_body("35=D!|34=1|"), "MsgType(35) was 'D!': 1 to 4 letters and digits"),
    "MsgType too long": (seal_body("35=DDDDD|34=1|"), "MsgType(35) was 'DDDDD': 1 to 4 letters and digits"),
    "CheckSum wrong": (
        ORDER[:-4] + b"000\x01",
        f"CheckSum(10) was 000: the sum of the bytes is {ORDER[-4:-1].decode()}",
    ),
    "CheckSum of two digits": (
        ORDER[:-4] + b"07\x01" + HEARTBEAT,
        "CheckSum(10) did not stand where BodyLength(9) ends the message",
    ),
    "a second MsgType": (seal_body("35=D|34=1|35=A|"), "MsgType(35) stood there twice"),
    "a second BodyLength": (seal_body("35=D|34=1|9=5|"), "BodyLength(9) stood there twice"),
    "a second BeginString": (seal_body("35=D|8=FIX.4.4|"), "BeginString(8) stood there twice"),
    "an earlier CheckSum": (seal_body("35=D|10=000|34=1|"), "CheckSum(10) stood there twice"),
    "RawData without its length": (
        seal_body("35=A|96=abc|"),
        "RawDataLength(95) did not stand right before RawData(96), each once",
    ),
    "RawDataLength without data": (
        seal_body("35=A|95=3|"),
        "RawDataLength(95) did not stand right before RawData(96), each once",
    ),
    "RawDataLength somewhere else": (
        seal_body("35=A|95=3|108=30|96=abc|"),
        "RawDataLength(95) did not stand right before RawData(96), each once",
    ),
    "RawData twice": (
        seal_body("35=A|95=3|96=abc|95=3|96=abc|"),
        "RawDataLength(95) did not stand right before RawData(96), each once",
    ),
    "RawDataLength too long": (
        seal_body("35=A|95=4000000000|96=abc|"),
        "RawDataLength(95) was not the length of RawData(96), 3",
    ),
    "RawDataLength with a leading zero": (
        seal_body("35=A|95=03|96=abc|"),
        "RawDataLength(95) was not the length of RawData(96), 3",
    ),
}
NO_TAGS = [
    "=1",
    "11",
    "",
    "0=1",
    "011=1",
    "+11=1",
    "-1=1",
    " 11=1",
    "11 =1",
    "x=1",
    "1.1=1",
    "4294967307=1",
    "1234567890=1",
]


@pytest.mark.parametrize(("data", "reason"), WRONG.values(), ids=WRONG)
def test_fault_is_named_at_its_first_byte(data: bytes, reason: str) -> None:
    """A PeerError says what was wrong in the words of FIX, and nothing is kept."""
    _, fault, unread = outcome([data])
    assert (fault, unread) == (reason, 0)


@pytest.mark.parametrize("field", NO_TAGS)
def test_tag_that_two_readers_could_read_differently_is_a_fault(field: str) -> None:
    """The message says behind which field it stood; of the field itself, which may be a password, it says nothing."""
    _, fault, _ = outcome([seal_body(f"35=D|554=secret|{field}|11=A|")])
    assert fault == "behind the field 554 stood no TAG=VALUE: a tag is 1 to 9 digits, the first not 0"


def test_messages_before_a_fault_come_with_it_and_nothing_after() -> None:
    """What was right is still relayed; a broken framer stays broken, whatever it is fed."""
    framer = Framer()
    with pytest.raises(PeerError) as told:
        framer.feed(ORDER + HEARTBEAT + b"9" + ORDER)
    assert isinstance(told.value, GarbledError)
    assert told.value.frames == [ORDER, HEARTBEAT]
    with pytest.raises(GarbledError) as again:
        framer.feed(ORDER)
    assert (str(again.value), again.value.frames) == (str(told.value), [])


def test_bound_holds_before_the_body_has_come() -> None:
    """A message that announces too much is refused on its head; one within bounds is awaited, and no more is kept."""
    assert outcome([sized("D", APP_BYTES_MAX + 1)[:30]])[1] != ""
    _, fault, unread = outcome([sized("A", ADMIN_BYTES_MAX)[:-1]])
    assert (fault, unread) == ("", ADMIN_BYTES_MAX - 1)


def test_another_version_and_other_bounds_may_be_configured() -> None:
    """A FIX.4.2 session reads FIX.4.2."""
    framer = Framer(b"FIX.4.2", app_bytes_max=100)
    message = seal("8=FIX.4.2|9=5|35=0|")
    assert framer.feed(message) == [message]
    with pytest.raises(GarbledError, match="100 bytes at most"):
        framer.feed(sealed(b"35=D\x0158=" + b"x" * 80 + b"\x01", b"FIX.4.2"))


# -- however the bytes arrive ----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [*RIGHT.values(), *(data for data, _ in WRONG.values())], ids=[*RIGHT, *WRONG])
def test_byte_by_byte_is_the_same_as_at_once(data: bytes) -> None:
    """Every right and every wrong message, a good one before and behind it."""
    data = ORDER + data + ORDER
    assert outcome([bytes([byte]) for byte in data]) == outcome([data])


tags = st.one_of(
    st.integers(1, 999_999_999).map(str), st.sampled_from(["95", "96", "35", "10", "8", "9", "011", "", "-1"])
)
field_values = st.one_of(
    st.text(st.characters(codec="latin-1"), max_size=12), st.sampled_from(["", "\x01", "3", "abc"])
)
bodies = st.builds(
    lambda kind, fields: f"35={kind}\x01" + "".join(f"{tag}={text}\x01" for tag, text in fields),
    st.sampled_from(["D", "A", "0", "AE", "U9", "", "toolong", "!"]),
    st.lists(st.tuples(tags, field_values), max_size=5),
)
messages = st.one_of(
    st.sampled_from([*RIGHT.values(), *(data for data, _ in WRONG.values())]),
    bodies.map(lambda body: seal_body(body.replace("|", "!"))),
)


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Messages, right and wrong, some with a byte changed, added or lost."""
    data = bytearray(b"".join(draw(st.lists(messages, min_size=1, max_size=6))))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        data[place : place + draw(st.integers(0, 1))] = draw(st.binary(max_size=1))
    return bytes(data)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(streams(), st.randoms(use_true_random=False))
def test_chunks_make_no_difference(data: bytes, chance: random.Random) -> None:
    """At once, byte by byte, in random chunks: the same messages, the same fault, the same rest."""
    at_once = outcome([data])
    assert outcome([bytes([byte]) for byte in data]) == at_once
    for count in (1, 3, 20):
        assert outcome(cut(data, [chance.randint(0, len(data)) for _ in range(count)])) == at_once


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(bodies)
def test_what_is_let_through_is_what_a_plain_reading_calls_right(body: str) -> None:
    """Against a second reading that splits the message: the same verdict for any body in a right envelope."""
    message = seal_body(body.replace("|", "!"))
    frames, fault, _ = outcome([message])
    assert (frames == [message], fault == "") == ((True, True) if is_right(message) else (False, False))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(streams())
def test_messages_before_a_fault_are_those_of_a_plain_reading(data: bytes) -> None:
    """Of any stream: neither a message too many nor one too few."""
    assert outcome([data])[0] == right_messages(data)


@given(st.binary(max_size=2000))
def test_checksum_is_the_sum_modulo_256(data: bytes) -> None:
    """CheckSum(10) of FIX 4.4 volume 2, for any length."""
    assert checksum(data) == sum(data) % 256
    assert checksum(b"\xff" * len(data) * 8) == sum(b"\xff" * len(data) * 8) % 256


# -- fields of a message -----------------------------------------------------------------------------------------


def test_fields_are_found_by_their_whole_tag() -> None:
    """34 is not 134 and not the end of a value; an empty value is not an absent field."""
    message = seal_body("35=AE|134=9|58=34=5|34=12|49=MAKER|96=|49=OTHER|")
    assert msg_type(message) == b"AE"
    assert (value(message, MSG_SEQ_NUM), value(message, RAW_DATA), value(message, TARGET_COMP_ID)) == (b"12", b"", None)
    assert values(message, SENDER_COMP_ID) == [b"MAKER", b"OTHER"]
    assert values(message, TARGET_COMP_ID) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("34=12|", 12), ("34=0|", 0), ("34=012|", -1), ("34=-1|", -1), ("34=|", -1), ("34=x|", -1), ("", -1),
        ("34=12|34=12|", -1), ("34=" + "9" * 18 + "|", 10**18 - 1), ("34=" + "9" * 19 + "|", -1), ("34=\xb2|", -1),
    ],
)  # fmt: skip
def test_number_is_one_plain_number_or_none(fields: str, expected: int) -> None:
    """Whatever two readers could read differently is no number."""
    assert number(seal_body(f"35=D|{fields}"), MSG_SEQ_NUM) == expected


def test_sealed_message_is_a_message() -> None:
    """What the gate says itself has the right length and checksum."""
    message = sealed(b"35=5\x0134=2\x0158=bye\x01")
    assert message == seal_body("35=5|34=2|58=bye|")
    assert outcome([message]) == ([message], "", 0)
    assert value(message, TEXT) == b"bye"
