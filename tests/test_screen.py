"""Screens: each is a document and a template of one name and a line of the table, and knows the contract alone."""

import inspect
import re
from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    get_named_type,
    parse,
    type_from_ast,
    validate,
    visit,
)

import web
from auth.viewer import Audience
from models.tenant import Feature
from planner import limit
from planner.scope import Scope, scoped
from portal import document, happening, phase, screen, screen_kind
from portal.fit import NothingLeftError, fitted
from portal.screen import SCREENS
from portal.screen_kind import Screen
from portal.site import BROWSER_KEY
from schema.scoped import ScopedContract
from tests.fitting import named, parts
from tests.operation import CONTRACT

NAMES = sorted({found.name for found in SCREENS})


def features_but(most: int) -> list[frozenset[Feature]]:
    """Every set of features that has, or lacks, exactly so many."""
    sizes = {most, len(Feature) - most}
    return [frozenset(features) for size in sizes for features in combinations(Feature, size)]


@pytest.fixture(scope="module")
def contract() -> ScopedContract:
    return ScopedContract()


def operations(name: str) -> list[str]:
    found = document.named(name)
    return [found.query, *sorted(found.mutations)]


AUDIENCES = {
    None: Audience.PUBLIC,
    "MEMBER": Audience.PUBLIC,
    "MODERATOR": Audience.MODERATOR,
    "ADMIN": Audience.ADMINISTRATOR,
}
TAKEN = ("userErrors", "code", "field", "message", "cell", "geometry", "budgetEuros", "depth")
"""Fields that functions read of what a template gives them."""
MORE_FOR_ADMINISTRATORS = {
    "dashboard_home": ["importRuns", "administrators", "moderators"],
    "desk_case": ["moderationCase"],
}
"""What a page for moderators has for administrators alone."""
FORMS_OF_ADMINISTRATORS = {"desk_petition_check": ("SetAside", "PutBack", "Reply", "ForgetRoll")}
"""Forms that a page shows administrators alone."""
AUDIENCES |= {
    screen_kind.EDITOR: Audience.ADMINISTRATOR,
    screen_kind.VALUATOR: Audience.ADMINISTRATOR,
    screen_kind.TEAM: Audience.PUBLIC,
}


def test_every_document_has_its_template_and_its_line() -> None:
    assert {path.stem for path in web.DOCUMENT.glob("*.graphql")} == set(NAMES)
    assert [name for name in NAMES if not (web.TEMPLATE / f"{name}.html").is_file()] == []
    assert len({found.path for found in SCREENS}) == len(SCREENS)


SCOPES = [
    Scope(features, audience)
    for audience in (Audience.PUBLIC, Audience.MODERATOR, Audience.ADMINISTRATOR, Audience.OPERATOR)
    for most in ((0, 1, 2) if audience is Audience.ADMINISTRATOR else (0, 1))
    for features in features_but(most)
]
"""Pairs of features in the scope that has most, for what parts of a page need meets in pairs; features and audience hide
parts independently of each other."""


parsed = lru_cache(maxsize=200)(parse)
"""Parsing is half of fitting: each document is parsed once, however many scopes it is tried in."""


def test_every_document_fits_every_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each operation once with each selection of the parts that it names: scopes with the same are alike to it."""
    monkeypatch.setattr("portal.fit.parse", parsed)
    tried = set()
    for scope in SCOPES:
        schema = scoped(CONTRACT, scope)
        has = parts(schema)
        for name in NAMES:
            for operation, names in named(name).items():
                if (key := (name, operation, names & has)) not in tried:
                    tried.add(key)
                    assert_fits(name, operation, schema)


def test_scopes_with_the_same_parts_fit_an_operation_to_the_same_text() -> None:
    """As the test above takes for granted; of members' portals that lack one feature each."""
    texts: dict[tuple[str, frozenset[str]], list[str | None]] = defaultdict(list)
    for feature in (Feature.DEBATE, Feature.SURVEY, Feature.PETITION):
        schema = scoped(CONTRACT, Scope(frozenset(Feature) - {feature}, Audience.PUBLIC))
        has = parts(schema)
        for name in NAMES:
            query = document.named(name).query
            texts[name, named(name)[query] & has].append(text_in(name, query, schema))
    assert [key for key, found in texts.items() if len(set(found)) > 1] == []
    assert sum(len(found) > 1 for found in texts.values()) > len(NAMES) / 2


def text_in(name: str, operation: str, schema: GraphQLSchema) -> str | None:
    """The text that a scope's page asks; None where nothing is left of it."""
    try:
        return str(fitted.__wrapped__(document.named(name).text, schema, operation).text)
    except NothingLeftError:
        return None


def assert_fits(name: str, operation: str, schema: GraphQLSchema) -> None:
    text = text_in(name, operation, schema)
    if text is None:
        assert operation != document.named(name).query, f"{name}: some portals would have nothing to show"
        return
    parsed = parse(text)
    limit.check(parsed)
    assert validate(schema, parsed) == [], f"{name}: {operation}"


