"""Registers the enums of `models/` and `geo/` in the contract, with a description for each value."""

from enum import Enum
from typing import Any

import strawberry


def described(enum: type[Enum], description: str, values: dict[str, str]) -> None:
    """Register `enum`; `values` describes each of its members and nothing else."""
    definition: Any = vars(strawberry.enum(enum, description=description))["__strawberry_definition__"]
    if values.keys() != {value.name for value in definition.values}:
        raise TypeError(f"{enum.__name__}: every value wants one description")
    for value in definition.values:
        value.description = values[value.name]
