"""ListStatus(N): accepted, refused and done, with every order of the list."""

from itertools import pairwise

import pytest

from tests.fix.unit.examples import LISTINGS, NOW, NOW_NS, ORDER, changed, message, pairs_of
from venue import messages as m
from venue import reasons
from venue.fix.list_reports import HeldOrderAccepted, list_refused, with_held_orders
from venue.fix.outbound import REPORTS

ENTRY = ORDER
STOP = changed(cl_ord_id="A2", side=m.SELL, ord_type=m.STOP, price_ticks=0, stop_ticks=4_400_000)
PROFIT = changed(cl_ord_id="A3", side=m.SELL, price_ticks=4_600_000)
BRACKET = m.EnterList("DESK", "HOUSE", "L1", m.BRACKET, (ENTRY, STOP, PROFIT))
ONE_OF_TWO = m.EnterList("DESK", "HOUSE", "L1", m.OCO, (STOP, PROFIT))


def members_of(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The message's own fields, and those of each member of NoOrders(73)."""
    pairs = pairs_of(text)
    starts = [index for index, (tag, _) in enumerate(pairs) if tag == "11"]
    end = next(index for index, (tag, _) in enumerate(pairs) if tag == "429")
    members = [dict(pairs[begin:stop]) for begin, stop in pairwise([*starts, end])]
    return dict(pairs[: starts[0]] + pairs[end:]), members


def written(event: m.Event) -> tuple[dict[str, str], list[dict[str, str]]]:
    [report] = REPORTS[type(event)]
    assert report.of(event).session == "DESK"
    return members_of(report.write(LISTINGS, (9, 2, NOW_NS), event))


HEAD = {"35": "N", "66": "L1", "82": "1", "83": "1", "60": NOW}
PLACE = {"5001": "9", "5002": "2"}


def test_accepted_list_names_its_orders_and_which_of_them_wait() -> None:
    """429=1 431=3: a bracket's second and third order have WorkingIndicator(636)=N until they are released."""
    own, members = written(m.ListAccepted(BRACKET, (12, 13, 14)))
    assert own == HEAD | PLACE | {"68": "3", "73": "3", "429": "1", "431": "3"}
    untouched = {"14": "0", "39": "0", "151": "1.50000", "84": "0", "6": "0"}
    assert members == [
        {"11": "A1", "37": "12"} | untouched,
        {"11": "A2", "37": "13", "636": "N"} | untouched,
        {"11": "A3", "37": "14", "636": "N"} | untouched,
    ]


def test_stop_of_an_oco_waits_and_its_limit_does_not() -> None:
    """Nothing is held in an OCO, but a stop waits for its stop price."""
    _, members = written(m.ListAccepted(ONE_OF_TWO, (12, 13)))
    assert [member.get("636") for member in members] == ["N", None]


def test_refused_list_names_the_order_at_fault() -> None:
    """429=1 431=7: OrdRejReason(103) and Text(58) of that order, and ListStatusText(444) for people."""
    own, members = written(m.ListRejected(BRACKET, 1, reasons.POSITION_LIMIT, "limit 1 BTC, was 2 BTC"))
    text = "position limit, open orders counted as filled: limit 1 BTC, was 2 BTC"
    assert own == HEAD | PLACE | {"68": "3", "73": "3", "429": "1", "431": "7", "444": f"order 2: {text}"}
    nothing = {"14": "0", "39": "8", "151": "0", "84": "0", "6": "0"}
    assert members == [{"11": "A1"} | nothing, {"11": "A2", "103": "3", "58": text} | nothing, {"11": "A3"} | nothing]


def test_list_the_gateway_refuses_is_answered_alike() -> None:
    """The same message without a place in the journal: it never came there."""
    legs = [message("11=A1"), message("11=A2")]
    own, members = members_of(
        list_refused(message("35=E 66=L1"), legs, 1, reasons.OFF_TICK, "1.5 is no multiple of 1", NOW_NS)
    )
    assert own == HEAD | {
        "68": "2",
        "73": "2",
        "429": "1",
        "431": "7",
        "444": "order 2: price is no multiple of the tick: 1.5 is no multiple of 1",
    }
    assert [member.get("103") for member in members] == [None, "99"]


def test_list_that_is_done_tells_how_each_order_ended() -> None:
    """429=5 431=6: executed, canceled (CxlQty(84)) and average of each."""
    filled = m.OrderStatus(12, ENTRY, m.FILLED, 150_000, 0, 150_000 * 4_500_000, False, 5)
    part = m.OrderStatus(13, STOP, m.CANCELED, 50_000, 0, 50_000 * 4_400_000, True, 5)
    own, members = written(m.ListEnded("L1", "DESK", "HOUSE", (filled, part)))
    assert own == HEAD | PLACE | {"68": "2", "73": "2", "429": "5", "431": "6"}
    assert members == [
        {"11": "A1", "37": "12", "39": "2", "14": "1.50000", "151": "0.00000", "84": "0.00000", "6": "45000.00"},
        {"11": "A2", "37": "13", "39": "4", "14": "0.50000", "151": "0.00000", "84": "1.00000", "6": "44000.00"},
    ]


@pytest.mark.parametrize("event", [m.ListAccepted, m.ListRejected, m.ListEnded])
def test_list_status_is_not_copied(event: type[m.Event]) -> None:
    """A session that watches the account gets its ExecutionReports; the list is its owner's business."""
    assert [report.copy for report in REPORTS[event]] == [None]


def accepted(order: m.EnterOrder, order_id: int) -> m.OrderAccepted:
    return m.OrderAccepted(order_id, order_id, order, 0, order.qty_lots, 0)


@pytest.mark.parametrize(("request_", "held"), [(BRACKET, [False, True, True]), (ONE_OF_TWO, [False, False])])
def test_new_order_that_is_held_does_not_work_yet(request_: m.EnterList, held: list[bool]) -> None:
    """150=0 with WorkingIndicator(636)=N of the orders that wait for the first one to be filled."""
    ids = tuple(range(12, 12 + len(request_.orders)))
    events: list[m.AnyEvent] = [m.ListAccepted(request_, ids), *map(accepted, request_.orders, ids)]
    marked = with_held_orders(events)
    assert [isinstance(event, HeldOrderAccepted) for event in marked[1:]] == held
    for event in marked[1:]:
        [report] = REPORTS[type(event)]
        text = report.write(LISTINGS, (9, 2, NOW_NS), event)
        assert isinstance(event, m.OrderAccepted)
        waits = isinstance(event, HeldOrderAccepted) or event.terms.stop_ticks > 0
        assert ("\x01636=N\x01" in text) == waits


def test_refused_list_has_no_held_orders() -> None:
    """A ListRejected is all there is of it."""
    events: list[m.AnyEvent] = [m.ListRejected(BRACKET, 0, reasons.KILLED, "")]
    assert with_held_orders(events) == events


@pytest.mark.parametrize(("order", "working"), [(PROFIT, "Y"), (STOP, "N")], ids=["limit", "stop"])
def test_released_order_works_unless_it_waits_for_a_stop_price(order: m.EnterOrder, working: str) -> None:
    """150=D with 378=99 and words, as FIX 4.4 has no ExecType for it."""
    event = m.OrderReleased(14, 36, order, 0, 150_000, 0)
    [report] = REPORTS[m.OrderReleased]
    fields = dict(pairs_of(report.write(LISTINGS, (9, 2, NOW_NS), event)))
    assert (fields["150"], fields["39"], fields["378"], fields["58"]) == ("D", "0", "99", "released")
    assert fields["636"] == working
