"""Petitions in the contract: how far each is, what the city owes, and its moves."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contribution
import models.petition
import office.petition_roll
import office.sampling
import office.signature_appeal
import resolvers.elector
import resolvers.ident
import resolvers.petition
import resolvers.petitioner
import resolvers.sight
import resolvers.signature_appeal
import resolvers.signature_sheet
from auth.viewer import Audience
from models.petition import ANSWER_LENGTH, DELIBERATION_LENGTH, LINK_LENGTH, REASON_LENGTH, PetitionState
from models.petitioner import MAX_AUTHORS, PetitionerRole
from models.tenant import Feature
from planner import field
from planner.directive import audience, feature
from planner.who import MEMBER
from resolvers.official_response import RESPONDENT
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActor, LaterContribution
from schema.page import After, Connection, First

if TYPE_CHECKING:
    from schema.collectivite import Collectivite
    from schema.elector import SignatureAsideCount, SignatureDoubt
    from schema.petition_roll import RollComparison
    from schema.sampling import PetitionSample, SampledSignature
    from schema.signature_appeal import ContestedSignature, JudgedSignature
    from schema.signature_sheet import PetitionSheet

PETITIONS = feature(Feature.PETITION)
FEATURES = (Feature.PETITION,)

described(
    PetitionState,
    "How far a petition is.",
    {
        "SEEKING": "It has fewer sponsors than its rule wants, and is not submitted yet («en recherche de parrains»).",
        "SUBMITTED": "The city has not said yet whether it is admissible («déposée»).",
        "ADMISSIBLE": "It is admissible, and its author may open it («recevable»).",
        "INADMISSIBLE": "It is not admissible, for a reason that is public («irrecevable»).",
        "OPEN": "People sign it («ouverte à la signature»).",
        "REACHED": "It has reached a level, and stays so when a signature is withdrawn («seuil atteint»).",
        "INVALIDATED": "A sample says that too few of its signatures are valid («signatures invalidées»); the city may"
        " take that back.",
        "LAPSED": "It closed before it reached a level («caduque»).",
        "TRANSMITTED": "The city has acknowledged it, and handed it on («transmise»).",
        "ON_AGENDA": "It is on the agenda of a session («inscrite à l'ordre du jour»).",
        "ANSWERED": "The city has said what was decided («réponse rendue»).",
    },
)


described(
    PetitionerRole,
    "As what somebody stands behind a petition beside whoever published it.",
    {"AUTHOR": "As another author («coauteur»).", "SPONSOR": "As a sponsor («parrain»)."},
)


@field.stored(
    models.petition.Petition,
    visible=resolvers.sight.everyone,
    container=("contribution_id", "Contribution"),
    references={},
    marks=PETITIONS,
)
class Petition:
    """How far a proposal is as a petition («pétition»), with when it came there. Only in activities that have a
    petition rule; elsewhere people sign without one."""

    id: strawberry.ID = field.expression(resolvers.ident.of("petition"), "Opaque id.")
    contribution: LaterContribution = field.refers("contribution_id", "What people sign.")
    state: PetitionState = field.column("How far it is.")
    is_by_law: bool = field.column(
        "Whether it was opened as a petition by article L1112-16 of the code of local authorities («CGCT»), which its"
        " electors sign by `petitionSign`, each one petition a quarter."
    )
    communes: list[Annotated["Collectivite", strawberry.lazy("schema.collectivite")]] = field.many(
        resolvers.elector.communes,
        "The communes on whose rolls its electors are, by name, where whoever signs says which; empty for one that is"
        " not by the law, and in the portal of one commune.",
        size=40,
    )
    quarter_signature: LaterContribution | None = field.one(
        resolvers.elector.of_quarter,
        "The petition by the law that the viewer has signed this quarter, which may be this one; null: none.",
    )
    co_authors: list[LaterActor] = field.many(
        resolvers.petitioner.co_authors, f"Its authors beside whoever published it, {MAX_AUTHORS - 1} at most.", size=2
    )
    sponsor_count: int = field.expression(resolvers.petitioner.sponsor_count, "How many sponsor it.")
    viewer_role: PetitionerRole | None = field.expression(
        resolvers.petitioner.viewer_role,
        "As what the viewer stands behind it beside whoever published it; null: as nothing.",
    )
    author_code: str | None = field.expression(
        resolvers.petitioner.author_code,
        "What whoever is to be an author, too, gives to `petitionAuthorJoin`: told to its authors, before it is opened;"
        " null for others.",
    )
    is_signable: bool = field.expression(resolvers.petition.is_signable, "Whether it gathers signatures now.")
    is_awaiting_close: bool = field.expression(
        resolvers.petition.is_awaiting_close,
        "Whether it has reached a level and the city acknowledges it only when it has closed: people may still sign for"
        " a further one.",
    )
    signatures: int = field.expression(resolvers.petition.signatures, "How many have signed, on paper too.")
    paper_signatures: int = field.expression(resolvers.signature_sheet.on_paper, "How many of them are on paper.")
    sample: Annotated["PetitionSample", strawberry.lazy("schema.sampling")] | None = field.part(
        office.sampling.sample, "The check of its signatures; null: none was announced."
    )
    roll_comparison: Annotated["RollComparison", strawberry.lazy("schema.petition_roll")] | None = field.part(
        office.petition_roll.comparison,
        "How many of its signatures that count are on the electoral roll; null: none were compared, or too few to be"
        " published.",
    )
    sampled_signatures: list[Annotated["SampledSignature", strawberry.lazy("schema.sampling")]] = field.parts(
        office.sampling.sampled,
        "Signatures of the sample, those to check first, 100 at most; empty for all but those who speak for the city.",
        size=20,
    )
    set_aside_counts: list[Annotated["SignatureAsideCount", strawberry.lazy("schema.elector")]] = field.parts(
        resolvers.elector.aside_counts, "How many signatures are set aside and not counted, by reason.", size=3
    )
    viewer_set_aside: str | None = field.expression(
        resolvers.elector.own_aside, "Why the viewer's own signature is set aside; null: it is not."
    )
    viewer_signature: Annotated["JudgedSignature", strawberry.lazy("schema.signature_appeal")] | None = field.part(
        resolvers.signature_appeal.own, "What was judged of the viewer's own signature; null: nothing."
    )
    contested_signatures: list[Annotated["ContestedSignature", strawberry.lazy("schema.signature_appeal")]] = (
        field.parts(
            office.signature_appeal.of_petition,
            "Signatures whose signers contest that they do not count, those that wait for an answer first, 100 at most;"
            " empty for all but moderators.",
            size=20,
        )
    )
    appeal_count: int = field.expression(
        office.signature_appeal.waiting_count, "How many of them wait for an answer; 0 for all but moderators."
    )
    signature_doubts: list[Annotated["SignatureDoubt", strawberry.lazy("schema.elector")]] = field.parts(
        resolvers.elector.doubts,
        "Signatures that may be of one person each time, and those set aside; empty for all but administrators.",
        size=20,
    )
    invalid_reason: str | None = field.column("Why too few of its signatures are valid; null: nobody has said so.")
    reached_levels: int = field.column("How many of its rule's levels it has reached, the lowest first.")
    due_at: datetime | None = field.column(
        "By when the city owes the next step: the end of a day of the portal's time zone, also of a Sunday; null: it"
        " owes none."
    )
    due_on: date | None = field.expression(
        resolvers.petition.due_on, "The last day that the city has for it, in the portal's time zone; null: none."
    )
    is_overdue: bool = field.expression(resolvers.petition.is_overdue, "Whether that day is over.")
    submitted_at: datetime = field.column("When it was submitted.")
    decided_at: datetime | None = field.column("When the city said whether it is admissible; null: not yet.")
    reason: str | None = field.column("Why it is not admissible; null: it is, or nothing is said yet.")
    opened_at: datetime | None = field.column("When it was opened; null: not yet.")
    closes_at: datetime | None = field.expression(
        resolvers.petition.closes_at, "Until when it is signed, no longer than its activity is open; null: not opened."
    )
    closes_on: date | None = field.expression(
        resolvers.petition.closes_on, "The last day on which it is signed, in the portal's time zone; null: not opened."
    )
    reached_at: datetime | None = field.column("When it reached its first level; null: it did not.")
    lapsed_at: datetime | None = field.column("When it lapsed; null: it did not.")
    transmitted_at: datetime | None = field.column("When the city acknowledged it; null: not yet.")
    scheduled_at: datetime | None = field.column("When it was put on an agenda; null: it was not.")
    session_on: date | None = field.column("The day of that session; null: it is on no agenda.")
    answered_at: datetime | None = field.column("When the city said what was decided; null: not yet.")
    answer: str | None = field.column("What was decided, plain text; null: nothing yet.")
    deliberation: str | None = field.column("The number of the assembly's deliberation; null: none was given.")
    link: str | None = field.column("Where the decision is published, an address with https; null: none was given.")

    @field.declared(field.Connection(resolvers.signature_sheet.of_petition))
    def sheets(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["PetitionSheet", strawberry.lazy("schema.signature_sheet")]]:
        """The sheets of signatures on paper in all their versions: the last sheet first, of each its last version."""


@strawberry.input(description="Which petition is admissible.", directives=PETITIONS)
class PetitionAdmitInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition is not admissible, and why.", directives=PETITIONS)
class PetitionRefuseInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    reason: str = strawberry.field(
        description=f"Why, which everybody reads, {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition to open.", directives=PETITIONS)
class PetitionOpenInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition is acknowledged.", directives=PETITIONS)
class PetitionAcknowledgeInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="On which agenda a petition is.", directives=PETITIONS)
class PetitionScheduleInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    session_on: date = strawberry.field(description="The day of the session.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What was decided of a petition.", directives=PETITIONS)
class PetitionAnswerInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    answer: str = strawberry.field(
        description=f"What was decided, plain text, {ANSWER_LENGTH[0]} to {ANSWER_LENGTH[1]:,} characters."
    )
    deliberation: str | None = strawberry.field(
        default=None, description=f"The number of the deliberation, up to {DELIBERATION_LENGTH[1]} characters."
    )
    link: str | None = strawberry.field(
        default=None, description=f"Where it is published: an address with https, up to {LINK_LENGTH[1]} characters."
    )
    idempotency_key: str | None = idempotency_key()


THE_PETITION = "The petition as it is; null when it was refused."


@field.payload("contribution_id")
class PetitionAdmitPayload:
    """The answer to `petitionAdmit`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionRefusePayload:
    """The answer to `petitionRefuse`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionOpenPayload:
    """The answer to `petitionOpen`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionAcknowledgePayload:
    """The answer to `petitionAcknowledge`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSchedulePayload:
    """The answer to `petitionSchedule`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionAnswerPayload:
    """The answer to `petitionAnswer`."""

    petition: Petition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionQuery:
    @field.declared(field.Connection(resolvers.petition.listed), directives=[*audience(Audience.MODERATOR), *PETITIONS])
    def petitions(
        self,
        first: First = 20,
        after: After = None,
        state: Annotated[
            PetitionState | None, field.argument("In which state; null: where the city owes a step.")
        ] = None,
    ) -> Connection[Petition]:
        """Petitions in a state, or those of which the city owes the next step; what is due first, or closes first. For
        moderators."""


