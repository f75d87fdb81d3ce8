"""Words of petitions: how far they are, what the city does at a level, and what the journal says of them."""

from collections.abc import Mapping

from portal.message import mark as _

PETITION_STATES: Mapping[str, str] = {
    "SEEKING": _("En recherche de parrains"),
    "SUBMITTED": _("Déposée"),
    "ADMISSIBLE": _("Recevable"),
    "INADMISSIBLE": _("Irrecevable"),
    "OPEN": _("Ouverte à la signature"),
    "REACHED": _("Palier atteint"),
    "INVALIDATED": _("Signatures invalidées"),
    "LAPSED": _("Caduque"),
    "TRANSMITTED": _("Transmise"),
    "ON_AGENDA": _("À l'ordre du jour"),
    "ANSWERED": _("Réponse rendue"),
}
PETITION_PROMISES: Mapping[str, str] = {
    "ANSWER": _("La collectivité répond par écrit"),
    "MEDIATION": _("La collectivité reçoit les auteurs : une médiation"),
    "DEBATE": _("La collectivité organise un débat public"),
    "AGENDA": _("La question est inscrite à l'ordre du jour de l'assemblée"),
}
PETITION_DUTIES: Mapping[str, str] = {
    "SUBMITTED": _("Dire si elle est recevable"),
    "REACHED": _("Accuser réception"),
    "TRANSMITTED": _("Répondre"),
    "ON_AGENDA": _("Répondre"),
}
"""What the city owes in a state."""

ROLL_RESULTS: Mapping[str, str] = {
    "ON_ROLL": _("sur la liste électorale"),
    "NOT_ON_ROLL": _("introuvable sur la liste"),
    "NOT_COMPARABLE": _("plus comparable"),
}
ELECTOR_REFUSALS: Mapping[str, str] = {
    "REQUIRED": _("Il manque le fichier, le jour de la liste ou la commune."),
    "BAD_INPUT": _("Le jour de la liste est à venir."),
    "NO_COLUMNS": _("Il faut une colonne de noms, une de prénoms et une de dates de naissance, chacune à part."),
    "FILE_TOO_LARGE": _("Le fichier est trop grand : 60 Mo et 300 000 lignes au plus."),
    "LIMIT_REACHED": _("Le fichier est trop grand : 60 Mo et 300 000 lignes au plus."),
    "ACTION_NOT_POSSIBLE": _("Cette pétition n'est pas signée électeur par électeur."),
    "OTHER": _("Le fichier n'a pas pu être lu. Enregistrez-le en CSV ou en XLSX et essayez de nouveau."),
}
"""Why an electoral roll was not taken."""

PETITION_EVENTS: Mapping[str, str] = {
    "PETITION_ADMITTED": _("Pétition déclarée recevable"),
    "PETITION_REFUSED": _("Pétition déclarée irrecevable"),
    "PETITION_OPENED": _("Pétition ouverte à la signature"),
    "PETITION_REACHED": _("Palier atteint par une pétition"),
    "PETITION_LAPSED": _("Pétition devenue caduque"),
    "PETITION_TRANSMITTED": _("Pétition transmise, réception accusée"),
    "PETITION_SCHEDULED": _("Pétition inscrite à l'ordre du jour"),
    "PETITION_ANSWERED": _("Réponse rendue à une pétition"),
    "PETITION_RULE_PUBLISHED": _("Règle des pétitions publiée"),
    "PETITION_SHEET_TYPED": _("Feuille de signatures saisie ou photographiée"),
    "PETITION_SAMPLED": _("Contrôle d'un échantillon de signatures"),
    "PETITION_SIGNATURES_JUDGED": _("Signatures mises de côté ou remises"),
    "PETITION_SIGNATURE_CONTESTED": _("Signature écartée contestée par son signataire"),
    "PETITION_ROLL_COMPARED": _("Signatures comparées à la liste électorale"),
    "PETITION_PARTIES_CHANGED": _("Auteurs ou parrains d'une pétition changés"),
}
