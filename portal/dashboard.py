"""Dashboard: the sections that moderators and administrators go between; each is a screen, and a line here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.message import mark as _
from portal.screen_kind import sees

HOME = "/gestion"
DAILY, PARTICIPATION = _("Au quotidien"), _("La participation")
PORTAL, PROGRAMS = _("Le portail"), _("Données et programmes")
GROUPS = (DAILY, PARTICIPATION, PORTAL, PROGRAMS)
"""In which sections stand, in their order."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section's address, its name, its icon in `part/icon.html`, the least role that sees it, what it is for, the
    group that it stands in, and where else pages of it begin."""

    path: str
    name: str
    icon: str
    role: str
    purpose: str
    group: str
    beside: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page of this path is one of the section's; the first page's section is that page alone."""
        roots = () if self.path == HOME else (self.path, *self.beside)
        return path == self.path or any(path.startswith(f"{root}/") or path in self.beside for root in roots)


SECTIONS: tuple[Section, ...] = (
    Section("/gestion", _("À faire"), "board", "MODERATOR", _("Ce qui vous attend"), DAILY),
    Section(
        "/gestion/confiees",
        _("Confiées"),
        "task",
        "TEAM",
        _("Suivre ce qu'on vous a confié, à vous ou à votre service"),
        DAILY,
    ),
    Section(
        "/gestion/accueil",
        _("Saisie assistée"),
        "plus",
        "TEAM",
        _("Saisir et répondre pour quelqu'un qui n'a pas internet"),
        DAILY,
    ),
    Section(
        "/gestion/evaluations",
        _("Évaluations"),
        "euro",
        "VALUATOR",
        _("Dire d'une proposition si elle est faisable, et à quel prix"),
        DAILY,
    ),
    Section(
        "/gestion/contributions",
        _("Contributions"),
        "poster",
        "MODERATOR",
        _("Tout retrouver, confier, classer, et changer par lots"),
        DAILY,
    ),
    Section("/gestion/moderation", _("Modération"), "flag", "MODERATOR", _("Répondre aux signalements"), DAILY),
    Section(
        "/gestion/litiges",
        _("Litiges"),
        "alert",
        "MODERATOR",
        _("Trancher quand une mise en relation s'est mal passée"),
        DAILY,
    ),
    Section(
        "/gestion/reponses",
        _("Réponses"),
        "check",
        "MODERATOR",
        _("Répondre aux propositions, avant la date promise"),
        DAILY,
    ),
    Section(
        "/gestion/petitions",
        _("Pétitions"),
        "pen",
        "MODERATOR",
        _("Dire si elles sont recevables, en accuser réception, y répondre à temps"),
        DAILY,
    ),
    Section(
        "/gestion/espaces",
        _("Espaces"),
        "talk",
        "EDITOR",
        _("Créer, régler, ouvrir et fermer ce que font les habitants"),
        PARTICIPATION,
        ("/gestion/activites", "/gestion/votes", "/gestion/enquetes"),
    ),
    Section(
        "/gestion/analyses",
        _("Analyses"),
        "idea",
        "ADMIN",
        _("Les thèmes de beaucoup de contributions, relus avant d'être publiés"),
        PARTICIPATION,
    ),
    Section(
        "/gestion/mesures", _("Mesures"), "chart", "MODERATOR", _("Ce qui se passe ici, en chiffres"), PARTICIPATION
    ),
    Section(
        "/gestion/portail",
        _("Portail"),
        "home",
        "ADMIN",
        _("Le nom, le logo, les couleurs et les textes légaux"),
        PORTAL,
    ),
    Section(
        "/gestion/personnes",
        _("Personnes"),
        "person",
        "ADMIN",
        _("Qui modère, qui administre, qui anime un espace"),
        PORTAL,
    ),
    Section(
        "/gestion/quartiers",
        _("Quartiers"),
        "map",
        "ADMIN",
        _("Dessiner les quartiers, ou les envoyer en fichier"),
        PORTAL,
    ),
    Section(
        "/gestion/mots",
        _("Mots surveillés"),
        "search",
        "ADMIN",
        _("Ce que la modération doit regarder de près"),
        PORTAL,
    ),
    Section(
        "/gestion/courriels", _("Courriels"), "letter", "ADMIN", _("Ce que le portail écrit aux habitants"), PORTAL
    ),
    Section(
        "/gestion/territoire",
        _("Territoire"),
        "place",
        "ADMIN",
        _("Publier vers le département et les voisins, ou recevoir d'eux"),
        PORTAL,
    ),
    Section(
        "/gestion/imports",
        _("Imports"),
        "upload",
        "ADMIN",
        _("Reprendre les contributions d'une autre plateforme"),
        PROGRAMS,
    ),
    Section(
        "/gestion/exports",
        _("Exports"),
        "download",
        "ADMIN",
        _("Des tableaux pour Excel, et les données ouvertes"),
        PROGRAMS,
    ),
    Section(
        "/gestion/widgets",
        _("Widgets"),
        "feed",
        "ADMIN",
        _("Montrer une partie du portail sur vos autres sites"),
        PROGRAMS,
    ),
    Section(
        "/gestion/acces",
        _("Accès"),
        "key",
        "ADMIN",
        _("Des jetons pour vos programmes"),
        PROGRAMS,
        ("/gestion/webhooks",),
    ),
    Section("/gestion/journal", _("Journal"), "clock", "ADMIN", _("Qui a changé quoi, quand"), PROGRAMS),
)
"""In the order in which they stand beside every page of the dashboard."""


def seen(viewer: Mapping[str, Any]) -> Sequence[Sequence[Section]]:
    """The sections that a viewer sees, by their groups; none of these is empty."""
    own = [section for section in SECTIONS if sees(section.role, viewer)]
    return [held for group in GROUPS if (held := [section for section in own if section.group == group])]
