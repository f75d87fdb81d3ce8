"""The whole contract: the roots put together from each concept's own fields."""

import copy
from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from planner import field
from planner.catalog import DEFINITION
from schema.account import AccountMutation, AccountQuery
from schema.activity import ActivityMutation, ActivityQuery
from schema.actor import ActorMutation, ActorQuery
from schema.actor_block import ActorBlockMutation
from schema.admission import AdmissionMutation
from schema.amendment import AmendmentMutation
from schema.analysis import AnalysisMutation, AnalysisQuery
from schema.analysis_edit import AnalysisEditMutation
from schema.api_token import ApiTokenMutation, ApiTokenQuery
from schema.appeal import AppealMutation
from schema.assignment import AssignmentMutation, AssignmentQuery
from schema.ballot import BallotMutation
from schema.bulk_change import BulkChangeMutation, BulkChangeQuery
from schema.category import CategoryMutation
from schema.collectivite import CollectiviteQuery
from schema.comment import CommentMutation, CommentQuery
from schema.consent import ConsentMutation, ConsentQuery
from schema.contact import ContactQuery
from schema.contribution import ContributionQuery, ContributionSubscription
from schema.debate import DebateMutation
from schema.desk_entry import DeskEntryMutation, DeskEntryQuery
from schema.dispute import DisputeMutation, DisputeQuery
from schema.draft import DraftMutation, DraftQuery
from schema.elector import PetitionSignatureMutation
from schema.evaluation import EvaluationMutation, EvaluationQuery
from schema.exchange import ExchangeMutation, ExchangeQuery, ExchangeSubscription
from schema.follow import FollowMutation
from schema.gazetteer import GazetteerQuery
from schema.hexagon import HexagonQuery
from schema.host_request import HostRequestMutation
from schema.identity_provider import IdentityProviderMutation
from schema.import_run import ImportRunMutation, ImportRunQuery
from schema.invitation import InvitationMutation, InvitationQuery
from schema.journal import JournalQuery
from schema.lineage import LineageMutation, LineageQuery
from schema.logo import LogoMutation
from schema.mail import MailQuery
from schema.mail_preference import MailPreferenceMutation, MailPreferenceQuery
from schema.measure import MeasureQuery
from schema.message import MessageMutation, MessageQuery, MessageSubscription
from schema.mission import MissionMutation, MissionQuery
from schema.moderation import ModerationMutation, ModerationQuery
from schema.note import NoteMutation
from schema.notice import NoticeMutation, NoticeSubscription
from schema.nudge import NudgeMutation, NudgeQuery
from schema.official_response import OfficialResponseMutation, OfficialResponseQuery
from schema.organisation_member import OrganisationMutation
from schema.paper_ballot import PollingTypingMutation
from schema.past_vote import PastVoteMutation, PastVoteQuery
from schema.petition import PetitionMutation, PetitionQuery
from schema.petition_roll import PetitionRollMutation
from schema.petition_rule import PetitionRuleMutation
from schema.petitioner import PetitionerMutation
from schema.phase import PhaseMutation
from schema.polling_desk import PollingDeskMutation, PollingDeskQuery
from schema.polling_record import PollingRecordMutation
from schema.portal import PortalMutation, PortalQuery
from schema.portal_text import PortalTextMutation
from schema.proof import ProofMutation
from schema.proposal_status import ProposalStatusMutation
from schema.publication import PublicationMutation
from schema.question_result import SurveyResultMutation
from schema.report import ReportMutation, ReportQuery
from schema.response_photo import ResponsePhotoMutation
from schema.sampling import SamplingMutation
from schema.saved_filter import SavedFilterMutation
from schema.scalar import SCALARS
from schema.second_step import SecondStepMutation
from schema.session import SessionMutation
from schema.set_aside import SetAsideMutation
from schema.shop import ShopMutation, ShopQuery
from schema.sign_up import SignUpMutation
from schema.signature_appeal import SignatureAppealMutation
from schema.signature_sheet import PetitionSheetMutation
from schema.space import SpaceMutation, SpaceQuery
from schema.space_role import SpaceRoleMutation
from schema.survey_answer import SurveyAnswerMutation
from schema.survey_form import SurveyFormMutation
from schema.template import TemplateMutation
from schema.territory import TerritoryMutation, TerritoryQuery
from schema.territory_reader import TerritoryReaderMutation, TerritoryReaderQuery
from schema.text_version import TextVersionMutation
from schema.transparency import TransparencyQuery
from schema.trusted_document import TrustedDocumentMutation, TrustedDocumentQuery
from schema.trusted_flagger import TrustedFlaggerMutation, TrustedFlaggerQuery
from schema.urn import UrnMutation
from schema.vote import VoteMutation, VoteSubscription
from schema.vote_file import VoteFileQuery
from schema.voter_roll import VoterRollMutation
from schema.vouch import VouchMutation
from schema.watched_word import WatchedWordMutation, WatchedWordQuery
from schema.webhook import WebhookMutation, WebhookQuery
from schema.widget import WidgetMutation, WidgetQuery
from schema.withholding import WithholdingQuery
from schema.wording import AnalysisWordingMutation
from schema.zone import ZoneMutation, ZoneQuery
from schema.zone_move import ZoneMoveMutation, ZoneMoveQuery


