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
ORDERS: Mapping[str, str] = {
    "NEWEST": _("Les plus récentes"),
    "NEAREST": _("Les plus proches"),
    "MOST_SUPPORTED": _("Les plus soutenues"),
}
REFUSALS: Mapping[str, str] = {
    "UNAUTHENTICATED": _("Connectez-vous, puis recommencez : rien de ce que vous avez écrit n'est perdu."),
    "FORBIDDEN": _("Votre compte ne permet pas de le faire. Écrivez à la collectivité si c'est une erreur."),
    "NOT_FOUND": _("Cela n'existe plus, ou ne vous est pas ouvert."),
    "BAD_ID": _("Cette adresse n'est pas la bonne. Revenez à la page précédente et recommencez."),
    "BAD_CURSOR": _("Cette page de la liste n'existe plus. Revenez au début de la liste."),
    "BAD_PAGE_SIZE": _("Demandez moins d'éléments à la fois."),
    "BAD_INPUT": _("Cette valeur ne convient pas. Corrigez-la, puis envoyez à nouveau."),
    "BAD_USER_INPUT": _("Cette valeur ne convient pas. Corrigez-la, puis envoyez à nouveau."),
    "BAD_LOCATION": _("Indiquez où cela se passe : un quartier ou une commune suffit."),
    "TOO_SHORT": _("C'est trop court : ajoutez quelques mots."),
    "TOO_LONG": _("C'est trop long : raccourcissez un peu."),
    "REQUIRED": _("Remplissez ce champ pour continuer."),
    "KIND_NOT_ACCEPTED": _("Cette activité n'accepte pas ce type de publication. Choisissez-en un autre."),
    "CHOICE_NOT_ACCEPTED": _("Ce choix n'existe pas ici. Choisissez parmi ceux qui sont proposés."),
    "VOTING_NOT_OPEN": _("Le vote n'est pas ouvert en ce moment."),
    "ACTIVITY_NOT_OPEN": _("Cette activité n'est pas ouverte en ce moment : rien n'a été publié."),
    "CONTRIBUTION_NOT_OPEN": _("Cette publication est terminée ou a expiré."),
    "EXACT_LOCATION_NOT_ALLOWED": _("L'adresse exacte d'une personne n'est jamais publiée : choisissez l'hexagone."),
    "IDEMPOTENCY_KEY_REUSED": _("Ce formulaire a déjà été envoyé. Vérifiez, puis envoyez-le à nouveau."),
    "LAST_ADMINISTRATOR": _("Le portail n'aurait plus d'administrateur."),
    "TIMEOUT": _("La réponse a pris trop de temps. Réessayez dans un instant."),
}
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
