"""The classes of flaws that platforms like this one published advisories about in 2023 to 2026, each tried here.

PROVEN tells where the other tests of a class are; what is below is what only this module tries.
"""

import ast
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import GraphQLObjectType

from auth.viewer import Audience, Viewer
from models.tenant import Feature
from planner.scope import Scope, scoped
from tests import asking, receiving
from tests.acting import published
from tests.callers import SITE, World, world
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.operation import CONTRACT, root_fields
from tests.own import Own
from tests.test_invitation import invite
from tests.test_layout import MODULES, imported
from tests.test_sign_in import Town, towns

PROVEN = {
    "token of another tenant": (
        "test_matrix::test_every_caller_is_told_what_the_table_says",
        "test_session::test_session_of_another_tenant_is_nobody",
        "test_widget::test_token_of_another_tenant_secret_or_text_is_refused",
    ),
    "foreign object ids": (
        "test_foreign_id::test_argument_with_an_id_of_another_tenant_finds_nothing",
        "test_foreign_id::test_field_with_an_id_of_another_tenant_is_not_found",
        "test_foreign_id::test_entity_of_another_tenant_is_null",
    ),
    "generic root field that skips rights": ("test_access::test_space_and_all_in_it_is_seen_by_whom_it_is_for",),
    "mutation guarded by a feature flag alone": ("test_scope::test_nothing_is_written_to_what_is_switched_off",),
    "filter or sort that reaches hidden columns": (
        "test_anonymity::test_actors_contributions_leave_requests_without_a_name_out",
        "test_bad_input::test_real_cursor_is_refused_in_another_order_and_in_another_list",
    ),
    "embed that bypasses visibility": ("test_matrix::test_every_caller_is_told_what_the_table_says",),
    "race on what one person may do once": (
        "test_vote_parallel::test_actor_who_votes_on_twenty_connections_has_one_vote",
        "test_idempotency::test_ten_requests_at_once_under_one_key_publish_once",
        "test_widget::test_of_two_at_once_one_gets_the_actor",
        "test_invitation::test_of_two_administrators_who_step_down_at_once_one_stays",
    ),
    "private link that serves again": (
        "test_invitation::test_link_signs_in_with_the_role_once",
        "test_sign_in::test_code_serves_once",
        "test_widget::test_code_becomes_a_token_of_its_actor_once",
    ),
    "requests to stored addresses": (
        "test_outbound::test_host_of_ones_own_network_is_refused_before_it_is_connected_to",
        "test_outbound::test_name_that_leads_to_a_private_address_beside_public_ones_is_refused",
        "test_outbound::test_redirect_is_not_followed",
    ),
    "unbounded aliases, batches and mutations": (
        "test_limit::test_what_is_just_within_a_limit_passes_and_one_more_is_too_large",
        "test_limit::test_no_document_takes_much_longer_than_a_large_page",
        "test_bad_body::test_several_operations_in_one_request_are_refused",
        "test_bad_document::test_many_mutations_are_refused_and_change_nothing",
    ),
    "error texts that enumerate": (
        "test_sign_in::test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work",
        "test_sign_in::test_refused_confirmation_says_the_same_for_every_reason",
        "test_access::test_writing_to_what_one_does_not_see_is_as_to_what_does_not_exist",
    ),
    "stored HTML": (
        "test_page::test_hostile_texts_of_a_portal_are_escaped",
        "test_sign_in::test_text_of_a_visitor_is_escaped_in_pages",
    ),
}
"""The tests of each class, as module and function."""


@pytest.mark.parametrize("name", PROVEN)
def test_proofs_are_where_they_are_said_to_be(name: str) -> None:
    for proof in PROVEN[name]:
        module, _, function = proof.partition("::")
        text = (Path(__file__).parent / f"{module}.py").read_text("utf-8")
        assert f"def {function}(" in text, proof


@pytest.fixture(scope="module")
def here(given: Given, rennes: Portal) -> Iterator[World]:
    made = world(given, given.tenant(rennes, "advisory", "commune-35238"))
    over = given.activity(made.portal, vote_method="SUPPORT", closes_at="now")
    counts = dict.fromkeys(("ballot_count", "blank_count", "reached_count", "spent_euros"), 0)
    told = {"rule": "GREEDY", "is_decisive": True, "counted_at": "now"}
    given.insert(made.portal, "vote_result", activity_id=uuid_in(over), **told, **counts)
    aid, place = given.activity(made.portal, kind="MUTUAL_AID"), {"lat": 48.1193, "lng": -1.6757}
    published(given.actor(made.portal), aid, "OFFER", title="Une échelle à prêter", location=place)
    reader = asking.CHOSEN["territoryPreview"]["reader"]
    given.sql(
        made.portal,
        "INSERT INTO platform.territory_reader SELECT number, %s, title, collectivite_id FROM platform.tenant"
        " WHERE number = %s AND NOT EXISTS (SELECT FROM platform.territory_reader WHERE slug = %s)",
        reader,
        rennes.number,
        reader,
    )
    for statement in receiving.published(made.portal.story.slug, rennes.story.slug):
        given.sql(made.portal, statement)
    yield made
    receivers = [made.portal.number, rennes.number]
    given.sql(made.portal, "DELETE FROM platform.territory_reader WHERE tenant_number = ANY (%s)", receivers)


