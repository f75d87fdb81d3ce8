"""Waits: no task of the product waits for a future, an event or a socket without a limit, but for those listed."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LAYERS = (
    "auth", "award", "counting", "database", "demo", "geo", "intake", "jobs", "mail", "models", "office", "planner", "portal", "register", "resolvers", "schema", "server",
    "tenants",
)  # fmt: skip
PRIMITIVES = {
    "acquire",
    "connect",
    "drain",
    "gather",
    "getaddrinfo",
    "join",
    "sendall",
    "shield",
    "to_thread",
    "wait",
    "wait_for",
}
"""Names of calls that wait for something outside of the task."""

BOUNDED = {"timeout", "timeout_at"}

REASONS = {
    ("portal/site.py", "to_thread"): "a page with at most 500 pictures of codes: a bounded piece of work",
    ("auth/outbound.py", "getaddrinfo"): "httpcore's connecting, which runs within asyncio.timeout in the same module",
    ("jobs/deliver.py", "gather"): "the delivery of one batch to one consumer, whose statements are bounded",
    ("jobs/job.py", "gather"): "one attempt of a job, whose own waits are bounded",
    ("jobs/retention.py", "gather"): "one erasure, whose statements are bounded",
    (
        "jobs/examination.py",
        "to_thread",
    ): "the likeness of a text to a bounded number of others: a bounded piece of work",
    ("jobs/importing.py", "to_thread"): "200 rows of a file on this machine's disk: a bounded piece of work",
    ("jobs/analysis.py", "to_thread"): "what a process wrote, read from this machine's disk: a bounded piece of work",
    (
        "office/analysis_edit.py",
        "to_thread",
    ): "an analysis of at most 200,000 texts with 500 changes: a bounded piece of work",
    ("jobs/edition.py", "to_thread"): "20,000 ballots of a file on this machine's disk: a bounded piece of work",
    ("counting/vote_result.py", "to_thread"): "the counting of one vote that is over: a bounded piece of work",
    ("counting/urn.py", "to_thread"): "the envelopes of one vote that is over, opened once by whoever has its key",
    ("server/api/roll_file.py", "to_thread"): "a list of voters that is read and keyed: a bounded piece of work",
    (
        "server/api/petition_roll_file.py",
        "to_thread",
    ): "an electoral roll that is read and keyed: a bounded piece of work",
    ("server/api/survey_file.py", "to_thread"): "a thousand answers to a survey as rows: a bounded piece of work",
    ("server/api/vote_upload.py", "to_thread"): "a file of votes that is read: a bounded piece of work",
    ("auth/text_message.py", "shield"): "a message that is handed over within WITHIN_S, and one statement after it",
    ("auth/text_message.py", "to_thread"): "a small file of the demonstration's: a bounded piece of work",
    ("jobs/mail.py", "shield"): "a mail that is handed over: smtplib with a time-out on its socket",
    ("jobs/mail.py", "wait"): "with its own timeout",
    ("jobs/timetable.py", "wait_for"): "with its own timeout, until the next tenant is due or one is woken",
    (
        "planner/planning.py",
        "shield",
    ): "a document that is planned in a thread: a bounded piece of work (decision 0025)",
    ("server/api/text_file.py", "to_thread"): "a file of a text that is read: a bounded piece of work",
    ("server/api/zone_file.py", "to_thread"): "a file of zones that is read: a bounded piece of work",
    ("portal/site.py", "gather"): "a page's answer and its addresses, each bounded by itself",
    ("server/page/portal.py", "to_thread"): "a picture that is drawn: a bounded piece of work",
    ("server/api/answer_cache.py", "shield"): "who makes the answer has the deadline of its request",
    ("server/health.py", "gather"): "of clusters' states, each bounded by `door.READY_S`",
    ("server/ending.py", "wait"): "with its own timeout",
    ("mail/transport.py", "to_thread"): "smtplib with a time-out on its socket",
    ("server/api/watch.py", "work"): "an operation, whose reads have the request's deadline",
    ("database/host.py", "connect"): "whoever calls has a time-out; administration has libpq's own",
    ("database/host.py", "wait"): "whoever calls has a time-out; administration has libpq's own",
    ("database/listening.py", "connect"): "within asyncio.timeout, in `heard`",
    ("database/group_commit.py", "answered"): "a timer gives up by the deadline",
    ("database/group_commit.py", "gather"): "of what is bounded each by itself",
    ("tenants/rollout.py", "gather"): "administration",
    ("tenants/wish.py", "gather"): "of clusters' facts, each bounded by `door.READY_S`",
    ("tenants/tenant_copy.py", "gather"): "administration",
    ("database/pool.py", "connect"): "within asyncio.timeout, in making a connection and in looking for silence",
    ("database/pool.py", "given"): "a timer gives up by the deadline",
    ("database/turn.py", "let_in"): "a timer gives up by the deadline",
    ("database/wire.py", "answered"): "a timer gives up by the deadline",
    ("database/wire.py", "wait"): "psycopg's waiting: connecting (bounded by the pool), COPY, administration",
}


def waits(tree: ast.AST, is_bounded: bool = False) -> Iterator[str]:
    """The names of what is awaited outside of a time-out: a bare name is a future, a call one of PRIMITIVES."""
    for node in ast.iter_child_nodes(tree):
        within = is_bounded or (isinstance(node, ast.AsyncWith) and any(map(_is_limit, node.items)))
        if isinstance(node, ast.Await) and not within:
            match node.value:
                case ast.Name(id=name):
                    yield name
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in PRIMITIVES:
                    yield name
        yield from waits(node, within)


def _is_limit(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in BOUNDED


def test_a_wait_is_found_unless_it_is_within_a_time_out() -> None:
    text = "async def f(a):\n  await a\n  await x.gather()\n  async with asyncio.timeout(1):\n    await x.wait()\n"
    assert list(waits(ast.parse(text))) == ["a", "gather"]


def test_every_wait_has_a_limit_or_a_reason() -> None:
    found = {
        (str(file.relative_to(PROJECT)), name)
        for layer in LAYERS
        for file in sorted((PROJECT / layer).rglob("*.py"))
        for name in waits(ast.parse(file.read_text("utf-8")))
    }
    assert found - REASONS.keys() == set(), "give it a time-out, or a reason here and in docs/waits.md"
    assert REASONS.keys() - found == set(), "no longer there"
