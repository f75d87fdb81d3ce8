"""Quote («verbatim»): exact slices of texts, of one person each, without what is somebody's private matter."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from analysis import disclosure, naming
from analysis.corpus import CorpusText
from analysis.result import Quote
from analysis.vocabulary import TermReader

LEAST, MOST = 40, 280
"""Characters of a quote."""

REPEATED = 80.0
"""Percent: from this similarity on (Levenshtein) a quote says nothing that another does not."""

_READ = 40
"""Texts of a topic that are looked at, those that stand for it best."""

_SENTENCE = re.compile(r"\S[^\n]*?(?:(?<![A-Z])(?<!\bart)(?<!\bcf)[.!?…]+(?=\s|$)(?!\s+[a-zà-ÿ])|(?=\n)|$)")
"""To a stop before a blank, or the line's end; « L. 122-5 », « art. 5 » and « etc. et » go on."""


def quotes(
    texts: Sequence[CorpusText], weights: Mapping[str, float], most: int, reader: TermReader
) -> tuple[Quote, ...]:
    """Of the texts in their order the sentence of each that says most of the topic (`weights` of its stems), at most
    `most` and no two of one author. Texts without a sentence of a fair length are passed over."""
    kept, authors = list[Quote](), set[str]()
    for text in texts[:_READ]:
        if len(kept) == most:
            break
        if text.author is None or text.author not in authors:
            best = max(_sentences(text, weights, reader), key=lambda one: (one[0], -one[1].start), default=None)
            if best is not None and not any(_is_repeated(best[1], other) for other in kept):
                kept.append(best[1])
                authors |= {text.author} if text.author else set()
    return tuple(kept)


def _is_repeated(one: Quote, other: Quote) -> bool:
    return bool(fuzz.ratio(one.words, other.words) >= REPEATED)


def _is_fit(said: str) -> bool:
    """It begins as a sentence does, is not shouted, insults nobody, and says nobody's name or number."""
    begins = said[0] in '«"“' or (said[0].isupper() and not said.isupper())
    is_clean = "://" not in said and not disclosure.has_any(said)
    return begins and is_clean and naming.is_presentable(said)


def _sentences(text: CorpusText, weights: Mapping[str, float], reader: TermReader) -> Iterator[tuple[float, Quote]]:
    words = text.words
    body = len(words) - len(text.body)
    for match in _SENTENCE.finditer(words, body):
        start, end = match.span()
        start += len(match[0]) - len(match[0].lstrip())
        end -= len(match[0]) - len(match[0].rstrip())
        said = words[start:end]
        if LEAST <= end - start <= MOST and _is_fit(said):
            score = sum(weights.get(stem, 0.0) for stem in set(reader.stems(said)))
            if score > 0:
                yield round(score, 9), Quote(text.id, start, end, said)
