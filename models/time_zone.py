"""Time zones: the one by which a collectivité tells its days.

Names are those of the IANA time zone database, which PostgreSQL knows.
"""

from collections.abc import Iterable

PARIS, BRUSSELS = "Europe/Paris", "Europe/Brussels"

_BY_CODE = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
"""By the first digits of the INSEE code: départements and collectivités overseas."""

_ELSEWHERE = {
    "98719": "Pacific/Gambier",
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"),
}
"""By the whole INSEE code: communes of French Polynesia that keep another time."""

_BY_REGION = {"01": "971", "02": "972", "03": "973", "04": "974", "06": "976"}
"""Regions of one département, which has another code."""

ALL = tuple(sorted({PARIS, BRUSSELS, *_BY_CODE.values(), *_ELSEWHERE.values()}))


def of(collectivite: str, parents: Iterable[str] = ()) -> str:
    """The time zone of the collectivité of this register id (`commune-97411`), which lies within `parents`."""
    for each in (collectivite, *parents):
        kind, _, code = each.partition("-")
        if kind == "province":
            return BRUSSELS
        if kind == "region":
            code = _BY_REGION.get(code, code)
        if kind != "epci" and (zone := _ELSEWHERE.get(code) or _BY_CODE.get(code[:3])):
            return zone
    return PARIS
