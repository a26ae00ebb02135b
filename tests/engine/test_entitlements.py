"""Who may do what: sessions and the accounts they trade or watch, accounts and their instruments."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter
from tests.engine.market import listed, market
from venue.messages import (
    BUY,
    OCO,
    SELL,
    AnyCommand,
    CancelOrder,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OpenAccount,
    SetSession,
    SettingChanged,
)
from venue.reasons import NOT_ENTITLED, UNKNOWN_ACCOUNT, UNKNOWN_SYMBOL


def session(name: str, trades: tuple[str, ...], watches: tuple[str, ...] = ()) -> SetSession:
    return SetSession(name, trades, watches, "operator", "test")


def test_session_trades_the_accounts_it_was_given() -> None:
    """ANN's session trades ANN; BOB is another's, and an account nobody opened is unknown."""
    play = market()
    assert play(enter("a1", BUY, 5, 100)) == ["accepted a1 5"]
    assert play(enter("a2", BUY, 5, 100, account="BOB")) == ["rejected a2 not_entitled"]
    assert play(enter("a2", BUY, 5, 100, account="NOBODY")) == ["rejected a2 unknown_account"]
    assert play(session("ANN", ("BOB", "CAT")), enter("a2", BUY, 5, 100, account="BOB")) == ["accepted a2 5"]
    assert play(enter("a3", BUY, 5, 100)) == ["rejected a3 not_entitled"]


def test_session_that_watches_enters_nothing() -> None:
    """To watch is to be told, not to trade."""
    play = market(session("DESK", (), ("ANN",)))
    assert play(enter("a1", BUY, 5, 100, session="DESK")) == ["rejected a1 not_entitled"]


def test_session_nobody_set_up_enters_nothing() -> None:
    """Without a SetSession there is no account it may trade."""
    assert market()(enter("a1", BUY, 5, 100, session="NEW")) == ["rejected a1 not_entitled"]


def test_account_trades_the_instruments_it_names() -> None:
    """None named means all; a change applies to the next order."""
    play = market(replace(X, symbol="Y"), OpenAccount("ANN", instruments=("Y",)))
    assert play(enter("a1", BUY, 5, 100)) == ["rejected a1 not_entitled"]
    assert play(enter("a1", BUY, 5, 100, symbol="Y")) == ["accepted a1 5"]
    assert play(OpenAccount("ANN"), enter("a2", BUY, 5, 100)) == ["accepted a2 5"]
    assert play(OpenAccount("ANN", instruments=("Y",)), enter("a3", BUY, 5, 100)) == ["rejected a3 not_entitled"]


def test_checks_of_names_come_in_their_order() -> None:
    """The symbol first, then the account, then whether the session trades it, then what the order asks."""
    play = market()
    order = enter("a1", BUY, -5, 100, session="NEW", account="NOBODY", symbol="Z")
    assert play(order) == ["rejected a1 unknown_symbol"]
    assert play(replace(order, symbol="X")) == ["rejected a1 unknown_account"]
    assert play(replace(order, symbol="X", account="ANN")) == ["rejected a1 not_entitled"]
    assert play(replace(order, symbol="X", account="ANN", session="ANN")) == ["rejected a1 bad_value"]


def test_list_needs_the_same_rights() -> None:
    """The first order without them is at fault."""
    orders = (enter("a1", SELL, 5, 110), enter("a2", SELL, 5, 120))
    play = market(session("ANN", ("BOB",)))
    assert play(listed(OCO, *orders)) == ["list L rejected for 0 not_entitled"]


def test_cancel_needs_no_right() -> None:
    """What a session entered it can always take back, also when the account was taken from it."""
    play = market(enter("a1", BUY, 5, 100), session("ANN", ()), OpenAccount("ANN", instruments=("Y",)))
    assert play(change("a2", "a1", price_ticks=101)) == ["refused a2 not_entitled"]
    assert play(cancel("a2", "a1")) == ["canceled a2 requested"]


def test_two_sessions_of_one_account_do_not_know_each_others_orders() -> None:
    """ClOrdIDs and OrderIDs are the session's own; a mass cancel of the account finds both."""
    play = market(session("DESK", ("ANN",)), enter("a1", BUY, 5, 100), enter("a1", BUY, 3, 99, session="DESK"))
    stray = CancelOrder("DESK", "ANN", "a2", "", order_id=1)
    assert play(stray) == ["refused a2 unknown_order"]
    assert play(MassCancel("DESK", "ANN", "a3")) == [
        "canceled a1 mass_canceled",
        "canceled a1 mass_canceled",
        "mass canceled 2",
    ]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (MassCancel("ANN", "NOBODY", "a1", "Z"), UNKNOWN_ACCOUNT),
        (MassCancel("ANN", "BOB", "a1", "Z"), UNKNOWN_SYMBOL),
        (MassCancel("ANN", "BOB", "a1"), NOT_ENTITLED),
        (MassCancel("NEW", "ANN", "a1"), NOT_ENTITLED),
    ],
)
def test_mass_cancel_needs_a_session_that_trades_the_account(request_: MassCancel, reason: int) -> None:
    """Account, symbol, right, in this order; nothing is canceled."""
    play = market(enter("b1", BUY, 5, 100))
    assert play.events(request_) == [MassCancelRejected(2, request_, reason, "")]
    assert len(play.engine.open_orders("BOB")) == 1


def test_venues_own_mass_cancel_needs_no_right() -> None:
    """A lost connection cancels for the account whoever trades it; nobody asked, so there is no MassCanceled."""
    play = market(enter("b1", BUY, 5, 100), session("BOB", ()))
    assert play(MassCancel("BOB", "BOB", "", session_only=True, reason=46)) == ["canceled b1 connection_lost"]
    asked = MassCancel("BOB", "BOB", "b2")
    assert play(session("BOB", ("BOB",)), enter("b3", BUY, 5, 100)) == ["accepted b3 5"]
    assert play.events(asked)[-1] == MassCanceled(5, asked, 1)


def test_sessions_are_told_as_they_were_set() -> None:
    """The event carries the setting; the views give them by name."""
    asked = session("DESK", ("BOB", "ANN"), ("CAT",))
    play = market()
    assert play.events(asked) == [SettingChanged(asked)]
    assert [found.session for found in play.engine.sessions()] == ["ANN", "BOB", "CAT", "DAN", "DESK"]
    assert play.engine.sessions()[-1] == asked


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (session("DESK", ("ANN", "NOBODY")), "unknown_account"),
        (session("DESK", (), ("NOBODY",)), "unknown_account"),
        (replace(session("DESK", ("NOBODY",)), by=""), "bad_value"),
    ],
)
def test_refused_sessions(asked: AnyCommand, reason: str) -> None:
    """Every account that is named must be open; and somebody must ask."""
    play = market()
    assert play(asked) == [f"refused {reason}"]
    assert len(play.engine.sessions()) == 4
