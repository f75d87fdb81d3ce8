"""Suggestions: what goes together with one's own offer or request, near, alive, not blocked, not yet asked, with the reason."""

from typing import Any

import pytest

from tests.acting import close, pause, published
from tests.conftest import Portal
from tests.exchanging import accepted, proposed
from tests.given import Given, uuid_in
from tests.telling import actor_of

HERE = {"lat": 48.1203, "lng": -1.6711}
ASK = """query($id: ID!) { contribution(id: $id) {
  suggestions { link band words days contribution { id title kind author { name } } } } }"""


class Pair:
    """A request, and an offer in the same category beside it."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.given, self.town = given, town
        self.activity = given.activity(town, kind="MUTUAL_AID")
        self.category = given.category(town, self.activity)
        self.asker, self.helper = given.actor(town, name="Maryse"), given.actor(town, name="Camille")
        self.request = self.put(self.asker, "REQUEST")
        self.offer = self.put(self.helper, "OFFER")

    def put(self, who: Portal, kind: str, **fields: Any) -> str:
        return published(who, self.activity, kind, **{"category": self.category, "location": HERE} | fields)

    def seen(self, who: Portal, contribution: str) -> list[dict[str, Any]]:
        return list(who.ask(ASK, id=contribution)["contribution"]["suggestions"])

    def ids(self, who: Portal | None = None, contribution: str | None = None) -> list[str]:
        found = self.seen(who or self.asker, contribution or self.request)
        return [one["contribution"]["id"] for one in found]


@pytest.fixture
def pair(given: Given, town: Portal) -> Pair:
    return Pair(given, town)


def test_request_and_offer_of_a_category_are_suggested_to_each_other_with_the_reason(pair: Pair) -> None:
    [offer] = pair.seen(pair.asker, pair.request)
    assert (offer["link"], offer["band"], offer["days"]) == ("SAME_CATEGORY", "UNDER_1_KM", [])
    assert (offer["contribution"]["id"], offer["contribution"]["author"]) == (pair.offer, {"name": "Camille"})
    assert pair.ids(pair.helper, pair.offer) == [pair.request]


def test_the_days_that_both_name_are_a_reason(pair: Pair) -> None:
    wanted = pair.put(pair.asker, "REQUEST", body="Plutôt le samedi, ou le Mardi matin.")
    pair.put(pair.helper, "OFFER", body="Libre mardi, jeudi et samedi.", title="Je conduis")
    told = {one["contribution"]["title"]: one["days"] for one in pair.seen(pair.asker, wanted)}
    assert told["Je conduis"] == ["TUESDAY", "SATURDAY"]
    assert len(told) == 2 and [days for title, days in told.items() if title != "Je conduis"] == [[]]


def test_words_of_ones_title_that_the_other_says_are_a_reason(pair: Pair) -> None:
    wanted = pair.put(
        pair.asker,
        "REQUEST",
        title="Prêt d’une Perceuse (ou visseuses), une perceuse pour étagères",
        body="Le mur est dur.",
    )
    pair.put(
        pair.helper,
        "OFFER",
        title="Je prête mes outils",
        body="Perceuses à percussion, visseuse, établi pour une étagère.",
    )
    pair.put(pair.helper, "OFFER", title="Je conduis", body="Libre pour une course ou un trajet.")
    told = {one["contribution"]["title"]: one["words"] for one in pair.seen(pair.asker, wanted)}
    assert told["Je prête mes outils"] == ["Prêt", "Perceuse", "visseuses", "étagères"]
    assert told["Je conduis"] == []


def test_words_are_the_same_with_accents_or_without_in_the_plural_and_for_women_and_men(pair: Pair) -> None:
    title = "Des vélos pour l’école, voisin·e·s et étudiant(e)s"
    wanted = pair.put(pair.asker, "REQUEST", title=title, body="Merci.")
    pair.put(pair.helper, "OFFER", title="Un velo", body="Pour une ecole, un voisin, des etudiants.")
    told = {one["contribution"]["title"]: one["words"] for one in pair.seen(pair.asker, wanted)}
    assert told["Un velo"] == ["vélos", "l’école", "voisin·e·s", "étudiant(e)s"]


def test_nobody_else_sees_any(pair: Pair, given: Given, town: Portal) -> None:
    for other in (town, pair.helper, given.actor(town, role="MODERATOR")):
        assert pair.seen(other, pair.request) == []


@pytest.mark.parametrize(
    ("fields", "is_suggested"),
    [
        ({"location": {"lat": 48.1403, "lng": -1.6711}}, True),  # 2.2 km.
        ({"location": {"lat": 48.1603, "lng": -1.6711}}, False),  # 4.4 km.
        ({"category": None}, False),
        ({"capacity": 3}, True),
    ],
)
def test_only_what_is_near_and_of_the_category_is(pair: Pair, fields: dict[str, Any], is_suggested: bool) -> None:
    other = pair.put(pair.helper, "OFFER", **fields)
    assert (other in pair.ids()) is is_suggested


def test_the_same_kind_and_ones_own_are_not(pair: Pair, given: Given, town: Portal) -> None:
    pair.put(given.actor(town), "REQUEST")
    pair.put(pair.asker, "OFFER")
    assert pair.ids() == [pair.offer]


def test_the_category_of_the_same_name_in_another_activity_is_linked(pair: Pair, given: Given, town: Portal) -> None:
    elsewhere = given.activity(town, kind="MUTUAL_AID")
    category = given.category(town, elsewhere)
    slug = "UPDATE __tenant__.category SET slug = (SELECT slug FROM __tenant__.category WHERE id = %s) WHERE id = %s"
    given.sql(town, slug, uuid_in(pair.category), uuid_in(category))
    linked = published(pair.helper, elsewhere, "OFFER", category=category, location=HERE)
    told = {one["contribution"]["id"]: one["link"] for one in pair.seen(pair.asker, pair.request)}
    assert told == {pair.offer: "SAME_CATEGORY", linked: "LINKED_CATEGORY"}
    given.close_activity(town, elsewhere)
    assert pair.ids() == [pair.offer]


def test_ones_own_category_and_nine_linked_ones_at_most_are_looked_at(pair: Pair, given: Given, town: Portal) -> None:
    linked = []
    for _ in range(10):
        elsewhere = given.activity(town, kind="MUTUAL_AID")
        category = given.category(town, elsewhere)
        slug = (
            "UPDATE __tenant__.category SET slug = (SELECT slug FROM __tenant__.category WHERE id = %s) WHERE id = %s"
        )
        given.sql(town, slug, uuid_in(pair.category), uuid_in(category))
        linked.append((elsewhere, category))
    far = {"lat": 48.1403, "lng": -1.6711}
    own = pair.put(given.actor(town), "OFFER", location=far)
    oldest, newest = (
        published(given.actor(town), activity, "OFFER", category=category, location=HERE)
        for activity, category in (linked[0], linked[-1])
    )
    assert set(pair.ids()) == {pair.offer, own, newest}
    given.close_activity(town, linked[-1][0])
    assert set(pair.ids()) == {pair.offer, own, oldest}


def test_suggestions_have_a_price(town: Portal) -> None:
    plain = "{ contributions(first: 10) { nodes { id } } }"
    costs = [
        town.post(query).json()["extensions"]["cost"]["requested"]
        for query in (plain, plain.replace("{ id }", "{ id suggestions { band } }"))
    ]
    assert costs[1] - costs[0] == 10 * 5 * 40


def test_what_is_not_seen_is_not_suggested(pair: Pair, given: Given, town: Portal) -> None:
    elsewhere = given.activity(town, kind="MUTUAL_AID", space=given.space(town, visibility="DRAFT"))
    category = given.category(town, elsewhere)
    slug = "UPDATE __tenant__.category SET slug = (SELECT slug FROM __tenant__.category WHERE id = %s) WHERE id = %s"
    given.sql(town, slug, uuid_in(pair.category), uuid_in(category))
    published(given.actor(town, role="MODERATOR"), elsewhere, "OFFER", category=category, location=HERE)
    assert pair.ids() == [pair.offer]


def test_what_is_over_paused_full_or_hidden_is_not(pair: Pair, given: Given, town: Portal) -> None:
    closed, paused, full, hidden, expired = (pair.put(given.actor(town), "OFFER", capacity=1) for _ in range(5))
    for contribution, status in ((closed, "CLOSED"), (paused, "PAUSED"), (hidden, "HIDDEN")):
        given.sql(
            town,
            "UPDATE __tenant__.contribution SET status = %s, outcome = CASE WHEN %s = 'CLOSED' THEN 'FULFILLED' END,"
            " status_before = CASE WHEN %s = 'HIDDEN' THEN 'OPEN' END WHERE id = %s",
            *[status] * 3,
            uuid_in(contribution),
        )
    given.sql(town, "UPDATE __tenant__.contribution SET accepted_count = 1 WHERE id = %s", uuid_in(full))
    given.sql(
        town, "UPDATE __tenant__.contribution SET expires_at = now() - interval '1 s' WHERE id = %s", uuid_in(expired)
    )
    assert pair.ids() == [pair.offer]
    given.sql(town, "UPDATE __tenant__.contribution SET accepted_count = 0 WHERE id = %s", uuid_in(full))


@pytest.mark.parametrize("by_asker", [True, False])
def test_people_who_blocked_each_other_are_not_suggested(pair: Pair, by_asker: bool) -> None:
    one, two = actor_of(pair.asker), actor_of(pair.helper)
    blocker, blocked = (one, two) if by_asker else (two, one)
    block = {"blocker_id": blocker, "blocked_id": blocked, "is_named": False, "blocked_at": "now"}
    pair.given.insert(pair.town, "actor_block", **block)
    assert pair.ids() == [] == pair.ids(pair.helper, pair.offer)


def test_who_was_asked_is_not_suggested_again_from_either_side(pair: Pair) -> None:
    proposed(pair.helper, pair.request)
    assert pair.ids() == [] == pair.ids(pair.helper, pair.offer)


@pytest.mark.parametrize("by_asker", [True, False])
def test_request_without_a_name_stays_suggested_to_whom_its_author_has_to_do_with(pair: Pair, by_asker: bool) -> None:
    unnamed = pair.put(pair.asker, "REQUEST", isAnonymous=True)
    assert set(pair.ids(pair.helper, pair.offer)) == {pair.request, unnamed}
    proposed(pair.asker, pair.offer)
    assert pair.ids(pair.helper, pair.offer) == [unnamed]
    one, two = actor_of(pair.asker), actor_of(pair.helper)
    blocker, blocked = (one, two) if by_asker else (two, one)
    block = {"blocker_id": blocker, "blocked_id": blocked, "is_named": False, "blocked_at": "now"}
    pair.given.insert(pair.town, "actor_block", **block)
    assert pair.ids(pair.helper, pair.offer) == [unnamed]


def test_request_without_a_name_that_one_has_answered_is_not_suggested_again(pair: Pair) -> None:
    unnamed = pair.put(pair.asker, "REQUEST", isAnonymous=True)
    proposed(pair.helper, unnamed)
    assert pair.ids(pair.helper, pair.offer) == [pair.request]


def test_ones_own_that_is_over_has_none(pair: Pair) -> None:
    pause(pair.asker, pair.request)
    assert pair.ids() == []
    close(pair.asker, pair.request)
    assert pair.ids() == []


def test_the_nearest_come_first_and_five_at_most(pair: Pair, given: Given, town: Portal) -> None:
    far = [pair.put(given.actor(town), "OFFER", location={"lat": 48.1403, "lng": -1.6711}) for _ in range(3)]
    near = [pair.put(given.actor(town), "OFFER") for _ in range(3)]
    found = pair.ids()
    assert len(found) == 5 and set(found[:4]) == {*near, pair.offer} and found[4] in far


def test_answering_a_linked_mirror_makes_one_exchange(pair: Pair, given: Given, town: Portal) -> None:
    elsewhere = given.activity(town, kind="MUTUAL_AID")
    category = given.category(town, elsewhere)
    slug = "UPDATE __tenant__.category SET slug = (SELECT slug FROM __tenant__.category WHERE id = %s) WHERE id = %s"
    given.sql(town, slug, uuid_in(pair.category), uuid_in(category))
    linked = published(pair.helper, elsewhere, "OFFER", category=category, location=HERE)
    first = proposed(pair.asker, linked)
    assert proposed(pair.helper, pair.request) == first
    people = [actor_of(pair.asker), actor_of(pair.helper)]
    alive = "SELECT status FROM __tenant__.exchange WHERE proposer_id = ANY(%s) AND author_id = ANY(%s)"
    assert given.sql(town, alive, people, people) == [("ACCEPTED",)]


def test_position_that_is_published_alone_decides(pair: Pair) -> None:
    columns = "UPDATE __tenant__.contribution SET exact_lat = 10, exact_lng = 10 WHERE id = %s"
    for one in (pair.offer, pair.request):
        pair.given.sql(pair.town, columns, uuid_in(one))
    assert pair.ids() == [pair.offer]


def test_suggested_and_accepted_elsewhere_is_gone(pair: Pair, given: Given, town: Portal) -> None:
    only = pair.put(given.actor(town, name="Une"), "OFFER", capacity=1)
    assert only in pair.ids()
    given.sql(town, "UPDATE __tenant__.contribution SET accepted_count = 1 WHERE id = %s", uuid_in(only))
    assert only not in pair.ids()
    given.sql(town, "UPDATE __tenant__.contribution SET accepted_count = 0 WHERE id = %s", uuid_in(only))


def test_request_that_has_its_help_has_no_suggestions(pair: Pair, given: Given, town: Portal) -> None:
    accepted(pair.asker, proposed(given.actor(town, name="Aide"), pair.request))
    assert pair.ids() == []
