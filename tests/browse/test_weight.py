"""What a first visit on a phone weighs and how soon it is there: printed as a table, and held to the budgets.

`make budget` runs this alone. The line is that of Lighthouse's phone (1.6 Mbit/s, 150 ms to the server); times are
medians of three visits, each with an empty cache.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browse.test_accessible import TAGS
from tests.conftest import Portal
from tests.test_page_portal import activity, newest

KB = 1_024
BYTES = {"Document": 25 * KB, "Stylesheet": 12 * KB, "Script": 10 * KB, "Font": 75 * KB, "all": 120 * KB}
REQUESTS, LCP_MS, VISITS = 9, 1_200, 3
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 675_000 / 8}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}

WATCH = """
window.seen = { lcp: 0, cls: 0, blocked: 0 };
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
watch("layout-shift", (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value));
watch("longtask", (entry) => (seen.blocked += Math.max(0, entry.duration - 50)));
"""
SETTLE = """async () => {
  await document.fonts.ready;
  for (let turn = 0; turn < 3; turn++) await new Promise((next) => requestAnimationFrame(next));
  return seen;
}"""


@dataclass
class Visit:
    """One visit: bytes over the line by type, addresses asked, and what the browser measured, in milliseconds."""

    bytes: Counter[str] = field(default_factory=Counter)
    asked: list[str] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)
    violations: int = 0


def visit(browser: Browser, address: str, axe: str) -> Visit:
    """A first visit. Bytes are those of the line, headers included."""
    context = browser.new_context(**PHONE, bypass_csp=True)  # type: ignore[arg-type]
    page, found = context.new_page(), Visit()
    page.add_init_script(WATCH)
    types: dict[str, str] = {}
    network = context.new_cdp_session(page)

    def responded(event: Any) -> None:
        types[event["requestId"]] = event["type"]
        found.asked.append(event["response"]["url"])

    def finished(event: Any) -> None:
        found.bytes[types.get(event["requestId"], "Other")] += int(event["encodedDataLength"])
        found.bytes["all"] += int(event["encodedDataLength"])

    network.on("Network.responseReceived", responded)
    network.on("Network.loadingFinished", finished)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", LINE)
    page.goto(address, wait_until="networkidle")
    found.seen = page.evaluate(SETTLE)
    page.evaluate(axe)
    found.violations = page.evaluate("async (tags) => (await axe.run({ runOnly: tags })).violations.length", list(TAGS))
    context.close()
    return found


def pages(rennes: Portal) -> dict[str, str]:
    """The pages that most people see first."""
    return {
        "home": "/",
        "list": "/annonces",
        "contribution": f"/contribution/{newest(rennes, 'PROPOSAL')}",
        "space": "/espace/entraide",
        "publish": f"/publier/{activity(rennes, 'MUTUAL_AID')}?kind=OFFER",
    }


@pytest.fixture(scope="module")
def visits(chromium: Browser, home: str, axe: str, rennes: Portal) -> dict[str, list[Visit]]:
    """Visits to each of the pages."""
    for path in pages(rennes).values():
        rennes.client.get(path, headers={"host": rennes.host})  # The server makes its plans.
    return {name: [visit(chromium, home + path, axe) for _ in range(VISITS)] for name, path in pages(rennes).items()}


def test_first_visits_on_a_phone_stay_within_their_budgets(
    visits: dict[str, list[Visit]], home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(table(visits))
    for name, made in visits.items():
        for one in made:
            over = {kind: size for kind, size in one.bytes.items() if size > BYTES.get(kind, BYTES["all"])}
            assert over == {}, name
            assert len(one.asked) <= REQUESTS, (name, one.asked)
            assert {urlsplit(address).netloc for address in one.asked} == {urlsplit(home).netloc}, name
            assert one.seen["cls"] == 0, name
            assert one.violations == 0, name
        assert median(one.seen["lcp"] for one in made) <= LCP_MS, name


def table(visits: dict[str, list[Visit]]) -> str:
    """The figures, sizes in kB of 1,024 bytes."""
    heads = "page          HTML   CSS script  font   all  requests hosts  LCP ms  CLS    TBT ms  axe"
    lines = ["", heads]
    for name, made in visits.items():
        one = max(made, key=lambda found: found.bytes["all"])
        sizes = [one.bytes[kind] / KB for kind in ("Document", "Stylesheet", "Script", "Font", "all")]
        hosts = len({urlsplit(address).netloc for address in one.asked})
        lcp, cls, blocked = (median(found.seen[key] for found in made) for key in ("lcp", "cls", "blocked"))
        lines.append(
            f"{name:12}" + "".join(f"{size:6.1f}" for size in sizes) + f"  {len(one.asked):6} {hosts:5}"
            f"  {lcp:7.0f}  {cls:.3f} {blocked:6.0f}  {one.violations:5}"
        )
    return "\n".join([*lines, ""]) + "\n"
