"""FIX messages as they are told: field by field, with the names and words of the venue's dictionary."""

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from admin_api.models.history import HistorySeq
from admin_api.models.values import JournalSeq, Time, time_text
from venue.fix_text.fields import Part, fields_of, message_name


class FixField(BaseModel):
    tag: Annotated[int, Field(examples=[150])]
    name: Annotated[str, Field(description="Empty: not in the dictionary.", examples=["ExecType"])]
    value: Annotated[str, Field(description="As it was sent; what somebody signs in with is ***.", examples=["F"])]
    meaning: Annotated[str, Field(description="Empty: the value says it.", examples=["trade"])]
    part: Annotated[Part, Field(description="Of the message.")]


class FixMessage(BaseModel):
    """`direction` is as the venue sees it. `time`: when it came, or its SendingTime(52)."""

    direction: Literal["in", "out"]
    source: Annotated[
        Literal["store", "memory", "journal"],
        Field(
            description="store: as it was sent. memory: as it came. journal: what was asked, as the venue understood "
            "it; its values are words."
        ),
    ]
    session: Annotated[str, Field(examples=["DEMO1"])]
    msg_type: Annotated[str, Field(description="MsgType(35)", examples=["8"])]
    name: Annotated[str, Field(examples=["ExecutionReport"])]
    msg_seq_num: Annotated[int | None, Field(description="MsgSeqNum(34); null: there is none.", examples=[312])]
    journal_seq: Annotated[int | None, Field(description="JournalSeq(5001), or of the command.", examples=[1506])]
    time: Time | None
    fields: list[FixField]


class SessionMessages(BaseModel):
    """The last messages of a session, newest first, both ways."""

    journal_seq: JournalSeq
    session: Annotated[str, Field(examples=["DEMO1"])]
    messages: list[FixMessage]


class OrderMessages(BaseModel):
    """What was asked about an order and what its session was told, oldest first."""

    journal_seq: HistorySeq
    messages: list[FixMessage]
    is_complete: Annotated[
        bool, Field(description="false: its numbers were reset since, or there were more than can be told.")
    ]


def message_of(text: str, session: str, direction: Literal["in", "out"], time_ns: int = 0) -> FixMessage:
    """Of FIX text; time_ns 0: its SendingTime(52)."""
    fields = fields_of(text)
    values = {field.tag: field.value for field in fields}
    return FixMessage.model_construct(
        direction=direction,
        source="store" if direction == "out" else "memory",
        session=session,
        msg_type=values.get(35, ""),
        name=message_name(values.get(35, "")),
        msg_seq_num=_number(values.get(34)),
        journal_seq=_number(values.get(5001)),
        time=time_text(time_ns) if time_ns else _time_of(values.get(52, "")),
        fields=[FixField.model_construct(**field._asdict()) for field in fields],
    )


_UTC_TIMESTAMP: Final = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")


def _time_of(text: str) -> str | None:
    """UTCTimestamp as times are told here; None: it is none."""
    found = _UTC_TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    year, month, day, clock, fraction = found.groups()
    return f"{year}-{month}-{day}T{clock}.{(fraction or '').ljust(9, '0')}Z"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else None
