"""Publishing («publication») of votes: the text of the files from which anybody recounts, and their digests."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from counting.reckoning import Counting, DeskTotals, Over, Row
from counting.short_ballot import said_by
from models.ballot import receipt_of, says
from models.measure import LEAST_PEOPLE
from models.polling_desk import CountedBy, VoteChannel
from models.vote_file import BALLOTS, COUNTS, DESKS, ENVELOPES, PAPER, PROJECTS, RESULT, SET_ASIDE
from models.vote_result import AwardRule
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice
from transfer import pabulib_writer, vote_type
from transfer.pabulib_writer import PabulibProject
from transfer.published import csv_text, json_text

Table = Sequence[Sequence[object]]
WHOLE = 100
"""Per cent of a budget, which ballots by envelope hold."""


def rule(over: Over, projects: Table, seed: str, release: str, **told: object) -> str:
    """`rule.json`: by what people vote and projects win, on which projects, by which release."""
    head, *rows = projects
    return json_text(
        {
            **told,
            **rules(over),
            "seed": seed,
            "release": release,
            "projects": [dict(zip(map(str, head), row, strict=True)) for row in rows],
        }
    )


def rules(over: Over) -> dict[str, Any]:
    """An activity's rules as data."""
    scale = METHODS[over.vote_method].scale(over.rule)
    return {
        "method": over.vote_method,
        "is_secret": over.is_secret,
        "grades": [grade.value for grade in scale],
        "ballot_rule": asdict(over.rule),
        "award_rule": over.decisive,
        "award_terms": asdict(over.terms),
        "support_threshold": over.support_threshold,
        "proof": _proof(over),
    }


def _proof(over: Over) -> dict[str, Any] | None:
    """What voters are asked; None: nothing."""
    if over.proof_levels is None:
        return None
    age_on = over.proof_age_on.isoformat() if over.proof_age_on else None
    asked = {"levels": over.proof_levels, "least_age": over.proof_least_age, "age_on": age_on}
    return {**asked, "zone": str(over.proof_zone_id) if over.proof_zone_id else None}


PROJECT_COLUMNS = ("id", "reference", "title", "cost_euros", "category", "ceiling_euros")


def projects(counting: Counting) -> Table:
    """Projects that can win; `reference` is their place by age."""
    return [
        PROJECT_COLUMNS,
        *(
            (one.id, place, one.title, one.cost_euros, one.category_id, one.ceiling_euros)
            for place, one in enumerate(counting.projects)
        ),
    ]


def ballots(counting: Counting) -> Table:
    """Every ballot with its receipt, in the order of receipts: who cast it and when is told nowhere."""
    rows = received(counting)
    counted = sorted(rows[one.id] for one in counting.ballots if one.sign is None)
    return [("receipt", "salt", "says", "channel"), *((*row, VoteChannel.ONLINE.value) for row in counted)]


def set_aside(counting: Counting) -> Table:
    """Ballots that are not counted, and of what they are suspected."""
    rows = received(counting)
    online = VoteChannel.ONLINE.value
    aside = ((*rows[one.id], online, one.sign.value) for one in counting.ballots if one.sign is not None)
    return [("receipt", "salt", "says", "channel", "sign"), *sorted(aside)]


def counts(counting: Counting, decisive: Sequence[Row]) -> Table:
    """What each channel gave to each project, by the result that decides: how many ballots name it, and its score."""
    titles = {one.id: one.title for one in counting.projects}
    rows = (
        (row["contribution_id"], titles[row["contribution_id"]], one["channel"], one["voter_count"], one["score"])
        for row in decisive
        for one in row["channels"]
    )
    return [("project", "title", "channel", "ballots", "score"), *rows]


DESK_COLUMNS = (
    *("desk", "name", "channel", "version", "signatures", "envelopes", "valid", "blank", "spoilt", "double_signatures"),
    *("remark", "photo_sha256", "says", "counted_by"),
)


