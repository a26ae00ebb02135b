"""The naive engine: every command's checks and effects, in the order the rules name them.

Same interface as venue.engine.engine.Engine, without dump and load. Texts are left empty, except those
the gateway wrote: the rules say which reason is given, not in which words.
"""

import msgspec

from tests.support.naive_book import (
    TRIGGER_TYPES,
    NaiveOrder,
    is_reached,
)
from tests.support.naive_state import NaiveState
from tests.support.naive_terms import (
    MAY_REST,
    OK,
    entry_terms_refusal,
    fits,
    keeps_priority,
    replace_terms_refusal,
    replaced_terms,
)
from venue import reasons
from venue.errors import InvariantError
from venue.messages import (
    ACCOUNT_DEFAULT,
    CANCEL_ONLY,
    DAY,
    EXPIRED,
    FILLED,
    GTD,
    HALTED,
    LIMIT,
    POST_ONLY,
    REJECTED,
    REQUEST_CANCEL,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    REQUEST_REPLACE,
    AccountOpened,
    AnyCommand,
    AnyEvent,
    CancelOrder,
    CancelRejected,
    DayRolled,
    EnterOrder,
    ExpireOrders,
    InstrumentListed,
    ListInstrument,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OpenAccount,
    OperationRefused,
    OrderExpired,
    OrderRejected,
    OrderReplaced,
    OrderStatusReported,
    RefuseRequest,
    ReplaceOrder,
    Request,
    RollDay,
    SetTradingState,
    TradingStateChanged,
)


