"""`venue order`, `cancel`, `replace`, `orders`: real commands, a real venue, reports in words."""

import re

from tests.cli.shell import Answer, Shell


def id_of(answer: Answer) -> str:
    """The ClOrdID that an accepted order was given."""
    found = re.search(r"accepted: .*, id (\S+)$", "\n".join(answer.lines), re.MULTILINE)
    assert found, answer
    return found[1]


def test_a_newcomers_first_trade(shell: Shell) -> None:
    """Buy with one session, sell with another: both sides are told of the trade in words."""
    bought = shell.order("buy 0.5 BTC-USD @ 45000")
    assert bought.status == 0, bought
    assert bought.lines == [f"accepted: buy 0.50000 BTC-USD limit 45000.00, order 1, id {id_of(bought)}"]
    sold = shell.order("sell 0.2 BTC-USD @ 44999.50", "--session", "DEMO2")
    assert sold.lines[1:] == ["filled 0.20000 at 45000.00 (fee 18.00 USD): done, average 45000.00"]
    listed = shell.run("orders")
    assert listed.lines[0] == "while away: filled 0.20000 at 45000.00 (fee 9.00 USD), 0.30000 left"
    assert listed.last.split() == [
        id_of(bought), "1", "buy", "BTC-USD", "limit", "45000.00", "0.50000", "0.30000", "partially", "filled",
    ]  # fmt: skip
    canceled = shell.run("cancel", "1")
    assert (canceled.status, canceled.lines) == (0, ["canceled: order 1, 0.20000 of 0.50000 were filled"])
    assert shell.run("orders").lines == ["no open orders"]


def test_an_order_is_replaced_and_found_by_its_new_id(shell: Shell) -> None:
    """`venue replace` keeps what is not changed; the last ClOrdID names the order from then on."""
    entered = shell.order("sell 2 ETH-USD @2600", "--tif", "gtc", "--session", "DEMO3", "--display", "0.5")
    replaced = shell.run("replace", id_of(entered), "--price", "2610.5", "--session", "DEMO3")
    told = re.fullmatch(
        r"replaced: now sell 2\.0000 ETH-USD limit 2610\.50 gtc showing 0\.5000, 2\.0000 left, id (\S+)", replaced.last
    )
    assert told, replaced
    assert shell.run("cancel", told[1], "--session", "DEMO3").status == 0


def test_all_orders_of_a_symbol_are_canceled_at_once(shell: Shell) -> None:
    """`venue cancel --all --symbol` leaves other instruments alone."""
    for words in ("buy 1 SOL-USD @ 140", "buy 1 SOL-USD @ 141", "buy 100 XRP-USD @ 0.5"):
        assert shell.order(words, "--session", "DEMO4").status == 0
    canceled = shell.run("cancel", "--all", "--symbol", "SOL-USD", "--session", "DEMO4")
    assert canceled.last == "2 orders canceled"
    assert [line.split()[3] for line in shell.run("orders", "--session", "DEMO4").lines[1:]] == ["XRP-USD"]


def test_a_refused_order_says_why_and_ends_with_status_1(shell: Shell) -> None:
    """The reason stands in the words of the venue."""
    refused = shell.order("buy 1 BTC-USD @ 45000.001", "--session", "DEMO5")
    assert refused.status == 1
    assert refused.last.startswith("rejected: price is no multiple of the tick")


def test_stop_cash_and_timed_orders_are_told_as_what_they_are(shell: Shell) -> None:
    """The type follows from the prices; --cash and --until reach the venue as CashOrderQty(152) and GTD."""
    session = ("--session", "DEMO6")
    assert "buy 1000 DOGE-USD stop trigger 0.20000" in shell.order("buy 1000 DOGE-USD", "--stop", "0.2", *session).last
    timed = shell.order("sell 2000 EUR-USD @ 1.1", "--until", "15m", "--post-only", *session)
    assert "sell 2000 EUR-USD limit 1.10000 gtd post-only" in timed.last
    cash = shell.order("buy 3000 EUR-USD", "--cash", "--session", "DEMO7")
    assert cash.lines[0].startswith("accepted: buy 2000 EUR-USD market"), "3,000 USD buy the 2,000 EUR on offer"
    assert cash.lines[1:] == ["filled 2000 at 1.10000 (fee 4.40 USD): done, average 1.10000"]


def test_a_trailing_stop_a_trigger_source_and_an_account_reach_the_venue(shell: Shell) -> None:
    """--trail follows the last price, --on chooses what reaches the stop, --account one the session trades."""
    session = ("--session", "DEMO13")
    trailing = shell.order("sell 1 ETH-USD", "--trail", "25.5", *session)
    assert "sell 1.0000 ETH-USD trailing-stop trigger 2474.50 trailing by 25.50" in trailing.last
    replaced = shell.run("replace", id_of(trailing), "--qty", "0.5", *session)
    assert "now sell 0.5000 ETH-USD trailing-stop" in replaced.last
    on_bid = shell.order("sell 1 ETH-USD", "--stop", "2400", "--on", "bid", *session)
    assert "stop trigger 2400.00 on bid" in on_bid.last
    assert shell.run("cancel", "--all", "--account", "DEMO13", *session).last == "2 orders canceled"
    other = shell.order("buy 1 ETH-USD @ 2400", "--account", "DEMO1", *session)
    assert other.status == 1
    assert "Account(1) was DEMO1" in other.last


def test_what_cannot_be_asked_is_one_sentence_and_status_2(shell: Shell) -> None:
    """Nothing is sent, nothing but the sentence is printed."""
    asked = {
        ("order", "by", "1", "BTC-USD"): "venue: side was 'by': must be buy, sell",
        ("order", "buy", "1", "BTC-USD", "--tif", "ever"): ("venue: --tif was 'ever': must be day, gtc, ioc, fok, gtd"),
        ("order", "buy", "1", "BTC-USD", "--until", "soon"): (
            "venue: --until was 'soon': must be like 90s, 15m, 8h, 3d or 2026-12-31T17:00"
        ),
        ("cancel",): "venue: cancel needs the ID of an order, or --all",
        ("replace", "1"): "venue: replace needs what to change: --qty, --price, --stop or --display",
        ("orders", "--port", "1"): (
            "venue: no venue answers at 127.0.0.1:1 (Connection refused): start one with "
            "`venue serve --config config/demo.toml`, or name its port"
        ),
    }
    for arguments, sentence in asked.items():
        answer = shell.run(*arguments)
        assert (answer.status, answer.lines, answer.errors) == (2, [], [sentence])


def test_an_unknown_order_and_an_unknown_session_are_named(shell: Shell) -> None:
    """The sentence says what to look at."""
    unknown = shell.run("cancel", "4711", "--session", "DEMO8")
    assert (unknown.status, unknown.errors) == (
        2,
        ["venue: DEMO8 has no open order 4711: `venue orders --session DEMO8` lists what is open"],
    )
    nobody = shell.run("orders", "--session", "NOBODY")
    assert (nobody.status, nobody.errors) == (
        2,
        [
            "venue: session NOBODY could not log on: the venue knows no such session, or it is in use elsewhere, or "
            "needs its password (in VENUE_FIX_PASSWORD)"
        ],
    )
