"""Judgement: the words of moderation: what is wrong, what is decided, on what that stands."""

from collections.abc import Mapping

from portal.message import mark as _

COMPLAINTS: Mapping[str, str] = {
    "ILLEGAL_OR_HARMFUL_SPEECH": _("Haine, discrimination ou diffamation"),
    "CYBER_VIOLENCE": _("Insultes, harcèlement ou menaces"),
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": _("Vie privée : une adresse, un téléphone, un nom"),
    "SCAMS_AND_FRAUD": _("Arnaque ou fraude"),
    "PROTECTION_OF_MINORS": _("Danger pour des enfants"),
    "VIOLENCE": _("Violence"),
    "OTHER_VIOLATION_TC": _("Hors sujet, publicité ou répétition"),
    "CYBER_VIOLENCE_AGAINST_WOMEN": _("Violence en ligne contre des femmes"),
    "SELF_HARM": _("Suicide ou automutilation"),
    "RISK_FOR_PUBLIC_SECURITY": _("Terrorisme ou sécurité publique"),
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": _("Manipulation d'un débat ou d'un vote"),
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS": _("Copie d'une œuvre ou d'une marque"),
    "UNSAFE_AND_PROHIBITED_PRODUCTS": _("Produit dangereux ou interdit"),
    "CONSUMER_INFORMATION": _("Acheteurs trompés"),
    "ANIMAL_WELFARE": _("Maltraitance d'animaux"),
    "NOT_SPECIFIED_NOTICE": _("Autre chose"),
}
"""The categories of the European Union's transparency database, in plain words; the frequent ones come first."""

ACTIONS: Mapping[str, str] = {
    "HIDE": _("Retiré"),
    "REDACT": _("Caviardé"),
    "RESTORE": _("Remis en ligne"),
    "WARN": _("Avertissement"),
    "SUSPEND": _("Publications suspendues"),
    "LIFT": _("Suspension levée"),
    "NOTHING": _("Rien à faire"),
}
ANSWERS: Mapping[str, str] = {
    "HIDE": _("Le contenu a été retiré."),
    "REDACT": _("Une partie du texte a été retirée."),
    "RESTORE": _("Le contenu a été remis en ligne."),
    "WARN": _("Le contenu reste en ligne ; son auteur a reçu un avertissement."),
    "SUSPEND": _("Le contenu reste tel qu'il est ; son auteur ne peut plus publier pour un temps."),
    "LIFT": _("La suspension est levée."),
    "NOTHING": _("Le contenu reste en ligne : il ne contrevient ni à la loi ni à la charte."),
}
GROUNDS: Mapping[str, str] = {"TERMS": _("La charte du portail"), "ILLEGAL": _("La loi")}
SHOWN: Mapping[str, str] = {"PUBLISHED": _("En ligne"), "HELD": _("En attente de vérification"), "HIDDEN": _("Retiré")}
NOTICES: Mapping[str, str] = {
    "ARTICLE_16": _("Signalement d'un contenu illicite"),
    "TRUSTED_FLAGGER": _("Signaleur de confiance"),
    "OTHER_NOTIFICATION": _("Autre signalement"),
    "VOLUNTARY": _("Initiative de la modération"),
}
CAUSES: Mapping[str, str] = {
    "REPORTS": _("Signalé"),
    "REVIEW": _("À relire avant publication"),
    "AIDS": _("Repéré par un programme"),
}
DETECTIONS: Mapping[str, str] = {
    "RATE": _("Plus de dix publications en une heure"),
    "REPEAT": _("Répète un autre texte"),
    "NEAR_REPEAT": _("Presque le même texte qu'un autre"),
    "NEW_ACTOR": _("Nouvelle personne"),
    "REJECTIONS": _("Plusieurs textes retirés récemment"),
    "LINK": _("Un lien"),
    "PHONE": _("Un numéro de téléphone"),
    "EMAIL": _("Une adresse électronique"),
    "IBAN": _("Un compte bancaire"),
    "WORD": _("Un mot surveillé"),
    "LANGUAGE": _("Une autre langue que celle du portail"),
}
REPORT_PARTS: Mapping[str, str] = {
    "NOTICES": _("Notifications de contenus illicites (article 16)"),
    "TRUSTED_NOTICES": _("Dont notifications de signaleurs de confiance (article 22)"),
    "OTHER_REPORTS": _("Autres signalements"),
    "NOTICE_ACTIONS": _("Mesures prises à la suite de notifications"),
    "TRUSTED_ACTIONS": _("Dont mesures à la suite de signaleurs de confiance"),
    "OWN_INITIATIVE": _("Mesures prises d'initiative"),
    "RESTRICTIONS": _("Toutes les mesures, par fondement"),
    "COMPLAINTS": _("Réclamations"),
    "AUTOMATED": _("Ce que des programmes avaient repéré"),
    "PEOPLE": _("Personnes qui modèrent"),
}
OUTCOMES_OF_APPEALS: Mapping[str, str] = {"UPHELD": _("Décision maintenue"), "REVERSED": _("Décision annulée")}
CASES: Mapping[str, str] = {
    "OPEN": _("À décider"),
    "DECIDED": _("Décidés"),
    "APPEALED": _("Recours"),
    "VOID": _("Sans objet"),
}
RULES_CITED: Mapping[str, str] = {
    "RESPECT": _("Charte : le respect des personnes"),
    "PRIVACY": _("Charte : pas de données personnelles d'autrui"),
    "ADVERTISING": _("Charte : pas de publicité, pas de répétition"),
    "SUBJECT": _("Charte : rester dans le sujet de l'activité"),
    "DEFAMATION": _("Loi du 29 juillet 1881, article 29 : diffamation et injure"),
    "HATRED": _("Loi du 29 juillet 1881, article 24 : provocation à la haine"),
    "HARASSMENT": _("Code pénal, article 222-33-2-2 : harcèlement en ligne"),
    "PRIVATE_LIFE": _("Code pénal, article 226-1 : atteinte à la vie privée"),
    "FRAUD": _("Code pénal, article 313-1 : escroquerie"),
    "MINORS": _("Code pénal, article 227-24 : messages à la portée de mineurs"),
}
"""Laws and rules that moderators cite often, to be taken and changed."""
