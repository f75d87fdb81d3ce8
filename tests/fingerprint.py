"""Fingerprint: what each table of a tenant's holds, asked in one statement: tests compare many tables, often."""

from uuid import UUID

from database import naming
from models.base import tenant_metadata

LASTING = {"tally_delta": f" WHERE vote_id <> '{UUID(int=0)}'"}
"""Placeholders of nobody's votes come and go with the job that folds."""

PRINT = (
    "SELECT '__tenant__.{name}', count(*), sum(hashtextextended(t::text, 0)::numeric)::text"
    " FROM __tenant__.{name} t{lasting}"
)


def of(*numbers: int) -> str:
    """The statement that gives each table of some tenants with the number of its rows and a sum of their hashes."""
    names = [table.name for table in tenant_metadata.sorted_tables]
    each = " UNION ALL ".join(PRINT.format(name=name, lasting=LASTING.get(name, "")) for name in names)
    return " UNION ALL ".join(naming.qualify(each, number) for number in numbers) + " ORDER BY 1"
