"""Scripts: the files of migrations in their order, and whether a database has seen them all.

It is apart from what runs them, so that a command that has nothing to migrate starts without what that needs.
"""

import hashlib
import importlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, cast

HERE = "t.database = (SELECT r.database FROM platform.registry r)"
"""Whether the tenant of a row `t` of the registry has its schema in this cluster."""

Step = Callable[[Any, str], Awaitable[None]]
"""What a Python file does over a connection, in one transaction, to the schema of that name."""

TALLY = (
    "SELECT m.schema_name = 'platform', m.name, m.checksum, count(*),"  # noqa: S608  # a constant of ours
    f" (SELECT count(*) FROM platform.tenant t WHERE {HERE}), min(m.schema_name)"
    f" FROM platform.migration m LEFT JOIN platform.tenant t ON m.schema_name = 't_' || t.number AND {HERE}"
    " WHERE m.schema_name = 'platform' OR t.number IS NOT NULL GROUP BY 1, 2, 3"
)
"""Whether it is of the platform, name, checksum, in how many schemas, of how many tenants, and one such schema."""

STRANGE = (
    "SELECT count(*) FROM pg_namespace n WHERE n.nspowner <>"  # noqa: S608  # a constant of ours
    " (SELECT oid FROM pg_roles WHERE rolname = 'parvis_owner') AND (n.nspname = 'platform'"
    f" OR EXISTS (SELECT FROM platform.tenant t WHERE n.nspname = 't_' || t.number AND {HERE}))"
)
"""How many of our schemas are not the owner's, and so not behind the wall yet."""

Tally = tuple[object, ...]
_Row = tuple[bool, str, str | None, int, int, str]


class EditedMigrationError(Exception):
    """A migration is not what it was when it was applied; the message says which, for a person."""


@dataclass(frozen=True, slots=True)
class Script:
    """One migration file: `0001_start`, and its statements; of a Python file the module with its step."""

    name: str
    statements: tuple[str, ...]
    module: str | None = None

    @property
    def checksum(self) -> str:
        """Of its statements: comments may change, and so may what a Python step calls."""
        return hashlib.sha256("\0".join(self.statements).encode()).hexdigest()

    def step(self) -> Step | None:
        """The step of a Python file, which is loaded now; None for SQL."""
        return None if self.module is None else cast(Step, importlib.import_module(self.module).run)


def scripts(family: str) -> list[Script]:
    """The migrations of `platform` or `tenant`, in their order."""
    folder = resources.files("models").joinpath("migration", family)
    files = sorted((file for file in folder.iterdir() if file.name[:4].isdigit()), key=lambda file: file.name)
    return [
        Script(name, (), f"models.migration.{family}.{name}")
        if kind == "py"
        else Script(name, statements(file.read_text("utf-8")))
        for file in files
        for name, _, kind in [file.name.partition(".")]
    ]


def statements(text: str) -> tuple[str, ...]:
    """One statement at a time, as a distributed engine wants its DDL; a statement ends with `;` at a line's end."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return tuple(part.strip() for part in lines.split(";\n") if part.strip())


def is_complete(tally: Sequence[Tally], platform: Sequence[Script], tenant: Sequence[Script]) -> bool:
    """Whether the rows of TALLY say that each schema has seen each of its scripts, as it is now.

    Raises EditedMigrationError for one that is not what it was when it was applied.
    """
    wanted = {(True, script.name): script.checksum for script in platform}
    wanted |= {(False, script.name): script.checksum for script in tenant}
    complete = set()
    for is_platform, name, checksum, schemas, tenants, schema in cast(Iterable[_Row], tally):
        expected = wanted.get((is_platform, name))
        if expected == checksum and schemas == (1 if is_platform else tenants):
            complete.add((is_platform, name))
        elif expected not in (None, checksum) and checksum is not None:
            raise EditedMigrationError(
                f"the migration {name} of {schema} was edited after it was applied: bring it back as it was, and write"
                " a new one for what is to change"
            )
    has_tenants = any(tenants for *_, tenants, _ in cast(Iterable[_Row], tally))
    return complete >= {key for key in wanted if key[0] or has_tenants}
