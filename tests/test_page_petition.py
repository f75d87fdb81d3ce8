"""Pages of petitions: from the rule to the answer by forms, without script; what the public sees, and what waits."""

import re
from datetime import date, timedelta

import httpx
import pytest

from portal import render
from tests.acting import published
from tests.administering import done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import REASONS, case_about, reported
from tests.petitioning import LEVELS, SESSION, close, opened, reached, ruled, sign, signed, tended
from tests.test_dashboard import SAID


def plain(answer: httpx.Response) -> str:
    """What a page says, with plain blanks."""
    return answer.text.replace("\u00a0", " ").replace("\u202f", " ")


class Visitor:
    """Somebody on the pages, who carries a token instead of a cookie."""

    def __init__(self, who: Portal) -> None:
        self.who = who
        self._browser = Browser(who.client, who.host)
        self._token = {"authorization": f"Bearer {who.token}"} if who.token else {}

    def get(self, path: str) -> httpx.Response:
        return self._browser.get(path, **self._token)

    def submit(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self._browser.submit(path, fields, **self._token)


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN"))


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def test_rule_is_published_and_corrected_by_a_form_that_loses_nothing(
    given: Given, town: Portal, admin: Visitor
) -> None:
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    page = f"/gestion/activites/{activity}/petitions"
    days = {"admitDays": "15", "gatherDays": "90", "acknowledgeDays": "15", "answerDays": "60"}
    typed = {"form": "Publish", "activity": activity, "version": "0", **days, "levels.0.signatures": "50"}
    typed |= {"levels.0.promise": "MEDIATION", "levels.2.electorsPercent": "10", "levels.2.promise": "AGENDA"}
    typed |= {"electorsSource": "Commission de contrôle", "electorsOn": "2026-01-01"}
    assert '<input type="hidden" name="version" value="0">' in admin.get(page).text
    refused = admin.submit(page, typed)
    assert refused.status_code == 422 and "Ce n’est pas encore envoyé" in refused.text
    assert 'value="Commission de contrôle"' in refused.text and 'name="levels.0.signatures" inputmode' in refused.text
    assert admin.submit(page, typed | {"electors": "12345"}).status_code == 303
    shown = admin.get(page).text
    assert "1\u202f235 signatures (10\u00a0% des électeurs)" in shown and "version 1" in shown
    again = typed | {"electors": "20000", "version": "1"}
    assert admin.submit(page, again).status_code == 422
    assert admin.submit(page, again | {"reason": "Le nombre a été arrêté de nouveau."}).status_code == 303
    shown = admin.get(page).text
    assert "Le nombre a été arrêté de nouveau." in shown and "2\u202f000 signatures" in shown
    between = {"activity": activity, "version": 2, "levels": LEVELS, "reason": "Une autre personne l'a changée."}
    done(admin.who, "petitionRulePublish", **between)
    late = typed | {"electors": "21000", "version": "2"}
    shown = admin.submit(page, late | {"electorsOn": "", "reason": "Le nombre a été corrigé."}).text
    assert '<input type="hidden" name="version" value="2">' in shown, "what was read, although there is another since"
    shown = admin.submit(page, late | {"reason": "Le nombre a été corrigé."}).text
    assert '<input type="hidden" name="version" value="3">' in shown and "Ce n’est pas encore envoyé" in shown
    assert f"/gestion/activites/{activity}/petitions" in admin.get(f"/gestion/activites/{activity}").text


def test_activity_with_a_rule_asks_for_no_threshold_and_keeps_what_it_had(
    given: Given, town: Portal, admin: Visitor
) -> None:
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    had = "UPDATE __tenant__.activity SET support_threshold = 500, answer_within_days = 30 WHERE id = %s"
    given.sql(town, had, uuid_in(activity))
    page = f"/gestion/activites/{activity}"
    shown = admin.get(page).text
    assert 'id="supportThreshold"' in shown and 'id="answerWithinDays"' in shown
    done(admin.who, "petitionRulePublish", activity=activity, version=0, levels=LEVELS)
    shown = admin.get(page).text
    assert 'id="supportThreshold"' not in shown and 'id="answerWithinDays"' not in shown
    kept = {"supportThreshold": "500", "answerWithinDays": "30"}
    assert all(f'<input type="hidden" name="{name}" value="{value}">' in shown for name, value in kept.items())
    assert "Règle des pétitions, version\u00a01" in shown or "Règle des pétitions, version 1" in shown


def test_petition_goes_its_way_by_forms_and_everybody_reads_where_it_is(
    given: Given, town: Portal, admin: Visitor, moderator: Portal
) -> None:
    """Its author, two who sign, an administrator, and a moderator who finds what waits and decides on it."""
    person, reader, clerk = Visitor(given.actor(town)), Visitor(given.actor(town)), Visitor(moderator)
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    done(admin.who, "petitionRulePublish", activity=activity, version=0, levels=LEVELS)
    proposal = published(person.who, activity, title="Gardons les platanes")
    page, desk = f"/contribution/{proposal}", f"/gestion/petitions/{proposal}"
    shown = person.get(page).text
    assert "On ne peut pas encore signer." in shown and f"{page}/modifier" in shown and "Prolonger" not in shown
    first = "UPDATE __tenant__.petition SET due_at = '2026-01-01' WHERE contribution_id = %s"
    given.sql(town, first, uuid_in(proposal))
    assert "Gardons les platanes" in clerk.get("/gestion/petitions").text
    assert "Gardons les platanes" in clerk.get("/gestion").text
    admitted = clerk.submit(desk, {"form": "Admit", "contribution": proposal})
    assert (admitted.status_code, admitted.headers["location"]) == (303, f"{desk}?enregistre=1")
    assert SAID in clerk.get(admitted.headers["location"]).text
    shown = person.get(page).text
    assert "Ouvrir aux signatures" in shown and f"{page}/modifier" not in shown
    assert person.submit(page, {"form": "Open", "contribution": proposal}).status_code == 303
    assert person.submit(page, {"form": "Vote", "contribution": proposal, "choice": "SUPPORT"}).status_code == 303
    assert "Vous avez signé cette pétition." in person.get(page).text
    said = {"form": "Comment", "contribution": proposal, "body": "L'adjoint est un voleur."}
    assert reader.submit(page, said).status_code == 303
    assert reader.submit(page, {"form": "Vote", "contribution": proposal, "choice": "SUPPORT"}).status_code == 303
    [comment] = re.findall(r"/reponse/([^/]+)/signaler", person.get(page).text)
    reported(person.who, comment=comment)
    case = case_about(moderator, proposal, comment)
    hiding = {"form": "Decide", "case": case["id"], "version": str(case["version"]), "action": "HIDE", **REASONS}
    assert clerk.submit(f"/gestion/moderation/{case['id']}", hiding).status_code == 303
    assert "voleur" not in Visitor(town).get(page).text
    signed(given, town, proposal, 1)
    assert tended(given, town, proposal, "REACHED", 2)["signatures"] == 3
    shown = clerk.get(desk).text
    assert "Accuser réception et transmettre" in shown
    assert clerk.submit(desk, {"form": "Acknowledge", "contribution": proposal}).status_code == 303
    assert "On ne peut plus signer. Votre signature est comptée." in person.get(page).text
    day = {"form": "Schedule", "contribution": proposal, "sessionOn": SESSION}
    assert admin.submit(desk, day).status_code == 303
    said = {"form": "Answer", "contribution": proposal, "answer": "Le conseil garde les <platanes>.", "link": "ici"}
    refused = admin.submit(desk, said)
    assert refused.status_code == 422 and "Le conseil garde les &lt;platanes&gt;." in refused.text
    told = said | {"deliberation": "2027-4", "link": "https://ville.example/2027-4"}
    assert admin.submit(desk, told).status_code == 303
    shown = Visitor(town).get(page).text
    for words in (
        f"Séance du {render.day('fr', SESSION, zone='Europe/Paris')}",
        "Délibération 2027-4",
        "https://ville.example/2027-4",
        "Réponse rendue",
    ):
        assert words in shown, words
    assert "<platanes>" not in shown


def test_queue_by_state_and_pages_are_for_the_city_alone(given: Given, town: Portal, admin: Visitor) -> None:
    activity = ruled(given, town, admin.who)
    proposal = published(given.actor(town), activity, title="Une pétition qui attend")
    assert "Une pétition qui attend" in admin.get("/gestion/petitions?state=SUBMITTED").text
    assert "Une pétition qui attend" not in admin.get("/gestion/petitions?state=OPEN").text
    stranger = Visitor(given.actor(town))
    for page in ("/gestion/petitions", f"/gestion/petitions/{proposal}", f"/gestion/activites/{activity}/petitions"):
        assert stranger.get(page).status_code == 404


def test_list_of_petitions_counts_towards_the_next_level_and_signs_what_is_open(
    given: Given, town: Portal, moderator: Portal
) -> None:
    activity = ruled(given, town, given.actor(town, role="ADMIN"))
    published(given.actor(town), activity, title="Celle qui attend")
    proposal = opened(given.actor(town), moderator, activity)
    signed(given, town, proposal, 1)
    shown = Visitor(town).get(f"/activite/{activity}").text
    assert shown.count('<input type="hidden" name="form" value="Vote">') == 1
    assert "Déposée" in shown and "Ouverte à la signature" in shown
    assert sign(given.actor(town), proposal) == []


def test_page_of_a_withdrawn_petition_says_so_and_the_city_has_nothing_to_do(
    given: Given, town: Portal, admin: Visitor
) -> None:
    author = given.actor(town)
    proposal = published(author, ruled(given, town, admin.who), title="Celle que son auteur retire")
    assert "au plus tard le" in Visitor(town).get(f"/contribution/{proposal}").text
    done(author, "contributionClose", contribution=proposal, outcome="WITHDRAWN")
    shown = Visitor(town).get(f"/contribution/{proposal}").text
    assert "Son auteur l’a retirée" in shown and "au plus tard le" not in shown
    assert "Déclarer recevable" not in admin.get(f"/gestion/petitions/{proposal}").text
    assert "Celle que son auteur retire" not in admin.get("/gestion/petitions").text


def test_author_reads_what_comes_next_and_is_asked_before_a_petition_is_withdrawn(
    given: Given, town: Portal, admin: Visitor
) -> None:
    author = Visitor(given.actor(town))
    activity = ruled(given, town, admin.who, sponsors=2)
    shown = plain(author.get(f"/publier/{activity}?kind=PROPOSAL"))
    assert "Il faut d’abord 2 parrains. La collectivité dit en 15 jours si la pétition est recevable." in shown
    proposal = published(author.who, activity, title="Celle qui cherche")
    shown = plain(author.get(f"/contribution/{proposal}?publie=1"))
    assert "votre pétition cherche 2 parrains" in shown and "Vos voisins le voient" not in shown
    assert "2 parrains attendus" in shown and "2 parrains attendus" in plain(Visitor(town).get(f"/activite/{activity}"))
    done(given.actor(town), "petitionSponsor", contribution=proposal)
    assert "1 parrain sur 2" in plain(Visitor(town).get(f"/activite/{activity}"))
    done(given.actor(town), "petitionSponsor", contribution=proposal)
    shown = plain(author.get(f"/contribution/{proposal}?publie=1"))
    assert "la collectivité dit si elle est recevable, au plus tard le" in shown
    assert 'value="FULFILLED"' not in shown and "Retirer cette pétition pour de bon" in shown
    done(admin.who, "petitionAdmit", contribution=proposal)
    done(author.who, "petitionOpen", contribution=proposal)
    signed(given, town, proposal, 1)
    assert "la signature reçue n’aura pas de suite" in plain(author.get(f"/contribution/{proposal}"))


def test_list_asks_nobody_to_sign_what_is_not_signed(given: Given, town: Portal, admin: Visitor) -> None:
    activity = ruled(given, town, admin.who)
    proposal = opened(given.actor(town), admin.who, activity)
    reached(given, town, proposal, 2)
    page = f"/activite/{activity}"
    assert "signatures sur 3" in plain(Visitor(town).get(page))
    close(given, town, proposal)
    done(admin.who, "petitionAcknowledge", contribution=proposal)
    shown = plain(Visitor(town).get(page))
    assert "sur 3" not in shown and "2 signatures" in shown


def test_session_is_put_off_by_a_form(given: Given, town: Portal, admin: Visitor) -> None:
    proposal = opened(given.actor(town), admin.who, ruled(given, town, admin.who))
    reached(given, town, proposal)
    done(admin.who, "petitionAcknowledge", contribution=proposal)
    desk, form = f"/gestion/petitions/{proposal}", {"form": "Schedule", "contribution": proposal}
    soon = (date.fromisoformat(SESSION) - timedelta(days=20)).isoformat()
    assert "La séance est reportée" not in admin.get(desk).text
    assert admin.submit(desk, form | {"sessionOn": soon}).status_code == 303
    assert "La séance est reportée" in admin.get(desk).text
    late = admin.submit(desk, form | {"sessionOn": "2099-01-01"})
    assert late.status_code == 422 and "dans les cinq ans" in late.text and 'value="2099-01-01"' in late.text
    assert admin.submit(desk, form | {"sessionOn": SESSION}).status_code == 303
    public = Visitor(town).get(f"/contribution/{proposal}").text
    days = [render.day("fr", day, zone="Europe/Paris") for day in (soon, SESSION)]
    assert [f"Séance du {day}" in public for day in days] == [False, True]
    assert "/gestion/reponses/" not in admin.get(f"/contribution/{proposal}").text, "it is answered as a petition"


def test_refused_level_of_a_rule_is_named_where_it_stands(given: Given, town: Portal, admin: Visitor) -> None:
    activity = given.activity(town, kind="PETITION", vote_method="SUPPORT")
    page = f"/gestion/activites/{activity}/petitions"
    days = {"admitDays": "15", "gatherDays": "90", "acknowledgeDays": "15", "answerDays": "60", "sponsors": "0"}
    typed = {"form": "Publish", "activity": activity, "version": "0", **days, "levels.0.signatures": "50"}
    typed |= {"levels.0.promise": "MEDIATION", "levels.3.signatures": "50", "levels.3.promise": "AGENDA"}
    refused = admin.submit(page, typed)
    assert refused.status_code == 422
    assert '<a href="#levels.3.signatures">Palier 4, signatures</a>' in refused.text
    assert 'id="levels.3.signatures-problem"' in refused.text and 'id="levels.0.signatures-problem"' not in refused.text
