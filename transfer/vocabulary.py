"""Vocabulary: the words by which files say what a row is and on which side an argument stands, and their totals."""

from collections.abc import Mapping
from dataclasses import dataclass

from models import word
from models.contribution import ContributionKind, Side
from models.import_run import DeclaredMeasure, ImportTarget
from models.proposal_status import STATUS_NAME_LENGTH

_T = ImportTarget

COMMENT = "COMMENT"
"""Beside the kinds of contributions: what becomes a comment."""

KINDS: Mapping[str, str] = {
    **{kind.value.casefold(): kind.value for kind in ContributionKind},
    COMMENT.casefold(): COMMENT,
    **dict.fromkeys(("offre", "offre d'aide", "je propose"), ContributionKind.OFFER.value),
    **dict.fromkeys(("besoin", "demande", "je cherche", "benevolat"), ContributionKind.REQUEST.value),
    **dict.fromkeys(("annonce", "produit", "commerce"), ContributionKind.LISTING.value),
    **dict.fromkeys(("proposition", "idee", "projet", "petition", "project"), ContributionKind.PROPOSAL.value),
    "commentaire": COMMENT,
}
SIDES: Mapping[str, Side] = {
    **dict.fromkeys(("for", "pour", "1", "oui", "favorable", "d'accord", "yes", "+"), Side.FOR),
    **dict.fromkeys(("against", "contre", "0", "non", "defavorable", "-1", "pas d'accord", "no", "-"), Side.AGAINST),
}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What a status of a source is called here, its colour, and whether a proposal in it is still voted on."""

    name: str
    color: str
    is_open_to_votes: bool = True


GREEN, RED, AMBER, GREY = "#1c7c4a", "#b3261e", "#9a5b00", "#4b5068"
STATUSES: Mapping[str, StatusWord] = {
    **dict.fromkeys(("accepted", "accepte"), StatusWord("Acceptée", GREEN)),
    **dict.fromkeys(("evaluating", "in evaluation"), StatusWord("En cours d’évaluation", AMBER)),
    **dict.fromkeys(("rejected", "refused"), StatusWord("Rejetée", RED, is_open_to_votes=False)),
}
"""By the words of exports; any other status keeps its own name."""

UNANSWERED = frozenset(("not answered", "not_answered", "published", "sans reponse", "publie", "publiee", "proposed"))
"""What says that a source has not answered: no status is given, so that no figure counts an answer."""

WITHDRAWN = frozenset(
    ("withdrawn", "retire", "retiree", "deleted", "supprime", "supprimee", "trashed", "corbeille", "draft", "brouillon")
)
"""What its author took back, or never published: it is left out."""

_CLOSED = ("rejet", "refus", "irrecevable", "non reten", "pas reten", "non realisable", "infaisable", "abandon")


def status_of(text: str) -> StatusWord | None:
    """What a status' word means; None for one that says that nobody has answered."""
    plain = word.folded(text)
    if not plain or plain in UNANSWERED:
        return None
    if plain in STATUSES:
        return STATUSES[plain]
    is_closed = any(stem in plain for stem in _CLOSED)
    return StatusWord(text[: STATUS_NAME_LENGTH[1]].strip(), RED if is_closed else GREY, not is_closed)


TOTALS: Mapping[ImportTarget, DeclaredMeasure] = {
    _T.SUPPORT_TOTAL: DeclaredMeasure.SUPPORT,
    _T.FOR_TOTAL: DeclaredMeasure.FOR,
    _T.MIXED_TOTAL: DeclaredMeasure.MIXED,
    _T.AGAINST_TOTAL: DeclaredMeasure.AGAINST,
    _T.POINTS_TOTAL: DeclaredMeasure.POINTS,
    _T.PAPER_TOTAL: DeclaredMeasure.PAPER,
}
