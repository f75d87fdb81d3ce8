"""The shapes of the demonstration: what a loader needs to write sixteen tenants, without any database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict


class Polygon(TypedDict):
    """A GeoJSON Polygon: one closed outer ring of [longitude, latitude] pairs in degrees (WGS 84)."""

    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


@dataclass(frozen=True, slots=True)
class DemoZone:
    """A named area of a tenant («quartier»), outlined by hand."""

    name: str
    geometry: Polygon


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """A label of an activity; the slug is unique within the activity."""

    slug: str
    name: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class DemoActor:
    """Who acts.

    `kind` is CITIZEN, ASSOCIATION, MERCHANT, PRODUCER or INSTITUTION; `role` is MEMBER, MODERATOR or ADMIN.
    The key is unique within the tenant.
    """

    key: str
    kind: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoComment:
    """A public reply, written `age_hours` before the demonstration's now."""

    author: str
    body: str
    age_hours: int


@dataclass(frozen=True, slots=True)
class DemoVote:
    """One actor's voice, as the activity's vote method says: SUPPORT, or FOR, MIXED, AGAINST, points, a grade."""

    actor: str
    choice: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DemoContribution:
    """One published thing.

    `kind` is OFFER, REQUEST, LISTING, PROPOSAL or ARGUMENT. A point is exact, and has an address, only for
    those who publish theirs: merchants, producers and institutions. An ARGUMENT has no point; it names the
    PROPOSAL it is `about` and its `side` (FOR or AGAINST). `outcome` is FULFILLED or WITHDRAWN when `status`
    is CLOSED, else None. It was published `age_hours` before the demonstration's now.
    """

    key: str
    activity: str
    kind: str
    author: str
    title: str
    body: str
    category: str | None
    lat: float | None
    lng: float | None
    is_exact: bool
    address: str | None
    is_anonymous: bool
    age_hours: int
    expires_after_days: int | None
    status: str
    outcome: str | None
    side: str | None
    about: str | None
    price_cents: int | None
    price_unit: str | None
    comments: tuple[DemoComment, ...] = ()
    votes: tuple[DemoVote, ...] = ()
    cost_euros: int | None = None
    successor: tuple[str, str] | None = None
    """The key of what became of a proposal, and whether it was MERGED or is a PROJECT."""

    expert: tuple[str, str] | None = None
    """The name and the function of the expert as whose view an argument is pinned."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What one actor finds wrong with something, in a category of the transparency database."""

    actor: str
    category: str
    explanation: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class DemoDecision:
    """What a moderator decided: HIDE, REDACT and WARN with a category, a ground (ILLEGAL or TERMS), a rule and facts.

    `written` is what the author had written of what is redacted; `suspended_days` is for how long its author was
    suspended, too.
    """

    moderator: str
    action: str
    category: str | None = None
    ground: str | None = None
    rule: str | None = None
    facts: str | None = None
    written: str | None = None
    suspended_days: int = 0


@dataclass(frozen=True, slots=True)
class DemoCase:
    """What moderators are told of a contribution, or of a `reply` to it that stands nowhere else.

    It was opened `age_hours` before the demonstration's now and decided an hour later, if it was.
    """

    about: str
    age_hours: int
    reports: tuple[DemoReport, ...]
    decision: DemoDecision | None = None
    appeal: str | None = None
    """Why the author contests the decision."""

    reply: DemoComment | None = None


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """What one of the two in an exchange wrote, `age_hours` before the demonstration's now."""

    is_author: bool
    body: str
    age_hours: int


@dataclass(frozen=True, slots=True)
class DemoMeeting:
    """An exchange about a contribution, proposed `age_hours` before the demonstration's now."""

    about: str
    author: str
    proposer: str
    status: str
    age_hours: int
    answered_after_hours: int
    messages: tuple[DemoMessage, ...]
    reason: str | None = None
    note: str | None = None
    place: str | None = None
    done_said_by: str | None = None


@dataclass(frozen=True, slots=True)
class DemoActivity:
    """One thing people do in a space.

    `kind` is one of `models.activity.ActivityKind`, `vote_method` one of `models.vote.VoteMethod` or None; where people
    vote by ballots `rule` has the columns of their rule. `closes_in_days` is None for an activity without an end.
    `support_threshold` is how many supports a proposal wants, None where there is no such number.
    """

    key: str
    kind: str
    title: str
    description: str
    opens_days_ago: int
    closes_in_days: int | None
    vote_method: str | None
    categories: tuple[DemoCategory, ...]
    support_threshold: int | None = None
    rule: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoSpace:
    """A participatory space and its activities."""

    slug: str
    title: str
    description: str
    activities: tuple[DemoActivity, ...]


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """One platform with all that is published on it.

    `collectivite` is an id of the register (`commune-75056`, `epci-244500468`, `departement-79`,
    `province-90000`); `lat` and `lng` are the centre in degrees; colours are `#rrggbb`.
    """

    slug: str
    title: str
    hosts: tuple[str, ...]
    collectivite: str
    primary_color: str
    secondary_color: str
    font: str
    locales: tuple[str, ...]
    features: tuple[str, ...]
    lat: float
    lng: float
    zones: tuple[DemoZone, ...]
    spaces: tuple[DemoSpace, ...]
    actors: tuple[DemoActor, ...]
    contributions: tuple[DemoContribution, ...]
    cover: str = "HILLS"
    withheld: tuple[DemoContribution, ...] = ()
    """What a moderator has hidden."""

    cases: tuple[DemoCase, ...] = ()
    meetings: tuple[DemoMeeting, ...] = ()
