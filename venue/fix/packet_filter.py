"""What the kernel drops before our listening socket learns of it: packets of addresses, by a program of classic BPF.

A dropped SYN costs the venue nothing, and its sender a second until he tries again; a connection that is accepted and
closed costs both a hundred microseconds. Connections that exist go on.

Source: Linux, Documentation/networking/filter.rst; socket(7), SO_ATTACH_FILTER.
"""

import ctypes
import socket
import struct
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final, TypeAlias

Step: TypeAlias = tuple[int, int, int, int]  # code, how far to jump if true, if false, operand

_SO_ATTACH_FILTER: Final = 26
_SO_DETACH_FILTER: Final = 27
_NETWORK: Final = 0xFFF00000  # SKF_NET_OFF: where the packet's header of IP begins
_SOURCE_V4: Final = _NETWORK + 12
_SOURCE_V6: Final = _NETWORK + 8
_LOAD_WORD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_LOAD_BYTE: Final = 0x30  # BPF_LD | BPF_B | BPF_ABS
_AND: Final = 0x54  # BPF_ALU | BPF_AND | BPF_K
_IF_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_ALWAYS: Final = 0x05  # BPF_JMP | BPF_JA
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_TAKE: Final = (_RETURN, 0, 0, 0xFFFFFFFF)
_DROP: Final = (_RETURN, 0, 0, 0)
_LOOPBACK_ONLY: Final = (
    (_LOAD_WORD, 0, 0, _SOURCE_V4),
    (_AND, 0, 0, 0xFF000000),
    (_IF_EQUAL, 0, 1, 0x7F000000),
    _TAKE,
    _DROP,
)


def keep_to_loopback(listener: socket.socket) -> None:
    """From here on a socket of IPv4 gets what comes from 127.0.0.0/8, and nothing else."""
    _attach(listener, _LOOPBACK_ONLY)


def shut_out(listener: socket.socket, places: Collection[int | bytes]) -> None:
    """From here on it gets nothing of these: addresses of IPv4 as numbers, the first eight bytes of IPv6's."""
    if not places:
        with suppress(FileNotFoundError):  # nobody was
            listener.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
        return
    of_v4 = [step for place in places if isinstance(place, int) for step in _drop_v4(place)]
    of_v6 = [step for place in places if isinstance(place, bytes) for step in _drop_v6(place)]
    is_v6 = [(_LOAD_BYTE, 0, 0, _NETWORK), (_AND, 0, 0, 0xF0), (_IF_EQUAL, 1, 0, 0x60)]
    past_v6 = (_ALWAYS, 0, 0, len(of_v6) + 1)
    _attach(listener, [*is_v6, past_v6, *of_v6, _TAKE, *of_v4, _TAKE])


def _drop_v4(place: int) -> Sequence[Step]:
    return (_LOAD_WORD, 0, 0, _SOURCE_V4), (_IF_EQUAL, 0, 1, place), _DROP


def _drop_v6(place: bytes) -> Sequence[Step]:
    first, second = struct.unpack(">II", place)
    return (
        (_LOAD_WORD, 0, 0, _SOURCE_V6),
        (_IF_EQUAL, 0, 3, first),
        (_LOAD_WORD, 0, 0, _SOURCE_V6 + 4),
        (_IF_EQUAL, 0, 1, second),
        _DROP,
    )


def _attach(listener: socket.socket, steps: Sequence[Step]) -> None:
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(steps), ctypes.addressof(program)))
