"""What the venue and an order gateway beside it say to each other: lines of JSON over its stdin and stdout.

venue ── Orders, then Notice and Asked ──► order gateway        venue ◄── `ready`, then Answer ── order gateway
"""

from typing import Any

import msgspec

from venue.vitals import ReceivedMessage


class Orders(msgspec.Struct, frozen=True):
    """What it is to serve."""

    config: dict[str, Any]  # VenueConfig
    number: int
    port: int
    voucher: str


class Notice(msgspec.Struct, frozen=True, tag=True):
    """The venue stops in so many seconds: clients are told."""

    stop_s: int


class Asked(msgspec.Struct, frozen=True, tag=True):
    """What was received last from a session?"""

    number: int
    comp_id: str


class Answer(msgspec.Struct, frozen=True):
    """To what was asked under the number."""

    number: int
    received: list[ReceivedMessage]
