"""The public session test cases for FIX 4.4, by their ids, over raw sockets against the real venue.

Source: the FIX session test document, as QuickFIX numbers its server cases. Where a case needs a
message or field the venue's dictionary lacks on purpose, the nearest thing it has takes its place and
the docstring says so. The counterparty of the cases is an order-taking venue, so orders are answered
with ExecutionReports instead of an echo.
"""

import pytest

from tests.support.fix_message import frame, seal, seal_body, utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_process import VenueProcess


def place(client: RawClient, cl_ord_id: str, symbol: str) -> None:
    """Send a resting order and see it acknowledged."""
    client.enter(cl_ord_id, "buy", "10", symbol, price="5.00")
    client.expect("8", ClOrdID=cl_ord_id, ExecType="0")


def order(symbol: str, cl_ord_id: str = "A", **more: str | None) -> dict[str, str | None]:
    """The fields of a resting order, for a test to spoil."""
    fields: dict[str, str | None] = {
        "ClOrdID": cl_ord_id,
        "Symbol": symbol,
        "Side": "1",
        "TransactTime": utc_timestamp(),
        "OrdType": "2",
        "OrderQty": "10",
        "Price": "5.00",
    }
    return fields | more


# -- 1: connect and log on -------------------------------------------------------------------------------


def test_1a_valid_logon_is_answered(client: RawClient) -> None:
    """Logon(A) with the expected MsgSeqNum(34) is answered with Logon(A) number 1 and our HeartBtInt(108)."""
    answer = client.log_on(heartbeat_s=30)
    assert answer.msg_seq_num == 1
    client.log_out()


def test_1a_valid_logon_msg_seq_num_too_high(client: RawClient) -> None:
    """A Logon(A) from the future is accepted and what is missing asked for with ResendRequest(2)."""
    client.next_out = 5
    client.log_on()
    client.expect("2", BeginSeqNo="1", EndSeqNo="0")
    client.log_out()


def test_1b_duplicate_identity(client: RawClient) -> None:
    """A second connection with the CompIDs of a live one is closed; the first goes on."""
    client.log_on()
    with RawClient(client.port, client.sender) as second:
        second.connect()
        second.send("A", EncryptMethod="0", HeartBtInt="30")
        second.expect_closed()
    client.expect_quiet()


def test_1c_invalid_sender_comp_id(venue: VenueProcess) -> None:
    """A SenderCompID(49) the venue does not know gets no answer but the end of the connection."""
    with RawClient(venue.port, "NOBODY") as stranger:
        stranger.connect()
        stranger.send("A", EncryptMethod="0", HeartBtInt="30")
        stranger.expect_closed()


def test_1c_invalid_target_comp_id(client: RawClient) -> None:
    """A TargetCompID(56) that is not the venue's gets no answer but the end of the connection."""
    client.connect()
    client.send("A", TargetCompID="UNEVE", EncryptMethod="0", HeartBtInt="30")
    client.expect_closed()


def test_1d_invalid_logon_bad_sending_time(client: RawClient) -> None:
    """A Logon(A) whose SendingTime(52) is years old is refused and the connection closed."""
    client.connect()
    client.send("A", SendingTime="20010101-00:00:00.000", EncryptMethod="0", HeartBtInt="30")
    assert "A" not in [message.msg_type for message in client.receive_until_closed()]


def test_1d_invalid_logon_length_invalid(client: RawClient) -> None:
    """A Logon(A) with a wrong BodyLength(9) ends the connection."""
    client.connect()
    client.send("A", BodyLength="40", EncryptMethod="0", HeartBtInt="30")
    client.expect_closed()


def test_1d_invalid_logon_wrong_begin_string(client: RawClient) -> None:
    """A BeginString(8) the venue does not speak ends the connection."""
    client.connect()
    client.send("A", BeginString="FIX.3.9", EncryptMethod="0", HeartBtInt="30")
    client.expect_closed()


def test_1e_not_logon_message(client: RawClient) -> None:
    """A first message that is no Logon(A) ends the connection."""
    client.connect()
    client.send("0")
    client.expect_closed()


# -- 2: receive messages ---------------------------------------------------------------------------------


def test_2a_msg_seq_num_correct(client: RawClient) -> None:
    """Messages with rising MsgSeqNum(34) are taken without a word."""
    client.log_on()
    for _ in range(4):
        client.send("0")
    client.log_out()


def test_2b_msg_seq_num_too_high(client: RawClient) -> None:
    """A gap is answered with one ResendRequest(2); when it is filled the session goes on."""
    client.log_on()
    for _ in range(3):
        client.send("0")
    client.send_as(10, "0")
    client.expect("2", BeginSeqNo="5", EndSeqNo="0")
    for _ in range(5):
        client.send("0")
    client.next_out = 11
    client.log_out()


