"""How an account's P&L went: beside a recording that keeps every account's position at every minute."""

import random
from typing import Final

from admin_api.pnl_history import MINUTE_NS, POINTS_MAX, PnlHistory, Point
from tests.engine.builders import ACCOUNTS, SESSIONS, X, enter
from tests.marketdata.stage import Stage
from venue.messages import ALLOW, BUY, SELL, AnyCommand, BustTrade, OpenAccount, OrderTraded, Side

OPENING: Final[tuple[AnyCommand, ...]] = (X, *(OpenAccount(account, ALLOW) for account in ACCOUNTS), *SESSIONS)
FACTOR: Final = X.notional_factor
START_NS: Final = 29_000_000 * MINUTE_NS
SECOND_NS: Final = 10**9


class Recording:
    """The history, and what it must tell: net P&L by account and minute, from the engine at the end of each minute."""

    def __init__(self) -> None:
        self.stage: Final = Stage(*OPENING, time_ns=START_NS)
        self.history: Final = PnlHistory(self.stage.engine.positions, self.stage.market)
        self.net: Final[dict[tuple[str, int], int]] = {}
        self._minute = START_NS // MINUTE_NS
        self._last_ticks = 0  # of the minutes before the one under way
        self._last_ticks_now = 0

    def at(self, time_ns: int, command: AnyCommand) -> list[object]:
        events = self.stage.at(time_ns, command)
        self.history.on_events(self.stage.engine.journal_seq, time_ns, command, events)
        minute = time_ns // MINUTE_NS
        if minute != self._minute:
            for ended in range(self._minute, minute):
                self._keep(ended)
            self._minute = minute
        traded = [event for event in events if isinstance(event, OrderTraded)]
        if traded:
            self._last_ticks_now = traded[-1].price_ticks
        return list(events)

    def _keep(self, minute: int) -> None:
        self._last_ticks = self._last_ticks_now
        for account in ACCOUNTS:
            for held in self.stage.engine.positions(account):
                paid = held.open_notional if held.qty_lots > 0 else -held.open_notional
                value = (held.qty_lots * self._last_ticks - paid) * FACTOR
                self.net[account, minute] = held.realized_units - held.fees_units + value


def test_points_are_what_the_account_was_worth_at_the_end_of_each_minute() -> None:
    """Random trades of several accounts over two hours, with minutes in which nothing happens."""
    chance, recording, time_ns = random.Random(7), Recording(), START_NS
    for number in range(1_500):
        time_ns += chance.choice((0, SECOND_NS, 5 * SECOND_NS, 20 * SECOND_NS))
        side: Side = chance.choice((BUY, SELL))
        price = 1_000 + chance.randrange(-20, 21)
        account = chance.choice("abc")
        recording.at(time_ns, enter(f"{account}{number}", side, chance.randrange(1, 9), price))
    minutes = (time_ns - START_NS) // MINUTE_NS
    assert 60 < minutes < POINTS_MAX
    for account in ACCOUNTS:
        points = recording.history.points(account, minutes, time_ns).get("USD", [])
        told = {point.time_ns // MINUTE_NS - 1: point.net_units for point in points[:-1]}
        assert told.keys() == set(range(time_ns // MINUTE_NS - minutes, time_ns // MINUTE_NS)) or not points
        assert {minute: recording.net.get((account, minute), 0) for minute in told} == told


def test_the_last_point_is_the_engines_own_now_and_a_bust_takes_it_back() -> None:
    """At the mid, and without the trade that was none."""
    recording = Recording()
    recording.at(START_NS, enter("a1", SELL, 5, 1_000))
    events = recording.at(START_NS, enter("b1", BUY, 5, 1_000))
    (trade,) = (event for event in events if isinstance(event, OrderTraded))
    recording.at(START_NS, enter("c1", BUY, 1, 1_010))
    recording.at(START_NS, enter("c2", SELL, 1, 1_020))
    now_ns = START_NS + 10 * MINUTE_NS
    assert recording.history.points("BOB", 5, now_ns)["USD"][-1] == Point(now_ns, 5 * 15 * FACTOR)
    recording.at(START_NS + MINUTE_NS, BustTrade(trade.trade_id, "operator", "mistaken"))
    assert recording.history.points("BOB", 5, now_ns) == {}  # it has traded nothing, then


def test_a_trade_that_nothing_followed_counts_though_no_command_has_ended_its_minute() -> None:
    """The history is asked later: the minute has ended by then."""
    recording = Recording()
    recording.at(START_NS, enter("a1", SELL, 5, 1_000))
    recording.at(START_NS, enter("b1", BUY, 5, 1_000))
    recording.at(START_NS, enter("a2", SELL, 5, 900))
    recording.at(START_NS, enter("c1", BUY, 1, 900))
    points = recording.history.points("BOB", 3, START_NS + 3 * MINUTE_NS)["USD"]
    assert [point.net_units for point in points[:-1]] == [-500 * FACTOR] * 3


def test_a_day_is_told_in_no_more_points_than_a_chart_has_room_for() -> None:
    """Every sixth minute of 1,440, and now; nothing of an account that has not traded."""
    recording = Recording()
    recording.at(START_NS, enter("a1", SELL, 5, 1_000))
    recording.at(START_NS, enter("b1", BUY, 5, 1_000))
    points = recording.history.points("BOB", 1_440, START_NS + 1_440 * MINUTE_NS)["USD"]
    assert len(points) == POINTS_MAX + 1
    assert recording.history.points("CAT", 1_440, START_NS + 1_440 * MINUTE_NS) == {}


def test_a_history_that_begins_in_the_middle_tells_nothing_of_before() -> None:
    """As beside a snapshot's engine: what was held then is worth the last price, and more is not known."""
    recording = Recording()
    recording.at(START_NS, enter("a1", SELL, 5, 1_000))
    recording.at(START_NS, enter("b1", BUY, 5, 1_000))
    recording.at(START_NS + MINUTE_NS, enter("a2", SELL, 1, 990))
    recording.at(START_NS + MINUTE_NS, enter("c2", BUY, 1, 990))
    later = Stage.beside(recording.stage.engine)
    history = PnlHistory(later.engine.positions, later.market)
    history.begin(later.engine)
    points = history.points("BOB", 60, START_NS + 4 * MINUTE_NS)["USD"]
    minutes = [point.time_ns // MINUTE_NS - 1 - START_NS // MINUTE_NS for point in points[:-1]]
    assert minutes == [1, 2, 3]
    assert [point.net_units for point in points] == [-50 * FACTOR] * 4
