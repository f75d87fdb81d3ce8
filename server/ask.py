"""Ask: what every operation passes, whoever carries it: the API's endpoint or a page of the portal.

Both spend one budget and keep one set of answers; nothing else runs operations.
"""

import hashlib
from collections.abc import Hashable
from functools import partial
from time import perf_counter
from typing import NamedTuple

from starlette.types import Receive, Scope

from auth.machine import Machine
from auth.nudge_link import NudgeLinks
from auth.sealed_secret import Sealer
from auth.secret import Keyed
from auth.text_message import TextMessages
from database import usage
from database.door import Database
from planner.engine import Answer, MutationByGetError, Operation
from planner.request import Request
from planner.trace import Trace
from schema.scoped import ScopedContract
from server.api.answer_cache import AnswerCache, KeptAnswer
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.api.watch import Watch
from server.figure import Figures
from server.observation import Observation
from tenants.registry import TenantRecord


class Caller(NamedTuple):
    """Who asks at which tenant, by which HTTP request; `locale` is the language in which refusals are explained."""

    tenant: TenantRecord
    machine: Machine
    scope: Scope
    receive: Receive
    locale: str


class Ask:
    """Runs operations for callers."""

    def __init__(
        self,
        contract: ScopedContract,
        database: Database,
        gate: Gate,
        cache: AnswerCache,
        figures: Figures,
        observation: Observation,
        links: NudgeLinks | None = None,
        persons: Keyed | None = None,
        sealer: Sealer | None = None,
        texts: TextMessages | None = None,
        *,
        allows_private_urls: bool = False,
        model: str | None = None,
    ) -> None:
        self.contract = contract
        self._database = database
        self._gate = gate
        self._cache = cache
        self._links = links
        self._persons = persons
        self._sealer = sealer
        self._texts = texts
        self._allows_private_urls = allows_private_urls
        self._model = model
        self.figures = figures
        self._observation = observation
        self._watch = Watch()

    def key(self, caller: Caller, raw: bytes, *, may_change: bool) -> Hashable | None:
        """What the answer to an anonymous visitor is kept under; None where none is kept. `raw` says what is asked."""
        viewer = caller.machine.viewer
        if viewer.role is not None or viewer.is_router or (may_change and not self._cache.is_on):
            return None
        return (caller.tenant.number, viewer.client, may_change, hashlib.blake2b(raw, digest_size=16).digest())

    def kept(self, caller: Caller, key: Hashable | None) -> KeptAnswer | None:
        """The answer that is kept under a key, if nothing of the tenant changed since."""
        return None if key is None else self._cache.get(key, self._database.versions[caller.tenant.number])

    async def run(
        self,
        caller: Caller,
        operation: Operation,
        key: Hashable | None,
        *,
        may_change: bool,
        is_trusted: bool,
        trace: Trace | None = None,
    ) -> KeptAnswer | Answer:
        """Run an operation. A KeptAnswer is cached for anonymous visitors; an Answer is for this caller alone.

        Whoever sends a document that is not trusted pays for its planning. Raises BadRequestError for a mutation where
        nothing may change, BudgetExhaustedError, PlanningExhaustedError, PlanningBusyError, DatabaseUnavailableError,
        TenantGoneError and ClientGoneError.
        """
        began, used, told = perf_counter(), usage.begin(), None
        try:
            told = await self._run(caller, operation, key, may_change=may_change, is_trusted=is_trusted, trace=trace)
            return told
        finally:
            answer = told.answer if isinstance(told, KeptAnswer) else told
            self._observation.note(caller.tenant.number, answer, used, began, is_registered=is_trusted)

    async def _run(
        self,
        caller: Caller,
        operation: Operation,
        key: Hashable | None,
        *,
        may_change: bool,
        is_trusted: bool,
        trace: Trace | None,
    ) -> KeptAnswer | Answer:
        tenant, viewer = caller.tenant, caller.machine.viewer
        engine = self.contract.engine(tenant.features, viewer.audience)
        purse = self._gate.purse(tenant, caller.machine, caller.scope)
        payer = purse.payer(is_trusted=is_trusted)
        given = (purse.spend, payer, caller.locale, trace, self._links, self._persons, self._sealer, self._texts)
        request = Request(self._database, tenant, viewer, *given, purse.network, self._allows_private_urls, self._model)
        try:
            if key is None or not await engine.is_query(request, operation):
                execution = engine.execute(request, operation, may_change=may_change)
                answer = await self._watch.unless_gone(caller.receive, execution)
                self.figures.note(answer)
                return answer
            version = self._database.versions[tenant.number]
            execute = partial(engine.execute, request, operation, may_change=may_change)
            shared = await self._watch.unless_gone(caller.receive, self._cache.ask(key, version, execute))
        except MutationByGetError as error:
            raise BadRequestError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", "POST") from error
        self.figures.note(shared.answer)
        return shared if shared.answer.is_whole else shared.answer
