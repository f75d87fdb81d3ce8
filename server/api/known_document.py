"""Known documents: the text of an operation that a client names instead of sending it, and who may send one."""

import hashlib
import sys
from typing import NamedTuple

from auth.machine import Machine
from database.kept import Kept
from portal import widget
from schema.scoped import ScopedContract
from server.api.request import ApiRequest, BadRequestError
from tenants.document import TrustedDocuments
from tenants.registry import TenantRecord

MAX_BYTES = 8 * 1024 * 1024
"""Of automatically persisted queries in one process; who finds one gone sends it again."""

NOT_FOUND = "PersistedQueryNotFound"
"""What clients of automatic persistence look for in the message."""


class Found(NamedTuple):
    """A document to run, and whether the portal's administrators trust it."""

    text: str
    is_trusted: bool


class KnownDocuments:
    """The product's own documents for widgets, trusted ones, which administrators registered, and automatically
    persisted queries, which anybody did."""

    def __init__(self, trusted: TrustedDocuments, contract: ScopedContract) -> None:
        self._trusted = trusted
        self._contract = contract
        self.kept: Kept[str] = Kept("registered_document", MAX_BYTES, sys.getsizeof)

    async def find(self, tenant: TenantRecord, machine: Machine, asked: ApiRequest) -> Found:
        """The document to run.

        Raises BadRequestError for a document that is not known, and for any but a trusted one where those are demanded.
        """
        if asked.query is not None and asked.document is None and not _is_demanded(tenant, machine):
            return Found(asked.query, False)
        if asked.document is None:
            raise _refused()
        scope = tenant.features, machine.viewer.audience
        if (own := widget.document(asked.document, lambda: self._contract.engine(*scope).schema)) is not None:
            return Found(own, True)
        if (trusted := await self._trusted.text(tenant.number, asked.document, machine.viewer.client)) is not None:
            return Found(trusted, True)
        if _is_demanded(tenant, machine):
            raise _refused()
        return Found(self._persisted((tenant.number, asked.document), asked), False)

    def _persisted(self, key: tuple[int, str], asked: ApiRequest) -> str:
        if asked.query is None:
            text = self.kept.get(key)
            if text is None:
                raise BadRequestError(200 if asked.is_automatic else 404, "PERSISTED_QUERY_NOT_FOUND", NOT_FOUND)
            return text
        if hashlib.sha256(asked.query.encode("utf-8", "surrogatepass")).hexdigest() != key[1]:
            raise BadRequestError(400, "PERSISTED_QUERY_MISMATCH", "The hash is not that of the document.")
        return self.kept.get(key) or self.kept.keep(key, asked.query)


def _is_demanded(tenant: TenantRecord, machine: Machine) -> bool:
    """Whether trusted documents alone may be run; people who moderate, operators and routers are trusted themselves."""
    viewer = machine.viewer
    is_free = viewer.is_moderator or viewer.is_router
    return machine.is_trusted_only or (tenant.trusted_documents_only and not is_free)


def _refused() -> BadRequestError:
    return BadRequestError(403, "TRUSTED_DOCUMENT_REQUIRED", "Name a document that the portal's administrators trust.")
