"""Petition rules: levels in signatures or shares of the electors, and versions that say why they differ."""

from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, UniqueViolation

from models.base import new_id
from resolvers.petition_rule import wanted
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import LEVELS, close, opened, reached, ruled, signed, tended

READ = """query($id: ID!) { activity(id: $id) {
  petitionRule { version electors electorsOn electorsSource admitDays gatherDays acknowledgeDays answerDays reason
    levels { signatures electorsPercent promise }
    versions { version electors reason } } } }"""
ELECTORS = {"electors": 12_345, "electorsOn": "2026-01-01", "electorsSource": "Insee, liste électorale principale"}
TENTH = [{"signatures": 50, "promise": "MEDIATION"}, {"electorsPercent": 10.0, "promise": "AGENDA"}]
VERSION = "query($id: ID!) { activity(id: $id) { version voteMethod } }"
WHY = "Le répertoire électoral a été arrêté à une autre date."


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="PETITION", vote_method="SUPPORT")


def rule(who: Portal, activity: str) -> dict[str, Any]:
    return dict(who.ask(READ, id=activity)["activity"])


def publish(who: Portal, activity: str, **fields: Any) -> list[Any]:
    whole = {"activity": activity, "version": 0, "levels": LEVELS, **fields}
    return list(do(who, "petitionRulePublish", **whole)["userErrors"])


def test_share_of_the_electors_is_a_number_of_signatures(town: Portal, admin: Portal, activity: str) -> None:
    assert rule(town, activity) == {"petitionRule": None}
    assert publish(admin, activity, levels=TENTH[::-1], **ELECTORS, gatherDays=30) == []
    told = rule(town, activity)["petitionRule"]
    assert told["levels"] == [
        {"signatures": 50, "electorsPercent": None, "promise": "MEDIATION"},
        {"signatures": 1_235, "electorsPercent": 10.0, "promise": "AGENDA"},
    ]
    assert {name: told[name] for name in ELECTORS} == ELECTORS
    days = [told[name] for name in ("admitDays", "gatherDays", "acknowledgeDays", "answerDays")]
    assert (days, told["version"], told["reason"]) == ([15, 30, 15, 90], 1, None)


@generated(st.integers(1, 60_000_000), st.integers(1, 1_000))
def test_a_share_is_the_least_number_that_is_no_less(electors: int, permille: int) -> None:
    count = wanted(electors, permille)
    assert (count - 1) * 1_000 < electors * permille <= count * 1_000


