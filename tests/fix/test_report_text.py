"""The text of an ExecutionReport(8) field by field: what clients parse."""

from typing import Final

from tests.fix.test_session_cases import order
from tests.support.fix_message import name_of, utc_timestamp
from tests.support.raw_fix import RawClient

HEADER_AND_TRAILER: Final = {8, 9, 35, 34, 49, 52, 56, 10}


def test_new_order_report_has_exactly_these_fields(client: RawClient, symbol: str) -> None:
    """A report of a resting limit order: each field once, prices with the tick's decimals, quantities the lot's."""
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="5")
    report = client.expect(
        "8",
        Account=client.sender,
        AvgPx="0",
        ClOrdID="A",
        CumQty="0.0",
        OrderQty="10.0",
        LeavesQty="10.0",
        OrdStatus="0",
        OrdType="2",
        Price="5.00",
        Side="1",
        Symbol=symbol,
        TimeInForce="0",
        ExecType="0",
        ReportIndex="0",
    )
    named = {name_of(tag) for tag, _ in report.fields if tag not in HEADER_AND_TRAILER}
    assert named == {
        *("Account", "AvgPx", "ClOrdID", "CumQty", "ExecID", "OrderID", "OrderQty", "OrdStatus", "OrdType", "Price"),
        *("Side", "Symbol", "TimeInForce", "TransactTime", "ExecType", "LeavesQty", "JournalSeq", "ReportIndex"),
    }
    assert len(report.fields) == len(dict(report.fields))


def test_trade_reports_of_both_sides_belong_together(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """Both sides carry one TrdMatchID(880) and JournalSeq(5001), 851=1 for the maker and 2 for the taker."""
    maker, taker = traders
    maker.enter("A", "sell", "3", symbol, price="5.00")
    maker.expect("8", ExecType="0")
    taker.enter("B", "buy", "2", symbol, price="5.10")
    taker.expect("8", ExecType="0", ReportIndex="0")
    trade = {"ExecType": "F", "LastQty": "2.0", "LastPx": "5.00", "CumQty": "2.0", "AvgPx": "5.00"}
    taken = taker.expect("8", LastLiquidityInd="2", OrdStatus="2", LeavesQty="0.0", ReportIndex="1", **trade)
    made = maker.expect("8", LastLiquidityInd="1", OrdStatus="1", LeavesQty="1.0", ReportIndex="0", **trade)
    for name in ("TrdMatchID", "JournalSeq", "TransactTime"):
        assert taken[name] == made[name]
    assert taken["ExecID"] != made["ExecID"]


def test_avg_px_that_does_not_end_is_cut_far_out(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """AvgPx(6) of 1 at 1.00 and 2 at 1.01 is 1.00666…7: twelve digits more than the tick has."""
    maker, taker = traders
    maker.enter("A", "sell", "1", symbol, price="1.00")
    maker.expect("8", ExecType="0")
    maker.enter("B", "sell", "2", symbol, price="1.01")
    maker.expect("8", ExecType="0")
    taker.enter("C", "buy", "3", symbol)
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F", AvgPx="1.00")
    taker.expect("8", ExecType="F", AvgPx="1.00666666666667")


def test_largest_order_is_reported_exactly(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """The highest price for the largest quantity comes back as it went in: no floating-point number anywhere."""
    maker, taker = traders
    maker.enter("A", "sell", "999999.9", symbol, price="46116.86")
    maker.expect("8", OrderQty="999999.9", Price="46116.86")
    taker.enter("B", "buy", "999999.9", symbol, price="46116.86")
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F", LastQty="999999.9", LastPx="46116.86", AvgPx="46116.86")


def test_exec_ids_and_order_ids_are_never_reused(client: RawClient, symbol: str) -> None:
    """A thousand orders entered and canceled: 1000 OrderIDs, 2000 ExecIDs, JournalSeq rises."""
    client.log_on()
    script = []
    for number in range(1000):
        script.append(client.message("D", **order(symbol, f"A{number}")))
        script.append(client.message("F", **cancel_of(f"A{number}", f"C{number}", symbol)))
    client.send_bytes(b"".join(script))
    reports = [client.expect("8") for _ in range(2000)]
    assert len({report["OrderID"] for report in reports}) == 1000
    assert len({report["ExecID"] for report in reports}) == 2000
    journal_seqs = [int(report["JournalSeq"]) for report in reports]
    assert journal_seqs == sorted(set(journal_seqs))


def cancel_of(orig_cl_ord_id: str, cl_ord_id: str, symbol: str) -> dict[str, str]:
    ids = {"OrigClOrdID": orig_cl_ord_id, "ClOrdID": cl_ord_id}
    return ids | {"Symbol": symbol, "Side": "1", "TransactTime": utc_timestamp()}
