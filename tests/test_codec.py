"""Codec: what is sent to PostgreSQL in its binary form is what PostgreSQL reads, for every type that parameters have."""

import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    Double,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    Text,
    Time,
    bindparam,
    cast,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import DateTime, String, TypeEngine, Uuid

from database import codec, statement
from database.door import Database
from database.pool import PooledConnection
from models.collectivite import PlanePoint
from tests.own import Own

INSTANT = DateTime(timezone=True)
SENT_IN_ONE_STATEMENT = 50
"""Drawn values that share a round trip."""

Echo = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def echo(own: Own) -> Echo:
    """What PostgreSQL reads, told in its text form and read again by psycopg, of values sent as a type."""

    def told(type_: TypeEngine[Any], *values: object) -> list[Any]:
        names = [f"value_{number}" for number in range(len(values))]
        compiled = statement.build(select(*(cast(bindparam(name, type_=type_), type_).label(name) for name in names)))
        given_values = dict(zip(names, values, strict=True))

        async def ask(database: Database) -> list[Any]:
            async with database.administration() as connection:
                return list(await _row(connection, compiled, given_values))

        return own.run(ask)

    return told


async def _row(
    connection: PooledConnection, compiled: statement.Statement, values: dict[str, object]
) -> tuple[Any, ...]:
    [row] = connection.rows(await connection.ask(compiled, compiled.text, compiled.encoded(values)))
    return row


def drawn(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, min_size=1, max_size=SENT_IN_ONE_STATEMENT)


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBERS = st.floats(allow_nan=False)
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11, minutes=-30))]))
INTERVALS = st.timedeltas(timedelta(days=-90_000), timedelta(days=90_000))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (Uuid(), st.uuids()),
        (BigInteger(), WHOLE),
        (Integer(), st.integers(-(2**31), 2**31 - 1)),
        (SmallInteger(), st.integers(-(2**15), 2**15 - 1)),
        (Double(), NUMBERS),
        (Boolean(), st.booleans()),
        (INSTANT, INSTANTS),
        (Interval(), INTERVALS),
        (JSONB(), JSON.filter(lambda value: value is not None)),
        (Text(), TEXTS),
        (String(), TEXTS),
        (Date(), st.dates()),
        (LargeBinary(), st.binary(max_size=40)),
        (Numeric(), st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)),
        (ARRAY(Uuid()), st.lists(st.none() | st.uuids(), max_size=4)),
        (ARRAY(Date()), st.lists(st.none() | st.dates(), max_size=4)),
        (ARRAY(BigInteger()), st.lists(st.none() | WHOLE, max_size=4)),
        (ARRAY(Double()), st.lists(st.none() | NUMBERS, max_size=4)),
        (ARRAY(Text()), st.lists(st.none() | TEXTS, max_size=4)),
    ],
    ids=lambda given_: repr(given_) if isinstance(given_, TypeEngine) else "",
)
def test_values_come_back(echo: Echo, type_: TypeEngine[Any], values: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=10, database=None)
    @given(drawn(values))
    def check(sent: list[Any]) -> None:
        assert echo(type_, *sent) == sent

    check()


EDGES = [
    (Integer(), [0, -1, 2**31 - 1]),
    (BigInteger(), [-(2**63), 2**63 - 1]),
    (Double(), [0.0, -0.0, 5e-324, 1.7976931348623157e308, float("inf"), 48.11741]),
    (INSTANT, [datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC), datetime(2000, 1, 1, tzinfo=UTC)]),
    (INSTANT, [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)]),
    (INSTANT, [datetime(2026, 3, 29, 2, 30, 0, 1, timezone(timedelta(hours=2)))]),
    (Interval(), [timedelta(0), timedelta(microseconds=-1), timedelta(days=-30, seconds=1), timedelta(days=400)]),
    (Text(), ["", "l’été à Œuilly 🏡", "'; DROP TABLE actor; --", "\\x00", "{1,NULL}"]),
    (JSONB(), [{}, [], "", 0, False, {"é": [None, {"a": "\n\\"}]}]),
    (ARRAY(Text()), [[], [None], ["NULL", None, "", '"', "{}", "a,b"], ["ab", "cd"], ["é", "b"], [""]]),
    (ARRAY(Uuid()), [[], [UUID(int=0), None, UUID(int=2**128 - 1)]]),
    (ARRAY(BigInteger()), [[], [-(2**63), None, 2**63 - 1], [-(2**63), 2**63 - 1]]),
    (Boolean(), [True, False]),
    (Date(), [date(1, 1, 1), date(1999, 12, 31), date(2000, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]),
    (LargeBinary(), [b"", b"\0", bytes(range(256))]),
    (Numeric(), [Decimal(text) for text in ("0", "0.00", "-1", "10000", "9999.9999", "0.0001", "-0.10", "123456.789")]),
    (Numeric(), [Decimal("4000.0"), Decimal("1.5E+3"), Decimal("1E-7"), Decimal("9" * 40 + "." + "9" * 30)]),
    (ARRAY(Numeric()), [[], [Decimal("0.05"), None, Decimal("-12.50")]]),
]


@pytest.mark.parametrize(("type_", "values"), EDGES, ids=[f"{type_!r}-{n}" for n, (type_, _) in enumerate(EDGES)])
def test_values_at_the_edge_come_back(echo: Echo, type_: TypeEngine[Any], values: list[Any]) -> None:
    assert list(map(repr, echo(type_, *values))) == list(map(repr, _in_utc(values)))


def _in_utc(values: list[Any]) -> list[Any]:
    return [value.astimezone(UTC) if isinstance(value, datetime) else _plain(value) for value in values]


def _plain(value: Any) -> Any:
    """A decimal number as PostgreSQL keeps it, without an exponent."""
    return Decimal(f"{value:f}") if isinstance(value, Decimal) else value


def test_null_is_sent_as_null_of_every_type(echo: Echo) -> None:
    types: tuple[TypeEngine[Any], ...] = (Uuid(), Integer(), Double(), Boolean(), INSTANT, Interval(), JSONB(), Text())
    for type_ in (*types, PlanePoint(), ARRAY(Text())):
        assert echo(type_, None) == [None], type_


def test_uuid_may_be_given_as_text(echo: Echo) -> None:
    text = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
    assert echo(Uuid(), text) == [UUID(text)]


def test_point_is_sent_as_text(echo: Echo) -> None:
    assert echo(PlanePoint(), "(-187000.5,6125000)") == ["(-187000.5,6125000)"]


@pytest.mark.parametrize("type_", [Time(), ARRAY(Time())], ids=repr)
def test_type_that_cannot_be_sent_is_refused_when_the_statement_is_built(type_: TypeEngine[Any]) -> None:
    with pytest.raises(codec.UnknownTypeError, match="is no type that parameters can have"):
        statement.build(select(bindparam("value", type_=type_)))


def test_decimal_number_that_is_none_comes_back_and_an_infinite_one_is_refused(echo: Echo) -> None:
    [value] = echo(Numeric(), Decimal("NaN"))
    assert value.is_nan()
    with pytest.raises(ValueError, match="infinite"):
        codec.of(Numeric()).encode(Decimal("-Infinity"))


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_number_beyond_eight_bytes_is_refused(value: int) -> None:
    with pytest.raises(struct.error):
        codec.of(Integer()).encode(value)
