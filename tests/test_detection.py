"""Detections: each aid marks what it is for and nothing else, writes what noticed it, and decides nothing."""

from random import choices
from string import ascii_lowercase
from typing import Any

import pytest

from jobs import deliver, examination, journal
from models import likeness
from models.detection import DetectionKind
from tests.acting import comment, published, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import case_about, cases, decided, reported
from tests.own import until

DETECTIONS = """query($id: ID!) { moderationCase(id: $id) {
  cause isUrgent detections { kind words like { id } } similar { id action } } }"""


UNREAD = """SELECT 1 FROM __tenant__.event WHERE position IS NULL OR position > coalesce((SELECT position FROM
__tenant__.event_cursor WHERE consumer = 'MODERATION_AIDS'), 0) LIMIT 1"""


def noise() -> str:
    """A word like nothing of another test, without digits, which may look like a telephone's."""
    return "".join(choices(ascii_lowercase, k=32))


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def look(given: Given, town: Portal) -> None:
    """Seal what happened and deliver it, also where the server's worker does the same."""

    def is_read() -> bool:
        given.run(journal.seal(given.database, town.number))
        given.run(deliver.deliver(given.database, town.number))
        return not given.sql(town, UNREAD)

    until(is_read)


def marks(given: Given, town: Portal, subject: str) -> dict[str, str | None]:
    """What was noticed of a contribution or a reply, with its words."""
    look(given, town)
    column = "comment_id" if subject.startswith("comment") else "contribution_id"
    rows = given.sql(town, f"SELECT kind, words FROM __tenant__.detection WHERE {column} = %s", uuid_in(subject))
    return dict(rows)


def known(given: Given, town: Portal) -> Portal:
    """Somebody of whom enough is public."""
    author, activity = given.actor(town), given.activity(town)
    for number in range(3):
        published(author, activity, title=f"Idée {number} {noise()}", body=f"Mot {noise()} {noise()}.")
    return author


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appelez-moi au 06 12 34 56 78.", {"PHONE": "06 12 34 56 78"}),
        ("Joignable : +33 6.12.34.56.78", {"PHONE": "+33 6.12.34.56.78"}),
        ("Écrivez à jeanne.martin@courriel.example, merci", {"EMAIL": "jeanne.martin@courriel.example"}),
        ("Versez sur FR76 3000 6000 0112 3456 7890 189 ce soir", {"IBAN": "FR76 3000 6000 0112 3456 7890 189"}),
        ("Tout est sur www.gagner.example/vite", {"LINK": "www.gagner.example/vite"}),
        ("Voir boutique-en-ligne.shop pour la suite", {"LINK": "boutique-en-ligne.shop"}),
        ("Une réunion le 12/06/2026 de 18 h à 20 h, salle 0102030405067.", {}),
        ("Le budget est de 30 006 000 euros, article L2121-20, FR76 sans suite", {}),
    ],
)
def test_patterns_find_what_they_are_for_and_nothing_else(text: str, expected: dict[str, str]) -> None:
    assert {kind.value: words for kind, words in likeness.patterns(text)} == expected


def test_iban_is_one_by_its_check_digits() -> None:
    assert likeness.is_iban("FR76 3000 6000 0112 3456 7890 189") and likeness.is_iban("BE68539007547034")
    assert not likeness.is_iban("FR77 3000 6000 0112 3456 7890 189")


def test_repeat_near_repeat_and_what_is_neither() -> None:
    text = "Nous proposons de planter douze tilleuls le long du canal, entre le pont et la gare, avec des bancs."
    assert likeness.nearest(text, ["Autre chose", text.upper().replace("É", "E")]) == (DetectionKind.REPEAT, 1)
    near = text.replace("douze tilleuls", "dix tilleuls")
    assert likeness.nearest(text, ["Autre chose", near]) == (DetectionKind.NEAR_REPEAT, 1)
    other = "Nous proposons de fermer la rue des Écoles aux voitures le matin, quand les enfants arrivent à pied."
    assert likeness.nearest(text, [other]) is None
    assert likeness.nearest("Merci !", ["Merci !"]) is None


