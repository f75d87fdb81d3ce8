"""The command line: `parvis serve`, `demo`, `migrate`, `tenant …`, `operator …`, `audit …`, `schema …` and others."""

import click

from server.command.group import Lazy, LazyGroup

TENANT = {
    "create": Lazy("server.command.tenant:create", "Create a tenant; name and centre come from the register."),
    "delete": Lazy("server.command.tenant:delete_", "Remove a tenant with all that it holds."),
    "carry-out": Lazy("server.command.tenant:carry_out", "Carry out what operators asked for on their page."),
    "demand-documents": Lazy(
        "server.command.tenant:demand_documents", "Take trusted documents alone from the public and from members."
    ),
    "export": Lazy("server.command.restore:export_", "Write everything that a tenant holds to a ZIP of JSON Lines."),
    "import": Lazy("server.command.restore:import_", "Take a tenant in from an export, under a new number."),
    "invite": Lazy("server.command.invite:invite", "Invite somebody, and print the link."),
    "list": Lazy("server.command.roster:list_", "List all tenants with their state and hosts."),
    "move": Lazy("server.command.tenant_move:move", "Move a tenant to another cluster."),
    "restore": Lazy("server.command.restore:restore_", "Put a tenant back as it was when it was exported."),
    "suspend": Lazy("server.command.tenant:suspend", "Stop serving a tenant; its data stay."),
    "switch": Lazy("server.command.tenant:switch", "Switch features on and off; servers follow within a second."),
    "verify": Lazy("server.command.restore:verify", "Read an export whole, and compare it with its manifest."),
    "zones": Lazy("server.command.zone:zones", "Make the polygons of a GeoJSON file the tenant's zones."),
}
COLLECTIVITES = {
    "import": Lazy("server.command.collectivites:import_", "Fill what the register lacks from the State's file.")
}
AUDIT = {"verify": Lazy("server.command.audit:verify", "Read a portal's whole journal; say which events were changed.")}
IMPORT = {
    "list": Lazy("server.command.imports:list_", "List a portal's last imports."),
    "run": Lazy("server.command.imports:run_", "Try a file of another system, and import it."),
    "undo": Lazy("server.command.imports:undo", "Take back what an import made."),
}
SCHEMA = {
    "compare": Lazy(
        "server.command.schema:compare", "Name what a contract breaks of an older one; fail where it does."
    ),
    "export": Lazy("server.command.schema:export_", "Write the contract as SDL."),
    "tables": Lazy("server.command.schema:tables", "Write the table schemas of open data."),
}
ZONE = {
    "list": Lazy("server.command.zone_move:list_", "List the moves of zones, the newest first."),
    "move": Lazy(
        "server.command.zone_move:move", "Move a zone's contributions to another portal, with the consent of both."
    ),
    "revert": Lazy("server.command.zone_move:revert", "Move everything back, with what was said of it since."),
    "settle": Lazy(
        "server.command.zone_move:settle", "Forget who was who on the two portals: the move can be taken back no more."
    ),
}
MAIN = {
    "audit": Lazy("server.command.main:audit", "The journal of what happened at a portal."),
    "backup": Lazy("server.command.backup:backup", "Copy all data of the embedded PostgreSQL while it runs."),
    "collectivites": Lazy("server.command.main:collectivites", "The register of collectivités."),
    "demo": Lazy("server.command.demo:demo", "Serve sixteen demonstration portals, filled at the first start."),
    "import": Lazy("server.command.main:import_", "Files of other systems (Decidim, Cap Collectif, Pabulib, tables)."),
    "migrate": Lazy("server.command.migrate:migrate", "Bring the platform's and every tenant's schema up to date."),
    "operator": Lazy("server.command.operator:operator", "Operators of the platform."),
    "provider": Lazy(
        "server.command.provider:provider", "Identity providers (OpenID Connect), by which people sign in at a tenant."
    ),
    "restore": Lazy("server.command.backup:restore", "Put such a copy back where there are no data yet."),
    "schema": Lazy("server.command.main:schema", "The GraphQL contract, and the schemas of open data."),
    "serve": Lazy("server.command.serve:serve", "Bring the database up to date and serve the API."),
    "upgrade": Lazy("server.command.upgrade:upgrade", "Bring the embedded PostgreSQL's data to another major version."),
    "tenant": Lazy("server.command.main:tenant", "Create, list, suspend, export and delete tenants."),
    "zone": Lazy("server.command.main:zone", "Moves of zones into portals of their own."),
}


@click.group(
    cls=LazyGroup, lazy=MAIN, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def main() -> None:
    """Parvis: the platform API of French collectivités."""


@click.group(cls=LazyGroup, lazy=TENANT)
def tenant() -> None:
    """Create, list, suspend, export and delete tenants, and draw their zones."""


@click.group(cls=LazyGroup, lazy=AUDIT)
def audit() -> None:
    """The journal of what happened at a portal."""


@click.group(cls=LazyGroup, lazy=COLLECTIVITES)
def collectivites() -> None:
    """The register of collectivités."""


@click.group("import", cls=LazyGroup, lazy=IMPORT)
def import_() -> None:
    """Files of other systems (Decidim, Cap Collectif, Pabulib, tables). They become contributions."""


@click.group(cls=LazyGroup, lazy=SCHEMA)
def schema() -> None:
    """The GraphQL contract, and the schemas of open data."""


@click.group(cls=LazyGroup, lazy=ZONE)
def zone() -> None:
    """Moves of zones into portals of their own."""
