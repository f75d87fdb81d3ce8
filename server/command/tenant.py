"""Commands for tenants: created, switched, suspended and deleted."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import click

import register.load
from database.door import Database
from models.tenant import Feature, TenantState
from register.name import normalise
from server.command.example import examples
from server.command.run import advise, run
from tenants import document, host_name, placement, provisioning
from tenants.directory import ProvisioningError
from tenants.host_name import HostNameError
from tenants.provisioning import NewTenant

FEATURE = click.Choice([feature.value.lower() for feature in Feature], case_sensitive=False)


@click.command(
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
        collectivite = await register.load.find(database, insee=insee, siren=siren, id_=collectivite_id)
        if collectivite is None:
            raise ProvisioningError("the register has no such collectivité")
        register_id, name = collectivite
        new = NewTenant(
            register_id,
            slug or normalise(name).replace(" ", "-"),
            tuple(map(_ascii(host_name.ascii_form, "--host"), hosts)),
            title,
            primary_color=primary_color,
            secondary_color=secondary_color,
            origins=tuple(map(_ascii(host_name.ascii_origin, "--origin"), origins)),
            features=tuple(features) or provisioning.ALL_FEATURES,
        )
        number, is_new = await provisioning.create(database, new)
        await advise(database)
        return f"tenant {number} ({new.slug}) {'created' if is_new else 'was there already'}: {', '.join(new.hosts)}"

    click.echo(run(act))


@click.command(epilog=examples("parvis tenant switch rennes --on petition --off debate"))
@click.argument("slug")
@click.option("--on", multiple=True, type=FEATURE, help="A feature to switch on; may be repeated.")
@click.option("--off", multiple=True, type=FEATURE, help="A feature to switch off; may be repeated.")
def switch(slug: str, on: Sequence[str], off: Sequence[str]) -> None:
    """Switch features on and off; servers follow within a second, data stay."""
    if both := {name.lower() for name in on} & {name.lower() for name in off}:
        raise click.UsageError(f"{min(both)} is in --on and in --off: give it once")
    wanted, unwanted = ([Feature(name.upper()) for name in names] for names in (on, off))
    features = run(lambda database: provisioning.switch(database, slug, wanted, unwanted))
    click.echo(f"{slug}: {', '.join(feature.value.lower() for feature in features) or 'nothing'}")


@click.command(epilog=examples("parvis tenant suspend rennes", "parvis tenant suspend rennes --resume"))
@click.argument("slug")
@click.option("--resume", is_flag=True, help="Take it up again.")
def suspend(slug: str, resume: bool) -> None:
    """Stop serving a tenant; its data stay."""
    state = TenantState.ACTIVE if resume else TenantState.SUSPENDED
    run(lambda database: provisioning.set_state(database, slug, state))
    click.echo(f"{slug} is {state.value.lower()}")


@click.command("carry-out", epilog=examples("parvis tenant carry-out"))
def carry_out() -> None:
    """Carry out what operators asked for on their page, and check the names that administrators asked for, where
    servers themselves may not."""
    from jobs import host_request, wish  # They load the jobs' rooms, which other commands start without.
    from server import settings
    from tenants.dns_record import Resolver

    held = settings.read()
    preview = urlsplit(held.preview_origin or "").hostname
    reserved = [name for name in (held.operator_host, preview) if name]
    run(placement.keep)
    count = run(wish.carry_out)
    click.echo(f"{count} wish{'' if count == 1 else 'es'} settled")
    if held.host_target is None:
        click.echo("no host name checked: set PARVIS_HOST_TARGET to where names have to lead")
        return
    hosts = run(lambda database: host_request.check(database, Resolver(), held.host_target, reserved))
    click.echo(f"{hosts} host name{'' if hosts == 1 else 's'} checked")


@click.command(
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


@click.command(
    epilog=examples("parvis tenant demand-documents rennes", "parvis tenant demand-documents rennes --no-more")
)
@click.argument("slug")
@click.option("--no-more", is_flag=True, help="Take any document again.")
def demand_documents(slug: str, no_more: bool) -> None:
    """Take trusted documents alone from the public and from members; moderators may still send any."""
    run(lambda database: document.demand(database, slug, is_demanded=not no_more))
    click.echo(f"{slug} takes {'any document' if no_more else 'trusted documents alone'}")


def _ascii(form: Callable[[str], str], option: str) -> Callable[[str], str]:
    """`form`, which says with which option a name cannot be one."""

    def checked(given: str) -> str:
        try:
            return form(given)
        except HostNameError as error:
            raise ProvisioningError(f"{option} {given!r}: {error}") from error

    return checked
