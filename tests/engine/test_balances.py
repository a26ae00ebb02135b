"""Prefunded accounts: deposits and withdrawals, what orders lock, and what trades move. Nothing is below zero."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter, opened
from tests.engine.market import Market, limits, listed, market, set_state, stop, trade_at
from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    DECREMENT,
    FOK,
    HALTED,
    OCO,
    OPEN,
    OTO,
    PREFUNDED,
    SELL,
    STOP,
    STOP_LIMIT,
    TRAILING_STOP,
    UNITS_MAX,
    AnyCommand,
    Balance,
    BalanceMoved,
    MoveBalance,
    OpenAccount,
    OrderRejected,
    SetAccountFees,
    Side,
)

ANN: Final = OpenAccount("ANN", settlement=PREFUNDED)
BOB: Final = OpenAccount("BOB", settlement=PREFUNDED)


def move(amount_units: int, transaction_id: str, currency: str = "USD", account: str = "ANN") -> MoveBalance:
    return MoveBalance(account, currency, amount_units, transaction_id, "operator", "test")


def rates(maker: int, taker: int, account: str = "ANN") -> SetAccountFees:
    return SetAccountFees(account, "USD", (maker, taker), "operator", "test")


def funded(usd: int, base: int, *then: AnyCommand) -> Market:
    """ANN is prefunded with this much; the others are on credit. The last price is 100."""
    play = market(ANN, *trade_at(100, "0"))
    if usd:
        play(move(usd, "usd"))
    if base:
        play(move(base, "base", "BASE"))
    play(*then)
    return play


def held(play: Market, account: str = "ANN") -> dict[str, tuple[int, int]]:
    """Total and locked by currency."""
    return {found.currency: (found.total_units, found.locked_units) for found in play.engine.balances(account)}


# ---------------------------------------------------------------------------------------------------
# In and out


def test_deposit_and_withdrawal_move_the_total() -> None:
    """The answer carries the balance after it."""
    play = funded(0, 0)
    deposit, withdrawal = move(500, "t1"), move(-200, "t2")
    assert play.events(deposit) == [BalanceMoved(deposit, 500, 0, False)]
    assert play.events(withdrawal) == [BalanceMoved(withdrawal, 300, 0, False)]
    assert play.engine.balances("ANN") == [Balance("ANN", "USD", 300, 0)]


def test_same_transaction_again_changes_nothing() -> None:
    """It is answered with the balance as it is now; the id with anything else is refused."""
    play = funded(0, 0, move(500, "t1"), move(-200, "t2"))
    again = replace(move(500, "t1"), why="asked twice")
    assert play.events(again) == [BalanceMoved(again, 300, 0, True)]
    for other in (move(501, "t1"), move(500, "t1", "BASE")):
        assert play(other) == ["refused transaction_reused"]
    assert held(play) == {"USD": (300, 0)}


def test_transaction_of_another_account_is_another_transaction() -> None:
    """One sequence of ids for the whole venue."""
    play = funded(0, 0, BOB, move(500, "t1"))
    assert play(move(500, "t1", account="BOB")) == ["refused transaction_reused"]


def test_oldest_transactions_are_forgotten() -> None:
    """Beyond TRANSACTIONS_MAX an id may come again, and moves money again."""
    play = Market(Engine(transactions_max=2))
    play(X, ANN, move(1, "t1"), move(1, "t2"))
    assert play.events(move(1, "t1")) == [BalanceMoved(move(1, "t1"), 2, 0, True)]
    play(move(1, "t3"))
    assert play.events(move(1, "t1")) == [BalanceMoved(move(1, "t1"), 4, 0, False)]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (move(1, "t1", account="NOBODY"), "unknown_account"),
        (move(1, "t1", account="BOB"), "not_prefunded"),
        (move(1, "t1", "EUR"), "unknown_currency"),
        (move(0, "t1"), "bad_value"),
        (move(1, ""), "bad_value"),
        (replace(move(1, "t1"), by="", account="NOBODY"), "bad_value"),
        (move(UNITS_MAX, "t1"), "bad_value"),
        (move(-501, "t1"), "insufficient_balance"),
    ],
)
def test_refused_movements(asked: MoveBalance, reason: str) -> None:
    """Each refusal leaves 500 as they are."""
    play = funded(500, 0)
    assert play(asked) == [f"refused {reason}"]
    assert held(play) == {"USD": (500, 0)}


def test_locked_money_cannot_be_withdrawn() -> None:
    """Only what is available leaves."""
    play = funded(500, 0, enter("a1", BUY, 4, 100))
    assert play(move(-101, "t2")) == ["refused insufficient_balance"]
    assert play(move(-100, "t2")) == ["BalanceMoved"]
    assert held(play) == {"USD": (400, 400)}


# ---------------------------------------------------------------------------------------------------
# Locks


def test_buy_locks_its_price_and_sell_its_lots() -> None:
    """Until they end: a cancel gives all of it back."""
    play = funded(500, 9, enter("a1", BUY, 4, 90), enter("a2", SELL, 7, 110))
    assert held(play) == {"USD": (500, 360), "BASE": (9, 7)}
    play(cancel("a3", "a1"), cancel("a4", "a2"))
    assert held(play) == {"USD": (500, 0), "BASE": (9, 0)}


@pytest.mark.parametrize(
    ("maker", "taker", "locked"),
    [(0, 0, 360), (10_000, 20_000, 4 * (90 + 2)), (10_000, -20_000, 4 * (90 + 1)), (-10_000, -20_000, 360)],
)
def test_buy_locks_the_highest_fee_of_each_lot_rounded_up(maker: int, taker: int, locked: int) -> None:
    """2 % of 90 is 1.8: two units a lot; a rebate is not counted on."""
    assert held(funded(500, 0, rates(maker, taker), enter("a1", BUY, 4, 90))) == {"USD": (500, locked)}


def test_factor_and_lot_units_are_part_of_the_lock() -> None:
    """Ticks x notional_factor of the quote, lots x lot_units of the base."""
    play = funded(5_000, 100, replace(X, symbol="Y", notional_factor=7, lot_units=3))
    play(enter("a1", BUY, 4, 90, symbol="Y"), enter("a2", SELL, 5, 110, symbol="Y"))
    assert held(play) == {"USD": (5_000, 4 * 90 * 7), "BASE": (100, 15)}


@pytest.mark.parametrize(
    ("order", "usd", "base"),
    [
        (stop("a1", BUY, STOP, 110, 2), 220, 0),
        (stop("a1", BUY, STOP_LIMIT, 110, 2, price_ticks=115), 230, 0),
        (enter("a1", BUY, 2, ord_type=TRAILING_STOP, trail_ticks=20), 240, 0),
        (stop("a1", SELL, STOP, 90, 2), 0, 2),
    ],
)
def test_waiting_orders_lock_at_their_price_or_stop(order: AnyCommand, usd: int, base: int) -> None:
    """A trailing stop's lock follows its stop."""
    play = funded(500, 9, order)
    assert held(play) == {"USD": (500, usd), "BASE": (9, base)}


