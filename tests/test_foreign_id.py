"""Ids of another tenant, in every argument and every field of an input that takes an id: as ids of nothing at all.

The cases are made from the contract; an id argument that the catalogue of tests/asking.py does not know fails.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from tests import asking
from tests.callers import Ids, World, world
from tests.conftest import Portal
from tests.given import Given
from tests.operation import CONTRACT

MISSING = "0199c0de-0000-7000-8000-000000000000"
"""The UUID of nothing."""

SHARED = {
    ("Actor", "exchanges", "contribution"),
    ("Query", "collectivite", "id"),
    ("Query", "journalEntries", "by"),
    ("Query", "journalEntries", "subject"),
}
"""Ids of the register, which all tenants share; filters of the journal, which tests/test_journal.py asks for,
and of one's own exchanges, which tests/test_exchange.py asks for."""

PARTS = {
    "BallotVoteInput": "test_ballot::test_ballot_names_projects_of_its_activity_alone_and_each_once",
    "ContributionCriteriaInput": "test_bulk_change::test_criteria_of_another_tenant_are_not_found",
    "PollingTotalInput": "test_polling_record::test_record_names_projects_of_its_vote_alone",
}
"""Inputs that are part of another one, and the test that sends other tenants' ids in them."""

ASKER = {
    "reportSubmit.message": "author",
    "contributionRevise": "author",
    "contributionPause": "author",
    "contributionResume": "author",
    "appealSubmit": "author",
    "contributionPublish.draft": "author",
    **dict.fromkeys(("draftKeep", "draftDiscard"), "author"),
    **dict.fromkeys(("missionRevise", "missionSlotAdd", "missionSlotRevise", "missionSlotCancel"), "author"),
    "signUpMark": "author",
    "signUpWithdraw": "member",
    **dict.fromkeys(("deskEntryPublish", "deskEntryPrintSlip", "deskEntryForget"), "author"),
    **dict.fromkeys(
        (
            "exchangeAccept",
            "exchangeDecline",
            "exchangeCancel",
            "exchangeConfirm",
            "exchangeDispute",
            "actorBlock",
            "actorUnblock",
            "followStop",
            "noticesRead",
        ),
        "author",
    ),
    **dict.fromkeys(("exchangeWithdraw", "messageSend", "messagesRead", "zoneMoveConsent"), "member"),
}
"""Who may send a mutation, where administrators may not."""

EARLIER = {("proofRuleSet", "zone"), ("proofDeclare", "zone"), ("documentSee", "zone"), ("proofByIdentity", "zone")}
"""Before these are looked up, the vote refuses for its own reasons: it is open, or asks for nothing."""

UNSHOWN = {
    ("analysisTextsMove", "analysis"),
    ("analysisTopicSplit", "texts"),
    ("analysisTextsMove", "texts"),
    ("admissionsRevoke", "activity"),
    ("admissionsRevoke", "batch"),
    ("voterRollConfirm", "roll"),
    ("voterRollRemove", "roll"),
    ("deskEntryPublish", "category"),
    ("draftKeep", "draft"),
    ("draftKeep", "onBehalfOf"),
    ("textVersionPublish", "activity"),
    ("textVersionPublish", "draft"),
    ("zoneMovePropose", "zone"),
}
"""Which find nothing either by the catalogue's own ids, since two of these would have to belong together; that they find
their own is shown by tests/test_admission.py, tests/test_desk_entry.py, tests/test_draft.py, tests/test_text_version.py and tests/test_zone_move.py."""

READER = {"draft": "author", "exchange": "author", "exchanges": "author", "message": "author"}
"""Who sees what a root field finds, where administrators do not."""

WITH = {"about": {"kind": "ARGUMENT", "side": "FOR"}}
"""What goes with a field of an input."""


def arguments() -> Iterator[tuple[str, str, str]]:
    """Every argument that takes ids, as type, field and argument."""
    for type_ in CONTRACT.type_map.values():
        if type_ is CONTRACT.subscription_type:
            continue  # tests/test_live.py asks for them.
        for name, field in type_.fields.items() if isinstance(type_, GraphQLObjectType) else ():
            for key, argument in field.args.items():
                if get_named_type(argument.type).name == "ID" and (type_.name, name, key) not in SHARED:
                    yield type_.name, name, key


def fields() -> Iterator[tuple[str, str]]:
    """Every field of an input that takes an id, as mutation and field."""
    for type_ in CONTRACT.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            for key, field in type_.fields.items():
                if get_named_type(field.type).name == "ID" and type_.name not in PARTS:
                    mutation = asking.mutation_of(type_.name)
                    if (mutation, key) not in EARLIER:
                        yield mutation, key


@pytest.fixture(scope="module")
def worlds(given: Given, rennes: Portal) -> tuple[World, World]:
    """The tenant that is asked, and another."""
    here, there = (
        world(given, given.tenant(rennes, slug, "commune-35238")) for slug in ("foreign-here", "foreign-there")
    )
    return here, there


