"""The access matrix: what each caller is told by each field behind a right, as tests/matrix.tsv says.

Operations are made from the contract. A root field, a mutation or a field behind a right without a row fails, and so
does a row that names nothing.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from graphql import GraphQLField, GraphQLObjectType, is_non_null_type, parse, validate

from planner import field
from planner.directive import ForAudience
from tests import amending, analysing, exchanged, missioned, moving, petitioning, receiving, surveying, telling
from tests.asking import operation
from tests.callers import CALLERS, STRANGERS, Caller, World, world
from tests.conftest import Portal
from tests.given import Given
from tests.operation import CONTRACT, root_fields

FILE = Path(__file__).with_name("matrix.tsv")
COLUMNS = (*CALLERS, "another tenant's token", "another tenant's ids")
NOT_ASKED = "-"
"""Stands where a field takes no id."""

with FILE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))


# Decisions -----------------------------------------------------------------------------------------------------------


def decision(caller: Caller, coordinate: str, asked: str, at: Portal | None = None) -> str:
    """What a caller is told, in a word: `yes`, `null`, `empty`, `absent` (not in its contract), or the error's code."""
    status, answer = caller.ask(asked, at)
    if "errors" in answer:
        [code] = {error["extensions"]["code"] for error in answer["errors"]}
        assert (status == 401) is (code == "UNAUTHENTICATED"), answer
        return "absent" if code == "GRAPHQL_VALIDATION_FAILED" else str(code)
    [found] = answer["data"].values()
    if refusals := isinstance(found, dict) and found.get("userErrors"):
        return str(refusals[0]["code"])
    type_, _, name = coordinate.partition(".")
    is_root = type_ in ("Query", "Mutation") or type_.endswith("Input")
    return _word([found] if is_root else _named(found, name))


def _named(found: Any, name: str) -> list[Any]:
    """The values of a field wherever it is in an answer."""
    if isinstance(found, list):
        return [value for item in found for value in _named(item, name)]
    if not isinstance(found, dict):
        return []
    return [found[name]] if name in found else [value for item in found.values() for value in _named(item, name)]


def _word(values: list[Any]) -> str:
    if all(value is None or value == [None] for value in values):
        return "null"
    return "empty" if all(value in ([], {"nodes": []}) for value in values) else "yes"


@pytest.fixture(scope="module")
def worlds(given: Given, rennes: Portal) -> tuple[World, World]:
    """The tenant that is called, and another."""
    here, there = (
        world(given, given.tenant(rennes, slug, "commune-35238")) for slug in ("matrix-here", "matrix-there")
    )
    return here, there


def again() -> Iterator[str]:
    """What makes the world for each caller as it was for the one before."""
    yield from (
        REOPEN,
        SIGN_IN_AGAIN,
        TRY_AGAIN,
        UNREPORTED,
        UNDECIDED,
        UNANSWERED,
        UNCONTESTED,
        PUT_ASIDE_AGAIN,
        *NAMED_OTHERWISE,
        CHANGE_AGAIN,
        *UNREVISED,
        PHOTOGRAPHED,
        *PROVIDED,
        SETTLE,
        *receiving.published("matrix-here", "matrix-there"),
        UNWRITE,
        *exchanged.AGAIN,
        *missioned.AGAIN,
        *moving.AGAIN,
        *telling.AGAIN,
        *petitioning.AGAIN,
        *surveying.AGAIN,
        *analysing.AGAIN,
    )


class Turns:
    """Callers of a row one after the other: each finds the world as it was, and what is refused writes nothing.

    After those who are shut out nothing is to be made good, and they are looked after together.
    """

    def __init__(self, given: Given, portal: Portal, *, writes: bool) -> None:
        self._given = given
        self._portal = portal
        self._writes = writes
        self._begin()

    def told(self, caller: Caller, coordinate: str, asked: str, expected: str) -> str:
        """What a caller is told, who should be told one of the words of `expected`."""
        if self._writes and (self._is_changed or not expected or not SHUT_OUT.issuperset(expected.split())):
            self.end()
            self._begin()
        word = decision(caller, coordinate, asked, at=self._portal)
        self._is_changed = word == "yes"
        return word

    def end(self) -> None:
        """Fails if those who were refused since the last one who was not have written something."""
        if self._writes and not self._is_changed:
            assert self._given.row_counts(self._portal) == self._written, "what was refused was written"

    def _begin(self) -> None:
        self._given.each(self._portal, again())
        self._written = self._given.row_counts(self._portal) if self._writes else {}
        self._is_changed = False


