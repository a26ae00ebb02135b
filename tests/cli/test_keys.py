"""`venue key`: what it prints, what it refuses, and what of it the venue knows."""

import re

from tests.cli.shell import Shell
from venue.journal.frames import SESSIONS
from venue.journal.remote import RemoteJournal
from venue.keys import KeyStore
from venue.messages import SetSession


def entitlement(shell: Shell, name: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What the session of a key trades and watches; None: the venue does not know it."""
    with RemoteJournal(shell.venue.data) as remote:
        sessions: dict[str, SetSession] = {session.session: session for session in remote.ask(SESSIONS)}
    found = sessions.get(f"api.{name}")
    return (found.trades, found.watches) if found else None


def test_a_traders_key_is_shown_once_and_its_accounts_are_in_the_venue(shell: Shell) -> None:
    """The last line is the token, for scripts; the entitlement is journaled with who and why."""
    made = shell.run_here(
        "key", "add", "bot", "--role", "trader", "--trades", "DEMO1", "--trades", "DEMO2", "--watches", "DEMO3"
    )
    assert made.status == 0, made.errors
    assert re.fullmatch(r"session api\.bot trades DEMO1, DEMO2, watches DEMO3 \(journal_seq \d+\)", made.lines[0])
    key = KeyStore(shell.venue.data).find(made.last)
    assert key is not None
    assert (key.name, key.role) == ("bot", "trader")
    assert entitlement(shell, "bot") == (("DEMO1", "DEMO2"), ("DEMO3",))
    assert not any(made.last in line for line in shell.run_here("key", "list").lines)


def test_a_new_key_of_an_old_name_keeps_its_accounts(shell: Shell) -> None:
    """Revoked and made again: the session goes on, with another token."""
    first = shell.run_here("key", "add", "worn", "--role", "trader", "--trades", "DEMO1")
    assert shell.run_here("key", "revoke", "worn").lines == [
        "key worn is revoked; what it has entered is of session api.worn"
    ]
    second = shell.run_here("key", "add", "worn", "--role", "trader")
    assert second.status == 0, second.errors
    assert entitlement(shell, "worn") == (("DEMO1",), ())
    store = KeyStore(shell.venue.data)
    assert store.find(first.last) is None
    assert store.find(second.last) is not None


def test_keys_are_listed_with_their_end(shell: Shell) -> None:
    """Role, session, when it was made, and when revoked."""
    shell.run_here("key", "add", "eye", "--role", "viewer")
    shell.run_here("key", "add", "desk", "--role", "operator")
    shell.run_here("key", "revoke", "eye")
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    listed = shell.run_here("key", "list").lines
    assert any(re.fullmatch(rf"eye +viewer +api\.eye +{time} +{time}", line.rstrip()) for line in listed)
    assert any(re.fullmatch(rf"desk +operator +api\.desk +{time}", line.rstrip()) for line in listed)


def test_what_is_refused_changes_nothing(shell: Shell) -> None:
    """A name in force, an unknown role or account, accounts of a viewer, a trader without one."""
    shell.run_here("key", "add", "firm", "--role", "trader", "--trades", "DEMO5")
    before = KeyStore(shell.venue.data).listed()
    for words, text in (
        ("firm --role trader --trades DEMO6", "there is a key firm already: revoke it first, or choose another name"),
        ("x --role boss", "--role was 'boss': must be viewer, trader, operator"),
        ("x --role trader --trades DEMO55", "DEMO55"),
        ("x --role trader", "a trader needs an account: name it with --trades, or with --watches"),
        ("x --role viewer --trades DEMO1", "--trades and --watches are for a trader, but --role was viewer"),
        ("anonymous --role viewer", "as which callers without a key trade"),
    ):
        refused = shell.run_here("key", "add", *words.split())
        assert refused.status == 2, words
        assert text in refused.errors[0]
    assert KeyStore(shell.venue.data).listed() == before
    assert entitlement(shell, "firm") == (("DEMO5",), ())
    assert entitlement(shell, "x") is None


def test_a_key_that_is_none_cannot_be_revoked(shell: Shell) -> None:
    """The remedy is named."""
    refused = shell.run_here("key", "revoke", "nobody")
    assert (refused.status, refused.errors) == (
        2,
        ["venue: there is no key nobody in force: `venue key list` shows those there are"],
    )
