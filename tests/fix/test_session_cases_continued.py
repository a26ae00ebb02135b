"""The public session test cases for FIX 4.4, from 8 on. See test_session_cases.py for the source."""

import pytest

from tests.fix.test_session_cases import order, place
from tests.support.fix_message import frame, utc_timestamp
from tests.support.raw_fix import RawClient

# -- 8: a ResendRequest of the client --------------------------------------------------------------------


def expect_gap_fill(client: RawClient, msg_seq_num: int, new_seq_no: int) -> None:
    gap_fill = client.expect("4", GapFillFlag="Y", PossDupFlag="Y", NewSeqNo=str(new_seq_no))
    assert gap_fill.msg_seq_num == msg_seq_num


def expect_resent(client: RawClient, msg_seq_num: int, cl_ord_id: str) -> None:
    resent = client.expect("8", PossDupFlag="Y", ClOrdID=cl_ord_id, ExecType="0")
    assert resent.msg_seq_num == msg_seq_num
    assert resent["OrigSendingTime"] <= resent["SendingTime"]


def test_8_only_admin_messages(client: RawClient) -> None:
    """Session messages are never sent again: one gap fill takes their place."""
    client.log_on()
    for _ in range(3):
        client.expect_quiet()
    client.send("2", BeginSeqNo="1", EndSeqNo="4")
    expect_gap_fill(client, 1, 5)
    client.expect_quiet()
    client.send("2", BeginSeqNo="1", EndSeqNo="0")
    expect_gap_fill(client, 1, 6)
    client.log_out()


def test_8_only_application_messages(client: RawClient, symbol: str) -> None:
    """ExecutionReports are sent again as they were, with PossDupFlag(43) and OrigSendingTime(122)."""
    client.log_on()
    for cl_ord_id in ("A", "B", "C"):
        place(client, cl_ord_id, symbol)
    client.send("2", BeginSeqNo="2", EndSeqNo="4")
    for number, cl_ord_id in enumerate(("A", "B", "C"), 2):
        expect_resent(client, number, cl_ord_id)
    client.expect_quiet()
    client.send("2", BeginSeqNo="2", EndSeqNo="0")
    for number, cl_ord_id in enumerate(("A", "B", "C"), 2):
        expect_resent(client, number, cl_ord_id)
    expect_gap_fill(client, 5, 6)
    client.log_out()


def test_8_admin_and_application_messages(client: RawClient, symbol: str) -> None:
    """Reports are resent in their places, each run of session messages between them is one gap fill."""
    client.log_on()
    for _ in range(3):
        client.expect_quiet()  # 2-4
    place(client, "A", symbol)  # 5
    place(client, "B", symbol)  # 6
    for _ in range(2):
        client.expect_quiet()  # 7-8
    place(client, "C", symbol)  # 9
    for last in ("4", "6", "8", "9", "0"):
        client.send("2", BeginSeqNo="2", EndSeqNo=last)
        expect_gap_fill(client, 2, 5)
        if last != "4":
            expect_resent(client, 5, "A")
            expect_resent(client, 6, "B")
        if last not in ("4", "6"):
            expect_gap_fill(client, 7, 9)
        if last in ("9", "0"):
            expect_resent(client, 9, "C")
    client.expect_quiet()
    client.log_out()


# -- 10, 11: SequenceReset(4) ----------------------------------------------------------------------------


def test_10_msg_seq_num_equal(client: RawClient) -> None:
    """A gap fill with the expected number moves the expected number to NewSeqNo(36)."""
    client.log_on()
    client.send_as(2, "4", NewSeqNo="20", GapFillFlag="Y")
    client.next_out = 20
    client.expect_quiet()
    client.log_out()


def test_10_msg_seq_num_greater(client: RawClient) -> None:
    """A gap fill from the future waits: what is before it is asked for."""
    client.log_on()
    client.send_as(10, "4", NewSeqNo="20", GapFillFlag="Y")
    client.send_as(20, "1", TestReqID="HELLO")
    client.expect("2", BeginSeqNo="2", EndSeqNo="0")
    client.log_out()


