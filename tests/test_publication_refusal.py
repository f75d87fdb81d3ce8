"""Refused publications: the code, the field, and that nothing was written."""

from typing import Any

import pytest

from models.activity import KINDS, ActivityKind
from models.contribution import ContributionKind
from tests.acting import close, publish, published, refused
from tests.conftest import Portal
from tests.given import Given

HERE = {"lat": 48.1113, "lng": -1.68}
ABSENT = "0199aaaa-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


@pytest.fixture(scope="module")
def ideas(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX")


def refusal(given: Given, portal: Portal, *arguments: Any, **fields: Any) -> tuple[str, str | None]:
    """Code and field of a publication that is refused and writes nothing."""
    with given.nothing_written(portal):
        payload = publish(portal, *arguments, **fields)
    assert payload["contribution"] is None
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": ""}, "TOO_SHORT", "title"),
        ({"title": " ab\t "}, "TOO_SHORT", "title"),
        ({"title": "\x07a\x07b"}, "TOO_SHORT", "title"),
        ({"title": "x" * 256}, "TOO_LONG", "title"),
        ({"body": ""}, "TOO_SHORT", "body"),
        ({"body": "\n \n"}, "TOO_SHORT", "body"),
        ({"body": "x" * 20_001}, "TOO_LONG", "body"),
        ({"priceCents": 100}, "BAD_INPUT", "priceCents"),
        ({"priceUnit": "le kilo"}, "BAD_INPUT", "priceUnit"),
        ({"isAnonymous": True}, "BAD_INPUT", "isAnonymous"),
        ({"expiresAfterDays": 0}, "BAD_INPUT", "expiresAfterDays"),
        ({"expiresAfterDays": 366}, "BAD_INPUT", "expiresAfterDays"),
        ({"expiresAfterDays": -(2**31)}, "BAD_INPUT", "expiresAfterDays"),
        ({"about": f"contribution_1_{ABSENT}"}, "NOT_FOUND", "about"),
        ({"side": "FOR"}, "BAD_INPUT", "side"),
        ({"category": "x"}, "BAD_ID", "category"),
        ({"category": f"category_999_{ABSENT}"}, "NOT_FOUND", "category"),
        ({"activity": "x"}, "BAD_ID", "activity"),
        ({"activity": f"activity_999_{ABSENT}"}, "NOT_FOUND", "activity"),
        ({"idempotencyKey": "x" * 7}, "BAD_INPUT", "idempotencyKey"),
        ({"idempotencyKey": "x" * 101}, "BAD_INPUT", "idempotencyKey"),
        ({"location": {**HERE, "precision": "EXACT"}}, "EXACT_LOCATION_NOT_ALLOWED", "location.precision"),
        ({"location": {**HERE, "address": "1 rue de Brest"}}, "EXACT_LOCATION_NOT_ALLOWED", "location.address"),
    ],
)
def test_proposal_is_refused(
    given: Given, author: Portal, ideas: str, fields: dict[str, Any], code: str, field: str
) -> None:
    assert refusal(given, author, **{"activity": ideas, **fields}) == (code, field)


def test_proposal_about_another_is_refused(given: Given, author: Portal, ideas: str) -> None:
    assert refusal(given, author, activity=ideas, about=published(author, ideas)) == ("BAD_INPUT", "about")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"priceCents": -1}, "BAD_INPUT", "priceCents"),
        ({"priceCents": 100_000_001}, "BAD_INPUT", "priceCents"),
        ({"priceUnit": "le kilo"}, "BAD_INPUT", "priceCents"),
        ({"priceCents": 1, "priceUnit": "x" * 41}, "TOO_LONG", "priceUnit"),
        ({"location": {**HERE, "precision": "EXACT", "address": "x" * 201}}, "TOO_LONG", "location.address"),
        ({"location": {**HERE, "precision": "EXACT", "address": "  "}}, "TOO_SHORT", "location.address"),
        ({"location": {**HERE, "address": "1 rue de Brest"}}, "EXACT_LOCATION_NOT_ALLOWED", "location.address"),
    ],
)
def test_listing_is_refused(given: Given, town: Portal, fields: dict[str, Any], code: str, field: str) -> None:
    market = given.activity(town, kind="MARKETPLACE")
    assert refusal(given, given.actor(town, "MERCHANT"), market, "LISTING", **fields) == (code, field)


