"""Widget screens: the lines of what other sites show in a frame, and of where its code is made."""

from collections.abc import Mapping
from typing import Any

from portal import place
from portal.house import House
from portal.message import mark as _
from portal.screen_kind import Screen
from portal.visit import Fields


def _viewport(house: House, _query: Fields) -> Mapping[str, Any]:
    """The variables of a map of the whole portal."""
    return place.viewport(house)


WIDGET_SCREENS: tuple[Screen, ...] = (
    Screen(
        "/gestion/widgets",
        "desk_widgets",
        _("Widgets"),
        {"Register": "/gestion/widgets?widget={widget.id}&enregistre=1#code"},
        needs_sign_in=True,
        role="ADMIN",
        has_preview=True,
    ),
    Screen("/embed/list/{id}", "embed_list", _("Liste – {activity.title}"), is_embed=True),
    Screen("/embed/vote/{id}", "embed_vote", _("Vote – {activity.title}"), is_embed=True),
    Screen("/embed/map/{id}", "embed_map", _("Carte – {activity.title}"), derive=_viewport, is_embed=True),
    Screen("/embed/debate/{id}", "embed_debate", _("Débat – {contribution.title}"), is_embed=True),
)
