"""Market words: days, months and units, for the catalogues to translate."""

from collections.abc import Mapping

from portal.message import mark as _

WEEKDAYS: Mapping[str, str] = {
    "MONDAY": _("lundi"),
    "TUESDAY": _("mardi"),
    "WEDNESDAY": _("mercredi"),
    "THURSDAY": _("jeudi"),
    "FRIDAY": _("vendredi"),
    "SATURDAY": _("samedi"),
    "SUNDAY": _("dimanche"),
}
UNITS: Mapping[str, str] = {
    "KILO": _("le kilo"),
    "PIECE": _("la pièce"),
    "DOZEN": _("la douzaine"),
    "BASKET": _("le panier"),
    "LITRE": _("le litre"),
    "JAR": _("le pot"),
    "HOUR": _("l'heure"),
    "DAY": _("la journée"),
}
"""What prices usually are for; sellers may write anything else."""

MARKET_EVENTS: Mapping[str, str] = {
    "SHOP_REVISED": _("Boutique modifiée"),
    "VOUCH_GIVEN": _("Recommandation donnée"),
    "VOUCH_WITHDRAWN": _("Recommandation retirée"),
}
