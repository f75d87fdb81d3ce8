"""Petitions by the law: who an elector is, one signature a quarter over all petitions, what is kept, and for how long."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Text, literal_column
from sqlalchemy.dialects import postgresql

from jobs import retention
from resolvers.elector import quarter_of
from tests.acting import WITHDRAW, published, refused
from tests.administering import done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import elector, electorate, opened, read, ruled, sign, sign_as, tended

PERSON = {"givenNames": "Éloïse", "familyName": "de La Tour-Dupont", "bornOn": "1980-02-29"}
ROWS = (
    "SELECT quarter, quarter_digest, elector_digest, commune, actor_id FROM __tenant__.petition_signature"
    " WHERE contribution_id = %s ORDER BY signed_at, id"
)
MINE = "query($id: ID!) { contribution(id: $id) { petition { isByLaw quarterSignature { id } communes { name } } } }"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return ruled(given, town, admin, isByLaw=True)


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal, activity: str) -> str:
    return opened(given.actor(town), admin, activity)


def rows(given: Given, town: Portal, proposal: str) -> list[tuple[Any, ...]]:
    return given.sql(town, ROWS, uuid_in(proposal))


def of_quarter(who: Portal, proposal: str) -> Any:
    return who.ask(MINE, id=proposal)["contribution"]["petition"]["quarterSignature"]


def last_quarter(given: Given, town: Portal, proposal: str) -> None:
    """Its signatures were made a quarter ago."""
    moved = "UPDATE __tenant__.petition_signature SET quarter = (quarter - interval '3 months')::date, quarter_digest ="
    given.sql(town, f"{moved} 'before ' || id WHERE contribution_id = %s", uuid_in(proposal))


def test_elector_signs_once_and_nothing_typed_is_kept(given: Given, town: Portal, proposal: str) -> None:
    person = elector()
    who = given.actor(town)
    assert sign(who, proposal) == refused("PROOF_NEEDED", "contribution"), "nobody signs without saying who it is"
    assert rows(given, town, proposal) == []
    assert sign_as(who, proposal, **person) == []
    assert sign_as(who, proposal, **person) == [], "twice by one account is once"
    [(quarter, of_quarter_, of_petition, commune, _)] = rows(given, town, proposal)
    today = given.sql(town, "SELECT (now() AT TIME ZONE 'Europe/Paris')::date")[0][0]
    assert quarter == date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    assert commune == town.story.collectivite.removeprefix("commune-")
    assert len({of_quarter_, of_petition}) == 2
    kept = repr(
        given.sql(town, "SELECT * FROM __tenant__.petition_signature WHERE contribution_id = %s", uuid_in(proposal))
    )
    assert person["familyName"] not in kept and person["bornOn"] not in kept
    assert (read(town, proposal)["signatures"], of_quarter(who, proposal)) == (1, {"id": proposal})


def test_the_same_elector_is_one_however_the_name_is_written_and_whatever_the_account(
    given: Given, town: Portal, proposal: str
) -> None:
    assert sign_as(given.actor(town), proposal, **electorate(PERSON)) == []
    again = {"givenNames": "eloise Marie", "familyName": "LATOUR DUPONT", "bornOn": PERSON["bornOn"]}
    assert sign_as(given.actor(town), proposal, **electorate(again | {"familyName": "LA TOUR DUPONT"})) == refused(
        "SIGNED_THIS_QUARTER", "familyName"
    )
    other = electorate(PERSON | {"bornOn": "1980-02-28"})
    assert sign_as(given.actor(town), proposal, **other) == []
    assert read(town, proposal)["signatures"] == 2


def test_quarter_is_one_over_all_petitions_and_free_again_once_the_signature_is_taken_back(
    given: Given, town: Portal, admin: Portal, activity: str, proposal: str
) -> None:
    second = opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))
    who, person = given.actor(town), elector()
    assert sign_as(who, proposal, **person) == []
    assert sign_as(who, second, **person) == refused("SIGNED_THIS_QUARTER", "contribution")
    assert sign_as(who, second, **elector()) == refused("SIGNED_THIS_QUARTER", "contribution"), (
        "an account is one elector"
    )
    stranger = given.actor(town)
    assert sign_as(stranger, second, **person) == refused("SIGNED_THIS_QUARTER", "familyName")
    assert of_quarter(stranger, second) is None, "nobody learns what somebody else has signed"
    assert (of_quarter(who, second), read(town, second)["signatures"]) == ({"id": proposal}, 0)
    assert who.ask(WITHDRAW, input={"contribution": proposal})["voteWithdraw"]["userErrors"] == []
    assert (read(town, proposal)["signatures"], rows(given, town, proposal)) == (0, [])
    assert sign_as(who, second, **person) == []
    assert of_quarter(who, proposal) == {"id": second}


def test_next_quarter_is_free_for_another_petition_but_not_for_the_same(
    given: Given, town: Portal, admin: Portal, activity: str, proposal: str
) -> None:
    second = opened(given.actor(town), admin, activity)
    who, person = given.actor(town), elector()
    assert sign_as(who, proposal, **person) == []
    last_quarter(given, town, proposal)
    assert of_quarter(who, second) is None
    assert sign_as(given.actor(town), proposal, **person) == refused("SIGNED_THIS_QUARTER", "familyName")
    assert sign_as(who, second, **person) == []
    assert sign_as(who, proposal, **person) == [], "it is signed already"
    assert (read(town, proposal)["signatures"], read(town, second)["signatures"]) == (1, 1)


@pytest.mark.parametrize(
    ("zone", "at", "first"),
    [
        ("Europe/Paris", "2026-09-30T21:59:59Z", date(2026, 7, 1)),
        ("Europe/Paris", "2026-09-30T22:00:00Z", date(2026, 10, 1)),
        ("America/Guadeloupe", "2026-10-01T03:59:59Z", date(2026, 7, 1)),
        ("America/Guadeloupe", "2026-10-01T04:00:00Z", date(2026, 10, 1)),
        ("Pacific/Noumea", "2026-12-31T13:00:00Z", date(2027, 1, 1)),
    ],
)
def test_quarter_begins_by_the_portals_own_clock(given: Given, town: Portal, zone: str, at: str, first: date) -> None:
    parts = (literal_column(f"'{at}'::timestamptz"), literal_column(f"'{zone}'", Text))
    text = quarter_of(*parts).compile(dialect=postgresql.dialect())
    assert given.sql(town, f"SELECT {text}") == [(first,)]


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"bornOn": "2015-01-01"}, "TOO_YOUNG", "bornOn"),
        ({"bornOn": "1700-01-01"}, "BAD_INPUT", "bornOn"),
        ({"givenNames": " "}, "TOO_SHORT", "givenNames"),
        ({"familyName": "x" * 81}, "TOO_LONG", "familyName"),
        ({"isOnHonour": False}, "REQUIRED", "isOnHonour"),
        ({"commune": "97105"}, "BAD_INPUT", "commune"),
    ],
)
def test_what_is_no_declaration_of_an_elector_is_refused(
    given: Given, town: Portal, proposal: str, other: dict[str, Any], code: str, field: str
) -> None:
    assert sign_as(given.actor(town), proposal, **elector() | other) == refused(code, field)
    assert (rows(given, town, proposal), read(town, proposal)["signatures"]) == ([], 0)


def test_petition_that_was_opened_otherwise_is_signed_otherwise_to_its_end(
    given: Given, town: Portal, admin: Portal
) -> None:
    activity = ruled(given, town, admin)
    before = opened(given.actor(town), admin, activity)
    levels = [{"signatures": 2, "promise": "MEDIATION"}]
    said = {"activity": activity, "version": 1, "levels": levels, "reason": "La règle passe au code des collectivités."}
    done(admin, "petitionRulePublish", isByLaw=True, **said)
    since = opened(given.actor(town), admin, activity)
    assert [read(town, one)["isByLaw"] for one in (before, since)] == [False, True]
    assert sign_as(given.actor(town), before, **elector()) == refused("ACTION_NOT_POSSIBLE", "contribution")
    assert sign(given.actor(town), before) == []
    assert sign(given.actor(town), since) == refused("PROOF_NEEDED", "contribution")
    done(admin, "petitionRulePublish", **said | {"version": 2})
    assert sign_as(given.actor(town), since, **elector()) == [], "what people sign stays"


def test_nobody_signs_what_is_not_open_or_is_not_seen(
    given: Given, town: Portal, admin: Portal, activity: str, proposal: str
) -> None:
    waiting = published(given.actor(town), activity)
    assert sign_as(given.actor(town), waiting, **elector()) == refused("ACTION_NOT_POSSIBLE", "contribution")
    given.sql(
        town,
        "UPDATE __tenant__.petition SET opened_at = now() - interval '2 days', closes_at = now()"
        " - interval '1 day' WHERE contribution_id = %s",
        uuid_in(proposal),
    )
    assert sign_as(given.actor(town), proposal, **elector()) == refused("VOTING_NOT_OPEN", "contribution")
    assert rows(given, town, proposal) == []
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(proposal),
    )
    assert sign_as(given.actor(town), proposal, **elector()) == refused("NOT_FOUND", "contribution")


def test_in_a_grouping_the_elector_says_of_which_commune(given: Given, town: Portal) -> None:
    metropole = given.tenant(town, "petition-rennes", "epci-243500139")
    admin = given.actor(metropole, role="ADMIN")
    proposal = opened(given.actor(metropole), admin, ruled(given, metropole, admin, isByLaw=True))
    names = [one["name"] for one in metropole.ask(MINE, id=proposal)["contribution"]["petition"]["communes"]]
    assert len(names) == 43 and {"Rennes", "Cesson-Sévigné"} < set(names)
    who = given.actor(metropole)
    assert sign_as(who, proposal, **elector()) == refused("REQUIRED", "commune")
    assert sign_as(who, proposal, **elector(), commune="59350") == refused("BAD_INPUT", "commune")
    assert sign_as(who, proposal, **elector(), commune="35051") == []
    assert [row[3] for row in rows(given, metropole, proposal)] == ["35051"]


def test_of_two_hundred_requests_of_one_elector_over_two_petitions_one_signs(
    given: Given, town: Portal, admin: Portal, activity: str, proposal: str
) -> None:
    both = (proposal, opened(given.actor(town), admin, activity))
    people, person = given.citizens(town, 100), elector()
    ready = Barrier(20)

    def signing(place: int) -> str:
        if place < 20:
            ready.wait(10)
        return str([one["code"] for one in sign_as(people[place % 100], both[place % 2], **person)])

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(signing, range(200)))
    # The account that has signed may come a second time.
    assert set(outcomes) == {"[]", "['SIGNED_THIS_QUARTER']"} and outcomes["[]"] in (1, 2)
    assert sum(len(rows(given, town, one)) for one in both) == 1
    assert sum(read(town, one)["signatures"] for one in both) == 1


def test_withdrawn_after_the_level_takes_nothing_back_and_erasing_keeps_the_signature(
    given: Given, town: Portal, proposal: str
) -> None:
    people = [given.actor(town) for _ in range(2)]
    persons = [elector() for _ in people]
    assert [sign_as(who, proposal, **person) for who, person in zip(people, persons, strict=True)] == [[], []]
    tended(given, town, proposal, "REACHED", 1)
    people[0].ask(WITHDRAW, input={"contribution": proposal})
    there = tended(given, town, proposal, "REACHED", 1)
    assert (there["signatures"], there["reachedLevels"]) == (1, 1)
    erase = 'mutation { accountErase(input: {contributions: KEEP, confirmation: "Camille"}) { userErrors { code } } }'
    assert people[1].ask(erase)["accountErase"]["userErrors"] == []
    assert (read(town, proposal)["signatures"], [row[4] for row in rows(given, town, proposal)]) == (1, [None])
    assert sign_as(given.actor(town), proposal, **persons[1]) == refused("SIGNED_THIS_QUARTER", "familyName")


def test_digests_go_when_the_quarter_and_the_petition_are_over(given: Given, town: Portal, proposal: str) -> None:
    assert sign_as(given.actor(town), proposal, **elector()) == []

    def kept() -> tuple[bool, bool]:
        given.run(retention.keep(given.database, town.number))
        [(_, of_quarter_, of_petition, _, _)] = rows(given, town, proposal)
        return of_quarter_ is not None, of_petition is not None

    assert kept() == (True, True)
    ended = "UPDATE __tenant__.petition_signature SET quarter = date_trunc('quarter', now() - interval '%s days')::date"
    given.sql(town, ended.replace("%s", "125") + " WHERE contribution_id = %s", uuid_in(proposal))
    assert kept() == (False, True)
    closed = (
        "UPDATE __tenant__.petition SET opened_at = now() - interval '90 days', closes_at = now() - interval '61 days'"
    )
    given.sql(town, f"{closed} WHERE contribution_id = %s", uuid_in(proposal))
    assert kept() == (False, False)
    assert read(town, proposal)["signatures"] == 1
