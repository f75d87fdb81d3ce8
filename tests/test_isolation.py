"""The walls between tenants: another tenant's id, token or host never shows or changes a row.

The cases are made from the part of the contract that the public and routers have: a root field without a case fails.
What administrators alone have is in the access matrix (tests/test_matrix.py) and in tests/test_foreign_id.py.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from graphql import get_named_type

import jobs.territory
from database import statement
from models.territory import PUBLISHED_KINDS, PublicationRule
from planner import cost
from server.log import request_id
from tests import exchanged, fingerprint, judged, missioned
from tests.analysing import analysed
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.intruding import JUDGED, MUTATIONS, OBJECTS, QUERIES, Case, Ids
from tests.operation import ROUTERS, call, everything, root_fields

FIELDS = {operation: root_fields(operation, ROUTERS) for operation in ("Query", "Mutation")}
ROLES = ("anonymous", "member", "moderator", "admin")


def as_role(portal: Portal, role: str) -> Portal:
    return portal if role == "anonymous" else getattr(portal, role)()


def ids_of(portal: Portal) -> dict[str, str]:
    """An id of each type, of what the author of the offer made."""
    author = portal.member(0)
    (offer,) = (
        author.ask("""{ contributions(search: "tondeuse dehors") { nodes { id zone { id } author { id } category { id }
        activity { id space { id activities { id kind } } } comments { nodes { id } } } } }""")["contributions"][
            "nodes"
        ]
    )
    (proposal,) = author.ask('{ contributions(search: "fontaine dehors") { nodes { id viewerVote { id } } } }')[
        "contributions"
    ]["nodes"]
    return {
        "Contribution": offer["id"],
        "Zone": offer["zone"]["id"],
        "Actor": offer["author"]["id"],
        "Category": offer["category"]["id"],
        "Activity": offer["activity"]["id"],
        "ParticipatorySpace": offer["activity"]["space"]["id"],
        "Comment": offer["comments"]["nodes"][0]["id"],
        "Vote": proposal["viewerVote"]["id"],
        "proposal": proposal["id"],
        "old path": f"/projets/{portal.story.slug}",
        **MODERATED.get(portal.number, {}),
        "avis": next(a["id"] for a in offer["activity"]["space"]["activities"] if a["kind"] == "CONSULTATION"),
    }


MODERATED: dict[int, dict[str, str]] = {}
"""By tenant, what moderators have of it."""


@pytest.fixture(scope="module", autouse=True)
def analyses(given: Given, twins: tuple[Portal, Portal]) -> None:
    """Each has a published analysis, under the UUID of its activity, too."""
    for portal in twins:
        ids = ids_of(portal)
        made = analysed(given, portal.admin(), ids["ParticipatorySpace"], ids["Activity"], ids["Contribution"])
        renamed = "(jsonb_populate_record(a, jsonb_build_object('id', %s::text))).*"
        copy = f"INSERT INTO __tenant__.analysis SELECT {renamed} FROM __tenant__.analysis a WHERE id = %s"
        given.sql(portal, copy, str(uuid_in(ids["Activity"])), uuid_in(made["Analysis"]))


@pytest.fixture(scope="module")
def foreign(twins: tuple[Portal, Portal]) -> dict[str, str]:
    """The second tenant's ids."""
    found = ids_of(twins[1])
    return {
        name: found[name] for name in (*OBJECTS, *JUDGED, "MissionSlot", "PollingDesk", "Draft", "avis", "old path")
    }


