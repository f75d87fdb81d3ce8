"""Proof («justificatif»): what a vote asks of its voters, and what is kept of it: a level and keyed digests."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models import word
from models.base import TENANT, TenantTable, one_of, text_column, time_column


class ProofLevel(Enum):
    """How a voter proves to be somebody («niveau de preuve»)."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    DECLARATION = "DECLARATION"
    CODE = "CODE"
    LIST = "LIST"
    DOCUMENT = "DOCUMENT"
    FRANCECONNECT = "FRANCECONNECT"


OF_PERSON = (ProofLevel.DECLARATION, ProofLevel.LIST, ProofLevel.DOCUMENT, ProofLevel.FRANCECONNECT)
"""Levels whose key is the person's name and birth date: one person has one, whichever of them it is."""


def tells_people_apart(levels: Iterable[ProofLevel], *, with_desks: bool = False) -> bool:
    """Whether one person can prove once alone: levels share the key of a person, as desks do, or there is one level and
    no desk. A mailbox, a telephone or a code says nothing of anyone who has another one, or has signed at a desk."""
    asked = set(levels)
    return asked <= set(OF_PERSON) or (len(asked) == 1 and not with_desks)


KNOWING = (*OF_PERSON, ProofLevel.CODE)
"""Levels by which it is known how old somebody is and where he or she lives: whoever hands codes out looks at it."""

LIMITS: dict[str, tuple[int, int]] = {"proof_least_age": (1, 120)}
OLDEST = date(1890, 1, 1)
"""Nobody who votes was born before."""

NAME_LENGTH = (1, 80)
ADDRESS_LENGTH = (5, 200)

PARTICLES = frozenset(
    ("d", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "l", "la", "le", "les", "van", "von")
)
"""Words of names that papers, lists and people write or leave out."""


COLUMNS = ("proof_levels", "proof_least_age", "proof_age_on", "proof_zone_id")
"""Where an activity keeps what it asks: any of the levels, and of the person an age reached on a day (NULL: that of the
proof), and a zone of residence."""


class Proof(TenantTable, table=True):
    """What a voter has proved in one activity. Nothing else is kept of what was typed.

    `digest` is keyed with the server's secret and of one activity: of name and birth date, of a mailbox, …, so that one
    person proves once whatever the account; `first_digest` is of the same person by the first given name alone, where
    there are more. It says nothing of a ballot: in a secret vote it belongs to the list of those who sign.
    `activity_id` is no foreign key, which would have every voter lock the activity's row. Once its person is erased it
    is nobody's and still counts as used.
    """

    __tablename__ = "proof"
    __table_args__ = (
        one_of("level", ProofLevel),
        UniqueConstraint("activity_id", "actor_id", name="proof_once"),
        UniqueConstraint("activity_id", "digest", name="proof_digest_once"),
        Index("proof_actor", "actor_id"),
        Index("proof_first", "activity_id", "first_digest", postgresql_where=text("first_digest IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    level: ProofLevel = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column())
    first_digest: str | None = Field(sa_column=text_column(nullable=True))
    address_digest: str | None = Field(sa_column=text_column(nullable=True))
    given_at: datetime = Field(sa_column=time_column())


def person_letters(name: str) -> str:
    """A person's name as it is keyed: plain letters, the words in order, without particles: the same however it is
    written. A name that would be left with one word keeps them: «Minh Lê» is no «Minh»."""
    letters = (letter if letter.isalnum() else " " for letter in word.plain(name).casefold())
    words = sorted("".join(letters).split())
    kept = [each for each in words if each not in PARTICLES]
    return " ".join(kept if len(kept) > 1 else words)


def person_parts(name: str, born_on: date) -> tuple[str, ...]:
    """What of a person is keyed, in a tenant."""
    return "person", person_letters(name), born_on.isoformat()


def birth_parts(born_on: date) -> tuple[str, ...]:
    """What of a birth date alone is keyed, in a tenant."""
    return "birth", born_on.isoformat()


PHONE_CODE_DIGITS, PHONE_CODE_TRIES, PHONE_CODE_FOR = 6, 5, timedelta(minutes=10)
"""Of a code that is sent to a telephone: how long it is, how often it may be tried, and how long it is good."""

PHONE_CODE_AGAIN = timedelta(minutes=1)
"""So soon the same account is not sent a message to the same number again: a double click sends one."""

PHONE_CODES_OF_PERSON, PHONE_CODES_OF_NUMBER = 5, 6
"""Messages in a day: to an account in a vote, whatever the numbers, and to a number in a portal, whoever asks."""

CERTIFIED_FOR = timedelta(hours=1)
"""So long an identity that a provider has certified is good for a proof."""


def first_given(given_names: str) -> str:
    """The first of somebody's given names: what stands before a blank or a comma. «Jean-Pierre» is one name."""
    parts = given_names.replace(",", " ").replace(";", " ").split()
    return parts[0] if parts else ""


_WRITTEN_OUT = (
    "av avenue, ave avenue, bd boulevard, bld boulevard, bvd boulevard, pl place, all allee, imp impasse, ch chemin, "
    "che chemin, rte route, sq square, r rue, st saint, ste sainte"
)
_STREET = dict(pair.split() for pair in _WRITTEN_OUT.split(", "))


def address_letters(address: str) -> str:
    """An address as it is keyed: plain letters in their order, with the usual abbreviations written out."""
    letters = (letter if letter.isalnum() else " " for letter in word.plain(address).casefold())
    return " ".join(_STREET.get(each, each) for each in "".join(letters).split() if each not in PARTICLES)


_PLUS_IGNORED, _DOTS_IGNORED = "+", frozenset(("gmail.com", "googlemail.com"))


def mailbox(address: str) -> str:
    """The mailbox behind an address, as `resolvers.set_aside.mailbox` says it in SQL: what stands behind a plus is
    delivered to the same, and dots are nothing to some providers."""
    local, _, domain = address.lower().rpartition("@")
    local = local.split(_PLUS_IGNORED, 1)[0]
    return f"{local.replace('.', '')}@gmail.com" if domain in _DOTS_IGNORED else f"{local}@{domain}"


def age(born_on: date, day: date) -> int:
    """Whole years on a day; who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
