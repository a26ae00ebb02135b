"""What an operator may do: list instruments, open accounts, set trading states, control sessions."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, enter, opened
from venue import reasons
from venue.messages import (
    ACCOUNT_DEFAULT,
    ALLOW,
    BUY,
    HALTED,
    LOG_OUT,
    OPEN,
    POST_ONLY,
    RESET_NUMBERS,
    UNITS_MAX,
    AccountOpened,
    AnyCommand,
    ControlSession,
    InstrumentListed,
    ListInstrument,
    OpenAccount,
    OperationRefused,
    SessionAction,
    SessionControlled,
    SetSession,
    SetTradingState,
    TradingStateChanged,
)


def test_listed_instrument_opens_in_its_state() -> None:
    """A new instrument is there, in the order of listing, in the state the command says."""
    play = opened()
    new = replace(X, symbol="Y", state=HALTED)
    assert play(new) == [InstrumentListed(new)]
    assert play.engine.instruments() == [X, new]
    assert play.engine.trading_state("Y") == HALTED
    assert play.engine.trading_state("Z") is None


def test_listing_again_changes_the_limits_and_no_state() -> None:
    """min_lots and max_lots are the new ones, the trading state stays what it was."""
    play = opened(SetTradingState("X", POST_ONLY, "operator", "drill"))
    again = replace(X, min_lots=2, max_lots=3, state=OPEN)
    assert play(again) == [InstrumentListed(again)]
    assert play.engine.instruments() == [again]
    assert play.engine.trading_state("X") == POST_ONLY
    small = enter("a1", BUY, 1, 100)
    assert play(small)[0].reason == reasons.QTY_TOO_SMALL  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"tick_size": "0.02"},
        {"lot_size": "1"},
        {"base": "B"},
        {"quote": "EUR"},
        {"quote_decimals": 2},
        {"notional_factor": 2},
    ],
    ids=str,
)
def test_listing_again_with_other_terms_is_refused(changes: dict[str, Any]) -> None:
    """Everything but the limits stays for ever: MISMATCH."""
    play = opened()
    assert play(replace(X, max_lots=9, **changes)) == [OperationRefused(reasons.MISMATCH, "")]
    assert play.engine.instruments() == [X]


@pytest.mark.parametrize(
    "changes", [{"min_lots": 0}, {"max_lots": 0}, {"min_lots": 9, "max_lots": 8}, {"max_lots": UNITS_MAX + 1}], ids=str
)
@pytest.mark.parametrize("symbol", ["X", "Y"])
def test_listing_with_impossible_limits_is_refused(symbol: str, changes: dict[str, Any]) -> None:
    """Limits are at least 1, max_lots not below min_lots nor so large that notionals pass 64 bits: BAD_VALUE."""
    listing: ListInstrument = replace(X, symbol=symbol, **changes)
    assert opened()(listing) == [OperationRefused(reasons.BAD_VALUE, "")]


@pytest.mark.parametrize("changes", [{"notional_factor": 0}, {"lot_units": 0}, {"lot_units": UNITS_MAX}], ids=str)
def test_new_listing_with_an_impossible_factor_is_refused(changes: dict[str, Any]) -> None:
    """notional_factor and lot_units are at least 1, and max_lots of them fit into 64 bits: BAD_VALUE."""
    listing: ListInstrument = replace(X, symbol="Y", **changes)
    assert opened()(listing) == [OperationRefused(reasons.BAD_VALUE, "")]


@pytest.mark.parametrize("changes", [{"quote_decimals": 4}, {"base": "USD"}, {"quote": "BASE"}], ids=str)
def test_currency_with_other_decimals_is_refused(changes: dict[str, Any]) -> None:
    """A currency has the decimals the first instrument gave it, as base and as quote: MISMATCH."""
    listing: ListInstrument = replace(X, symbol="Y", **changes)
    assert opened()(listing) == [OperationRefused(reasons.MISMATCH, "")]


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"tick_size": text}
            for text in ("", "0", "0.00", "-1", "1e3", "1.", ".1", "²", "one", "1.0000000000000000001")
        ),
        {"lot_size": "x"},
        {"quote_decimals": -1},
        {"quote_decimals": 19},
        {"base_decimals": 19},
        {"symbol": ""},
        {"base": ""},
        {"quote": ""},
    ],
    ids=str,
)
def test_listing_whose_numbers_cannot_be_written_is_refused(changes: dict[str, Any]) -> None:
    """Names, positive decimals as tick and lot, 0 to 18 decimals: nobody could tell of anything else. BAD_VALUE."""
    listing: ListInstrument = replace(X, **{"symbol": "Y", "base": "B", "quote": "Q", **changes})
    play = opened()
    assert play(listing) == [OperationRefused(reasons.BAD_VALUE, "")]
    assert play.engine.instruments() == [X]


@pytest.mark.parametrize(
    "command",
    [
        replace(X, symbol="Y\x01"),
        OpenAccount("EVE", firm="F\n"),
        OpenAccount("EVE", instruments=("X", "Y\x7f")),
        OpenAccount(""),
        SetSession("", (), (), "operator", "test"),
        SetSession("S", ("ANN",), ("BOB\x00",), "operator", "test"),
        SetTradingState("X", HALTED, "operator\x01", "test"),
        SetTradingState("X", HALTED, "operator", "a fire\x0158=b"),
    ],
    ids=repr,
)
def test_text_that_would_break_a_message_is_refused(command: AnyCommand) -> None:
    """A control character in any text, or an empty name: BAD_VALUE, and nothing changes."""
    play = opened()
    before = play.engine.accounts(), play.engine.sessions(), play.engine.trading_state("X")
    assert play(command) == [OperationRefused(reasons.BAD_VALUE, "")]
    assert (play.engine.accounts(), play.engine.sessions(), play.engine.trading_state("X")) == before


def test_accounts_are_opened_and_changed() -> None:
    """The accounts stand in the order of opening with the settings in force."""
    play = opened()
    new, changed = OpenAccount("EVE"), OpenAccount("ANN", ALLOW, "G")
    assert play(new) == [AccountOpened(new)]
    assert play(changed) == [AccountOpened(changed)]
    assert [account.account for account in play.engine.accounts()] == ["ANN", "BOB", "CAT", "DAN", "EVE"]
    assert play.engine.accounts()[0] == changed


def test_account_without_a_choice_is_refused() -> None:
    """ACCOUNT_DEFAULT means nothing for an account itself: BAD_VALUE."""
    assert opened()(OpenAccount("EVE", ACCOUNT_DEFAULT)) == [OperationRefused(reasons.BAD_VALUE, "")]


def test_trading_state_changes_and_says_the_old_one() -> None:
    """Each change is announced, also one to the state that was."""
    play = opened()
    halt = SetTradingState("X", HALTED, "operator", "drill")
    assert play(halt) == [TradingStateChanged("X", HALTED, OPEN, "operator", "drill")]
    assert play(halt) == [TradingStateChanged("X", HALTED, HALTED, "operator", "drill")]
    assert play.engine.trading_state("X") == HALTED


def test_trading_state_of_an_unknown_symbol_is_refused() -> None:
    """UNKNOWN_SYMBOL, as an operation that changed nothing."""
    assert opened()(SetTradingState("Z", HALTED, "operator", "drill")) == [OperationRefused(reasons.UNKNOWN_SYMBOL, "")]


@pytest.mark.parametrize("action", [LOG_OUT, RESET_NUMBERS])
def test_control_of_a_session_is_told_and_changes_nothing(action: SessionAction) -> None:
    """The event carries the request for the gateway; besides the journal_seq the state is what it was."""
    play, other = opened(), opened()
    request = ControlSession("ANN", action, "operator", "asked on the phone")
    assert play(request) == [SessionControlled(request)]
    other(ControlSession("NOBODY", action, "operator", "a mistake"))
    assert play.engine.dump() == other.engine.dump()


def test_control_of_a_session_nobody_knows_is_refused() -> None:
    """UNKNOWN_SESSION without a SetSession, also for one that tried to enter an order."""
    play = opened(enter("a1", BUY, 1, 100, session="LATER"))
    assert play(ControlSession("LATER", LOG_OUT, "operator", "drill")) == [
        OperationRefused(reasons.UNKNOWN_SESSION, "")
    ]
    assert play(ControlSession("ANN", LOG_OUT, "", "drill")) == [OperationRefused(reasons.BAD_VALUE, "")]
