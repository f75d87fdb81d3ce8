"""Vote files in the contract: what is published of a vote, from which anybody recounts it."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

import counting.vote_file
import models.vote_file
import resolvers.ident
import resolvers.sight
from models.activity import VOTING
from planner import field
from planner.cost_directive import priced
from planner.directive import feature


def rule_reason() -> Any:
    """The argument of mutations that may change a rule which is published."""
    least, most = models.vote_file.REASON_LENGTH
    return strawberry.field(
        default=None,
        description=f"Why, {least} to {most:,} characters, public; wanted where the rule of a vote is published and"
        " this changes it: it is published as the next version.",
    )


@field.stored(
    models.vote_file.VoteFile,
    visible=resolvers.sight.everyone,
    container=("activity_id", "Activity"),
    marks=feature(*VOTING),
    is_few=True,
)
class VoteFile:
    """A file that is published of a vote («fichier du vote»): its rule when it opens; ballots and results when it is
    counted."""

    id: strawberry.ID = field.expression(resolvers.ident.of("votefile"), "Opaque id.")
    name: str = field.column(
        "Its name: `rule.json`, `projects.csv`, `ballots.csv`, `set_aside.csv`, `desks.csv`, `envelopes.csv`,"
        " `result.json`, `vote.pb` (Pabulib's) or `manifest.json`."
    )
    version: int = field.column("How often it was published, this one included.")
    reason: str | None = field.column(
        "Why there is another version, as an administrator says it; of a rule that followed what is voted on:"
        " PROJECT_ADDED, PROJECT_REVISED or PROJECT_WITHDRAWN; null for the first."
    )
    digest: str = field.column("The SHA-256 of its content, in hexadecimal; the journal seals it.")
    size_bytes: int = field.expression(counting.vote_file.size_bytes, "How long it is, in bytes of UTF-8.")
    content: str = field.column("Its content.", marks=priced(500))
    published_at: datetime = field.column("When it was published.")


@strawberry.type
class VoteFileQuery:
    @field.declared(field.One(counting.vote_file.named), directives=feature(*VOTING))
    def vote_file(
        self,
        activity: Annotated[strawberry.ID, field.argument("The activity.")],
        name: Annotated[str, field.argument("Its name, such as `ballots.csv`.")],
        version: Annotated[int | None, field.argument("Which version; null: the newest.")] = None,
    ) -> VoteFile | None:
        """A file of a vote, in its newest version or in another; null when it is not published, or not seen."""
