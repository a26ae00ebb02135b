"""Bytes of a connection in, whole FIX messages out, or the fault that ends the connection.

    8=FIX.4.4 | 9=LENGTH | 35=TYPE | TAG=VALUE | … | 10=CHECKSUM |        (| is SOH)

Neither a socket nor a session: no clock, no I/O, nothing is remembered of a message that was handed out. One
`Framer` reads one direction of one connection, and its answer depends on the bytes alone, not on how they were cut
into chunks. It is stricter than FIX 4.4 volume 2, which lets a receiver ignore garbled messages and go on: behind the
gate stands a parser that trusts what it reads, so nothing ambiguous is let through.

    BeginString(8)   as configured, one byte after the other: another protocol is known at its first byte
    BodyLength(9)    a number without leading zeros, exactly right; known to be too large before the body is awaited
    MsgType(35)      1 to 4 letters and digits
    a tag            a number of up to 9 digits without sign or leading zero: `034=`, `+34=` and 34 + 2**32 would be
                     MsgSeqNum(34) to one reader and something else to another
    8, 9, 35, 10     stand once, in their places; so no value can look like the end of a message
    95 and 96        RawDataLength(95) stands right before RawData(96) and is its length, or both are absent
    CheckSum(10)     three digits, exactly right

A value may be empty or of any bytes but SOH: whether it suits its field is for the session behind, which answers
with Reject(3). Two readers of the same grammar stand here: one regular expression for what is right, nearly always,
and functions that read stage by stage, to know how much is missing or what is wrong; tests hold them together.
"""

import re
from typing import Final
from zlib import adler32

from venue.errors import GarbledError

BEGIN_STRING: Final = b"FIX.4.4"
APP_BYTES_MAX: Final = 4 << 10
ADMIN_BYTES_MAX: Final = 16 << 10
ADMIN_TYPES: Final = frozenset((b"0", b"1", b"2", b"3", b"4", b"5", b"A"))
LENGTH_DIGITS_MAX: Final = 5
MSG_TYPE_CHARS_MAX: Final = 4
TRAILER_BYTES: Final = 7  # 10=000|

# What stands before the value of a field that the gate asks for: the argument of `value`, `values` and `number`.
MSG_SEQ_NUM: Final = b"\x0134="
NEW_SEQ_NO: Final = b"\x0136="
POSS_DUP_FLAG: Final = b"\x0143="
SENDER_COMP_ID: Final = b"\x0149="
SENDING_TIME: Final = b"\x0152="
TARGET_COMP_ID: Final = b"\x0156="
TEXT: Final = b"\x0158="
RAW_DATA: Final = b"\x0196="
ENCRYPT_METHOD: Final = b"\x0198="
HEART_BT_INT: Final = b"\x01108="
GAP_FILL_FLAG: Final = b"\x01123="
RESET_SEQ_NUM_FLAG: Final = b"\x01141="
USERNAME: Final = b"\x01553="
PASSWORD: Final = b"\x01554="

_SOH: Final = 1
_DIGITS: Final = b"0123456789"
_LETTERS_AND_DIGITS: Final = _DIGITS + b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TYPE_FIELD: Final = b"35="
_FIELD: Final = re.compile(rb"([1-9][0-9]{0,8})=([^\x01]*)\x01")
_TRAILER: Final = re.compile(rb"10=([0-9]{3})\x01")
_NUMBER: Final = re.compile(rb"0|[1-9][0-9]{0,17}")
_ONCE: Final = {b"8": "BeginString(8)", b"9": "BodyLength(9)", b"35": "MsgType(35)", b"10": "CheckSum(10)"}
_SUMMED_AT_ONCE: Final = 256  # bytes of which Adler-32's lower half is the plain sum plus 1: 256 * 255 + 1 < 65521


