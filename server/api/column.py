"""Columns of what is exported: each with its stable name, its French title, and where it stands in the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from portal import judgement, measured, word
from transfer.cell import Value

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """`path` leads to it in an object of the contract; `words` are its values in French; `type` is Table Schema's."""

    name: str
    title: str
    path: str
    description: str
    type: str = "string"
    words: Mapping[str, str] | None = None

    def value(self, node: Node) -> Value:
        """As programs read it."""
        value: Any = node
        for name in self.path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if self.type == "datetime" and isinstance(value, str):
            return datetime.fromisoformat(value)
        return value if isinstance(value, str | int | float | bool) else None

    def shown(self, node: Node, zone: tzinfo) -> Value:
        """As people read it: words in French, instants by the portal's clock."""
        value = self.value(node)
        if isinstance(value, datetime):
            return value.astimezone(zone)
        return self.words.get(value, value) if self.words and isinstance(value, str) else value


ELSEWHERE = "Comptés ailleurs, sans bulletins."

CONTRIBUTIONS: Sequence[ExportColumn] = (
    ExportColumn("id", "Identifiant", "id", "Identifiant stable de la contribution."),
    ExportColumn("kind", "Type", "kind", "Ce qui est publié.", words=word.KINDS),
    ExportColumn("status", "Statut", "status", "Où en est la contribution.", words=word.STATES),
    ExportColumn("outcome", "Issue", "outcome", "Avec quoi elle s'est terminée.", words=word.OUTCOMES),
    ExportColumn("title", "Titre", "title", "Titre, texte brut."),
    ExportColumn("body", "Texte", "body", "Texte, brut."),
    ExportColumn("published_at", "Publiée le", "publishedAt", "Date de publication.", "datetime"),
    ExportColumn("revised_at", "Modifiée le", "revisedAt", "Dernière modification.", "datetime"),
    ExportColumn("expires_at", "Expire le", "expiresAt", "Date d'expiration.", "datetime"),
    ExportColumn("closed_at", "Close le", "closedAt", "Date de clôture.", "datetime"),
    ExportColumn("author_id", "Identifiant de l'auteur", "author.id", "Vide pour une demande sans nom."),
    ExportColumn("author_name", "Auteur", "author.name", "Nom public ; vide pour une demande sans nom."),
    ExportColumn("author_kind", "Type d'auteur", "author.kind", "Citoyen, association, commerce…", words=word.ACTORS),
    ExportColumn("space_slug", "Espace (adresse)", "activity.space.slug", "Nom court de l'espace participatif."),
    ExportColumn("space_title", "Espace", "activity.space.title", "Titre de l'espace participatif."),
    ExportColumn("activity_id", "Identifiant de l'activité", "activity.id", "Identifiant stable de l'activité."),
    ExportColumn("activity_title", "Activité", "activity.title", "Titre de l'activité."),
    ExportColumn("activity_kind", "Type d'activité", "activity.kind", "Ce qu'on y fait.", words=word.ACTIVITIES),
    ExportColumn("category", "Catégorie", "category.name", "Catégorie choisie."),
    ExportColumn("zone", "Quartier", "zone.name", "Quartier de publication."),
    ExportColumn("cell", "Hexagone", "location.cell", "Hexagone H3 de publication."),
    ExportColumn("precision", "Précision", "location.precision", "CELL : l'hexagone seul ; EXACT : le point."),
    ExportColumn("lat", "Latitude", "location.lat", "Du centre de l'hexagone, ou exacte (WGS 84).", "number"),
    ExportColumn("lng", "Longitude", "location.lng", "Du centre de l'hexagone, ou exacte (WGS 84).", "number"),
    ExportColumn("address", "Adresse", "location.address", "Seulement si l'auteur a publié le point exact."),
    ExportColumn("side", "Position", "side", "Pour ou contre, d'un argument.", words=word.SIDES),
    ExportColumn("about_id", "À propos de", "about.id", "La proposition qu'un argument discute."),
    ExportColumn("price_cents", "Prix en centimes", "priceCents", "Prix d'une annonce, en centimes d'euro.", "integer"),
    ExportColumn("price_unit", "Unité du prix", "priceUnit", "Ce que le prix compte."),
    ExportColumn("votes", "Votes", "tally.totalCount", "Voix comptées sur ce portail.", "integer"),
    ExportColumn("votes_support", "Soutiens", "tally.supportCount", "Soutiens comptés ici.", "integer"),
    ExportColumn("votes_for", "Avis pour", "tally.forCount", "Avis favorables comptés ici.", "integer"),
    ExportColumn("votes_mixed", "Avis mitigés", "tally.mixedCount", "Avis mitigés comptés ici.", "integer"),
    ExportColumn("votes_against", "Avis contre", "tally.againstCount", "Avis défavorables comptés ici.", "integer"),
    ExportColumn("comments", "Réponses", "commentCount", "Nombre de réponses.", "integer"),
    ExportColumn("declared_support", "Soutiens déclarés", "declared.SUPPORT", ELSEWHERE, "integer"),
    ExportColumn("declared_for", "Avis pour déclarés", "declared.FOR", ELSEWHERE, "integer"),
    ExportColumn("declared_mixed", "Avis mitigés déclarés", "declared.MIXED", ELSEWHERE, "integer"),
    ExportColumn("declared_against", "Avis contre déclarés", "declared.AGAINST", ELSEWHERE, "integer"),
    ExportColumn("declared_points", "Points déclarés", "declared.POINTS", ELSEWHERE, "integer"),
    ExportColumn("declared_paper", "Bulletins papier déclarés", "declared.PAPER", ELSEWHERE, "integer"),
    ExportColumn("origin_source", "Importée de", "origin.source", "Plateforme d'origine, si elle a été importée."),
    ExportColumn("origin_reference", "Référence d'origine", "origin.reference", "Ce qu'elle y était."),
    ExportColumn("origin_address", "Ancienne adresse", "origin.address", "Où elle se trouvait avant l'import."),
)
COMMENTS: Sequence[ExportColumn] = (
    ExportColumn("id", "Identifiant", "id", "Identifiant stable de la réponse."),
    ExportColumn("contribution_id", "Identifiant de la contribution", "contribution.id", "À quoi elle répond."),
    ExportColumn("contribution_title", "Contribution", "contribution.title", "Titre de ce à quoi elle répond."),
    ExportColumn("author_id", "Identifiant de l'auteur", "author.id", "Vide si l'auteur n'est pas public."),
    ExportColumn("author_name", "Auteur", "author.name", "Nom public ; vide si l'auteur n'est pas public."),
    ExportColumn("body", "Texte", "body", "Texte, brut."),
    ExportColumn("published_at", "Publiée le", "publishedAt", "Date de publication.", "datetime"),
)
TOMBSTONES: Sequence[ExportColumn] = (
    ExportColumn("id", "Identifiant", "id", "Identifiant d'une contribution ou d'une réponse retirée."),
    ExportColumn("kind", "Type", "kind", "Ce qui était publié ; COMMENT : une réponse."),
    ExportColumn("published_at", "Publiée le", "publishedAt", "Quand elle avait été publiée.", "datetime"),
)

