"""`venue account`, `limit`, `fee`, `state`, `kill` …: an operator at a terminal, against a running venue."""

import re
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell, demo_venue
from venue.journal import RemoteJournal
from venue.messages import SetLossCap

WHY = ("--why", "test", "--by", "ann")
LTC = "instrument add LTC-EUR --base LTC --quote EUR --min-qty 1 --max-qty 9"


def cells(answer: Answer) -> list[list[str]]:
    """The rows of a table, each as its cells; columns are two blanks or more apart."""
    assert answer.status == 0, answer
    return [re.split(r"\s{2,}", line.strip()) for line in answer.lines]


def told(answer: Answer) -> str:
    """The one line of a change, without its journal_seq."""
    assert answer.status == 0, answer
    line, journal_seq = re.fullmatch(r"(.+) \(journal_seq (\d+)\)", answer.lines[0]).groups()  # type: ignore[union-attr]
    assert int(journal_seq) > 0
    return str(line)


def refusal(answer: Answer) -> str:
    """The one sentence of a refusal: exit status 2, nothing on stdout."""
    assert (answer.status, answer.lines, len(answer.errors)) == (2, [], 1), answer
    return answer.errors[0].removeprefix("venue: ")


# -- accounts and money -------------------------------------------------------------------------------------


def test_a_new_account_can_trade_once_a_session_has_it(shell: Shell) -> None:
    """Opened, given to a session, it trades; what is changed later leaves the rest as it was."""
    opened = shell.run_here("account", "open", "NEW", "--firm", "NORTH", "--instrument", "SOL-USD", *WHY)
    assert told(opened) == ("account NEW: credit, firm NORTH, instruments SOL-USD, self-match cancel-incoming")
    assert refusal(shell.run_here("account", "open", "NEW", *WHY)) == (
        "account NEW is open already: `venue account change` changes it"
    )
    given = shell.run_here("session", "set", "DEMO8", "--trades", "NEW", "--trades", "DEMO8", *WHY)
    assert told(given) == "session DEMO8 trades NEW, DEMO8, watches none"
    assert ["DEMO8", "NEW, DEMO8"] in cells(shell.run_here("session", "list"))
    assert shell.order("buy 1 SOL-USD @ 140", "--session", "DEMO8").status == 0
    assert shell.order("buy 1 ETH-USD @ 2400", "--session", "DEMO8").status == 1, "NEW may not trade it"
    changed = shell.run_here("account", "change", "NEW", "--self-match", "decrement", *WHY)
    assert told(changed) == "account NEW: credit, firm NORTH, instruments SOL-USD, self-match decrement"
    canceled = shell.run_here("account", "cancel", "NEW", "--symbol", "SOL-USD", *WHY)
    assert (canceled.status, canceled.lines) == (0, ["1 order canceled"])
    assert shell.run_here("account", "cancel", "NEW", *WHY).lines == ["NEW has no open orders that fit"]


def test_a_deposit_is_made_once_however_often_it_is_asked(shell: Shell) -> None:
    """The same --id changes nothing the second time, and cannot be another transaction."""
    deposit = ("account", "deposit", "DEMO9", "USD", "1000.50", "--id", "wire-17", *WHY)
    assert told(shell.run_here(*deposit)) == (
        "DEMO9: 1000.50 USD deposited as wire-17; balance 1001000.50 USD, available 1001000.50 USD"
    )
    assert "had been deposited as wire-17 before, nothing changed; balance 1001000.50" in told(shell.run_here(*deposit))
    assert refusal(shell.run_here("account", "deposit", "DEMO9", "USD", "1", "--id", "wire-17", *WHY)) == (
        "refused: transaction id of another transaction: give this one an id of its own"
    )
    withdrawn = shell.run_here("account", "withdraw", "DEMO9", "USD", "1000.5", "--id", "wire-18", *WHY)
    assert "1000.50 USD withdrawn as wire-18; balance 1000000.00 USD" in told(withdrawn)


def test_open_orders_lock_a_balance(shell: Shell) -> None:
    """`venue balance` tells locked from available, and the locked part cannot be withdrawn."""
    assert shell.order("sell 5 BTC-USD @ 46000", "--session", "DEMO10").status == 0
    assert ["DEMO10", "BTC", "20.00", "5.00", "15.00"] in cells(shell.run_here("balance", "DEMO10"))
    refused = refusal(shell.run_here("account", "withdraw", "DEMO10", "BTC", "15.1", "--id", "w1", *WHY))
    assert refused.startswith("refused: insufficient balance")
    assert "`venue balance DEMO10` shows what is available" in refused