@strawberry.type
class PetitionMutation:
    @field.action(resolvers.petition.admit, who=RESPONDENT, features=FEATURES)
    def petition_admit(self, input: Annotated[PetitionAdmitInput, field.argument("Which.")]) -> PetitionAdmitPayload:
        """Say that a petition that was submitted is admissible («recevable»). For moderators, editors of its space, and
        members of the city's services."""

    @field.action(resolvers.petition.refuse, who=RESPONDENT, features=FEATURES)
    def petition_refuse(
        self, input: Annotated[PetitionRefuseInput, field.argument("Which, and why.")]
    ) -> PetitionRefusePayload:
        """Say that a petition that was submitted is not admissible («irrecevable»), and why. What is illegal is hidden
        by `moderationDecide` instead, and its reason with it. For moderators, editors of its space, and members of the
        city's services."""

    @field.action(resolvers.petition.open_, who=MEMBER, features=FEATURES)
    def petition_open(self, input: Annotated[PetitionOpenInput, field.argument("Which.")]) -> PetitionOpenPayload:
        """Begin to gather signatures of a petition that is admissible, until the end of the last day that the rule
        gives, in the portal's time zone. For its author, and moderators."""

    @field.action(resolvers.petition.acknowledge, who=RESPONDENT, features=FEATURES)
    def petition_acknowledge(
        self, input: Annotated[PetitionAcknowledgeInput, field.argument("Which.")]
    ) -> PetitionAcknowledgePayload:
        """Acknowledge a petition that has reached a level, and hand it on («accuser réception»): when it has closed,
        or has reached its highest level. Nobody signs it any more. For moderators, editors of its space, and members of
        the city's services."""

    @field.action(resolvers.petition.schedule, who=RESPONDENT, features=FEATURES)
    def petition_schedule(
        self, input: Annotated[PetitionScheduleInput, field.argument("Which, and when.")]
    ) -> PetitionSchedulePayload:
        """Put a petition that was acknowledged on the agenda of a session («inscrire à l'ordre du jour»), or of another
        one where that is put off. For moderators, editors of its space, and members of the city's services."""

    @field.action(resolvers.petition.answer_, who=RESPONDENT, features=FEATURES)
    def petition_answer(
        self, input: Annotated[PetitionAnswerInput, field.argument("Which, and what was decided.")]
    ) -> PetitionAnswerPayload:
        """Say what was decided of a petition that was acknowledged or is on an agenda. For moderators, editors of its
        space, and members of the city's services."""
