"""Bracket, OTO and OCO as orders and as NewOrderList(E), and the sentences for what makes none."""

from collections.abc import Callable

import pytest

from venue.client.fields import SOH, written
from venue.client.order_lists import bracket, oco, oto
from venue.client.requests import Order, OrderList, enter_list
from venue.errors import OperatorError

BUY = Order("buy", "1", "BTC-USD", "45000")
SELL = Order("sell", "1", "BTC-USD", "46000", time_in_force="gtc", account="DEMO1")
MARKET = Order("buy", "1", "BTC-USD", time_in_force="gtd", until="20261231-17:00:00")


def told(asked: OrderList) -> list[tuple[str, str, str, str, str]]:
    """Side, type, price, trigger and time in force of each order."""
    return [(order.side, order.type_name, order.price, order.stop, order.time_in_force) for order in asked.orders]


def test_a_bracket_leaves_its_entry_by_the_other_side() -> None:
    """Entry, protective stop, take profit, in this order: the venue takes the first for the entry."""
    asked = bracket(BUY, "44000", "46000", "bid")
    assert (asked.contingency, told(asked)) == (
        "2",
        [
            ("buy", "limit", "45000", "", "day"),
            ("sell", "stop", "", "44000", "day"),
            ("sell", "limit", "46000", "", "day"),
        ],
    )
    assert [order.trigger for order in asked.orders] == ["", "bid", ""]


def test_a_market_entry_does_not_rest_but_its_exits_do() -> None:
    """--tif and --until are the exits'."""
    assert told(bracket(MARKET, "44000", "46000")) == [
        ("buy", "market", "", "", "day"),
        ("sell", "stop", "", "44000", "gtd"),
        ("sell", "limit", "46000", "", "gtd"),
    ]


@pytest.mark.parametrize(
    ("stop", "profit", "way_out"),
    [("46500", "", ("buy", "stop", "", "46500", "gtc")), ("", "45500", ("buy", "limit", "45500", "", "gtc"))],
)
def test_an_oto_has_one_way_out(stop: str, profit: str, way_out: tuple[str, ...]) -> None:
    """A sell is protected above and wins below."""
    asked = oto(SELL, stop, profit)
    assert (asked.contingency, told(asked)) == ("2", [("sell", "limit", "46000", "", "gtc"), way_out])


def test_an_oco_is_a_limit_and_a_stop_of_one_side() -> None:
    """ContingencyType(1385)=1"""
    asked = oco(SELL, "44000", "last")
    assert (asked.contingency, told(asked)) == (
        "1",
        [("sell", "limit", "46000", "", "gtc"), ("sell", "stop", "", "44000", "gtc")],
    )


def test_a_list_is_one_message_with_a_group_of_orders() -> None:
    """NoOrders(73) counts, ListSeqNo(67) numbers, each member begins with a ClOrdID(11) of its own."""
    request, members = enter_list(oco(SELL, "44000"), "L1")
    assert [member["ListSeqNo"] for member in members] == ["1", "2"]
    assert members[0]["ClOrdID"] != members[1]["ClOrdID"]
    text = written(request, members).toString().replace(SOH, "|")
    group = text[text.index("|66=L1|68=2|73=2|11=") : text.index("|394=3|1385=1|")]
    for member, terms in zip(group.split("|11=")[1:], ("|40=2|44=46000|", "|40=3|"), strict=True):
        assert "|1=DEMO1|" in member
        assert "|54=2|55=BTC-USD|59=1|" in member
        assert terms in member
    assert "99=44000" in group


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: bracket(BUY, "45000", "46000"),
            "--stop was '45000': must be below the entry at 45000 for a buy",
        ),
        (
            lambda: bracket(BUY, "44000", "44500"),
            "--profit was '44500': must be above the entry at 45000 for a buy",
        ),
        (lambda: bracket(SELL, "45000", "44000"), "--stop was '45000': must be above the entry at 46000 for a sell"),
        (lambda: oto(SELL, "", "47000"), "--profit was '47000': must be below the entry at 46000 for a sell"),
        (lambda: bracket(MARKET, "46000", "44000"), "--profit was '44000': must be above --stop 46000 for a buy"),
        (lambda: oco(SELL, "46500"), "--stop was '46500': must be below the limit at 46000 for a sell"),
        (lambda: oco(BUY, "44000"), "--stop was '44000': must be above the limit at 45000 for a buy"),
        (
            lambda: bracket(BUY, "", "46000"),
            "--stop was missing: must be the price of the protective stop",
        ),
        (
            lambda: bracket(BUY, "44000", ""),
            "--profit was missing: must be the price at which to take the profit",
        ),
        (lambda: oco(SELL, ""), "--stop was missing: must be the price of the stop order"),
        (
            lambda: oco(MARKET, "44000"),
            "the price was missing: must be that of the limit order, written as @ 46000",
        ),
        (lambda: oto(BUY, "", ""), "--stop and --profit were missing: one of the two must be given"),
        (
            lambda: oto(BUY, "44000", "46000"),
            "--profit was '46000' beside --stop: must be one of the two (bracket has both)",
        ),
        (
            lambda: oto(BUY, "", "46000", "bid"),
            "--on was 'bid' without --stop: must go with a stop, or be left out",
        ),
        (lambda: oco(SELL, "44000", "moon"), "--on was 'moon': must be last, bid, offer, mid"),
        (lambda: oco(SELL, "44,000"), "--stop was '44,000': must be a number above 0, such as 45000"),
        (
            lambda: oco(Order("sell", "0", "BTC-USD", "46000"), "44000"),
            "the quantity was '0': must be a number above 0, such as 0.5",
        ),
        (lambda: oco(Order("by", "1", "BTC-USD", "46000"), "44000"), "side was 'by': must be buy, sell"),
        (
            lambda: bracket(Order("buy", "1", "BTC-USD", time_in_force="ioc"), "44000", "46000"),
            "--tif was 'ioc': must be day, gtc, gtd",
        ),
        (
            lambda: oco(Order("sell", "1", "BTC-USD", "46000", time_in_force="gtd"), "44000"),
            "--until was missing: must say when the gtd orders end, such as --until 8h",
        ),
    ],
)
def test_what_makes_no_list_is_named_with_its_remedy(ask: Callable[[], OrderList], sentence: str) -> None:
    """Field, value and what it must be, before anything is sent."""
    with pytest.raises(OperatorError) as refused:
        ask()
    assert str(refused.value) == sentence
