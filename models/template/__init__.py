"""Templates («modèles») of the platform: spaces that are ready to be opened, as data files, one a template."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from models.activity import KINDS, ActivityKind, LocationRule, ReviewRule
from models.phase import PhaseKind
from models.question import SurveyCondition, SurveyOption, SurveyQuestion, SurveyQuestionKind
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
    PETITION = "PETITION"
    SURVEY = "SURVEY"
    TEXT = "TEXT"
    BUDGET_IDEAS = "BUDGET_IDEAS"
    PARTICIPATORY_BUDGET = "PARTICIPATORY_BUDGET"


@dataclass(frozen=True, slots=True)
class PhaseTemplate:
    """A phase of an activity to be made, so many days after its opening."""

    kind: PhaseKind
    title: str
    after_days: int


@dataclass(frozen=True, slots=True)
class StatusTemplate:
    """A status that the activity's proposals can have."""

    name: str
    color: str
    is_open_to_votes: bool = True
    is_open_to_comments: bool = True


@dataclass(frozen=True, slots=True)
class ActivityTemplate:
    """An activity to be made, with its rules and the names of its categories; `days` is how long it is open."""

    kind: ActivityKind
    title: str
    description: str
    vote_method: VoteMethod | None
    vote_rule: Mapping[str, int]
    location_rule: LocationRule
    review_rule: ReviewRule
    expires_after_days: int | None
    opens_after_days: int
    days: int | None
    categories: tuple[str, ...]
    for_organisations: tuple[str, ...]
    """The categories in which organisations alone help, unless the city says otherwise."""

    answer_within_days: int | None
    phases: tuple[PhaseTemplate, ...]
    statuses: tuple[StatusTemplate, ...]
    petition_levels: tuple[Mapping[str, Any], ...]
    """Those of a petition's rule, with the usual days for its steps; none: no rule."""

    questions: tuple[SurveyQuestion, ...]
    """Those of a survey's form; none: no form."""

    text: str
    """What a consultation's first version is written from, in Markdown; empty: no text."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a data file says."""

    description: str
    activities: tuple[ActivityTemplate, ...]
    offered_with: ActivityKind | None
    """Portals that have the feature of this kind are offered it: the first activity's, unless the file says another;
    None: all portals."""


@cache
def read(name: SpaceTemplate) -> Template:
    """The template of a name."""
    text = (resources.files("models.template") / f"{name.value.lower()}.toml").read_text("utf-8")
    given = tomllib.loads(text)
    activities = tuple(map(_activity, given.get("activity", ())))
    kind = given.get("offered_with", activities[0].kind if activities else None)
    return Template(given["description"], activities, ActivityKind(kind) if kind else None)


def features(name: SpaceTemplate) -> tuple[Feature, ...]:
    """The features of which a portal needs one to be offered it; none: it is always offered."""
    kind = read(name).offered_with
    return () if kind is None else (KINDS[kind].feature,)


def _activity(given: dict[str, Any]) -> ActivityTemplate:
    method = given.get("vote_method")
    return ActivityTemplate(
        ActivityKind(given["kind"]),
        given["title"],
        given["description"],
        VoteMethod(method) if method else None,
        given.get("vote_rule", {}),
        LocationRule(given["location_rule"]),
        ReviewRule(given.get("review_rule", ReviewRule.AFTER_PUBLICATION)),
        given.get("expires_after_days"),
        given.get("opens_after_days", 0),
        given.get("days"),
        tuple(given.get("categories", ())),
        tuple(given.get("for_organisations", ())),
        given.get("answer_within_days"),
        tuple(
            PhaseTemplate(PhaseKind(one["kind"]), one["title"], one["after_days"]) for one in given.get("phases", ())
        ),
        tuple(StatusTemplate(**one) for one in given.get("statuses", ())),
        tuple(given.get("petition_levels", ())),
        tuple(_question(f"q{place}", one) for place, one in enumerate(given.get("questions", ()), 1)),
        given.get("text", ""),
    )


def _question(code: str, given: dict[str, Any]) -> SurveyQuestion:
    parts = {
        "kind": SurveyQuestionKind(given["kind"]),
        "options": tuple(SurveyOption("", label) for label in given.get("options", ())),
        "shown_if": tuple(SurveyCondition(one["question"], tuple(one["options"])) for one in given.get("shown_if", ())),
    }
    return SurveyQuestion(code, **{**given, **parts})
