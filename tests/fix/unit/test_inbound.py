"""FIX fields become exactly one command, or a refusal of the right kind."""

import pytest

from tests.fix.unit.examples import LISTINGS, PARTY, message
from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.inbound import ID_LENGTH_MAX, Party, command_of, read_fields, refusal
from venue.fix.refusals import BusinessReject, WrongFormat, WrongValue

ENTER = "35=D 34=7 11=A1 55=BTC-USD 54=1 60=20260101-09:50:10 "
LIMIT = ENTER + "40=2 38=1.5 44=45000 "
REPLACE = "35=G 34=7 11=A2 41=A1 55=BTC-USD 54=1 60=20260101-09:50:10 40=2 "
BOUGHT: tuple[str, str, str, str, m.Side] = ("DESK", "HOUSE", "A1", "BTC-USD", m.BUY)

ORDERS = {
    "limit": (LIMIT, m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000)),
    "market": (ENTER + "40=1 38=0.00001", m.EnterOrder(*BOUGHT, m.MARKET, m.DAY, 1)),
    "market by cash": (
        ENTER + "40=1 152=100.0000001",
        m.EnterOrder(*BOUGHT, m.MARKET, m.DAY, 0, cash_units=1_000_000_001),
    ),
    "stop": (ENTER + "40=3 38=1 99=44000.01", m.EnterOrder(*BOUGHT, m.STOP, m.DAY, 100_000, 0, 4_400_001)),
    "stop limit": (ENTER + "40=4 38=1 99=2 44=3", m.EnterOrder(*BOUGHT, m.STOP_LIMIT, m.DAY, 100_000, 300, 200)),
    "take profit": (ENTER + "40=J 38=1 99=2", m.EnterOrder(*BOUGHT, m.TAKE_PROFIT, m.DAY, 100_000, 0, 200)),
    "take profit limit": (
        ENTER + "40=J 38=1 99=2 44=3",
        m.EnterOrder(*BOUGHT, m.TAKE_PROFIT_LIMIT, m.DAY, 100_000, 300, 200),
    ),
    "good till canceled": (LIMIT + "59=1", m.EnterOrder(*BOUGHT, m.LIMIT, m.GTC, 150_000, 4_500_000)),
    "immediate": (LIMIT + "59=3", m.EnterOrder(*BOUGHT, m.LIMIT, m.IOC, 150_000, 4_500_000)),
    "fill or kill": (LIMIT + "59=4", m.EnterOrder(*BOUGHT, m.LIMIT, m.FOK, 150_000, 4_500_000)),
    "good till time": (
        LIMIT + "59=6 126=20260101-10:00:00.5",
        m.EnterOrder(*BOUGHT, m.LIMIT, m.GTD, 150_000, 4_500_000, expire_ns=1_767_261_600_500_000_000),
    ),
    "good till date, which ends with the trading day": (
        LIMIT + "59=6 432=20260101",
        m.EnterOrder(*BOUGHT, m.LIMIT, m.GTD, 150_000, 4_500_000, expire_ns=1_767_301_200_000_000_000),
    ),
    "iceberg": (LIMIT + "111=0.5", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, display_lots=50_000)),
    "minimum": (LIMIT + "110=0.5", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, min_lots=50_000)),
    "post-only": (LIMIT + "18=6", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, post_only=True)),
    "self-match": (
        LIMIT + "2964=100",
        m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, self_match=m.DECREMENT),
    ),
    "sent again": (LIMIT + "97=Y", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, poss_resend=True)),
    "resent": (LIMIT + "43=Y", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, poss_resend=True)),
    "own account": (LIMIT + "1=HOUSE", m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000)),
    "another account of the session": (
        LIMIT + "1=FUND",
        m.EnterOrder("DESK", "FUND", "A1", "BTC-USD", m.BUY, m.LIMIT, m.DAY, 150_000, 4_500_000),
    ),
    "trailing stop": (
        ENTER + "40=P 18=a 38=1 211=100.5",
        m.EnterOrder(*BOUGHT, m.TRAILING_STOP, m.DAY, 100_000, trail_ticks=10_050),
    ),
    "stop on the bid": (
        ENTER + "40=3 38=1 99=2 1107=3",
        m.EnterOrder(*BOUGHT, m.STOP, m.DAY, 100_000, 0, 200, trigger=m.ON_BID),
    ),
    "of a fill-rate group": (
        LIMIT + "5003=QUOTES",
        m.EnterOrder(*BOUGHT, m.LIMIT, m.DAY, 150_000, 4_500_000, order_group="QUOTES"),
    ),
    "a limit price on a market order, for the engine to refuse": (
        ENTER + "40=1 38=1 44=3",
        m.EnterOrder(*BOUGHT, m.MARKET, m.DAY, 100_000, 300),
    ),
}


