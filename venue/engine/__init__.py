"""The matching engine: a pure function from (state, command, journal_seq, time_ns) to events.

It is no venue by itself: it knows no clock, thread, file, socket, log or random number. The same
commands give the same events and the same state hash in every process, compiled or interpreted.

Rules of trading, decided once, here (source: the trading rules of the project, FIX 4.4 vol. 4 and 7)

Entering an order. The first check that fails decides the reason:
  1. ClOrdID known to the session: OrderRejected DUPLICATE_CL_ORD_ID with that order's status and
     quantities; with poss_resend an OrderStatusReported instead, and nothing changes.
  2. UNKNOWN_SYMBOL, then UNKNOWN_ACCOUNT.
  3. Trading state: HALTED and CANCEL_ONLY accept no order (NOT_ACCEPTED_NOW); POST_ONLY accepts only LIMIT
     orders that may rest (DAY, GTC, GTD) without min_lots.
  4. Terms. A negative number, or no quantity at all: BAD_VALUE. LIMIT types need price_ticks
     (PRICE_MISSING), STOP and TAKE_PROFIT types stop_ticks (STOP_PX_MISSING); where a term is not needed it
     is refused: FIELD_NOT_ALLOWED. So are cash_units with anything but MARKET or beside qty_lots; post_only
     with anything but LIMIT that may rest, or with min_lots; display_lots with anything but the LIMIT types
     that may rest, or above qty_lots; min_lots with STOP or TAKE_PROFIT types, or above qty_lots (so never
     with cash_units); GTD with MARKET; IOC and FOK with STOP and TAKE_PROFIT types; UNCHANGED as time in
     force; expire_ns without GTD. GTD whose expire_ns is not after now: EXPIRE_TIME_PAST.
  5. Quantity. With cash_units it is first computed: the lots the order would trade in the book as it is
     now, best price first, each level taken while its price x lots x notional_factor still fits into the
     cash; the first level that does not fit whole is the last (own orders counted as FOK does); none:
     BOOK_EMPTY. The accepted order's terms carry the computed qty_lots, a rejection the request as it came.
     Then QTY_TOO_SMALL, QTY_TOO_LARGE against the instrument.
  6. (Pre-trade risk has its place here.)
  7. post_only, or POST_ONLY state, and the price would take: POST_ONLY_WOULD_TAKE.
An accepted order begins with OrderAccepted (leaves = qty_lots) and its order_id; then, in the same command,
what matching makes of it. A rejected one consumes neither order_id nor ClOrdID.

Matching. Price, then time; trades print at the resting price. A MARKET order takes any price; what is left
is canceled (MARKET_REMAINDER), whatever its time in force. IOC: the rest is canceled (IOC_REMAINDER). FOK
is decided before anything trades (FOK_UNFILLABLE cancels the whole order), and so is min_lots
(MIN_QTY_UNFILLABLE): at least that much must trade at entry, then the rest may rest. "Would trade" counts
hidden quantity; own orders count as follows: ALLOW in full; CANCEL_RESTING not at all; CANCEL_INCOMING,
CANCEL_BOTH and DECREMENT end the count where the incoming order would meet the own order (on that level
only the visible slices queued ahead of it count).

Iceberg. Only min(display_lots, leaves) is visible and tradable in one go; when that slice is used up and
quantity is left, a new slice joins the back of the level. Incoming, it trades its whole quantity. A
reduction that keeps its priority leaves the smaller of its slice and its leaves visible.

Self-match prevention. Orders are of one owner if their accounts are the same or share a non-empty
self_match_group, at the time they meet. The incoming order's self_match counts (ACCOUNT_DEFAULT: what is
its account's at that time; the terms keep ACCOUNT_DEFAULT). When it meets an own resting order at the head
of the queue, nothing trades: SelfMatchPrevented (qty_lots = smaller of the two leaves), then the resting
order's event, then the incoming's. CANCEL_*: OrderCanceled SELF_MATCH, leaves 0. DECREMENT: both leaves
shrink by the smaller one; the exhausted order is canceled (SELF_MATCH), the survivor gets OrderReduced with
terms.qty_lots reduced, keeps its priority, goes on.

Triggers. Reference is the instrument's last trade. Buy stop and sell take profit fire at last >=
stop_ticks, sell stop and buy take profit at last <= stop_ticks; satisfied on entry: at once, within the
command that entered it. Every trade may release waiting orders; they leave the trigger book at that trade
and queue: on a rise in ascending stop price, on a fall in descending, equal prices by time of entry (the
first trade of an instrument releases the rising ones first). The queue runs, first in first out, when the
matching then under way is over, in a loop: OrderTriggered, then the order trades as MARKET (STOP,
TAKE_PROFIT) or LIMIT with new time priority. Trades in it append to the same queue.

Canceling. ClOrdID known: DUPLICATE_CL_ORD_ID (poss_resend: OrderStatusReported of the order that has it).
Order not found by (session, orig_cl_ord_id), nor by order_id among the session's own: UNKNOWN_ORDER. Any
ClOrdID the order ever had finds it. Symbol or side given and different: MISMATCH. Not open any more:
TOO_LATE. Cancels are accepted in every trading state. The cancel's ClOrdID becomes the order's last one;
the event's orig_cl_ord_id is the order's last one before it, whatever the request named. A refused cancel
or replace is a CancelRejected, for any reason with id and status of the order it named (by orig_cl_ord_id
or order_id) if that is known, and leaves its ClOrdID free.

Replacing. Checks as for cancel (ord_type too is compared), then NOT_ACCEPTED_NOW when HALTED or
CANCEL_ONLY; then the terms as at entry where given: a negative number: BAD_VALUE; price on a type without,
stop on a type without or already triggered, display_lots above the new quantity or on a type without, IOC,
FOK, expire_ns when the resulting time in force is not GTD: FIELD_NOT_ALLOWED; a resulting GTD whose
expire_ns (its own where none is given) is not after now: EXPIRE_TIME_PAST; a given quantity above cum_lots
against the instrument's limits; post_only (or POST_ONLY state) and the order with its new terms would enter
again and take at once (or trigger at once, whatever is there to take): POST_ONLY_WOULD_TAKE. No longer GTD,
expire_ns becomes 0. A new qty_lots at or below cum_lots ends the order as FILLED with terms.qty_lots =
cum_lots and leaves 0. Price, stop and display unchanged and quantity not above the old one: priority is
kept. Else OrderReplaced, then the order enters again (trigger, match, rest) with new time priority;
min_lots is not applied again.

Mass cancel: the account's open orders that fit, in ascending order_id, as OrderCanceled (reason
MASS_CANCELED, or the command's own), then, when the command's reason is REQUESTED, MassCanceled with the
count. UNKNOWN_ACCOUNT and UNKNOWN_SYMBOL: MassCancelRejected. Its ClOrdID is not remembered.

Expiry: ExpireOrders ends GTD orders with expire_ns <= time_ns by (expire_ns, order_id); RollDay the DAY
orders by order_id, then DayRolled; a day_end_ns that is not after the one in force: OperationRefused
BAD_VALUE.

Operating. ListInstrument of a listed symbol changes min_lots and max_lots, its state is not looked at, and
any other difference is OperationRefused MISMATCH; limits or a notional_factor below 1, or max_lots below
min_lots, and OpenAccount with ACCOUNT_DEFAULT: OperationRefused BAD_VALUE. SetTradingState of an unknown
symbol: OperationRefused UNKNOWN_SYMBOL.

Refusals by the gateway (RefuseRequest) become OrderRejected, CancelRejected (with the order's real status
if it is known) or MassCancelRejected, with its text. The engine's own refusals have a reason and no text.

Ids. order_id, exec_id and trade_id are counters from 1. Each order event, OrderRejected, MassCanceled,
MassCancelRejected and OrderStatusReported takes one exec_id, an OrderTraded two (maker's first).

Memory. Closed orders and their ClOrdIDs are kept until CLOSED_ORDERS_MAX newer ones have closed; then the
oldest is forgotten: a request for it is UNKNOWN_ORDER and its ClOrdIDs are free again. Of two orders one
trade closes, the resting one closes first.
"""
