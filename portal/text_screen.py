"""Screens of texts: what people read and write of an official text, and where the city decides on it."""

from portal.message import mark as _
from portal.screen_kind import EDITOR, Screen

TEXT_SCREENS: tuple[Screen, ...] = (
    Screen("/texte/{id}", "text", _("Le texte – {activity.title}")),
    Screen(
        "/texte/{id}/article/{article}/amender",
        "amend",
        _("Proposer un amendement"),
        {"Propose": "/contribution/{contribution.id}?publie=1"},
        needs_sign_in=True,
        waiting="/moi?attend={withheld.activity.id}",
    ),
    Screen("/texte/{id}/amendements", "amendments", _("Les amendements et leurs suites")),
    Screen("/texte/{id}/versions/{number}", "text_changes", _("Ce qui a changé – {activity.title}")),
    Screen(
        "/gestion/activites/{id}/texte",
        "desk_text_version",
        _("Le texte soumis à consultation"),
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
    ),
    Screen(
        "/gestion/amendements/{id}",
        "desk_amendment",
        "{contribution.title}",
        needs_sign_in=True,
        role="MEMBER",
        right="contribution.mayRespond",
    ),
)
