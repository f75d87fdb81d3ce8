"""The pages of proofs: what a vote asks and why, refused beside its field with all that was typed, and who set it."""

import base64
import re
from html import unescape

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_code_sheet import printed
from tests.test_page_portal import hidden
from tests.test_page_vote import Page
from tests.test_proof import LATER, OPENED

TYPED = {
    "givenNames": "Zélie <b>",
    "familyName": "du Puy",
    "bornOn": "2020-05-04",
    "address": "12 rue du Puits, 35000 Rennes",
    "isOnHonour": "true",
}


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Portal:
    portal = given.tenant(rennes, "proof-town", "commune-35238")
    given.actor(portal, name="Camille")
    given.actor(portal, role="ADMIN", name="Mairie")
    return portal


def asking(page: Page, levels: str, age: int | None = None) -> Page:
    """A vote that asks."""
    change = "UPDATE __tenant__.activity SET proof_levels = %s, proof_least_age = %s WHERE id = %s"
    page.given.sql(page.place, change, levels, age, uuid_in(page.activity))
    return page


def test_page_says_what_is_asked_and_loses_nothing_that_was_typed(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{DECLARATION}", 16)
    shown = page.shown()
    assert "Qui peut voter" in shown
    assert "avoir 16 ans le jour du vote" in shown
    refused = page.browser.submit(page.path, hidden(page.browser.get(page.path).text, "Declare") | TYPED)
    assert refused.status_code == 422
    text = unescape(refused.text)
    assert "L’âge demandé pour ce vote n’est pas atteint" in text.replace("'", "’")
    assert 'id="bornOn-problem"' in refused.text
    assert "Zélie &lt;b&gt;" in refused.text
    for said in ("du Puy", "2020-05-04", "12 rue du Puits, 35000 Rennes"):
        assert f'value="{said}"' in text
    fields = hidden(refused.text, "Declare") | TYPED | {"bornOn": "1990-05-04"}
    done = page.browser.submit(page.path, fields)
    assert (done.status_code, done.headers["location"]) == (303, f"/voter/{page.activity}#bulletin")
    assert "Vous pouvez voter" in page.shown()


def test_page_of_a_vote_without_ballots_takes_the_proof_too(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "SUPPORT"), "{DECLARATION}")
    activity = unescape(page.browser.get(f"/activite/{page.activity}").text)
    assert f'href="/voter/{page.activity}#justificatif"' in activity
    assert "Voter projet par projet" in page.shown()
    fields = hidden(page.browser.get(page.path).text, "Declare") | TYPED | {"givenNames": "Ada"}
    assert page.browser.submit(page.path, fields).status_code == 303
    assert "Vous pouvez voter" in page.shown()


