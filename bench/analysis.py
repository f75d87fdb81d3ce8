"""`python -m bench.analysis`: what the analysis makes of a real consultation, beside simpler methods and chance.

République numérique (2015): 696 proposals under 18 headings that their authors chose, and 3,994 arguments, if the files
lie beside the project. Figures come from one run on one core; nothing is served meanwhile.
"""

import json
import multiprocessing
import resource
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import mean
from time import perf_counter, process_time
from typing import Any

import click
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from analysis import matrix, sentence
from analysis.corpus import Corpus, CorpusText
from analysis.engine import analyse
from analysis.result import AnalysisResult
from analysis.similarity import Neighbours
from analysis.vocabulary import TermReader
from demo.tenant import tenants

FILES = ("republique_numerique_2015.json", "republique_numerique_2015_arguments.json")
PAIRS, SHARE = 3, 0.9
"""Pairs of samples whose topics are compared, and the share of the texts that each has."""

ASKED, FIRST, LENGTHS = 60, 5, (80, 500)
"""Proposals among which an argument's is looked for, how many are looked at, characters of an argument."""

PORTALS = 3
"""Of the demonstration."""

EQUAL = 500
"""Of the made texts so many are one campaign's."""

BARS = {"stability": 0.8, "top 5": 0.5, "top 5 with vectors": 0.6, "seconds": 600.0, "megabytes": 1_000.0}


def read(folder: Path) -> tuple[Corpus, list[dict[str, Any]]]:
    """The proposals, their headings being groups, and the arguments."""
    proposals, arguments = (json.loads((folder / name).read_text("utf-8")) for name in FILES)
    texts = (
        CorpusText(f"{one['id']:05}", one["title"], one["body"], group=one["subtitle"], support_count=one["votes_ok"])
        for one in proposals
    )
    return Corpus(tuple(texts)), arguments


def labels(result: AnalysisResult) -> dict[str, int]:
    """The topic of each text that has one."""
    return {id_: one.number for one in result.topics for id_ in one.members}


def purity(parts: Sequence[Any], headings: Sequence[Any]) -> float:
    """The share of texts under the heading that most of their part are under."""
    inside = defaultdict[Any, Counter[Any]](Counter)
    for part, heading in zip(parts, headings, strict=True):
        inside[part][heading] += 1
    return sum(max(counts.values()) for counts in inside.values()) / len(parts)


def topics(corpus: Corpus, result: AnalysisResult) -> None:
    """Topics against headings, of the texts that have a topic: three ways to part the same texts in as many parts."""
    own = labels(result)
    ids = sorted(own)
    headings = [corpus.by_id[id_].group for id_ in ids]
    reader = TermReader()
    learnt = matrix.learn([corpus.by_id[id_] for id_ in ids], reader)
    assert learnt is not None
    means = KMeans(len(result.topics), n_init=10, random_state=0).fit_predict(learnt.rows)
    shuffled = [own[id_] for id_ in ids]
    Random(0).shuffle(shuffled)
    click.echo(f"{len(result.topics)} topics of {len(ids)} texts, {len(set(headings))} headings:")
    for name, parts in (("topics", [own[id_] for id_ in ids]), ("TF-IDF + k-means", means), ("chance", shuffled)):
        rand = adjusted_rand_score(headings, parts)
        click.echo(f"  {name:17} adjusted Rand {rand:6.3f}, purity {purity(list(parts), headings):.3f}")


def coverage(result: AnalysisResult, corpus: Corpus) -> None:
    """Where each text is, and whether quotes are slices of theirs."""
    declared = len(result.unclassified) + len(result.without_content)
    assert sorted(result.ids) == [text.id for text in corpus.texts]
    click.echo(
        f"classified {result.classified_share:.1%}, declared unclassified or empty {declared / result.text_count:.1%}"
    )
    quotes = [quote for topic in result.topics for quote in topic.quotes]
    wrong = [quote for quote in quotes if corpus.by_id[quote.text_id].words[quote.start : quote.end] != quote.words]
    click.echo(f"{len(quotes)} quotes, {len(wrong)} not found in their texts; {len(result.campaigns)} campaigns")


def represented(result: AnalysisResult) -> None:
    """What is shown beside random samples of the same length."""
    assert result.representation is not None
    every = result.representation.distances
    worse = [one for one in every if not one.is_represented]
    everybody = every[0]
    click.echo(
        f"{len(result.representation.shown)} shown: distance {everybody.distance:.3f}, random"
        f" {everybody.random_distance:.3f}; of {len(every) - 1} groups and topics of 30 people and more"
        f" {len(worse)} stand farther than chance {[one.name for one in worse]}"
    )


def demonstration() -> None:
    """What is shown of the demonstration's portals with most texts, all activities of each together, beside chance."""
    for story in sorted(tenants(), key=lambda one: -len(one.contributions))[:PORTALS]:
        texts = (
            CorpusText(
                one.key,
                one.title,
                one.body,
                author=one.author,
                group=one.category,
                supporters=tuple(vote.actor for vote in one.votes),
            )
            for one in story.contributions
        )
        result = analyse(Corpus(tuple(texts)))
        click.echo(f"demonstration {story.slug}, {result.text_count} texts, {result.person_count} people:")
        represented(result)


