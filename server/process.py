"""Process: what a process is made of, each made once and handed to those that use it."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from auth import machine, text_message
from auth.api_token import ApiTokens
from auth.identity import Identities
from auth.nudge_link import NudgeLinks
from auth.operator_token import OperatorTokens
from auth.outbound import Outbound
from auth.sealed_secret import Sealer
from auth.secret import PERSONS, Keyed
from auth.session import Sessions
from auth.text_message import TextMessages
from auth.token import DevelopmentTokens
from auth.widget_token import WidgetTokens
from database import naming
from database.door import Database
from database.kept import Kept
from database.listening import Listening
from database.replica_lag import ReplicaLag
from database.slow import SlowStatements
from jobs import host_request, wish, worker
from jobs.courier import Courier
from jobs.job import Job
from jobs.wording import LanguageModel
from planner.planning import Planning
from portal.house import Tiles
from resolvers import ballot_terms
from schema.scoped import ScopedContract
from server.api.analysis_file import AnalysisFile
from server.api.answer_cache import AnswerCache
from server.api.deliberation_file import DeliberationFile
from server.api.endpoint import GraphQLEndpoint
from server.api.export import Export
from server.api.gate import Gate, Limits
from server.api.known_document import KnownDocuments
from server.api.open_data import OpenData
from server.api.petition_roll_file import PetitionRollUpload
from server.api.roll_file import RollUpload
from server.api.survey_file import SurveyExport
from server.api.text_file import TextUpload
from server.api.upload import Upload
from server.api.vote_upload import VoteUpload
from server.api.widget import WidgetDoor
from server.api.zone_file import ZoneUpload
from server.ask import Ask
from server.figure import Figures
from server.geocoder import Geocoder
from server.health import Health
from server.live.admission import LiveAdmission, LiveLimits
from server.live.door import LiveDoor
from server.live.hub import Hub
from server.live.socket import Sockets
from server.live.telling import Telling
from server.metrics import (
    CacheReading,
    DatabaseReading,
    HealthReading,
    JobReading,
    LiveReading,
    Metrics,
    RequestReading,
    TenantReading,
    TextReading,
    WebhookReading,
)
from server.observation import Observation
from server.page.answer_file import AnswerFileSite
from server.page.copy import OwnCopy
from server.page.developer import DeveloperPages
from server.page.framing import Framing
from server.page.kept import KeptResponses
from server.page.letter import LetterPages
from server.page.logo import LogoSite
from server.page.operator import OperatorPages
from server.page.photo import PhotoSite
from server.page.polling_photo import POLLING_RECORD
from server.page.portal import PortalSite
from server.page.renewed import renewed
from server.page.response_photo import OFFICIAL_RESPONSE, ResponsePhotoSite
from server.page.sheet_photo import PETITION_SHEET
from server.page.unsubscribe import Unsubscribe
from server.page.widget import WidgetPages
from server.settings import Settings, SettingsError
from server.sign_in import site as sign_in_site
from server.sign_in.trial import ProviderTrial
from tenants import placement
from tenants.budget import Budgets
from tenants.change import Changes
from tenants.dns_record import Resolver
from tenants.document import TrustedDocuments
from tenants.host_name import LOCAL_SUFFIX
from tenants.registry import TenantRegistry

if TYPE_CHECKING:
    from server.tracing import OperationTraces

WISHES_EVERY_S = 3.0
OPERATOR_HOST = f"operateurs.{LOCAL_SUFFIX}"
"""Of the demonstration."""


class Credentials:
    """What may prove who asks; `preview` is the origin at which any widget is shown."""

    def __init__(self, settings: Settings, database: Database, preview: str | None) -> None:
        self.sessions = Sessions(database)
        self.api_tokens = ApiTokens(database)
        self.operator_tokens = OperatorTokens(database)
        self.widget_tokens = WidgetTokens(settings.secret, database, allows_local=settings.is_demo, preview=preview)
        self.development = DevelopmentTokens(settings.secret) if settings.is_demo else None

    def identities(self) -> Identities:
        """Who asks, by any of them."""
        return Identities(self.sessions, self.api_tokens, self.operator_tokens, self.widget_tokens, self.development)

    def caches(self) -> Sequence[Kept[Any]]:
        """What of them is kept in memory."""
        read = (self.sessions, self.api_tokens, self.operator_tokens, self.widget_tokens)
        return (*(credential.recent.kept for credential in read), self.widget_tokens.epochs.kept)


class Process:
    """The parts over a database that need not be open yet; `port` is where the demonstration is served."""

    def __init__(self, settings: Settings, database: Database, port: int) -> None:
        self.settings = settings
        self.database = database
        self.registry = TenantRegistry(database, local_suffix=LOCAL_SUFFIX if settings.is_demo else None)
        self.planning = Planning(settings.plan_cache_mb * 1024 * 1024)
        self.contract = ScopedContract(is_open=settings.is_introspective, planning=self.planning)
        self.answers = AnswerCache(settings.answer_cache_mb * 1024 * 1024)
        self.preview = settings.preview_origin or (f"http://localhost:{port}" if settings.is_demo else None)
        self.credentials = Credentials(settings, database, self.preview)
        self.trusted = TrustedDocuments(database)
        self.documents = KnownDocuments(self.trusted, self.contract)
        self.outbound = Outbound(allows_private=settings.allows_private_urls)
        self.budgets = Budgets(database, settings.secret)
        limits = Limits(settings.cost_per_minute, settings.changes_per_minute, settings.planning_ms_per_minute)
        self.gate = Gate(self.credentials.identities(), self.budgets, limits)
        self.changes = Changes(database)
        self.figures = Figures()
        self.traces = _traces(settings)
        self.observation = Observation(self.figures, self.traces)
        self.slow = self._slow()
        links = NudgeLinks(settings.secret)
        self.telling = Telling(self.contract, database, self.registry, self.gate, links)
        self.hub = Hub(database, Listening(database.urls[0]), self.telling)
        admission = LiveAdmission(LiveLimits(settings.live_per_person, settings.live_per_address, settings.live_in_all))
        self.live = LiveDoor(self.contract, database, self.gate, self.documents, self.hub, admission, links)
        self.text_outbound = Outbound(allows_private=settings.allows_private_urls)
        self.texts = self._texts()
        self.sealer = Sealer(settings.secret)
        self.webhook_outbound = Outbound(allows_private=settings.allows_private_urls)
        self.courier = Courier(database, self.registry, self.sealer, self.webhook_outbound)
        self.model_outbound, self.model = _language_model(settings)
        self.ask = self._ask(links)
        self.post = sign_in_site.post(settings, database, self.registry, port)
        self.sign_in = sign_in_site.sign_in(settings, database, self.registry, self.credentials.sessions, self.post)
        self.responses = KeptResponses(self.registry, database, is_on=self.answers.is_on)
        self.geocoder = Geocoder(self.outbound, settings.geocoder_url) if settings.geocoder_url else None
        self.portals = self._portals()
        self.operator_host = settings.operator_host or (OPERATOR_HOST if settings.is_demo else None)
        self.jobs = self._jobs()
        self.health = Health(database, self.registry, self.jobs, None if settings.database_url else settings.data)

    def _ask(self, links: NudgeLinks) -> Ask:
        """What runs operations, with the keys that they need."""
        return Ask(
            self.contract,
            self.database,
            self.gate,
            self.answers,
            self.figures,
            self.observation,
            links,
            self._persons,
            self.sealer,
            self.texts,
            allows_private_urls=self.settings.allows_private_urls,
            model=self.settings.model_name or None,
        )

    def _slow(self) -> SlowStatements | None:
        """Where connections tell of slow statements."""
        if not self.settings.slow_statement_ms:
            return None
        slow = SlowStatements(self.settings.slow_statement_ms / 1000)
        self.database.tell_slow(slow)
        return slow

    def _texts(self) -> TextMessages | None:
        """What sends text messages, over connections of its own: a slow gateway keeps nobody from signing in."""
        settings = self.settings
        folder = settings.data / "sms" if settings.is_demo else None
        bounds: Any = {"prefixes": settings.sms_prefixes, "per_day": settings.sms_per_day}
        return text_message.sender(self.text_outbound, settings.sms_url, settings.sms_authorization, folder, **bounds)

    @property
    def _persons(self) -> Keyed:
        """The key of what is kept of persons."""
        return Keyed(self.settings.secret, PERSONS)

    def _portals(self) -> PortalSite:
        """The portals' pages."""
        settings = self.settings
        return PortalSite(
            self.ask,
            self.registry,
            self.gate,
            self.sign_in,
            self.geocoder,
            is_demo=settings.is_demo,
            is_introspective=settings.is_introspective,
            tiles=Tiles(settings.tile_url, settings.tile_credit) if settings.tile_url else None,
            host_target=settings.host_target,
            framing=Framing(self.credentials.widget_tokens, self.preview),
            preview=self.preview,
        )

    def graphql(self) -> GraphQLEndpoint:
        """The API."""
        return GraphQLEndpoint(self.ask, self.registry, self.gate, self.documents, self.answers, self.live)

    def sockets(self) -> Sockets:
        """The API over WebSocket."""
        return Sockets(self.live, self.registry, self.gate)

    def routes(self) -> list[BaseRoute]:
        """Every address but the API's and those of files; the portal's pages are what is left."""
        developer = DeveloperPages(
            self.database, self.registry, self.contract, self.portals, is_open=self.settings.is_introspective
        )
        credentials = self.credentials
        open_data = OpenData(self.contract, self.database, self.registry)
        operators = OperatorPages(self.database, self.credentials.operator_tokens, self.operator_host, self.health)
        return [
            *operators.routes(),
            *developer.routes(),
            *self.health.routes(),
            *sign_in_site.routes(self.settings, self.sign_in, credentials.widget_tokens, self.outbound),
            *Export(self.contract, self.database, self.registry, self.gate).routes(),
            *SurveyExport(self.database, self.registry, self.gate).routes(),
            *OwnCopy(self.database, self.registry, self.gate).routes(),
            *Unsubscribe(self.database, self.registry, NudgeLinks(self.settings.secret)).routes(),
            *LetterPages(self.registry, self.gate).routes(),
            *ProviderTrial(self.database, self.registry, self.gate, self.outbound).routes(),
            *renewed(self._file_doors(), self.registry, self.gate),
            *open_data.routes(),
            *AnalysisFile(self.contract, self.database, open_data).routes(),
            *DeliberationFile(self.contract, self.database, self.registry, self.gate, open_data).routes(),
            *self._metrics().routes(),
            *WidgetDoor(self.database, self.registry, credentials.widget_tokens).routes(),
            *WidgetPages(self.registry, self.preview).routes(),
        ]

    def _file_doors(self) -> list[Route]:
        """Where forms and programs send files."""
        return [
            *AnswerFileSite(self.database, self.registry, self.gate).routes(),
            *Upload(self.database, self.registry, self.gate).routes(),
            *LogoSite(self.database, self.registry, self.gate).routes(),
            *PhotoSite(POLLING_RECORD, self.database, self.registry, self.gate).routes(),
            *PhotoSite(PETITION_SHEET, self.database, self.registry, self.gate).routes(),
            *PhotoSite(OFFICIAL_RESPONSE, self.database, self.registry, self.gate).routes(),
            *ResponsePhotoSite(self.database, self.registry, self.gate).routes(),
            *ZoneUpload(self.database, self.registry, self.gate).routes(),
            *TextUpload(self.database, self.registry, self.gate).routes(),
            *RollUpload(self.database, self.registry, self.gate, self._persons).routes(),
            *PetitionRollUpload(self.database, self.registry, self.gate, self._persons).routes(),
            *VoteUpload(self.database, self.registry, self.gate).routes(),
        ]

    def rest(self) -> Route:
        """Every other address."""
        return Route("/{path:path}", self.portals.answer, methods=["GET", "POST"])

    def _jobs(self) -> list[Job]:
        tokens = partial(machine.follow, self.credentials.api_tokens, self.credentials.operator_tokens)
        jobs = [
            Job("registry", 1.0, self.registry.follow, is_endless=True),
            Job("changes", 1.0, self.changes.follow, is_endless=True),
            Job("budgets", 1.0, self.budgets.follow, is_endless=True),
            Job("tokens", 1.0, tokens, is_endless=True),
            Job("live", 1.0, self.hub.listen, is_endless=True),
            Job("wishes", WISHES_EVERY_S, partial(wish.carry_out, self.database)),
            *self._directory_jobs(),
            *worker.jobs(self.database, self.registry, self.post, self.courier, self.settings.data, self.model),
        ]
        if self.settings.host_target is not None:
            jobs.append(Job("hosts", WISHES_EVERY_S, self._check_hosts))
        if self.slow is not None:
            jobs.append(Job("slow statements", 1.0, partial(self.slow.tell, self.database)))
        return jobs + self._lag_jobs()

    def _lag_jobs(self) -> list[Job]:
        """How far each cluster's replica is behind."""
        lags = {each.name: ReplicaLag(each, each.replica) for each in self.database.everywhere if each.replica}
        names = {name: "replica lag" if name == naming.HOME else f"replica lag {name}" for name in lags}
        return [Job(names[name], 1.0, lag.follow, is_endless=True) for name, lag in lags.items()]

    def _directory_jobs(self) -> list[Job]:
        """What the first cluster lists of tenants in others is kept as they have it."""
        if not self.database.clusters:
            return []
        return [Job("directory", WISHES_EVERY_S, partial(placement.keep, self.database))]

    async def _check_hosts(self) -> None:
        reserved = [host for host in (self.operator_host, urlsplit(self.preview or "").hostname) if host]
        await host_request.check(self.database, Resolver(), self.settings.host_target, reserved)

    def _metrics(self) -> Metrics:
        return Metrics(
            self.credentials.operator_tokens,
            self.health,
            RequestReading(self.figures, self.answers),
            HealthReading(self.health),
            TenantReading(self.observation.busiest),
            CacheReading(self._caches(), self.contract),
            DatabaseReading(self.database, self.registry),
            JobReading(self.jobs, self.post),
            TextReading(self.texts),
            WebhookReading(self.courier),
            LiveReading(self.hub, self.live.admission, self.telling),
        )

    def _caches(self) -> Sequence[Kept[Any]]:
        """What is kept in memory, each within its bytes."""
        return (
            self.planning.documents,
            self.planning.plans,
            self.planning.refused,
            self.answers.kept,
            self.portals.kept,
            self.responses.kept,
            self.portals.pictures,
            *((self.geocoder.kept,) if self.geocoder else ()),
            self.documents.kept,
            ballot_terms.remembered,
            self.trusted.kept,
            self.trusted.recent.kept,
            *self.credentials.caches(),
        )


def _language_model(settings: Settings) -> tuple[Outbound, LanguageModel | None]:
    """The language model that administrators may have asked, if one is named, and its own connections, for it is slow.
    The operator named it, so that it may be a program of this machine."""
    client = Outbound(allows_private=True)
    if settings.model_url is None:
        return client, None
    return client, LanguageModel(client, settings.model_url, settings.model_name, settings.model_key)


def _traces(settings: Settings) -> "OperationTraces | None":
    """Whoever writes traces, if a collector is named. Raises SettingsError where the extra is not installed."""
    if settings.traces_url is None:
        return None
    try:
        from server import tracing  # Its library is an extra.
    except ImportError as error:
        raise SettingsError("PARVIS_TRACES_URL wants OpenTelemetry: pip install 'parvis[tracing]'") from error
    return tracing.exporting(settings.traces_url, settings.traces_percent)