@pytest.mark.parametrize("name", ORDERS)
def test_new_order_single_becomes_an_enter_order(name: str) -> None:
    """Every order type, time in force and option of NewOrderSingle(D) arrives as integers."""
    fields, command = ORDERS[name]
    assert command_of(message(fields), PARTY) == command


@pytest.mark.parametrize("char", tables.SELF_MATCH)
def test_self_match_instruction_is_read_by_its_table(char: str) -> None:
    """SelfMatchPreventionInstruction(2964): each value of the table is its own choice."""
    command = command_of(message(f"{LIMIT} 2964={char}"), PARTY)
    assert isinstance(command, m.EnterOrder)
    assert command.self_match == tables.SELF_MATCH[char]


def test_replace_without_terms_leaves_them_unchanged() -> None:
    """OrderCancelReplaceRequest(G): an absent term is 0, which the engine reads as unchanged."""
    command = command_of(message(REPLACE), PARTY)
    assert command == m.ReplaceOrder("DESK", "HOUSE", "A2", "A1", 0, "BTC-USD", m.BUY, m.LIMIT)


def test_replace_with_terms_carries_them() -> None:
    """OrderCancelReplaceRequest(G): quantity, prices, display and expiry arrive as integers."""
    terms = "37=12 38=2 44=1.5 99=1.25 59=6 126=19700101-00:00:01 111=1 97=Y"
    command = command_of(message(REPLACE.replace("40=2", "40=4") + terms), PARTY)
    assert command == m.ReplaceOrder(
        *("DESK", "HOUSE", "A2", "A1", 12, "BTC-USD", m.BUY, m.STOP_LIMIT, m.GTD),
        *(200_000, 150, 125, 100_000, 1_000_000_000, True),
    )


@pytest.mark.parametrize(
    ("order_id", "found"), [("", 0), ("37=12", 12), ("37=NONE", 0), ("37=-3", 0), ("37=1" + "0" * 30, 0)]
)
def test_cancel_names_the_order_by_both_ids(order_id: str, found: int) -> None:
    """OrderCancelRequest(F): OrderID(37) counts when it can be one of ours, whatever else stands there."""
    fields = message(f"35=F 34=7 11=A2 41=A1 55=BTC-USD 54=2 60=20260101-09:50:10 {order_id}")
    assert command_of(fields, PARTY) == m.CancelOrder("DESK", "HOUSE", "A2", "A1", found, "BTC-USD", m.SELL)


@pytest.mark.parametrize(
    ("fields", "symbol", "side"),
    [
        ("530=7", "", 0),
        ("530=7 55=BTC-USD 54=2", "", m.SELL),
        ("530=1 55=BTC-USD", "BTC-USD", 0),
        ("530=1 55=NO 54=1", "NO", 1),
    ],
)
def test_mass_cancel_is_narrowed_by_symbol_and_side(fields: str, symbol: str, side: int) -> None:
    """OrderMassCancelRequest(q): 530=1 one symbol, 530=7 all of them, Side(54) with either."""
    command = command_of(message(f"35=q 34=7 11=A2 60=20260101-09:50:10 {fields}"), PARTY)
    assert command == m.MassCancel("DESK", "HOUSE", "A2", symbol, side)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trades", "field", "account"),
    [(("HOUSE",), "1=OLD ", "OLD"), (("HOUSE",), "", "HOUSE"), ((), "", "OLD"), ((), "1=OLD ", "OLD")],
)
def test_cancel_reaches_an_account_the_session_traded_before(trades: tuple[str, ...], field: str, account: str) -> None:
    """OrderCancelRequest(F) is for the session's own orders, wherever they are; a replace needs the account."""
    party = Party("DESK", trades, (), LISTINGS, left=("OLD",))
    command = command_of(message(f"35=F 34=7 {field}11=A2 41=A1 55=BTC-USD 54=1 60=20260101-09:50:10"), party)
    assert command == m.CancelOrder("DESK", account, "A2", "A1", 0, "BTC-USD", m.BUY)
    with pytest.raises(BusinessReject):
        command_of(message(REPLACE) | {"1": "OLD"}, party)


