#!/usr/bin/env python3
"""Recount («recomptage»): reckons the results of a vote anew from its published files, with Python alone.

    python3 recount.py https://portal.example/opendata/votes/activity_1_…     (or a folder that holds the files)

With the digest of manifest.json that the page of results tells as a second argument any changed byte is found.

It checks that every file has the digest that the manifest says, every ballot the receipt of what it says, and that the
sums of every desk's record are right, and those of its ballots, where two people typed each; then it counts ballots and
desks by the published rule, by its own means, and compares with the published results.
"""

import csv
import io
import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

Vote = tuple[str, str, str]
"""A project, a choice and an amount."""

Supporters = list[tuple[int, int]]
"""Voters by their places, and the points that each gives."""


def say(line: str) -> None:
    """A line for whoever runs this."""
    sys.stdout.write(f"{line}\n")


def read(place: str, name: str) -> bytes:
    """A file of a folder or an address."""
    if "://" in place:
        with urllib.request.urlopen(f"{place.rstrip('/')}/{name}") as answer:  # noqa: S310  # What the caller names.
            return bytes(answer.read())
    return (Path(place) / name).read_bytes()


def load(place: str) -> tuple[str, dict[str, str], list[str]]:
    """All files, and what is wrong with them."""
    manifest = read(place, "manifest.json")
    named = json.loads(manifest)["files"]
    files = {name: read(place, name) for name in named}
    wrong = [name for name, digest in named.items() if sha256(files[name]).hexdigest() != digest]
    faults = [f"{name} is not the file that the manifest names" for name in wrong]
    return sha256(manifest).hexdigest(), {name: text.decode() for name, text in files.items()}, faults


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def check_receipts(ballots: list[dict[str, str]]) -> list[str]:
    """Receipts that are not those of what their ballots say, and receipts that are there twice."""
    made = [sha256(f"{row['salt']};{row['says']}".encode()).hexdigest()[:24].upper() for row in ballots]
    told = [row["receipt"] for row in ballots]
    faults = [f"receipt {one} is not that of its ballot" for one, own in zip(told, made, strict=True) if one != own]
    return faults + [f"receipt {one} is there more than once" for one, count in Counter(told).items() if count > 1]


def check_envelopes(envelopes: list[dict[str, str]], ballots: int) -> list[str]:
    """Of a secret vote there is an envelope for each ballot."""
    receipts = [row["receipt"] for row in envelopes]
    differ = receipts and len(receipts) != ballots
    faults = [f"there are {len(receipts)} envelopes and {ballots} ballots"] if differ else []
    return faults + [f"envelope {one} is there more than once" for one, count in Counter(receipts).items() if count > 1]


def check_desks(desks: list[dict[str, str]]) -> list[str]:
    """Records of desks whose sums are not right, and negative numbers."""
    faults = []
    for row in desks:
        numbers = {name: int(row[name]) for name in ("signatures", "envelopes", "valid", "blank", "spoilt")}
        if min([*numbers.values(), *(count for *_, count in counted(row["says"]))]) < 0:
            faults.append(f"{row['name']} has a negative number")
        if numbers["valid"] + numbers["blank"] + numbers["spoilt"] != numbers["envelopes"]:
            faults.append(f"{row['name']}: valid, blank and null ballots are not its envelopes")
        if numbers["signatures"] != numbers["envelopes"] and not row["remark"]:
            faults.append(f"{row['name']}: signatures and envelopes differ, and nothing is said of it")
    return faults


def check_paper(desks: list[dict[str, str]], paper: list[dict[str, str]], *, is_secret: bool) -> list[str]:
    """Desks whose ballots were typed one by one, and whose record says something else than these. A secret vote
    tells its ballots by channel alone: they are compared with all such desks of it."""
    faults, place = [], "channel" if is_secret else "desk"
    for here in dict.fromkeys(row[place] for row in desks):
        ballots = [one["says"] for one in paper if one[place] == here]
        typed = [row for row in desks if row[place] == here and row.get("counted_by", "BALLOTS") == "BALLOTS"]
        typed = typed if ballots or any("counted_by" in row for row in typed) else []
        name, valid = ", ".join(row["name"] for row in typed) or here, sum(int(row["valid"]) for row in typed)
        if len(ballots) != valid:
            faults.append(f"{name} has {len(ballots)} ballots, and {valid} are valid")
        said = Counter(vote for ballot in ballots for vote in votes(ballot))
        totals: Counter[Vote] = Counter()
        for key, choice, amount, count in (vote for row in typed for vote in counted(row["says"])):
            totals[key, choice, amount] += count
        if said != totals:
            faults.append(f"{name}: its totals are not those of its ballots")
    strange = {one[place] for one in paper} - {row[place] for row in desks}
    return faults + [f"ballots of {one}, which is no {place}" for one in sorted(strange)]


