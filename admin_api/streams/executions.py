"""What the owner of an order, and who watches its account, is told of each change: a message for each report of FIX.

exec_id, order_id and trade_id are those of the ExecutionReports(8), journal_seq is their JournalSeq(5001), so that
FIX, REST and WebSocket can be lined up.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from admin_api.models.orders import OrderType
from admin_api.models.values import time_text, word
from admin_api.orders.words import SIDE_WORDS, order_type_of
from admin_api.streams.messages import JournalSeq, Message, Price, Qty, SideWord, Symbol, Time
from venue import messages as m
from venue.increments import average_text, trimmed
from venue.names import REQUESTS
from venue.reasons import REASONS
from venue.units import Units

ExecType: TypeAlias = Literal[
    "new", "triggered", "released", "replaced", "reduced", "canceled", "expired", "trade", "trade_canceled",
    "trade_corrected", "rejected",
]  # fmt: skip
Status: TypeAlias = Literal["new", "partially_filled", "filled", "canceled", "expired", "rejected"]
Account: TypeAlias = Annotated[str, Meta(examples=["DEMO1"])]
Reason: TypeAlias = Annotated[str | None, Meta(description="A name of the reason table.", examples=["self_match"])]


class Fill(msgspec.Struct, frozen=True, gc=False):
    """The order's side of the trade, as it stands; quantity 0: it is busted. fee < 0: a rebate."""

    trade_id: int
    price: Price
    quantity: Qty
    fee: Annotated[str, Meta(description="In the quote currency.", examples=["1.25"])]
    liquidity: Literal["maker", "taker", "auction"]


class Execution(Message, frozen=True, tag="execution"):
    """An order changed, or was rejected (order_id 0). Its quantities are those after the change.

    In a rejection of what could not be read as numbers quantity and price are as they were sent, or null.
    """

    exec_id: Annotated[int, Meta(description="ExecID(17)", examples=[93])]
    exec_type: ExecType
    order_id: Annotated[int, Meta(description="OrderID(37)", examples=[42])]
    client_order_id: Annotated[str, Meta(description="ClOrdID(11)", examples=["a-7"])]
    orig_client_order_id: Annotated[str | None, Meta(description="OrigClOrdID(41)")]
    account: Account
    session: Annotated[str, Meta(description="FIX session or `api.KEY` that entered the order.", examples=["DEMO1"])]
    symbol: Symbol
    side: SideWord | None
    order_type: OrderType | None
    status: Status
    quantity: Qty | None
    executed_quantity: Qty
    leaves_quantity: Qty
    average_price: Price | None
    price: Price | None
    stop_price: Price | None
    fill: Fill | None
    reason: Reason
    text: str | None
    journal_seq: JournalSeq
    time: Time


class RequestRejected(Message, frozen=True, tag="request_rejected"):
    """A cancel or replace request was refused: OrderCancelReject(9)."""

    request: Annotated[str, Meta(examples=["cancel"])]
    order_id: int
    client_order_id: str
    orig_client_order_id: str
    account: Account
    session: str
    reason: Annotated[str, Meta(examples=["too_late"])]
    text: str
    journal_seq: JournalSeq
    time: Time


class Told(NamedTuple):
    """What there is to tell of an account. `message` writes it: only for those somebody listens to."""

    account: str
    symbol: str
    message: Callable[[], Message]


