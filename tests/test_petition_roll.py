"""Electoral rolls: signatures are compared by keyed digests; figures are published, nobody is named, no list is kept."""

from typing import Any
from uuid import uuid4

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import elector, opened, ruled, sign_as
from tests.test_page_petition import Visitor
from tests.test_sampling import closed
from tests.test_signature_sheet import typed

COMPARED = """query($id: ID!) { contribution(id: $id) { petition { rollComparison { onRollCount notOnRollCount notComparableCount
  notComparedCount rolls { commune asOf rowCount refusedCount } } sampledSignatures { rank rollResult isValid }
  sample { valid checked } } } }"""
HEAD = "Nom de naissance;Nom d'usage;Prénoms;Date de naissance;Adresse\n"


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))


def sent(who: Portal, proposal: str, *rows: str, head: str = HEAD, **said: str) -> Any:
    """The answer to a roll's file."""
    return who.client.post(
        "/petition/liste",
        headers={"host": who.host, "authorization": f"Bearer {who.token}"},
        data={"contribution": proposal, "asOf": "2026-01-15", **said},
        files={"file": ("liste.csv", (head + "\n".join(rows)).encode())},
    )


def shown(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(COMPARED, id=proposal)["contribution"]["petition"])


def figures(who: Portal, proposal: str) -> tuple[int, ...] | None:
    """On the roll, not on it, not comparable, not compared."""
    there = shown(who, proposal)["rollComparison"]
    names = ("onRollCount", "notOnRollCount", "notComparableCount", "notComparedCount")
    return there and tuple(there[name] for name in names)


def people(count: int) -> list[dict[str, str]]:
    """Electors, each with a family name of one word that nobody else has."""
    return [elector() | {"familyName": f"Électeur{uuid4().hex}", "bornOn": "1984-02-29"} for _ in range(count)]


def signed(given: Given, town: Portal, proposal: str, electors: list[dict[str, str]]) -> None:
    assert [sign_as(given.actor(town), proposal, **one) for one in electors] == [[]] * len(electors)


def row(one: dict[str, str], *, given_names: str = "CAMILLE, Jeanne", usage: str = "") -> str:
    """An elector as a roll writes it: by the usage name as well, in other letters, with more given names."""
    name = one["familyName"].upper().replace("É", "E")
    born = "29/02/1984"
    return f"{'Autre' if usage else name};{name if usage else ''};{given_names};{born};Secrète"


