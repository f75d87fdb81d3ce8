"""Views of experts that cities asked for, by the title of the proposal that they are about."""

from typing import NamedTuple


class ExpertText(NamedTuple):
    """What an expert has to say for a proposal (FOR) or against it (AGAINST)."""

    name: str
    function: str
    side: str
    title: str
    body: str


# fmt: off
VIEWS: dict[str, tuple[ExpertText, ...]] = {
    "Fermer le boulevard de bord de mer aux voitures le dimanche": (
        ExpertText("Hélène Marchadour", "ingénieure en mobilité, agence d’urbanisme", "FOR",
            "Neuf dimanches d’essai ailleurs : le trafic ne se reporte qu’à moitié",
            "Dans trois villes comparables, la moitié des trajets se reporte sur les rues voisines, le reste change "
            "d’heure, de jour ou de moyen. Les rues voisines ont besoin d’un plan de circulation dès le premier "
            "dimanche, sans quoi l’essai ne prouve rien."),
        ExpertText("Philippe Guérand", "médecin, référent accessibilité des établissements de santé", "AGAINST",
            "Sans dépose à moins de 200 mètres, des habitants n’iront plus",
            "Une personne qui marche mal renonce au-delà de 200 mètres. Tel quel, le projet ferme la plage à une "
            "partie des habitants un jour sur sept. Trois points de dépose et des bancs changeraient mon avis."),
    ),
    "Remplacer un tiers du stationnement de surface par des arbres": (
        ExpertText("Nadège Wattel", "écologue urbaine, laboratoire universitaire", "FOR",
            "Deux à quatre degrés de moins à l’ombre, mais pas avant dix ans",
            "Une fosse de neuf mètres cubes par arbre, un sol continu d’une fosse à l’autre, des essences mêlées : à "
            "ces conditions l’ombre rafraîchit vraiment la rue, à partir de la dixième année."),
    ),
}