def ids_of_nothing(worlds: tuple[World, World], own: str, foreign: str) -> list[str]:
    """The other tenant's id, and all that a tenant must answer for by the same words."""
    here, there = (found.portal.number for found in worlds)
    kind, _, uuid = own.split()[0].split("_")
    return [
        foreign,
        f"{kind}_{here}_{foreign.rsplit('_', 1)[1]}",
        f"{kind}_{there}_{uuid}",
        f"{kind}_999999999999_{uuid}",
        f"{'space' if kind == 'comment' else 'comment'}_{here}_{uuid}",
        f"{kind}_{here}_{MISSING}",
    ]


def answers(
    worlds: tuple[World, World], given: Given, role: str, ids: list[str], ask: Callable[[str], str]
) -> set[str]:
    """The different answers to what `ask` makes of each id; nothing is written."""
    here, there = worlds
    found = set()
    with given.nothing_written(here.portal), given.nothing_written(there.portal):
        for id_ in ids:
            status, answer = here.callers[role].ask(ask(id_))
            assert status == 200
            assert not re.search(rf"[a-z]_{there.portal.number}_[0-9a-f]{{8}}-", str(answer))
            answer.pop("extensions", None)
            found.add(str(answer))
    return found


@pytest.mark.parametrize(("type_", "name", "key"), list(arguments()))
def test_argument_with_an_id_of_another_tenant_finds_nothing(
    worlds: tuple[World, World], given: Given, type_: str, name: str, key: str
) -> None:
    here, there = worlds
    field = CONTRACT.type_map[type_].fields[name]  # type: ignore[attr-defined]  # an object type
    is_list = is_list_type(field.args[key].type)
    named = get_named_type(field.type).name if key == "id" else asking.IDS[key]

    def ask(id_: str, ids: Ids = here.ids["public"]) -> str:
        value = [id_] if is_list else id_
        return (
            asking.query(name, ids, **{key: value})
            if type_ == "Query"
            else asking.below(type_, name, ids, **{key: value})
        )

    nothing = ids_of_nothing(worlds, here.ids["public"][named], there.ids["public"][named])
    reader = READER.get(name, "administrator")
    [answer] = answers(worlds, given, reader, nothing, ask)
    assert re.search(r"None|\[\]", answer), answer
    own = str(here.callers[reader].ask(ask(here.ids["public"][named]))[1])
    assert not re.search(r"None|\[\]", own), own  # The case would show a leak.


@pytest.mark.parametrize(("name", "key"), list(fields()))
def test_field_with_an_id_of_another_tenant_is_not_found(
    worlds: tuple[World, World], given: Given, name: str, key: str
) -> None:
    here, there = worlds
    ids = here.ids["public"]

    kind = asking.input_of(CONTRACT.mutation_type.fields[name]).fields[key].type  # type: ignore[union-attr]
    is_list = is_list_type(get_nullable_type(kind))

    def ask(id_: str) -> str:
        return asking.mutation(name, ids, **{key: id_.split() if is_list else id_}, **WITH.get(key, {}))

    role = ASKER.get(f"{name}.{key}", ASKER.get(name, "administrator"))
    own = ids.get(f"{name}.{key}", ids[asking.IDS[key]])
    [answer] = answers(worlds, given, role, ids_of_nothing(worlds, own, there.ids["public"][asking.IDS[key]]), ask)
    payload = {
        "__typename": f"{name[0].upper()}{name[1:]}Payload",
        "userErrors": [not_found(f"{key}.0" if is_list else key)],
    }
    assert answer == str({"data": {name: payload}})
    if (name, key) not in UNSHOWN:
        assert "NOT_FOUND" not in str(here.callers[role].ask(ask(own)))  # Here there is such a thing.


def not_found(field: str) -> dict[str, str]:
    return {"code": "NOT_FOUND", "field": field, "message": "It does not exist, or you may not see it."}


def entities() -> list[str]:
    """The types that a federation router asks for by an id of a tenant."""
    union = CONTRACT.type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)
    return [type_.name for type_ in union.types if type_.name != "Collectivite"]


@pytest.mark.parametrize("type_", entities())
def test_entity_of_another_tenant_is_null(worlds: tuple[World, World], given: Given, type_: str) -> None:
    here, there = worlds

    def ask(id_: str) -> str:
        return asking.query("_entities", here.ids["public"], representations=[{"__typename": type_, "id": id_}])

    id_ = there.ids["public"][type_]
    nothing = ids_of_nothing(worlds, here.ids["public"][type_], id_)
    assert answers(worlds, given, "router for moderator", nothing, ask) == {str({"data": {"_entities": [None]}})}
    author = there.callers["author"].portal
    assert author.ask(ask(id_)) == {"_entities": [{"__typename": type_}]}  # The case would show a leak.


def test_catalogue_knows_every_id() -> None:
    taken = {key for *_, key in [*arguments(), *fields()]} - {"id"}
    assert taken - asking.IDS.keys() == set(), "say in IDS of tests/asking.py of which type these are"