def test_mark_opens_a_case_and_leaves_the_text_as_it_is(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(known(given, town), given.activity(town), body="Appelez M. Untel au 06 12 34 56 78.")
    assert marks(given, town, idea) == {"PHONE": "06 12 34 56 78"}
    case = case_about(moderator, idea)
    assert (case["state"], case["shown"], case["reportCount"]) == ("OPEN", "PUBLISHED", 0)
    told = moderator.ask(DETECTIONS, id=case["id"])["moderationCase"]
    assert told["cause"] == "AIDS"
    assert told["detections"] == [{"kind": "PHONE", "words": "06 12 34 56 78", "like": None}]
    decided(moderator, idea, "WARN")
    [(detected, source)] = given.sql(
        town,
        "SELECT is_detected_automatically, source FROM __tenant__.moderation_decision WHERE case_id = %s",
        uuid_in(case["id"]),
    )
    assert (detected, source) == (True, "VOLUNTARY")


def test_new_people_and_links_are_noted_and_open_no_case(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(given.actor(town), given.activity(town), body="Le plan est sur www.plan.example.")
    assert marks(given, town, idea) == {"NEW_ACTOR": None, "LINK": "www.plan.example."}
    assert [found for found in cases(moderator) if (found["contribution"] or {}).get("id") == idea] == []
    reported(given.actor(town), contribution=idea)
    told = moderator.ask(DETECTIONS, id=case_about(moderator, idea)["id"])["moderationCase"]
    assert (told["cause"], [mark["kind"] for mark in told["detections"]]) == ("REPORTS", ["LINK", "NEW_ACTOR"])


def test_organisations_may_tell_how_to_reach_them(given: Given, town: Portal) -> None:
    shop = given.actor(town, kind="MERCHANT")
    idea = published(shop, given.activity(town), body="Commandez au 02 99 00 00 00 ou sur www.ferme.example.")
    assert marks(given, town, idea) == {}


def test_repeat_names_what_it_repeats_and_lists_its_case(given: Given, town: Portal, moderator: Portal) -> None:
    text = f"Gagnez cinq cents euros {' '.join(noise() for _ in range(8))}"
    activity = given.activity(town)
    first = published(known(given, town), activity, title="Une annonce", body=text)
    reported(given.actor(town), contribution=first)
    again = published(known(given, town), activity, title="Une annonce", body=text.replace("cinq", "six"))
    assert marks(given, town, again) == {"NEAR_REPEAT": None}
    told = moderator.ask(DETECTIONS, id=case_about(moderator, again)["id"])["moderationCase"]
    assert told["detections"][0]["like"] == {"id": first}
    assert told["similar"] == [{"id": case_about(moderator, first)["id"], "action": None}]


def test_rate_within_the_hour(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    ideas = [published(author, activity, body=f"{noise()} {noise()}") for _ in range(11)]
    assert "RATE" not in marks(given, town, ideas[0]) or "RATE" in marks(given, town, ideas[-1])
    assert "RATE" in marks(given, town, ideas[-1])
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET published_at = now() - interval '2 hours' WHERE author_id = %s",
        uuid_in(author.ask("{ viewer { id } }")["viewer"]["id"]),
    )
    assert "RATE" not in marks(given, town, published(author, activity, body=noise()))


def test_recent_rejections_until_they_are_taken_back(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = known(given, town), given.activity(town)
    for _ in range(2):
        idea = published(author, activity, body=f"{noise()} {noise()}")
        reported(given.actor(town), contribution=idea)
        decided(moderator, idea, "HIDE")
    assert "REJECTIONS" in marks(given, town, published(author, activity, body=noise()))
    given.sql(town, "UPDATE __tenant__.moderation_decision SET decided_at = now() - interval '91 days'")
    assert "REJECTIONS" not in marks(given, town, published(author, activity, body=noise()))


def test_decided_words_open_no_case_again_until_they_change(given: Given, town: Portal, moderator: Portal) -> None:
    author = known(given, town)
    idea = published(author, given.activity(town), title="Une idée", body="Appelez le 06 12 34 56 78.")
    look(given, town)
    decided(moderator, idea, "NOTHING")
    assert revise(author, idea, title="Une idée", body="Appelez le 06 12 34 56 78.")["userErrors"] == []
    look(given, town)
    assert case_about(moderator, idea)["state"] == "DECIDED"
    assert revise(author, idea, body="Appelez le 06 12 34 56 79.")["userErrors"] == []
    look(given, town)
    assert case_about(moderator, idea)["state"] == "OPEN"


def test_replies_are_looked_at_too(given: Given, town: Portal, moderator: Portal) -> None:
    author = known(given, town)
    idea = published(author, given.activity(town))
    reply = comment(author, idea, "Écrivez-moi : a.b@courriel.example")["comment"]["id"]
    assert marks(given, town, reply) == {"EMAIL": "a.b@courriel.example"}
    assert case_about(moderator, idea, reply)["state"] == "OPEN"


def test_what_is_old_is_not_marked(given: Given, town: Portal) -> None:
    idea = published(known(given, town), given.activity(town), body="Appelez le 06 12 34 56 78.")
    old = "UPDATE __tenant__.contribution SET published_at = now() - interval '2 days' WHERE id = %s"
    given.sql(town, "DELETE FROM __tenant__.detection WHERE contribution_id = %s", uuid_in(idea))
    given.sql(town, old, uuid_in(idea))

    async def examine() -> Any:
        async with given.database.transaction(town.number) as transaction:
            await examination.examine(transaction, [uuid_in(idea)], [])

    given.sql(town, "DELETE FROM __tenant__.detection WHERE contribution_id = %s", uuid_in(idea))
    given.run(examine())
    rows = given.sql(town, "SELECT kind FROM __tenant__.detection WHERE contribution_id = %s", uuid_in(idea))
    assert rows == []
