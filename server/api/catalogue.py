"""Catalogue: a portal's open data as harvesters of catalogues read it (DCAT-AP in JSON-LD, without another host)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from models.tenant import Feature
from server.api.data_package import FILES, LICENCE, LICENCE_URL, MAPS, schema_address
from server.api.table_schema import TABLES
from tenants.registry import TenantRecord

MEDIA_TYPE = "application/ld+json"
PATH = "/opendata/catalog.jsonld"

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
CONTEXT: Mapping[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
INSEE = "http://id.insee.fr/geo/"
AREAS: Mapping[str, str] = {"commune": "commune", "departement": "departement", "region": "region"}
"""What a collectivité's id begins with, and what INSEE calls it in its addresses."""

FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("CSV", "text/csv"),
    "geojson": ("GEOJSON", "application/geo+json"),
    "json": ("JSON", "application/json"),
    "ics": ("ICS", "text/calendar"),
}
KEYWORDS = ("participation citoyenne", "démocratie locale")

Node = dict[str, Any]
File = tuple[str, str]
"""An address below the portal's, and its format."""


def described(tenant: TenantRecord, origin: str, changed: datetime) -> Node:
    """The catalogue with its data sets, their files and the API."""
    here = f"{origin}{PATH}"
    publisher = _publisher(tenant, here)
    sets = [
        _data_set(tenant, here, publisher, changed, each, [_file(here, origin, one) for one in files])
        for each, files in _sets(tenant)
    ]
    own = {
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": _french(f"Données ouvertes : {tenant.title}"),
        "dct:description": _french(f"Ce que le portail de participation {tenant.title} rend public."),
        "dct:publisher": publisher,
        "dct:language": _authority("language/FRA"),
        "dct:license": {"@id": LICENCE_URL},
        "dct:modified": _instant(changed),
        "foaf:homepage": {"@id": f"{origin}/donnees"},
        "dcat:themeTaxonomy": _authority("data-theme"),
        "dcat:dataset": sets,
        "dcat:service": [_service(origin, here, publisher, sets)],
    }
    return {"@context": CONTEXT, **own, **_area(tenant)}


def _sets(tenant: TenantRecord) -> Iterator[tuple[tuple[str, str, str], Sequence[File]]]:
    """Name, title and description of each data set, and its files."""
    maps = {name: description for name, _, description in MAPS}
    for name, title, description, _ in FILES:
        files = [(f"/opendata/{name}.csv", "csv")]
        yield (
            (name, title, description),
            [*files, *([(f"/opendata/{name}.geojson", "geojson")] if name in maps else [])],
        )
    for name, title, description in MAPS:
        if name not in {each for each, *_ in FILES}:
            yield (name, title, description), [(f"/opendata/{name}.geojson", "geojson")]
    for table in TABLES.values():
        yield (table.name, table.title, table.description), [(f"/opendata/{table.name}.csv", "csv")]
    if Feature.MUTUAL_AID in tenant.features:
        about = "Les créneaux à venir, dans les champs de l'API Engagement."
        yield ("missions", "Missions de bénévolat", about), [("/opendata/missions.json", "json")]
    about = "La liste des débats et consultations, avec leurs avis au format de Polis."
    yield ("deliberations", "Délibérations", about), [("/opendata/deliberations.json", "json")]
    about = "Les dates des missions, des phases et des votes."
    yield ("agenda", "Agenda de la participation", about), [("/agenda.ics", "ics")]


def _data_set(
    tenant: TenantRecord, here: str, publisher: Node, changed: datetime, each: tuple[str, str, str], files: list[Node]
) -> Node:
    name, title, description = each
    return {
        "@id": f"{here}#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{tenant.slug}-{name}",
        "dct:title": _french(f"{title} – {tenant.title}"),
        "dct:description": _french(description),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:language": _authority("language/FRA"),
        "dct:modified": _instant(changed),
        "dct:accrualPeriodicity": _authority("frequency/CONT"),
        "dcat:theme": _authority("data-theme/GOVE"),
        "dcat:keyword": [_french(word) for word in KEYWORDS],
        "dcat:contactPoint": _contact(tenant, here),
        "dcat:distribution": files,
        **_area(tenant),
    }


def _file(here: str, origin: str, file: File) -> Node:
    path, kind = file
    name = path.rpartition("/")[2].partition(".")[0]
    format_, media_type = FORMATS[kind]
    told = {
        "@id": f"{here}#{name}-{kind}",
        "@type": "dcat:Distribution",
        "dct:title": _french(path.rpartition("/")[2]),
        "dcat:accessURL": {"@id": f"{origin}{path}"},
        "dcat:downloadURL": {"@id": f"{origin}{path}"},
        "dct:format": _authority(f"file-type/{format_}"),
        "dcat:mediaType": {"@id": f"{IANA}{media_type}"},
        "dct:license": {"@id": LICENCE_URL, "@type": "dct:LicenseDocument", "dct:title": LICENCE},
    }
    schema = {"dct:conformsTo": {"@id": schema_address(origin, name), "@type": "dct:Standard"}}
    return told | (schema if name in TABLES else {})


def _service(origin: str, here: str, publisher: Node, sets: Sequence[Node]) -> Node:
    return {
        "@id": f"{here}#api",
        "@type": "dcat:DataService",
        "dct:title": _french("API GraphQL"),
        "dct:description": _french("Les mêmes données, par requêtes ; sans compte."),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": {"@id": LICENCE_URL},
        "dcat:endpointURL": {"@id": f"{origin}/graphql"},
        "dcat:servesDataset": [{"@id": each["@id"]} for each in sets],
    }


def _publisher(tenant: TenantRecord, here: str) -> Node:
    local = {"@id": "http://purl.org/adms/publishertype/LocalAuthority"}
    return {"@id": f"{here}#publisher", "@type": "foaf:Agent", "foaf:name": tenant.collectivite_name, "dct:type": local}


def _contact(tenant: TenantRecord, here: str) -> Node:
    mail = {"vcard:hasEmail": {"@id": f"mailto:{tenant.contact.email}"}} if tenant.contact.email else {}
    return {"@id": f"{here}#contact", "@type": "vcard:Kind", "vcard:fn": tenant.collectivite_name, **mail}


def _area(tenant: TenantRecord) -> Node:
    """The collectivité as INSEE names it; nothing of those that it does not, as groupings of communes."""
    kind, _, code = tenant.collectivite_id.partition("-")
    return {"dct:spatial": {"@id": f"{INSEE}{AREAS[kind]}/{code}", "@type": "dct:Location"}} if kind in AREAS else {}


def _french(text: str) -> Node:
    return {"@value": text, "@language": "fr"}


def _authority(name: str) -> Node:
    return {"@id": f"{AUTHORITY}{name}"}


def _instant(instant: datetime) -> Node:
    return {"@value": instant.astimezone(UTC).isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
