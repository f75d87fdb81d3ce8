"""Amendments: proposed on words of an article, decided on by the city, withdrawn and erased with their authors."""

from uuid import uuid4

import psycopg
import pytest

from models import likeness
from tests.acting import cast, close, comment, publish, refused, revise
from tests.amending import ANSWER, ONE, THREE, TWO, amendment, body, consulted, decide, listed, propose, proposed, text
from tests.amending import publish as publish_text
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_detection import marks
from tests.test_personal import erase

NOT_NOW = refused("ACTION_NOT_POSSIBLE", "contribution")


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def author(given: Given, town: Portal) -> Portal:
    return given.actor(town)


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return consulted(given, town, admin)


def test_words_that_differ_are_the_passage(town: Portal, author: Portal, activity: str) -> None:
    there = amendment(town, proposed(author, activity, TWO, "permis le soir", "toléré le soir"))
    assert [there[name] for name in ("article", "heading", "version", "startsAt", "endsAt")] == [
        3,
        "Article 2",
        1,
        15,
        21,
    ]
    assert [there[name] for name in ("oldWords", "newWords", "state", "answer", "isDecidable")] == [
        "permis",
        "toléré",
        "OPEN",
        None,
        True,
    ]
    assert there["comparison"] == [
        {"fate": "KEPT", "words": "L'arrosage est "},
        {"fate": "REMOVED", "words": "permis"},
        {"fate": "ADDED", "words": "toléré"},
        {"fate": "KEPT", "words": " le soir. Le matin, il est interdit."},
    ]
    assert there["settledComparison"] == []


def test_amendment_is_voted_on_and_argued_about_as_any_proposal(
    given: Given, town: Portal, author: Portal, activity: str
) -> None:
    one, voter = proposed(author, activity, TWO, "soir", "midi"), given.actor(town)
    assert cast(voter, one, "AGAINST")["contribution"]["tally"]["againstCount"] == 1
    assert comment(voter, one)["userErrors"] == []
    argument = publish(voter, activity, "ARGUMENT", about=one, side="AGAINST", title="Trop chaud à midi")
    assert argument["userErrors"] == []
    assert revise(author, one, body="Une raison mieux dite, et plus longue.")["userErrors"] == []


@pytest.mark.parametrize(
    ("article", "wording", "fields", "code", "field"),
    [
        (TWO, "L'arrosage est permis le soir. Le matin, il est interdit.", {}, "WORDING_UNCHANGED", "wording"),
        (TWO, "a" * 20_001, {}, "TOO_LONG", "wording"),
        (99, "Autre chose.", {}, "NOT_FOUND", "article"),
        (TWO, "Autre chose.", {"version": 2}, "CONFLICT", "version"),
        (TWO, "Autre chose.", {"title": "A"}, "TOO_SHORT", "title"),
        (TWO, "Autre chose.", {"body": " "}, "TOO_SHORT", "body"),
    ],
)
def test_proposal_that_cannot_be_is_refused(
    town: Portal,
    author: Portal,
    activity: str,
    article: int,
    wording: str,
    fields: dict[str, str],
    code: str,
    field: str,
) -> None:
    payload = propose(author, activity, article, wording, **fields)
    assert payload == {"contribution": None, "withheld": None, "userErrors": refused(code, field)}
    assert listed(town, activity) == []


def test_activity_without_a_text_takes_no_amendment(given: Given, town: Portal, author: Portal) -> None:
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")
    assert propose(author, activity, 1, "Des mots.")["userErrors"] == refused("ACTION_NOT_POSSIBLE", "activity")


