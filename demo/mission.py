"""Missions of the demonstration: what an association asks volunteers for, its slots, and who has signed up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo.staff import SPEAKERS
from demo.story import DemoContribution, DemoTenant
from models.mission import Mission, MissionSlot
from models.sign_up import SignUp

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


@dataclass(frozen=True, slots=True)
class DemoMission:
    """A mission; `slots` are days from now, the hour, how many hours, how many places, and how many have signed up."""

    title: str
    body: str
    domain: str
    requirements: str | None
    minors_from: int | None
    is_accessible: bool
    slots: tuple[tuple[int, int, int, int, int], ...]


MISSIONS = (
    DemoMission(
        "Trier les denrées de la collecte d’hiver",
        "Nous trions et rangeons ce que les magasins ont donné, avant la distribution du samedi.\n"
        "On vous explique tout sur place ; venez pour une matinée ou pour toutes.",
        "SOLIDARITE_INSERTION",
        "Des chaussures fermées. Les cartons pèsent jusqu’à dix kilos, il y a aussi des postes assis.",
        16,
        True,
        ((-7, 9, 3, 8, 6), (6, 9, 3, 8, 8), (13, 9, 3, 8, 3), (20, 9, 3, 8, 0)),
    ),
    DemoMission(
        "Planter une haie au bord de l’école",
        "Deux cents plants à mettre en terre avec les parents et les enseignants. La terre est déjà prête.",
        "ENVIRONNEMENT",
        "Des gants et des bottes. Les outils sont prêtés.",
        15,
        False,
        ((9, 10, 2, 4, 5), (9, 14, 3, 12, 4)),
    ),
    DemoMission(
        "Tenir l’accueil de la permanence numérique",
        "Accueillir, offrir un café, orienter vers la bonne personne. Aucune compétence technique n’est demandée.",
        "VIVRE_ENSEMBLE",
        None,
        None,
        True,
        ((3, 14, 2, 2, 1), (10, 14, 2, 2, 0)),
    ),
)
AGES_HOURS = (24 * 12, 24 * 5, 30)
OPEN_DAYS = 60


def asked(story: DemoTenant) -> tuple[DemoContribution, ...]:
    """The requests of the missions, where others ask; none where the city has no association that somebody speaks
    for."""
    organiser = _organiser(story)
    there = [item for item in story.contributions if (item.kind, item.status) == ("REQUEST", "OPEN")]
    if organiser is None or len(there) < 2 * len(MISSIONS):
        return ()
    return tuple(
        replace(
            item,
            key=f"mission-{rank}",
            author=organiser,
            title=mission.title,
            body=mission.body,
            category=None,
            age_hours=hours,
            expires_after_days=OPEN_DAYS,
            is_anonymous=False,
            comments=(),
            votes=(),
        )
        for rank, (item, mission, hours) in enumerate(zip(there[len(MISSIONS) :], MISSIONS, AGES_HOURS, strict=False))
    )


def rows(story: DemoTenant, id_: Id, now: datetime) -> list[tuple[type[SQLModel], Rows]]:
    """Missions, slots and sign-ups, by table."""
    pairs = list(zip(asked(story), MISSIONS, strict=False))
    slots = [row for item, mission in pairs for row in _slots(item.key, mission, id_, now)]
    missions = [_mission(item, mission, id_, now) for item, mission in pairs]
    sign_ups = [row for item, mission in pairs for row in _sign_ups(story, item, mission, id_, now)]
    return [(Mission, missions), (MissionSlot, slots), (SignUp, sign_ups)]


def _mission(item: DemoContribution, mission: DemoMission, id_: Id, now: datetime) -> dict[str, Any]:
    return {
        "id": id_("mission", item.key),
        "contribution_id": id_("contribution", item.key),
        "organiser_id": id_("actor", item.author),
        "domain": mission.domain,
        "requirements": mission.requirements,
        "minors_from": mission.minors_from,
        "is_accessible": mission.is_accessible,
        "revised_at": now,
    }


def _slots(key: str, mission: DemoMission, id_: Id, now: datetime) -> Iterator[dict[str, Any]]:
    for rank, (days, hour, lasts, places, wanted) in enumerate(mission.slots):
        begins = (now + timedelta(days=days)).replace(hour=hour - 1, minute=0, second=0, microsecond=0)
        yield {
            "id": id_("slot", f"{key}/{rank}"),
            "mission_id": id_("mission", key),
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=lasts),
            "capacity": places,
            "taken_count": min(places, wanted),
            "cancelled_at": None,
        }


def _sign_ups(
    story: DemoTenant, item: DemoContribution, mission: DemoMission, id_: Id, now: datetime
) -> Iterator[dict[str, Any]]:
    """Residents one after another, from another one on for each slot; one of them a minor, where minors may."""
    people = [actor.key for actor in story.actors if actor.kind == "CITIZEN" and actor.role == "MEMBER"]
    for rank, (days, _, _, places, wanted) in enumerate(mission.slots):
        for place, person in enumerate(people[rank : rank + wanted]):
            is_minor = mission.minors_from is not None and place == 1
            at = now - timedelta(hours=24 * 10 - place)
            yield {
                "id": id_("sign_up", f"{item.key}/{rank}/{place}"),
                "slot_id": id_("slot", f"{item.key}/{rank}"),
                "organiser_id": id_("actor", item.author),
                "actor_id": id_("actor", person),
                "status": _status(place, places, is_over=days < 0),
                "is_minor": is_minor,
                "has_guardian_consent": is_minor,
                "signed_up_at": at,
                "changed_at": at,
            }


def _organiser(story: DemoTenant) -> str | None:
    """The association for which somebody speaks."""
    if not set(SPEAKERS) <= {actor.key for actor in story.actors}:
        return None
    return next((actor.key for actor in story.actors if actor.kind == "ASSOCIATION"), None)


def _status(place: int, places: int, *, is_over: bool) -> str:
    if is_over:
        return "ABSENT" if place == 4 else "CAME"
    return "REGISTERED" if place < places else "WAITING"
