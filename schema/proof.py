"""Proofs in the contract: what a vote asks of its voters, how they prove it, and how many ballots each level has."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import counting.admission
import counting.certified_identity
import counting.phone_code
import counting.proving
import counting.voter_roll
import models.activity
import models.zone
import resolvers.activity
import resolvers.ident
import resolvers.proof
from auth.viewer import Audience
from models.activity import PROVING
from models.proof import ProofLevel
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR, MEMBER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.zone import Zone

if TYPE_CHECKING:
    from schema.voter_roll import VoterRoll

described(
    ProofLevel,
    "How a voter proves to be somebody («niveau de preuve»). Of what is proved the level is kept, and digests that are"
    " keyed with a secret of the server.",
    {
        "EMAIL": "A mailbox that was confirmed by signing in; its aliases are the same mailbox.",
        "PHONE": "A mobile telephone that got a code («code par SMS»). One number proves for one person in a vote.",
        "DECLARATION": "Name, birth date and address, declared on one's honour («déclaration sur l'honneur»).",
        "CODE": "A printed code that was handed out («code imprimé»).",
        "LIST": "A list of those who may vote: the electoral roll, or one of residents («liste»).",
        "DOCUMENT": "A document that an agent has seen («pièce vue par un agent»); nothing of it is stored.",
        "FRANCECONNECT": "An identity that an identity provider of the portal vouches for.",
    },
)


@field.value
class AdmissionBatch:
    """Codes of one printing («lot»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("admission"), "Opaque id.")
    name: str = field.column("What the city calls it.")
    level: ProofLevel = field.column("CODE.")
    added_at: datetime = field.column("When it was made.")
    count: int = field.column("How many it has.")
    used_count: int = field.column("How many of them somebody has voted or proved with.")
    revoked_count: int = field.column("How many were revoked before anybody did.")


@field.value
class CertifyingProvider:
    """An identity provider of the portal that certifies name and birth date («FranceConnect»)."""

    slug: str = field.column("Its short name: `POST /auth/oidc/{slug}` with `certify=1` has an identity certified.")
    title: str = field.column("What it is called.")


@field.value
class ProofRule:
    """What a vote asks of its voters, or a survey of those who answer («qui peut voter»)."""

    levels: list[ProofLevel] = field.column("Any of these is enough.")
    least_age: int | None = field.column("From which age on, in years; null: any age.")
    age_on: date | None = field.column(
        "On which day that age must be reached; null: on the day of the proof, by the portal's clock."
    )
    zone: Zone | None = field.refers("zone_id", "In which zone voters live; null: anywhere.")
    batches: list[AdmissionBatch] = field.parts(
        counting.admission.batches, "Batches of codes, the newest first; empty for anybody but administrators.", size=20
    )
    rolls: list[Annotated["VoterRoll", strawberry.lazy("schema.voter_roll")]] = field.parts(
        counting.voter_roll.of_rule,
        "Lists of those who may vote, the newest first; empty for anybody but administrators.",
        size=5,
    )
    providers: list[CertifyingProvider] = field.parts(
        counting.certified_identity.providers, "By which providers an identity is certified.", size=3
    )
    is_viewer_certified: bool = field.expression(
        counting.certified_identity.is_certified,
        "Whether the viewer had an identity certified within the hour, which `proofByIdentity` takes.",
    )
    phone_code_until: datetime | None = field.expression(
        counting.phone_code.good_until,
        "Until when `proofByPhone` takes the code that was sent to the viewer's telephone; null: none waits.",
    )


@field.value
class ViewerProof:
    """What the viewer has proved in a vote."""

    level: ProofLevel = field.column("How.")
    given_at: datetime = field.column("When.")


@field.value
class ProofCount:
    """The ballots cast online by one level of proof."""

    level: ProofLevel = field.column("The level.")
    ballot_count: int | None = field.column(
        "Ballots; null where they are 1 to 4, or where they would tell another such count."
    )