def test_signatures_online_and_on_paper_are_compared_however_a_roll_writes_the_name(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    online, paper = people(5), people(2)
    signed(given, town, proposal, online)
    assert figures(admin, proposal) is None
    typed(given, admin, proposal, signatures=people(1))
    again = {"number": 1, "version": 1, "reason": "La feuille avait une autre page."}
    assert typed(given, admin, proposal, signatures=paper, **again)["userErrors"] == []
    roll = [row(online[0]), row(online[1], usage="x"), row(online[2], given_names="Camille"), row(paper[0])]
    roll += [row(online[3], given_names="Claude"), "Sansdate;;Luc;00/00/1950;Secrète", row(people(1)[0])]
    answer = sent(admin, proposal, *roll)
    assert (answer.status_code, answer.json()) == (201, {"rowCount": 7, "refusedCount": 1})
    for who in (town, admin):
        assert figures(who, proposal) == (4, 3, 0, 0)
    [told] = shown(town, proposal)["rollComparison"]["rolls"]
    assert told == {"commune": "35238", "asOf": "2026-01-15", "rowCount": 7, "refusedCount": 1}
    signed(given, town, proposal, people(1))
    assert figures(town, proposal) == (4, 3, 0, 1), "who signs later was not compared"
    assert sent(admin, proposal, row(online[4])).status_code == 201
    assert figures(town, proposal) == (5, 3, 0, 0), "the second of two files"
    kept = given.sql(
        town, "SELECT roll_checks::text FROM __tenant__.petition WHERE contribution_id = %s", uuid_in(proposal)
    )
    assert "Secr" not in str(kept) and str(kept).count("35238") == 1
    done(admin, "petitionRollForget", contribution=proposal)
    assert figures(admin, proposal) is None


def test_few_are_for_the_city_alone(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    electors = people(4)
    signed(given, town, proposal, electors)
    assert sent(admin, proposal, row(electors[0])).status_code == 201
    moderator = given.actor(town, role="MODERATOR")
    assert [figures(who, proposal) for who in (town, given.actor(town), moderator)] == [None, None, (1, 3, 0, 0)]
    signed(given, town, proposal, people(1))
    assert figures(town, proposal) is None
    assert sent(admin, proposal, row(electors[0])).status_code == 201
    assert figures(town, proposal) == (1, 4, 0, 0)


def test_signature_whose_key_is_gone_is_not_comparable(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    electors = people(6)
    signed(given, town, proposal, electors)
    gone = """UPDATE __tenant__.petition_signature SET elector_digest = NULL WHERE id = (
      SELECT id FROM __tenant__.petition_signature WHERE contribution_id = %s ORDER BY id LIMIT 1)"""
    given.sql(town, gone, uuid_in(proposal))
    assert sent(admin, proposal, *map(row, electors)).status_code == 201
    assert figures(town, proposal) == (5, 0, 1, 0)


def test_key_of_one_petition_is_none_of_another(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    other = opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))
    electors = people(5)
    signed(given, town, proposal, electors)
    signed(given, town, other, people(5))
    assert sent(admin, other, *map(row, electors)).status_code == 201
    assert (figures(town, other), figures(admin, proposal)) == ((0, 5, 0, 0), None)


def test_sample_is_matched_with_the_roll_and_the_others_are_left_to_people(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    electors = people(3)
    signed(given, town, proposal, electors)
    assert do(admin, "petitionSampleMatch", contribution=proposal)["userErrors"] == refused(
        "ACTION_NOT_POSSIBLE", "contribution"
    )
    done(admin, "petitionSampleAnnounce", contribution=proposal, percent=100)
    closed(given, town, proposal)
    done(admin, "petitionSampleDraw", contribution=proposal)
    assert sent(admin, proposal, *map(row, electors[:2])).status_code == 201
    assert do(given.actor(town), "petitionSampleMatch", contribution=proposal)["userErrors"] == refused(
        "FORBIDDEN", None
    )
    done(given.actor(town, role="MODERATOR"), "petitionSampleMatch", contribution=proposal)
    there = shown(admin, proposal)
    assert sorted((one["rollResult"], one["isValid"]) for one in there["sampledSignatures"]) == [
        ("NOT_ON_ROLL", None),
        ("ON_ROLL", True),
        ("ON_ROLL", True),
    ]
    assert there["sample"] == {"valid": None, "checked": 2}
    [left] = [one["rank"] for one in there["sampledSignatures"] if one["isValid"] is None]
    done(admin, "petitionSignatureCheck", contribution=proposal, rank=left, isValid=True)
    assert shown(town, proposal)["sample"] == {"valid": 3, "checked": 3}


def test_what_is_no_roll_is_refused_and_changes_nothing(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    signed(given, town, proposal, people(1))
    free = opened(given.actor(town), admin, ruled(given, town, admin))
    whole = "Nom et prénom;Date de naissance\n"
    cases = [
        (sent(admin, proposal, "a;b", head=whole), "NO_COLUMNS"),
        (sent(admin, proposal, "a;b", head="Nom;Rue\n"), "NO_COLUMNS"),
        (sent(admin, proposal, "Le;;Luc;01/01/1950;x", asOf="2999-01-01"), "BAD_INPUT"),
        (sent(admin, proposal, "Le;;Luc;01/01/1950;x", asOf="hier"), "REQUIRED"),
        (sent(admin, proposal, "Le;;Luc;01/01/1950;x", commune="75056"), "REQUIRED"),
        (sent(admin, free, "Le;;Luc;01/01/1950;x"), "ACTION_NOT_POSSIBLE"),
        (sent(admin, proposal.replace("contribution", "activity"), "x"), "NOT_FOUND"),
    ]
    assert [(answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) for answer, _ in cases] == [
        (422, code) for _, code in cases
    ]
    for who in (town, given.actor(town), given.actor(town, role="MODERATOR")):
        assert sent(who, proposal, "x").status_code in (401, 403)
    assert figures(admin, proposal) is None


def test_administrator_compares_by_a_form(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    electors = people(5)
    signed(given, town, proposal, electors)
    page = f"/gestion/petitions/{proposal}/controle"
    assert 'action="/petition/liste"' in Visitor(admin).get(page).text
    assert 'action="/petition/liste"' not in Visitor(given.actor(town, role="MODERATOR")).get(page).text
    assert "chacune à part" in Visitor(admin).get(f"{page}?refused=NO_COLUMNS&asOf=2026-01-15").text
    assert sent(admin, proposal, *map(row, electors[:4])).status_code == 201
    assert "4 inscrites sur 5 signatures comparées" in Visitor(town).get(f"/contribution/{proposal}").text.replace(
        "\u202f", " "
    )
    assert Visitor(admin).submit(page, {"form": "ForgetRoll", "contribution": proposal}).status_code == 303
    assert figures(admin, proposal) is None
