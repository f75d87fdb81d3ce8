"""Templates, copies, activities and categories: what an administrator makes of a space."""

import json
import re
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.activity import KINDS, Activity
from models.base import table, tenant_metadata
from models.category import Category
from models.template import SpaceTemplate, read
from models.tenant import Feature
from office import template
from tests.acting import publish, published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.surveying import NO, opened, said, sent
from tests.test_refusal import BREAKABLE

MADE = """space { id slug title description visibility isOpen
  activities { id kind title isOpen voteMethod locationRule expiresAfterDays opensAt closesAt categories { name isForOrganisations } } }"""
ACTIVITY = "activity { id version voteMethod locationRule expiresAfterDays contributionKinds mayBeAnonymous }"


@pytest.fixture(scope="module")
def town(given: Given, rennes: Portal) -> Portal:
    """Of these tests alone: others' activities have a space each, and a portal has a bound of spaces."""
    return given.tenant(rennes, "town-of-templates", "commune-35238")


@pytest.fixture(scope="module")
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN", name="Mairie")


@pytest.mark.parametrize(
    "path", sorted(resources.files("models.template").iterdir(), key=str), ids=lambda path: path.name
)
def test_texts_of_templates_are_in_french_typography(path: Path) -> None:
    assert path.suffix != ".toml" or not BREAKABLE.search("".join(re.findall(r'"([^"]*)"', path.read_text("utf-8"))))


@pytest.mark.parametrize("template", SpaceTemplate, ids=lambda found: found.value)
def test_every_template_makes_what_it_says(admin: Portal, template: SpaceTemplate) -> None:
    made = done(admin, "spaceCreate", MADE, title="Un nouvel espace", template=template.value)["space"]
    wanted = read(template).activities
    assert made["visibility"] == "DRAFT" and made["isOpen"]
    assert made["description"] == read(template).description
    assert [(each["kind"], each["title"]) for each in made["activities"]] == [
        (found.kind.value, found.title) for found in wanted
    ]
    assert [[c["name"] for c in each["categories"]] for each in made["activities"]] == [
        list(found.categories) for found in wanted
    ]
    guarded = [[c["name"] for c in each["categories"] if c["isForOrganisations"]] for each in made["activities"]]
    assert guarded == [list(found.for_organisations) for found in wanted]
    for found in wanted:
        assert found.vote_method is None or KINDS[found.kind].has_votes
    assert [each["isOpen"] for each in made["activities"]] == [not found.opens_after_days for found in wanted]


def test_child_care_and_help_at_home_are_for_organisations_unless_the_city_says_otherwise() -> None:
    [activity] = read(SpaceTemplate.MUTUAL_AID).activities
    assert activity.for_organisations == ("Garde d’enfants", "Aide à domicile")
    for each in SpaceTemplate:
        for one in read(each).activities:
            assert set(one.for_organisations) <= set(one.categories)


def test_copy_has_every_column_but_those_of_its_own() -> None:
    own = {"id", "space_id", "opens_at", "closes_at", "proof_age_on", "urn_key", "urn_opened_at", "version"}
    own.add("answers_promised_at")  # All that is published in the copy is published after its promise.
    own.add("phases")  # Shifted, as the other dates are.
    assert set(table(Activity).c.keys()) - set(template._SAME) == own
    assert set(table(Category).c.keys()) - set(template._SAME_CATEGORY) == {"id", "activity_id", "version"}


def test_addresses_are_made_of_titles_and_never_taken_twice(admin: Portal) -> None:
    slugs = [
        done(admin, "spaceCreate", "space { slug }", title="L'Été à la plage !")["space"]["slug"] for _ in range(3)
    ]
    assert slugs == ["l-ete-a-la-plage", "l-ete-a-la-plage-2", "l-ete-a-la-plage-3"]


