"""Ids of the API: `<type>_<tenant number>_<uuid>`, opaque to clients, so that they route without a look-up."""

import re
from collections.abc import Sequence
from uuid import UUID

from models.refusal import ErrorCode, Refusal

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID_LENGTH = 36
_SHORT = {"participatoryspace": "space"}
_PATTERN = re.compile(rf"([a-z]+)_([1-9][0-9]{{0,17}})_({_UUID})")
_ALONE = re.compile(_UUID)
_UUIDS = re.compile(rf"(?:{_UUID}\n)*")


def kind(model: type) -> str:
    """What ids of a model's rows begin with."""
    name = model.__name__.lower()
    return _SHORT.get(name, name)


def encode(kind: str, tenant: int, uuid: UUID) -> str:
    """The id of a stored object, for example `contribution_3_0199…`."""
    return f"{kind}_{tenant:d}_{uuid}"


def decode(kind: str, tenant: int, text: str, field: str = "id") -> UUID | None:
    """The UUID in an id of this tenant; None for another tenant's or another type's, which is as if it did not exist.

    Raises Refusal(BAD_ID) for what is no id at all.
    """
    uuid = _uuid(kind, tenant, text, field)
    return None if uuid is None else UUID(uuid)


def of_any_kind(tenant: int, text: str, field: str = "id") -> UUID | None:
    """The UUID in an id of this tenant, whatever it names, or a UUID; None for another tenant's.

    Raises Refusal(BAD_ID).
    """
    if _ALONE.fullmatch(text):
        return UUID(text)
    match = _PATTERN.fullmatch(text)
    return None if _uuid(match[1] if match else "", tenant, text, field) is None else UUID(text.rsplit("_", 1)[1])


def uuid_texts(kind: str, tenant: int, texts: Sequence[str | None], field: str = "id") -> Sequence[str | None]:
    """The same for many ids, as the UUIDs' texts, which PostgreSQL reads by itself; None for None.

    Ids of this tenant and type alone, as a router sends them, are looked at all at once, in half the time.
    """
    prefix = f"{kind}_{tenant:d}_"
    uuids = [text[len(prefix) :] for text in texts if text is not None and text.startswith(prefix)]
    if len(uuids) == len(texts):
        lines = "".join(f"{uuid}\n" for uuid in uuids)
        if len(lines) == len(uuids) * (_UUID_LENGTH + 1) and _UUIDS.fullmatch(lines):
            return uuids
    return [None if text is None else _uuid(kind, tenant, text, field) for text in texts]


def _uuid(kind: str, tenant: int, text: str, field: str) -> str | None:
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise Refusal(ErrorCode.BAD_ID, "This is not an id of this API.", field)
    return match[3] if match[1] == kind and int(match[2]) == tenant else None
