"""Winners: how far a city is with what its last vote decided: statuses, and what its services said of each project."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from demo import photo
from demo.budget import activity
from demo.story import DemoTenant

CITY, OVER = "rennes", activity(1)
STATUSES = (
    ("À l'étude", "#2563eb"),
    ("Commandé", "#b45309"),
    ("En travaux", "#7c3aed"),
    ("Réalisé", "#15803d"),
    ("Abandonné", "#6b7280"),
)
"""Name and colour, in order: what becomes of a project that has won."""

STUDIED, ORDERED, AT_WORK, DONE, _ABANDONED = range(len(STATUSES))
Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]
Ago = Callable[[int], datetime]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a service said of a winner, so many days ago, and how far that is."""

    project: str
    days_ago: int
    status: int
    service: str
    body: str
    scene: str | None = None
    shows: str | None = None
    """Its photo, and what that shows."""


FOLLOWED = (
    Progress(
        "Un four à pain à Villejean",
        17,
        STUDIED,
        "Direction de quartier Nord-Ouest",
        "Premier du vote. L'emplacement se choisit avec les habitants, samedi prochain sur la place.",
        scene="stakes",
        shows="Sur la pelouse de la place, quatre piquets et une corde marquent l'endroit où le four pourrait être.",
    ),
    Progress(
        "Un four à pain à Villejean",
        3,
        AT_WORK,
        "Direction de quartier Nord-Ouest",
        "La dalle est coulée à côté du jardin partagé. Le maçon monte le four ; il sera allumé au printemps.",
        scene="oven",
        shows="Le four en briques monte sur sa dalle : huit rangs sont posés autour de la bouche.",
    ),
    Progress(
        "La mare des Gayeulles curée",
        12,
        STUDIED,
        "Direction des jardins",
        "On ne cure pas une mare quand les tritons y vivent : les travaux se feront en octobre. Le coût ne change pas.",
        scene="pond",
        shows="La mare des Gayeulles avant les travaux : des nénuphars sur l'eau, des roseaux des deux côtés.",
    ),
    Progress(
        "Des ruches sur les toits",
        15,
        ORDERED,
        "Mission biodiversité",
        "Huit ruches sont commandées chez un apiculteur de Betton.",
    ),
    Progress(
        "Des ruches sur les toits",
        2,
        DONE,
        "Mission biodiversité",
        "Les huit ruches sont posées sur les toits de quatre écoles. Dépensé : 8 640 € sur les 9 000 € prévus.",
        scene="hives",
        shows="Trois ruches jaunes sur le toit plat d'une école ; des abeilles volent au-dessus.",
    ),
    Progress(
        "Des plans du métro en relief",
        6,
        ORDERED,
        "Service des transports",
        "Les vingt plans sont en fabrication. Les deux premiers seront essayés à la station République.",
        scene="relief",
        shows="Un plan du métro en relief : deux lignes épaisses se croisent, les stations sont des boutons.",
    ),
)


def statuses(story: DemoTenant, id_: Id) -> Rows:
    """How far a winner can be."""
    if story.slug != CITY:
        return []
    return [
        {
            "id": id_("status", f"{OVER}/{rank}"),
            "activity_id": id_("activity", OVER),
            "name": name,
            "color": color,
            "rank": rank,
            "is_open_to_votes": True,
            "is_open_to_comments": True,
            "version": 1,
        }
        for rank, (name, color) in enumerate(STATUSES)
    ]


def responses(story: DemoTenant, id_: Id, ago: Ago) -> Rows:
    """What was said of each winner, since the count."""
    if story.slug != CITY:
        return []
    keys = {item.title: item.key for item in story.contributions if item.activity == OVER}
    return [
        {
            "id": id_("response", f"{keys[one.project]}/{one.days_ago}"),
            "contribution_id": id_("contribution", keys[one.project]),
            "status_id": id_("status", f"{OVER}/{one.status}"),
            "service": one.service,
            "body": one.body,
            "author_id": id_("actor", story.actors[0].key),
            "published_at": ago(24 * one.days_ago),
            "revised_at": None,
            "version": 1,
            "photo_description": one.shows,
            **photo.columns(one.scene, ago(24 * one.days_ago - 2)),
        }
        for one in FOLLOWED
    ]
