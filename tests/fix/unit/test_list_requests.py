"""NewOrderList(E) becomes one EnterList, or is refused as a whole."""

import pytest

from tests.fix.unit.examples import PARTY
from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.inbound import Fields, read_fields
from venue.fix.list_requests import list_of, read_legs
from venue.fix.refusals import BusinessReject, Refused, WrongFormat, WrongValue

HEAD = "8=FIX.4.4 9=1 35=E 34=7 49=DESK 56=VENUE 52=x {header}66=L1 68={total} 73={count} "
TAIL = "394=3 1385={contingency} 10=000"
BUY = "11=A1 67=1 55=BTC-USD 54=1 40=2 38=1.5 44=45000 "
STOP = "11=A2 67=2 55=BTC-USD 54=2 40=3 38=1.5 99=44000 59=1 "
PROFIT = "11=A3 67=3 55=BTC-USD 54=2 40=2 38=1.5 44=46000 59=1 "
TRADER: tuple[str, str] = ("DESK", "HOUSE")
ORDERS = (
    m.EnterOrder(*TRADER, "A1", "BTC-USD", m.BUY, m.LIMIT, m.DAY, 150_000, 4_500_000, list_id="L1"),
    m.EnterOrder(*TRADER, "A2", "BTC-USD", m.SELL, m.STOP, m.GTC, 150_000, 0, 4_400_000, list_id="L1"),
    m.EnterOrder(*TRADER, "A3", "BTC-USD", m.SELL, m.LIMIT, m.GTC, 150_000, 4_600_000, list_id="L1"),
)


def asked(
    *members: str, contingency: str = "2", total: int | None = None, header: str = ""
) -> tuple[Fields, list[Fields]]:
    count = len(members)
    text = HEAD.format(header=header, total=count if total is None else total, count=count)
    text += "".join(members) + TAIL.format(contingency=contingency)
    text = text.replace(" ", "\x01") + "\x01"
    return read_fields(text), read_legs(text)


def test_legs_are_told_from_each_other_and_from_the_rest() -> None:
    """Each member has the fields that stand behind its ClOrdID(11), the message's own fields are none of them."""
    _, legs = asked(BUY, STOP)
    assert [list(leg) for leg in legs] == [
        ["11", "67", "55", "54", "40", "38", "44"],
        ["11", "67", "55", "54", "40", "38", "99", "59"],
    ]


@pytest.mark.parametrize(
    ("members", "char", "contingency"),
    [((BUY, STOP), "1", m.OCO), ((BUY, STOP), "2", m.OTO), ((BUY, STOP, PROFIT), "2", m.BRACKET)],
)
def test_list_becomes_one_command(members: tuple[str, ...], char: str, contingency: m.Contingency) -> None:
    """ContingencyType(1385): 1 is an OCO, 2 an OTO, and with three orders a bracket."""
    command = list_of(*asked(*members, contingency=char), PARTY)
    assert command == m.EnterList(*TRADER, "L1", contingency, ORDERS[: len(members)])


def test_list_sent_again_marks_each_of_its_orders() -> None:
    """PossResend(97) of the message counts for every order in it."""
    command = list_of(*asked(BUY, STOP, header="97=Y "), PARTY)
    assert [order.poss_resend for order in command.orders] == [True, True]


def test_orders_of_a_list_may_name_their_account() -> None:
    """Account(1) stands in the group; the list is of its first order's account."""
    command = list_of(*asked(BUY + "1=FUND ", STOP + "1=FUND "), PARTY)
    assert command.account == "FUND"
    assert [order.account for order in command.orders] == ["FUND", "FUND"]


def test_refusal_names_the_order_at_fault() -> None:
    """A number that is none of the instrument's refuses the whole list."""
    with pytest.raises(Refused) as refused:
        list_of(*asked(BUY, STOP.replace("99=44000", "99=44000.001")), PARTY)
    assert (refused.value.leg, refused.value.reason) == (1, reasons.OFF_TICK)


def test_foreign_account_in_a_list_is_a_business_reject() -> None:
    """j 380=6, as for a single order."""
    with pytest.raises(BusinessReject) as refused:
        list_of(*asked(BUY, STOP + "1=RIVAL "), PARTY)
    assert refused.value.reason == tables.NOT_AUTHORIZED


@pytest.mark.parametrize(
    ("members", "total", "tag"),
    [
        ((BUY, STOP), 3, "68"),
        ((BUY, STOP.replace("67=2", "67=3")), 2, "67"),
        ((BUY, STOP, PROFIT, PROFIT.replace("67=3", "67=4")), 4, "73"),
        ((BUY, STOP.replace("11=A2", "11=" + "x" * 65)), 2, "11"),
    ],
    ids=["total", "number", "too many", "too long"],
)
def test_list_that_does_not_count_right_is_a_wrong_value(members: tuple[str, ...], total: int, tag: str) -> None:
    """TotNoOrders(68) is the group's count, ListSeqNo(67) counts from 1, three orders are the most."""
    with pytest.raises(WrongValue) as refused:
        list_of(*asked(*members, total=total), PARTY)
    assert refused.value.tag == tag


def test_unprintable_text_in_an_earlier_leg_is_named() -> None:
    """The group's last member is not the only one that is looked at."""
    with pytest.raises(WrongFormat) as refused:
        asked(BUY.replace("11=A1", "11=é"), STOP)
    assert refused.value.tag == "11"


@pytest.mark.parametrize(
    "change",
    ["54=9", "40=Z", "40=24", "59=9", "59=", "18=z", "2964=7", "1107=Q", "21=3", "5003="],
)
def test_value_that_the_dictionary_does_not_have_is_refused(change: str) -> None:
    """Reject(3) 373=5, as QuickFIX refuses it in a message of its own: within groups it looks at no value."""
    tag = change.partition("=")[0]
    others = [field for field in STOP.split() if not field.startswith(f"{tag}=")]
    with pytest.raises(WrongValue) as refused:
        list_of(*asked(BUY, " ".join([*others, change, ""])), PARTY)
    assert refused.value.tag == tag


def test_time_of_a_member_that_is_none_is_refused() -> None:
    """TransactTime(60) is for information, and a UTCTimestamp all the same: Reject(3) 373=6."""
    with pytest.raises(WrongFormat) as refused:
        list_of(*asked(BUY, STOP + "60=yesterday "), PARTY)
    assert refused.value.tag == "60"


def test_field_that_a_member_has_twice_is_refused() -> None:
    """Which of the two was meant nobody knows."""
    with pytest.raises(WrongValue) as refused:
        asked(BUY, STOP + "38=2 ")
    assert refused.value.tag == "38"
