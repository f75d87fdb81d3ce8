"""Groups of opinion of an analysis in the contract («familles d'opinion»): what unites and what divides those who voted
for and against."""

from typing import Annotated

import resolvers.opinion
from models.analysis import LEAST_VOTERS, AgreementKind
from planner import field
from schema.enumeration import described
from schema.later import LaterContribution

described(
    AgreementKind,
    "How groups of opinion stand to a text.",
    {
        "CONSENSUS": "More than half of every group is for it, or of every group against it («consensus»).",
        "DIVIDE": "Between two groups the shares of those who are for it differ by 30 % or more («clivage»).",
    },
)


@field.value
class AnalysisGroupVote:
    """How a group of opinion voted on a text, when votes were read."""

    group: int = field.column("The number of the group.")
    vote_count: int = field.column(f"How many of it voted on the text, {LEAST_VOTERS} at least.")
    for_count: int = field.column("How many were for it.")
    against_count: int = field.column("How many were against it.")
    neither_count: int = field.column("How many were neither («mitigé»).")


@field.value
class AnalysisVotedText:
    """A contribution on which enough of every group voted, and how. It is told while everybody may read it."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was voted on; null where the viewer does not see it."
    )
    is_against: bool = field.column("Whether the consensus is against it.")
    score: float | None = field.column(
        "From 0 to 1: of a consensus the product of the groups' shares, of a divide the widest gap; null: of neither."
    )
    votes: list[AnalysisGroupVote] = field.parts(
        resolvers.opinion.votes, "How each group voted, in the order of their numbers.", size=5
    )


@field.value
class AnalysisOpinionGroup:
    """People who voted alike («famille d'opinion»). Who they are is stored nowhere."""

    number: int = field.column("By which it is named within its analysis.")
    person_count: int = field.column(f"How many people, {LEAST_VOTERS} at least.")
    x: float = field.column("Where its middle is among all, on an axis without a unit.")
    y: float = field.column("Likewise, on the other axis.")
    stands_for: list[AnalysisVotedText] = field.parts(
        resolvers.opinion.stands_for,
        "Texts on which it differs most from the others, for or against, 10 at most.",
        size=10,
    )


@field.value
class AnalysisOpinions:
    """Groups of opinion, computed as Polis does from votes for and against contributions that everybody may read. A
    single group says that people differ no more than chance would have it. Secret votes are never read."""

    person_count: int = field.column("How many people voted often enough to be in a group.")
    left_out_count: int = field.column("How many voted on too few texts, and are in none.")
    vote_count: int = field.column("How many votes those cast who are in a group.")
    silhouette: float = field.column("How far apart the groups are, -1 to 1; below 0.25 they hardly are.")
    groups: list[AnalysisOpinionGroup] = field.parts(
        resolvers.opinion.groups, "The groups, the largest first, 5 at most.", size=5
    )

    @field.declared(field.Parts(resolvers.opinion.texts), size=200)
    def texts(
        self, kind: Annotated[AgreementKind | None, field.argument("Only what unites or divides; null: all.")] = None
    ) -> list[AnalysisVotedText]:
        """The texts on which enough of every group voted: 10 at most of a kind, those that unite or divide most first;
        without a kind those with most votes, from which all that is said of groups is reckoned again."""
