"""The matching engine: a pure function from (state, command, journal_seq, time_ns) to events.

It is no venue by itself: it knows no clock, thread, file, socket, log or random number. The same
commands give the same events and the same state hash in every process, compiled or interpreted.

Rules of trading, decided once, here (source: the trading rules of the project, FIX 4.4 vol. 4 and 7)

Entering an order. The first check that fails decides the reason:
  1. ClOrdID known to the session: OrderRejected DUPLICATE_CL_ORD_ID with that order's status and
     quantities; with poss_resend an OrderStatusReported instead, and nothing changes.
  2. UNKNOWN_SYMBOL, then UNKNOWN_ACCOUNT. NOT_ENTITLED: the session does not trade the account (SetSession),
     or the account names instruments and this is none of them. KILLED: a kill switch of the venue, the
     account's firm, the account or the session is engaged.
  3. Trading state: HALTED, CANCEL_ONLY and CLOSED accept no order (NOT_ACCEPTED_NOW); POST_ONLY, PRE_OPEN and
     AUCTION accept only LIMIT orders that may rest (DAY, GTC, GTD) without min_lots.
  4. Terms. A negative number, or no quantity at all: BAD_VALUE. LIMIT types need price_ticks
     (PRICE_MISSING), STOP and TAKE_PROFIT types stop_ticks (STOP_PX_MISSING), TRAILING_STOP trail_ticks
     (STOP_PX_MISSING); where a term is not needed it is refused: FIELD_NOT_ALLOWED. So are cash_units with
     anything but MARKET or beside qty_lots; post_only with anything but LIMIT that may rest, or with
     min_lots; display_lots with anything but the LIMIT types that may rest, or above qty_lots; min_lots with
     STOP or TAKE_PROFIT types or TRAILING_STOP, or above qty_lots (so never with cash_units); a trigger other
     than ON_LAST with anything but STOP and TAKE_PROFIT types; GTD with MARKET; IOC and FOK with STOP and
     TAKE_PROFIT types and TRAILING_STOP; UNCHANGED as time in force; expire_ns without GTD. GTD whose expire_ns
     is not after now: EXPIRE_TIME_PAST. A price, stop or trail above UNITS_MAX // (max_lots x notional_factor)
     of the instrument: BAD_VALUE (so that no order's notional passes 64 bits).
  5. Quantity. With cash_units it is first computed: the lots the order would trade in the book as it is
     now, best price first within its reach (see Matching), each level taken while its price x lots x
     notional_factor still fits into the cash; the first level that does not fit whole is the last (own orders
     counted as FOK does); none: BOOK_EMPTY. The accepted order's terms carry the computed qty_lots, a
     rejection the request as it came. Then QTY_TOO_SMALL, QTY_TOO_LARGE against the instrument. order_group
     not the account's: UNKNOWN_GROUP; of another symbol: MISMATCH; tripped: GROUP_TRIPPED. TRAILING_STOP while
     the instrument has no reference price: NO_REFERENCE; with TRAILING_STOPS_MAX open in it: NOT_ACCEPTED_NOW.
  6. Pre-trade risk, see there.
  7. post_only, or POST_ONLY state, and the price would take: POST_ONLY_WOULD_TAKE. (In PRE_OPEN and AUCTION
     nothing takes.)
An accepted order begins with OrderAccepted (leaves = qty_lots) and its order_id; then, in the same command,
what matching makes of it. A rejected one consumes neither order_id nor ClOrdID.
Texts, here and where a replace meets these: NOT_ENTITLED "ACCOUNT in SYMBOL"; KILLED the widest switch
engaged, "of the venue", "of firm NAME", "of account NAME" or "of session NAME"; NOT_ACCEPTED_NOW of a state
"SYMBOL is STATE"; QTY_TOO_SMALL and QTY_TOO_LARGE as under pre-trade risk.

Pre-trade risk. The reference price of an instrument is its last trade's or, while it has none, its breaker
reference; there may be none (0). An order *reduces* when the account's position is on the
other side of it and lots + the account's open lots on the order's side there (held orders not counted) are
not above the position. In this order, each only where a limit is set:
  ORDER_QTY_LIMIT       qty_lots above order_lots_max.
  PRICE_COLLAR          LIMIT types: a buy above floor(ref x (10000 + collar_bp) / 10000), a sell below
                        ceil(ref x (10000 - collar_bp) / 10000), ref the reference price, or with a stop price
                        that one; no ref: no check.
  ORDER_NOTIONAL_LIMIT  price x lots x notional_factor above order_notional_max. The price is price_ticks, else
                        stop_ticks, else (MARKET, TRAILING_STOP) the reference price, else the best opposite
                        one, else 0. With cash_units: cash_units.
  OPEN_ORDERS_LIMIT     the account's open orders, held ones too, + 1 above open_orders_max; not for MARKET,
                        IOC, FOK nor for an order that reduces.
  POSITION_LIMIT        a buy: position + open buy lots + lots above long_lots_max; a sell: open sell lots +
                        lots - position above short_lots_max; not for an order that reduces.
  DAILY_LOSS            the account has reached a loss cap and was not released; not for an order that reduces.
  INSUFFICIENT_BALANCE  prefunded: what the order would lock is more than the available balance (total -
                        locked), see Money.
Each of these has the text "limit L UNIT, was V UNIT": quantities in the base currency, prices and money in the
quote currency, written with the decimals of lot_size, tick_size or the currency; counts in "orders". For
DAILY_LOSS L is the cap and V the daily loss that reached it, in the cap's currency (of several the first in
alphabetical order); for INSUFFICIENT_BALANCE L is available and V needed, in the currency that is locked
(quote, or base for a sell).

Matching. Price, then time; trades print at the resting price. A MARKET order takes any price within its
reach; what is left is canceled (MARKET_REMAINDER; PRICE_COLLAR when the book has more beyond the collar),
whatever its time in force. The reach of an order without a price (MARKET, and STOP, TAKE_PROFIT or
TRAILING_STOP once triggered) ends at the collar, taken when its matching begins. IOC: the rest is canceled
(IOC_REMAINDER). FOK is decided before anything trades (FOK_UNFILLABLE cancels the whole order), and so is
min_lots (MIN_QTY_UNFILLABLE): at least that much must trade at entry, then the rest may rest. "Would trade"
counts what is within the order's price or reach and within the circuit breaker's bounds; hidden quantity
counts; own orders count as follows: ALLOW in full; CANCEL_RESTING not at all; CANCEL_INCOMING, CANCEL_BOTH
and DECREMENT end the count where the incoming order would meet the own order (on that level only the visible
slices queued ahead of it count). While there is no breaker reference, the bounds are those around the first
price that counts. What trades will have canceled (the OCO partner of an order, a tripped group) counts too:
when a FOK loses some of that, its rest is canceled (IOC_REMAINDER, MARKET_REMAINDER). Orders match only in OPEN.

Circuit breaker. breaker_bp bounds trades from ceil(ref x (10000 - bp) / 10000) to floor(ref x (10000 + bp) /
10000) around the instrument's breaker reference: reference_ticks when SetPriceLimits gives them, the
price of every uncross, the last price (if any) at each RollDay; none yet: the first trade's price becomes it,
also while breaker_bp is 0. When an
incoming order would meet a resting one (its own, too) at a price beyond, nothing trades there: the
instrument is HALTED until now + halt_ns (TradingStateChanged by "circuit breaker", why "trade at P beyond
LO to HI", prices in tick decimals), then the rest of the incoming order rests if it may, crossing
the book, or is canceled (CIRCUIT_BREAKER).

Trading states. SetTradingState of an unknown symbol: OperationRefused UNKNOWN_SYMBOL; until_ns not 0 with a
state other than HALTED, PRE_OPEN and AUCTION, or not after now: BAD_VALUE. Any other one is obeyed and
answered with TradingStateChanged (also when it is the state already). A state with until_ns ends by
AdvanceStates at or after that time: HALTED and PRE_OPEN go to AUCTION until now + auction_ns, AUCTION to OPEN
(by "clock", why "its time is over"; instruments in the order of listing, then the orders their trades
released fire). halt_ns or auction_ns 0 gives until_ns = now, over at the next AdvanceStates. A move to OPEN
or POST_ONLY from any state uncrosses the book first, if it is crossed.

Uncross: the price with the largest volume; then the smallest surplus (|buy - sell quantity willing at the
price|); then nearest to the reference price (no reference: this step is left out); then the lowest. Candidate
prices are all ticks between the best ask and the best bid, both included. All quantity takes part, hidden
too, self-match prevention and the breaker do not stop it. AuctionUncrossed (surplus_lots = buy - sell
quantity willing at the price, also that which does not trade), then trades, best bid against best ask in
queue order, slice by slice, all at the one price with is_auction, the older order (lower order_id) as maker,
until the volume is done or, because trades had orders canceled (OCO, fill-rate groups), one side has no more
at the price; while that leaves the book crossed, all of this again. Then TradingStateChanged; then the orders
the trades released fire.

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

Triggers. Buy stop and sell take profit rise: they fire at source >= stop_ticks; sell stop and buy take profit
fall: at source <= stop_ticks. The source is the instrument's last trade, or by `trigger` its best bid, its
best offer, or the mid of both; one that is not there (an empty side) fires nothing. Satisfied on entry, in
OPEN: at once, within the command that entered it; in other states it waits. Every trade may release waiting
ON_LAST orders; they leave the trigger book at that trade and queue: on a rise in ascending stop price, on a
fall in descending, equal prices by time of entry (rising ones first). The queue runs, first in first out,
when the matching then under way is over, in a loop: OrderTriggered, then the order trades as MARKET (STOP,
TAKE_PROFIT, TRAILING_STOP) or LIMIT with new time priority. Trades in it append to the same queue. An order
whose turn comes when its instrument is not OPEN waits in the trigger book again (behind the others at its
stop price), unchanged, and is released by the next trade, or quote, that reaches it. Whenever the queue is
empty, in instruments that are OPEN (in the order of listing), the quotes are looked at: orders on the bid,
then on the offer, then on the mid that are reached are released, of each source rising ones first in
ascending stop price, then falling ones in descending, equal prices by time of entry; then the queue runs
again.

Trailing stop. Follows the last trade (the reference price at entry): a sell's stop_ticks is the highest since
entry less trail_ticks (at least 1), a buy's the lowest plus trail_ticks; it never moves away. Each trade
first moves the stops it pulls along, then releases those it reaches, as any STOP; one whose stop is moved
waits behind the others at its new stop price, those moved by one trade in ascending order_id. Moving is no
event; the terms of all events from OrderAccepted on carry the stop. A held one has none (0) until it is
released: the reference price is taken then, before OrderReleased. At most TRAILING_STOPS_MAX are open in one
instrument, held ones too. A replace may change its quantity and its time, never the stop.

Canceling. ClOrdID known: DUPLICATE_CL_ORD_ID (poss_resend: OrderStatusReported of the order that has it).
Order not found by (session, orig_cl_ord_id), nor by order_id among the session's own: UNKNOWN_ORDER. Any
ClOrdID the order ever had finds it. Symbol or side given and different: MISMATCH. Not open any more:
TOO_LATE. Cancels are accepted in every trading state, from every session, under every switch. The cancel's
ClOrdID becomes the order's last one; the event carries it beside the order's terms, which have the last one
before it, whatever the request named. A refused cancel or replace is a CancelRejected, for any reason with
id and status of the order it named (by orig_cl_ord_id or order_id) if that is known, and leaves its ClOrdID
free.

Replacing. Checks as for cancel (ord_type too is compared), then NOT_ENTITLED and KILLED as at entry, then
NOT_ACCEPTED_NOW when HALTED, CANCEL_ONLY or CLOSED; then the terms as at entry where given: a negative number:
BAD_VALUE; price on a type without, stop on a type without, a trailing stop or one already triggered,
display_lots above the new quantity or on a type without, IOC, FOK, expire_ns when the resulting time in force
is not GTD, another quantity of an order of a list that is not its only open one: FIELD_NOT_ALLOWED; a price or
stop above the instrument's bound, with a greater quantity also its own: BAD_VALUE; a resulting GTD whose
expire_ns (its own where none is given) is not after now: EXPIRE_TIME_PAST; a given quantity above cum_lots
against the instrument's limits; then, unless the order keeps its priority or is held, pre-trade risk of the new
terms as if the order (and its OCO partner) were not there and entered anew with its new leaves (ORDER_QTY_LIMIT
and ORDER_NOTIONAL_LIMIT on the new qty_lots, the others on the new leaves; OPEN_ORDERS_LIMIT not), with the
text of the limit; post_only (or POST_ONLY state) and the order with its new terms would enter again and take at
once (a stop waits there): POST_ONLY_WOULD_TAKE. No longer GTD, expire_ns becomes 0. A new qty_lots at or below
cum_lots ends the order as FILLED with terms.qty_lots = cum_lots and leaves 0. Price, stop and display unchanged
and quantity not above the old one: priority is kept. Else OrderReplaced, then the order enters again (trigger,
match, rest) with new time priority; min_lots is not applied again. A held order takes its new terms and stays
held.

Mass cancel: the account's open orders that fit, in ascending order_id, as OrderCanceled (reason MASS_CANCELED,
or the command's own), then, when the command's reason is REQUESTED, MassCanceled with the count of orders that
fitted. An order that a list's consequence canceled meanwhile is not canceled again, here and wherever several
orders are ended.
UNKNOWN_ACCOUNT, UNKNOWN_SYMBOL, and when REQUESTED NOT_ENTITLED: MassCancelRejected. With an order_id only that
order can fit; MassCancelRejected too when it is none of the account's, or with session_only of another session:
UNKNOWN_ORDER; symbol or side given and different: MISMATCH; not open any more: TOO_LATE. Its ClOrdID is not
remembered.

Order lists (EnterList). FIELD_NOT_ALLOWED: OCO and OTO of other than two orders, BRACKET of other than three
(leg 0); orders of another session or account than the list, or another symbol than its first; the two of an
OCO, or the last two of a BRACKET, of different side or qty_lots; MARKET, IOC, FOK or cash_units in any order
but the first of an OTO or BRACKET. ListRejected names the first order at fault (`leg`), checked one after the
other: these rules, then a ClOrdID that an order before it in the list has (DUPLICATE_CL_ORD_ID), then all
checks of an entry. Of a held order only steps 1, 2, 4 (without NO_REFERENCE), 5, ORDER_QTY_LIMIT and
ORDER_NOTIONAL_LIMIT (a trailing stop: at the reference price) are checked. OPEN_ORDERS_LIMIT counts all
orders of the list (checked with the first). When every ClOrdID of a list is known and its first order has
poss_resend: an OrderStatusReported each, in order. Else ListAccepted, an OrderAccepted for each in order,
then the orders that are not held enter, in order, those that are still open. OCO (and the last two of a
BRACKET once the first is FILLED): the first trade, OrderTriggered or end of one cancels the other
(CONTINGENCY) right after that event, exactly once, even when it was released to fire already. OTO and
BRACKET: when the first order is FILLED the held ones join the queue of released orders, before the orders
that trade releases; in its turn each: OrderReleased, then pre-trade risk's POSITION_LIMIT, DAILY_LOSS and
INSUFFICIENT_BALANCE (the order, and right after it its OCO partner, is canceled with that reason), post-only
(canceled POST_ONLY_WOULD_TAKE), then it enters, min_lots included; when its instrument is not OPEN, a limit
order rests and a stop waits. When the first ends otherwise the held ones are canceled (CONTINGENCY).
ListEnded follows the last end of one of its orders, at once. A held order is open (it is held until its turn
or its end): it can be canceled, expires, counts in OPEN_ORDERS_LIMIT, but not in open lots, and locks
nothing. Of an OCO only the larger lock and open lots count once (see Money).

Fill-rate groups. Each trade of an order with an order_group adds its lots; fills older than or at now -
window_ns no longer count. At lots_max or more: OrderGroupTripped, then the account's open orders of the group
are canceled (FILL_RATE) in ascending order_id, at once, the incoming order too (after a trade's own
consequences, resting order's group first). A tripped group counts no more; SetOrderGroup again resets it.

Positions. Each trade changes the position of both accounts: an increase adds price x lots to open_notional, a
decrease by k of q takes open_notional x k / q (rounded half-even) off it and realizes the difference to price x
k; a flip closes and opens. Mark: mid of best bid and offer while the instrument is OPEN or POST_ONLY and
two-sided, else the last price, else none (unrealized 0).

Fees. rate x notional x notional_factor / 1,000,000 per fill and side, rounded half-even, in the quote currency:
the maker's rate for the resting order and for both sides in an uncross, the taker's for the incoming one. Rates
of an account and currency: its own (SetAccountFees), else the tier of SetFeeSchedule by its traded notional
(both sides count, price x lots x notional_factor) of the last 30 complete days as of the last RollDay, else 0.
Rates are within +-100,000. Venue revenue is the sum of all fees.

Money. A prefunded account has a balance per currency: total and locked. A trade moves notional x factor of the
quote and lots x lot_units of the base between buyer and seller (only prefunded sides have balances), and each
side's fee. A buy locks leaves x (p x f + ceil(p x f x r / 1,000,000)), r the greater of the account's rates and
0, p its price_ticks, else its stop_ticks; a sell leaves x lot_units of the base. What an order locks follows
its leaves, its stop and the rates. A MARKET buy locks nothing, but what it would pay with fees (best price
first within its reach, quantity counted as FOK does, up to its lots, with DECREMENT own orders not at all: the
order goes on beyond them; per level lots x (p x f + ceil(p x f x r / 1,000,000))) must be available; the same
when a stop without price is triggered, its own lock released: else it is canceled (INSUFFICIENT_BALANCE) before
anything trades. What its trades have canceled (an OCO partner, a tripped group) may make it dearer: it is then
canceled before the first trade whose cost is above the available. Of two OCO orders the one that locks more
locks (equal: the first), until the other one trades or is the only one left: then that one. When rates change,
the account's open buys are locked anew in ascending order_id (those whose turn has not come still hold the old
lock; the two of an OCO at the turn of the first), and canceled (INSUFFICIENT_BALANCE) where the difference is
not available.
MoveBalance: UNKNOWN_ACCOUNT, NOT_PREFUNDED, UNKNOWN_CURRENCY (of no listed instrument), BAD_VALUE (amount 0,
empty transaction_id), TRANSACTION_REUSED (known with another account, currency or amount); a known one with the
same: BalanceMoved with is_repeat and the balance of now; a new one: BAD_VALUE (a total above UNITS_MAX),
INSUFFICIENT_BALANCE (withdrawal above the available). The last TRANSACTIONS_MAX are remembered.

Daily loss cap. P&L of the day in a currency: realized + unrealized - fees over the account's instruments quoted
in it, less what it was at the last RollDay or release; exact, rounded (half-even) only to be told. After each
command, when no orders are left to fire: accounts in the order of opening, their capped currencies in
alphabetical order; the first whose P&L is at or below -cap and that is not reached already: LossCapReached,
then its open orders are canceled (LOSS_CAP) in ascending order_id; then triggers, and all accounts again, until
nothing happens. ReleaseLossCap (UNKNOWN_ACCOUNT; not reached: LossCapReleased all the same) counts anew from
now for all its caps, and so does a new SetLossCap for its own.

Kill switches. SetKillSwitch: UNKNOWN_SESSION (no SetSession), UNKNOWN_ACCOUNT, UNKNOWN_FIRM (no account's, nor
of an engaged switch); a name with VENUE: BAD_VALUE. SettingChanged; engaged: all open orders in its scope are
canceled (KILL_SWITCH) in ascending order_id.

Trade bust and correct. UNKNOWN_TRADE: not among the last TRADES_MAX trades, busted already, or an order of it
forgotten. A correction to a price or quantity below 1, a quantity above the trade's, a price above the bound,
more than UNITS_MAX traded by one order, or neither changed: BAD_VALUE. The lots taken off do not come back: an
open order's qty_lots shrinks with its cum_lots, a FILLED one becomes CANCELED. Positions change as by a trade
of the same lots and price the other way round, then (correction) by the corrected trade, each time the maker's
first; fees are those of the corrected trade at the rates the trade had, and revenue, volumes (of the trade's
day, if within the last 30; tiers at the next RollDay) and the instrument's day follow (its open, high and low
are those of the remembered trades). TradeAmended of a bust has the trade's price and qty_lots 0. Prefunded:
balances move back and again; where that leaves an available balance below 0: INSUFFICIENT_BALANCE and nothing
changes. last_ticks becomes the price of the newest remembered trade of the instrument (0: none); nothing is
triggered. TradeAmended takes two exec_ids, maker's first; exec_ref_id is the trade's, or its last amendment's.

Expiry: ExpireOrders ends GTD orders with expire_ns <= time_ns by (expire_ns, order_id); RollDay the DAY orders
by order_id; then the 30-day volumes move on and fee tiers with them (locks, see Money, accounts in the order of
opening), daily losses count anew and reached caps are free, the instruments' days begin anew, breaker
references are the last prices; then DayRolled. A day_end_ns that is not after the one in force:
OperationRefused BAD_VALUE.

Operating. ListInstrument of a listed symbol changes min_lots and max_lots, its state is not looked at, and any
other difference (by and why apart) is OperationRefused MISMATCH; an empty symbol or currency, a tick_size or
lot_size that is no positive decimal (digits, 18 behind the point at most), decimals outside 0 to 18, limits,
lot_units or a notional_factor below 1, max_lots below min_lots, max_lots x notional_factor or max_lots x
lot_units above UNITS_MAX: BAD_VALUE; decimals other than a listed instrument, or its own other side, gives the
same currency: MISMATCH.
OpenAccount with ACCOUNT_DEFAULT or without a name: BAD_VALUE; another settlement while the account has open
orders, a position or a balance: IN_USE.
SetSession: BAD_VALUE (no name), UNKNOWN_ACCOUNT. ControlSession: UNKNOWN_SESSION (no SetSession); else
SessionControlled, and nothing changes: it is the FIX gateway that does it. SetOrderLimits: UNKNOWN_ACCOUNT,
UNKNOWN_SYMBOL. SetAccountLimits: UNKNOWN_ACCOUNT.
SetLossCap: UNKNOWN_ACCOUNT, UNKNOWN_CURRENCY; NO_LIMIT takes it away, below 1 else: BAD_VALUE.
SetPriceLimits: UNKNOWN_SYMBOL; a negative value, a band of 10,000 or more, a time above UNITS_MAX, reference
above the bound: BAD_VALUE. SetFeeSchedule: UNKNOWN_CURRENCY; no tiers, first not from 0, not ascending, rate
out of bounds: BAD_VALUE.
SetAccountFees: UNKNOWN_ACCOUNT, UNKNOWN_CURRENCY, BAD_VALUE. SetOrderGroup: UNKNOWN_ACCOUNT, UNKNOWN_SYMBOL;
empty group, lots_max below 1 (but NO_LIMIT) or window_ns below 1: BAD_VALUE.
Other limits below NO_LIMIT: BAD_VALUE. The checks of one command are made in the order they are named here.
BAD_VALUE, first of all: a text in an operator's command with a character that is not printable; an empty `by`,
but in ListInstrument, OpenAccount and SetTradingState.

Refusals by the gateway (RefuseRequest) become OrderRejected, CancelRejected (with the order's real status if it
is known) or MassCancelRejected, with its text. The engine's own refusals have a reason, and a text where one is
given above.

Amounts. Sums of many trades are exact in the state; events and answers tell what passes UNITS_MAX as UNITS_MAX,
below as -UNITS_MAX.

Ids. order_id, exec_id and trade_id are counters from 1. Each order event, OrderRejected, MassCanceled,
MassCancelRejected and OrderStatusReported takes one exec_id, an OrderTraded two (maker's first).

Memory. Closed orders and their ClOrdIDs are kept until CLOSED_ORDERS_MAX newer ones have closed; then the
oldest is forgotten: a request for it is UNKNOWN_ORDER and its ClOrdIDs are free again. Of two orders one
trade closes, the resting one closes first.

One trade, in this order: quantities, positions, fees and balances of both sides; OrderTraded; the resting
order's end or next slice, its list's consequences; the same for the incoming order; fill-rate groups; the last
price: trailing stops, then releases.
"""
