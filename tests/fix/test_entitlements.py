"""Which accounts a session may trade, and whose reports it watches, from one moment to the next."""

from collections.abc import Iterator

from tests.fix.conftest import Operate
from tests.support.fix_message import FixMessage
from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_process import VenueProcess
from venue.messages import MassCancel, OpenAccount, SetSession
from venue.reasons import BY_OPERATOR


def entitled(client: RawClient, trades: tuple[str, ...], watches: tuple[str, ...] = ()) -> SetSession:
    return SetSession(client.sender, trades, watches, "operator", "a test")


def ids(message: FixMessage) -> tuple[str | None, ...]:
    return tuple(message.get(name) for name in ("ExecID", "OrderID", "ClOrdID", "ExecType", "Account", "LastQty"))


def test_session_chooses_among_the_accounts_it_trades(client: RawClient, operate: Operate, symbol: str) -> None:
    """Account(1) decides; without it the first one counts, and the reports name it."""
    fund = f"{client.sender}-FUND"
    operate(OpenAccount(fund), entitled(client, (client.sender, fund)))
    client.log_on()
    client.enter("A", "buy", "1", symbol, price="5.00")
    client.expect("8", ExecType="0", Account=client.sender)
    client.enter("B", "buy", "1", symbol, price="5.00", Account=fund)
    client.expect("8", ExecType="0", Account=fund)
    client.cancel("C", "B", "buy", symbol)  # found by its ClOrdID, whatever the account
    client.expect("8", ExecType="4", Account=fund)
    client.send("AF", MassStatusReqID="Q", MassStatusReqType="7", Account=fund)
    client.expect("8", MassStatusReqID="Q", OrdRejReason="5", Text="no open orders")
    client.send("AF", MassStatusReqID="R", MassStatusReqType="7")
    client.expect("8", MassStatusReqID="R", ClOrdID="A")


