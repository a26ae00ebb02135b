"""What may come before QuickFIX at all: the frame rules of the gate, as one function.

A bare QuickFIX 1.16 acceptor does not survive a peer that breaks one of them (tests/fix/test_malformed.py says
how), so a fuzz behind the gate sends nothing they refuse. What they let through, the venue must stand.

    a frame is 8=FIX.4.4 9=<length> 35=<type> … 10=<checksum>, with the right length and checksum
    it has 4 KiB at most, 16 KiB when it is a session message
    RawDataLength(95) stands before RawData(96) and is its length; neither comes without the other
    before a logon nothing but a Logon(A) with a whole header, the session's own CompIDs, and tags of nine digits at
    most: one of forty ends the process (terminate … FIX::InvalidMessage, found by test_fuzz_logons.py, seed 99)
    a SequenceReset(4) is a gap fill that leads forward
    no MsgSeqNum(34) below the one expected, unless PossDupFlag(43) is Y
"""

import re
from typing import Final

from tests.support.fix_message import ADMIN_TYPES

SOH: Final = b"\x01"
APP_BYTES_MAX: Final = 4 << 10
ADMIN_BYTES_MAX: Final = 16 << 10
_HEAD: Final = re.compile(rb"8=FIX\.4\.4\x019=([1-9]\d{0,4})\x0135=([^\x01=]+)\x01")
_TRAILER: Final = re.compile(rb"10=(\d{3})\x01")
_INTEGER: Final = re.compile(rb"-?\d+")
_TAG: Final = re.compile(rb"[1-9]\d{0,8}")
_MSG_SEQ_NUM: Final = re.compile(rb"[1-9]\d{0,8}")
_UTC_TIMESTAMP: Final = re.compile(rb"\d{8}-\d\d:\d\d:\d\d(\.\d{1,9})?")

Pairs = list[tuple[bytes, bytes]]


def garbling(frame: bytes) -> str:
    """Why these bytes are no frame: to be ignored as garbled, or the end of the connection. Empty: they are one."""
    head = _HEAD.match(frame)
    if head is None:
        return "the beginning"
    end = len(frame) - len(b"10=000|")
    trailer = _TRAILER.fullmatch(frame, max(end, 0))
    if trailer is None:
        return "the end"
    if int(head[1]) != end - frame.index(b"35=", head.end(1)):
        return "the length"
    if int(trailer[1]) != sum(frame[:end]) % 256:
        return "the checksum"
    admin = head[2].decode("latin-1") in ADMIN_TYPES
    return "the size" if len(frame) > (ADMIN_BYTES_MAX if admin else APP_BYTES_MAX) else ""


def refusal(frame: bytes, expected: int, comp_ids: tuple[str, str] | None = None) -> str:
    """Why the gate closes the connection on this frame; empty when it lets it through.

    `expected` is the next MsgSeqNum(34) of the session, as the frames before it count. `comp_ids`, sender and
    target, are those of a session that has not logged on yet.
    """
    if why := garbling(frame):
        return why
    fields = [(tag, value) for tag, _, value in (field.partition(b"=") for field in frame.split(SOH)[:-1])]
    if comp_ids and (why := _of_first(fields, comp_ids)):
        return why
    return _of_data(fields) or _of_reset(fields) or _of_number(fields, expected)


def _of_first(fields: Pairs, comp_ids: tuple[str, str]) -> str:
    wanted = (
        (b"35", re.compile(b"A")),
        (b"49", re.compile(re.escape(comp_ids[0].encode()))),
        (b"56", re.compile(re.escape(comp_ids[1].encode()))),
        (b"34", _MSG_SEQ_NUM),
        (b"52", _UTC_TIMESTAMP),
    )
    for tag, form in wanted:
        values = _values(fields, tag)
        if len(values) != 1 or not form.fullmatch(values[0]):
            return f"a first frame without its {tag.decode()}"
    return "" if all(_TAG.fullmatch(tag) and value for tag, value in fields) else "a first frame with an odd field"


def _of_data(fields: Pairs) -> str:
    places = [place for place, (tag, _) in enumerate(fields) if tag in (b"95", b"96")]
    if not places:
        return ""
    (length_tag, length), (data_tag, data) = (*(fields[place] for place in places[:2]), (b"", b""))[:2]
    is_right = (length_tag, data_tag) == (b"95", b"96") and len(places) == 2 and places[1] == places[0] + 1
    return "" if is_right and length == str(len(data)).encode() else "the data field"


def _of_reset(fields: Pairs) -> str:
    if _values(fields, b"35") != [b"4"]:
        return "a second type" if b"4" in _values(fields, b"35") else ""
    gap_fill, new_seq_no, number = (_values(fields, tag) for tag in (b"123", b"36", b"34"))
    if gap_fill != [b"Y"] or len(new_seq_no) != 1 or len(number) != 1:
        return "a reset that is no gap fill"
    if not (_MSG_SEQ_NUM.fullmatch(new_seq_no[0]) and _MSG_SEQ_NUM.fullmatch(number[0])):
        return "a reset with odd numbers"
    return "" if int(new_seq_no[0]) > int(number[0]) else "a reset that leads backward"


def _of_number(fields: Pairs, expected: int) -> str:
    if _values(fields, b"43")[:1] == [b"Y"]:
        return ""
    numbers = [int(value) for value in _values(fields, b"34") if _INTEGER.fullmatch(value)]
    return "a low number" if numbers and min(numbers) < expected else ""


def _values(fields: Pairs, tag: bytes) -> list[bytes]:
    return [value for number, value in fields if number == tag]
