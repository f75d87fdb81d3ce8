"""Petitions in the browser from the first words to the answer; and screens of petitions, amendments, debates, lineage and
phases by axe: on a phone, at 320 pixels in the dark without script, and on a desk in the dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.tenant import Feature
from tests.acting import published
from tests.administering import done
from tests.amending import TWO, consulted, decide, proposed
from tests.browse.test_text import enter
from tests.browse.test_vote import Look, is_sound, look, page
from tests.conftest import Portal
from tests.given import Given
from tests.petitioning import LEVELS, opened, ruled, tended
from tests.test_amending import retitle
from tests.test_petition_roll import people as electors
from tests.test_petition_roll import row, sent, signed
from tests.test_sampling import closed
from tests.test_signature_appeal import WORDS, set_aside
from tests.test_signature_doubt import aliases, signers

__all__ = ["look", "page"]  # Fixtures.


@pytest.fixture
def city(given: Given, rennes: Portal) -> Iterator[Portal]:
    """The city with petitions."""
    before = rennes.record.features
    given.features(rennes, before | {Feature.PETITION})
    yield rennes
    given.features(rennes, before)


@pytest.fixture
def people(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A browser each, of whoever takes part; none has script."""
    names = ("author", "first", "second", "moderator")
    contexts: list[BrowserContext] = [
        chromium.new_context(service_workers="block", java_script_enabled=False) for _ in names
    ]
    yield dict(zip(names, (context.new_page() for context in contexts), strict=True))
    for context in contexts:
        context.close()


def test_petition_goes_from_opening_to_the_answer(
    people: dict[str, Page], home: str, given: Given, city: Portal
) -> None:
    activity = ruled(given, city, given.actor(city, role="ADMIN"), LEVELS)
    actors = {name: given.actor(city, role="MODERATOR" if name == "moderator" else "MEMBER") for name in people}
    for name, browser in people.items():
        enter(browser, actors[name])
    proposal = published(actors["author"], activity, title="Gardons les platanes")
    author, moderator = people["author"], people["moderator"]
    desk, shown = f"{home}/gestion/petitions/{proposal}", f"{home}/contribution/{proposal}"
    author.goto(shown)
    expect(author.locator("main")).to_contain_text("On ne peut pas encore signer.")
    moderator.goto(desk)
    moderator.get_by_role("button", name="Déclarer recevable").click()
    author.goto(shown)
    author.get_by_role("button", name="Ouvrir aux signatures").click()
    for name in ("author", "first", "second"):
        people[name].goto(shown)
        people[name].locator("#vote").get_by_role("button").first.click()
        expect(people[name].locator("main")).to_contain_text("Vous avez signé cette pétition.")
    tended(given, city, proposal, "REACHED", 2)
    moderator.goto(desk)
    moderator.get_by_role("button", name="Accuser réception et transmettre").click()
    moderator.get_by_label("Jour de la séance").fill("2099-01-18")
    moderator.get_by_role("button", name="Inscrire à l’ordre du jour").click()
    moderator.get_by_label("Décision", exact=True).fill("Le conseil garde les platanes.")
    moderator.get_by_label("Adresse de la décision").fill("http://ville.example")
    moderator.get_by_role("button", name="Publier la réponse").click()
    expect(moderator.get_by_label("Décision", exact=True)).to_have_value("Le conseil garde les platanes.")
    moderator.get_by_label("Adresse de la décision").fill("https://ville.example/2099-1")
    moderator.get_by_role("button", name="Publier la réponse").click()
    first = people["first"]
    first.goto(shown)
    expect(first.locator(".way")).to_contain_text("Réponse rendue")
    expect(first.locator(".way")).to_contain_text("Le conseil garde les platanes.")
    expect(first.locator("main")).to_contain_text("On ne peut plus signer.")


