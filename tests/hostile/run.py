"""Sends the cases one after the other and says which answers are what none may be."""

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from server.api import request
from tests.hostile.request import Answer, Case, send

HUNDREDS = (2, 3, 4, 5, 0)
"""The columns of the table; 0: the server hung up without an answer."""

MAX_S = 10.0
"""How long any one answer may take on a busy machine."""

SECRET = re.compile(
    r"(?i:psycopg|sqlalchemy|pg_catalog|sqlstate|traceback|file \"|, line \d+|graphql-core|strawberry\b|starlette|uvicorn)"
    r"|[A-Za-z](?<!User)(?:Error|Exception)\b|NoneType|<class |<object|__tenant__|\bt_\d+\b"
    r"|(?i:\brelation \"|\bcolumn \"|syntax error at or near)"
)
"""Words of the driver, of the database and of Python."""


SERVER = "\r\nserver: uvicorn"
"""The header that the tests' own server sends; `parvis serve` sends none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer that no request should get, and why not."""

    case: Case
    answer: Answer
    why: str

    def __str__(self) -> str:
        return f"{self.why}\n  {self.case.text()[:600]!r}\n  {self.answer.text[-300:]!r}"


@dataclass(frozen=True, slots=True)
class Report:
    """How many answers of each group had each status, and the findings."""

    statuses: Counter[tuple[str, int]]
    findings: list[Finding]

    @property
    def count(self) -> int:
        """How many requests were sent."""
        return self.statuses.total()

    def table(self) -> str:
        """One line for each group: how many answers had a status of each hundred."""
        groups = list(dict.fromkeys(group for group, _ in self.statuses))
        lines = [f"{'hostile in':<14}{'sent':>6}{'2xx':>6}{'3xx':>6}{'4xx':>6}{'5xx':>6}{'none':>6}"]
        for group in groups:
            found = {status: count for (name, status), count in self.statuses.items() if name == group}
            by_hundred = Counter(dict.fromkeys(HUNDREDS, 0))
            for status, count in found.items():
                by_hundred[status // 100] += count
            counts = (sum(found.values()), *(by_hundred[hundred] for hundred in HUNDREDS))
            lines.append(f"{group:<14}" + "".join(f"{count:>6}" for count in counts))
        return "\n".join([*lines, f"{self.count} requests, {len(self.findings)} findings"])


def run(url: str, cases: Iterable[Case], foreign: re.Pattern[str]) -> Report:
    """Send the cases to the server at `url`; `foreign` is what another tenant's rows would show."""
    statuses: Counter[tuple[str, int]] = Counter()
    findings = []
    for number, case in enumerate(cases):
        began = time.monotonic()
        answer = send(url, case, number)
        statuses[case.group, answer.status] += 1
        why = wrong(case, answer, time.monotonic() - began, foreign)
        if why is not None:
            findings.append(Finding(case, answer, why))
    return Report(statuses, findings)


def wrong(case: Case, answer: Answer, seconds: float, foreign: re.Pattern[str]) -> str | None:
    """What is wrong with an answer; None: nothing. What the request said itself may come back."""
    is_too_large = len(case.body) > request.MAX_BODY  # Then the server may hang up while it is sent.
    if answer.status >= 500 or (answer.status < 100 and not is_too_large):
        return f"status {answer.status}"
    if seconds > MAX_S:
        return f"{seconds:.1f} s"
    shown = answer.text.replace(SERVER, "", 1)
    own = case.text().decode("utf-8", "replace")
    for what, pattern in (("a word of the machinery", SECRET), ("another tenant's row", foreign)):
        if (found := pattern.search(shown)) and found.group() not in own:
            return f"{what}: {found.group()!r}"
    return None
