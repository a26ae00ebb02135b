"""Executions and positions: told to whom they concern and to nobody else, with the numbers of FIX and REST."""

from typing import Any

import pytest

from tests.admin_api.conftest import LogOn
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.admin_api.listening import Listener, Message, listening
from tests.admin_api.random_flow import MIDDLE_TICKS
from tests.support.api_process import ApiProcess
from tests.support.fix_message import FixMessage
from venue import reasons
from venue.keys import session_of
from venue.messages import BustTrade, SetSession

# ExecType(150) of the report that tells the same; D also for reduced and released
EXEC_TYPES = {"new": "0", "trade": "F", "canceled": "4", "replaced": "5", "rejected": "8", "trade_canceled": "H"}
STATUSES = {"new": "0", "partially_filled": "1", "filled": "2", "canceled": "4", "expired": "C", "rejected": "8"}


def executions(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message["type"] == "execution"]


def same_as_report(execution: Message, report: FixMessage) -> bool:
    """Whether the message tells what the ExecutionReport(8) tells."""
    told = {
        "ExecID": str(execution["exec_id"]),
        "OrderID": str(execution["order_id"] or "NONE"),
        "ClOrdID": execution["client_order_id"],
        "ExecType": EXEC_TYPES[execution["exec_type"]],
        "OrdStatus": STATUSES[execution["status"]],
        "CumQty": execution["executed_quantity"],
        "LeavesQty": execution["leaves_quantity"],
        "OrderQty": execution["quantity"],
        "Account": execution["account"],
        "JournalSeq": str(execution["journal_seq"]),
        "LastPx": execution["fill"]["price"] if execution["fill"] else None,
        "TrdMatchID": str(execution["fill"]["trade_id"]) if execution["fill"] else None,
        "OrigClOrdID": execution["orig_client_order_id"],
    }
    return {name: report.get(name) for name in told} == told


def test_executions_are_the_reports_of_fix(api: ApiProcess, log_on: LogOn, desk: Desk, symbol: str) -> None:
    """The same ExecID, OrderID, quantities and JournalSeq, in the same order: over FIX and over WebSocket."""
    key = api.add_key("both", "trader", "MAKER")
    fix, taker = log_on("MAKER"), log_on("TAKER")
    with listening(api, key=key) as listener:
        listener.subscribe("executions")
        fix.enter("a", "sell", "10", symbol, "100.00")
        fix.replace("b", "a", "sell", symbol, OrderQty="20", Price="100.50")
        fix.enter("c", "sell", "0.33", symbol, "100.00")
        reports = [fix.expect("8", ExecType=kind) for kind in "058"]
        taker.enter("t", "buy", "5", symbol, "101.00")
        reports.append(fix.expect("8", ExecType="F"))
        fix.cancel("d", "b", "sell", symbol)
        reports.append(fix.expect("8", ExecType="4"))
        trade_id = int(reports[3]["TrdMatchID"])
        desk.enter(BustTrade(trade_id, by="tests", why="an error"))
        reports.append(fix.expect("8", ExecType="H"))
        listener.wait_for("execution", lambda message: message["exec_type"] == "trade_canceled")
        told = executions(listener.messages)
        assert len(told) == len(reports)
        for execution, report in zip(told, reports, strict=True):
            assert same_as_report(execution, report), f"{execution}\n{report}"
        assert told[2]["reason"] == "off_lot"
        assert told[3]["fill"]["liquidity"] == "maker"


def test_order_entered_over_rest_is_told_to_the_key_that_entered_it(api: ApiProcess, symbol: str) -> None:
    """exec ids, order_id and journal_seq of the answer and of the stream are the same."""
    key = api.add_key("rest-desk", "trader", "OTHER")
    with api.client(key) as http, listening(api, key=key) as listener:
        listener.subscribe("executions", account="OTHER")
        order: dict[str, Any] = {"symbol": symbol, "side": "buy", "order_type": "limit", "account": "OTHER"}
        done = http.post("/orders", json=order | {"quantity": "2", "price": "99.00"}).json()
        told = listener.wait_for("execution")
        assert (told["order_id"], told["journal_seq"]) == (done["order_id"], done["journal_seq"])
        assert (told["session"], told["client_order_id"]) == ("api.rest-desk", done["client_order_id"])