def test_correction_in_mid_course_is_a_public_version_and_takes_nothing_back(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    assert (
        publish(admin, activity, levels=[{"electorsPercent": 50.0, "promise": "AGENDA"}], **ELECTORS | {"electors": 4})
        == []
    )
    first, second = (opened(given.actor(town), admin, activity) for _ in range(2))
    signed(given, town, first, 2)
    tended(given, town, first, "REACHED", 1)
    signed(given, town, second, 1)
    more = {"version": 1, "levels": [{"electorsPercent": 50.0, "promise": "AGENDA"}], **ELECTORS | {"electors": 8}}
    assert publish(admin, activity, **more) == refused("REQUIRED", "reason")
    assert publish(admin, activity, **more, reason=WHY) == []
    told = rule(town, activity)
    assert told["petitionRule"]["versions"] == [
        {"version": 2, "electors": 8, "reason": WHY},
        {"version": 1, "electors": 4, "reason": None},
    ]
    assert told["petitionRule"]["levels"][0]["signatures"] == 4
    signed(given, town, second, 1)
    close(given, town, second)
    tended(given, town, second, "LAPSED")
    tended(given, town, first, "REACHED", 1)


def test_what_was_reached_stays_a_level(given: Given, town: Portal, admin: Portal) -> None:
    activity = ruled(given, town, admin)
    reached(given, town, opened(given.actor(town), admin, activity))
    fewer = {"version": 1, "levels": LEVELS[:1], "reason": WHY}
    assert publish(admin, activity, **fewer) == refused("PETITION_LEVEL_REACHED", "levels")


@pytest.mark.parametrize(
    "levels",
    [
        [{"signatures": 1, "promise": "MEDIATION"}, *LEVELS],
        [{"signatures": 2, "promise": "DEBATE"}, LEVELS[1]],
        [{"signatures": 9, "promise": "MEDIATION"}, LEVELS[1]],
        [{"electorsPercent": 50.0, "promise": "MEDIATION"}, LEVELS[1]],
    ],
)
def test_a_level_that_was_reached_is_not_another_one(
    given: Given, town: Portal, admin: Portal, levels: list[dict[str, Any]]
) -> None:
    activity = ruled(given, town, admin)
    reached(given, town, opened(given.actor(town), admin, activity), 2)
    said = {"version": 1, "reason": WHY, "electors": 4} | {
        key: ELECTORS[key] for key in ("electorsOn", "electorsSource")
    }
    with given.nothing_written(town):
        assert publish(admin, activity, levels=levels, **said) == refused("PETITION_LEVEL_REACHED", "levels")
    above = [LEVELS[0], {"signatures": 7, "promise": "DEBATE"}]
    assert publish(admin, activity, levels=above, **said) == [], "what nobody has reached may change"


def test_what_had_reached_the_highest_level_is_acknowledged_although_another_is_added(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity = ruled(given, town, admin)
    highest, lower = (opened(given.actor(town), admin, activity) for _ in range(2))
    reached(given, town, highest)
    reached(given, town, lower, 2)
    more = {"version": 1, "levels": [*LEVELS, {"signatures": 90, "promise": "DEBATE"}], "reason": WHY}
    assert publish(admin, activity, **more) == []
    asked = "query($id: ID!) { contribution(id: $id) { petition { isAwaitingClose } } }"
    waits = [town.ask(asked, id=one)["contribution"]["petition"]["isAwaitingClose"] for one in (highest, lower)]
    assert waits == [False, True]
    told = do(admin, "petitionAcknowledge", contribution=lower)["userErrors"]
    assert told == refused("ACTION_NOT_POSSIBLE", "contribution")
    done(admin, "petitionAcknowledge", contribution=highest)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"levels": []}, "BAD_INPUT", "levels"),
        ({"levels": [*LEVELS, *TENTH[:1], *LEVELS, *LEVELS]}, "BAD_INPUT", "levels"),
        ({"levels": [{"promise": "DEBATE"}]}, "BAD_INPUT", "levels.0.signatures"),
        (
            {"levels": [{"promise": "DEBATE", "signatures": 5, "electorsPercent": 1.0}]},
            "BAD_INPUT",
            "levels.0.signatures",
        ),
        ({"levels": [{"promise": "DEBATE", "signatures": 0}]}, "BAD_INPUT", "levels.0.signatures"),
        ({"levels": [LEVELS[0], LEVELS[0]]}, "BAD_INPUT", "levels.1.signatures"),
        ({"levels": TENTH}, "REQUIRED", "electors"),
        (
            {"levels": [{"promise": "DEBATE", "electorsPercent": 0.01}], **ELECTORS},
            "BAD_INPUT",
            "levels.0.electorsPercent",
        ),
        (
            {"levels": [LEVELS[0], {"promise": "DEBATE", "electorsPercent": 33.33}], **ELECTORS},
            "BAD_INPUT",
            "levels.1.electorsPercent",
        ),
        ({"electors": 5}, "REQUIRED", "electorsOn"),
        ({**ELECTORS, "electorsSource": " "}, "REQUIRED", "electorsSource"),
        ({**ELECTORS, "electors": 0}, "BAD_INPUT", "electors"),
        ({"gatherDays": 0}, "BAD_INPUT", "gatherDays"),
        ({"answerDays": 731}, "BAD_INPUT", "answerDays"),
        ({"version": 3}, "CONFLICT", "version"),
    ],
)
def test_refusals_name_what_is_wrong(
    given: Given, town: Portal, admin: Portal, activity: str, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        assert publish(admin, activity, **fields) == refused(code, field)


@pytest.mark.parametrize("percent", [0.1, 0.3, 16.6, 33.3, 57.9, 99.9, 100.0])
def test_share_is_kept_as_it_was_said(admin: Portal, activity: str, percent: float) -> None:
    publish(admin, activity, levels=[{"promise": "DEBATE", "electorsPercent": percent}], **ELECTORS)
    assert [level["electorsPercent"] for level in rule(admin, activity)["petitionRule"]["levels"]] == [percent]


def test_only_petitions_have_such_a_rule_and_only_who_runs_the_activity_says_it(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    ideas, moderator = given.activity(town, kind="IDEA_BOX"), given.actor(town, role="MODERATOR")
    with given.nothing_written(town):
        assert publish(admin, ideas) == refused("KIND_NOT_ACCEPTED", "activity")
        assert publish(moderator, activity) == refused("FORBIDDEN", None)
        assert publish(town, activity) == refused("UNAUTHENTICATED", None)


def test_two_cannot_publish_the_same_version(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    done(admin, "petitionRulePublish", activity=activity, version=0, levels=LEVELS)
    assert publish(admin, activity) == refused("CONFLICT", "version")
    text = """INSERT INTO __tenant__.petition_rule SELECT %s, activity_id, version, levels, electors, electors_on,
      electors_source, admit_days, gather_days, acknowledge_days, answer_days, reason, author_id, published_at
      FROM __tenant__.petition_rule WHERE activity_id = %s"""
    with pytest.raises(UniqueViolation):
        given.sql(town, text, new_id(), uuid_in(activity))


def test_petition_is_signed_and_voted_on_by_no_other_method(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    version = town.ask(VERSION, id=activity)["activity"]["version"]
    whole = {"activity": activity, "version": version, "title": "Pétitions", "opensAt": "2026-01-01T00:00:00Z"}
    whole |= {"locationRule": "NONE"}
    ballots = do(admin, "activityRevise", **whole, voteMethod="POINTS")
    assert ballots["userErrors"] == refused("BAD_INPUT", "voteMethod")
    done(admin, "activityRevise", **whole, voteMethod=None)
    assert town.ask(VERSION, id=activity)["activity"] == {"version": version + 1, "voteMethod": "SUPPORT"}
    opinion = {"space": given.space(town), "kind": "PETITION", "title": "Pétitions", "voteMethod": "OPINION"}
    assert do(admin, "activityCreate", **opinion)["userErrors"] == refused("BAD_INPUT", "voteMethod")
    with pytest.raises(CheckViolation, match="petitions_are_signed"):
        given.activity(town, kind="PETITION", vote_method="BUDGET")


def test_electors_are_counted_on_a_day_that_has_come(town: Portal, admin: Portal, activity: str) -> None:
    ahead = ELECTORS | {"electorsOn": "2150-01-01"}
    assert publish(admin, activity, levels=TENTH, **ahead) == refused("BAD_INPUT", "electorsOn")
    assert rule(town, activity) == {"petitionRule": None}
