"""The parts that every contribution of the demonstration shares: its age, its end, its unique text."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from demo.cast import Cast, CastMember
from demo.plan import TenantPlan
from demo.story import DemoContribution
from models.contribution import RULES, ContributionKind

EXPIRES_AFTER_DAYS = 30
RECENT_DAYS = 25
EXPIRED_SHARE = 0.025
CLOSED_SHARE = 0.035
FULFILLED_SHARE = 0.75
ATTEMPTS = 60

Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Course:
    """How far a contribution that expires has come."""

    age_hours: int
    status: str = "OPEN"
    outcome: str | None = None


def expires_after_days(kind: str) -> int:
    """How long a contribution of a kind is kept."""
    return min(EXPIRES_AFTER_DAYS, RULES[ContributionKind(kind)].most_days or EXPIRES_AFTER_DAYS)


def course(rng: Random, days: int = EXPIRES_AFTER_DAYS) -> Course:
    """Mostly open and recent; a few are past their expiry, a few were closed by their author. What expires sooner than
    usual is younger, too."""
    usual = _course(rng)
    return replace(usual, age_hours=max(1, usual.age_hours * days // EXPIRES_AFTER_DAYS))


def _course(rng: Random) -> Course:
    draw = rng.random()
    if draw < EXPIRED_SHARE:
        return Course(rng.randint(24 * EXPIRES_AFTER_DAYS + 1, 24 * (EXPIRES_AFTER_DAYS + 14)))
    if draw < EXPIRED_SHARE + CLOSED_SHARE:
        outcome = "FULFILLED" if rng.random() < FULFILLED_SHARE else "WITHDRAWN"
        return Course(rng.randint(24 * 4, 24 * RECENT_DAYS), "CLOSED", outcome)
    return Course(recent_age_hours(rng))


def recent_age_hours(rng: Random) -> int:
    """An age within the last 25 days, young ones more often."""
    return 1 + int(24 * RECENT_DAYS * rng.random() ** 1.4)


class Texts:
    """Remembers the texts of a tenant, so that none appears twice."""

    def __init__(self) -> None:
        self._seen: set[Text] = set()

    def fresh(self, write: Callable[[], Text]) -> Text:
        """Write until the title and body are new; RuntimeError when the variations are exhausted."""
        for _ in range(ATTEMPTS):
            text = write()
            if text not in self._seen:
                self._seen.add(text)
                return text
        raise RuntimeError(f"no new variation of «{text[0]}»: write more texts")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every writer of one tenant shares; the order in which it is used decides what chance brings."""

    plan: TenantPlan
    cast: Cast
    texts: Texts
    rng: Random


def contribution(
    *,
    key: str,
    activity: str,
    kind: str,
    author: str,
    text: Text,
    category: str | None,
    course: Course,
    home: CastMember | None = None,
    address: str | None = None,
    expires_after_days: int | None = None,
    is_anonymous: bool = False,
    side: str | None = None,
    about: str | None = None,
    price: tuple[int | None, str | None] = (None, None),
) -> DemoContribution:
    """A contribution without comments or votes; it lies at `home`, exactly when an address is published."""
    return DemoContribution(
        key=key,
        activity=activity,
        kind=kind,
        author=author,
        title=text[0],
        body=text[1],
        category=category,
        lat=home.lat if home else None,
        lng=home.lng if home else None,
        is_exact=address is not None,
        address=address,
        is_anonymous=is_anonymous,
        age_hours=course.age_hours,
        expires_after_days=expires_after_days,
        status=course.status,
        outcome=course.outcome,
        side=side,
        about=about,
        price_cents=price[0],
        price_unit=price[1],
    )
