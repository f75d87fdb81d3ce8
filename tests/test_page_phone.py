"""Pages of a proof by telephone: a number, then its code; what is refused beside its field; what an administrator sees."""

from html import unescape

import httpx

from tests.browser import Browser
from tests.conftest import Portal
from tests.gateway import Gateway
from tests.given import Given, uuid_in
from tests.test_ballot import RULES
from tests.test_page_portal import hidden
from tests.test_page_proof import asking
from tests.test_page_vote import Page
from tests.test_phone_code import AGE, gateway, other, place, working  # noqa: F401  # Fixtures.
from tests.test_proof import LATER


def test_page_asks_for_a_number_then_for_the_code(given: Given, place: Portal, gateway: Gateway) -> None:  # noqa: F811
    given.actor(place, name="Camille")
    page = asking(Page(given, place, "APPROVAL", **RULES["APPROVAL"]), "{PHONE}")
    stranger = unescape(Browser(place.client, place.host).get(page.path).text)
    assert "Un téléphone mobile, par un code reçu" in stranger
    assert 'name="phone"' not in stranger

    def sent(form: str, **said: str) -> httpx.Response:
        return page.browser.submit(page.path, hidden(page.browser.get(page.path).text, form) | said)

    wrong = sent("AskPhone", phone="01 23 45 67 89")
    assert (wrong.status_code, 'id="phone-problem"' in wrong.text, 'value="01 23 45 67 89"' in wrong.text) == (
        422,
        True,
        True,
    )
    gateway.status = 503
    down = sent("AskPhone", phone="06 98 76 54 32")
    assert (down.status_code, 'value="06 98 76 54 32"' in down.text) == (422, True)
    assert "Votre numéro n’a pas été conservé" in unescape(down.text)
    gateway.status = 202
    done = page.browser.submit(page.path, hidden(down.text, "AskPhone") | {"phone": "06 98 76 54 32"})
    assert (done.status_code, done.headers["location"]) == (303, f"/voter/{page.activity}#justificatif")
    shown = page.shown()
    assert 'autocomplete="one-time-code"' in shown
    assert "06 98 76 54 32" not in shown
    code = gateway.to("+33698765432")[-1][:6]
    mistyped = sent("ByPhone", code=other(code))
    assert (mistyped.status_code, 'id="code-problem"' in mistyped.text) == (422, True)
    assert f'value="{other(code)}"' in mistyped.text
    proved = sent("ByPhone", code=f"{code[:3]} {code[3:]}")
    assert (proved.status_code, proved.headers["location"]) == (303, f"/voter/{page.activity}#bulletin")
    assert "Votre justificatif : un téléphone mobile, par un code reçu." in page.shown().replace("\u00a0", " ")


def test_page_of_an_ended_code_says_so_beside_its_form(given: Given, place: Portal, gateway: Gateway) -> None:  # noqa: F811
    page = asking(Page(given, place, "APPROVAL", **RULES["APPROVAL"]), "{PHONE}")
    page.browser.submit(page.path, hidden(page.browser.get(page.path).text, "AskPhone") | {"phone": "06 77 88 99 00"})
    typing = hidden(page.browser.get(page.path).text, "ByPhone")
    given.sql(place, AGE, "11 minutes", uuid_in(page.activity))
    over = page.browser.submit(page.path, typing | {"code": gateway.to("+33677889900")[-1][:6]})
    assert over.status_code == 422
    assert over.text.count('id="code"') == 1
    assert 'name="phone"' in over.text
    assert "Aucun code n’est en attente" in unescape(over.text)


def test_number_does_not_wait_with_the_form_while_somebody_signs_in(given: Given, place: Portal) -> None:  # noqa: F811
    page = asking(Page(given, place, "APPROVAL", **RULES["APPROVAL"]), "{PHONE}")
    fields = {"form": "AskPhone", "activity": page.activity, "phone": "06 98 76 54 32"}
    asked = Browser(place.client, place.host).submit(page.path, fields)
    assert (asked.status_code, "AskPhone" in asked.text, "98 76 54 32" in asked.text.replace("+", " ")) == (
        401,
        True,
        False,
    )


def test_administrator_chooses_the_telephone(given: Given, place: Portal) -> None:  # noqa: F811
    given.actor(place, role="ADMIN", name="Mairie")
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    given.sql(place, LATER, uuid_in(page.activity))
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/gestion/votes/{page.activity}"
    shown = admin.get(path).text
    assert 'value="PHONE"' in shown
    assert "n'envoie pas de SMS" not in unescape(shown).replace("’", "'")
    assert admin.submit(path, hidden(shown, "SetProof") | {"levels": "PHONE"}).status_code == 303
    levels = "SELECT proof_levels FROM __tenant__.activity WHERE id = %s"
    assert given.sql(place, levels, uuid_in(page.activity)) == [(["PHONE"],)]
