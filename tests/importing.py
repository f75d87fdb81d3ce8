"""Sending files to be imported, and what becomes of them, as administrators do it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jobs import importing
from tests.conftest import Portal
from tests.given import Given, uuid_in

RUN = """id state problem format fileName source mayAddCategories rowCount acceptedCount refusedCount knownCount keptCount
  columns { name target sample } remarks(first: 100) { totalCount nodes { row column code value } }"""
READ = f"query($id: ID!) {{ importRun(id: $id) {{ {RUN} }} }}"
DO = "mutation($input: {name}Input!) {{ {field}(input: $input) {{ importRun {{ {run} }} userErrors {{ code field }} }} }}"
DATA = Path(__file__).parents[2] / "shared" / "data"


def sent(admin: Portal, activity: str, content: bytes, name: str = "fichier.csv", source: str = "") -> str:
    """The run of a file that was sent, by default from a source of the activity's own."""
    answer = admin.client.post(
        "/import/file",
        headers={"host": admin.host, "authorization": f"Bearer {admin.token}"},
        files={"file": (name, content)},
        data={"activity": activity, "source": source or activity},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["importRun"])


def settled(given: Given, admin: Portal, run: str) -> dict[str, Any]:
    """The run at rest: this process works on it unless the server's job is quicker."""
    for _ in range(200):
        given.run(importing.work(given.database, admin.number))
        admin.running.database.versions[admin.number] += 1
        found = dict(admin.ask(READ, id=run)["importRun"])
        if found["state"] not in ("CHECKING", "RUNNING", "UNDOING"):
            return found
    raise AssertionError(found)


def tried(given: Given, admin: Portal, activity: str, content: bytes | str, **options: str) -> dict[str, Any]:
    """A file's run after its trial."""
    raw = content if isinstance(content, bytes) else content.encode()
    return settled(given, admin, sent(admin, activity, raw, **options))


def do(admin: Portal, verb: str, run: str, **fields: Any) -> dict[str, Any]:
    """A mutation's payload."""
    name = f"ImportRun{verb.capitalize()}"
    ask = DO.format(name=name, field=f"importRun{verb.capitalize()}", run=RUN)
    return dict(admin.ask(ask, input={"importRun": run, **fields})[f"importRun{verb.capitalize()}"])


def done(given: Given, admin: Portal, verb: str, run: str, **fields: Any) -> dict[str, Any]:
    """The run at rest after a mutation that is not refused."""
    payload = do(admin, verb, run, **fields)
    assert payload["userErrors"] == [], payload
    return settled(given, admin, run)


def imported(given: Given, admin: Portal, activity: str, content: bytes | str, **options: str) -> dict[str, Any]:
    """The run of a file that was imported at once."""
    return done(given, admin, "confirm", tried(given, admin, activity, content, **options)["id"])


def counts(run: dict[str, Any]) -> tuple[int, int, int, int]:
    """Rows, and of them accepted, refused and known."""
    return run["rowCount"], run["acceptedCount"], run["refusedCount"], run["knownCount"]


def targets(run: dict[str, Any]) -> dict[str, str]:
    """What columns say that say something."""
    return {found["name"]: found["target"] for found in run["columns"] if found["target"] != "NOTHING"}


def remarks(run: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(found["row"], found["column"], found["code"]) for found in run["remarks"]["nodes"]]


def contributions(portal: Portal, activity: str, more: str = "") -> list[dict[str, Any]]:
    """What of an activity is seen, the newest first."""
    ask = f"""query($activity: ID!) {{ contributions(activity: $activity, status: null, first: 100) {{
      totalCount nodes {{ id title body kind publishedAt author {{ name kind }} category {{ name }} {more} }} }} }}"""
    return list(portal.ask(ask, activity=activity)["contributions"]["nodes"])


def total(portal: Portal, activity: str) -> int:
    ask = "query($activity: ID!) { contributions(activity: $activity, status: null) { totalCount } }"
    return int(portal.ask(ask, activity=activity)["contributions"]["totalCount"])


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A CSV with semicolons."""
    return "\n".join([header, *(";".join(map(str, row)) for row in rows)]) + "\n"


def raw(given: Given, portal: Portal, contribution: str) -> dict[str, Any]:
    """A contribution's row as it is stored."""
    [(row,)] = given.sql(
        portal, "SELECT to_jsonb(c) FROM __tenant__.contribution c WHERE id = %s", uuid_in(contribution)
    )
    return dict(row) if isinstance(row, dict) else dict(json.loads(row))
