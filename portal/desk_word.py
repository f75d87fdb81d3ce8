"""Words of the dashboard that residents never read: what administrators choose from, and why it was refused."""

from collections.abc import Mapping

from portal.message import mark as _

PORTAL_TEXTS: Mapping[str, str] = {
    "LEGAL": _("Mentions légales"),
    "PRIVACY": _("Vie privée"),
    "ACCESSIBILITY": _("Déclaration d'accessibilité"),
    "CHARTER": _("Charte d'utilisation"),
}
PORTAL_TEXT_PURPOSES: Mapping[str, str] = {
    "LEGAL": _("Qui édite le portail, qui l'héberge, qui dirige la publication."),
    "PRIVACY": _("Ce que vous faites des données, sur quelle base, combien de temps, et à qui écrire."),
    "ACCESSIBILITY": _("L'état de conformité au RGAA, ce qui n'est pas accessible, et les voies de recours."),
    "CHARTER": _("Les règles que chacun accepte avant sa première publication, et après chaque nouvelle version."),
}
PORTAL_TEXT_PAGES: Mapping[str, str] = {
    "LEGAL": "/mentions-legales",
    "PRIVACY": "/vie-privee",
    "ACCESSIBILITY": "/accessibilite",
    "CHARTER": "/charte",
}
COVERS: Mapping[str, str] = {
    "HILLS": _("Collines"),
    "RIVER": _("Rivière"),
    "BRIDGE": _("Pont"),
    "QUAYS": _("Quais"),
    "COAST": _("Plage"),
    "CLIFFS": _("Falaises"),
    "HARBOUR": _("Port"),
    "FIELDS": _("Champs"),
    "MARSH": _("Marais"),
    "FOREST": _("Forêt"),
    "GARDENS": _("Jardins"),
    "ROOFS": _("Toits"),
    "GABLES": _("Pignons"),
    "TOWERS": _("Tours"),
    "FACTORY": _("Ateliers"),
    "CITADEL": _("Citadelle"),
    "DOME": _("Dôme"),
}
LOGO_REFUSALS: Mapping[str, str] = {
    "IMAGE_TOO_LARGE": _(
        "Cette image est trop grande : 4 000 pixels de côté et 1 Mo au plus. Réduisez-la, puis envoyez à nouveau."
    ),
    "BAD_IMAGE": _(
        "Ce n'est pas une image PNG, JPEG ou WebP entière et fixe. Enregistrez-la à nouveau, puis renvoyez-la."
    ),
    "REQUIRED": _("Choisissez une image, puis envoyez."),
    "OTHER": _("L'image n'a pas pu être lue. Choisissez-la à nouveau."),
}
