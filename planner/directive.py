"""Directives that restrict an element of the contract to portals with a feature, or to an audience."""

import strawberry
from strawberry.schema_directive import Location

from auth.viewer import Audience
from models.tenant import Feature

_ELEMENTS = [
    Location.OBJECT,
    Location.FIELD_DEFINITION,
    Location.ARGUMENT_DEFINITION,
    Location.ENUM_VALUE,
    Location.INPUT_OBJECT,
    Location.INPUT_FIELD_DEFINITION,
]


@strawberry.federation.schema_directive(
    locations=_ELEMENTS,
    name="feature",
    repeatable=True,
    description="Exists at portals that have switched the feature on; with several features, any of them.",
)
class OfFeature:
    """`@feature`."""

    name: Feature


@strawberry.federation.schema_directive(
    locations=_ELEMENTS,
    name="audience",
    repeatable=True,
    description="Exists for callers of the audience; with several audiences, any of them.",
)
class ForAudience:
    """`@audience`."""

    name: Audience


def feature(*features: Feature) -> list[object]:
    """Marks an element that exists with any of the features."""
    return [OfFeature(name=name) for name in features]


def audience(of: Audience) -> list[object]:
    """Marks an element for an audience and for the audiences with at least the same rights."""
    return [ForAudience(name=name) for name in INCLUDING[of]]


INCLUDING: dict[Audience, tuple[Audience, ...]] = {
    Audience.MODERATOR: (Audience.MODERATOR, Audience.ADMINISTRATOR, Audience.OPERATOR),
    Audience.ADMINISTRATOR: (Audience.ADMINISTRATOR, Audience.OPERATOR),
    Audience.OPERATOR: (Audience.OPERATOR,),
    Audience.ROUTER: (Audience.ROUTER,),
}