REFUSED = {
    "off-tick price": (LIMIT.replace("44=45000", "44=45000.001"), reasons.OFF_TICK, "45000.001 is no multiple of 0.01"),
    "off-tick stop": (ENTER + "40=3 38=1 99=0.015", reasons.OFF_TICK, "0.015 is no multiple of 0.01"),
    "off-lot quantity": (LIMIT.replace("38=1.5", "38=0.000001"), reasons.OFF_LOT, "0.000001 is no multiple of 0.00001"),
    "off-lot display": (LIMIT + "111=0.000001", reasons.OFF_LOT, "0.000001 is no multiple of 0.00001"),
    "unknown symbol": (LIMIT.replace("BTC-USD", "NO-USD"), reasons.UNKNOWN_SYMBOL, "NO-USD"),
    "zero quantity": (LIMIT.replace("38=1.5", "38=0"), reasons.BAD_VALUE, "field 38 was 0"),
    "pegged without a peg": (ENTER + "40=P 18=6 38=1 211=1", reasons.FIELD_NOT_ALLOWED, "ExecInst(18)=a goes with"),
    "peg of no pegged order": (LIMIT + "18=a", reasons.FIELD_NOT_ALLOWED, "ExecInst(18)=a goes with"),
    "off-tick trail": (ENTER + "40=P 18=a 38=1 211=0.001", reasons.OFF_TICK, "0.001 is no multiple of 0.01"),
    "negative trail": (ENTER + "40=P 18=a 38=1 211=-1", reasons.BAD_VALUE, "field 211 was -1"),
    "negative price": (LIMIT.replace("44=45000", "44=-1"), reasons.BAD_VALUE, "field 44 was -1"),
    "no integer can hold it": (
        LIMIT.replace("38=1.5", "38=99999999999"),
        reasons.BAD_VALUE,
        "field 38 was 99999999999",
    ),
    "expiry in 500 years": (LIMIT + "59=6 126=26000101-00:00:00", reasons.BAD_VALUE, "field 126 was 26000101-00:00:00"),
    "expiry before all clocks": (LIMIT + "59=6 126=00010101-00:00:00", reasons.BAD_VALUE, "field 126 was 00010101"),
    "expiry at the end of time": (LIMIT + "59=6 432=99991231", reasons.BAD_VALUE, "field 432 was 99991231"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_order_without_integers_becomes_a_refusal_with_its_texts(name: str) -> None:
    """What is understood but cannot be expressed is journaled as a RefuseRequest with the client's texts."""
    fields, reason, text = REFUSED[name]
    command = command_of(message(fields), PARTY)
    assert isinstance(command, m.RefuseRequest)
    assert (command.reason, command.request, command.cl_ord_id) == (reason, m.REQUEST_ENTER, "A1")
    assert text in command.text
    assert command.qty_text == message(fields)["38"]
    assert command.price_text == message(fields).get("44", "")


def test_replace_without_integers_becomes_a_refusal_of_a_replace() -> None:
    """The engine answers it with OrderCancelReject(9), so it must know the order it was about."""
    command = command_of(message(REPLACE + "44=0.001"), PARTY)
    assert isinstance(command, m.RefuseRequest)
    assert (command.request, command.cl_ord_id, command.orig_cl_ord_id) == (m.REQUEST_REPLACE, "A2", "A1")


BUSINESS_REJECTED = {
    "limit without price": (ENTER + "40=2 38=1", tables.CONDITIONAL_FIELD_MISSING, "Price(44) is required"),
    "stop without stop price": (ENTER + "40=3 38=1", tables.CONDITIONAL_FIELD_MISSING, "StopPx(99) is required"),
    "stop limit without price": (ENTER + "40=4 38=1 99=1", tables.CONDITIONAL_FIELD_MISSING, "Price(44) is required"),
    "take profit without stop price": (ENTER + "40=J 38=1", tables.CONDITIONAL_FIELD_MISSING, "StopPx(99) is required"),
    "no quantity": (ENTER + "40=1", tables.CONDITIONAL_FIELD_MISSING, "OrderQty(38) or CashOrderQty(152)"),
    "good till when": (LIMIT + "59=6", tables.CONDITIONAL_FIELD_MISSING, "ExpireTime(126) or ExpireDate(432)"),
    "mass cancel of which symbol": ("35=q 11=A 530=1 60=x", tables.CONDITIONAL_FIELD_MISSING, "Symbol(55) is required"),
    "trailing stop without its peg": (ENTER + "40=P 38=1 211=1", tables.CONDITIONAL_FIELD_MISSING, "ExecInst(18)=a"),
    "trailing stop of which distance": (
        ENTER + "40=P 18=a 38=1",
        tables.CONDITIONAL_FIELD_MISSING,
        "PegOffsetValue(211) is required",
    ),
    "somebody else's account": (LIMIT + "1=OTHERS", tables.NOT_AUTHORIZED, "Account(1) was OTHERS"),
    "an account only watched": (LIMIT + "1=RIVAL", tables.NOT_AUTHORIZED, "Account(1) was RIVAL"),
}


@pytest.mark.parametrize("name", BUSINESS_REJECTED)
def test_message_without_a_needed_field_is_a_business_reject(name: str) -> None:
    """Conditionally required fields and foreign accounts: BusinessMessageReject(j) with 380=5 or 6."""
    fields, reason, text = BUSINESS_REJECTED[name]
    with pytest.raises(BusinessReject) as refused:
        command_of(message(fields), PARTY)
    assert refused.value.reason == reason
    assert text in str(refused.value)


@pytest.mark.parametrize("text", ["1e5", "0x1", "+1", "1.2.3", ".", "-", "nan"])
def test_text_that_is_no_decimal_is_a_wrong_format(text: str) -> None:
    """FIX 4.4 knows digits and one point: everything else is Reject(3) 373=6 of that field."""
    with pytest.raises(WrongFormat) as refused:
        command_of(message(LIMIT.replace("44=45000", f"44={text}")), PARTY)
    assert refused.value.tag == "44"


@pytest.mark.parametrize("field", ["126=20261301-00:00:00", "432=20260230", "432=tomorrow"])
def test_expiry_that_is_no_date_is_a_wrong_format(field: str) -> None:
    """A month or day that does not exist is Reject(3) 373=6 of that field."""
    with pytest.raises(WrongFormat) as refused:
        command_of(message(f"{LIMIT} 59=6 {field}"), PARTY)
    assert refused.value.tag == field.partition("=")[0]


def test_undisclosed_side_is_a_wrong_value() -> None:
    """Side(54)=7 is in the dictionary because the venue sends it; nobody may send it in."""
    with pytest.raises(WrongValue) as refused:
        command_of(message(LIMIT.replace("54=1", "54=7")), PARTY)
    assert refused.value.tag == "54"


@pytest.mark.parametrize("tag", ["11", "41"])
def test_id_beyond_its_bound_is_a_wrong_value(tag: str) -> None:
    """Identifiers are kept for ever, so their length has a limit."""
    longest = message(REPLACE) | {tag: "x" * ID_LENGTH_MAX}
    assert isinstance(command_of(longest, PARTY), m.ReplaceOrder)
    with pytest.raises(WrongValue) as refused:
        command_of(longest | {tag: "x" * (ID_LENGTH_MAX + 1)}, PARTY)
    assert refused.value.tag == tag


def test_text_is_split_into_fields_at_the_first_equals_sign() -> None:
    """A value may contain "=": only the first one ends the tag."""
    assert read_fields("35=D\x0111=a=b\x01") == {"35": "D", "11": "a=b"}


@pytest.mark.parametrize("value", ["\udcff", "é", "A\0B", "A\nB", "\x7f"])
def test_text_that_is_not_printable_ascii_is_a_wrong_format_of_its_field(value: str) -> None:
    """The journal, terminals and every client read plain text: other bytes are refused by field."""
    with pytest.raises(WrongFormat) as refused:
        read_fields(f"35=D\x0111={value}\x01")
    assert refused.value.tag == "11"


def test_exec_inst_may_have_two_values() -> None:
    """ExecInst(18) is a MultipleValueString: words between blanks, each of them counts."""
    command = command_of(message(ENTER + "40=P 38=1 211=1") | {"18": "6 a"}, PARTY)
    assert isinstance(command, m.EnterOrder)
    assert (command.post_only, command.ord_type, command.trail_ticks) == (True, m.TRAILING_STOP, 100)


def test_session_without_accounts_can_ask_for_nothing() -> None:
    """A session that trades no account is told so, whether it names one or not."""
    party = Party("TAPE", (), ("HOUSE",), LISTINGS)
    for fields in (LIMIT, LIMIT + "1=HOUSE"):
        with pytest.raises(BusinessReject) as refused:
            command_of(message(fields), party)
        assert refused.value.reason == tables.NOT_AUTHORIZED


def test_throttled_message_keeps_what_its_report_must_repeat() -> None:
    """A refusal made of the raw fields has the ids, symbol, side, type, price and quantity as sent."""
    assert refusal(message(LIMIT), PARTY, m.REQUEST_ENTER, reasons.RATE_LIMIT) == m.RefuseRequest(
        *("DESK", "HOUSE", "A1", "", m.REQUEST_ENTER, "BTC-USD", m.BUY, reasons.RATE_LIMIT, ""),
        ord_type=m.LIMIT,
        qty_text="1.5",
        price_text="45000",
    )