def desks(counting: Counting) -> Table:
    """What each desk counted; what its ballots say as `project=CHOICE:amount*count`. A secret vote tells small desks
    together."""
    told = together(counting.desks) if counting.over.is_secret else [[desk] for desk in counting.desks]
    return [DESK_COLUMNS, *map(_desk, told)]


def together(desks: Sequence[DeskTotals]) -> list[list[DeskTotals]]:
    """Desks as a secret vote tells them: those with few envelopes as one, of each channel and way of counting, with the
    next smallest until they are no longer few. One that is alone of its kind stays, since the channel's totals are its
    own."""
    kinds: dict[tuple[VoteChannel, bool], list[DeskTotals]] = defaultdict(list)
    for desk in desks:
        kinds[desk.channel, desk.ballots is None].append(desk)
    told = []
    for alike in kinds.values():
        by_size = sorted(alike, key=lambda desk: desk.envelopes)
        joined: list[DeskTotals] = []
        while by_size and (by_size[0].envelopes < LEAST_PEOPLE or 0 < _envelopes(joined) < LEAST_PEOPLE):
            joined.append(by_size.pop(0))
        told += [[desk] for desk in alike if desk not in joined]
        told += [joined] if joined else []
    return told


def _envelopes(desks: Sequence[DeskTotals]) -> int:
    return sum(desk.envelopes for desk in desks)


def _desk(joined: Sequence[DeskTotals]) -> tuple[object, ...]:
    """The line of a desk, or of several together, which has neither an id nor their names."""
    first, is_one = joined[0], len(joined) == 1
    numbers = [
        sum(getattr(desk, name) for desk in joined) for name in ("signatures", "envelopes", "valid", "blank", "spoilt")
    ]
    return (
        first.desk_id if is_one else "",
        first.name if is_one else f"{len(joined)} petits bureaux",
        first.channel.value,
        max(desk.version for desk in joined),
        *numbers,
        sum(desk.double_count for desk in joined),
        " ".join(desk.remark for desk in joined if desk.remark),
        " ".join(desk.photo_digest for desk in joined if desk.photo_digest),
        _sheet(joined),
        (CountedBy.TOTALS if first.ballots is None else CountedBy.BALLOTS).value,
    )


def paper(counting: Counting) -> Table:
    """Paper ballots that two people typed, by desk and by what they say: in no other order. A secret vote tells no
    desk: where few have signed, everybody would read what they voted."""
    if counting.over.is_secret:
        said = sorted((desk.channel.value, says) for desk in counting.desks for says in desk.ballots or ())
        return [("channel", "desk", "says"), *((channel, "", says) for channel, says in said)]
    rows = ((desk.channel.value, desk.desk_id, says) for desk in counting.desks for says in sorted(desk.ballots or ()))
    return [("channel", "desk", "says"), *rows]


def _sheet(joined: Sequence[DeskTotals]) -> str:
    counted = Counter[tuple[UUID, Voice]]()
    for desk in joined:
        for one in desk.totals:
            counted[one.project, one.voice] += one.count
    said = (
        f"{project}={voice.choice.value}:{'' if voice.amount is None else voice.amount}*{count}"
        for (project, voice), count in counted.items()
    )
    return ",".join(sorted(said))


def received(counting: Counting) -> dict[UUID, tuple[str, str, str]]:
    """Each ballot's receipt, the chance that it is made with, and what it says."""
    said: dict[UUID, dict[UUID, Voice]] = defaultdict(dict)
    for vote in counting.votes:
        said[vote.ballot_id][vote.contribution_id] = Voice(vote.choice, vote.amount)
    lines = {one.id: says(said.get(one.id, {})) for one in counting.ballots}
    return {one.id: (receipt_of(one.salt, lines[one.id]), one.salt, lines[one.id]) for one in counting.ballots}