@pytest.fixture(scope="module", autouse=True)
def unpriced() -> Iterator[None]:
    """All that there is may be asked at once, whatever it costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cost, "MAX_COST", 10**6)
        yield


@pytest.fixture(scope="module", autouse=True)
def moderated(given: Given, twins: tuple[Portal, Portal]) -> Iterator[None]:
    """An offer of each twin's author was reported, something beside it is hidden, a vote's rule is published, and
    it has a desk; all of it is taken away at the end."""
    for portal in twins:
        ids = ids_of(portal)
        actors = [
            uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"]) for who in (portal.member(0), portal.moderator())
        ]
        MODERATED[portal.number] = judged.judged(given, portal, uuid_in(ids["Contribution"]), *actors)
        MODERATED[portal.number] |= exchanged.agreed(given, portal, uuid_in(ids["Contribution"]), *actors)
        rule = {"name": "rule.json", "version": 1, "content": portal.story.slug, "digest": "0", "published_at": "now"}
        given.insert(portal, "vote_file", activity_id=uuid_in(ids["avis"]), **rule)
        at = {"activity_id": uuid_in(ids["avis"]), "name": portal.story.slug, "opened_at": "now"}
        desk = given.insert(portal, "polling_desk", channel="DESK", **at)
        given.insert(portal, "polling_agent", desk_id=desk, actor_id=actors[0], given_at="now")
        MODERATED[portal.number] |= missioned.slot_of(given, portal, uuid_in(ids["Contribution"]), actors[0])
        kept = f'activity: "{ids["Activity"]}", kind: OFFER, title: "{portal.story.slug}"'
        draft = portal.member(0).ask(f"mutation {{ draftKeep(input: {{{kept}}}) {{ draft {{ id }} }} }}")
        MODERATED[portal.number]["Draft"] = draft["draftKeep"]["draft"]["id"]
        MODERATED[portal.number]["PollingDesk"] = f"pollingdesk_{portal.number}_{desk}"
    yield
    MODERATED.clear()
    for portal in twins:
        for statement_ in (*exchanged.FORGET, *missioned.FORGET, *judged.FORGET, "DELETE FROM __tenant__.vote_file"):
            given.sql(portal, statement_)
        for name in ("draft", "signing", "polling_typing", "polling_record", "polling_agent", "polling_desk"):
            given.sql(portal, f"DELETE FROM __tenant__.{name}")


def query(name: str, arguments: dict[str, Any]) -> str:
    field, selected = FIELDS["Query"][name], ""
    if name == "_entities":  # Of all types at once there would be too many words.
        type_ = arguments["representations"][0]["__typename"]
        selected = f"{{ ... on {type_} {everything(ROUTERS.type_map[type_], 1)} }}"
    return f"{{ {call(name, field.args, arguments)} {selected or everything(get_named_type(field.type), 1)} }}"


def mutation(name: str, given: dict[str, Any]) -> str:
    field = FIELDS["Mutation"][name]
    return f"mutation {{ {call(name, field.args, {'input': given})} {everything(get_named_type(field.type), 1)} }}"


def shows(text: str, portal: Portal) -> bool:
    """Whether an answer holds a text or an id of a tenant."""
    word = portal.story.slug.removeprefix("jumeau-")
    return word in text or re.search(rf"[a-z]_{portal.number}_[0-9a-f]{{8}}-", text) is not None


@pytest.fixture(scope="module")
def printed(database_url: str, twins: tuple[Portal, Portal]) -> Iterator[Callable[[], list[tuple[Any, ...]]]]:
    """Gives a fingerprint of every table of the tenants, by a statement that PostgreSQL plans once."""
    asked = fingerprint.of(*(portal.number for portal in twins)).encode()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")  # To start them takes longer than to read.
        yield lambda: connection.execute(asked, prepare=True).fetchall()


@pytest.fixture
def unchanged(printed: Callable[[], list[tuple[Any, ...]]]) -> Iterator[None]:
    """Nothing of either tenant is changed by the test."""
    before = printed()
    yield
    assert printed() == before


@pytest.fixture
def texts(twins: tuple[Portal, Portal], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The texts of all statements that requests run; the worker's, which visits every tenant, are left out."""
    seen: set[str] = set()
    original = statement.Statement.text_for

    def recorded(self: statement.Statement, tenant: int | None) -> str:
        text = original(self, tenant)
        if request_id.get() is not None:
            seen.add(text)
        return text

    monkeypatch.setattr(statement.Statement, "text_for", recorded)
    return seen


@pytest.fixture(scope="module", autouse=True)
def old_addresses(given: Given, twins: tuple[Portal, Portal]) -> None:
    """An offer of each twin was at an old address before, so that a leak of it would show."""
    for portal in twins:
        ids = ids_of(portal)
        given.sql(
            portal,
            "INSERT INTO __tenant__.imported_item VALUES ('twin', 'CONTRIBUTION', '1', NULL, %s, NULL, %s)"
            " ON CONFLICT DO NOTHING",
            uuid_in(ids["Contribution"]),
            ids["old path"],
        )


def schemas_in(texts: set[str]) -> set[str]:
    """The tenants' schemas that statements mention."""
    return {schema for text in texts for schema in re.findall(r"\bt_\d+\b", text)}


def test_every_root_field_has_a_case() -> None:
    assert FIELDS["Query"].keys() == QUERIES.keys()
    assert FIELDS["Mutation"].keys() == MUTATIONS.keys()


WITHOUT_ACCOUNT = ("codeBallotCast", "surveyAnswerSave", "surveyAnswerSend", "surveyAnswerDiscard")
"""What somebody does who has no account."""

TERRITORY = ("territoryPublications", "territoryHexagons")
"""What other portals publish, which is nothing until they do."""

