"""Survey sheet («feuille de réponses»): which questions somebody is shown, on which pages, and what may be answered."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models import expected, word, writing
from models.question import LONG_TEXT_MOST, MAX_NUMBER, OTHER, TEXT_MOST, SurveyQuestion
from models.question import SurveyQuestionKind as Kind
from models.refusal import ErrorCode, Refusal, bad_input

Answers = Mapping[str, Any]
"""By the codes of questions. A text, a day and a cell (`PLACE`) are texts, a number and a scale numbers, a choice
`{"options": […], "other": "…"}` (a ranking the best first), a matrix options by row, a file
`{"file": "<its id>"}`. What was left empty is not there."""

OTHER_LENGTH = 200
FIRST_YEAR, LAST_YEAR = 1850, 2150
MAX_FIELDS = 120
"""Fields of a form that one page sends at most, so that no page is longer than a form may be."""


# What is shown --------------------------------------------------------------------------------------------------------


def shown(questions: Sequence[SurveyQuestion], answers: Answers) -> list[SurveyQuestion]:
    """The questions that somebody with these answers is asked, in order, pages left out. What is hidden counts as
    unanswered, so that what hangs on it is hidden, too."""
    asked: list[SurveyQuestion] = []
    given: dict[str, tuple[str, ...]] = {}
    is_page_shown = True
    for one in questions:
        holds = all(set(said.options) & set(given.get(said.question, ())) for said in one.shown_if)
        if one.kind is Kind.PAGE:
            is_page_shown = holds
        elif holds and is_page_shown:
            asked.append(one)
            given[one.code] = chosen(one, answers.get(one.code))
    return asked


def chosen(question: SurveyQuestion, answer: Any) -> tuple[str, ...]:
    """The options that an answer says, as conditions name them."""
    if answer is None:
        return ()
    if question.kind is Kind.SCALE:
        return (str(answer),)
    if question.kind in (Kind.ONE, Kind.SEVERAL):
        return (*answer["options"], *((OTHER,) if "other" in answer else ()))
    return ()


def pages(questions: Sequence[SurveyQuestion]) -> list[list[SurveyQuestion]]:
    """The form page by page, each with its head where it has one. A new one begins, too, at a question that depends on
    one of the same page, so that every rule is decided when its page is shown, where a page would be too long, and
    around a file, which a form of its own sends."""
    whole: list[list[SurveyQuestion]] = [[]]
    fields = 0
    for one in questions:
        codes = {other.code for other in whole[-1]}
        depends = any(said.question in codes for said in one.shown_if)
        is_alone = Kind.FILE in (one.kind, *(other.kind for other in whole[-1]))
        if whole[-1] and (one.kind is Kind.PAGE or depends or is_alone or fields + weight(one) > MAX_FIELDS):
            whole.append([])
            fields = 0
        whole[-1].append(one)
        fields += weight(one)
    return [page for page in whole if any(one.kind is not Kind.PAGE for one in page)]


def standing_place(questions: Sequence[SurveyQuestion], answers: Answers, wanted: int) -> tuple[int, int, int | None]:
    """The number of the page that is shown for one that is asked for, that of the last, and that of the one before."""
    codes = {one.code for one in shown(questions, answers)}
    there = [rank for rank, page in enumerate(pages(questions), 1) if any(each.code in codes for each in page)]
    last = len(pages(questions)) + 1
    number = next((rank for rank in there if rank >= max(1, min(wanted, last))), last)
    before = [rank for rank in there if rank < number]
    return number, last, before[-1] if before else None


def weight(question: SurveyQuestion) -> int:
    """How many fields a question has in a form, at most."""
    many = {
        Kind.PAGE: 0,
        Kind.SEVERAL: len(question.options) + 2,
        Kind.RANKING: 2 * len(question.options),
        Kind.MATRIX: 2 * len(question.rows),
        Kind.ONE: 3,
    }
    return 1 + many.get(question.kind, 1)


def missing(questions: Sequence[SurveyQuestion], answers: Answers) -> list[SurveyQuestion]:
    """The questions that must be answered, are asked, and are not. One that is hidden need not be."""
    return [one for one in shown(questions, answers) if one.is_required and one.code not in answers]


def kept(questions: Sequence[SurveyQuestion], answers: Answers) -> dict[str, Any]:
    """The answers to what is asked, and nothing of what is hidden."""
    return {one.code: answers[one.code] for one in shown(questions, answers) if one.code in answers}


def fitting(questions: Sequence[SurveyQuestion], answers: Answers) -> dict[str, Any]:
    """What stands of answers that were given under another version: those that this one would take as they are."""
    codes = {one.code: one for one in questions}
    standing: dict[str, Any] = {}
    for code, answer in answers.items():
        if code in codes:
            try:
                standing[code] = answered(codes[code], _given(codes[code], answer), "answers")
            except Refusal:
                continue
    return {code: answer for code, answer in standing.items() if answer is not None}


def _given(question: SurveyQuestion, answer: Any) -> dict[str, Any]:
    """A stored answer as it would be given."""
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            return {"options": chosen(question, answer), "other": answer.get("other", "")}
        case Kind.RANKING:
            return {"options": answer["options"]}
        case Kind.MATRIX:
            return {"rows": [{"row": row, "option": option} for row, option in answer.items()]}
        case Kind.SCALE | Kind.NUMBER:
            return {"number": answer}
        case Kind.DATE:
            return {"day": date.fromisoformat(answer)}
        case Kind.PLACE:
            return {"place": answer}
        case Kind.FILE:
            return {"kept_file": answer}
    return {"text": answer}


LEAST_WORDS_LENGTH = 20
"""Letters of what is written in an answer: below, two people say the same by chance."""


def content(questions: Sequence[SurveyQuestion], answers: Answers) -> str | None:
    """What an answer says, the same however it is written: without case, accents and signs. None where too little is
    written in it for two to be alike only because they are of one person."""
    told, letters = dict[str, Any](), 0
    for one in questions:
        answer = answers.get(one.code)
        if one.kind in (Kind.TEXT, Kind.LONG_TEXT) and answer is not None:
            told[one.code] = _letters(answer)
            letters += len(told[one.code])
        elif isinstance(answer, dict) and "other" in answer:
            told[one.code] = answer | {"other": _letters(answer["other"])}
            letters += len(told[one.code]["other"])
        elif answer is not None and one.kind is not Kind.FILE:
            told[one.code] = answer
    return json.dumps(told, sort_keys=True, ensure_ascii=False) if letters >= LEAST_WORDS_LENGTH else None


def _letters(text: str) -> str:
    return "".join(letter for letter in word.plain(text).casefold() if letter.isalnum())


# What may be answered -------------------------------------------------------------------------------------------------


def answered(question: SurveyQuestion, given: Mapping[str, Any], at: str) -> Any:
    """What is stored of an answer as it is given; None where it was left empty. Raises Refusal at `at`."""
    match question.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return _text(question, given.get("text") or "", at)
        case Kind.ONE | Kind.SEVERAL:
            return _choice(question, given, at)
        case Kind.RANKING:
            return _ranking(question, given, at)
        case Kind.SCALE | Kind.NUMBER:
            return _number(question, given.get("number"), at)
        case Kind.MATRIX:
            return _matrix(question, given, at)
        case Kind.DATE:
            return _date(given.get("day"), at)
        case Kind.PLACE:
            return given.get("place") or None
        case Kind.FILE:
            return given.get("kept_file")  # It is sent by a form of its own; without one it is taken back.
    raise bad_input("A page asks for nothing.", at, expected.NOTHING)


def _text(question: SurveyQuestion, text: str, at: str) -> str | None:
    is_long = question.kind is Kind.LONG_TEXT
    clean = (writing.tidy if is_long else writing.line)(text)
    most = question.most or (LONG_TEXT_MOST if is_long else TEXT_MOST)
    if len(clean) > most:
        raise Refusal(ErrorCode.TOO_LONG, f"At most {most} characters are possible.", at, about=str(most))
    if clean and question.least and len(writing.seen(clean)) < question.least:
        raise Refusal(
            ErrorCode.TOO_SHORT, f"At least {question.least} characters are wanted.", at, about=str(question.least)
        )
    return clean or None


def _choice(question: SurveyQuestion, given: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    options = list(dict.fromkeys(given.get("options") or ()))
    _require_options(question.option_codes, options, at)
    is_one, other = question.kind is Kind.ONE, writing.line(given.get("other") or "")
    if len(other) > OTHER_LENGTH:
        raise Refusal(
            ErrorCode.TOO_LONG, f"At most {OTHER_LENGTH} characters are possible.", at, about=str(OTHER_LENGTH)
        )
    said = OTHER in options or bool(other and question.has_other and not (is_one and options))
    listed = [code for code in question.option_codes if code in options and code != OTHER]
    if said and not other:
        raise Refusal(ErrorCode.REQUIRED, "Say which other.", at)
    count = len(listed) + said
    if not count:
        return None
    least, most = (1, 1) if is_one else (question.least or 0, question.most or count)
    if not least <= count <= most:
        raise Refusal(ErrorCode.SURVEY_CHOICES, f"{least} to {most} are to be chosen.", at)
    return {"options": listed} | ({"other": other} if said else {})


def _ranking(question: SurveyQuestion, given: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """The best first, as a list of options or as ranks, which may have gaps and no two alike."""
    ranks = [(one["rank"], one["option"]) for one in given.get("ranks") or () if one.get("rank") is not None]
    if len({rank for rank, _ in ranks}) < len(ranks):
        raise Refusal(ErrorCode.SURVEY_CHOICES, "Two options have one rank.", at)
    options = list(given.get("options") or ()) or [option for _, option in sorted(ranks)]
    _require_options(question.option_codes, options, at)
    if not options:
        return None
    least, most = question.least or 1, question.most or len(question.options)
    if len(set(options)) < len(options) or not least <= len(options) <= most:
        raise Refusal(ErrorCode.SURVEY_CHOICES, f"{least} to {most} are to be ranked, each once.", at)
    return {"options": options}


def _matrix(question: SurveyQuestion, given: Mapping[str, Any], at: str) -> dict[str, str] | None:
    """An option for each row; one that must be answered wants all of them."""
    said = {one["row"]: one["option"] for one in given.get("rows") or () if one.get("option")}
    _require_options([row.code for row in question.rows], list(said), at)
    _require_options(question.option_codes, list(said.values()), at)
    if said and question.is_required and len(said) < len(question.rows):
        raise Refusal(ErrorCode.REQUIRED, "Each row wants an answer.", at)
    return {row.code: said[row.code] for row in question.rows if row.code in said} or None


def _number(question: SurveyQuestion, number: float | None, at: str) -> int | float | None:
    if number is None:
        return None
    whole = int(number) if math.isfinite(number) and number == int(number) else number
    is_scale = question.kind is Kind.SCALE
    least = -MAX_NUMBER if question.least is None else question.least
    most = MAX_NUMBER if question.most is None else question.most
    if not math.isfinite(whole) or not least <= whole <= most or (is_scale and not isinstance(whole, int)):
        raise bad_input(f"A number from {least} to {most} is wanted.", at, expected.number(least, most))
    return whole


def _date(day: date | None, at: str) -> str | None:
    if day is None:
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise bad_input(
            f"A day from {FIRST_YEAR} to {LAST_YEAR} is wanted.",
            at,
            expected.days(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)),
        )
    return day.isoformat()


def _require_options(possible: Sequence[str], named: Sequence[str], at: str) -> None:
    if not set(named) <= set(possible):
        raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "There is no such option.", at)
