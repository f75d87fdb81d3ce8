"""The registry in memory: which host is which tenant, read again only when it changed."""

import asyncio
import json
import logging
from typing import Any

import pytest

from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models.tenant import Cover, Feature, TenantState
from tenants import document, host_request, provisioning, registry
from tenants.directory import ProvisioningError
from tenants.provisioning import NewTenant
from tenants.registry import TenantRecord, TenantRegistry
from tests.own import RENNES, Own, until


@pytest.fixture(scope="module")
def number(own: Own) -> int:
    """The tenant that is looked up."""
    return own.create(
        "rennes",
        "fabrique.example.fr",
        "www.fabrique.example.fr",
        title="La Fabrique",
        primary_color="#112233",
        secondary_color="#445566",
        font="Figtree",
        cover=Cover.BRIDGE.value,
        locales=("fr", "br"),
        features=("MUTUAL_AID", "MARKETPLACE"),
        origins=("https://www.example.fr",),
        lat=48.5,
        lng=-1.5,
    )[0]


def read(own: Own, suffix: str | None = "localhost") -> TenantRegistry:
    async def act(database: Database) -> TenantRegistry:
        found = TenantRegistry(database, local_suffix=suffix)
        await found.refresh()
        return found

    return own.run(act)


def test_record_holds_what_the_registry_says(own: Own, number: int) -> None:
    assert read(own).at("fabrique.example.fr") == TenantRecord(
        number=number,
        slug="rennes",
        title="La Fabrique",
        collectivite_id=RENNES.id,
        collectivite_name="Rennes",
        lat=48.5,
        lng=-1.5,
        primary_color="#112233",
        secondary_color="#445566",
        font="Figtree",
        cover=Cover.BRIDGE,
        locales=("fr", "br"),
        features=frozenset({Feature.MUTUAL_AID, Feature.MARKETPLACE}),
        is_active=True,
        hosts=("fabrique.example.fr", "www.fabrique.example.fr"),
        origins=frozenset({"https://www.example.fr"}),
    )


@pytest.mark.parametrize(
    "host",
    [
        "fabrique.example.fr",
        "FABRIQUE.Example.FR",
        "fabrique.example.fr:8000",
        "fabrique.example.fr.",
        "fabrique.example.fr.:443",
        "www.fabrique.example.fr",
        "rennes.localhost",
        "Rennes.LOCALHOST:8000",
        "rennes.localhost.",
    ],
)
def test_host_is_read_without_case_port_and_trailing_dot(own: Own, number: int, host: str) -> None:
    found = read(own).at(host)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":",
        ".",
        ":8000",
        "localhost",
        "rennes",
        "example.fr",
        "a.fabrique.example.fr",
        "xfabrique.example.fr",
        "fabrique.example.fr.evil.example",
        "fabrique.example.fr:8000:1",
        "fabrique.example.fr@evil",
        " fabrique.example.fr",
        "rennes.localhost.evil",
        "other.localhost",
        "[::1]:8000",
        "[::1]",
    ],
)
@pytest.mark.usefixtures("number")
def test_other_hosts_are_nobodys(own: Own, host: str) -> None:
    assert read(own).at(host) is None


def test_slug_is_a_host_with_a_local_suffix_only(own: Own, number: int) -> None:
    found = read(own, "dev.test").at("rennes.dev.test")
    assert found is not None
    assert found.number == number
    outside = read(own, None)
    assert outside.at("rennes.localhost") is None
    assert outside.at("rennes.None") is None
    assert outside.at("fabrique.example.fr") is not None


def test_local_hosts_are_the_developers_machine_in_demonstration_mode_only(own: Own) -> None:
    local, outside = read(own), read(own, None)
    for host in ("localhost", "LOCALHOST:8000", "127.0.0.1:8000", "unknown.localhost:8000"):
        assert local.is_local(host)
        assert not outside.is_local(host)
    for host in ("", "example.fr", "localhost.example.fr", "notlocalhost", "127.0.0.1.example.fr"):
        assert not local.is_local(host)


def test_suspended_tenant_is_known_and_not_active(own: Own) -> None:
    own.create("suspended")
    own.run(lambda database: provisioning.set_state(database, "suspended", TenantState.SUSPENDED))
    found = read(own).at("suspended.example")
    assert found is not None
    assert not found.is_active


def test_explicit_host_wins_over_a_slug(own: Own) -> None:
    """Else a new tenant's slug could take over a name that another tenant was given."""
    first, _ = own.create("first", "second.localhost")
    own.create("second")
    found = read(own).at("second.localhost")
    assert found is not None
    assert found.number == first


def test_younger_tenant_takes_no_name_of_a_slug_over(own: Own) -> None:
    number, _ = own.create("third")
    with pytest.raises(ProvisioningError, match=r"the host 'third\.localhost' belongs to another tenant"):
        own.create("fourth", "third.localhost")
    fourth, _ = own.create("fourth")
    own.rows("INSERT INTO platform.host (host, tenant_number) VALUES ('third.localhost', %s)", fourth)
    own.rows("UPDATE platform.registry SET version = version + 1")
    served = read(own).at("third.localhost")
    assert served is not None
    assert served.number == number