def test_2c_msg_seq_num_too_low(client: RawClient) -> None:
    """A number that was used, without PossDupFlag(43), ends the session with a Logout(5) that says so."""
    client.log_on()
    for _ in range(3):
        client.send("0")
    client.send_as(2, "0")
    logout = client.expect("5")
    assert "MsgSeqNum too low, expecting 5 but received 2" in logout["Text"]
    client.expect_closed()


def test_2d_garbled_message(client: RawClient, symbol: str) -> None:
    """A garbled message is ignored; when it was a number of ours it is asked for again."""
    client.log_on()
    client.send_bytes(seal_body(f"35=0|34=2|4garbled9={client.sender}|52=20260101-00:00:00|56=VENUE|"))
    client.send("0")
    garbled = "|".join(f"{tag}={value}" for tag, value in client.fields("D", **order(symbol, "A")))
    client.send_bytes(seal_body(garbled.replace("|49=", "|49garbled=") + "|"))
    client.send("0")
    client.expect("2", BeginSeqNo="3", EndSeqNo="0")
    client.send_as(3, "D", **order(symbol, "A"))
    client.expect("8", ClOrdID="A", ExecType="0")
    client.log_out()


def test_2e_poss_dup_already_received(client: RawClient) -> None:
    """A repeated number with PossDupFlag(43)=Y that was received is ignored."""
    client.log_on()
    client.send("0")
    client.send_as(2, "0", PossDupFlag="Y", OrigSendingTime=utc_timestamp(-1))
    client.send("0")
    client.expect_quiet()
    client.log_out()


def test_2e_poss_dup_not_received(client: RawClient, symbol: str) -> None:
    """A message with PossDupFlag(43)=Y that was not received before is processed."""
    client.log_on()
    client.send("D", **order(symbol), PossDupFlag="Y", OrigSendingTime=utc_timestamp(-1))
    client.expect("8", ClOrdID="A", ExecType="0")
    client.log_out()


def test_2f_poss_dup_orig_sending_time_too_high(client: RawClient, symbol: str) -> None:
    """OrigSendingTime(122) after SendingTime(52) is a Reject(3) 373=10 and the end of the session."""
    client.log_on()
    place(client, "A", symbol)
    place(client, "B", symbol)
    client.send_as(2, "D", **order(symbol, "A"), PossDupFlag="Y", OrigSendingTime=utc_timestamp(600))
    client.expect("3", RefSeqNum="2", RefMsgType="D", SessionRejectReason="10")
    client.expect("5")
    client.send("5")
    client.expect_closed()


def test_2g_poss_dup_no_orig_sending_time(client: RawClient, symbol: str) -> None:
    """PossDupFlag(43) without OrigSendingTime(122) is a Reject(3) 373=1; the session goes on."""
    client.log_on()
    place(client, "A", symbol)
    place(client, "B", symbol)
    client.send_as(2, "D", **order(symbol, "A"), PossDupFlag="Y")
    client.expect("3", RefSeqNum="2", RefTagID="122", RefMsgType="D", SessionRejectReason="1")
    client.expect_quiet()
    client.log_out()


@pytest.mark.parametrize("answer", ["logout", "silence"])
def test_2i_begin_string_value_unexpected(client: RawClient, answer: str) -> None:
    """A BeginString(8) other than the session's ends it with a Logout(5), answered or not."""
    client.log_on()
    client.send("1", BeginString="FIX.4.1", TestReqID="id")
    assert "BeginString" in client.expect("5")["Text"]
    if answer == "logout":
        client.send("5")
    client.expect_closed()


@pytest.mark.parametrize(
    "wrong",
    [{"SenderCompID": "WT"}, {"TargetCompID": "DLSI"}, {"SenderCompID": "WT", "TargetCompID": "DLSI"}],
    ids=["sender", "target", "both"],
)
def test_2k_comp_id_does_not_match_profile(client: RawClient, symbol: str, wrong: dict[str, str]) -> None:
    """CompIDs other than those of the logon are a Reject(3) 373=9 and the end of the session."""
    client.log_on()
    client.send("D", **order(symbol), **wrong)
    client.expect("3", RefSeqNum="2", RefMsgType="D", SessionRejectReason="9")
    client.expect("5")
    client.send("5")
    client.expect_closed()


def test_2m_body_length_value_not_correct(client: RawClient, symbol: str) -> None:
    """A message with a wrong BodyLength(9) is ignored; the gap it leaves is asked for and filled."""
    client.log_on()
    client.send("D", **order(symbol, "A"), BodyLength="30")
    client.send("D", **order(symbol, "B"))
    client.expect("2", BeginSeqNo="2", EndSeqNo="0")
    client.send_as(2, "D", **order(symbol, "A"))
    client.expect("8", ClOrdID="A", ExecType="0")
    client.expect("8", ClOrdID="B", ExecType="0")
    # Too long a length swallows the head of the next message: both are lost, and both are sent again.
    too_long = client.message("D", **order(symbol, "C"), BodyLength="150")
    client.send_bytes(too_long + client.message("D", **order(symbol, "D")))
    client.send_as(4, "D", **order(symbol, "C"))
    client.send_as(5, "D", **order(symbol, "D"))
    client.expect("8", ClOrdID="C", ExecType="0")
    client.expect("8", ClOrdID="D", ExecType="0")
    client.log_out()


