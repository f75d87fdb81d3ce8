"""Petition rules in the contract: what signatures lead to, by when, and the versions of that."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models.activity
import models.petition_rule
import resolvers.ident
import resolvers.petition_rule
import resolvers.sight
from models.petition_rule import (
    CLOCKS,
    MAX_DAYS,
    MAX_ELECTORS,
    MAX_LEVELS,
    MAX_SIGNATURES,
    MAX_VERSIONS,
    REASON_LENGTH,
    SOURCE_LENGTH,
    PetitionPromise,
)
from models.petitioner import MAX_SPONSORS
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.space_role import ACTIVITY_EDITOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

PETITIONS = feature(Feature.PETITION)

described(
    PetitionPromise,
    "What a city does when enough have signed.",
    {
        "ANSWER": "It answers in writing («réponse écrite»).",
        "MEDIATION": "It meets the authors («médiation»).",
        "DEBATE": "It holds a public debate («débat public»).",
        "AGENDA": "It puts the question on the agenda of its assembly («inscription à l'ordre du jour»).",
    },
)


@field.value
class PetitionLevel:
    """A number of signatures, and what the city does when it is reached («palier»)."""

    signatures: int = field.column("How many signatures are wanted.")
    electors_percent: float | None = field.column(
        "Which share of the electors that is, in percent; null where a number was given."
    )
    promise: PetitionPromise = field.column("What the city does.")


@field.stored(
    models.petition_rule.PetitionRule,
    visible=resolvers.sight.everyone,
    container=("activity_id", "Activity"),
    references={},
    marks=PETITIONS,
)
class PetitionRule:
    """A version of an activity's rule of petitions («règle des pétitions»): levels, clocks, and the number of electors.
    The newest holds for all petitions of the activity; a level that was reached before stays reached."""

    id: strawberry.ID = field.expression(resolvers.ident.of("petitionrule"), "Opaque id.")
    version: int = field.column("Its number, from 1.")
    levels: list[PetitionLevel] = field.parts(
        resolvers.petition_rule.levels, f"The levels, the lowest first, 1 to {MAX_LEVELS}.", size=3
    )
    electors: int | None = field.column("How many electors there are; null where no level is a share of them.")
    electors_on: date | None = field.column("On which day there were so many; null without a number.")
    electors_source: str | None = field.column("Who says so; null without a number.")
    admit_days: int = field.column("Within how many days the city says whether a petition is admissible.")
    gather_days: int = field.column("For how many days a petition gathers signatures.")
    acknowledge_days: int = field.column("Within how many days the city acknowledges one that has reached a level.")
    answer_days: int = field.column("Within how many days after that it answers.")
    sponsors: int = field.column("How many sponsors a petition wants before it is submitted; 0: none.")
    is_by_law: bool = field.column(
        "Whether petitions that are opened under it are by article L1112-16 of the code of local authorities («CGCT»):"
        " electors sign them, each one petition a quarter, and say who they are."
    )
    reason: str | None = field.column("Why it differs from the version before; null for the first.")
    published_at: datetime = field.column("Since when it holds.")
    versions: list[Annotated["PetitionRule", strawberry.lazy("schema.petition_rule")]] = field.many(
        resolvers.petition_rule.versions, f"All versions, the newest first, {MAX_VERSIONS} at most.", size=5
    )


@strawberry.input(description="A level: a number of signatures, or a share of the electors.", directives=PETITIONS)
class PetitionLevelInput:
    promise: PetitionPromise = strawberry.field(description="What the city does.")
    signatures: int | None = strawberry.field(
        default=None, description=f"How many signatures, 1 to {MAX_SIGNATURES:,}; null: a share is given."
    )
    electors_percent: float | None = strawberry.field(
        default=None,
        description="Which share of the electors, 0.1 to 100 percent, to one decimal; null: a number is given.",
    )


@strawberry.input(description="What signatures lead to in an activity, from now on.", directives=PETITIONS)
class PetitionRulePublishInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity, of the kind PETITION.")
    version: int = strawberry.field(description="The number of the version that was read; 0 where there is none yet.")
    levels: list[PetitionLevelInput] = strawberry.field(
        description=f"The levels, 1 to {MAX_LEVELS}, no fewer than a petition has reached."
    )
    electors: int | None = strawberry.field(
        default=None,
        description=f"How many electors there are, 1 to {MAX_ELECTORS:,}; wanted where a level is a share.",
    )
    electors_on: date | None = strawberry.field(default=None, description="On which day; wanted with the number.")
    electors_source: str | None = strawberry.field(
        default=None,
        description=f"Who says so, {SOURCE_LENGTH[0]} to {SOURCE_LENGTH[1]} characters; wanted with the number.",
    )
    admit_days: int = strawberry.field(
        default=CLOCKS["admit_days"], description=f"Days to say whether it is admissible, 1 to {MAX_DAYS}."
    )
    gather_days: int = strawberry.field(
        default=CLOCKS["gather_days"],
        description=f"Days to gather signatures, 1 to {MAX_DAYS}; of petitions that are opened from now on.",
    )
    acknowledge_days: int = strawberry.field(
        default=CLOCKS["acknowledge_days"], description=f"Days to acknowledge what was reached, 1 to {MAX_DAYS}."
    )
    answer_days: int = strawberry.field(
        default=CLOCKS["answer_days"], description=f"Days to answer after that, 1 to {MAX_DAYS}."
    )
    sponsors: int = strawberry.field(
        default=0,
        description="How many sponsors («parrains») a petition that is published from now on wants before it is"
        f" submitted, 0 to {MAX_SPONSORS}.",
    )
    is_by_law: bool = strawberry.field(
        default=False,
        description="Whether petitions that are opened from now on are by article L1112-16 («CGCT»): electors sign"
        " them, each one petition a quarter.",
    )
    reason: str | None = strawberry.field(
        default=None,
        description=f"Why it changes, {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters, which everybody reads;"
        " wanted from the second version on.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("petition_rule_id")
class PetitionRulePublishPayload:
    """The answer to `petitionRulePublish`."""

    petition_rule: PetitionRule | None = field.refers("petition_rule_id", "The version; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionRuleMutation:
    @field.action(resolvers.petition_rule.publish, who=ACTIVITY_EDITOR, features=(Feature.PETITION,))
    def petition_rule_publish(
        self, input: Annotated[PetitionRulePublishInput, field.argument("The rule.")]
    ) -> PetitionRulePublishPayload:
        """Publish what signatures of an activity lead to, or another version of that, such as with another number of
        electors. CONFLICT when somebody else published one since `version` was read. An activity has at most 100
        versions. For administrators and the space's editors."""
