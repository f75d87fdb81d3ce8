"""Table schemas: what the tables on participation hold, as collectivités publish such tables in France (Table Schema).

Names are in snake case without accents, as schema.data.gouv.fr wants them; those of the collectivité and of its
deliberations are those of the Socle commun des données locales (SCDL), in small letters. The files of `docs/open-data/`
are these, written by `parvis schema tables`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "0.1.0"
CREATED, LAST_MODIFIED = "2026-11-30", "2026-11-30"

SIREN, INSEE, DAY = r"^\d{9}$", r"^([013-9]\d|2[AB1-9])\d{3}$", "2026-03-14"
SCDL = "https://scdl.opendatafrance.net/docs/schemas/"
DELIBERATIONS = ("SCDL – Délibérations", f"{SCDL}scdl-deliberations.html")
SUBVENTIONS = ("SCDL – Subventions", f"{SCDL}scdl-subventions.html")


@dataclass(frozen=True, slots=True)
class TableField:
    """A field of a schema; `values` are the only ones that it may have, and `example` is one."""

    name: str
    title: str
    description: str
    type: str = "string"
    example: str | int | bool = ""
    is_required: bool = False
    pattern: str | None = None
    values: Sequence[str] = ()

    def described(self) -> dict[str, Any]:
        """As Table Schema writes it."""
        constraints: dict[str, Any] = {"required": self.is_required}
        if self.pattern:
            constraints["pattern"] = self.pattern
        if self.values:
            constraints["enum"] = list(self.values)
        if self.type == "integer":
            constraints["minimum"] = 0
        told: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "type": self.type,
            "example": self.example,
            "constraints": constraints,
        }
        if self.type == "boolean":
            told |= {"trueValues": ["true"], "falseValues": ["false"]}
        return told | ({"format": "uri"} if self.name.endswith("_url") else {})


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A schema of ours, and the published ones from which it takes names."""

    name: str
    title: str
    description: str
    primary_key: Sequence[str]
    fields: Sequence[TableField]
    sources: Sequence[tuple[str, str]] = (DELIBERATIONS,)

    def described(self) -> dict[str, Any]:
        """The schema's file."""
        return {
            "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
            "name": f"participation-{self.name}",
            "title": self.title,
            "description": self.description,
            "countryCode": "FR",
            "version": VERSION,
            "created": CREATED,
            "lastModified": LAST_MODIFIED,
            "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}],
            "sources": [{"title": title, "path": path} for title, path in self.sources],
            "contributors": [{"title": "Parvis", "role": "author"}],
            "fields": [field.described() for field in self.fields],
            "primaryKey": list(self.primary_key),
            "missingValues": [""],
        }


KINDS: Mapping[str, str] = {
    "MUTUAL_AID": "entraide",
    "MARKETPLACE": "marche_local",
    "IDEA_BOX": "boite_a_idees",
    "CONSULTATION": "consultation",
    "DEBATE": "debat",
    "PETITION": "petition",
    "PARTICIPATORY_BUDGET": "budget_participatif",
    "SURVEY": "enquete",
}
RULES: Mapping[str, str] = {
    "GREEDY": "par_score",
    "EQUAL_SHARES": "parts_egales",
    "THRESHOLD": "seuil",
    "BY_CATEGORY": "par_categorie",
}
STATES: Mapping[str, str] = {
    "SEEKING": "recherche_parrains",
    "SUBMITTED": "deposee",
    "ADMISSIBLE": "recevable",
    "INADMISSIBLE": "irrecevable",
    "OPEN": "ouverte",
    "REACHED": "seuil_atteint",
    "INVALIDATED": "invalidee",
    "LAPSED": "caduque",
    "TRANSMITTED": "transmise",
    "ON_AGENDA": "ordre_du_jour",
    "ANSWERED": "reponse_rendue",
}

