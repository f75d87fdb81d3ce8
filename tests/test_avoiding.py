"""Blocks hide the two from each other in lists, in their counts and on the map; everybody else sees them as before."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import published
from tests.conftest import Portal
from tests.exchanging import HERE, Aid, proposed
from tests.given import Given
from tests.test_actor_block import block

BOX = {"south": HERE["lat"] - 0.05, "west": HERE["lng"] - 0.05, "north": HERE["lat"] + 0.05, "east": HERE["lng"] + 0.05}
LISTS = """query($a: ID!, $near: NearInput!, $word: String!, $who: ID!, $box: BoundsInput!) {
  of: activity(id: $a) { contributions(first: 50) { totalCount nodes { id } } }
  near: contributions(activity: $a, near: $near, first: 50) { totalCount nodes { id } }
  newest: contributions(activity: $a, first: 50) { totalCount nodes { id } }
  any: contributions(activity: $a, status: null, first: 50) { totalCount nodes { id } }
  words: contributions(activity: $a, search: $word, first: 50) { totalCount nodes { id } }
  actor(id: $who) { contributions(first: 50) { totalCount nodes { id } } }
  hexagons(bounds: $box, zoom: 13, activity: $a) { count }
  sought: hexagons(bounds: $box, zoom: 13, activity: $a, search: $word) { count } }"""


class Pair:
    """An author of a request, and a neighbour with an offer, both in one activity and one cell."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.given, self.town, self.word = given, town, f"mot{uuid4().hex[:12]}"
        self.aid = Aid(given, town, capacity=2)
        self.author, self.other = self.aid.author, self.aid.neighbour()
        self.offer = self.offered(self.other)

    def offered(self, who: Portal, kind: str = "OFFER", **fields: Any) -> str:
        return published(who, self.aid.activity, kind, title=f"Une {self.word}", location=HERE, **fields)

    def seen(self, by: Portal, id_: str, whose: Portal) -> set[bool]:
        """In which lists somebody finds something; their counts are those of their rows."""
        self.given.fold(self.town)
        who = whose.ask("{ viewer { id } }")["viewer"]["id"]
        near = {**HERE, "radiusM": 2_000}
        told = by.ask(LISTS, a=self.aid.activity, near=near, word=self.word, who=who, box=BOX)
        lists = {name: told[name] for name in ("near", "newest", "any", "words")}
        lists |= {"of": told["of"]["contributions"], "actor": told["actor"]["contributions"]}
        assert {name: found["totalCount"] for name, found in lists.items()} == {
            name: len(found["nodes"]) for name, found in lists.items()
        }
        for counted, listed in (("hexagons", "near"), ("sought", "words")):
            assert sum(cell["count"] for cell in told[counted]) == len(lists[listed]["nodes"])
        return {id_ in [node["id"] for node in found["nodes"]] for found in lists.values()}


@pytest.fixture
def pair(given: Given, town: Portal) -> Pair:
    return Pair(given, town)


@pytest.mark.parametrize("by_author", [True, False])
def test_neither_finds_the_other_and_counts_tell_nothing(
    given: Given, town: Portal, pair: Pair, by_author: bool
) -> None:
    mine = pair.offered(pair.author)
    exchange = proposed(pair.other, pair.aid.contribution)
    assert pair.seen(pair.author, pair.offer, pair.other) == pair.seen(pair.other, mine, pair.author) == {True}
    block(pair.author if by_author else pair.other, exchange)
    assert pair.seen(pair.author, pair.offer, pair.other) == pair.seen(pair.other, mine, pair.author) == {False}
    assert pair.seen(pair.author, mine, pair.author) == pair.seen(pair.other, pair.offer, pair.other) == {True}
    for who in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        assert pair.seen(who, pair.offer, pair.other) == {True}


def test_what_has_no_name_is_shown_to_all(pair: Pair) -> None:
    unnamed = pair.offered(pair.author, "REQUEST", isAnonymous=True)
    block(pair.other, proposed(pair.other, pair.aid.contribution))
    lists = pair.seen(pair.other, unnamed, pair.author)
    assert lists == {True, False}  # Found in all but on the author's own page, where it is for nobody.


def test_proposals_are_everybodys(given: Given, town: Portal, pair: Pair) -> None:
    ideas = given.activity(town, kind="IDEA_BOX")
    idea = published(pair.author, ideas)
    block(pair.author, proposed(pair.other, pair.aid.contribution))
    read = "query($a: ID!) { contributions(activity: $a) { totalCount nodes { id } } }"
    assert pair.other.ask(read, a=ideas)["contributions"] == {"totalCount": 1, "nodes": [{"id": idea}]}