@pytest.mark.parametrize("name", NAMES)
def test_every_document_fits_the_full_contract_unchanged(contract: ScopedContract, name: str) -> None:
    """A field that no scope has is a mistake, not a feature that is switched off."""
    role = next(found.role for found in SCREENS if found.name == name)
    for operation in operations(name):
        is_theirs = operation in FORMS_OF_ADMINISTRATORS.get(name, ())
        audience = Audience.ADMINISTRATOR if is_theirs else AUDIENCES[role]
        schema = contract.engine(frozenset(Feature), audience).schema
        more = MORE_FOR_ADMINISTRATORS.get(name, []) if operation == document.named(name).query else []
        assert list(fitted(document.named(name).text, schema, operation).gaps) == more


def templates(name: str) -> str:
    """A template with all that it takes from others, but for the frame."""
    text = (web.TEMPLATE / f"{name}.html").read_text("utf-8")
    for other in re.findall(r'{% (?:from|include|import) "(part/\w+)\.html"', text):
        text += templates(other)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_no_page_asks_for_what_it_does_not_show(name: str) -> None:
    shown = templates(name) + "".join(templates(part) for part in ("base", "dashboard", "part/map"))
    shown += "".join(
        found.title + found.right + "".join(found.then.values()) for found in SCREENS if found.name == name
    )
    if "coming(visit" in shown:  # Dates are put in their order in code.
        shown += inspect.getsource(happening)
    if "until(activity" in shown:  # As is the end of what phases allow.
        shown += inspect.getsource(phase)
    unused: set[str] = set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            key = (node.alias or node.name).value
            if not re.search(rf"\b{key}\b", shown) and key not in TAKEN:
                unused.add(key)

    for node in parse(document.named(name).text).definitions:
        if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.QUERY:
            visit(node, Fields())
    assert unused == set()


def test_no_shared_fragment_asks_for_what_no_page_shows() -> None:
    shown = "".join(path.read_text("utf-8") for path in web.TEMPLATE.rglob("*.html"))
    asked = {
        node.name.value
        for text in document.fragments().values()
        for definition in parse(text).definitions
        if isinstance(definition, FragmentDefinitionNode)
        for node in definition.selection_set.selections
        if isinstance(node, FieldNode)
    }
    assert {name for name in asked if not re.search(rf"\b{name}\b", shown)} == set()


def test_every_mutation_asks_for_its_refusals() -> None:
    for name in NAMES:
        for operation in document.named(name).mutations:
            text = document.named(name).text.partition(f"mutation {operation}(")[2]
            assert re.search(r"userErrors \{\s+code\s+field\s+explanation\s+\}", text), f"{name}: {operation}"


def test_no_page_knows_sql() -> None:
    files = [*Path(screen.__file__).parent.rglob("*.py"), *web.TEMPLATE.rglob("*.html")]
    statement = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+\w", re.ASCII)
    assert [path.name for path in files if statement.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("found", SCREENS, ids=lambda found: found.path)
def test_every_path_part_is_a_variable(found: Screen) -> None:
    text = document.named(found.name).text
    for part in found.pattern.groupindex:
        assert re.search(rf"\${part}\b", text), f"{found.path}: {part}"


@pytest.mark.parametrize(
    ("path", "name", "parts"),
    [
        ("/", "home", {}),
        ("/contribution/abc", "contribution", {"id": "abc"}),
        ("/contribution/abc/modifier", "revise", {"id": "abc"}),
        ("/a-propos", "about", {}),
    ],
)
def test_addresses_lead_to_their_screens(path: str, name: str, parts: dict[str, str]) -> None:
    found = screen.at(path)
    assert found is not None
    assert (found[0].name, found[1]) == (name, parts)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/contribution/", "/contribution/a/b", "//", "/a-propos/", "", "/A-PROPOS"]
)
def test_other_addresses_lead_nowhere(path: str) -> None:
    assert screen.at(path) is None


# What a form says is no filter of its page ----------------------------------------------------------------------------

ONE_THING = {
    ("list", "zone"), ("list", "activity"), ("desk_analysis_texts", "topic"), ("polling_typing", "batch"),
    ("publish", "title"), ("publish", "body"), ("desk_trial", "pastVote"), ("desk_territory", "reader"),
    ("desk_territory", "kinds"), ("desk_territory", "categories"), ("desk_territory", "withinKm"),
}  # fmt: skip
"""Screens whose forms and whose query mean the same by a field: a refused form shows the page for what it says."""


def _declared(text: str) -> tuple[set[str], set[str]]:
    """The variables of a document's query, and the fields of its forms."""
    variables, fields = set[str](), set[str]()
    for node in parse(text).definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        for said in node.variable_definitions or ():
            type_ = get_named_type(type_from_ast(CONTRACT, said.type))
            if node.operation is OperationType.QUERY:
                variables.add(said.variable.name.value)
            elif isinstance(type_, GraphQLInputObjectType):
                fields |= set(type_.fields)
    return variables, fields


def test_fields_of_forms_are_no_variables_of_the_query_but_where_they_are_meant() -> None:
    """A refused form would show its page by another filter."""
    shared = set()
    for shown in SCREENS:
        variables, fields = _declared(document.named(shown.name).text)
        meant = {*re.findall(r"{(\w+)}", shown.path), BROWSER_KEY}
        shared |= {(shown.name, name) for name in variables & fields - meant}
    assert shared == ONE_THING
