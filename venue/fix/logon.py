"""A Logon(A) as the gate reads it, and as it passes it on.

Each field the gate decides by stands there once: two readers might differ about which of two is meant. What proves
who the client is stays in the gate: the Logon that goes on to QuickFIX has the gate's own voucher in their place, so
that no secret of a client reaches a message store or a log.
"""

import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from venue.errors import PeerError
from venue.fix import framing

_SECRETS: Final = re.compile(rb"\x01(?:95|96|553|554)=[^\x01]*(?=\x01)")
_SENDING_TIME: Final = re.compile(rb"(\d{8}-\d\d:\d\d:\d\d)(?:\.(\d{3,9}))?")
_MSG_SEQ_NUM: Final = re.compile(rb"0*[1-9]\d{0,8}")
_HEARTBEAT: Final = re.compile(rb"[1-9]\d{0,3}")


class Logon(msgspec.Struct, frozen=True):
    """`sending_time_ns` is in nanoseconds since 1970; the texts of number and time are signed. Empty: not given."""

    sender: str
    target: str
    msg_seq_num: int
    msg_seq_num_text: str
    sending_time: str
    sending_time_ns: int
    heartbeat_s: int
    resets: bool
    encrypt_method: str = "0"
    username: str = ""
    password: str = ""
    raw_data: str = ""

    @property
    def signed(self) -> bytes:
        """What the signature is over, as Binance's FIX API has it."""
        fields = ("A", self.sender, self.target, self.msg_seq_num_text, self.sending_time)
        return "\x01".join(fields).encode("latin-1")


def read_logon(frame: bytes) -> Logon:
    """Raises PeerError when the message is no Logon, or a field of it is missing, doubled or no such value."""
    if framing.msg_type(frame) != b"A":
        raise PeerError("the first message was no Logon(A)")
    if any(field.endswith(b"=") and field.count(b"=") == 1 for field in frame[:-1].split(b"\x01")):
        raise PeerError("a field was empty")
    sending_time = _one(frame, framing.SENDING_TIME)
    msg_seq_num = _one(frame, framing.MSG_SEQ_NUM)
    if not _MSG_SEQ_NUM.fullmatch(msg_seq_num):
        raise PeerError("MsgSeqNum(34) was no number of up to nine digits, from 1")
    heartbeat = _one(frame, framing.HEART_BT_INT)
    if not _HEARTBEAT.fullmatch(heartbeat):
        raise PeerError("HeartBtInt(108) was no number of seconds")
    resets = _one(frame, framing.RESET_SEQ_NUM_FLAG, b"N")
    if resets not in (b"Y", b"N"):
        raise PeerError("ResetSeqNumFlag(141) was neither Y nor N")
    return Logon(
        sender=_text(_one(frame, framing.SENDER_COMP_ID)),
        target=_text(_one(frame, framing.TARGET_COMP_ID)),
        msg_seq_num=int(msg_seq_num),
        msg_seq_num_text=_text(msg_seq_num),
        sending_time=_text(sending_time),
        sending_time_ns=_nanoseconds(sending_time),
        heartbeat_s=int(heartbeat),
        resets=resets == b"Y",
        encrypt_method=_text(_one(frame, framing.ENCRYPT_METHOD)),
        username=_text(_one(frame, framing.USERNAME, b"")),
        password=_text(_one(frame, framing.PASSWORD, b"")),
        raw_data=_text(_one(frame, framing.RAW_DATA, b"")),
    )


def vouched(frame: bytes, port: int, voucher: bytes) -> bytes:
    """The Logon for QuickFIX: without what proves who the client is; instead with the port that the gate dials from as
    Username(553), by which the venue tells the connection from others, and the voucher as Password(554)."""
    body = frame[frame.index(b"\x0135=") + 1 : -framing.TRAILER_BYTES]
    return framing.sealed(_SECRETS.sub(b"", body) + f"553={port}\x01554=".encode() + voucher + b"\x01")


def _one(frame: bytes, field: bytes, absent: bytes | None = None) -> bytes:
    found = framing.values(frame, field)
    if len(found) == 1:
        return found[0]
    if found or absent is None:
        raise PeerError(f"the field {field[1:-1].decode()} was {'doubled' if found else 'missing'}")
    return absent


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _nanoseconds(value: bytes) -> int:
    """Of a UTCTimestamp with up to nine digits of a second."""
    found = _SENDING_TIME.fullmatch(value)
    try:
        if found:
            moment = datetime.strptime(found[1].decode(), "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
            return int(moment.timestamp()) * 1_000_000_000 + int((found[2] or b"").ljust(9, b"0"))
    except ValueError:  # February 30, a leap second
        pass
    raise PeerError("SendingTime(52) was no UTCTimestamp")
