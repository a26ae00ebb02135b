"""FIX sessions, the journal, its replicas, snapshots and the audit over REST."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.admin_api.conftest import LogOn
from tests.admin_api.desk import BUY, Desk, limit_order
from tests.support.api_process import ApiProcess
from tests.support.fix_message import utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue.journal import journal_url, open_reader
from venue.journal.remote import RemoteJournal
from venue.messages import MassCancel
from venue.reasons import BY_OPERATOR
from venue.settings import load_config
from venue.snapshots import open_snapshots, snapshots_url

WHY = "as agreed"


@pytest.fixture
def desk(venue: VenueProcess, http: httpx.Client) -> Iterator[Desk]:
    with RemoteJournal(venue.data) as journal:
        yield Desk(journal, http)


def test_a_session_tells_its_state_numbers_queue_and_entitlements(http: httpx.Client, log_on: LogOn) -> None:
    """As the gateway has them now, asked of the venue for this answer."""
    away = told(http.get("/sessions/RIGHT"))
    assert (away["trades"], away["fix"]["is_logged_on"], away["fix"]["connected_since"]) == (["RIGHT"], False, None)
    log_on("RIGHT")
    wait_until(lambda: bool(http.get("/sessions/RIGHT").json()["fix"]["is_logged_on"]), "RIGHT is told as logged on")
    fix = told(http.get("/sessions/RIGHT"))["fix"]
    assert (fix["next_sender_seq"], fix["next_target_seq"], fix["queue_depth"]) == (2, 2, 0)
    assert fix["queue_max"] == 50_000
    names = [session["session"] for session in told(http.get("/sessions"))["sessions"]]
    assert names == sorted(names)
    assert {"RIGHT", "WATCHER"} <= set(names)
    assert refusal(http.get("/sessions/RIGHTS"))[:2] == (404, "unknown_session")


def test_a_session_is_logged_out_and_may_come_back(http: httpx.Client, log_on: LogOn) -> None:
    """It gets a Logout(5), then the connection ends; one that is not logged on is told as that."""
    fix = log_on("LEFT")
    wait_until(lambda: bool(http.get("/sessions/LEFT").json()["fix"]["is_logged_on"]), "LEFT is told as logged on")
    asked = told(http.post("/sessions/LEFT/logout", json={"why": "maintenance"}))
    assert asked["journal_seq"] > 0
    left = fix.receive_until_closed()
    assert [message.get("MsgType") for message in left] == ["5"]
    wait_until(lambda: not http.get("/sessions/LEFT").json()["fix"]["is_logged_on"], "LEFT is told as logged out")
    assert refusal(http.post("/sessions/LEFT/logout", json={"why": WHY}))[:2] == (409, "not_logged_on")
    assert refusal(http.post("/sessions/NOBODY/logout", json={"why": WHY}))[:2] == (404, "unknown_session")


def test_a_session_is_reset_to_number_one(http: httpx.Client, venue: VenueProcess, log_on: LogOn) -> None:
    """Both sequence numbers are 1 again, so that a client that begins anew is let in without ResetSeqNumFlag(141)."""
    fix = log_on("TWIN")
    told(http.post("/sessions/TWIN/reset", json={"why": "their store is lost"}))
    fix.receive_until_closed()
    wait_until(lambda: _numbers(http, "TWIN") == (1, 1), "the numbers of TWIN are 1")
    wait_until(lambda: _is_let_in(venue, "TWIN"), "TWIN is let in again")  # the numbers are told a moment before
    assert _numbers(http, "TWIN") == (2, 2)


def _is_let_in(venue: VenueProcess, session: str) -> bool:
    """With MsgSeqNum(34)=1, and no flag."""
    with RawClient(venue.port, session) as client:
        client.connect()
        client.send("A", EncryptMethod="0", HeartBtInt="30")
        answer = client.receive()
        return answer is not None and answer.msg_type == "A"


def _numbers(http: httpx.Client, session: str) -> tuple[int, int]:
    fix = told(http.get(f"/sessions/{session}"))["fix"]
    return fix["next_sender_seq"], fix["next_target_seq"]


def test_the_orders_of_one_session_are_canceled(http: httpx.Client, desk: Desk, log_on: LogOn, symbol: str) -> None:
    """Those it entered and no other session's; it stays logged on, and the audit says who and why."""
    fix = log_on("RIGHT")
    for name in ("all-1", "all-2"):
        fix.send("D", ClOrdID=name, Symbol=symbol, Side="1", OrderQty="10", OrdType="2", Price="10.00", TimeInForce="1",
                 TransactTime=utc_timestamp())  # fmt: skip
        assert fix.receive() is not None
    desk.enter(limit_order("MAKER", symbol, BUY, 10, 1_000))
    desk.wait()
    done = told(http.post("/sessions/RIGHT/cancel-all", json={"why": "they asked by phone"}))
    assert (done["session"], done["orders_canceled"]) == ("RIGHT", 2)
    reports = [fix.receive(), fix.receive()]
    assert [report and report["OrdStatus"] for report in reports] == ["4", "4"]
    assert [one["account"] for one in desk.get("/orders", symbol=symbol, status="open")["orders"]] == ["MAKER"]
    (row, *_) = told(http.get("/audit", params={"action": "mass-cancel", "subject": "RIGHT"}))["actions"]
    assert (row["why"], row["orders_canceled"], row["journal_seq"]) == ("they asked by phone", 2, done["journal_seq"])
    assert refusal(http.post("/sessions/NOBODY/cancel-all", json={"why": WHY}))[:2] == (404, "unknown_session")


