"""What a published result does not hold yet: told on its page at once; and what a recount changed, before and after."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from counting import vote_result
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen
from tests.test_paper_ballot import Typing
from tests.test_polling_desk import Polling
from tests.test_polling_record import SUPPORT, write
from tests.test_statement_count import statements
from tests.test_urn import Secret

OPEN = """query($id: ID!) { activity(id: $id) { openCount { correctedAt deskCount } turnout { ballotCount paperCount }
  formerResult { version ballotCount isDecisive } results { version reason isDecisive }
  winners { rank isWinner contribution { id } } } }"""
REASON = "Une enveloppe avait glissé sous la table."


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own, whose votes nobody else counts."""
    return given.tenant(rennes, "recount-town", "commune-35238")  # type: ignore[return-value]  # Nothing to take down.


@pytest.fixture
def polling(given: Given, place: Portal) -> Polling:
    return Polling(given, place)


def told(poll: Polling) -> dict[str, Any]:
    with statements(poll.admin, 1):
        return dict(poll.admin.ask(OPEN, id=poll.activity)["activity"])


def count(poll: Polling) -> None:
    poll.given.run(vote_result.count(poll.given.database, poll.town.number))
    poll.given.sql(poll.town, "UPDATE __tenant__.vote_result SET counted_at = counted_at")  # As a visit says it.


def page(poll: Polling, path: str = "/resultats/") -> str:
    html = Browser(poll.town.client, poll.town.host).get(path + poll.activity).text
    return unescape(html).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def test_correction_is_told_until_it_is_counted_and_then_what_it_changed(given: Given, polling: Polling) -> None:
    for places in ((0,), (0, 1)):
        polling.cast(given.actor(polling.town), chosen(*places))
    write(polling, polling.desk, [(0, SUPPORT, 5)])
    assert told(polling)["openCount"] == {"correctedAt": None, "deskCount": 0}
    given.close_activity(polling.town, polling.activity)
    count(polling)
    first = told(polling)
    assert (first["openCount"], first["formerResult"]) == ({"correctedAt": None, "deskCount": 0}, None)
    assert "attend d'être recomptée" not in page(polling)
    assert "Ce qui a changé" not in page(polling)
    write(polling, polling.desk, [(0, SUPPORT, 2), (3, SUPPORT, 3)], valid=5, version=1, reason=REASON)
    assert told(polling)["openCount"]["correctedAt"] is not None
    assert "Une correction attend d'être recomptée." in page(polling)
    count(polling)
    second = told(polling)
    assert second["openCount"] == {"correctedAt": None, "deskCount": 0}
    assert second["formerResult"] == {"version": 1, "ballotCount": 8, "isDecisive": True}
    assert [one["version"] for one in second["results"] if one["isDecisive"]] == [2]
    shown = page(polling)
    assert "attend d'être recomptée" not in shown
    changes = shown.partition('id="changes"')[2].partition("</section>")[0]
    assert REASON in changes
    rows = re.findall(r'<th scope="row">([^<]*)</th><td class="num">(.*?)</td><td class="num">(.*?)</td>', changes)
    plain = [tuple(re.sub("<[^>]*>", "", part) for part in row) for row in rows]
    assert plain[:3] == [("Bulletins comptés", "8", "8"), ("Blancs", "1", "1"), ("Mis de côté", "0", "0")]
    assert sorted(one[1:] for one in plain[5:]) == [
        ("non retenu, 0 (0 bulletin)", "retenu, 3 (3 bulletins)"),
        ("retenu, 1 (1 bulletin)", "non retenu, 1 (1 bulletin)"),
        ("retenu, 7 (7 bulletins)", "retenu, 4 (4 bulletins)"),
    ]
    for name in ("ballots.csv", "result.json", "manifest.json"):
        address = f"/opendata/votes/{polling.activity}/{name}"
        assert f'href="{address}"' in shown
        assert f'href="{address}?version=1"' in shown
        assert Browser(polling.town.client, polling.town.host).get(f"{address}?version=1").status_code == 200


def test_ballot_that_is_set_aside_after_the_count_is_a_correction(given: Given, polling: Polling) -> None:
    voter = given.actor(polling.town)
    polling.cast(voter, chosen(0))
    given.close_activity(polling.town, polling.activity)
    count(polling)
    mine = "SELECT id FROM __tenant__.ballot WHERE activity_id = %s"
    [(ballot,)] = given.sql(polling.town, mine, uuid_in(polling.activity))
    given.insert(
        polling.town, "set_aside", activity_id=uuid_in(polling.activity), ballot_id=ballot,
        sign="MAILBOX", explanation="Une seule boîte.", set_aside_at="now",
    )  # fmt: skip
    assert told(polling)["openCount"]["correctedAt"] is not None