def test_other_accounts_executions_and_positions_are_never_told(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """A trader's key hears of the accounts it trades or watches, and of no other, however it asks."""
    key = api.add_key("careful", "trader", "MAKER", watches=("OTHER",))
    with listening(api, key=key) as listener:
        for channel in ("executions", "positions"):
            listener.ask("subscribe", channel=channel, account="TAKER")
            listener.wait_for("refused", lambda message: message["code"] == reasons.ROLE_MISSING)
            listener.subscribe(channel)
        desk.enter(
            limit_order("MAKER", symbol, SELL, 10, MIDDLE_TICKS),
            limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS),
            limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS - 5),
            limit_order("OTHER", symbol, BUY, 10, MIDDLE_TICKS - 9),
        )
        listener.wait_for("execution", lambda message: message["account"] == "OTHER")
        heard = [*listener.messages, *listener.sync()]
        accounts = {message["account"] for message in heard if message["type"] in ("execution", "position")}
        assert accounts == {"MAKER", "OTHER"}


def test_viewers_may_not_listen_to_private_channels(api: ApiProcess) -> None:
    """role_missing, and market data goes on."""
    with listening(api, key=api.add_key("looker", "viewer")) as listener:
        for channel in ("executions", "positions"):
            listener.ask("subscribe", channel=channel)
            listener.expect("refused", code=reasons.ROLE_MISSING)
        listener.subscribe("trades")


def test_operators_hear_of_every_account(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Without account: of all; a trade is told once for each side."""
    with listening(api) as listener:
        listener.subscribe("executions")
        listener.subscribe("executions", account="MAKER")  # is in the other already
        desk.enter(
            limit_order("MAKER", symbol, SELL, 10, MIDDLE_TICKS), limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS)
        )
        listener.wait_for("execution", lambda message: message["account"] == "TAKER" and message["status"] == "filled")
        told = executions([*listener.messages, *listener.sync()])
        trades = sorted((message["account"], message["exec_type"]) for message in told)
        assert trades == [("MAKER", "new"), ("MAKER", "trade"), ("TAKER", "new"), ("TAKER", "trade")]
        assert len({message["exec_id"] for message in told}) == len(told)


def test_account_taken_from_a_key_is_told_to_it_no_longer(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """An entitlement that changes counts at once, also for who is subscribed already."""
    key = api.add_key("moving", "trader", "MAKER", "TAKER")
    with listening(api, key=key) as listener:
        listener.subscribe("executions")
        desk.enter(limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS))
        listener.wait_for("execution", lambda message: message["account"] == "TAKER")
        desk.enter(SetSession(session_of("moving"), ("MAKER",), (), by="tests", why="moved"))
        desk.enter(limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS))
        desk.enter(limit_order("MAKER", symbol, BUY, 10, MIDDLE_TICKS))
        told = listener.wait_for("execution")
        assert told["account"] == "MAKER"


def test_positions_begin_with_what_is_and_follow_trades(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """The same values as REST's, with the journal_seq they are of."""
    with listening(api) as listener:
        listener.subscribe("positions", account="OTHER")
        listener.sync()
        desk.enter(
            limit_order("MAKER", symbol, SELL, 30, MIDDLE_TICKS), limit_order("OTHER", symbol, BUY, 20, MIDDLE_TICKS)
        )
        listener.wait_for("position", lambda message: message["symbol"] == symbol and message["quantity"] == "2.0")
        (rest,) = [
            position for position in desk.get("/accounts/OTHER/positions")["positions"] if position["symbol"] == symbol
        ]
        told = {name: value for name, value in listener.messages[-1].items() if name not in ("type", "journal_seq")}
        assert told == rest
        listener.ask("unsubscribe", channel="positions", account="OTHER")
        listener.subscribe("positions", account="OTHER")
        again = listener.wait_for("position", lambda message: message["symbol"] == symbol)
        assert again["quantity"] == "2.0"


@pytest.mark.parametrize("channel", ["executions", "positions"])
def test_auth_message_with_private_subscriptions_is_refused(channel: str, api: ApiProcess) -> None:
    """What was subscribed to as one caller is not carried over to another."""
    key = api.add_key(f"late-{channel}", "trader", "MAKER")
    with listening(api) as listener:
        listener.subscribe(channel)
        listener.ask("auth", key=key, id="a")
        listener.wait_for("refused", lambda message: message["id"] == "a" and message["code"] == reasons.MISMATCH)
        listener.ask("unsubscribe", channel=channel)
        listener.ask("auth", key=key, id="b")
        listener.wait_for("authenticated", lambda message: message["trades"] == ["MAKER"])
        assert_only_own(listener, channel)


def assert_only_own(listener: Listener, channel: str) -> None:
    listener.ask("subscribe", channel=channel, account="TAKER", id="c")
    listener.wait_for("refused", lambda message: message["id"] == "c" and message["code"] == reasons.ROLE_MISSING)
