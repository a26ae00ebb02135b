"""One session that sends mutated messages, and knows which of them the venue must have in its journal.

Of what is sent, a *plain* message has a right header and no field of header or trailer in its body: it costs the
session nothing, and is either refused by number (Reject(3), BusinessMessageReject(j)) or done. A *wild* one has
anything changed, a *garbled* one is no frame: after those the venue may close the connection, ask for a resend or
log the session out, and the attacker logs on again. That it can, within PATIENCE_S, is what "no stalled session"
means.

A mark, a question about an unknown order, ends each step: the venue answers it behind everything before it.
"""

import itertools
import random
import re
from collections import Counter, deque
from dataclasses import dataclass
from typing import Final

from tests.fuzz.admission import refusal
from tests.fuzz.asked import MSG_TYPES, Pairs, is_as_asked
from tests.fuzz.mutations import garbled, mutated
from tests.fuzz.originals import SYMBOLS, Originals
from tests.support.fix_message import SOH, FixMessage, frame, utc_timestamp
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.raw_fix import RawClient
from venue.messages import AnyCommand

PLAIN_PER_STEP: Final = 40
WILD_PER_STEP: Final = 3
GARBLED_CHANCE: Final = 0.5
_NOT_IN_A_BODY: Final = frozenset(
    map(str, (8, 9, 10, 34, 35, 43, 49, 50, 52, 56, 57, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 369))
)
_PLAIN_TAG: Final = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_JOURNALED: Final = frozenset(MSG_TYPES.values()) - {"E"}  # a list may be refused without, by ListStatus(N)
_REFUSALS: Final = frozenset("3j")
_marks: Final = itertools.count(1)


@dataclass
class Sent:
    msg_seq_num: int
    fields: Pairs  # from MsgType(35) on
    must_be_journaled: bool

    def __str__(self) -> str:
        return "|".join(f"{tag}={value}" for tag, value in self.fields)


class AttackingClient(RawClient):
    """It does not look at the venue's numbers: what is reported while a Logon is answered is stored, not sent, and
    only a client that asks for a resend gets it."""

    def _count(self, message: FixMessage) -> None:
        pass


