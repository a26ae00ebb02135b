"""Daily loss caps: after each command, the accounts whose P&L of the day has fallen to their cap.

P&L is kept in half units, so that a mid between two ticks is exact. A cap is looked at again only when its
account has traded, or when a mark has moved so far that the cap could be reached: with k positions, none can
be while each mark has moved by less than slack / (k x position x factor) since the cap was looked at. These
thresholds stand in the book's MarkWatch, at half of that distance: so one that was set stays good while slack
and position change little, and a trade seldom has to move it. A book that nobody watches costs one test when
its best price moves.

Invariant: between commands no cap that is not reached is at or below its limit, and no book is moved.
"""

from typing import TYPE_CHECKING, Final

from sortedcontainers import SortedList

from venue.engine.ending import cancel
from venue.engine.rounding import bounded, half_even
from venue.messages import NO_LIMIT, DailyLoss, LossCapReached, SetLossCap
from venue.reasons import LOSS_CAP

if TYPE_CHECKING:
    from venue.engine.accounts import Account
    from venue.engine.book import Book
    from venue.engine.positions import Holding
    from venue.engine.state import State

ALWAYS: Final = 1 << 80  # a threshold at or above every mark


class LossCap:
    """What one account may lose in a day in instruments of one quote currency."""

    def __init__(self, account: "Account", setting: SetLossCap, decimals: int) -> None:
        self.account = account
        self.decimals = decimals  # of the currency
        self.setting = setting
        self.holdings: list[Holding] = []
        self.base_half = 0  # the P&L, in half units, at the last day roll or release
        self.is_reached = False
        self.lost_units = 0  # when it was reached
        self.is_due = False  # to be looked at after the command

    def total_half(self) -> int:
        """Realized + unrealized - fees since ever, in half units."""
        total = 0
        for holding in self.holdings:
            profit = 2 * holding.realized + holding.twice_unrealized(holding.book.mark_half())
            total += profit * holding.factor - 2 * holding.fees_units
        return total

    def daily_half(self) -> int:
        return self.total_half() - self.base_half

    def status(self) -> DailyLoss:
        return DailyLoss(self.setting, bounded(half_even(self.daily_half(), 2)), self.is_reached)