def test_10_msg_seq_num_less(client: RawClient) -> None:
    """A gap fill with a used number is ignored if PossDupFlag(43)=Y, else it ends the session."""
    client.log_on()
    client.send_as(1, "4", NewSeqNo="20", GapFillFlag="Y", PossDupFlag="Y", OrigSendingTime=utc_timestamp(-1))
    client.expect_quiet()
    client.send_as(1, "4", NewSeqNo="20", GapFillFlag="Y")
    assert "MsgSeqNum too low" in client.expect("5")["Text"]
    client.expect_closed()


@pytest.mark.parametrize("flag", [None, "N"], ids=["no flag", "flag N"])
def test_11a_new_seq_no_greater(client: RawClient, flag: str | None) -> None:
    """A reset to a higher number is followed, whatever its own number."""
    client.log_on()
    client.send_as(0, "4", NewSeqNo="25", GapFillFlag=flag)
    client.next_out = 25
    client.expect_quiet()
    client.log_out()


@pytest.mark.parametrize("flag", [None, "N"], ids=["no flag", "flag N"])
def test_11b_new_seq_no_equal(client: RawClient, flag: str | None) -> None:
    """A reset to the number that is expected anyway changes nothing."""
    client.log_on()
    client.send_as(0, "4", NewSeqNo="2", GapFillFlag=flag)
    client.expect_quiet()
    client.log_out()


@pytest.mark.parametrize("flag", [None, "N"], ids=["no flag", "flag N"])
def test_11c_new_seq_no_less(client: RawClient, flag: str | None) -> None:
    """A reset to a lower number is a Reject(3) 373=5 and changes nothing."""
    client.log_on()
    client.send_as(0, "4", NewSeqNo="1", GapFillFlag=flag)
    client.expect("3", RefMsgType="4", SessionRejectReason="5")
    client.expect_quiet()
    client.log_out()


def test_13b_unsolicited_logout_message(client: RawClient) -> None:
    """Logout(5) is answered with Logout(5), then the venue closes the connection."""
    client.log_on()
    client.log_out()


# -- 14: fields ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["999", "0", "-1", "5000"])
def test_14a_bad_field(client: RawClient, tag: str) -> None:
    """A tag no dictionary has is a Reject(3) 373=0 that names it."""
    client.log_on()
    client.send("0", **{f"T{tag}": "HI"})
    client.expect("3", RefSeqNum="2", RefTagID=tag, RefMsgType="0", SessionRejectReason="0")
    client.log_out()


def test_14b_required_field_missing(client: RawClient, symbol: str) -> None:
    """A required field that is missing, of the header or the body, is a Reject(3) 373=1 that names it."""
    client.log_on()
    client.send("0", TargetCompID=None)
    client.expect("3", RefSeqNum="2", RefTagID="56", RefMsgType="0", SessionRejectReason="1")
    client.send("D", **order(symbol, ClOrdID=None))
    client.expect("3", RefSeqNum="3", RefTagID="11", RefMsgType="D", SessionRejectReason="1")
    client.log_out()


def test_14c_tag_not_defined_for_msg_type(client: RawClient) -> None:
    """A field that belongs to other messages is a Reject(3) 373=2 that names it."""
    client.log_on()
    client.send("0", Symbol="MSFT")
    client.expect("3", RefSeqNum="2", RefTagID="55", RefMsgType="0", SessionRejectReason="2")
    client.log_out()


def test_14d_tag_specified_without_value(client: RawClient) -> None:
    """A field without a value is a Reject(3) 373=4 that names it."""
    client.log_on()
    client.send("0", TargetCompID="")
    client.expect("3", RefSeqNum="2", RefTagID="56", RefMsgType="0", SessionRejectReason="4")
    client.log_out()


