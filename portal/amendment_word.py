"""Words of texts and amendments: what became of an amendment, and what the journal says."""

from collections.abc import Mapping

from portal.message import mark as _

AMENDMENT_STATES: Mapping[str, str] = {
    "OPEN": _("À l'examen"),
    "ACCEPTED": _("Accepté"),
    "ACCEPTED_IN_PART": _("Accepté en partie"),
    "REJECTED": _("Rejeté"),
    "WITHDRAWN": _("Retiré par son auteur"),
    "OUTDATED": _("Caduc : ces mots ont changé"),
}
AMENDMENT_DECISIONS: Mapping[str, str] = {
    "ACCEPTED": _("L'accepter tel quel"),
    "ACCEPTED_IN_PART": _("L'accepter en partie, avec les mots de la collectivité"),
    "REJECTED": _("Le rejeter"),
}
AMENDMENT_EVENTS: Mapping[str, str] = {
    "TEXT_VERSION_PUBLISHED": _("Version d'un texte publiée"),
    "AMENDMENT_DECIDED": _("Suite donnée à un amendement"),
    "AMENDMENT_OUTDATED": _("Amendement devenu caduc"),
}
TEXT_REFUSALS: Mapping[str, str] = {
    "FILE_TOO_LARGE": _("Ce fichier est trop gros : 5 Mo au plus."),
    "TOO_LARGE": _("Ce document contient bien plus qu'un texte. Enregistrez-le sans images, ou copiez ses mots."),
    "UNREADABLE": _("Ce fichier n'est ni un document Word (.docx), ni un texte Markdown en UTF-8."),
    "EMPTY": _("Ce document ne contient aucun mot."),
    "REQUIRED": _("Choisissez un fichier."),
    "BAD_TEXT_SOURCE": _("Ce texte n'a pas d'articles lisibles : un titre court pour chacun, et peu de pages."),
    "CONFLICT": _("Quelqu'un a publié une autre version entre-temps. Relisez-la, puis envoyez de nouveau."),
    "OTHER": _("Le fichier n'a pas pu être lu. Vérifiez-le, puis recommencez."),
}
