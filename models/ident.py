"""Ids of the API: `<type>_<tenant number>_<uuid>`, opaque to clients, so that they route without a look-up."""

import re
from uuid import UUID

from models.refusal import ErrorCode, Refusal

_PATTERN = re.compile(r"([a-z]+)_([1-9][0-9]{0,17})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def encode(kind: str, tenant: int, uuid: UUID) -> str:
    """The id of a stored object, for example `contribution_3_0199…`."""
    return f"{kind}_{tenant:d}_{uuid}"


def decode(kind: str, tenant: int, text: str, field: str = "id") -> UUID | None:
    """The UUID in an id of this tenant; None for another tenant's or another type's, which is as if it did not exist.

    Raises Refusal(BAD_ID) for what is no id at all.
    """
    found = uuid_text(kind, tenant, text, field)
    return None if found is None else UUID(found)


def uuid_text(kind: str, tenant: int, text: str, field: str = "id") -> str | None:
    """The same as the UUID's text, which PostgreSQL reads by itself: many ids are read so."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise Refusal(ErrorCode.BAD_ID, "This is not an id of this API.", field)
    return match[3] if match[1] == kind and int(match[2]) == tenant else None
