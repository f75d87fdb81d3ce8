"""A proposal's way in the browser: two residents propose the same, a moderator merges, the city takes it up as a project and answers."""

from playwright.sync_api import Page, expect

from tests.acting import published
from tests.browse.test_petition_way import WIDTH, people
from tests.browse.test_text import enter
from tests.conftest import Portal
from tests.given import Given

__all__ = ["people"]  # A fixture.


def propose(person: Page, home: str, activity: str, title: str) -> str:
    """The address of a proposal that was published by the form."""
    person.goto(f"{home}/publier/{activity}?kind=PROPOSAL")
    person.get_by_label("Titre").fill(title)
    person.get_by_label("Texte").fill("Il y ferait moins chaud en été.")
    person.get_by_role("button", name="Continuer").click()
    person.get_by_role("button", name="Publier").click()
    expect(person.get_by_text("Tout le monde peut le lire dès maintenant.")).to_be_visible()
    assert person.evaluate("document.documentElement.scrollWidth") <= WIDTH
    return person.url.partition("?")[0]


def test_double_is_merged_becomes_a_project_and_is_answered(
    people: dict[str, Page], home: str, given: Given, rennes: Portal
) -> None:
    box = given.activity(rennes, vote_method="SUPPORT", location_rule="NONE")
    rule: dict[str, int | None] = {"vote_least": 1, "vote_most": 3}
    budget = given.activity(rennes, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL", location_rule="NONE", **rule)
    roles = {"admin": "ADMIN", "moderator": "MODERATOR"}
    actors = {name: given.actor(rennes, role=roles.get(name, "MEMBER")) for name in people}
    for name, page in people.items():
        enter(page, actors[name])
    project = published(actors["admin"], budget, title="Des platanes pour la place Zola")
    first = propose(people["author"], home, box, "Planter des platanes place Zola")
    second = propose(people["first"], home, box, "Planter des platanes sur la place Zola")
    for name, page in (("first", first), ("second", first), ("second", second)):
        people[name].goto(page)
        people[name].locator("#vote").get_by_role("button").first.click()
    moderator = people["moderator"]
    moderator.goto(second)
    moderator.get_by_role("link", name="Doublons et suites").click()
    alike = moderator.locator("#semblables")
    alike.get_by_role("button", name="Fusionner dans celle-ci – Planter des platanes place Zola").click()
    people["first"].goto(second)
    people["first"].locator("#suite").get_by_role("link").click()
    expect(people["first"].locator("#lignee")).to_contain_text("2 personnes la soutiennent")
    admin, proposal = people["admin"], first.rpartition("/")[2]
    admin.goto(f"{home}/gestion/contributions/{proposal}/lignee?search=platanes")
    admin.locator("#chercher").get_by_role(
        "button", name="Elle est devenue ce projet – Des platanes pour la place Zola"
    ).click()
    admin.goto(f"{home}/gestion/reponses/{proposal}")
    admin.get_by_label("Au nom de").fill("Les espaces verts")
    admin.locator("#repondre textarea[name=body]").fill("Les arbres seront plantés en novembre.")
    admin.locator("#repondre button.press").click()
    people["author"].goto(first)
    expect(people["author"].locator("#reponse-officielle")).to_contain_text("Les arbres seront plantés en novembre.")
    people["author"].locator("#suite").get_by_role("link", name="Des platanes pour la place Zola").click()
    people["author"].wait_for_url(f"**/contribution/{project}")
    expect(people["author"].locator("#lignee")).to_contain_text("Planter des platanes place Zola")
