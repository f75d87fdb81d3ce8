"""Staff: who edits a space of the demonstration, who evaluates, and who speaks for its organisations."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

import auth.provider
from auth.provider import STANDARD_CLAIMS
from demo.moderation import RESIDENT
from demo.story import DemoTenant
from models.bulk_change import BulkChange
from models.identity_provider import IdentityProvider, Preset
from models.note import Note
from models.webhook import Webhook, WebhookDelivery
from models.widget import Widget

EDITOR = "citizen-005"
"""Who edits a space, in each tenant that has so many citizens."""

VALUATOR = "citizen-004"
"""Who evaluates the proposals of every space, in each tenant that has so many citizens."""

SPEAKERS = ("citizen-006", "citizen-007", "citizen-008")
"""Who speaks for organisations, in each tenant that has so many citizens."""

EVALUATIONS = (
    (
        "FEASIBLE",
        18_500,
        "Terrain communal, sans réseau enterré. Compter six mois avec la consultation des entreprises."
        " Le prix comprend la pose et deux ans d'entretien.",
    ),
    (
        "NOT_FEASIBLE",
        None,
        "La voie appartient au département : la commune ne peut pas y faire de travaux."
        " Le service propose d'écrire au département avec les signatures recueillies.",
    ),
    (
        "UNDETERMINED",
        42_000,
        "Possible si l'étude de sol le confirme. Premier ordre de grandeur, à affiner avant d'en parler.",
    ),
)
"""What the valuator found of the first proposals: whether, for how many euros, and why."""

NOTES = (
    "Vu sur place jeudi : faisable sans gros travaux, à chiffrer.\nRappeler le conseil de quartier avant de répondre.",
    "Proche d'un projet déjà inscrit au programme de l'an prochain : vérifier s'il le couvre.",
)

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


def roles(story: DemoTenant, id_: Id, given_at: datetime) -> Rows:
    """Somebody edits the last space, without administering the portal; somebody else evaluates in each."""
    given = [(EDITOR, "EDITOR", story.spaces[-1])] + [(VALUATOR, "VALUATOR", space) for space in story.spaces]
    keys = {actor.key for actor in story.actors}
    return [
        {
            "id": id_("role", f"{person}/{space.slug}"),
            "space_id": id_("space", space.slug),
            "actor_id": id_("actor", person),
            "kind": kind,
            "given_at": given_at,
        }
        for person, kind, space in given
        if person in keys
    ]


TOLD = (("DELIVERED", 1, 204, None, 84), ("GIVEN_UP", 18, 503, "REFUSED", 1_240), ("DELIVERED", 2, 200, None, 131))
"""What became of what the city's webhook was told: state, attempts, status, problem, milliseconds."""


def work(story: DemoTenant, id_: Id, at: datetime) -> list[tuple[type[SQLModel], Rows]]:
    """What the team did, as tables with their rows."""
    written = notes(story, id_, at) + evaluations(story, id_, at)
    office: list[tuple[type[SQLModel], Rows]] = [
        (BulkChange, bulk_changes(story, id_, at)),
        (IdentityProvider, providers(story, at)),
    ]
    return [*office, (Note, written), (Widget, widgets(story, id_, at)), *hooks(story, id_, at)]


def widgets(story: DemoTenant, id_: Id, made_at: datetime) -> Rows:
    """What the city's own site shows of the portal: its ideas, else the newest of all."""
    activities = (activity for space in story.spaces for activity in space.activities)
    shown = next((activity.key for activity in activities if activity.kind == "IDEA_BOX"), None)
    return [
        {
            "id": id_("widget", "city"),
            "name": "Site de la ville",
            "origins": [f"https://www.{story.slug}.example"],
            "activity_id": None if shown is None else id_("activity", shown),
            "theme": {},
            "is_trusted_only": True,
            "created_by_id": id_("actor", next(actor.key for actor in story.actors if actor.role == "ADMIN")),
            "created_at": made_at,
        }
    ]


def notes(story: DemoTenant, id_: Id, written_at: datetime) -> Rows:
    """What the team wrote about the first two proposals that are given to somebody."""
    given = list(assignees(story, id_))
    authors = {item.key: item.author for item in story.contributions}
    return [
        {
            "id": id_("note", key),
            "contribution_id": id_("contribution", key),
            "author_id": id_("actor", story.actors[0].key),
            "concerned_id": id_("actor", authors[key]),
            "body": body,
            "written_at": written_at,
            "feasibility": None,
            "cost_euros": None,
        }
        for key, body in zip(given, NOTES, strict=False)
    ]