def test_foreign_account_is_refused_to_orders_and_questions(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """BusinessMessageReject(j) 380=6 with the message's own ID, for everything that names an account."""
    client, other = traders
    client.enter("A", "buy", "1", symbol, price="5.00", Account=other.sender)
    client.expect("j", BusinessRejectReason="6", BusinessRejectRefID="A", RefMsgType="D")
    client.send("AF", MassStatusReqID="B", MassStatusReqType="7", Account=other.sender)
    client.expect("j", BusinessRejectReason="6", BusinessRejectRefID="B", RefMsgType="AF")
    client.send("AN", PosReqID="C", PosReqType="0", TransactTime="20260101-00:00:00", Account=other.sender)
    client.expect("j", BusinessRejectReason="6", BusinessRejectRefID="C", RefMsgType="AN")
    client.send("BB", CollInquiryID="D", Account=other.sender)
    client.expect("j", BusinessRejectReason="6", BusinessRejectRefID="D", RefMsgType="BB")


def test_right_that_was_taken_away_is_gone_at_once(client: RawClient, operate: Operate, symbol: str) -> None:
    """A session that trades no account any more is told so; its orders can still be canceled."""
    client.log_on()
    client.enter("A", "buy", "1", symbol, price="5.00")
    client.expect("8", ExecType="0")
    operate(entitled(client, (), (client.sender,)))
    client.enter("B", "buy", "1", symbol, price="5.00")
    client.expect("j", BusinessRejectReason="6", BusinessRejectRefID="B")
    operate(entitled(client, (client.sender,)))
    client.cancel("C", "A", "buy", symbol)
    client.expect("8", ExecType="4", OrigClOrdID="A")


def test_account_that_may_not_trade_an_instrument_is_refused_there(
    client: RawClient, operate: Operate, unused_symbols: Iterator[str]
) -> None:
    """The instruments of an account are the engine's check: 150=8 with the reason."""
    allowed, other = next(unused_symbols), next(unused_symbols)
    operate(OpenAccount(client.sender, instruments=(allowed,)))
    client.log_on()
    client.enter("A", "buy", "1", allowed, price="5.00")
    client.expect("8", ExecType="0")
    client.enter("B", "buy", "1", other, price="5.00")
    text = f"the session or account may not trade this: {client.sender} in {other}"
    client.expect("8", ExecType="8", OrdRejReason="99", Text=text)


def test_watching_session_gets_a_copy_of_every_report(
    traders: tuple[RawClient, RawClient], client: RawClient, operate: Operate, symbol: str
) -> None:
    """CopyMsgIndicator(797)=Y: entries, trades, cancels and refusals of the watched account's orders."""
    maker, taker = traders
    operate(entitled(client, (client.sender,), (maker.sender,)))
    client.log_on()
    maker.enter("A", "sell", "3", symbol, price="5.00")
    taker.enter("B", "buy", "1", symbol, price="5.00")
    taker.expect("8", ExecType="0", CopyMsgIndicator=None)
    taker.expect("8", ExecType="F", CopyMsgIndicator=None)
    own = [maker.expect("8", ExecType=exec_type, CopyMsgIndicator=None) for exec_type in ("0", "F")]
    maker.cancel("C", "A", "sell", symbol)
    own.append(maker.expect("8", ExecType="4"))
    maker.enter("D", "sell", "0.5", symbol, price="5.00")
    own.append(maker.expect("8", ExecType="8"))
    copies = [client.expect("8", CopyMsgIndicator="Y") for _ in own]
    assert [ids(message) for message in copies] == [ids(message) for message in own]
    client.expect_nothing_more(symbol)


def test_order_that_others_cancel_is_reported_to_its_owner_and_to_who_watches(
    traders: tuple[RawClient, RawClient], client: RawClient, operate: Operate, symbol: str
) -> None:
    """One order canceled by its id, by an operator and by a session that is no FIX session: 150=4, with why, and
    the other orders stay."""
    owner, _ = traders
    operate(entitled(client, (client.sender,), (owner.sender,)))
    operate(SetSession("api.desk", (owner.sender,), (), "operator", "a test"))
    client.log_on()
    order_ids: list[int] = []
    for cl_ord_id in ("A", "B", "C"):
        owner.enter(cl_ord_id, "buy", "3", symbol, price="5.00")
        order_ids.append(int(owner.expect("8", ExecType="0")["OrderID"]))
        client.expect("8", ExecType="0")
    by_operator = MassCancel("", owner.sender, "", reason=BY_OPERATOR, by="ann", why="a test", order_id=order_ids[0])
    by_trader = MassCancel("api.desk", owner.sender, "M", order_id=order_ids[1])
    operate(by_operator, by_trader)
    for cl_ord_id, text in (("A", "canceled by the venue"), ("B", "canceled by mass cancel request")):
        owner.expect("8", ClOrdID=cl_ord_id, ExecType="4", Text=text, CopyMsgIndicator=None)
        client.expect("8", ClOrdID=cl_ord_id, ExecType="4", Text=text, CopyMsgIndicator="Y")
    owner.expect_nothing_more(symbol)
    client.expect_nothing_more(symbol)


def test_own_orders_of_a_watched_account_are_reported_once(client: RawClient, operate: Operate, symbol: str) -> None:
    """A session that trades and watches an account gets its own reports, and no copies of them."""
    operate(entitled(client, (client.sender,), (client.sender,)))
    client.log_on()
    client.enter("A", "buy", "1", symbol, price="5.00")
    client.expect("8", ExecType="0", CopyMsgIndicator=None, ReportIndex="0")
    client.expect_nothing_more(symbol)


def test_watcher_may_ask_about_the_account(traders: tuple[RawClient, RawClient], operate: Operate, symbol: str) -> None:
    """AF and H by OrderID(37) answer for a watched account; entering an order there is refused."""
    maker, watcher = traders
    operate(entitled(watcher, (watcher.sender,), (maker.sender,)))
    maker.enter("A", "sell", "3", symbol, price="5.00")
    order_id = maker.expect("8", ExecType="0")["OrderID"]
    watcher.expect("8", CopyMsgIndicator="Y")
    watcher.send("AF", MassStatusReqID="Q", MassStatusReqType="7", Account=maker.sender)
    watcher.expect("8", ExecType="I", ClOrdID="A", Account=maker.sender)
    watcher.send("H", ClOrdID="X", OrderID=order_id, Symbol=symbol, Side="2", Account=maker.sender)
    watcher.expect("8", ExecType="I", OrdStatus="0", OrderID=order_id)
    watcher.send("H", ClOrdID="X", OrderID=order_id, Symbol=symbol, Side="2", Account=watcher.sender)
    watcher.expect("8", ExecType="I", OrdStatus="8", OrderID="NONE")
    watcher.enter("B", "buy", "1", symbol, price="5.00", Account=maker.sender)
    watcher.expect("j", BusinessRejectReason="6")


def test_orders_in_every_account_end_with_the_connection(
    venue: VenueProcess, unused_comp_ids: Iterator[str], operate: Operate, symbol: str
) -> None:
    """Cancel on disconnect: a MassCancel for each account the session trades."""
    with RecoveringClient(venue.port, next(unused_comp_ids)) as client:
        fund = f"{client.sender}-FUND"
        operate(OpenAccount(fund), entitled(client, (client.sender, fund)))
        client.log_on(CancelOrdersOnDisconnect="Y")
        for cl_ord_id, account in (("A", client.sender), ("B", fund)):
            client.enter(cl_ord_id, "buy", "1", symbol, price="5.00", Account=account)
            client.expect("8", ExecType="0")
        client.close()
        reports = client.log_on_and_recover()
        while len(reports) < 2:
            reports.append(client.receive_next())
    ends = [(report["ClOrdID"], report["Account"], report["ExecType"]) for report in reports]
    assert ends == [("A", client.sender, "4"), ("B", fund, "4")]
