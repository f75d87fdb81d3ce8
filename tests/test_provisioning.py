"""Provisioning: a tenant is there whole or not at all, once, under a number that is never given again."""

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import httpx
import psycopg
import pytest

from database import naming
from models.base import tenant_metadata
from models.tenant import TenantState
from tenants import migration, provisioning
from tenants.directory import ProvisioningError
from tenants.migration import Script
from tenants.provisioning import NewTenant
from tests.conftest import Running, serve
from tests.own import BARE, RENNES, Own, until

TITLE = "{ portal { title } }"


def state(own: Own) -> dict[str, list[tuple[Any, ...]]]:
    """All that a creation or a deletion changes."""
    return {
        "registry": own.rows("SELECT version, next_number FROM platform.registry"),
        "tenants": own.rows("SELECT * FROM platform.tenant ORDER BY number"),
        "hosts": own.rows("SELECT * FROM platform.host ORDER BY host"),
        "migrations": own.rows("SELECT * FROM platform.migration ORDER BY schema_name, name"),
        "schemas": own.rows("SELECT nspname FROM pg_namespace ORDER BY nspname"),
        "roles": own.rows("SELECT rolname FROM pg_roles ORDER BY rolname"),
        "grants": own.rows("SELECT count(*) FROM pg_auth_members"),
        "defaults": own.rows("SELECT count(*) FROM pg_default_acl"),
    }