def test_lock_of_a_trailing_buy_follows_its_stop_down() -> None:
    """20 above the lowest price: at 90 it needs 110 a lot."""
    play = funded(500, 0, enter("a1", BUY, 2, ord_type=TRAILING_STOP, trail_ticks=20), *trade_at(90, "1"))
    assert held(play) == {"USD": (500, 220)}


def test_lock_follows_the_leaves() -> None:
    """Fills, replaces and reductions by self-match prevention; a fill at a better price gives the rest back."""
    play = funded(500, 0, enter("a1", BUY, 5, 90), enter("b1", SELL, 2, 90))
    assert held(play) == {"USD": (320, 270), "BASE": (2, 0)}
    play(change("a2", "a1", qty_lots=4))
    assert held(play) == {"USD": (320, 180), "BASE": (2, 0)}
    play(change("a3", "a2", price_ticks=95))
    assert held(play) == {"USD": (320, 190), "BASE": (2, 0)}
    play(enter("a4", SELL, 1, 95, self_match=DECREMENT))
    assert held(play) == {"USD": (320, 95), "BASE": (2, 0)}
    play(cancel("a5", "a3"), enter("b2", SELL, 3, 80), enter("a6", BUY, 3, 100))
    assert held(play) == {"USD": (80, 0), "BASE": (5, 0)}