def test_a_session_tells_how_many_messages_it_sends_a_second(http: httpx.Client, log_on: LogOn) -> None:
    """Of the last seconds, both ways; those who are silent send none."""
    fix = log_on("OTHER")

    def is_counted() -> bool:
        fix.send("x", SecurityReqID="r", SecurityListRequestType="4")
        rates = told(http.get("/sessions/OTHER"))["fix"]
        return bool(rates["messages_in_per_s"] and rates["messages_out_per_s"])

    wait_until(is_counted, "the messages of OTHER are counted")
    assert told(http.get("/sessions/LEFT"))["fix"]["messages_out_per_s"] == 0


def test_entitlements_are_put_whole(http: httpx.Client) -> None:
    """Both lists are as they shall be; an account there is not is refused."""
    path = "/sessions/api.robot/entitlements"
    done = told(http.put(path, json={"trades": ["MAKER", "TAKER"], "watches": ["OTHER"], "why": WHY}))
    assert done["done"] == ["session api.robot trades MAKER, TAKER, watches OTHER"]
    told(http.put(path, json={"trades": ["TAKER"], "why": WHY}))
    session = told(http.get("/sessions/api.robot"))
    assert (session["trades"], session["watches"], session["fix"]) == (["TAKER"], [], None)
    assert refusal(http.put(path, json={"trades": ["NOBODY"], "why": WHY}))[:2] == (404, "unknown_account")


def test_the_journal_tells_where_it_stands_and_what_it_says(
    http: httpx.Client, desk: Desk, venue: VenueProcess, symbol: str
) -> None:
    """Position, head and size; every command as text, a page at a time."""
    desk.enter(limit_order("MAKER", symbol, BUY, 10, 1_000))
    desk.wait()
    state = told(http.get("/journal"))
    config = load_config(venue.config, {"data": str(venue.data)})
    reader = open_reader(journal_url(config.journal, config.data))
    (*_, newest) = reader.read(state["last_seq"], state["last_seq"])
    assert (state["chain_hash"], state["journal_seq"]) == (newest.chain_hash.hex(), state["last_seq"])
    assert state["file_bytes"] > 0
    lines: list[str] = []
    page = told(http.get("/journal/commands", params={"from": 1, "limit": 200}))
    while page["next"]:
        lines += page["commands"]
        page = told(http.get("/journal/commands", params={"from": page["next"], "limit": 200}))
    lines += page["commands"]
    assert len(lines) == page["journal_seq"]
    assert f"buy 10 lots {symbol} limit 1000 gtc" in lines[-1]
    assert told(http.get("/journal/commands", params={"from": 10**9}))["commands"] == []


def test_each_replica_says_how_far_it_is(http: httpx.Client) -> None:
    """This process among them, at most a second behind what it told the venue."""
    answer = told(http.get("/replicas"))
    (replica,) = (one for one in answer["replicas"] if one["name"] == "admin_api")
    assert replica["journal_seq"] <= answer["venue_seq"]
    assert replica["behind_commands"] == answer["venue_seq"] - replica["journal_seq"]


