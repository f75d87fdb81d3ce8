"""Evidence: what breaks the law is frozen when it is withheld, outlives its author, and goes when its time is over."""

import hashlib

import pytest

from jobs import retention as job
from models import retention
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import case_about, decided, reported
from tests.test_personal import erase

QUERY = """query($id: ID!) { moderationCase(id: $id) { decisions { nodes {
  evidence { authorName title body publishedAt digest frozenAt keptUntil } } } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


def withheld(given: Given, town: Portal, admin: Portal, ground: str = "ILLEGAL") -> tuple[Portal, str]:
    author = given.actor(town, name="Autrice Dubois")
    idea = published(author, given.activity(town), title="Une menace", body="On sait où vous habitez.")
    reported(given.actor(town), "VIOLENCE", contribution=idea)
    decided(admin, idea, "HIDE", ground=ground, category="VIOLENCE")
    return author, idea


def test_what_breaks_the_law_is_frozen_with_a_digest_for_administrators(
    given: Given, town: Portal, admin: Portal
) -> None:
    author, idea = withheld(given, town, admin)
    case = case_about(admin, idea)["id"]
    [decision] = admin.ask(QUERY, id=case)["moderationCase"]["decisions"]["nodes"]
    found = decision["evidence"]
    assert (found["authorName"], found["title"], found["body"]) == (
        "Autrice Dubois",
        "Une menace",
        "On sait où vous habitez.",
    )
    [(instant,)] = given.sql(
        town,
        "SELECT to_char(timezone('UTC', published_at), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM __tenant__.evidence"
        " WHERE digest = %s",
        found["digest"],
    )
    actor = uuid_in(author.ask("{ viewer { id } }")["viewer"]["id"])
    lines = "\n".join([str(actor), "Autrice Dubois", "Une menace", "On sait où vous habitez.", instant])
    assert hashlib.sha256(lines.encode()).hexdigest() == found["digest"]
    moderator = given.actor(town, role="MODERATOR")
    assert "evidence" in str(moderator.errors(QUERY, id=case)[0]["message"])


def test_breach_of_the_terms_alone_freezes_nothing(given: Given, town: Portal, admin: Portal) -> None:
    _, idea = withheld(given, town, admin, "TERMS")
    [decision] = admin.ask(QUERY, id=case_about(admin, idea)["id"])["moderationCase"]["decisions"]["nodes"]
    assert decision["evidence"] is None


def test_evidence_outlives_its_author_and_goes_at_its_time(given: Given, town: Portal, admin: Portal) -> None:
    author, idea = withheld(given, town, admin)
    case = case_about(admin, idea)["id"]
    assert erase(author, "Autrice Dubois")["userErrors"] == []
    [decision] = admin.ask(QUERY, id=case)["moderationCase"]["decisions"]["nodes"]
    assert decision["evidence"]["body"] == "On sait où vous habitez."
    rows = given.sql(town, "SELECT seen_body FROM __tenant__.moderation_decision WHERE case_id = %s", uuid_in(case))
    assert "habitez" not in str(rows)
    given.sql(town, "UPDATE __tenant__.evidence SET kept_until = now() - interval '1 second'")
    given.run(job.keep(given.database, town.number))
    [decision] = admin.ask(QUERY, id=case)["moderationCase"]["decisions"]["nodes"]
    assert decision["evidence"] is None
    assert retention.EVIDENCE.period == "1 year"


def test_words_of_reports_and_decisions_go_at_their_time_and_figures_stay(
    given: Given, town: Portal, admin: Portal
) -> None:
    _, idea = withheld(given, town, admin, "TERMS")
    case = uuid_in(case_about(admin, idea)["id"])
    given.sql(town, "UPDATE __tenant__.report SET quote = 'Des mots' WHERE case_id = %s", case)
    older = "UPDATE __tenant__.moderation_decision SET decided_at = now() - interval '%s days' WHERE case_id = %%s"
    told = "SELECT quote, reporter_id IS NULL, category FROM __tenant__.report WHERE case_id = %s"
    decision = "SELECT seen_body, facts, category, rule FROM __tenant__.moderation_decision WHERE case_id = %s"
    given.sql(town, older % 364, case)
    given.run(job.keep(given.database, town.number))
    assert given.sql(town, told, case) == [("Des mots", False, "VIOLENCE")]
    given.sql(town, older % 366, case)
    given.run(job.keep(given.database, town.number))
    assert given.sql(town, told, case) == [(None, True, "VIOLENCE")]
    [(seen, _, _, _)] = given.sql(town, decision, case)
    assert seen == "On sait où vous habitez."
    given.sql(town, older % (3 * 365 + 1), case)
    given.run(job.keep(given.database, town.number))
    [(seen, facts, category, rule)] = given.sql(town, decision, case)
    assert seen == facts == "Effacé au terme de sa durée de conservation."
    assert category == "VIOLENCE" and rule
