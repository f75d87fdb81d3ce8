"""Language: what is written in another than the portal's is marked, decides nothing, and is told to browsers."""

import json
import time
from pathlib import Path

import pytest

from models import language
from tests.acting import comment, published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_detection import look

DATA = Path("shared/data/evaluation")
SAMPLES = {
    "fr": "Nous voudrions des bancs à l'ombre dans le parc, pour que les personnes âgées puissent s'y reposer.",
    "en": "We would like to have more benches in the park, so that older people can rest there in the shade.",
    "nl": "Wij willen graag meer banken in het park, zodat oudere mensen daar in de schaduw kunnen uitrusten.",
    "de": "Wir möchten mehr Bänke in dem Park, damit ältere Menschen sich dort im Schatten ausruhen können.",
    "es": "Queremos más bancos en el parque para que las personas mayores puedan descansar a la sombra.",
    "it": "Vorremmo più panchine nel parco, perché gli anziani della città si possano riposare con gli amici.",
    "pt": "Queremos mais bancos no parque para que as pessoas idosas possam descansar à sombra com os netos.",
    "br": "Ni a garfe kaout muioc'h a vankoù er park evit an dud kozh, ha gwez evit ar skeud ivez.",
    "und-Arab": "نريد المزيد من المقاعد في الحديقة حتى يتمكن كبار السن من الراحة هناك.",
    "und-Cyrl": "Нам нужно больше скамеек в парке, чтобы пожилые люди могли там отдохнуть.",
    "el": "Θέλουμε περισσότερα παγκάκια στο πάρκο για να ξεκουράζονται οι ηλικιωμένοι.",
    "und-Hani": "我们希望公园里有更多的长椅让老年人可以在树荫下休息",
}


@pytest.mark.parametrize(("tag", "text"), SAMPLES.items())
def test_language_is_told(tag: str, text: str) -> None:
    assert language.of(text) == tag
    assert language.foreign(text, ("fr", "en")) == (None if tag in ("fr", "en") else tag)


@pytest.mark.parametrize(
    "text",
    ["", "Super idée !", "OK", "12 34 56", "🙂🙂🙂🙂🙂🙂🙂", "Kebab Döner Pizza Burger Tacos Sushi Ramen", "a" * 9_000],
)
def test_nothing_is_said_where_it_is_not_sure(text: str) -> None:
    assert language.of(text) is None


def test_long_text_takes_a_moment() -> None:
    text = SAMPLES["fr"] * 60
    began = time.perf_counter()
    for _ in range(20):
        language.of(text)
    assert (time.perf_counter() - began) / 20 < 0.05


def test_french_of_a_real_consultation_is_taken_for_no_other_language() -> None:
    """Of 3,994 arguments two are marked: those that are in English."""
    file = DATA / "republique_numerique_2015_arguments.json"
    if not file.exists():
        pytest.skip("the consultation's arguments are not here")
    bodies = [argument["body"] for argument in json.loads(file.read_text("utf-8"))]
    marked = [body for body in bodies if language.foreign(body, ("fr",))]
    assert len(bodies) == 3_994
    assert [body[:8] for body in marked] == ["STM is g", "STM welc"]


def test_mark_opens_no_case_and_browsers_are_told(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="IDEA_BOX")
    foreign = published(author, activity, title="Bänke im Park", body=SAMPLES["de"])
    usual = published(author, activity, title="Des bancs", body=SAMPLES["fr"])
    comment(given.actor(town), usual, SAMPLES["es"])
    look(given, town)
    read = "query($id: ID!) { contribution(id: $id) { language comments { nodes { language } } } }"
    assert town.ask(read, id=foreign)["contribution"] == {"language": "de", "comments": {"nodes": []}}
    told = town.ask(read, id=usual)["contribution"]
    assert told == {"language": None, "comments": {"nodes": [{"language": "es"}]}}
    page = Browser(town.client, town.host).get(f"/contribution/{foreign}").text
    assert '<h1 dir="auto" lang="de">' in page and '<div class="words" lang="de">' in page
    page = Browser(town.client, town.host).get(f"/contribution/{usual}").text
    assert 'class="words" dir="auto" lang="es">' in page and '<h1 dir="auto">' in page
    cases = given.actor(town, role="MODERATOR").ask("{ moderationCases(first: 100) { nodes { contribution { id } } } }")
    ids = {one["contribution"]["id"] for one in cases["moderationCases"]["nodes"] if one["contribution"]}
    assert foreign not in ids and usual not in ids
