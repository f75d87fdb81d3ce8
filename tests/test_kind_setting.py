"""Settings of activities: the desk shows those that mean something in an activity's kind, and the others are refused."""

import re
from typing import Any

import pytest
from psycopg.errors import CheckViolation

from models.activity import KINDS, ActivityKind
from models.kind_setting import ActivitySetting
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_petition import Visitor
from tests.test_page_portal import hidden

MARKS = {
    ActivitySetting.CONTRIBUTION_KINDS: 'name="contributionKinds"',
    ActivitySetting.VOTE: 'name="voteMethod"',
    ActivitySetting.PLACE: 'name="locationRule"',
    ActivitySetting.EXPIRY: 'name="expiresAfterDays"',
    ActivitySetting.THRESHOLD: 'name="supportThreshold"',
    ActivitySetting.ANSWER: 'name="answerWithinDays"',
    ActivitySetting.REVIEW: 'name="reviewRule"',
    ActivitySetting.ANONYMITY: 'name="mayBeAnonymous"',
    ActivitySetting.SAFETY: 'id="securite"',
    ActivitySetting.STATUSES: 'id="statuts"',
    ActivitySetting.CATEGORIES: 'id="categories"',
}
"""By what the desk's page of an activity shows that it asks for a setting."""

GIVEN: dict[ActivitySetting, dict[str, Any]] = {
    ActivitySetting.VOTE: {"voteMethod": "OPINION"},
    ActivitySetting.PLACE: {"locationRule": "REQUIRED"},
    ActivitySetting.EXPIRY: {"expiresAfterDays": 12},
    ActivitySetting.THRESHOLD: {"supportThreshold": 50},
    ActivitySetting.ANSWER: {"answerWithinDays": 60},
    ActivitySetting.REVIEW: {"reviewRule": "BEFORE_PUBLICATION"},
    ActivitySetting.ANONYMITY: {"mayBeAnonymous": False},
}
"""A value of each setting that stands in the activity's own form, other than what is usual."""

APART: dict[ActivitySetting, tuple[str, dict[str, Any]]] = {
    ActivitySetting.SAFETY: ("activityGuard", {"aliveRequests": 3}),
    ActivitySetting.STATUSES: ("proposalStatusAdd", {"name": "Reçue", "color": "#00695c"}),
    ActivitySetting.CATEGORIES: ("categoryAdd", {"name": "Vélo"}),
}
"""The mutation of each setting that has a form of its own."""

READ = """query($id: ID!) { activity(id: $id) { version opensAt kind settings voteMethod locationRule expiresAfterDays
  supportThreshold answerWithinDays reviewRule mayBeAnonymous contributionKinds } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def made(given: Given, town: Portal, kind: ActivityKind) -> str:
    usual = KINDS[kind].usual_vote
    rule: dict[str, int | None] = {"vote_least": 1, "vote_most": 3} if kind is ActivityKind.PARTICIPATORY_BUDGET else {}
    method = usual.value if usual else None
    return given.activity(town, kind=kind.value, vote_method=method, opens_at="tomorrow", **rule)


def read(who: Portal, activity: str) -> dict[str, Any]:
    return dict(who.ask(READ, id=activity)["activity"])


def revise(admin: Portal, activity: str, **fields: Any) -> list[Any]:
    """What refuses an activity that is as it was but for some fields."""
    now = read(admin, activity)
    kept = {"voteMethod": now["voteMethod"], "title": "Une activité", "opensAt": now["opensAt"]}
    return list(do(admin, "activityRevise", activity=activity, version=now["version"], **kept | fields)["userErrors"])


@pytest.mark.parametrize("kind", ActivityKind)
def test_desk_shows_what_means_something_in_a_kind(
    given: Given, town: Portal, admin: Portal, kind: ActivityKind
) -> None:
    activity = made(given, town, kind)
    page = Visitor(admin).get(f"/gestion/activites/{activity}").text
    assert {setting for setting, mark in MARKS.items() if mark in page} == KINDS[kind].settings
    told = read(town, activity)["settings"]
    assert told == [setting.value for setting in ActivitySetting if setting in KINDS[kind].settings]
    boxes = re.findall(r'<input type="checkbox" name="contributionKinds" value="(\w+)" checked', page)
    assert boxes == [each.value for each in KINDS[kind].contributions if len(KINDS[kind].contributions) > 1]


@pytest.mark.parametrize("kind", ActivityKind)
def test_what_means_nothing_in_a_kind_is_refused_and_what_does_is_kept(
    given: Given, town: Portal, admin: Portal, kind: ActivityKind
) -> None:
    activity, space = made(given, town, kind), given.space(town)
    for setting, fields in GIVEN.items():
        [(field, value)] = fields.items()
        if setting in KINDS[kind].settings:
            assert revise(admin, activity, **fields) == [], setting
            assert read(town, activity)[field] == value
            continue
        before = given.row(town, activity)
        assert revise(admin, activity, **fields) == refused("BAD_INPUT", field), setting
        assert given.row(town, activity) == before
        with given.nothing_written(town):
            answer = do(admin, "activityCreate", space=space, kind=kind.value, title="Une autre", **fields)
            assert answer["userErrors"] == refused("BAD_INPUT", field), setting


@pytest.mark.parametrize("kind", ActivityKind)
def test_forms_of_their_own_are_those_of_a_kind(given: Given, town: Portal, admin: Portal, kind: ActivityKind) -> None:
    activity = made(given, town, kind)
    for setting, (mutation, fields) in APART.items():
        expected = [] if setting in KINDS[kind].settings else refused("BAD_INPUT", "activity")
        assert do(admin, mutation, activity=activity, **fields)["userErrors"] == expected, setting


def test_every_setting_is_shown_and_set_somewhere() -> None:
    somewhere = {setting for rules in KINDS.values() for setting in rules.settings}
    assert somewhere == set(ActivitySetting) == set(MARKS)
    assert set(GIVEN) | set(APART) == set(ActivitySetting) - {ActivitySetting.CONTRIBUTION_KINDS}


def test_survey_is_made_and_revised_by_forms_without_a_place(given: Given, town: Portal, admin: Portal) -> None:
    activity = done(
        admin, "activityCreate", "activity { id }", space=given.space(town), kind="SURVEY", title="Une enquête"
    )["activity"]["id"]
    page, desk = f"/gestion/activites/{activity}", Visitor(admin)
    shown = desk.get(page).text
    opens = shown.partition('name="opensAt"')[2].partition('value="')[2].partition('"')[0]
    typed = hidden(shown, "Revise") | {"title": "Vos trajets", "opensAt": opens, "description": "Dix questions."}
    assert desk.submit(page, typed).status_code == 303
    row = given.row(town, activity)
    assert (row["title"], row["location_rule"], row["expires_after_days"]) == ("Vos trajets", "NONE", None)


@pytest.mark.parametrize(
    "rule", [{"location_rule": "OPTIONAL"}, {"expires_after_days": 30}, {"vote_method": "SUPPORT"}]
)
def test_database_refuses_what_a_survey_does_not_have(given: Given, town: Portal, rule: dict[str, Any]) -> None:
    with pytest.raises(CheckViolation, match="surveys_publish_nothing"):
        given.activity(town, kind="SURVEY", **rule)


def test_database_refuses_a_rule_of_names_where_nobody_asks(given: Given, town: Portal) -> None:
    with pytest.raises(CheckViolation, match="requests_alone_are_anonymous"):
        given.activity(town, kind="IDEA_BOX", may_be_anonymous=False)
