"""Screens: the table of addresses. A screen is a document and a template of one name, and a line here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal import filling, measured, period, place
from portal.house import House
from portal.message import mark as _
from portal.visit import Fields

ROLES = ("MEMBER", "MODERATOR", "ADMIN")
"""Each may do all that those before it may."""

EDITOR, VALUATOR, TEAM = "EDITOR", "VALUATOR", "TEAM"
"""Of screens that editors or valuators of some space see, beside administrators; that all of the city's team see."""


def may_see(
    least: str | None, role: str | None, *, is_editor: bool = False, is_valuator: bool = False, is_of_team: bool = False
) -> bool:
    """Whether somebody with a role, or none, sees what is for the least of roles."""
    if least is None:
        return True
    if least == TEAM:
        return is_of_team
    if least in (EDITOR, VALUATOR):
        return role == "ADMIN" or (is_editor if least == EDITOR else is_valuator)
    return role in ROLES and ROLES.index(role) >= ROLES.index(least)


Derive = Callable[[House, Fields], Mapping[str, Any]]
"""Variables that are reckoned from the address rather than named in it."""


@dataclass(frozen=True)
class Screen:
    """One page. Path parts in braces, and the fields of the address, are the variables of the document's query.
    `title` and the addresses in `then`, one for each form that leads elsewhere, name what the answer holds in braces.
    """

    path: str
    name: str
    title: str
    then: Mapping[str, str] = field(default_factory=dict)
    derive: Derive | None = None
    needs_sign_in: bool = False
    role: str | None = None
    """The least role that sees it, of `ROLES`, `EDITOR`, `VALUATOR` or `TEAM`; for others there is no such page."""

    right: str = ""
    """What the answer says of the viewer's right to the page, as a path; where it is not true there is no such page."""

    about: str = ""
    """What other sites say of it below its title: what the answer holds in braces, else what the portal is."""

    instead: str = ""
    """The name of the screen that is shown, as gone, where this one has nothing for the same path part."""

    tells: frozenset[str] = frozenset()
    """The forms behind which the page shows what their payload holds, once, as `form.told`."""

    waiting: str = ""
    """Where a form leads whose object waits for a moderator, and has no page of its own yet."""

    locates: str | None = None
    """The field of the address or the form that may name a postal address, where a geocoder is set."""

    may_lack: frozenset[str] = frozenset({"viewer"})
    """What the answer may have nothing of; of anything else there is no such page without it."""

    def shows_itself_to(self, viewer: Mapping[str, Any] | None, data: Mapping[str, Any]) -> bool:
        """Whether the viewer, as the frame tells of him, may see the page of an answer."""
        told = viewer or {}
        rights = {
            "is_editor": bool(told.get("isEditor")),
            "is_valuator": bool(told.get("isValuator")),
            "is_of_team": bool(told.get("isOfTeam")),
        }
        if not may_see(self.role, told.get("role"), **rights):
            return False
        return not self.right or filling.held(self.right, data) is True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its addresses look like."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))


