"""Identity providers are rows that commands write; a client's secret is a file that only its name leads to."""

from pathlib import Path

import pytest
from click.testing import Result

from server import settings
from tests.command import Run, refusal, runner
from tests.own import Own

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
    add(run, "--preset", preset, slug=preset)
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
