"""Words of webhooks: their states, what became of what they were told, the kinds that they choose from in groups."""

from collections.abc import Mapping

from portal.message import mark as _

WEBHOOK_EVENTS: Mapping[str, str] = {
    "WEBHOOK_REGISTERED": _("Webhook créé"),
    "WEBHOOK_REVISED": _("Webhook modifié"),
    "WEBHOOK_ROTATED": _("Secret d'un webhook changé"),
    "WEBHOOK_TRIED": _("Webhook essayé"),
    "WEBHOOK_REPLAYED": _("Envois d'un webhook répétés"),
    "WEBHOOK_REMOVED": _("Webhook supprimé"),
    "WEBHOOK_STOPPED": _("Webhook arrêté"),
}
WEBHOOK_COLUMNS: Mapping[str, str] = {
    "url": _("Adresse"),
    "since": _("Prévenu depuis"),
    "stopped_at": _("Arrêté depuis"),
    "former_until": _("Ancien secret valable jusqu'au"),
}
WEBHOOK_STATES: Mapping[str, str] = {
    "ON": _("en marche"),
    "OFF": _("arrêté"),
    "PAUSED": _("en pause : trois jours sans réponse"),
    "GONE": _("arrêté : le programme n'existe plus"),
}
WEBHOOK_DELIVERIES: Mapping[str, str] = {"WAITING": _("en attente"), "DELIVERED": _("reçu"), "GIVEN_UP": _("abandonné")}
WEBHOOK_PROBLEMS: Mapping[str, str] = {
    "NOT_PUBLIC": _("L'adresse ne mène pas à l'internet public : rien n'a été envoyé."),
    "NO_ANSWER": _("Personne ne répond à cette adresse."),
    "LATE": _("La réponse n'était pas là au bout de dix secondes."),
    "BAD_ANSWER": _("Ce qui répond ne parle pas HTTP."),
    "REDIRECTED": _("La réponse renvoie à une autre adresse, où nous n'allons pas : donnez la bonne."),
    "REFUSED": _("Le programme a refusé."),
    "NO_SECRET": _("Le secret n'est plus lisible ici : changez-le."),
}
WEBHOOK_GROUPS: Mapping[str, str] = {
    "CONTRIBUTION_": _("Contributions"),
    "COMMENT_": _("Réponses et arguments"),
    "RESPONSE_": _("Réponses de la collectivité"),
    "PETITION_": _("Pétitions"),
    "VOTE_": _("Votes"),
    "SURVEY_": _("Questionnaires"),
    "AMENDMENT_": _("Amendements"),
    "": _("Espaces, activités et le reste"),
}
"""By how the kinds' names begin; the last has those that are in no other."""