def test_positions_are_shown_with_their_figures(shell: Shell) -> None:
    """Quantity, average price and fees of both sides; the venue earned what they paid."""
    for words, session in (("sell 10 ETH-USD @ 2500", "DEMO11"), ("buy 10 ETH-USD @ 2500", "DEMO2")):
        assert shell.order(words, "--session", session).status == 0
    (bought,) = cells(shell.run_here("position", "DEMO2"))[1:]
    assert bought[:4] == ["DEMO2", "ETH-USD", "10.0000 ETH", "2500.0000"]
    assert bought[-1] == "50.00 USD", "0.20 % of 25,000 USD"
    (sold,) = cells(shell.run_here("position", "DEMO11"))[1:]
    assert sold[2] == "-10.0000 ETH"
    assert sold[-1] == "25.00 USD"
    assert ["USD", "75.00 USD", "0.00 USD", "0.10 %", "0.20 %"] in cells(shell.run_here("fee", "list"))
    shown = shell.run_here("account", "show", "DEMO11").lines
    assert shown[0].startswith("account DEMO11: prefunded, firm EAST")


# -- limits and fees ----------------------------------------------------------------------------------------


def test_a_limit_is_in_force_at_once(shell: Shell) -> None:
    """What is not given stays; the order beyond it is refused with the limit and its unit."""
    limited = shell.run_here("limit", "set", "DEMO3", "BTC-USD", "--order-qty", "0.5", "--long", "none", *WHY)
    assert told(limited) == ("DEMO3 in BTC-USD: order 0.50000 BTC, value 1000000.00 USD, long none, short 50.00000 BTC")
    refused = shell.order("buy 0.6 BTC-USD @ 44000", "--session", "DEMO3")
    assert refused.status == 1
    assert "limit 0.50000 BTC, was 0.60000 BTC" in refused.last
    assert told(shell.run_here("limit", "open-orders", "DEMO3", "2", *WHY)) == "DEMO3: open orders at most 2"
    shown = shell.run_here("limit", "show", "DEMO3")
    assert shown.lines[0] == "DEMO3: 0 open orders, at most 2"
    assert ["BTC-USD", "0.50000 BTC", "1000000.00 USD", "none", "50.00000 BTC"] in cells(shown)


def test_a_reached_loss_cap_is_released_by_an_operator(shell: Shell) -> None:
    """The account's loss, here its fees, reaches the cap: it is refused until released."""
    assert told(shell.run_here("limit", "loss", "DEMO4", "USD", "10", *WHY)) == "DEMO4: daily loss cap 10.00 USD"
    for words, session in (("sell 5 ETH-USD @ 2450", "DEMO5"), ("buy 5 ETH-USD @ 2450", "DEMO4")):
        assert shell.order(words, "--session", session).status == 0
    assert ["USD", "10.00 USD", "-24.50 USD", "reached: only reducing orders"] in cells(
        shell.run_here("limit", "show", "DEMO4")
    )
    refused = shell.order("buy 1 SOL-USD @ 140", "--session", "DEMO4")
    assert "daily loss cap reached" in refused.last
    assert told(shell.run_here("limit", "release", "DEMO4", *WHY)) == (
        "DEMO4 is released from its loss caps: its daily loss counts anew from here"
    )
    assert shell.order("buy 1 SOL-USD @ 140", "--session", "DEMO4").status == 0


def test_fees_are_set_for_all_and_for_one(shell: Shell) -> None:
    """A schedule in percent, an account's own rates with a rebate, and back."""
    schedule = shell.run_here("fee", "set", "BTC", "0:0.10:0.25", "10:-0.01:0.1", *WHY)
    assert told(schedule) == (
        "fees in BTC: from 0.00 BTC maker 0.10 %, taker 0.25 %; from 10.00 BTC maker -0.01 %, taker 0.10 %"
    )
    own = shell.run_here("fee", "override", "DEMO7", "BTC", "--maker", "-0.02", "--taker", "0.0123", *WHY)
    assert told(own) == "DEMO7 in BTC: maker -0.02 %, taker 0.0123 %"
    assert cells(shell.run_here("fee", "show", "DEMO7"))[1][:4] == ["BTC", "-0.02 %", "0.0123 %", "rates of its own"]
    assert told(shell.run_here("fee", "override", "DEMO7", "BTC", "--schedule", *WHY)) == (
        "DEMO7 pays the schedule's fees in BTC"
    )


# -- instruments and states ---------------------------------------------------------------------------------


