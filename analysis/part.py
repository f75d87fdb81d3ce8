"""Part («sous-thème»): what a topic falls into, by sentence vectors where they are installed, else by its terms."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans

from analysis import naming, sentence
from analysis.corpus import CorpusText
from analysis.result import AnalysisMethod, SubTopic
from analysis.vocabulary import TermReader

LEAST_TEXTS, TEXTS_EACH, MOST = 12, 8, 5
"""Of a topic that has parts, of a part on the average, and parts."""

LEAST_MEMBERS = 3


def parts(
    rows: csr_matrix, texts: Sequence[CorpusText], stems: Sequence[str], reader: TermReader, method: AnalysisMethod
) -> tuple[SubTopic, ...]:
    """Parts of the topic of these texts (a row each), the largest first; none of a small topic. Texts that are in none
    are in the topic all the same. Vectors are used for at most `sentence.MOST` texts."""
    if len(texts) < LEAST_TEXTS:
        return ()
    has_vectors = method.with_vectors and sentence.is_installed() and len(texts) <= sentence.MOST
    points = sentence.vectors([text.words for text in texts]) if has_vectors else rows
    model = KMeans(min(MOST, len(texts) // TEXTS_EACH + 1), n_init=4, random_state=method.seed)
    distances = np.round(model.fit_transform(points), 6)
    labels = distances.argmin(axis=1)
    members = {label: np.flatnonzero(labels == label).tolist() for label in range(distances.shape[1])}
    fair = (label for label in members if len(members[label]) >= LEAST_MEMBERS)
    kept = sorted(fair, key=lambda label: (-len(members[label]), label))
    if len(kept) < 2:
        return ()
    weights = np.vstack([np.asarray(rows[members[label]].mean(axis=0)) for label in kept])
    told = [[texts[place] for place in members[label]] for label in kept]
    names = naming.names(np.asarray(weights), stems, told, reader)
    nearest = {label: sorted(members[label], key=lambda place: (distances[place, label], place)) for label in kept}
    return tuple(
        SubTopic(name, tuple(texts[place].id for place in nearest[label]))
        for label, (name, _) in zip(kept, names, strict=True)
        if name
    )
