"""Analyses in the demonstration, computed by the job itself: one that is published, one that the city reviews."""

from pathlib import Path

from sqlalchemy import bindparam, func, update
from sqlalchemy.types import Uuid

from database.door import Database
from demo.load import actor_id, demo_id
from demo.story import DemoTenant
from jobs import analysis as analysing
from models.actor import Role
from models.analysis import Analysis
from models.base import table
from models.tenant import Feature
from office.analysis import START

CITY, SPACE, ACTIVITY = "rennes", "concertation", "idees"
"""Of which texts: all of a space, and one of its activities alone."""

_analysis = table(Analysis)
PUBLISH = (
    update(_analysis)
    .where(_analysis.c.id == bindparam("analysis", type_=Uuid()), _analysis.c.ended_at.is_not(None))
    .where(_analysis.c.result.is_not(None))
    .values(published_at=func.now())
)


async def analyse(database: Database, story: DemoTenant, tenant: int, folder: Path) -> None:
    """Ask for both, compute them, and publish that of the whole space."""
    space = demo_id(story.slug, "space", SPACE)
    whole, part = (demo_id(story.slug, "analysis", key) for key in (SPACE, ACTIVITY))
    asker = next(actor_id(story.slug, actor.key) for actor in story.actors if actor.role == Role.ADMIN.value)
    for id_, activity in ((whole, None), (part, demo_id(story.slug, "activity", ACTIVITY))):
        asked = {"id": id_, "space_id": space, "activity_id": activity, "question": None, "asked_by_id": asker}
        async with database.transaction(tenant) as transaction:
            await transaction.execute(START, **asked)
    for _ in (whole, part):
        await analysing.work(database, tenant, frozenset(Feature), folder)
    async with database.transaction(tenant) as transaction:
        await transaction.execute(PUBLISH, analysis=whole)
