"""Amending: somebody proposes other words for an article; what is written is the passage that they change."""

from uuid import UUID

from models.activity import Activity
from models.amendment import Amendment, AmendmentState
from models.contribution import ContributionKind
from models.refusal import ErrorCode, Refusal, conflict, not_found
from models.wording.article import BODY_LENGTH
from models.wording.comparison import changed_passage
from planner.act import Act, Outcome
from resolvers import access, publication, room, speaking, text, text_version
from resolvers.text_version import StoredText


async def propose(
    act: Act,
    *,
    activity: UUID,
    version: int,
    article: int,
    title: str,
    body: str,
    wording: str | None = None,
    on_behalf_of: UUID | None = None,
) -> Outcome:
    """Propose other words for an article: all of its words as they would be, None or empty where it is to go. `version`
    is the one that was read; where the article has other words since, nothing is written."""
    await access.activity(act, activity)
    wanted = text.clean(wording or "", BODY_LENGTH, "wording")
    await room.of(act, Activity, activity)
    newest, words = await _read(act, activity, version, article)
    passage = changed_passage(words, wanted)
    if passage is None:
        raise Refusal(ErrorCode.WORDING_UNCHANGED, "These are the words of the article.", "wording")
    kind = ContributionKind.PROPOSAL
    outcome = await publication.publish(
        act, activity=activity, kind=kind, title=title, body=body, on_behalf_of=on_behalf_of
    )
    await act.insert(
        Amendment,
        contribution_id=outcome.values["contribution_id"],
        author_id=await speaking.speaker(act, on_behalf_of),
        activity_id=activity,
        version=newest.number,
        article=article,
        starts=passage.start,
        ends=passage.end,
        old_words=words[passage.start : passage.end],
        new_words=passage.words,
        state=AmendmentState.OPEN,
    )
    return outcome


async def _read(act: Act, activity: UUID, version: int, article: int) -> tuple[StoredText, str]:
    """The newest version, and an article's words in it, which were the same in the version that was read. Raises
    Refusal."""
    newest = await text_version.read(act, activity)
    if newest is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The activity has no text.", "activity")
    words = _words(newest, article)
    if newest.number != version:
        seen = await text_version.read(act, activity, version)
        if seen is None or _words(seen, article) != words:
            raise conflict()
    if words is None:
        raise not_found("article")
    return newest, words


def _words(version: StoredText, number: int) -> str | None:
    """The words of an article; None: the version has none of this number."""
    return next((one.body for one in version.read if one.number == number), None)
