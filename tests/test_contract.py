"""The contract: committed, described to the last value, named by one convention, and a subgraph that composes."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    ObjectTypeDefinitionNode,
    get_named_type,
    is_introspection_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
    parse,
    value_from_ast_untyped,
)

import schema.root
from planner.cost_directive import PAGE
from tests.conftest import NODE, Portal

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
CORE = schema.root.executable()

FEDERATION = {"_Any", "_Entity", "_Service", "_FieldSet", "link__Import", "link__Purpose"}
"""Types that federation brings; their words are not ours."""

BY_ID = (
    "Activity",
    "Actor",
    "Ballot",
    "Category",
    "Comment",
    "Contribution",
    "ParticipatorySpace",
    "ProjectAward",
    "SetAside",
    "Vote",
    "VoteFile",
    "VoteResult",
    "Zone",
)
"""The types that a federation router may name by their id alone."""

SHORT_LISTS = {
    "Activity.analyses",  # At most three, the newest.
    "Analysis.campaigns",  # At most twenty.
    "Analysis.keywords",
    "Analysis.topics",
    "Analysis.wordingRefusals",  # As many as there are reasons.
    "AnalysisOpinionGroup.standsFor",  # At most ten.
    "AnalysisOpinions.groups",  # At most five.
    "AnalysisOpinions.texts",  # At most 200, as many as groups are found by.
    "AnalysisRepresentation.contributions",  # At most sixty, as many as a report shows.
    "AnalysisRepresentation.distances",
    "AnalysisSentence.contributions",  # At most twenty.
    "AnalysisText.disclosures",  # At most twenty.
    "AnalysisTopic.categories",  # At most eight.
    "AnalysisTopic.parts",
    "AnalysisTopic.quotes",  # At most three.
    "AnalysisTopic.zones",  # At most eight.
    "AnalysisVotedText.votes",  # One of each group.
    "AnalysisWording.sentences",  # At most forty.
    "ParticipatorySpace.analyses",  # At most three, the newest.
    "ZoneMove.stays",  # A reason each, of five.
    "ModerationCase.earlierTexts",  # What one text was while its case is open.
    "Survey.channels",  # Three ways, and a proof of each level.
    "Survey.results",  # At most two hundred, as the questions of a form.
    "Survey.versions",  # A few in the life of a survey.
    "SurveyAnswer.parts",
    "SurveyAnswerPart.rows",
    "SurveyForm.questions",
    "SurveyPage.missing",
    "SurveyPage.parts",
    "SurveyPage.questions",
    "SurveyQuestion.options",
    "SurveyQuestion.rows",
    "SurveyQuestion.shownIf",
    "SurveyResult.counts",
    "Petition.signatureDoubts",  # Groups that have something in common, as of ballots.
    "Petition.contestedSignatures",  # At most a hundred.
    "RollComparison.rolls",  # One of each commune.
    "Petition.setAsideCounts",  # One of each sign.
    "Petition.sampledSignatures",  # At most a hundred.
    "Petition.coAuthors",  # At most four.
    "Petition.communes",  # A grouping has 158 at most, a département 891.
    "PetitionRule.levels",  # At most five.
    "PetitionRule.versions",  # A few in the life of an activity.
    "ConsultedText.versions",  # At most a hundred.
    "TextVersion.articles",  # At most five hundred.
    "TextVersion.comparison",
    "ComparedArticle.parts",  # Those of one article.
    "Amendment.comparison",
    "Amendment.settledComparison",
    "RuleTrial.projects",  # Those of one vote.
    "Query.pastVotes",  # At most twenty.
    "Query.votesCounted",  # A few a year.
    "Query.places",  # At most eight.
    "Query.contactData",  # At most twenty.
    "Activity.categories",
    "Actor.drafts",  # At most twenty of each author.
    "Actor.vouches",  # A tenant has few chambers and services.
    "Shop.openingHours",  # At most three a day.
    "Shop.pickUpPoints",  # At most twelve.
    "Shop.zones",  # At most a hundred.
    "Activity.phases",  # Eight at most.
    "Activity.results",
    "Activity.winners",  # Those of one vote.
    "PublishedBallot.votes",
    "Activity.pollingDesks",
    "Actor.pollingDesks",
    "PollingDesk.agents",
    "PollingDesk.records",
    "PollingDesk.projects",  # Those of one vote.
    "PollingDesk.batches",  # At most four hundred, of counts alone.
    "PollingDesk.typings",  # One of each agent.
    "PollingTyping.ballots",  # At most fifty.
    "PollingRecord.totals",
    "VoteResult.channels",
    "VoteResult.proofs",
    "ProofRule.batches",
    "ProofRule.rolls",  # At most twenty.
    "ProofRule.providers",  # At most twelve.
    "VoterRoll.columns",
    "VoterRoll.remarks",  # At most a hundred.
    "Turnout.proofCounts",
    "ProjectAward.channels",
    "Activity.voteFiles",
    "Activity.setAsideBallots",
    "Activity.ballotDoubts",
    "Turnout.rows",
    "VoteResult.awards",
    "OwnShare.payments",  # One a winner at most.
    "Ballot.votes",
    "ActivityStatistics.categories",
    "ActivityStatistics.days",
    "Collectivite.parents",
    "Contribution.declaredTotals",
    "Hexagon.boundary",
    "JournalEntry.changes",
    "Actor.waiting",  # The viewer's own, until somebody has read it.
    "ModerationCase.similar",  # Five at most.
    "ModerationCase.detections",  # One of each kind.
    "Query.moderationReport",  # A row for each category, ground and action at most.
    "ModerationCase.penalties",  # Of one author, within a year.
    "JournalEntry.notes",
    "ImportRun.columns",
    "ImportRun.editionTerms",  # Eight.
    "Query.zoneChanges",  # A file that waits, and what a job ends within minutes.
    "ZoneChange.remarks",
    "ZoneChange.zones",
    "MeasureDefinition.sentences",
    "ModerationCase.categories",  # At most sixteen.
    "ModerationCase.thread",  # The first two hundred messages of a thread that was reported.
    "Mission.slots",  # At most a hundred, all of one organisation's making.
    "Mission.pastSlots",
    "Account.savedFilters",  # At most thirty.
    "BulkChange.leftContributions",  # The first hundred.
    "BulkChange.obstacles",
    "Activity.proposalStatuses",
    "Actor.editedSpaces",
    "Actor.valuatedSpaces",
    "Actor.members",
    "Actor.organisations",
    "Contribution.officialResponses",
    "Contribution.suggestions",  # At most five.
    "ParticipatorySpace.activities",
    "ParticipatorySpace.editors",
    "ParticipatorySpace.valuators",
    "Portal.footerLinks",
    "Portal.hostRequests",  # At most ten.
    "Portal.identityProviders",  # At most twelve.
    "Portal.territoryReaders",  # At most two hundred.
    "Portal.territoryRules",  # At most twenty.
    "Portal.texts",
    "PortalText.bodies",
    "Query.apiTokens",
    "Query.hexagons",
    "Query.mailPreviews",
    "Query.measureRows",  # At most a thousand: the period or the portal's own order bounds them.
    "Query.measures",
    "Query.territoryCategories",  # At most two hundred.
    "Query.territoryHexagons",
    "Query.territoryPreview",  # At most twenty.
    "Query.territorySenders",  # At most three hundred.
    "Query.territoryWords",  # At most two hundred.
    "Query.webhooks",  # At most ten.
    "Query.widgets",
    "Query.zones",
    "SpacesOrderPayload.spaces",
    "Tally.counts",
    "TrustedDocumentsRegisterPayload.trustedDocuments",
}
"""Lists that do not grow with use: an administrator made them, or the viewport or an input bounds them."""


def own_types() -> list[GraphQLNamedType]:
    return [
        found
        for name, found in CORE.type_map.items()
        if name not in FEDERATION and not is_introspection_type(found) and not is_specified_scalar_type(found)
    ]


def output_fields() -> Iterator[tuple[str, str, Any]]:
    """Type, field and definition of everything that can be selected, but for federation's."""
    for type_ in own_types():
        if isinstance(type_, GraphQLObjectType):
            yield from ((type_.name, name, field) for name, field in type_.fields.items() if not name.startswith("_"))


