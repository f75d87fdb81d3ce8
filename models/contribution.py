"""Contribution («contribution»): one published thing by one actor in one activity, with its place and its life."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Double, Index, Integer, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import PLATFORM, TENANT, TenantTable, derived_words, one_of, text_column, time_column
from models.collectivite import PlanePoint
from models.debate import EXPERT
from models.event import EventKind
from models.lineage import SUCCESSION, Succession


class ContributionKind(Enum):
    """What is published."""

    OFFER = "OFFER"
    REQUEST = "REQUEST"
    LISTING = "LISTING"
    PROPOSAL = "PROPOSAL"
    ARGUMENT = "ARGUMENT"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a contribution of a kind may have: a price, a cost, no name, something it is about and takes a side on."""

    may_have_price: bool = False
    may_be_anonymous: bool = False
    about: ContributionKind | None = None
    may_have_cost: bool = False
    wants_author: bool = False
    """Whether it is of no use to anybody without its author, who answers."""

    is_exchanged: bool = False
    """Whether others answer it by proposing an exchange to its author."""

    may_be_for_another: bool = False
    """Whether one may publish it for somebody who has agreed."""

    usual_capacity: int | None = None
    """How many may be accepted unless its author says otherwise; None: without a limit."""

    is_fulfilled_when_done: bool = False
    """Whether it is closed as fulfilled once all its places are done."""

    most_days: int | None = None
    """For how many days at most it is published or renewed, and for how many usually; None: as any other."""


RULES: dict[ContributionKind, Rule] = {
    ContributionKind.OFFER: Rule(wants_author=True, is_exchanged=True, may_be_for_another=True),
    ContributionKind.REQUEST: Rule(
        may_be_anonymous=True,
        wants_author=True,
        is_exchanged=True,
        may_be_for_another=True,
        usual_capacity=1,
        is_fulfilled_when_done=True,
        most_days=14,
    ),
    ContributionKind.LISTING: Rule(may_have_price=True, wants_author=True, is_exchanged=True),
    ContributionKind.PROPOSAL: Rule(may_have_cost=True),
    ContributionKind.ARGUMENT: Rule(about=ContributionKind.PROPOSAL),
}
"""All that is decided by a contribution's kind; the table's CHECKs say the same (a test compares)."""


class ContributionStatus(Enum):
    """Where a contribution is in its life."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"
    TAKEN_BACK = "TAKEN_BACK"
    PAUSED = "PAUSED"
    HELD = "HELD"
    HIDDEN = "HIDDEN"


_S = ContributionStatus
PUBLIC_STATUSES = _PUBLIC = (_S.OPEN, _S.CLOSED, _S.EXPIRED, _S.PAUSED)
"""Of what everybody sees who sees the activity, the PAUSED not in lists. Others are not counted either."""

WITHHELD_STATUSES = (ContributionStatus.HELD, ContributionStatus.HIDDEN)
"""Of what moderation keeps from the public: as long as nobody has decided, or because somebody has."""

GONE_STATUSES = (ContributionStatus.TAKEN_BACK,)
"""Of what nobody sees any more, moderators neither: an empty row that keeps the id."""


class By(Enum):
    """Who may make a move in a contribution's life; EXCHANGES once its places are done, ZONE when it moves."""

    AUTHOR = "AUTHOR"
    CLOCK = "CLOCK"
    EXCHANGES = "EXCHANGES"
    IMPORT = "IMPORT"
    LINEAGE = "LINEAGE"
    MODERATION = "MODERATION"
    ZONE = "ZONE"


@dataclass(frozen=True, slots=True)
class Move:
    """An allowed change of the status; `before` is None where there was nothing."""

    before: ContributionStatus | None
    after: ContributionStatus
    by: By
    event: EventKind


