"""A debate in the browser, from the dashboard to the city's answer: an administrator, three people and a moderator, who
takes an insult out and pins an expert's view."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from models.tenant import Feature
from tests.browse.test_debate import OVER, argue, phased
from tests.browse.test_survey import look
from tests.browse.test_text import enter
from tests.conftest import Portal
from tests.given import Given

PEOPLE = {
    "admin": (1280, True),
    "first": (390, False),
    "second": (390, True),
    "third": (1280, True),
    "moderator": (1280, False),
}
"""Who takes part: how many pixels wide their window is, and whether it has script."""

RESPIRE, ENFANTS, BUS, INSULT = (
    "On y respire mieux",
    "Les enfants y jouent",
    "Le bus n'y passe plus",
    "L'adjointe est une voleuse",
)


@pytest.fixture
def people(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A window each."""
    contexts = {
        name: chromium.new_context(
            viewport={"width": width, "height": 844},
            service_workers="block",
            java_script_enabled=has_script,
            bypass_csp=True,
        )
        for name, (width, has_script) in PEOPLE.items()
    }
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def with_roles(people: dict[str, Page], given: Given, city: Portal) -> None:
    """Each is signed in as an actor of their own."""
    roles = {"admin": "ADMIN", "moderator": "MODERATOR"}
    for name, page in people.items():
        enter(page, given.actor(city, role=roles.get(name, "MEMBER"), name=name.capitalize()))


def space_of(admin: Page, home: str, title: str, template: str) -> None:
    """A space is made of a template, and everybody sees it."""
    admin.goto(f"{home}/gestion/espaces")
    admin.get_by_label("Titre", exact=True).fill(title)
    admin.locator(f"input[name=template][value={template}]").check()
    admin.get_by_role("button", name="Créer l’espace").click()
    admin.get_by_role("button", name="Publier l’espace").click()
    expect(admin.get_by_text("Cet espace est un brouillon")).to_have_count(0)


def hide(moderator: Page, home: str, title: str, facts: str) -> None:
    """What was reported is found in the queue, read, and taken out with its reasons."""
    moderator.goto(f"{home}/gestion/moderation")
    moderator.get_by_role("link", name=title).click()
    expect(moderator.locator(".cited").first).to_contain_text(title)
    moderator.locator("#decider input[name=action][value=HIDE]").check()
    moderator.get_by_label("Règle citée").fill("Charte, article 3 : le respect des personnes")
    moderator.get_by_label("Faits").fill(facts)
    moderator.get_by_role("button", name="Décider et prévenir l’auteur").click()
    expect(moderator.locator(".case-tags")).to_contain_text("Retiré")


def plan(admin: Page, debate: str) -> None:
    """A debate, then its answer."""
    admin.goto(debate)
    admin.get_by_role("link", name="Phases").click()
    for place, kind, title, starts in ((1, "DEBATE", "Le débat", "2024-01-01T00:00"), (2, "RESULT", "La réponse", "")):
        phase = admin.get_by_role("group", name=f"Phase {place}")
        phase.get_by_label(f"Phase {place}", exact=True).select_option(kind)
        phase.get_by_label("Titre").fill(title)
        phase.get_by_label("Commence le").fill(starts or f"{datetime.now(UTC) + timedelta(days=28):%Y-%m-%dT00:00}")
    admin.get_by_role("button", name="Enregistrer").click()
    expect(admin.get_by_text("Le débat", exact=True).first).to_be_visible()


def ask(admin: Page, home: str, activity: str) -> str:
    """The page of the debate's question, which the city asks."""
    admin.goto(f"{home}/publier/{activity}?kind=PROPOSAL")
    admin.get_by_label("Titre", exact=True).fill("Fermer la place aux voitures")
    admin.get_by_label("Texte", exact=True).fill("De mai à octobre, chaque fin de semaine.")
    admin.get_by_role("button", name="Continuer").click()
    admin.get_by_role("button", name="Publier").click()
    expect(admin.get_by_text("C’est publié.")).to_be_visible()
    return admin.url.partition("?")[0]


@pytest.fixture
def city(given: Given, rennes: Portal) -> Iterator[Portal]:
    """The city with debates."""
    before = rennes.record.features
    given.features(rennes, before | {Feature.DEBATE})
    yield rennes
    given.features(rennes, before)


def test_debate_goes_from_the_dashboard_to_the_citys_answer(
    people: dict[str, Page], home: str, given: Given, city: Portal, axe: str
) -> None:
    with_roles(people, given, city)
    admin, first, second, third, moderator = people.values()
    space_of(admin, home, "Quelle place pour la voiture ?", "DEBATE")
    admin.get_by_role("link", name="Débat", exact=True).click()
    plan(admin, admin.url)
    look(admin, axe)
    activity = admin.url.partition("/phases")[0].rpartition("/")[2]
    question = ask(admin, home, activity)

    for person, side, title in ((first, "Pour", RESPIRE), (first, "Pour", ENFANTS), (second, "Contre", BUS)):
        person.goto(question)
        argue(person, side, title)
    argue(second, "Contre", INSULT)
    second.goto(question)
    look(second, axe)
    third.goto(question)
    third.get_by_role("article").filter(has_text=ENFANTS).get_by_role("button", name="D’accord").first.click()
    expect(third.locator('.pleadings [aria-pressed="true"]')).to_have_count(1)
    third.get_by_role("link", name=INSULT).first.click()
    third.get_by_role("link", name="Signaler un problème").click()
    third.locator("input[name=category][value=ILLEGAL_OR_HARMFUL_SPEECH]").check()
    third.get_by_label("Je crois de bonne foi").check()
    look(third, axe)
    third.get_by_role("button", name="Envoyer le signalement").click()
    expect(third.get_by_role("heading", level=1)).to_contain_text("Signalement")

    hide(moderator, home, INSULT, "L'argument accuse une personne d'un délit, sans rien qui le montre.")
    moderator.goto(question)
    moderator.get_by_role("link", name=BUS, exact=True).click()
    moderator.get_by_role("link", name="Avis d’expert").click()
    moderator.get_by_label("Nom de l’expert").fill("Ada Le Bris")
    moderator.get_by_label("Fonction").fill("ingénieure en mobilité")
    moderator.get_by_role("button", name="Épingler comme avis d’expert").click()

    phased(given, city, activity, OVER)
    admin.goto(question)
    admin.get_by_role("link", name="Répondre au nom de la collectivité").click()
    admin.get_by_label("Au nom de").fill("La direction des mobilités")
    admin.locator("#repondre textarea[name=body]").fill("La place ferme le dimanche ; le bus passe par le quai.")
    admin.get_by_role("button", name="Publier la réponse").click()
    expect(admin.get_by_role("heading", name="Déjà répondu")).to_be_visible()

    for person in (first, third):
        person.goto(question)
        expect(person.locator(".pleadings .reason-title a")).to_have_text([ENFANTS, BUS, RESPIRE])
        expect(person.locator(".pleadings .against .expert")).to_have_count(1)
        expect(person.locator(".pleadings li.against")).to_contain_text("Ada Le Bris, ingénieure en mobilité")
        expect(person.locator("#reponse-officielle")).to_contain_text("le bus passe par le quai")
        expect(person.locator(".pleadings").get_by_role("button")).to_have_count(0)
        assert person.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    look(third, axe)
    third.goto(f"{home}/activite/{activity}")
    expect(third.locator('.phase[aria-current="step"] b')).to_have_text("La réponse")
    expect(third.get_by_text("voleuse")).to_have_count(0)
