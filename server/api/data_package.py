"""Data package: what a portal's open data are, for programs (Frictionless) and for people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from server.api.column import COMMENTS, CONTRIBUTIONS, TOMBSTONES, ExportColumn
from server.api.table_schema import TABLES, TableSchema
from tenants.registry import TenantRecord

LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
LICENCE = "Licence Ouverte 2.0"

NEUTRAL = (
    "Dans les CSV, un texte qui commence comme une formule de tableur (=, +, -, @) est précédé d'une apostrophe ;"
    " retirez-la pour retrouver le texte."
)
FILES: Sequence[tuple[str, str, str, Sequence[ExportColumn]]] = (
    ("contributions", "Contributions", "Tout ce qui est public, le plus récent d'abord.", CONTRIBUTIONS),
    ("comments", "Réponses", "Les réponses publiques aux contributions.", COMMENTS),
    ("tombstones", "Retraits", "Ce qui a été public et ne l'est plus : effacez-le de vos copies.", TOMBSTONES),
)

MAPS: Sequence[tuple[str, str, str]] = (
    (
        "contributions",
        "Contributions localisées",
        "Un hexagone H3 par contribution qui a un lieu ; un point si l'auteur a publié son adresse.",
    ),
    ("cells", "Hexagones", "Combien de contributions dans chaque hexagone H3, par type."),
)


def described(tenant: TenantRecord, origin: str, changed: datetime) -> dict[str, Any]:
    """A Data Package with a Table Schema for each file."""
    tables = [
        _table(origin, name, title, description)
        | {"schema": {"fields": [_field(each) for each in columns], "primaryKey": "id", "missingValues": [""]}}
        for name, title, description, columns in FILES
    ]
    told = [_described(origin, table) for table in TABLES.values()]
    maps = [
        {
            "name": f"{name}-geojson",
            "title": title,
            "description": description,
            "path": f"{origin}/opendata/{name}.geojson",
            "format": "geojson",
            "mediatype": "application/geo+json",
            "encoding": "utf-8",
        }
        for name, title, description in MAPS
    ]
    return {
        "profile": "data-package",
        "name": f"parvis-{tenant.slug}",
        "title": f"Participation : {tenant.title}",
        "description": f"Contributions publiques du portail {tenant.title}. {NEUTRAL}",
        "homepage": f"{origin}/donnees",
        "licenses": [{"name": "etalab-2.0", "title": LICENCE, "path": LICENCE_URL}],
        "contributors": [{"title": tenant.collectivite_name, "role": "publisher"}],
        "created": changed.astimezone(UTC).isoformat(timespec="seconds"),
        "resources": [*tables, *told, *maps],
    }


def _table(origin: str, name: str, title: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": description,
        "path": f"{origin}/opendata/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True, "header": True},
    }


def _described(origin: str, table: TableSchema) -> dict[str, Any]:
    """A table with its schema, which has an address of its own for those who publish by it."""
    address = schema_address(origin, table.name)
    schema = {**table.described(), "path": address}
    return _table(origin, table.name, table.title, table.description) | {"schema": schema, "conformsTo": address}


def schema_address(origin: str, name: str) -> str:
    """Where a table schema is."""
    return f"{origin}/opendata/schemas/{name}.json"


def _field(column: ExportColumn) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.title,
        "type": column.type,
        "description": column.description,
    }
    if column.words:
        field["constraints"] = {"enum": sorted(column.words)}
    if column.type == "datetime":
        field["format"] = "any"
    return field


def readme(tenant: TenantRecord, origin: str, changed: datetime) -> str:
    """The files in words."""
    files = "\n".join(f"- [{name}.csv]({origin}/opendata/{name}.csv) : {text}" for name, _, text, _ in FILES)
    tables = "\n".join(
        f"- [{name}.csv]({origin}/opendata/{name}.csv), selon le [schéma]({schema_address(origin, name)}) :"
        f" {table.description}"
        for name, table in TABLES.items()
    )
    return f"""# Données ouvertes : {tenant.title}

Publiées par {tenant.collectivite_name} sous {LICENCE} ({LICENCE_URL}).
Dernière modification : {changed.astimezone(UTC):%Y-%m-%d %H:%M} UTC.

{files}
{tables}
- [contributions.geojson]({origin}/opendata/contributions.geojson) : un hexagone par contribution qui a un lieu.
- [cells.geojson]({origin}/opendata/cells.geojson) : combien de contributions dans chaque hexagone.
- [datapackage.json]({origin}/opendata/datapackage.json) : la description de chaque colonne (Table Schema).
- [catalog.jsonld]({origin}/opendata/catalog.jsonld) : le catalogue que moissonnent les plateformes (DCAT-AP).

CSV en UTF-8, séparé par des virgules. {NEUTRAL}
Les totaux « déclarés » viennent d'une autre plateforme, sans bulletins ; ils ne sont dans aucun décompte.
La position d'une personne n'est jamais publiée : seul l'est l'hexagone où elle se trouve.
"""