# A mutation guarded by its absence from the contract alone -----------------------------------------------------------


def administrators(root: str) -> list[str]:
    """The fields of a root that are not in the public's contract."""
    return sorted(root_fields(root).keys() - fields_for(Audience.ROUTER, root))


def fields_for(audience: Audience, root: str) -> set[str]:
    """The fields of a root in the contract of an audience."""
    found = scoped(CONTRACT, Scope(frozenset(Feature), audience)).type_map[root]
    assert isinstance(found, GraphQLObjectType)
    return set(found.fields)


STRANGERS = {
    False: ("anonymous", "member", "moderator", "moderate token"),
    True: ("anonymous", "member", "contribute token"),
}
"""Who has no right to a field: of administrators, and of moderators."""


def refused_to(root: str) -> list[tuple[str, str]]:
    """Each field of a root behind a role, with each of those who do not have it."""
    moderators = fields_for(Audience.MODERATOR, root)
    return [(name, role) for name in administrators(root) for role in STRANGERS[name in moderators]]


@pytest.fixture
def operators_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is served the operators' contract, as if the scopes had failed."""
    monkeypatch.setattr(Viewer, "audience", property(lambda _: Audience.OPERATOR))


@pytest.mark.parametrize(("name", "role"), refused_to("Mutation"))
def test_mutation_of_administrators_is_refused_though_the_contract_has_it(
    here: World, given: Given, operators_contract: None, name: str, role: str
) -> None:
    with given.nothing_written(here.portal):
        _, answer = here.callers[role].ask(asking.mutation(name, here.ids["public"]))
    code = "UNAUTHENTICATED" if role == "anonymous" else "FORBIDDEN"
    assert [error["code"] for error in answer["data"][name]["userErrors"]] == [code]


@pytest.mark.parametrize(("name", "role"), refused_to("Query"))
def test_list_of_administrators_is_empty_though_the_contract_has_it(
    here: World, operators_contract: None, name: str, role: str
) -> None:
    _, answer = here.callers[role].ask(asking.query(name, here.ids["public"]))
    assert answer["data"][name] in ([], {"nodes": []}, None)
    assert here.callers["administrator"].ask(asking.query(name, here.ids["public"]))[1]["data"][name] != []


# A filter or sort that reaches hidden columns ------------------------------------------------------------------------


def test_search_finds_nothing_by_what_is_not_public(here: World, given: Given) -> None:
    author = given.actor(here.portal, name="Zébulonne Quincampoix")
    activity = given.activity(here.portal, kind="MUTUAL_AID")
    location = {"lat": 48.1193, "lng": -1.6757}
    published(author, activity, "REQUEST", title="Un coup de main", isAnonymous=True, location=location)
    search = f'query($words: String!) {{ contributions(search: $words, activity: "{activity}") {{ totalCount }} }}'
    found = {
        words: here.callers["moderator"].portal.ask(search, words=words)["contributions"]["totalCount"]
        for words in ("coup de main", "Zébulonne", "Quincampoix", "48.1193", "CITIZEN", activity.rsplit("_", 1)[1])
    }
    assert found == {words: int(words == "coup de main") for words in found}


