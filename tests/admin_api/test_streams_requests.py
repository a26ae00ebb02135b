"""What clients ask of the streams: answered or refused with the reason table, within limits, by who may."""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from admin_api.streams.hub import SUBSCRIPTIONS_MAX
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.admin_api.listening import Listener, listening
from tests.admin_api.random_flow import MIDDLE_TICKS
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue import reasons
from venue.keys import revoke_key
from venue.messages import AUCTION, HALTED, OPEN, BustTrade, OrderTraded, SetTradingState


@pytest.fixture
def listener(api: ApiProcess) -> Iterator[Listener]:
    with listening(api) as connected:
        yield connected


def crossing(symbol: str) -> list[Any]:
    """A resting order and one that takes it: one trade of 1.0 @ 100.00, bought."""
    return [
        limit_order("MAKER", symbol, SELL, 10, MIDDLE_TICKS),
        limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS),
    ]


@pytest.mark.parametrize(
    ("message", "reason", "op", "request_id"),
    [
        ("", reasons.MALFORMED, None, None),
        ("{", reasons.MALFORMED, None, None),
        ("[]", reasons.MALFORMED, None, None),
        ("null", reasons.MALFORMED, None, None),
        ('"subscribe"', reasons.MALFORMED, None, None),
        ("{}", reasons.BAD_VALUE, None, None),
        ('{"op":"launch","id":"a"}', reasons.BAD_VALUE, "launch", "a"),
        ('{"op":"subscribe","id":"b"}', reasons.BAD_VALUE, "subscribe", "b"),
        ('{"op":"subscribe","channel":"weather","id":"c"}', reasons.BAD_VALUE, "subscribe", "c"),
        ('{"op":"subscribe","channel":"bbo","id":"d"}', reasons.BAD_VALUE, "subscribe", "d"),
        ('{"op":"subscribe","channel":"bbo","symbol":"NONE-USD","id":"e"}', reasons.UNKNOWN_SYMBOL, "subscribe", "e"),
        ('{"op":"subscribe","channel":"bbo","symbol":"S001-USD","l3":true}', reasons.BAD_VALUE, "subscribe", None),
        ('{"op":"subscribe","channel":"bbo","symbol":7,"id":"f"}', reasons.BAD_VALUE, "subscribe", "f"),
        ('{"op":"subscribe","channel":"trades","speed":1,"id":"g"}', reasons.BAD_VALUE, "subscribe", "g"),
        ('{"op":"subscribe","channel":"candles","symbol":"S001-USD","id":"h"}', reasons.BAD_VALUE, "subscribe", "h"),
        (
            '{"op":"subscribe","channel":"candles","symbol":"S001-USD","interval":"2m","id":"i"}',
            reasons.BAD_VALUE,
            "subscribe",
            "i",
        ),
        ('{"op":"subscribe","channel":"positions","account":"NONE"}', reasons.UNKNOWN_ACCOUNT, "subscribe", None),
        ('{"op":"unsubscribe","channel":"trades","id":"j"}', reasons.NOT_FOUND, "unsubscribe", "j"),
        ('{"op":"auth","key":"venue_none","id":"k"}', reasons.UNAUTHENTICATED, "auth", "k"),
        ('{"op":"ping","id":{"deep":[]}}', reasons.BAD_VALUE, "ping", None),
        ('{"op":"ping","id":"' + 5_000 * "x" + '"}', reasons.TOO_LARGE, None, None),
        ('{"id":' + "[" * 3_000, reasons.MALFORMED, None, None),
        (b"\x00\x01", reasons.MALFORMED, None, None),
    ],
)
def test_message_that_is_no_possible_request_is_refused_and_the_connection_goes_on(
    message: str | bytes, reason: int, op: str | None, request_id: str | None, listener: Listener
) -> None:
    """The refusal names the reason of the one table, and op and id where they could be read."""
    listener.send(message)
    refused = listener.expect("refused", code=reason, op=op, id=request_id)
    assert refused["reason"] == reasons.REASONS[reason].name
    assert refused["detail"]
    listener.ask("ping", id="alive")
    listener.expect("pong", id="alive")


def test_text_that_is_no_utf8_ends_only_its_own_connection(api: ApiProcess, listener: Listener) -> None:
    """RFC 6455, 8.1: the connection fails with 1007; nobody else notices."""
    with listening(api) as other:
        other.socket.send(b"\xff\xfe", text=True)
        assert other.wait_for_end().code == 1007
    listener.ask("ping")
    listener.expect("pong")


