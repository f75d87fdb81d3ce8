"""Words of surveys: what questions ask for, and what the journal says of them."""

from collections.abc import Mapping

from portal.message import mark as _

SURVEY_KINDS: Mapping[str, str] = {
    "ONE": _("Choix unique"),
    "SEVERAL": _("Choix multiple"),
    "SCALE": _("Échelle"),
    "TEXT": _("Texte court"),
    "LONG_TEXT": _("Texte long"),
    "NUMBER": _("Nombre"),
    "DATE": _("Date"),
    "RANKING": _("Classement"),
    "MATRIX": _("Grille"),
    "PLACE": _("Lieu"),
    "PAGE": _("Nouvelle page"),
}
SURVEY_CHANNELS: Mapping[str, str] = {
    "ACCOUNT": _("Avec un compte"),
    "BROWSER": _("Sans compte, par navigateur"),
    "PAPER": _("Sur papier"),
}
SURVEY_EVENTS: Mapping[str, str] = {
    "SURVEY_FORM_PUBLISHED": _("Questionnaire publié"),
    "SURVEY_ANSWERED": _("Réponse à une enquête"),
    "SURVEY_RESULTS_PUBLISHED": _("Résultats d'une enquête comptés"),
}
