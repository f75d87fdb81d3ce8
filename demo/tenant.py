"""The sixteen tenants of the demonstration, put together from plans, texts and a seeded chance."""

from random import Random

from demo import lineage, moderation
from demo.budget import budget
from demo.cast import gather
from demo.draft import Desk, Texts
from demo.entraide import mutual_aid
from demo.market import listings
from demo.meeting import fulfilled, meetings
from demo.opinion import opinions
from demo.plan import PLANS, TenantPlan
from demo.reply import Replies
from demo.space import features, spaces
from demo.story import DemoTenant


def tenants() -> tuple[DemoTenant, ...]:
    """All tenants, the same at every call: chance is seeded by the tenant's slug."""
    return tuple(tenant(plan) for plan in PLANS)


def tenant(plan: TenantPlan) -> DemoTenant:
    """One tenant with everything that is published on it."""
    rng = Random(f"parvis demonstration: {plan.slug}")
    cast = gather(plan, rng)
    desk = Desk(plan, cast, Texts(), rng)
    written = (*mutual_aid(desk), *listings(desk), *opinions(desk), *budget(desk))
    replies = Replies(desk)
    linked = lineage.linked(desk, [replies.added_to(item) for item in written])
    met = meetings(linked, cast.actors())
    contributions = fulfilled(linked, met)
    rooms = spaces(plan, contributions)
    return DemoTenant(
        slug=plan.slug,
        title=plan.title,
        hosts=(plan.host or f"{plan.slug}.parvis.localhost",),
        collectivite=plan.collectivite,
        primary_color=plan.primary_color,
        secondary_color=plan.secondary_color,
        font=plan.font,
        cover=plan.cover,
        locales=("fr", "en"),
        features=features(rooms),
        lat=plan.lat,
        lng=plan.lng,
        zones=plan.zones,
        spaces=rooms,
        actors=cast.actors(),
        contributions=contributions,
        withheld=moderation.withheld(contributions),
        cases=moderation.cases(contributions),
        meetings=met,
    )