def test_copy_has_rules_and_shifted_dates_and_nothing_that_people_wrote(
    given: Given, town: Portal, admin: Portal
) -> None:
    space = given.space(town)
    activity = given.activity(
        town, kind="CONSULTATION", vote_method="OPINION", space=space,
        location_rule="NONE", expires_after_days=45,
    )  # fmt: skip
    given.category(town, activity)
    published(given.actor(town), activity)
    for name, of, opens, closes in (
        ("participatory_space", space, "2026-03-01T08:00:00Z", "2026-05-01T21:59:00Z"),
        ("activity", activity, "2026-03-10T08:00:00Z", None),
    ):
        period = f"UPDATE __tenant__.{name} SET opens_at = %s, closes_at = %s WHERE id = %s"
        given.sql(town, period, opens, closes, uuid_in(of))
    before = {name: count for name, count in given.row_counts(town).items() if name not in ("event", "session")}
    copy = done(admin, "spaceDuplicate", MADE, space=space, title="L'an prochain", shiftDays=30)["space"]
    assert (copy["title"], copy["visibility"]) == ("L'an prochain", "DRAFT")
    [row] = given.sql(
        town, "SELECT opens_at, closes_at FROM __tenant__.participatory_space WHERE id = %s", uuid_in(copy["id"])
    )
    # Paris has summer time from 29 March on: the same hour of the clock is another in UTC.
    assert [found.astimezone().timestamp() for found in row] == [
        datetime.fromisoformat(text).timestamp() for text in ("2026-03-31T07:00:00+00:00", "2026-05-31T21:59:00+00:00")
    ]
    [same] = copy["activities"]
    names = "query ($id: ID!) { activity(id: $id) { title categories { name isForOrganisations } } }"
    original = town.ask(names, id=activity)["activity"]
    assert len(original["categories"]) == 1
    assert same | {"id": None} == {
        "id": None,
        "kind": "CONSULTATION",
        "title": original["title"],
        "isOpen": same["isOpen"],
        "voteMethod": "OPINION",
        "locationRule": "NONE",
        "expiresAfterDays": 45,
        "opensAt": "2026-04-09T07:00:00+00:00",
        "closesAt": None,
        "categories": original["categories"],
    }
    after = given.row_counts(town)
    grown = {name: after[name] - count for name, count in before.items() if after[name] != count}
    assert grown == {"participatory_space": 1, "activity": 1, "category": 1}
    assert {table.name for table in tenant_metadata.sorted_tables} >= before.keys()


def test_copy_of_a_space_has_its_surveys_forms_and_its_phases(given: Given, town: Portal, admin: Portal) -> None:
    had = {Feature(name) for name in town.ask("{ portal { features } }")["portal"]["features"]}
    given.features(town, had | {Feature.SURVEY})
    space = given.space(town)
    survey = opened(given, town, admin, space=space)
    done(admin, "surveyQuestionRemove", activity=survey, edition=0, question="q4")
    done(admin, "surveyFormPublish", activity=survey, edition=1)
    done(admin, "surveyQuestionRemove", activity=survey, edition=0, question="q5")
    sent(given, town, survey, said("q2", options=[NO]), version=2)
    planned = [
        {"kind": kind, "title": kind.title(), "startsAt": f"{day}T08:00:00+00:00"}
        for kind, day in (("COLLECT", "2026-03-10"), ("RESULT", "2026-03-20"))
    ]
    put = "UPDATE __tenant__.activity SET phases = %s WHERE id = %s"
    given.sql(town, put, json.dumps(planned), uuid_in(survey))
    made = done(admin, "spaceDuplicate", MADE, space=space, title="Encore une fois", shiftDays=30)["space"]
    [copy] = made["activities"]
    forms = """query ($id: ID!) { activity(id: $id) { phases { kind title startsAt }
      survey { answerCount versions { version } form { version ...Whole } writing { version edition ...Whole } } } }
      fragment Whole on SurveyForm { questions { code kind title help isRequired hasOther least most low high
        options { code label } rows { code label } shownIf { question options } } }"""
    one, other = (admin.ask(forms, id=id_)["activity"] for id_ in (survey, copy["id"]))
    assert one["survey"]["form"]["questions"] == other["survey"]["form"]["questions"]
    assert [each["code"] for each in other["survey"]["form"]["questions"]] == ["q1", "q2", "q3", "q5"]
    assert one["survey"]["writing"] == other["survey"]["writing"]
    assert (other["survey"]["form"]["version"], other["survey"]["versions"]) == (1, [{"version": 1}])
    assert (one["survey"]["answerCount"], other["survey"]["answerCount"]) == (1, 0)
    assert [each["startsAt"] for each in other["phases"]] == ["2026-04-09T07:00:00+00:00", "2026-04-19T07:00:00+00:00"]
    assert [(each["kind"], each["title"]) for each in other["phases"]] == [
        ("COLLECT", "Collect"), ("RESULT", "Result"),
    ]  # fmt: skip
    version = admin.ask("query($id: ID!) { activity(id: $id) { version } }", id=copy["id"])["activity"]["version"]
    done(admin, "phasesPlan", activity=copy["id"], version=version, phases=other["phases"])