class Attacker:
    """`sent`: what may still come in the journal, oldest first. `counts`: what was sent, and how it was answered."""

    def __init__(self, client: RawClient, chance: random.Random, counts: Counter[str]) -> None:
        self.client: Final = client
        self.sent: Final[deque[Sent]] = deque()
        self.counts: Final = counts
        self._chance = chance
        self._originals = Originals(chance, client.sender)
        self._wild: list[Pairs] = []
        self._mark = ""
        self._is_away = True

    def __str__(self) -> str:
        return self.client.told()

    # -- plain messages --------------------------------------------------------------------------------

    def send_plain(self) -> None:
        """Many at once, and a mark. What a mutation made wild is kept for `go_wild`."""
        frames = [self._plain() for _ in range(PLAIN_PER_STEP)]
        self.client.send_bytes(b"".join(frames))
        self._send_mark()

    def _plain(self) -> bytes:
        while True:
            msg_type, original = self._originals.next()
            body = mutated(original, self._chance)
            if is_plain(body):
                break
            self._wild = [*self._wild[-10:], [("35", msg_type), *body]]
        fields = [*self._header(msg_type, self.client.next_out), *body]
        data = frame(fields)
        if refusal(data, self.client.next_out):
            self.counts["not sent"] += 1
            return b""
        self.sent.append(Sent(self.client.next_out, fields, msg_type in _JOURNALED))
        self.client.next_out += 1
        self.counts["plain"] += 1
        return data

    def _header(self, msg_type: str, msg_seq_num: int) -> Pairs:
        client = self.client
        return [
            ("35", msg_type), ("34", str(msg_seq_num)), ("49", client.sender), ("56", client.target),
            ("52", utc_timestamp()),
        ]  # fmt: skip

    def hear(self) -> None:
        """Everything up to the mark's answer; what was refused must not be journaled."""
        refused = set()
        for message in self._until_mark():
            assert message.msg_type not in ("2", "5"), f"a plain message cost the session\n{self}"
            if message.msg_type in _REFUSALS:
                self._check_refusal(message)
                refused.add(message["RefSeqNum"])
        kept = [sent for sent in self.sent if str(sent.msg_seq_num) not in refused]
        self.counts["refused"] += len(self.sent) - len(kept)
        self.sent.clear()
        self.sent.extend(kept)

    def _check_refusal(self, message: FixMessage) -> None:
        is_bug = message.get("BusinessRejectReason") == "4"
        assert not is_bug, f"{message}\nanswers {self._find(message['RefSeqNum'])}"

    def _find(self, msg_seq_num: str) -> str:
        return next((str(sent) for sent in self.sent if str(sent.msg_seq_num) == msg_seq_num), "")

    # -- wild and garbled ones -------------------------------------------------------------------------

    def go_wild(self) -> None:
        for _ in range(WILD_PER_STEP):
            if not self._is_away:
                is_high = self._send_wild()
                self._send_mark()
                self._hear_wild(is_high)
        if not self._is_away and self._chance.random() < GARBLED_CHANCE:
            self._garble()

    def _send_wild(self) -> bool:
        """Whether its number is above the next: the venue then keeps it for later, when the session is another."""
        next_out = self.client.next_out
        fields = self._wild_within() if self._wild and self._chance.random() < 0.5 else self._wild_throughout()
        data = frame(fields)
        if refusal(data, next_out):
            self.counts["not sent"] += 1
            return False
        self.sent.append(Sent(next_out, _on_the_wire(fields), must_be_journaled=False))
        self.client.send_bytes(data)
        self.client.next_out += 1
        self.counts["wild"] += 1
        return any(tag == "34" and value.isdecimal() and int(value) > next_out for tag, value in fields)

    def _wild_within(self) -> Pairs:
        (_, msg_type), *body = self._wild.pop()
        return [*self._header(msg_type, self.client.next_out), *body]

    def _wild_throughout(self) -> Pairs:
        msg_type, body = self._originals.next()
        return mutated([*self._header(msg_type, self.client.next_out), *body], self._chance)

    def _hear_wild(self, is_high: bool) -> None:
        deadline = Deadline(PATIENCE_S)
        while (message := self.client.receive(deadline.left())) is not None and message.msg_type != "5":
            is_mark, is_gap = message.get("ClOrdID") == self._mark, message.msg_type == "2"
            if is_high and (is_mark or is_gap):
                break
            if is_mark:
                return
            if is_gap:
                self._fill_gap(int(message["BeginSeqNo"]))
        assert deadline.left() > 0, f"{self.client.sender}: the session was stalled\n{self}"
        self._come_back()

    def _fill_gap(self, first: int) -> None:
        """What was not recognized comes no more, nor does the mark behind it: another one follows."""
        again = {"PossDupFlag": "Y", "OrigSendingTime": utc_timestamp(-0.001)}
        self.client.send_as(first, "4", GapFillFlag="Y", NewSeqNo=str(self.client.next_out), **again)
        self._send_mark()

    def _garble(self) -> None:
        """The rest of the connection may be taken for the rest of the message: it ends here."""
        msg_type, body = self._originals.next()
        fields = [*self._header(msg_type, self.client.next_out), *body]
        self.sent.append(Sent(self.client.next_out, fields, must_be_journaled=False))  # it may stand behind junk
        self.client.send_bytes(garbled(frame(fields), self._chance))
        self.counts["garbled"] += 1
        self._come_back()

    def _come_back(self) -> None:
        """Not at once: QuickFIX takes a moment to give the session free, and a second to look again."""
        self.client.hang_up()
        self._is_away = True

    def log_on(self) -> None:
        if self._is_away:
            self.client.log_on_when_free()
            self.counts["logged on"] += 1
            self._is_away = False

    # -- marks -----------------------------------------------------------------------------------------

    def _send_mark(self) -> None:
        self._mark = f"mark-{next(_marks)}"
        try:
            self.client.ask_status(self._mark, "buy", SYMBOLS[0])
        except ConnectionError:  # the venue has closed the connection; reading tells
            pass

    def _until_mark(self) -> list[FixMessage]:
        deadline = Deadline(PATIENCE_S)
        heard: list[FixMessage] = []
        while (message := self.client.receive(deadline.left())) is not None:
            heard.append(message)
            if message.get("ClOrdID") == self._mark:
                return heard
        raise AssertionError(f"{self.client.sender}: {'closed' if deadline.left() > 0 else 'stalled'}\n{self}")

    # -- the journal -----------------------------------------------------------------------------------

    def journaled(self, command: AnyCommand) -> None:
        """The venue's journal has this command next: it must be what the oldest message asks that may be it."""
        passed_over = []
        while self.sent:
            sent = self.sent.popleft()
            if is_as_asked(command, sent.fields):
                self.counts["journaled"] += 1
                return
            passed_over.append(str(sent))
            if sent.must_be_journaled:
                break
        raise AssertionError("\n".join([f"journaled was {command}", "asked was", *passed_over, str(self)]))

    def expect_all_journaled(self) -> None:
        missing = [str(sent) for sent in self.sent if sent.must_be_journaled]
        assert not missing, "\n".join([f"{self.client.sender}: neither refused nor journaled:", *missing, str(self)])


def is_plain(body: Pairs) -> bool:
    return all(_PLAIN_TAG.fullmatch(tag) and tag not in _NOT_IN_A_BODY and SOH not in value for tag, value in body)


def _on_the_wire(fields: Pairs) -> Pairs:
    """As the venue reads them: a value with a separator in it is two fields."""
    text = SOH.join(f"{tag}={value}" for tag, value in fields)
    return [(tag, value) for tag, _, value in (field.partition("=") for field in text.split(SOH))]