def test_buy_beyond_the_available_is_rejected_with_both_amounts() -> None:
    """In the quote currency for a buy, in the base for a sell, with all their decimals."""
    play = funded(500, 9, enter("a1", BUY, 1, 100), enter("a2", SELL, 1, 110))
    (refused,) = play.events(enter("a3", BUY, 5, 90))
    assert isinstance(refused, OrderRejected)
    assert refused.text == "limit 0.00400 USD, was 0.00450 USD"
    (refused,) = play.events(enter("a3", SELL, 9, 110))
    assert isinstance(refused, OrderRejected)
    assert refused.text == "limit 0.00000008 BASE, was 0.00000009 BASE"
    assert play(enter("a3", BUY, 4, 100)) == ["accepted a3 4"]
    assert play(enter("a4", SELL, 8, 110)) == ["accepted a4 8"]


def test_replace_may_use_what_the_order_itself_locks() -> None:
    """All of the 500 stand behind it: 5 lots at 100, not at 101."""
    play = funded(500, 0, enter("a1", BUY, 5, 90))
    assert play(change("a2", "a1", price_ticks=101)) == ["refused a2 insufficient_balance"]
    assert play(change("a2", "a1", price_ticks=100)) == ["replaced a2 5"]
    assert held(play) == {"USD": (500, 500)}


# ---------------------------------------------------------------------------------------------------
# Orders without a price


def test_market_buy_must_be_able_to_pay_what_it_takes() -> None:
    """3 at 100 and 2 at 110 with 2 % of fees are 530; it locks nothing, and what it takes is paid."""
    offers = [enter("b1", SELL, 3, 100), enter("b2", SELL, 9, 110)]
    assert funded(531, 0, rates(0, 20_000), *offers)(enter("a1", BUY, 5)) == ["rejected a1 insufficient_balance"]
    play = funded(532, 0, rates(0, 20_000), *offers)
    assert play(enter("a1", BUY, 5)) == ["accepted a1 5", "traded b1 x a1 3 @ 100", "traded b2 x a1 2 @ 110"]
    assert held(play) == {"USD": (532 - 300 - 6 - 220 - 4, 0), "BASE": (5, 0)}


def test_market_buy_pays_only_for_what_is_there() -> None:
    """An order far larger than the book, the collar or its cash costs what it can take."""
    play = funded(300, 0, enter("b1", SELL, 3, 100))
    assert play(enter("a1", BUY, 999))[1:] == ["traded b1 x a1 3 @ 100", "canceled a1 market_remainder"]
    play = funded(300, 0, limits(collar_bp=500), enter("b1", SELL, 3, 100), enter("b2", SELL, 3, 106))
    assert play(enter("a1", BUY, 999))[1:] == ["traded b1 x a1 3 @ 100", "canceled a1 price_collar"]
    play = funded(299, 0, enter("b1", SELL, 3, 100))
    assert play(enter("a1", BUY, 0, cash_units=250)) == ["accepted a1 2", "traded b1 x a1 2 @ 100"]


def test_fill_or_kill_locks_nothing_when_it_dies() -> None:
    """Canceled at once, everything is available again."""
    play = funded(500, 0)
    assert play(enter("a1", BUY, 5, 100, time_in_force=FOK)) == ["accepted a1 5", "canceled a1 fok_unfillable"]
    assert held(play) == {"USD": (500, 0)}


