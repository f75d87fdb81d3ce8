"""Identity providers of a portal, as its administrators set them; a client's secret goes in and never comes out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from auth import public_url
from auth.provider import RULES, STANDARD_CLAIMS
from models import expected
from models.base import table
from models.event import EventKind
from models.identity_provider import (
    CLIENT_ID_LENGTH,
    ISSUER_LENGTH,
    MAX_PROVIDERS,
    PROVIDER_TITLE_LENGTH,
    SECRET_LENGTH,
    IdentityProvider,
    Preset,
    is_own_issuer,
)
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from models.tenant import settings_id
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import room, text

_provider = table(IdentityProvider)
_slug = value(IdentityProvider, "slug")
KEPT = select(_provider.c.slug, _provider.c.rank, _provider.c.preset).order_by(_provider.c.rank, _provider.c.slug)
_NEW = ("slug", "title", "preset", "issuer", "client_id", "sealed_secret", "scopes", "acr_values", "claims", "rank")
ADD = insert(_provider).values(
    **{name: value(IdentityProvider, name) for name in _NEW},
    secret_name=literal_column("''", Text),
    is_enabled=literal_column("false"),
    created_at=func.now(),
)
_REVISED = ("title", "issuer", "client_id")
REVISE = update(_provider).where(_provider.c.slug == _slug)
KEEP = REVISE.values(**{name: value(IdentityProvider, name) for name in _REVISED})
SEAL = REVISE.values(sealed_secret=value(IdentityProvider, "sealed_secret"), secret_name=literal_column("''", Text))
SWITCH = REVISE.values(is_enabled=value(IdentityProvider, "is_enabled"))
ORDER = update(_provider).values(
    rank=func.array_position(bindparam("slugs", type_=ARRAY(Text())), _provider.c.slug, type_=Integer())
)
REMOVE = delete(_provider).where(_provider.c.slug == _slug)
BARE = select(_provider.c.slug).where(
    _provider.c.slug == _slug,
    _provider.c.sealed_secret.is_(None),
    _provider.c.secret_name == literal_column("''", Text),
)
ELSEWHERE = select(_provider.c.slug).where(
    _provider.c.slug == _slug, _provider.c.issuer != value(IdentityProvider, "issuer")
)

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """What a provider is called in addresses, its place, and whose rules it follows."""

    slug: str
    rank: int
    preset: Preset


# Reads ----------------------------------------------------------------------------------------------------------------


def of_portal(_row: FromClause, context: FieldContext) -> Select[Any]:
    """The portal's providers in their order; for administrators."""
    each = table(IdentityProvider).alias("provider")
    has_secret = or_(each.c.sealed_secret.is_not(None), each.c.secret_name != literal_column("''"))
    told = select(
        *(each.c[name] for name in ("slug", "title", "preset", "issuer", "client_id", "is_enabled")),
        has_secret.label("has_secret"),
    ).order_by(each.c.rank, each.c.slug)
    return told if context.viewer.is_administrator else told.where(literal_column("false"))


# Changes --------------------------------------------------------------------------------------------------------------


async def add(
    act: Act, *, slug: str, preset: Preset, issuer: str, client: str, client_secret: str, title: str = ""
) -> Outcome:
    """Write a provider down, switched off, below the others."""
    name = slug.strip()
    if not _SLUG.fullmatch(name):
        raise bad_input("A short name has 1 to 63 of a-z, 0-9 and -.", "slug", expected.example("france-connect"))
    columns = _checked(title or RULES[preset].title, issuer, client, preset)
    sealed = _sealed(act, name, client_secret)
    providers = await _providers(act)
    if name in {each.slug for each in providers}:
        raise Refusal(ErrorCode.NAME_TAKEN, "Another provider has this short name.", "slug")
    if len(providers) >= MAX_PROVIDERS:
        raise limit_reached(f"A portal has at most {MAX_PROVIDERS} providers.", "slug", expected.at_most(MAX_PROVIDERS))
    rank = max((each.rank for each in providers), default=0) + 1  # Some before it may have been removed.
    rules = RULES[preset]
    terms = {"scopes": list(rules.scopes), "acr_values": list(rules.acr_values), "claims": dict(STANDARD_CLAIMS)}
    await act.execute(ADD, slug=name, preset=preset, sealed_secret=sealed, rank=rank, **columns, **terms)
    return _did(act, name)


