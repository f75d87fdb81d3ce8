"""Personal data («données personnelles»): where a person's traces stand, what erasing does to each and what is told.

A test compares this list with the tables: a reference to an actor or an account, or an address, that is not here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from models.account import Account, Identity
from models.actor_block import ActorBlock
from models.amendment import Amendment
from models.analysis import Analysis, AnalysisEdit
from models.answer_file import AnswerFile
from models.api_token import ApiToken
from models.appeal import Appeal
from models.ballot import Ballot
from models.base import TenantTable, table
from models.bulk_change import BulkChange
from models.comment import Comment
from models.consent import Consent
from models.contribution import Contribution
from models.debate import EXPERT
from models.desk_entry import DeskEntry
from models.detection import Detection
from models.digest import Digest
from models.draft import Draft
from models.elector import PetitionSignature
from models.event import Event
from models.evidence import Evidence
from models.exchange import Exchange
from models.follow import TARGETS as FOLLOWED
from models.follow import Follow
from models.idempotency import Idempotency
from models.import_run import ImportRun
from models.invitation import Invitation
from models.mail import Mail
from models.mail_preference import MailPreference
from models.message import Message
from models.mission import Mission
from models.moderation import ModerationDecision
from models.note import Note
from models.notice import Notice
from models.nudge import Nudge
from models.official_response import OfficialResponse
from models.organisation_member import OrganisationMember
from models.paper_ballot import PollingTyping
from models.petition_rule import PetitionRule
from models.petitioner import Petitioner
from models.polling_desk import PollingAgent, Signing
from models.polling_record import PollingRecord
from models.proof import Proof
from models.report import Report
from models.session import Session
from models.set_aside import SetAside
from models.shop import Shop
from models.sign_in import SignInCode
from models.sign_up import SignUp
from models.signature_sheet import PetitionSheet
from models.space_role import SpaceRole
from models.survey_answer import SurveyAnswer
from models.survey_form import SurveyForm
from models.text_version import TextVersion
from models.vote import Vote
from models.vouch import Vouch
from models.webhook import Webhook
from models.widget import HandOver, Widget


class Whose(Enum):
    """What a column says of whose a row is."""

    ACTOR = "ACTOR"
    ACCOUNT = "ACCOUNT"
    EMAIL = "EMAIL"


class Fate(Enum):
    """What erasing a person does to a row."""

    REMOVED = "REMOVED"
    NOBODYS = "NOBODYS"
    """It stays, and says no more whose it is."""

    BLANKED = "BLANKED"
    """It stays, with `blank` in the place of what was written; what was not written stays empty."""

    KEPT = "KEPT"
    """It stays as it is: it says nothing of a person but the id, which leads to nobody any more."""


class Remains(Enum):
    """What becomes of what somebody published who is erased."""

    BLANK = "BLANK"
    KEEP = "KEEP"


@dataclass(frozen=True, slots=True)
class Trail:
    """Rows of a table that are a person's by the column `key`. `told` are the columns of which the person gets a copy.

    What is BLANKED stays readable where a person wants to keep it (`Remains.KEEP`), unless it `is_private`.
    """

    model: type[TenantTable]
    key: str
    by: Whose
    fate: Fate
    told: tuple[str, ...] = ()
    blank: Mapping[str, str | None] = field(default_factory=dict)
    is_private: bool = False
    is_mention: bool = False
    """Such rows are not the person's: they only name the person."""

    section: str = ""
    """Under which name the person gets them; the table's unless there are two of it."""

    @property
    def name(self) -> str:
        """Under which name the person gets them."""
        return self.section or str(table(self.model).name)


ERASED_NAME = "Compte supprimé"
ERASED_TITLE = "Contribution effacée"
ERASED_BODY = "Ce texte a été effacé."
ERASED_COMMENT = "Ce commentaire a été effacé."
ERASED_MESSAGE = "Ce message a été effacé."

_PUBLISHED = ("activity_id", "kind", "status", "outcome", "title", "body", "is_anonymous", "category_id", "zone_id")
_DETAILS = ("about_id", "side", *EXPERT, "price_cents", "price_unit", "exact_lat", "exact_lng", "address", "precision")
_DECIDED = ("action", "category", "ground", "rule", "facts", "explanation")
_TIMES = ("published_at", "revised_at", "expires_at", "closed_at")
_QUIET = ("quiet_from", "quiet_until")
_SIGNED_UP = ("is_minor", "has_guardian_consent", "signed_up_at", "changed_at", "reminded_at")
_EXCHANGED = ("contribution_id", "status", "reason", "proposed_at", "accepted_at", "ended_at")

