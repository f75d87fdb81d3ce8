"""The command that invites a tenant's first administrator, or anybody else."""

import click

import office.invitation
from auth import email_address
from auth.email_address import AddressError
from auth.invitation import InvitationLinks
from database.door import Database
from mail import letter
from models.actor import Role
from server import listener, settings
from server.command.example import examples
from server.command.run import run, tenant_of
from tenants import work


@click.command(epilog=examples("parvis tenant invite rennes maire@rennes.example --role admin"))
@click.argument("slug")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value.lower() for role in Role], case_sensitive=False),
    default="admin",
    show_default=True,
    help="What whoever accepts may do.",
)
def invite(slug: str, email: str, role: str) -> None:
    """Invite somebody, and print the link: it signs in once, within seven days. Servers that send mail mail it, too."""
    config = settings.read()
    try:
        address = email_address.canonical(email)
    except AddressError as error:
        raise click.UsageError(f"{email!r}: {error}") from error

    async def act(database: Database) -> str:
        tenant = await tenant_of(database, slug)
        async with database.transaction(tenant.number) as transaction:
            id_ = await office.invitation.write(transaction, address, Role(role.upper()), None)
        await work.note(database, [tenant.number])
        token = InvitationLinks(config.secret).make(tenant.number, id_)
        port = listener.noted_port(config.data) or letter.LOCAL_PORT
        return f"{letter.base(tenant, is_demo=config.is_demo, port=port)}/auth/invitation?token={token}"

    click.echo(run(act))
