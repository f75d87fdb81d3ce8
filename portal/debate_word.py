"""Words of debates, of what became of proposals, and of phases."""

from collections.abc import Mapping

from portal.message import mark as _

SUCCESSIONS: Mapping[str, str] = {"MERGED": _("Fusionnée dans"), "PROJECT": _("Devenue le projet")}
PHASES: Mapping[str, str] = {
    "COLLECT": _("Recueil des propositions"),
    "DEBATE": _("Débat"),
    "EXAMINE": _("Examen par la collectivité"),
    "VOTE": _("Vote"),
    "RESULT": _("Résultat"),
}
DOINGS: Mapping[str, str] = {
    "PUBLISH": _("on peut publier"),
    "COMMENT": _("on peut répondre"),
    "VOTE": _("on peut voter"),
    "ANSWER": _("on peut répondre à l'enquête"),
}
ARGUMENT_ORDERS: Mapping[str, str] = {"BEST": _("Les plus approuvés"), "NEWEST": _("Les plus récents")}
ARGUMENT_RULES: Mapping[str, str] = {
    "BEST": _(
        "Les avis d'experts d'abord, puis les arguments dont l'accord est le plus sûr : la part de « d'accord » parmi"
        " les voix, estimée avec prudence tant qu'elles sont peu nombreuses (borne basse de l'intervalle de Wilson à"
        " 95 %). À égalité, le plus récent."
    ),
    "NEWEST": _("Les avis d'experts d'abord, puis du plus récent au plus ancien."),
}
"""In which order arguments are shown, and the published rule of each."""