JOURNAL: Sequence[ExportColumn] = (
    ExportColumn("position", "N°", "position", "Place dans le journal scellé.", "integer"),
    ExportColumn("at", "Quand", "at", "Date de l'acte.", "datetime"),
    ExportColumn("kind", "Quoi", "kind", "Ce qui s'est passé.", words=word.EVENTS),
    ExportColumn("actor", "Qui", "actor.name", "Vide : la plateforme."),
    ExportColumn("actor_id", "Identifiant de la personne", "actor.id", "Vide : la plateforme."),
    ExportColumn("about", "Sur quoi", "about", "Titre de la contribution, ou nom de la personne."),
    ExportColumn("subject", "Identifiant de l'objet", "subject", "UUID de ce que l'acte concerne."),
    ExportColumn("notes", "Précisions", "said", "Ce que l'événement dit d'autre."),
    ExportColumn("changes", "Changements", "changed", "Champ par champ : avant, puis après."),
)


MODERATION: Sequence[ExportColumn] = (
    ExportColumn("part", "Partie", "part", "Partie du rapport.", words=judgement.REPORT_PARTS),
    ExportColumn("category", "Motif", "category", "Catégorie.", words=judgement.COMPLAINTS),
    ExportColumn("ground", "Fondement", "ground", "La loi ou la charte.", words=judgement.GROUNDS),
    ExportColumn("action", "Décision", "action", "Ce qui a été décidé ou contesté.", words=judgement.ACTIONS),
    ExportColumn("outcome", "Suite", "outcome", "Suite de la réclamation.", words=judgement.OUTCOMES_OF_APPEALS),
    ExportColumn("automatic", "Repéré par un programme", "isAutomatic", "Vide où la partie ne le dit pas.", "boolean"),
    ExportColumn("count", "Nombre", "count", "Combien.", "integer"),
    ExportColumn("median_minutes", "Délai médian (min)", "medianMinutes", "Jusqu'à la réponse.", "integer"),
)
MEASURES: Sequence[ExportColumn] = (
    ExportColumn("group", "Groupe", "group", "Jour, espace, quartier… selon ce qui est demandé."),
    *(
        ExportColumn(f"{name}{there}", f"{title}{then}", f"{period}.{name}", description, "integer")
        for period, there, then in (("now", "", ""), ("before", "_before", ", période comparée"))
        for name, title, description in (
            ("participants", "Participants", "Chacun compté une fois ; « moins de 5 » de 1 à 4."),
            ("contributions", "Contributions", "Publiées pendant la période."),
            ("comments", "Réponses", "Publiées pendant la période."),
            ("votes", "Votes", "Donnés pendant la période ; « moins de 5 » de 1 à 4."),
            ("unanswered", "Sans réponse", "Contributions de la période sans réponse d'une autre personne."),
            ("firstAnswerMinutes", "Délai de première réponse (min)", "Médiane, en minutes ; vide sans réponse."),
            ("reports", "Signalements", "Envoyés pendant la période."),
            ("answersDue", "Réponses attendues", "Propositions de la période qui attendent une réponse promise."),
            ("knownOutcomePercent", "Demandes à l'issue connue (%)", "Part des demandes ; « moins de 5 » sous 5."),
            ("firstProposalMinutes", "Délai de première proposition (min)", "Médiane des demandes qui en ont une."),
            ("lapsedPercent", "Propositions sans réponse (%)", "Part des propositions ; « moins de 5 » sous 5."),
        )
    ),
)
FEW = "moins de 5"
_PERCENTS = {
    "KNOWN_OUTCOME": "knownOutcomePercent",
    "FIRST_PROPOSAL": "firstProposalMinutes",
    "LAPSED": "lapsedPercent",
}
"""The columns of measures that are told of enough requests or proposals alone."""
WITHOUT = {"CATEGORY": "Sans catégorie", "ZONE": "Sans quartier", "CELL": "Sans lieu"}