def counted(says: str) -> list[tuple[str, str, str, int]]:
    """What a desk's ballots say: project, choice, amount, and how many of them."""
    parts = (part.rpartition("*") for part in says.split(",") if part)
    return [(*vote, int(count)) for said, _, count in parts for vote in votes(said)]


def votes(says: str) -> list[Vote]:
    """What a ballot says: project, choice and amount."""
    parts = (part.partition("=") for part in says.split(",") if says != "BLANK")
    return [(key, *said.partition(":")[::2]) for key, _, said in parts]


class Election:
    """Projects, ballots and the rule, as they are published."""

    def __init__(self, files: dict[str, str]) -> None:
        self.rule = json.loads(files["rule.json"])
        self.terms = self.rule["award_terms"]
        self.budget = self.rule["ballot_rule"]["budget_euros"]
        projects = rows(files["projects.csv"])
        self.reference = {row["id"]: int(row["reference"]) for row in projects}
        self.category = {row["id"]: row["category"] for row in projects}
        self.ceiling = {row["category"]: int(row["ceiling_euros"]) for row in projects if row["ceiling_euros"]}
        self.cost = {
            row["id"]: int(row["cost_euros"] or 0) for row in projects if row["cost_euros"] or self.budget is None
        }
        self.count = len(projects)
        self.ballots = [votes(row["says"]) for row in rows(files["ballots.csv"])]
        self.aside = len(rows(files["set_aside.csv"]))
        self.desks = rows(files["desks.csv"])
        self.typed = [votes(row["says"]) for row in rows(files.get("paper.csv", ""))]
        online = [self.scored(ballot) for ballot in self.ballots if ballot]
        self.scores = online + [self.scored(ballot) for ballot in self.typed]
        self.by_channel = {"ONLINE": Counter(key for one in online for key, score in one.items() for _ in range(score))}
        for desk in self.desks:
            here = self.by_channel.setdefault(desk["channel"], Counter())
            for key, choice, amount, count in counted(desk["says"]):
                here[key] += self.worth(choice, amount) * count
        self.total = sum(self.by_channel.values(), Counter[str]())

    def counts(self, channel: str) -> list[int]:
        """The ballots of a channel that are counted, those of them that are blank, and the null ones."""
        here = [desk for desk in self.desks if desk["channel"] == channel]
        valid, blank, spoilt = (sum(int(desk[name]) for desk in here) for name in ("valid", "blank", "spoilt"))
        online = self.ballots if channel == "ONLINE" else []
        return [len(online) + valid + blank, sum(not ballot for ballot in online) + blank, spoilt]

    def worth(self, choice: str, amount: str) -> int:
        """What a vote gives to its project."""
        grades = self.rule["grades"]
        if choice in grades:
            return len(grades) - 1 - int(grades.index(choice))
        if choice == "RANK":
            ranks = self.count - 1 if self.terms["rank_worth"] == "BORDA" else self.rule["ballot_rule"]["most"] or 0
            return max(0, int(ranks) + 1 - int(amount))
        return int(amount) if choice == "POINTS" else 1

    def scored(self, ballot: list[Vote]) -> dict[str, int]:
        """What a ballot gives to each project, where it gives anything."""
        given = {key: self.worth(choice, amount) for key, choice, amount in ballot}
        return {key: score for key, score in given.items() if score > 0}

    def tie(self, key: str) -> tuple[int, int]:
        """Which of two even projects is first: the cheaper, then the older one or the first of the draw."""
        place = self.reference[key]
        if self.terms["tie_break"] == "DRAW":
            place = int(sha256(f"{self.rule['seed']}:{place}".encode()).hexdigest(), 16)
        return (self.cost[key], place)

    def ordered(self) -> list[str]:
        """Projects, the best first."""
        if self.rule["grades"]:
            return sorted(self.cost, key=lambda key: (self.medians(key), *self.tie(key)))
        return sorted(self.cost, key=lambda key: (-self.total[key], *self.tie(key)))

    def named(self, channel: str) -> Counter[str]:
        """How many ballots of a channel name each project."""
        totals = Counter(key for ballot in self.ballots for key, _, _ in ballot if channel == "ONLINE")
        for desk in self.desks:
            for key, _, _, count in counted(desk["says"]) if desk["channel"] == channel else ():
                totals[key] += count
        return totals

    def medians(self, key: str) -> list[int]:
        """A project's grades, the median taken away time after time."""
        left, taken = sorted(map(self.rule["grades"].index, self.grades(key))), []
        while left:
            taken.append(left.pop(len(left) // 2))
        return taken

    def grades(self, key: str) -> list[str]:
        """A project's grades; a ballot without one gives it the lowest."""
        grades = self.rule["grades"]
        given = [
            next((choice for one, choice, _ in ballot if one == key), grades[-1]) for ballot in self.ballots if ballot
        ]
        for desk in self.desks:
            said = [(choice, count) for one, choice, _, count in counted(desk["says"]) if one == key]
            silent = int(desk["valid"]) - sum(count for _, count in said)
            given += [choice for choice, count in [*said, (grades[-1], silent)] for _ in range(count)]
        return given


def greedy(vote: Election, is_ending: bool, first: Iterable[str] = ()) -> list[str]:
    """One after the other, after those that are in already, while the budget lasts."""
    winners = list(first)
    left = vote.budget - sum(vote.cost[key] for key in winners)
    for key in vote.ordered():
        if key in winners or not vote.total[key]:
            continue
        if vote.cost[key] <= left:
            winners.append(key)
            left -= vote.cost[key]
        elif is_ending:
            break
    return winners


def by_category(vote: Election, least_each: int, is_ending_category: bool, is_ending: bool) -> list[str]:
    """The best of each category up to its ceiling, then all others with what is left."""
    order = [key for key in vote.ordered() if vote.total[key]]
    left, winners, ended = vote.budget, list[str](), set[str]()
    spent, count = Counter[str](), Counter[str]()
    for key in order:
        category, cost = vote.category[key], vote.cost[key]
        ceiling = vote.ceiling.get(category, vote.terms["ceiling_euros"])
        if not category or ceiling is None:
            continue
        fits = category not in ended and spent[category] + cost <= ceiling
        if (fits or count[category] < least_each) and cost <= left:
            winners.append(key)
            left -= cost
            spent[category] += cost
            count[category] += 1
        elif is_ending_category:
            ended.add(category)
    return greedy(vote, is_ending, winners)


def price(cost: Fraction, supporters: Supporters, purses: list[Fraction]) -> Fraction | None:
    """The least price for a point at which a project's supporters pay its cost; None where they cannot."""
    points = sum(each for _, each in supporters)
    for voter, each in sorted(supporters, key=lambda item: purses[item[0]] / item[1]):
        if purses[voter] * points >= cost * each:
            return cost / points
        cost -= purses[voter]
        points -= each
    return None


def paid(vote: Election, share: Fraction) -> list[str]:
    """The Method of Equal Shares: what is paid when each ballot has a share."""
    purses = [share] * len(vote.scores)
    supporters = {key: [(n, one[key]) for n, one in enumerate(vote.scores) if key in one] for key in vote.cost}
    least = {key: Fraction(0) for key in vote.cost if supporters[key]}
    winners = list[str]()
    while least:
        best: tuple[Fraction, tuple[int, int, int], str] | None = None
        for key in sorted(least, key=lambda key: least[key]):
            if best is not None and least[key] > best[0]:
                break
            now = price(Fraction(vote.cost[key]), supporters[key], purses)
            if now is None:
                del least[key]
                continue
            least[key] = now
            cost, place = vote.tie(key)
            offer = (now, (cost, -vote.total[key], place), key)
            best = offer if best is None else min(best, offer)
        if best is None:
            break
        now, _, key = best
        for voter, each in supporters[key]:
            purses[voter] -= min(purses[voter], now * each)
        winners.append(key)
        del least[key]
    return winners


def equal_shares(vote: Election) -> list[str]:
    """Shares are raised by a hundredth until one more would spend too much; what is left goes to the next by score."""

    def cost(keys: list[str]) -> int:
        return sum(vote.cost[key] for key in keys)

    share = first = Fraction(vote.budget, len(vote.scores) or 1)
    best = paid(vote, share)
    while share < vote.budget and any(
        vote.total[key] and vote.cost[key] <= vote.budget - cost(best) for key in vote.cost if key not in best
    ):
        share += first / 100
        raised = paid(vote, share)
        if cost(raised) > vote.budget:
            break
        best = raised
    left = vote.budget - cost(best)
    for key in sorted(vote.cost, key=lambda key: (-vote.total[key], *vote.tie(key))):
        if key not in best and vote.total[key] and vote.cost[key] <= left:
            best.append(key)
            left -= vote.cost[key]
    return best


def winners(vote: Election, told: dict[str, Any]) -> list[str]:
    """Who wins by the rule of a published result, and by the reading of it."""
    if told["rule"] == "THRESHOLD":
        least = vote.rule["support_threshold"] or 1
        return [key for key in vote.ordered() if vote.total[key] >= least]
    if told["rule"] == "EQUAL_SHARES":
        return equal_shares(vote)
    if told["rule"] == "BY_CATEGORY":
        return by_category(vote, told["least_each"], told["is_ending_category"], told["is_ending"])
    return greedy(vote, vote.rule["award_rule"] == "GREEDY" and bool(vote.terms["is_ending"]))


def compare(vote: Election, told: dict[str, Any]) -> list[str]:
    """What is published otherwise than it is counted here."""
    won = winners(vote, told)
    counted = {
        "ballot_count": sum(vote.counts(channel)[0] for channel in vote.by_channel),
        "set_aside_count": vote.aside,
        "blank_count": sum(vote.counts(channel)[1] for channel in vote.by_channel),
        "reached_count": sum(any(key in won for key in ballot) for ballot in vote.scores),
        "spent_euros": sum(vote.cost[key] for key in won),
        "winner_count": len(won),
    }
    name = f"{told['rule']} (reading {told['reading']})"
    say(f"{name}: {len(won)} winners, {counted['spent_euros']} € spent, {counted['ballot_count']} ballots")
    faults = [
        f"{name}: {key} is {value}, published as {told[key]}" for key, value in counted.items() if told[key] != value
    ]
    if told["awards"]:
        published = {row["contribution_id"] for row in told["awards"] if row["is_winner"]}
        if published != set(won):
            faults.append(f"{name}: other projects win than those that are published")
        scores = {row["contribution_id"]: row["score"] for row in told["awards"]}
        faults += [f"{name}: {key} has {vote.total[key]}" for key, score in scores.items() if vote.total[key] != score]
    return faults + [f"{name}: {fault}" for fault in compare_channels(vote, told)]


def compare_channels(vote: Election, told: dict[str, Any]) -> list[str]:
    """What is published of a channel, or of grades, otherwise than it is counted here."""
    counted_here = {channel: vote.counts(channel) for channel in vote.by_channel}
    names = ("ballot_count", "blank_count", "spoilt_count")
    published = {row["channel"]: [row[name] for name in names] for row in told["channels"]}
    faults = [] if published == counted_here else [f"ballots, blank and null ones by channel are {counted_here}"]
    grades, named = vote.rule["grades"], {channel: vote.named(channel) for channel in vote.by_channel}
    for award in told["awards"]:
        key = award["contribution_id"]
        here = {channel: (vote.by_channel[channel][key], named[channel][key]) for channel in named}
        if here != {row["channel"]: (row["score"], row["voter_count"]) for row in award["channels"]}:
            faults.append(f"{key} has, with how many ballots, {here}")
        given = Counter(vote.grades(key) if grades else ())
        if [given[grade] for grade in grades] != award["profile"]:
            faults.append(f"{key} has the grades {dict(given)}")
        if sum(count for _, count in here.values()) != award["voter_count"]:
            faults.append(f"{key} is named by other ballots than {award['voter_count']}")
    return faults


def main(place: str, wanted: str = "") -> int:
    """Print what was counted; the exit code: 1 for anything otherwise than published, 2 where nothing can be read."""
    try:
        digest, files, faults = load(place)
    except (OSError, ValueError, KeyError) as error:
        say(f"{place} has no files of a vote that can be read: {error}")
        return 2
    say(f"manifest.json has the digest {digest}: compare it with the page of results")
    if wanted and wanted.lower() != digest:
        faults.append("manifest.json is not the file that the page of results names")
    faults += check_receipts(ballots := rows(files["ballots.csv"]) + rows(files["set_aside.csv"]))
    desks, typed = rows(files["desks.csv"]), rows(files.get("paper.csv", ""))
    faults += check_desks(desks)
    faults += check_paper(desks, typed, is_secret=bool(json.loads(files["rule.json"]).get("is_secret")))
    faults += check_envelopes(rows(files["envelopes.csv"]), len(ballots))
    if not faults:
        vote = Election(files)
        for told in json.loads(files["result.json"])["results"]:
            faults += compare(vote, told)
        for row in rows(files.get("counts.csv", "")):
            key, channel = row["project"], row["channel"]
            here = [vote.by_channel.get(channel, Counter())[key], vote.named(channel)[key]]
            if [int(row["score"]), int(row["ballots"])] != here:
                faults.append(f"counts.csv is wrong about {key} by {channel}")
    say("\n".join(faults) or "Everything is as published.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
