"""Watched words: exact unless they are stems, listed by administrators, and marks that decide nothing."""

import pytest

from tests.acting import ERRORS, Payload, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_detection import known, marks

ADD = f"""mutation($input: WatchedWordAddInput!) {{
  watchedWordAdd(input: $input) {{ watchedWord {{ id word isStem }} {ERRORS} }} }}"""
REMOVE = f"""mutation($input: WatchedWordRemoveInput!) {{
  watchedWordRemove(input: $input) {{ watchedWord {{ id }} {ERRORS} }} }}"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    given.sql(town, "DELETE FROM __tenant__.watched_word")
    return given.actor(town, role="ADMIN")


def add(admin: Portal, word: str, *, is_stem: bool = False) -> Payload:
    return dict(admin.ask(ADD, input={"word": word, "isStem": is_stem})["watchedWordAdd"])


@pytest.mark.parametrize(
    ("word", "is_stem", "text", "found"),
    [
        ("rue", False, "Dans la rue, le soir.", "rue"),
        ("rue", False, "Une ruelle et des ruées.", None),
        ("rue", True, "Une ruelle étroite.", "rue"),
        ("crétin", False, "Quel CRETIN !", "cretin"),
        ("carte bancaire", False, "Donnez votre carte-bancaire.", "carte bancaire"),
        ("carte bancaire", False, "Une carte, puis un conseiller bancaire.", None),
    ],
)
def test_words_are_exact_unless_they_are_stems(
    given: Given, town: Portal, admin: Portal, word: str, is_stem: bool, text: str, found: str | None
) -> None:
    assert add(admin, word, is_stem=is_stem)["userErrors"] == []
    idea = published(known(given, town), given.activity(town), title="Une idée", body=text)
    assert marks(given, town, idea) == ({"WORD": found} if found else {})
    assert town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=idea)["contribution"] is not None


def test_list_has_each_word_once_and_its_bounds(given: Given, town: Portal, admin: Portal) -> None:
    listed = add(admin, "  Virement ", is_stem=True)["watchedWord"]
    assert (listed["word"], listed["isStem"]) == ("virement", True)
    assert add(admin, "VIREMENT")["userErrors"] == refused("IN_USE", "word")
    assert add(admin, "x")["userErrors"] == refused("TOO_SHORT", "word")
    assert add(admin, "-- !!")["userErrors"] == refused("TOO_SHORT", "word")
    assert add(admin, "x" * 61)["userErrors"] == refused("TOO_LONG", "word")
    told = admin.ask("{ watchedWords(first: 5) { nodes { id word isStem } } }")["watchedWords"]["nodes"]
    assert told == [listed]
    gone = admin.ask(REMOVE, input={"watchedWord": listed["id"]})["watchedWordRemove"]
    assert gone == {"watchedWord": None, "userErrors": []}
    again = admin.ask(REMOVE, input={"watchedWord": listed["id"]})["watchedWordRemove"]
    assert again["userErrors"] == refused("NOT_FOUND", "watchedWord")
    given.sql(
        town,
        "INSERT INTO __tenant__.watched_word SELECT gen_random_uuid(), 'mot ' || n, false, now()"
        " FROM generate_series(1, 500) n",
    )
    assert add(admin, "encore un")["userErrors"] == refused("LIMIT_REACHED", "word")
    given.sql(town, "DELETE FROM __tenant__.watched_word")
    assert uuid_in(listed["id"])