class NaiveEngine(NaiveState):
    def apply(self, command: AnyCommand, journal_seq: int, time_ns: int) -> list[AnyEvent]:
        if journal_seq != self.journal_seq + 1:
            raise InvariantError(f"journal_seq was {journal_seq}: must be {self.journal_seq + 1}")
        self.journal_seq, self.time_ns = journal_seq, time_ns
        self.book.events = []
        match command:
            case EnterOrder():
                self.enter_order(command)
            case CancelOrder():
                self.cancel_order(command)
            case ReplaceOrder():
                self.replace_order(command)
            case MassCancel():
                self.mass_cancel(command)
            case RefuseRequest():
                self.refuse_request(command)
            case ListInstrument():
                self.list_instrument(command)
            case OpenAccount():
                self.open_account(command)
            case SetTradingState():
                self.set_trading_state(command)
            case ExpireOrders():
                self.expire_orders()
            case RollDay():
                self.roll_day(command)
        self.book.run_released()
        self.forget_oldest()
        return self.book.events

    # Entering ------------------------------------------------------------------------------------------

    def enter_order(self, request: EnterOrder) -> None:
        known = self.names.get((request.session, request.cl_ord_id))
        if known and request.poss_resend:
            self.report_status(known)
            return
        if known:
            self.reject(request, reasons.DUPLICATE_CL_ORD_ID, known)
            return
        reason = self.entry_refusal(request)
        if reason:
            self.reject(request, reason)
            return
        terms = request
        if request.cash_units:
            terms = msgspec.structs.replace(request, qty_lots=self.lots_for_cash(request))
        order = self.book.accept(terms, self.time_ns)
        self.names[request.session, request.cl_ord_id] = order
        unfillable = self.book.is_unfillable(order)
        if unfillable:
            self.book.cancel(order, unfillable)
        else:
            self.book.enter(order)

    def entry_refusal(self, request: EnterOrder) -> int:
        """Checks 2 to 7, the first that fails."""
        if request.symbol not in self.states:
            return reasons.UNKNOWN_SYMBOL
        if not self.is_open_account(request.account):
            return reasons.UNKNOWN_ACCOUNT
        state = self.states[request.symbol]
        if state in (HALTED, CANCEL_ONLY):
            return reasons.NOT_ACCEPTED_NOW
        rests = request.ord_type == LIMIT and request.time_in_force in MAY_REST and not request.min_lots
        if state == POST_ONLY and not rests:
            return reasons.NOT_ACCEPTED_NOW
        reason = entry_terms_refusal(request, self.time_ns)
        if reason:
            return reason
        qty_lots = request.qty_lots
        if request.cash_units:
            qty_lots = self.lots_for_cash(request)
            if qty_lots == 0:
                return reasons.BOOK_EMPTY
        reason = self.qty_refusal(request.symbol, qty_lots)
        if reason:
            return reason
        if (request.post_only or state == POST_ONLY) and self.book.queue_against(request):
            return reasons.POST_ONLY_WOULD_TAKE
        return OK

    def qty_refusal(self, symbol: str, qty_lots: int) -> int:
        instrument = self.instrument(symbol)
        if qty_lots < instrument.min_lots:
            return reasons.QTY_TOO_SMALL
        return reasons.QTY_TOO_LARGE if qty_lots > instrument.max_lots else OK

    def lots_for_cash(self, request: EnterOrder) -> int:
        return self.book.lots_for_cash(request, self.instrument(request.symbol).notional_factor)

    def reject(self, request: EnterOrder, reason: int, known: NaiveOrder | None = None) -> None:
        rejected = OrderRejected(self.book.next_exec_id(), reason, "", request)
        if known is not None:
            rejected = msgspec.structs.replace(
                rejected,
                order_id=known.order_id,
                ord_status=known.ord_status(),
                cum_lots=known.cum_lots,
                leaves_lots=known.leaves_lots,
                notional=known.notional,
            )
        self.book.events.append(rejected)

    def report_status(self, order: NaiveOrder) -> None:
        self.book.events.append(OrderStatusReported(self.book.next_exec_id(), order.status()))

    # Canceling and replacing ---------------------------------------------------------------------------

    def cancel_order(self, request: CancelOrder) -> None:
        if self.is_repeated(request):
            return
        order = self.named_order(request)
        reason = self.change_refusal(request, order)
        if order is None or reason:
            self.reject_change(request, REQUEST_CANCEL, reason, order)
            return
        self.names[request.session, request.cl_ord_id] = order
        self.book.cancel(order, reasons.REQUESTED, request.cl_ord_id)

    def replace_order(self, request: ReplaceOrder) -> None:
        if self.is_repeated(request):
            return
        order = self.named_order(request)
        reason = self.change_refusal(request, order) or self.replace_refusal(request, order)
        if order is None or reason:
            self.reject_change(request, REQUEST_REPLACE, reason, order)
            return
        self.names[request.session, request.cl_ord_id] = order
        self.replace(order, replaced_terms(order.terms, request))

    def replace(self, order: NaiveOrder, new: EnterOrder) -> None:
        old, order.terms = order.terms, new
        if new.qty_lots <= order.cum_lots:
            order.terms = msgspec.structs.replace(new, qty_lots=order.cum_lots)
            self.book.close(order, FILLED)
        else:
            self.book.reduce(order)
        replaced = OrderReplaced(*self.book.facts(order), orig_cl_ord_id=old.cl_ord_id)
        self.book.events.append(replaced)
        if order.end is None and not keeps_priority(old, new):
            self.book.remove(order)
            self.book.enter(order)

    def named_order(self, request: CancelOrder | ReplaceOrder | RefuseRequest) -> NaiveOrder | None:
        """The order a request names: by any ClOrdID it had in this session, else by its OrderID there."""
        named = self.names.get((request.session, request.orig_cl_ord_id))
        if named is not None or isinstance(request, RefuseRequest) or request.order_id == 0:
            return named
        orders = [order for order in self.known_orders() if order.order_id == request.order_id]
        return next((order for order in orders if order.terms.session == request.session), None)

    def is_repeated(self, request: CancelOrder | ReplaceOrder) -> bool:
        """A known ClOrdID that came again is answered with the status of the order that has it."""
        known = self.names.get((request.session, request.cl_ord_id))
        if known is None or not request.poss_resend:
            return False
        self.report_status(known)
        return True

    def change_refusal(self, request: CancelOrder | ReplaceOrder, order: NaiveOrder | None) -> int:
        """The checks cancel and replace have in common, the first that fails."""
        if (request.session, request.cl_ord_id) in self.names:
            return reasons.DUPLICATE_CL_ORD_ID
        if order is None:
            return reasons.UNKNOWN_ORDER
        ord_type = request.ord_type if isinstance(request, ReplaceOrder) else 0
        asked = (request.symbol, request.side, ord_type)
        own = (order.terms.symbol, order.terms.side, order.terms.ord_type)
        if any(a and a != b for a, b in zip(asked, own, strict=True)):
            return reasons.MISMATCH
        return reasons.TOO_LATE if order.end is not None else OK

    def replace_refusal(self, request: ReplaceOrder, order: NaiveOrder | None) -> int:
        """What only a replace asks, after the checks in common found the order."""
        assert order is not None
        new = replaced_terms(order.terms, request)
        state = self.states[new.symbol]
        if state in (HALTED, CANCEL_ONLY):
            return reasons.NOT_ACCEPTED_NOW
        reason = replace_terms_refusal(order, request, new, self.time_ns)
        if not reason and request.qty_lots > order.cum_lots:
            reason = self.qty_refusal(new.symbol, request.qty_lots)
        if reason:
            return reason
        enters = new.qty_lots > order.cum_lots and not keeps_priority(order.terms, new)
        if enters and (new.post_only or state == POST_ONLY) and self.would_take(order, new):
            return reasons.POST_ONLY_WOULD_TAKE
        return OK

    def would_take(self, order: NaiveOrder, new: EnterOrder) -> bool:
        if new.ord_type in TRIGGER_TYPES and not order.triggered:
            return is_reached(new, self.book.last_ticks.get(new.symbol, 0))
        return len(self.book.queue_against(new)) > 0

    def reject_change(
        self,
        asked: CancelOrder | ReplaceOrder | RefuseRequest,
        kind: Request,
        reason: int,
        order: NaiveOrder | None,
        text: str = "",
    ) -> None:
        names = (asked.session, asked.account, asked.cl_ord_id, asked.orig_cl_ord_id)
        target = (order.order_id, order.ord_status()) if order else (0, REJECTED)
        self.book.events.append(CancelRejected(*names, kind, reason, text, *target))

    # Many orders at once, and the gateway's refusals ---------------------------------------------------

    def mass_cancel(self, request: MassCancel) -> None:
        reason = OK
        if not self.is_open_account(request.account):
            reason = reasons.UNKNOWN_ACCOUNT
        elif request.symbol and request.symbol not in self.states:
            reason = reasons.UNKNOWN_SYMBOL
        if reason:
            self.book.events.append(MassCancelRejected(self.book.next_exec_id(), request, reason, ""))
            return
        orders = [order for order in self.book.open_orders() if fits(order.terms, request)]
        for order in orders:
            self.book.cancel(order, request.reason or reasons.MASS_CANCELED)
        if request.reason == reasons.REQUESTED:
            self.book.events.append(MassCanceled(self.book.next_exec_id(), request, len(orders)))

    def expire_orders(self) -> None:
        orders = [order for order in self.book.open_orders() if order.terms.time_in_force == GTD]
        due = [order for order in orders if order.terms.expire_ns <= self.time_ns]
        for order in sorted(due, key=lambda order: (order.terms.expire_ns, order.order_id)):
            self.expire(order)

    def roll_day(self, request: RollDay) -> None:
        if request.day_end_ns <= self.day_end_ns:
            self.refuse_operation(reasons.BAD_VALUE)
            return
        for order in self.book.open_orders():
            if order.terms.time_in_force == DAY:
                self.expire(order)
        self.day_end_ns = request.day_end_ns
        self.book.events.append(DayRolled(request.day_end_ns))

    def expire(self, order: NaiveOrder) -> None:
        self.book.close(order, EXPIRED)
        self.book.events.append(OrderExpired(*self.book.facts(order)))

    def refuse_request(self, refused: RefuseRequest) -> None:
        if refused.request == REQUEST_ENTER:
            exec_id = self.book.next_exec_id()
            self.book.events.append(OrderRejected(exec_id, refused.reason, refused.text, None, refused))
        elif refused.request == REQUEST_MASS_CANCEL:
            asked = MassCancel(refused.session, refused.account, refused.cl_ord_id, refused.symbol, refused.side)
            exec_id = self.book.next_exec_id()
            self.book.events.append(MassCancelRejected(exec_id, asked, refused.reason, refused.text))
        else:
            order = self.named_order(refused)
            self.reject_change(refused, refused.request, refused.reason, order, refused.text)

    # Operating -----------------------------------------------------------------------------------------

    def list_instrument(self, request: ListInstrument) -> None:
        if request.min_lots < 1 or request.max_lots < request.min_lots or request.notional_factor < 1:
            self.refuse_operation(reasons.BAD_VALUE)
            return
        if request.symbol not in self.states:
            self.states[request.symbol] = request.state
            self.listed.append(request)
            self.book.events.append(InstrumentListed(request))
            return
        old = self.instrument(request.symbol)
        as_new = msgspec.structs.replace(old, min_lots=request.min_lots, max_lots=request.max_lots, state=request.state)
        if as_new != request:
            self.refuse_operation(reasons.MISMATCH)
            return
        self.listed[self.listed.index(old)] = request
        self.book.events.append(InstrumentListed(request))

    def open_account(self, request: OpenAccount) -> None:
        if request.self_match == ACCOUNT_DEFAULT:
            self.refuse_operation(reasons.BAD_VALUE)
            return
        names = [account.account for account in self.opened]
        if request.account in names:
            self.opened[names.index(request.account)] = request
        else:
            self.opened.append(request)
        self.book.events.append(AccountOpened(request))

    def set_trading_state(self, request: SetTradingState) -> None:
        if request.symbol not in self.states:
            self.refuse_operation(reasons.UNKNOWN_SYMBOL)
            return
        old_state = self.states[request.symbol]
        self.states[request.symbol] = request.state
        self.book.events.append(TradingStateChanged(request.symbol, request.state, old_state, request.by, request.why))

    def refuse_operation(self, reason: int) -> None:
        self.book.events.append(OperationRefused(reason, ""))

    def forget_oldest(self) -> None:
        while len(self.book.closed) > self.closed_orders_max:
            forgotten = self.book.closed.pop(0)
            self.names = {name: order for name, order in self.names.items() if order is not forgotten}