def elements() -> Iterator[tuple[str, str | None]]:
    """Every element of the contract that a client reads, with its description."""
    for type_ in own_types():
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value.description) for name, value in type_.values.items())
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{type_.name}.{name}", field.description) for name, field in type_.fields.items())
    for owner, name, field in output_fields():
        yield f"{owner}.{name}", field.description
        yield from ((f"{owner}.{name}({key}:)", argument.description) for key, argument in field.args.items())


def test_committed_contract_is_the_whole_contract() -> None:
    assert (ROOT / "schema" / "schema.graphql").read_text("utf-8") == schema.root.sdl(), (
        "the contract changed; run `make schema`"
    )


# Descriptions --------------------------------------------------------------------------------------------------------


def test_every_element_is_described() -> None:
    described = list(elements())
    assert len(described) > 300
    assert [name for name, text in described if not (text or "").strip()] == []


def test_descriptions_are_sentences_of_one_paragraph() -> None:
    wrong = [name for name, text in elements() if text and not re.fullmatch(r"[A-ZÀ-Ý«`].*[.…]", text)]
    assert wrong == []


def test_description_of_what_may_be_null_says_when() -> None:
    silent = [
        f"{owner}.{name}"
        for owner, name, field in output_fields()
        if not is_non_null_type(field.type) and not re.search(r"\b[Nn]ull\b", field.description or "")
    ]
    assert silent == []


