"""Words of the dashboard that residents never read: what administrators choose from, and why it was refused."""

from collections.abc import Mapping

from portal.message import mark as _

PORTAL_TEXTS: Mapping[str, str] = {
    "LEGAL": _("Mentions légales"),
    "PRIVACY": _("Vie privée"),
    "ACCESSIBILITY": _("Déclaration d'accessibilité"),
    "CHARTER": _("Charte d'utilisation"),
}
PORTAL_TEXT_PURPOSES: Mapping[str, str] = {
    "LEGAL": _("Qui édite le portail, qui l'héberge, qui dirige la publication."),
    "PRIVACY": _("Ce que vous faites des données, sur quelle base, combien de temps, et à qui écrire."),
    "ACCESSIBILITY": _("L'état de conformité au RGAA, ce qui n'est pas accessible, et les voies de recours."),
    "CHARTER": _("Les règles que chacun accepte avant sa première publication, et après chaque nouvelle version."),
}
PORTAL_TEXT_PAGES: Mapping[str, str] = {
    "LEGAL": "/mentions-legales",
    "PRIVACY": "/vie-privee",
    "ACCESSIBILITY": "/accessibilite",
    "CHARTER": "/charte",
}
REVIEW_RULES: Mapping[str, str] = {
    "AFTER_PUBLICATION": _("Après publication : tout est visible aussitôt"),
    "NEW_ACTORS": _("Avant publication pour les nouvelles personnes, jusqu'à trois textes publiés"),
    "BEFORE_PUBLICATION": _("Avant publication pour tout le monde"),
}
COVERS: Mapping[str, str] = {
    "HILLS": _("Collines"),
    "RIVER": _("Rivière"),
    "BRIDGE": _("Pont"),
    "QUAYS": _("Quais"),
    "COAST": _("Plage"),
    "CLIFFS": _("Falaises"),
    "HARBOUR": _("Port"),
    "FIELDS": _("Champs"),
    "MARSH": _("Marais"),
    "FOREST": _("Forêt"),
    "GARDENS": _("Jardins"),
    "ROOFS": _("Toits"),
    "GABLES": _("Pignons"),
    "TOWERS": _("Tours"),
    "FACTORY": _("Ateliers"),
    "CITADEL": _("Citadelle"),
    "DOME": _("Dôme"),
}
LOGO_REFUSALS: Mapping[str, str] = {
    "IMAGE_TOO_LARGE": _(
        "Cette image est trop grande : 4 000 pixels de côté et 1 Mo au plus. Réduisez-la, puis envoyez à nouveau."
    ),
    "BAD_IMAGE": _(
        "Ce n'est pas une image PNG, JPEG ou WebP entière et fixe. Enregistrez-la à nouveau, puis renvoyez-la."
    ),
    "REQUIRED": _("Choisissez une image, puis envoyez."),
    "OTHER": _("L'image n'a pas pu être lue. Choisissez-la à nouveau."),
}
TOKEN_SCOPES: Mapping[str, str] = {
    "READ": _("Lire ce que le public voit, avec son propre budget"),
    "CONTRIBUTE": _("Publier comme membre, sous le nom du jeton"),
    "MODERATE": _("Modérer, sous le nom du jeton"),
    "EXPORT": _("Télécharger l'export des contributions"),
    "ROUTER": _("Servir un routeur de graphe fédéré (seul)"),
}
ZONE_REFUSALS: Mapping[str, str] = {
    "REQUIRED": _("Choisissez un fichier, puis envoyez."),
    "BAD_GEOJSON": _("Ce fichier n'est pas du GeoJSON. Exportez la couche au format GeoJSON, puis envoyez ce fichier."),
    "NO_FEATURE": _(
        "Ce fichier ne contient aucun quartier à dessiner : il faut des polygones avec un nom, sur le territoire."
    ),
    "FILE_TOO_LARGE": _("Ce fichier est trop lourd : 20 Mo et 200 000 sommets au plus. Simplifiez les contours."),
    "TOO_MANY_VERTICES": _("Ce contour a plus de 100 000 sommets. Simplifiez-le dans votre logiciel de cartes."),
    "BAD_GEOMETRY": _("Aucun contour du fichier n'est un polygone fermé."),
    "WRONG_CRS": _("Les coordonnées ne sont pas des degrés. Exportez la couche en WGS 84 (EPSG 4326)."),
    "OVER_MERIDIAN": _("Le contour passe par le 180e méridien. Coupez-le en deux à cet endroit."),
    "ZONE_TOO_LARGE": _("Le contour est trop grand pour un quartier : 2 000 km² au plus."),
    "ZONE_TOO_SMALL": _("Le contour est plus petit qu'un pâté de maisons (0,1 km²)."),
    "OTHER": _("Le fichier n'a pas pu être lu. Choisissez-le à nouveau."),
}
ZONE_REMARKS: Mapping[str, str] = {
    "NO_NAME": _("Laissé de côté : il n'a pas de nom dans cette propriété."),
    "NO_GEOMETRY": _("Laissé de côté : il n'a pas de contour."),
    "REPEATED_NAME": _("Laissé de côté : un autre du fichier a déjà ce nom."),
    "BAD_GEOMETRY": _("Laissé de côté : son contour n'est pas un polygone fermé."),
    "TOO_MANY_VERTICES": _("Laissé de côté : son contour a plus de 100 000 sommets. Simplifiez-le."),
    "WRONG_CRS": _("Laissé de côté : ses coordonnées ne sont pas en degrés. Exportez la couche en WGS 84."),
    "OVER_MERIDIAN": _("Laissé de côté : son contour passe par le 180e méridien. Coupez-le en deux."),
    "ZONE_TOO_LARGE": _("Laissé de côté : plus de 2 000 km², trop grand pour un quartier."),
    "ZONE_TOO_SMALL": _("Laissé de côté : plus petit qu'un pâté de maisons (0,1 km²)."),
    "SWAPPED": _("Laissé de côté : latitude et longitude sont inversées."),
    "FAR_AWAY": _("Laissé de côté : loin du territoire."),
    "SELF_CROSSING": _("À regarder : son contour se croise lui-même."),
    "NEVER_SHOWN": _("À regarder : trop petit, aucune contribution d'habitant n'y sera montrée."),
}
MEASURE_GROUPS: Mapping[str, str] = {
    "DAY": _("Jour"),
    "WEEK": _("Semaine"),
    "MONTH": _("Mois"),
    "HOUR": _("Heure de la journée"),
    "SPACE": _("Espace"),
    "ACTIVITY": _("Activité"),
    "KIND": _("Type de contribution"),
    "CATEGORY": _("Catégorie"),
    "ZONE": _("Quartier"),
    "CELL": _("Hexagone"),
    "CHANNEL": _("Provenance"),
}
COMPARED: Mapping[str, str] = {"avant": _("Période d'avant"), "an": _("Un an avant"), "autre": _("Autres dates")}
REMARKS: Mapping[str, str] = {
    "MISSING": _("Refusée : il manque une valeur. Remplissez la cellule."),
    "TOO_SHORT": _("Refusée : c'est trop court. Un titre a trois caractères au moins."),
    "TOO_LONG": _("Refusée : c'est trop long. Un titre a 255 caractères au plus, un texte 20 000, une réponse 2 000."),
    "BAD_DATE": _("Refusée : ce n'est pas une date. Écrivez jj/mm/aaaa ou aaaa-mm-jj."),
    "FUTURE_DATE": _("Refusée : cette date est à venir."),
    "BAD_NUMBER": _("Refusée : ce n'est pas un nombre qui convient."),
    "BAD_KIND": _("Refusée : l'activité n'accepte pas ce type de contribution."),
    "BAD_SIDE": _("Refusée : ce n'est ni « pour » ni « contre »."),
    "BAD_PLACE": _("Refusée : la latitude ou la longitude manque, ou n'existe pas."),
    "UNKNOWN_ABOUT": _("Refusée : ce dont elle parle n'a pas été importé de cette source. Importez-le d'abord."),
    "UNKNOWN_COMMUNE": _("Refusée : aucune commune connue n'a ce code INSEE."),
    "UNKNOWN_CATEGORY": _("Refusée : l'activité n'a pas cette catégorie. Faites créer celles qui manquent."),
    "OUTSIDE_TERRITORY": _("Refusée : ce lieu est loin du territoire. Latitude et longitude sont-elles inversées ?"),
    "REPEATED": _("Refusée : une ligne plus haut a la même référence."),
    "BROKEN_ROW": _("Refusée : elle a trop de cellules. Un séparateur est peut-être dans un texte."),
    "ZERO_RESTORED": _("Importée : le zéro perdu au début du code INSEE a été remis."),
    "PLACE_LEFT_OUT": _("Prise, sans son lieu : l'activité n'en demande pas."),
    "WITHDRAWN": _("Refusée : elle a été retirée, ou n'a jamais été publiée. Elle n'est pas importée."),
    "NEW_CATEGORY": _("Importée : l'import crée cette catégorie, que l'activité n'a pas."),
    "NEW_STATUS": _("Importée : l'import crée ce statut, que l'activité n'a pas."),
    "STATUS_LEFT_OUT": _("Prise, sans son statut : l'activité en a déjà vingt."),
    "TITLE_OF_TEXT": _("Importée : son titre est vide, et devient le début du texte."),
    "BAD_PERIOD": _("Refusée : elle finit avant de commencer, ou commence dans plus d'un an."),
    "PAST_PERIOD": _("Refusée : elle est passée. Elle n'est pas importée."),
    "UNKNOWN_DOMAIN": _("Importée, sans son domaine : il n'est pas de ceux de l'API Engagement."),
    "PLACES_CHANGED": _("Importée, avec un autre nombre de places : de 1 à 100 par créneau."),
    "PERIOD_CHANGED": _("Importée : sans fin, ou plus longue qu'un an, elle dure un an au plus."),
    "SLOT_KEPT": _("Importée, mais les heures du créneau restent : des personnes sont inscrites, ou il est annulé."),
    "BALLOTS_LEFT_OUT": _(
        "Les bulletins sont laissés de côté. Ils se reprennent dans un budget participatif dont le vote n'est pas "
        "secret, où personne n'a voté et qui n'a pas de bureau de vote, si aucun projet du fichier n'est déjà ailleurs."
    ),
    "META_LEFT_OUT": _("Le fichier ne le dit pas, ou pas lisiblement : voyez la règle plus haut."),
    "COUNT_DIFFERS": _("Le fichier annonce un autre nombre que celui de ses lignes. Ce sont les lignes qui comptent."),
    "OTHER_CURRENCY": _("Les montants sont dans une autre monnaie. Ils sont repris tels quels, et affichés en euros."),
    "COST_ABOVE_BUDGET": _("Importée : ce projet coûte plus que tout le budget."),
    "UNKNOWN_PROJECT": _("Bulletin repris sans ce projet, qui n'est pas dans le fichier ou n'a pas été importé."),
    "BALLOT_SPOILT": _("Bulletin compté comme nul : la règle du vote ne permet pas ce qu'il dit."),
    "REPEATED_VOTER": _("Bulletin laissé de côté : cette personne en a déjà un plus haut dans le fichier."),
}
TEAM_EVENTS: Mapping[str, str] = {
    "CONTRIBUTION_ASSIGNED": _("Contribution confiée"),
    "LINEAGE_CHANGED": _("Proposition fusionnée, devenue projet, ou séparée"),
    "EXPERT_VIEW_CHANGED": _("Avis d'expert épinglé ou retiré"),
    "NOTE_ADDED": _("Note interne ajoutée"),
    "NOTE_REMOVED": _("Note interne supprimée"),
    "CONTRIBUTION_EVALUATED": _("Proposition évaluée"),
    "BULK_CHANGED": _("Modification groupée"),
    "BULK_UNDONE": _("Modification groupée annulée"),
    "PROVIDERS_CHANGED": _("Fournisseurs d'identité modifiés"),
    "TRUSTED_FLAGGERS_CHANGED": _("Signaleurs de confiance modifiés"),
}
TEAM_COLUMNS: Mapping[str, str] = {
    "assignee_id": _("Confiée à"),
    "filters": _("Filtres enregistrés"),
    "author_id": _("Écrit par"),
    "concerned_id": _("Personne concernée"),
    "written_at": _("Écrite le"),
    "feasibility": _("Faisabilité"),
    "is_trusted_flagger": _("Signaleur de confiance"),
}
TEAM_TRACES: Mapping[str, str] = {
    "bulk_change": _("Modifications groupées"),
    "note": _("Notes internes que j'ai écrites"),
    "note_about": _("Notes internes"),
    "assigned_contribution": _("Contributions confiées"),
}
FEASIBILITIES: Mapping[str, str] = {
    "FEASIBLE": _("Faisable"),
    "NOT_FEASIBLE": _("Non faisable"),
    "UNDETERMINED": _("À approfondir"),
}
HOST_PROBLEMS: Mapping[str, str] = {
    "NO_RECORD": _("L'enregistrement TXT n'est pas là, ou pas encore vu"),
    "WRONG_RECORD": _("L'enregistrement TXT a un autre texte"),
    "NO_ADDRESS": _("Ce nom n'a pas d'adresse : il manque le CNAME, ou A et AAAA"),
    "OTHER_ADDRESS": _("Ce nom mène ailleurs qu'ici"),
    "NO_ANSWER": _("Les serveurs de ce nom n'ont pas répondu à temps"),
    "TAKEN": _("Ce nom est déjà utilisé par un autre portail"),
}
PRESETS: Mapping[str, str] = {
    "GENERIC": _("OpenID Connect"),
    "FRANCECONNECT": _("FranceConnect"),
    "PROCONNECT": _("ProConnect"),
}
TRIAL_OUTCOMES: Mapping[str, str] = {
    "GOOD": _("Le fournisseur répond comme il faut. Vous pouvez le mettre en service."),
    "PRIVATE": _("Cette adresse n'est pas sur l'internet public : le portail ne l'appelle pas."),
    "NO_ANSWER": _("Pas de réponse. L'adresse est-elle juste, et ouverte au portail ?"),
    "OTHER_ISSUER": _("Il répond, mais se nomme autrement. Recopiez l'adresse exactement comme il l'écrit."),
    "INCOMPLETE": _("Il répond, mais sans tout ce qu'il faut pour se connecter."),
    "NO_DISCOVERY": _("Il répond, mais pas en OpenID Connect à cette adresse."),
}
BULK_KINDS: Mapping[str, str] = {
    "STATUS": _("Donner un statut"),
    "CATEGORY": _("Changer de catégorie"),
    "ASSIGNEE": _("Confier"),
}
BULK_STATES: Mapping[str, str] = {"CHECKED": _("Essayée à blanc"), "DONE": _("Appliquée"), "UNDONE": _("Annulée")}
BULK_OBSTACLES: Mapping[str, str] = {
    "UNCHANGED": _("Rien à changer : c'est déjà le cas."),
    "OTHER_ACTIVITY": _("Le statut ou la catégorie est d'une autre activité."),
    "NOT_A_PROPOSAL": _("Seules les propositions ont un statut."),
    "LIMIT_REACHED": _("Elle a déjà le nombre maximal de réponses officielles."),
    "CHANGED_SINCE": _("Quelqu'un l'a changée entre-temps."),
}
IMPORT_STATES: Mapping[str, str] = {
    "CHECKING": _("Essai en cours"),
    "CHECKED": _("Essayé à blanc"),
    "RUNNING": _("Import en cours"),
    "DONE": _("Importé"),
    "UNDOING": _("Annulation en cours"),
    "UNDONE": _("Annulé"),
    "FAILED": _("Impossible"),
}
IMPORT_FORMATS: Mapping[str, str] = {
    "TABLE": _("Tableau"),
    "DECIDIM": _("Données ouvertes de Decidim"),
    "CAP_COLLECTIF": _("Export de Cap Collectif"),
    "PABULIB": _("Budget participatif au format Pabulib"),
    "API_ENGAGEMENT": _("Missions de l'API Engagement"),
}
IMPORT_PROBLEMS: Mapping[str, str] = {
    "UNREADABLE": _("Ce format n'est pas connu, ou bien le fichier est abîmé. Exportez-le à nouveau, en CSV ou XLSX."),
    "EMPTY": _("Il ne contient aucune ligne à importer. Vérifiez que c'est le bon fichier."),
    "TOO_LARGE": _(
        "Il a trop de lignes. Coupez-le en plusieurs fichiers d'une même source. Un vote terminé a 250 000 bulletins "
        "et 50 Mo au plus."
    ),
    "NO_TEXT_COLUMN": _("Aucune colonne ne dit le titre ni le texte. Dites-le plus bas, puis essayez à nouveau."),
}
EDITION_TERMS: Mapping[str, str] = {
    "METHOD": _("Façon de voter"),
    "LEAST": _("Le moins sur un bulletin"),
    "MOST": _("Le plus sur un bulletin"),
    "MOST_EACH": _("Points par projet, au plus"),
    "BUDGET": _("Budget"),
    "AWARD": _("Règle d'attribution"),
    "OPENS": _("Ouverture"),
    "CLOSES": _("Clôture"),
}
UPLOADS: Mapping[str, str] = {
    "BODY_TOO_LARGE": _("Il fait plus de 50 Mo. Coupez-le, ou passez par la commande « parvis import »."),
    "REQUIRED": _("Choisissez un fichier qui n'est pas vide, puis envoyez à nouveau."),
    "TOO_SHORT": _("Dites d'où vient le fichier, puis envoyez à nouveau."),
    "OTHER": _("Choisissez le fichier et l'activité, puis envoyez à nouveau."),
}
IMPORT_TARGETS: Mapping[str, str] = {
    "NOTHING": _("(ne pas importer)"),
    "REFERENCE": _("Référence"),
    "KIND": _("Type (offre, proposition, argument, commentaire…)"),
    "TITLE": _("Titre"),
    "BODY": _("Texte"),
    "ABOUT": _("Référence de ce dont elle parle"),
    "SIDE": _("Pour ou contre"),
    "AUTHOR": _("Auteur"),
    "CATEGORY": _("Catégorie"),
    "PUBLISHED_AT": _("Date de publication"),
    "LATITUDE": _("Latitude"),
    "LONGITUDE": _("Longitude"),
    "COMMUNE": _("Code INSEE de la commune"),
    "PRICE": _("Prix"),
    "PRICE_UNIT": _("Unité du prix"),
    "COST": _("Coût du projet"),
    "PLACE": _("Lieu, en toutes lettres"),
    "ANSWER": _("Réponse officielle"),
    "ANSWERED_AT": _("Date de la réponse officielle"),
    "ANSWER_SERVICE": _("Service qui a répondu"),
    "STATUS": _("Statut de la proposition"),
    "OLD_ADDRESS": _("Ancienne adresse web"),
    "SUPPORT_TOTAL": _("Total déclaré : soutiens"),
    "FOR_TOTAL": _("Total déclaré : pour"),
    "MIXED_TOTAL": _("Total déclaré : mitigés"),
    "AGAINST_TOTAL": _("Total déclaré : contre"),
    "POINTS_TOTAL": _("Total déclaré : points"),
    "PAPER_TOTAL": _("Total déclaré : bulletins papier"),
    "ORGANISATION": _("Mission : organisation"),
    "ORGANISATION_REFERENCE": _("Mission : référence de l'organisation"),
    "STARTS_AT": _("Mission : début"),
    "ENDS_AT": _("Mission : fin"),
    "PLACES": _("Mission : nombre de places"),
    "DOMAIN": _("Mission : domaine"),
    "REQUIREMENTS": _("Mission : ce qui est demandé"),
    "OPEN_TO_MINORS": _("Mission : ouverte aux mineurs"),
    "ACCESSIBLE": _("Mission : accessible"),
    "STREET": _("Mission : rue"),
}
MAILS: Mapping[str, str] = {
    "INVITATION": _("Invitation"),
    "SIGN_IN_CODE": _("Code de connexion"),
    "ACCOUNT_ERASED": _("Compte effacé"),
    "ACCOUNT_UNUSED": _("Compte bientôt effacé"),
    "REPORT_RECEIVED": _("Signalement reçu"),
    "REPORT_DECIDED": _("Réponse à un signalement"),
    "MODERATION_DECIDED": _("Décision de modération"),
    "APPEAL_DECIDED": _("Réponse à un recours"),
    "EXCHANGE_PROPOSED": _("Proposition reçue"),
    "EXCHANGE_CHANGED": _("Nouvelles d'une mise en relation"),
    "EXCHANGE_NUDGED": _("Relance"),
    "MESSAGE_RECEIVED": _("Message reçu"),
    "HELP_ASKED": _("Avez-vous été aidé·e ?"),
    "SIGN_UP_CHANGED": _("Nouvelles d'une inscription"),
    "SIGN_UP_REMINDED": _("Rappel d'une mission, la veille"),
    "CONTENT_HELD": _("Publication en attente de relecture"),
    "DIGEST": _("Récapitulatif de ce que l'on suit"),
    "BALLOT_RECEIVED": _("Bulletin enregistré"),
    "BALLOT_SET_ASIDE": _("Bulletin mis de côté"),
    "SIGNATURE_SET_ASIDE": _("Signature écartée"),
    "SIGNATURE_ANSWERED": _("Réponse sur une signature"),
    "BALLOT_RESTORED": _("Bulletin compté à nouveau"),
}
"""The kinds of mail."""