SHUT_OUT = {"absent", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"}
"""What callers are told for who they are, whatever the one before did."""


def decisions(given: Given, worlds: tuple[World, World], row: dict[str, str]) -> dict[str, str]:
    """A row of the table as the server has it. Whatever is refused writes nothing."""
    here, there = worlds
    coordinate, of = row["field"], row["of"]
    asked, foreign = (operation(coordinate, found.ids[of]) for found in worlds)
    assert validate(CONTRACT, parse(asked)) == []
    turns = Turns(given, here.portal, writes=asked.startswith("mutation"))

    def told(caller: Caller, operation_: str, column: str) -> str:
        return turns.told(caller, coordinate, operation_, row.get(column) or "")

    found = {name: told(here.callers[name], asked, name) for name in CALLERS}
    strangers = {told(there.callers[name], asked, COLUMNS[-2]) for name in STRANGERS}
    asker = here.callers["router" if found["administrator"] == "absent" else "administrator"]
    found[COLUMNS[-2]] = " ".join(sorted(strangers))
    found[COLUMNS[-1]] = NOT_ASKED if foreign == asked else told(asker, foreign, COLUMNS[-1])
    turns.end()
    return {"field": coordinate, "of": of, **{column: found[column] for column in COLUMNS}}


REOPEN = "UPDATE __tenant__.contribution SET status = 'OPEN', outcome = NULL, closed_at = NULL WHERE status = 'CLOSED'"
"""For the next caller who closes it."""

PROVIDED = (
    "DELETE FROM __tenant__.identity_provider WHERE slug = 'nouveau'",
    "INSERT INTO __tenant__.identity_provider (slug, title, preset, issuer, client_id, secret_name, scopes, acr_values,"
    " claims, is_enabled, created_at) VALUES ('matrice', 'Matrice', 'GENERIC', 'https://id.matrice.example', 'parvis', 'a',"
    " '{}', '{}', '{}', false, now()) ON CONFLICT DO NOTHING",
    *amending.AGAIN,
)
"""For the next caller who writes a provider down or removes one, and who prepares a text."""

UNREVISED = tuple(
    f"UPDATE __tenant__.{name} SET version = 1 WHERE version <> 1"
    for name in ("participatory_space", "activity", "proposal_status", "official_response")
)
"""For the next caller who read the first version."""

PHOTOGRAPHED = """UPDATE __tenant__.official_response SET photo = '1', photo_small = '1', photo_digest = 'matrice',
  photo_description = 'Un four en briques.', photo_width = 4, photo_height = 3, photo_at = now()"""
"""For the next caller who takes a photo down."""

SETTLE = """UPDATE platform.tenant SET version = 1, logo_url = '/logo-0.png', origins = '{https://www.matrice.example}',
  host_requests = '[{"host": "demande.matrice.example", "token": "0", "state": "WAITING", "problem": null,
    "asked_at": "2026-01-01T00:00:00Z", "checked_at": null}]' WHERE slug = 'matrix-here'"""
"""For the next caller who read the first version of the settings, who takes a logo off, and who asks for hosts."""

UNWRITE = """UPDATE __tenant__.portal_text SET kind = 'PRIVACY', version = 1 +
  (SELECT coalesce(max(version), 0) FROM __tenant__.portal_text WHERE kind = 'PRIVACY') WHERE kind = 'LEGAL'"""
"""For the next caller who publishes the first legal notice."""

SIGN_IN_AGAIN = "UPDATE __tenant__.account SET widget_epoch = 0 WHERE widget_epoch <> 0"
"""The widget's member ends its own token with its sessions."""

TRY_AGAIN = "UPDATE __tenant__.import_run SET state = 'CHECKED', problem = NULL WHERE state IN ('CHECKING', 'FAILED')"
"""For the next caller who tries an import anew; its file is not there."""


UNANSWERED = "UPDATE __tenant__.appeal SET outcome = NULL, reply = NULL, decider_id = NULL, decided_at = NULL"
"""For the next caller who answers it; nobody has contested the other decision yet."""

UNCONTESTED = (
    "DELETE FROM __tenant__.appeal WHERE decision_id IN (SELECT d.id FROM __tenant__.moderation_decision d"
    " JOIN __tenant__.report r ON r.decision_id = d.id)"
)

CHANGE_AGAIN = "UPDATE __tenant__.bulk_change SET state = CASE WHEN service IS NULL THEN 'CHECKED' ELSE 'DONE' END"
"""For the next caller who makes a bulk change or takes it back."""

PUT_ASIDE_AGAIN = (
    "UPDATE __tenant__.set_aside SET restored_at = NULL, reply = NULL, appeal = NULL, appealed_at = NULL"
    " WHERE num_nonnulls(restored_at, appealed_at) > 0"
)
"""For the next caller who contests it or puts it back."""

NAMED_OTHERWISE = (
    "UPDATE __tenant__.category SET name = id::text WHERE name = 'Matrice'",
    "UPDATE __tenant__.actor SET name = id::text WHERE kind = 'SERVICE' AND name = 'Matrice'",
)
"""For the next caller who gives that name, which nothing else may have."""

UNREPORTED = "DELETE FROM __tenant__.report WHERE explanation IS NULL"
"""Nobody reports the same thing twice before the answer."""

UNDECIDED = "UPDATE __tenant__.moderation_case SET version = 0, state = 'OPEN' WHERE version <> 0"
"""For the next caller who decides."""


# The table -----------------------------------------------------------------------------------------------------------


def behind_a_right() -> Iterator[str]:
    """Every root field, and every field that some callers who reach its object do not have or find null."""
    for root in ("Query", "Mutation"):
        yield from (f"{root}.{name}" for name in root_fields(root))
    for type_ in CONTRACT.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.endswith("Payload"):
            yield from (f"{type_.name}.{name}" for name, found in type_.fields.items() if _has_a_right(found))


def _has_a_right(found: GraphQLField) -> bool:
    """Nullable, and not just a column that may be empty; or for an audience."""
    definition = found.extensions.get("strawberry-definition")
    if definition is None:
        return False
    if any(isinstance(mark, ForAudience) for mark in definition.directives):
        return True
    match definition.metadata.get(field.SOURCE):
        case field.Column(when=condition):
            return condition is not None
        case field.Expression() | field.One() | field.Part() | field.Computed():
            return not is_non_null_type(found.type)
    return False


def test_every_field_behind_a_right_has_a_row() -> None:
    missing = sorted(set(behind_a_right()) - {row["field"] for row in ROWS})
    assert missing == [], (
        f"add a line to {FILE.name} that begins with the field's name and `public`, and run this again"
    )


def test_every_row_names_what_is_there_once() -> None:
    assert len({(row["field"], row["of"]) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        type_, _, name = row["field"].partition(".")
        assert name in getattr(CONTRACT.type_map.get(type_), "fields", {}), f"take {row['field']} out of {FILE.name}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['field']} of {row['of']}")
def test_every_caller_is_told_what_the_table_says(
    given: Given, worlds: tuple[World, World], row: dict[str, str]
) -> None:
    found = decisions(given, worlds, row)
    line = "\t".join(found.values())
    assert found == row, f"if this is what should be, it is the line of {FILE.name}:\n{line}"


def test_what_a_refused_caller_wrote_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where others who are shut out follow."""
    told = Mock(return_value="FORBIDDEN")
    given = Mock(row_counts=lambda _: {"comment": told.call_count})
    monkeypatch.setattr("tests.test_matrix.decision", told)
    turns = Turns(given, Mock(), writes=True)
    for _ in range(2):
        turns.told(Mock(), "Mutation.commentPublish", "", "FORBIDDEN")
    with pytest.raises(AssertionError, match="what was refused was written"):
        turns.end()
