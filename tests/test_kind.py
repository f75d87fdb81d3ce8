"""Kinds: what is decided by a kind stands in one table of values, and the database's CHECKs say the same."""

from importlib import resources
from typing import Any

import psycopg
import pytest

from models.activity import KINDS, VOTING, ActivityKind, features_of
from models.contribution import RULES, ContributionKind
from models.roll_up import KIND_PLACES
from models.tenant import Feature
from tests.acting import publish
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import Own

PLAIN: dict[str, Any] = {"is_anonymous": False, "price_cents": None, "side": None, "about_id": None}


def test_every_kind_has_its_line_and_every_feature_its_kind() -> None:
    assert set(KINDS) == set(ActivityKind)
    assert set(RULES) == set(ContributionKind)
    assert sorted(kind.feature.value for kind in KINDS.values()) == sorted(feature.value for feature in Feature)
    assert all(features_of(kind) for kind in ContributionKind)
    assert {kind for kind, found in KINDS.items() if found.feature in VOTING} == {
        ActivityKind.IDEA_BOX,
        ActivityKind.CONSULTATION,
        ActivityKind.DEBATE,
        ActivityKind.PETITION,
        ActivityKind.PARTICIPATORY_BUDGET,
    }


def test_features_are_called_as_the_kinds_that_they_switch_on() -> None:
    assert {kind.value: found.feature.value for kind, found in KINDS.items()} == {
        feature.value: feature.value for feature in Feature
    }


def test_stored_features_of_before_are_renamed(own: Own) -> None:
    own.create("before")
    old = ["ENTRAIDE", "MARKET", "IDEAS", "DEBATE"]
    own.rows("UPDATE platform.tenant SET features = %s WHERE slug = 'before'", old)
    text = resources.files("models").joinpath("migration/platform/0012_work_and_feature.sql").read_text("utf-8")
    for statement in text.split(";\n"):
        if "UPDATE platform.tenant" in statement:
            own.rows(statement)
    features = own.value("SELECT features FROM platform.tenant WHERE slug = 'before'")
    assert features == ["MUTUAL_AID", "MARKETPLACE", "IDEA_BOX", "DEBATE"]


@pytest.fixture(scope="module")
def stored(given: Given, town: Portal) -> dict[str, Any]:
    """What an author writes in an activity, and what else may be written about."""
    author, activity = given.actor(town), given.activity(town, kind="CONSULTATION")
    about = publish(author, activity)["contribution"]["id"]
    actor = author.ask("{ viewer { id } }")["viewer"]["id"]
    return {"activity_id": uuid_in(activity), "author_id": uuid_in(actor), "about": uuid_in(about)}


def is_taken(given: Given, town: Portal, stored: dict[str, Any], kind: ContributionKind, **columns: Any) -> bool:
    """Whether the table takes a row of a kind with these columns."""
    fields = {"activity_id": stored["activity_id"], "author_id": stored["author_id"], **PLAIN, **columns}
    try:
        given.insert(
            town,
            "contribution",
            kind=kind.value,
            status="OPEN",
            title="Un banc",
            body="À l'ombre.",
            support_count=0,
            published_at="now",
            search_text="banc",
            **fields,
        )
    except psycopg.errors.CheckViolation:
        return False
    return True


@pytest.mark.parametrize("kind", ContributionKind, ids=lambda kind: kind.value)
def test_checks_of_the_table_say_what_the_rules_say(
    given: Given, town: Portal, stored: dict[str, Any], kind: ContributionKind
) -> None:
    rule = RULES[kind]
    sided = {"side": "FOR", "about_id": stored["about"]}
    whole = sided if rule.about else {}
    assert is_taken(given, town, stored, kind, **whole)
    assert is_taken(given, town, stored, kind, **whole, price_cents=100) is rule.may_have_price
    assert is_taken(given, town, stored, kind, **{**whole, "is_anonymous": True}) is rule.may_be_anonymous
    assert is_taken(given, town, stored, kind, **sided) is (rule.about is not None)
    assert is_taken(given, town, stored, kind) is (rule.about is None)


def test_kinds_keep_their_places_among_counts() -> None:
    """What is stored by place would be read as another kind's: new ones are added at the end."""
    places = ["OFFER", "REQUEST", "LISTING", "PROPOSAL", "ARGUMENT"]
    assert [kind.value for kind in sorted(KIND_PLACES, key=KIND_PLACES.__getitem__)][: len(places)] == places
    assert sorted(KIND_PLACES.values()) == list(range(1, len(ContributionKind) + 1))
