"""Evidence in the contract: what was withheld because it breaks the law, for administrators."""

from datetime import datetime

import strawberry

import models.evidence
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from planner import field
from planner.directive import audience


@field.stored(
    models.evidence.Evidence,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class Evidence:
    """What was withheld because it breaks the law, frozen as it was («preuve»), whatever becomes of the content and of
    its author. For administrators, who hand it to justice; it is removed when its time is over."""

    id: strawberry.ID = field.expression(resolvers.ident.of("evidence"), "Opaque id.")
    author_name: str = field.column("The name under which it was published.")
    title: str | None = field.column("Its title; null for a comment.")
    body: str = field.column("Its text.")
    published_at: datetime = field.column("When it was published.")
    digest: str = field.column("The SHA-256 of the author's id and name, title, text and time, a line each.")
    frozen_at: datetime = field.column("When it was frozen.")
    kept_until: datetime = field.column("When it is removed.")
