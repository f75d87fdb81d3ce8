"""Minority («voix minoritaires»): small groups of texts that no large topic has, found by their density and kept
apart."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sklearn
from scipy.sparse import csr_matrix
from sklearn.cluster import DBSCAN

from analysis import topic

NEAR = 0.6
"""Texts nearer than this (one less the cosine) are neighbours."""

LEAST_TEXTS, MOST_GROUPS = 3, 20
READ = 5_000
"""Texts without a topic that are looked at, the first ones: their number squared is compared."""

MEGABYTES = 64
"""That comparing takes at a time."""


def with_minorities(
    topics: topic.Topics, rows: csr_matrix, places: Sequence[int]
) -> tuple[topic.Numbers, npt.NDArray[np.int64]]:
    """Terms and labels of topics of the texts of these places and, behind them, of groups among those without one, the
    largest first."""
    labels = topics.labels.copy()
    alone = np.flatnonzero((labels < 0) & (np.diff(rows.indptr)[places] > 0))[:READ]
    if len(alone) < LEAST_TEXTS:
        return topics.terms, labels
    own = rows[np.asarray(places)[alone]]
    with sklearn.config_context(working_memory=MEGABYTES):
        clusters = DBSCAN(eps=NEAR, min_samples=LEAST_TEXTS, metric="cosine").fit_predict(own)
    sizes = np.bincount(clusters[clusters >= 0]) if (clusters >= 0).any() else np.array([], dtype=np.int64)
    terms = [topics.terms]
    for cluster in sorted(range(len(sizes)), key=lambda one: (-sizes[one], one))[:MOST_GROUPS]:
        middle = np.asarray(own[clusters == cluster].mean(axis=0))
        labels[alone[clusters == cluster]] = sum(len(part) for part in terms)
        terms.append(middle / np.linalg.norm(middle))
    return np.vstack(terms), labels