def test_administrator_says_who_may_vote_before_it_opens(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", vote_least=1, vote_most=3)
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/gestion/votes/{page.activity}"
    assert "Cela se décide avant l'ouverture du vote" in unescape(admin.get(path).text).replace("’", "'")
    given.sql(place, LATER, uuid_in(page.activity))
    said = {"levels": "DECLARATION", "leastAge": "0", "ageOn": "2027-01-01"}
    refused = admin.submit(path, hidden(admin.get(path).text, "SetProof") | said)
    assert refused.status_code == 422
    assert 'id="leastAge-problem"' in refused.text
    assert 'value="2027-01-01"' in refused.text
    done = admin.submit(path, hidden(refused.text, "SetProof") | said | {"leastAge": "18"})
    assert done.status_code == 303
    given.sql(place, OPENED, uuid_in(page.activity))
    shown = page.shown()
    assert "avoir 18 ans au 1" in shown


def test_codes_are_printed_once_and_voted_with_without_an_account(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{CODE}")
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/gestion/votes/{page.activity}/codes"
    refused = admin.submit(path, hidden(admin.get(path).text, "MakeCodes") | {"name": "Marché", "count": "0"})
    assert (refused.status_code, 'id="count-problem"' in refused.text, 'value="Marché"' in refused.text) == (
        422,
        True,
        True,
    )
    made = admin.submit(path, hidden(refused.text, "MakeCodes") | {"name": "Marché", "count": "2"})
    codes = re.findall(r'<p class="receipt">([A-Z0-9-]{14})</p>', made.text)
    assert (made.status_code, len(set(codes)), made.text.count('class="qr"')) == (200, 2, 2)
    sheet = re.search(r'<a class="press" download="codes.pdf" href="data:application/pdf;base64,([^"]+)"', made.text)
    assert sheet is not None
    assert codes == printed(base64.b64decode(sheet[1]))
    assert not any(code in admin.get(path).text for code in codes)
    stranger = Browser(place.client, place.host)
    address = f"/voter/{page.activity}/code"
    shown = stranger.get(f"{address}?code={codes[0]}").text
    assert f'value="{codes[0]}"' in shown
    project, said = page.projects[0], page.options(page.projects[0])[0]
    fields = hidden(shown, "CastByCode") | {f"votes.{project}": said}
    checked = unescape(stranger.submit(address, fields | {"code": codes[0], "step": "check"}).text)
    draft = checked.partition('id="brouillon"')[2].partition("</section>")[0]
    assert "Brouillon" in draft and "Projet A" in draft and "Valider mon vote" in draft
    assert 'id="ballot"' not in checked
    assert page.ballots() == 0
    uncoded = unescape(stranger.submit(address, fields | {"code": " ", "step": "check"}).text)
    assert "Tapez le code de la feuille" in uncoded.replace("’", "'") and " checked" in uncoded
    empty = {key: text for key, text in fields.items() if not key.startswith("votes.")} | {"code": codes[0]}
    assert "Choisissez au moins un projet." in unescape(stranger.submit(address, empty | {"step": "check"}).text)
    blank = unescape(stranger.submit(address, fields | {"code": codes[0], "step": "blank"}).text)
    assert "Vous votez blanc" in blank and 'name="isBlank" value="true"' in blank
    assert page.ballots() == 0
    wrong = stranger.submit(address, fields | {"code": "AAAA-BBBB-CCCC"})
    assert (wrong.status_code, 'id="code-problem"' in wrong.text, " checked" in wrong.text) == (422, True, True)
    done = stranger.submit(address, fields | {"code": codes[0]})
    assert (done.status_code, done.headers.get("location")) == (200, None)
    thanks = unescape(done.text)
    assert "Votre vote est enregistré" in thanks
    assert "Créer un compte" in thanks
    assert "Projet A" in thanks.partition("Votre vote est enregistré")[2].partition("</section>")[0]
    [receipt] = re.findall(r'<b class="receipt">([0-9A-F-]{29})</b>', thanks)
    assert not re.search(rf'(?:href|action)="[^"]*{receipt.replace("-", "-?")}', thanks)
    assert 'name="code"' not in thanks
    again = stranger.submit(address, fields | {"code": codes[0]})
    assert (again.status_code, 'id="receipt-problem"' in again.text) == (422, True)
    assert "il faut aussi le récépissé reçu alors" in unescape(again.text)
    changed = stranger.submit(address, fields | {"code": codes[0], "receipt": receipt})
    assert (changed.status_code, receipt in changed.text) == (200, False)
    told = unescape(admin.get(path).text).replace("\u00a0", " ").replace("\u202f", " ")
    assert "2 codes : 1 utilisé, 0 annulé" in told


def test_list_is_sent_confirmed_and_proved_by(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{LIST}")
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/gestion/votes/{page.activity}/listes"

    def sent(content: str, name: str) -> str:
        said, file = {"activity": page.activity, "name": name}, {"file": ("liste.csv", content.encode())}
        answer = admin._send("POST", "/roll/file", {"origin": admin.origin}, data=said, files=file)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    refused = unescape(admin.get(sent("a;b\n1;2\n", "Roll <b>")).text)
    assert "Il faut une colonne de noms" in refused
    assert 'value="Roll <b>"' in refused
    rows = "Nom;Prénom;Né le\nDu Puy;Zélie;04/05/1990\nSans date;Ada;\n"
    assert sent(rows, "Liste électorale") == f"{path}#listes"
    tried = admin.get(path).text
    shown = unescape(tried).replace("\u00a0", " ").replace("\u202f", " ")
    assert "2 lignes lues : 1 votant, 1 ligne refusée." in shown
    assert "Ligne 3 : date de naissance absente" in shown
    assert admin.submit(path, hidden(tried, "ConfirmRoll")).status_code == 303
    who = TYPED | {"bornOn": "1990-05-05"}
    wrong = page.browser.submit(page.path, hidden(page.browser.get(page.path).text, "ByList") | who)
    assert (wrong.status_code, 'id="familyName-problem"' in wrong.text) == (422, True)
    assert 'value="1990-05-05"' in wrong.text
    right = {"givenNames": "Zélie", "familyName": "PUY", "bornOn": "1990-05-04"}
    assert page.browser.submit(page.path, hidden(wrong.text, "ByList") | right).status_code == 303
    assert "Vous pouvez voter" in page.shown()
    assert "1 justificatif donné" in unescape(admin.get(path).text).replace("\u00a0", " ")


def test_agent_says_that_the_document_was_seen(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{DECLARATION}")
    desk = given.insert(
        place, "polling_desk", activity_id=uuid_in(page.activity), name="Accueil", channel="DESK", opened_at="now"
    )
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/bureau/pollingdesk_{place.number}_{desk}/piece"
    assert page.browser.get(path).status_code == 404
    assert f'href="{path}"' in admin.get(path.removesuffix("/piece")).text
    email = "document@free.fr"
    actor = given.insert(place, "actor", kind="CITIZEN", role="MEMBER", name="Zélie", created_at="now")
    given.insert(place, "account", actor_id=actor, email=email, created_at="now")
    who = {"givenNames": "Zélie <b>", "familyName": "du Puy", "bornOn": "1991-05-04"}
    refused = admin.submit(path, hidden(admin.get(path).text, "See") | who)
    assert (refused.status_code, 'id="email-problem"' in refused.text) == (422, True)
    assert "Zélie &lt;b&gt;" in refused.text
    done = admin.submit(path, hidden(refused.text, "See") | who | {"email": email})
    assert (done.status_code, done.headers["location"]) == (303, f"{path}?issue=GIVEN")
    assert "cette personne peut voter" in admin.get(done.headers["location"]).text
    level = "SELECT level FROM __tenant__.proof WHERE actor_id = %s"
    assert given.sql(place, level, actor) == [("DOCUMENT",)]


def test_identity_is_certified_from_the_page_of_the_vote(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{FRANCECONNECT}")
    row = {"title": "FranceConnect", "preset": "FRANCECONNECT", "issuer": "https://fc.example", "client_id": "parvis"}
    lists: dict[str, object] = {"scopes": ["openid"], "acr_values": ["eidas1"], "claims": "{}"}
    columns: dict[str, object] = {
        "slug": "fc",
        "secret_name": "fc",
        "is_enabled": True,
        "created_at": "now",
        **row,
        **lists,
    }
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    given.sql(place, f"INSERT INTO __tenant__.identity_provider ({names}) VALUES ({marks})", *columns.values())
    shown = unescape(page.browser.get(page.path).text)
    assert 'action="/auth/oidc/fc"' in shown
    assert "Certifier mon identité avec FranceConnect" in shown
    refused = page.browser.submit(page.path, {"form": "ByIdentity", "activity": page.activity})
    assert refused.status_code == 422
    assert "Faites d’abord certifier votre identité" in unescape(refused.text)
    given.sql(place, "DELETE FROM __tenant__.identity_provider WHERE slug = 'fc'")
