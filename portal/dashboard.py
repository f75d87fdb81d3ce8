"""Dashboard: the sections that moderators and administrators go between; each is a screen, and a line here."""

from dataclasses import dataclass

from portal.message import mark as _


@dataclass(frozen=True, slots=True)
class Section:
    """A section's address, its name, its icon in `part/icon.html`, the least role that sees it, and what it is for;
    `begins` says that those from here on are of another kind, and stand apart."""

    path: str
    name: str
    icon: str
    role: str
    purpose: str
    begins: bool = False


SECTIONS: tuple[Section, ...] = (
    Section("/gestion", _("À faire"), "board", "MODERATOR", _("Ce qui vous attend")),
    Section(
        "/gestion/confiees",
        _("Confiées"),
        "task",
        "TEAM",
        _("Suivre ce qu'on vous a confié, à vous ou à votre service"),
    ),
    Section(
        "/gestion/accueil",
        _("Saisie assistée"),
        "plus",
        "TEAM",
        _("Saisir et répondre pour quelqu'un qui n'a pas internet"),
    ),
    Section(
        "/gestion/evaluations",
        _("Évaluations"),
        "euro",
        "VALUATOR",
        _("Dire d'une proposition si elle est faisable, et à quel prix"),
    ),
    Section("/gestion/moderation", _("Modération"), "flag", "MODERATOR", _("Répondre aux signalements")),
    Section(
        "/gestion/litiges",
        _("Litiges"),
        "alert",
        "MODERATOR",
        _("Trancher quand une mise en relation s'est mal passée"),
    ),
    Section(
        "/gestion/reponses", _("Réponses"), "check", "MODERATOR", _("Répondre aux propositions, avant la date promise")
    ),
    Section(
        "/gestion/petitions",
        _("Pétitions"),
        "pen",
        "MODERATOR",
        _("Dire si elles sont recevables, en accuser réception, y répondre à temps"),
    ),
    Section(
        "/gestion/contributions",
        _("Contributions"),
        "poster",
        "MODERATOR",
        _("Tout retrouver, confier, classer, et changer par lots"),
    ),
    Section(
        "/gestion/espaces",
        _("Espaces"),
        "talk",
        "EDITOR",
        _("Créer, régler, ouvrir et fermer ce que font les habitants"),
        begins=True,
    ),
    Section(
        "/gestion/analyses",
        _("Analyses"),
        "idea",
        "ADMIN",
        _("Les thèmes de beaucoup de contributions, relus avant d'être publiés"),
    ),
    Section("/gestion/mesures", _("Mesures"), "chart", "MODERATOR", _("Ce qui se passe ici, en chiffres")),
    Section(
        "/gestion/personnes",
        _("Personnes"),
        "person",
        "ADMIN",
        _("Qui modère, qui administre, qui anime un espace"),
        begins=True,
    ),
    Section("/gestion/mots", _("Mots surveillés"), "search", "ADMIN", _("Ce que la modération doit regarder de près")),
    Section("/gestion/portail", _("Portail"), "home", "ADMIN", _("Le nom, le logo, les couleurs et les textes légaux")),
    Section(
        "/gestion/quartiers", _("Quartiers"), "map", "ADMIN", _("Dessiner les quartiers, ou les envoyer en fichier")
    ),
    Section(
        "/gestion/territoire",
        _("Territoire"),
        "place",
        "ADMIN",
        _("Publier vers le département et les voisins, ou recevoir d'eux"),
    ),
    Section("/gestion/courriels", _("Courriels"), "letter", "ADMIN", _("Ce que le portail écrit aux habitants")),
    Section(
        "/gestion/widgets",
        _("Widgets"),
        "feed",
        "ADMIN",
        _("Montrer une partie du portail sur vos autres sites"),
        begins=True,
    ),
    Section("/gestion/acces", _("Accès"), "key", "ADMIN", _("Des jetons pour vos programmes")),
    Section(
        "/gestion/imports", _("Imports"), "upload", "ADMIN", _("Reprendre les contributions d'une autre plateforme")
    ),
    Section(
        "/gestion/exports", _("Exports"), "download", "ADMIN", _("Des tableaux pour Excel, et les données ouvertes")
    ),
    Section("/gestion/journal", _("Journal"), "clock", "ADMIN", _("Qui a changé quoi, quand")),
)
"""In the order in which they stand beside every page of the dashboard."""
