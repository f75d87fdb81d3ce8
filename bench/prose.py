"""Prose: as many French texts as are wanted, by chains of words of the demonstration and, where it is there, of a real
consultation. As people send them: letters that many copy, «RAS», words that are misspelt, another language."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

from analysis.corpus import CorpusText
from demo.tenant import tenants

FILES = ("republique_numerique_2015.json", "republique_numerique_2015_arguments.json")
MEDIAN, SPREAD, LONGEST = 55, 0.9, 5_000
"""Words of a text: a logarithmic normal distribution, cut."""

ASIDE, MISSPELT = 0.08, 0.01
"""Of the words: those that any word may follow, so that new pairs never end; and those with a letter less."""

NOTHING, COPIED, FOREIGN = 0.04, 0.06, 0.01
"""Of the texts: those that say nothing, those of one of `LETTERS` letters, those in English."""

LETTERS, OWN = 12, 0.6
"""And of the copies those to which somebody has added words."""

ZONES, PEOPLE = 40, 0.6
"""Zones, and people for each text."""

EMPTY = ("RAS", "idem", "Rien à signaler", "Bonne idée, merci !", "ok", "Sans avis", "!!!")
ENGLISH = "We would like more {} in the evening and on Sundays, because the {} is too far from our {} and closes early."


def sources(files: Path) -> dict[str, list[str]]:
    """Texts of people by what they are about."""
    said = defaultdict[str, list[str]](list)
    for story in tenants():
        for one in story.contributions:
            said[one.category or story.slug] += [f"{one.title}. {one.body}"]
    if all((files / name).is_file() for name in FILES):
        proposals, arguments = (json.loads((files / name).read_text("utf-8")) for name in FILES)
        headings = {one["id"]: one["subtitle"] for one in proposals}
        for one in proposals:
            said[one["subtitle"]].append(f"{one['title']}. {one['body']}")
        for one in arguments:
            said[headings.get(one["opinion"], "ailleurs")].append(one["body"])
    return dict(said)


class Chain:
    """Says what is said of one matter: each word follows one that it followed somewhere."""

    def __init__(self, bodies: Iterable[str], every: list[str]) -> None:
        self._every, self._first, self._next = every, list[str](), defaultdict[str, list[str]](list)
        for body in bodies:
            words = body.split()
            self._first += words[:1]
            for word, following in pairwise(words):
                self._next[word].append(following)

    def words(self, chance: Random, count: int) -> Iterator[str]:
        """So many words."""
        word = chance.choice(self._first)
        for _ in range(count):
            if chance.random() < MISSPELT and len(word) > 3:
                at = chance.randrange(1, len(word))
                yield word[:at] + word[at + 1 :]
            else:
                yield word
            following = self._next.get(word)
            word = chance.choice(following if following and chance.random() > ASIDE else self._every)


def texts(files: Path, count: int) -> Iterator[CorpusText]:
    """So many texts, the same at every run."""
    chance, said = Random(count), sources(files)
    every = sorted({word for bodies in said.values() for body in bodies for word in body.split()})
    chains = {matter: Chain(bodies, every) for matter, bodies in sorted(said.items())}
    matters = sorted(chains)
    letters = [" ".join(chains[matters[at]].words(chance, 60 + 10 * at)) for at in range(LETTERS)]
    for number in range(count):
        matter = chance.choice(matters)
        body = _body(chance, chains[matter], letters, every)
        author = f"{chance.randrange(max(1, int(PEOPLE * count)))}"
        yield CorpusText(f"{number:06}", "", body, author=author, zone=f"Quartier {number % ZONES}", group=matter)


def _body(chance: Random, chain: Chain, letters: list[str], every: list[str]) -> str:
    kind = chance.random()
    if kind < NOTHING:
        return chance.choice(EMPTY)
    if kind < NOTHING + COPIED:
        letter = chance.choice(letters)
        return f"{letter} {' '.join(chain.words(chance, 8))}" if chance.random() < OWN else letter
    if kind < NOTHING + COPIED + FOREIGN:
        return ENGLISH.format(*(chance.choice(every) for _ in range(3)))
    return " ".join(chain.words(chance, min(LONGEST, 3 + int(chance.lognormvariate(0, SPREAD) * MEDIAN))))