def test_there_are_no_other_orders_than_those_that_the_contract_names(here: World) -> None:
    for order in ("authorId", "AUTHOR", "EMAIL", "SUPPORT_COUNT", "exact_lat", '"NEWEST"'):
        _, answer = here.callers["administrator"].ask(f"{{ contributions(order: {order}) {{ totalCount }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


# An embed that bypasses visibility -----------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["members", "draft"])
def test_widget_of_an_activity_shows_no_more_of_it_than_the_public_sees(here: World, of: str) -> None:
    activity = here.ids[of]["Activity"]
    register = f'mutation {{ widgetRegister(input: {{name: "x", origins: ["{SITE}"], activity: "{activity}"}})'
    made = here.callers["administrator"].portal.ask(f"{register} {{ widget {{ id }} }} }}")["widgetRegister"]
    headers = {"host": here.portal.host, "origin": SITE}
    token = here.portal.client.post(f"/widget/{made['widget']['id']}/token", headers=headers).json()["token"]
    visitor = replace(here.callers["widget"], portal=replace(here.portal, token=token))
    asked = asking.query("activity", here.ids[of])
    assert visitor.ask(asked) == here.callers["anonymous"].ask(asked)
    assert visitor.ask(asked)[1]["data"] == {"activity": None}


# Races and private links ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    for found in towns(own, tmp_path_factory.mktemp("advisory"), ("advisory-town",)):
        yield found[0]


def test_code_of_a_mail_shown_four_times_at_once_signs_in_once(town: Town) -> None:
    email = "race@voisins.example"
    code = town.browser().code(town.post, email)
    assert at_once(town, "/auth/email/confirm", {"email": email, "code": code}) == [200, 401, 401, 401]
    assert town.count("session") == 1


def test_link_of_an_invitation_followed_four_times_at_once_signs_in_once(town: Town) -> None:
    admin = town.given.actor(town.portal, role="ADMIN")
    email = "race@invited.example"
    invite(admin, email, "MODERATOR")
    [line] = [line for line in town.post.text(email).splitlines() if "/auth/invitation?token=" in line]
    before = town.count("session")
    token = {"token": line.strip().partition("token=")[2]}
    assert at_once(town, "/auth/invitation", token) == [200, 401, 401, 401]
    assert town.count("session") == before + 1


def at_once(town: Town, path: str, fields: dict[str, str]) -> list[int]:
    """The statuses of four browsers that post the same."""
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: town.browser().post(path, fields).status_code, range(4))
    return sorted(answers)


# Requests to stored addresses ----------------------------------------------------------------------------------------


def test_nothing_but_the_judging_client_the_mail_and_the_operators_model_asks_other_servers() -> None:
    clients = {"httpcore", "httpx", "aiohttp", "requests", "urllib3", "http", "ftplib", "smtplib", "aiosmtplib"}
    asking_ = {str(path) for path in MODULES if imported(path) & clients}
    assert asking_ == {"auth/outbound.py", "jobs/courier.py", "jobs/wording.py", "mail/transport.py"}
    opening = {str(path) for path in MODULES if "urllib.request" in modules_of(path)}
    assert opening == {"web/recount.py"}, "the program that residents run themselves"


def modules_of(path: Path) -> set[str]:
    """The modules that a module imports, by their whole names."""
    tree = ast.parse((Path(__file__).parents[1] / path).read_text("utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


# Error texts that enumerate ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_misspelt_name_suggests_nothing_that_the_caller_does_not_have(here: World, root: str) -> None:
    keyword = "query" if root == "Query" else "mutation"
    for name in administrators(root):
        misspelt = f"{keyword} {{ {name}z }}"
        assert not re.search(rf"\b{name}\b", str(here.callers["member"].ask(misspelt)))
        assert re.search(rf"\b{name}\b", str(here.callers["administrator"].ask(misspelt))), (
            "the case would show nothing"
        )


def test_misspelt_field_suggests_nothing_that_the_caller_does_not_have(here: World) -> None:
    misspelt = f'{{ activity(id: "{here.ids["public"]["Activity"]}") {{ statistics {{ authorCoun }} }} }}'
    assert "authorCount" not in str(here.callers["member"].ask(misspelt))
    assert "authorCount" in str(here.callers["moderator"].ask(misspelt))


# Stored HTML ---------------------------------------------------------------------------------------------------------

HTML = '<img src=x onerror=alert(1)></script><script>alert("é")</script>'


def test_html_that_somebody_stored_is_answered_as_the_text_that_it_is(here: World, given: Given) -> None:
    activity = given.activity(here.portal, kind="IDEA_BOX")
    contribution = published(given.actor(here.portal, name=HTML), activity, title=HTML, body=HTML)
    show = f'{{ contribution(id: "{contribution}") {{ title body author {{ name }} }} }}'
    for accept in ("*/*", "text/html,*/*"):
        answer = here.portal.post(show, accept=accept)
        assert answer.headers["content-type"].startswith("application/")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["data"]["contribution"] == {"title": HTML, "body": HTML, "author": {"name": HTML}}


def test_html_in_the_texts_of_a_portal_is_no_html_in_its_pages(here: World, given: Given) -> None:
    given.sql(here.portal, "UPDATE __tenant__.participatory_space SET title = %s, description = %s", HTML, HTML)
    page = here.portal.client.get("/", headers={"host": here.portal.host}).text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "<script>alert" not in page
