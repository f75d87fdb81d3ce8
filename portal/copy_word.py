"""Words of a person's copy of what a portal keeps of her."""

from collections.abc import Mapping

from portal.desk_word import TEAM_TRACES
from portal.message import mark as _

COPIED: Mapping[str, str] = {
    "actor": _("Profil public"),
    "account": _("Compte"),
    "identity": _("Identités associées"),
    "session": _("Appareils connectés"),
    "mail": _("Messages en attente d'envoi"),
    "desk_entry": _("Saisies pour d'autres, à l'accueil"),
    "draft": _("Brouillons"),
    "evidence": _("Preuves gardées pour la justice"),
    "detection": _("Ce qu'un programme a remarqué"),
    "invitation": _("Invitations reçues"),
    "sent_invitation": _("Invitations envoyées"),
    "consent": _("Mes accords"),
    "space_role": _("Espaces animés ou évalués"),
    "official_response": _("Réponses officielles"),
    **TEAM_TRACES,
    "organisation_member": _("Organisations"),
    "organisation_of": _("Membres"),
    "contribution": _("Contributions"),
    "comment": _("Réponses"),
    "report": _("Signalements envoyés"),
    "moderation_decision": _("Décisions de modération reçues"),
    "made_decision": _("Décisions de modération prises"),
    "appeal": _("Recours envoyés"),
    "answered_appeal": _("Recours auxquels j'ai répondu"),
    "exchange": _("Mises en relation sur mes annonces"),
    "proposed_exchange": _("Mises en relation que j'ai proposées"),
    "actor_block": _("Personnes que j'ai bloquées"),
    "nudge": _("Relances reçues"),
    "shop": _("Boutique"),
    "vouch": _("Qui me recommande"),
    "follow": _("Ce que vous suivez"),
    "notice": _("Notifications"),
    "mail_preference": _("Préférences de courriel"),
    "message": _("Messages que j'ai écrits"),
    "vote": _("Votes"),
    "ballot": _("Bulletins de vote"),
    "proof": _("Justificatifs donnés pour voter"),
    "signing": _("Émargements dans des bureaux de vote"),
    "polling_agent": _("Bureaux de vote que je tiens"),
    "polling_record": _("Procès-verbaux que j'ai saisis"),
    "api_token": _("Jetons créés"),
    "widget": _("Modules intégrés créés"),
    "import_run": _("Imports"),
    "event": _("Actes"),
}
"""The sections of a person's copy; one that has no words is shown by its name (a test names those that lack them)."""
