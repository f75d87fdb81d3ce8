"""Caches: nothing that lives as long as the process grows without a bound, and each that is bounded is in its list."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "analysis", "auth", "award", "counting", "database", "geo", "intake", "jobs", "mail", "models", "office", "planner", "portal", "register", "resolvers", "schema", "server", "tenants"
)  # fmt: skip
GROWING = {
    "dict", "list", "set", "Counter", "defaultdict", "OrderedDict", "WeakValueDictionary", "LRUCache", "Kept", "RecentlyRead",
    "deque",
}  # fmt: skip
BY_BYTES = {"Kept", "RecentlyRead"}

SHORT_LIVED = {
    "planner/catalog.py": "read off a schema at start-up",
    "planner/compose.py": "one operation in the making",
    "planner/cost.py": "one operation in the making",
    "planner/document.py": "parts of a document, weighed with it",
    "planner/entity.py": "faults of one request, taken at its end",
    "planner/limit.py": "one document in the reading",
    "planner/loading.py": "one request",
    "planner/mutation.py": "what one mutation did",
    "resolvers/ballot_vote.py": "what one ballot changes",
    "planner/context.py": "one operation in the making",
    "planner/trace.py": "one operation of a router that asks for a trace",
    "planner/scope.py": "one schema in the making",
    "portal/fit.py": "one document in the fitting, and 2,048 of ours that were fitted",
    "jobs/audit.py": "one verification, by a command",
    "portal/form.py": "one form that was sent",
    "portal/screen_kind.py": "screens, which are ours",
    "portal/value.py": "one visit",
    "register/contour.py": "the register in the making",
    "register/former.py": "the register in the making, and one search",
    "resolvers/position.py": "one publication, or one batch of a job",
    "tenants/zone.py": "one file of zones in the reading",
    "demo/draft.py": "the demonstration in the making",
    "demo/phrase.py": "the demonstration in the making",
    "demo/reply.py": "the demonstration in the making",
}
"""Modules whose objects end with what they are made for."""

BOUNDED = {
    "analysis/campaign.py _Index._roots": "of one analysis, a hundred texts of each band that several share",
    "analysis/corpus.py by_id": "one corpus",
    "jobs/woken.py WokenJob._woken": "tenants",
    "jobs/analysis.py Computation._carried": "one attempt at one analysis",
    "office/corpus.py _contributions": "64 sets of features, twice",
    "office/corpus.py _contribution_ids": "64 sets of features",
    "office/corpus.py others": "64 sets of features",
    "office/corpus.py votes": "64 sets of features",
    "office/corpus.py _answers": "one statement",
    "analysis/corpus.py digest": "one corpus",
    "analysis/disclosure.py _model": "one model",
    "analysis/result.py _adapter": "one class of ours",
    "analysis/sentence.py _encoder": "one encoder",
    "analysis/vocabulary.py TermReader._stems": "one analysis",
    "analysis/wording.py _Cited.quotes": "one sentence of a model",
    "analysis/wording.py _Cited.topics": "one sentence of a model",
    "office/wording.py counts": "64 sets of features",
    "office/wording.py words": "64 sets of features",
    "geo/cover.py map_level": "256 viewports",
    "auth/api_token.py ApiTokens._used": "ids of good tokens, until they are written down",
    "auth/attempt.py _client": "10,000 addresses of at most 64 characters",
    "auth/discovery.py Discovery._kept": "256 providers that administrators named",
    "auth/operator_token.py OperatorTokens._used": "ids of good tokens, until they are written down",
    "auth/text_message.py TextMessages.counts": "one count for each outcome",
    "auth/text_message.py TextMessages.under_way": "messages of requests, each for WITHIN_S and a statement",
    "auth/token.py DevelopmentTokens._known": "the demonstration's alone",
    "geo/cover.py _circle": "256 circles of some 100 cells",
    "geo/cover.py _disk": "512 disks of some 100 cells",
    "geo/cover.py reach_m": "16 resolutions",
    "jobs/moving.py writing": "two tables of ours",
    "jobs/moving_place.py Places._categories": "categories of one batch",
    "planner/detail.py _key": "tables of ours",
    "portal/prose.py html": "64 texts of at most 30,000 characters, which administrators wrote",
    "portal/theme.py preview": "256 sheets of some 3 kB",
    "schema/portal.py PortalReviseInput.footer_links": "a field of an input",
    "schema/territory.py TerritoryRuleSetInput.kinds": "a field of an input",
    "schema/territory.py TerritoryRuleSetInput.categories": "a field of an input",
    "models/territory.py PublicationRule.categories": "fifty of one rule",
    "database/slow.py SlowStatements._waiting": "8 statements",
    "server/busiest.py Busiest._before": "tenants",
    "server/busiest.py Busiest._now": "tenants",
    "server/health.py Health.checks": "five checks",
    "tenants/archive.py derived": "tables of ours",
    "tenants/schema_state.py last": "two families of files of ours",
    "jobs/job.py Job.failing": "tenants",
    "jobs/timetable.py Timetable._due": "tenants",
    "jobs/courier.py Courier._busy": "AT_ONCE webhooks",
    "jobs/courier.py Courier._resting": "webhooks, ten of a tenant, for a second each",
    "jobs/courier.py Courier.counts": "an attempt's few outcomes",
    "jobs/webhook_message.py seen": "64 sets of features",
    "jobs/mail.py Post._left": "tenants",
    "jobs/mail.py Post.counts": "a mail's few outcomes",
    "jobs/mail.py Post.waiting": "tenants",
    "jobs/worker.py Folding._seen": "tenants",
    "planner/planning.py Lane._making": "64 pieces",
    "resolvers/place.py _stretch": "one request's view",
    "resolvers/access.py target_activity": "statements of ours",
    "counting/polling_desk.py _kept_desk": "statements of ours",
    "counting/urn.py _urn": "statements of ours",
    "resolvers/room.py _lock": "one statement for each model that owns a limit",
    "resolvers/assignment.py _assigned": "statements of ours",
    "resolvers/assignment.py _handled": "statements of ours",
    "resolvers/draft.py _change": "statements of ours",
    "resolvers/proof.py _asked": "statements of ours",
    "resolvers/survey_answer.py _survey": "statements of ours",
    "office/paper_answer.py _versioned": "statements of ours",
    "jobs/digest_lines.py lines_statement": "64 statements of ours",
    "jobs/wave.py call_statement": "64 statements of ours",
    "schema/admission.py CodeBallotCastInput.votes": "a field of an input",
    "schema/proof.py ProofRuleSetInput.levels": "a field of an input",
    "schema/survey_form.py SurveyConditionInput.options": "a field of an input",
    "schema/survey_form.py SurveyQuestionInput.options": "a field of an input",
    "schema/survey_form.py SurveyQuestionInput.rows": "a field of an input",
    "schema/survey_form.py SurveyQuestionInput.file_types": "a field of an input",
    "schema/survey_form.py SurveyQuestionInput.shown_if": "a field of an input",
    "schema/survey_answer.py SurveyAnswerPartInput.options": "a field of an input",
    "schema/survey_answer.py SurveyAnswerPartInput.ranks": "a field of an input",
    "schema/survey_answer.py SurveyAnswerPartInput.rows": "a field of an input",
    "schema/survey_answer.py SurveyAnswerSaveInput.answers": "a field of an input",
    "schema/survey_answer.py SurveyAnswerSendInput.answers": "a field of an input",
    "schema/question_result.py SurveyResultPublishInput.questions": "a field of an input",
    "models/question_result.py QuestionCount.lines": "options of one question, while it is counted",
    "office/bulk_change.py _trial": "256 statements of ours",
    "office/bulk_write.py _lock": "statements of ours",
    "resolvers/note.py _seen": "statements of ours",
    "jobs/notice.py tell_statement": "64 statements of ours",
    "schema/paper_ballot.py PollingBallotsTypeInput.ballots": "a field of an input",
    "schema/polling_record.py PollingRecordWriteInput.totals": "a field of an input",
    "schema/shop.py ShopReviseInput.corners": "a field of an input",
    "schema/shop.py ShopReviseInput.pick_up_points": "a field of an input",
    "resolvers/access.py target_contribution": "statements of ours",
    "models/sentence/__init__.py _sentences": "languages",
    "planner/act.py _insertion": "statements of ours",
    "planner/row.py _made": "classes of ours",
    "resolvers/life.py _publication": "statements of ours",
    "resolvers/life.py revision": "statements of ours",
    "resolvers/life.py _erasure": "statements of ours",
    "resolvers/personal.py _erasure": "statements of ours",
    "resolvers/personal.py _copies": "statements of ours",
    "models/personal.py Trail.blank": "columns of ours",
    "intake/entry.py Intake._here": "one import",
    "intake/imported_place.py Placing._centers": "one import",
    "intake/imported_response.py Responding.statuses": "an activity's statuses",
    "intake/imported_response.py Responding._new": "an activity's statuses",
    "intake/entry.py Intake.sound": "the rows of one trial: they are bounded",
    "intake/edition.py BallotBox.counts": "what ballots are: valid, blank, null, repeated",
    "intake/edition.py BallotBox._voters": "a number for each ballot of one import, of which there are 250,000",
    "intake/edition.py Edition.counts": "what ballots are: valid, blank, null, repeated",
    "intake/entry.py Intake._told": "one import: its rows are bounded",
    "intake/undoing.py _used": "statements of ours",
    "intake/entry.py Intake._made": "one batch of an import",
    "intake/entry.py Intake._slugs": "an activity's categories",
    "intake/entry.py Intake.categories": "an activity's categories",
    "intake/undoing.py _removal": "statements of ours",
    "intake/entry.py Intake._seen": "one import: its rows are bounded",
    "resolvers/deliberation.py statements": "statements of ours",
    "resolvers/deliberation.py voices": "statements of ours",
    "resolvers/tombstone.py page": "statements of ours",
    "resolvers/tombstone.py replies": "statements of ours",
    "resolvers/response_photo.py _seen": "statements of ours",
    "resolvers/withholding.py shown_contribution": "statements of ours",
    "resolvers/withholding.py shown_comment": "statements of ours",
    "mail/queue.py ClaimedMail.told": "one mail",
    "intake/entry.py Taken.remarks": "one batch of an import",
    "planner/act.py Act.watched": "one mutation",
    "planner/detail.py _reading": "statements of ours",
    "server/figure.py Figures.errors": "codes of ours",
    "server/figure.py Figures.refusals": "codes of ours",
    "server/log.py Gathering._lines": "1,000 lines",
    "server/language.py _spoken": "256 headers of at most 200 bytes",
    "server/language.py _wanted": "256 headers of at most 200 bytes",
    "models/template/__init__.py read": "a template each",
    "resolvers/access.py target_space": "statements of ours",
    "resolvers/withholding.py shown_message": "statements of ours",
    "resolvers/search.py asked": "256 searches of at most 200 characters",
    "database/door.py Database.unnoted": "tenants",
    "jobs/visit.py Visits._claims": "tenants",
    "planner/act.py Outcome.secrets": "one mutation",
    "planner/act.py Outcome.values": "one mutation",
    "planner/event.py NewEvent.payload": "one event",
    "planner/request.py Request.refusals": "one request",
    "resolvers/ballot_terms.py poll": "statements of ours",
    "resolvers/ballot_terms.py projects": "statements of ours",
    "resolvers/first_ballot.py _cast_where_allowed": "statements of ours",
    "schema/ballot.py BallotCastInput.votes": "a declaration",
    "resolvers/vote.py _cast_where_open": "statements of ours",
    "resolvers/vote.py _count_of": "statements of ours",
    "schema/root.py executable": "the one contract",
    "schema/scoped.py ScopedContract._engines": "256 scopes",
    "server/api/answer_cache.py AnswerCache._asked": "requests that run now",
    "portal/document.py fragments": "files of ours",
    "portal/document.py named": "files of ours",
    "portal/message.py catalogue": "languages",
    "portal/message.py typography": "4,096 texts of ours",
    "portal/outline.py Chapter.inner": "an activity's categories",
    "portal/palette.py palette": "1,024 themes of portals",
    "portal/asset.py _files": "files of ours",
    "portal/widget.py documents": "documents of ours",
    "portal/cover/drawing.py ground": "256 covers of portals",
    "portal/palette.py scene": "1,024 themes of portals",
    "portal/render.py environment": "languages",
    "portal/site.py build": "one digest",
    "portal/theme.py _theme": "1,024 themes of portals",
    "server/api/request.py _known_media_type": "256 headers of at most 200 bytes",
    "server/api/watch.py Watch._running": "requests that run now",
    "tenants/budget.py Budgets._accounts": "50,000 clients of a minute",
    "tenants/budget.py Budgets._untold": "those of them that are not told yet",
    "tenants/change.py Changes._versions": "tenants",
    "database/door.py Database._groups": "tenants, while anybody waits",
    "database/door.py Database.changed": "tenants",
    "database/door.py Database.untold": "tenants",
    "database/door.py Database._placed": "tenants in other clusters",
    "database/door.py Database._placed_at": "tenants that moved",
    "models/every.py tenant_tables": "the tables of a tenant",
    "server/health.py Health._migrations": "clusters",
    "server/health.py Health.clusters": "clusters",
    "database/door.py Database.versions": "tenants",
    "database/door.py Database.eventful": "tenants",
    "server/live/admission.py LiveAdmission._held": "addresses and people that hold places, of which a process has 20,000",
    "server/live/hall.py Hall._subscribers": "subscribers that hold places",
    "server/live/hall.py Hall._tallies": "contributions that somebody listens to",
    "server/live/hub.py Hub._halls": "tenants at which somebody listens",
    "server/live/outbox.py Outbox._waiting": "64 kB a subscriber, 64 MB in all",
    "server/live/socket.py Conversation.connection_params": "a token",
    "database/group_commit.py GroupCommit._away": "groups of one tenant that are away",
    "database/silence.py Silence._waiting": "connections that answer nobody",
    "database/group_commit.py GroupCommit._tasks": "requests that run now",
    "database/group_commit.py GroupCommit._waiting": "requests that run now",
    "database/kept.py Kept._values": "bytes",
    "database/pool.py PooledConnection.roles": "120 tenants",
    "database/pool.py Pool._idle": "connections",
    "database/pool.py Pool._waiting": "requests that run now",
    "database/replica_lag.py ReplicaLag._samples": "the positions of a few seconds",
    "database/prepared_statement.py PreparedStatements._named": "100,000 characters",
    "database/prepared_statement.py PreparedStatements._seen": "200 numbers",
    "tenants/registry.py TenantRegistry._by_host": "tenants",
    "tenants/registry.py RegistryPart.records": "tenants",
    "tenants/registry.py RegistryPart._version": "one row",
    "tenants/registry.py RegistryPart._versions": "tenants",
    "tenants/rollout.py _Rollout.failures": "tenants, during one command",
    "database/statement.py Statement._texts": "32 kB a statement, which its plan weighs",
    "database/statement.py cached": "1,024 statements of ours",
    "database/turn.py Turns._running": "requests that run now",
    "database/turn.py Turns._waiting": "requests that run now",
    "database/wire.py WireConnection._results": "one answer",
}
"""What else lives as long as the process, and what bounds it."""


def made_by(value: ast.expr) -> str | None:
    """The name of what an expression makes when that is empty and can grow."""
    if isinstance(value, ast.Dict) and not value.keys:
        return "dict"
    if isinstance(value, ast.List) and not value.elts:
        return "list"
    if not isinstance(value, ast.Call):
        return None
    called = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    if name == "field":
        makers = [ast.unparse(given.value) for given in value.keywords if given.arg == "default_factory"]
        return makers[0] if makers and makers[0] in GROWING else None
    is_filled = name in ("dict", "list", "set") and bool(value.args or value.keywords)
    return name if name in GROWING and not is_filled else None


def assigned(nodes: Iterator[ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    """What is assigned something that can grow, and what that is."""
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and (kind := made_by(node.value)):
            yield node.targets[0] if isinstance(node, ast.Assign) else node.target, kind


def growing(path: Path) -> Iterator[tuple[str, str]]:
    """What of a module can grow and lives as long as an object, or as the process, and its kind."""
    tree, name = ast.parse(path.read_text()), path.relative_to(ROOT).as_posix()
    for target, kind in assigned(iter(tree.body)):
        yield f"{name} {ast.unparse(target)}", kind
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(found) for found in node.decorator_list):
            yield f"{name} {node.name}", "cache"
        if isinstance(node, ast.ClassDef):
            for target, kind in assigned(ast.walk(node)):
                if isinstance(target, ast.Attribute) or any(
                    getattr(part, "target", None) is target for part in node.body
                ):
                    yield f"{name} {node.name}.{ast.unparse(target).removeprefix('self.')}", kind


def test_whatever_grows_is_bounded_by_bytes_or_says_what_bounds_it() -> None:
    files = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    found = {place: kind for path in files for place, kind in growing(path)}
    others = {place for place, kind in found.items() if kind not in BY_BYTES and place.split()[0] not in SHORT_LIVED}
    assert others == BOUNDED.keys()
    assert sum(kind in BY_BYTES for kind in found.values()) >= 11
