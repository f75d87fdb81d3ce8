"""What tests of texts start from: a consultation with a text, amendments on it, and what the city decides."""

from typing import Any

from tests.acting import published
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in

SOURCE = """# Titre premier

## Article 1

Les jardins sont ouverts à tous les habitants.

## Article 2

L'arrosage est permis le soir. Le matin, il est interdit.

# Titre II

## Article 3

Les outils sont rangés après usage.
"""
ONE, TWO, THREE = 2, 3, 5
"""The numbers of the three articles; 1 and 4 are the sections."""

TEXT = """query($id: ID!, $number: Int) { activity(id: $id) { text { version(number: $number) { id number reason publishedAt
  mergedCount source articles { number heading level body amendmentCount openCount } }
  versions { number } draft { id number mergedCount outdatingCount articles { number heading level body } } } } }"""
AMENDMENT = """query($id: ID!) { contribution(id: $id) { status amendment { article heading version startsAt endsAt oldWords newWords
  settledWords state answer decidedAt mergedIn isDecidable comparison { fate words } settledComparison { fate words }
  onSameWords { nodes { contribution { id } } } } } }"""
AMENDMENTS = """query($id: ID!, $article: Int, $state: AmendmentState, $after: String) { activity(id: $id) { text {
  amendments(article: $article, state: $state, first: 100, after: $after) { totalCount nodes { state mergedIn
  contribution { id title } } } } } }"""
ANSWER = "La collectivité en a débattu, et voici ce qu'elle retient."


def prepared(editor: Portal, activity: str, version: int, source: str | None = None) -> str:
    """The id of what was prepared."""
    given = {"activity": activity, "version": version} | ({} if source is None else {"source": source})
    payload = editor.ask(
        "mutation($input: TextVersionPrepareInput!) { textVersionPrepare(input: $input) { draft { id } userErrors { code field } } }",
        input=given,
    )["textVersionPrepare"]
    assert payload["userErrors"] == [], payload
    return str(payload["draft"]["id"])


def publish(editor: Portal, activity: str, version: int, source: str | None = None, **fields: Any) -> None:
    """A version is prepared and published."""
    draft = prepared(editor, activity, version, source)
    reason = {"reason": "Les décisions du conseil."} if version else {}
    done(editor, "textVersionPublish", activity=activity, draft=draft, **{**reason, **fields})


def consulted(given: Given, town: Portal, editor: Portal, source: str = SOURCE, **fields: Any) -> str:
    """A consultation with a text."""
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION", **fields)
    publish(editor, activity, 0, source)
    return activity


def text(who: Portal, activity: str, number: int | None = None) -> dict[str, Any]:
    return dict(who.ask(TEXT, id=activity, number=number)["activity"]["text"])


def body(who: Portal, activity: str, article: int, number: int | None = None) -> str:
    """The words of an article."""
    articles = text(who, activity, number)["version"]["articles"]
    return next(str(one["body"]) for one in articles if one["number"] == article)


PROPOSE = """mutation($input: AmendmentProposeInput!) { amendmentPropose(input: $input) {
  contribution { id } withheld { activity { id } } userErrors { code field } } }"""


def propose(who: Portal, activity: str, article: int, wording: str | None, **fields: Any) -> dict[str, Any]:
    given = {"activity": activity, "version": 1, "article": article, "wording": wording}
    said = {"title": "Un amendement", "body": "Parce que cela sera plus clair pour tout le monde."}
    return dict(who.ask(PROPOSE, input={**given, **said, **fields})["amendmentPropose"])


def proposed(who: Portal, activity: str, article: int, old: str, new: str, **fields: Any) -> str:
    """The id of an amendment's contribution: some words of an article in the place of others."""
    words = body(who, activity, article)
    assert old in words
    payload = propose(who, activity, article, words.replace(old, new, 1), **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["contribution"]["id"])


def decide(city: Portal, contribution: str, decision: str = "ACCEPTED", **fields: Any) -> list[Any]:
    """What refuses a decision."""
    given = {"contribution": contribution, "decision": decision, "answer": ANSWER, **fields}
    return list(do(city, "amendmentDecide", **given)["userErrors"])


def amendment(who: Portal, contribution: str) -> dict[str, Any]:
    return dict(who.ask(AMENDMENT, id=contribution)["contribution"]["amendment"])


def listed(who: Portal, activity: str, **asked: Any) -> list[str]:
    """The ids of amendments, in the list's order."""
    nodes = who.ask(AMENDMENTS, id=activity, **asked)["activity"]["text"]["amendments"]["nodes"]
    return [str(one["contribution"]["id"]) for one in nodes]


# For tests of the whole contract --------------------------------------------------------------------------------------

AGAIN = (
    "DELETE FROM __tenant__.text_version WHERE number > 1",
    "INSERT INTO __tenant__.text_version (id, activity_id, number, articles, last_number, merged, prepared_at)"
    " SELECT md5(id::text)::uuid, activity_id, 2, articles, last_number, ARRAY(SELECT a.id FROM __tenant__.amendment a"
    " WHERE a.activity_id = v.activity_id AND a.state = 'ACCEPTED_IN_PART'), now() FROM __tenant__.text_version v"
    " WHERE number = 1",
    "UPDATE __tenant__.amendment SET state = 'OPEN', answer = NULL, decided_at = NULL, settled_words = NULL, version = 1"
    " WHERE state IN ('REJECTED', 'OUTDATED')",
    "UPDATE __tenant__.amendment SET version = 1, merged_in = NULL WHERE version = 2 OR merged_in IS NOT NULL",
)
"""For the next caller who prepares, publishes or throws away a version, or decides."""


def amended(given: Given, author: Portal, space: str) -> dict[str, str]:
    """A consultation with a text, what is prepared of it, an amendment to decide on, and one to read."""
    activity = given.activity(author, kind="CONSULTATION", vote_method="OPINION", space=space)
    articles = '[{"number": 1, "heading": "Article 1", "level": 1, "body": "Les jardins sont ouverts."}]'
    first = {"activity_id": uuid_in(activity), "number": 1, "articles": articles, "last_number": 1, "merged": "{}"}
    version = given.insert(author, "text_version", **first, prepared_at="now", published_at="now")
    read, decided = (published(author, activity, title=title) for title in ("À lire", "À décider"))
    me = uuid_in(author.ask("{ viewer { id } }")["viewer"]["id"])
    passage = {"activity_id": uuid_in(activity), "author_id": me, "version": 1, "article": 1, "starts": 4, "ends": 11}
    words = {"old_words": "jardins", "new_words": "parcs"}
    for id_, more in (
        (
            read,
            {"state": "ACCEPTED_IN_PART", "answer": "Une réponse.", "decided_at": "now", "settled_words": "squares"},
        ),
        (decided, {"state": "OPEN"}),
    ):
        given.insert(author, "amendment", contribution_id=uuid_in(id_), **passage, **words, **more)
    for statement in AGAIN:
        given.sql(author, statement)
    [[draft]] = given.sql(author, "SELECT md5(%s)::uuid", str(version))
    mutations = ("textVersionPrepare", "textVersionPublish", "textVersionDiscard", "amendmentPropose")
    return {
        "amended": activity,
        "amendment": read,
        "TextVersion": f"textversion_{author.number}_{draft}",
        "textVersionPublish.draft": f"textversion_{author.number}_{draft}",
        "amendmentDecide.contribution": decided,
        **{f"{name}.activity": activity for name in mutations},
    }
