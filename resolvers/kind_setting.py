"""Settings of activities: which ones mean something in an activity, and the refusal of those that do not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from models import expected
from models.activity import KINDS, ActivityKind, LocationRule, ReviewRule
from models.base import constant
from models.kind_setting import ActivitySetting
from models.refusal import bad_input
from planner.context import FieldContext

SET = {
    "location_rule": (ActivitySetting.PLACE, "locationRule", LocationRule.NONE),
    "expires_after_days": (ActivitySetting.EXPIRY, "expiresAfterDays", None),
    "support_threshold": (ActivitySetting.THRESHOLD, "supportThreshold", None),
    "answer_within_days": (ActivitySetting.ANSWER, "answerWithinDays", None),
    "review_rule": (ActivitySetting.REVIEW, "reviewRule", ReviewRule.AFTER_PUBLICATION),
    "may_be_anonymous": (ActivitySetting.ANONYMITY, "mayBeAnonymous", True),
}
"""Of which setting a column of an activity is, what it is called, and the value that says nothing."""


def of_activity(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Which settings mean something in an activity, in the order of the enum."""
    return case(*((row.c.kind == constant(kind), _named(rules.settings)) for kind, rules in KINDS.items()))


def _named(settings: frozenset[ActivitySetting]) -> ColumnElement[Any]:
    listed = ", ".join(f"'{setting.value}'" for setting in ActivitySetting if setting in settings)
    return literal_column(f"ARRAY[{listed}]::text[]", ARRAY(Text()))


def require(kind: ActivityKind, setting: ActivitySetting, field: str) -> None:
    """A setting means something in activities of a kind. Raises Refusal(BAD_INPUT)."""
    if setting not in KINDS[kind].settings:
        raise bad_input("It means nothing in an activity of this kind.", field, expected.NOTHING)


def require_each(kind: ActivityKind, columns: Mapping[str, Any]) -> None:
    """Each column that says something is of a setting that means something in a kind. Raises Refusal(BAD_INPUT)."""
    for name, (setting, field, nothing) in SET.items():
        if columns[name] is not nothing:
            require(kind, setting, field)
