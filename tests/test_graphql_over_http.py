"""GraphQL over HTTP: the audits of the npm package `graphql-http` pass, without warnings."""

import json
import subprocess
from typing import Any

import pytest

from tests.conftest import NODE, Portal

AUDITS = 61


@pytest.fixture(scope="module")
def results(node: str, rennes: Portal) -> list[dict[str, Any]]:
    """What each audit found."""
    command = [node, "audit.mjs", f"{rennes.running.url}/graphql", rennes.host]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_every_audit_of_graphql_over_http_passes_without_warnings(results: list[dict[str, Any]]) -> None:
    assert [
        f"{found['status']} {found['id']} {found['name']}: {found['reason']}"
        for found in results
        if found["status"] != "ok"
    ] == []


def test_no_audit_was_left_out(results: list[dict[str, Any]]) -> None:
    assert len({found["id"] for found in results}) == AUDITS