def test_an_instrument_is_added_and_changed(shell: Shell) -> None:
    """Its sizes are exact; quantities and price limits change, tick and lot stay."""
    sizes = ("--base", "LTC", "--quote", "USD", "--tick", "0.01", "--lot", "0.001", "--min-qty", "0.01")
    added = shell.run_here("instrument", "add", "LTC-USD", *sizes, "--max-qty", "500", "--state", "pre-open", *WHY)
    assert told(added) == "LTC-USD: tick 0.01 USD, lot 0.001 LTC, orders from 0.010 LTC to 500.000 LTC"
    limited = shell.run_here("instrument", "limits", "LTC-USD", "--max-qty", "400", *WHY)
    assert "to 400.000 LTC" in told(limited)
    bands = ("--collar", "5", "--breaker", "2.5%", "--halt", "5m", "--auction", "30s", "--reference", "85.5")
    assert told(shell.run_here("instrument", "prices", "LTC-USD", *bands, *WHY)) == (
        "LTC-USD: collar 5.00 %, circuit breaker 2.50 % halts for 5 m, auctions of 30 s, reference 85.50 USD"
    )
    shown = shell.run_here("instrument", "show", "LTC-USD").lines
    assert shown[1] == "state pre-open"
    assert shown[2].endswith("reference 85.50 USD")
    assert [row[1] for row in cells(shell.run_here("instrument", "list")) if row[0] == "LTC-USD"] == ["pre-open"]


def test_a_halted_instrument_takes_no_orders_until_it_is_open(shell: Shell) -> None:
    """A timed halt says when it ends; `open` ends it at once."""
    halted = told(shell.run_here("state", "set", "XRP-USD", "halted", "--for", "1h", *WHY))
    assert re.fullmatch(r"XRP-USD is halted until \d\d:\d\d:\d\d UTC, was open", halted)
    assert shell.order("buy 100 XRP-USD @ 0.5", "--session", "DEMO1").status == 1
    assert [row[1][:6] for row in cells(shell.run_here("state", "list")) if row[0] == "XRP-USD"] == ["halted"]
    assert told(shell.run_here("state", "set", "XRP-USD", "open", *WHY)) == "XRP-USD is open, was halted"
    assert shell.order("buy 100 XRP-USD @ 0.5", "--session", "DEMO1").status == 0


# -- switches, groups, trades -------------------------------------------------------------------------------


def test_a_kill_switch_cancels_and_refuses_until_released(shell: Shell) -> None:
    """Of a firm: the open orders of all its accounts go, and `venue kill list` names who and why."""
    assert shell.order("buy 1 SOL-USD @ 139", "--session", "DEMO15").status == 0
    engaged = shell.run_here("kill", "engage", "firm", "WEST", *WHY)
    assert told(engaged) == "kill switch of firm WEST is engaged"
    assert engaged.lines[1:] == ["1 order canceled"]
    assert ["firm", "WEST", "ann", "test"] in cells(shell.run_here("kill", "list"))
    assert "a kill switch is engaged" in shell.order("buy 1 SOL-USD @ 139", "--session", "DEMO16").last
    assert told(shell.run_here("kill", "release", "firm", "WEST", *WHY)) == "kill switch of firm WEST is released"
    assert shell.run_here("kill", "list").lines == ["no kill switch is engaged"]


def test_a_fill_rate_group_is_set_reset_and_ended(shell: Shell) -> None:
    """Orders that name it are canceled when too much of them is filled in a time."""
    armed = shell.run_here("group", "set", "DEMO1", "fast", "BTC-USD", "1.5", "--within", "500ms", *WHY)
    assert told(armed) == "group fast of DEMO1 in BTC-USD: tripped by 1.50000 BTC within 500 ms"
    assert ["fast", "BTC-USD", "1.50000 BTC", "500 ms", "armed"] in cells(shell.run_here("group", "list", "DEMO1"))
    assert told(shell.run_here("group", "reset", "DEMO1", "fast", *WHY)) == told(armed)
    assert told(shell.run_here("group", "end", "DEMO1", "fast", *WHY)) == "group fast of DEMO1 is ended"
    assert shell.run_here("group", "list", "DEMO1").lines == ["DEMO1 has no fill-rate groups"]


