"""What the venue has done, counted from the journal: a sink of the replica.

The counts are over the whole journal, so that they are the same in every run of this process: a restart is no
reset. Cost: about 0.4 µs a command.
"""

from typing import Final

from venue.messages import (
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    AnyCommand,
    AnyEvent,
    CancelRejected,
    InstrumentListed,
    ListRejected,
    LossCapReached,
    MassCancelRejected,
    OperationRefused,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderReplaced,
    OrderTraded,
    TradeAmended,
)
from venue.names import REQUESTS

OPERATION: Final = "operation"  # beside the words of REQUESTS: what an operator asked


class InstrumentTally:
    """Of one instrument. Trades, lots and notional (ticks x lots) as they printed: amendments change nothing."""

    __slots__ = ("amendments", "cancels", "expiries", "lots", "notional", "orders", "replaces", "trades")

    def __init__(self) -> None:
        self.orders = 0  # accepted
        self.cancels = 0
        self.replaces = 0
        self.expiries = 0
        self.trades = 0
        self.lots = 0
        self.notional = 0
        self.amendments = 0  # busts and corrections


class Tally:
    """`rejects` by (request, reason), the request in the words of REQUESTS, or OPERATION."""

    def __init__(self) -> None:
        self.instruments: Final[dict[str, InstrumentTally]] = {}
        self.rejects: Final[dict[tuple[str, int], int]] = {}
        self.loss_caps_reached = 0

    def begin(self, symbol: str) -> None:
        """Of an instrument that was listed before the first command that is followed."""
        self.instruments.setdefault(symbol, InstrumentTally())

    def on_events(self, _journal_seq: int, _time_ns: int, _command: AnyCommand, events: list[AnyEvent]) -> None:
        instruments = self.instruments
        for event in events:
            if type(event) is OrderAccepted:
                instruments[event.terms.symbol].orders += 1
            elif type(event) is OrderTraded:
                tally = instruments[event.maker.symbol]
                tally.trades += 1
                tally.lots += event.qty_lots
                tally.notional += event.qty_lots * event.price_ticks
            elif type(event) is OrderCanceled:
                instruments[event.terms.symbol].cancels += 1
            elif type(event) is OrderReplaced:
                instruments[event.terms.symbol].replaces += 1
            else:
                self._count_rarer(event)

    def _count_rarer(self, event: AnyEvent) -> None:
        match event:
            case OrderRejected():
                self._reject(REQUESTS[REQUEST_ENTER], event.reason)
            case CancelRejected():
                self._reject(REQUESTS[event.request], event.reason)
            case ListRejected():
                self._reject(REQUESTS[REQUEST_ENTER], event.reason)
            case MassCancelRejected():
                self._reject(REQUESTS[REQUEST_MASS_CANCEL], event.reason)
            case OperationRefused():
                self._reject(OPERATION, event.reason)
            case OrderExpired():
                self.instruments[event.terms.symbol].expiries += 1
            case TradeAmended():
                self.instruments[event.maker.terms.symbol].amendments += 1
            case LossCapReached():
                self.loss_caps_reached += 1
            case InstrumentListed():
                self.begin(event.instrument.symbol)

    def _reject(self, request: str, reason: int) -> None:
        self.rejects[request, reason] = self.rejects.get((request, reason), 0) + 1
