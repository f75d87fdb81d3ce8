"""Words of notices: what each kind says, above the title of what it is about."""

from collections.abc import Mapping

from portal.message import mark as _

NOTICE_KINDS: Mapping[str, str] = {
    "PUBLISHED": _("Du nouveau dans ce que vous suivez"),
    "HELP_WANTED": _("On cherche un coup de main près de chez vous"),
    "UNANSWERED": _("Une demande est restée sans réponse"),
    "COMMENTED": _("Une nouvelle réponse"),
    "ANSWERED": _("La collectivité a répondu"),
    "CLOSED": _("C'est terminé"),
    "EXPIRED": _("Votre annonce a expiré"),
    "VOTE_OPENED": _("Le vote est ouvert"),
    "VOTE_CLOSING": _("Le vote se termine bientôt"),
    "VOTE_COUNTED": _("Les résultats du vote sont publiés"),
    "EXCHANGE_PROPOSED": _("Quelqu'un vous répond"),
    "EXCHANGE_ACCEPTED": _("Votre proposition est acceptée"),
    "EXCHANGE_ENDED": _("Une mise en relation s'est terminée"),
    "EXCHANGE_DONE": _("L'autre personne dit que c'est fait"),
    "EXCHANGE_DISPUTED": _("L'autre personne dit que cela s'est mal passé"),
    "MESSAGE_RECEIVED": _("Un nouveau message"),
    "PETITION_MOVED": _("Une pétition a franchi une étape"),
    "AMENDMENT_MOVED": _("Un amendement a reçu une suite"),
    "TEXT_PUBLISHED": _("Une nouvelle version du texte est publiée"),
    "SIGN_UP_MADE": _("Quelqu'un s'est inscrit à votre mission"),
    "SIGN_UP_WITHDRAWN": _("Quelqu'un s'est désisté de votre mission"),
    "SIGN_UP_REMINDED": _("C'est demain : vous êtes inscrit·e"),
}
CADENCES: Mapping[str, str] = {
    "AT_ONCE": _("Tout de suite (ce qui arrive en cinq minutes, dans un seul courriel)"),
    "DAILY": _("Une fois par jour, à 8 h"),
    "WEEKLY": _("Une fois par semaine, le mardi"),
    "NEVER": _("Jamais par courriel"),
}