def test_every_object_type_is_in_the_glossary() -> None:
    rows = re.findall(r"^\|([^|]*)\|([^|]*)\|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    words = set(re.findall(r"\w+", " ".join(cell for row in rows for cell in row)))
    assert {found.name for found in own_types() if isinstance(found, GraphQLObjectType)} - words == set()


# Conventions ---------------------------------------------------------------------------------------------------------


def test_names_follow_the_conventions() -> None:
    camel, pascal, upper = (
        re.compile(r"[a-z][a-zA-Z0-9]*"),
        re.compile(r"[A-Z][a-zA-Z0-9]*"),
        re.compile(r"[A-Z][A-Z0-9_]*"),
    )
    wrong = []
    for type_ in own_types():
        wrong += [] if pascal.fullmatch(type_.name) else [type_.name]
        if isinstance(type_, GraphQLEnumType):
            wrong += [f"{type_.name}.{name}" for name in type_.values if not upper.fullmatch(name)]
        if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType):
            wrong += [f"{type_.name}.{name}" for name in type_.fields if not camel.fullmatch(name) and name[0] != "_"]
    wrong += [
        f"{owner}.{name}({key}:)"
        for owner, name, field in output_fields()
        for key in field.args
        if not camel.fullmatch(key)
    ]
    assert wrong == []


def test_booleans_read_as_statements() -> None:
    fields = [(owner, name, field.type) for owner, name, field in output_fields()]
    fields += [
        (t.name, name, f.type)
        for t in own_types()
        if isinstance(t, GraphQLInputObjectType)
        for name, f in t.fields.items()
    ]
    booleans = [f"{owner}.{name}" for owner, name, type_ in fields if get_named_type(type_).name == "Boolean"]
    assert booleans
    assert [name for name in booleans if not re.search(r"\.(is|has|may)[A-Z]", name)] == []


def test_objects_are_referred_to_and_not_their_ids() -> None:
    names = [f"{owner}.{name}" for owner, name, _ in output_fields()]
    names += [f"{t.name}.{name}" for t in own_types() if isinstance(t, GraphQLInputObjectType) for name in t.fields]
    assert [name for name in names if re.search(r"Ids?$", name)] == []
    ids = [f"{owner}.{name}" for owner, name, field in output_fields() if get_named_type(field.type).name == "ID"]
    assert [name for name in ids if not name.endswith(".id")] == []


def test_lists_hold_no_nulls_and_are_never_null() -> None:
    def is_strict(type_: GraphQLOutputType) -> bool:
        return is_non_null_type(type_) and is_non_null_type(type_.of_type.of_type)

    lists = [(f"{owner}.{name}", field.type) for owner, name, field in output_fields() if "[" in str(field.type)]
    assert [name for name, type_ in lists if not is_strict(type_)] == []


def test_lists_of_objects_that_can_grow_are_connections() -> None:
    listed = {
        f"{owner}.{name}"
        for owner, name, field in output_fields()
        if is_non_null_type(field.type)
        and is_list_type(field.type.of_type)
        and isinstance(get_named_type(field.type), GraphQLObjectType)
        and not owner.endswith("Connection")
        and name != "userErrors"
    }
    assert listed == SHORT_LISTS, "a list that can grow is a connection; a short one is listed here with its reason"


def test_connections_are_all_alike() -> None:
    pages = [
        (name, field) for _, name, field in output_fields() if get_named_type(field.type).name.endswith("Connection")
    ]
    assert len(pages) >= 7
    for name, field in pages:
        assert str(field.type).endswith("Connection!"), name
        assert (str(field.args["first"].type), str(field.args["after"].type)) == ("Int!", "String"), name
        assert field.args["first"].default_value == 20, name
        page = get_named_type(field.type)
        assert isinstance(page, GraphQLObjectType)
        node = page.name.removesuffix("Connection")
        assert {key: str(found.type) for key, found in page.fields.items()} == {
            "nodes": f"[{node}!]!",
            "edges": f"[{node}Edge!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int!",
        }


def test_mutations_are_all_alike() -> None:
    mutation = CORE.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        capital = name[0].upper() + name[1:]
        assert {key: str(argument.type) for key, argument in field.args.items()} == {"input": f"{capital}Input!"}
        assert str(field.type) == f"{capital}Payload!"
        payload, given = get_named_type(field.type), get_named_type(field.args["input"].type)
        assert isinstance(payload, GraphQLObjectType)
        assert isinstance(given, GraphQLInputObjectType)
        assert str(payload.fields["userErrors"].type) == "[UserError!]!"
        assert [
            key
            for key, found in payload.fields.items()
            if is_non_null_type(found.type) and not is_list_type(found.type.of_type)
        ] == []
        assert str(given.fields["idempotencyKey"].type) == "String"
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name), "a mutation is object, then business verb"


