"""A petition in the browser, from its rule to the answer: an administrator, its author, two who sign and a moderator, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.tenant import Feature
from tests.browse.test_text import enter
from tests.conftest import Portal
from tests.given import Given
from tests.petitioning import SESSION, tended

WIDTH = 390


@pytest.fixture
def city(given: Given, rennes: Portal) -> Iterator[Portal]:
    """The city with petitions."""
    before = rennes.record.features
    given.features(rennes, before | {Feature.PETITION})
    yield rennes
    given.features(rennes, before)


@pytest.fixture
def people(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A phone each, of whoever takes part; none has script."""
    names = ("admin", "author", "first", "second", "moderator")
    contexts: list[BrowserContext] = [
        chromium.new_context(
            viewport={"width": WIDTH, "height": 844}, service_workers="block", java_script_enabled=False
        )
        for _ in names
    ]
    yield dict(zip(names, (context.new_page() for context in contexts), strict=True))
    for context in contexts:
        context.close()


def publish_rule(admin: Page, home: str, activity: str) -> None:
    """Two signatures lead to the agenda; a first try says what is missing, at its place."""
    admin.goto(f"{home}/gestion/activites/{activity}")
    expect(admin.get_by_label("Vote", exact=True)).to_have_count(0)
    admin.get_by_role("link", name="Règle des pétitions").click()
    level = admin.get_by_role("group", name="Palier 1")
    level.get_by_label("Signatures").fill("2")
    admin.get_by_role("button", name="Publier la règle").click()
    expect(admin.locator("#refused a")).to_have_attribute("href", "#levels.0.promise")
    expect(level.get_by_label("Signatures")).to_have_value("2")
    level.get_by_label("Ce que fait la collectivité").select_option("AGENDA")
    admin.get_by_role("button", name="Publier la règle").click()
    expect(admin.get_by_text("version 1").first).to_be_visible()


def write(author: Page, home: str, activity: str) -> str:
    """The address of a petition that was published by the form."""
    author.goto(f"{home}/publier/{activity}?kind=PROPOSAL")
    expect(author.get_by_text("La collectivité dit en 15 jours si la pétition est recevable.")).to_be_visible()
    author.get_by_label("Titre").fill("Un arrêt de bus couvert")
    author.get_by_label("Texte").fill("Nous attendons sous la pluie, devant l'école.")
    author.get_by_role("button", name="Continuer").click()
    author.get_by_role("button", name="Publier").click()
    expect(author.get_by_text("Votre pétition est déposée")).to_be_visible()
    assert author.evaluate("document.documentElement.scrollWidth") <= WIDTH
    return author.url.partition("?")[0]


def test_petition_goes_from_its_rule_to_the_answer(
    people: dict[str, Page], home: str, given: Given, city: Portal
) -> None:
    activity = given.activity(city, kind="PETITION", vote_method="SUPPORT", location_rule="NONE")
    roles = {"admin": "ADMIN", "moderator": "MODERATOR"}
    for name, page in people.items():
        enter(page, given.actor(city, role=roles.get(name, "MEMBER")))
    admin, author, moderator = people["admin"], people["author"], people["moderator"]
    publish_rule(admin, home, activity)
    petition = write(author, home, activity)
    proposal = petition.rpartition("/")[2]
    people["first"].goto(petition)
    expect(people["first"].get_by_text("On ne peut pas encore signer.")).to_be_visible()
    desk = f"{home}/gestion/petitions/{proposal}"
    moderator.goto(desk)
    moderator.get_by_role("button", name="Déclarer recevable").click()
    author.goto(petition)
    author.get_by_role("button", name="Ouvrir aux signatures").click()
    for name in ("first", "second"):
        people[name].goto(petition)
        people[name].get_by_role("button", name="Je signe").click()
        expect(people[name].get_by_text("Vous avez signé cette pétition.")).to_be_visible()
    tended(given, city, proposal, "REACHED", 1)
    author.goto(petition)
    expect(author.get_by_role("button", name="Retirer cette pétition pour de bon")).to_be_hidden()
    moderator.goto(desk)
    moderator.get_by_role("button", name="Accuser réception et transmettre").click()
    for day, button in (("2099-01-01", "Inscrire à l’ordre du jour"), (SESSION, "Inscrire à l’ordre du jour")):
        moderator.get_by_label("Jour de la séance").fill(day)
        moderator.get_by_role("button", name=button).click()
    expect(moderator.get_by_text("À l’ordre du jour").first).to_be_visible()
    admin.goto(desk)
    admin.get_by_label("Décision", exact=True).fill("L'abri est voté : il sera posé au printemps.")
    admin.get_by_role("button", name="Publier la réponse").click()
    people["second"].goto(petition)
    expect(people["second"].get_by_text("il sera posé au printemps")).to_be_visible()
    expect(people["second"].get_by_text("Votre signature est comptée.")).to_be_visible()
    people["second"].goto(f"{home}/activite/{activity}")
    expect(people["second"].get_by_text("Réponse rendue")).to_be_visible()
    assert people["second"].get_by_text("pour atteindre le seuil").count() == 0