def test_market_buy_ends_where_canceled_orders_make_it_dearer_than_it_can_pay() -> None:
    """It counted on b2, which the trade with its OCO partner b1 took away: c1 at 200 is not available."""
    pair = listed(OCO, enter("b1", SELL, 5, 100), enter("b2", SELL, 5, 101))
    play = funded(1_005, 0, pair, enter("c1", SELL, 5, 200))
    assert play(enter("a1", BUY, 10))[1:] == [
        "traded b1 x a1 5 @ 100",
        "canceled b2 contingency",
        "ended L: b1 FILLED, b2 CANCELED",
        "canceled a1 insufficient_balance",
    ]
    assert held(play) == {"USD": (505, 0), "BASE": (5, 0)}


def test_triggered_stop_that_cannot_pay_is_canceled_before_it_trades() -> None:
    """It locked 110 a lot; the book asks 120, and only 40 more than its lock are there."""
    play = funded(260, 0, stop("a1", BUY, STOP, 110, 2), enter("b1", SELL, 1, 110), enter("b2", SELL, 9, 140))
    assert play(enter("c1", BUY, 1, 110)) == [
        "accepted c1 1",
        "traded b1 x c1 1 @ 110",
        "triggered a1",
        "canceled a1 insufficient_balance",
    ]
    assert held(play) == {"USD": (260, 0)}


def test_triggered_stop_may_use_its_own_lock() -> None:
    """2 x 120 are 240 of 260: the lock of 220 and 20 of the rest."""
    play = funded(260, 0, stop("a1", BUY, STOP, 110, 2), enter("b1", SELL, 1, 110), enter("b2", SELL, 9, 120))
    assert play(enter("c1", BUY, 1, 110))[2:] == ["triggered a1", "traded b2 x a1 2 @ 120"]
    assert held(play) == {"USD": (20, 0), "BASE": (2, 0)}


# ---------------------------------------------------------------------------------------------------
# Lists, rates, both sides


def test_two_orders_of_an_oco_lock_the_larger_of_both() -> None:
    """Only one of them can trade: the other one's lock is no more when it does."""
    pair = listed(OCO, enter("a1", BUY, 2, 90), stop("a2", BUY, STOP, 110, 2))
    play = funded(220, 0, pair)
    assert held(play) == {"USD": (220, 220)}
    play(enter("b1", SELL, 1, 90))
    assert held(play) == {"USD": (130, 90), "BASE": (1, 0)}
    play(cancel("a3", "a1"))
    assert held(play) == {"USD": (130, 0), "BASE": (1, 0)}


def test_held_order_locks_when_it_is_released() -> None:
    """Nothing before; where its money is gone by then it is canceled."""
    then = listed(OTO, enter("a1", SELL, 2, 100), enter("a2", BUY, 5, 90))
    play = funded(300, 2, then)
    assert held(play) == {"USD": (300, 0), "BASE": (2, 2)}
    assert play(enter("b1", BUY, 2, 100))[2:] == ["released a2"]
    assert held(play) == {"USD": (500, 450)}
    play = funded(200, 2, then)
    assert play(enter("b1", BUY, 2, 100))[2:] == [
        "released a2",
        "canceled a2 insufficient_balance",
        "ended L: a1 FILLED, a2 CANCELED",
    ]


def test_rise_of_a_rate_locks_anew_and_cancels_what_is_not_available() -> None:
    """Older orders keep theirs: of the 6 left over a1 takes 4, a2 finds 2, and what it locked is there for a3."""
    play = funded(606, 0, *(enter(f"a{n}", BUY, 2, 100) for n in (1, 2, 3)))
    assert play(rates(0, 20_000)) == ["SettingChanged", "canceled a2 insufficient_balance"]
    assert held(play) == {"USD": (606, 408)}


