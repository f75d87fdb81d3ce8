"""The agenda as a page: what the calendar files have, by month, without what is over and what is not public."""

import re
from html import unescape
from uuid import uuid4

import pytest

from geo import cell
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import STATES, ruled
from tests.test_agenda import HALL, slug
from tests.volunteering import Volunteers

LINE = re.compile(r"<li><p class=\"date-when\">(.*?)</li>", re.DOTALL)


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town)


def fetched(town: Portal, path: str) -> str:
    answer = Browser(town.client, town.host).get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def shown(town: Portal, path: str) -> dict[str, list[str]]:
    """The dates of a page by their headings: each as its words, a line one."""
    parts = fetched(town, path).split('<section class="dates-of"><h2>')[1:]
    bare = {part.partition("<")[0]: LINE.findall(part) for part in parts}
    return {
        heading: [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]
        for heading, lines in bare.items()
    }


def test_space_has_what_goes_on_and_what_comes_by_month(given: Given, town: Portal) -> None:
    space = given.space(town)
    idea = given.activity(town, vote_method="SUPPORT", opens_at="2026-01-05", closes_at="2099-02-01", space=space)
    given.activity(town, vote_method="SUPPORT", opens_at="2020-01-05", closes_at="2020-02-01", space=space)
    phases = (
        '[{"kind": "COLLECT", "title": "", "startsAt": "2026-01-05T00:00:00+00:00"},'
        ' {"kind": "VOTE", "title": "Le grand vote", "startsAt": "2099-01-01T08:00:00+00:00"}]'
    )
    given.sql(
        town, "UPDATE __tenant__.activity SET phases = %s, title = 'Un parc' WHERE id = %s", phases, uuid_in(idea)
    )
    signed = ruled(given, town, given.actor(town, role="ADMIN"))
    given.sql(town, "UPDATE __tenant__.activity SET space_id = %s WHERE id = %s", uuid_in(space), uuid_in(signed))
    petition = published(given.actor(town), signed, title="Une piscine <b>")
    state = STATES["petitionAnswer"].replace("'TRANSMITTED'", "'ON_AGENDA'")
    given.sql(
        town,
        f"UPDATE __tenant__.petition SET {state}, session_on = '2099-01-18', scheduled_at = now() WHERE contribution_id = %s",
        uuid_in(petition),
    )
    path = f"/espace/{slug(given, town, idea)}/agenda"
    dates = shown(town, path)
    assert dates == {  # The petition is signed no more: it has no last day to come.
        "En ce moment": ["jusqu’au 1er janvier 2099 Recueil des propositions Un parc"],
        "Janvier 2099": [
            "1er janvier 2099 jusqu’au 1er février 2099 Le grand vote Un parc",
            "18 janvier 2099 Séance du conseil Une piscine <b>",
        ],
    }
    page = fetched(town, path)
    assert f'href="{path}.ics"' in page and f'href="/activite/{idea}"' in page
    assert f'href="{path}"' in fetched(town, path.removesuffix("/agenda"))
    english = fetched(town, f"/en{path}") if "en" in town.record.locales else None
    assert english is None or "Council session" in english


def test_slot_has_its_hours_and_says_that_it_is_cancelled(volunteers: Volunteers, town: Portal) -> None:
    volunteers.added(startsAt="2027-06-01T07:00:00Z", endsAt="2027-06-01T10:30:00Z")
    line = "mardi 1er juin 2027, 9 h jusqu’à 12 h 30 Mission de bénévolat Planter la haie"
    assert line in shown(town, "/agenda")["Juin 2027"]
    assert volunteers.cancel()["userErrors"] == []
    lines = [line for lines in shown(town, "/agenda").values() for line in lines]
    assert [line for line in lines if "annulé Planter la haie" in line] != []


def test_place_has_its_missions_alone(given: Given, volunteers: Volunteers, town: Portal) -> None:
    given.activity(town, vote_method="SUPPORT", opens_at="2026-01-05", closes_at="2099-03-01")
    zone = given.zone(town, f"Le Blosne {uuid4().hex}")
    given.sql(
        town, "UPDATE __tenant__.contribution SET zone_id = %s WHERE id = %s", zone, uuid_in(volunteers.contribution)
    )
    there = f"zone_{town.number}_{zone}"
    [[line]] = shown(town, f"/agenda?zone={there}").values()
    assert "Planter la haie" in line and "Le Blosne" in line
    assert f'href="/agenda.ics?zone={there}"' in fetched(town, f"/agenda?zone={there}")
    mission = published(
        volunteers.member, volunteers.activity, "REQUEST", title="Peindre ici", onBehalfOf=volunteers.of, location=HALL
    )
    volunteers.contribution = mission
    volunteers.added()
    here = cell.to_text(cell.at(HALL["lat"], HALL["lng"], 8))
    lines = [line for lines in shown(town, f"/agenda?cell={here}&rayon=2000").values() for line in lines]
    assert [line for line in lines if "Peindre ici" in line] != []
    assert [line for line in lines if "bénévolat" not in line] == []
    assert Browser(town.client, town.host).get("/agenda?zone=Blosne").status_code == 404


def test_what_is_not_public_is_on_no_page_and_a_page_is_one_statement(given: Given, town: Portal) -> None:
    hidden = [
        given.activity(town, closes_at="2099-03-01", space=given.space(town, visibility=visibility))
        for visibility in ("MEMBERS", "DRAFT")
    ]
    before = town.running.database.statement_count
    page = fetched(town, f"/agenda?x={before}")
    assert town.running.database.statement_count - before <= 1
    assert not [one for one in hidden if one in page]
    for one in hidden:
        assert Browser(town.client, town.host).get(f"/espace/{slug(given, town, one)}/agenda").status_code == 404


def test_portal_without_any_feature_has_an_agenda_without_dates(given: Given, rennes: Portal) -> None:
    bare = given.tenant(rennes, "agenda-page-of-nothing", "commune-35238")
    given.features(bare, [])
    assert "Aucune date à venir." in fetched(bare, "/agenda")
