"""Wording: texts compared word by word, amendments merged in whatever order, and the sources of texts."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from time import monotonic

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from models.wording import article, markdown
from models.wording.article import Article
from models.wording.comparison import Passage, WordFate, changed_passage, compared
from models.wording.merging import carried, found_again, merged, overlap

WORDS = st.lists(
    st.sampled_from(["le ", "la ", "jardin ", "eau, ", "\n", "soir. ", "l'", "été ", "👩‍🌾 "]), max_size=40
).map("".join)
MINE = st.lists(st.sampled_from(["neuf ", "vert ", "", "et "]), min_size=1, max_size=3).map("".join)


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, list[Passage]]:
    """A text, and changes of it that may overlap."""
    text = draw(WORDS)
    ends = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(ends, ends, MINE), max_size=8))
    return text, [Passage(min(a, b), max(a, b), words) for a, b, words in pairs]


def apart(changes: list[Passage]) -> list[Passage]:
    """Those that do not overlap one before them."""
    kept: list[Passage] = []
    for change in changes:
        if not any(overlap(change, other) for other in kept):
            kept.append(change)
    return kept


@generated(passages(), st.randoms(use_true_random=False))
def test_accepted_amendments_give_the_same_text_in_any_order(given: tuple[str, list[Passage]], chance: Random) -> None:
    text, changes = given[0], apart(given[1])
    whole = merged(text, changes)
    chance.shuffle(changes)
    assert merged(text, changes) == whole
    step = text
    for place, change in enumerate(changes):
        now = carried(change, changes[:place])
        assert now is not None
        step = merged(step, [now])
    assert step == whole


@generated(passages())
def test_passage_is_carried_with_its_words_or_not_at_all(given: tuple[str, list[Passage]]) -> None:
    text, changes = given
    for place, passage in enumerate(changes):
        others = apart(changes[:place] + changes[place + 1 :])
        there, now = carried(passage, others), merged(text, others)
        if any(overlap(passage, other) for other in others):
            assert there is None
        else:
            assert there is not None
            assert now[there.start : there.end] == text[passage.start : passage.end]


@generated(passages())
def test_two_changes_overlap_both_ways_and_are_not_merged(given: tuple[str, list[Passage]]) -> None:
    text, changes = given
    for one in changes:
        for other in changes:
            assert overlap(one, other) == overlap(other, one)
    if len(apart(changes)) < len(changes):
        with pytest.raises(ValueError, match="overlap"):
            merged(text, changes)


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ((0, 4), (4, 8), False),
        ((0, 5), (4, 8), True),
        ((2, 2), (0, 4), True),
        ((0, 0), (0, 4), False),
        ((4, 4), (0, 4), False),
        ((3, 3), (3, 3), True),
    ],
)
def test_what_overlaps(one: tuple[int, int], other: tuple[int, int], is_so: bool) -> None:
    assert overlap(Passage(*one, ""), Passage(*other, "")) is is_so


@generated(WORDS, WORDS)
def test_comparison_reads_as_both_texts(old: str, new: str) -> None:
    parts = compared(old, new)
    assert "".join(part.words for part in parts if part.fate is not WordFate.ADDED) == old
    assert "".join(part.words for part in parts if part.fate is not WordFate.REMOVED) == new
    assert all(part.words for part in parts)
    assert all(one.fate is not other.fate for one, other in pairwise(parts))


def test_comparison_names_words_and_not_letters() -> None:
    parts = compared("L'arrosage est permis le soir.", "L'arrosage est interdit le soir et le matin.")
    assert [(part.fate.value, part.words) for part in parts] == [
        ("KEPT", "L'arrosage est "),
        ("REMOVED", "permis "),
        ("ADDED", "interdit "),
        ("KEPT", "le "),
        ("REMOVED", "soir"),
        ("ADDED", "soir et le matin"),
        ("KEPT", "."),
    ]


def test_comparison_of_long_texts_that_repeat_themselves_is_bounded() -> None:
    old, new = "le jardin et la rue. " * 900, "la rue et le jardin. " * 900
    begun = monotonic()
    parts = compared(old, new)
    assert monotonic() - begun < 10
    assert "".join(part.words for part in parts if part.fate is not WordFate.ADDED) == old


@generated(WORDS, WORDS)
def test_passage_that_changed_makes_the_new_text(old: str, new: str) -> None:
    passage = changed_passage(old, new)
    if passage is None:
        assert old == new
    else:
        assert merged(old, [passage]) == new
        assert passage.words != old[passage.start : passage.end]


def test_passage_that_changed_is_whole_words() -> None:
    assert changed_passage("un jardin vert", "un jardinet vert") == Passage(3, 9, "jardinet")
    assert changed_passage("un jardin", "un jardin vert") == Passage(9, 9, " vert")
    assert changed_passage("un jardin vert", "") == Passage(0, 14, "")


@generated(WORDS, WORDS, st.integers(0, 200), st.integers(0, 200))
def test_passage_that_is_found_again_has_its_words(old: str, new: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(old)), min(other, len(old))))
    there = found_again(Passage(start, end, ""), compared(old, new))
    if there is not None:
        assert new[there.start : there.end] == old[start:end]


def test_passage_whose_words_changed_is_not_found_again() -> None:
    parts = compared("Les outils sont rangés.", "Les outils neufs sont rangés.")
    assert found_again(Passage(0, 10, ""), parts) == Passage(0, 10, "")
    assert found_again(Passage(16, 22, ""), parts) == Passage(22, 28, "")
    assert found_again(Passage(4, 15, ""), parts) is None


# Sources --------------------------------------------------------------------------------------------------------------

ARTICLES = [
    Article(1, "Titre premier", 1, ""),
    Article(7, "Article 1", 2, "Des mots.\n\n# pas un titre\n- une liste"),
    Article(3, "Article 2 {bis}", 3, "D'autres mots."),
]


def test_source_that_is_written_is_read_again() -> None:
    assert article.numbered(markdown.read(markdown.written(ARTICLES)), ARTICLES, 7) == ARTICLES


def test_articles_keep_their_numbers_by_heading_and_by_words_and_others_get_new_ones() -> None:
    source = "# Article 2 {bis}\nRefait.\n# Un article neuf\nDu neuf.\n# Renommé\nDes mots.\n\n\\# pas un titre\n- une liste\n"
    numbers = [(one.number, one.heading) for one in article.numbered(markdown.read(source), ARTICLES, 9)]
    assert numbers == [(3, "Article 2 {bis}"), (10, "Un article neuf"), (7, "Renommé")]


def test_words_before_the_first_heading_are_a_preamble() -> None:
    assert [(one.heading, one.body) for one in markdown.read("Vu la loi.\n# **Article** 1 #\nDes mots.\n")] == [
        ("Préambule", "Vu la loi."),
        ("Article 1", "Des mots."),
    ]


@pytest.mark.parametrize(
    ("source", "problem", "line"),
    [
        ("", "EMPTY", 1),
        ("# " + "a" * 256, "HEADING_LENGTH", 1),
        ("# A {#1}\n# B {#1}\n", "REPEATED_NUMBER", 2),
        ("# A {#0}\n", "BAD_NUMBER", 1),
        ("# A\n" + "a" * 20_001, "BODY_LENGTH", 1),
        ("# A\n" * 501, "TOO_MANY", 501),
        ("a" * 400_001, "TOO_LONG", 1),
    ],
)
def test_source_that_is_no_text_is_refused_by_its_line(source: str, problem: str, line: int) -> None:
    with pytest.raises(markdown.SourceError) as refused:
        markdown.read(source)
    assert (refused.value.problem, refused.value.line) == (problem, line)


@generated(
    st.lists(st.tuples(st.text("ab é{}#1", min_size=1, max_size=12), st.integers(1, 6), WORDS), min_size=1, max_size=6)
)
def test_any_articles_survive_their_source(said: list[tuple[str, int, str]]) -> None:
    whole = [
        Article(place, heading.strip("# ") or "x", level, body.strip())
        for place, (heading, level, body) in enumerate(said, 1)
    ]
    whole = [replace(one, heading=f"{one.heading} fin") for one in whole]
    assert article.numbered(markdown.read(markdown.written(whole)), whole, len(whole)) == whole
