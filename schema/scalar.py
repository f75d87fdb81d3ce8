"""Scalars of the contract: they refuse what is out of range before anything runs."""

from datetime import date, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from geo import cell, cover

Latitude = NewType("Latitude", float)
Longitude = NewType("Longitude", float)
Radius = NewType("Radius", int)
H3Cell = NewType("H3Cell", str)
GeoJson = NewType("GeoJson", object)


def _degrees(name: str, limit: float) -> Any:
    def parse(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
            raise _refused(f"{name} is a number of degrees from {-limit:g} to {limit:g}.")
        return float(value)

    return parse


def _radius(value: object) -> cover.Radius:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not cover.MIN_RADIUS_M <= value <= cover.MAX_RADIUS_M:
        raise _refused(f"Radius is a whole number of metres from {cover.MIN_RADIUS_M} to {cover.MAX_RADIUS_M}.")
    return cover.Radius(value)


def _cell(value: object) -> str:
    try:
        return cell.to_text(cell.from_text(str(value)))
    except cell.InvalidCellError as error:
        raise _refused("H3Cell is an H3 cell in hexadecimal.") from error


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _refused("DateTime is an instant in ISO 8601.") from error
    if moment.tzinfo is None:
        raise _refused("DateTime has an offset from UTC.")
    return moment


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _refused("Date is a day in ISO 8601.") from error


def _refused(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})


def _as_is(value: object) -> object:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Latitude: strawberry.scalar(
        name="Latitude",
        description="Degrees north of the equator (WGS 84), from -90 to 90.",
        serialize=_as_is,
        parse_value=_degrees("Latitude", 90),
    ),
    Longitude: strawberry.scalar(
        name="Longitude",
        description="Degrees east of Greenwich (WGS 84), from -180 to 180.",
        serialize=_as_is,
        parse_value=_degrees("Longitude", 180),
    ),
    Radius: strawberry.scalar(
        name="Radius",
        description=f"Whole metres, from {cover.MIN_RADIUS_M} to {cover.MAX_RADIUS_M}.",
        serialize=_as_is,
        parse_value=_radius,
    ),
    H3Cell: strawberry.scalar(
        name="H3Cell",
        description="A cell of the H3 grid («hexagone») in lower-case hexadecimal.",
        serialize=_as_is,
        parse_value=_cell,
        specified_by_url="https://h3geo.org/docs/core-library/h3Indexing/",
    ),
    GeoJson: strawberry.scalar(
        name="GeoJson",
        description="A GeoJSON geometry; positions are [longitude, latitude].",
        serialize=_as_is,
        parse_value=_as_is,
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc7946",
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in ISO 8601 with its offset from UTC; answers are in UTC.",
        serialize=_as_is,
        parse_value=_moment,
    ),
    date: strawberry.scalar(
        name="Date", description="A day in ISO 8601: year, month, day.", serialize=_as_is, parse_value=_date
    ),
}
