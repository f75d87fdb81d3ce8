"""The command for auditors: a tenant's journal is recomputed and compared with what it was sealed with."""

import click

from database.door import Database
from jobs import audit
from jobs.audit import TreeRoot
from models.seal import EMPTY_ROOT
from server.command.example import examples
from server.command.run import run, tenant_of


class HeadType(click.ParamType[TreeRoot]):
    """A head as `audit verify` and the API tell it: `<size>:<root>`."""

    name = "SIZE:ROOT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> TreeRoot:
        """Read it."""
        size, _, root = value.partition(":")
        if not size.isdecimal() or len(root) != 64 or not set(root) <= set("0123456789abcdef"):
            self.fail("a head is a number of events, a colon and 64 hexadecimal digits", param, ctx)
        return TreeRoot(int(size), root)


@click.command(epilog=examples("parvis audit verify rennes", f"parvis audit verify rennes --head 0:{EMPTY_ROOT}"))
@click.argument("slug")
@click.option("--head", type=HeadType(), help="A head that somebody noted: its events must still be there.")
def verify(slug: str, head: TreeRoot | None) -> None:
    """Read a portal's whole journal; say which events were changed.

    Also which were removed or inserted; then ends with 1. Else says the journal's head.
    """

    async def act(database: Database) -> audit.Audit:
        return await audit.verify(database, (await tenant_of(database, slug)).number, head)

    found = run(act)
    if found.faults:
        raise click.ClickException("\n".join(found.faults))
    click.echo(f"{found.head.size}:{found.head.root}")
    if found.erased:
        click.echo(f"what {found.erased} of them changed was erased since", err=True)