def test_rise_of_a_rate_locks_the_two_of_an_oco_at_the_turn_of_the_first() -> None:
    """It is a2 that needs 4 more than there is; a1, whose turn it is, is canceled for both."""
    pair = listed(OCO, enter("a1", BUY, 2, 90), stop("a2", BUY, STOP, 110, 2))
    play = funded(220, 0, pair)
    assert play(rates(0, 20_000)) == [
        "SettingChanged",
        "canceled a1 insufficient_balance",
        "canceled a2 contingency",
        "ended L: a1 CANCELED, a2 CANCELED",
    ]


def test_fall_of_a_rate_gives_back() -> None:
    """Locks are what the formula says at the rates of now."""
    play = funded(500, 0, rates(0, 20_000), enter("a1", BUY, 2, 100))
    assert held(play) == {"USD": (500, 204)}
    play(rates(0, 10_000))
    assert held(play) == {"USD": (500, 202)}


def test_only_prefunded_sides_have_balances() -> None:
    """BOB is on credit: ANN pays him, and he has no purse to put it in."""
    play = funded(500, 0, enter("b1", SELL, 2, 100), enter("a1", BUY, 2, 100))
    assert held(play) == {"USD": (300, 0), "BASE": (2, 0)}
    assert held(play, "BOB") == {}


def test_settlement_changes_only_while_nothing_depends_on_it() -> None:
    """An open order, a position or a balance keeps the account as it is."""
    credit = OpenAccount("ANN")
    assert funded(500, 0)(credit) == ["refused in_use"]
    assert market(enter("a1", BUY, 1, 90))(ANN) == ["refused in_use"]
    assert market(enter("a1", BUY, 1, 90), enter("b1", SELL, 1, 90))(ANN) == ["refused in_use"]
    assert market(enter("a1", BUY, 1, 90), cancel("a2", "a1"))(ANN) == ["AccountOpened"]
    assert funded(500, 0, move(-500, "out"))(credit) == ["AccountOpened"]


def test_locks_stand_through_a_halt() -> None:
    """A trading state changes no balance."""
    play = funded(500, 0, enter("a1", BUY, 2, 100), set_state(HALTED))
    assert held(play) == {"USD": (500, 200)}
    play(set_state(OPEN), cancel("a2", "a1"))
    assert held(play) == {"USD": (500, 0)}


SIDES: Final[st.SearchStrategy[Side]] = st.sampled_from((BUY, SELL))
ORDERS: Final = st.lists(st.tuples(SIDES, st.integers(1, 9), st.integers(0, 12), st.booleans()), max_size=30)


@settings(max_examples=150, deadline=None)
@given(ORDERS, st.integers(-50_000, 100_000), st.integers(-50_000, 100_000))
def test_money_and_lots_are_neither_made_nor_lost(
    orders: list[tuple[Side, int, int, bool]], maker: int, taker: int
) -> None:
    """Between two prefunded accounts and the venue every unit stays; no total or available balance is below 0."""
    play = opened(ANN, BOB, rates(maker, taker), rates(maker, taker, "BOB"))
    for account in ("ANN", "BOB"):
        play(move(300, f"{account} usd", "USD", account), move(30, f"{account} base", "BASE", account))
    for number, (side, lots, price_ticks, is_ann) in enumerate(orders):
        play(enter(f"{'a' if is_ann else 'b'}{number}", side, lots, price_ticks))
        balances = [found for account in ("ANN", "BOB") for found in play.engine.balances(account)]
        assert all(0 <= found.locked_units <= found.total_units for found in balances)
        totals = dict.fromkeys(("BASE", "USD"), 0)
        for found in balances:
            totals[found.currency] += found.total_units
        (revenue,) = [found.revenue_units for found in play.engine.currencies() if found.currency == "USD"]
        assert (totals["BASE"], totals["USD"] + revenue) == (60, 600)
