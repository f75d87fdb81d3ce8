"""Alerts and the board of operators: each metric that they name is one that a process tells."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from auth import operator_token
from tests.conftest import Portal
from tests.given import Given

PROJECT = Path(__file__).resolve().parents[1]
DEPLOY = PROJECT / "deploy"
RULES = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
BOARD = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
]
LABELS = r"(?:by|without)\s*\(([^)]*)\)"
SCRAPED = {"instance", "exported_job", "job"}
"""Labels that Prometheus adds: its own `job` moves ours out of the way."""


@pytest.fixture(scope="module")
def families(rennes: Portal, given: Given) -> dict[str, Any]:
    assert rennes.member().ask("{ portal { title } }")  # Or no tenant were among the busiest.
    token = given.run(operator_token.create(given.database, "alerts", 1))[1]
    answer = rennes.client.get("/metrics", headers={"host": rennes.host, "authorization": f"Bearer {token}"})
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def samples(family: Any) -> set[str]:
    """The names under which Prometheus keeps a family."""
    suffixes = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}.get(family.type, ("",))
    return {family.name + suffix for suffix in suffixes}


def test_each_metric_that_is_named_exists(families: dict[str, Any]) -> None:
    there = {name for family in families.values() for name in samples(family)}
    named = {name for expression in EXPRESSIONS for name in re.findall(r"\bparvis_\w+", expression)}
    assert len(named) > 20
    assert sorted(named - there) == []


def test_each_label_that_is_named_exists(families: dict[str, Any]) -> None:
    there = {label for family in families.values() for sample in family.samples for label in sample.labels}
    # Of families that have no sample here: no replica, no error yet.
    there |= SCRAPED | {"code", "cluster", "state"}
    for expression in EXPRESSIONS:
        grouped = {label.strip() for group in re.findall(LABELS, expression) for label in group.split(",")}
        matched = set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", expression))
        assert grouped | matched <= there, expression


def test_each_alert_says_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 10
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert set(rule["annotations"]) == {"summary", "action"}


def test_panels_of_the_board_do_not_lie_upon_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in BOARD["panels"]})
    assert all("${source}" in json.dumps(panel) for panel in BOARD["panels"])


def test_prometheus_reads_the_rules() -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool, of Prometheus, is not here")
    done = subprocess.run([program, "check", "rules", str(DEPLOY / "alerts.yml")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
