"""Public replies to contributions; the author of a request without a name never answers in public."""

from dataclasses import replace

from demo.cast import CastMember
from demo.draft import Desk
from demo.phrase import Deck, Spot, expand
from demo.story import DemoComment, DemoContribution
from demo.text import reply as text

COMMENTED_SHARE = 0.55
MAX_COMMENTS = 5
MIN_AGE_HOURS = 6
AUTHOR_MARK = ">"
INEDIBLE = {"plants", "livraison", "artisanat"}


class Replies:
    """Writes the comments of one tenant, dealing each pool of threads evenly."""

    def __init__(self, desk: Desk) -> None:
        self._plan = desk.plan
        self._rng = desk.rng
        cast = desk.cast
        self._citizens = cast.citizens
        vendors = tuple(vendor.person for vendor in cast.vendors)
        everybody = (*cast.citizens, *cast.associations, *vendors)
        self._people = {person.actor.key: person for person in everybody}
        self._pools: dict[str, Deck[text.Thread]] = {}

    def added_to(self, item: DemoContribution) -> DemoContribution:
        """The contribution with none to five comments, all younger than it."""
        if item.age_hours < MIN_AGE_HOURS:
            return item
        lines = self._lines(item) if self._rng.random() < COMMENTED_SHARE else []
        lines = lines[:MAX_COMMENTS]
        if item.outcome == "FULFILLED" and not item.is_anonymous:
            lines = [*lines[: MAX_COMMENTS - 1], AUTHOR_MARK + self._rng.choice(text.CLOSING[item.kind])]
        return replace(item, comments=self._comments(item, lines))

    def _lines(self, item: DemoContribution) -> list[str]:
        threads: list[text.Thread] = []
        for _ in range(self._rng.choice((1, 1, 2, 2, 3))):
            thread = self._pool(item).draw()
            if thread not in threads and self._may_stand(thread, item):
                threads.append(thread)
        return [line for thread in threads for line in thread]

    def _may_stand(self, thread: text.Thread, item: DemoContribution) -> bool:
        """Whether the author may give the answers in the thread: not unnamed, and not the institution."""
        may_answer = item.author in self._people and not item.is_anonymous
        return may_answer or not any(line.startswith(AUTHOR_MARK) for line in thread)

    def _pool(self, item: DemoContribution) -> Deck[text.Thread]:
        is_collective = item.author in self._people and self._people[item.author].actor.kind == "ASSOCIATION"
        name = _pool_name(item, is_collective=is_collective)
        if name not in self._pools:
            self._pools[name] = Deck(text.POOLS[name], self._rng)
        return self._pools[name]

    def _comments(self, item: DemoContribution, lines: list[str]) -> tuple[DemoComment, ...]:
        guests = self._rng.sample([person for person in self._citizens if person.actor.key != item.author], len(lines))
        ages = sorted((self._rng.randrange(item.age_hours) for _ in lines), reverse=True)
        return tuple(
            self._comment(item, line, guest, age) for line, guest, age in zip(lines, guests, ages, strict=True)
        )

    def _comment(self, item: DemoContribution, line: str, guest: CastMember, age_hours: int) -> DemoComment:
        speaker = self._people[item.author] if line.startswith(AUTHOR_MARK) else guest
        other = guest.place.slots(self._rng)
        slots = {**self._place(item, guest).slots(self._rng), "at_other": other["at"], "of_other": other["of"]}
        body = expand(line.removeprefix(AUTHOR_MARK), self._rng, slots, feminine=speaker.feminine)
        return DemoComment(speaker.actor.key, self._plan.worded(body), age_hours)

    def _place(self, item: DemoContribution, guest: CastMember) -> Spot:
        """Where the contribution is; the institution has no quartier of its own."""
        author = self._people.get(item.author, guest)
        return author.place


def _pool_name(item: DemoContribution, *, is_collective: bool) -> str:
    """Which pool of `text.POOLS` suits the contribution."""
    if item.kind == "OFFER":
        return "ASSOCIATION" if is_collective else f"OFFER/{item.category}"
    if item.kind == "LISTING" and item.category not in INEDIBLE:
        return "LISTING/FOOD"
    return item.kind
