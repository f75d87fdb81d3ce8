"""Screens of analyses: what the city published of them, and the workbench of administrators."""

from portal.message import mark as _
from portal.screen_kind import Screen

ANALYSIS_SCREENS: tuple[Screen, ...] = (
    Screen("/syntheses", "analyses", _("Synthèses")),
    Screen("/synthese/{id}", "analysis", _("Synthèse – {analysis.space.title}")),
    Screen("/synthese/{id}/textes", "analysis_texts", _("Textes de la synthèse – {analysis.space.title}")),
    Screen("/synthese/{id}/avis", "analysis_votes", _("Avis par famille – {analysis.space.title}")),
    Screen(
        "/gestion/analyses",
        "desk_analyses",
        _("Analyses"),
        {"Start": "/gestion/analyses/{analysis.id}"},
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen(
        "/gestion/analyses/{id}",
        "desk_analysis",
        _("Analyse – {analysis.space.title}"),
        {"Start": "/gestion/analyses/{analysis.id}", "Remove": "/gestion/analyses"},
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen(
        "/gestion/analyses/{id}/donnees",
        "desk_analysis_disclosures",
        _("Données personnelles – {analysis.space.title}"),
        needs_sign_in=True,
        role="ADMIN",
    ),
    Screen(
        "/gestion/analyses/{id}/textes",
        "desk_analysis_texts",
        _("Textes de l'analyse – {analysis.space.title}"),
        needs_sign_in=True,
        role="ADMIN",
    ),
)
