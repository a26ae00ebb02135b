"""The grammar of framing read a second time, by splitting, to compare `venue.fix.framing` with."""

from typing import Final

from tests.support.fix_message import ADMIN_TYPES

APP_BYTES_MAX: Final = 4096
ADMIN_BYTES_MAX: Final = 16384
_PREFIX: Final = b"8=FIX.4.4\x019="
_ONCE: Final = frozenset((b"8", b"9", b"10", b"35"))


def right_messages(stream: bytes) -> list[bytes]:
    """The messages that a stream begins with, up to the first that is not right or not whole."""
    messages = []
    while size := _size(stream):
        message, stream = stream[:size], stream[size:]
        if not is_right(message):
            break
        messages.append(message)
    return messages


def _size(stream: bytes) -> int:
    """What BodyLength(9) makes of the first message; 0 when it is not all there, or no number."""
    length, soh, _ = stream[len(_PREFIX) : len(_PREFIX) + 6].partition(b"\x01")
    if not stream.startswith(_PREFIX) or not soh or not length.isdigit():
        return 0
    size = len(_PREFIX) + len(length) + 1 + int(length) + len(b"10=000|")
    return size if size <= len(stream) else 0


def is_right(message: bytes) -> bool:
    """Of bytes that are as long as they say."""
    return _is_enveloped(message) and _are_right(message.split(b"\x01")[2:-2], len(message))


def _is_enveloped(message: bytes) -> bool:
    return (
        message[-7:-4] == b"10="
        and message[-8:-7] == message[-1:] == b"\x01"
        and message[-4:-1].isdigit()
        and int(message[-4:-1]) == sum(message[:-7]) % 256
        and not message[len(_PREFIX) :].startswith(b"0")
    )


def _are_right(texts: list[bytes], size: int) -> bool:
    """The fields between BodyLength(9) and CheckSum(10), MsgType(35) first."""
    fields = [text.split(b"=", 1) for text in texts]
    if not fields or any(len(field) != 2 for field in fields):
        return False
    (type_tag, kind), *others = fields
    tags = [tag for tag, _ in others]
    return (
        type_tag == b"35"
        and kind.isalnum()
        and len(kind) <= 4
        and size <= (ADMIN_BYTES_MAX if kind.decode() in ADMIN_TYPES else APP_BYTES_MAX)
        and all(tag.isdigit() and len(tag) <= 9 and not tag.startswith(b"0") for tag in tags)
        and not _ONCE & set(tags)
        and _is_data_right(tags, [text for _, text in others])
    )


def _is_data_right(tags: list[bytes], texts: list[bytes]) -> bool:
    places = [place for place, tag in enumerate(tags) if tag in (b"95", b"96")]
    if not places:
        return True
    first = places[0]
    return (
        len(places) == 2
        and tags[first : first + 2] == [b"95", b"96"]
        and texts[first] == str(len(texts[first + 1])).encode()
    )
