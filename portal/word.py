"""Words: how the contract's enum values and codes read on pages, in French, for the catalogues to translate."""

from collections.abc import Mapping

from portal.amendment_word import AMENDMENT_EVENTS
from portal.desk_word import TEAM_COLUMNS, TEAM_EVENTS
from portal.exchange_word import EXCHANGE_EVENTS
from portal.market_word import MARKET_EVENTS
from portal.message import mark as _
from portal.mission_word import MISSION_EVENTS
from portal.petition_word import PETITION_EVENTS
from portal.survey_word import SURVEY_EVENTS

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
    "PARTICIPATORY_BUDGET": _("Budget participatif"),
    "SURVEY": _("Enquête"),
}
CALLS: Mapping[str, str] = {
    "MUTUAL_AID": _("S'entraider"),
    "MARKETPLACE": _("Trouver des produits près de chez soi"),
    "IDEA_BOX": _("Proposer et soutenir des idées"),
    "CONSULTATION": _("Donner son avis"),
    "DEBATE": _("Peser le pour et le contre"),
    "PETITION": _("Signer"),
    "PARTICIPATORY_BUDGET": _("Décider des projets à financer"),
    "SURVEY": _("Répondre au questionnaire"),
}
ACTORS: Mapping[str, str] = {
    "CITIZEN": _("Habitant·e"),
    "ASSOCIATION": _("Association"),
    "MERCHANT": _("Commerce"),
    "PRODUCER": _("Producteur"),
    "INSTITUTION": _("Institution"),
    "SERVICE": _("Service de la collectivité"),
    "CHAMBER": _("Chambre consulaire"),
}
ROLES: Mapping[str, str] = {"MEMBER": _("Membre"), "MODERATOR": _("Modération"), "ADMIN": _("Administration")}
STATES: Mapping[str, str] = {
    "OPEN": _("En cours"),
    "CLOSED": _("Terminé"),
    "EXPIRED": _("Expiré"),
    "PAUSED": _("En pause"),
    "TAKEN_BACK": _("Annulé"),
    "HELD": _("En attente de vérification"),
    "HIDDEN": _("Retiré par la modération"),
}
OUTCOMES: Mapping[str, str] = {
    "FULFILLED": _("C'est fait"),
    "WITHDRAWN": _("Retiré par son auteur"),
    "MERGED": _("Fusionnée"),
}
VISIBILITIES: Mapping[str, str] = {
    "PUBLIC": _("Tout le monde"),
    "MEMBERS": _("Membres connectés"),
    "DRAFT": _("Brouillon"),
}
VOTE_METHODS: Mapping[str, str] = {
    "SUPPORT": _("Soutien : on soutient ou non"),
    "OPINION": _("Avis : d'accord, mitigé, pas d'accord"),
    "APPROVAL": _("Approbation : on choisit quelques projets"),
    "POINTS": _("Points : on répartit des points entre les projets"),
    "RANKED": _("Classement : on range ses projets préférés"),
    "BUDGET": _("Enveloppe : on choisit des projets sans dépasser le budget"),
    "MAJORITY_JUDGEMENT": _("Jugement majoritaire : on donne une mention à chaque projet"),
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
    "POINTS": _("Points"),
    "RANK": _("Rang"),
    "EXCELLENT": _("Excellent"),
    "VERY_GOOD": _("Très bien"),
    "GOOD": _("Bien"),
    "FAIRLY_GOOD": _("Assez bien"),
    "PASSABLE": _("Passable"),
    "INSUFFICIENT": _("Insuffisant"),
    "REJECTED": _("À rejeter"),
}
SIDES: Mapping[str, str] = {"FOR": _("Pour"), "AGAINST": _("Contre")}
SUCCESSIONS: Mapping[str, str] = {"MERGED": _("Fusionnée dans"), "PROJECT": _("Devenue le projet")}
ARGUMENT_ORDERS: Mapping[str, str] = {"BEST": _("Les plus approuvés"), "NEWEST": _("Les plus récents")}
ARGUMENT_RULES: Mapping[str, str] = {
    "BEST": _(
        "Les avis d'experts d'abord, puis les arguments dont l'accord est le plus sûr : la part de « d'accord » parmi"
        " les voix, estimée avec prudence tant qu'elles sont peu nombreuses (borne basse de l'intervalle de Wilson à"
        " 95 %). À égalité, le plus récent."
    ),
    "NEWEST": _("Les avis d'experts d'abord, puis du plus récent au plus ancien."),
}
"""In which order arguments are shown, and the published rule of each."""

