"""The journal as text: a readable line for each command."""

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
        m.ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 8, 10, 1, 10**9),
        "list         BTC-USD   BTC/USD tick 0.01 lot 0.00001 1 to 1000000000 lots open",
    ),
    (m.OpenAccount("DEMO1", m.ALLOW, "desk"), "account      DEMO1     self_match=allow self_match_group=desk"),
    (
        m.SetTradingState("BTC-USD", m.HALTED, "ann", "news is out"),
        'state        BTC-USD   halted by=ann why="news is out"',
    ),
    (m.ExpireOrders(), "expire"),
    (m.RollDay(FIRST_NS), "roll-day               until 2026-11-23T21:00:00.000000000Z"),
]


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