@pytest.mark.parametrize(
    ("field", "tag", "value"),
    [("HandlInst", "21", "4"), ("Side", "54", "9"), ("OrdType", "40", "K"), ("TimeInForce", "59", "2")],
)
def test_14e_incorrect_enum_value(client: RawClient, symbol: str, field: str, tag: str, value: str) -> None:
    """A value outside the list of the venue's dictionary is a Reject(3) 373=5; a listed one is taken."""
    client.log_on()
    client.send("D", **order(symbol) | {field: value})
    client.expect("3", RefSeqNum="2", RefTagID=tag, RefMsgType="D", SessionRejectReason="5")
    client.send("D", **order(symbol, HandlInst="1"))
    client.expect("8", ClOrdID="A", ExecType="0")
    client.log_out()


@pytest.mark.parametrize(
    ("field", "tag", "value"),
    [("OrderQty", "38", "+200.00"), ("Price", "44", "1e3"), ("TransactTime", "60", "yesterday")],
)
def test_14f_incorrect_data_format(client: RawClient, symbol: str, field: str, tag: str, value: str) -> None:
    """A value that is not of its field's type is a Reject(3) 373=6 that names it."""
    client.log_on()
    client.send("D", **order(symbol) | {field: value})
    client.expect("3", RefSeqNum="2", RefTagID=tag, RefMsgType="D", SessionRejectReason="6")
    client.log_out()


@pytest.mark.parametrize("misplaced", [11, 55])
def test_14g_header_body_trailer_fields_out_of_order(client: RawClient, symbol: str, misplaced: int) -> None:
    """A header field behind a field of the body is a Reject(3) 373=14."""
    client.log_on()
    fields = client.fields("D", **order(symbol))
    body_field = next(field for field in fields if field[0] == misplaced)
    fields.remove(body_field)
    fields.insert(1, body_field)
    client.send_bytes(frame(fields))
    client.expect("3", RefSeqNum="2", RefMsgType="D", SessionRejectReason="14")
    client.log_out()


def test_14h_repeated_tag(client: RawClient, symbol: str) -> None:
    """A field that comes twice is a Reject(3) 373=13 that names it."""
    client.log_on()
    fields = client.fields("D", **order(symbol))
    fields.insert(fields.index((40, "2")), (40, "1"))
    client.send_bytes(frame(fields))
    client.expect("3", RefSeqNum="2", RefTagID="40", RefMsgType="D", SessionRejectReason="13")
    client.log_out()


def test_14i_repeating_group_count_not_equal(client: RawClient) -> None:
    """A group that does not have as many members as it says is a Reject(3) 373=16.

    None of the messages the venue takes has a group; News(B), which it sends, is validated all the same.
    """
    client.log_on()
    fields = [*client.fields("B", Headline="Hello"), (33, "3"), (58, "one"), (58, "two")]
    client.send_bytes(frame(fields))
    client.expect("3", RefSeqNum="2", RefTagID="33", RefMsgType="B", SessionRejectReason="16")
    client.log_out()


# -- 15 to 21 --------------------------------------------------------------------------------------------


def test_15_header_and_body_fields_ordered_differently(client: RawClient, symbol: str) -> None:
    """The order of fields within the header and within the body is free."""
    client.log_on()
    place(client, "A", symbol)
    msg_type, *header_and_body = client.fields("D", **order(symbol, "B"))
    header, body = header_and_body[:4], header_and_body[4:]
    client.send_bytes(frame([msg_type, *reversed(header), *reversed(body)]))
    client.expect("8", ClOrdID="B", ExecType="0")
    client.log_out()


def test_19a_poss_resend_message_that_has_already_been_sent(client: RawClient, symbol: str) -> None:
    """PossResend(97)=Y of an order that is known changes nothing: its status is reported."""
    client.log_on()
    place(client, "A", symbol)
    client.send("D", **order(symbol, "A"), PossResend="Y")
    client.expect("8", ClOrdID="A", ExecType="I", OrdStatus="0")
    client.expect_nothing_more(symbol)
    client.log_out()


