"""A polite crawler of a portal's open data: reads its catalogue, fetches what changed, and forgets what was withdrawn.

    python crawler.py https://entraide.ville.example ./copy

Run it as often as you like. The catalogue (DCAT-AP) says which files there are; each is asked for with the ETag that it
had, so that nothing is sent twice. What `tombstones.csv` names is deleted from the copies: it is public no more.
Python's standard library alone.
"""

import csv
import json
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AGENT = "parvis-example-crawler/1.0 (+https://example.org/contact)"
PATIENCE_S = 60.0
"""As long as one waits for a portal that is busy, by its own Retry-After."""


def fetch(address: str, etag: str | None) -> tuple[bytes, str] | None:
    """A file and its ETag; None where it did not change. Waits once if the portal is busy."""
    headers = {"user-agent": AGENT} | ({"if-none-match": etag} if etag else {})
    for is_last in (False, True):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
                return answer.read(), answer.headers.get("etag", "")
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return None
            if error.code not in (429, 503) or is_last:
                raise
            time.sleep(min(PATIENCE_S, float(error.headers.get("retry-after") or 5)))
    raise AssertionError


def files(catalogue: dict[str, Any]) -> Iterator[str]:
    """The address of every file of every data set."""
    for data_set in catalogue["dcat:dataset"]:
        for file in data_set["dcat:distribution"]:
            yield file["dcat:downloadURL"]["@id"]


def forget(folder: Path) -> int:
    """Take out of the copies what was withdrawn: rows of tables, features of maps. How many were there."""
    with (folder / "tombstones.csv").open(newline="", encoding="utf-8") as stones:
        gone = {row["id"] for row in csv.DictReader(stones)}
    count = 0
    for name in ("contributions.csv", "comments.csv"):
        path = folder / name
        with path.open(newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        kept = [row for row in rows if row["id"] not in gone and row.get("contribution_id") not in gone]
        if len(kept) < len(rows):
            count += len(rows) - len(kept)
            with path.open("w", newline="", encoding="utf-8") as table:
                writer = csv.DictWriter(table, list(rows[0]))
                writer.writeheader()
                writer.writerows(kept)
    return count


def main(portal: str, folder: Path) -> None:
    """Bring the copies in a folder up to date, and say what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "etags.json"
    etags: dict[str, str] = json.loads(state.read_text("utf-8")) if state.exists() else {}
    catalogue = fetch(f"{portal}/opendata/catalog.jsonld", None)
    assert catalogue is not None
    for address in files(json.loads(catalogue[0])):
        if not address.startswith(f"{portal}/"):
            continue  # Nobody sends this crawler elsewhere.
        name = re.sub(r"[^\w.-]", "_", address.rpartition("/")[2])
        fetched = fetch(address, etags.get(address) if (folder / name).exists() else None)
        print(f"{'same' if fetched is None else 'new '}  {name}")
        if fetched is not None:
            (folder / name).write_bytes(fetched[0])
            etags[address] = fetched[1]
    print(f"{forget(folder)} forgotten")
    state.write_text(json.dumps(etags), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
