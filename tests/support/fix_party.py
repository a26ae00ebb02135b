"""One side of a FIX session as a test sees it: it sends, it expects, and it can show the dialogue.

What carries the messages (a raw socket, a QuickFIX initiator) is the business of the subclasses.
"""

import itertools
import time
from abc import ABC, abstractmethod
from typing import Final

from tests.support.fix_message import FixMessage, utc_timestamp

PATIENCE_S: Final = 15.0  # how long anything may take before the test fails; nothing waits this long when it works
SIDES: Final = {"buy": "1", "sell": "2"}
_barrier_numbers = itertools.count(1)


class FixParty(ABC):
    """`sender` is our CompID. Every message of either direction is kept for the text of a failed assertion."""

    def __init__(self, sender: str, target: str = "VENUE") -> None:
        self.sender: Final = sender
        self.target: Final = target
        self.dialogue: list[str] = []

    @abstractmethod
    def send(self, msg_type: str, **fields: str | None) -> None:
        """Send a message with the given body fields; those that are None are left out."""

    @abstractmethod
    def receive(self, patience_s: float = PATIENCE_S) -> FixMessage | None:
        """The next message that is no heartbeat on its own account, or None when time is up."""

    def expect(self, msg_type: str, **fields: str | None) -> FixMessage:
        """Receive the next message and compare its type and the given fields (None: must be absent)."""
        message = self.receive()
        assert message is not None, f"{self.sender}: no MsgType(35)={msg_type} came\n{self.told()}"
        self._compare(message, msg_type, fields)
        return message

    def _compare(self, message: FixMessage, msg_type: str, fields: dict[str, str | None]) -> None:
        differences = list(message.differences({"T35": msg_type, **fields}))
        assert not differences, "\n".join([f"{self.sender}: {message}", *differences, self.told()])

    def told(self) -> str:
        """The dialogue so far, the last 20 messages of it."""
        return "\n".join(["the dialogue was", *self.dialogue[-20:]])

    # -- order entry ----------------------------------------------------------------------------------

    def enter(self, cl_ord_id: str, side: str, qty: str, symbol: str, price: str | None = None, **more: str) -> None:
        """NewOrderSingle(D): a limit order when there is a price, else a market order, unless OrdType says."""
        terms = {"OrdType": "1" if price is None else "2", "OrderQty": qty}
        if price is not None:
            terms["Price"] = price
        terms |= more
        self.send(
            "D",
            ClOrdID=cl_ord_id,
            Symbol=symbol,
            Side=SIDES[side],
            TransactTime=utc_timestamp(),
            **{name: value for name, value in terms.items() if value},
        )

    def cancel(self, cl_ord_id: str, orig_cl_ord_id: str, side: str, symbol: str, **more: str) -> None:
        """OrderCancelRequest(F)."""
        self.send(
            "F",
            ClOrdID=cl_ord_id,
            OrigClOrdID=orig_cl_ord_id,
            Symbol=symbol,
            Side=SIDES[side],
            TransactTime=utc_timestamp(),
            **more,
        )

    def replace(self, cl_ord_id: str, orig_cl_ord_id: str, side: str, symbol: str, **terms: str) -> None:
        """OrderCancelReplaceRequest(G) with the new terms; OrdType(40) is Limit unless given."""
        self.send(
            "G",
            ClOrdID=cl_ord_id,
            OrigClOrdID=orig_cl_ord_id,
            Symbol=symbol,
            Side=SIDES[side],
            TransactTime=utc_timestamp(),
            **({"OrdType": "2"} | terms),
        )

    def ask_status(self, cl_ord_id: str, side: str, symbol: str) -> None:
        """OrderStatusRequest(H)."""
        self.send("H", ClOrdID=cl_ord_id, Symbol=symbol, Side=SIDES[side])

    def expect_nothing_more(self, symbol: str) -> None:
        """Assert that every report of what was sent so far has been received.

        A status request is answered in order with everything before it, so its answer is a mark: what
        is still to come for this session would come before it.
        """
        mark = f"mark-{next(_barrier_numbers)}"
        self.ask_status(mark, "buy", symbol)
        self.expect("8", ClOrdID=mark, ExecType="I", OrdStatus="8", OrdRejReason="5")

    def skip_what_is_left(self, symbol: str) -> None:
        """Throw away what an earlier test, which failed, has not received."""
        mark = f"mark-{next(_barrier_numbers)}"
        self.ask_status(mark, "buy", symbol)
        message = self.receive()
        while message is not None and message.get("ClOrdID") != mark:
            message = self.receive()
        assert message is not None, f"{self.sender}: no answer to a status request\n{self.told()}"


class Deadline:
    """Counts down: `left()` seconds, never below zero."""

    def __init__(self, patience_s: float) -> None:
        self._end = time.monotonic() + patience_s

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())
