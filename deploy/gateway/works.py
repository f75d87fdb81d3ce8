"""A city's own subgraph in Python: road works («travaux») by zone, beside what Parvis knows of it.

python works.py PORT '{"Centre": "zone_2_…"}'     # the portal's zones by their names
python works.py sdl                              # what it says of itself
"""

import json
import sys
from datetime import date

import strawberry
import uvicorn
from strawberry.asgi import GraphQL

ZONES: dict[str, str] = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
"""The portal's zones by their names."""


@strawberry.federation.type(keys=["id"], extend=True)
class Zone:
    """A zone of the portal."""

    id: strawberry.ID

    @strawberry.field
    def works(self) -> list["Work"]:
        """Works that are planned or under way there."""
        return [work for work in WORKS if work.zone is not None and work.zone.id == self.id]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Zone":
        """The zone of a key."""
        return Zone(id=id)


@strawberry.type
class Work:
    """Works in a street."""

    street: str
    starts_on: date
    ends_on: date
    zone: Zone | None


def _zone(name: str) -> Zone | None:
    return Zone(id=strawberry.ID(ZONES[name])) if name in ZONES else None


WORKS = [
    Work(street="Rue de la Monnaie", starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 18), zone=_zone("Centre")),
    Work(
        street="Boulevard de Bulgarie", starts_on=date(2027, 1, 11), ends_on=date(2027, 3, 5), zone=_zone("Le Blosne")
    ),
]


@strawberry.type
class Query:
    """Where a query begins."""

    @strawberry.field
    def works(self) -> list[Work]:
        """All works."""
        return WORKS


app = GraphQL[None, None](strawberry.federation.Schema(Query, federation_version="2.9"))

if __name__ == "__main__" and sys.argv[1] == "sdl":
    sys.stdout.write(app.schema.as_str())
elif __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