def test_registry_is_read_again_only_when_its_version_moved(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(database: Database) -> list[int]:
        found = TenantRegistry(database, local_suffix=None)
        real, statements = database.rows, 0

        async def rows(clause: Any, /, tenant: int | None = None, **values: object) -> Any:
            nonlocal statements
            statements += 1
            return await real(clause, tenant, **values)

        monkeypatch.setattr(database, "rows", rows)
        counts = []
        for change in (None, None, "UPDATE platform.registry SET version = version + 1", None):
            if change:
                own.rows(change)
            before = statements
            await found.refresh()
            counts.append(statements - before)
        return counts

    assert own.run(act) == [3, 1, 3, 1]


def test_change_of_one_tenant_is_read_alone_and_leaves_the_answers_of_others(
    own: Own, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, _ = own.create("unmoved")

    async def act(database: Database) -> None:
        followed = TenantRegistry(database, local_suffix="localhost")
        await followed.refresh()
        kept, record = dict(database.versions), followed.at("unmoved.example")
        asked: list[object] = []
        real = database.rows

        async def rows(clause: Any, /, tenant: int | None = None, **values: object) -> Any:
            asked.append((clause, values.get("numbers")))
            return await real(clause, tenant, **values)

        monkeypatch.setattr(database, "rows", rows)
        await provisioning.switch(database, "rennes", [Feature.DEBATE], [])
        await followed.refresh()
        assert asked == [
            (registry.VERSION, None),
            (registry.VERSIONS, None),
            (registry.SOME_TENANTS, [number]),
            (registry.SOME_HOSTS, [number]),
        ]
        changed = followed.at("fabrique.example.fr")
        assert changed is not None
        assert changed.features == {Feature.DEBATE, Feature.MUTUAL_AID, Feature.MARKETPLACE}
        assert changed.hosts == ("fabrique.example.fr", "www.fabrique.example.fr")
        assert followed.at("unmoved.example") is record
        assert database.versions[number] == kept[number] + 1
        assert database.versions[other] == kept[other]
        await provisioning.switch(database, "rennes", [], [Feature.DEBATE])

    own.run(act)


@pytest.mark.parametrize("change", ["suspend", "documents", "host", "delete", "both"])
def test_each_change_of_the_registry_is_followed(own: Own, change: str) -> None:
    slug = f"moved-{change}"
    number, _ = own.create(slug)

    async def act(database: Database) -> TenantRegistry:
        followed = TenantRegistry(database, local_suffix="localhost")
        await followed.refresh()
        match change:
            case "suspend":
                await provisioning.set_state(database, slug, TenantState.SUSPENDED)
            case "documents":
                await document.demand(database, slug, is_demanded=True)
            case "host":
                asked = [{"host": "later.example", "token": "t", "state": "WAITING"}]
                own.rows(
                    "UPDATE platform.tenant SET host_requests = %s::jsonb WHERE number = %s", json.dumps(asked), number
                )
                await host_request.settle(database, host_request.WaitingHost(number, "later.example", "t"), None)
            case _:
                await provisioning.delete(database, slug)
        if change == "both":  # As many tenants as before, and as many changes in all.
            await provisioning.create(database, NewTenant(RENNES.id, "moved-in", ("moved-in.example",)))
        await followed.refresh()
        return followed

    followed = own.run(act)
    record = followed.at(f"{slug}.example")
    assert (record is None) == (change in ("delete", "both"))
    assert record is None or record.is_active == (change != "suspend")
    assert record is None or record.trusted_documents_only == (change == "documents")
    assert record is None or ("later.example" in record.hosts) == (change == "host")
    assert (followed.at("moved-in.example") is not None) == (change == "both")
    assert (followed.at(f"{slug}.localhost") is not None) == (record is not None)


def test_tenants_are_in_the_order_of_their_numbers(own: Own, number: int) -> None:
    numbers = [tenant.number for tenant in read(own).tenants]
    assert number in numbers
    assert numbers == sorted(numbers)


def test_changes_are_followed_within_a_second() -> None:
    assert 0 < registry.POLL_SECONDS <= 0.5


@pytest.mark.parametrize("error", [DatabaseUnavailableError, StatementTimeoutError])
def test_last_known_registry_serves_while_the_database_is_away(
    own: Own, number: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(registry, "POLL_SECONDS", 0.001)

    async def act(database: Database) -> TenantRegistry:
        found = TenantRegistry(database, local_suffix=None)
        await found.refresh()
        real, failures = database.rows, 0

        async def rows(clause: Any, /, tenant: int | None = None, **values: object) -> Any:
            nonlocal failures
            if failures < 3:
                failures += 1
                raise error
            return await real(clause, tenant, **values)

        monkeypatch.setattr(database, "rows", rows)
        following = asyncio.create_task(found.follow())
        await asyncio.to_thread(until, lambda: failures == 3)
        known = found.at("fabrique.example.fr")
        assert known is not None
        assert known.number == number
        own.rows("UPDATE platform.tenant SET title = 'Après' WHERE slug = 'rennes'")
        own.rows("UPDATE platform.registry SET version = version + 1")
        await asyncio.to_thread(until, lambda: "Après" in {tenant.title for tenant in found.tenants})
        following.cancel()
        own.rows("UPDATE platform.tenant SET title = 'La Fabrique' WHERE slug = 'rennes'")
        return found

    with caplog.at_level(logging.WARNING):
        own.run(act)
    said = [found.message for found in caplog.records if found.name == "parvis.registry"]
    is_told = error is StatementTimeoutError  # That the database is away, its pool tells once.
    assert said == ["the registry could not be read; the last known one serves"] * (3 if is_told else 0)