WHOSE: Sequence[TableField] = (
    TableField("coll_nom", "Collectivité", "Nom officiel (COLL_NOM du SCDL).", example="Rennes", is_required=True),
    TableField("coll_siren", "SIREN", "SIREN de la collectivité.", example="213502388", pattern=SIREN),
    TableField(
        "coll_insee", "Code commune", "Code officiel géographique, d'une commune.", "string", "35238", False, INSEE
    ),
)
DEMARCHES = TableSchema(
    "demarches",
    "Démarches de participation",
    "Les consultations, budgets participatifs, débats, boîtes à idées, enquêtes et autres démarches d'une collectivité."
    " Une ligne par démarche.",
    ("demarche_id",),
    (
        *WHOSE,
        TableField("demarche_id", "Identifiant", "Identifiant stable.", "string", "activity_2_0199", True),
        TableField("demarche_titre", "Titre", "Titre public.", "string", "Zone à faibles émissions", True),
        TableField(
            "demarche_type", "Type", "Ce qu'on y fait.", "string", "consultation", True, None, (*KINDS.values(),)
        ),
        TableField("espace_titre", "Espace", "Ce dont elle fait partie.", "string", "Air et climat", True),
        TableField("demarche_url", "Adresse", "La page de la démarche.", example="https://ville.example/activite/1"),
        TableField("date_ouverture", "Ouverture", "Premier jour.", "date", DAY, True),
        TableField("date_fermeture", "Fermeture", "Dernier jour ; vide : sans fin prévue.", "date", DAY),
        TableField("est_ouverte", "Ouverte", "Si l'on peut y participer aujourd'hui.", "boolean", True, True),
        TableField(
            "nb_contributions", "Contributions", "Contributions publiques, closes comprises.", "integer", 214, True
        ),
        TableField("nb_bulletins", "Bulletins", "Bulletins d'un vote ; vide : il n'y en a pas.", "integer", 3120),
    ),
    (DELIBERATIONS, ("SCDL – Catalogue", f"{SCDL}scdl-catalogue.html")),
)
PROJETS = TableSchema(
    "projets",
    "Projets soumis au vote",
    "Les projets d'un budget participatif, ou d'un autre vote à bulletins, une fois dépouillé. Une ligne par projet et"
    " par démarche, votes agrégés. Aucun bulletin n'y figure.",
    ("demarche_id", "projet_id"),
    (
        *WHOSE,
        TableField("demarche_id", "Démarche", "Identifiant de la démarche.", "string", "activity_2_0199", True),
        TableField("demarche_titre", "Édition", "Titre de la démarche.", "string", "Budget participatif 2026", True),
        TableField("date_depouillement", "Dépouillement", "Jour du dépouillement publié.", "date", DAY, True),
        TableField(
            "regle",
            "Règle",
            "Comment les lauréats sont choisis.",
            "string",
            "par_score",
            True,
            None,
            (*RULES.values(),),
        ),
        TableField("nb_bulletins", "Bulletins", "Bulletins comptés, blancs compris.", "integer", 3120, True),
        TableField("budget_euros", "Enveloppe", "Enveloppe de la démarche, en euros.", "integer", 500000),
        TableField("projet_id", "Identifiant", "Identifiant stable du projet.", "string", "contribution_2_0199", True),
        TableField("projet_titre", "Projet", "Titre public.", "string", "Des bancs à l'ombre", True),
        TableField("projet_url", "Adresse", "La page du projet.", example="https://ville.example/contribution/1"),
        TableField("projet_cout_euros", "Coût", "Coût estimé, en euros (MONTANT du SCDL).", "integer", 12000),
        TableField("nb_voix", "Voix", "Score selon la méthode du vote.", "integer", 845, True),
        TableField("nb_votants", "Votants", "Bulletins qui le soutiennent.", "integer", 640, True),
        TableField("rang", "Rang", "Place dans l'ordre du dépouillement, à partir de 1.", "integer", 3, True),
        TableField("est_laureat", "Lauréat", "S'il est retenu.", "boolean", True, True),
    ),
    (SUBVENTIONS,),
)
PETITIONS = TableSchema(
    "petitions",
    "Pétitions",
    "Les pétitions adressées à une collectivité et leurs suites : une ligne par pétition. Aucun signataire n'y figure.",
    ("petition_id",),
    (
        *WHOSE,
        TableField("petition_id", "Identifiant", "Identifiant stable.", "string", "contribution_2_0199", True),
        TableField("petition_titre", "Titre", "Titre public.", "string", "Une piscine au nord", True),
        TableField(
            "petition_url", "Adresse", "La page de la pétition.", example="https://ville.example/contribution/1"
        ),
        TableField("petition_etat", "État", "Où elle en est.", "string", "ouverte", True, None, (*STATES.values(),)),
        TableField("est_legale", "Par la loi", "Si elle suit le CGCT, art. L. 1112-16.", "boolean", False, True),
        TableField("date_depot", "Dépôt", "Jour du dépôt.", "date", DAY, True),
        TableField("date_ouverture", "Ouverture", "Premier jour des signatures.", "date", DAY),
        TableField("date_fermeture", "Fermeture", "Dernier jour des signatures.", "date", DAY),
        TableField("nb_signatures", "Signatures", "Signatures comptées, papier compris.", "integer", 812, True),
        TableField("nb_signatures_papier", "Sur papier", "Dont sur papier.", "integer", 40, True),
        TableField("date_conseil", "Séance", "Jour de la séance qui en parle.", "date", DAY),
        TableField("date_reponse", "Réponse", "Jour de la réponse.", "date", DAY),
        TableField("delib_id", "Délibération", "DELIB_ID du SCDL, si le conseil a délibéré.", example="2026-118"),
        TableField(
            "delib_url", "Texte", "Adresse de la décision (DELIB_URL du SCDL).", example="https://ville.example/118"
        ),
    ),
)
TABLES: Mapping[str, TableSchema] = {schema.name: schema for schema in (DEMARCHES, PROJETS, PETITIONS)}
