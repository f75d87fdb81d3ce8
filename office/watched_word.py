"""Watched words: listed by administrators, exactly or as stems."""

from uuid import UUID

from sqlalchemy import FromClause, delete, func, select

from models import expected, likeness
from models.base import table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.watched_word import MAX_WATCHED, WATCHED_LENGTH, WatchedWord
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import room, text

_word = table(WatchedWord)
COUNT = select(func.count().label("count")).select_from(_word)
KNOWN = select(_word.c.id).where(_word.c.word == value(WatchedWord, "word"))
REMOVE = delete(_word).where(_word.c.id == value(WatchedWord, "id"))


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """All watched words, by the alphabet."""
    return Listing((), Order("watched.word", (row.c.word, row.c.id), (str, UUID)))


async def add(act: Act, *, word: str, is_stem: bool = False) -> Outcome:
    """List a word. Raises Refusal(IN_USE) for one that is listed already."""
    kept = likeness.normal(text.line(word, WATCHED_LENGTH, "word"))
    if len(kept) < WATCHED_LENGTH[0]:
        message = f"At least {WATCHED_LENGTH[0]} letters or figures are wanted."
        raise Refusal(ErrorCode.TOO_SHORT, message, "word", about=str(WATCHED_LENGTH[0]))
    await room.of_portal(act)
    if await act.exists(KNOWN, word=kept):
        raise Refusal(ErrorCode.IN_USE, "It is listed already.", "word")
    if (await act.all(COUNT, into=room.Count))[0].count >= MAX_WATCHED:
        raise limit_reached(f"At most {MAX_WATCHED} words are possible.", "word", expected.at_most(MAX_WATCHED))
    id_ = await act.insert(WatchedWord, word=kept, is_stem=is_stem, created_at=act.now)
    return act.did(EventKind.WATCHED_WORDS_CHANGED, id_, watched_word_id=id_)


async def remove(act: Act, *, watched_word: UUID) -> Outcome:
    """Take a word off the list."""
    if not await act.execute(REMOVE, id=watched_word):
        raise not_found("watchedWord")
    return act.did(EventKind.WATCHED_WORDS_CHANGED, watched_word, watched_word_id=None)