MOVES = (
    Move(None, ContributionStatus.OPEN, By.AUTHOR, EventKind.CONTRIBUTION_PUBLISHED),
    Move(None, ContributionStatus.HELD, By.AUTHOR, EventKind.CONTRIBUTION_SUBMITTED),
    Move(ContributionStatus.OPEN, ContributionStatus.OPEN, By.AUTHOR, EventKind.CONTRIBUTION_RENEWED),
    Move(ContributionStatus.EXPIRED, ContributionStatus.OPEN, By.AUTHOR, EventKind.CONTRIBUTION_RENEWED),
    Move(ContributionStatus.OPEN, ContributionStatus.PAUSED, By.AUTHOR, EventKind.CONTRIBUTION_PAUSED),
    Move(ContributionStatus.PAUSED, ContributionStatus.OPEN, By.AUTHOR, EventKind.CONTRIBUTION_RESUMED),
    Move(ContributionStatus.OPEN, ContributionStatus.EXPIRED, By.CLOCK, EventKind.CONTRIBUTION_EXPIRED),
    *(
        Move(before, _S.CLOSED, by, EventKind.CONTRIBUTION_CLOSED)
        for before in (_S.OPEN, _S.PAUSED, _S.EXPIRED)
        for by in (By.AUTHOR, By.EXCHANGES)
    ),
    Move(ContributionStatus.OPEN, ContributionStatus.CLOSED, By.LINEAGE, EventKind.LINEAGE_CHANGED),
    Move(ContributionStatus.CLOSED, ContributionStatus.OPEN, By.LINEAGE, EventKind.LINEAGE_CHANGED),
    Move(None, ContributionStatus.OPEN, By.IMPORT, EventKind.CONTRIBUTION_IMPORTED),
    *(Move(was, _S.TAKEN_BACK, By.IMPORT, EventKind.CONTRIBUTION_TAKEN_BACK) for was in _S if was is not _S.TAKEN_BACK),
    *(Move(old, new, By.ZONE, EventKind.CONTRIBUTION_IMPORTED) for old in (None, _S.TAKEN_BACK) for new in _PUBLIC),
    *(
        move
        for shown in PUBLIC_STATUSES
        for move in (
            Move(shown, ContributionStatus.HELD, By.MODERATION, EventKind.CONTRIBUTION_HELD),
            Move(shown, ContributionStatus.HIDDEN, By.MODERATION, EventKind.CONTRIBUTION_HIDDEN),
            Move(ContributionStatus.HELD, shown, By.MODERATION, EventKind.CONTRIBUTION_RESTORED),
            Move(ContributionStatus.HIDDEN, shown, By.MODERATION, EventKind.CONTRIBUTION_RESTORED),
        )
    ),
    Move(ContributionStatus.HELD, ContributionStatus.HIDDEN, By.MODERATION, EventKind.CONTRIBUTION_HIDDEN),
)
"""All that may become of a contribution. What has an author's way to OPEN may be revised as well; moderation shows a
contribution again as it was before."""


class ContributionOutcome(Enum):
    """With what a closed contribution ended."""

    FULFILLED = "FULFILLED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"


class OnBehalfOf(Enum):
    """For whom somebody publishes."""

    NOBODY = "NOBODY"
    """For oneself, or the organisation in whose name one speaks."""

    PERSON_WHO_AGREED = "PERSON_WHO_AGREED"
    DESK = "DESK"


class Urgency(Enum):
    """How soon an answer is wanted."""

    NOW = "NOW"
    THIS_WEEK = "THIS_WEEK"
    NO_HURRY = "NO_HURRY"


MAX_CAPACITY = 1_000


class Side(Enum):
    """What an argument pleads for."""

    FOR = "FOR"
    AGAINST = "AGAINST"


class Precision(Enum):
    """How precisely a place is public."""

    CELL = "CELL"
    EXACT = "EXACT"


TITLE_LENGTH = (3, 255)
BODY_LENGTH = (1, 20_000)
"""Characters. Of real proposals 5 % had titles over 120 (236 at most), 1 % texts over 5,000."""

MAX_EUROS = 2_000_000_000
"""The dearest project and the largest budget: what an integer of the API and of PostgreSQL still holds."""

TRIGRAMS = f"CASE WHEN kind = 'PROPOSAL' THEN {PLATFORM}.trigrams(title) END"
NEWEST = (text("published_at DESC"), text("id DESC"))
"""The order of lists, in every index that a list reads."""

LISTED = ("kind", "status", "activity_id", "category_id", "expires_at", "lat", "lng")
"""What lists filter by beside the index's own key: carried in the index, so that rows are not fetched to be refused."""


PENDING_KB = 64
"""What of the index of words may wait to be sorted in: every search reads through it. With PostgreSQL's 4 MB a
count by words took sixteen times as long after 5,000 rows were written anew, as folded votes do."""


def _newest_index(column: str) -> Index:
    included = [name for name in LISTED if name != column]
    return Index(f"contribution_{column}_newest", column, *NEWEST, postgresql_include=included)


def _words_index(name: str, condition: str) -> Index:
    """Words, and when: people search for what is open, and what is over becomes ever more."""
    return Index(
        f"contribution_search_{name}",
        "search",
        text(f"{PLATFORM}.periods(published_at)"),
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": PENDING_KB},
        postgresql_where=text(condition),
    )


