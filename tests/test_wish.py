"""Wishes: operators see all tenants on a page of their own, ask for new ones and suspend them; a job carries it out."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import register.load
import tenants.wish
from auth import operator_token
from database.door import Database
from jobs import wish
from models.operator import WishKind
from register.record import bundled
from tests.browser import Browser
from tests.cluster import serving
from tests.conftest import Running, serve
from tests.own import Own

HOST = "operateurs.example"
FORM = {
    "kind": "COMMUNE",
    "code": "35238",
    "host": "participer.rennes.example",
    "title": "Rennes participe",
    "email": "Maire@rennes.example",
    "template": "IDEA_BOX",
}


@pytest.fixture(scope="module")
def running(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serve(own.url, tmp_path_factory.mktemp("data"), operator_host=HOST)


@pytest.fixture
def stranger(running: Running) -> Iterator[Browser]:
    with httpx.Client(base_url=running.url) as client:
        yield Browser(client, HOST)


@pytest.fixture
def operator(own: Own, stranger: Browser) -> Browser:
    _, token = own.run(lambda database: operator_token.create(database, "astreinte", 1))
    answer = stranger.submit("/entrer", {"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return stranger


def test_page_is_for_operators_alone(stranger: Browser) -> None:
    assert stranger.get("/").status_code == 401
    assert "Jeton d’opérateur" in stranger.get("/").text
    assert stranger.submit("/", FORM).status_code == 401
    assert stranger.submit("/entrer", {"token": "pot_faux"}).status_code == 422


def test_pages_of_other_sites_act_for_nobody(own: Own, operator: Browser) -> None:
    before = own.value("SELECT count(*) FROM platform.tenant_wish")
    answer = operator.submit("/", FORM, origin="https://ailleurs.example")
    assert answer.status_code == 403
    assert own.value("SELECT count(*) FROM platform.tenant_wish") == before


def test_tenant_is_created_from_one_form_suspended_and_resumed(own: Own, operator: Browser) -> None:
    assert operator.submit("/", FORM).headers["location"] == "/?demande=1"
    assert own.run(wish.carry_out) == 1
    assert own.value("SELECT state FROM platform.tenant_wish WHERE kind = 'CREATE'") == "DONE"
    [[number, title]] = own.rows("SELECT number, title FROM platform.tenant WHERE slug = 'rennes'")
    assert title == "Rennes participe"
    assert own.rows("SELECT host FROM platform.host WHERE tenant_number = %s", number) == [(FORM["host"],)]
    assert own.rows(f"SELECT email, role FROM t_{number}.invitation") == [("maire@rennes.example", "ADMIN")]
    assert own.rows(f"SELECT kind FROM t_{number}.mail") == [("INVITATION",)]
    assert own.rows(f"SELECT visibility FROM t_{number}.participatory_space") == [("DRAFT",)]
    assert own.rows(f"SELECT kind FROM t_{number}.activity") == [("IDEA_BOX",)]
    assert own.value("SELECT details ? 'email' FROM platform.tenant_wish WHERE kind = 'CREATE'") is False
    page = operator.get("/").text
    assert "Rennes participe" in page
    assert "à jour" in page
    for kind, state in (("SUSPEND", "SUSPENDED"), ("RESUME", "ACTIVE")):
        operator.submit("/etat", {"slug": "rennes", "kind": kind, "sure": "1"})
        assert own.run(wish.carry_out) == 1
        assert own.value("SELECT state FROM platform.tenant WHERE slug = 'rennes'") == state


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "00000", "Le registre n’a rien"),
        ("code", "352", "cinq caractères"),
        ("code", "35238", "a déjà un portail"),
        ("kind", "EPCI", "neuf chiffres"),
        ("kind", "PAYS", "Choisissez une sorte"),
        ("host", "https://rennes.example", "pas un nom d"),
        ("host", HOST, "pas un nom d"),
        ("email", "maire", "pas une adresse"),
        ("title", "R", "de 2 à 80 caractères"),
        ("title", "Rennes " * 12, "de 2 à 80 caractères"),
        ("template", "AUTRE", "Choisissez un modèle"),
    ],
)
def test_refused_form_comes_back_with_what_was_typed(
    own: Own, operator: Browser, field: str, value: str, sentence: str
) -> None:
    before = own.value("SELECT count(*) FROM platform.tenant_wish")
    answer = operator.submit("/", {**FORM, "code": "35051", "host": "libre.example", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    typed = {**FORM, field: value}
    assert f'value="{typed["title"].strip()}"' in answer.text
    assert own.value("SELECT count(*) FROM platform.tenant_wish") == before


@pytest.mark.parametrize(
    ("kind", "code", "register_id", "slug"),
    [
        ("EPCI", "243 500 139", "epci-243500139", "rennes-metropole"),
        ("DEPARTEMENT", "1", "departement-01", "ain"),
        ("DEPARTEMENT", "2a", "departement-2a", "corse-du-sud"),
        ("REGION", "53", "region-53", "bretagne"),
        ("PROVINCE", "90000", "province-90000", "namur"),
        ("COMMUNE", "93066", "commune-93066", "saint-denis"),
        ("COMMUNE", "97411", "commune-97411", "saint-denis-97411"),
    ],
)
def test_portal_of_any_collectivite_is_created_from_the_one_form(
    own: Own, operator: Browser, kind: str, code: str, register_id: str, slug: str
) -> None:
    known = [record for record in bundled() if record.id == register_id]
    own.run(lambda database: register.load.fill(database, known, is_adding=True))
    form = {**FORM, "kind": kind, "code": code, "host": f"participer.{slug}.example", "title": ""}
    assert operator.submit("/", form).headers["location"] == "/?demande=1"
    assert own.run(wish.carry_out) == 1
    assert own.value("SELECT problem FROM platform.tenant_wish WHERE slug = %s", slug) is None
    assert own.value("SELECT collectivite_id FROM platform.tenant WHERE slug = %s", slug) == register_id
    again = operator.submit("/", {**form, "host": "libre.example"})
    assert again.status_code == 422 and "a déjà un portail" in again.text
    assert f'<option value="{kind}" selected>' in again.text


def test_portal_is_closed_after_a_question_only(own: Own, operator: Browser) -> None:
    own.create("redon", "participer.redon.example")
    before = own.value("SELECT count(*) FROM platform.tenant_wish")
    assert 'href="/etat?slug=redon"' in operator.get("/").text
    answer = operator.submit("/etat", {"slug": "redon", "kind": "SUSPEND"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/etat?slug=redon")
    assert own.value("SELECT count(*) FROM platform.tenant_wish") == before
    question = operator.get("/etat?slug=redon").text
    assert "participer.redon.example" in question and 'name="sure" value="1"' in question
    sure = {"slug": "redon", "kind": "SUSPEND", "sure": "1"}
    assert operator.submit("/etat", sure).headers["location"] == "/?demande=1"
    assert operator.submit("/etat", {**sure, "kind": "RESUME"}).headers["location"] == "/?attend=1"
    assert "Une demande attend déjà" in operator.get("/?attend=1").text
    assert 'class="notice done"' in operator.get("/?demande=1").text
    assert own.run(wish.carry_out) == 1


def test_host_that_serves_a_portal_by_its_slug_is_refused(own: Own, operator: Browser) -> None:
    own.create("lorient", "participer.lorient.example")
    before = own.value("SELECT count(*) FROM platform.tenant_wish")
    answer = operator.submit("/", {**FORM, "code": "35051", "host": "lorient.localhost"})
    assert answer.status_code == 422
    assert 'id="host-problem">Un portail a déjà ce nom d’hôte.' in answer.text
    assert own.value("SELECT count(*) FROM platform.tenant_wish") == before


def test_second_request_for_what_waits_is_refused_beside_its_field(own: Own, operator: Browser) -> None:
    known = [record for record in bundled() if record.id in ("commune-35051", "commune-35047")]
    own.run(lambda database: register.load.fill(database, known, is_adding=True))
    form = {**FORM, "code": "35051", "host": "participer.cesson.example"}
    assert operator.submit("/", form).headers["location"] == "/?demande=1"
    again = operator.submit("/", {**form, "host": "autre.cesson.example"})
    assert again.status_code == 422
    assert 'id="code-problem">Le portail de cette collectivité est déjà demandé.' in again.text
    other = operator.submit("/", {**form, "code": "35047"})
    assert other.status_code == 422
    assert 'id="host-problem">Une demande en attente porte déjà ce nom d’hôte.' in other.text
    waiting = "SELECT details ->> 'host' FROM platform.tenant_wish WHERE state = 'WAITING'"
    assert own.rows(waiting) == [("participer.cesson.example",)]
    write = lambda database: tenants.wish.write(  # noqa: E731
        database, WishKind.CREATE, "bruz", {"host": "participer.cesson.example"}, "astreinte"
    )
    assert own.run(write) is False, "the database holds it, too"
    assert own.run(wish.carry_out) == 1


def test_wish_that_cannot_be_carried_out_says_why(own: Own, operator: Browser) -> None:
    operator.submit("/etat", {"slug": "nulle-part", "kind": "SUSPEND", "sure": "1"})
    own.run(wish.carry_out)
    assert "no tenant" in operator.get("/").text


def test_wish_is_carried_out_once(own: Own) -> None:
    assert own.run(wish.carry_out) == 0


def test_page_is_one_statement(running: Running, operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, original = [], running.database.rows

    async def rows(clause: Any, /, tenant: int | None = None, **values: object) -> Any:
        asked.append(clause)
        return await original(clause, tenant, **values)

    operator.get("/")
    monkeypatch.setattr(running.database, "rows", rows)
    assert operator.get("/").status_code == 200
    assert len([clause for clause in asked if clause is tenants.wish.OVERVIEW]) == 1
    assert {clause for clause in asked if clause.is_text} <= {tenants.wish.OVERVIEW, tenants.wish.WAITING}


def test_without_the_owners_login_wishes_wait(own: Own, operator: Browser) -> None:
    operator.submit("/etat", {"slug": "personne", "kind": "SUSPEND", "sure": "1"})

    async def served() -> int:
        database = Database(serving(own.url), connections=2)
        await database.open()
        try:
            return await wish.carry_out(database)
        finally:
            await database.close()

    assert asyncio.run(served()) == 0
    assert own.value("SELECT state FROM platform.tenant_wish WHERE slug = 'personne'") == "WAITING"
    assert own.run(wish.carry_out) == 1


def test_other_hosts_know_nothing_of_it(running: Running, operator: Browser) -> None:
    with httpx.Client(base_url=running.url) as client:
        assert Browser(client, "ailleurs.example").submit("/entrer", {"token": "x"}).status_code in (404, 405)


def test_without_a_host_there_is_no_page(own: Own, tmp_path: Path) -> None:
    for running in serve(own.url, tmp_path):
        with httpx.Client(base_url=running.url) as client:
            assert re.search("opérateur", Browser(client, HOST).get("/").text) is None