def test_trades_come_in_order_to_the_channel_of_their_instrument_and_to_that_of_all(
    api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """Both get the same message, with the trade's id, the incoming side and the journal_seq of its command."""
    with listening(api, f"/ws/trades?symbol={symbol}") as one, listening(api, "/ws/trades") as every:
        for listener, subject in ((one, symbol), (every, None)):
            listener.expect("subscribed", channel="trades", symbol=subject)
            listener.wait_for("trades_snapshot")
        events = desk.enter(*crossing(symbol))
        (traded,) = (event for event in events if isinstance(event, OrderTraded))
        told = one.expect("trade", symbol=symbol, price="100.00", quantity="1.0", side="buy", is_auction=False)
        assert told["trade_id"] == traded.trade_id
        assert told["journal_seq"] == desk.get(f"/trades/{symbol}")["trades"][0]["journal_seq"]
        assert every.receive() == told


def test_new_subscriber_of_trades_begins_with_the_last_ones(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Oldest first, busted ones with quantity 0; a bust is told to who listens already."""
    for _ in range(3):
        desk.enter(*crossing(symbol))
    desk.get("/readiness")
    with listening(api, f"/ws/trades?symbol={symbol}") as listener:
        before = listener.wait_for("trades_snapshot")["trades"]
        assert [trade["quantity"] for trade in before] == ["1.0", "1.0", "1.0"]
        assert sorted(trade["trade_id"] for trade in before) == [trade["trade_id"] for trade in before]
        desk.enter(BustTrade(before[1]["trade_id"], by="tests", why="an error"))
        listener.expect("trade_amended", trade_id=before[1]["trade_id"], quantity="0.0")
    with listening(api, f"/ws/trades?symbol={symbol}") as listener:
        after = listener.wait_for("trades_snapshot")["trades"]
        assert [(trade["quantity"], trade["is_amended"]) for trade in after] == [
            ("1.0", False),
            ("0.0", True),
            ("1.0", False),
        ]


def test_candles_states_and_analytics_follow_what_happens(listener: Listener, desk: Desk, symbol: str) -> None:
    """Each begins with what is, then tells what changes."""
    listener.subscribe("candles", symbol=symbol, interval="1d")
    listener.wait_for("candles_snapshot", lambda message: message["candles"] == [])
    listener.subscribe("states", symbol=symbol)
    states = listener.wait_for("states_snapshot")["states"]
    assert states == [{"symbol": symbol, "state": "open", "until": None}]
    desk.enter(*crossing(symbol))
    candle = listener.wait_for("candle")["candle"]
    assert (candle["open"], candle["close"], candle["volume"], candle["trades"]) == ("100.00", "100.00", "1.0", 1)
    desk.enter(SetTradingState(symbol, HALTED, by="tests", why="news"))
    listener.wait_for(
        "state", lambda told: (told["state"], told["old_state"], told["why"]) == ("halted", "open", "news")
    )
    desk.enter(SetTradingState(symbol, OPEN, by="tests", why="over"))
    listener.wait_for("state", lambda told: told["state"] == "open")
    listener.subscribe("analytics", symbol=symbol)
    first = listener.wait_for("analytics")
    assert first["symbol"] == symbol
    assert first["journal_seq"] == desk.get("/readiness")["journal_seq"]
    listener.wait_for("analytics", lambda message: message["time"] > first["time"])


def test_busted_trade_gives_candles_anew(listener: Listener, desk: Desk, symbol: str) -> None:
    """Which candles it changed is not said: the newest ones come again, without it."""
    desk.enter(*crossing(symbol), *crossing(symbol))
    desk.get("/readiness")
    listener.subscribe("candles", symbol=symbol, interval="1d")
    listener.wait_for("candles_snapshot", lambda message: message["candles"][0]["trades"] == 2)
    listener.subscribe("trades", symbol=symbol)
    trade_id = listener.wait_for("trades_snapshot")["trades"][0]["trade_id"]
    desk.enter(BustTrade(trade_id, by="tests", why="an error"))
    again = listener.wait_for("candles_snapshot")
    assert [(candle["trades"], candle["volume"]) for candle in again["candles"]] == [(1, "1.0")]


def test_trade_of_an_auction_has_no_side(listener: Listener, desk: Desk, symbol: str) -> None:
    """Nobody came in: both orders rested, and the trade says that an auction made it."""
    listener.subscribe("trades", symbol=symbol)
    listener.sync()
    desk.enter(SetTradingState(symbol, AUCTION, by="tests", why="auction"), *crossing(symbol))
    desk.enter(SetTradingState(symbol, OPEN, by="tests", why="uncross"))
    listener.wait_for("trade", lambda trade: trade["side"] is None and trade["is_auction"])


def test_unsubscribed_channel_says_nothing_more(listener: Listener, desk: Desk, symbol: str) -> None:
    """After `unsubscribed` none of its messages comes; the other subscriptions go on."""
    listener.subscribe("trades", symbol=symbol)
    listener.subscribe("bbo", symbol=symbol)
    listener.ask("unsubscribe", channel="trades", symbol=symbol, id="u")
    listener.wait_for("unsubscribed", lambda message: message["id"] == "u")
    desk.enter(*crossing(symbol))
    listener.wait_for("bbo", lambda message: message["last"] == "100.00")
    assert not any(message["type"] == "trade" for message in [*listener.messages, *listener.sync()])


def test_subscribing_to_all_trades_beside_one_instruments_tells_each_trade_once(
    listener: Listener, desk: Desk, symbol: str
) -> None:
    """What is told by the whole is not told by its part as well."""
    listener.subscribe("trades", symbol=symbol)
    listener.subscribe("trades")
    listener.wait_for("trades_snapshot", lambda message: message["symbol"] is None)  # later trades come one by one
    desk.enter(*crossing(symbol))
    listener.wait_for("trade", lambda message: message["symbol"] == symbol)
    assert not any(message["type"] == "trade" for message in listener.sync())


def test_unknown_symbol_in_the_address_is_answered_with_404(api: ApiProcess) -> None:
    """Before the handshake a refusal is an HTTP answer with problem details, as REST gives it."""
    with pytest.raises(InvalidStatus) as refused, listening(api, "/ws/orderbook/NONE-USD"):
        pass
    assert refused.value.response.status_code == 404
    assert b'"unknown_symbol"' in refused.value.response.body


@pytest.mark.parametrize(
    ("request_text", "field", "said"),
    [
        ('{"op":"fly"}', "op", "op was fly: must be subscribe, unsubscribe, auth, ping"),
        ('{"op":"subscribe","channel":"weather"}', "channel", "channel was weather: must be trades, orderbook, bbo"),
        (
            '{"op":"subscribe","channel":"candles","symbol":"S001-USD","interval":"2m"}',
            "interval",
            "interval was 2m: must be 1s, 1m, 5m, 1h, 1d",
        ),
        ('{"op":"subscribe","channel":"bbo"}', "symbol", "symbol was missing: channel bbo needs it"),
        ('{"op":"subscribe","channel":"bbo","symbol":7}', "symbol", "symbol was 7: Expected"),
    ],
)
def test_refusal_names_the_field_its_value_and_what_it_may_be(
    request_text: str, field: str, said: str, listener: Listener
) -> None:
    """So that nobody has to look for what was wrong."""
    listener.send(request_text)
    refused = listener.expect("refused", field=field)
    assert refused["detail"].startswith(said)


@pytest.mark.parametrize("path", ["/ws/foo", "/ws/orderbook", "/elsewhere"])
def test_address_that_is_none_of_a_stream_is_answered_with_404(path: str, api: ApiProcess) -> None:
    """As over HTTP, with the problem."""
    with pytest.raises(InvalidStatus) as refused, listening(api, path):
        pass
    assert refused.value.response.status_code == 404
    assert b'"not_found"' in refused.value.response.body


@pytest.mark.parametrize("path", ["/ws?key=venue_x", "/ws/bbo/S001-USD?l3=true", "/ws/orderbook/S001-USD?l4=1"])
def test_query_that_means_nothing_is_refused(path: str, api: ApiProcess) -> None:
    """A key in a URL is in somebody's log: it does not even seem to work."""
    with pytest.raises(InvalidStatus) as refused, listening(api, path):
        pass
    assert refused.value.response.status_code == 422


def test_message_in_too_many_frames_ends_the_connection(listener: Listener) -> None:
    """Empty frames would cost nothing to send and memory to keep."""
    listener.socket.send(itertools.repeat("", 100))
    assert listener.wait_for_end().code == 1009


def test_page_of_another_site_is_refused_before_the_handshake(api: ApiProcess) -> None:
    """A browser sends whatever any page asks for: Origin tells whose page it is."""
    with pytest.raises(InvalidStatus) as refused, listening(api, Origin="https://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403


def test_streams_of_one_caller_are_limited(venue: VenueProcess) -> None:
    """Over api.streams_per_caller_max the handshake is refused with 429; a closed one makes room."""
    with running_api(venue, streams_per_caller_max=2) as api:
        with listening(api), listening(api):
            with pytest.raises(InvalidStatus) as refused, listening(api):
                pass
            assert refused.value.response.status_code == 429
        wait_until(lambda: _is_let_in(api), "there is room again")


def _is_let_in(api: ApiProcess) -> bool:
    try:
        with listening(api):
            return True
    except InvalidStatus:
        return False


def test_client_that_asks_too_often_is_ended(listener: Listener) -> None:
    """1008 with the limit; what it asked before was answered."""
    with contextlib.suppress(ConnectionClosed):  # the end may come before all is sent
        for number in range(1_200):
            listener.ask("ping", id=str(number))
    end = listener.wait_for_end()
    assert (end.code, end.reason.partition(":")[0]) == (1008, "rate_limit")
    assert len(listener.messages) >= 1_000


def test_subscriptions_of_one_connection_are_limited(listener: Listener) -> None:
    """The ones over the limit are refused, those before stay; unsubscribing makes room."""
    for number, interval in itertools.product(range(1, 102), ("1s", "1m", "5m", "1h", "1d")):
        listener.ask("subscribe", channel="candles", symbol=f"S{number:03d}-USD", interval=interval)
    listener.sync()
    assert sum(message["type"] == "subscribed" for message in listener.messages) == SUBSCRIPTIONS_MAX
    refused = [message["reason"] for message in listener.messages if message["type"] == "refused"]
    assert refused == ["rate_limit"] * (505 - SUBSCRIPTIONS_MAX)
    listener.ask("unsubscribe", channel="candles", symbol="S001-USD", interval="1s")
    listener.subscribe("bbo", symbol="S001-USD")


def test_key_in_the_header_or_in_a_message_says_who_asks_and_none_ends_the_connection(venue: VenueProcess) -> None:
    """Where callers without key may nothing: 401 at addresses with a subscription, on /ws only auth helps."""
    with running_api(venue, anonymous="none") as api:
        key = api.add_key("watcher-1", "viewer")
        with pytest.raises(InvalidStatus) as refused, listening(api, "/ws/trades"):
            pass
        assert refused.value.response.status_code == 401
        with listening(api, "/ws/trades", key) as listener:
            listener.expect("subscribed")
        with listening(api) as listener:
            listener.ask("subscribe", channel="trades")
            listener.expect("refused", code=reasons.UNAUTHENTICATED)
            listener.ask("auth", key=key, id="a")
            listener.expect("authenticated", id="a", name="watcher-1", role="viewer", trades=[], watches=[])
            listener.ask("subscribe", channel="trades")
            listener.expect("subscribed", channel="trades")
            listener.ask("auth", key=key)
            listener.wait_for("refused", lambda message: message["code"] == reasons.MISMATCH)
        with listening(api) as nameless:
            end = nameless.wait_for_end()
            assert (end.code, end.reason.partition(":")[0]) == (1008, "unauthenticated")


def test_connection_of_a_revoked_key_is_ended(api: ApiProcess, venue: VenueProcess) -> None:
    """Within a second or two, with the reason; a new key of the same name does not keep it open."""
    key = api.add_key("leaver", "viewer")
    with listening(api, "/ws/trades", key) as listener:
        listener.expect("subscribed")
        revoke_key(venue.data, "leaver", 1)
        api.add_key("leaver", "viewer")
        assert listener.wait_for_end().reason == "unauthenticated: the API key was revoked"


def test_streams_are_closed_with_1012_when_the_process_ends(venue: VenueProcess) -> None:
    """The client is told to come back, and the process does not wait for those who do not listen."""
    with running_api(venue) as api, listening(api, "/ws/trades") as listener:
        listener.expect("subscribed")
        assert api.stop() == 0
        assert listener.wait_for_end().code == 1012
