"""Codec: encodes parameters in PostgreSQL's binary form, by the types that statements declare for them.

Formats: PostgreSQL's `src/backend/utils/adt/*send` functions. Numbers are big-endian; timestamps and intervals are
microseconds; timestamps and dates count from 2000-01-01 UTC; a numeric is a list of digits in base 10,000.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Boolean, Date, Double, Integer, Interval, LargeBinary, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import DateTime, String, TypeEngine

from models.collectivite import PlanePoint

Encode = Callable[..., bytes]

_INT4, _INT8, _FLOAT8 = struct.Struct(">i"), struct.Struct(">q"), struct.Struct(">d")
_INTERVAL, _LENGTH = struct.Struct(">qii"), struct.Struct(">i")
_ARRAY, _EMPTY_ARRAY = struct.Struct(">iiIii"), struct.Struct(">iiI")
_NULL = _LENGTH.pack(-1)
_DECIMAL = struct.Struct(">HhHH")
_NEGATIVE, _NOT_A_NUMBER = 0x4000, 0xC000
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.date()
_MICROSECOND = timedelta(microseconds=1)


class UnknownTypeError(TypeError):
    """A statement has a parameter of a type that cannot be sent."""


class Codec(NamedTuple):
    """How values of one type are sent: the type's number in PostgreSQL, and the function that encodes them.

    Number 0 leaves the type to the statement's cast, and the value is text.
    """

    oid: int
    encode: Encode


def _uuid(value: UUID | str) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes


def _instant(value: datetime) -> bytes:
    return _INT8.pack((value - _EPOCH) // _MICROSECOND)


def _interval(value: timedelta) -> bytes:
    return _INTERVAL.pack(value // _MICROSECOND, 0, 0)


def _day(value: date) -> bytes:
    return _INT4.pack((value - _FIRST_DAY).days)


def _decimal(value: Decimal) -> bytes:
    """Infinity is refused, for no column of ours takes it."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        if value.is_infinite():
            raise ValueError("an infinite number cannot be sent")
        return _DECIMAL.pack(0, 0, _NOT_A_NUMBER, 0)
    scale = max(-exponent, 0)
    text = "".join(map(str, digits)) + "0" * max(exponent, 0)
    whole, part = (text[:-scale] or "0", text[-scale:].rjust(scale, "0")) if scale else (text, "")
    whole, part = whole.rjust(-(-len(whole) // 4) * 4, "0"), part.ljust(-(-len(part) // 4) * 4, "0")
    groups = [int((whole + part)[at : at + 4]) for at in range(0, len(whole + part), 4)]
    head = _DECIMAL.pack(len(groups), len(whole) // 4 - 1, _NEGATIVE if sign else 0, scale)
    return head + struct.pack(f">{len(groups)}h", *groups)


def _jsonb(value: object) -> bytes:
    return b"\x01" + orjson.dumps(value)


def _boolean(value: bool) -> bytes:
    return b"\x01" if value else b"\x00"


_BY_TYPE: tuple[tuple[type, Codec], ...] = (
    (Uuid, Codec(2950, _uuid)),
    (Integer, Codec(20, _INT8.pack)),  # Every whole number as int8, which the statement's casts make smaller.
    (Double, Codec(701, _FLOAT8.pack)),
    (Numeric, Codec(1700, _decimal)),  # After Double, which SQLAlchemy 2.0 counts among them.
    (Boolean, Codec(16, _boolean)),
    (Date, Codec(1082, _day)),
    (LargeBinary, Codec(17, bytes)),
    (DateTime, Codec(1184, _instant)),
    (Interval, Codec(1186, _interval)),
    (JSONB, Codec(3802, _jsonb)),
    (Text, Codec(25, str.encode)),
    (String, Codec(25, str.encode)),
    (PlanePoint, Codec(0, str.encode)),
)
_ARRAY_OIDS = {2950: 2951, 20: 1016, 701: 1022, 25: 1009, 1700: 1231, 1082: 1182}


def of(type_: TypeEngine[object]) -> Codec:
    """The codec of a type. Raises UnknownTypeError."""
    if isinstance(type_, ARRAY):
        item = of(type_.item_type)
        return Codec(_ARRAY_OIDS[item.oid], _array_of(item))
    for kind, codec in _BY_TYPE:
        if isinstance(type_, kind):
            return codec
    raise UnknownTypeError(f"{type_!r} is no type that parameters can have")


def _with_length(encoded: bytes) -> bytes:
    return _LENGTH.pack(len(encoded)) + encoded


def _array_of(item: Codec) -> Encode:
    """One dimension, nulls among the values or not."""

    def encode(values: Sequence[object]) -> bytes:
        if not values:
            return _EMPTY_ARRAY.pack(0, 0, item.oid)
        has_nulls = None in values
        head = _ARRAY.pack(1, has_nulls, item.oid, len(values), 1)
        if has_nulls:
            return head + b"".join(_NULL if value is None else _with_length(item.encode(value)) for value in values)
        encoded = list(map(item.encode, values))
        lengths = set(map(len, encoded))
        if len(lengths) > 1:
            return head + b"".join(map(_with_length, encoded))
        length = _LENGTH.pack(*lengths)  # The same before each, as numbers and ids have it.
        return head + length + length.join(encoded)

    return encode
