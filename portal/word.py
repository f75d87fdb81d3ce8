"""Words: how the contract's enum values and codes read on pages, in French, for the catalogues to translate."""

from collections.abc import Mapping

from portal.message import mark as _

KINDS: Mapping[str, str] = {
    "OFFER": _("Offre"),
    "REQUEST": _("Besoin"),
    "LISTING": _("Annonce"),
    "PROPOSAL": _("Proposition"),
    "ARGUMENT": _("Argument"),
}
KINDS_MANY: Mapping[str, str] = {
    "OFFER": _("Offres"),
    "REQUEST": _("Besoins"),
    "LISTING": _("Produits et commerces"),
    "PROPOSAL": _("Propositions"),
    "ARGUMENT": _("Arguments"),
}
VERBS: Mapping[str, str] = {
    "OFFER": _("Proposer mon aide"),
    "REQUEST": _("Demander de l'aide"),
    "LISTING": _("Publier une annonce"),
    "PROPOSAL": _("Déposer une proposition"),
    "ARGUMENT": _("Donner un argument"),
}
ACTIVITIES: Mapping[str, str] = {
    "MUTUAL_AID": _("Entraide"),
    "MARKETPLACE": _("Marché local"),
    "IDEA_BOX": _("Boîte à idées"),
    "CONSULTATION": _("Consultation"),
    "DEBATE": _("Débat"),
    "PETITION": _("Pétition"),
}
CALLS: Mapping[str, str] = {
    "MUTUAL_AID": _("S'entraider"),
    "MARKETPLACE": _("Trouver des produits près de chez soi"),
    "IDEA_BOX": _("Proposer et soutenir des idées"),
    "CONSULTATION": _("Donner son avis"),
    "DEBATE": _("Peser le pour et le contre"),
    "PETITION": _("Signer"),
}
ACTORS: Mapping[str, str] = {
    "CITIZEN": _("Habitant·e"),
    "ASSOCIATION": _("Association"),
    "MERCHANT": _("Commerce"),
    "PRODUCER": _("Producteur"),
    "INSTITUTION": _("Institution"),
}
ROLES: Mapping[str, str] = {"MEMBER": _("Membre"), "MODERATOR": _("Modération"), "ADMIN": _("Administration")}
STATES: Mapping[str, str] = {"OPEN": _("En cours"), "CLOSED": _("Terminé"), "EXPIRED": _("Expiré")}
OUTCOMES: Mapping[str, str] = {"FULFILLED": _("C'est fait"), "WITHDRAWN": _("Retiré par son auteur")}
VISIBILITIES: Mapping[str, str] = {
    "PUBLIC": _("Tout le monde"),
    "MEMBERS": _("Membres connectés"),
    "DRAFT": _("Brouillon"),
}
VOTE_METHODS: Mapping[str, str] = {
    "SUPPORT": _("Soutien : on soutient ou non"),
    "OPINION": _("Avis : d'accord, mitigé, pas d'accord"),
}
LOCATION_RULES: Mapping[str, str] = {"NONE": _("Sans lieu"), "OPTIONAL": _("Facultatif"), "REQUIRED": _("Obligatoire")}
TEMPLATES: Mapping[str, str] = {
    "IDEA_BOX": _("Boîte à idées"),
    "MUTUAL_AID": _("Entraide"),
    "LOCAL_MARKET": _("Marché local"),
    "CONSULTATION": _("Consultation"),
    "DEBATE": _("Débat"),
    "BUDGET_IDEAS": _("Budget participatif : les idées"),
    "BLANK": _("Espace vide"),
}
TEMPLATE_PURPOSES: Mapping[str, str] = {
    "IDEA_BOX": _("Les habitants déposent des idées et soutiennent celles des autres."),
    "MUTUAL_AID": _("Des voisins offrent et demandent un coup de main."),
    "LOCAL_MARKET": _("Commerces et producteurs publient leurs produits."),
    "CONSULTATION": _("Avis et arguments sur vos propositions, pendant six semaines."),
    "DEBATE": _("Des arguments pour et contre, pendant quatre semaines."),
    "BUDGET_IDEAS": _("Deux étapes : récolter des idées, puis consulter sur les projets étudiés."),
    "BLANK": _("Vous ajoutez vous-même les activités."),
}
CHOICES: Mapping[str, str] = {
    "SUPPORT": _("Je soutiens"),
    "FOR": _("D'accord"),
    "MIXED": _("Mitigé"),
    "AGAINST": _("Pas d'accord"),
}
SIDES: Mapping[str, str] = {"FOR": _("Pour"), "AGAINST": _("Contre")}
BANDS: Mapping[str, str] = {
    "UNDER_1_KM": _("à moins de 1 km"),
    "FROM_1_TO_2_KM": _("de 1 à 2 km"),
    "FROM_2_TO_5_KM": _("de 2 à 5 km"),
    "FROM_5_TO_10_KM": _("de 5 à 10 km"),
    "FROM_10_TO_20_KM": _("de 10 à 20 km"),
    "FROM_20_TO_50_KM": _("de 20 à 50 km"),
    "OVER_50_KM": _("à plus de 50 km"),
}
DIRECTIONS: Mapping[str, str] = {
    "N": _("au nord du centre"),
    "NE": _("au nord-est du centre"),
    "E": _("à l'est du centre"),
    "SE": _("au sud-est du centre"),
    "S": _("au sud du centre"),
    "SW": _("au sud-ouest du centre"),
    "W": _("à l'ouest du centre"),
    "NW": _("au nord-ouest du centre"),
}
ORDERS: Mapping[str, str] = {
    "NEWEST": _("Les plus récentes"),
    "NEAREST": _("Les plus proches"),
    "MOST_SUPPORTED": _("Les plus soutenues"),
}
REFUSALS: Mapping[str, str] = {
    "BAD_INPUT": _("Cette valeur ne convient pas. Corrigez-la, puis envoyez à nouveau."),
    "BAD_USER_INPUT": _("Cette valeur ne convient pas. Corrigez-la, puis envoyez à nouveau."),
    "REQUIRED": _("Remplissez ce champ pour continuer."),
    "TIMEOUT": _("La réponse a pris trop de temps. Réessayez dans un instant."),
}
"""What is refused before a mutation runs; the API explains its other refusals itself."""

OTHERWISE = _("Cela n'a pas fonctionné. Réessayez dans un instant.")
MONTHS = (
    _("janvier"),
    _("février"),
    _("mars"),
    _("avril"),
    _("mai"),
    _("juin"),
    _("juillet"),
    _("août"),
    _("septembre"),
    _("octobre"),
    _("novembre"),
    _("décembre"),
)
