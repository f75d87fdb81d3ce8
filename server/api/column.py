"""Columns of what is exported: each with its stable name, its French title, and where it stands in the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from portal import word
from transfer.cell import Value

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`path` leads to it in an object of the contract; `words` are its values in French; `type` is Table Schema's."""

    name: str
    title: str
    path: str
    description: str
    type: str = "string"
    words: Mapping[str, str] | None = None

    def value(self, node: Node) -> Value:
        """As programs read it."""
        found: Any = node
        for name in self.path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if self.type == "datetime" and isinstance(found, str):
            return datetime.fromisoformat(found)
        return found if isinstance(found, str | int | float | bool) else None

    def shown(self, node: Node, zone: tzinfo) -> Value:
        """As people read it: words in French, instants by the portal's clock."""
        found = self.value(node)
        if isinstance(found, datetime):
            return found.astimezone(zone)
        return self.words.get(found, found) if self.words and isinstance(found, str) else found


ELSEWHERE = "Comptés ailleurs, sans bulletins."

CONTRIBUTIONS: Sequence[Column] = (
    Column("id", "Identifiant", "id", "Identifiant stable de la contribution."),
    Column("kind", "Type", "kind", "Ce qui est publié.", words=word.KINDS),
    Column("status", "Statut", "status", "Où en est la contribution.", words=word.STATES),
    Column("outcome", "Issue", "outcome", "Avec quoi elle s'est terminée.", words=word.OUTCOMES),
    Column("title", "Titre", "title", "Titre, texte brut."),
    Column("body", "Texte", "body", "Texte, brut."),
    Column("published_at", "Publiée le", "publishedAt", "Date de publication.", "datetime"),
    Column("revised_at", "Modifiée le", "revisedAt", "Dernière modification.", "datetime"),
    Column("expires_at", "Expire le", "expiresAt", "Date d'expiration.", "datetime"),
    Column("closed_at", "Close le", "closedAt", "Date de clôture.", "datetime"),
    Column("author_id", "Identifiant de l'auteur", "author.id", "Vide pour une demande sans nom."),
    Column("author_name", "Auteur", "author.name", "Nom public ; vide pour une demande sans nom."),
    Column("author_kind", "Type d'auteur", "author.kind", "Citoyen, association, commerce…", words=word.ACTORS),
    Column("space_slug", "Espace (adresse)", "activity.space.slug", "Nom court de l'espace participatif."),
    Column("space_title", "Espace", "activity.space.title", "Titre de l'espace participatif."),
    Column("activity_id", "Identifiant de l'activité", "activity.id", "Identifiant stable de l'activité."),
    Column("activity_title", "Activité", "activity.title", "Titre de l'activité."),
    Column("activity_kind", "Type d'activité", "activity.kind", "Ce qu'on y fait.", words=word.ACTIVITIES),
    Column("category", "Catégorie", "category.name", "Catégorie choisie."),
    Column("zone", "Quartier", "zone.name", "Quartier de publication."),
    Column("cell", "Hexagone", "location.cell", "Hexagone H3 de publication."),
    Column("precision", "Précision", "location.precision", "CELL : l'hexagone seul est public ; EXACT : le point."),
    Column("lat", "Latitude", "location.lat", "Du centre de l'hexagone, ou exacte (WGS 84).", "number"),
    Column("lng", "Longitude", "location.lng", "Du centre de l'hexagone, ou exacte (WGS 84).", "number"),
    Column("address", "Adresse", "location.address", "Seulement si l'auteur a publié le point exact."),
    Column("side", "Position", "side", "Pour ou contre, d'un argument.", words=word.SIDES),
    Column("about_id", "À propos de", "about.id", "La proposition qu'un argument discute."),
    Column("price_cents", "Prix en centimes", "priceCents", "Prix d'une annonce, en centimes d'euro.", "integer"),
    Column("price_unit", "Unité du prix", "priceUnit", "Ce que le prix compte."),
    Column("votes", "Votes", "tally.totalCount", "Voix comptées sur ce portail.", "integer"),
    Column("votes_support", "Soutiens", "tally.supportCount", "Soutiens comptés ici.", "integer"),
    Column("votes_for", "Avis pour", "tally.forCount", "Avis favorables comptés ici.", "integer"),
    Column("votes_mixed", "Avis mitigés", "tally.mixedCount", "Avis mitigés comptés ici.", "integer"),
    Column("votes_against", "Avis contre", "tally.againstCount", "Avis défavorables comptés ici.", "integer"),
    Column("comments", "Réponses", "commentCount", "Nombre de réponses.", "integer"),
    Column("declared_support", "Soutiens déclarés", "declared.SUPPORT", ELSEWHERE, "integer"),
    Column("declared_for", "Avis pour déclarés", "declared.FOR", ELSEWHERE, "integer"),
    Column("declared_mixed", "Avis mitigés déclarés", "declared.MIXED", ELSEWHERE, "integer"),
    Column("declared_against", "Avis contre déclarés", "declared.AGAINST", ELSEWHERE, "integer"),
    Column("origin_source", "Importée de", "origin.source", "Plateforme d'origine, si elle a été importée."),
    Column("origin_reference", "Référence d'origine", "origin.reference", "Ce qu'elle était dans cette plateforme."),
    Column("origin_address", "Ancienne adresse", "origin.address", "Où elle se trouvait avant l'import."),
)
COMMENTS: Sequence[Column] = (
    Column("id", "Identifiant", "id", "Identifiant stable de la réponse."),
    Column("contribution_id", "Identifiant de la contribution", "contribution.id", "À quoi elle répond."),
    Column("contribution_title", "Contribution", "contribution.title", "Titre de ce à quoi elle répond."),
    Column("author_id", "Identifiant de l'auteur", "author.id", "Vide si l'auteur n'est pas public."),
    Column("author_name", "Auteur", "author.name", "Nom public ; vide si l'auteur n'est pas public."),
    Column("body", "Texte", "body", "Texte, brut."),
    Column("published_at", "Publiée le", "publishedAt", "Date de publication.", "datetime"),
)
TOMBSTONES: Sequence[Column] = (
    Column("id", "Identifiant", "id", "Identifiant d'une contribution retirée."),
    Column("kind", "Type", "kind", "Ce qui était publié."),
    Column("published_at", "Publiée le", "publishedAt", "Quand elle avait été publiée.", "datetime"),
)


def declared(node: Node) -> Node:
    """A contribution with its declared totals by measure."""
    totals = {each["measure"]: each["count"] for each in node.get("declaredTotals", ())}
    return {**node, "declared": totals}
