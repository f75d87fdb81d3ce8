"""Collectivités in the contract: the official register, the same for every tenant."""

from typing import Annotated

import strawberry

import models.collectivite
import resolvers.collectivite
import resolvers.sight
from models.collectivite import CollectiviteKind
from planner import field
from planner.cost_directive import priced
from schema.enumeration import described
from schema.page import After, Connection, First
from schema.place import Point, PointInput
from schema.scalar import GeoJson

described(
    CollectiviteKind,
    "What kind of local authority a collectivité is.",
    {
        "COMMUNE": "A commune.",
        "ARRONDISSEMENT_MUNICIPAL": "An arrondissement of Paris, Lyon or Marseille.",
        "EPCI": "A grouping of communes with taxes of its own («EPCI à fiscalité propre»), for example a métropole.",
        "DEPARTEMENT": "A département.",
        "REGION": "A région.",
        "PROVINCE": "A Belgian province.",
    },
)


@field.stored(
    models.collectivite.Collectivite, visible=resolvers.sight.everyone, references=resolvers.collectivite.REFERENCES
)
class Collectivite:
    """A local authority as the official registers know it («collectivité»)."""

    id: strawberry.ID = field.expression(resolvers.collectivite.ident, "Opaque id, the same for every tenant.")
    kind: CollectiviteKind = field.column("What kind of local authority it is.")
    name: str = field.column("Its official name.")
    code: str = field.expression(
        resolvers.collectivite.code, "Its official code within its kind: INSEE, for an EPCI SIREN, for a province NIS."
    )
    insee_code: str | None = field.expression(
        resolvers.collectivite.insee_code,
        "The INSEE code of a commune or an arrondissement municipal; null for others, whose codes are not unique.",
    )
    siren: str | None = field.column("The SIREN number; null where the register does not have it.")
    nis_code: str | None = field.column("The NIS code of a Belgian province; null for others.")
    population: int | None = field.column("Inhabitants by the last census; null where the register has none.")
    postal_codes: list[str] = field.column("Postal codes of a commune; empty for others.")
    center: Point | None = field.part(
        resolvers.collectivite.center, "Its centre or chief town; null where the register has no coordinates."
    )
    outline: GeoJson | None = field.expression(
        resolvers.collectivite.outline,
        "Its outline, a MultiPolygon with corners to 11 m, simplified by 100 m (départements 250 m, régions 500 m);"
        " null where the register has none, as for Belgian provinces and communes in the overseas collectivités.",
        marks=priced(10),
    )

    parents: list["Collectivite"] = field.many(
        resolvers.collectivite.parents, "The collectivités that contain it, nearest first.", size=4
    )


@strawberry.type
class CollectiviteQuery:
    @field.declared(field.One(resolvers.collectivite.by_argument))
    def collectivite(
        self,
        id: Annotated[strawberry.ID | None, field.argument("Its id.")] = None,
        insee_code: Annotated[
            str | None,
            field.argument(
                "The INSEE code of a commune or an arrondissement municipal; that of a commune which merged"
                " finds the one that it is part of today."
            ),
        ] = None,
        siren: Annotated[str | None, field.argument("Its SIREN number.")] = None,
    ) -> Collectivite | None:
        """The collectivité that exactly one of the arguments names; null when there is none."""

    @field.declared(field.Connection(resolvers.collectivite.listed))
    def collectivites(
        self,
        search: Annotated[
            str | None,
            field.argument(
                "The beginning of the name, whatever its accents, case and hyphens, with or without its"
                " article, shortened as « st », « ste », « s/ ». The names that are just so come first. The name of a"
                " former commune finds the one that it is part of today. At most 200 characters.",
                directives=priced(100),
            ),
        ] = None,
        postal_code: Annotated[str | None, field.argument("One of its postal codes.")] = None,
        insee_code: Annotated[
            str | None,
            field.argument(
                "The INSEE code of a commune or an arrondissement municipal; that of a commune which merged"
                " finds the one that it is part of today."
            ),
        ] = None,
        kinds: Annotated[list[CollectiviteKind] | None, field.argument("Only of these kinds.")] = None,
        near: Annotated[
            PointInput | None, field.argument("Nearest to this point first; those without coordinates are left out.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Collectivite]:
        """The register, largest population first unless a point is given."""
