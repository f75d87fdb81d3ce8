"""What every table shares: its schema's name, its identifiers, its times and the check that stands for an enum;
and rows that come as parameters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    DateTime,
    MetaData,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from models.schema_name import PLATFORM as PLATFORM
from models.schema_name import TENANT as TENANT

platform_metadata = MetaData(schema=PLATFORM)
tenant_metadata = MetaData(schema=TENANT)


class PlatformTable(SQLModel):
    """Base of the tables that all tenants share."""

    metadata = platform_metadata


class TenantTable(SQLModel):
    """Base of the tables that every tenant has for itself."""

    metadata = tenant_metadata


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model: what statements are built from."""
    return cast(Table, cast(Any, model).__table__)


def new_id() -> UUID:
    """A UUID of version 7: its order is the order of creation, which keeps index pages warm."""
    return uuid_utils.compat.uuid7()


def utc_now() -> datetime:
    """The application's clock. Deadlines are checked against the database's `now()`, never against this."""
    return datetime.now(UTC)


def one_of(column: str, values: type[Enum] | Sequence[Enum]) -> CheckConstraint:
    """`column` holds one of the enum's values: a check, because an enum type in a tenant's schema breaks plans."""
    listed = ", ".join(f"'{member.value}'" for member in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def constant(member: Enum) -> ColumnElement[str]:
    """An enum's value written into the statement itself, where PostgreSQL's planner can see it."""
    return literal_column(f"'{member.value}'", Text)


def unnested(name: str, types: Mapping[str, TypeEngine[Any]], parameter: str = "{}s") -> TableValuedAlias:
    """Rows that come as parameters, an array for each column: any number is written by one statement. `parameter` makes
    the name of a column's array of its own, by default its plural."""
    arrays = (bindparam(parameter.format(own), type_=ARRAY(type_)) for own, type_ in types.items())
    columns = (column(own, type_) for own, type_ in types.items())
    return func.unnest(*arrays).table_valued(*columns, name=name).render_derived()


def text_column(*, nullable: bool = False, **options: Any) -> Column[str]:
    """A text column; lengths are limits of the API, checked in the table beside it."""
    return Column(Text, nullable=nullable, **options)


def time_column(*, nullable: bool = False) -> Column[datetime]:
    """An instant, stored in UTC."""
    return Column(DateTime(timezone=True), nullable=nullable)


def derived_words(expression: str) -> Column[str]:
    """A vector of words that PostgreSQL computes from other columns."""
    return Column(TSVECTOR, Computed(expression, persisted=True))