def tables_of(own: Own, schema: str) -> set[str]:
    return {name for (name,) in own.rows("SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)}


# Creation


def test_new_tenant_has_its_row_hosts_role_and_tables(own: Own) -> None:
    number, is_new = own.create(
        "whole", "whole.example", "www.whole.example", title="Entraide", origins=("https://a.example",)
    )
    assert is_new
    [row] = own.rows(
        "SELECT slug, title, collectivite_id, lat, lng, origins, state, database FROM platform.tenant WHERE number=%s",
        number,
    )
    assert row == ("whole", "Entraide", RENNES.id, RENNES.lat, RENNES.lng, ["https://a.example"], "ACTIVE", "main")
    hosts = own.rows("SELECT host FROM platform.host WHERE tenant_number = %s ORDER BY host", number)
    assert hosts == [("whole.example",), ("www.whole.example",)]
    assert tables_of(own, f"t_{number}") == {table.name for table in tenant_metadata.sorted_tables}
    assert own.rows("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", f"t_{number}") == [(False, False)]


def test_title_and_centre_come_from_the_register(own: Own) -> None:
    number, _ = own.create("bare", collectivite=BARE.id)
    assert own.rows("SELECT title, lat, lng FROM platform.tenant WHERE number = %s", number) == [
        (BARE.name, None, None)
    ]


def test_first_space_is_a_draft(own: Own) -> None:
    number, _ = own.create("space")
    space = own.rows(f"SELECT slug, title, visibility, closes_at FROM t_{number}.participatory_space")
    assert space == [("accueil", "Accueil", "DRAFT", None)]
    without, _ = own.create("no-space", first_space=False)
    assert own.rows(f"SELECT FROM t_{without}.participatory_space") == []


def test_role_reaches_its_own_tables_and_the_register_alone(own: Own) -> None:
    number, _ = own.create("walled")
    other, _ = own.create("walled-off")
    with psycopg.connect(own.url) as connection:
        connection.execute(f"SET ROLE t_{number}".encode())
        connection.execute(f"SELECT FROM t_{number}.actor".encode())
        connection.execute("SELECT FROM platform.collectivite")
        assert connection.execute("SELECT number FROM platform.tenant").fetchall() == [(number,)]
        hosts = "SELECT DISTINCT tenant_number FROM platform.host"
        assert connection.execute(hosts).fetchall() == [(number,)]
        connection.execute("SAVEPOINT before")
        for forbidden in (
            f"SELECT FROM t_{other}.actor",
            "INSERT INTO platform.host DEFAULT VALUES",
            "DELETE FROM platform.collectivite",
            f"CREATE TABLE t_{number}.mine (id int)",
            f"DROP TABLE t_{number}.vote",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden.encode())
            connection.execute("ROLLBACK TO before")


def test_creation_that_fails_in_the_middle_leaves_nothing(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migration.scripts("tenant")
    broken = Script("0002_broken", ("CREATE TABLE __tenant__.late (id int PRIMARY KEY)", "SELECT 1 / 0"))
    monkeypatch.setattr(migration, "scripts", lambda family: [*real, broken])
    before = state(own)
    with pytest.raises(psycopg.errors.DivisionByZero):
        own.create("broken")
    assert state(own) == before
    monkeypatch.undo()
    assert own.create("broken")[1]


def test_new_tenant_is_built_in_few_round_trips(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its files stay or none: those of SQL go together, and only steps in Python divide them."""
    sent = Mock(side_effect=migration._sent)
    monkeypatch.setattr(migration, "_sent", sent)
    own.create("quick")
    steps = sum(script.module is not None for script in migration.scripts("tenant"))
    assert steps < sent.call_count <= 2 * steps + 1
    names = [script.name for script in migration.scripts("tenant")]
    applied = "SELECT name FROM platform.migration m JOIN platform.tenant t ON m.schema_name = 't_' || t.number"
    assert own.rows(f"{applied} WHERE t.slug = 'quick' ORDER BY name") == [(name,) for name in names]


def test_same_request_again_changes_nothing(own: Own) -> None:
    number, _ = own.create("again", "again.example", "again.test")
    before = state(own)
    assert own.create("again", "again.test", "again.example") == (number, False)
    assert own.create("again", "again.test") == (number, False)
    assert state(own) == before


def test_same_request_twice_at_once_makes_one_tenant(own: Own) -> None:
    new = NewTenant(RENNES.id, "at-once", ("at-once.example",))

    async def both(database: Any) -> list[tuple[int, bool]]:
        return list(await asyncio.gather(provisioning.create(database, new), provisioning.create(database, new)))

    (first, first_is_new), (second, second_is_new) = own.run(both)
    assert first == second
    assert sorted((first_is_new, second_is_new)) == [False, True]


def test_host_that_is_named_twice_is_kept_once(own: Own) -> None:
    number, _ = own.create("stutter", "stutter.example", "stutter.example")
    assert own.rows("SELECT host FROM platform.host WHERE tenant_number = %s", number) == [("stutter.example",)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"collectivite": BARE.id, "slug": "taken"}, "the slug 'taken' belongs to another tenant"),
        ({"hosts": ("new.example", "taken.example")}, "the host 'taken.example' belongs to another tenant"),
        ({"slug": "taken", "hosts": ("other.example",)}, "'taken' is there already, without the host 'other.example'"),
        ({"collectivite": "commune-00000"}, "no collectivité 'commune-00000' in the register"),
        (
            {"collectivite": "commune-01340"},
            "no collectivité 'commune-01340' in the register: it is part of commune-01015 today",
        ),
        *(
            ({"slug": slug}, f"slug {slug!r}")
            for slug in ("", "Rennes", "-a", "a-", "a.b", "a" * 64, "rennes\n", "é", "t_1; DROP")
        ),
        *(
            ({"hosts": (host,)}, f"host {host!r}")
            for host in (
                "",
                "A.example",
                "https://a.example",
                "a.example:8000",
                "a..example",
                "a.example.",
                "a/b",
                "*.a",
                "é.fr",
                "a" * 64 + ".fr",
                ".".join(["a" * 60] * 5),
            )
        ),
        *(
            ({"primary_color": color}, f"colour {color!r}")
            for color in ("red", "#12345", "#1234567", "#ABCDEF", "#12345g", "")
        ),
        *(
            ({"title": title}, "2 to 80 characters on one line")
            for title in ("R", " " * 9, "a\nb", "a\x1b[31m", "a" * 81)
        ),
        ({"secondary_color": "#0;x:url()"}, "colour '#0;x:url()'"),
        ({"features": ("MARKETPLACE", "LOTTERY")}, "unknown feature 'LOTTERY'; known: CONSULTATION, DEBATE, IDEA_BOX"),
        *(
            ({"origins": (origin,)}, f"origin {origin!r}")
            for origin in (
                "a.example",
                "https://A.example",
                "https://a.example/",
                "ftp://a.example",
                "*",
                "null",
                "https://",
            )
        ),
    ],
    ids=repr,
)
def test_impossible_tenant_is_refused_and_changes_nothing(own: Own, changes: dict[str, Any], says: str) -> None:
    own.create("taken")
    before = state(own)
    with pytest.raises(ProvisioningError) as refusal:
        own.create(**{"slug": "wanted"} | changes)
    assert says in str(refusal.value)
    assert state(own) == before


# Deletion and suspension


def test_deletion_removes_schema_role_hosts_and_migrations(own: Own) -> None:
    own.create("neighbour")
    before = state(own)
    number, _ = own.create("gone")
    assert own.run(lambda database: provisioning.delete(database, "gone")) == number
    after = state(own)
    [(version, next_number)], [(version_before, number_before)] = after.pop("registry"), before.pop("registry")
    assert after == before
    assert (version, next_number) == (version_before, number_before + 1)


def test_number_is_never_given_again(own: Own) -> None:
    first, _ = own.create("phoenix")
    own.run(lambda database: provisioning.delete(database, "phoenix"))
    second, is_new = own.create("phoenix")
    assert is_new
    assert second == first + 1


@pytest.mark.parametrize("command", ["delete", "suspend"])
def test_unknown_slug_is_refused_and_changes_nothing(own: Own, command: str) -> None:
    before = state(own)
    with pytest.raises(ProvisioningError, match=r"^no tenant 'nobody'$"):
        own.run(
            lambda database: (
                provisioning.delete(database, "nobody")
                if command == "delete"
                else provisioning.set_state(database, "nobody", TenantState.SUSPENDED)
            )
        )
    assert state(own) == before


def test_tenants_are_listed_by_number_with_their_hosts(own: Own) -> None:
    number, _ = own.create("listed", "b.listed.example", "a.listed.example", title="Liste")
    listed = own.run(provisioning.listed)
    assert listed[-1] == (number, "listed", "ACTIVE", "Liste", ["a.listed.example", "b.listed.example"], "main")
    assert [found[0] for found in listed] == sorted(found[0] for found in listed)


# While a server runs


@pytest.fixture(scope="module")
def live(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serve(own.url, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def http(live: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live.url, timeout=30) as client:
        yield client


SUSPENDED = (
    "/",
    "/graphiql",
    "/schema.graphql",
    "/auth/sign-in",
    "/auth/session",
    "/export/contributions.jsonl",
    "/widget/widget_1_0199c0de-0000-7000-8000-000000000000/token",
)
"""What belongs to a portal."""


def answer(http: httpx.Client, slug: str) -> tuple[int, Any]:
    """Status, and the portal or the error's code."""
    found = http.post("/graphql", json={"query": TITLE}, headers={"host": f"{slug}.example"})
    body = found.json()
    return found.status_code, body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"].get(
        "portal"
    )


def test_new_tenant_is_served_and_a_deleted_one_unknown(own: Own, http: httpx.Client) -> None:
    assert answer(http, "mayfly") == (404, "UNKNOWN_HOST")
    own.create("mayfly", title="Éphémère")
    until(lambda: answer(http, "mayfly") == (200, {"title": "Éphémère"}))
    own.run(lambda database: provisioning.delete(database, "mayfly"))
    until(lambda: answer(http, "mayfly") == (404, "UNKNOWN_HOST"))


def test_suspended_tenant_answers_with_a_code_until_it_is_taken_up(own: Own, http: httpx.Client) -> None:
    own.create("sleeper", title="Dormeur")
    until(lambda: answer(http, "sleeper") == (200, {"title": "Dormeur"}))
    own.run(lambda database: provisioning.set_state(database, "sleeper", TenantState.SUSPENDED))
    until(lambda: answer(http, "sleeper") == (503, "TENANT_SUSPENDED"))
    for path in SUSPENDED:
        found = http.request("POST" if path.startswith("/widget") else "GET", path, headers={"host": "sleeper.example"})
        assert found.status_code == 503, path
    page = http.get("/", headers={"host": "sleeper.example"}).text
    assert ("<h1>Ce portail est suspendu</h1>" in page, "Dormeur" in page) == (True, False)
    assert http.get("/about", headers={"host": "sleeper.example"}).status_code == 200
    own.run(lambda database: provisioning.set_state(database, "sleeper", TenantState.ACTIVE))
    until(lambda: answer(http, "sleeper") == (200, {"title": "Dormeur"}))


def test_deleted_tenant_does_not_stop_the_jobs_of_the_others(own: Own, live: Running) -> None:
    gone, _ = own.create("job-gone")
    own.run(lambda database: provisioning.delete(database, "job-gone"))
    kept, _ = own.create("job-kept")
    contribution = "00000000-0000-7000-8000-000000000001"
    live.database.changed.add(gone)
    until(lambda: gone not in live.database.changed)
    own.rows(
        naming.qualify(
            "INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)"
            f" VALUES ('{contribution}', '{contribution}', '{contribution}', 'SUPPORT', 1)",
            kept,
        )
    )
    live.database.changed.add(kept)
    until(
        lambda: (
            own.rows(f"SELECT contribution_id::text, key, count FROM t_{kept}.tally") == [(contribution, "SUPPORT", 1)]
        )
    )