@pytest.mark.parametrize("activity_kind", ActivityKind)
def test_activity_takes_only_its_kinds(given: Given, town: Portal, author: Portal, activity_kind: ActivityKind) -> None:
    activity = given.activity(town, kind=activity_kind.value)
    if activity_kind is ActivityKind.PARTICIPATORY_BUDGET:  # There the city publishes.
        author = given.actor(town, role="ADMIN")
    for kind in set(ContributionKind) - set(KINDS[activity_kind].contributions):
        assert refusal(given, author, activity, kind.value) == ("KIND_NOT_ACCEPTED", "kind")


def test_anonymous_visitor_may_not_publish(given: Given, town: Portal, ideas: str) -> None:
    assert refusal(given, town, ideas) == ("UNAUTHENTICATED", None)


@pytest.mark.parametrize("closed", [{"opens_at": "tomorrow"}, {"closes_at": "today"}, {"closes_at": "now"}])
def test_activity_outside_of_its_period_takes_nothing(
    given: Given, town: Portal, author: Portal, closed: dict[str, str]
) -> None:
    assert refusal(given, author, given.activity(town, **closed)) == ("ACTIVITY_NOT_OPEN", "activity")
    in_space = given.activity(town, space=given.space(town, **closed))
    assert refusal(given, author, in_space) == ("ACTIVITY_NOT_OPEN", "activity")


def test_activity_that_one_may_not_see_is_not_found(
    given: Given, town: Portal, author: Portal, lehavre: Portal
) -> None:
    draft = given.activity(town, space=given.space(town, visibility="DRAFT"))
    assert refusal(given, author, draft) == ("NOT_FOUND", "activity")
    assert publish(given.actor(town, role="MODERATOR"), draft)["userErrors"] == []
    members = given.activity(town, space=given.space(town, visibility="MEMBERS"))
    assert publish(author, members)["userErrors"] == []
    assert refusal(given, lehavre.member(), members) == ("NOT_FOUND", "activity")


def test_place_follows_the_activitys_rule(given: Given, town: Portal, author: Portal) -> None:
    required = given.activity(town, kind="MUTUAL_AID", location_rule="REQUIRED")
    assert refusal(given, author, required, "OFFER") == ("BAD_LOCATION", "location")
    placeless = given.activity(town, kind="MUTUAL_AID", location_rule="NONE")
    assert refusal(given, author, placeless, "OFFER", location=HERE) == ("BAD_LOCATION", "location")
    assert publish(author, required, "OFFER", location=HERE)["userErrors"] == []
    assert publish(author, placeless, "OFFER")["userErrors"] == []


def test_category_of_another_activity_is_not_found(given: Given, town: Portal, author: Portal, ideas: str) -> None:
    other = given.category(town, given.activity(town))
    assert refusal(given, author, ideas, category=other) == ("NOT_FOUND", "category")
    own = given.category(town, ideas)
    assert publish(author, ideas, category=own)["userErrors"] == []


def test_argument_is_about_a_proposal_of_its_activity_and_takes_a_side(
    given: Given, town: Portal, author: Portal, ideas: str
) -> None:
    debate = given.activity(town, kind="DEBATE")
    proposal = published(author, debate)
    assert refusal(given, author, debate, "ARGUMENT") == ("REQUIRED", "about")
    assert refusal(given, author, debate, "ARGUMENT", side="FOR") == ("REQUIRED", "about")
    assert refusal(given, author, debate, "ARGUMENT", about=proposal) == ("REQUIRED", "side")
    argument = published(author, debate, "ARGUMENT", about=proposal, side="AGAINST")
    elsewhere = published(author, given.activity(town, kind="DEBATE"))
    for about in (argument, elsewhere, published(author, ideas), f"contribution_{town.number}_{ABSENT}"):
        assert refusal(given, author, debate, "ARGUMENT", about=about, side="FOR") == ("NOT_FOUND", "about")
    assert refusal(given, author, debate, "ARGUMENT", about="x", side="FOR") == ("BAD_ID", "about")


def test_argument_about_a_closed_or_expired_proposal_is_refused(given: Given, town: Portal, author: Portal) -> None:
    debate = given.activity(town, kind="DEBATE")
    closed, expired = published(author, debate), published(author, debate)
    assert close(author, closed)["userErrors"] == []
    given.let_expire(town, expired)
    for about in (closed, expired):
        assert refusal(given, author, debate, "ARGUMENT", about=about, side="FOR") == ("CONTRIBUTION_NOT_OPEN", "about")


def test_refusal_shows_nothing_and_names_the_field_once(given: Given, author: Portal, ideas: str) -> None:
    payload = publish(author, ideas, title="", body="")
    assert payload == {"contribution": None, "userErrors": refused("TOO_SHORT", "title")}