@strawberry.type(description="What can be read.")
class Query(
    PortalQuery,
    SpaceQuery,
    ActivityQuery,
    VoteFileQuery,
    PastVoteQuery,
    PollingDeskQuery,
    ContributionQuery,
    AssignmentQuery,
    EvaluationQuery,
    TrustedFlaggerQuery,
    BulkChangeQuery,
    CommentQuery,
    HexagonQuery,
    TerritoryQuery,
    TerritoryReaderQuery,
    ZoneQuery,
    ZoneMoveQuery,
    CollectiviteQuery,
    GazetteerQuery,
    ContactQuery,
    ActorQuery,
    ApiTokenQuery,
    WidgetQuery,
    WebhookQuery,
    AnalysisQuery,
    TrustedDocumentQuery,
    InvitationQuery,
    JournalQuery,
    MeasureQuery,
    LineageQuery,
    MailQuery,
    AccountQuery,
    ConsentQuery,
    ImportRunQuery,
    ReportQuery,
    ModerationQuery,
    WithholdingQuery,
    WatchedWordQuery,
    TransparencyQuery,
    OfficialResponseQuery,
    PetitionQuery,
    ExchangeQuery,
    NudgeQuery,
    MessageQuery,
    ShopQuery,
    MissionQuery,
    DeskEntryQuery,
    DisputeQuery,
    DraftQuery,
    MailPreferenceQuery,
):
    pass


@strawberry.type(description="What can be changed; each in one transaction, with its refusals in `userErrors`.")
class Mutation(
    PublicationMutation,
    CommentMutation,
    VoteMutation,
    BallotMutation,
    SetAsideMutation,
    PastVoteMutation,
    PhaseMutation,
    PollingDeskMutation,
    PollingRecordMutation,
    PollingTypingMutation,
    UrnMutation,
    ProofMutation,
    AdmissionMutation,
    VoterRollMutation,
    ApiTokenMutation,
    WidgetMutation,
    WebhookMutation,
    AnalysisMutation,
    AnalysisEditMutation,
    AnalysisWordingMutation,
    ZoneMutation,
    ZoneMoveMutation,
    TrustedDocumentMutation,
    SecondStepMutation,
    SessionMutation,
    InvitationMutation,
    ActorMutation,
    TemplateMutation,
    SpaceMutation,
    ActivityMutation,
    CategoryMutation,
    AccountMutation,
    ConsentMutation,
    ImportRunMutation,
    ReportMutation,
    WatchedWordMutation,
    ModerationMutation,
    AppealMutation,
    PortalMutation,
    TerritoryMutation,
    TerritoryReaderMutation,
    HostRequestMutation,
    IdentityProviderMutation,
    TrustedFlaggerMutation,
    PortalTextMutation,
    LineageMutation,
    LogoMutation,
    SpaceRoleMutation,
    ProposalStatusMutation,
    AssignmentMutation,
    BulkChangeMutation,
    SavedFilterMutation,
    NoteMutation,
    EvaluationMutation,
    OfficialResponseMutation,
    ResponsePhotoMutation,
    PetitionMutation,
    TextVersionMutation,
    AmendmentMutation,
    PetitionRuleMutation,
    SurveyFormMutation,
    SurveyAnswerMutation,
    SurveyResultMutation,
    PetitionerMutation,
    SamplingMutation,
    PetitionSheetMutation,
    PetitionSignatureMutation,
    PetitionRollMutation,
    SignatureAppealMutation,
    OrganisationMutation,
    ExchangeMutation,
    MessageMutation,
    NudgeMutation,
    ActorBlockMutation,
    ShopMutation,
    MissionMutation,
    SignUpMutation,
    VouchMutation,
    DebateMutation,
    DeskEntryMutation,
    DisputeMutation,
    DraftMutation,
    FollowMutation,
    NoticeMutation,
    MailPreferenceMutation,
):
    pass


@strawberry.type(
    description="What is told as it happens, by graphql-transport-ws or as server-sent events; `extensions.event` names"
    " the event, from which `after` goes on."
)
class Subscription(
    ExchangeSubscription, MessageSubscription, ContributionSubscription, VoteSubscription, NoticeSubscription
):
    pass


contract = strawberry.federation.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    federation_version="2.9",
    config=StrawberryConfig(scalar_map=SCALARS),
)


@cache
def executable() -> GraphQLSchema:
    """The whole schema, with the federation's fields declared."""
    core: GraphQLSchema = contract._schema
    assert core.query_type is not None
    entities = core.query_type.fields["_entities"]
    entities.extensions[DEFINITION].metadata = {field.SOURCE: field.Entities()}
    return core


def sdl(of: GraphQLSchema | None = None) -> str:
    """The contract (or the part of it that a scoped schema has) as a client reads it, with the federation's keys."""
    part = copy.copy(contract)
    part._schema = of or executable()
    return part.as_str() + "\n"
