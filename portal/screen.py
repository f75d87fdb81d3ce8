"""Screens: the table of addresses. A screen is a document and a template of one name, and a line here."""

from portal import measured, period, place
from portal.address import EDITOR, ROLES, TEAM, VALUATOR, Screen, may_see
from portal.message import mark as _

__all__ = ["EDITOR", "ROLES", "SCREENS", "TEAM", "VALUATOR", "Screen", "at", "may_see", "named"]

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
        match_ = screen.pattern.fullmatch(path)
        if match_ is not None:
            return screen, match_.groupdict()
    return None


def named(name: str) -> Screen:
    """The screen of a name that one of ours says."""
    return next(shown for shown in SCREENS if shown.name == name)
