"""Opinion groups: people who vote alike are one, what unites all and what divides them is told, nobody is named."""

import importlib.util
from random import Random

import numpy as np
import pytest

from analysis import opinion
from analysis.corpus import TextVote

SEED = 7


def votes(sizes: tuple[int, ...] = (30, 20), texts: int = 12, share: float = 0.8) -> list[TextVote]:
    """Groups that disagree on the first texts, each in its way, agree on the last but one, and refuse the last."""
    chance, made = Random(3), list[TextVote]()
    for group, size in enumerate(sizes):
        for person in range(size):
            for text in range(texts):
                if chance.random() > share and text < texts - 2:
                    continue
                side = (
                    (1 if text % len(sizes) == group else -1) if text < texts - 2 else (1 if text == texts - 2 else -1)
                )
                made.append(TextVote(f"g{group}-{person:02}", f"t{text:02}", side if chance.random() < 0.95 else -side))
    return made


def told(cast: list[TextVote]) -> opinion.Opinions:
    opinions = opinion.opinions(cast, SEED)
    assert opinions is not None
    return opinions


def test_people_who_vote_alike_are_one_group_the_largest_first() -> None:
    opinions = told(votes())
    assert [group.person_count for group in opinions.result.groups] == [30, 20]
    assert {group for person, group in opinions.group_of.items() if person.startswith("g0")} == {1}
    assert opinions.result.silhouette > 0.5


def test_three_groups_are_told_apart() -> None:
    assert [group.person_count for group in told(votes((30, 24, 18))).result.groups] == [30, 24, 18]


def test_consensus_is_what_every_group_says_for_or_against() -> None:
    first, second = told(votes()).result.consensus[:2]
    assert {(first.text_id, first.is_against), (second.text_id, second.is_against)} == {("t10", False), ("t11", True)}
    assert first.score > 0.8


def test_divide_has_no_text_on_which_all_agree() -> None:
    divide = told(votes()).result.divide
    assert divide[0].score > 0.7
    assert {one.text_id for one in divide[:6]}.isdisjoint({"t10", "t11"})


def test_group_stands_for_texts_on_which_it_differs() -> None:
    groups = told(votes()).result.groups
    assert all({"t10", "t11"}.isdisjoint(group.stands_for[:6]) and group.stands_for for group in groups)


def test_order_of_votes_changes_nothing() -> None:
    cast = votes()
    expected = told(cast).result
    Random(1).shuffle(cast)
    assert told(cast).result == expected


def test_people_with_few_votes_are_left_out_and_counted() -> None:
    cast = votes() + [TextVote(f"rare-{at}", "t00", 1) for at in range(5)]
    opinions = told(cast)
    assert (opinions.result.person_count, opinions.result.left_out_count) == (50, 5)
    assert not any(person.startswith("rare") for person in opinions.group_of)


def test_few_people_or_texts_have_no_groups() -> None:
    assert opinion.opinions(votes((6, 5)), SEED) is None
    assert opinion.opinions([TextVote(f"{at}", "t", 1) for at in range(50)], SEED) is None
    assert opinion.opinions([], SEED) is None


def test_people_who_all_vote_the_same_are_one_group() -> None:
    cast = [TextVote(f"p{person:02}", f"t{text}", 1) for person in range(20) for text in range(8)]
    opinions = told(cast)
    assert [group.person_count for group in opinions.result.groups] == [20]
    assert (opinions.result.silhouette, opinions.result.groups[0].stands_for) == (0.0, ())


def test_camps_without_a_single_dissent_are_groups() -> None:
    cast = [
        TextVote(f"{camp}-{person}", f"t{text}", 1 if text % 2 == camp else -1)
        for camp, size in enumerate((9, 7))
        for person in range(size)
        for text in range(8)
    ]
    assert [(group.person_count, len(group.stands_for)) for group in told(cast).result.groups] == [(9, 8), (7, 8)]


def test_people_who_vote_by_chance_are_one_group() -> None:
    """K-means alone would part them: its silhouette of such a cloud is above a third."""
    for seed in range(5):
        chance = Random(seed)
        cast = [
            TextVote(f"p{person:02}", f"t{text:02}", chance.choice((1, 1, 0, -1)))
            for person in range(60)
            for text in range(15)
        ]
        result = told(cast).result
        assert ([group.person_count for group in result.groups], result.divide) == ([60], ())
        assert all(len(text.votes) == 1 for text in result.texts)


def test_nothing_is_said_of_few_people_or_votes() -> None:
    """Four who vote otherwise are in a group with others, and a text on which few of a group voted is not told."""
    few = votes((30, opinion.LEAST - 1), share=1.0)
    assert all(group.person_count >= opinion.LEAST for group in told(few).result.groups)
    some = [
        vote
        for vote in votes(share=1.0)
        if not (vote.text_id == "t00" and vote.person.startswith("g1") and vote.person >= f"g1-{opinion.LEAST - 1:02}")
    ]
    result = told(some).result
    assert [group.person_count for group in result.groups] == [30, 20]
    assert "t00" not in {text.text_id for text in result.texts}
    assert all("t00" not in group.stands_for for group in result.groups)
    assert all(vote.vote_count >= opinion.LEAST for text in result.texts for vote in text.votes)


def test_places_of_people_are_those_of_a_dense_computation() -> None:
    """Missing votes filled with means, components of the covariance, outwards by the root of texts by votes."""
    ballots = opinion._ballots(votes(share=0.6))
    assert ballots is not None
    values = np.where(ballots.given.toarray() > 0, ballots.values.toarray(), np.nan)
    filled = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    centred = filled - filled.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    own = (~np.isnan(values)).sum(axis=1)
    expected = centred @ components[:2].T * np.sqrt(values.shape[1] / own)[:, None]
    places = opinion.positions(ballots, SEED)
    for axis in range(2):
        turned = np.sign(expected[:, axis] @ places[:, axis])
        assert np.allclose(places[:, axis], turned * expected[:, axis], atol=1e-4)


@pytest.mark.skipif(importlib.util.find_spec("reddwarf") is None, reason="red-dwarf is not installed")
@pytest.mark.filterwarnings("ignore")
def test_groups_and_places_of_people_are_those_of_red_dwarf() -> None:
    from reddwarf.implementations.polis import run_pipeline  # type: ignore[import-not-found,unused-ignore]

    cast = votes(share=0.6)
    numbers = {person: number for number, person in enumerate(sorted({vote.person for vote in cast}))}
    rows = [
        {"participant_id": numbers[vote.person], "statement_id": int(vote.text_id[1:]), "vote": vote.value}
        for vote in cast
    ]
    people = run_pipeline(votes=rows, random_state=SEED).participants_df
    ballots = opinion._ballots(cast)
    assert ballots is not None
    theirs = people.loc[[numbers[person] for person in ballots.people]]
    groups = told(cast).group_of
    pairs = {(groups[person], int(group)) for person, group in zip(ballots.people, theirs["cluster_id"], strict=True)}
    assert len(pairs) == len({group for group, _ in pairs}) == len({group for _, group in pairs}) == 2
    places = opinion.positions(ballots, SEED)
    for axis, name in enumerate("xy"):
        assert abs(np.corrcoef(theirs[name].astype(float), places[:, axis])[0, 1]) > 0.99
