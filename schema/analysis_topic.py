"""Topics of an analysis in the contract («thèmes»), and what stands beside them: quotes, campaigns, representation."""

import resolvers.analysis_topic
from models.analysis import DistanceKind
from models.question_result import LEAST
from planner import field
from schema.enumeration import described
from schema.later import LaterContribution

described(
    DistanceKind,
    "Of which texts a distance is.",
    {
        "ALL": "Of all.",
        "GROUP": "Of a category.",
        "ZONE": "Of a zone.",
        "TOPIC": "Of a topic.",
        "VOTERS": "Of those whose authors are of one group of opinion.",
    },
)

FEW = f" Of answers to surveys fewer than {LEAST} are told to administrators alone."


@field.value
class AnalysisQuote:
    """An exact slice of a contribution («verbatim»): of its title, an empty line and its text. It is there while
    everybody may read the contribution and its words are those that were read."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "From which it is; null where the viewer does not see it."
    )
    words: str = field.column("The slice.")
    start: int = field.column("Where it begins, in characters (code points), from 0.")
    end: int = field.column("Where it ends, likewise; the character there is not in it any more.")


@field.value
class AnalysisPeople:
    """Texts and people of a zone or a category."""

    name: str = field.column("Of the zone or the category.")
    text_count: int = field.column("How many texts that everybody may read now.")
    person_count: int = field.column(
        "How many people wrote or supported them when they were read, or when people last changed the analysis; who is"
        " in two counts in both."
    )


@field.value
class AnalysisPart:
    """A part of a topic («sous-thème»)."""

    number: int = field.column("By which it is named within its topic.")
    name: str = field.column("The words that name it.")
    text_count: int = field.column("How many texts that everybody may read now are in it.")


@field.value
class AnalysisTopic:
    """What a group of texts has in common («thème»). Counts are of what everybody may read now: contributions that were
    hidden or erased since are in none of them."""

    number: int = field.column("By which it is named within its analysis, and in later ones of the same texts.")
    name: str = field.column("The words that name it, or what a person called it.")
    terms: list[str] = field.expression(
        resolvers.analysis_topic.terms, "Words that its texts have more than others, the most telling first."
    )
    text_count: int = field.column("How many texts are in it.")
    author_count: int = field.column("How many people wrote them; 0 of answers to surveys, which are nobody's.")
    support_count: int = field.column("How often they are supported, in all («voix»).")
    person_count: int = field.column(
        "How many people wrote or supported them when they were read, or when people last changed the analysis."
    )
    is_minority: bool = field.column(
        "Whether it is small and kept apart («voix minoritaires»), never dropped: under 2 % of the texts."
    )
    is_edited: bool = field.column("Whether a person named it or moved texts of it.")
    parts: list[AnalysisPart] = field.parts(
        resolvers.analysis_topic.sub_topics, f"What it falls into («sous-thèmes»).{FEW}", size=5
    )
    zones: list[AnalysisPeople] = field.parts(
        resolvers.analysis_topic.zones, "Where its texts come from, most people first.", size=8
    )
    categories: list[AnalysisPeople] = field.parts(
        resolvers.analysis_topic.groups, "In which categories they are, most people first.", size=8
    )
    quotes: list[AnalysisQuote] = field.parts(
        resolvers.analysis_topic.quotes, "Slices of typical texts; none of answers to surveys.", size=3
    )


@field.value
class AnalysisCampaign:
    """Texts that are equal or nearly so («envoi groupé»): each counts as a voice, all together as one text."""

    number: int = field.column("By which it is named within its analysis.")
    text_count: int = field.column("How many of the texts are left.")
    person_count: int = field.column("How many people wrote or supported them when they were read.")
    is_exact: bool = field.column("Whether all had the same words.")


@field.value
class AnalysisKeyword:
    """A word that these texts have more often than the portal's others."""

    word: str = field.column("The word as people write it.")
    text_count: int = field.column("How many texts had it.")
    score: float = field.column(
        "The log-odds ratio beside the other texts in standard deviations; above 1.96 it is hardly chance."
    )


@field.value
class AnalysisDistance:
    """How far what is shown stands from what a group said, beside chance: 0 (each text has its like among those that
    are shown) to 1 (nothing in common)."""

    kind: DistanceKind = field.column("Of which texts.")
    name: str = field.column("Of the category, the zone or the topic; the number of a group of opinion; empty of all.")
    text_count: int = field.column("How many texts the group had.")
    person_count: int = field.column("How many people stood behind them.")
    distance: float = field.column("Of what is shown.")
    random_distance: float = field.column("Of random samples of the same length, the mean.")
    is_represented: bool = field.column("Whether what is shown is at least as near as chance.")


@field.value
class AnalysisRepresentation:
    """The texts that stand for all, and how they do beside a random sample, as it was when they were read."""

    draw_count: int = field.column("How many random samples were drawn.")
    contributions: list[LaterContribution] = field.many(
        resolvers.analysis_topic.shown, "What is shown, in the order in which it was chosen.", size=60
    )
    distances: list[AnalysisDistance] = field.parts(
        resolvers.analysis_topic.distances,
        "Of all texts, and of each category, zone, topic and group of opinion with 30 people or more.",
        size=20,
    )