TRACES: tuple[Trail, ...] = (
    Trail(
        Account,
        "actor_id",
        Whose.ACTOR,
        Fate.REMOVED,
        ("email", "created_at", "seen_at", "warned_at", "filters", "moves_with"),
    ),
    Trail(Identity, "account_id", Whose.ACCOUNT, Fate.REMOVED, ("issuer", "subject", "linked_at")),
    Trail(Session, "account_id", Whose.ACCOUNT, Fate.REMOVED, ("host", "provider_slug", "created_at", "renewed_at")),
    Trail(SignInCode, "email", Whose.EMAIL, Fate.REMOVED),
    Trail(SignInCode, "actor_id", Whose.ACTOR, Fate.REMOVED),
    Trail(Mail, "email", Whose.EMAIL, Fate.REMOVED, ("kind", "created_at")),
    Trail(Invitation, "email", Whose.EMAIL, Fate.REMOVED, ("email", "role", "created_at", "accepted_at")),
    Trail(Invitation, "inviter_id", Whose.ACTOR, Fate.NOBODYS, ("role", "created_at"), section="sent_invitation"),
    Trail(Consent, "actor_id", Whose.ACTOR, Fate.REMOVED, ("kind", "version", "given_at", "withdrawn_at")),
    Trail(SpaceRole, "actor_id", Whose.ACTOR, Fate.REMOVED, ("space_id", "kind", "given_at")),
    Trail(
        Contribution,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        (*_PUBLISHED, *_DETAILS, *_TIMES),
        {"title": ERASED_TITLE, "body": ERASED_BODY},
    ),
    Trail(
        Amendment,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        ("contribution_id", "article", "old_words", "new_words", "state"),
        {"new_words": None},
    ),
    Trail(DeskEntry, "agent_id", Whose.ACTOR, Fate.NOBODYS, ("contribution_id", "consented_at")),
    Trail(DeskEntry, "organisation_id", Whose.ACTOR, Fate.KEPT, is_mention=True, section="entering_desk"),
    Trail(
        Draft,
        "author_id",
        Whose.ACTOR,
        Fate.REMOVED,
        ("activity_id", "kind", "title", "body", "price_cents", "lat", "lng", "address", "changed_at"),
    ),
    Trail(
        Comment,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        ("contribution_id", "body", "published_at"),
        {"body": ERASED_COMMENT},
    ),
    Trail(
        Report,
        "reporter_id",
        Whose.ACTOR,
        Fate.BLANKED,
        ("receipt", "category", "quote", "explanation", "created_at"),
        {"quote": None, "explanation": None, "reporter_id": None},
        is_private=True,
    ),
    Trail(
        ModerationDecision,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        (*_DECIDED, "seen_title", "seen_body", "redacted_title", "redacted_body", "suspended_until", "decided_at"),
        {
            "facts": ERASED_BODY,
            "explanation": None,
            "seen_title": None,
            "seen_body": ERASED_BODY,
            "redacted_title": None,
            "redacted_body": None,
        },
        is_private=True,
    ),
    Trail(Evidence, "author_id", Whose.ACTOR, Fate.KEPT, ("published_at", "frozen_at", "kept_until")),
    Trail(Detection, "author_id", Whose.ACTOR, Fate.REMOVED, ("kind", "words", "found_at")),
    Trail(
        ModerationDecision, "moderator_id", Whose.ACTOR, Fate.KEPT, ("action", "decided_at"), section="made_decision"
    ),
    Trail(
        Appeal,
        "appellant_id",
        Whose.ACTOR,
        Fate.BLANKED,
        ("reason", "created_at", "outcome", "reply", "decided_at"),
        {"reason": ERASED_BODY, "appellant_id": None},
        is_private=True,
    ),
    Trail(Appeal, "decider_id", Whose.ACTOR, Fate.KEPT, ("outcome", "decided_at"), section="answered_appeal"),
    Trail(
        Exchange,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        (*_EXCHANGED, "place_precision", "place"),
        {"place": None, "place_precision": None, "note": None},
        is_private=True,
    ),
    Trail(
        Exchange,
        "proposer_id",
        Whose.ACTOR,
        Fate.BLANKED,
        _EXCHANGED,
        {"note": None},
        is_private=True,
        section="proposed_exchange",
    ),
    Trail(
        Message,
        "author_id",
        Whose.ACTOR,
        Fate.BLANKED,
        ("exchange_id", "body", "sent_at"),
        {"body": ERASED_MESSAGE, "masked": None},
        is_private=True,
    ),
    Trail(SignUp, "actor_id", Whose.ACTOR, Fate.NOBODYS, ("slot_id", "status", *_SIGNED_UP)),
    Trail(SignUp, "organiser_id", Whose.ACTOR, Fate.KEPT, is_mention=True, section="sign_up_of_others"),
    Trail(Mission, "organiser_id", Whose.ACTOR, Fate.KEPT, ("contribution_id", "requirements", "revised_at")),
    Trail(ActorBlock, "blocker_id", Whose.ACTOR, Fate.REMOVED, ("blocked_at",)),
    Trail(ActorBlock, "blocked_id", Whose.ACTOR, Fate.REMOVED, section="blocked_by"),
    Trail(Nudge, "actor_id", Whose.ACTOR, Fate.REMOVED, ("contribution_id", "kind", "asked_at", "answer")),
    Trail(Follow, "actor_id", Whose.ACTOR, Fate.REMOVED, (*FOLLOWED, "rings", "started_at")),
    Trail(MailPreference, "actor_id", Whose.ACTOR, Fate.REMOVED, ("mine", "followed", "locale", *_QUIET)),
    Trail(Notice, "actor_id", Whose.ACTOR, Fate.REMOVED, ("kind", "contribution_id", "made_at", "read_at")),
    Trail(Digest, "actor_id", Whose.ACTOR, Fate.REMOVED),
    Trail(OrganisationMember, "member_id", Whose.ACTOR, Fate.REMOVED, ("organisation_id", "given_at")),
    Trail(OrganisationMember, "organisation_id", Whose.ACTOR, Fate.REMOVED, section="organisation_of"),
    Trail(
        Shop, "actor_id", Whose.ACTOR, Fate.REMOVED, ("opening_hours", "pick_up_points", "delivery_terms", "revised_at")
    ),
    Trail(Vouch, "actor_id", Whose.ACTOR, Fate.REMOVED, ("voucher_id", "given_at")),
    Trail(Vouch, "voucher_id", Whose.ACTOR, Fate.REMOVED, section="given_vouch"),
    Trail(
        OfficialResponse, "author_id", Whose.ACTOR, Fate.NOBODYS, ("contribution_id", "service", "body", "published_at")
    ),
    Trail(PetitionRule, "author_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "version", "reason", "published_at")),
    Trail(TextVersion, "author_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "number", "reason", "published_at")),
    Trail(
        SurveyAnswer,
        "actor_id",
        Whose.ACTOR,
        Fate.NOBODYS,
        ("activity_id", "state", "answers", "changed_at", "sent_at"),
    ),
    Trail(AnswerFile, "actor_id", Whose.ACTOR, Fate.REMOVED, ("question", "name", "type", "size", "given_at")),
    Trail(SurveyForm, "author_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "version", "reason", "published_at")),
    Trail(
        Note,
        "author_id",
        Whose.ACTOR,
        Fate.NOBODYS,
        ("contribution_id", "body", "written_at", "feasibility", "cost_euros"),
    ),
    Trail(Note, "concerned_id", Whose.ACTOR, Fate.REMOVED, section="note_about"),
    Trail(Contribution, "assignee_id", Whose.ACTOR, Fate.NOBODYS, is_mention=True, section="assigned_contribution"),
    Trail(Vote, "actor_id", Whose.ACTOR, Fate.NOBODYS, ("contribution_id", "choice", "amount", "cast_at")),
    Trail(
        PetitionSignature,
        "actor_id",
        Whose.ACTOR,
        Fate.NOBODYS,
        ("contribution_id", "commune", "signed_at", "set_aside_reason", "check_reason", "appeal", "reply"),
    ),
    Trail(Petitioner, "actor_id", Whose.ACTOR, Fate.REMOVED, ("contribution_id", "role", "joined_at")),
    Trail(PetitionSheet, "agent_id", Whose.ACTOR, Fate.NOBODYS, ("contribution_id", "number", "version", "typed_at")),
    Trail(Ballot, "actor_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "is_blank", "cast_at", "receipt")),
    Trail(PollingAgent, "actor_id", Whose.ACTOR, Fate.REMOVED, ("desk_id", "given_at")),
    Trail(Signing, "actor_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "desk_id", "signed_at")),
    Trail(Proof, "actor_id", Whose.ACTOR, Fate.NOBODYS, ("activity_id", "level", "given_at")),
    Trail(PollingRecord, "agent_id", Whose.ACTOR, Fate.NOBODYS, ("desk_id", "version", "recorded_at")),
    Trail(PollingTyping, "agent_id", Whose.ACTOR, Fate.NOBODYS, ("desk_id", "batch", "version", "typed_at")),
    Trail(PollingTyping, "agreed_agent_id", Whose.ACTOR, Fate.NOBODYS, section="agreed_typing"),
    Trail(SetAside, "agent_id", Whose.ACTOR, Fate.NOBODYS),
    Trail(HandOver, "actor_id", Whose.ACTOR, Fate.REMOVED),
    Trail(Idempotency, "actor_id", Whose.ACTOR, Fate.REMOVED),
    Trail(ApiToken, "created_by_id", Whose.ACTOR, Fate.NOBODYS, ("name", "scopes", "created_at", "revoked_at")),
    Trail(ApiToken, "actor_id", Whose.ACTOR, Fate.KEPT),
    Trail(Widget, "created_by_id", Whose.ACTOR, Fate.NOBODYS, ("name", "created_at")),
    Trail(Analysis, "asked_by_id", Whose.ACTOR, Fate.NOBODYS, ("state", "asked_at")),
    Trail(AnalysisEdit, "made_by_id", Whose.ACTOR, Fate.NOBODYS, ("number", "made_at", "undone_at")),
    Trail(Webhook, "created_by_id", Whose.ACTOR, Fate.NOBODYS, ("name", "created_at")),
    Trail(ImportRun, "created_by_id", Whose.ACTOR, Fate.NOBODYS, ("file_name", "source", "created_at")),
    Trail(BulkChange, "created_by_id", Whose.ACTOR, Fate.NOBODYS, ("kind", "created_at")),
    Trail(Event, "actor_id", Whose.ACTOR, Fate.KEPT, ("kind", "subject_id", "at")),
)
"""In the order in which they are told. The actor itself becomes a shell."""
