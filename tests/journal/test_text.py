"""The journal as text: a readable line for each command."""

from typing import get_args

import pytest

from tests.journal.journals import FIRST_NS, fill
from venue import messages as m
from venue import reasons
from venue.journal import open_reader
from venue.journal.text import line, show

LINES: list[tuple[m.AnyCommand, str]] = [
    (
        m.EnterOrder("DEMO1", "DEMO1", "A1", "BTC-USD", m.BUY, m.LIMIT, m.GTC, 50_000, 4_500_000),
        "enter        DEMO1     buy 50000 lots BTC-USD limit 4500000 gtc cl_ord_id=A1",
    ),
    (
        m.EnterOrder("DEMO1", "DEMO1", "A2", "BTC-USD", m.SELL, m.MARKET, m.IOC, 0, cash_units=700, min_lots=5),
        "enter        DEMO1     sell 700 cash units of BTC-USD market ioc min 5 cl_ord_id=A2",
    ),
    (
        m.EnterOrder(
            "DEMO1",
            "HOUSE",
            "A3",
            "BTC-USD",
            m.SELL,
            m.STOP_LIMIT,
            m.GTD,
            9,
            8,
            7,
            display_lots=3,
            self_match=m.DECREMENT,
            expire_ns=FIRST_NS + 5,
            poss_resend=True,
        ),
        "enter        HOUSE     sell 9 lots BTC-USD stop-limit 8 trigger 7 display 3 gtd"
        " until 2026-11-23T21:00:00.000000005Z self_match=decrement cl_ord_id=A3 session=DEMO1 poss-resend",
    ),
    (
        m.EnterOrder("DEMO1", "DEMO1", "A4", "BTC-USD", m.BUY, m.LIMIT, m.DAY, 1, 2, post_only=True),
        "enter        DEMO1     buy 1 lots BTC-USD limit 2 day post-only cl_ord_id=A4",
    ),
    (
        m.CancelOrder("DEMO1", "DEMO1", "A5", "A1", 17, "BTC-USD", m.BUY),
        "cancel       DEMO1     orig_cl_ord_id=A1 order_id=17 buy BTC-USD cl_ord_id=A5",
    ),
    (
        m.ReplaceOrder("DEMO1", "DEMO1", "A6", "A1", qty_lots=4, price_ticks=77),
        "replace      DEMO1     orig_cl_ord_id=A1 by 4 lots price 77 cl_ord_id=A6",
    ),
    (m.MassCancel("DEMO1", "DEMO1", "A7"), "mass-cancel  DEMO1     all symbols cl_ord_id=A7"),
    (
        m.MassCancel("DEMO1", "DEMO1", "", "BTC-USD", m.SELL, True, reasons.CONNECTION_LOST),
        "mass-cancel  DEMO1     sell BTC-USD of this session reason=connection_lost",
    ),
    (
        m.RefuseRequest(
            "DEMO1", "DEMO1", "A8", "", 1, "BTC-USD", m.BUY, reasons.OFF_TICK, "price 1.001", m.LIMIT, "5", "1.001"
        ),
        'refuse       DEMO1     enter buy 5 BTC-USD limit 1.001 reason=off_tick text="price 1.001" cl_ord_id=A8',
    ),
    (
        m.EnterOrder(
            "DEMO1", "DEMO1", "A9", "BTC-USD", m.SELL, m.TRAILING_STOP, m.GTC, 5, trail_ticks=40, order_group="desk"
        ),
        "enter        DEMO1     sell 5 lots BTC-USD trailing-stop gtc trailing by 40 group=desk cl_ord_id=A9",
    ),
    (
        m.EnterList(
            "DEMO1",
            "DEMO1",
            "L1",
            m.OCO,
            (
                m.EnterOrder("DEMO1", "DEMO1", "A10", "BTC-USD", m.SELL, m.LIMIT, m.GTC, 5, 60),
                m.EnterOrder("DEMO1", "DEMO1", "A11", "BTC-USD", m.SELL, m.STOP, m.GTC, 5, 0, 40, trigger=m.ON_BID),
            ),
        ),
        "enter-list   DEMO1     oco (sell 5 lots BTC-USD limit 60 gtc cl_ord_id=A10)"
        " (sell 5 lots BTC-USD stop trigger 40 gtc on bid cl_ord_id=A11) list_id=L1",
    ),
    (
        m.MassCancel("api.desk", "DEMO1", "M2", "BTC-USD", order_id=17),
        "mass-cancel  DEMO1     BTC-USD order_id=17 cl_ord_id=M2 session=api.desk",
    ),
    (
        m.MassCancel("", "DEMO1", "", reason=reasons.BY_OPERATOR, by="ann", why="as asked"),
        'mass-cancel  DEMO1     all symbols reason=by_operator by=ann why="as asked"',
    ),
    (
        m.ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 8, 10, 1, 10**9, by="ann", why="new"),
        "list         BTC-USD   BTC/USD tick 0.01 lot 0.00001 1 to 1000000000 lots open by=ann why=new",
    ),
    (
        m.OpenAccount("DEMO1", m.ALLOW, "desk", "NORTH", m.PREFUNDED, ("BTC-USD", "ETH-USD"), "ann", "new"),
        "account      DEMO1     firm=NORTH prefunded instruments=BTC-USD,ETH-USD self_match=allow"
        " self_match_group=desk by=ann why=new",
    ),
    (
        m.SetTradingState("BTC-USD", m.HALTED, "ann", "news is out", FIRST_NS),
        'state        BTC-USD   halted until 2026-11-23T21:00:00.000000000Z by=ann why="news is out"',
    ),
    (m.SetSession("D", ("A", "B"), ("C",), "ann", "new"), "session      D         trades=A,B watches=C by=ann why=new"),
    (m.ControlSession("D", m.LOG_OUT, "ann", "asked"), "session      D         log-out by=ann why=asked"),
    (m.ControlSession("D", m.RESET_NUMBERS, "ann", "asked"), "session      D         reset-numbers by=ann why=asked"),
    (
        m.SetOrderLimits("DEMO1", "BTC-USD", 5, 1_000, m.NO_LIMIT, 0, "ann", "asked"),
        "limits       DEMO1     BTC-USD order_lots_max=5 order_notional_max=1000 long_lots_max=none short_lots_max=0"
        " by=ann why=asked",
    ),
    (m.SetAccountLimits("DEMO1", 9, "ann", "asked"), "limits       DEMO1     open_orders_max=9 by=ann why=asked"),
    (m.SetLossCap("DEMO1", "USD", 70, "ann", "asked"), "loss-cap     DEMO1     USD cap_units=70 by=ann why=asked"),
    (m.ReleaseLossCap("DEMO1", "ann", "asked"), "release      DEMO1     from its loss caps by=ann why=asked"),
    (m.SetKillSwitch(m.FIRM, "NORTH", True, "ann", "lost"), "kill         NORTH     firm engaged by=ann why=lost"),
    (m.SetKillSwitch(m.VENUE, "", False, "ann", "found"), "kill                   venue released by=ann why=found"),
    (
        m.SetPriceLimits("BTC-USD", 1_000, 500, 60, 30, 45, "ann", "calm"),
        "prices       BTC-USD   collar 1000 bp breaker 500 bp halt 60 ns auction 30 ns reference 45 by=ann why=calm",
    ),
    (
        m.SetFeeSchedule("USD", (m.FeeTier(0, 1_000, 2_000), m.FeeTier(50, -10, 900)), "ann", "new"),
        "fees         USD       from 0 maker 1000 taker 2000 from 50 maker -10 taker 900 by=ann why=new",
    ),
    (
        m.SetAccountFees("DEMO1", "USD", (-10, 20), "ann", "new"),
        "fees         DEMO1     USD maker -10 taker 20 by=ann why=new",
    ),
    (
        m.SetAccountFees("DEMO1", "USD", None, "ann", "new"),
        "fees         DEMO1     USD as the schedule says by=ann why=new",
    ),
    (
        m.MoveBalance("DEMO1", "USD", 70, "wire 17", "ann", "paid"),
        'deposit      DEMO1     70 units of USD transaction_id="wire 17" by=ann why=paid',
    ),
    (
        m.MoveBalance("DEMO1", "USD", -70, "w18", "ann", "paid"),
        "withdraw     DEMO1     70 units of USD transaction_id=w18 by=ann why=paid",
    ),
    (
        m.SetOrderGroup("DEMO1", "fast", "BTC-USD", 5, 10**9, "ann", "asked"),
        "group        DEMO1     fast BTC-USD lots_max=5 in 1000000000 ns by=ann why=asked",
    ),
    (m.BustTrade(17, "ann", "error"), "bust                   trade_id=17 by=ann why=error"),
    (m.CorrectTrade(17, 45, 5, "ann", "error"), "correct                trade_id=17 5 lots at 45 by=ann why=error"),
    (m.ExpireOrders(), "expire"),
    (m.RollDay(FIRST_NS), "roll-day               until 2026-11-23T21:00:00.000000000Z"),
    (m.AdvanceStates(), "advance"),
]


