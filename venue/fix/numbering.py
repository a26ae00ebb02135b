"""Which of an admitted client's messages go on to QuickFIX: its own count of MsgSeqNum(34), before it counts.

QuickFIX answers a low number with Logout(5) and ends, but reads on for a moment; a SequenceReset(4) in that moment
ends the whole process, as does one that goes backwards. So the message with the low number is the last that goes on,
and a SequenceReset only as a gap fill that moves forward. Measured on QuickFIX 1.16.0.

`expected` is what QuickFIX expects, as far as the messages tell: a Logon with a high number leaves open what it asks
for, and what it then gets again must say PossDupFlag(43)=Y, as FIX wants it.
"""

from typing import Final, Literal, TypeAlias

from venue.errors import PeerError
from venue.fix import framing

AHEAD_MAX: Final = 10_000  # messages that wait in QuickFIX's memory for one before them
MSG_SEQ_NUM_MAX: Final = 999_999_999
Verdict: TypeAlias = Literal[0, 1, 2]
PASS: Final = 0  # it goes on
LAST: Final = 1  # it goes on, and nothing after it: QuickFIX logs the session out for it
AGAIN: Final = 2  # a Logon(A) on a session that is logged on, to reset its numbers; not counted here

_SEQUENCE_RESET: Final = b"4"
_LOGON: Final = b"A"
_FIELDS_OF_SEQUENCE_RESET: Final = frozenset(
    (b"8", b"9", b"35", b"34", b"49", b"56", b"52", b"43", b"122", b"97", b"50", b"57", b"36", b"123", b"10")
)


class Numbering:
    """Of one connection, from its Logon on."""

    def __init__(self, msg_seq_num: int) -> None:
        self.expected = msg_seq_num + 1
        self._ahead: dict[int, int] = {}  # the number of one that waits, and which follows it

    def admit(self, frame: bytes) -> Verdict:
        """What becomes of the client's next message.

        Raises PeerError when it must not go on. Cost: about a microsecond.
        """
        start = frame.find(b"\x0134=")
        end = frame.find(b"\x01", start + 4)
        digits = frame[start + 4 : end]
        if start < 0 or not digits.isdigit() or frame.find(b"\x0134=", end) > 0:
            raise PeerError("MsgSeqNum(34) was not a number, once")
        number = int(digits)
        if not 0 < number <= MSG_SEQ_NUM_MAX:
            raise PeerError(f"MsgSeqNum(34) was {number}: must be 1 to {MSG_SEQ_NUM_MAX}")
        msg_type = framing.msg_type(frame)
        if msg_type == _SEQUENCE_RESET:
            return self._gap_fill(frame, number)
        if msg_type == _LOGON:
            return AGAIN
        return self._counted(frame, number, number + 1)

    def begin_anew(self) -> None:
        """The session was reset: its Logon was number 1."""
        self.expected = 2
        self._ahead.clear()

    def _gap_fill(self, frame: bytes, number: int) -> Verdict:
        if framing.values(frame, framing.GAP_FILL_FLAG) != [b"Y"]:
            raise PeerError("a SequenceReset(4) was no gap fill")
        new_number = framing.number(frame, framing.NEW_SEQ_NO)
        if not number < new_number <= MSG_SEQ_NUM_MAX:
            raise PeerError("NewSeqNo(36) of a gap fill was not higher than its MsgSeqNum(34)")
        tags = [field.partition(b"=")[0] for field in frame[:-1].split(b"\x01")]
        if len(set(tags)) != len(tags) or not _FIELDS_OF_SEQUENCE_RESET.issuperset(tags):
            raise PeerError("a SequenceReset(4) had fields that it has not, or twice")
        return self._counted(frame, number, new_number)

    def _counted(self, frame: bytes, number: int, following: int) -> Verdict:
        if number == self.expected:
            while following in self._ahead:
                following = self._ahead.pop(following)
            self.expected = following
        elif number > self.expected:
            self._ahead[number] = following
            if len(self._ahead) > AHEAD_MAX:
                raise PeerError(f"more than {AHEAD_MAX} messages came ahead of number {self.expected}")
        elif framing.values(frame, framing.POSS_DUP_FLAG) != [b"Y"]:
            return LAST
        return PASS