def test_a_snapshot_is_taken_beside_the_venue(http: httpx.Client, api: ApiProcess, venue: VenueProcess) -> None:
    """202 with the place to ask what becomes of it; then it is listed, and stands in the data folder."""
    assert told(http.get("/snapshots"))["snapshots"] == []
    asked = http.post("/snapshots", json={"why": "before the release"})
    assert asked.status_code == 202
    place = asked.headers["location"].removeprefix("/api/v3")
    assert refusal(http.post("/snapshots", json={"why": "again"}))[:2] == (409, "busy")
    wait_until(lambda: told(http.get(place))["state"] != "running", "the snapshot is taken", 60)
    job = told(http.get(place))
    assert job["state"] == "done", job["text"]
    config = load_config(venue.config, {"data": str(venue.data)})
    (kept,) = open_snapshots(snapshots_url(config.snapshots, config.data)).newest_first()
    (row,) = told(http.get("/snapshots"))["snapshots"]
    assert (row["snapshot_seq"], row["state_hash"], row["refusal"]) == (kept.journal_seq, kept.state_hash.hex(), "")
    assert refusal(http.get("/snapshots/jobs/1"))[:2] == (404, "not_found")


def test_a_snapshot_that_cannot_be_taken_says_why(http: httpx.Client, venue: VenueProcess) -> None:
    """What the command would have printed is told to whoever asks for the job."""
    store, kept = venue.data / "snapshots.sqlite", venue.data / "kept.sqlite"
    if store.exists():
        store.rename(kept)
    store.write_text("no database " * 100)
    place = http.post("/snapshots", json={"why": WHY}).headers["location"].removeprefix("/api/v3")
    wait_until(lambda: told(http.get(place))["state"] != "running", "the snapshot has failed", 60)
    job = told(http.get(place))
    store.unlink()
    if kept.exists():
        kept.rename(store)
    assert job["state"] == "failed"
    assert "snapshots.sqlite" in job["text"]


def test_a_verification_compares_what_is_kept_with_the_journal(http: httpx.Client) -> None:
    """One at a time, in a process of its own; what it found can be asked as long as this process runs."""
    asked = http.post("/verifications")
    assert asked.status_code == 202
    place = asked.headers["location"].removeprefix("/api/v3")
    assert refusal(http.post("/verifications"))[:2] == (409, "busy")
    wait_until(lambda: told(http.get(place))["state"] != "running", "the verification has ended", 60)
    found = told(http.get(place))
    assert (found["state"], found["differs"]) == ("done", False), found
    assert found["lines"][-1] == "nothing differs"
    assert told(http.get("/verifications"))["verifications"][0] == found
    assert refusal(http.get("/verifications/1"))[:2] == (404, "not_found")


def replayed(http: httpx.Client, **moment: int) -> dict[str, Any]:
    asked = http.post("/replays", json=moment)
    assert asked.status_code == 202, asked.text
    place = asked.headers["location"].removeprefix("/api/v3")
    wait_until(lambda: told(http.get(place))["state"] != "running", "the replay has ended", 60)
    job = told(http.get(place))
    assert job["state"] == "done", job["text"]
    result: dict[str, Any] = job["result"]
    return result


def test_a_replay_gives_the_book_as_it_was(http: httpx.Client, desk: Desk, symbol: str) -> None:
    """With an order, and as the order met it; later orders are not in it."""
    desk.enter(limit_order("MAKER", symbol, BUY, 10, 1_000))
    desk.wait()
    before_seq = told(http.get("/journal"))["journal_seq"]
    desk.enter(limit_order("LEFT", symbol, BUY, 20, 1_001), limit_order("RIGHT", symbol, BUY, 30, 1_002))
    desk.wait()
    later, order, _ = desk.get("/orders", symbol=symbol)["orders"]
    levels = [["10.01", "0.020", 1], ["10.00", "0.010", 1]]
    for moment, expected in (
        ({"until_order": order["order_id"]}, levels),
        ({"before_order": order["order_id"]}, levels[1:]),
    ):
        past = replayed(http, **moment)
        (book,) = (one for one in past["books"] if one["symbol"] == symbol)
        assert [(row[0], row[2]) for row in book["bids"]] == [(row[0], row[2]) for row in expected]
        assert (book["asks"], book["state"], book["last"]) == ([], "open", None)
    assert later["order_id"] > order["order_id"]
    assert past["journal_seq"] == before_seq
    assert symbol in past["entered"]


def test_a_replay_to_nowhere_is_refused(http: httpx.Client) -> None:
    """Behind the journal's end, to two moments, to none; an order there is not ends the replay with the reason."""
    assert refusal(http.post("/replays", json={"until_seq": 10**9}))[:2] == (422, "bad_value")
    for asked in ({}, {"until_seq": 1, "until_order": 1}, {"until_seq": None}, {"until_seq": 0}):
        assert refusal(http.post("/replays", json=asked))[:2] == (422, "bad_value")
    place = http.post("/replays", json={"until_order": 10**9}).headers["location"].removeprefix("/api/v3")
    wait_until(lambda: told(http.get(place))["state"] != "running", "the replay has ended", 60)
    job = told(http.get(place))
    assert (job["state"], job["result"]) == ("failed", None)
    assert "no order of the journal has this OrderID" in job["text"]


