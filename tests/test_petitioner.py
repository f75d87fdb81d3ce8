"""Who stands behind a petition: sponsors before it is submitted, authors who come by a code and may all leave but one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acting import REVISE, published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import LEVELS, opened, read, ruled, sign, signed, tended
from tests.test_page_petition import Visitor

SHOWN = """query($id: ID!) { contribution(id: $id) { author { id } outcome status petition { state sponsorCount viewerRole
  authorCode coAuthors { id } dueAt } } }"""
NOT_POSSIBLE = refused("ACTION_NOT_POSSIBLE", "contribution")


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


def shown(who: Portal, proposal: str) -> dict[str, Any]:
    """What somebody sees of who stands behind it."""
    there = who.ask(SHOWN, id=proposal)["contribution"]
    return {**there.pop("petition"), **there}


def me(who: Portal) -> str:
    return str(who.ask("{ viewer { id } }")["viewer"]["id"])


def joined(who: Portal, author: Portal, proposal: str) -> list[Any]:
    """What refuses that somebody becomes an author by the code of another."""
    code = shown(author, proposal)["authorCode"]
    return list(do(who, "petitionAuthorJoin", contribution=proposal, code=code)["userErrors"])


def test_petition_without_enough_sponsors_is_not_submitted(
    given: Given, town: Portal, admin: Portal, author: Portal
) -> None:
    proposal = published(author, ruled(given, town, admin, sponsors=2))
    there = shown(town, proposal)
    assert (there["state"], there["dueAt"], there["sponsorCount"]) == ("SEEKING", None, 0)
    assert do(admin, "petitionAdmit", contribution=proposal)["userErrors"] == NOT_POSSIBLE
    assert do(author, "petitionSponsor", contribution=proposal)["userErrors"] == NOT_POSSIBLE, "not by its author"
    first, second = given.actor(town), given.actor(town)
    for _ in range(2):
        done(first, "petitionSponsor", contribution=proposal)
    assert (shown(first, proposal)["sponsorCount"], shown(first, proposal)["viewerRole"]) == (1, "SPONSOR")
    done(first, "petitionLeave", contribution=proposal)
    assert shown(first, proposal)["sponsorCount"] == 0
    done(first, "petitionSponsor", contribution=proposal)
    done(second, "petitionSponsor", contribution=proposal)
    there = shown(town, proposal)
    assert (there["state"], there["sponsorCount"]) == ("SUBMITTED", 2) and there["dueAt"] is not None
    assert do(given.actor(town), "petitionSponsor", contribution=proposal)["userErrors"] == NOT_POSSIBLE
    assert do(first, "petitionLeave", contribution=proposal)["userErrors"] == NOT_POSSIBLE, "it is done"
    done(admin, "petitionAdmit", contribution=proposal)


def test_what_is_sponsored_keeps_its_words(given: Given, town: Portal, admin: Portal, author: Portal) -> None:
    proposal = published(author, ruled(given, town, admin, sponsors=2))

    def revised() -> list[Any]:
        answer = author.ask(REVISE, input={"contribution": proposal, "title": "Un banc, mais ailleurs"})
        return list(answer["contributionRevise"]["userErrors"])

    assert revised() == []
    done(given.actor(town), "petitionSponsor", contribution=proposal)
    assert [one["code"] for one in revised()] == ["PETITION_FIXED"]


def test_last_two_sponsors_at_once_submit_it_once(given: Given, town: Portal, admin: Portal, author: Portal) -> None:
    proposal = published(author, ruled(given, town, admin, sponsors=8))
    people = given.citizens(town, 8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda who: done(who, "petitionSponsor", contribution=proposal), people))
    assert (shown(town, proposal)["state"], shown(town, proposal)["sponsorCount"]) == ("SUBMITTED", 8)


def test_rule_that_wants_fewer_sponsors_submits_by_the_clock(
    given: Given, town: Portal, admin: Portal, author: Portal
) -> None:
    activity = ruled(given, town, admin, sponsors=5)
    proposal = published(author, activity)
    done(given.actor(town), "petitionSponsor", contribution=proposal)
    said = {"activity": activity, "version": 1, "levels": LEVELS, "reason": "Cinq parrains, c'est trop ici."}
    done(admin, "petitionRulePublish", sponsors=1, **said)
    assert tended(given, town, proposal, "SUBMITTED")["dueAt"] is not None
    assert do(admin, "petitionRulePublish", sponsors=21, **said | {"version": 2})["userErrors"] == refused(
        "BAD_INPUT", "sponsors"
    )


def test_authors_come_by_a_code_that_authors_alone_read(
    given: Given, town: Portal, admin: Portal, author: Portal
) -> None:
    proposal = published(author, ruled(given, town, admin))
    other, stranger = given.actor(town), given.actor(town)
    assert [shown(who, proposal)["authorCode"] for who in (town, other, admin)] == [None] * 3
    wrong = do(other, "petitionAuthorJoin", contribution=proposal, code="00000000-0000-0000-0000-000000000000")
    assert wrong["userErrors"] == refused("BAD_INPUT", "code")
    assert joined(other, author, proposal) == []
    assert joined(other, author, proposal) == [], "twice is once"
    assert shown(town, proposal)["coAuthors"] == [{"id": me(other)}]
    assert (shown(other, proposal)["viewerRole"], shown(stranger, proposal)["viewerRole"]) == ("AUTHOR", None)
    assert [joined(given.actor(town), other, proposal) for _ in range(3)] == [[], [], []]
    assert joined(stranger, author, proposal) == refused("LIMIT_REACHED", "contribution")
    done(admin, "petitionAdmit", contribution=proposal)
    done(other, "petitionOpen", contribution=proposal)
    assert shown(author, proposal)["authorCode"] is None, "people sign what has these authors"
    code = given.sql(town, "SELECT author_code FROM __tenant__.petition WHERE contribution_id = %s", uuid_in(proposal))
    late = do(stranger, "petitionAuthorJoin", contribution=proposal, code=str(code[0][0]))
    assert late["userErrors"] == refused("BAD_INPUT", "code")


def test_petition_goes_on_while_one_author_is_left(given: Given, town: Portal, admin: Portal, author: Portal) -> None:
    proposal = published(author, ruled(given, town, admin))
    second, third = given.actor(town), given.actor(town)
    assert [joined(who, author, proposal) for who in (second, third)] == [[], []]
    close = {"contribution": proposal, "outcome": "WITHDRAWN"}
    assert do(author, "contributionClose", **close)["userErrors"] == NOT_POSSIBLE
    done(admin, "petitionAdmit", contribution=proposal)
    done(author, "petitionOpen", contribution=proposal)
    assert sign(given.actor(town), proposal) == []
    done(author, "petitionLeave", contribution=proposal)
    there = shown(town, proposal)
    assert (there["author"], there["coAuthors"]) == ({"id": me(second)}, [{"id": me(third)}])
    done(third, "petitionLeave", contribution=proposal)
    assert do(second, "petitionLeave", contribution=proposal)["userErrors"] == NOT_POSSIBLE, "one is left"
    assert do(third, "petitionLeave", contribution=proposal)["userErrors"] == NOT_POSSIBLE
    assert (read(town, proposal)["state"], read(town, proposal)["signatures"]) == ("OPEN", 1)
    done(second, "contributionClose", **close)


def test_erased_author_leaves_the_petition_to_the_others(
    given: Given, town: Portal, admin: Portal, author: Portal
) -> None:
    proposal = published(author, ruled(given, town, admin))
    second = given.actor(town)
    assert joined(second, author, proposal) == []
    done(admin, "petitionAdmit", contribution=proposal)
    done(second, "petitionOpen", contribution=proposal)
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    assert author.ask(erase)["accountErase"]["userErrors"] == []
    there = shown(town, proposal)
    assert (there["author"], there["coAuthors"], there["outcome"]) == ({"id": me(second)}, [], None)
    assert read(town, proposal)["isSignable"]
    alone = opened(given.actor(town), admin, ruled(given, town, admin))
    signed(given, town, alone, 1)


def test_sponsor_and_author_come_and_go_by_forms(given: Given, town: Portal, admin: Portal, author: Portal) -> None:
    proposal = published(author, ruled(given, town, admin, sponsors=5))
    page = f"/contribution/{proposal}"
    code = shown(author, proposal)["authorCode"]
    mine = Visitor(author).get(page).text
    assert f"?coauteur={code}" in mine and "Parrainer cette pétition" not in mine
    person, other = Visitor(given.actor(town)), Visitor(given.actor(town))
    first = person.get(page).text
    assert "5 parrains attendus" in first.replace("\N{NO-BREAK SPACE}", " ")
    assert code not in first
    assert person.submit(page, {"form": "Sponsor", "contribution": proposal}).status_code == 303
    assert "Retirer mon parrainage" in person.get(page).text
    assert "Accepter d’être coauteur" in other.get(f"{page}?coauteur={code}").text
    assert other.submit(page, {"form": "Join", "contribution": proposal, "code": "faux"}).status_code == 422
    assert other.submit(page, {"form": "Join", "contribution": proposal, "code": code}).status_code == 303
    assert "Quitter cette pétition" in other.get(page).text
    gone = Visitor(author).get(page).text
    assert "Quitter cette pétition" in gone and 'value="WITHDRAWN"' not in gone
    assert other.submit(page, {"form": "Leave", "contribution": proposal}).status_code == 303
    assert shown(town, proposal)["coAuthors"] == []
