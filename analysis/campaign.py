"""Campaign («envoi groupé»): texts that are equal or nearly so, told by MinHash of their words in
threes, then by Levenshtein."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz

from analysis.corpus import CorpusText
from models import likeness

PERMUTATIONS, LIKELY = 64, 0.6
"""Signs of a text, and the share of common shingles from which on two are compared."""

ALIKE = 88.0
"""Percent: from this similarity on (Levenshtein, insertions and deletions) two texts are one campaign's."""

SHINGLE = 3
"""Words."""

LEAST_WORDS = 5
"""Texts of fewer words are alike only where they are equal."""

COMPARED = 4_000
"""Characters of a text that are compared."""


def alike(texts: Sequence[CorpusText]) -> list[list[int]]:
    """Places of texts that are alike, each place in one list, lists and places ascending. Of `n` texts it takes about
    `n` times a fifth of a millisecond, and the square of those alone that are likely to be alike."""
    normal = [_normal(text) for text in texts]
    equal = defaultdict[str, list[int]](list)
    for place, said in enumerate(normal):
        equal[said].append(place)
    first = [places[0] for places in equal.values()]
    parents = {place: place for place in first}
    index = MinHashLSH(threshold=LIKELY, num_perm=PERMUTATIONS)
    for place in first:
        words = normal[place].split()
        if len(words) < LEAST_WORDS:
            continue
        signs = _signs(words)
        for root in sorted({_root(parents, other) for other in index.query(signs)}):
            own = _root(parents, place)
            if root != own and fuzz.ratio(normal[place][:COMPARED], normal[root][:COMPARED]) >= ALIKE:
                parents[max(root, own)] = min(root, own)
        index.insert(place, signs, check_duplication=False)
    groups = defaultdict[int, list[int]](list)
    for places in equal.values():
        groups[_root(parents, places[0])] += places
    return [sorted(places) for _, places in sorted(groups.items())]


def is_exact(texts: Iterable[CorpusText]) -> bool:
    """Whether all say the same, case and punctuation aside."""
    return len({_normal(text) for text in texts}) == 1


def _normal(text: CorpusText) -> str:
    """Other scripts than the Latin are compared as they are written."""
    return likeness.normal(text.words) or text.words.strip()


def _root(parents: dict[int, int], place: int) -> int:
    while parents[place] != place:
        parents[place] = place = parents[parents[place]]
    return place


def _signs(words: Sequence[str]) -> MinHash:
    shingles = {" ".join(words[place : place + SHINGLE]).encode() for place in range(len(words) - SHINGLE + 1)}
    signs = MinHash(num_perm=PERMUTATIONS, hashfunc=zlib.crc32)
    signs.update_batch(shingles)
    return signs
