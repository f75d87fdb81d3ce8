"""Surveys: the forms, answers and results of the demonstration's city that asks, for its loader."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import SQLModel

from demo.story import DemoActivity, DemoTenant
from demo.text import survey as text
from geo import cell
from geo.privacy import PERSON_RESOLUTION
from models.answer_sheet import kept
from models.proof import ProofLevel
from models.question import SurveyOption, SurveyQuestion, checked, written
from models.question import SurveyQuestionKind as Kind
from models.question_result import SurveyResult
from models.survey_answer import SurveyAnswer, SurveyAnswerState, SurveyChannel
from models.survey_form import SurveyForm
from resolvers.question_result import counted

Rows = list[dict[str, Any]]
CITY = "lille"
DAY = 24
CLOSED_DAYS_AGO = 6
SKIPPED, SAID_OTHER, WROTE = 0.08, 0.06, 0.3
"""How many leave a question out that they need not answer, say something else, and write a text."""


def activities(slug: str) -> tuple[DemoActivity, ...]:
    """The surveys of a city: one that is over, one that asks for a confirmed address, and one without account."""
    if slug != CITY:
        return ()
    return (
        DemoActivity(text.OVER, "SURVEY", text.OVER_TITLE, text.OVER_DESCRIPTION, 40, -CLOSED_DAYS_AGO, None, ()),
        DemoActivity(text.OPEN, "SURVEY", text.OPEN_TITLE, text.OPEN_DESCRIPTION, 12, 18, None, ()),
        DemoActivity(text.TO_ALL, "SURVEY", text.TO_ALL_TITLE, text.TO_ALL_DESCRIPTION, 12, 25, None, ()),
    )


def rows(
    story: DemoTenant, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> list[tuple[type[SQLModel], Rows]]:
    """Forms and answers, and the counts of the survey that is over, of which two questions are still the city's own."""
    if story.slug != CITY:
        return []
    people = [actor.key for actor in story.actors if actor.kind == "CITIZEN"]
    forms = {
        key: checked([_question(n, *said) for n, said in enumerate(asked, 1)]) for key, asked in text.FORMS.items()
    }
    sent = {
        key: list(_answers(story, form, people[-len(people) * part // 10 :], Random(f"survey {key}")))
        for (key, form), part in zip(forms.items(), (9, 6, 7), strict=True)
    }
    over = [orjson.dumps(answers).decode() for _, answers in sent[text.OVER]]
    return [
        (SurveyForm, [_form(key, form, id_, ago) for key, form in forms.items()]),
        (SurveyAnswer, [_answer(key, *one, id_, ago) for key, answers in sent.items() for one in answers]),
        (SurveyResult, list(_results(forms[text.OVER], over, id_, ago))),
    ]


def _question(number: int, kind: str, title: str, parts: dict[str, Any] | None = None) -> SurveyQuestion:
    given = dict(parts or {})
    for name in ("options", "rows"):
        given[name] = tuple(SurveyOption("", label) for label in given.get(name, ()))
    return SurveyQuestion(f"q{number}", Kind(kind), title, **given)


def _answers(
    story: DemoTenant, form: Sequence[SurveyQuestion], people: Sequence[str], rng: Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each of some people answers, of what they are asked."""
    for person in people:
        whole = {one.code: _said(story, one, rng) for one in form if one.is_required or rng.random() > SKIPPED}
        yield person, kept(form, {code: said for code, said in whole.items() if said is not None})


def _said(story: DemoTenant, one: SurveyQuestion, rng: Random) -> Any:
    codes = [option.code for option in one.options]
    match one.kind:
        case Kind.ONE:
            return {"options": [_liked(codes, rng)]}
        case Kind.SEVERAL:
            most = min(one.most or len(codes), len(codes))
            chosen = {_liked(codes, rng) for _ in range(rng.randint(1, most))}
            if one.has_other and len(chosen) < most and rng.random() < SAID_OTHER:
                return {"options": sorted(chosen), "other": rng.choice(text.OTHERS)}
            return {"options": sorted(chosen)}
        case Kind.RANKING:
            return {"options": sorted(codes, key=lambda code: codes.index(code) + rng.gauss(0, 1.2))}
        case Kind.SCALE:
            middle = ((one.least or 0) + 2 * (one.most or 0)) / 3
            return max(one.least or 0, min(one.most or 0, round(rng.gauss(middle, 1.2))))
        case Kind.MATRIX:
            return {row.code: _liked(codes, rng) for row in one.rows}
        case Kind.NUMBER:
            return rng.randint(one.least or 0, min(one.most or 0, 6))
        case Kind.PLACE:
            near = rng.choice(story.contributions)
            has_place = near.lat is not None and near.lng is not None
            return cell.to_text(cell.at(near.lat or 0, near.lng or 0, PERSON_RESOLUTION)) if has_place else None
        case Kind.LONG_TEXT | Kind.TEXT:
            return rng.choice(text.WORDS) if rng.random() < WROTE else None
    return None


def _liked(codes: Sequence[str], rng: Random) -> str:
    """One of them, the first ones rather than the last."""
    return rng.choices(codes, [len(codes) + 2 - place for place, _ in enumerate(codes)])[0]


def _form(
    key: str, form: Sequence[SurveyQuestion], id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> dict[str, Any]:
    at = ago(DAY * (41 if key == text.OVER else 13))
    return {
        "id": id_("survey_form", key),
        "activity_id": id_("activity", key),
        "version": 1,
        "questions": written(form),
        "author_id": None,
        "changed_at": at,
        "published_at": at,
    }


def _answer(
    key: str, person: str, answers: dict[str, Any], id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> dict[str, Any]:
    days = 8 if key == text.OVER else 1
    at = ago(DAY * days + 3 + Random(f"{key} {person}").randint(0, DAY * 10))
    return {
        "id": id_("survey_answer", f"{key}/{person}"),
        "activity_id": id_("activity", key),
        "form_id": id_("survey_form", key),
        "actor_id": None if _channel(key, person) is not SurveyChannel.ACCOUNT else id_("actor", person),
        "state": SurveyAnswerState.SENT.value,
        "proof": ProofLevel.EMAIL.value if key == text.OPEN else None,
        **_way(key, person, answers),
        "answers": answers,
        "changed_at": at,
        "sent_at": at,
    }


def _channel(key: str, person: str) -> SurveyChannel:
    """By which way somebody answered: of the survey without account most by a browser, some on paper."""
    channels = [SurveyChannel.BROWSER] * 6 + [SurveyChannel.PAPER, SurveyChannel.ACCOUNT]
    return Random(f"way {person}").choice(channels) if key == text.TO_ALL else SurveyChannel.ACCOUNT


def _way(key: str, person: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The columns of a way. One sentence of the demonstration was sent twice."""
    channel = _channel(key, person)
    is_double = channel is SurveyChannel.BROWSER and answers.get("q3") == text.WORDS[3]
    browser = f"demonstration {person}" if channel is SurveyChannel.BROWSER else None
    return {"channel": channel.value, "browser_digest": browser, "is_double": is_double}


def _results(
    form: Sequence[SurveyQuestion],
    answers: Sequence[str],
    id_: Callable[[str, str], UUID],
    ago: Callable[[int], datetime],
) -> Iterator[dict[str, Any]]:
    for rank, count in enumerate(counted(form, answers)):
        yield {
            "id": id_("survey_result", count.question.code),
            "activity_id": id_("activity", text.OVER),
            "question": count.question.code,
            "rank": rank,
            "counts": count.told(),
            "is_public": count.question.kind not in (Kind.LONG_TEXT, Kind.PLACE),
            "is_final": True,
            "counted_at": ago(DAY * (CLOSED_DAYS_AGO - 1)),
        }