def test_scalars_of_ours_are_said_where_they_are_specified() -> None:
    scalars = {found.name for found in own_types() if isinstance(found, GraphQLScalarType)}
    assert scalars == {"Date", "DateTime", "GeoJson", "H3Cell", "Latitude", "Longitude", "Radius"}


# Federation ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def subgraph(rennes: Portal) -> str:
    return str(rennes.ask("{ _service { sdl } }")["_service"]["sdl"])


def test_subgraph_declares_the_version_and_the_keys(subgraph: str) -> None:
    assert '@link(url: "https://specs.apollo.dev/federation/v2.9"' in subgraph
    keys: dict[str, list[str]] = {}
    for name, directives in re.findall(r"^type (\w+)((?: @\w+(?:\([^)]*\))?)*) \{", subgraph, re.MULTILINE):
        keys[name] = re.findall(r'@key\(fields: "([^"]*)"', directives)
    assert {name: found for name, found in keys.items() if found} == {
        **{name: ["id"] for name in BY_ID},
        "Collectivite": ["id", "inseeCode"],
    }


def composed(node: str, composer: str, sdl: str) -> Any:
    """What a composer of the Node world makes of a subgraph with a small neighbour."""
    done = subprocess.run(
        [node, "compose.mjs", composer], cwd=NODE, input=sdl, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("composer", ["apollo", "cosmo"])
def test_subgraph_composes_with_another_that_refers_to_its_objects(node: str, subgraph: str, composer: str) -> None:
    found = composed(node, composer, subgraph)
    assert (found["errors"], found["hints"]) == ([], [])
    fields = parse_fields(found["supergraph"])
    assert {"Query.contributions", "Query.weather", "Collectivite.name", "Collectivite.weather"} <= fields.keys()


def test_whole_contract_composes_for_both_routers(node: str) -> None:
    """A contract is also checked in a registry, which has the committed one."""
    whole = {composer: composed(node, composer, schema.root.sdl()) for composer in ("apollo", "cosmo")}
    assert whole["cosmo"]["errors"] == whole["cosmo"]["hints"] == whole["apollo"]["errors"] == []
    assert [hint.split(":")[0] for hint in whole["apollo"]["hints"]] == ["UNUSED_ENUM_TYPE"]  # Of `@audience` itself.


def test_routers_know_how_long_a_page_is_that_does_not_say(node: str, subgraph: str) -> None:
    """Apollo's router takes the default of a slicing argument that is not given (where it has one), then what is given;
    so does Cosmo's, which refuses to compose where `assumedSize` says it once more."""
    connections = {
        f"{owner}.{name}"
        for owner, name, field in output_fields()
        if get_named_type(field.type).name.endswith("Connection") and f"{owner}.{name}" in parse_fields(subgraph)
    }
    fields = parse_fields(composed(node, "apollo", subgraph)["supergraph"])
    paged = {"slicingArguments": ["first"], "sizedFields": ["nodes", "edges"], "requireOneSlicingArgument": False}
    assert {name: listed(fields[name]) for name in connections} == dict.fromkeys(connections, paged)
    assert {name: default_of(fields[name], "first") for name in connections} == dict.fromkeys(connections, PAGE)
    sizes = composed(node, "cosmo", subgraph)["sizes"]
    assert {name: {key: sizes[name].get(key) for key in (*paged, "assumedSize")} for name in connections} == {
        name: {**paged, "assumedSize": None} for name in connections
    }


def parse_fields(sdl: str) -> dict[str, FieldDefinitionNode]:
    """The fields of the object types of a schema's text, by type and name."""
    return {
        f"{type_.name.value}.{field.name.value}": field
        for type_ in parse(sdl, no_location=True).definitions
        if isinstance(type_, ObjectTypeDefinitionNode)
        for field in type_.fields or ()
    }


def listed(field: FieldDefinitionNode) -> dict[str, Any]:
    """What `@listSize` says of a field."""
    (mark,) = (found for found in field.directives or () if found.name.value == "listSize")
    return {argument.name.value: value_from_ast_untyped(argument.value) for argument in mark.arguments or ()}


def default_of(field: FieldDefinitionNode, name: str) -> Any:
    """The value of an argument that is not given."""
    (argument,) = (found for found in field.arguments or () if found.name.value == name)
    assert argument.default_value is not None
    return value_from_ast_untyped(argument.default_value)
