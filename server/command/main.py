"""The command line: `parvis serve`, `demo`, `migrate`, `tenant …`, `operator …`, `collectivites …`, `schema …`."""

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
import uvicorn
from psycopg import Error as PostgresError

import register.load
import schema.root
from auth.token import DevelopmentTokens
from database.door import Database, DatabaseUnavailableError, StatementTimeoutError
from database.embedded.launcher import EmbeddedPostgresError
from demo import tenants as demo_tenants
from demo.load import actor_id, load
from models.actor import Role
from models.tenant import Feature, TenantState
from register import official
from register.name import normalise
from register.official import ImportFileError
from server import app, cluster, ending, log, settings
from server.cluster import Cluster
from server.command.invite import invite
from server.command.operator import operator
from server.command.provider import provider
from server.command.run import examples, opened, prepare, run
from server.settings import Settings, SettingsError
from tenants import document, export, provisioning, zone
from tenants.provisioning import NewTenant, ProvisioningError
from tenants.zone import ZoneFileError

GRACE_S = 10
"""How long answers under way may take when the server is asked to stop."""

NOT_PERMITTED = "42501"
"""The SQLSTATE of what this login may not do."""

FEATURE = click.Choice([feature.value.lower() for feature in Feature], case_sensitive=False)


class Parvis(click.Group):
    """Says what is wrong in one sentence, without a stack trace."""

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(context)
        except (SettingsError, EmbeddedPostgresError, ProvisioningError, ImportFileError, ZoneFileError) as error:
            raise click.ClickException(str(error)) from error
        except DatabaseUnavailableError as error:
            raise click.ClickException(
                "the database does not answer; is DATABASE_URL right and the cluster up?"
            ) from error
        except StatementTimeoutError as error:
            raise click.ClickException("the database is busy with a change of the same rows; try again") from error
        except PostgresError as error:
            hint = "; DATABASE_ADMIN_URL names a login that may" if error.sqlstate == NOT_PERMITTED else ""
            raise click.ClickException(f"the database refused: {error.diag.message_primary or error}{hint}") from error
        except FileExistsError as error:
            raise click.ClickException(f"{error.filename} is there already") from error
        except BrokenPipeError:
            raise  # Whoever reads has enough: click ends quietly.
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'the system refused'}: {error.strerror}") from error


