"""Screens: the table of addresses. A screen is a document and a template of one name, and a line here."""

from portal import measured, period, place
from portal.analysis_screen import ANALYSIS_SCREENS
from portal.message import mark as _
from portal.screen_kind import EDITOR, TEAM, VALUATOR, Screen
from portal.survey_screen import SURVEY_SCREENS
from portal.text_screen import TEXT_SCREENS
from portal.vote_screen import VOTE_SCREENS
from portal.widget_screen import WIDGET_SCREENS

_TOLD = frozenset({"Register", "Rotate", "Replay"})
SCREENS: tuple[Screen, ...] = (
    Screen("/", "home", _("Accueil"), derive=place.around),
    Screen("/chercher", "find", _("Chercher"), derive=place.around, locates="search"),
    Screen("/annonces", "list", _("Près de moi"), derive=place.around, is_around=True),
    Screen("/territoire", "territory", _("Sur le territoire"), derive=place.territory),
    Screen("/marche", "market", _("Qui livre chez moi ?"), derive=place.delivery, locates="town"),
    Screen("/espace/{slug}", "space", "{space.title}", about="{space.description}"),
    Screen("/espace/{slug}/affiche", "poster", "{space.title}"),
    Screen("/agenda", "agenda", _("Agenda"), derive=place.around),
    Screen("/espace/{slug}/agenda", "agenda_space", _("Agenda – {space.title}")),
    Screen("/activite/{id}", "activity", "{activity.title}", about="{activity.description}"),
    *ANALYSIS_SCREENS,
    *TEXT_SCREENS,
    *SURVEY_SCREENS,
    *VOTE_SCREENS,
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
    Screen(
        "/echange/{id}",
        "exchange",
        _("Mise en relation"),
        {"Block": "/moi"},
        needs_sign_in=True,
        unsent={"Confirm": ("Write", "body")},
    ),
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
    Screen(
        "/moi/securite",
        "own_security",
        _("Double authentification"),
        {"Remove": "/moi/securite"},
        needs_sign_in=True,
        tells=frozenset({"SetUp"}),
        may_lack=frozenset({"viewer"}),
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
        "/gestion/activites/{id}/phases",
        "desk_phases",
        _("Phases"),
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
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
    Screen(
        "/gestion/contributions/{id}/lignee",
        "desk_lineage",
        _("Doublons et suites"),
        needs_sign_in=True,
        role="MODERATOR",
    ),
    Screen(
        "/gestion/contributions/{id}/expert",
        "desk_expert",
        _("Avis d'expert"),
        needs_sign_in=True,
        role="MODERATOR",
        right="contribution.mayPin",
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
    Screen("/gestion/petitions", "desk_petitions", _("Pétitions"), needs_sign_in=True, role="MODERATOR"),
    Screen(
        "/gestion/petitions/{id}",
        "desk_petition",
        "{contribution.title}",
        needs_sign_in=True,
        role="MEMBER",
        right="contribution.mayRespond",
    ),
    Screen(
        "/gestion/petitions/{id}/feuilles",
        "desk_petition_sheets",
        _("Signatures sur papier"),
        needs_sign_in=True,
        role="MEMBER",
        right="contribution.mayRespond",
    ),
    Screen(
        "/gestion/petitions/{id}/controle",
        "desk_petition_check",
        _("Contrôle par sondage"),
        needs_sign_in=True,
        role="MEMBER",
        right="contribution.mayRespond",
    ),
    Screen(
        "/gestion/activites/{id}/petitions",
        "desk_petition_rule",
        _("Règle des pétitions"),
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
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
    Screen("/gestion/territoire", "desk_territory", _("Territoire"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/quartiers", "desk_zones", _("Quartiers"), needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/quartiers/demenagements", "desk_moves", _("Déménagements"), needs_sign_in=True, role="ADMIN"),
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
    Screen("/gestion/webhooks", "desk_webhooks", _("Webhooks"), needs_sign_in=True, role="ADMIN", tells=_TOLD),
    Screen(
        "/gestion/webhooks/{id}",
        "desk_webhook",
        _("Webhook – {webhook.name}"),
        {"Remove": "/gestion/webhooks"},
        needs_sign_in=True,
        role="ADMIN",
        tells=_TOLD,
    ),
    Screen("/gestion/journal", "journal", _("Journal"), derive=period.instants, needs_sign_in=True, role="ADMIN"),
    Screen("/gestion/exports", "exports", _("Exports"), needs_sign_in=True, role="ADMIN"),
    Screen("/missions", "missions", _("Missions de bénévolat")),
    Screen(
        "/mission/{id}",
        "mission",
        _("Mission – {contribution.title}"),
        {"SignUp": "/mission/{signUp.slot.mission.contribution.id}?inscrit=1"},
        about="{contribution.body}",
    ),
    Screen(
        "/mission/{id}/organiser", "mission_desk", _("Organiser"), needs_sign_in=True, right="contribution.mayOrganise"
    ),
    Screen("/creneau/{id}", "mission_slot", _("Qui vient"), needs_sign_in=True, right="missionSlot.mayOrganise"),
    Screen("/acteur/{id}", "actor", "{actor.name}"),
    Screen(
        "/acteur/{id}/boutique",
        "shop",
        _("Boutique – {actor.name}"),
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
    *WIDGET_SCREENS,
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
