"""Trusted documents as requests find them, and whether a tenant takes no others."""

import re
import sys
from uuid import UUID

from sqlalchemy import Text, bindparam, or_, select
from sqlalchemy.types import Uuid

from database.door import Database
from database.kept import Kept
from database.recent import RecentlyRead
from models import widget
from models.base import table
from models.trusted_document import TrustedDocument
from tenants import directory

MAX_BYTES = 8 * 1024 * 1024
"""Of documents in memory; who finds one gone reads it again."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_document = table(TrustedDocument)
FIND = (
    select(_document.c.document)
    .where(
        _document.c.digest == bindparam("digest", type_=Text()),
        or_(_document.c.widget_id.is_(None), _document.c.widget_id == bindparam("widget", type_=Uuid())),
    )
    .limit(1)
)

Key = tuple[int, str, UUID | None]


class TrustedDocuments:
    """The documents of all tenants, the most recently used of them in memory: a document never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.kept: Kept[str] = Kept("trusted_document", MAX_BYTES, sys.getsizeof)
        self.recent: RecentlyRead[str | None] = RecentlyRead("document_search", sys.getsizeof)

    async def text(self, tenant: int, digest: str, client: str | None) -> str | None:
        """The document whose SHA-256 is `digest` (hexadecimal) for a viewer's client; None where there is none.

        A document of the whole portal is everybody's, a widget's is its own. One that was just registered in another
        process is found within a second.
        """
        key = (tenant, digest, _widget(client))
        if (document := self.kept.get(key)) is not None:
            return document
        if not _DIGEST.fullmatch(digest):
            return None
        return await self.recent.get(key, self._database.versions[tenant], lambda: self._read(key))

    async def _read(self, key: Key) -> str | None:
        tenant, digest, widget_id = key
        rows = await self._database.rows(FIND, tenant=tenant, digest=digest, widget=widget_id)
        return self.kept.keep(key, str(rows[0][0])) if rows else None


def _widget(client: str | None) -> UUID | None:
    if client is None or not client.startswith(widget.CLIENT):
        return None
    return UUID(client.removeprefix(widget.CLIENT))


async def demand(database: Database, slug: str, *, is_demanded: bool) -> None:
    """Let a tenant take trusted documents alone from the public and from members, or any document again.

    Servers follow within half a second. Raises ProvisioningError for an unknown slug.
    """
    async with directory.tenant_change(database, slug) as reached:
        await reached.own.execute(
            "UPDATE platform.tenant SET trusted_documents_only = %s, version = version + 1 WHERE number = %s",
            [is_demanded, reached.number],
        )