def evaluations(story: DemoTenant, id_: Id, written_at: datetime) -> Rows:
    """What the valuator found of the first open proposals that are given to nobody; the others wait."""
    if not any(actor.key == VALUATOR for actor in story.actors):
        return []
    given = assignees(story, id_)
    open_ = [item for item in story.contributions if (item.kind, item.status) == ("PROPOSAL", "OPEN")]
    unassigned = [item for item in open_ if item.key not in given]
    return [
        {
            "id": id_("evaluation", item.key),
            "contribution_id": id_("contribution", item.key),
            "author_id": id_("actor", VALUATOR),
            "concerned_id": id_("actor", item.author),
            "body": reason,
            "written_at": written_at,
            "feasibility": feasibility,
            "cost_euros": cost,
        }
        for item, (feasibility, cost, reason) in zip(unassigned, EVALUATIONS, strict=False)
    ]


def assignees(story: DemoTenant, id_: Id) -> dict[str, UUID]:
    """To whom contributions are given, by their keys: every fourth open proposal to the city's own organisation."""
    if not any(actor.key == "institution" for actor in story.actors):
        return {}
    open_ = [item for item in story.contributions if (item.kind, item.status) == ("PROPOSAL", "OPEN")]
    return {item.key: id_("actor", "institution") for item in open_[1::4]}


def bulk_changes(story: DemoTenant, id_: Id, done_at: datetime) -> Rows:
    """The one with which the city gave these proposals to its own organisation."""
    given = assignees(story, id_)
    if not given:
        return []
    untouched = {"before": None, "obstacle": None, "response": None, "is_kept": False}
    items = [{"id": str(id_("contribution", key)), **untouched} for key in given]
    made = {"changed_count": len(items), "kept_count": 0, "created_by_id": id_("actor", story.actors[0].key)}
    times = {"created_at": done_at, "done_at": done_at, "undone_at": None}
    value = {"kind": "ASSIGNEE", "state": "DONE", "value_id": id_("actor", "institution"), "service": None}
    return [{"id": id_("bulk", "institution"), **value, "items": items, **made, **times}]


def providers(story: DemoTenant, created_at: datetime) -> Rows:
    """A provider of the city's own that is not set up to its end: without a secret, and switched off."""
    rules = auth.provider.RULES[Preset.GENERIC]
    terms = {"scopes": list(rules.scopes), "acr_values": [], "claims": dict(STANDARD_CLAIMS)}
    named = {"slug": "ville", "title": f"Compte {story.title}", "preset": "GENERIC", "client_id": "parvis"}
    kept = {"issuer": f"https://id.{story.slug}.example", "secret_name": "", "sealed_secret": None}
    return [{**named, **kept, **terms, "is_enabled": False, "created_at": created_at, "rank": 1}]


def hooks(story: DemoTenant, id_: Id, at: datetime) -> list[tuple[type[SQLModel], Rows]]:
    """A webhook of the city's ticket system that is switched off, with what it was told before: trials alone, because
    the demonstration's events are older than it. Its secret is nobody's."""
    hook = id_("webhook", "billetterie")
    kinds = ["CONTRIBUTION_PUBLISHED", "COMMENT_PUBLISHED", "RESPONSE_PUBLISHED"]
    named = {
        "id": hook,
        "name": "Suivi des demandes",
        "url": f"https://outils.{story.slug}.example/parvis",
        "kinds": kinds,
    }
    times = {"since": at, "stopped_at": at, "created_at": at}
    told = [
        {
            "id": id_("delivery", str(place)),
            "webhook_id": hook,
            "subject_id": id_("delivery", str(place)),
            "position": 0,
            "state": state,
            "attempts": attempts,
            "status_code": status,
            "problem": problem,
            "took_ms": took,
            **dict.fromkeys(("due_at", "made_at", "tried_at"), at - timedelta(minutes=place)),
        }
        for place, (state, attempts, status, problem, took) in enumerate(TOLD)
    ]
    made = {"state": "OFF", "sealed_secret": "", "created_by_id": id_("actor", story.actors[0].key)}
    return [(Webhook, [{**named, **made, **times}]), (WebhookDelivery, told)]


def members(story: DemoTenant, id_: Id, given_at: datetime) -> Rows:
    """Organisations have members: the city's own, the first association, and the chamber."""
    keys = {actor.key for actor in story.actors}
    association = next((actor.key for actor in story.actors if actor.kind == "ASSOCIATION"), "")
    pairs = [("institution", person) for person in SPEAKERS[:2]] + [(association, person) for person in SPEAKERS[1:]]
    pairs += [("chamber", SPEAKERS[0]), (_shop(story), RESIDENT)]
    return [
        {
            "id": id_("member", f"{organisation}/{person}"),
            "organisation_id": id_("actor", organisation),
            "member_id": id_("actor", person),
            "given_at": given_at,
        }
        for organisation, person in pairs
        if organisation in keys and person in keys
    ]


def _shop(story: DemoTenant) -> str:
    """The last shop or farm that the resident has nothing to do with as a neighbour."""
    met = {one.author for one in story.meetings if one.proposer == RESIDENT}
    sellers = (actor.key for actor in reversed(story.actors) if actor.kind in ("MERCHANT", "PRODUCER"))
    return next((key for key in sellers if key not in met), "")