def test_a_trade_is_corrected_and_busted(shell: Shell) -> None:
    """Both sides' positions follow: another price, a smaller quantity, then nothing of it."""
    for words, session in (("sell 1000 DOGE-USD @ 0.12", "DEMO6"), ("buy 1000 DOGE-USD @ 0.12", "DEMO7")):
        assert shell.order(words, "--session", session).status == 0
    trade_id, *trade = cells(shell.run_here("trade", "list", "--last", "1"))[1]
    assert trade == ["DOGE-USD", "1000 DOGE", "0.12000 USD", "DEMO6", "DEMO7"]
    corrected = told(shell.run_here("trade", "correct", trade_id, "--price", "0.121", "--qty", "900", *WHY))
    assert corrected.endswith("in DOGE-USD is corrected to 900 DOGE at 0.12100 USD")
    assert refusal(shell.run_here("trade", "correct", trade_id, "--qty", "901", *WHY)) == (
        "refused: value out of range: give another price, or a quantity below the trade's"
    )
    assert cells(shell.run_here("position", "DEMO7"))[1][2:4] == ["900 DOGE", "0.1210000"]
    assert told(shell.run_here("trade", "bust", trade_id, *WHY)).endswith("in DOGE-USD is busted")
    assert shell.run_here("position", "DEMO7").lines == ["no positions"]
    assert refusal(shell.run_here("trade", "bust", trade_id, *WHY)).startswith("refused: unknown trade")


def test_a_bust_that_a_balance_cannot_bear_is_refused(shell: Shell) -> None:
    """What the buyer got is withdrawn: the trade stands, and the operator is told where to look."""
    for words, session in (("sell 1 SOL-USD @ 145", "DEMO6"), ("buy 1 SOL-USD @ 145", "DEMO15")):
        assert shell.order(words, "--session", session).status == 0
    trade_id = cells(shell.run_here("trade", "list", "--last", "1"))[1][0]
    assert shell.run_here("account", "withdraw", "DEMO15", "SOL", "1", "--id", "sol-out", *WHY).status == 0
    assert refusal(shell.run_here("trade", "bust", trade_id, *WHY)) == (
        "refused: insufficient balance: `venue balance` shows what is available and what open orders lock"
    )


def test_a_limit_that_is_taken_away_is_told_so(shell: Shell) -> None:
    """Without a limit on open orders neither the change nor the list names a number."""
    assert told(shell.run_here("limit", "open-orders", "DEMO8", "none", *WHY)) == "DEMO8: open orders without limit"
    assert shell.run_here("limit", "show", "DEMO8").lines[0].endswith("open orders, without limit")


