"""Protocol Buffers: the part of the wire format that Apollo traces use."""

VARINT, LENGTH = 0, 2


def number(field: int, value: int, *, is_said: bool = False) -> bytes:
    """An unsigned integer; 0 is left out unless it `is_said`, as a member of a `oneof` must be."""
    return _varint(field << 3 | VARINT) + _varint(value) if value or is_said else b""


def text(field: int, value: str) -> bytes:
    """A text; the empty one is left out."""
    return message(field, value.encode()) if value else b""


def message(field: int, value: bytes) -> bytes:
    """A message within a message, by its bytes."""
    return _varint(field << 3 | LENGTH) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
