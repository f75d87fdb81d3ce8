"""The categories of the demonstration's activities, by kind of activity."""

from demo.story import DemoCategory

_MUTUAL_AID = {
    "courses": "Courses",
    "sante": "Santé et pharmacie",
    "demarches": "Papiers et démarches",
    "enfants": "Garde d’enfants",
    "ecoute": "Écoute et compagnie",
    "animaux": "Animaux",
    "cours": "Cours et devoirs",
    "couture": "Couture et masques",
    "numerique": "Aide numérique",
    "transport": "Transport",
    "cuisine": "Cuisine",
    "jardin": "Jardin",
    "bricolage": "Bricolage",
}
NOTICES = {
    "sante": "Médicaments : seulement un paquet scellé et opaque, au nom et à l’adresse du patient (code de la santé "
    "publique, articles L. 5125-25 et R. 5125-47). N’écrivez pas l’ordonnance ici.",
    "courses": "Avancez 40 € au plus, gardez le ticket, et ne confiez ni carte ni code.",
    "enfants": "Rencontrez-vous d’abord, à trois, dans un lieu public ; les associations de garde sont déclarées.",
}
"""What whoever publishes or answers reads first, by the category's slug."""

FOR_ORGANISATIONS = ("enfants",)
"""Where associations and other organisations alone help: nobody leaves a child with a stranger of the portal."""

FOR_MEDICINES = ("sante",)
"""Where medicines are carried, sealed alone."""


def asking(slug: str) -> dict[str, object]:
    """What a category asks of whoever helps in it."""
    guarded = {"is_for_organisations": slug in FOR_ORGANISATIONS, "is_for_medicines": slug in FOR_MEDICINES}
    return {"notice": NOTICES.get(slug), **guarded}


_MARKETPLACE = {
    "legumes": "Fruits et légumes",
    "viande": "Viande et charcuterie",
    "fromages": "Lait et fromages",
    "oeufs-volaille": "Œufs et volailles",
    "poisson": "Poisson et coquillages",
    "pain": "Pain et farine",
    "epicerie": "Épicerie et miel",
    "boissons": "Boissons",
    "paniers": "Paniers",
    "plants": "Plants et fleurs",
    "livraison": "Livraisons et plats",
    "artisanat": "Artisanat et culture",
}
_CONSULTATION = {
    "espaces": "Rues, places et jardins",
    "rues": "Rues et circulation",
    "mobilite": "Se déplacer",
    "nature": "Nature en ville",
    "quotidien": "La vie de tous les jours",
    "proximite": "Services de proximité",
    "alimentation": "Alimentation",
    "quartiers": "Vie des quartiers",
}
_CHAPTERS = ("espaces", "quotidien")
"""The parts of a consultation, in which its other categories lie."""

_DEBATE = {
    "mobilite": "Se déplacer",
    "port": "La ville et son port",
    "nuit": "La ville la nuit",
    "nature": "Nature en ville",
    "commerce": "Commerce et artisanat",
    "jeunesse": "Jeunesse",
}
_IDEA_BOX = {
    "nature": "Nature en ville",
    "mobilite": "Se déplacer",
    "culture": "Culture et fêtes",
    "solidarite": "Solidarité",
    "sport": "Sport",
}
_PETITION = {"services": "Services publics", "cadre-de-vie": "Cadre de vie"}

_PARTICIPATORY_BUDGET = {
    "espace": "Espace public",
    "nature": "Nature en ville",
    "mobilite": "Se déplacer",
    "culture": "Culture",
    "jeunesse": "Enfance et jeunesse",
}

_BY_KIND = {
    "MUTUAL_AID": _MUTUAL_AID,
    "MARKETPLACE": _MARKETPLACE,
    "CONSULTATION": _CONSULTATION,
    "DEBATE": _DEBATE,
    "IDEA_BOX": _IDEA_BOX,
    "PETITION": _PETITION,
    "PARTICIPATORY_BUDGET": _PARTICIPATORY_BUDGET,
}


def categories(kind: str, used: set[str]) -> tuple[DemoCategory, ...]:
    """The categories of a kind of activity that are in use; KeyError for a slug that the kind lacks."""
    names = _BY_KIND[kind]
    missing = used - names.keys()
    if missing:
        raise KeyError(f"{kind} has no category {sorted(missing)}")
    parts = _CHAPTERS if kind == "CONSULTATION" and used else ()
    return tuple(
        DemoCategory(slug, name, depth=int(bool(parts) and slug not in parts))
        for slug, name in names.items()
        if slug in used or slug in parts
    )
