"""Accounts: made at the first sign-in, found again by a confirmed address or by an identity at a provider."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid

from auth import moved_vote, reserved_name
from auth.secret import Keyed
from database.door import Database, Transaction
from models import writing
from models.account import Account, Identity
from models.actor import Actor, ActorKind, Role
from models.base import new_id, table
from models.collectivite import Collectivite
from models.proof import birth_parts, first_given, person_parts
from models.tenant import Tenant

DEFAULT_NAME = "Habitant·e"
"""Shown until somebody chooses a name: nothing personal is public without being asked for."""

NAME_LENGTH = 120

_account, _identity, _actor = table(Account), table(Identity), table(Actor)
_tenant, _collectivite = table(Tenant), table(Collectivite)
_email, _id = bindparam("email", type_=Text()), bindparam("id", type_=Uuid())
_issuer, _subject = bindparam("issuer", type_=Text()), bindparam("subject", type_=Text())

_ids = select(_account.c.id, _account.c.actor_id)
BY_EMAIL = _ids.where(_account.c.email == _email)
BY_ID = _ids.where(_account.c.id == _id)
NAME_OF = (
    select(_actor.c.name)
    .join_from(_account, _actor, _actor.c.id == _account.c.actor_id)
    .where(_account.c.email == _email)
)
BY_IDENTITY = _ids.join(_identity, _identity.c.account_id == _account.c.id).where(
    _identity.c.issuer == _issuer, _identity.c.subject == _subject
)
AUTHORITIES = (
    select(_tenant.c.title, _collectivite.c.name)
    .join_from(_tenant, _collectivite, _collectivite.c.id == _tenant.c.collectivite_id)
    .where(_tenant.c.number == bindparam("number", type_=BigInteger()))
)
NEW_ACTOR = insert(_actor).values(
    id=bindparam("actor", type_=Uuid()),
    kind=ActorKind.CITIZEN.value,
    role=Role.MEMBER.value,
    name=bindparam("name", type_=Text()),
    created_at=func.now(),
)
NEW_ACCOUNT = (
    insert(_account)
    .values(id=_id, actor_id=bindparam("actor", type_=Uuid()), email=_email, created_at=func.now())
    .on_conflict_do_nothing()
    .returning(_account.c.id)
)
OWNER = (
    select(
        _actor.c.name,
        _account.c.email,
        func.array(select(_identity.c.issuer).where(_identity.c.account_id == _account.c.id).scalar_subquery()),
    )
    .join_from(_account, _actor, _actor.c.id == _account.c.actor_id)
    .where(_account.c.id == _id)
)
CHOOSE_NAME = (
    update(_actor)
    .where(_actor.c.id == bindparam("actor", type_=Uuid()), _actor.c.name == DEFAULT_NAME)
    .values(name=bindparam("chosen", type_=Text()))
)
FORGET_ACTOR = delete(_actor).where(_actor.c.id == bindparam("actor", type_=Uuid()))
LINK = (
    insert(_identity)
    .values(issuer=_issuer, subject=_subject, account_id=_id, linked_at=func.now())
    .on_conflict_do_nothing()
    .returning(_identity.c.account_id)
)
CERTIFY = (
    update(_identity)
    .where(_identity.c.issuer == _issuer, _identity.c.subject == _subject)
    .values(
        certified_at=func.now(),
        **{name: bindparam(name, type_=Text()) for name in ("person_digest", "first_digest", "birth_digest")},
    )
)


@dataclass(frozen=True, slots=True)
class AccountIds:
    """An account and the actor that it is the private side of."""

    account_id: UUID
    actor_id: UUID


@dataclass(frozen=True, slots=True)
class CivilIdentity:
    """Who somebody is in civil status («identité pivot»), as a provider certifies it."""

    given_names: str
    family_name: str
    born_on: date


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an identity provider vouches for. `email` is None unless the provider confirmed it."""

    issuer: str
    subject: str
    email: str | None
    name: str | None
    civil: CivilIdentity | None = None
    """Only where it was asked for, of a provider that certifies it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an account is, for its owner's own eyes; `issuers` are those of the identities linked to it."""

    name: str
    email: str | None
    issuers: frozenset[str]


class IdentityTakenError(Exception):
    """The identity belongs to another account already."""


class ReservedNameError(Exception):
    """A member may not be called as the portal or its collectivité is."""


def public_name(text: object) -> str | None:
    """A name as it is shown, on one line; None where nothing of it shows. It may still be too long."""
    return writing.name(text) or None if isinstance(text, str) else None


