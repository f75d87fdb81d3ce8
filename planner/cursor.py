"""Cursors: a row's keys in an order, encoded in SQL, decoded in Python, opaque to clients."""

import base64
import binascii
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Double, Text, cast, func, literal_column
from sqlalchemy.types import BigInteger, DateTime, TypeEngine, Uuid

from models.refusal import ErrorCode, Refusal
from planner.listing import KeyType, Order

SQL_TYPES: dict[KeyType, TypeEngine[Any]] = {
    datetime: DateTime(timezone=True),
    int: BigInteger(),
    float: Double(),
    str: Text(),
    UUID: Uuid(),
}

_SEPARATOR = "|"
_MAX_LENGTH = 500


def encode(order: Order, keys: list[ColumnElement[Any]]) -> ColumnElement[str]:
    """The cursor of a row whose keys these are."""
    texts = [cast(key, Text) for key in keys]
    plain = func.concat_ws(literal_column(f"'{_SEPARATOR}'"), literal_column(f"'{order.name}'"), *texts)
    encoded = func.encode(func.convert_to(plain, literal_column("'UTF8'")), literal_column("'base64'"))
    return func.translate(encoded, literal_column("E'+/\\n'"), literal_column("'-_'"))


def decode(order_name: str, types: tuple[KeyType, ...], text: str) -> tuple[object, ...]:
    """The keys in a cursor. Raises Refusal(BAD_CURSOR) for another order's cursor and for malformed text."""
    try:
        if len(text) > _MAX_LENGTH:
            raise ValueError(text[:10])
        name, *values = base64.urlsafe_b64decode(text.encode("ascii")).decode().split(_SEPARATOR)
        if name != order_name or len(values) != len(types) or "\0" in text:
            raise ValueError(name)
        return tuple(_parse(type_, value) for type_, value in zip(types, values, strict=True))
    except (ValueError, binascii.Error, OverflowError) as error:
        raise Refusal(ErrorCode.BAD_CURSOR, "This cursor is not from this list in this order.", "after") from error


def _parse(type_: KeyType, text: str) -> object:
    if type_ is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment
    if type_ is int:
        number = int(text)
        if abs(number) >= 2**63:
            raise ValueError(text)
        return number
    if type_ is float:
        value = float(text)
        if not isfinite(value):
            raise ValueError(text)
        return value
    if type_ is UUID:
        return UUID(text)
    if "\0" in text:
        raise ValueError("NUL")
    return text