@pytest.mark.parametrize("offset_s", [-121, 121], ids=["early", "late"])
def test_2o_sending_time_value_out_of_range(client: RawClient, offset_s: int) -> None:
    """A SendingTime(52) two minutes off is a Reject(3) 373=10 and the end of the session."""
    client.log_on()
    client.send("0", SendingTime=utc_timestamp(offset_s))
    client.expect("3", RefSeqNum="2", RefMsgType="0", SessionRejectReason="10")
    client.expect("5")
    client.send("5")
    client.expect_closed()


def test_2q_msg_type_not_valid(client: RawClient) -> None:
    """A MsgType(35) FIX does not know is a Reject(3) 373=11."""
    client.log_on()
    client.send("*")
    client.expect("3", RefSeqNum="2", RefMsgType="*", SessionRejectReason="11")
    client.log_out()


def test_2r_unregistered_msg_type(client: RawClient, symbol: str) -> None:
    """A message the venue knows but does not take is a BusinessMessageReject(j) 380=3, which names it in 379."""
    client.log_on()
    report = {"OrderID": "id", "ExecID": "id", "ExecType": "0", "OrdStatus": "0", "Symbol": symbol, "Side": "1"}
    client.send("8", **report, LeavesQty="100", CumQty="0", AvgPx="0")
    client.expect("j", RefSeqNum="2", RefMsgType="8", BusinessRejectReason="3", BusinessRejectRefID="id")
    client.log_out()


def test_2t_first_three_fields_out_of_order(client: RawClient) -> None:
    """Without BeginString(8), BodyLength(9), MsgType(35) at the front, in this order, it is no message."""
    client.log_on()
    client.send_bytes(seal(f"35=0|8=FIX.4.4|9=40|34=2|49={client.sender}|52={utc_timestamp()}|56=VENUE|"))
    client.send("1", TestReqID="HELLO")
    client.expect("0", TestReqID="HELLO")
    swapped = client.fields("0", MsgSeqNum="3")
    swapped[0], swapped[1] = swapped[1], swapped[0]
    client.send_bytes(frame(swapped))
    client.send("1", TestReqID="HELLO")
    client.expect("0", TestReqID="HELLO")
    client.log_out()


# -- 3: checksum, 4 and 6: heartbeats, 7: rejects --------------------------------------------------------


def test_3b_invalid_checksum(client: RawClient, symbol: str) -> None:
    """A message with a wrong CheckSum(10) is ignored; when it was a number of ours it is asked for again."""
    client.log_on()
    client.send_bytes(client.message("0", MsgSeqNum="2")[:-4] + b"256\x01")
    client.send("0")
    client.send_bytes(client.message("D", **order(symbol))[:-4] + b"256\x01")
    client.send("0")
    client.expect("2", BeginSeqNo="3", EndSeqNo="0")
    client.send_as(3, "D", **order(symbol))
    client.expect("8", ClOrdID="A", ExecType="0")
    client.log_out()


def test_3c_garbled_message(client: RawClient) -> None:
    """A message that stops being fields in its middle is ignored and its number stays expected."""
    client.log_on()
    client.send_bytes(seal_body(f"35=0|34=24garbled9={client.sender}|52={utc_timestamp()}|56=VENUE|"))
    client.send("0")
    client.expect_quiet()
    client.log_out()


def test_4a_no_data_sent_during_heart_bt_int(client: RawClient) -> None:
    """When there is nothing to say for HeartBtInt(108) seconds, a Heartbeat(0) comes, again and again."""
    client.log_on(heartbeat_s=1)
    client.expect("0", TestReqID=None)
    client.send("0")
    client.expect("0", TestReqID=None)
    client.log_out()


def test_4b_received_test_request(client: RawClient) -> None:
    """TestRequest(1) is answered with a Heartbeat(0) that repeats its TestReqID(112)."""
    client.log_on()
    client.send("1", TestReqID="HELLO")
    client.expect("0", TestReqID="HELLO")
    client.log_out()


def test_6_send_test_request(client: RawClient) -> None:
    """A silent client is asked with TestRequest(1) after 1.2 intervals; after 2.4 the connection ends.

    An interval of 2 s, because QuickFIX looks once a second: with 1 s a slow machine may skip the question.
    """
    client.log_on(heartbeat_s=2)
    said = [message.msg_type for message in client.receive_until_closed()]
    assert "1" in said
    assert set(said) <= {"0", "1", "5"}


def test_7_receive_reject_message(client: RawClient) -> None:
    """A Reject(3) from the client counts as a message and is not answered."""
    client.log_on()
    client.send("3", RefSeqNum="1")
    client.expect_quiet()
    client.log_out()
