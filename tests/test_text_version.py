"""Texts: prepared, read from files, published in versions, compared, and what becomes of amendments meanwhile."""

import zipfile
from io import BytesIO

import pytest

from tests.acting import close, published, refused
from tests.administering import do, done
from tests.amending import (
    AMENDMENTS,
    ANSWER,
    ONE,
    SOURCE,
    THREE,
    TWO,
    amendment,
    body,
    consulted,
    decide,
    listed,
    prepared,
    propose,
    proposed,
    publish,
    text,
)
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_organisation_member import me
from transfer import docx_file
from transfer.line import FileError

COMPARISON = """query($id: ID!, $since: Int) { activity(id: $id) { text { version { comparison(since: $since) {
  number heading oldHeading level isAdded isRemoved parts { fate words } } } } } }"""


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return consulted(given, town, admin)


def test_first_version_is_a_tree_of_articles_that_everybody_reads(town: Portal, activity: str) -> None:
    there = text(town, activity)
    assert (there["version"]["number"], there["version"]["reason"], there["draft"]) == (1, None, None)
    assert [(one["number"], one["level"], one["heading"]) for one in there["version"]["articles"]] == [
        (1, 1, "Titre premier"),
        (2, 2, "Article 1"),
        (3, 2, "Article 2"),
        (4, 1, "Titre II"),
        (5, 2, "Article 3"),
    ]
    assert body(town, activity, TWO) == "L'arrosage est permis le soir. Le matin, il est interdit."