def measured_rows(by: str, answer: Node) -> list[Node]:
    """The rows of a breakdown with the name of their group, and what is withheld said."""
    people = [
        _PERCENTS.get(each["measure"], each["measure"].lower()) for each in answer["measures"] if each["isAboutPeople"]
    ]

    def told(row: Node | None) -> Node:
        if row is None:
            return {}
        return {**row, **{name: FEW for name in people if name in row and row[name] is None}}

    pairs = measured.beside(by, answer["rows"], answer["rowsBefore"])
    return [{"group": _group(by, now), "now": told(now), "before": told(then)} for now, then in pairs]


def _group(by: str, row: Node) -> str:
    words = {"KIND": word.KINDS_MANY, "CHANNEL": word.CHANNELS}.get(by)
    if words is not None:
        return words[row[by.lower()]]
    if by == "HOUR":
        return f"{row['hour']} h"
    for name, title in (("space", "title"), ("activity", "title"), ("zone", "name"), ("category", "name")):
        if row[name]:
            return str(row[name][title])
    return str(row["day"] or row["cell"] or WITHOUT[by])


def act(node: Node) -> Node:
    """An act of the journal with its lists as texts."""
    reply, person = node.get("comment") or {}, node.get("person") or {}
    contribution = node.get("contribution") or reply.get("contribution") or {}
    changes = [f"{each['name']} : {each['before'] or '–'} → {each['after'] or '–'}" for each in node["changes"]]
    return {
        **node,
        "about": contribution.get("title") or person.get("name"),
        "said": ", ".join(f"{each['name']} : {each['value']}" for each in node["notes"]),
        "changed": "\n".join(changes) or ("effacé" if node["isErased"] else ""),
    }


def declared(node: Node) -> Node:
    """A contribution with its declared totals by measure."""
    totals = {each["measure"]: each["count"] for each in node.get("declaredTotals", ())}
    return {**node, "declared": totals}
