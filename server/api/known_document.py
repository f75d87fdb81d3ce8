"""Known documents: the text of an operation that a client names instead of sending it, and who may send one."""

import hashlib
from collections import OrderedDict

from auth.machine import Machine
from server.api.request import Asked, BadRequestError
from tenants.document import TrustedDocuments
from tenants.registry import TenantRecord

MAX_BYTES = 8 * 1024 * 1024
"""Of automatically persisted queries in one process; who finds one gone sends it again."""

NOT_FOUND = "PersistedQueryNotFound"
"""What clients of automatic persistence look for in the message."""


class KnownDocuments:
    """Trusted documents, which administrators registered, and automatically persisted queries, which anybody did."""

    def __init__(self, trusted: TrustedDocuments) -> None:
        self._trusted = trusted
        self._automatic: OrderedDict[tuple[int, str], str] = OrderedDict()
        self._bytes = 0

    async def text(self, tenant: TenantRecord, machine: Machine, asked: Asked) -> str:
        """The document to run.

        Raises BadRequestError for a document that is not known, and for any but a trusted one where those are demanded.
        """
        if asked.query is not None and asked.document is None and not _is_demanded(tenant, machine):
            return asked.query
        if asked.document is None:
            raise _refused()
        if (trusted := await self._trusted.text(tenant.number, asked.document, machine.viewer.client)) is not None:
            return trusted
        if _is_demanded(tenant, machine):
            raise _refused()
        return self._persisted((tenant.number, asked.document), asked)

    def _persisted(self, key: tuple[int, str], asked: Asked) -> str:
        if asked.query is None:
            known = self._automatic.get(key)
            if known is None:
                raise BadRequestError(200 if asked.is_automatic else 404, "PERSISTED_QUERY_NOT_FOUND", NOT_FOUND)
            self._automatic.move_to_end(key)
            return known
        if hashlib.sha256(asked.query.encode("utf-8", "surrogatepass")).hexdigest() != key[1]:
            raise BadRequestError(400, "PERSISTED_QUERY_MISMATCH", "The hash is not that of the document.")
        if key not in self._automatic:
            self._automatic[key] = asked.query
            self._bytes += len(asked.query)
            while self._bytes > MAX_BYTES:
                self._bytes -= len(self._automatic.popitem(last=False)[1])
        return asked.query


def _is_demanded(tenant: TenantRecord, machine: Machine) -> bool:
    """Whether trusted documents alone may be run; people who moderate, operators and routers are trusted themselves."""
    viewer = machine.viewer
    is_free = viewer.is_moderator or viewer.is_router
    return machine.is_trusted_only or (tenant.trusted_documents_only and not is_free)


def _refused() -> BadRequestError:
    return BadRequestError(403, "TRUSTED_DOCUMENT_REQUIRED", "Name a document that the portal's administrators trust.")
