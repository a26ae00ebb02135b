"""A raw FIX client that lives through crashes of the venue: its numbers go on, and what it missed it asks for.

It does what FIX asks of an initiator after a break (FIX 4.4 volume 2, message recovery): a gap in what
comes is filled by ResendRequest(2) before anything later counts, and the venue's own ResendRequest is
served, with the messages themselves or with a gap fill.
"""

from tests.support.fix_message import FixMessage, utc_timestamp
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.raw_fix import RawClient


class RecoveringClient(RawClient):
    """`resends`: whether a ResendRequest(2) of the venue is answered with the messages or a gap fill."""

    def __init__(self, port: int, sender: str, receive_buffer: int | None = None) -> None:
        super().__init__(port, sender, receive_buffer=receive_buffer)
        self.resends = True
        self._sent: dict[int, tuple[str, dict[str, str | None]]] = {}  # application messages by MsgSeqNum
        self._is_asked = False  # whether a TestRequest(1) that marks the end of recovery is on its way
        self._gap_until = 0  # while next_in is not above it, a ResendRequest of ours is being served

    def send(self, msg_type: str, **fields: str | None) -> None:
        if msg_type not in ("A", "0", "1", "2", "4", "5"):
            self._sent[self.next_out] = (msg_type, fields)
        super().send(msg_type, **fields)

    def forget(self, remembered: int) -> None:
        """What was sent and said before the last so many messages."""
        del self.dialogue[:-remembered]
        for number in [number for number in self._sent if number < self.next_out - remembered]:
            del self._sent[number]

    def log_on_and_recover(self, port: int | None = None) -> list[FixMessage]:
        """Log on with numbers that go on; returns the application messages that were missed.

        Tries again until the venue has noticed that our last connection is gone.
        """
        self.port = port or self.port
        self._gap_until = 0
        self._is_asked = False
        deadline = Deadline(PATIENCE_S)
        message = self._log_on_when_free(deadline)
        mark = f"recovered-{self.next_out}"
        missed = []
        while message.get("TestReqID") != mark:
            assert message.msg_type != "5", f"{self.sender} was not let in\n{self.told()}"
            if not message.is_admin:
                missed.append(message)
            if not self._is_asked and self.next_in > self._gap_until:
                self._is_asked = True
                self.send("1", TestReqID=mark)
            message = self.receive_next(deadline)
        return missed

    def _log_on_when_free(self, deadline: Deadline) -> FixMessage:
        """The first message in sequence after a Logon(A) that was not turned away."""
        while True:
            self.connect()
            self.send("A", EncryptMethod="0", HeartBtInt="30")
            message = self.receive(deadline.left())
            if message is not None:
                return message
            assert deadline.left() > 0, f"{self.sender}: the session was not free\n{self.told()}"
            self.next_out -= 1  # nobody has read it

    def receive_next(self, deadline: Deadline | None = None) -> FixMessage:
        """Like `receive`, but it must come."""
        message = self.receive(deadline.left() if deadline else PATIENCE_S)
        assert message is not None, f"{self.sender}: nothing came\n{self.told()}"
        return message

    def receive(self, patience_s: float = PATIENCE_S) -> FixMessage | None:
        """The next message in sequence; those before it have been asked for.

        Session messages are dealt with here; they are returned too, for a test to see.
        """
        deadline = Deadline(patience_s)
        while (message := super().receive(deadline.left())) is not None:
            if message.msg_type == "2":
                self._serve_resend(int(message["BeginSeqNo"]))
            if self._is_next(message):
                return message
        return None

    def _count(self, message: FixMessage) -> None:
        """Numbers are looked at in `_is_next`: here a gap is no failure."""

    def _is_next(self, message: FixMessage) -> bool:
        if message.msg_seq_num > self.next_in:
            if self.next_in > self._gap_until:
                self._gap_until = message.msg_seq_num
                self._is_asked = False  # the answer may be in the gap
                self.send("2", BeginSeqNo=str(self.next_in), EndSeqNo="0")
            return False
        if message.msg_seq_num < self.next_in:
            assert message.get("PossDupFlag") == "Y", f"MsgSeqNum(34) came twice: {message}\n{self.told()}"
            return False
        self.next_in = int(message["NewSeqNo"]) if message.msg_type == "4" else message.msg_seq_num + 1
        return True

    def _serve_resend(self, first: int) -> None:
        """Send everything from `first` on again, or say that there is nothing to be sent again."""
        self._is_asked = False  # a session message is not sent again
        gap_from = first
        for number in range(first, self.next_out):
            if self.resends and number in self._sent:
                self._fill_gap(gap_from, number)
                msg_type, fields = self._sent[number]
                again = {"PossDupFlag": "Y", "OrigSendingTime": utc_timestamp(-0.001)}
                self.send_as(number, msg_type, **fields, **again)
                gap_from = number + 1
        self._fill_gap(gap_from, self.next_out)

    def _fill_gap(self, first: int, end: int) -> None:
        if first < end:
            again = {"PossDupFlag": "Y", "OrigSendingTime": utc_timestamp(-0.001)}
            self.send_as(first, "4", GapFillFlag="Y", NewSeqNo=str(end), **again)
