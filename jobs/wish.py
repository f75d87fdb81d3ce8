"""Wishes: carries out what operators asked for on their page, with the owner's login (decision 0047)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

import office.invitation
import office.template
from auth.viewer import Viewer
from database.door import Database, Transaction
from models.actor import Role
from models.base import table
from models.invitation import Invitation
from models.operator import WishKind
from models.template import SpaceTemplate, read
from models.tenant import TenantState
from planner import mutation
from planner.act import Act, value
from planner.context import Asker
from tenants import provisioning, wish, work
from tenants.directory import ProvisioningError
from tenants.provisioning import NewTenant
from tenants.wish import ClaimedWish

_invitation = table(Invitation)
INVITED = select(_invitation.c.id).where(_invitation.c.email == value(Invitation, "email"))
OPERATOR = Viewer(role=Role.ADMIN, is_operator=True)
FIRST_TITLE = "Accueil"


async def carry_out(database: Database) -> int:
    """Carry out what waits, one after the other; how many wishes were settled.

    Where the login may not administer they wait for a process that may, or for `parvis tenant carry-out`.
    """
    count = 0
    while await wish.is_waiting(database) and await provisioning.is_possible(database):
        claimed = await wish.claim(database)
        if claimed is None:
            break
        try:
            await _carry_out(database, claimed)
        except ProvisioningError as error:
            await wish.settle(database, claimed.id, str(error))
        else:
            await wish.settle(database, claimed.id, None)
        count += 1
    return count


async def _carry_out(database: Database, claimed: ClaimedWish) -> None:
    match claimed.kind:
        case WishKind.CREATE:
            await _create(database, claimed.slug, claimed.details)
        case WishKind.SUSPEND:
            await provisioning.set_state(database, claimed.slug, TenantState.SUSPENDED)
        case WishKind.RESUME:
            await provisioning.set_state(database, claimed.slug, TenantState.ACTIVE)


async def _create(database: Database, slug: str, details: Mapping[str, Any]) -> None:
    """A tenant with its first space and its first administrator, invited by mail. Done twice it is done once."""
    new = NewTenant(details["collectivite"], slug, (details["host"],), details["title"] or None, first_space=False)
    number, _ = await provisioning.create(database, new)
    async with database.transaction(number) as transaction:
        if await transaction.one(INVITED, email=details["email"]) is None:
            await _furnish(transaction, SpaceTemplate(details["template"]))
            await office.invitation.write(transaction, details["email"], Role.ADMIN, None)
    await work.note(database, [number])


async def _furnish(transaction: Transaction, template: SpaceTemplate) -> None:
    """The first space, which nobody sees before an administrator publishes it."""
    act = Act(transaction, Asker(transaction.tenant or 0, OPERATOR, frozenset(provisioning.EVERY_FEATURE)))
    activities = read(template).activities
    title = activities[0].title if activities else FIRST_TITLE
    await mutation.record(act, await office.template.create(act, title=title, template=template))
