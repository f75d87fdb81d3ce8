"""Writes the demonstration into tenants of their own, through the same rules of place as the API."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, bindparam, select, update
from sqlmodel import SQLModel

from database import naming
from database.door import Database, Transaction
from demo import portal
from demo.story import DemoActivity, DemoContribution, DemoTenant
from demo.text import response
from geo import cover
from jobs import fold
from models import word
from models.activity import KINDS, Activity, ActivityKind, LocationRule
from models.actor import Actor
from models.base import new_id, table
from models.category import Category
from models.comment import Comment
from models.consent import Consent
from models.contribution import Contribution, ContributionKind, Precision
from models.official_response import OfficialResponse
from models.organisation_member import OrganisationMember
from models.portal_text import PortalText
from models.proposal_status import ProposalStatus
from models.space import ParticipatorySpace
from models.space_role import SpaceRole
from models.tenant import Tenant
from models.vote import TallyDelta, Vote
from models.zone import Zone
from resolvers import position, roll_up
from tenants import provisioning

_NAMESPACE = UUID("7d1f0a52-6f0e-5c2e-9b7e-2a4c61d3f001")
"""Ids of the demonstration are the same at every load, so that links to it can be kept."""

FOLDED = ("activity_count", "cell_count", "space_cell_count", "tally")
"""What is read of counts, once they are folded."""

_tenant = table(Tenant)
SETTINGS = (
    update(_tenant)
    .where(_tenant.c.number == bindparam("number", type_=BigInteger()))
    .values(
        **{
            name: bindparam(name, type_=_tenant.c[name].type)
            for name in ("contact_email", "contact_phone", "contact_address", "footer_links")
        },
        version=_tenant.c.version + 1,
    )
)
"""How to reach the city, and its links, by the tenant's own role."""

EDITOR = "citizen-005"
"""Who edits a space, in each tenant that has so many citizens."""

SPEAKERS = ("citizen-006", "citizen-007", "citizen-008")
"""Who speaks for organisations, in each tenant that has so many citizens."""

ANSWERED = ("IDEA_BOX", "PETITION", "CONSULTATION")
"""The kinds of activities to whose proposals the demonstration's cities answer."""

_ANY = select(table(Contribution).c.id).limit(1)

Rows = list[dict[str, Any]]


async def load(database: Database, stories: Sequence[DemoTenant], progress: Callable[[int], None]) -> None:
    """Create the tenants that are missing and fill those that are empty; `progress` hears of contributions written."""
    now = datetime.now(UTC).replace(microsecond=0)
    for story in stories:
        number, _ = await provisioning.create(database, _new_tenant(story))
        if not await database.rows(_ANY, number):
            await _Writer(story, now).write(database, number, progress)
        else:
            progress(len(story.contributions))


def actor_id(slug: str, key: str) -> UUID:
    """The id of an actor of the demonstration."""
    return uuid5(_NAMESPACE, f"{slug}/actor/{key}")


def _new_tenant(story: DemoTenant) -> provisioning.NewTenant:
    return provisioning.NewTenant(
        collectivite=story.collectivite,
        slug=story.slug,
        hosts=story.hosts,
        title=story.title,
        primary_color=story.primary_color,
        secondary_color=story.secondary_color,
        font=story.font,
        cover=story.cover,
        locales=story.locales,
        features=story.features,
        lat=story.lat,
        lng=story.lng,
        first_space=False,
    )


