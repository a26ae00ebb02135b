"""The tables of FIX characters agree with the vocabulary and with the dictionary."""

from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.dictionary import DICTIONARY
from venue.fix.inbound import COMMANDS
from venue.fix.queries import QUESTIONS

ROOT = ElementTree.parse(Path(DICTIONARY)).getroot()
VALUES = {
    int(field.attrib["number"]): {value.attrib["enum"] for value in field.iterfind("value")}
    for field in ROOT.iterfind("fields/field")
}
TYPES = {message.attrib["msgtype"] for message in ROOT.iterfind("messages/message")}


@pytest.mark.parametrize(
    ("tag", "chars"),
    [
        (54, set(tables.SIDE_CHARS.values())),
        (40, set(tables.ORD_TYPES)),
        (59, set(tables.TIMES_IN_FORCE)),
        (39, set(tables.ORD_STATUS_CHARS.values())),
        (2964, set(tables.SELF_MATCH)),
        (326, {char for char, _ in tables.TRADING_STATUS.values()} | {tables.UNKNOWN_STATUS[0]}),
        (434, set(tables.CANCEL_RESPONSE_TO.values())),
        (18, {tables.POST_ONLY, tables.TRAILING}),
        (851, {tables.ADDED, tables.REMOVED, tables.AUCTIONED}),
        (1107, set(tables.TRIGGERS)),
        (1385, {tables.ONE_CANCELS_THE_OTHER, tables.ONE_TRIGGERS_THE_OTHER}),
    ],
)
def test_table_has_exactly_the_values_of_the_dictionary(tag: int, chars: set[str]) -> None:
    """What the dictionary lets in can be read, and what is written passes a client's own check."""
    assert VALUES[tag] == chars


def test_every_word_of_an_order_has_a_character() -> None:
    """No constant of the vocabulary is without its FIX character, but those that are no term of an order."""
    assert set(tables.SIDE_CHARS) == {0, *get_args(m.Side)}
    assert set(tables.ORD_TYPE_CHARS) == set(get_args(m.OrdType))
    assert set(tables.TIME_IN_FORCE_CHARS) == set(get_args(m.TimeInForce)) - {m.UNCHANGED}
    assert set(tables.ORD_STATUS_CHARS) == set(get_args(m.OrdStatus))
    assert set(tables.TRADING_STATUS) == set(get_args(m.TradingState))
    assert set(tables.TRIGGER_CHARS) == set(get_args(m.TriggerSource))
    assert set(tables.SELF_MATCH_CHARS) == set(get_args(m.SelfMatch)) - {m.ACCOUNT_DEFAULT, m.ALLOW}


def test_every_reason_has_codes_of_the_dictionary() -> None:
    """OrdRejReason(103), CxlRejReason(102) and ExecRestatementReason(378) of each row are declared."""
    for reason in reasons.REASONS.values():
        assert str(reason.ord_rej_reason) in VALUES[103]
        assert str(reason.cxl_rej_reason) in VALUES[102]
        assert reason.restatement is None or str(reason.restatement) in VALUES[378]


def test_every_business_reject_reason_is_declared() -> None:
    """BusinessRejectReason(380)"""
    used = {tables.OTHER, tables.UNSUPPORTED_MESSAGE_TYPE, tables.NOT_AVAILABLE}
    used |= {tables.CONDITIONAL_FIELD_MISSING, tables.NOT_AUTHORIZED}
    assert {str(reason) for reason in used} <= VALUES[380]


def test_every_message_taken_is_declared_and_has_an_id_field() -> None:
    """BusinessRejectRefID(379) of a refused request is its own ID."""
    taken = {*COMMANDS, *QUESTIONS, "E"}
    assert taken <= TYPES & tables.FIX44_APP_TYPES
    assert taken <= set(tables.ID_FIELDS)


def test_dictionary_has_no_field_whose_length_must_be_trusted() -> None:
    """QuickFIX reads a DATA field by the length before it, even before logon: we declare none."""
    types = {field.attrib["type"] for field in ROOT.iterfind("fields/field")}
    assert not types & {"DATA", "XMLDATA"}


def test_administrative_types_are_no_application_types() -> None:
    """FIX 4.4 has 93 message types: seven of the session and XMLnonFIX are not in the list of the others."""
    assert not tables.FIX44_APP_TYPES & set("012345An")
    assert len(tables.FIX44_APP_TYPES) == 93 - 8
