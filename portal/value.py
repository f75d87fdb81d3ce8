"""Values: what an address or a form says in texts, as the variables of an operation, by the types that they have.

Fields of inputs are named with dots, as refusals name them: `location.lat`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
    type_from_ast,
)

from geo import cell
from portal import place
from portal.visit import Fields

NUMBERS = frozenset({"Float", "Latitude", "Longitude"})
EUROS = "Euros"
"""How the names of whole amounts end."""

_AMOUNT = re.compile(r"(-?\d{1,15})(?:[.,](\d{1,2}))?", re.ASCII)
WHOLE = frozenset({"Int", "Radius"})
CENTS = "Cents"
"""Money is typed in euros: 4,50 or 4.50."""

_EUROS = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?\s*€?", re.ASCII)
DATES = frozenset({"Date", "DateTime"})
"""A browser's fields send them as `2027-06-15` and `2027-06-15T18:30`."""

PARIS = "Europe/Paris"

Declared = Sequence[VariableDefinitionNode]
MAX_DIGITS = 4
"""No form has lists as long as a number of so many digits counts."""

_YES = ("on", "true", "1")


@dataclass(slots=True)
class Read:
    """Values, and by field why others are none, as `portal.word.REFUSALS` says. Hours without offset are of `zone`."""

    zone: str
    values: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    """By the path of a list of objects, the number that each has in the names of the form's fields."""

    def named(self, path: str) -> str:
        """The field of the form that the API calls by its place in a list."""
        for before, numbers in self.places.items():
            place, dot, rest = path.removeprefix(f"{before}.").partition(".")
            if path.startswith(f"{before}.") and place.isdecimal() and int(place) < len(numbers):
                path = f"{before}.{numbers[int(place)]}{dot}{rest}"
        return path


def variables(declared: Declared, schema: GraphQLSchema, fields: Fields, zone: str = PARIS) -> Read:
    """The variables that an operation declares."""
    read = Read(zone)
    for node in declared:
        type_: Any = type_from_ast(schema, node.type)
        is_required = isinstance(type_, GraphQLNonNull) and node.default_value is None
        _put(read, read.values, type_, node.variable.name.value, node.variable.name.value, fields, is_required)
    return read


MAX_INT = 2**31 - 1
"""The largest whole number of GraphQL."""


class TypedError(ValueError):
    """What was typed cannot be meant, for a reason that has a sentence of its own in `portal.word.REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def typed(declared: Declared, schema: GraphQLSchema, fields: Fields, zone: str = PARIS) -> Read:
    """The variable `input`, the only one of a mutation; its fields are named without it."""
    [node] = declared
    type_ = get_named_type(type_from_ast(schema, node.type))
    assert isinstance(type_, GraphQLInputObjectType)
    read = Read(zone)
    given: dict[str, Any] = {}
    _fill(read, given, type_, "", fields)
    read.values["input"] = given
    return read


def _fill(read: Read, into: dict[str, Any], type_: GraphQLInputObjectType, before: str, fields: Fields) -> None:
    for name, part in type_.fields.items():
        _put(read, into, part.type, name, f"{before}{name}", fields, is_required_input_field(part))


def _put(
    read: Read, into: dict[str, Any], type_: GraphQLInputType, name: str, path: str, fields: Fields, is_required: bool
) -> None:
    inner = get_nullable_type(type_)
    if is_list_type(inner) and isinstance(get_named_type(inner), GraphQLInputObjectType):
        _list(read, into, get_named_type(inner), name, path, fields)
        return
    if isinstance(inner, GraphQLInputObjectType):
        if {"lat", "lng"} <= inner.fields.keys() and (points := [text for text in fields.get(path, ()) if text]):
            _locate(read, into, name, path, points[-1])
            return
        if is_required or any(given for key, given in _below(fields, path) if any(given)):
            into[name] = {}
            _fill(read, into[name], inner, f"{path}.", fields)
        return
    texts = [text for text in fields.get(path, ()) if text.strip()]
    if not texts:
        if is_required:
            read.refused[path] = "REQUIRED"
        return
    try:
        values = [_leaf(get_named_type(type_), name, text, read.zone) for text in texts]
    except TypedError as error:
        read.refused[path] = error.code
        return
    into[name] = values if is_list_type(inner) else values[-1]


def _list(read: Read, into: dict[str, Any], item: Any, name: str, path: str, fields: Fields) -> None:
    """A list of objects: `links.0.url` names a field of one, `votes.any` holds a whole one as a query string.

    One of which nothing was typed is left out.
    """
    below = {key.removeprefix(f"{path}."): texts for key, texts in _below(fields, path) if _is_typed(texts)}
    whole = [texts[-1] for key, texts in below.items() if "." not in key]
    if whole:
        fields = {f"{path}.{n}.{key}": texts for n, text in enumerate(whole) for key, texts in parse_qs(text).items()}
        places = list(range(len(whole)))
    else:
        numbers = (key.partition(".")[0] for key in below)
        places = sorted({int(number) for number in numbers if number.isdecimal() and len(number) < MAX_DIGITS})
    if not whole:
        read.places[path] = places
    into[name] = [{} for _ in places]
    for place_, nested in zip(places, into[name], strict=True):
        _fill(read, nested, item, f"{path}.{place_}.", fields)


def _is_typed(texts: Sequence[str]) -> bool:
    return any(text.strip() for text in texts)


def _locate(read: Read, into: dict[str, Any], name: str, path: str, text: str) -> None:
    """A place that was chosen, a hexagon or a rounded position: its cell's centre, so that no exact point is sent."""
    chosen = place.read(text)
    if not chosen:
        read.refused[path] = "PLACE"
        return
    lat, lng = cell.center(cell.from_text(chosen))
    into[name] = {"lat": lat, "lng": lng}


