"""Blocks: whoever wants no more to do with somebody is left alone by them, and nobody is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.acting import ERRORS, published, refused
from tests.conftest import Portal
from tests.exchanging import HERE, Aid, accepted, confirm, propose, proposed, read, status
from tests.given import Given, uuid_in
from tests.test_thread import send

BLOCK = f"mutation($input: ActorBlockInput!) {{ actorBlock(input: $input) {{ block {{ id name }} {ERRORS} }} }}"
UNBLOCK = f"mutation($input: ActorUnblockInput!) {{ actorUnblock(input: $input) {{ {ERRORS} }} }}"
MINE = "{ viewer { blocks { nodes { id name } } } }"


def block(who: Portal, exchange: str) -> dict[str, Any]:
    return dict(who.ask(BLOCK, input={"exchange": exchange})["actorBlock"])


@pytest.fixture
def aid(given: Given, town: Portal) -> Aid:
    return Aid(given, town, capacity=2)


@pytest.mark.parametrize("by_author", [True, False])
def test_block_ends_what_the_two_have_and_neither_answers_the_other_again(aid: Aid, by_author: bool) -> None:
    helper, other = aid.neighbour(), aid.neighbour()
    exchange, kept = proposed(helper, aid.contribution), proposed(other, aid.contribution)
    accepted(aid.author, exchange, placePrecision="STREET", place="Rue de Brest")
    accepted(aid.author, kept)
    assert block(aid.author if by_author else helper, exchange)["userErrors"] == []
    assert (status(helper, exchange), status(other, kept), aid.count()) == ("CANCELLED", "ACCEPTED", 1)
    theirs = published(helper, aid.activity, "OFFER")
    assert propose(helper, aid.contribution)["userErrors"] == refused("NOT_FOUND", "contribution")
    assert propose(aid.author, theirs)["userErrors"] == refused("NOT_FOUND", "contribution")


def test_the_other_is_not_told(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    block(aid.author, exchange)
    seen = read(helper, exchange)
    assert seen is not None and (seen["reason"], seen["endedBy"]) == ("OTHER", "END")
    assert helper.ask(MINE)["viewer"]["blocks"]["nodes"] == []
    assert send(helper, exchange, "Pourquoi ?")["userErrors"] == refused("THREAD_NOT_OPEN", "exchange")


@pytest.mark.parametrize("by_author", [True, False])
def test_what_was_done_is_closed_to_words_by_a_block(aid: Aid, by_author: bool) -> None:
    helper = aid.neighbour()
    exchange = _done(aid, helper)
    assert read(helper, exchange)["acts"] == ["WRITE"]  # type: ignore[index]
    block(aid.author if by_author else helper, exchange)
    for who in (aid.author, helper):
        assert read(who, exchange)["acts"] == []  # type: ignore[index]
        with aid.given.nothing_written(aid.town):
            assert send(who, exchange, "Pourquoi ?")["userErrors"] == refused("THREAD_NOT_OPEN", "exchange")


@pytest.mark.parametrize("is_done", [True, False])
@pytest.mark.parametrize("by_author", [True, False])
def test_place_is_not_shown_any_more_after_a_block(aid: Aid, is_done: bool, by_author: bool) -> None:
    helper, other = aid.neighbour(), aid.neighbour()
    shown = {"placePrecision": "POINT", "place": "3e étage"}
    exchange, kept = proposed(helper, aid.contribution), proposed(other, aid.contribution)
    for one in (exchange, kept):
        accepted(aid.author, one, **shown)
    if is_done:
        confirm(aid.author, exchange)
        confirm(helper, exchange)
    expected = {"precision": "POINT", "words": "3e étage", **HERE}
    assert read(helper, exchange)["place"] == expected  # type: ignore[index]
    made = block(aid.author if by_author else helper, exchange)["block"]
    row = aid.given.row(aid.town, exchange)
    assert (row["place"], row["place_precision"], row["due_at"]) == (None, None, None)
    assert read(helper, exchange)["place"] is None  # type: ignore[index]
    assert read(other, kept)["place"] == expected  # type: ignore[index]
    undone = (aid.author if by_author else helper).ask(UNBLOCK, input={"block": made["id"]})
    assert undone["actorUnblock"]["userErrors"] == []
    assert read(helper, exchange)["place"] is None  # type: ignore[index]


def _done(aid: Aid, helper: Portal) -> str:
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    confirm(aid.author, exchange)
    assert confirm(helper, exchange)["exchange"]["status"] == "DONE"
    return exchange


def test_block_is_taken_back_by_whoever_made_it_alone(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    made = block(aid.author, exchange)["block"]
    assert aid.author.ask(MINE)["viewer"]["blocks"]["nodes"] == [made]
    assert made["name"] == "Camille"
    assert helper.ask(UNBLOCK, input={"block": made["id"]})["actorUnblock"]["userErrors"] == refused(
        "NOT_FOUND", "block"
    )
    assert aid.author.ask(UNBLOCK, input={"block": made["id"]})["actorUnblock"]["userErrors"] == []
    proposed(helper, aid.contribution)


def test_block_does_not_tell_who_an_author_without_a_name_is(given: Given, town: Portal) -> None:
    aid = Aid(given, town, isAnonymous=True)
    helper = aid.neighbour()
    assert block(helper, proposed(helper, aid.contribution))["block"]["name"] is None


def test_block_twice_is_one(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    assert block(helper, exchange)["block"] == block(helper, exchange)["block"]


@pytest.mark.parametrize("_round", range(8))
def test_block_and_proposal_at_once_leave_nothing_alive(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    second = published(aid.author, aid.activity, "REQUEST")
    ready = Barrier(2)

    def run(act: Any) -> None:
        ready.wait(10)
        act()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (lambda: block(aid.author, exchange), lambda: propose(helper, second))))
    author = uuid_in(aid.author.ask("{ viewer { id } }")["viewer"]["id"])
    alive = "SELECT count(*) FROM __tenant__.exchange WHERE author_id = %s AND ended_at IS NULL"
    assert given.sql(town, alive, author) == [(0,)]