CONSENTS: Mapping[str, str] = {"CHARTER": _("Charte d'utilisation")}
YES, NO = _("oui"), _("non")

EVENTS: Mapping[str, str] = {
    "CONTRIBUTION_PUBLISHED": _("Contribution publiée"),
    "CONTRIBUTION_REVISED": _("Contribution modifiée"),
    "CONTRIBUTION_RENEWED": _("Contribution prolongée"),
    "CONTRIBUTION_TAKEN_OVER": _("Saisie de l'accueil reprise par la personne"),
    "CONTRIBUTION_PAUSED": _("Contribution mise en pause"),
    "CONTRIBUTION_RESUMED": _("Contribution reprise"),
    "CONTRIBUTION_CLOSED": _("Contribution close"),
    "CONTRIBUTION_EXPIRED": _("Contribution expirée"),
    "CONTRIBUTION_IMPORTED": _("Contribution importée"),
    "CONTRIBUTION_TAKEN_BACK": _("Import d'une contribution annulé"),
    "CONTRIBUTION_ESTIMATED": _("Coût d'un projet indiqué"),
    "CONTRIBUTION_CALLED": _("Demande signalée au voisinage"),
    "CONTRIBUTION_UNANSWERED": _("Demande restée sans réponse"),
    "COMMENT_PUBLISHED": _("Réponse publiée"),
    "VOTE_OPENED": _("Vote ouvert"),
    "VOTE_CLOSING": _("Vote bientôt clos"),
    "BALLOT_CAST": _("Bulletin déposé"),
    "BALLOT_WITHDRAWN": _("Bulletin retiré"),
    "BALLOTS_SET_ASIDE": _("Bulletins mis de côté"),
    "POLLING_DESK_OPENED": _("Bureau de vote ouvert"),
    "POLLING_AGENTS_CHANGED": _("Agents d'un bureau de vote changés"),
    "VOTER_SIGNED": _("Émargement"),
    "DOCUMENT_SEEN": _("Pièce d'identité vue"),
    "ADMISSIONS_ADDED": _("Votants habilités"),
    "ADMISSIONS_REVOKED": _("Habilitations retirées"),
    "PROOF_RULE_SET": _("Qui peut voter : règle changée"),
    "URN_SEALED": _("Vote rendu secret"),
    "URN_OPENED": _("Urne d'un vote secret ouverte"),
    "POLLING_BALLOTS_TYPED": _("Lot de bulletins saisi"),
    "POLLING_RECORD_WRITTEN": _("Procès-verbal enregistré"),
    "POLLING_PHOTO_SET": _("Photo de la feuille ajoutée"),
    "BALLOT_CONTESTED": _("Mise de côté contestée"),
    "BALLOT_PUT_BACK": _("Bulletin remis dans l'urne"),
    "VOTE_RULE_PUBLISHED": _("Règle d'un vote publiée"),
    "VOTE_COUNTED": _("Vote dépouillé"),
    "ROLE_CHANGED": _("Rôle changé"),
    "SESSIONS_REVOKED": _("Appareils déconnectés"),
    "MEMBER_INVITED": _("Personne invitée"),
    "INVITATION_REVOKED": _("Invitation annulée"),
    "API_TOKEN_CREATED": _("Jeton créé"),
    "API_TOKEN_REVOKED": _("Jeton révoqué"),
    "DOCUMENTS_REGISTERED": _("Documents enregistrés"),
    "WIDGET_REGISTERED": _("Module intégré créé"),
    "WIDGET_REVISED": _("Module intégré modifié"),
    "WIDGET_REVOKED": _("Module intégré retiré"),
    "SPACE_CREATED": _("Espace créé"),
    "SPACE_REVISED": _("Espace modifié"),
    "SPACES_ORDERED": _("Espaces rangés"),
    "ACTIVITY_CREATED": _("Activité créée"),
    "ACTIVITY_REVISED": _("Activité modifiée"),
    "ACTIVITIES_ORDERED": _("Activités rangées"),
    "CATEGORIES_CHANGED": _("Catégories modifiées"),
    "SPACE_ROLE_CHANGED": _("Rôle dans un espace changé"),
    "ORGANISATION_CHANGED": _("Organisation modifiée"),
    "STATUSES_CHANGED": _("Statuts d'une activité modifiés"),
    "RESPONSE_PUBLISHED": _("Réponse officielle publiée"),
    "RESPONSE_REVISED": _("Réponse officielle corrigée"),
    **TEAM_EVENTS,
    "CONSENT_GIVEN": _("Accord donné"),
    "CONSENT_WITHDRAWN": _("Accord retiré"),
    "ACCOUNT_ERASED": _("Compte effacé"),
    "CHANGED": _("Autre changement"),
    "IMPORT_CHECKED": _("Import vérifié"),
    "IMPORT_CONFIRMED": _("Import confirmé"),
    "IMPORT_UNDONE": _("Import annulé"),
    "IMPORT_DISCARDED": _("Import abandonné"),
    "REPORT_SUBMITTED": _("Contenu signalé"),
    "CONTRIBUTION_HELD": _("Contribution mise en attente"),
    "CONTRIBUTION_HIDDEN": _("Contribution retirée"),
    "CONTRIBUTION_RESTORED": _("Contribution remise en ligne"),
    "COMMENT_HELD": _("Réponse mise en attente"),
    "COMMENT_HIDDEN": _("Réponse retirée"),
    "COMMENT_RESTORED": _("Réponse remise en ligne"),
    "WATCHED_WORDS_CHANGED": _("Mots surveillés changés"),
    "CONTRIBUTION_REDACTED": _("Contribution caviardée"),
    "CONTRIBUTION_SUBMITTED": _("Contribution envoyée pour relecture"),
    "CONTRIBUTION_ACCEPTED": _("Contribution acceptée et publiée"),
    "COMMENT_SUBMITTED": _("Réponse envoyée pour relecture"),
    "COMMENT_ACCEPTED": _("Réponse acceptée et publiée"),
    "COMMENT_REDACTED": _("Réponse caviardée"),
    "MODERATION_DECIDED": _("Décision de modération"),
    "APPEAL_SUBMITTED": _("Recours envoyé"),
    "APPEAL_DECIDED": _("Réponse à un recours"),
    "PORTAL_REVISED": _("Réglages du portail modifiés"),
    "PORTAL_TEXT_PUBLISHED": _("Texte du portail publié"),
    "LOGO_CHANGED": _("Logo changé"),
    "ZONES_CHANGED": _("Quartiers modifiés"),
    "PAST_VOTES_CHANGED": _("Votes passés ajoutés ou retirés"),
    **EXCHANGE_EVENTS,
    **MARKET_EVENTS,
    **MISSION_EVENTS,
    **PETITION_EVENTS,
    **SURVEY_EVENTS,
    **AMENDMENT_EVENTS,
}
"""What happened; a kind that has no words is shown by its code (a test names those that lack them)."""