@click.group(cls=Parvis, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Parvis: the platform API of French collectivités."""


@main.command(
    epilog=examples(
        "parvis serve",
        "PARVIS_DEMO=1 parvis serve --port 8000",
        "DATABASE_URL=postgresql://… parvis serve --host 0.0.0.0",
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Bring the database up to date and serve the API."""
    config = settings.read()
    _check_address(host, port)
    log.configure(config.log_format)
    with cluster.own(config) as reached:
        asyncio.run(prepare(reached))
        _serve(config, reached, host, port)


@main.command(epilog=examples("parvis demo", "parvis demo --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--load-only", is_flag=True, help="Write the demonstration data and the tokens, then stop.")
def demo(host: str, port: int, load_only: bool) -> None:
    """Serve sixteen demonstration portals, filled at the first start, and print tokens of a few actors.

    Needs PARVIS_DEMO=1, which also lets development tokens in. Never set it on a server that others reach.
    """
    config = settings.read()
    if not config.is_demo:
        raise click.ClickException("the demonstration wants PARVIS_DEMO=1, which accepts development tokens")
    if not load_only:
        _check_address(host, port)
    log.configure(config.log_format)
    with cluster.own(config) as reached:
        asyncio.run(prepare(reached))
        asyncio.run(opened(reached, _fill))
        _print_tokens(config, asyncio.run(opened(reached, _numbers)), port)
        if not load_only:
            click.echo(f"\nParvis is at http://localhost:{port}  (stop with Ctrl-C)\n", err=True)
            _serve(config, reached, host, port)


@main.command(epilog=examples("parvis migrate"))
def migrate() -> None:
    """Bring the platform's and every tenant's schema up to date, and load the register at the first time."""
    with cluster.shared(settings.read()) as reached:
        applied = asyncio.run(prepare(reached))
        click.echo(f"{applied} migrations applied")


@main.group()
def tenant() -> None:
    """Create, list, suspend, export and delete tenants, and draw their zones."""


@tenant.command(
    epilog=examples(
        "parvis tenant create --insee 35238 --host fabriquecitoyenne.rennes.fr",
        "parvis tenant create --siren 244500468 --slug orleans --host entraide.orleans-metropole.fr",
        "parvis tenant create --collectivite departement-79 --slug deux-sevres --host monmarchelocal.deux-sevres.fr",
    )
)
@click.option("--insee", help="The commune's INSEE code.")
@click.option("--siren", help="The EPCI's SIREN number.")
@click.option("--collectivite", "collectivite_id", help="A register id, for example departement-79 or province-90000.")
@click.option("--host", "hosts", multiple=True, required=True, help="A host name of the portal; may be repeated.")
@click.option("--slug", help="The short name; made from the collectivité's name by default.")
@click.option("--title", help="The portal's title; the collectivité's name by default.")
@click.option(
    "--origin", "origins", multiple=True, help="Another site whose pages may call the API, https://…; may be repeated."
)
@click.option("--primary-color", default=provisioning.DEFAULT_PRIMARY_COLOR, show_default=True, help="#rrggbb.")
@click.option("--secondary-color", default=provisioning.DEFAULT_SECONDARY_COLOR, show_default=True, help="#rrggbb.")
@click.option("--feature", "features", multiple=True, help="A feature to switch on; all by default; may be repeated.")
def create(
    insee: str | None,
    siren: str | None,
    collectivite_id: str | None,
    hosts: Sequence[str],
    slug: str | None,
    title: str | None,
    origins: Sequence[str],
    primary_color: str,
    secondary_color: str,
    features: Sequence[str],
) -> None:
    """Create a tenant; name and centre come from the register. The same command again changes nothing."""
    if sum(value is not None for value in (insee, siren, collectivite_id)) != 1:
        raise click.UsageError("give exactly one of --insee, --siren and --collectivite")

    async def act(database: Database) -> str:
        found = await register.load.find(database, insee=insee, siren=siren, id_=collectivite_id)
        if found is None:
            raise ProvisioningError("the register has no such collectivité")
        register_id, name = found
        new = NewTenant(
            register_id,
            slug or normalise(name).replace(" ", "-"),
            tuple(host.lower() for host in hosts),
            title,
            primary_color=primary_color,
            secondary_color=secondary_color,
            origins=tuple(origins),
            features=tuple(features) or provisioning.ALL_FEATURES,
        )
        number, is_new = await provisioning.create(database, new)
        return f"tenant {number} ({new.slug}) {'created' if is_new else 'was there already'}: {', '.join(new.hosts)}"

    click.echo(run(act))


@tenant.command("list", epilog=examples("parvis tenant list"))
def list_() -> None:
    """List all tenants with their state and hosts."""
    for number, slug, state, title, hosts in run(provisioning.listed):
        click.echo(f"{number:>5}  {state:<9}  {slug:<20}  {title}  ({', '.join(hosts)})")


@tenant.command(epilog=examples("parvis tenant switch rennes --on petition --off debate"))
@click.argument("slug")
@click.option("--on", multiple=True, type=FEATURE, help="A feature to switch on; may be repeated.")
@click.option("--off", multiple=True, type=FEATURE, help="A feature to switch off; may be repeated.")
def switch(slug: str, on: Sequence[str], off: Sequence[str]) -> None:
    """Switch features on and off; servers follow within a second, data stay."""
    wanted, unwanted = ([Feature(name.upper()) for name in names] for names in (on, off))
    features = run(lambda database: provisioning.switch(database, slug, wanted, unwanted))
    click.echo(f"{slug}: {', '.join(feature.value.lower() for feature in features) or 'nothing'}")


@tenant.command(epilog=examples("parvis tenant suspend rennes", "parvis tenant suspend rennes --resume"))
@click.argument("slug")
@click.option("--resume", is_flag=True, help="Take it up again.")
def suspend(slug: str, resume: bool) -> None:
    """Stop serving a tenant; its data stay."""
    state = TenantState.ACTIVE if resume else TenantState.SUSPENDED
    run(lambda database: provisioning.set_state(database, slug, state))
    click.echo(f"{slug} is {state.value.lower()}")


@tenant.command(
    "delete", epilog=examples("parvis tenant export rennes rennes.zip", "parvis tenant delete rennes --yes rennes")
)
@click.argument("slug")
@click.option("--yes", "confirmed", required=True, help="The slug once more: everything the tenant holds is removed.")
def delete_(slug: str, confirmed: str) -> None:
    """Remove a tenant with all that it holds. Export it before."""
    if slug != confirmed:
        raise click.UsageError("--yes wants the same slug")
    run(lambda database: provisioning.delete(database, slug))
    click.echo(f"{slug} is deleted")


@tenant.command(epilog=examples("parvis tenant zones paris quartiers.geojson --name-property l_qu"))
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name-property", default="name", show_default=True, help="The features' property that names a zone.")
def zones(slug: str, file: Path, name_property: str) -> None:
    """Make the polygons of a GeoJSON file the tenant's zones, and give each contribution its zone."""
    found = zone.read(file, name_property)
    changed = run(lambda database: zone.replace(database, slug, found))
    click.echo(f"{len(found)} zones, {changed} contributions have another zone than before")


@tenant.command(
    epilog=examples("parvis tenant demand-documents rennes", "parvis tenant demand-documents rennes --no-more")
)
@click.argument("slug")
@click.option("--no-more", is_flag=True, help="Take any document again.")
def demand_documents(slug: str, no_more: bool) -> None:
    """Take trusted documents alone from the public and from members; moderators may still send any."""
    run(lambda database: document.demand(database, slug, is_demanded=not no_more))
    click.echo(f"{slug} takes {'any document' if no_more else 'trusted documents alone'}")


@tenant.command("export", epilog=examples("parvis tenant export rennes rennes.zip"))
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_(slug: str, file: Path) -> None:
    """Write everything that a tenant holds to a ZIP of JSON Lines."""
    counts = run(lambda database: export.export(database, slug, file))
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables written to {file}")


main.add_command(operator)
main.add_command(provider)
tenant.add_command(invite)


@main.group()
def collectivites() -> None:
    """The register of collectivités."""


@collectivites.command("import", epilog=examples("parvis collectivites import communes.json"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Fill what the register lacks from the State's file: communes of geo.api.gouv.fr with `centre`, or Etalab's."""
    records = official.read(file)
    added, completed = run(lambda database: register.load.fill(database, records))
    click.echo(f"{len(records)} read, {added} added, {completed} completed")


@main.group("schema")
def schema_() -> None:
    """The GraphQL contract."""


@schema_.command("export", epilog=examples("parvis schema export", "parvis schema export schema/schema.graphql"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def schema_export(file: Path | None) -> None:
    """Write the contract as SDL to a file, or to standard output."""
    if file is None:
        click.echo(schema.root.sdl(), nl=False)
    else:
        file.write_text(schema.root.sdl(), "utf-8")


async def _fill(database: Database) -> None:
    """Write the demonstration, with a progress bar where there is something to write."""
    stories = demo_tenants()
    if {story.slug for story in stories} <= {slug for _, slug, *_ in await provisioning.listed(database)}:
        return
    total = sum(len(story.contributions) for story in stories)
    with click.progressbar(length=total, label="Writing the demonstration", file=sys.stderr) as bar:
        await load(database, stories, bar.update)


async def _numbers(database: Database) -> dict[str, int]:
    return {slug: number for number, slug, *_ in await provisioning.listed(database)}


def _print_tokens(config: Settings, numbers: dict[str, int], port: int) -> None:
    """Tokens of one actor of each role on the first portals, to paste into GraphiQL's headers."""
    tokens = DevelopmentTokens(config.secret)
    for story in demo_tenants()[:2]:
        click.echo(f"\nTokens of {story.title} (http://{story.slug}.localhost:{port}), good for 30 days:", err=True)
        for role in Role:
            actor = next(found for found in story.actors if found.role == role.value)
            token = tokens.make(numbers[story.slug], actor_id(story.slug, actor.key), role)
            click.echo(f"  {role.value:<9} {actor.name:<24} Authorization: Bearer {token}", err=True)


def _check_address(host: str, port: int) -> None:
    """Say that a port is taken before anything is started; uvicorn would only find it at the end."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As uvicorn does.
            probe.bind((host, port))
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}, port {port}: {error.strerror}") from error


def _serve(config: Settings, reached: Cluster, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; either way the answers under way are finished and the cluster is stopped."""
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    database = reached.database(config.connections)
    with suppress(KeyboardInterrupt):
        configured = uvicorn.Config(
            app.build(config, database),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            ws="none",
        )
        ending.EndingServer(configured).run()