def test_what_is_prepared_is_for_who_edits_the_space(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    prepared(admin, activity, 1, SOURCE + "\n## Article 4\n\nUn article neuf.\n")
    editor, stranger, moderator = given.actor(town), given.actor(town), given.actor(town, role="MODERATOR")
    [[space]] = given.sql(town, "SELECT space_id FROM __tenant__.activity WHERE id = %s", uuid_in(activity))
    given.insert(town, "space_role", space_id=space, actor_id=uuid_in(me(editor)), kind="EDITOR", given_at="now")
    for who in (admin, editor):
        draft = text(who, activity)["draft"]
        assert (draft["number"], draft["articles"][-1]["number"]) == (2, 6)
    for who in (town, stranger, moderator):
        assert text(who, activity)["draft"] is None
    assert do(stranger, "textVersionPrepare", activity=activity, version=1)["userErrors"] == refused("FORBIDDEN", None)
    done(editor, "textVersionDiscard", activity=activity)
    assert text(admin, activity)["draft"] is None


def test_first_version_wants_a_source_and_a_consultation(given: Given, town: Portal, admin: Portal) -> None:
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")
    assert text(town, activity)["version"] is None
    ask = {"activity": activity, "version": 0}
    assert do(admin, "textVersionPrepare", **ask)["userErrors"] == refused("REQUIRED", "source")
    assert do(admin, "textVersionPrepare", **ask, source="  ")["userErrors"] == refused("BAD_TEXT_SOURCE", "source")
    late = {**ask, "version": 1, "source": SOURCE}
    assert do(admin, "textVersionPrepare", **late)["userErrors"] == refused("CONFLICT", "version")
    other = given.activity(town, kind="DEBATE", vote_method="OPINION")
    payload = do(admin, "textVersionPrepare", activity=other, version=0, source=SOURCE)
    assert payload["userErrors"] == refused("KIND_NOT_ACCEPTED", "activity")


def test_what_was_prepared_anew_is_not_published_unread(admin: Portal, activity: str) -> None:
    first = prepared(admin, activity, 1, SOURCE.replace("soir", "midi"))
    prepared(admin, activity, 1, SOURCE.replace("soir", "lundi"))
    given = {"activity": activity, "draft": first, "reason": "Une raison suffisante."}
    assert do(admin, "textVersionPublish", **given)["userErrors"] == refused("NOT_FOUND", "draft")


def test_next_version_says_why(admin: Portal, town: Portal, activity: str) -> None:
    draft = prepared(admin, activity, 1)
    given = {"activity": activity, "draft": draft}
    assert do(admin, "textVersionPublish", **given)["userErrors"] == refused("REQUIRED", "reason")
    done(admin, "textVersionPublish", **given, reason="Le conseil l'a voulu ainsi.")
    there = text(town, activity)
    assert there["version"]["reason"] == "Le conseil l'a voulu ainsi."
    assert [one["number"] for one in there["versions"]] == [2, 1]


def test_accepted_amendments_are_merged_and_others_go_on_with_the_text(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    people = [given.actor(town) for _ in range(4)]
    evening = proposed(people[0], activity, TWO, "le soir", "après dix-neuf heures")
    morning = proposed(people[1], activity, TWO, "interdit", "permis aussi")
    same = proposed(people[2], activity, TWO, "permis le soir", "permis")
    tools = proposed(people[3], activity, THREE, "après usage", "chaque soir")
    assert [decide(admin, one) for one in (evening, tools)] == [[], []]
    draft = prepared(admin, activity, 1)
    draft_now = text(admin, activity)["draft"]
    assert (draft_now["mergedCount"], draft_now["outdatingCount"]) == (2, 1)
    done(admin, "textVersionPublish", activity=activity, draft=draft, reason="Les décisions du conseil.")
    assert body(town, activity, TWO) == "L'arrosage est permis après dix-neuf heures. Le matin, il est interdit."
    assert body(town, activity, THREE) == "Les outils sont rangés chaque soir."
    states = {one: amendment(town, one) for one in (evening, morning, same, tools)}
    assert [(one["state"], one["mergedIn"], one["version"]) for one in states.values()] == [
        ("ACCEPTED", 2, 1),
        ("OPEN", None, 2),
        ("OUTDATED", None, 1),
        ("ACCEPTED", 2, 1),
    ]
    there = states[morning]
    words = body(town, activity, TWO)
    assert words[there["startsAt"] : there["endsAt"]] == there["oldWords"] == "interdit"
    assert decide(admin, same) == refused("ACTION_NOT_POSSIBLE", "contribution")
    assert decide(admin, evening, "REJECTED") == refused("ACTION_NOT_POSSIBLE", "contribution")
    assert decide(admin, morning) == []
    publish(admin, activity, 2)
    assert body(town, activity, TWO) == "L'arrosage est permis après dix-neuf heures. Le matin, il est permis aussi."
    assert body(town, activity, TWO, 1) == "L'arrosage est permis le soir. Le matin, il est interdit."
    kinds = "SELECT kind FROM __tenant__.event WHERE subject_id = %s AND kind LIKE 'AMENDMENT%%'"
    assert [kind for (kind,) in given.sql(town, kinds, uuid_in(same))] == ["AMENDMENT_OUTDATED"]


def test_decision_that_changes_after_the_text_was_prepared_stops_its_publication(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    one = proposed(given.actor(town), activity, TWO, "soir", "midi")
    assert decide(admin, one) == []
    draft = prepared(admin, activity, 1)
    assert decide(admin, one, "REJECTED") == []
    ask = {"activity": activity, "draft": draft, "reason": "Les décisions du conseil."}
    assert do(admin, "textVersionPublish", **ask)["userErrors"] == refused("TEXT_OUTDATED", "draft")
    assert text(town, activity)["version"]["number"] == 1


def test_article_that_is_split_or_removed_under_an_amendment_outdates_it_alone(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    people = [given.actor(town) for _ in range(4)]
    evening = proposed(people[0], activity, TWO, "soir", "midi")
    morning = proposed(people[1], activity, TWO, "interdit", "permis")
    gone = proposed(people[2], activity, THREE, "outils", "arrosoirs")
    stays = proposed(people[3], activity, ONE, "habitants", "voisins")
    split = SOURCE.replace(" Le matin, il est interdit.", "\n\n## Article 2 bis\n\nLe matin, il est interdit.")
    prepared(admin, activity, 1, split[: split.index("## Article 3")])
    assert text(admin, activity)["draft"]["outdatingCount"] == 2, "before it is published"
    publish(admin, activity, 1, split[: split.index("## Article 3")])
    there = text(town, activity)["version"]
    assert [one["number"] for one in there["articles"]] == [1, 2, 3, 6, 4]
    states = [amendment(town, one)["state"] for one in (evening, morning, gone, stays)]
    assert states == ["OPEN", "OUTDATED", "OUTDATED", "OPEN"]
    assert (amendment(town, gone)["heading"], amendment(town, gone)["comparison"][0]["words"]) == ("Article 3", "Les ")
    assert propose(people[0], activity, THREE, "Un article de retour.", version=2)["userErrors"] == refused(
        "NOT_FOUND", "article"
    )
    publish(admin, activity, 2, SOURCE + "\n## Article 9\n\nEncore un.\n")
    numbers = [one["number"] for one in text(town, activity)["version"]["articles"]]
    assert numbers == [1, 2, 3, 4, 7, 8], "no number is given twice"


def test_amendment_that_strikes_an_article_out_takes_it_out_of_the_text(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    payload = propose(given.actor(town), activity, THREE, None)
    other = proposed(given.actor(town), activity, THREE, "outils", "arrosoirs")
    assert decide(admin, payload["contribution"]["id"]) == []
    publish(admin, activity, 1)
    assert [one["number"] for one in text(town, activity)["version"]["articles"]] == [1, 2, 3, 4]
    assert amendment(town, other)["state"] == "OUTDATED"


def test_what_moderation_withholds_is_not_merged(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    one = proposed(given.actor(town), activity, TWO, "soir", "midi")
    assert decide(admin, one) == []
    hide = "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s"
    given.sql(town, hide, uuid_in(one))
    publish(admin, activity, 1)
    assert "soir" in body(town, activity, TWO) and listed(town, activity) == []
    assert [amendment(admin, one)[name] for name in ("state", "version", "mergedIn")] == ["ACCEPTED", 2, None]
    counts = [(each["amendmentCount"], each["openCount"]) for each in text(town, activity)["version"]["articles"]]
    assert counts == [(0, 0)] * 5


def test_comparison_of_versions_names_what_is_added_removed_and_renamed(
    town: Portal, admin: Portal, activity: str
) -> None:
    source = text(town, activity)["version"]["source"]
    changed = source.replace("## Article 1 {", "## Article premier {").replace("soir", "midi")
    publish(admin, activity, 1, changed[: changed.index("# Titre II")] + "## Article 4\n\nDu neuf.\n")
    told = town.ask(COMPARISON, id=activity)["activity"]["text"]["version"]["comparison"]
    assert [(one["number"], one["oldHeading"], one["isAdded"], one["isRemoved"]) for one in told] == [
        (1, None, False, False),
        (2, "Article 1", False, False),
        (3, None, False, False),
        (4, None, False, True),
        (5, None, False, True),
        (6, None, True, False),
    ]
    assert told[2]["parts"] == [
        {"fate": "KEPT", "words": "L'arrosage est permis le "},
        {"fate": "REMOVED", "words": "soir"},
        {"fate": "ADDED", "words": "midi"},
        {"fate": "KEPT", "words": ". Le matin, il est interdit."},
    ]
    since = town.ask(COMPARISON, id=activity, since=2)["activity"]["text"]["version"]["comparison"]
    assert all(part["fate"] == "KEPT" for one in since for part in one["parts"])


def test_ten_thousand_amendments_are_read_by_one_statement_and_carried(given: Given, town: Portal) -> None:
    city = given.tenant(town, "amended-often", "commune-35024")
    author, admin = given.actor(city), given.actor(city, role="ADMIN")
    activity = consulted(given, city, admin)
    first = proposed(author, activity, TWO, "soir", "midi")
    id_, columns = (
        uuid_in(first),
        "activity_id, kind, status, title, body, author_id, is_anonymous, published_at, search_text, support_count",
    )
    proposals = f"INSERT INTO __tenant__.contribution (id, {columns}) SELECT gen_random_uuid(), {columns} FROM __tenant__.contribution, generate_series(1, 9999) WHERE id = %s"
    columns = "author_id, activity_id, version, article, starts, ends, old_words, new_words, state"
    amendments = f"""INSERT INTO __tenant__.amendment (id, contribution_id, {columns}) SELECT gen_random_uuid(), c.id, a.{columns.replace(" ", " a.")}
      FROM __tenant__.amendment a JOIN __tenant__.contribution c ON c.activity_id = a.activity_id AND c.id <> a.contribution_id WHERE a.contribution_id = %s"""
    given.sql(city, proposals, id_)
    given.sql(city, amendments, id_)
    assert decide(admin, first) == []
    assert text(city, activity)["version"]["articles"][TWO - 1]["amendmentCount"] == 10_000
    publish(admin, activity, 1)
    assert text(city, activity)["version"]["articles"][TWO - 1]["openCount"] == 0
    assert amendment(city, first)["mergedIn"] == 2
    asked = city.ask(AMENDMENTS, id=activity, article=TWO, state="OUTDATED")["activity"]["text"]["amendments"]
    assert (asked["totalCount"], len(asked["nodes"])) == (9_999, 100)


# Files ----------------------------------------------------------------------------------------------------------------


def docx(document: str, styles: str = "", **more: bytes) -> bytes:
    """A document of Word's with these parts."""
    head = '<?xml version="1.0"?>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/styles.xml", f"{head}<w:styles {space}>{styles}</w:styles>")
        archive.writestr("word/document.xml", f"{head}<w:document {space}><w:body>{document}</w:body></w:document>")
        for name, content in more.items():
            archive.writestr(name, content)
    return file.getvalue()


def p(words: str, style: str = "") -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}<w:r><w:t>{words}</w:t></w:r></w:p>"


STYLES = '<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Art"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'


def test_docx_is_read_by_its_headings_without_what_was_struck_out() -> None:
    struck = "<w:p><w:r><w:t>Les outils</w:t></w:r><w:del><w:r><w:delText>vieux</w:delText></w:r></w:del><w:r><w:br/><w:t># rangés</w:t></w:r></w:p>"
    document = p("Chapitre I", "Titre1") + p("Article 1", "Art") + p("Ouvert à tous.") + struck + p("Fin", "Heading2")
    read = docx_file.source(docx(document, STYLES))
    assert read == "# Chapitre I\n\n## Article 1\n\nOuvert à tous.\n\nLes outils\n\\# rangés\n\n## Fin\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04 no zip", "UNREADABLE"),
        (docx(p("")), "EMPTY"),
        (docx("<w:p>"), "UNREADABLE"),
        (docx(p("a" * 20_000_000)), "TOO_LARGE"),
        (docx("<w:p/>" * 20_001), "TOO_LARGE"),
        (docx("<w:a>" * 300 + "</w:a>" * 300), "TOO_LARGE"),
        (docx("", "", **{f"m{place}": b"" for place in range(2_001)}), "TOO_LARGE"),
    ],
)
def test_docx_that_is_a_bomb_or_no_document_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(FileError) as refused_:
        docx_file.source(content)
    assert refused_.value.problem.value == problem


def test_docx_with_entities_is_refused_before_they_grow() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", bomb)
    with pytest.raises(FileError) as refused_:
        docx_file.source(file.getvalue())
    assert refused_.value.problem.value == "UNREADABLE"


def test_closed_consultation_takes_no_amendment_and_is_still_decided(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    author = given.actor(town)
    one, two = (proposed(author, activity, TWO, "soir", word) for word in ("midi", "lundi"))
    assert close(author, two, "WITHDRAWN")["userErrors"] == []
    given.sql(town, "UPDATE __tenant__.activity SET closes_at = now() WHERE id = %s", uuid_in(activity))
    assert propose(author, activity, THREE, "Autre chose.")["userErrors"] == refused("ACTIVITY_NOT_OPEN", "activity")
    assert amendment(town, two)["state"] == "WITHDRAWN"
    assert decide(admin, two) == refused("ACTION_NOT_POSSIBLE", "contribution")
    assert decide(admin, one, "ACCEPTED_IN_PART", words="en fin de journée") == []
    there = amendment(town, one)
    assert (there["settledWords"], there["answer"]) == ("en fin de journée", ANSWER)
    plain = published(given.actor(town), given.activity(town, kind="CONSULTATION", vote_method="OPINION"))
    assert do(admin, "amendmentDecide", contribution=plain, decision="ACCEPTED", answer=ANSWER)[
        "userErrors"
    ] == refused("ACTION_NOT_POSSIBLE", "contribution")