COLUMNS: Mapping[str, str] = {
    "title": _("Titre"),
    "body": _("Texte"),
    "description": _("Description"),
    "name": _("Nom"),
    "role": _("Rôle"),
    "kind": _("Type"),
    "status": _("Statut"),
    "visibility": _("Visibilité"),
    "slug": _("Adresse"),
    "rank": _("Place"),
    "opens_at": _("Ouverture"),
    "closes_at": _("Fermeture"),
    "revised_at": _("Modifiée le"),
    "created_at": _("Créé le"),
    "expires_at": _("Fin de validité"),
    "origins": _("Sites"),
    "category_id": _("Catégorie"),
    "price_cents": _("Prix en centimes"),
    "email": _("Adresse électronique"),
    "seen_at": _("Dernière connexion"),
    "warned_at": _("Prévenu·e le"),
    "issuer": _("Fournisseur d'identité"),
    "subject": _("Identifiant chez lui"),
    "linked_at": _("Associée le"),
    "host": _("Site"),
    "renewed_at": _("Renouvelé le"),
    "provider_slug": _("Connexion par"),
    "given_at": _("Donné le"),
    "withdrawn_at": _("Retiré le"),
    "version": _("Version"),
    "space_id": _("Espace"),
    "service": _("Service"),
    **TEAM_COLUMNS,
    "organisation_id": _("Organisation"),
    "member_id": _("Membre"),
    "color": _("Couleur"),
    "is_open_to_votes": _("Vote ouvert"),
    "is_open_to_comments": _("Réponses ouvertes"),
    "answer_within_days": _("Délai de réponse"),
    "contribution_id": _("Contribution"),
    "activity": _("Activité"),
    "category": _("Catégorie"),
    "zone": _("Quartier"),
    "contribution": _("Contribution"),
    "about": _("À propos de"),
    "outcome": _("Issue"),
    "is_anonymous": _("Sans nom"),
    "side": _("Position"),
    "price_unit": _("Unité du prix"),
    "exact_lat": _("Latitude exacte"),
    "exact_lng": _("Longitude exacte"),
    "address": _("Adresse du lieu"),
    "precision": _("Précision publiée"),
    "published_at": _("Publié le"),
    "closed_at": _("Clos le"),
    "choice": _("Choix"),
    "cast_at": _("Voté le"),
    "accepted_at": _("Acceptée le"),
    "scopes": _("Droits"),
    "revoked_at": _("Révoqué le"),
    "file_name": _("Fichier"),
    "source": _("Source"),
    "at": _("Quand"),
    "subject_id": _("Objet"),
    "id": _("Identifiant"),
    "receipt": _("Numéro"),
    "quote": _("Passage"),
    "explanation": _("Explication"),
    "action": _("Décision"),
    "ground": _("Fondement"),
    "rule": _("Règle citée"),
    "facts": _("Faits"),
    "reason": _("Raison"),
    "reply": _("Réponse"),
    "seen_title": _("Titre examiné"),
    "seen_body": _("Texte examiné"),
    "decided_at": _("Décidé le"),
    "state": _("État"),
    "status_before": _("Statut d'avant"),
    "report_count": _("Signalements"),
    "subtitle": _("Sous-titre"),
    "welcome": _("Phrase d'accueil"),
    "logo_url": _("Logo"),
    "primary_color": _("Couleur principale"),
    "secondary_color": _("Seconde couleur"),
    "font": _("Caractères"),
    "cover": _("Dessin"),
    "locales": _("Langues"),
    "contact_email": _("Adresse électronique"),
    "contact_phone": _("Téléphone"),
    "contact_address": _("Adresse postale"),
    "footer_links": _("Liens de pied de page"),
    "bodies": _("Textes"),
}
"""Columns as the journal and a person's copy show them; the others are shown by their names."""

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
    "WHOLE_EUROS": _("Écrivez des euros entiers, sans centimes : par exemple 12 500."),
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
MEASURES: Mapping[str, str] = {
    "SUPPORT": _("soutiens"),
    "FOR": _("pour"),
    "MIXED": _("mitigés"),
    "AGAINST": _("contre"),
    "POINTS": _("points"),
    "PAPER": _("bulletins papier"),
}
CHANNELS: Mapping[str, str] = {"PORTAL": _("Sur le portail"), "IMPORT": _("Importé")}