class Framer:
    """Reads one direction of one connection; broken for good after its first fault."""

    def __init__(
        self,
        begin_string: bytes = BEGIN_STRING,
        app_bytes_max: int = APP_BYTES_MAX,
        admin_bytes_max: int = ADMIN_BYTES_MAX,
    ) -> None:
        self._prefix: bytes = b"8=" + begin_string + b"\x019="
        self._app_bytes_max: int = app_bytes_max
        self._admin_bytes_max: int = admin_bytes_max
        self._whole: re.Pattern[bytes] = _whole_message(begin_string)
        self._unread: bytes = b""
        self._needed: int = 0  # bytes from the start of _unread without which there is nothing to decide
        self._fault: str = ""

    @property
    def unread_bytes(self) -> int:
        """How much of an unfinished message is kept: less than admin_bytes_max."""
        return len(self._unread)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` completes, in order, each from 8= to the SOH behind 10=.

        Raises GarbledError, with the messages before the fault in `frames`; without any when called once more.
        Cost: about a microsecond a message of 180 bytes, and linear in the bytes, however they are cut.
        """
        if self._fault:
            raise GarbledError(self._fault, [])
        if self._unread:
            data = self._unread + data
        if len(data) < self._needed:
            self._unread = data
            return []
        frames: list[bytes] = []
        place = 0
        try:
            while place < len(data):
                end = self._end_of_next(data, place)
                if end < 0:
                    break
                frames.append(data[place:end])
                place = end
        except GarbledError as error:
            self._fault = str(error)
            self._unread = b""
            raise GarbledError(self._fault, frames) from None
        self._unread = data[place:]
        return frames

    def _end_of_next(self, data: bytes, place: int) -> int:
        """Where the message that starts at `place` ends; -1 when it is not there yet."""
        found = self._whole.match(data, place, place + self._app_bytes_max)
        if found is not None:
            end = found.end()
            body_start = found.start(2)
            checked = data[place : end - TRAILER_BYTES]
            if int(found[1]) == end - TRAILER_BYTES - body_start and int(found[3]) == checksum(checked):
                self._needed = 0
                return end
        return self._read_in_stages(data[place : place + self._admin_bytes_max], place)

    def _read_in_stages(self, data: bytes, place: int) -> int:
        size = self._size(data)
        self._needed = size
        if size == 0 or len(data) < size:
            return -1
        self._needed = 0
        _require_right(data[:size])
        return place + size

    def _size(self, data: bytes) -> int:
        """Bytes of the message that starts here, judged from its head; 0 while that is not all there."""
        known = data[: len(self._prefix)]
        if not self._prefix.startswith(known):
            began = _shown(_up_to_difference(known, self._prefix))
            raise _garbled(f"a message began with {began}, not with {_shown(self._prefix)}")
        length = _token(data, len(self._prefix), _DIGITS, LENGTH_DIGITS_MAX, "BodyLength(9)")
        if not length:
            return 0
        if length.startswith(b"0"):
            raise _garbled(f"BodyLength(9) was {_shown(length)}: a number without leading zeros")
        body_start = len(self._prefix) + len(length) + 1
        size = body_start + int(length) + TRAILER_BYTES
        self._require_size(size, length, self._admin_bytes_max)
        type_field = data[body_start : body_start + len(_TYPE_FIELD)]
        if not _TYPE_FIELD.startswith(type_field):
            raise _garbled("MsgType(35) was not the third field")
        msg_type = _token(data, body_start + len(_TYPE_FIELD), _LETTERS_AND_DIGITS, MSG_TYPE_CHARS_MAX, "MsgType(35)")
        if not msg_type:
            return 0
        if msg_type not in ADMIN_TYPES:
            self._require_size(size, length, self._app_bytes_max)
        return size

    def _require_size(self, size: int, length: bytes, bytes_max: int) -> None:
        if size > bytes_max:
            raise _garbled(f"BodyLength(9) was {length.decode()}: a message of this kind has {bytes_max} bytes at most")


# -- of whole messages ---------------------------------------------------------------------------------------


def msg_type(frame: bytes) -> bytes:
    """MsgType(35): it stands third."""
    start = frame.index(b"\x0135=") + 4
    return frame[start : frame.index(b"\x01", start)]


def value(frame: bytes, field: bytes) -> bytes | None:
    """The first value of a field, named as MSG_SEQ_NUM and the others are; None: the message does not have it."""
    start = frame.find(field)
    if start < 0:
        return None
    start += len(field)
    return frame[start : frame.index(b"\x01", start)]


def values(frame: bytes, field: bytes) -> list[bytes]:
    """Every value of a field, in order: two readers may differ about which of two is meant."""
    found: list[bytes] = []
    start = frame.find(field)
    while start >= 0:
        start += len(field)
        end = frame.index(b"\x01", start)
        found.append(frame[start:end])
        start = frame.find(field, end)
    return found


def number(frame: bytes, field: bytes) -> int:
    """The one value of a field as a number of up to 18 digits without sign or leading zeros; -1: it is none, or is
    absent, or stands there twice."""
    found = values(frame, field)
    return int(found[0]) if len(found) == 1 and _NUMBER.fullmatch(found[0]) else -1


def sealed(body: bytes, begin_string: bytes = BEGIN_STRING) -> bytes:
    """The message of a body that starts with 35= and ends with SOH."""
    head = b"8=" + begin_string + b"\x019=" + str(len(body)).encode() + b"\x01"
    message = head + body
    return message + f"10={checksum(message):03d}\x01".encode()


def checksum(data: bytes) -> int:
    """The sum of all bytes modulo 256."""
    total = 0
    for start in range(0, len(data), _SUMMED_AT_ONCE):
        total += (adler32(data[start : start + _SUMMED_AT_ONCE]) & 0xFFFF) - 1
    return total % 256


# -- of the grammar ------------------------------------------------------------------------------------------


def _whole_message(begin_string: bytes) -> "re.Pattern[bytes]":
    """What a right message without RawData(96) looks like. Nothing in it is tried twice: `+` behind a quantifier
    keeps what it has taken."""
    return re.compile(
        rb"8=" + re.escape(begin_string) + rb"\x019=([1-9][0-9]{0,4}+)\x01(35=)[0-9A-Za-z]{1,4}+\x01"
        rb"(?:(?!(?:8|9|10|35|95|96)=)[1-9][0-9]{0,8}+=[^\x01]*+\x01)*+"
        rb"10=([0-9]{3})\x01"
    )


def _token(data: bytes, start: int, allowed: bytes, count_max: int, field: str) -> bytes:
    """The value from `start` to the next SOH; empty while its end is not there."""
    for place in range(start, len(data)):
        byte = data[place]
        if byte == _SOH and place > start:
            return data[start:place]
        if byte not in allowed or place - start == count_max:
            kind = "digits" if allowed == _DIGITS else "letters and digits"
            raise _garbled(f"{field} was {_shown(data[start : place + 1])}: 1 to {count_max} {kind}")
    return b""


def _require_right(frame: bytes) -> None:
    """Check a message of which only head and size have been read. Raises GarbledError."""
    end = len(frame) - TRAILER_BYTES
    trailer = _TRAILER.fullmatch(frame, end)
    if trailer is None:
        raise _garbled("CheckSum(10) did not stand where BodyLength(9) ends the message")
    expected = checksum(frame[:end])
    if int(trailer[1]) != expected:
        raise _garbled(f"CheckSum(10) was {trailer[1].decode()}: the sum of the bytes is {expected:03d}")
    fields = _fields(frame, frame.index(_SOH, frame.index(b"\x0135=") + 1) + 1, end)
    _require_data_length(fields)


def _fields(frame: bytes, place: int, end: int) -> list[tuple[bytes, bytes]]:
    """Tag and value of each field from `place` to `end`."""
    fields: list[tuple[bytes, bytes]] = []
    while place < end:
        found = _FIELD.match(frame, place, end)
        if found is None:
            before = fields[-1][0].decode() if fields else "35"
            raise _garbled(f"behind the field {before} stood no TAG=VALUE: a tag is 1 to 9 digits, the first not 0")
        if found[1] in _ONCE:
            raise _garbled(f"{_ONCE[found[1]]} stood there twice")
        fields.append((found[1], found[2]))
        place = found.end()
    return fields


def _require_data_length(fields: list[tuple[bytes, bytes]]) -> None:
    """RawDataLength(95) right before RawData(96), and its length; or neither."""
    places = [place for place, (tag, _) in enumerate(fields) if tag in (b"95", b"96")]
    if not places:
        return
    first = places[0]
    if len(places) != 2 or [tag for tag, _ in fields[first : first + 2]] != [b"95", b"96"]:
        raise _garbled("RawDataLength(95) did not stand right before RawData(96), each once")
    length, data = fields[first][1], fields[first + 1][1]
    if length != str(len(data)).encode():
        raise _garbled(f"RawDataLength(95) was not the length of RawData(96), {len(data)}")


def _up_to_difference(data: bytes, expected: bytes) -> bytes:
    count = next(place for place, byte in enumerate(data) if byte != expected[place])
    return data[: count + 1]


def _shown(data: bytes) -> str:
    return ascii(data.decode("latin-1").replace("\x01", "|"))


def _garbled(text: str) -> GarbledError:
    return GarbledError(text, [])
