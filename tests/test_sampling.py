"""Samples of signatures: announced before the close, drawn by the seed, checked, extrapolated, and what a failure allows."""

from hashlib import sha256
from typing import Any

import pytest

from models.sampling import extrapolate
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import elector, opened, read, ruled, sign_as, tended
from tests.test_page_petition import Visitor
from tests.test_signature_sheet import typed

SAMPLE = """query($id: ID!) { contribution(id: $id) { petition { state invalidReason sampledSignatures { rank signerName
  sheetNumber line isValid reason } sample { seed percent drawnAt population size checked valid estimate low high isFailed
  } } } }"""
PERCENT = "query($id: ID!) { contribution(id: $id) { petition { sample { percent } } } }"
NOT_NOW = refused("ACTION_NOT_POSSIBLE", "contribution")
LEVELS = [{"signatures": 8, "promise": "AGENDA"}, {"signatures": 900, "promise": "DEBATE"}]


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given.actor(town), admin, ruled(given, town, admin, LEVELS, isByLaw=True))


def shown(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(SAMPLE, id=proposal)["contribution"]["petition"])


def signed_by_ten(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    """Six online and four on paper, of which a first version of the sheet counts no more."""
    assert [sign_as(given.actor(town), proposal, **elector()) for _ in range(6)] == [[]] * 6
    typed(given, admin, proposal, signatures=[elector()])
    again = {"number": 1, "version": 1, "reason": "La feuille avait une autre page."}
    assert typed(given, admin, proposal, signatures=[elector() for _ in range(4)], **again)["userErrors"] == []


def closed(given: Given, town: Portal, proposal: str) -> None:
    over = "opened_at = now() - interval '9 days', closes_at = now() - interval '2 minutes'"
    given.sql(town, f"UPDATE __tenant__.petition SET {over} WHERE contribution_id = %s", uuid_in(proposal))


@pytest.mark.parametrize(
    ("valid", "size", "population", "told"),
    [
        (5, 5, 5, (5, 5, 5)),
        (0, 200, 1_000, (0, 0, 16)),
        (200, 200, 1_000, (1_000, 984, 1_000)),
        (150, 200, 1_000, (750, 692, 800)),
        (1, 2, 10, (5, 1, 9)),
    ],
)
def test_extrapolation_is_wilsons_interval_of_a_finite_population(
    valid: int, size: int, population: int, told: tuple[int, int, int]
) -> None:
    assert tuple(extrapolate(valid, size, population)) == told


def test_sample_is_drawn_by_the_seed_that_was_published_before_the_close(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    signed_by_ten(given, town, admin, proposal)
    assert do(admin, "petitionSampleDraw", contribution=proposal)["userErrors"] == NOT_NOW
    assert do(admin, "petitionSampleAnnounce", contribution=proposal, percent=0.5)["userErrors"] == refused(
        "BAD_INPUT", "percent"
    )
    done(admin, "petitionSampleAnnounce", contribution=proposal, percent=45)
    assert do(admin, "petitionSampleAnnounce", contribution=proposal, percent=10)["userErrors"] == NOT_NOW, "once"
    told = shown(town, proposal)["sample"]
    assert (told["percent"], told["drawnAt"], len(told["seed"])) == (45, None, 32)
    assert '"percent":45}' in town.post(PERCENT, {"id": proposal}).text.replace(" ", "")
    assert do(admin, "petitionSampleDraw", contribution=proposal)["userErrors"] == NOT_NOW, "people still sign"
    closed(given, town, proposal)
    done(admin, "petitionSampleDraw", contribution=proposal)
    assert do(admin, "petitionSampleDraw", contribution=proposal)["userErrors"] == NOT_NOW, "once"
    drawn = shown(town, proposal)
    assert (drawn["sample"]["population"], drawn["sample"]["size"]) == (10, 5), "4.5 are five"
    assert drawn["sampledSignatures"] == [], "the city alone sees whom"
    ranks = "SELECT id, sample_rank, elector_digest FROM __tenant__.petition_signature WHERE contribution_id = %s"
    there = given.sql(town, ranks, uuid_in(proposal))
    standing = sorted((sha256(f"{told['seed']}{id_}".encode()).digest(), id_) for id_, _, key in there if key)
    by_rank = sorted((rank, id_) for id_, rank, _ in there if rank)
    assert [id_ for _, id_ in by_rank] == [id_ for _, id_ in standing[:5]]


def test_announcement_comes_before_the_close_or_never(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    member = given.actor(town)
    assert do(member, "petitionSampleAnnounce", contribution=proposal)["userErrors"] == refused("FORBIDDEN", None)
    free = opened(given.actor(town), admin, ruled(given, town, admin))
    assert do(admin, "petitionSampleAnnounce", contribution=free)["userErrors"] == NOT_NOW
    closed(given, town, proposal)
    assert do(admin, "petitionSampleAnnounce", contribution=proposal)["userErrors"] == NOT_NOW


def test_checked_sample_is_published_and_a_failed_one_lets_the_city_invalidate_and_take_it_back(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    signed_by_ten(given, town, admin, proposal)
    done(admin, "petitionSampleAnnounce", contribution=proposal, percent=100)
    tended(given, town, proposal, "REACHED", 1)
    closed(given, town, proposal)
    done(admin, "petitionSampleDraw", contribution=proposal)
    marks = shown(admin, proposal)["sampledSignatures"]
    assert [one["rank"] for one in marks] == list(range(1, 11))
    assert (
        sum(one["sheetNumber"] == 1 for one in marks) == 4 and sum(one["signerName"] == "Camille" for one in marks) == 6
    )
    invalidating = {"contribution": proposal, "reason": "Six signatures sur dix ne sont pas d'électeurs."}
    assert do(admin, "petitionInvalidate", **invalidating)["userErrors"] == NOT_NOW
    mark = {"contribution": proposal, "isValid": False, "reason": "Inconnue de la liste électorale."}
    silent = {"contribution": proposal, "rank": 1, "isValid": False}
    assert do(admin, "petitionSignatureCheck", **silent)["userErrors"] == refused("TOO_SHORT", "reason")
    assert do(admin, "petitionSignatureCheck", **mark, rank=11)["userErrors"] == refused("NOT_FOUND", "rank")
    for rank in range(1, 7):
        done(admin, "petitionSignatureCheck", **mark, rank=rank)
    half = shown(town, proposal)["sample"]
    assert (half["checked"], half["valid"], half["isFailed"]) == (6, None, False)
    for rank in range(7, 11):
        done(admin, "petitionSignatureCheck", contribution=proposal, rank=rank, isValid=True)
    told = shown(town, proposal)["sample"]
    assert [told[name] for name in ("valid", "estimate", "low", "high", "isFailed")] == [4, 4, 4, 4, True]
    done(admin, "petitionInvalidate", **invalidating)
    there = shown(town, proposal)
    assert (there["state"], there["invalidReason"]) == ("INVALIDATED", invalidating["reason"])
    assert read(town, proposal)["signatures"] == 10, "nothing is deleted"
    done(admin, "petitionRevalidate", contribution=proposal)
    there = read(town, proposal)
    assert (there["state"], there["reachedLevels"]) == ("REACHED", 1) and there["dueAt"] is not None
    for rank in range(1, 6):
        done(admin, "petitionSignatureCheck", contribution=proposal, rank=rank, isValid=True)
    assert do(admin, "petitionInvalidate", **invalidating)["userErrors"] == NOT_NOW, "nine are valid"


def test_city_checks_by_forms_and_everybody_reads_what_came_out(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    city, page = Visitor(admin), f"/gestion/petitions/{proposal}/controle"
    signed_by_ten(given, town, admin, proposal)
    assert page in city.get(f"/gestion/petitions/{proposal}").text
    fields = {"contribution": proposal}
    assert city.submit(page, fields | {"form": "Announce", "percent": "10"}).status_code == 303
    assert "Contrôle de 10" in Visitor(town).get(f"/contribution/{proposal}").text
    closed(given, town, proposal)
    assert city.submit(page, fields | {"form": "Draw"}).status_code == 303
    mark = fields | {"form": "Check", "rank": "1"}
    refused_ = city.submit(page, mark | {"isValid": "false", "reason": "non"})
    assert refused_.status_code == 422 and 'value="non"' in refused_.text
    assert city.submit(page, mark | {"isValid": "true"}).status_code == 303
    told = Visitor(town).get(f"/contribution/{proposal}").text
    assert "1 valide sur 1 tirée, parmi 10." in told and "Wilson" in told and "Graine" in told
    assert Visitor(given.actor(town)).get(page).status_code == 404
