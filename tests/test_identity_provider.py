"""Identity providers: commands write them with a secret in a file, administrators on a page with one that the server seals."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from auth.sealed_secret import Sealer
from models.identity_provider import MAX_PROVIDERS
from server import settings
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.command import Run, refusal, runner
from tests.conftest import SECRET, Portal
from tests.given import Given
from tests.own import Own
from tests.test_outbound import site
from tests.test_page_portal import signed_in

ISSUER = "https://id.rennes.example"


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    own.create("rennes", "a.example", "b.example")
    return runner(own, tmp_path_factory.mktemp("data"))


def add(run: Run, *options: str, slug: str = "mairie", tenant: str = "rennes", secret: str = "mairie") -> Result:
    basic = ("--issuer", ISSUER, "--client-id", "parvis", "--secret-name", secret)
    return run("provider", "add", tenant, slug, *basic, *options)


def test_provider_is_added_listed_written_anew_and_removed(run: Run) -> None:
    assert add(run).stdout.splitlines() == [
        "mairie is added",
        "callback: https://a.example/auth/oidc/mairie/callback",
        "after signing out: https://a.example/auth/signed-out",
        "callback: https://b.example/auth/oidc/mairie/callback",
        "after signing out: https://b.example/auth/signed-out",
    ]
    assert add(run, "--disabled").stdout.startswith("mairie is written anew\n")
    assert run("provider", "list", "rennes").stdout.split() == [
        "mairie", "DISABLED", "GENERIC", ISSUER, "secret:", "mairie"
    ]  # fmt: skip
    assert run("provider", "remove", "rennes", "mairie").stdout == "mairie is removed\n"
    assert run("provider", "list", "rennes").stdout == ""
    assert refusal(run("provider", "remove", "rennes", "mairie")) == "Error: no provider 'mairie'"


@pytest.mark.parametrize(
    ("preset", "row"),
    [
        ("generic", ("OpenID Connect", ["openid", "email"], [])),
        ("franceconnect", ("FranceConnect", ["openid", "email"], ["eidas1"])),
        ("proconnect", ("ProConnect", ["openid", "email"], ["eidas1"])),
    ],
)
def test_preset_brings_its_rules(run: Run, own: Own, preset: str, row: tuple[str, list[str], list[str]]) -> None:
    own_issuer = ("--issuer", "https://oidc.franceconnect.gouv.fr/api/v2") if preset == "franceconnect" else ()
    add(run, "--preset", preset, *own_issuer, slug=preset)
    schema = f"t_{own.value('SELECT number FROM platform.tenant')}"
    found = own.rows(f"SELECT title, scopes, acr_values FROM {schema}.identity_provider WHERE slug = %s", preset)
    assert found == [row]


def test_claims_are_mapped(run: Run, own: Own) -> None:
    add(run, "--claim", "name=given_name", "--claim", "email=mail", slug="mapped")
    schema = f"t_{own.value('SELECT number FROM platform.tenant')}"
    claims = own.value(f"SELECT claims FROM {schema}.identity_provider WHERE slug = 'mapped'")
    assert claims == {"email": "mail", "email_verified": "email_verified", "name": "given_name"}


@pytest.mark.parametrize(
    ("options", "changes", "reason"),
    [
        (["--issuer", "http://id.rennes.example"], {}, "Error: --issuer: an address with https is wanted"),
        (
            ["--preset", "franceconnect", "--issuer", "https://franceconnect.gouv.fr.voleur.example"],
            {},
            "Error: --issuer: FranceConnect's issuers are hosts of franceconnect.gouv.fr",
        ),
        (["--issuer", "https://"], {}, "Error: --issuer: this is no address"),
        (["--claim", "role=groups"], {}, "Error: --claim: 'role' is none of email, email_verified and name"),
        (["--claim", "name"], {}, "Error: --claim: ours=theirs is wanted, as in name=given_name"),
        ([], {"slug": "Mairie"}, "Error: a slug has 1 to 63 of a-z, 0-9 and -"),
        ([], {"secret": "../secret"}, "Error: a secret's name has 1 to 64 of a-z, 0-9, ., _ and -"),
    ],
)
def test_provider_that_could_not_work_is_refused(
    run: Run, options: list[str], changes: dict[str, str], reason: str
) -> None:
    assert refusal(add(run, *options, **changes), 2) == reason


def test_unknown_tenant_is_refused(run: Run) -> None:
    assert refusal(add(run, tenant="nowhere")) == "Error: no tenant 'nowhere'"


@pytest.mark.parametrize("name", ["missing", "", "..", "../secret", "a/b", "/etc/hostname", "A", "a\0", ".hidden"])
def test_no_name_leads_out_of_the_directory_of_secrets(tmp_path: Path, name: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "secrets" / "client").write_text("inside\n")
    config = settings.read({"PARVIS_SECRETS_DIR": str(tmp_path / "secrets"), "PARVIS_SECRET": "s"})
    assert settings.secret_of(config, "client") == "inside"
    with pytest.raises(KeyError):
        settings.secret_of(config, name)


# By administrators ----------------------------------------------------------------------------------------------------

NEW = {
    "slug": "ville",
    "preset": "GENERIC",
    "issuer": "https://id.ville.example",
    "client": "parvis",
    "clientSecret": "un secret 9d1c",
}
READ = "{ portal { identityProviders { slug title preset issuer client hasSecret isEnabled } } }"
PATH = "/gestion/portail/connexion"


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    return given.actor(given.tenant(rennes, f"providers-{id(request)}", "commune-35238"), role="ADMIN")


def listed(who: Portal) -> list[Mapping[str, Any]]:
    return list(who.ask(READ)["portal"]["identityProviders"])


def kept(given: Given, who: Portal, slug: str = "ville") -> tuple[Any, ...]:
    [row] = given.sql(who, "SELECT secret_name, sealed_secret FROM __tenant__.identity_provider WHERE slug = %s", slug)
    return tuple(row)


def test_secret_goes_in_and_never_comes_out(given: Given, city: Portal) -> None:
    done(city, "identityProviderAdd", **NEW)
    [told] = listed(city)
    assert told == {
        "slug": "ville", "title": "OpenID Connect", "preset": "GENERIC", "issuer": "https://id.ville.example",
        "client": "parvis", "hasSecret": True, "isEnabled": False,
    }  # fmt: skip
    name, sealed = kept(given, city)
    assert name == "" and "9d1c" not in sealed
    assert Sealer(SECRET).open(city.number, "ville", sealed) == "un secret 9d1c"
    events = given.sql(city, "SELECT kind, payload::text FROM __tenant__.event WHERE kind = 'PROVIDERS_CHANGED'")
    assert [(kind, "9d1c" in payload) for kind, payload in events] == [("PROVIDERS_CHANGED", False)]
    for name in ("event_detail", "idempotency"):
        rows = given.sql(city, f"SELECT t::text FROM __tenant__.{name} t")
        assert not [row for [row] in rows if "9d1c" in row or sealed in row], name


def test_sealed_secret_is_good_for_one_tenant_one_provider_and_one_server() -> None:
    sealer = Sealer("a")
    sealed = sealer.seal(3, "ville", "x")
    assert sealer.open(3, "ville", sealed) == "x"
    assert sealer.seal(3, "ville", "x") != sealed
    for opener, tenant, name, text in (
        (sealer, 4, "ville", sealed), (sealer, 3, "autre", sealed), (Sealer("b"), 3, "ville", sealed),
        (sealer, 3, "ville", sealed[:-2] + "AA"), (sealer, 3, "ville", "x"),
    ):  # fmt: skip
        with pytest.raises(LookupError):
            opener.open(tenant, name, text)


def test_secret_stays_unless_another_is_given_or_the_issuer_is_another(given: Given, city: Portal) -> None:
    done(city, "identityProviderAdd", **NEW)
    before = kept(given, city)
    same = {"slug": "ville", "title": "Compte Ville", "issuer": NEW["issuer"], "client": "autre"}
    done(city, "identityProviderRevise", **same)
    assert kept(given, city) == before and listed(city)[0]["title"] == "Compte Ville"
    with given.nothing_written(city):
        elsewhere = do(city, "identityProviderRevise", **{**same, "issuer": "https://voleur.example"})
        assert elsewhere["userErrors"] == refused("REQUIRED", "clientSecret")
    done(city, "identityProviderRevise", **{**same, "issuer": "https://id2.example"}, clientSecret="nouveau")
    assert Sealer(SECRET).open(city.number, "ville", kept(given, city)[1]) == "nouveau"


def test_secret_of_a_file_gives_way_to_one_of_the_page(given: Given, city: Portal) -> None:
    given.sql(
        city,
        "INSERT INTO __tenant__.identity_provider VALUES"
        " ('mairie', 'Mairie', 'GENERIC', 'https://id.example', 'parvis', 'mairie', '{openid}', '{}', '{}', true, now())",
    )
    assert [one["hasSecret"] for one in listed(city)] == [True]
    row = {"slug": "mairie", "title": "Mairie", "issuer": "https://id.example", "client": "parvis"}
    done(city, "identityProviderRevise", **row)
    assert kept(given, city, "mairie") == ("mairie", None)
    done(city, "identityProviderRevise", **row, clientSecret="de la page")
    assert kept(given, city, "mairie")[0] == ""


def test_providers_are_switched_ordered_and_removed(given: Given, city: Portal) -> None:
    for slug in ("b", "a", "c"):
        done(city, "identityProviderAdd", **{**NEW, "slug": slug, "title": f"Compte {slug}"})
    assert [one["slug"] for one in listed(city)] == ["b", "a", "c"]
    done(city, "identityProvidersOrder", slugs=["c", "b", "a"])
    done(city, "identityProviderSwitch", slug="a", isEnabled=True)
    done(city, "identityProviderSwitch", slug="c", isEnabled=True)
    page = Browser(city.client, city.host).get("/auth/sign-in").text
    assert page.index("Compte c") < page.index("Compte a") and "Compte b" not in page
    done(city, "identityProviderSwitch", slug="c", isEnabled=False)
    done(city, "identityProviderRemove", slug="a")
    assert "Compte" not in Browser(city.client, city.host).get("/auth/sign-in").text
    assert [one["slug"] for one in listed(city)] == ["c", "b"]
    with given.nothing_written(city):
        for slugs in (["c"], ["c", "c"], ["c", "b", "a"]):
            assert do(city, "identityProvidersOrder", slugs=slugs)["userErrors"] == refused("BAD_INPUT", "slugs")
        for mutation, fields in (("identityProviderRemove", {}), ("identityProviderSwitch", {"isEnabled": True})):
            assert do(city, mutation, slug="a", **fields)["userErrors"] == refused("NOT_FOUND", "slug")


def test_provider_without_a_secret_is_not_switched_on(given: Given, city: Portal) -> None:
    given.sql(
        city,
        "INSERT INTO __tenant__.identity_provider VALUES"
        " ('nu', 'Nu', 'GENERIC', 'https://id.example', 'parvis', '', '{openid}', '{}', '{}', false, now())",
    )
    with given.nothing_written(city):
        refused_ = do(city, "identityProviderSwitch", slug="nu", isEnabled=True)["userErrors"]
        assert refused_ == refused("REQUIRED", "clientSecret")
    done(city, "identityProviderSwitch", slug="nu", isEnabled=False)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        *(({"issuer": url}, "BAD_ISSUER", "issuer") for url in (
            "http://id.ville.example", "https://10.0.0.1/realm", "https://127.0.0.1", "https://[::1]/", "https://169.254.169.254",
            "https://2130706433/", "https://localhost", "https://a@id.example", "https://id.example?x=1", "https://id.example:0",
            "https://ïd.example", "https://id.example:x",
        )),
        ({"preset": "FRANCECONNECT"}, "BAD_ISSUER", "issuer"),
        ({"preset": "FRANCECONNECT", "issuer": "https://evilfranceconnect.gouv.fr"}, "BAD_ISSUER", "issuer"),
        ({"slug": "Ville"}, "BAD_INPUT", "slug"),
        ({"clientSecret": " "}, "REQUIRED", "clientSecret"),
        ({"clientSecret": "a" * 1_001}, "TOO_LONG", "clientSecret"),
        ({"client": ""}, "TOO_SHORT", "client"),
        ({"title": "a" * 61}, "TOO_LONG", "title"),
    ],
)  # fmt: skip
def test_provider_that_could_not_serve_is_refused(
    given: Given, city: Portal, changes: dict[str, str], code: str, field: str
) -> None:
    with given.nothing_written(city):
        assert do(city, "identityProviderAdd", **{**NEW, **changes})["userErrors"] == refused(code, field)


def test_short_names_are_once_and_so_many_at_most(given: Given, city: Portal) -> None:
    for number in range(MAX_PROVIDERS):
        done(city, "identityProviderAdd", **{**NEW, "slug": f"n{number}"})
    with given.nothing_written(city):
        assert do(city, "identityProviderAdd", **{**NEW, "slug": "n0"})["userErrors"] == refused("NAME_TAKEN", "slug")
        assert do(city, "identityProviderAdd", **NEW)["userErrors"] == refused("LIMIT_REACHED", "slug")


def test_only_administrators_are_told(given: Given, city: Portal) -> None:
    done(city, "identityProviderAdd", **NEW)
    for who in (replace(city, token=None), given.actor(city), given.actor(city, role="MODERATOR")):
        assert listed(who) == []


# The page -------------------------------------------------------------------------------------------------------------


def test_page_adds_keeps_what_was_typed_and_never_shows_the_secret(given: Given, rennes: Portal) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    form = {"form": "Add", **NEW, "slug": "page", "title": "Compte page"}
    again = browser.submit(PATH, {**form, "issuer": "http://id.ville.example"})
    assert again.status_code == 422 and 'value="Compte page"' in again.text and "9d1c" not in again.text
    assert browser.submit(PATH, form).status_code == 303
    try:
        page = browser.get(PATH).text
        assert "Compte page" in page and "9d1c" not in page and "/auth/oidc/page/callback" in page
        assert browser.submit(PATH, {"form": "Switch", "slug": "page", "isEnabled": "true"}).status_code == 303
        assert "Compte page" in Browser(rennes.client, rennes.host).get("/auth/sign-in").text
    finally:
        assert browser.submit(PATH, {"form": "Remove", "slug": "page"}).status_code == 303
    assert "Compte page" not in browser.get(PATH).text


def tried(given: Given, portal: Portal, browser: Browser, issuer: str) -> str:
    """What the page says after the trial of a provider with this issuer."""
    insert = (
        "INSERT INTO __tenant__.identity_provider (slug, title, preset, issuer, client_id, secret_name, scopes, acr_values,"
        " claims, is_enabled, created_at) VALUES ('essai', 'Essai', 'GENERIC', %s, 'p', '', '{}', '{}', '{}', false, now())"
    )
    given.sql(portal, insert, issuer)
    try:
        answer = browser.submit("/auth/provider/trial", {"slug": "essai"})
        assert answer.status_code == 303
        return browser.get(answer.headers["location"].partition("#")[0]).text
    finally:
        given.sql(portal, "DELETE FROM __tenant__.identity_provider WHERE slug = 'essai'")


def test_trial_never_calls_a_private_address(given: Given, rennes: Portal) -> None:
    asked: list[str] = []
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    with site({}, asked) as url:
        for issuer in (url, url.replace("http://", "https://"), "https://localhost:1"):
            assert "n’est pas sur l’internet public" in tried(given, rennes, browser, issuer)
    assert asked == []


def test_trial_is_for_administrators_and_pages_of_the_portal(rennes: Portal) -> None:
    for role in ("MEMBER", "MODERATOR"):
        browser = signed_in(Browser(rennes.client, rennes.host), role)
        assert browser.submit("/auth/provider/trial", {"slug": "essai"}).status_code == 404
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    assert browser.submit("/auth/provider/trial", {"slug": "nul"}).status_code == 404
    elsewhere = browser.submit("/auth/provider/trial", {"slug": "nul"}, origin="https://ailleurs.example")
    assert elsewhere.status_code == 403


def test_new_one_is_last_after_a_removal(given: Given, city: Portal) -> None:
    for slug in ("b", "z"):
        done(city, "identityProviderAdd", **NEW | {"slug": slug})
    done(city, "identityProviderRemove", slug="b")
    done(city, "identityProviderAdd", **NEW | {"slug": "a"})
    assert [one["slug"] for one in listed(city)] == ["z", "a"]
