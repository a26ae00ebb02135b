"""Who gets copies of whose reports."""

from venue.fix.watchers import Watchers
from venue.messages import SetSession


def watching(session: str, *accounts: str) -> SetSession:
    return SetSession(session, (), accounts, "operator", "example")


def test_nobody_watches_until_it_is_said() -> None:
    """The common case costs nothing: there is nobody to look for."""
    watchers = Watchers()
    watchers.learn(watching("DESK"))
    assert not watchers
    assert watchers.of("HOUSE", "DESK") == []


def test_each_session_that_watches_an_account_is_found() -> None:
    """But the order's own session, which gets the report itself."""
    watchers = Watchers()
    watchers.learn(watching("TAPE", "HOUSE", "FUND"))
    watchers.learn(watching("AUDIT", "HOUSE"))
    assert watchers
    assert watchers.of("HOUSE", "DESK") == ["TAPE", "AUDIT"]
    assert watchers.of("HOUSE", "TAPE") == ["AUDIT"]
    assert watchers.of("FUND", "DESK") == ["TAPE"]


def test_account_named_twice_is_watched_once() -> None:
    """A report must not be copied twice to one session."""
    watchers = Watchers()
    watchers.learn(watching("TAPE", "HOUSE", "HOUSE"))
    assert watchers.of("HOUSE", "DESK") == ["TAPE"]


def test_new_setting_replaces_the_old_one() -> None:
    """SetSession names all the accounts, not those to add."""
    watchers = Watchers()
    watchers.learn(watching("TAPE", "HOUSE", "FUND"))
    watchers.learn(watching("TAPE", "FUND"))
    assert watchers.of("HOUSE", "DESK") == []
    watchers.learn(watching("TAPE"))
    assert not watchers