class Contribution(TenantTable, table=True):
    """`status_before` is where it was in its life before moderation withheld it, and will be when it is shown again.
    What `is_unseen` was never public: it waits for a moderator, or was refused. Of what `is_redacted` title and text
    are a moderator's; the decision keeps the author's.

    `capacity` is how many exchanges may be accepted (NULL: without a limit), `accepted_count` how many take a place.

    `behalf` is for whom it is published: at a DESK the author is the organisation that answers for somebody.

    `successor_id` is what became of a proposal: the one that it was merged into, or the project that was made of it.

    Where `pinned_at` says since when, an argument is shown first, as that of the named expert.

    `assignee_id` is to whom of the city's team it is given: a service, or a person.

    `exact_*` is private to its author. `cell`, `lat`, `lng`, `position` and `cell_*` are the published position:
    the centre of the person's cell, or the exact point that the person chose to publish."""

    __tablename__ = "contribution"
    __table_args__ = (
        one_of("kind", ContributionKind),
        one_of("status", ContributionStatus),
        one_of("outcome", ContributionOutcome),
        one_of("side", Side),
        one_of("succession", Succession),
        CheckConstraint(
            f"num_nonnulls({', '.join(SUCCESSION)}) IN (0, 3) AND successor_id IS DISTINCT FROM id"
            " AND (succession IS NULL OR kind = 'PROPOSAL')"
            " AND (succession IS NOT DISTINCT FROM 'MERGED') = (outcome IS NOT DISTINCT FROM 'MERGED')",
            name="successor_of_proposal",
        ),
        one_of("precision", Precision),
        one_of("urgency", Urgency),
        one_of("behalf", OnBehalfOf),
        CheckConstraint("behalf = 'NOBODY' OR kind IN ('OFFER', 'REQUEST')", name="behalf_of_help"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MAX_CAPACITY}", name="capacity_in_reach"),
        CheckConstraint(
            "accepted_count >= 0 AND (capacity IS NULL OR accepted_count <= capacity)", name="accepted_within_capacity"
        ),
        CheckConstraint(f"char_length(title) BETWEEN {TITLE_LENGTH[0]} AND {TITLE_LENGTH[1]}", name="title_length"),
        CheckConstraint(f"char_length(body) BETWEEN {BODY_LENGTH[0]} AND {BODY_LENGTH[1]}", name="body_length"),
        # ASCII alone is read alike whatever a cluster's locale: see `models/word.py`.
        CheckConstraint("octet_length(search_text) = char_length(search_text)", name="search_text_ascii"),
        CheckConstraint(
            "(COALESCE(status_before, status) = 'CLOSED') = (outcome IS NOT NULL)", name="closed_with_outcome"
        ),
        CheckConstraint("(status IN ('HELD', 'HIDDEN')) = (status_before IS NOT NULL)", name="withheld_from_a_status"),
        CheckConstraint("NOT is_unseen OR status IN ('HELD', 'HIDDEN', 'TAKEN_BACK')", name="unseen_withheld"),
        CheckConstraint("status_before IN ('OPEN', 'CLOSED', 'EXPIRED', 'PAUSED')", name="status_before_known"),
        CheckConstraint("(kind = 'ARGUMENT') = (side IS NOT NULL AND about_id IS NOT NULL)", name="argument_about"),
        CheckConstraint(
            f"num_nonnulls({', '.join(EXPERT)}) IN (0, 3) AND (pinned_at IS NULL OR kind = 'ARGUMENT')",
            name="expert_of_argument",
        ),
        CheckConstraint("NOT is_anonymous OR kind = 'REQUEST'", name="only_requests_anonymous"),
        CheckConstraint(
            "num_nulls(cell, lat, lng, position, precision, cell_5, cell_6, cell_7, cell_8) IN (0, 9)",
            name="published_whole_or_absent",
        ),
        CheckConstraint("price_cents IS NULL OR (kind = 'LISTING' AND price_cents >= 0)", name="price_of_listing"),
        CheckConstraint(
            f"cost_euros IS NULL OR (kind = 'PROPOSAL' AND cost_euros BETWEEN 0 AND {MAX_EUROS})",
            name="cost_of_proposal",
        ),
        CheckConstraint(
            "season_months IS NULL OR (kind = 'LISTING' AND cardinality(season_months) BETWEEN 1 AND 12"
            " AND season_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}')",
            name="season_of_listing",
        ),
        *(_newest_index(column) for column in ("cell_5", "cell_6", "cell_7", "cell_8", "activity_id", "zone_id")),
        Index("contribution_newest", *NEWEST, postgresql_include=LISTED),
        Index("contribution_supported", text("support_count DESC"), text("id DESC"), postgresql_include=LISTED),
        # Lists of an activity are counted from it, by status, kind and category.
        Index("contribution_statistics", "activity_id", "status", "kind", "category_id", "expires_at"),
        Index(
            "contribution_nearest",
            "position",
            postgresql_using="spgist",
            postgresql_ops={"position": "kd_point_ops"},
            postgresql_include=("id", *LISTED),
        ),
        _words_index("open", "status = 'OPEN'"),
        _words_index("over", "status <> 'OPEN'"),
        Index("contribution_successor", "successor_id", postgresql_where=text("successor_id IS NOT NULL")),
        Index("contribution_about", "about_id", *NEWEST, postgresql_where=text("about_id IS NOT NULL")),
        Index("contribution_author", "author_id", *NEWEST),
        Index(
            "contribution_expiry",
            "expires_at",
            "activity_id",
            postgresql_where=text("status = 'OPEN' AND expires_at IS NOT NULL"),
        ),
        # What goes together: by the square of the published position (models/suggestion.py).
        Index(
            "contribution_suggested",
            "category_id",
            "kind",
            text("(floor(lat * 100)::int)"),
            text("(floor(lng * 100)::int)"),
            text("published_at DESC"),
            postgresql_where=text("status = 'OPEN' AND kind IN ('OFFER', 'REQUEST') AND lat IS NOT NULL"),
        ),
        # Whose exact places are to be forgotten.
        Index(
            "contribution_placed",
            text("COALESCE(closed_at, expires_at)"),
            postgresql_where=text("exact_lat IS NOT NULL AND precision = 'CELL' AND status <> 'OPEN'"),
        ),
        Index(
            "contribution_assigned",
            "assignee_id",
            "published_at",
            "id",
            postgresql_where=text("assignee_id IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    kind: ContributionKind = Field(sa_column=text_column())
    status: ContributionStatus = Field(sa_column=text_column())
    status_before: ContributionStatus | None = Field(default=None, sa_column=text_column(nullable=True))
    outcome: ContributionOutcome | None = Field(sa_column=text_column(nullable=True))
    title: str = Field(sa_column=text_column())
    body: str = Field(sa_column=text_column())
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    is_anonymous: bool
    is_redacted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    is_unseen: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    category_id: UUID | None = Field(foreign_key=f"{TENANT}.category.id")
    zone_id: UUID | None = Field(foreign_key=f"{TENANT}.zone.id")
    about_id: UUID | None = Field(foreign_key=f"{TENANT}.contribution.id")
    side: Side | None = Field(sa_column=text_column(nullable=True))
    price_cents: int | None
    price_unit: str | None = Field(sa_column=text_column(nullable=True))
    season_months: list[int] | None = Field(default=None, sa_column=Column(ARRAY(Integer)))
    cost_euros: int | None = None
    exact_lat: float | None = Field(sa_column=Column(Double))
    exact_lng: float | None = Field(sa_column=Column(Double))
    address: str | None = Field(sa_column=text_column(nullable=True))
    precision: Precision | None = Field(sa_column=text_column(nullable=True))
    cell: int | None = Field(sa_column=Column(BigInteger))
    lat: float | None = Field(sa_column=Column(Double))
    lng: float | None = Field(sa_column=Column(Double))
    position: str | None = Field(sa_column=Column(PlanePoint))
    cell_5: int | None = Field(sa_column=Column(BigInteger))
    cell_6: int | None = Field(sa_column=Column(BigInteger))
    cell_7: int | None = Field(sa_column=Column(BigInteger))
    cell_8: int | None = Field(sa_column=Column(BigInteger))
    support_count: int = Field(default=0)
    published_at: datetime = Field(sa_column=time_column())
    revised_at: datetime | None = Field(sa_column=time_column(nullable=True))
    expires_at: datetime | None = Field(sa_column=time_column(nullable=True))
    closed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    urgency: Urgency = Field(default=Urgency.NO_HURRY, sa_column=text_column(server_default=text("'NO_HURRY'")))
    behalf: OnBehalfOf = Field(default=OnBehalfOf.NOBODY, sa_column=text_column(server_default=text("'NOBODY'")))
    capacity: int | None = None
    accepted_count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    assignee_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.actor.id")
    expert_name: str | None = Field(default=None, sa_column=text_column(nullable=True))
    expert_function: str | None = Field(default=None, sa_column=text_column(nullable=True))
    pinned_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    successor_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.contribution.id")
    succession: Succession | None = Field(default=None, sa_column=text_column(nullable=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    search_text: str = Field(sa_column=text_column())
    search: str = Field(sa_column=derived_words("to_tsvector('pg_catalog.french'::regconfig, search_text)"))
    title_trigrams: str | None = Field(sa_column=derived_words(TRIGRAMS))