def _below(fields: Fields, path: str) -> Iterator[tuple[str, Any]]:
    return ((key, given) for key, given in fields.items() if key.startswith(f"{path}."))


def _leaf(type_: Any, name: str, text: str, zone: str) -> Any:
    """A value of a leaf's type; whether it is in range is for the API to say. Raises TypedError."""
    kind = type_.name if isinstance(type_, GraphQLScalarType) else ""
    if kind == "Int" and name.endswith(CENTS):
        return _cents(text)
    if kind == "Int" and name.endswith(EUROS):
        return _bounded(_whole_euros(text))
    if kind in WHOLE:
        return _bounded(_whole(text))
    if kind in NUMBERS:
        return _number(text)
    if kind == "Boolean":
        return text in _YES
    if kind in DATES:
        return _instant(text.strip(), zone) if kind == "DateTime" else _day(text.strip())
    return text.replace("\r\n", "\n")


def _whole(text: str) -> int:
    try:
        return int("".join(text.split()))
    except ValueError as error:
        raise TypedError("WHOLE_NUMBER") from error


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise TypedError("DECIMAL") from error


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise TypedError("DAY") from error


def _instant(text: str, zone: str) -> str:
    """An hour by a portal's clock, unless it says its own offset."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise TypedError("MOMENT") from error
    return text if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone)).isoformat()


def _bounded(number: int) -> int:
    """A whole number that the API can be sent. Raises TypedError: beside its field, and not for the whole form."""
    if abs(number) > MAX_INT:
        raise TypedError("WHOLE_NUMBER")
    return number


def _whole_euros(text: str) -> int:
    """Euros as people write them: «12 500 €», «12500,00». Raises TypedError, for cents too."""
    amount = _AMOUNT.fullmatch("".join(text.split()).removesuffix("€"))
    if amount is None or (amount[2] and int(amount[2])):
        raise TypedError("WHOLE_EUROS")
    return int(amount[1])


def cents(text: str) -> int | None:
    """Euros as people write them, in cents; None for what is none."""
    try:
        return _cents(text)
    except TypedError:
        return None


def _cents(text: str) -> int:
    amount = _EUROS.fullmatch(text.strip().replace("\u202f", "").replace(" ", ""))
    if amount is None:
        raise TypedError("EUROS")
    return int(amount[1]) * 100 + int((amount[2] or "0").ljust(2, "0"))


def flat(value: Mapping[str, Any], before: str = "") -> dict[str, list[str]]:
    """The other way round: what a form shows of an object, by the names of its fields."""
    texts: dict[str, list[str]] = {}
    for name, held in value.items():
        path = f"{before}{name}"
        if isinstance(held, Mapping):
            texts |= flat(held, f"{path}.")
        elif isinstance(held, list):
            texts[path] = [str(item) for item in held]
        elif held is not None:
            is_money = name.endswith(CENTS) and isinstance(held, int)
            texts[path] = [f"{held / 100:.2f}".replace(".", ",") if is_money else str(held)]
    return texts
