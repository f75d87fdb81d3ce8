"""Registers the enums of `models/` and `geo/` in the contract, with a description for each value."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import strawberry

import planner.directive
from models.tenant import Feature


def described(
    enum: type[Enum],
    description: str,
    values: dict[str, str],
    features: Callable[[Any], Sequence[Feature]] = lambda _member: (),
) -> None:
    """Register `enum`; `values` describes each of its members and nothing else, `features` tells with which features
    a member exists (none: always)."""
    definition: Any = vars(strawberry.enum(enum, description=description))["__strawberry_definition__"]
    if values.keys() != {value.name for value in definition.values}:
        raise TypeError(f"{enum.__name__}: every value wants one description")
    for value in definition.values:
        value.description = values[value.name]
        value.directives = planner.directive.feature(*features(enum[value.name]))