class Teller:
    """Of the events of one command."""

    def __init__(self, units: Units, journal_seq: int, time_ns: int) -> None:
        self._units = units
        self._journal_seq = journal_seq
        self._time_ns = time_ns

    def told(self, event: m.AnyEvent) -> tuple[Told, ...]:
        """Nothing for what is no change of an order. A trade is told to both sides."""
        match event:
            case m.OrderEvent(terms=terms):
                return (Told(terms.account, terms.symbol, partial(self._changed, event)),)
            case m.OrderTraded():
                sides = (event.maker, True), (event.taker, False)
                return tuple(Told(one.account, one.symbol, partial(self._traded, event, maker)) for one, maker in sides)
            case m.TradeAmended():
                return tuple(
                    Told(side.terms.account, side.terms.symbol, partial(self._amended, event, side))
                    for side in (event.maker, event.taker)
                )
            case m.OrderRejected():
                asked = event.request or event.refused
                assert asked is not None  # the one or the other
                return (Told(asked.account, asked.symbol, partial(self._rejected, event, asked)),)
            case m.CancelRejected():
                return (Told(event.account, "", partial(self._request_rejected, event)),)
        return ()

    def _changed(self, event: m.OrderEvent) -> Execution:
        reason, orig, terms = None, None, event.terms
        if isinstance(event, (m.OrderCanceled, m.OrderReduced)):
            reason = REASONS[event.reason].name
        if isinstance(event, m.OrderReplaced):
            orig = event.orig_cl_ord_id
        if isinstance(event, m.OrderCanceled) and event.cl_ord_id:
            orig, terms = terms.cl_ord_id, msgspec.structs.replace(terms, cl_ord_id=event.cl_ord_id)
        ids = (event.exec_id, _EXEC_TYPES[type(event)], event.order_id, orig)
        sums = (event.cum_lots, event.leaves_lots, event.notional)
        return self._execution(ids, terms, _status_after(event), sums, None, reason)

    def _traded(self, event: m.OrderTraded, is_maker: bool) -> Execution:
        if is_maker:
            terms, fee, ids = event.maker, event.maker_fee, (event.maker_exec_id, "trade", event.maker_order_id, None)
            sums = (event.maker_cum_lots, event.maker_leaves_lots, event.maker_notional)
        else:
            terms, fee, ids = event.taker, event.taker_fee, (event.taker_exec_id, "trade", event.taker_order_id, None)
            sums = (event.taker_cum_lots, event.taker_leaves_lots, event.taker_notional)
        fill = self._fill(event, terms.symbol, fee, is_maker)
        return self._execution(ids, terms, "partially_filled" if sums[1] else "filled", sums, fill, None)

    def _amended(self, event: m.TradeAmended, side: m.TradeSide) -> Execution:
        exec_type: ExecType = "trade_corrected" if event.qty_lots else "trade_canceled"
        fill = self._fill(event, side.terms.symbol, side.fee, side is event.maker)
        sums = (side.cum_lots, side.leaves_lots, side.notional)
        ids = (side.exec_id, exec_type, side.order_id, None)
        return self._execution(ids, side.terms, _STATUSES[side.ord_status], sums, fill, None, event.why or None)

    def _rejected(self, event: m.OrderRejected, asked: m.EnterOrder | m.RefuseRequest) -> Execution:
        status, reason, text = _STATUSES[event.ord_status], REASONS[event.reason].name, event.text or None
        if isinstance(asked, m.EnterOrder) and asked.symbol in self._units.symbols:
            ids = (event.exec_id, "rejected", event.order_id, None)
            sums = (event.cum_lots, event.leaves_lots, event.notional)
            return self._execution(ids, asked, status, sums, None, reason, text)
        qty_text, price_text = (asked.qty_text, asked.price_text) if isinstance(asked, m.RefuseRequest) else ("", "")
        return Execution(
            event.exec_id, "rejected", event.order_id, asked.cl_ord_id, None, asked.account, asked.session,
            asked.symbol, SIDE_WORDS.get(asked.side), None, status, qty_text or None, "0", "0", None,
            price_text or None, None, None, reason, text, self._journal_seq, time_text(self._time_ns),
        )  # fmt: skip

    def _request_rejected(self, event: m.CancelRejected) -> RequestRejected:
        return RequestRejected(
            word(REQUESTS[event.request]), event.order_id, event.cl_ord_id, event.orig_cl_ord_id, event.account,
            event.session, REASONS[event.reason].name, event.text, self._journal_seq, time_text(self._time_ns),
        )  # fmt: skip

    def _fill(self, event: m.OrderTraded | m.TradeAmended, symbol: str, fee: int, is_maker: bool) -> Fill:
        units = self._units
        return Fill(
            event.trade_id,
            units.price(symbol).to_text(event.price_ticks),
            units.qty(symbol).to_text(event.qty_lots),
            trimmed(units.money(units.instrument(symbol).quote).to_text(fee)),
            "auction" if event.is_auction else "maker" if is_maker else "taker",
        )

    def _execution(
        self,
        ids: tuple[int, Any, int, str | None],
        terms: m.EnterOrder,
        status: Status,
        sums: tuple[int, int, int],
        fill: Fill | None,
        reason: str | None,
        text: str | None = None,
    ) -> Execution:
        """`ids`: exec_id, exec_type, order_id, orig_client_order_id; `sums`: cum_lots, leaves_lots, notional."""
        exec_id, exec_type, order_id, orig = ids
        cum_lots, leaves_lots, notional = sums
        price, qty = self._units.price(terms.symbol), self._units.qty(terms.symbol)
        return Execution(
            exec_id,
            exec_type,
            order_id,
            terms.cl_ord_id,
            orig,
            terms.account,
            terms.session,
            terms.symbol,
            SIDE_WORDS[terms.side],
            order_type_of(terms),
            status,
            qty.to_text(terms.qty_lots),
            qty.to_text(cum_lots),
            qty.to_text(leaves_lots),
            average_text(price, notional, cum_lots) if cum_lots else None,
            price.to_text(terms.price_ticks) if terms.price_ticks else None,
            price.to_text(terms.stop_ticks) if terms.stop_ticks else None,
            fill,
            reason,
            text,
            self._journal_seq,
            time_text(self._time_ns),
        )


_STATUSES: Final[dict[int, Status]] = {
    m.NEW: "new",
    m.PARTIALLY_FILLED: "partially_filled",
    m.FILLED: "filled",
    m.CANCELED: "canceled",
    m.EXPIRED: "expired",
    m.REJECTED: "rejected",
}


_EXEC_TYPES: Final[dict[type, ExecType]] = {
    m.OrderAccepted: "new",
    m.OrderTriggered: "triggered",
    m.OrderReleased: "released",
    m.OrderReplaced: "replaced",
    m.OrderReduced: "reduced",
    m.OrderCanceled: "canceled",
    m.OrderExpired: "expired",
}


def _status_after(event: m.OrderEvent) -> Status:
    if isinstance(event, m.OrderCanceled):
        return "canceled"
    if isinstance(event, m.OrderExpired):
        return "expired"
    if not event.leaves_lots:
        return "filled"
    return "partially_filled" if event.cum_lots else "new"
