"""Mission words: what missions are for, and where a sign-up is, for the catalogues to translate."""

from collections.abc import Mapping

from portal.message import mark as _

MISSION_DOMAINS: Mapping[str, str] = {
    "ANIMAUX": _("Animaux"),
    "BENEVOLAT_COMPETENCES": _("Bénévolat de compétences"),
    "CULTURE_LOISIRS": _("Culture et loisirs"),
    "EDUCATION": _("Éducation pour tous"),
    "EMPLOI": _("Emploi"),
    "ENVIRONNEMENT": _("Nature et environnement"),
    "HUMANITAIRE": _("Humanitaire"),
    "MEMOIRE_ET_CITOYENNETE": _("Mémoire et citoyenneté"),
    "PREVENTION_PROTECTION": _("Prévention et protection"),
    "SANTE": _("Santé pour tous"),
    "SOLIDARITE_INSERTION": _("Solidarité et insertion"),
    "SPORT": _("Sport pour tous"),
    "VIVRE_ENSEMBLE": _("Vivre ensemble"),
    "AUTRE": _("Autre chose"),
}
SIGN_UPS: Mapping[str, str] = {
    "REGISTERED": _("Inscrit·e"),
    "WAITING": _("Sur la liste d'attente"),
    "WITHDRAWN": _("Désisté·e"),
    "CANCELLED": _("Annulé"),
    "CAME": _("Présent·e"),
    "ABSENT": _("Absent·e"),
}
MISSION_EVENTS: Mapping[str, str] = {
    "MISSION_REVISED": _("Mission ou créneau modifié"),
    "MISSION_SLOT_CANCELLED": _("Créneau annulé"),
    "SIGN_UP_MADE": _("Inscription à une mission"),
    "SIGN_UP_WITHDRAWN": _("Désistement d'une mission"),
    "SIGN_UP_REGISTERED": _("Place donnée à qui attendait"),
    "SIGN_UP_CANCELLED": _("Inscription à une mission annulée"),
    "SIGN_UP_REMINDED": _("Rappel d'un créneau"),
    "SIGN_UP_MARKED": _("Présence notée"),
}