def test_19b_poss_resend_message_that_has_not_been_sent(client: RawClient, symbol: str) -> None:
    """PossResend(97)=Y of an order nobody has seen enters it."""
    client.log_on()
    client.send("D", **order(symbol, "A"), PossResend="Y")
    client.expect("8", ClOrdID="A", ExecType="0", OrdStatus="0")
    client.log_out()


def test_20_simultaneous_resend_request(client: RawClient, symbol: str) -> None:
    """While the venue waits for our resend it serves our own ResendRequest(2)."""
    client.log_on()
    place(client, "A", symbol)
    place(client, "B", symbol)
    client.send_as(7, "0")
    client.expect("2", BeginSeqNo="4", EndSeqNo="0")
    client.send_as(8, "2", BeginSeqNo="2", EndSeqNo="3")
    expect_resent(client, 2, "A")
    expect_resent(client, 3, "B")
    for number in (4, 5, 6):
        client.send_as(number, "0", PossDupFlag="Y", OrigSendingTime=utc_timestamp(-1))
    client.next_out = 9
    client.log_out()


def test_21_repeating_group_specifier_with_value_of_zero(client: RawClient) -> None:
    """A group of no members is well-formed: News(B) with 33=0 gets past validation, to be refused as
    a message the venue does not take."""
    client.log_on()
    client.send("B", Headline="Hello", NoLinesOfText="0")
    client.expect("j", RefSeqNum="2", RefMsgType="B", BusinessRejectReason="3")
    client.log_out()


# -- the cases without a number --------------------------------------------------------------------------


def test_already_logged_on(client: RawClient) -> None:
    """The live connection of a CompID is not disturbed by another that tries the same."""
    client.log_on()
    with RawClient(client.port, client.sender) as second:
        second.connect()
        second.send("A", EncryptMethod="0", HeartBtInt="30")
        second.expect_closed()
    client.log_out()


def test_reject_resent_message(client: RawClient, symbol: str) -> None:
    """A resent message that is refused counts: what waited behind it is processed in order."""
    client.log_on()
    client.send_as(3, "1", TestReqID="HELLO1")
    client.expect("2", BeginSeqNo="2", EndSeqNo="0")
    spoilt = order(symbol, TimeInForce="6", ExpireTime="20040415")
    client.send_as(2, "D", **spoilt, PossDupFlag="Y", OrigSendingTime=utc_timestamp(-1))
    client.expect("3", RefSeqNum="2", RefTagID="126", RefMsgType="D", SessionRejectReason="6")
    client.send_as(4, "1", TestReqID="HELLO2")
    client.expect("0", TestReqID="HELLO1")
    client.expect("0", TestReqID="HELLO2")
    client.next_out = 5
    client.log_out()


@pytest.mark.parametrize("tag", ["115", "128", "116", "129", "144", "145"])
@pytest.mark.parametrize(("value", "reason"), [("JCD", "0"), ("", "4")], ids=["filled", "empty"])
def test_reverse_route(client: RawClient, symbol: str, tag: str, value: str, reason: str) -> None:
    """Third-party routing is not offered: a routing field is refused, with or without a value."""
    client.log_on()
    client.send("D", **{f"T{tag}": value}, **order(symbol))
    client.expect("3", RefSeqNum="2", RefTagID=tag, RefMsgType="D", SessionRejectReason=reason)
    client.log_out()


def test_session_reset(client: RawClient) -> None:
    """Logon(A) with ResetSeqNumFlag(141)=Y within a session starts both numbers at 1 again."""
    client.log_on()
    for _ in range(8):
        client.send("0")
    client.expect_quiet()
    client.next_out = 1
    client.send("A", EncryptMethod="0", HeartBtInt="30", ResetSeqNumFlag="Y")
    client.expect("A", HeartBtInt="30", ResetSeqNumFlag="Y")
    client.expect_quiet()
    client.log_out()