WORDS = ("territoryWords",)
"""What a portal calls others' categories, which is nothing until it does: tests/test_territory_reader.py."""

MOVED = ("zoneMoves", "movedContribution")
"""What moved to another portal, which is nothing until a zone does: tests/test_zone_move.py."""

NAMELESS = ("assignedContributions", "contributionsToEvaluate", "deskEntries", "team")
"""Which name nothing and are empty for a member outside of the team, or whom nothing is entrusted to."""

QUERY_CASES = [(name, case) for name, cases in QUERIES.items() for case in cases]
MUTATION_CASES = [(name, case) for name, cases in MUTATIONS.items() for case in cases]


@pytest.mark.parametrize(("name", "case"), QUERY_CASES)
def test_query_with_another_tenants_ids_shows_nothing_of_it(
    twins: tuple[Portal, Portal], foreign: Ids, unchanged: None, texts: set[str], name: str, case: Case
) -> None:
    here, there = twins
    asked = query(name, case(foreign))
    for role in ROLES:
        answer = as_role(here, role).post(asked)
        assert "errors" not in answer.json()
        assert not shows(answer.text, there)
    assert schemas_in(texts) <= {f"t_{here.number}"}
    if case(foreign) and name not in (
        *NAMELESS,
        *TERRITORY,
        *MOVED,
        *WORDS,
        "collectivite",
        "collectivites",
        "places",
        "contactData",
        "moderationReport",
        "nudge",
        "mailPreference",
    ):
        assert shows(there.member(0).post(asked).text, there) or name == "hexagons", "the case would not show a leak"
        assert not shows(here.admin().post(asked).text, here), "another tenant's id found something of this one"


@pytest.mark.parametrize(("name", "case"), QUERY_CASES)
@pytest.mark.parametrize("role", ["member", "admin"])
def test_token_of_another_tenant_is_refused(
    twins: tuple[Portal, Portal], foreign: Ids, unchanged: None, name: str, case: Case, role: str
) -> None:
    here, there = twins
    asked = query(name, case(foreign))
    answer = replace(here, token=as_role(there, role).token).post(asked)
    assert (answer.status_code, answer.json()) == (
        401,
        {"errors": [{"message": "This token is not valid here.", "extensions": {"code": "UNAUTHENTICATED"}}]},
    )


@pytest.mark.parametrize(("name", "case"), MUTATION_CASES)
def test_mutation_with_another_tenants_ids_finds_and_changes_nothing(
    twins: tuple[Portal, Portal], foreign: Ids, unchanged: None, texts: set[str], name: str, case: Case
) -> None:
    here, there = twins
    own = {f"own {key}": id_ for key, id_ in ids_of(here).items()}
    given = case({**foreign, **own})
    for role in ROLES:
        answer = as_role(here, role).post(mutation(name, given))
        payload = answer.json()["data"][name]
        is_free = name in WITHOUT_ACCOUNT
        code = "UNAUTHENTICATED" if role == "anonymous" and not is_free else "NOT_FOUND"
        assert [error["code"] for error in payload["userErrors"]] == [code]
        assert [value for key, value in payload.items() if key not in ("__typename", "userErrors")] == [None] * (
            len(payload) - 2
        )
        assert not shows(answer.text, there)
    assert schemas_in(texts) <= {f"t_{here.number}"}


@pytest.mark.parametrize(("name", "case"), MUTATION_CASES)
def test_mutation_with_another_tenants_token_is_refused(
    twins: tuple[Portal, Portal], foreign: Ids, unchanged: None, name: str, case: Case
) -> None:
    here, there = twins
    own = {f"own {key}": id_ for key, id_ in ids_of(here).items()}
    stranger = replace(here, token=there.member(0).token)
    for ids in (
        {**foreign, **own},
        {**own, **{name: own[f"own {name}"] for name in (*OBJECTS, *JUDGED, "MissionSlot", "PollingDesk")}},
    ):
        assert stranger.post(mutation(name, case(ids))).status_code == 401


@pytest.mark.parametrize(("name", "case"), QUERY_CASES)
def test_each_host_shows_its_own_tenant_alone(
    twins: tuple[Portal, Portal], unchanged: None, name: str, case: Case
) -> None:
    for portal, other in (twins, twins[::-1]):
        asked = query(name, case(ids_of(portal)))
        for asker in (portal, portal.member(0)):
            answer = asker.post(asked)
            assert "errors" not in answer.json()
            assert not shows(answer.text, other)
        elsewhere = (
            *TERRITORY,
            *MOVED,
            *WORDS,
            "_service",
            "account",
            "collectivite",
            "collectivites",
            "contactData",
            "consents",
            "hexagons",
            "nudge",
            "mailPreference",
        )
        if name not in (*elsewhere, *NAMELESS, "moderationReport"):
            assert shows(answer.text, portal)


