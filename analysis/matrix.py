"""Matrix: the texts of a corpus as weights of their terms (TF-IDF of stems, rows of length 1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.corpus import CorpusText
from analysis.vocabulary import TermReader

MOST_TERMS = 20_000
"""Terms that are told apart, the commonest of all."""

MOST_COMMON = 0.4
"""A term of a larger share of the texts tells none of them apart."""

_LEAST_TEXTS = ((2_000, 5), (200, 3), (0, 2))
"""From so many texts on, a term must be in so many of them: one that a single text has joins nothing."""


@dataclass(frozen=True)
class Matrix:
    """A row for each text, a column for each term; `stems` names the columns."""

    rows: csr_matrix
    stems: tuple[str, ...]
    vectorizer: Any

    def read(self, texts: Iterable[CorpusText], reader: TermReader) -> csr_matrix:
        """Rows of further texts, of the same terms."""
        return csr_matrix(self.vectorizer.transform(_terms(text, reader) for text in texts))


def learn(texts: Sequence[CorpusText], reader: TermReader) -> Matrix | None:
    """The matrix of these texts; None where they share no terms."""
    least = next(least for count, least in _LEAST_TEXTS if len(texts) >= count)
    vectorizer = TfidfVectorizer(
        analyzer=_given, min_df=least, max_df=MOST_COMMON, max_features=MOST_TERMS, sublinear_tf=True
    )
    try:
        rows = vectorizer.fit_transform(_terms(text, reader) for text in texts)
    except ValueError:  # No term is in enough of them and not in too many.
        return None
    return Matrix(csr_matrix(rows), tuple(map(str, vectorizer.get_feature_names_out())), vectorizer)


def _terms(text: CorpusText, reader: TermReader) -> list[str]:
    """Those of the title count twice: it says in few words what the body is about."""
    return [*reader.stems(text.title), *reader.stems(text.words)]


def _given(terms: list[str]) -> list[str]:
    return terms
