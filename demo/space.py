"""The participatory spaces of a tenant and their activities, derived from what is published in them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from demo import budget, entraide, market, survey
from demo.category import categories
from demo.plan import TenantPlan
from demo.story import DemoActivity, DemoContribution, DemoSpace


class Frame(NamedTuple):
    """An activity before it has categories."""

    key: str
    kind: str
    title: str
    description: str
    opens_days_ago: int
    closes_in_days: int | None
    vote_method: str | None


NEIGHBOURLY = (
    Frame(
        entraide.ACTIVITY,
        "MUTUAL_AID",
        "Entraide entre voisins",
        "Vous avez besoin d’un coup de main, ou une heure à donner ? Publiez une offre ou une demande : "
        "votre adresse reste cachée, seul votre secteur apparaît sur la carte.",
        60,
        None,
        None,
    ),
    Frame(
        market.ACTIVITY,
        "MARKETPLACE",
        "Commerces et producteurs",
        "Les fermes, artisans et commerces proches de chez vous : produits, livraisons, horaires et prix.",
        60,
        None,
        None,
    ),
)
CIVIC = (
    Frame(
        "consultation",
        "CONSULTATION",
        "Nos rues, nos quartiers",
        "Donnez votre avis sur chaque proposition : d’accord, mitigé ou pas d’accord, et dites pourquoi. "
        "Le conseil municipal répondra à toutes les propositions.",
        60,
        32,
        "OPINION",
    ),
    Frame(
        "debat",
        "DEBATE",
        "Les grands débats",
        "Des questions posées par la ville, vos arguments pour et contre. Une synthèse sera publiée.",
        60,
        21,
        "OPINION",
    ),
    Frame(
        "idees",
        "IDEA_BOX",
        "Boîte à idées",
        "Une idée pour votre quartier ? Déposez-la, soutenez celles des autres : les plus soutenues "
        "sont étudiées par les services.",
        60,
        None,
        "SUPPORT",
    ),
    Frame(
        "petition",
        "PETITION",
        "Pétitions",
        "Les pétitions qui atteignent le seuil sont inscrites à l’ordre du jour du conseil.",
        60,
        60,
        "SUPPORT",
    ),
)


def spaces(plan: TenantPlan, contributions: Sequence[DemoContribution]) -> tuple[DemoSpace, ...]:
    """One space for neighbours, and one for civic life where there is any."""
    neighbourly = DemoSpace(
        slug="entraide",
        title="Mon marché local" if plan.listings > plan.mutual_aid else "Entraide",
        description=f"S’aider et se fournir près de chez soi, {plan.at_city}.",
        activities=_activities(NEIGHBOURLY, contributions),
    )
    civic = DemoSpace(
        slug="concertation",
        title="La parole aux habitants",
        description=f"Consultations, débats et idées pour mieux vivre {plan.at_city}.",
        activities=(*_activities(CIVIC, contributions), *survey.activities(plan.slug)),
    )
    decided = DemoSpace(
        slug="budget-participatif",
        title="À vous de choisir",
        description=f"Des projets pour mieux vivre {plan.at_city} : la ville les paie, vous décidez lesquels.",
        activities=_budget(plan, contributions),
    )
    return tuple(space for space in (neighbourly, civic, decided) if space.activities)


def _budget(plan: TenantPlan, contributions: Sequence[DemoContribution]) -> tuple[DemoActivity, ...]:
    """The editions of a city's participatory budget."""
    activities: list[DemoActivity] = []
    for place, edition in enumerate(budget.PLANS.get(plan.slug, ())):
        frame = Frame(
            budget.activity(place),
            "PARTICIPATORY_BUDGET",
            edition.title,
            edition.description,
            edition.opens_days_ago,
            edition.closes_in_days,
            edition.method,
        )
        activities += (replace(made, rule=edition.rule) for made in _activities((frame,), contributions))
    return tuple(activities)


def _activities(frames: Sequence[Frame], contributions: Sequence[DemoContribution]) -> tuple[DemoActivity, ...]:
    """The activities in which something is published, each with the categories in use."""
    activities = []
    for frame in frames:
        published = [item for item in contributions if item.activity == frame.key]
        used = {item.category for item in published if item.category is not None}
        if published:
            threshold = _threshold(frame.kind, published)
            activities.append(DemoActivity(*frame, categories(frame.kind, used), threshold))
    return tuple(activities)


def _threshold(kind: str, published: Sequence[DemoContribution]) -> int | None:
    """Petitions and ideas want more supports than most of them have."""
    if kind not in ("PETITION", "IDEA_BOX"):
        return None
    most = max(len(contribution.votes) for contribution in published)
    return next(step for step in (10, 20, 30, 50, 100, 200, 500, 1_000) if step > most * 4 // 5)


def features(spaces: Sequence[DemoSpace]) -> tuple[str, ...]:
    """What the tenant switches on: what its activities are."""
    return tuple(dict.fromkeys(activity.kind for space in spaces for activity in space.activities))
