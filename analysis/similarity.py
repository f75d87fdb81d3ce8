"""Similarity («ressemblance»): which texts of a corpus are nearest to some words: an argument's proposal, a
request's offers.

By the terms of both; where the extra `analysis` is wanted and installed, by what they mean as well: each of the two
scores is taken in standard deviations from its mean over the corpus, and their sum counts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis import sentence
from analysis.corpus import Corpus
from analysis.result import DIGITS
from analysis.vocabulary import TermReader

MOST_SENTENCES = 12
"""Parts of a text whose meaning is taken; the nearest of them counts."""


@dataclass(frozen=True, slots=True)
class NearText:
    """A text, and how near it is: a cosine of terms (0 to 1), or with vectors a sum of two standard scores."""

    text_id: str
    score: float


class Neighbours:
    """A corpus in which neighbours are looked for. Making it takes about a millisecond a text, with vectors 50 to
    500."""

    def __init__(self, corpus: Corpus, *, with_vectors: bool = False) -> None:
        self._ids = [text.id for text in corpus.texts]
        self._reader = TermReader()
        self._vectorizer = TfidfVectorizer(analyzer=self._terms, sublinear_tf=True)
        self._rows = csr_matrix(self._vectorizer.fit_transform(text.words for text in corpus.texts))
        self._parts = np.zeros((0, 0))
        self._owners = np.zeros(0, dtype=np.int64)
        if with_vectors and sentence.is_installed():
            parts = [_parts(text.words) for text in corpus.texts]
            self._owners = np.repeat(np.arange(len(parts)), [len(own) for own in parts])
            self._parts = sentence.vectors([part for own in parts for part in own])

    def _terms(self, words: str) -> list[str]:
        """Terms, and beginnings of words: « cyclistes » has something of « cyclable »."""
        stems = self._reader.stems(words)
        return stems + [f"{stem[:BEGINNING]}…" for stem in stems if " " not in stem and len(stem) > BEGINNING]

    def nearest(self, words: str, most: int) -> list[NearText]:
        """The nearest texts, the nearest first; of equals by their ids. Texts that have nothing in common are left out,
        unless they are looked for by what they mean."""
        lexical = np.asarray((self._rows @ self._vectorizer.transform([words]).T).toarray()).ravel()
        scores = np.round(
            lexical if not len(self._parts) else _standard(lexical) + _standard(self._meant(words)), DIGITS
        )
        order = np.lexsort((np.arange(len(scores)), -scores))[:most].tolist()
        return [NearText(self._ids[at], float(scores[at])) for at in order if len(self._parts) or scores[at] > 0]

    def _meant(self, words: str) -> npt.NDArray[np.float64]:
        cosines = (self._parts @ sentence.vectors(_parts(words)).T).max(axis=1)
        best = np.full(len(self._ids), -1.0)
        np.maximum.at(best, self._owners, cosines)
        return best


BEGINNING = 5
"""Letters of a stem."""


def _standard(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray((scores - scores.mean()) / (scores.std() or 1.0))


def _parts(words: str) -> list[str]:
    """A text in pieces of which the encoder reads all; the first piece has the title."""
    return [words[at : at + sentence.READ] for at in range(0, len(words), sentence.READ)][:MOST_SENTENCES] or [""]
