"""Identity providers of a tenant: rows that say how people sign in there, and what each preset brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Boolean, Text, bindparam, delete, func, literal_column, null, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

from database.door import Database, Transaction
from models.base import table
from models.identity_provider import IdentityProvider, Preset

STANDARD_CLAIMS: Mapping[str, str] = MappingProxyType({"email": "email", "email_verified": "email_verified"})

_provider = table(IdentityProvider)
_COLUMNS = ("slug", "title", "preset", "issuer", "client_id", "secret_name", "scopes", "acr_values", "claims")
_TYPES: Mapping[str, TypeEngine[Any]] = {"scopes": ARRAY(Text()), "acr_values": ARRAY(Text()), "claims": JSONB()}
_values: dict[str, BindParameter[Any]] = {
    name: bindparam(name, type_=_TYPES.get(name, Text())) for name in _COLUMNS
} | {"is_enabled": bindparam("is_enabled", type_=Boolean())}

ALL = select(*(_provider.c[name] for name in (*_COLUMNS, "is_enabled", "sealed_secret"))).order_by(
    _provider.c.rank, _provider.c.slug
)
ENABLED = ALL.where(_provider.c.is_enabled)
ONE = ENABLED.where(_provider.c.slug == _values["slug"])
_new = insert(_provider).values(**_values, created_at=func.now())
PUT: ReturningInsert[Any] = _new.on_conflict_do_update(
    index_elements=("slug",),
    set_={name: _new.excluded[name] for name in (*_COLUMNS[1:], "is_enabled")} | {"sealed_secret": null()},
).returning(literal_column("xmax = 0"))
REMOVE = delete(_provider).where(_provider.c.slug == _values["slug"])


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to sign in. Without `acr_values` any level of assurance is good."""

    slug: str
    title: str
    preset: Preset
    issuer: str
    client_id: str
    secret_name: str
    scopes: tuple[str, ...]
    acr_values: tuple[str, ...]
    claims: Mapping[str, str]
    is_enabled: bool = True
    sealed_secret: str | None = None
    """The client's secret as the server alone can read it; None: it is in the file of `secret_name`."""

    tenant: int = 0
    """Whose provider it is, where it was read."""

    @property
    def is_certifying(self) -> bool:
        """Whether it certifies who somebody is in civil status, at a level of assurance that is asked for."""
        return self.preset is Preset.FRANCECONNECT and bool(self.acr_values)


@dataclass(frozen=True, slots=True)
class PresetRules:
    """What a preset asks for beside the standard: levels of assurance, scopes, how the secret is shown."""

    title: str
    scopes: tuple[str, ...]
    acr_values: tuple[str, ...]
    posts_secret: bool


CIVIL_SCOPES = ("given_name", "family_name", "birthdate")
"""What is asked for beside a provider's own scopes, of somebody who has an identity certified for a vote."""

RULES: Mapping[Preset, PresetRules] = MappingProxyType(
    {
        Preset.GENERIC: PresetRules("OpenID Connect", ("openid", "email"), (), False),
        Preset.FRANCECONNECT: PresetRules("FranceConnect", ("openid", "email"), ("eidas1",), True),
        Preset.PROCONNECT: PresetRules("ProConnect", ("openid", "email"), ("eidas1",), True),
    }
)


async def enabled(database: Database, tenant: int) -> list[Provider]:
    """The tenant's providers by which people sign in, in their order."""
    return [_read(row, tenant) for row in await database.rows(ENABLED, tenant=tenant)]


async def one(database: Database, tenant: int, slug: str) -> Provider | None:
    """An enabled provider."""
    rows = await database.rows(ONE, tenant=tenant, slug=slug)
    return _read(rows[0], tenant) if rows else None


async def listed(database: Database, tenant: int) -> list[Provider]:
    """All of them, in their order."""
    return [_read(row, tenant) for row in await database.rows(ALL, tenant=tenant)]


async def put(transaction: Transaction, provider: Provider) -> bool:
    """Write a provider, in place of the one with the same slug; whether it is new."""
    row = await transaction.one(
        PUT,
        slug=provider.slug,
        title=provider.title,
        preset=provider.preset.value,
        issuer=provider.issuer,
        client_id=provider.client_id,
        secret_name=provider.secret_name,
        scopes=list(provider.scopes),
        acr_values=list(provider.acr_values),
        claims=dict(provider.claims),
        is_enabled=provider.is_enabled,
    )
    return bool(row and row[0])


async def remove(transaction: Transaction, slug: str) -> bool:
    """Remove a provider; whether there was one. Identities stay, and serve again when it comes back."""
    return await transaction.execute(REMOVE, slug=slug) > 0


def _read(row: tuple[object, ...], tenant: int) -> Provider:
    slug, title, preset, issuer, client_id, secret_name, scopes, acr_values, claims, is_enabled, sealed = row
    assert isinstance(scopes, list) and isinstance(acr_values, list) and isinstance(claims, dict)
    names = (str(slug), str(title), Preset(preset), str(issuer), str(client_id), str(secret_name))
    kept = sealed if isinstance(sealed, str) else None
    return Provider(*names, tuple(scopes), tuple(acr_values), claims, bool(is_enabled), kept, tenant)