async def revise(
    act: Act, *, slug: str, title: str, issuer: str, client: str, client_secret: str | None = None
) -> Outcome:
    """Change a provider; without a new secret the old one stays, unless the issuer is another: it would learn it."""
    kept = await _require(act, slug)
    columns = _checked(title, issuer, client, kept.preset)
    if not client_secret and await act.exists(ELSEWHERE, slug=slug, issuer=columns["issuer"]):
        raise Refusal(ErrorCode.REQUIRED, "Another issuer wants its own secret.", "clientSecret")
    await act.execute(KEEP, slug=slug, **columns)
    if client_secret:
        await act.execute(SEAL, slug=slug, sealed_secret=_sealed(act, slug, client_secret))
    return _did(act, slug)


async def switch(act: Act, *, slug: str, is_enabled: bool) -> Outcome:
    """Let people sign in by a provider, or no longer."""
    await _require(act, slug)
    if is_enabled and await act.exists(BARE, slug=slug):
        raise Refusal(ErrorCode.REQUIRED, "A provider without a secret lets nobody in.", "clientSecret")
    await act.execute(SWITCH, slug=slug, is_enabled=is_enabled)
    return _did(act, slug)


async def order(act: Act, *, slugs: Sequence[str]) -> Outcome:
    """Put all providers in an order."""
    if sorted(slugs) != sorted(each.slug for each in await _providers(act)):
        raise bad_input("Each of the portal's providers once is wanted.", "slugs", expected.ONCE)
    await act.execute(ORDER, slugs=list(slugs))
    return _did(act, None)


async def remove(act: Act, *, slug: str) -> Outcome:
    """Remove a provider with its secret; people's identities stay, and serve again when it comes back."""
    await _require(act, slug)
    await act.execute(REMOVE, slug=slug)
    return _did(act, slug)


async def _providers(act: Act) -> list[KeptProvider]:
    """All there are; nobody else changes them until the end of the transaction."""
    await room.of_portal(act)
    return await act.all(KEPT, into=KeptProvider)


async def _require(act: Act, slug: str) -> KeptProvider:
    for each in await _providers(act):
        if each.slug == slug:
            return each
    raise not_found("slug")


def _did(act: Act, slug: str | None) -> Outcome:
    number = act.asker.tenant
    return act.did(EventKind.PROVIDERS_CHANGED, settings_id(number), {"provider": slug}, number=number)


def _checked(title: str, issuer: str, client: str, preset: Preset) -> dict[str, str]:
    return {
        "title": text.line(title, PROVIDER_TITLE_LENGTH, "title"),
        "issuer": _issuer(text.line(issuer, ISSUER_LENGTH, "issuer"), preset),
        "client_id": text.line(client, CLIENT_ID_LENGTH, "client"),
    }


def _issuer(address: str, preset: Preset) -> str:
    """The address of a provider on the public Internet, of FranceConnect's own hosts where its rules are followed.
    Raises Refusal(BAD_ISSUER)."""
    host = public_url.host_of(address)
    if host is None or "?" in address:
        message = "An issuer is https:// and a public host, perhaps with a path."
        raise Refusal(ErrorCode.BAD_ISSUER, message, "issuer")
    if not is_own_issuer(preset, host):
        raise Refusal(ErrorCode.BAD_ISSUER, "FranceConnect's issuers are hosts of franceconnect.gouv.fr.", "issuer")
    return address


def _sealed(act: Act, slug: str, secret: str) -> str:
    """What is kept of a client's secret. Raises Refusal."""
    kept = secret.strip()
    if not kept:
        raise Refusal(ErrorCode.REQUIRED, "A client has a secret.", "clientSecret")
    if len(kept) > SECRET_LENGTH[1] or not kept.isprintable():
        message = f"A secret has up to {SECRET_LENGTH[1]} characters."
        raise Refusal(ErrorCode.TOO_LONG, message, "clientSecret", about=str(SECRET_LENGTH[1]))
    return act.asker.seal(slug, kept)
