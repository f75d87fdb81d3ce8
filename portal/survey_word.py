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
    "FILE": _("Fichier"),
    "PAGE": _("Nouvelle page"),
}
FILE_TYPES: Mapping[str, str] = {
    "IMAGE": _("une image (JPEG, PNG, WebP)"),
    "PDF": _("un PDF"),
    "TEXT": _("un texte (TXT)"),
}
FILE_ENDINGS: Mapping[str, str] = {
    "IMAGE": "image/jpeg,image/png,image/webp",
    "PDF": "application/pdf,.pdf",
    "TEXT": "text/plain,.txt,.md",
}
"""What browsers let one choose."""

FILE_REFUSALS: Mapping[str, str] = {
    "FILE_NOT_ACCEPTED": _(
        "Ce fichier n'est pas accepté : regardez les types et le poids demandés. Archives, programmes et fichiers de"
        " bureautique sont refusés, comme un fichier dont le nom dit autre chose que le contenu."
    ),
    "BAD_IMAGE": _("Cette image ne peut pas être lue. Enregistrez-la en JPEG, PNG ou WebP, sans animation."),
    "IMAGE_TOO_LARGE": _("Cette image a trop de points ou pèse trop lourd. Réduisez-la, puis renvoyez-la."),
    "CONFLICT": _("Le questionnaire a changé entre-temps : relisez la page, puis renvoyez le fichier."),
    "OTHER": _("Le fichier n'a pas été gardé. Relisez la page, puis réessayez."),
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
