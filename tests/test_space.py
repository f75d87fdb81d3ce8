"""Spaces: written by administrators, never over each other; in their order, archived, and seen at any instant."""

from typing import Any

import pytest

from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given

SPACE = "space { id title description visibility version opensAt closesAt isArchived }"
READ = (
    "query($id: ID!, $at: DateTime) { space(id: $id) { title version isOpen(at: $at) activities { isOpen(at: $at) } } }"
)
LIST = "query($archived: Boolean!) { spaces(isArchived: $archived, first: 100) { nodes { id } } }"


def whole(space: str, /, **fields: Any) -> dict[str, Any]:
    return {
        "space": space,
        "version": 1,
        "title": "Le parc",
        "visibility": "PUBLIC",
        "opensAt": "2026-03-01T09:00:00+01:00",
        **fields,
    }


def test_space_is_written_whole_and_its_version_counts(given: Given, town: Portal) -> None:
    admin, space = given.actor(town, role="ADMIN"), given.space(town, visibility="DRAFT")
    written = done(admin, "spaceRevise", SPACE, **whole(space, description=" Un parc\r\npour tous "))["space"]
    assert written == {
        "id": space,
        "title": "Le parc",
        "description": "Un parc\npour tous",
        "visibility": "PUBLIC",
        "version": 2,
        "opensAt": "2026-03-01T08:00:00+00:00",
        "closesAt": None,
        "isArchived": False,
    }


def test_of_two_administrators_nobody_writes_over_the_other(given: Given, town: Portal) -> None:
    space = given.space(town)
    first, second = (given.actor(town, role="ADMIN") for _ in range(2))
    done(first, "spaceRevise", **whole(space, title="Le mien"))
    with given.nothing_written(town):
        assert do(second, "spaceRevise", SPACE, **whole(space, title="Le vôtre")) == {
            "space": None,
            "userErrors": refused("CONFLICT", "version"),
        }
    assert given.row(town, space)["title"] == "Le mien"
    done(second, "spaceRevise", **whole(space, title="Le vôtre", version=2))
    assert given.row(town, space)["title"] == "Le vôtre"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": "x"}, "TOO_SHORT", "title"),
        ({"title": "x" * 121}, "TOO_LONG", "title"),
        ({"description": "x" * 5_001}, "TOO_LONG", "description"),
        ({"closesAt": "2026-03-01T08:00:00Z"}, "BAD_INPUT", "closesAt"),
        ({"space": "space_1_0199aaaa-0000-7000-8000-000000000000"}, "NOT_FOUND", "space"),
    ],
)
def test_refused_revision_changes_nothing(
    given: Given, town: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    admin, space = given.actor(town, role="ADMIN"), given.space(town)
    before = given.row(town, space)
    with given.nothing_written(town):
        assert do(admin, "spaceRevise", **whole(space, **fields))["userErrors"] == refused(code, field)
    assert given.row(town, space) == before


def test_lists_follow_the_order_that_was_given(given: Given, rennes: Portal) -> None:
    town = given.tenant(rennes, "space-order", "commune-35238")
    admin = given.actor(town, role="ADMIN")
    oldest, middle, newest = (given.space(town) for _ in range(3))

    def listed(*, archived: bool = False) -> list[str]:
        return [node["id"] for node in admin.ask(LIST, archived=archived)["spaces"]["nodes"]]

    assert listed() == [newest, middle, oldest]
    spaces = done(admin, "spacesOrder", "spaces { id }", spaces=[oldest, newest])["spaces"]
    assert [each["id"] for each in spaces] == [oldest, newest]
    assert listed() == [oldest, newest, middle]
    assert do(admin, "spacesOrder", spaces=[oldest, oldest])["userErrors"] == refused("NOT_FOUND", "spaces.1")
    done(admin, "spaceArchive", space=newest)
    assert (listed(), listed(archived=True)) == ([oldest, middle], [newest])
    assert town.ask(READ, id=newest)["space"] is not None
    done(admin, "spaceArchive", space=newest, isArchived=False)
    assert listed() == [oldest, newest, middle]


def test_space_is_seen_as_it_will_be(given: Given, town: Portal) -> None:
    space = given.space(town, opens_at="2030-01-01T00:00:00Z", closes_at="2030-02-01T00:00:00Z")
    given.activity(town, space=space, opens_at="2030-01-10T00:00:00Z", closes_at="2030-01-20T00:00:00Z")

    def at(instant: str | None) -> tuple[bool, bool]:
        found = town.ask(READ, id=space, at=instant)["space"]
        return found["isOpen"], found["activities"][0]["isOpen"]

    assert at(None) == (False, False)
    assert at("2030-01-01T00:00:00Z") == (True, False)
    assert at("2030-01-10T00:00:00Z") == (True, True)
    assert at("2030-01-20T00:00:00Z") == (True, False)
    assert at("2030-02-01T00:00:00Z") == (False, False)


def test_repeated_request_revises_once(given: Given, town: Portal) -> None:
    admin, space = given.actor(town, role="ADMIN"), given.space(town)
    for _ in range(2):
        done(admin, "spaceRevise", **whole(space), idempotencyKey="the same click")
    assert given.row(town, space)["version"] == 2
