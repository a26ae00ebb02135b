"""FIX messages read field by field."""

import xml.etree.ElementTree as ElementTree

from venue.fix_text.dictionary import DICTIONARY, names
from venue.fix_text.fields import HIDDEN, SOH, fields_of, message_name, without_secrets

REPORT = "8=FIX.4.4|9=99|35=8|34=7|49=VENUE|52=20261124-09:30:00.182|56=DESK|39=1|54=2|150=F|5001=42|10=001|"


def wire(text: str) -> str:
    return text.replace("|", SOH)


def test_each_field_has_its_name_and_what_its_value_means() -> None:
    """In the order it was sent; header and trailer are known from the body."""
    fields = {field.tag: field for field in fields_of(wire(REPORT))}
    assert list(fields) == [8, 9, 35, 34, 49, 52, 56, 39, 54, 150, 5001, 10]
    assert fields[35][1:] == ("MsgType", "8", "ExecutionReport", "header")
    assert fields[150][1:] == ("ExecType", "F", "trade", "body")
    assert fields[54][1:] == ("Side", "2", "sell", "body")
    assert fields[5001][1:] == ("JournalSeq", "42", "", "body")
    assert fields[10].part == "trailer"


def test_what_the_dictionary_does_not_have_is_told_as_it_is() -> None:
    """A field without a name, a value without a word, a message without a name; what is no field is left out."""
    fields = fields_of(wire("35=ZZ|9999=x=y|39=Q|nonsense|=5|-1=2|"))
    assert [(field.tag, field.name, field.value, field.meaning) for field in fields] == [
        (35, "MsgType", "ZZ", "ZZ"),
        (9999, "", "x=y", ""),
        (39, "OrdStatus", "Q", ""),
    ]
    assert message_name("A") == "Logon"


def test_no_secret_is_shown_or_kept() -> None:
    """Username(553), Password(554), RawDataLength(95), RawData(96) and NewPassword(925), wherever they stand."""
    logon = wire("8=FIX.4.4|9=1|35=A|553=desk|554=hunter2|95=3|96=abc|925=next|108=30|10=001|")
    kept = without_secrets(logon)
    assert all(secret not in kept for secret in ("desk", "hunter2", "abc", "next"))
    assert "108=30" in kept
    shown = {field.tag: field.value for field in fields_of(logon)}
    assert [shown[tag] for tag in (553, 554, 95, 96, 925)] == [HIDDEN] * 5
    assert (shown[35], shown[108]) == ("A", "30")
    assert without_secrets(kept) == kept


def test_every_message_field_and_value_of_the_dictionary_is_known() -> None:
    """None is lost between the file and what is told."""
    root = ElementTree.parse(DICTIONARY).getroot()
    assert len(names().messages) == len(list(root.iterfind("messages/message")))
    assert len(names().fields) == len(list(root.iterfind("fields/field")))
    values = sum(len(field.values) for field in names().fields.values())
    assert values == len(list(root.iterfind("fields/field/value")))
