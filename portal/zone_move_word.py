"""Words of moves of zones: their states, and why something stays."""

from collections.abc import Mapping

from portal.message import mark as _

ZONE_MOVE_STATES: Mapping[str, str] = {
    "PROPOSED": _("proposé"),
    "DECLINED": _("refusé ou retiré"),
    "ACCEPTED": _("en route"),
    "MOVED": _("arrivé"),
    "REVERTING": _("revient"),
    "REVERTED": _("revenu"),
    "SETTLED": _("arrivé, pour de bon"),
}
STAY_REASONS: Mapping[str, str] = {
    "MODERATION": _("retenues par la modération, ou en attente de sa décision"),
    "BALLOT": _("mises aux voix par bulletins, qui se comptent ensemble"),
    "EXCHANGE": _("une mise en relation est en cours"),
    "PROCEDURE": _("prises dans une procédure : pétition, texte, mission, réponse officielle, fusion"),
    "NOT_PUBLIC": _("dans un espace qui n'est pas public"),
    "NOT_OFFERED": _("d'une participation que l'autre portail ne propose pas"),
}