def stability(corpus: Corpus) -> None:
    """Topics of two samples, of the texts that both have a topic for; and with those of none as one more part."""
    sure, every = list[float](), list[float]()
    for pair in range(PAIRS):
        sides = []
        for side in range(2):
            ids = Random(10 * pair + side).sample([text.id for text in corpus.texts], round(SHARE * len(corpus.texts)))
            sample = Corpus(tuple(corpus.by_id[id_] for id_ in ids))
            sides.append(dict.fromkeys(ids, 0) | labels(analyse(sample)))
        one, other = sides
        common = sorted(one.keys() & other.keys())
        both = [id_ for id_ in common if one[id_] and other[id_]]
        sure.append(adjusted_rand_score([one[id_] for id_ in both], [other[id_] for id_ in both]))
        every.append(adjusted_rand_score([one[id_] for id_ in common], [other[id_] for id_ in common]))
    _say("stability", mean(sure), f"{PAIRS} pairs of 90 % samples: adjusted Rand {[round(one, 2) for one in sure]}")
    click.echo(f"  with the unclassified as one more topic {[round(one, 2) for one in every]}")


def arguments_find(corpus: Corpus, arguments: list[dict[str, Any]], draws: int, *, with_vectors: bool) -> None:
    """The share of arguments whose proposal is among the first five of sixty."""
    by_proposal = defaultdict[str, list[str]](list)
    for one in arguments:
        if LENGTHS[0] <= len(one["body"]) <= LENGTHS[1] and f"{one['opinion']:05}" in corpus.by_id:
            by_proposal[f"{one['opinion']:05}"].append(one["body"])
    hits = list[float]()
    for seed in range(draws):
        chance = Random(seed)
        ids = chance.sample(sorted(by_proposal), ASKED)
        neighbours = Neighbours(Corpus(tuple(corpus.by_id[id_] for id_ in ids)), with_vectors=with_vectors)
        asked = [(id_, chance.choice(by_proposal[id_])) for id_ in ids]
        hits.append(mean(id_ in {near.text_id for near in neighbours.nearest(words, FIRST)} for id_, words in asked))
    name = "top 5 with vectors" if with_vectors else "top 5"
    _say(name, mean(hits), f"arguments find their proposal among {ASKED}, {name}, mean of {draws} draws")


def made(corpus: Corpus, arguments: list[dict[str, Any]], count: int) -> Iterator[CorpusText]:
    """So many texts: sentences of two real ones each, and `EQUAL` that are one."""
    chance = Random(count)
    bodies = [text.body for text in corpus.texts] + [one["body"] for one in arguments]
    for number in range(count):
        body = bodies[0] if number < EQUAL else f"{chance.choice(bodies)[:600]}\n{chance.choice(bodies)[:300]}"
        yield CorpusText(f"{number:06}", "", body, author=f"{number % 7_000}", zone=f"Zone {number % 12}")


def _measured(folder: Path, count: int, answers: Any) -> None:
    corpus, arguments = read(folder)
    large = Corpus(tuple(made(corpus, arguments, count)))
    begun, begun_cpu = perf_counter(), process_time()
    result = analyse(large)
    seconds, cpu = perf_counter() - begun, process_time() - begun_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    biggest = max((len(campaign.members) for campaign in result.campaigns), default=0)
    answers.put((seconds, cpu, peak, len(result.topics), result.unclassified_share, biggest, result.notes))


def large(folder: Path, count: int) -> None:
    """Time and peak memory of many texts, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_measured, args=(folder, count, answers))
    child.start()
    seconds, cpu, peak, topic_count, unclassified, biggest, notes = answers.get()
    child.join()
    click.echo(f"{count:,} texts, {cpu:.0f} seconds of a core: {topic_count} topics, {unclassified:.1%} unclassified,")
    click.echo(f"  a campaign of {biggest}, {notes}")
    if count <= 10_000:
        _say("seconds", seconds, "  seconds", is_most=True)
        _say("megabytes", peak, "  megabytes at most", is_most=True)
    else:
        click.echo(f"  {seconds:.1f} seconds, {peak:.0f} megabytes at most")


def _say(bar: str, value: float, what: str, *, is_most: bool = False) -> None:
    is_within = value <= BARS[bar] if is_most else value >= BARS[bar]
    click.echo(f"{what}: {value:.2f} ({'within' if is_within else 'MISSES'} the bar of {BARS[bar]:g})")


@click.command()
@click.option(
    "--files",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("../shared/data/evaluation"),
    help="Where the two files lie.",
)
@click.option("--texts", "counts", type=int, multiple=True, default=(10_000,), help="Sizes of made corpora.")
@click.option("--draws", default=10, help="Draws of sixty proposals.")
def main(folder: Path, counts: tuple[int, ...], draws: int) -> None:
    """Judge the analysis by a consultation, and measure it."""
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise click.ClickException(f"not there: {', '.join(missing)}")
    corpus, arguments = read(folder)
    with threadpool_limits(1):
        result = analyse(corpus)
        mixed = list(corpus.texts)
        Random(1).shuffle(mixed)
        again = analyse(Corpus(tuple(mixed)))
        click.echo(f"same texts in another order, same result: {again.digest == result.digest}")
        coverage(result, corpus)
        topics(corpus, result)
        represented(result)
        stability(corpus)
        arguments_find(corpus, arguments, draws, with_vectors=False)
        if sentence.is_installed():
            arguments_find(corpus, arguments, min(draws, 3), with_vectors=True)
        else:
            click.echo("top 5 with vectors: the extra `analysis` is not installed")
        demonstration()
    for count in counts:
        large(folder, count)


if __name__ == "__main__":
    main()
