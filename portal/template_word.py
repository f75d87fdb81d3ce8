"""Words of templates: what a new space is made of, and what for."""

from collections.abc import Mapping

from portal.message import mark as _

TEMPLATES: Mapping[str, str] = {
    "IDEA_BOX": _("Boîte à idées"),
    "MUTUAL_AID": _("Entraide"),
    "LOCAL_MARKET": _("Marché local"),
    "CONSULTATION": _("Consultation"),
    "DEBATE": _("Débat"),
    "PETITION": _("Pétitions"),
    "SURVEY": _("Enquête"),
    "TEXT": _("Texte à amender"),
    "PARTICIPATORY_BUDGET": _("Budget participatif : idées, étude, vote et suivi"),
    "BUDGET_IDEAS": _("Budget participatif : les idées seules"),
    "BLANK": _("Espace vide"),
}
TEMPLATE_PURPOSES: Mapping[str, str] = {
    "IDEA_BOX": _("Les habitants déposent des idées et soutiennent celles des autres."),
    "MUTUAL_AID": _("Des voisins offrent et demandent un coup de main."),
    "LOCAL_MARKET": _("Commerces et producteurs publient leurs produits."),
    "CONSULTATION": _("Avis et arguments sur vos propositions, pendant six semaines."),
    "DEBATE": _("Des arguments pour et contre, pendant quatre semaines."),
    "PETITION": _("Avec leur règle : 50 signatures pour être reçu, 2 000 pour un débat du conseil."),
    "SURVEY": _("Cinq questions sur un service, pendant quatre semaines ; vous les changez avant de publier."),
    "TEXT": _("Un règlement type en articles, à remplacer par le vôtre ; chacun y propose des amendements."),
    "PARTICIPATORY_BUDGET": _(
        "Les quatre temps, datés, avec la règle du vote (trois projets au plus, 100 000 € à régler) et le suivi des "
        "projets retenus."
    ),
    "BUDGET_IDEAS": _("Deux étapes : récolter des idées, puis consulter sur les projets étudiés."),
    "BLANK": _("Vous ajoutez vous-même les activités."),
}
