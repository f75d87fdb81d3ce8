"""What tests of analyses start from: an activity with proposals about three things, and the job run at once."""

from pathlib import Path
from time import monotonic
from typing import Any

import jobs.analysis
from models.tenant import Feature
from tests.acting import published
from tests.administering import done
from tests.conftest import Portal
from tests.given import Given

ABOUT = {"vélo": 6, "arbre": 4, "banc": 2}
"""How many proposals are about what."""

NOTHING = "RAS"
PATIENCE_S = 60.0
READ = """query($id: ID!, $topic: Int) { analysis(id: $id) {
  id state problem publishedAt edition method corpusDigest readCount personCount notes question questionTitle
  space { id } activity { id } askedBy { id }
  coverage { textCount goneCount authorCount classifiedCount unclassifiedCount withoutContentCount }
  topics { number name terms textCount authorCount supportCount personCount isMinority isEdited
    quotes { words start end contribution { id title body } } }
  representation { drawCount contributions { id } distances { kind name distance randomDistance isRepresented } }
  texts(topic: $topic, first: 100) { totalCount nodes { id topic place answer contribution { id title } } } } }"""


def proposals(given: Given, town: Portal, activity: str) -> dict[str, list[str]]:
    """Proposals by what they are about, each of another person; the last says nothing."""
    every = {
        word: [
            published(
                given.actor(town),
                activity,
                title=f"Un {word} de plus, rue {number}",
                body=f"Il faudrait un {word} de plus ici, parce que la rue {number} en manque.",
            )
            for number in range(count)
        ]
        for word, count in ABOUT.items()
    }
    return every | {NOTHING: [published(given.actor(town), activity, title="Rien à dire", body=NOTHING)]}


def compute(given: Given, town: Portal, folder: Path) -> None:
    """Compute what waits; the server's own job may have begun it."""
    left = "SELECT count(*) FROM __tenant__.analysis WHERE state IN ('QUEUED', 'RUNNING')"
    deadline = monotonic() + PATIENCE_S
    while given.sql(town, left) != [(0,)]:
        assert monotonic() < deadline, "the analysis is not computed"
        given.run(jobs.analysis.work(given.database, town.number, frozenset(Feature), folder))
    given.sql(town, "UPDATE __tenant__.analysis SET edition = edition WHERE false")  # The server forgets what it keeps.


def start(admin: Portal, **subject: Any) -> str:
    """Ask for an analysis."""
    return str(done(admin, "analysisStart", "analysis { id }", **subject)["analysis"]["id"])


def read(who: Portal, analysis: str, topic: int | None = None) -> dict[str, Any]:
    """What somebody reads of an analysis."""
    return dict(who.ask(READ, id=analysis, topic=topic)["analysis"])
