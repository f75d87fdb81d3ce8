"""Time zones: each collectivité of the register has one, which PostgreSQL and Python know, and tenants that were there."""

from datetime import datetime
from uuid import uuid4

import psycopg
import pytest

from models import sentence, time_zone
from portal import render
from tenants import migration
from tests.acting import published
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import RENNES, Own

ZONES = {
    "commune-75056": "Europe/Paris",
    "commune-2a004": "Europe/Paris",
    "arrondissement-13201": "Europe/Paris",
    "province-90000": "Europe/Brussels",
    "commune-97411": "Indian/Reunion",
    "departement-971": "America/Guadeloupe",
    "region-02": "America/Martinique",
    "region-03": "America/Cayenne",
    "region-04": "Indian/Reunion",
    "region-06": "Indian/Mayotte",
    "region-53": "Europe/Paris",
    "commune-97502": "America/Miquelon",
    "commune-97701": "America/St_Barthelemy",
    "commune-97801": "America/Marigot",
    "commune-98613": "Pacific/Wallis",
    "commune-98735": "Pacific/Tahiti",
    "commune-98719": "Pacific/Gambier",
    "commune-98731": "Pacific/Marquesas",
    "commune-98818": "Pacific/Noumea",
}


MIDNIGHT = "2025-04-02T22:00:00+00:00"
"""When the third of April begins in Paris."""

HERE = [("Europe/Paris", "3\u00a0avril 2025"), ("America/Cayenne", "2\u00a0avril 2025"),
        ("Pacific/Noumea", "3\u00a0avril 2025")]  # fmt: skip


@pytest.mark.parametrize(("zone", "day"), HERE)
def test_day_of_an_instant_is_the_one_of_the_portals_clock_on_pages(zone: str, day: str) -> None:
    filters = render.environment("fr", zone).filters
    assert filters["day"](MIDNIGHT) == filters["ago"](MIDNIGHT) == day
    assert filters["day"]("2025-04-03") == "3\u00a0avril 2025"  # A day is the same everywhere.
    assert filters["moment"](MIDNIGHT).startswith(f"{day}, ")


@pytest.mark.parametrize(("zone", "day"), HERE)
def test_day_of_an_instant_is_the_one_of_the_portals_clock_in_mails(zone: str, day: str) -> None:
    assert sentence.moment(datetime.fromisoformat(MIDNIGHT), "fr", zone).startswith(f"{day}, ")


def test_every_page_has_the_clock_of_its_portal(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, f"clock-{uuid4().hex[:8]}", "commune-35238")
    contribution = published(given.actor(portal), given.activity(portal))
    late = "UPDATE __tenant__.contribution SET published_at = %s WHERE id = %s"
    given.sql(portal, late, MIDNIGHT, uuid_in(contribution))
    page = Browser(portal.client, portal.host).get(f"/contribution/{contribution}").text
    assert "3\u00a0avril 2025" in page and "2\u00a0avril 2025" not in page


@pytest.mark.parametrize(("collectivite", "zone"), ZONES.items())
def test_time_zone_of_a_collectivite(collectivite: str, zone: str) -> None:
    assert time_zone.of(collectivite) == zone


def test_grouping_has_the_time_zone_of_where_it_lies() -> None:
    assert time_zone.of("epci-249740077", ["departement-974", "region-04"]) == "Indian/Reunion"
    assert time_zone.of("epci-974500468", ["departement-45", "region-24"]) == "Europe/Paris"


def test_postgresql_knows_every_time_zone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names")}
    assert set(time_zone.ALL) - known == set()


def test_tenants_that_are_there_get_their_time_zone(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Own.make(database_url, is_migrated=False)
    with monkeypatch.context() as patch:
        real = migration.scripts
        patch.setattr(migration, "scripts", lambda family: [s for s in real(family) if s.name != "0010_time_zone"])
        own.prepare()
        for number, (collectivite, kind) in enumerate(
            (("commune-97411", "COMMUNE"), ("province-90000", "PROVINCE")), 1
        ):
            own.rows(
                "INSERT INTO platform.collectivite (id, kind, name, search_name, postal_codes, parent_ids)"
                " VALUES (%s, %s, 'X', 'x', '{}', '{}')",
                collectivite,
                kind,
            )
            own.rows(
                "INSERT INTO platform.tenant (number, slug, title, collectivite_id, primary_color, secondary_color, font,"
                " locales, features, origins, state, database, created_at)"
                " VALUES (%s, %s, 'X', %s, '', '', '', '{}', '{}', '{}', 'ACTIVE', 'main', now())",
                900_000 + number,
                f"there-{number}",
                collectivite,
            )
    with psycopg.connect(own.url) as connection:
        for number in (900_001, 900_002):
            connection.execute(f"CREATE SCHEMA t_{number}".encode())
    own.run(migration.migrate)
    assert own.rows("SELECT number, time_zone FROM platform.tenant ORDER BY number") == [
        (900_001, "Indian/Reunion"),
        (900_002, "Europe/Brussels"),
    ]
    assert (
        own.create("new")[1] and own.value("SELECT time_zone FROM platform.tenant WHERE slug = 'new'") == "Europe/Paris"
    )
    assert RENNES.id == own.value("SELECT collectivite_id FROM platform.tenant WHERE slug = 'new'")