async def owner(database: Database, tenant: int, account: UUID) -> Owner | None:
    """Whose an account is; None where it was deleted."""
    rows = await database.rows(OWNER, tenant=tenant, id=account)
    if not rows:
        return None
    [(name, email, issuers)] = rows
    assert isinstance(issuers, list)
    return Owner(str(name), None if email is None else str(email), frozenset(map(str, issuers)))


async def confirmed(transaction: Transaction, email: str, name: str | None = None) -> AccountIds:
    """The account of an address that was just confirmed; a new member's at the first time. Whoever has chosen no name
    yet gets the one that is given.

    Raises ReservedNameError.
    """
    account = await _one(transaction, BY_EMAIL, email=email) or await _make(transaction, email, name)
    await _choose(transaction, account.actor_id, name)
    await moved_vote.adopt(transaction, email, account.actor_id)
    return account


async def identified(transaction: Transaction, person: Person, link_to: UUID | None = None) -> AccountIds:
    """The account of an identity: known already, or linked to the signed-in account (`link_to`) or to that of the same
    confirmed address, or a new one. Raises IdentityTakenError."""
    linked = await _one(transaction, BY_IDENTITY, issuer=person.issuer, subject=person.subject)
    if linked is not None:
        if link_to not in (None, linked.account_id):
            raise IdentityTakenError
        return linked
    if link_to is not None:
        account = await _one(transaction, BY_ID, id=link_to)
    else:
        name = None if await _is_reserved(transaction, person.name) else person.name
        if person.email is not None:
            account = await confirmed(transaction, person.email, name)
        else:
            account = await _make(transaction, None, name)
    if account is None:  # It was deleted since the person left for the provider.
        raise IdentityTakenError
    row = await transaction.one(LINK, issuer=person.issuer, subject=person.subject, id=account.account_id)
    if row is None:  # Another request linked it in the meantime; this transaction leaves nothing behind.
        raise IdentityTakenError
    return account


async def certify(transaction: Transaction, person: Person, keyed: Keyed) -> None:
    """Keep of a certified identity its keyed digests, for an hour, and nothing else."""
    if person.civil is None:
        return
    civil, tenant = person.civil, str(transaction.tenant)
    whole, first = (f"{names} {civil.family_name}" for names in (civil.given_names, first_given(civil.given_names)))
    digests = {
        "person_digest": keyed.digest(tenant, *person_parts(whole, civil.born_on)),
        "first_digest": keyed.digest(tenant, *person_parts(first, civil.born_on)),
        "birth_digest": keyed.digest(tenant, *birth_parts(civil.born_on)),
    }
    await transaction.execute(CERTIFY, issuer=person.issuer, subject=person.subject, **digests)


async def _make(transaction: Transaction, email: str | None, name: str | None) -> AccountIds:
    if await _is_reserved(transaction, name):
        raise ReservedNameError
    account, actor = new_id(), new_id()
    await transaction.execute(NEW_ACTOR, actor=actor, name=name or DEFAULT_NAME)
    if await transaction.one(NEW_ACCOUNT, id=account, actor=actor, email=email) is not None:
        return AccountIds(account, actor)
    await transaction.execute(FORGET_ACTOR, actor=actor)  # The same address was confirmed twice at once.
    existing = await _one(transaction, BY_EMAIL, email=email)
    assert existing is not None
    return existing


async def chosen_name(transaction: Transaction, email: str) -> str:
    """The name that the owner of an address has chosen; empty: none yet, or there is no account."""
    row = await transaction.one(NAME_OF, email=email)
    return "" if row is None or row[0] == DEFAULT_NAME else str(row[0])


async def _choose(transaction: Transaction, actor: UUID, name: str | None) -> None:
    """Call somebody who has chosen no name yet by a name. Raises ReservedNameError."""
    if name is None or not await transaction.execute(CHOOSE_NAME, actor=actor, chosen=name):
        return
    if await _is_reserved(transaction, name):
        raise ReservedNameError


async def _is_reserved(transaction: Transaction, name: str | None) -> bool:
    if name is None:
        return False
    authorities = await transaction.one(AUTHORITIES, number=transaction.tenant) or ()
    return reserved_name.is_reserved(name, *map(str, authorities))


async def _one(transaction: Transaction, statement: Select[tuple[UUID, UUID]], **values: object) -> AccountIds | None:
    row = await transaction.one(statement, **values)
    if row is None:
        return None
    account, actor = row
    assert isinstance(account, UUID) and isinstance(actor, UUID)
    return AccountIds(account, actor)
