"""Amending: somebody proposes other words for an article; what is written is the passage that they change."""

from uuid import UUID

from models.activity import Activity
from models.amendment import Amendment, AmendmentState
from models.contribution import ContributionKind
from models.refusal import ErrorCode, Refusal, conflict, not_found
from models.wording.article import BODY_LENGTH, HEADING_LENGTH
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
    is_on_heading: bool = False,
    on_behalf_of: UUID | None = None,
) -> Outcome:
    """Propose other words for an article: all of its words as they would be, None or empty where it is to go. `version`
    is the one that was read; where the article has other words since, nothing is written. With `is_on_heading` the
    heading would be another; it never goes."""
    await access.activity(act, activity)
    wanted = _wanted(wording, is_on_heading=is_on_heading)
    await room.of(act, Activity, activity)
    newest, words = await _read(act, activity, version, article, is_on_heading=is_on_heading)
    if (passage := changed_passage(words, wanted)) is None:
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
        is_on_heading=is_on_heading,
        starts=passage.start,
        ends=passage.end,
        old_words=words[passage.start : passage.end],
        new_words=passage.words,
        state=AmendmentState.OPEN,
    )
    return outcome


def _wanted(wording: str | None, *, is_on_heading: bool) -> str:
    """What would be written. Raises Refusal."""
    if is_on_heading:
        return text.line(wording or "", HEADING_LENGTH, "wording")
    return text.clean(wording or "", BODY_LENGTH, "wording")


async def _read(act: Act, activity: UUID, version: int, article: int, *, is_on_heading: bool) -> tuple[StoredText, str]:
    """The newest version, and an article's words or heading in it, which were the same in the version that was read.
    Raises Refusal."""
    newest = await text_version.read(act, activity)
    if newest is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The activity has no text.", "activity")
    words = _words(newest, article, is_on_heading=is_on_heading)
    if newest.number != version:
        seen = await text_version.read(act, activity, version)
        if seen is None or _words(seen, article, is_on_heading=is_on_heading) != words:
            raise conflict()
    if words is None:
        raise not_found("article")
    return newest, words


def _words(version: StoredText, number: int, *, is_on_heading: bool) -> str | None:
    """The words or the heading of an article; None: the version has none of this number."""
    return next((one.heading if is_on_heading else one.body for one in version.read if one.number == number), None)