def standing(http: httpx.Client, name: str) -> dict[str, str]:
    """What the alert is about, and its detail."""
    alerts = told(http.get("/alerts"))["alerts"]
    return {alert["subject"]: alert["detail"] for alert in alerts if alert["name"] == name}


def test_an_alert_stands_as_long_as_its_rule_finds_something(http: httpx.Client, symbol: str) -> None:
    """A kill switch, a halted instrument: within a second or two, with who and why; and gone as soon."""
    told(http.put("/kill-switches/account/OTHER", json={"engaged": True, "why": "a drill"}))
    told(http.put(f"/trading-states/{symbol}", json={"state": "halted", "why": "news"}))
    wait_until(lambda: symbol in standing(http, "instrument_halted"), f"an alert of {symbol}")
    wait_until(lambda: "account OTHER" in standing(http, "kill_switch_engaged"), "an alert of the switch")
    assert standing(http, "kill_switch_engaged")["account OTHER"] == "engaged by anonymous: a drill"
    told(http.put("/kill-switches/account/OTHER", json={"engaged": False, "why": "it is over"}))
    told(http.put(f"/trading-states/{symbol}", json={"state": "open", "why": "told"}))
    wait_until(lambda: not standing(http, "kill_switch_engaged"), "the switch's alert is gone")
    wait_until(lambda: symbol not in standing(http, "instrument_halted"), "the instrument's alert is gone")


def test_the_audit_says_who_did_what_and_why(http: httpx.Client, api: ApiProcess) -> None:
    """Newest first, by cursor, of one person, one kind or one subject; what was refused too."""
    token = api.add_key("night", "operator")
    with api.client(token) as night:
        for engaged in (True, False):
            told(night.put("/kill-switches/account/TAKER", json={"engaged": engaged, "why": f"it is {engaged}"}))
        loss_cap = {"loss_cap": "0", "why": "a mistake"}
        assert night.put("/accounts/TAKER/loss-caps/USD", json=loss_cap).status_code == 422
    rows = told(http.get("/audit", params={"by": "night"}))["actions"]
    assert [(row["action"], row["subject"], row["why"], row["is_refused"]) for row in rows] == [
        ("loss-cap", "TAKER", "a mistake", True),
        ("kill", "TAKER", "it is False", False),
        ("kill", "TAKER", "it is True", False),
    ]
    assert rows[2]["text"] == "kill switch of account TAKER is engaged"
    seqs = [row["journal_seq"] for row in rows]
    assert seqs == sorted(seqs, reverse=True)
    first = told(http.get("/audit", params={"by": "night", "action": "kill", "limit": 1}))
    second = told(http.get("/audit", params={"by": "night", "action": "kill", "limit": 1, "cursor": first["next"]}))
    assert [page["actions"][0]["journal_seq"] for page in (first, second)] == seqs[1:]
    assert second["next"] is None


def test_the_audit_tells_of_mass_cancels_whether_they_were_done_or_refused(
    http: httpx.Client, desk: Desk, symbol: str
) -> None:
    """An operator's, by whatever way he asked."""
    desk.enter(limit_order("MAKER", symbol, BUY, 10, 1_000), limit_order("MAKER", symbol, BUY, 10, 1_001))
    for account in ("MAKER", "NOBODY"):
        desk.enter(MassCancel("", account, "", symbol, reason=BY_OPERATOR, by="day", why="a drill"))
    desk.wait()
    rows = told(http.get("/audit", params={"by": "day"}))["actions"]
    assert [(row["subject"], row["is_refused"], row["orders_canceled"], row["text"]) for row in rows] == [
        ("NOBODY", True, 0, "unknown account: `venue account list` shows those there are"),
        ("MAKER", False, 2, "2 orders canceled"),
    ]


def test_the_audit_is_the_same_after_a_restart(http: httpx.Client, api: ApiProcess) -> None:
    """It is made from the journal: kill -9 takes nothing from it."""
    told(http.put("/kill-switches/account/OTHER", json={"engaged": True, "why": "just before"}))
    told(http.put("/kill-switches/account/OTHER", json={"engaged": False, "why": "just after"}))
    before = told(http.get("/audit", params={"limit": 500}))["actions"]
    api.kill()
    api.start()
    with api.client() as client:
        assert told(client.get("/audit", params={"limit": 500}))["actions"] == before
