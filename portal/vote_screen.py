"""Vote screens: the lines of votes, desks and results in the table of addresses."""

from portal import period
from portal.message import mark as _
from portal.screen_kind import Screen

VOTE_SCREENS: tuple[Screen, ...] = (
    Screen(
        "/voter/{id}",
        "vote",
        _("Voter – {activity.title}"),
        {
            "Cast": "/voter/{activity.id}?enregistre=1",
            "Withdraw": "?enregistre=1#bulletin",
            "Declare": "/voter/{activity.id}#bulletin",
            "ByCode": "/voter/{activity.id}#bulletin",
            "ByList": "/voter/{activity.id}#bulletin",
            "ByIdentity": "/voter/{activity.id}#bulletin",
            "AskPhone": "/voter/{activity.id}#justificatif",
            "ByPhone": "/voter/{activity.id}#bulletin",
        },
        about="{activity.description}",
    ),
    Screen(
        "/voter/{id}/code", "code_vote", _("Voter avec un code – {activity.title}"), tells=frozenset({"CastByCode"})
    ),
    Screen("/bureau/hors-ligne", "polling_offline", _("Bureau de vote, sans réseau")),
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
        _("Vérifier une pièce d'identité"),
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
    Screen("/recepisse/{id}", "ballot_receipt", _("Vérifier un récépissé"), asks="Check"),
    Screen("/resultats/{id}", "results", _("Résultats – {activity.title}")),
    Screen(
        "/gestion/votes/{id}/participation",
        "desk_turnout",
        _("Participation – {activity.title}"),
        derive=period.one_day,
        unreadable=period.unread_day,
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
    Screen("/gestion/votes/{id}/listes", "desk_rolls", _("Listes de votants"), needs_sign_in=True, role="ADMIN"),
    Screen(
        "/gestion/votes/{id}",
        "desk_vote",
        _("Vote – {activity.title}"),
        needs_sign_in=True,
        role="ADMIN",
        tells=frozenset({"Seal"}),
    ),
)