def test_entities_of_another_tenant_are_null(twins: tuple[Portal, Portal], foreign: Ids) -> None:
    for case in QUERIES["_entities"]:
        asked = query("_entities", case(foreign))
        for role in ROLES:
            assert as_role(twins[0], role).ask(asked) == {"_entities": [None]}


def test_ids_differ_only_by_tenant_for_the_same_uuid(twins: tuple[Portal, Portal]) -> None:
    """An id is one tenant's even when its UUID exists here: the number is part of it."""
    here, there = twins
    own = ids_of(here)["Contribution"]
    disguised = own.replace(f"_{here.number}_", f"_{there.number}_")
    show = "query ($id: ID!) { contribution(id: $id) { title } }"
    assert here.ask(show, id=own) == {"contribution": {"title": "Tondeuse hirondelle dehors"}}
    assert here.ask(show, id=disguised) == {"contribution": None}
    assert there.ask(show, id=disguised) == {"contribution": None}


# With publications on -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def publishing(given: Given, twins: tuple[Portal, Portal]) -> Iterator[None]:
    """The second twin publishes all that a rule may let out to the first; the tests below are the last of the module."""
    here, there = twins
    rules = [PublicationRule(here.number, [kind.value for kind in PUBLISHED_KINDS]).stored()]
    given.sql(
        here,
        "INSERT INTO platform.territory_reader (tenant_number, slug, title, collectivite_id)"
        " SELECT number, slug, title, collectivite_id FROM platform.tenant WHERE number = %s",
        here.number,
    )
    given.sql(
        there, "UPDATE platform.tenant SET territory_rules = %s WHERE number = %s", json.dumps(rules), there.number
    )
    given.run(jobs.territory.compare(given.database, there.number))
    here.running.database.versions[here.number] += 1
    yield
    given.sql(there, "UPDATE platform.tenant SET territory_rules = '[]' WHERE number = %s", there.number)
    given.sql(here, "DELETE FROM platform.territory_reader WHERE tenant_number = %s", here.number)


def test_projection_is_what_the_public_sees_of_the_other_portal(publishing: None, twins: tuple[Portal, Portal]) -> None:
    here, there = twins
    asked = """{ territoryPublications(first: 100) { nodes { kind title categoryKey categoryName zoneName cell
      center { lat lng } publishedAt expiresAt portal host path collectivite { inseeCode } } } }"""
    listed = "{ contributions(status: OPEN, first: 100) { nodes { id kind title publishedAt expiresAt location { cell } } } }"
    public = {node["title"]: node for node in there.ask(listed)["contributions"]["nodes"] if node["location"]}
    for role in ROLES:
        nodes = as_role(here, role).ask(asked)["territoryPublications"]["nodes"]
        assert {node["title"] for node in nodes} == public.keys()
        for node in nodes:
            own = public[node["title"]]
            assert [node[name] for name in ("kind", "publishedAt", "expiresAt", "cell", "path", "portal", "host")] == [
                *(own[name] for name in ("kind", "publishedAt", "expiresAt")),
                *(own["location"]["cell"], f"/contribution/{own['id']}", there.story.slug, there.story.hosts[0]),
            ]


@pytest.mark.parametrize(("name", "case"), [each for each in QUERY_CASES if each[0] not in TERRITORY])
def test_nothing_but_the_projection_crosses(
    publishing: None, twins: tuple[Portal, Portal], foreign: Ids, texts: set[str], name: str, case: Case
) -> None:
    here, there = twins
    for role in ROLES:
        answer = as_role(here, role).post(query(name, case(foreign)))
        assert "errors" not in answer.json()
        assert not shows(answer.text, there)
    assert schemas_in(texts) <= {f"t_{here.number}"}


@pytest.mark.parametrize("name", TERRITORY)
def test_projection_is_read_on_the_platform_alone(
    publishing: None, twins: tuple[Portal, Portal], foreign: Ids, texts: set[str], name: str
) -> None:
    here, there = twins
    answer = here.member(0).post(query(name, QUERIES[name][0](foreign)))
    assert "errors" not in answer.json()
    assert shows(answer.text, there) or name == "territoryHexagons"
    assert all(word not in answer.text for word in ("dedans", "atelier", "Texte", "Autrice", "Boutique"))
    assert schemas_in(texts) <= {f"t_{here.number}"}
