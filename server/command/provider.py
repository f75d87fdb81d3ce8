"""Commands for identity providers: the ways in which people sign in at a tenant."""

import re
from urllib.parse import urlsplit

import click

import auth.provider
from auth.outbound import Outbound, OutboundError
from auth.provider import RULES, STANDARD_CLAIMS, Provider
from database.door import Database
from models.identity_provider import Preset, is_own_issuer
from server import settings
from server.command.example import examples
from server.command.listing import show
from server.command.run import run, tenant_of
from server.settings import SECRET_NAME

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@click.group()
def provider() -> None:
    """Identity providers (OpenID Connect), by which people sign in at a tenant."""


@provider.command(
    epilog=examples(
        "parvis provider add rennes franceconnect --preset franceconnect"
        " --issuer https://oidc.franceconnect.example/api/v2 --client-id abc --secret-name franceconnect",
        "parvis provider add rennes mairie --issuer https://id.rennes.example --client-id parvis"
        " --secret-name mairie --title 'Compte Rennes'",
    )
)
@click.argument("tenant")
@click.argument("slug")
@click.option("--issuer", required=True, help="The provider's name of itself, an address with https.")
@click.option("--client-id", required=True, help="The tenant's name at the provider.")
@click.option("--secret-name", required=True, help="The file in PARVIS_SECRETS_DIR with the client's secret.")
@click.option(
    "--preset",
    type=click.Choice([preset.value.lower() for preset in Preset], case_sensitive=False),
    default="generic",
    show_default=True,
    help="Whose rules it follows.",
)
@click.option("--title", help="What people read; by default the preset's name.")
@click.option("--scope", "scopes", multiple=True, help="What is asked for; by default openid and email.")
@click.option("--acr", "acr_values", multiple=True, help="A level of assurance that is enough; may be repeated.")
@click.option(
    "--claim", "claims", multiple=True, help="Which claim is our email, email_verified or name: name=given_name."
)
@click.option("--disabled", is_flag=True, help="Write it down, and let nobody in by it.")
def add(
    tenant: str,
    slug: str,
    issuer: str,
    client_id: str,
    secret_name: str,
    preset: str,
    title: str | None,
    scopes: tuple[str, ...],
    acr_values: tuple[str, ...],
    claims: tuple[str, ...],
    disabled: bool,
) -> None:
    """Add a provider, or write the one with the same slug anew. The callback to register there is printed."""
    kind = Preset(preset.upper())
    rules = RULES[kind]
    _check(slug, issuer, secret_name, kind)
    wanted = Provider(
        slug,
        title or rules.title,
        kind,
        issuer,
        client_id,
        secret_name,
        scopes or rules.scopes,
        acr_values or rules.acr_values,
        {**STANDARD_CLAIMS, **_mapping(claims)},
        not disabled,
    )

    async def act(database: Database) -> tuple[bool, tuple[str, ...]]:
        record = await tenant_of(database, tenant)
        async with database.transaction(record.number) as transaction:
            return await auth.provider.put(transaction, wanted), record.hosts

    is_new, hosts = run(act)
    click.echo(f"{slug} is {'added' if is_new else 'written anew'}")
    for host in hosts:
        click.echo(f"callback: https://{host}/auth/oidc/{slug}/callback")
        click.echo(f"after signing out: https://{host}/auth/signed-out")


@provider.command("list", epilog=examples("parvis provider list rennes"))
@click.argument("tenant")
def list_(tenant: str) -> None:
    """List a tenant's providers; secrets by their names alone."""

    async def act(database: Database) -> list[Provider]:
        return await auth.provider.listed(database, (await tenant_of(database, tenant)).number)

    show(map(_line, run(act)), "no provider yet")


@provider.command(epilog=examples("parvis provider remove rennes mairie"))
@click.argument("tenant")
@click.argument("slug")
def remove(tenant: str, slug: str) -> None:
    """Remove a provider. Accounts stay, and so does what they were linked to."""

    async def act(database: Database) -> bool:
        record = await tenant_of(database, tenant)
        async with database.transaction(record.number) as transaction:
            return await auth.provider.remove(transaction, slug)

    if not run(act):
        raise click.ClickException(f"no provider {slug!r}")
    click.echo(f"{slug} is removed")


def _check(slug: str, issuer: str, secret_name: str, preset: Preset) -> None:
    """Refuse what could not work, before anything is written."""
    config = settings.read()
    if not _SLUG.fullmatch(slug):
        raise click.UsageError("a slug has 1 to 63 of a-z, 0-9 and -")
    if not SECRET_NAME.fullmatch(secret_name):
        raise click.UsageError("a secret's name has 1 to 64 of a-z, 0-9, ., _ and -")
    try:
        Outbound(allows_private=config.allows_private_urls).check(issuer)
    except OutboundError as error:
        raise click.UsageError(f"--issuer: {error}") from error
    if not (config.is_demo or is_own_issuer(preset, urlsplit(issuer).hostname or "")):
        raise click.UsageError("--issuer: FranceConnect's issuers are hosts of franceconnect.gouv.fr")
    try:
        settings.secret_of(config, secret_name)
    except KeyError:
        click.echo(f"note: there is no secret {secret_name!r} in PARVIS_SECRETS_DIR yet", err=True)


def _mapping(claims: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(claim.partition("=")[::2] for claim in claims)
    if unknown := set(pairs) - {*STANDARD_CLAIMS, "name"}:
        raise click.UsageError(f"--claim: {min(unknown)!r} is none of email, email_verified and name")
    if "" in pairs.values():
        raise click.UsageError("--claim: ours=theirs is wanted, as in name=given_name")
    return pairs


def _line(each: Provider) -> str:
    state = "ENABLED" if each.is_enabled else "DISABLED"
    return f"{each.slug:<20}  {state:<8}  {each.preset.value:<13}  {each.issuer}  secret: {each.secret_name}"