class _Writer:
    """One tenant's rows."""

    def __init__(self, story: DemoTenant, now: datetime) -> None:
        self._story = story
        self._now = now
        self._activities = {activity.key: activity for space in story.spaces for activity in space.activities}

    def _id(self, kind: str, key: str) -> UUID:
        return uuid5(_NAMESPACE, f"{self._story.slug}/{kind}/{key}")

    async def write(self, database: Database, number: int, progress: Callable[[int], None]) -> None:
        """Everything in one transaction: an interrupted load leaves nothing."""
        async with database.transaction(number) as transaction:
            await transaction.execute(SETTINGS, number=number, **portal.settings(self._story))
            await _copy(transaction, PortalText, self._texts())
            await _copy(transaction, Actor, self._actors())
            await _copy(transaction, Consent, self._consents())
            await _copy(transaction, Zone, self._zones())
            await _copy(transaction, ParticipatorySpace, self._spaces())
            await _copy(transaction, SpaceRole, self._editors())
            await _copy(transaction, OrganisationMember, self._members())
            await _copy(transaction, Activity, self._activity_rows())
            await _copy(transaction, Category, self._categories())
            rows = [await self._contribution(transaction, found) for found in self._ordered()]
            await _copy(transaction, Contribution, rows)
            await _copy(transaction, Comment, self._comments())
            await _copy(transaction, ProposalStatus, self._statuses())
            await _copy(transaction, OfficialResponse, self._responses())
            await _copy(transaction, Vote, self._votes())
            await _copy(transaction, TallyDelta, self._deltas())
            await roll_up.count(transaction, *((None, roll_up.counted(roll_up.CountedRow.of(row))) for row in rows))
        while await fold.fold(database, number):
            pass
        async with database.administration() as connection:
            for name in ("contribution", "comment", "vote", "actor", *FOLDED):
                await connection.execute(naming.qualify(f"ANALYZE __tenant__.{name}", number))
        progress(len(rows))

    def _ago(self, hours: int) -> datetime:
        return self._now - timedelta(hours=hours)

    def _actors(self) -> Rows:
        return [
            {
                "id": self._id("actor", a.key),
                "kind": a.kind,
                "role": a.role,
                "name": a.name,
                "created_at": self._ago(24 * 90),
            }
            for a in self._story.actors
        ]

    def _texts(self) -> Rows:
        return [
            {
                "id": self._id("text", f"{found.kind}/{found.version}"),
                "kind": found.kind,
                "version": found.version,
                "bodies": {"fr": found.body.strip()},
                "published_at": self._ago(24 * found.days_ago),
            }
            for found in portal.texts(self._story)
        ]

    def _consents(self) -> Rows:
        """Everybody agreed to the first charter."""
        given = {"kind": "CHARTER", "version": 1, "given_at": self._ago(24 * 80), "withdrawn_at": None}
        return [{"actor_id": self._id("actor", actor.key), **given} for actor in self._story.actors]

    def _zones(self) -> Rows:
        return [
            {
                "id": self._id("zone", zone.name),
                "name": zone.name,
                "geometry": zone.geometry,
                "cells": cover.geometry(dict(zone.geometry)),
            }
            for zone in self._story.zones
        ]

    def _spaces(self) -> Rows:
        return [
            {
                "id": self._id("space", space.slug),
                "slug": space.slug,
                "title": space.title,
                "description": space.description,
                "visibility": "PUBLIC",
                "opens_at": self._ago(24 * 90),
                "closes_at": None,
                "created_at": self._ago(24 * 90 - rank),
            }
            for rank, space in enumerate(self._story.spaces)
        ]

    def _editors(self) -> Rows:
        """Somebody edits the last space, without administering the portal."""
        space, person = self._story.spaces[-1], next((a for a in self._story.actors if a.key == EDITOR), None)
        if person is None:
            return []
        named = {"space_id": self._id("space", space.slug), "actor_id": self._id("actor", person.key)}
        return [{"id": self._id("role", person.key), **named, "kind": "EDITOR", "given_at": self._ago(24 * 60)}]

    def _members(self) -> Rows:
        """Two organisations have members: the city's own, and the first association."""
        keys = {actor.key for actor in self._story.actors}
        association = next((actor.key for actor in self._story.actors if actor.kind == "ASSOCIATION"), "")
        pairs = [("institution", person) for person in SPEAKERS[:2]] + [
            (association, person) for person in SPEAKERS[1:]
        ]
        return [
            {
                "id": self._id("member", f"{organisation}/{person}"),
                "organisation_id": self._id("actor", organisation),
                "member_id": self._id("actor", person),
                "given_at": self._ago(24 * 60),
            }
            for organisation, person in pairs
            if organisation in keys and person in keys
        ]

    def _activity_rows(self) -> Rows:
        return [
            {
                "id": self._id("activity", found.key),
                "space_id": self._id("space", space.slug),
                "kind": found.kind,
                "title": found.title,
                "description": found.description,
                "rank": rank,
                "opens_at": self._ago(24 * found.opens_days_ago),
                "closes_at": None if found.closes_in_days is None else self._ago(-24 * found.closes_in_days),
                "vote_method": found.vote_method,
                "location_rule": _location_rule(found).value,
                "expires_after_days": 30 if found.kind in ("MUTUAL_AID", "MARKETPLACE") else None,
                "support_threshold": found.support_threshold,
                "answer_within_days": response.PROMISED_DAYS if found.kind in ANSWERED else None,
            }
            for space in self._story.spaces
            for rank, found in enumerate(space.activities)
        ]

    def _categories(self) -> Rows:
        return [
            {
                "id": self._id("category", f"{activity.key}/{found.slug}"),
                "activity_id": self._id("activity", activity.key),
                "slug": found.slug,
                "name": found.name,
                "rank": rank,
            }
            for activity in self._activities.values()
            for rank, found in enumerate(activity.categories)
        ]

    def _ordered(self) -> Iterable[DemoContribution]:
        """Proposals before the arguments about them."""
        return sorted(self._story.contributions, key=lambda found: found.about is not None)

    async def _contribution(self, transaction: Transaction, found: DemoContribution) -> dict[str, Any]:
        published_at = self._ago(found.age_hours)
        expires_at = (
            None if found.expires_after_days is None else published_at + timedelta(days=found.expires_after_days)
        )
        return {
            "id": self._id("contribution", found.key),
            "activity_id": self._id("activity", found.activity),
            "kind": found.kind,
            "status": found.status,
            "outcome": found.outcome,
            "title": found.title,
            "body": found.body,
            "author_id": self._id("actor", found.author),
            "is_anonymous": found.is_anonymous,
            "category_id": self._id("category", f"{found.activity}/{found.category}") if found.category else None,
            "about_id": self._id("contribution", found.about) if found.about else None,
            "side": found.side,
            "price_cents": found.price_cents,
            "price_unit": found.price_unit,
            "support_count": 0,
            "published_at": published_at,
            "expires_at": expires_at,
            "closed_at": published_at + timedelta(hours=found.age_hours / 2) if found.outcome else None,
            "search_text": word.searchable(found.title, found.body),
            **await self._place(transaction, found),
        }

    async def _place(self, transaction: Transaction, found: DemoContribution) -> dict[str, Any]:
        if found.lat is None or found.lng is None:
            return position.NOWHERE
        precision = Precision.EXACT if found.is_exact else Precision.CELL
        location = {"lat": found.lat, "lng": found.lng, "precision": precision, "address": found.address}
        return (await position.of(transaction, self._id("actor", found.author), location)).columns()

    def _comments(self) -> Rows:
        return [
            {
                "id": self._id("comment", f"{found.key}/{rank}"),
                "contribution_id": self._id("contribution", found.key),
                "author_id": self._id("actor", comment.author),
                "body": comment.body,
                "published_at": self._ago(comment.age_hours),
            }
            for found in self._story.contributions
            for rank, comment in enumerate(found.comments)
        ]

    def _answered(self) -> Sequence[DemoActivity]:
        """The activities to whose proposals the city answers."""
        return [found for found in self._activities.values() if found.kind in ANSWERED]

    def _statuses(self) -> Rows:
        return [
            {
                "id": self._id("status", f"{activity.key}/{rank}"),
                "activity_id": self._id("activity", activity.key),
                "name": name,
                "color": color,
                "rank": rank,
                "is_open_to_votes": votes,
                "is_open_to_comments": comments,
                "version": 1,
            }
            for activity in self._answered()
            for rank, (name, color, votes, comments) in enumerate(response.STATUSES)
        ]

    def _responses(self) -> Rows:
        """Every fifth of the proposals, the longest published first, has been answered."""
        rows: Rows = []
        for activity in self._answered():
            waiting = [c for c in self._story.contributions if (c.activity, c.kind) == (activity.key, "PROPOSAL")]
            waiting.sort(key=lambda found: -found.age_hours)
            for place, found in enumerate(waiting[: len(waiting) // 5]):
                service, status, body = response.RESPONSES[place % len(response.RESPONSES)]
                rows.append(
                    {
                        "id": self._id("response", found.key),
                        "contribution_id": self._id("contribution", found.key),
                        "status_id": self._id("status", f"{activity.key}/{status}"),
                        "service": service,
                        "body": body,
                        "author_id": self._id("actor", self._story.actors[0].key),
                        "published_at": self._ago(found.age_hours // 2),
                        "revised_at": None,
                        "version": 1,
                    }
                )
        return rows

    def _votes(self) -> Rows:
        return [
            {
                "id": self._id("vote", f"{found.key}/{vote.actor}"),
                "contribution_id": self._id("contribution", found.key),
                "actor_id": self._id("actor", vote.actor),
                "choice": vote.choice,
                "amount": None,
                "cast_at": self._ago(1),
            }
            for found in self._story.contributions
            for vote in found.votes
        ]

    def _deltas(self) -> Rows:
        """What each vote adds to a tally; folding counts them and seals the votes."""
        return [
            {
                "id": new_id(),
                "vote_id": vote["id"],
                "contribution_id": vote["contribution_id"],
                "key": vote["choice"],
                "delta": 1,
            }
            for vote in self._votes()
        ]


def _location_rule(activity: DemoActivity) -> LocationRule:
    """Where help, goods and ideas are matters; arguments have no place."""
    kinds = KINDS[ActivityKind(activity.kind)].contributions
    if ContributionKind.ARGUMENT in kinds:
        return LocationRule.NONE
    return LocationRule.REQUIRED if ContributionKind.PROPOSAL not in kinds else LocationRule.OPTIONAL


async def _copy(transaction: Transaction, model: type[SQLModel], rows: Rows) -> None:
    if rows:
        await transaction.copy(table(model), rows)