SCREENS: tuple[Screen, ...] = (
    Screen("/", "home", _("Accueil"), derive=place.around),
    Screen("/chercher", "find", _("Chercher"), derive=place.around, locates="search"),
    Screen("/annonces", "list", _("Près de moi"), derive=place.around),
    Screen("/marche", "market", _("Qui livre chez moi ?"), derive=place.delivery, locates="town"),
    Screen("/espace/{slug}", "space", "{space.title}", about="{space.description}"),
    Screen("/espace/{slug}/affiche", "poster", "{space.title}"),
    Screen("/activite/{id}", "activity", "{activity.title}", about="{activity.description}"),
    Screen(
        "/voter/{id}",
        "vote",
        _("Voter – {activity.title}"),
        {
            "Cast": "/voter/{activity.id}?enregistre=1",
            "Declare": "/voter/{activity.id}#bulletin",
            "ByCode": "/voter/{activity.id}#bulletin",
            "ByList": "/voter/{activity.id}#bulletin",
        },
        about="{activity.description}",
    ),
    Screen(
        "/voter/{id}/code",
        "code_vote",
        _("Voter avec un code – {activity.title}"),
        {"CastByCode": "/voter/{activity.id}/code?recepisse={receipt}"},
    ),
    Screen(
        "/bureau/{id}",
        "polling_desk",
        "{pollingDesk.name}",
        {"Sign": "/bureau/{desk.id}?issue={outcome}"},
        needs_sign_in=True,
    ),
    Screen(
        "/bureau/{id}/piece",
        "polling_document",
        _("Pièce d'identité – {pollingDesk.name}"),
        {"See": "/bureau/{desk.id}/piece?issue={outcome}"},
        needs_sign_in=True,
    ),
    Screen(
        "/bureau/{id}/depouillement",
        "polling_typing",
        _("Dépouillement – {pollingDesk.name}"),
        {"Type": "/bureau/{desk.id}/depouillement?batch={batch}&issue={state}"},
        needs_sign_in=True,
    ),
    Screen(
        "/bureau/{id}/proces-verbal",
        "polling_record",
        _("Procès-verbal – {pollingDesk.name}"),
        {"Write": "/bureau/{desk.id}/proces-verbal?enregistre=1"},
        needs_sign_in=True,
    ),
    Screen("/recepisse/{id}", "ballot_receipt", _("Vérifier un récépissé")),
    Screen("/resultats/{id}", "results", _("Résultats – {activity.title}")),
    Screen("/participer", "participate", _("Participer")),
    Screen(
        "/contribution/{id}", "contribution", "{contribution.title}", about="{contribution.body}", instead="withheld"
    ),
    Screen("/contribution/{id}/retiree", "withheld", _("Retiré par la modération")),
    Screen(
        "/contribution/{id}/signaler",
        "report",
        _("Signaler"),
        {"Report": "/signalement/{report.id}"},
        needs_sign_in=True,
    ),
    Screen(
        "/reponse/{id}/signaler",
        "report_reply",
        _("Signaler une réponse"),
        {"Report": "/signalement/{report.id}"},
        needs_sign_in=True,
    ),
    Screen(
        "/contribution/{id}/repondre",
        "propose",
        _("Répondre à une annonce"),
        {"Propose": "/echange/{exchange.id}?envoye=1"},
        needs_sign_in=True,
    ),
    Screen("/suite/{token}", "nudge", _("Une question pour vous")),
    Screen("/echange/{id}", "exchange", _("Mise en relation"), {"Block": "/moi"}, needs_sign_in=True),
    Screen(
        "/message/{id}/signaler",
        "report_message",
        _("Signaler un message"),
        {"Report": "/signalement/{report.id}"},
        needs_sign_in=True,
    ),
    Screen("/signalement/{id}", "receipt", _("Signalement n° {report.receipt}"), needs_sign_in=True),
    Screen("/moderation", "moderation_journal", _("Journal de modération")),
    Screen("/moderation/rapport/{year}", "moderation_report", _("Rapport de modération")),
    Screen("/moderation/decision/{id}", "decision", _("Décision de modération"), needs_sign_in=True),
    Screen("/contribution/{id}/modifier", "revise", _("Modifier"), {"Revise": "/contribution/{contribution.id}"}),
    Screen("/publier", "choose", _("Publier"), needs_sign_in=True),
    Screen(
        "/publier/{id}",
        "publish",
        _("Publier"),
        {"Publish": "/contribution/{contribution.id}?publie=1", "Keep": "/moi?garde={draft.activity.id}#brouillons"},
        place.around,
        waiting="/moi?attend={withheld.activity.id}",
        locates="town",
        may_lack=frozenset({"viewer", "draft"}),
    ),
    Screen(
        "/reprendre",
        "take_over",
        _("Reprendre une annonce"),
        {"TakeOver": "/contribution/{contribution.id}?reprise=1"},
        needs_sign_in=True,
    ),
    Screen("/moi", "me", _("Mon espace"), needs_sign_in=True),
    Screen("/avis", "notices", _("Notifications"), needs_sign_in=True),
    Screen("/courriels/{token}", "mail_preference", _("Préférences de courriel")),
    Screen(
        "/moi/courriels", "own_mails", _("Mes courriels"), {"Choose": "/moi/courriels?enregistre=1"}, needs_sign_in=True
    ),
    Screen("/moi/donnees", "own_data", _("Mes données"), {"Erase": "/compte-efface"}, needs_sign_in=True),
    Screen("/compte-efface", "erased", _("Votre compte est effacé")),
    Screen("/hors-ligne", "offline", _("Hors ligne")),
    Screen("/gestion", "dashboard_home", _("Gestion"), needs_sign_in=True, role="MODERATOR"),
    Screen("/gestion/moderation", "desk_cases", _("Modération"), needs_sign_in=True, role="MODERATOR"),
    Screen("/gestion/mots", "desk_words", _("Mots surveillés"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/litiges", "desk_disputes", _("Litiges"), needs_sign_in=True, role="MODERATOR"),
    Screen("/gestion/moderation/{id}", "desk_case", _("Dossier"), needs_sign_in=True, role="MODERATOR"),
    Screen(
        "/gestion/espaces",
        "desk_spaces",
        _("Espaces"),
        {"Create": "/gestion/espaces/{space.id}"},
        needs_sign_in=True,
        role=EDITOR,
    ),
    Screen(
        "/gestion/espaces/{id}",
        "desk_space",
        "{space.title}",
        {"Duplicate": "/gestion/espaces/{space.id}", "Add": "/gestion/activites/{activity.id}"},
        needs_sign_in=True,
        role=EDITOR,
        right="space.mayEdit",
    ),
    Screen(
        "/gestion/espaces/{id}/apercu",
        "desk_preview",
        "{space.title}",
        needs_sign_in=True,
        role=EDITOR,
        right="space.mayEdit",
    ),
    Screen(
        "/gestion/votes/{id}/participation",
        "desk_turnout",
        _("Participation – {activity.title}"),
        derive=period.one_day,
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen("/gestion/votes/{id}/bureaux", "polling_desks", _("Bureaux de vote"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/votes/{id}/codes",
        "desk_codes",
        _("Codes – {activity.title}"),
        needs_sign_in=True,
        role="ADMIN",
        tells=frozenset({"MakeCodes"}),
    ),
    Screen(
        "/gestion/votes/{id}/listes", "desk_rolls", _("Listes – {activity.title}"), needs_sign_in=True, role="ADMIN"
    ),
    Screen(
        "/gestion/votes/{id}",
        "desk_vote",
        _("Vote – {activity.title}"),
        needs_sign_in=True,
        role="ADMIN",
        tells=frozenset({"Seal"}),
    ),
    Screen(
        "/gestion/activites/{id}",
        "desk_activity",
        "{activity.title}",
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
    ),
    Screen("/gestion/activites/{id}/essai", "desk_trial", _("Essayer une règle"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/activites/{id}/couts", "desk_costs", _("Coûts des projets"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/accueil",
        "desk_entries",
        _("Saisie assistée"),
        derive=place.around,
        needs_sign_in=True,
        role=TEAM,
        tells=frozenset({"Enter", "Slip"}),
        locates="town",
    ),
    Screen("/gestion/confiees", "desk_assigned", _("Contributions confiées"), needs_sign_in=True, role=TEAM),
    Screen("/gestion/evaluations", "desk_evaluations", _("Propositions à évaluer"), needs_sign_in=True, role=VALUATOR),
    Screen(
        "/gestion/contributions",
        "desk_contributions",
        _("Contributions"),
        {"Check": "/gestion/contributions/lots/{bulkChange.id}"},
        needs_sign_in=True,
        role="MODERATOR",
    ),
    Screen(
        "/gestion/contributions/lots/{id}",
        "desk_bulk_change",
        _("Modification groupée"),
        needs_sign_in=True,
        role="MODERATOR",
    ),
    Screen(
        "/gestion/contributions/{id}",
        "desk_contribution",
        "{contribution.title}",
        needs_sign_in=True,
        role=TEAM,
        right="contribution.mayHandle",
    ),
    Screen("/gestion/reponses", "answers_due", _("Réponses attendues"), needs_sign_in=True, role="MODERATOR"),
    Screen(
        "/gestion/reponses/{id}",
        "desk_response",
        "{contribution.title}",
        needs_sign_in=True,
        role="MEMBER",
        right="contribution.mayRespond",
    ),
    Screen(
        "/gestion/personnes",
        "people",
        _("Personnes"),
        {"Organise": "/gestion/personnes/{organisation.id}"},
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen("/gestion/personnes/{id}", "desk_person", "{actor.name}", needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/portail", "desk_portal", _("Portail"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/portail/fonctions", "desk_features", _("Ce que le portail propose"), needs_sign_in=True, role="ADMIN"
    ),
    Screen("/gestion/portail/adresses", "desk_hosts", _("Adresses du portail"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/portail/connexion", "desk_sign_in", _("Connexion"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/portail/textes/{kind}", "desk_text", _("Texte du portail"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/quartiers", "desk_zones", _("Quartiers"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/quartiers/{id}",
        "desk_zone",
        "{zone.name}",
        {"Remove": "/gestion/quartiers"},
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen("/gestion/imports", "imports", _("Imports"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/imports/{id}",
        "import_run",
        "{importRun.fileName}",
        {"Discard": "/gestion/imports"},
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen(
        "/gestion/mesures", "measures", _("Mesures"), derive=measured.variables, needs_sign_in=True, role="MODERATOR"
    ),
    Screen("/gestion/courriels", "mails", _("Courriels"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/acces", "desk_access", _("Accès"), needs_sign_in=True, role="ADMIN", tells=frozenset({"CreateToken"})
    ),
    Screen("/gestion/journal", "journal", _("Journal"), derive=period.instants, needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/exports", "exports", _("Exports"), needs_sign_in=True, role="ADMIN"),
    Screen("/acteur/{id}", "actor", "{actor.name}"),
    Screen(
        "/acteur/{id}/boutique",
        "shop",
        _("La boutique de {actor.name}"),
        {"Save": "/acteur/{shop.actor.id}?enregistre=1"},
        derive=place.delivery,
        needs_sign_in=True,
        right="actor.mayReviseShop",
        locates="town",
    ),
    Screen("/a-propos", "about", _("À propos")),
    Screen("/mentions-legales", "legal", _("Mentions légales")),
    Screen("/vie-privee", "privacy", _("Vie privée")),
    Screen("/charte", "charter", _("Charte d'utilisation")),
    Screen("/accessibilite", "accessibility", _("Accessibilité")),
    Screen("/donnees", "data", _("Données ouvertes")),
)


def at(path: str) -> tuple[Screen, dict[str, str]] | None:
    """The screen of an address, and the parts of the path that are variables."""
    for screen in SCREENS:
        if match_ := screen.pattern.fullmatch(path):
            return screen, match_.groupdict()
    return None


def named(name: str) -> Screen:
    """The screen of a name that one of ours says."""
    return next(shown for shown in SCREENS if shown.name == name)
