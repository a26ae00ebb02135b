"""How many messages a session may have sent again: ResendRequest(2) costs the venue more than it costs the client.

QuickFIX answers one at a time, on the connection's own thread, however long the range; what comes meanwhile waits in
the socket, so there is never more than one under way. What is bounded here is the range of one, of which an open one is
served in part, and how many messages follow each other: RANGES of the longest at once, then a range in PERIOD_S.
Who asks a little too fast is made to wait, on his own thread; who asks far too fast is refused with Reject(3). What has
been sent again on this connection and is asked for once more comes slowly: no client that means well needs it.
"""

import time
from typing import Final

from venue.fix.refusals import WrongValue

RANGES: Final = 5
PERIOD_S: Final = 10.0
WAIT_S_MAX: Final = 1.0  # heartbeats wait too
ONCE_MORE: Final = 2  # messages, and then a rest
REST_S: Final = 0.001


class ResendBudget:
    """Of one session; `resend_max` messages are the longest range. Not for several threads."""

    def __init__(self, resend_max: int) -> None:
        self._resend_max = resend_max
        self._sent_again_to = 0  # MsgSeqNum(34), on the present connection
        self._cost_s = PERIOD_S / resend_max
        self._paid_s = 0.0

    def last_of(self, first: int, asked: int, last_sent: int) -> int:
        """The last message of a range: EndSeqNo(16) as `asked`, whose 0 is what was sent last, or as far as the longest
        range goes."""
        return asked or min(last_sent, first + self._resend_max - 1)

    def wait_s(self, first: int, last: int, last_sent: int, now_s: float) -> float:
        """Seconds to wait before the range from BeginSeqNo(7) `first` on is served. `now_s` never steps back.

        Raises WrongValue with the tag when the range begins nowhere, is too long, or comes far too soon."""
        if first < 1:
            raise WrongValue("7")
        if last - first >= self._resend_max:
            raise WrongValue("16")
        count = max(0, min(last, last_sent) - first + 1)
        paid_s = max(self._paid_s, now_s) + count * self._cost_s
        wait_s = paid_s - now_s - RANGES * PERIOD_S
        if wait_s > WAIT_S_MAX:
            raise WrongValue("16")
        self._paid_s = paid_s
        return max(0.0, wait_s)

    def logged_on(self) -> None:
        """On a new connection everything may be needed again."""
        self._sent_again_to = 0

    def begin(self, oldest: str, last: int) -> "Resend":
        """What has been waited for: a range up to `last` is sent again, on this thread."""
        resend = Resend(oldest, self._sent_again_to)
        self._sent_again_to = max(self._sent_again_to, last)
        return resend


class Resend:
    """One that is under way, on the connection's thread. `oldest`: the SendingTime(52) of the oldest message that is
    sent again; `once_more_to`: the last number that was sent again before."""

    def __init__(self, oldest: str, once_more_to: int) -> None:
        self.oldest: Final = oldest
        self._once_more_to = once_more_to
        self._until_rest = ONCE_MORE

    def sends(self, msg_seq_num: int) -> None:
        """Waits where it must."""
        if msg_seq_num <= self._once_more_to:
            self._until_rest -= 1
            if not self._until_rest:
                self._until_rest = ONCE_MORE
                time.sleep(REST_S)