def test_signature_that_is_set_aside_and_its_answer_are_sound(
    page: Page, home: str, given: Given, city: Portal, axe: str, look: Look
) -> None:
    admin = given.actor(city, role="ADMIN")
    proposal = opened(given.actor(city), admin, ruled(given, city, admin, isByLaw=True))
    signer = signers(given, city, proposal, *aliases(2))[1]
    online = electors(5)
    signed(given, city, proposal, online)
    assert sent(admin, proposal, *map(row, online[:4])).status_code == 201
    set_aside(admin, proposal)
    enter(page, signer)
    page.goto(f"{home}/contribution/{proposal}")
    is_sound(page, axe, look, "signature-set-aside")
    page.get_by_label("Pourquoi elle doit être comptée").fill(WORDS)
    page.get_by_role("button", name="Contester").click()
    expect(page.locator("#signature")).to_contain_text("Une personne va vous répondre")
    enter(page, admin)
    page.goto(f"{home}/gestion/petitions/{proposal}/controle")
    is_sound(page, axe, look, "signature-contested")
    page.get_by_label("Réponse").fill("Vous êtes bien deux personnes : merci de votre réponse.")
    page.locator("#contestations").get_by_role("button", name="Compter de nouveau").click()
    expect(page.locator("#contestations")).to_contain_text("compte à nouveau")
    done(admin, "petitionSampleAnnounce", contribution=proposal, percent=100)
    closed(given, city, proposal)
    done(admin, "petitionSampleDraw", contribution=proposal)
    page.goto(f"{home}/gestion/petitions/{proposal}/controle")
    page.get_by_role("button", name="Valider celles qui sont sur la liste électorale").click()
    is_sound(page, axe, look, "sample-matched")
    enter(page, signer)
    page.goto(f"{home}/contribution/{proposal}")
    expect(page.locator("#signature")).to_contain_text("Votre signature compte à nouveau.")
    is_sound(page, axe, look, "signature-counted")


def test_amendments_of_headings_and_words_are_sound(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    admin, author = given.actor(rennes, role="ADMIN"), given.actor(rennes)
    activity = consulted(given, rennes, admin)
    retitled = retitle(author, activity, TWO, "Article 2 – De l'eau et de son usage")
    words = proposed(author, activity, TWO, "le soir", "la nuit")
    assert decide(admin, words, "ACCEPTED_IN_PART", words="du soir au matin") == []
    enter(page, given.actor(rennes))
    form = f"{home}/texte/{activity}/article/{TWO}/amender?partie=titre"
    for name, address in (
        ("heading-form", form),
        ("text", f"{home}/texte/{activity}"),
        ("heading-amended", f"{home}/contribution/{retitled}"),
        ("words-amended", f"{home}/contribution/{words}"),
        ("amendments", f"{home}/texte/{activity}/amendements"),
    ):
        page.goto(address)
        is_sound(page, axe, look, name)
    page.goto(form)
    page.get_by_label("Titre de votre amendement").fill("Le même titre")
    page.get_by_label("Vos raisons").fill("Parce que cela sera plus clair pour tout le monde.")
    page.get_by_role("button", name="Publier l’amendement").click()
    expect(page.get_by_label("Titre de votre amendement")).to_have_value("Le même titre")
    is_sound(page, axe, look, "heading-refused")
    enter(page, admin)
    page.goto(f"{home}/gestion/amendements/{retitled}")
    is_sound(page, axe, look, "heading-desk")


def test_debate_lineage_and_phases_are_sound(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    moderator, author = given.actor(rennes, role="ADMIN"), given.actor(rennes)
    activity = given.activity(rennes, kind="CONSULTATION", vote_method="OPINION")
    kept, double = (published(author, activity, title=title) for title in ("Un banc au parc", "Des bancs au parc"))
    for side, title in (("FOR", "On s'y repose"), ("AGAINST", "On y fait du bruit")):
        published(given.actor(rennes), activity, "ARGUMENT", about=kept, side=side, title=title)
    enter(page, moderator)
    page.goto(f"{home}/contribution/{kept}")
    is_sound(page, axe, look, "debate")
    page.goto(f"{home}/gestion/contributions/{double}/lignee")
    is_sound(page, axe, look, "lineage")
    done(moderator, "proposalMerge", contribution=double, into=kept)
    for name, address in (
        ("lineage-merged", f"{home}/gestion/contributions/{double}/lignee"),
        ("double", f"{home}/contribution/{double}"),
        ("with-its-double", f"{home}/contribution/{kept}"),
        ("phases", f"{home}/gestion/activites/{activity}/phases"),
        ("activity", f"{home}/activite/{activity}"),
    ):
        page.goto(address)
        is_sound(page, axe, look, name)
