"""What the demonstration's portals say of themselves: how to reach the city, links, running texts, the charter."""

from hashlib import sha256
from typing import NamedTuple

from demo.story import DemoTenant
from demo.text import portal as text
from tenants import provisioning

REVISED_BY = ("poitiers", "lille")
"""Whose charter was written anew since everybody agreed to it: whoever publishes there reads it first."""


CHECKED_AT = "2026-11-02T09:00:00Z"
"""When the name that each portal asks for was last looked at."""


class DemoText(NamedTuple):
    """A running text in one version, published so many days ago."""

    kind: str
    version: int
    body: str
    days_ago: int


def texts(story: DemoTenant) -> tuple[DemoText, ...]:
    """All versions of a portal's running texts."""
    institution = story.actors[0].name
    written = (
        DemoText("LEGAL", 1, text.LEGAL, 88),
        DemoText("ACCESSIBILITY", 1, text.ACCESSIBILITY, 88),
        DemoText("CHARTER", 1, text.CHARTER, 88),
    )
    revised = (DemoText("CHARTER", 2, text.REVISED_CHARTER, 6),) if story.slug in REVISED_BY else ()
    return tuple(each._replace(body=each.body.format(institution=institution)) for each in (*written, *revised))


def settings(story: DemoTenant) -> dict[str, object]:
    """How to reach the city, its links, and a name of its own that its DNS does not show yet."""
    return {
        "contact_email": f"participation@{story.slug}.example",
        "contact_phone": text.PHONE,
        "contact_address": f"{story.actors[0].name}\n{text.STREET}",
        "footer_links": [{"label": "Toutes les participations", "url": "/participer"}],
        "host_requests": [
            {
                "host": f"participer.{story.slug}.example",
                "token": sha256(story.slug.encode()).hexdigest()[:32],
                "state": "FAILED",
                "problem": "NO_RECORD",
                "asked_at": CHECKED_AT,
                "checked_at": CHECKED_AT,
            }
        ],
    }


def new_tenant(story: DemoTenant) -> provisioning.NewTenant:
    """What a portal of the demonstration is made of."""
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
