"""Lighthouse's scores of the main pages on a phone: performance 98 and more, all others 100, by the median of the runs.

`RUNS` (3) says how often each page is judged, `PAGES` which ones (all): CI judges two of them once.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.browse.conftest import CHROMIUM
from tests.browse.test_weight import pages
from tests.conftest import Portal

HERE = Path(__file__).parent
RUNS = os.environ.get("RUNS", "3")
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}


def test_lighthouse_is_content(home: str, rennes: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    node = shutil.which("node")
    assert CHROMIUM is not None and node is not None, "Lighthouse wants Node 20 and a browser: apt-get install chromium"
    every = pages(rennes)
    wanted = os.environ.get("PAGES", " ".join(every)).split()
    command = [node, HERE / "judge.mjs", CHROMIUM, RUNS, *(home + every[name] for name in wanted)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    runs: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [run["error"] for run in runs if run["error"]] == []
    judged = {name: [run for run in runs if run["address"] == home + every[name]] for name in wanted}
    with capsys.disabled():
        sys.stdout.write(table(judged))
    told = {
        name: (kind, [run["failed"] for run in made])
        for name, made in judged.items()
        for kind, least in LEAST.items()
        if median(run["scores"][kind] for run in made) < least
    }
    assert told == {}


def table(judged: dict[str, list[dict[str, Any]]]) -> str:
    """The scores, medians of the runs."""
    lines = ["", "page          " + "".join(f"{kind:>16}" for kind in LEAST) + "   LCP ms    CLS  TBT ms"]
    for name, made in judged.items():
        scores = "".join(f"{median(run['scores'][kind] for run in made):16.0f}" for kind in LEAST)
        lcp, cls, blocked = (median(run[key] for run in made) for key in ("lcp", "cls", "blocked"))
        lines.append(f"{name:14}{scores}{lcp:9.0f}{cls:7.3f}{blocked:8.0f}")
    return "\n".join([*lines, ""]) + "\n"