@strawberry.input(
    description="What a vote is to ask of its voters, or a survey of those who answer.",
    directives=audience(Audience.ADMINISTRATOR),
)
class ProofRuleSetInput:
    activity: strawberry.ID = field.reference(
        models.activity.Activity, "The vote, which has not opened yet, or the survey, which nobody has answered."
    )
    levels: list[ProofLevel] = strawberry.field(
        default_factory=list, description="Any of these will be enough; none: nothing is asked."
    )
    least_age: int | None = strawberry.field(default=None, description="From which age on, 1 to 120 years.")
    age_on: date | None = strawberry.field(
        default=None, description="On which day that age must be reached; null: on the day of the proof."
    )
    zone: strawberry.ID | None = field.reference(models.zone.Zone, "In which zone voters live.", default=None)
    is_without_account: bool = strawberry.field(
        default=False, description="Whether a survey asks not even for an account; with levels it does."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who somebody is, on the honour of that person. Keyed, and forgotten.")
class ProofDeclareInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    given_names: str = strawberry.field(description="Given names, 1 to 80 characters.")
    family_name: str = strawberry.field(description="Family name, 1 to 80 characters.")
    born_on: date = strawberry.field(description="Birth date.")
    address: str = strawberry.field(description="Where the person lives, 5 to 200 characters.")
    zone: strawberry.ID | None = field.reference(
        models.zone.Zone, "In which zone that is, where the vote is of one.", default=None
    )
    is_on_honour: bool = strawberry.field(
        default=False, description="Whether the person declares on his or her honour that all of it is true."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="The proof by an identity that a provider has certified.")
class ProofByIdentityInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    born_on: date | None = strawberry.field(
        default=None, description="The birth date, where the vote asks for an age; it is compared, and not kept."
    )
    zone: strawberry.ID | None = field.reference(
        models.zone.Zone, "In which zone the person lives, where the vote is of one.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A mobile telephone to which a code is to be sent.")
class ProofPhoneCodeSendInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    phone: str = strawberry.field(
        description="Its number, at most 40 signs: as it is dialled here, or with its country's code. Keyed, and"
        " forgotten once the message is handed over."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="The code that a telephone got.")
class ProofByPhoneInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    code: str = strawberry.field(description="Six digits; blanks and signs between them do not matter.")
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class ProofPhoneCodeSendPayload:
    """The answer to `proofPhoneCodeSend`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, where `ProofRule.phoneCodeUntil` is set now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofByPhonePayload:
    """The answer to `proofByPhone`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, with what the viewer has proved; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofByIdentityPayload:
    """The answer to `proofByIdentity`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, with what the viewer has proved; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofRuleSetPayload:
    """The answer to `proofRuleSet`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofDeclarePayload:
    """The answer to `proofDeclare`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, with what the viewer has proved; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ProofMutation:
    @field.action(counting.proving.set_rule, who=ADMINISTRATOR, features=PROVING)
    def proof_rule_set(
        self, input: Annotated[ProofRuleSetInput, field.argument("What is asked.")]
    ) -> ProofRuleSetPayload:
        """Say what a vote asks of its voters, before it opens, or a survey of those who answer, before anybody does.
        VOTE_BEGUN or SURVEY_BEGUN where it is too late, PROOFS_DO_NOT_MIX where one person could vote twice. For
        administrators."""

    @field.action(counting.proving.declare, who=MEMBER, features=PROVING)
    def proof_declare(
        self, input: Annotated[ProofDeclareInput, field.argument("Who the voter is.")]
    ) -> ProofDeclarePayload:
        """Declare on one's honour who one is, before voting where that is asked; what was declared first stays.
        PROOF_USED where the same person has done so with another account, or signed at a desk, TOO_YOUNG, OUTSIDE_ZONE.
        For actors who are signed in."""

    @field.action(counting.phone_code.send, who=MEMBER, features=PROVING)
    def proof_phone_code_send(
        self, input: Annotated[ProofPhoneCodeSendInput, field.argument("The telephone.")]
    ) -> ProofPhoneCodeSendPayload:
        """Send six digits to a mobile telephone, good for ten minutes; within a minute the same number is sent nothing
        more, later the same code. BAD_PHONE, PHONE_NOT_SERVED, TOO_MANY_TRIES (five messages a day for an account in a
        vote, six for a number), SMS_NOT_SENT, SMS_LIMIT_REACHED, SMS_NOT_OFFERED. For actors who are signed in."""

    @field.action(counting.phone_code.prove, who=MEMBER, features=PROVING)
    def proof_by_phone(self, input: Annotated[ProofByPhoneInput, field.argument("The code.")]) -> ProofByPhonePayload:
        """Prove by the code that a telephone got. PHONE_CODE_WRONG, PHONE_CODE_OVER, PROOF_USED where its number has
        proved with another account. For actors who are signed in."""

    @field.action(counting.certified_identity.prove, who=MEMBER, features=PROVING)
    def proof_by_identity(
        self, input: Annotated[ProofByIdentityInput, field.argument("The proof.")]
    ) -> ProofByIdentityPayload:
        """Prove by the identity that a provider has certified within the hour. NOT_CERTIFIED without one, PROOF_USED
        where the same person has proved with another account, or signed at a desk. For actors who are signed in."""
