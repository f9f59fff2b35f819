"""The window's layout as one string of bytes, for the preferences."""

from __future__ import annotations

import struct

HEADER = struct.Struct(">4sI")  # a mark, and the length of the first part
MARK = b"LSL1"


def pack(docks: bytes, middle: bytes) -> bytes:
    return HEADER.pack(MARK, len(docks)) + docks + middle


def unpack(state: bytes) -> tuple[bytes, bytes] | None:
    """None if these are not the bytes that `pack` made."""
    if len(state) < HEADER.size:
        return None
    mark, length = HEADER.unpack_from(state)
    if mark != MARK or length > len(state) - HEADER.size:
        return None
    return state[HEADER.size : HEADER.size + length], state[HEADER.size + length :]