def test_paper_that_no_record_holds_is_told_to_everybody(given: Given, place: Portal) -> None:
    typing = Typing(given, place)
    assert told(typing)["openCount"]["deskCount"] == 0
    assert typing.type(typing.first, "1") == []
    assert told(typing)["openCount"]["deskCount"] == 1
    given.close_activity(place, typing.activity)
    count(typing)
    assert "Le papier d'un bureau de vote n'est pas encore compté." in page(typing)
    assert "Ce résultat est provisoire" in page(typing)
    assert typing.type(typing.second, "1") == []
    assert told(typing)["openCount"]["deskCount"] == 1
    assert typing.record(1) == []
    assert told(typing)["openCount"]["deskCount"] == 0
    assert "n'est pas encore compté" not in page(typing)
    other = Polling(given, place)
    assert other.sign(other.desk, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    assert told(other)["openCount"]["deskCount"] == 1


def test_turnout_counts_paper_beside_ballots_by_channel(given: Given, polling: Polling) -> None:
    online, address = polling.voter()
    polling.cast(online, chosen(0))
    assert "votant" not in page(polling, "/activite/").partition("cover-figures")[2].partition("</dl>")[0]
    assert polling.sign(polling.desk, name="Yves Le Goff", bornOn="1950-01-02") == "SIGNED"
    assert polling.sign(polling.other, name="Yves Le Goff", bornOn="1950-01-02", isInBox=True) == "DOUBLE"
    write(polling, polling.other, [(0, SUPPORT, 5)])
    assert told(polling)["turnout"] == {"ballotCount": 1, "paperCount": 7}
    figures = page(polling, "/activite/").partition("cover-figures")[2].partition("</dl>")[0]
    assert "votants <small>(en ligne : 1, sur papier : 7)</small></dt><dd>8</dd>" in figures
    given.close_activity(polling.town, polling.activity)
    count(polling)
    figures = page(polling, "/activite/").partition("cover-figures")[2].partition("</dl>")[0]
    assert "bulletins comptés <small>(en ligne : 1, au bureau de vote : 6)</small></dt><dd>7</dd>" in figures
    assert address


def test_open_count_of_a_secret_vote_tells_desks_alone(given: Given, place: Portal) -> None:
    secret = Secret(given, place)
    secret.cast(given.actor(place), chosen(0))
    assert told(secret)["openCount"] == {"correctedAt": None, "deskCount": 0}
    assert told(secret)["winners"] == []


def test_winners_are_followed_on_the_result_s_page(given: Given, polling: Polling) -> None:
    polling.cast(given.actor(polling.town), chosen(0, 1))
    assert told(polling)["winners"] == []
    given.close_activity(polling.town, polling.activity)
    count(polling)
    winners = told(polling)["winners"]
    assert [one["contribution"]["id"] for one in winners] == [polling.projects[0], polling.projects[1]]
    assert all(one["isWinner"] for one in winners)
    allows = {"is_open_to_votes": True, "is_open_to_comments": True}
    its = {"activity_id": uuid_in(polling.activity), "name": "En travaux", "color": "#0a7d33", "rank": 0}
    status = given.insert(polling.town, "proposal_status", **its, **allows)
    its = {"contribution_id": uuid_in(polling.projects[0]), "published_at": "2026-03-02T10:00:00Z"}
    given.insert(
        polling.town, "official_response", **its, status_id=status, service="Voirie", body="Le chantier a commencé."
    )
    followed = page(polling).partition('id="winners"')[2].partition("</section>")[0]
    one, other = followed.split("</li>")[:2]
    for words in ("En travaux", "depuis le 2 mars 2026", "20 €", "Le chantier a commencé.", "Voirie"):
        assert words in one
    assert "pas encore commencé" in other


EDITION = """query($id: ID!) { activity(id: $id) { winners { contribution { title progress { name }
  officialResponses { body } } } contributions(kinds: [PROPOSAL], first: 50) { nodes { title progress { name } } } } }"""


def test_demonstration_says_of_each_winner_how_far_it_is(rennes: Portal) -> None:
    spaces = rennes.ask("{ spaces(first: 50) { nodes { activities { id title } } } }")["spaces"]["nodes"]
    named = {one["title"]: one["id"] for space in spaces for one in space["activities"]}
    over = rennes.ask(EDITION, id=named["Budget participatif, première édition"])["activity"]
    winners = {one["contribution"]["title"]: one["contribution"]["progress"]["name"] for one in over["winners"]}
    assert winners == {
        "Un four à pain à Villejean": "En travaux",
        "La mare des Gayeulles curée": "À l'étude",
        "Des ruches sur les toits": "Réalisé",
        "Des plans du métro en relief": "Commandé",
    }
    assert all(one["contribution"]["officialResponses"][0]["body"] for one in over["winners"])
    others = [one["progress"] for one in over["contributions"]["nodes"] if one["title"] not in winners]
    assert others == [None, None]