def counted(counting: Counting, written: Sequence[tuple[Row, Sequence[Row]]]) -> dict[str, str]:
    """The files of a count, by name, without the rule and the manifest."""
    results = [{**_told(result), "awards": [_award(row) for row in rows]} for result, rows in written]
    return {
        PROJECTS: csv_text(projects(counting)),
        BALLOTS: csv_text(ballots(counting)),
        SET_ASIDE: csv_text(set_aside(counting)),
        COUNTS: csv_text(counts(counting, written[0][1])),
        DESKS: csv_text(desks(counting)),
        PAPER: csv_text(paper(counting)),
        ENVELOPES: csv_text([("receipt",), *((receipt,) for receipt in counting.envelopes)]),
        RESULT: json_text({"results": results}),
    }


def _told(result: Row) -> Row:
    return {name: value for name, value in result.items() if name not in ("id", "activity_id", "shares")}


def _award(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "result_id")}


def pabulib(counting: Counting, title: str, decisive: Sequence[Row]) -> str:
    """`vote.pb`; `decisive` are the awards of the result that decides. Ballots are in the order of their
    receipts, then those on paper that were read one by one, blank ones last."""
    over, places = counting.over, {one.id: place for place, one in enumerate(counting.projects)}
    given: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for vote in counting.counted_votes:
        if vote.contribution_id in places:
            worth = METHODS[over.vote_method].worth(Voice(vote.choice, vote.amount), over.rule)
            given[vote.ballot_id].append((places[vote.contribution_id], worth))
    counted = sorted((one for one in counting.ballots if one.sign is None), key=lambda one: one.receipt or one.salt)
    told = [given[one.id] for one in counted]
    for _, _, line in paper(counting)[1:]:
        voices = {key: voice for key, voice in said_by(str(line)).items() if key in places}
        told.append([(places[key], METHODS[over.vote_method].worth(voice, over.rule)) for key, voice in voices.items()])
    told += [[] for desk in counting.desks if desk.ballots is not None for _ in range(desk.blank)]
    ballots = [sorted(one, key=lambda vote: (-vote[1], vote[0])) for one in told]
    kind = vote_type.WRITTEN[over.vote_method]
    meta = {
        "description": title,
        "num_projects": len(places),
        "num_votes": len(ballots),
        "budget": over.budget_euros or 0,
        "vote_type": kind,
        "rule": AWARDS.get(over.decisive, over.decisive.value.lower()),
        **_pabulib_bounds(over),
        "currency": "EUR",
    }
    projects = _pabulib_projects(counting, {row["contribution_id"]: row for row in decisive})
    has_points = kind in (vote_type.CUMULATIVE, vote_type.SCORING)
    return pabulib_writer.text(meta, projects, ballots, has_points=has_points)


AWARDS = {AwardRule.EQUAL_SHARES: "equalshares"}
"""What Pabulib calls rules of award otherwise than we do."""


def _pabulib_bounds(over: Over) -> dict[str, int | None]:
    """What a ballot could hold: projects, points in all and for each, or euros."""
    least, most, budget = over.vote_least, over.vote_most, over.budget_euros
    usual = METHODS[over.vote_method].usual
    if usual.most_each is not None:
        return {"min_sum_points": least, "max_sum_points": most, "max_points": over.vote_most_each}
    if usual.most == WHOLE and budget is not None:
        shares = {"min_sum_cost": least, "max_sum_cost": most}
        return {name: None if share is None else budget * share // WHOLE for name, share in shares.items()}
    return {"min_length": least, "max_length": most}


def _pabulib_projects(counting: Counting, awards: Mapping[UUID, Row]) -> list[PabulibProject]:
    return [
        PabulibProject(
            place,
            one.cost_euros or 0,
            awards[one.id]["voter_count"] if one.id in awards else 0,
            one.title,
            one.category_name or "",
            is_selected=one.id in awards and awards[one.id]["is_winner"],
        )
        for place, one in enumerate(counting.projects)
    ]