def test_new_activity_has_the_rules_that_are_usual_for_its_kind(given: Given, town: Portal, admin: Portal) -> None:
    space = given.space(town)
    usual = {}
    for kind in ("MUTUAL_AID", "IDEA_BOX", "DEBATE"):
        made = done(admin, "activityCreate", ACTIVITY, space=space, kind=kind, title="Une activité")["activity"]
        usual[kind] = (made["voteMethod"], made["locationRule"], made["expiresAfterDays"])
    assert usual == {
        "MUTUAL_AID": (None, "REQUIRED", 30),
        "IDEA_BOX": ("SUPPORT", "OPTIONAL", None),
        "DEBATE": ("OPINION", "NONE", None),
    }


def revision(activity: str, **fields: Any) -> dict[str, Any]:
    return {
        "activity": activity,
        "version": 1,
        "title": "Entraide",
        "opensAt": "2026-01-01T00:00:00Z",
        "locationRule": "OPTIONAL",
        **fields,
    }


def test_activity_takes_the_kinds_that_its_rules_say(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, kind="MUTUAL_AID", location_rule="OPTIONAL")
    member = given.actor(town)
    changed = done(
        admin, "activityRevise", ACTIVITY, **revision(activity, contributionKinds=["REQUEST"], mayBeAnonymous=False)
    )["activity"]
    assert (changed["contributionKinds"], changed["mayBeAnonymous"], changed["version"]) == (["REQUEST"], False, 2)
    with given.nothing_written(town):
        assert publish(member, activity, "OFFER")["userErrors"] == refused("KIND_NOT_ACCEPTED", "kind")
        assert publish(member, activity, "REQUEST", isAnonymous=True)["userErrors"] == refused(
            "BAD_INPUT", "isAnonymous"
        )
    assert publish(member, activity, "REQUEST")["userErrors"] == []
    done(admin, "activityRevise", **revision(activity, version=2, contributionKinds=["REQUEST", "OFFER"]))
    assert publish(member, activity, "OFFER")["userErrors"] == []


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"version": 7}, "CONFLICT", "version"),
        ({"voteMethod": "SUPPORT"}, "BAD_INPUT", "voteMethod"),
        ({"expiresAfterDays": 366}, "BAD_INPUT", "expiresAfterDays"),
        ({"expiresAfterDays": 0}, "BAD_INPUT", "expiresAfterDays"),
        ({"contributionKinds": ["LISTING"]}, "KIND_NOT_ACCEPTED", "contributionKinds"),
        ({"closesAt": "2025-12-31T00:00:00Z"}, "BAD_INPUT", "closesAt"),
    ],
)
def test_rules_that_a_kind_does_not_have_are_refused(
    given: Given, town: Portal, admin: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    activity = given.activity(town, kind="MUTUAL_AID")
    before = given.row(town, activity)
    assert do(admin, "activityRevise", **revision(activity, **fields))["userErrors"] == refused(code, field)
    assert given.row(town, activity) == before


def test_activities_are_put_in_order(given: Given, town: Portal, admin: Portal) -> None:
    space = given.space(town)
    first, second, third = (given.activity(town, space=space) for _ in range(3))
    ordered = done(
        admin, "activitiesOrder", "space { activities { id } }", space=space, activities=[third, first, second]
    )
    assert [each["id"] for each in ordered["space"]["activities"]] == [third, first, second]
    ordered = done(admin, "activitiesOrder", "space { activities { id } }", space=space, activities=[second])
    assert [each["id"] for each in ordered["space"]["activities"]] == [second, third, first]
    for place, wrong in ((1, [first, first]), (0, [given.activity(town)])):
        refusal = do(admin, "activitiesOrder", space=space, activities=wrong)["userErrors"]
        assert refusal == refused("NOT_FOUND", f"activities.{place}")


def test_categories_are_added_renamed_ordered_and_taken_away_while_unused(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity = given.activity(town)
    named = "activity { categories { id name slug } }"

    def categories(payload: dict[str, Any]) -> list[dict[str, str]]:
        return list(payload["activity"]["categories"])

    for name in ("Vélo", "Vélo !", "Écoles"):
        found = categories(done(admin, "categoryAdd", named, activity=activity, name=name))
    assert [each["slug"] for each in found] == ["velo", "velo-2", "ecoles"]
    ids = [each["id"] for each in found]
    found = categories(done(admin, "categoriesOrder", named, activity=activity, categories=ids[::-1]))
    assert [each["id"] for each in found] == ids[::-1]
    found = categories(done(admin, "categoryRename", named, category=ids[0], name="Marche"))
    assert [each["name"] for each in found] == ["Écoles", "Vélo !", "Marche"]
    published(given.actor(town), activity, category=ids[0])
    assert do(admin, "categoryRemove", category=ids[0])["userErrors"] == refused("IN_USE", "category")
    found = categories(done(admin, "categoryRemove", named, category=ids[1]))
    assert [each["name"] for each in found] == ["Écoles", "Marche"]


def test_sections_lie_in_those_before_them(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, kind="CONSULTATION")
    names = ("Titre", "Chapitre", "Section", "Autre")
    ids = [given.category(town, activity, name) for name in names]
    tree = "activity { categories { name depth parent { name } } }"

    def nested(place: int, depth: int) -> list[tuple[str, int, str | None]]:
        payload = done(admin, "categoryNest", tree, category=ids[place], depth=depth)
        return [
            (one["name"], one["depth"], (one["parent"] or {}).get("name")) for one in payload["activity"]["categories"]
        ]

    flat = [(name, 0, None) for name in names]
    assert nested(1, 1) == [flat[0], ("Chapitre", 1, "Titre"), *flat[2:]]
    assert nested(2, 2) == [flat[0], ("Chapitre", 1, "Titre"), ("Section", 2, "Chapitre"), flat[3]]
    assert nested(1, 0) == [*flat[:2], ("Section", 1, "Chapitre"), flat[3]]
    assert nested(1, 1) == [flat[0], ("Chapitre", 1, "Titre"), ("Section", 2, "Chapitre"), flat[3]]
    for place, depth in ((0, 1), (3, 4), (1, 2), (3, -1)):
        assert do(admin, "categoryNest", category=ids[place], depth=depth)["userErrors"] == refused(
            "BAD_INPUT", "depth"
        )
    nested(3, 3)
    assert do(admin, "categoryNest", category=ids[2], depth=3)["userErrors"] == refused("BAD_INPUT", "depth")
    left = done(admin, "categoryRemove", tree, category=ids[1])["activity"]["categories"]
    assert [(one["depth"], (one["parent"] or {}).get("name")) for one in left] == [
        (0, None),
        (1, "Titre"),
        (2, "Section"),
    ]


def test_threshold_is_set_changed_and_taken_away(given: Given, town: Portal, admin: Portal) -> None:
    wanted, space = "activity { id version supportThreshold }", given.space(town)
    made = done(admin, "activityCreate", wanted, space=space, kind="PETITION", title="Pétitions", supportThreshold=500)
    made = made["activity"]
    assert (made["version"], made["supportThreshold"]) == (1, 500)
    for version, threshold in ((1, 10_000_000), (2, None)):
        fields = revision(made["id"], version=version, supportThreshold=threshold)
        assert done(admin, "activityRevise", wanted, **fields)["activity"]["supportThreshold"] == threshold


@pytest.mark.parametrize(
    ("kind", "threshold"), [("MUTUAL_AID", 5), ("DEBATE", 5), ("PETITION", 0), ("PETITION", 10_000_001)]
)
def test_threshold_out_of_place_is_refused(
    given: Given, town: Portal, admin: Portal, kind: str, threshold: int
) -> None:
    space = given.space(town)
    with given.nothing_written(town):
        answer = do(admin, "activityCreate", space=space, kind=kind, title="Une activité", supportThreshold=threshold)
    assert answer["userErrors"] == refused("BAD_INPUT", "supportThreshold")


WHOLE = """space { activities { kind opensAt closesAt isOpen answerWithinDays voteMethod
  voteRule { least most budgetEuros } phases { kind title startsAt } doings proposalStatuses { name isOpenToVotes } } }"""


def test_template_that_opens_now_has_whole_days_by_the_portal_s_clock(admin: Portal) -> None:
    said = {"title": "Budget de ce printemps", "template": "PARTICIPATORY_BUDGET"}
    ideas, vote = done(admin, "spaceCreate", WHOLE, **said)["space"]["activities"]
    zone = ZoneInfo("Europe/Paris")

    def hour(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(zone).strftime("%H:%M:%S")

    assert [hour(one["closesAt"]) for one in (ideas, vote)] == ["23:59:00", "23:59:00"]
    later = [one["startsAt"] for each in (ideas, vote) for one in each["phases"]][1:]
    assert [hour(text) for text in (vote["opensAt"], *later)] == ["00:00:00"] * 4
    counted = datetime.fromisoformat(vote["phases"][-1]["startsAt"])
    assert counted - datetime.fromisoformat(vote["closesAt"]) == timedelta(minutes=1)


def test_template_keeps_the_hour_that_was_said_when_the_clocks_change(admin: Portal) -> None:
    said = {"title": "Budget du printemps", "template": "PARTICIPATORY_BUDGET", "opensAt": "2027-01-04T08:00:00Z"}
    ideas, vote = done(admin, "spaceCreate", WHOLE, **said)["space"]["activities"]
    assert [one["closesAt"][11:16] for one in (ideas, vote)] == ["07:00", "07:00"]  # Nine in the morning, in summer.


def test_participatory_budget_has_its_four_steps_with_dates_rule_and_statuses(admin: Portal) -> None:
    said = {"title": "Budget 2027", "template": "PARTICIPATORY_BUDGET", "opensAt": "2027-01-04T08:00:00Z"}
    ideas, vote = done(admin, "spaceCreate", WHOLE, **said)["space"]["activities"]
    assert (ideas["kind"], ideas["voteMethod"], ideas["answerWithinDays"]) == ("IDEA_BOX", "SUPPORT", 98)
    assert [(one["kind"], one["startsAt"][:10]) for one in ideas["phases"]] == [
        ("DEBATE", "2027-01-04"), ("EXAMINE", "2027-02-15"),
    ]  # fmt: skip
    assert ideas["closesAt"][:10] == "2027-04-12"
    assert [one["name"] for one in ideas["proposalStatuses"]] == ["À l’étude", "Devenue un projet", "Non retenue"]
    assert (vote["kind"], vote["voteMethod"], vote["isOpen"]) == ("PARTICIPATORY_BUDGET", "APPROVAL", False)
    assert vote["voteRule"] == {"least": 1, "most": 3, "budgetEuros": 100_000}
    assert (vote["opensAt"][:10], vote["closesAt"][:10]) == ("2027-04-19", "2027-05-10")
    assert [(one["kind"], one["startsAt"][:10]) for one in vote["phases"]] == [
        ("VOTE", "2027-04-19"), ("RESULT", "2027-05-10"),
    ]  # fmt: skip
    assert [one["name"] for one in vote["proposalStatuses"]] == ["À l’étude", "En travaux", "Réalisé", "Abandonné"]


def test_vote_in_a_space_that_people_see_opens_when_somebody_says_so(given: Given, town: Portal, admin: Portal) -> None:
    said = {"kind": "PARTICIPATORY_BUDGET", "title": "Le vote des écoles"}
    seen, draft = given.space(town), given.space(town, visibility="DRAFT")
    with given.nothing_written(town):
        refusal = do(admin, "activityCreate", space=seen, **said)["userErrors"]
    assert refusal == [{"code": "REQUIRED", "field": "opensAt"}]
    later = {"space": seen, "opensAt": "2040-05-04T08:00:00Z", **said}
    assert done(admin, "activityCreate", "activity { isOpen }", **later)["activity"] == {"isOpen": False}
    done(admin, "activityCreate", space=draft, **said)
    done(admin, "activityCreate", space=seen, kind="IDEA_BOX", title="Vos idées")
