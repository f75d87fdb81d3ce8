"""Publication: what an activity takes becomes a contribution, which its author revises, renews and closes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.activity import KINDS, ActivityKind
from models.contribution import RULES
from tests.acting import close, publish, published, refused, revise
from tests.conftest import Portal
from tests.given import Given

PARIS = ZoneInfo("Europe/Paris")
HERE = {"lat": 48.1113, "lng": -1.68}
READ = """
query($id: ID!) {
  contribution(id: $id) {
    kind status outcome title body isMine isAnonymous side priceCents priceUnit closedAt revisedAt
    publishedAt expiresAt author { id } activity { id } category { id } about { id }
  }
}"""


def read(portal: Portal, contribution: str) -> dict[str, Any]:
    return dict(portal.ask(READ, id=contribution)["contribution"])


def days_to_expiry(portal: Portal, contribution: str) -> int | None:
    """Days from publication to the one at whose end it expires, as the portal counts them."""
    found = read(portal, contribution)
    if found["expiresAt"] is None:
        return None
    published, expires = (
        datetime.fromisoformat(found[name]).astimezone(PARIS) for name in ("publishedAt", "expiresAt")
    )
    assert expires.time() == time.min
    return (expires.date() - published.date()).days - 1


def own_id(portal: Portal) -> str:
    return str(portal.ask("{ viewer { id } }")["viewer"]["id"])


@pytest.mark.parametrize(
    ("activity_kind", "kind"), [(activity, kind) for activity, found in KINDS.items() for kind in found.contributions]
)
def test_each_kind_is_published_in_its_activity(
    given: Given, town: Portal, activity_kind: ActivityKind, kind: Any
) -> None:
    activity = given.activity(town, kind=activity_kind.value)
    category = given.category(town, activity)
    author = given.actor(town, role="ADMIN" if KINDS[activity_kind].is_staffed else "MEMBER")
    more: dict[str, Any] = {}
    if kind.value == "ARGUMENT":
        more = {"about": published(author, activity), "side": "AGAINST"}
    if kind.value == "LISTING":
        more = {"priceCents": 0, "priceUnit": "le kilo"}
    contribution = published(
        author, activity, kind.value, title=" Un  titre\n", body=" L1\r\nL2 ", category=category, **more
    )
    found = read(author, contribution)
    days = RULES[kind].most_days
    assert (found.pop("expiresAt") is None) is (days is None)
    assert {name: found[name] for name in found if name != "publishedAt"} == {
        "kind": kind.value,
        "status": "OPEN",
        "outcome": None,
        "title": "Un titre",
        "body": "L1\nL2",
        "isMine": True,
        "isAnonymous": False,
        "side": more.get("side"),
        "priceCents": more.get("priceCents"),
        "priceUnit": more.get("priceUnit"),
        "closedAt": None,
        "revisedAt": None,
        "author": {"id": own_id(author)},
        "activity": {"id": activity},
        "category": {"id": category},
        "about": {"id": more["about"]} if "about" in more else None,
    }


def test_texts_may_be_as_long_as_the_contract_says(given: Given, town: Portal) -> None:
    activity = given.activity(town)
    contribution = published(given.actor(town), activity, title="é" * 255, body="😀" * 20_000)
    found = read(town, contribution)
    assert (found["title"], found["body"], found["isMine"]) == ("é" * 255, "😀" * 20_000, False)


@pytest.mark.parametrize(
    ("default", "given_days", "expected"),
    [(30, None, 30), (30, 7, 7), (None, 365, 365), (None, 1, 1), (None, None, None)],
)
def test_expiry_is_the_activitys_unless_the_author_says(
    given: Given, town: Portal, default: int | None, given_days: int | None, expected: int | None
) -> None:
    activity = given.activity(town, kind="MUTUAL_AID", expires_after_days=default)
    assert (
        days_to_expiry(town, published(given.actor(town), activity, "OFFER", expiresAfterDays=given_days)) == expected
    )


def test_request_is_kept_for_fourteen_days_and_renewed_for_as_long(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    with given.nothing_written(town):
        payload = publish(author, activity, "REQUEST", expiresAfterDays=15)
        assert payload["userErrors"] == refused("KEPT_TOO_LONG", "expiresAfterDays")
    request = published(author, activity, "REQUEST", expiresAfterDays=14)
    assert days_to_expiry(town, request) == 14
    assert revise(author, request, expiresAfterDays=15)["userErrors"] == refused("KEPT_TOO_LONG", "expiresAfterDays")
    assert revise(author, request, expiresAfterDays=14)["userErrors"] == []


# Revision -------------------------------------------------------------------------------------------------------------


def test_revision_changes_what_is_given_and_keeps_the_rest(given: Given, town: Portal) -> None:
    activity = given.activity(town, kind="MARKETPLACE", expires_after_days=30)
    categories = [given.category(town, activity) for _ in range(2)]
    author = given.actor(town)
    contribution = published(
        author,
        activity,
        "LISTING",
        title="Miel",
        body="De tilleul.",
        category=categories[0],
        priceCents=800,
        priceUnit="le pot",
        location=HERE,
    )
    before = given.row(town, contribution)
    assert revise(author, contribution, title="Miel de lavande")["userErrors"] == []
    after = given.row(town, contribution)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"title", "search", "search_text", "revised_at"}
    payload = revise(author, contribution, body="Du jardin.", category=categories[1])["contribution"]
    assert (payload["title"], payload["body"], payload["category"]) == (
        "Miel de lavande",
        "Du jardin.",
        {"id": categories[1]},
    )
    assert (payload["priceCents"], payload["priceUnit"]) == (800, "le pot")


def test_price_and_unit_are_revised_apart(given: Given, town: Portal) -> None:
    author = given.actor(town)
    contribution = published(
        author, given.activity(town, kind="MARKETPLACE"), "LISTING", priceCents=800, priceUnit="le pot"
    )
    payload = revise(author, contribution, priceCents=900)["contribution"]
    assert (payload["priceCents"], payload["priceUnit"]) == (900, "le pot")
    payload = revise(author, contribution, priceUnit="les 500 g")["contribution"]
    assert (payload["priceCents"], payload["priceUnit"]) == (900, "les 500 g")


def test_revised_words_are_found_and_the_old_ones_are_not(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    contribution = published(author, activity, title="Girouettes")
    revise(author, contribution, title="Balançoires")
    query = "query($id: ID!, $words: String!) { activity(id: $id) { contributions(search: $words) { nodes { id } } } }"
    found = {
        words: town.ask(query, id=activity, words=words)["activity"]["contributions"]["nodes"]
        for words in ("girouette", "balancoire")
    }
    assert found == {"girouette": [], "balancoire": [{"id": contribution}]}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": "ab"}, "TOO_SHORT", "title"),
        ({"body": "x" * 20_001}, "TOO_LONG", "body"),
        ({"category": "x"}, "BAD_ID", "category"),
        ({"category": "category_999_0199aaaa-0000-7000-8000-000000000000"}, "NOT_FOUND", "category"),
        ({"priceCents": 5}, "BAD_INPUT", "priceCents"),
        ({"priceUnit": "le kilo"}, "BAD_INPUT", "priceUnit"),
        ({"expiresAfterDays": 366}, "BAD_INPUT", "expiresAfterDays"),
        ({"location": HERE}, "BAD_LOCATION", "location"),
        ({"contribution": "x"}, "BAD_ID", "contribution"),
        ({"contribution": "contribution_999_0199aaaa-0000-7000-8000-000000000000"}, "NOT_FOUND", "contribution"),
        ({"title": "Un titre", "idempotencyKey": "x"}, "BAD_INPUT", "idempotencyKey"),
    ],
)
def test_refused_revision_changes_nothing(
    given: Given, town: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    author = given.actor(town)
    contribution = published(author, given.activity(town, location_rule="NONE"))
    before = given.row(town, contribution)
    with given.nothing_written(town):
        payload = revise(author, **{"contribution": contribution, **fields})
    assert payload == {"contribution": None, "userErrors": refused(code, field)}
    assert given.row(town, contribution) == before


def test_only_its_author_revises_and_closes(given: Given, town: Portal, rennes: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town))
    before = given.row(town, contribution)
    others: list[tuple[Portal, tuple[str, str | None]]] = [
        (given.actor(town, role=role), ("NOT_AUTHOR", "contribution")) for role in ("MEMBER", "MODERATOR", "ADMIN")
    ]
    others.append((town, ("UNAUTHENTICATED", None)))
    foreign = rennes.member()
    with given.nothing_written(town):
        for other, expected in others:
            assert revise(other, contribution, title="Autre chose")["userErrors"] == refused(*expected)
            assert close(other, contribution)["userErrors"] == refused(*expected)
        assert revise(foreign, contribution, title="Autre chose")["userErrors"] == refused("NOT_FOUND", "contribution")
        assert close(foreign, contribution)["userErrors"] == refused("NOT_FOUND", "contribution")
    assert given.row(town, contribution) == before


def test_contribution_in_a_space_that_became_a_draft_is_not_found_by_its_author(given: Given, town: Portal) -> None:
    space = given.space(town)
    author = given.actor(town)
    contribution = published(author, given.activity(town, space=space))
    given.sql(town, "UPDATE __tenant__.participatory_space SET visibility = 'DRAFT' WHERE id = %s", space.split("_")[2])
    assert revise(author, contribution, title="Autre chose")["userErrors"] == refused("NOT_FOUND", "contribution")
    assert close(author, contribution)["userErrors"] == refused("NOT_FOUND", "contribution")


# Closing and renewing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["FULFILLED", "WITHDRAWN"])
def test_closed_contribution_has_an_outcome_and_leaves_the_open_ones(given: Given, town: Portal, outcome: str) -> None:
    author, activity = given.actor(town), given.activity(town)
    contribution = published(author, activity)
    payload = close(author, contribution, outcome)
    assert payload == {"contribution": {"id": contribution, "status": "CLOSED", "outcome": outcome}, "userErrors": []}
    assert read(town, contribution)["closedAt"] is not None
    query = """query($id: ID!, $status: ContributionStatus) {
      activity(id: $id) { contributions(status: $status) { nodes { id } } }
    }"""
    for status, expected in (("OPEN", []), ("CLOSED", [{"id": contribution}]), (None, [{"id": contribution}])):
        assert town.ask(query, id=activity, status=status)["activity"]["contributions"]["nodes"] == expected


def test_closed_contribution_is_neither_revised_nor_closed_again(given: Given, town: Portal) -> None:
    author = given.actor(town)
    contribution = published(author, given.activity(town))
    close(author, contribution, "WITHDRAWN")
    before = given.row(town, contribution)
    not_open = {"contribution": None, "userErrors": refused("CONTRIBUTION_NOT_OPEN", "contribution")}
    assert close(author, contribution, "FULFILLED") == not_open
    assert revise(author, contribution, title="Autre chose") == not_open
    assert revise(author, contribution, expiresAfterDays=30) == not_open
    assert given.row(town, contribution) == before


def test_contribution_is_not_revised_after_the_activity_closed(given: Given, town: Portal) -> None:
    author = given.actor(town)
    activity = given.activity(town)
    contribution = published(author, activity)
    given.close_activity(town, activity)
    before = given.row(town, contribution)
    not_open = {"contribution": None, "userErrors": refused("ACTIVITY_NOT_OPEN", "contribution")}
    assert revise(author, contribution, title="Après coup") == not_open
    assert given.row(town, contribution) == before
    assert close(author, contribution, "WITHDRAWN")["userErrors"] == []


def test_only_one_of_several_closes_at_once_closes(given: Given, town: Portal) -> None:
    author = given.actor(town)
    contribution = published(author, given.activity(town), location=HERE)
    ready = Barrier(8)

    def act(index: int) -> list[dict[str, str]]:
        ready.wait(10)
        return list(close(author, contribution, ("FULFILLED", "WITHDRAWN")[index % 2])["userErrors"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(act, range(8)))
    assert sorted(map(len, answers)) == [0] + [1] * 7
    assert all(answer == refused("CONTRIBUTION_NOT_OPEN", "contribution") for answer in answers if answer)


def test_renewal_of_an_expired_contribution_opens_it_again(given: Given, town: Portal) -> None:
    author = given.actor(town)
    contribution = published(author, given.activity(town, kind="MUTUAL_AID"), "OFFER", expiresAfterDays=1)
    given.let_expire(town, contribution)
    assert read(town, contribution)["status"] == "EXPIRED"
    assert revise(author, contribution, title="Autre chose")["contribution"]["status"] == "EXPIRED"
    assert revise(author, contribution, expiresAfterDays=10)["contribution"]["status"] == "OPEN"
    expires = datetime.fromisoformat(read(town, contribution)["expiresAt"])
    now = datetime.now(expires.tzinfo)
    assert timedelta(days=10) < expires - now < timedelta(days=11, hours=1)
    assert expires.astimezone(PARIS).time() == time.min


def test_payload_of_a_refusal_is_null_and_the_errors_are_its_own(given: Given, town: Portal) -> None:
    assert publish(town, given.activity(town)) == {"contribution": None, "userErrors": refused("UNAUTHENTICATED", None)}
