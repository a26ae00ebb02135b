"""Kill switches: what they cancel and refuse, and what stays possible; and orders of a session that lost its right."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import cancel, canceled, change, enter, rejected
from tests.engine.ledger import Ledger, ledger
from venue import reasons
from venue.messages import (
    ACCOUNT,
    BUY,
    FIRM,
    SELL,
    SESSION,
    VENUE,
    CancelRejected,
    OpenAccount,
    OperationRefused,
    SetKillSwitch,
    SetSession,
    SettingChanged,
)

ORDER = enter("a1", BUY, 5, 100)


def switch(scope: int, name: str, engaged: bool = True) -> SetKillSwitch:
    return SetKillSwitch(scope, name, engaged, "operator", "test")  # type: ignore[arg-type]


def test_session_keeps_its_orders_but_may_not_replace_them() -> None:
    """An account taken away: a replace is NOT_ENTITLED with the order's status, a cancel is accepted."""
    play = ledger(ORDER, SetSession("ANN", (), (), "operator", "test"))
    request = change("a2", "a1", qty_lots=1)
    assert play(request) == [CancelRejected("ANN", "ANN", "a2", "a1", 3, reasons.NOT_ENTITLED, "ANN in X", 1, 0)]
    assert play(cancel("a3", "a1")) == [canceled(1, 2, ORDER, reasons.REQUESTED, cl_ord_id="a3")]


def trading() -> Ledger:
    """ANN and BOB are of the firm F. Orders 1 of ANN, 2 of BOB, 3 of ANN in the session TWO, 4 of CAT."""
    return ledger(
        OpenAccount("ANN", firm="F"),
        OpenAccount("BOB", firm="F"),
        SetSession("TWO", ("ANN", "CAT"), (), "operator", "test"),
        ORDER,
        enter("b1", SELL, 5, 120),
        replace(ORDER, session="TWO"),
        enter("c1", SELL, 5, 110),
    )


SCOPES = [
    (SESSION, "ANN", [1], ["ANN/ANN"]),
    (SESSION, "TWO", [3], ["TWO/ANN"]),
    (ACCOUNT, "ANN", [1, 3], ["ANN/ANN", "TWO/ANN"]),
    (FIRM, "F", [1, 2, 3], ["ANN/ANN", "BOB/BOB", "TWO/ANN"]),
    (VENUE, "", [1, 2, 3, 4], ["ANN/ANN", "BOB/BOB", "TWO/ANN", "CAT/CAT"]),
]


@pytest.mark.parametrize(("scope", "name", "found", "killed"), SCOPES)
def test_switch_cancels_what_is_in_its_scope_and_refuses_more(
    scope: int, name: str, found: list[int], killed: list[str]
) -> None:
    """In ascending order_id, KILL_SWITCH; new orders there are KILLED and nowhere else, until it is released."""
    play = trading()
    open_orders = {
        status.order_id: status.terms
        for account in ("ANN", "BOB", "CAT")
        for status in play.engine.open_orders(account)
    }
    engage = switch(scope, name)
    assert play(engage) == [
        SettingChanged(engage),
        *(canceled(order_id, 5 + n, open_orders[order_id], reasons.KILL_SWITCH) for n, order_id in enumerate(found)),
    ]
    assert play.engine.kill_switches() == [engage]
    assert refused(play, "new") == killed
    release = switch(scope, name, engaged=False)
    assert play(release) == [SettingChanged(release)]
    assert play.engine.kill_switches() == []
    assert refused(play, "again") == []


def refused(play: Ledger, name: str) -> list[str]:
    """The session/account pairs whose orders are KILLED."""
    found: list[str] = []
    for session, account in (("ANN", "ANN"), ("BOB", "BOB"), ("TWO", "ANN"), ("CAT", "CAT")):
        (event, *_) = play(replace(ORDER, session=session, account=account, cl_ord_id=f"{name} {session}"))
        if getattr(event, "reason", 0) == reasons.KILLED:
            found.append(f"{session}/{account}")
    return found


def test_replace_under_a_switch_is_killed() -> None:
    """An order whose account joins a firm under a switch stays, cannot be replaced, but can be canceled."""
    play = ledger(OpenAccount("BOB", firm="F"), ORDER, switch(FIRM, "F"), OpenAccount("ANN", firm="F"))
    request = change("a2", "a1", qty_lots=1)
    assert play(request) == [CancelRejected("ANN", "ANN", "a2", "a1", 3, reasons.KILLED, "of firm F", 1, 0)]
    order = enter("a5", BUY, 1, 100)
    assert play(order) == [rejected(2, reasons.KILLED, order, "of firm F")]
    assert play(cancel("a3", "a1"))[0].reason == reasons.REQUESTED  # type: ignore[union-attr]


def test_switches_of_several_scopes_add_up() -> None:
    """An account is killed until the last switch over it is released; limits tell."""
    play = trading()
    play(switch(VENUE, ""), switch(FIRM, "F"), switch(FIRM, "F", engaged=False))
    limits = play.engine.limits("ANN")
    assert limits is not None
    assert limits.is_killed
    play(switch(VENUE, "", engaged=False))
    assert refused(play, "new") == []


def test_switch_of_a_firm_that_has_no_account_any_more_is_released() -> None:
    """Else it would wait for the firm's next account, for ever."""
    play = ledger(OpenAccount("ANN", firm="F"), switch(FIRM, "F"), OpenAccount("ANN"))
    release = switch(FIRM, "F", False)
    assert play(release) == [SettingChanged(release)]
    assert play.engine.kill_switches() == []
    assert play(release) == [OperationRefused(reasons.UNKNOWN_FIRM, "")]


@pytest.mark.parametrize(
    ("scope", "name", "reason"),
    [
        (SESSION, "NOBODY", reasons.UNKNOWN_SESSION),
        (ACCOUNT, "EVE", reasons.UNKNOWN_ACCOUNT),
        (FIRM, "G", reasons.UNKNOWN_FIRM),
        (FIRM, "", reasons.UNKNOWN_FIRM),
        (VENUE, "X", reasons.BAD_VALUE),
    ],
)
def test_switch_of_what_is_not_there_is_refused(scope: int, name: str, reason: int) -> None:
    """To engage and to release it."""
    play = trading()
    for engaged in (True, False):
        assert play(switch(scope, name, engaged)) == [OperationRefused(reason, "")]
