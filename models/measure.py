"""Measure («indicateur»): what is counted of a portal, each with its one definition in French and in English."""

from dataclasses import dataclass
from enum import Enum


class Measure(Enum):
    """What is counted. A new one is a line here, one in `DEFINITIONS`, and a column in `resolvers.measure`."""

    PARTICIPANTS = "PARTICIPANTS"
    CONTRIBUTIONS = "CONTRIBUTIONS"
    COMMENTS = "COMMENTS"
    VOTES = "VOTES"
    UNANSWERED = "UNANSWERED"
    FIRST_ANSWER = "FIRST_ANSWER"
    REPORTS = "REPORTS"
    ANSWERS_DUE = "ANSWERS_DUE"
    KNOWN_OUTCOME = "KNOWN_OUTCOME"
    FIRST_PROPOSAL = "FIRST_PROPOSAL"
    LAPSED = "LAPSED"


class MeasureUnit(Enum):
    """What a measure is told in."""

    COUNT = "COUNT"
    MINUTES = "MINUTES"
    PERCENT = "PERCENT"


class MeasureGroup(Enum):
    """By what a measure is broken down."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    HOUR = "HOUR"
    SPACE = "SPACE"
    ACTIVITY = "ACTIVITY"
    KIND = "KIND"
    CATEGORY = "CATEGORY"
    ZONE = "ZONE"
    CELL = "CELL"
    CHANNEL = "CHANNEL"


class Channel(Enum):
    """How something came to the portal."""

    PORTAL = "PORTAL"
    IMPORT = "IMPORT"


LEAST_PEOPLE = 5
"""Counts of people below this are withheld, but for 0: with a day or a place beside them they could tell who voted."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A measure's name, and what it counts, in one language."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure is; `is_about_people` when counts of few are withheld."""

    french: Sentence
    english: Sentence
    unit: MeasureUnit = MeasureUnit.COUNT
    is_about_people: bool = False


DEFINITIONS: dict[Measure, Definition] = {
    Measure.PARTICIPANTS: Definition(
        Sentence(
            "Participants",
            "Personnes et organisations qui ont publié, répondu ou voté au moins une fois pendant la période, "
            "chacune comptée une fois. De 1 à 4, le nombre n'est pas montré.",
        ),
        Sentence(
            "Participants",
            "People and organisations who published, replied or voted at least once in the period, each counted once. "
            "From 1 to 4 the number is not shown.",
        ),
        is_about_people=True,
    ),
    Measure.CONTRIBUTIONS: Definition(
        Sentence(
            "Contributions",
            "Contributions publiées pendant la période, quel que soit leur statut aujourd'hui, y compris celles qui "
            "ont été importées ; sans celles qu'un import annulé a reprises.",
        ),
        Sentence(
            "Contributions",
            "Contributions published in the period, whatever their status today, imported ones among them; without "
            "those that an undone import took back.",
        ),
    ),
    Measure.COMMENTS: Definition(
        Sentence(
            "Réponses", "Réponses publiées pendant la période sous les contributions, y compris par leurs auteurs."
        ),
        Sentence("Replies", "Replies to contributions published in the period, also by the contributions' authors."),
    ),
    Measure.VOTES: Definition(
        Sentence(
            "Votes",
            "Votes donnés ou changés pour la dernière fois pendant la période, sans ceux qui ont été retirés. "
            "De 1 à 4, le nombre n'est pas montré.",
        ),
        Sentence(
            "Votes",
            "Votes cast, or changed for the last time, in the period, without those that were withdrawn. "
            "From 1 to 4 the number is not shown.",
        ),
        is_about_people=True,
    ),
    Measure.UNANSWERED: Definition(
        Sentence(
            "Sans réponse",
            "Contributions publiées pendant la période auxquelles personne d'autre que l'auteur n'a encore répondu.",
        ),
        Sentence(
            "Unanswered", "Contributions published in the period to which nobody but their author has replied yet."
        ),
    ),
    Measure.FIRST_ANSWER: Definition(
        Sentence(
            "Délai de première réponse",
            "Temps entre la publication d'une contribution et la première réponse d'une autre personne que son auteur"
            " : la médiane des contributions publiées pendant la période qui ont une réponse.",
        ),
        Sentence(
            "Time to first answer",
            "Time from the publication of a contribution to the first reply by anybody but its author: the median of "
            "the contributions published in the period that have a reply.",
        ),
        MeasureUnit.MINUTES,
    ),
    Measure.REPORTS: Definition(
        Sentence(
            "Signalements",
            "Signalements envoyés pendant la période, chacun compté, quelle que soit la décision ; rangés comme la "
            "contribution dont ils parlent.",
        ),
        Sentence(
            "Reports",
            "Reports sent in the period, each counted, whatever was decided; sorted as the contribution that they are "
            "about.",
        ),
    ),
    Measure.ANSWERS_DUE: Definition(
        Sentence(
            "Réponses attendues",
            "Propositions publiées pendant la période, encore ouvertes, auxquelles la collectivité a promis une "
            "réponse et n'en a pas donné ; avec leurs soutiens, là où un seuil est fixé.",
        ),
        Sentence(
            "Answers due",
            "Proposals published in the period and still open to which the city promised an answer and gave none; with "
            "their supports, where a threshold is set.",
        ),
    ),
    Measure.KNOWN_OUTCOME: Definition(
        Sentence(
            "Demandes à l'issue connue",
            "Part des demandes d'aide publiées pendant la période dont on sait comment elles ont fini : closes avec "
            "une issue que quelqu'un a dite, ou avec un échange mené à bien. Sous 5 personnes qui demandent, la part "
            "n'est pas montrée.",
        ),
        Sentence(
            "Requests with a known outcome",
            "Share of the requests for help published in the period of which it is known how they ended: closed with "
            "an outcome that somebody said, or with an exchange that was done. Of fewer than 5 people who asked the "
            "share is not shown.",
        ),
        MeasureUnit.PERCENT,
        is_about_people=True,
    ),
    Measure.FIRST_PROPOSAL: Definition(
        Sentence(
            "Délai de première proposition",
            "Temps entre la publication d'une demande d'aide et la première proposition d'une autre personne : la "
            "médiane des demandes publiées pendant la période qui en ont une. Sous 5 personnes qui demandent, elle "
            "n'est pas montrée.",
        ),
        Sentence(
            "Time to first proposal",
            "Time from the publication of a request for help to the first proposal by somebody else: the median of the "
            "requests published in the period that have one. Of fewer than 5 people who asked it is not shown.",
        ),
        MeasureUnit.MINUTES,
        is_about_people=True,
    ),
    Measure.LAPSED: Definition(
        Sentence(
            "Propositions sans réponse",
            "Part des propositions faites à ce qui a été publié pendant la période auxquelles l'auteur n'a pas répondu "
            "à temps. Sous 5 auteurs, la part n'est pas montrée.",
        ),
        Sentence(
            "Proposals without an answer",
            "Share of the proposals made to what was published in the period that its author did not answer in time. "
            "Of fewer than 5 authors the share is not shown.",
        ),
        MeasureUnit.PERCENT,
        is_about_people=True,
    ),
}
"""In the order in which they are shown."""

OF_EXCHANGES = (Measure.KNOWN_OUTCOME, Measure.FIRST_PROPOSAL, Measure.LAPSED)
"""What portals measure where neighbours answer each other."""

MAX_DAYS = 3_700
"""How long a period may be: ten years."""

MAX_ROWS = 1_000
"""Of a breakdown, those with most contributions, comments and votes; of days as many as the period has."""

MAX_SINGLE_DAYS = 400
"""How long a period may be whose days are counted one by one."""
