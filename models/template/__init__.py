"""Templates («modèles») of the platform: spaces that are ready to be opened, as data files, one a template."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from models.activity import KINDS, ActivityKind, LocationRule
from models.tenant import Feature
from models.vote import VoteMethod


class SpaceTemplate(Enum):
    """From what a new space is made: its activities with their rules and categories."""

    BLANK = "BLANK"
    IDEA_BOX = "IDEA_BOX"
    MUTUAL_AID = "MUTUAL_AID"
    LOCAL_MARKET = "LOCAL_MARKET"
    CONSULTATION = "CONSULTATION"
    DEBATE = "DEBATE"
    BUDGET_IDEAS = "BUDGET_IDEAS"


@dataclass(frozen=True, slots=True)
class ActivityTemplate:
    """An activity to be made, with its rules and the names of its categories; `days` is how long it is open."""

    kind: ActivityKind
    title: str
    description: str
    vote_method: VoteMethod | None
    vote_rule: Mapping[str, int]
    location_rule: LocationRule
    expires_after_days: int | None
    opens_after_days: int
    days: int | None
    categories: tuple[str, ...]
    for_organisations: tuple[str, ...]
    """The categories in which organisations alone help, unless the city says otherwise."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a data file says."""

    description: str
    activities: tuple[ActivityTemplate, ...]


@cache
def read(name: SpaceTemplate) -> Template:
    """The template of a name."""
    text = (resources.files("models.template") / f"{name.value.lower()}.toml").read_text("utf-8")
    given = tomllib.loads(text)
    return Template(given["description"], tuple(map(_activity, given.get("activity", ()))))


def features(name: SpaceTemplate) -> tuple[Feature, ...]:
    """The features of which a portal needs one to be offered it; none: it is always offered."""
    return tuple(KINDS[each.kind].feature for each in read(name).activities[:1])


def _activity(given: dict[str, Any]) -> ActivityTemplate:
    method = given.get("vote_method")
    return ActivityTemplate(
        ActivityKind(given["kind"]),
        given["title"],
        given["description"],
        VoteMethod(method) if method else None,
        given.get("vote_rule", {}),
        LocationRule(given["location_rule"]),
        given.get("expires_after_days"),
        given.get("opens_after_days", 0),
        given.get("days"),
        tuple(given.get("categories", ())),
        tuple(given.get("for_organisations", ())),
    )
