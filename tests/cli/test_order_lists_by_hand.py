"""`venue bracket`, `oto` and `oco`: real commands, a real venue, what becomes of each order in words."""

import re

import pytest

from tests.cli.shell import Answer, Shell

ONE_OF_THEM = "another order of its list was filled, triggered or ended"


def enter(shell: Shell, words: str, session: str) -> Answer:
    """`venue bracket …`, as one would write it: enter(shell, "bracket buy …", "DEMO1")."""
    return shell.run(*words.split(), "--session", session)


def list_id(answer: Answer) -> str:
    found = re.fullmatch(r"list (\S+) accepted", answer.lines[0])
    assert found, answer
    return found[1]


def without_ids(lines: list[str]) -> list[str]:
    """What was told, less the ids, which are new ones each time."""
    return [re.sub(r", order \d+, id \S+$", "", line) for line in lines]


def numbers(answer: Answer) -> list[str]:
    """The OrderIDs of the accepted orders."""
    return re.findall(r"order (\d+), id", "\n".join(answer.lines))


def test_a_bracket_waits_for_its_entry_then_protects_it(shell: Shell) -> None:
    """Both exits are released by the entry's fill; the profit taken, the stop is canceled and the list done."""
    entered = enter(shell, "bracket buy 1 BTC-USD @ 45000 --stop 44000 --profit 46000", "DEMO1")
    assert entered.status == 0, entered
    assert without_ids(entered.lines[1:]) == [
        "accepted: buy 1.00000 BTC-USD limit 45000.00",
        "accepted, waiting: sell 1.00000 BTC-USD stop trigger 44000.00",
        "accepted, waiting: sell 1.00000 BTC-USD limit 46000.00",
    ]
    entry, stop, profit = numbers(entered)
    assert shell.order("sell 1 BTC-USD @ 45000", "--session", "DEMO2").status == 0
    assert shell.run("orders").lines[:3] == [
        f"while away: order {entry} filled 1.00000 at 45000.00 (fee 45.00 USD): done, average 45000.00",
        "while away: released: sell 1.00000 BTC-USD stop trigger 44000.00, 1.00000 left",
        "while away: released: sell 1.00000 BTC-USD limit 46000.00, 1.00000 left",
    ]
    assert shell.order("buy 1 BTC-USD @ 46000", "--session", "DEMO2").status == 0
    assert shell.run("orders").lines == [
        f"while away: order {profit} filled 1.00000 at 46000.00 (fee 46.00 USD): done, average 46000.00",
        f"while away: canceled ({ONE_OF_THEM}): order {stop}, 0.00000 of 1.00000 were filled",
        f"while away: list {list_id(entered)} done",
        "no open orders",
    ]


def test_a_bracket_with_a_market_entry_is_protected_at_once(shell: Shell) -> None:
    """What came of the entry is told before the command ends, the exits' release too."""
    assert shell.order("buy 2 SOL-USD @ 150", "--session", "DEMO4").status == 0
    entered = enter(shell, "bracket sell 2 SOL-USD --stop 160 --profit 140 --tif gtc", "DEMO3")
    assert entered.status == 0, entered
    assert without_ids(entered.lines[1:4]) == [
        "accepted: sell 2.000 SOL-USD market",
        "accepted, waiting: buy 2.000 SOL-USD stop trigger 160.00 gtc",
        "accepted, waiting: buy 2.000 SOL-USD limit 140.00 gtc",
    ]
    entry = numbers(entered)[0]
    assert entered.lines[4].startswith(f"order {entry} filled 2.000 at 150.00")
    assert entered.lines[5:] == [
        "released: buy 2.000 SOL-USD stop trigger 160.00 gtc, 2.000 left",
        "released: buy 2.000 SOL-USD limit 140.00 gtc, 2.000 left",
    ]


def test_a_list_is_followed_until_it_is_done(shell: Shell) -> None:
    """--wait: nothing to sell to, so the market entry is canceled, its exit with it, and the command ends."""
    followed = enter(shell, "oto buy 5 XRP-USD --stop 0.4 --wait --id L-1", "DEMO5")
    assert (followed.status, followed.lines[0], followed.last) == (0, "list L-1 accepted", "list L-1 done")
    assert [re.split("[:(]", line)[0].rstrip() for line in followed.lines[1:-1]] == [
        "accepted",
        "accepted, waiting",
        "canceled",
        "canceled",
    ]


def test_an_oco_ends_with_either_order(shell: Shell) -> None:
    """Both are open, the stop on the bid; canceling one cancels the other."""
    entered = enter(shell, "oco sell 1 ETH-USD @ 2600 --stop 2400 --on bid --until 8h", "DEMO6")
    assert entered.status == 0, entered
    assert without_ids(entered.lines[1:]) == [
        "accepted: sell 1.0000 ETH-USD limit 2600.00 gtd",
        "accepted, waiting: sell 1.0000 ETH-USD stop trigger 2400.00 on bid gtd",
    ]
    limit, stop = numbers(entered)
    listed = shell.run("orders", "--session", "DEMO6").lines[1:]
    assert [line.split()[1] for line in listed] == [limit, stop]
    assert shell.run("cancel", limit, "--session", "DEMO6").status == 0
    assert shell.run("orders", "--session", "DEMO6").last == "no open orders"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("oco sell 1 BTC-USD @ 46000.001 --stop 44000 --id A", "list A rejected: order 1: price is no multiple of"),
        ("oto buy 20 BTC-USD @ 45000 --profit 51000 --id B", "list B rejected: order 2: order value above"),
        ("oco sell 1 BTC-USD @ 46000 --stop 44000 --account DEMO1", "the venue refused the request: Account(1) was"),
    ],
    ids=["gateway", "engine", "account"],
)
def test_a_refused_list_says_why_and_ends_with_status_1(shell: Shell, words: str, line: str) -> None:
    """Which of its orders is at fault; nothing of the list is in."""
    refused = enter(shell, words, "DEMO7")
    assert (refused.status, len(refused.lines)) == (1, 1), refused
    assert refused.last.startswith(line)
    assert shell.run("orders", "--session", "DEMO7").lines == ["no open orders"]


def test_what_makes_no_list_is_one_sentence_and_status_2(shell: Shell) -> None:
    """Nothing is sent, nothing but the sentence is printed."""
    answer = enter(shell, "bracket buy 1 BTC-USD @ 45000 --stop 45500 --profit 46000", "DEMO8")
    sentence = "venue: --stop was '45500': must be below the entry at 45000 for a buy"
    assert (answer.status, answer.lines, answer.errors) == (2, [], [sentence])