class MarkWatch:
    """Positions in one book by the mark, in half ticks, at which their loss caps are looked at again."""

    def __init__(self) -> None:
        self.longs: SortedList[tuple[int, int]] = SortedList()  # (threshold, account number): at or below it
        self.shorts: SortedList[tuple[int, int]] = SortedList()  # at or above it
        self.holdings: dict[int, Holding] = {}  # by account number

    def place(self, holding: "Holding", slack_half: int, positions: int) -> None:
        """Watch a position whose cap has this much slack, shared by so many positions."""
        position = holding.position_lots
        mark_half = holding.book.mark_half()
        number = holding.account.number
        far = -(-slack_half // (positions * abs(position) * holding.factor))  # the cap is not reached before
        is_short = position < 0
        if number in self.holdings:
            distance = holding.threshold - mark_half if is_short else mark_half - holding.threshold
            if holding.is_watched_short == is_short and 0 < distance <= far and mark_half:
                return
            self.drop(holding)
        near = (far + 1) // 2
        if is_short:
            holding.threshold = mark_half + near if mark_half else 0
            self.shorts.add((holding.threshold, number))
        else:
            holding.threshold = mark_half - near if mark_half else ALWAYS
            self.longs.add((holding.threshold, number))
        holding.is_watched_short = is_short
        self.holdings[number] = holding

    def drop(self, holding: "Holding") -> None:
        number = holding.account.number
        if self.holdings.pop(number, None) is not None:
            watched = self.shorts if holding.is_watched_short else self.longs
            watched.remove((holding.threshold, number))

    def reached(self, mark_half: int) -> "list[Holding]":
        """Those to look at now; without a mark all of them."""
        if mark_half == 0:
            return list(self.holdings.values())
        numbers: list[int] = []
        for threshold, number in reversed(self.longs):
            if threshold < mark_half:
                break
            numbers.append(number)
        for threshold, number in self.shorts:
            if threshold > mark_half:
                break
            numbers.append(number)
        return [self.holdings[number] for number in numbers]


def note_trade(state: "State", cap: LossCap) -> None:
    """Have a cap looked at after the command, because a position of its account has changed."""
    if not cap.is_due and not cap.is_reached:
        cap.is_due = True
        state.due_caps.append(cap)


def run(state: "State") -> bool:
    """Report the first account that has newly reached a cap and cancel its orders; whether there was one.

    Cost: O(1) when no watched mark moved and no account with a cap traded.
    """
    if state.moved_books:
        note_moves(state)
    if not state.due_caps:
        return False
    reached: list[LossCap] = []
    for cap in state.due_caps:
        slack_half = cap.daily_half() + 2 * cap.setting.cap_units
        if slack_half <= 0:
            reached.append(cap)
        else:
            cap.is_due = False
            watch(state, cap, slack_half)
    state.due_caps = reached
    if not reached:
        return False
    first = min(reached, key=place_in_order)
    reached.remove(first)
    reach(state, first)
    return True


def note_moves(state: "State") -> None:
    for book in state.moved_books:
        book.is_moved = False
        for holding in mark_watch(state, book).reached(book.mark_half()):
            cap = holding.loss_cap
            assert cap is not None  # only positions under a cap are watched
            note_trade(state, cap)
    state.moved_books.clear()


def place_in_order(cap: LossCap) -> tuple[int, str]:
    return cap.account.number, cap.setting.currency


def reach(state: "State", cap: LossCap) -> None:
    """Stop the account: its orders are canceled, and only such as reduce a position are taken."""
    daily_units = half_even(cap.daily_half(), 2)
    cap.is_due = False
    cap.is_reached = True
    cap.lost_units = -daily_units
    unwatch(cap)
    account = cap.account
    stop_or_let_go(account)
    state.events.append(LossCapReached(account.name, cap.setting.currency, bounded(daily_units), cap.setting.cap_units))
    for order in account.open_orders():
        if not order.ended_as:
            cancel(state, order, LOSS_CAP)


def stop_or_let_go(account: "Account") -> None:
    """Bring the account's standing to what its caps say."""
    account.is_stopped = any(cap.is_reached for cap in account.loss_caps.values())
    account.take_settings()


def watch(state: "State", cap: LossCap, slack_half: int) -> None:
    """Set the marks at which a cap that is not reached must be looked at again."""
    positions = 0
    for holding in cap.holdings:
        if holding.position_lots:
            positions += 1
    for holding in cap.holdings:
        if holding.position_lots:
            mark_watch(state, holding.book).place(holding, slack_half, positions)
        elif holding.book.mark_watch is not None:
            holding.book.mark_watch.drop(holding)


def mark_watch(state: "State", book: "Book") -> MarkWatch:
    """The book's watch; the first time it is set up."""
    if book.mark_watch is None:
        book.mark_watch = MarkWatch()
        book.tell_moves(state.moved_books)
    return book.mark_watch


def unwatch(cap: LossCap) -> None:
    for holding in cap.holdings:
        if holding.book.mark_watch is not None:
            holding.book.mark_watch.drop(holding)


# ---------------------------------------------------------------------------------------------------
# What begins anew


def set_cap(state: "State", account: "Account", setting: SetLossCap) -> None:
    """Give the account a cap that counts from now, instead of the one it had; NO_LIMIT: none."""
    former = account.loss_caps.pop(setting.currency, None)
    if former is not None:
        unwatch(former)
        for holding in former.holdings:
            holding.loss_cap = None
    if setting.cap_units == NO_LIMIT:
        stop_or_let_go(account)
        return
    cap = account.loss_caps[setting.currency] = LossCap(account, setting, state.tills[setting.currency].decimals)
    for holding in account.holdings.values():
        if holding.book.listing.quote == setting.currency:
            cap.holdings.append(holding)
            holding.loss_cap = cap
    begin(state, cap)
    stop_or_let_go(account)


def begin_all(state: "State", account: "Account") -> None:
    """Count all the account's caps anew from here, and let it go."""
    for cap in account.loss_caps.values():
        begin(state, cap)
    stop_or_let_go(account)


def begin(state: "State", cap: LossCap) -> None:
    cap.base_half = cap.total_half()
    cap.is_reached = False
    cap.lost_units = 0
    watch(state, cap, 2 * cap.setting.cap_units)