def test_every_command_has_a_line() -> None:
    """A command that the journal cannot tell of would stop `venue journal show`."""
    assert {type(command) for command, _ in LINES} == set(get_args(m.AnyCommand))


@pytest.mark.parametrize(("command", "told"), LINES, ids=[type(command).__name__ for command, _ in LINES])
def test_line_tells_a_command_in_words(command: m.AnyCommand, told: str) -> None:
    """Sequence, exact UTC time, what is asked, of whom, and every term that was given."""
    assert line(17, FIRST_NS + 123_456_789, command) == f"        17  2026-11-23T21:00:00.123456789Z  {told}"


def test_line_escapes_what_a_terminal_would_obey() -> None:
    """A client's text cannot move an operator's cursor or start a new line."""
    told = line(1, FIRST_NS, m.MassCancel("DEMO1", "DEMO1", "A\x1b[2J\nB\u202eC"))
    assert told.endswith(r"cl_ord_id=A\x1b[2J\nB\u202eC")


def test_show_gives_the_lines_asked_for(url: str) -> None:
    """Single commands, from inside one batch to inside another."""
    fill(url)
    lines = list(show(open_reader(url), 7, 11))
    assert [int(told.split()[0]) for told in lines] == [7, 8, 9, 10, 11]
    assert all(told.endswith(f"cl_ord_id=order-{number}") for number, told in enumerate(lines, 7))
    assert len(list(show(open_reader(url)))) == 31
