"""Furnished templates: a new administrator makes a petition, a survey, a debate or a text in two screens; the text's words
take a third."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import pytest

from demo import tenants as stories
from demo import unpublished
from jobs import wish
from models.template import SpaceTemplate, read
from models.wording import markdown
from tests.amending import text
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import said, send, survey
from tests.test_page_petition import Visitor, plain
from tests.test_page_story import publish, space_of
from tests.test_page_story import send as sent_by_form

RULE = """query($id: ID!) { activity(id: $id) { reviewRule petitionRule { version levels { signatures promise } admitDays
  gatherDays acknowledgeDays answerDays sponsors isByLaw reason } } }"""


@pytest.fixture(scope="module")
def town(given: Given, rennes: Portal) -> Portal:
    """Of these tests alone: others' activities have a space each, and a portal has a bound of spaces."""
    return given.tenant(rennes, "town-of-furniture", "commune-35238")


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN", name="Mairie"))


@pytest.fixture
def person(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town))


def made(admin: Visitor, kind: str) -> str:
    """The activity of a space that was made of a template on one screen, and published on the next."""
    space = space_of(admin, f"Un espace : {kind}", kind)
    return admin.get(space).text.partition("/gestion/activites/")[2].partition('"')[0]


def test_petition_is_written_under_the_rule_of_its_template(town: Portal, admin: Visitor, person: Visitor) -> None:
    activity = made(admin, "PETITION")
    told = town.ask(RULE, id=activity)["activity"]
    assert told["reviewRule"] == "NEW_ACTORS"
    assert told["petitionRule"] == {
        "version": 1,
        "levels": [{"signatures": 50, "promise": "MEDIATION"}, {"signatures": 2000, "promise": "DEBATE"}],
        "admitDays": 15,
        "gatherDays": 180,
        "acknowledgeDays": 15,
        "answerDays": 90,
        "sponsors": 0,
        "isByLaw": False,
        "reason": None,
    }
    form = plain(person.get(f"/publier/{activity}?kind=PROPOSAL"))
    assert "La collectivité dit en 15 jours si la pétition est recevable." in form
    assert publish(admin, activity, "Gardons les platanes", "Ils ont cent ans.").startswith("/contribution/")


def test_survey_is_answered_and_its_form_is_still_the_citys(town: Portal, admin: Visitor, person: Visitor) -> None:
    activity = made(admin, "SURVEY")
    asked = read(SpaceTemplate.SURVEY).activities[0].questions
    form = survey(town, activity)["form"]
    assert (form["version"], [one["title"] for one in form["questions"]]) == (1, [one.title for one in asked])
    assert form["questions"][1]["shownIf"] == [{"question": "q1", "options": ["o1", "o2", "o3"]}]
    assert "Répondre" in person.get(f"/activite/{activity}").text
    desk = f"/gestion/enquetes/{activity}"
    sent_by_form(admin, f"{desk}/question", "Put", **{"question.kind": "TEXT", "question.title": "Quel service ?"})
    sent_by_form(admin, desk, "Publish")
    assert survey(town, activity)["form"]["version"] == 2
    never = said("q1", options=["o4"]), said("q6", text="La piscine")
    assert send(person.who, activity, *never, version=2) == []


def test_debate_is_opened_on_two_screens(admin: Visitor, person: Visitor) -> None:
    activity = made(admin, "DEBATE")
    question = publish(admin, activity, "Fermer la place aux voitures", "Le dimanche.")
    assert 'value="Argue"' in person.get(question).text


def test_text_is_prepared_and_read_by_nobody_before_the_city_has_written_its_own(
    town: Portal, admin: Visitor, person: Visitor
) -> None:
    activity = made(admin, "TEXT")
    assert text(person.who, activity)["version"] is None and text(person.who, activity)["draft"] is None
    draft = text(admin.who, activity)["draft"]
    source = read(SpaceTemplate.TEXT).activities[0].text.strip()
    assert [one["heading"] for one in draft["articles"]] == [one.heading for one in markdown.read(source)]
    assert len(draft["articles"]) == 8
    desk = f"/gestion/activites/{activity}/texte"
    assert "Article 3 – Horaires" in admin.get(desk).text
    own = "# Article 1\n\nLe jardin est ouvert le samedi.\n"
    sent_by_form(admin, desk, "Prepare", source=own)
    sent_by_form(admin, desk, "Publish")
    version = text(person.who, activity)["version"]
    assert (version["number"], [one["heading"] for one in version["articles"]]) == (1, ["Article 1"])
    assert f"/texte/{activity}/article/" in person.get(f"/texte/{activity}").text


@pytest.mark.parametrize("kind", [SpaceTemplate.PETITION, SpaceTemplate.SURVEY, SpaceTemplate.TEXT])
def test_operator_furnishes_a_first_space(given: Given, town: Portal, kind: SpaceTemplate) -> None:
    """As a portal that an operator wishes for begins: nobody is signed in."""

    title = read(kind).activities[0].title

    async def make() -> None:
        async with given.database.transaction(town.number) as transaction:
            await wish._furnish(transaction, kind)

    given.run(make())
    counted = """SELECT (SELECT count(*) FROM __tenant__.petition_rule r WHERE r.activity_id = a.id),
      (SELECT count(*) FROM __tenant__.survey_form f WHERE f.activity_id = a.id AND f.author_id IS NULL),
      (SELECT count(*) FROM __tenant__.text_version v WHERE v.activity_id = a.id AND v.published_at IS NULL)
      FROM __tenant__.activity a JOIN __tenant__.participatory_space s ON s.id = a.space_id WHERE s.title = %s
      ORDER BY s.id DESC LIMIT 1"""
    expected = tuple(int(kind.value == each) for each in ("PETITION", "SURVEY", "TEXT"))
    assert given.sql(town, counted, title) == [expected]


def test_demonstration_prepares_the_templates_survey_where_there_are_surveys() -> None:
    [template] = read(SpaceTemplate.SURVEY).activities
    for story in stories():
        rows = unpublished.survey(story, lambda kind, key: uuid5(NAMESPACE_URL, f"{kind}/{key}"), datetime.now(UTC))
        assert bool(rows) is (story.slug == "lille"), story.slug
        for _, [row] in rows:
            assert row.get("title", template.title) == template.title
            assert len(row.get("questions", template.questions)) == len(template.questions)
