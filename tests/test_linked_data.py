"""What search engines read of pages: of things and organisations, never of persons, and nothing that a browser runs."""

import json
import re
from typing import Any

import pytest

from tests.acting import comment, published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.volunteering import Volunteers

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
HALL = {"lat": 48.1117, "lng": -1.6778}


def blocks(town: Portal, path: str) -> list[dict[str, Any]]:
    """What a page says, and that it is all that its scripts say."""
    answer = Browser(town.client, town.host).get(path)
    assert answer.status_code == 200
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    inline = re.findall(r"<script(?![^>]* src=)([^>]*)>", answer.text)
    told = [json.loads(text) for text in BLOCK.findall(answer.text)]
    assert inline == [' type="application/ld+json"'] * len(told)
    assert {each["@context"] for each in told} <= {"https://schema.org"}
    return told


def typed(told: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    [one] = [each for each in told if each["@type"] == kind]
    return one


def way(told: list[dict[str, Any]]) -> list[str]:
    items = typed(told, "BreadcrumbList")["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return [item["name"] for item in items]


def test_home_tells_of_the_city_and_how_to_search(town: Portal) -> None:
    [site] = blocks(town, "/")
    assert site["@type"] == "WebSite"
    assert site["publisher"]["@type"] == "GovernmentOrganization"
    assert site["publisher"]["name"] == "Rennes"
    template = site["potentialAction"]["target"]["urlTemplate"]
    found = Browser(town.client, town.host).get(
        template.removeprefix(f"http://{town.host}").replace("{search}", "velo")
    )
    assert found.status_code == 200


def test_proposal_is_a_posting_without_its_author(given: Given, town: Portal) -> None:
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")
    author = given.actor(town, name="Zénobie Quatremère")
    proposal = published(author, activity, title="Des bancs</script><b>", body="À l'ombre & au calme", location=HALL)
    comment(given.actor(town), proposal)
    told = blocks(town, f"/contribution/{proposal}")
    post = typed(told, "DiscussionForumPosting")
    assert (post["headline"], post["text"]) == ("Des bancs</script><b>", "À l'ombre & au calme")
    assert {
        each["interactionType"]["@type"]: each["userInteractionCount"] for each in post["interactionStatistic"]
    } == {"CommentAction": 1, "VoteAction": 0}
    assert way(told)[0] == "Accueil"
    assert way(told)[-1] == post["headline"]
    said = json.dumps(told, ensure_ascii=False)
    assert "Zénobie" not in said
    assert not re.search(r"48\.1|1\.67|\bgeo\b|latitude", said)


@pytest.mark.parametrize(("kind", "type_"), [("OFFER", "Offer"), ("REQUEST", "Demand")])
def test_neighbours_offers_and_needs_have_a_title_and_no_person(
    given: Given, town: Portal, kind: str, type_: str
) -> None:
    activity = given.activity(town, kind="MUTUAL_AID")
    body = "Appelez Zénobie au 02 99 00 00 00"
    contribution = published(
        given.actor(town, name="Zénobie"), activity, kind, title="Une perceuse", body=body, location=HALL
    )
    told = blocks(town, f"/contribution/{contribution}")
    assert typed(told, type_)["name"] == "Une perceuse"
    assert not re.search(r"Zénobie|02 99|48\.1|1\.67", json.dumps(told, ensure_ascii=False))


def test_listing_is_a_product_with_its_price_of_a_business(given: Given, town: Portal) -> None:
    seller = given.actor(town, kind="PRODUCER", name="La ferme du Gué")
    exact = {**HALL, "precision": "EXACT", "address": "1, rue du Gué"}
    activity = given.activity(town, kind="MARKETPLACE")
    listing = published(seller, activity, "LISTING", title="Œufs", priceCents=320, location=exact)
    told = blocks(town, f"/contribution/{listing}")
    offer = typed(told, "Product")["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("3.20", "EUR")
    assert (offer["seller"]["@type"], offer["seller"]["name"]) == ("LocalBusiness", "La ferme du Gué")
    assert not re.search(r"rue du Gué|48\.1|1\.67", json.dumps(told, ensure_ascii=False))
    page = offer["seller"]["url"].removeprefix(f"http://{town.host}")
    assert typed(blocks(town, page), "LocalBusiness")["name"] == "La ferme du Gué"


def test_person_s_page_says_nothing(given: Given, town: Portal) -> None:
    person = given.actor(town).ask("{ viewer { id } }")["viewer"]["id"]
    assert blocks(town, f"/acteur/{person}") == []


def test_mission_is_an_event_for_each_slot(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town)
    volunteers.added(startsAt="2027-06-01T07:00:00Z", endsAt="2027-06-01T10:30:00Z")
    told = blocks(town, f"/mission/{volunteers.contribution}")
    events = [each for each in told if each["@type"] == "Event"]
    assert len(events) == 2
    assert (events[-1]["startDate"], events[-1]["endDate"]) == (
        "2027-06-01T07:00:00+00:00",
        "2027-06-01T10:30:00+00:00",
    )
    assert events[0]["organizer"] == {"@type": "Organization", "name": "Les Jardins du Blosne"}
    assert volunteers.cancel()["userErrors"] == []
    events = [each for each in blocks(town, f"/mission/{volunteers.contribution}") if each["@type"] == "Event"]
    assert events[0]["eventStatus"] == "https://schema.org/EventCancelled"


def test_pages_above_are_named(given: Given, town: Portal) -> None:
    activity = given.activity(town)
    [[slug, title]] = given.sql(
        town,
        "SELECT slug, title FROM __tenant__.participatory_space WHERE id = %s",
        given.row(town, activity)["space_id"],
    )
    assert way(blocks(town, f"/espace/{slug}")) == ["Accueil", "Participer", title]
    assert way(blocks(town, f"/activite/{activity}"))[:2] == ["Accueil", title]
    assert typed(blocks(town, "/donnees"), "DataCatalog")["creator"]["name"] == "Rennes"


def test_what_is_closed_or_of_a_member_s_page_is_not_told(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town))
    browser = Browser(town.client, town.host)
    browser.submit("/auth/demo", {"role": "MEMBER", "next": "/"})
    assert BLOCK.findall(browser.get(f"/contribution/{contribution}").text) == []
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'CLOSED', closed_at = now(), outcome = 'WITHDRAWN' WHERE id = %s",
        uuid_in(contribution),
    )
    assert [each["@type"] for each in blocks(town, f"/contribution/{contribution}")] == ["BreadcrumbList"]
