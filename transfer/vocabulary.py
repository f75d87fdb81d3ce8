"""Vocabulary: the words by which files say what a row is and on which side an argument stands, and their totals."""

from collections.abc import Mapping

from models.contribution import ContributionKind, Side
from models.import_run import DeclaredMeasure, ImportTarget

_T = ImportTarget

COMMENT = "COMMENT"
"""Beside the kinds of contributions: what becomes a comment."""

KINDS: Mapping[str, str] = {
    **{kind.value.casefold(): kind.value for kind in ContributionKind},
    COMMENT.casefold(): COMMENT,
    **dict.fromkeys(("offre", "offre d'aide", "je propose"), ContributionKind.OFFER.value),
    **dict.fromkeys(("besoin", "demande", "je cherche"), ContributionKind.REQUEST.value),
    **dict.fromkeys(("annonce", "produit", "commerce"), ContributionKind.LISTING.value),
    **dict.fromkeys(("proposition", "idee", "projet", "petition", "project"), ContributionKind.PROPOSAL.value),
    "commentaire": COMMENT,
}
SIDES: Mapping[str, Side] = {
    **dict.fromkeys(("for", "pour", "1", "oui", "favorable", "d'accord", "yes", "+"), Side.FOR),
    **dict.fromkeys(("against", "contre", "0", "non", "defavorable", "-1", "pas d'accord", "no", "-"), Side.AGAINST),
}
TOTALS: Mapping[ImportTarget, DeclaredMeasure] = {
    _T.SUPPORT_TOTAL: DeclaredMeasure.SUPPORT,
    _T.FOR_TOTAL: DeclaredMeasure.FOR,
    _T.MIXED_TOTAL: DeclaredMeasure.MIXED,
    _T.AGAINST_TOTAL: DeclaredMeasure.AGAINST,
    _T.POINTS_TOTAL: DeclaredMeasure.POINTS,
    _T.PAPER_TOTAL: DeclaredMeasure.PAPER,
}