# -- what is refused before it is asked ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("account show DEMO99", "account was 'DEMO99': unknown; did you mean DEMO9?"),
        (
            "account show ZZZ",
            "account was 'ZZZ': unknown; `venue account list` shows those there are",
        ),
        ("account open A=B", "ACCOUNT was 'A=B': must be of letters, digits, '.', '_' and '-', 32 characters at most"),
        ("account change DEMO1 --settlement cash", "--settlement was 'cash': must be credit, prefunded"),
        (
            "account deposit DEMO1 USD 5 --id w",
            "refused: the account has no balances: it is not prefunded: only accounts with settlement prefunded have "
            "balances (`venue account show DEMO1`)",
        ),
        ("account deposit DEMO9 USD five --id w", "AMOUNT was 'five': 'five' is no decimal number"),
        ("account deposit DEMO9 GBP 5 --id w", "currency was 'GBP': unknown; "
         "`venue fee list` shows those there are"),
        (
            "account deposit DEMO9 USD 0.000000001 --id w",
            "AMOUNT was '0.000000001': 0.000000001 is no multiple of 0.00000001",
        ),
        ("limit set DEMO1 BTC-USD", "nothing to set: give --order-qty, --order-value, --long or --short"),
        (
            "limit set DEMO1 BTC-US --long 1",
            "instrument was 'BTC-US': unknown; did you mean BTC-USD?",
        ),
        (
            "limit set DEMO1 BTC-USD --long 0.000001",
            "--long was '0.000001': 0.000001 is no multiple of 0.00001",
        ),
        ("limit set DEMO1 BTC-USD --long -1", "--long was '-1': must be from 0 to 46116860184273.87904"),
        ("fee set USD 0:0.1", "a tier was '0:0.1': must be VOLUME:MAKER:TAKER, such as 100000:0.08:0.15"),
        (
            "fee set USD 5:0.1:0.2",
            "refused: value out of range: the first tier is from volume 0, each next one from more; rates are from "
            "-10 % to 10 %",
        ),
        (
            "fee override DEMO1 USD --maker 0 --taker 10.1",
            "refused: value out of range: rates are from -10 % to 10 %",
        ),
        ("limit loss DEMO1 USD 0", "refused: value out of range: a cap must be above 0, or none"),
        (
            "instrument prices BTC-USD --collar 100",
            "refused: value out of range: collar and circuit breaker must be below 100 %",
        ),
        (
            "group set DEMO1 fast BTC-USD 0 --within 5s",
            "refused: value out of range: the quantity and its time must be above 0",
        ),
        (
            "instrument limits BTC-USD --min-qty 2 --max-qty 1",
            "refused: value out of range: the smallest quantity must be above 0 and not above the largest; a smaller "
            "largest one or fewer decimals may fit",
        ),
        ("fee override DEMO1 USD --maker 1", "give --maker and --taker, or --schedule alone"),
        (
            "state set BTC-USD shut",
            "STATE was 'shut': must be open, halted, cancel-only, post-only, pre-open, auction, closed",
        ),
        ("state set BTC-USD halted --for 5", "--for was '5': must be like 250ms, 60s, 15m, 8h or 3d"),
        (
            "state set BTC-USD closed --for 5s",
            "refused: value out of range: a time goes with halted, pre-open and auction only, and must be above 0",
        ),
        ("kill engage desk D", "SCOPE was 'desk': must be session, account, firm, venue"),
        ("kill engage account", "NAME is missing: which account?"),
        ("kill engage venue DEMO1", "the venue has no NAME here"),
        ("kill engage firm NOBODY", "refused: unknown firm: `venue account list` shows the firms"),
        ("group reset DEMO1 slow", "group was 'slow': unknown; `venue group list DEMO1` shows "
         "those there are"),
        ("trade correct 4711 --price 1", "trade 4711 is not known: it was never made, or is too old to be changed"),
        ("trade correct 4711", "nothing to correct: give --price or --qty"),
        ("instrument add BTC-USD --base B --quote Q --tick 1 --lot 1 --min-qty 1 --max-qty 1",
         "BTC-USD is listed already: `venue instrument limits` changes its quantities"),
        (f"{LTC} --tick x --lot 1", "--tick was 'x': must be a positive decimal number such as 0.01"),
        (
            f"{LTC} --tick 0.01 --lot 0.1 --quote-decimals 2",
            "--quote-decimals was '2': tick x lot is 0.001, which needs more decimals",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_with_its_remedy(shell: Shell, command: str, sentence: str) -> None:
    """Exit status 2, and nothing changed."""
    asks = command.split()[1] not in ("show", "list")
    assert refusal(shell.run_here(*command.split(), *(WHY if asks else ()))) == sentence


def test_a_change_without_a_reason_is_not_asked(shell: Shell) -> None:
    """--why is required and must say something; --by is the login name unless given."""
    missing = shell.run_here("limit", "release", "DEMO1")
    assert missing.status == 2
    assert "--why" in " ".join(missing.errors)
    blank = shell.run_here("limit", "release", "DEMO1", "--why", " ")
    assert refusal(blank) == "--why was '': must be a line of text, 200 characters at most"
    forged = shell.run_here("limit", "release", "DEMO1", "--why", "a\x01b")
    assert refusal(forged).startswith("--why was 'a\\x01b': must be a line of text")


def test_who_and_why_stand_in_the_journal(shell: Shell) -> None:
    """`venue journal show` tells each change with both."""
    assert shell.run_here("limit", "open-orders", "DEMO12", "7", "--why", "asked by phone", "--by", "ann").status == 0
    (line,) = [line for line in shell.run_here("journal", "show").lines if "asked by phone" in line]
    assert line.split("Z  ", 1)[1] == 'limits       DEMO12    open_orders_max=7 by=ann why="asked by phone"'


@pytest.fixture
def empty_data(tmp_path: Path) -> Shell:
    return Shell(demo_venue(tmp_path), tmp_path / "home")


def test_without_a_running_venue_the_remedy_is_named(empty_data: Shell) -> None:
    """Nothing is started, nothing is written."""
    assert refusal(empty_data.run("account", "list")) == (
        f"no venue runs on {empty_data.venue.data}: start one with `venue serve`, or name the data folder of the one "
        "that runs with --data"
    )
    assert not empty_data.venue.data.exists()


def test_every_change_survives_a_restart_and_the_configuration_does_not_undo_it(tmp_path: Path) -> None:
    """The next start with the same file says what differs, and which command would change it."""
    venue = demo_venue(tmp_path)
    venue.start()
    try:
        with RemoteJournal(venue.data) as journal:
            journal.append([SetLossCap("DEMO1", "USD", 7 * 10**8, "ann", "test")])
        assert venue.stop() == 0
        venue.start()
        venue.wait_for_output(
            "accounts.DEMO1.loss_caps.USD is not what the venue has, which stands: `venue limit loss DEMO1 USD` changes"
        )
        shown = Shell(venue, tmp_path / "home").run_here("limit", "show", "DEMO1")
        assert ["USD", "7.00 USD", "0.00 USD", "free"] in cells(shown)
    finally:
        venue.kill_if_running()