def test_article_that_was_read_before_a_new_version_is_still_amended_where_its_words_are_the_same(
    town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    assert decide(admin, proposed(author, activity, TWO, "soir", "midi")) == []
    publish_text(admin, activity, 1)
    late = propose(author, activity, ONE, "Les jardins sont ouverts.")
    assert late["userErrors"] == [] and amendment(town, late["contribution"]["id"])["version"] == 2
    assert propose(author, activity, TWO, "Autre chose.")["userErrors"] == refused("CONFLICT", "version")


def test_amendment_waits_for_a_moderator_where_everything_does(given: Given, town: Portal, admin: Portal) -> None:
    activity = consulted(given, town, admin, review_rule="BEFORE_PUBLICATION")
    payload = propose(given.actor(town), activity, TWO, "Autre chose.")
    assert payload == {"contribution": None, "withheld": {"activity": {"id": activity}}, "userErrors": []}
    assert listed(town, activity) == [] and len(listed(admin, activity)) == 1
    assert decide(admin, listed(admin, activity)[0]) == NOT_NOW


def test_two_amendments_on_the_same_words_are_not_both_accepted(
    given: Given, town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    one = proposed(author, activity, TWO, "le soir", "après le travail", title="Après le travail")
    other = proposed(given.actor(town), activity, TWO, "permis le soir", "permis à midi")
    apart = proposed(given.actor(town), activity, TWO, "interdit", "permis")
    assert amendment(town, one)["onSameWords"]["nodes"] == [{"contribution": {"id": other}}]
    assert [decide(admin, one), decide(admin, apart)] == [[], []]
    asked = {"contribution": other, "decision": "ACCEPTED", "answer": ANSWER}
    query = "mutation($input: AmendmentDecideInput!) { amendmentDecide(input: $input) { userErrors { code field explanation } } }"
    [refusal] = admin.ask(query, input=asked)["amendmentDecide"]["userErrors"]
    assert (refusal["code"], refusal["field"]) == ("AMENDMENTS_OVERLAP", "decision")
    assert "«\u202fAprès le travail\u202f»" in refusal["explanation"]
    assert amendment(town, other)["state"] == "OPEN"
    assert decide(admin, other, "ACCEPTED_IN_PART", words="autre")[0]["code"] == "AMENDMENTS_OVERLAP"
    assert decide(admin, one, "REJECTED") == []
    assert decide(admin, other) == []
    publish_text(admin, activity, 1)
    assert body(town, activity, TWO) == "L'arrosage est permis à midi. Le matin, il est permis."


def test_the_database_itself_keeps_accepted_passages_apart(
    given: Given, town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    one, other = (proposed(author, activity, TWO, "soir", word) for word in ("midi", "lundi"))
    added, beside = (proposed(author, activity, TWO, " Le matin", f" {word} Le matin") for word in ("Oui.", "Non."))
    assert [decide(admin, each) for each in (one, added)] == [[], []]
    force = "UPDATE __tenant__.amendment SET state = 'ACCEPTED', settled_words = new_words, answer = 'x', decided_at = now() WHERE contribution_id = %s"
    for each in (other, beside):
        with pytest.raises(psycopg.errors.ExclusionViolation):
            given.sql(town, force, uuid_in(each))
    elsewhere = proposed(author, activity, THREE, "outils", "arrosoirs")
    given.sql(town, force, uuid_in(elsewhere))
    assert amendment(town, elsewhere)["state"] == "ACCEPTED"


def test_city_accepts_in_part_with_words_of_its_own(town: Portal, author: Portal, admin: Portal, activity: str) -> None:
    one = proposed(author, activity, TWO, "le soir", "tard le soir")
    assert decide(admin, one, "ACCEPTED_IN_PART") == refused("REQUIRED", "words")
    assert decide(admin, one, "ACCEPTED_IN_PART", words="tard") == refused("WORDING_UNCHANGED", "words")
    assert decide(admin, one, "ACCEPTED", words="tard") == refused("BAD_INPUT", "words")
    assert decide(admin, one, "OPEN") == NOT_NOW
    assert decide(admin, one, "REJECTED", answer="Non.") == refused("TOO_SHORT", "answer")


def test_settled_words_keep_the_blanks_around_them(town: Portal, author: Portal, admin: Portal, activity: str) -> None:
    one = proposed(author, activity, TWO, "permis le soir.", "permis tard.")
    there = amendment(town, one)
    assert there["oldWords"] == "le soir"
    assert decide(admin, one, "ACCEPTED_IN_PART", words="  le soir, tard ") == []
    assert amendment(town, one)["settledComparison"] == [
        {"fate": "KEPT", "words": "L'arrosage est permis le soir"},
        {"fate": "ADDED", "words": ", tard"},
        {"fate": "KEPT", "words": ". Le matin, il est interdit."},
    ]
    publish_text(admin, activity, 1)
    assert body(town, activity, TWO) == "L'arrosage est permis le soir, tard. Le matin, il est interdit."


def test_city_alone_decides(given: Given, town: Portal, author: Portal, activity: str) -> None:
    one = proposed(author, activity, TWO, "soir", "midi")
    moderator, stranger = given.actor(town, role="MODERATOR"), given.actor(town)
    for who in (author, stranger):
        assert decide(who, one) == refused("FORBIDDEN", None)
    assert decide(town, one) == refused("UNAUTHENTICATED", None)
    assert decide(moderator, one, "REJECTED") == []
    assert (amendment(town, one)["state"], amendment(town, one)["answer"]) == ("REJECTED", ANSWER)
    kinds = "SELECT kind, payload FROM __tenant__.event WHERE subject_id = %s AND kind LIKE 'AMENDMENT%%'"
    assert given.sql(town, kinds, uuid_in(one)) == [("AMENDMENT_DECIDED", {"state": "REJECTED"})]


def test_author_withdraws_what_the_city_has_not_decided_on(
    given: Given, town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    one, other = proposed(author, activity, TWO, "soir", "midi"), proposed(author, activity, TWO, "interdit", "permis")
    assert decide(admin, other) == []
    for each in (one, other):
        assert close(author, each, "WITHDRAWN")["userErrors"] == []
    assert [amendment(town, each)["state"] for each in (one, other)] == ["WITHDRAWN", "ACCEPTED"]
    publish_text(admin, activity, 1)
    assert body(town, activity, TWO) == "L'arrosage est permis le soir. Le matin, il est permis."


@pytest.mark.parametrize(("remains", "words", "state"), [("BLANK", None, "WITHDRAWN"), ("KEEP", "midi", "OPEN")])
def test_author_leaves_and_what_was_accepted_stays_the_citys_text(
    given: Given, town: Portal, admin: Portal, activity: str, remains: str, words: str | None, state: str
) -> None:
    email = f"{uuid4().hex}@courriel.example"
    person = given.actor(town)
    one, other = proposed(person, activity, TWO, "soir", "midi"), proposed(person, activity, TWO, "interdit", "permis")
    rejected = proposed(person, activity, THREE, "outils", "râteaux")
    assert [decide(admin, other), decide(admin, rejected, "REJECTED")] == [[], []]
    given.insert(
        town,
        "account",
        actor_id=uuid_in(person.ask("{ viewer { id } }")["viewer"]["id"]),
        email=email,
        created_at="now",
    )
    assert erase(person, email, remains)["userErrors"] == []
    there = [amendment(town, each) for each in (one, other, rejected)]
    assert [(each["newWords"], each["state"]) for each in there] == [
        (words, state),
        (None if words is None else "permis", "ACCEPTED"),
        (None if words is None else "râteaux", "REJECTED"),
    ]
    publish_text(admin, activity, 1)
    assert body(town, activity, TWO) == "L'arrosage est permis le soir. Le matin, il est permis."


def test_lists_by_article_and_state_are_paged(
    given: Given, town: Portal, author: Portal, admin: Portal, activity: str
) -> None:
    first, second = (proposed(author, activity, TWO, "soir", word) for word in ("midi", "lundi"))
    third = proposed(author, activity, THREE, "outils", "râteaux")
    assert decide(admin, first, "REJECTED") == []
    assert listed(town, activity) == [third, second, first]
    assert listed(town, activity, article=TWO) == [second, first]
    assert listed(town, activity, state="REJECTED") == [first]
    counts = [(one["amendmentCount"], one["openCount"]) for one in text(town, activity)["version"]["articles"]]
    assert counts == [(0, 0), (0, 0), (2, 1), (0, 0), (1, 1)]


def test_proposed_words_are_looked_at_as_all_that_is_published(given: Given, town: Portal, activity: str) -> None:
    word = likeness.normal(f"motinterdit{uuid4().hex[:8]}")
    watched = "INSERT INTO __tenant__.watched_word (id, word, is_stem, created_at) VALUES (gen_random_uuid(), %s, false, now())"
    given.sql(town, watched, word)
    one = proposed(given.actor(town), activity, TWO, "soir", f"soir, dit le {word}")
    assert marks(given, town, one).get("WORD") == word
