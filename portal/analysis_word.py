"""Words of analyses: where a computation is, why it failed, what a program cannot judge, and what people changed."""

from collections.abc import Mapping

from portal.message import mark as _

ANALYSIS_EVENTS: Mapping[str, str] = {
    "ANALYSIS_STARTED": _("Analyse demandée"),
    "ANALYSIS_EDITED": _("Analyse modifiée"),
    "ANALYSIS_PUBLISHED": _("Synthèse publiée"),
    "ANALYSIS_WITHDRAWN": _("Synthèse retirée"),
    "ANALYSIS_REMOVED": _("Analyse supprimée"),
}
ANALYSIS_STATES: Mapping[str, str] = {
    "QUEUED": _("en attente"),
    "RUNNING": _("en cours"),
    "DONE": _("brouillon"),
    "FAILED": _("échouée"),
}
ANALYSIS_PROBLEMS: Mapping[str, str] = {
    "TOO_FEW": _("Il restait trop peu de textes publics quand elle a commencé."),
    "TOO_LONG": _("Elle a dépassé deux heures : analysez une activité plutôt que tout l'espace."),
    "TOO_BIG": _("Il y avait trop de textes pour la mémoire permise : analysez une activité plutôt que tout l'espace."),
    "INTERRUPTED": _("Le serveur s'est arrêté trois fois pendant le calcul. Relancez-la."),
    "FAULT": _("Une erreur s'est produite. Vos techniciens la trouvent dans le journal du serveur."),
}
ANALYSIS_NOTES: Mapping[str, str] = {
    "IRONY_NOT_JUDGED": _("Le programme lit les mots, pas le ton : il ne reconnaît pas l'ironie."),
    "FEW_TEXTS": _("Il y avait trop peu de textes pour former des thèmes."),
    "LEARNT_FROM_SAMPLE": _("Les thèmes ont été formés sur une partie des textes, puis tous y ont été classés."),
    "LONG_TEXTS_CUT": _("Des textes très longs, seul le début a été lu."),
    "VECTORS_MISSING": _("Le rapprochement par le sens n'est pas installé : seuls les mots ont été comparés."),
    "SEVERAL_LANGUAGES": _("Les textes sont en plusieurs langues ; le français est lu le mieux."),
    "TEXTS_WENT": _("Des textes ont disparu depuis que la représentation a été mesurée."),
    "TOO_MANY_VOTES": _("Il y avait trop de votes pour former des familles d'opinion."),
}
ANALYSIS_EDITS: Mapping[str, str] = {
    "RENAME": _("Thème renommé"),
    "MERGE": _("Thèmes réunis"),
    "SPLIT": _("Thème séparé"),
    "MOVE": _("Textes déplacés"),
}
ANALYSIS_PLACES: Mapping[str, str] = {
    "TOPIC": _("dans un thème"),
    "UNCLASSIFIED": _("non classé"),
    "WITHOUT_CONTENT": _("sans contenu"),
}
DISCLOSURES: Mapping[str, str] = {
    "NAME": _("Un nom"),
    "PHONE": _("Un numéro de téléphone"),
    "EMAIL": _("Une adresse électronique"),
    "IBAN": _("Un compte bancaire"),
    "ADDRESS": _("Une adresse postale"),
}
ANALYSIS_GROUPS: Mapping[str, str] = {
    "ALL": _("Tous les textes"),
    "GROUP": _("Catégorie"),
    "ZONE": _("Quartier"),
    "TOPIC": _("Thème"),
    "VOTERS": _("Famille d'opinion"),
}
WORDING_PROBLEMS: Mapping[str, str] = {
    "NOT_OFFERED": _("Le portail n'est plus relié à un modèle."),
    "NOTHING_TO_SAY": _("L'analyse n'a pas de thème : il n'y a rien à rédiger."),
    "UNREACHED": _("Le modèle n'a pas pu être joint. Réessayez, ou prévenez votre hébergeur."),
    "LATE": _("Le modèle n'a pas répondu en deux minutes. Réessayez plus tard."),
    "DECLINED": _("Le modèle a répondu par une erreur. Prévenez votre hébergeur : sa clé est peut-être fausse."),
    "TOO_BIG": _("La réponse du modèle était bien trop longue. Réessayez."),
    "NOT_JSON": _("La réponse du modèle n'avait pas la forme demandée. Réessayez."),
    "ALL_REFUSED": _("Aucune phrase ne tenait devant les données. Réessayez, ou publiez la synthèse sans rédaction."),
    "INTERRUPTED": _("Le serveur s'est arrêté trois fois pendant la rédaction. Redemandez-la."),
}
WORDING_REASONS: Mapping[str, str] = {
    "NO_ID": _("sans source"),
    "UNKNOWN_ID": _("une source qui n'existe pas"),
    "NUMBER": _("un nombre absent des données"),
    "QUOTE": _("une citation que personne n'a écrite"),
    "DISCLOSURE": _("un nom, un téléphone, une adresse ou un lien"),
    "TOO_LONG": _("trop longue"),
    "FORM": _("pas une phrase"),
}
ANALYSIS_COLUMNS: Mapping[str, str] = {
    "space_id": _("Espace"),
    "question": _("Question"),
    "attempts": _("Tentatives"),
    "text_count": _("Textes lus"),
    "method": _("Méthode"),
    "corpus_digest": _("Empreinte des textes"),
    "change": _("Changement"),
    "undone_at": _("Annulé le"),
    "is_lost": _("Sans effet"),
}
