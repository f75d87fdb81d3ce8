"""Survey question («question d'une enquête»): what a form asks, as data; conditions look back, so none circle."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from models import expected, writing
from models.answer_file import MAX_IN_FORM, MOST_MB, USUAL_MB, FileType
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached

MAX_QUESTIONS, MAX_OPTIONS, MAX_ROWS, MAX_CONDITIONS = 200, 60, 20, 5
TITLE_LENGTH, HELP_LENGTH, LABEL_LENGTH = (2, 300), (0, 1_000), (1, 200)
TEXT_MOST, LONG_TEXT_MOST = 200, 5_000
"""Characters of an answer, unless the question allows fewer."""

SCALE_MOST = 11
MAX_NUMBER = 1_000_000_000
MAX_CODE = 999
"""The number of the last question that a survey ever has; pages name fields by it."""

OTHER = "other"
"""The code of «autre», which no option has."""


class SurveyQuestionKind(Enum):
    """What a question asks for; a page asks for nothing and begins another page."""

    PAGE = "PAGE"
    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    ONE = "ONE"
    SEVERAL = "SEVERAL"
    RANKING = "RANKING"
    SCALE = "SCALE"
    MATRIX = "MATRIX"
    NUMBER = "NUMBER"
    DATE = "DATE"
    PLACE = "PLACE"
    FILE = "FILE"


Kind = SurveyQuestionKind
CHOSEN = (Kind.ONE, Kind.SEVERAL, Kind.RANKING, Kind.MATRIX)
"""Those with options."""

DECIDING = (Kind.ONE, Kind.SEVERAL, Kind.SCALE)
"""Those whose answers may decide what is shown."""


@dataclass(frozen=True, slots=True)
class SurveyOption:
    """What may be chosen, or a row of a matrix; the code stays when the label is corrected."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class SurveyCondition:
    """An earlier question has one of these options as its answer; of a scale they are its numbers."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """One question of a form. `least` and `most` bound how many are chosen or ranked, the numbers of a scale, a number,
    the characters of a text, or (`most`) the megabytes of a file. It is shown where all of `shown_if` hold; of a page
    they hold for all that is on it."""

    code: str
    kind: SurveyQuestionKind
    title: str
    help: str = ""
    is_required: bool = False
    options: tuple[SurveyOption, ...] = ()
    rows: tuple[SurveyOption, ...] = ()
    has_other: bool = False
    least: int | None = None
    most: int | None = None
    low: str = ""
    high: str = ""
    shown_if: tuple[SurveyCondition, ...] = ()
    file_types: tuple[FileType, ...] = ()

    @property
    def option_codes(self) -> tuple[str, ...]:
        """What may be chosen, and be said by a condition."""
        if self.kind is Kind.SCALE:
            return tuple(str(number) for number in range(self.least or 0, (self.most or 0) + 1))
        return tuple(option.code for option in self.options) + ((OTHER,) if self.has_other else ())


def read(stored: Sequence[Mapping[str, Any]]) -> list[SurveyQuestion]:
    """The questions of a stored form."""
    return [_read(one) for one in stored]


def _read(one: Mapping[str, Any]) -> SurveyQuestion:
    parts = {
        "kind": SurveyQuestionKind(one["kind"]),
        "options": _options(one.get("options", ())),
        "rows": _options(one.get("rows", ())),
        "shown_if": tuple(
            SurveyCondition(said["question"], tuple(said["options"])) for said in one.get("shown_if", ())
        ),
        "file_types": tuple(FileType(each) for each in one.get("file_types", ())),
    }
    return SurveyQuestion(**{**one, **parts})


def _options(stored: Sequence[Mapping[str, Any]]) -> tuple[SurveyOption, ...]:
    return tuple(SurveyOption(one["code"], one["label"]) for one in stored)


_BOUNDS = ("least", "most")


def written(questions: Sequence[SurveyQuestion]) -> list[dict[str, Any]]:
    """The questions as they are stored: what says nothing is left out."""
    return [
        {name: said for name, said in (asdict(one) | _named(one)).items() if said or name in _BOUNDS}
        for one in questions
    ]


def _named(one: SurveyQuestion) -> dict[str, Any]:
    return {"kind": one.kind.value, "file_types": [each.value for each in one.file_types]}


def next_code(letter: str, taken: Sequence[str]) -> str:
    """A code that nothing has and nothing had, such as `q7`."""
    numbers = [int(code[1:]) for code in taken if code[:1] == letter and code[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


# What a form may be ---------------------------------------------------------------------------------------------------


def checked(questions: Sequence[SurveyQuestion], former: Sequence[SurveyQuestion] = ()) -> list[SurveyQuestion]:
    """The questions, cleaned; new options get codes that none of the `former` questions had. Raises Refusal at
    `questions.<place>.<field>` for what no form may be."""
    if len(questions) > MAX_QUESTIONS:
        raise limit_reached(
            f"A form has at most {MAX_QUESTIONS} questions.", "questions", expected.at_most(MAX_QUESTIONS)
        )
    if sum(one.kind is Kind.FILE for one in questions) > MAX_IN_FORM:
        raise limit_reached(f"A form asks for {MAX_IN_FORM} files at most.", "questions", expected.at_most(MAX_IN_FORM))
    whole: list[SurveyQuestion] = []
    for place, one in enumerate(questions):
        was = next((each for each in former if each.code == one.code), None)
        whole.append(_checked(one, was, whole, f"questions.{place}"))
    return whole


def _checked(
    one: SurveyQuestion, was: SurveyQuestion | None, before: Sequence[SurveyQuestion], at: str
) -> SurveyQuestion:
    if not one.code or any(other.code == one.code for other in before):
        raise bad_input("Each question has a code of its own.", f"{at}.code", expected.ONCE)
    if int(one.code[1:]) > MAX_CODE:
        message = "So many questions had this survey: begin another."
        raise limit_reached(message, f"{at}.code", expected.no_more(MAX_CODE))
    has_options, is_matrix = one.kind in CHOSEN, one.kind is Kind.MATRIX
    clean = SurveyQuestion(
        one.code,
        one.kind,
        _text(one.title, TITLE_LENGTH, f"{at}.title"),
        _text(one.help, HELP_LENGTH, f"{at}.help"),
        one.is_required and one.kind is not Kind.PAGE,
        _labelled(one.options, was.options if was else (), "o", MAX_OPTIONS, f"{at}.options") if has_options else (),
        _labelled(one.rows, was.rows if was else (), "r", MAX_ROWS, f"{at}.rows") if is_matrix else (),
        one.has_other and one.kind in (Kind.ONE, Kind.SEVERAL),
        *_bounds(one, at),
        _text(one.low, (0, 100), f"{at}.low") if one.kind is Kind.SCALE else "",
        _text(one.high, (0, 100), f"{at}.high") if one.kind is Kind.SCALE else "",
        one.shown_if,
        (one.file_types or tuple(FileType)) if one.kind is Kind.FILE else (),
    )
    _check_reach(clean, at)
    _check_conditions(clean, before, at)
    return clean


def _check_reach(one: SurveyQuestion, at: str) -> None:
    """No more is to be chosen or ranked than there is. Raises Refusal."""
    if one.kind in (Kind.SEVERAL, Kind.RANKING) and (one.least or 0) > len(one.option_codes):
        message = f"There are {len(one.option_codes)} to choose from: nobody could answer."
        raise bad_input(message, f"{at}.least", expected.number(0, len(one.option_codes)))


def _text(text: str, length: tuple[int, int], at: str) -> str:
    kept = writing.tidy(text)
    if len(writing.seen(kept)) < length[0]:
        raise Refusal(ErrorCode.TOO_SHORT, f"At least {length[0]} characters are wanted.", at, about=str(length[0]))
    if len(kept) > length[1]:
        raise Refusal(ErrorCode.TOO_LONG, f"At most {length[1]} characters are possible.", at, about=str(length[1]))
    return kept


def _labelled(
    options: Sequence[SurveyOption], former: Sequence[SurveyOption], letter: str, most: int, at: str
) -> tuple[SurveyOption, ...]:
    """Options with a label, each with a code of its own that no other ever had. Raises Refusal."""
    there = [one for one in options if one.label.strip()]
    if not there:
        raise Refusal(ErrorCode.REQUIRED, f"1 to {most} are wanted.", at)
    if len(there) > most:
        raise limit_reached(f"1 to {most} are wanted.", at, expected.at_most(most))
    taken = [one.code for one in (*options, *former) if one.code]
    kept: list[SurveyOption] = []
    for one in there:
        code = one.code or next_code(letter, taken)
        taken.append(code)
        if any(other.code == code for other in kept) or code[:1] != letter or not code[1:].isdecimal():
            raise bad_input("Each option has a code of its own.", at, expected.ONCE)
        kept.append(SurveyOption(code, _text(one.label, LABEL_LENGTH, at)))
    return tuple(kept)


def _bounds(one: SurveyQuestion, at: str) -> tuple[int | None, int | None]:
    """`least` and `most`, with what is usual. Raises Refusal."""
    limits = {
        Kind.SEVERAL: (0, MAX_OPTIONS + 1),
        Kind.RANKING: (1, MAX_OPTIONS),
        Kind.SCALE: (0, SCALE_MOST),
        Kind.NUMBER: (-MAX_NUMBER, MAX_NUMBER),
        Kind.TEXT: (1, TEXT_MOST),
        Kind.LONG_TEXT: (1, LONG_TEXT_MOST),
        Kind.FILE: (1, MOST_MB),
    }.get(one.kind)
    if limits is None:
        return None, None
    least, most = one.least, one.most
    if one.kind is Kind.FILE:
        least, most = None, USUAL_MB if most is None else most
    if one.kind is Kind.SCALE:
        least, most = (1 if least is None else least), (5 if most is None else most)
        if least not in (0, 1):
            raise bad_input("A scale begins with 0 or 1.", f"{at}.least", expected.one_of(0, 1))
    for name, bound in (("least", least), ("most", most)):
        if bound is not None and not limits[0] <= bound <= limits[1]:
            raise bad_input(f"{limits[0]} to {limits[1]} are possible.", f"{at}.{name}", expected.number(*limits))
    if least is not None and most is not None and (least > most or (one.kind is Kind.SCALE and least == most)):
        raise bad_input("The most is not below the least.", f"{at}.most", expected.number(least, limits[1]))
    return least, most


def _check_conditions(one: SurveyQuestion, before: Sequence[SurveyQuestion], at: str) -> None:
    """Conditions look back, at questions that decide, and at options that these have. Raises Refusal(SURVEY_RULE)."""
    if len(one.shown_if) > MAX_CONDITIONS:
        message = f"At most {MAX_CONDITIONS} conditions are possible."
        raise limit_reached(message, f"{at}.shownIf", expected.at_most(MAX_CONDITIONS))
    deciding = {other.code: other for other in before if other.kind in DECIDING}
    for place, said in enumerate(one.shown_if):
        asked = deciding.get(said.question)
        if asked is None or not said.options or not set(said.options) <= set(asked.option_codes):
            message = "A condition names an earlier question with options, and some of these."
            raise Refusal(ErrorCode.SURVEY_RULE, message, f"{at}.shownIf.{place}")


def require_kept(questions: Sequence[SurveyQuestion], former: Sequence[SurveyQuestion]) -> None:
    """A question that was answered keeps what its answers mean: the code of its kind is never another kind's. Raises
    Refusal(SURVEY_ANSWERED)."""
    kinds = {one.code: one.kind for one in former}
    for place, one in enumerate(questions):
        if kinds.get(one.code, one.kind) is not one.kind:
            message = "People have answered this question: ask another instead."
            raise Refusal(ErrorCode.SURVEY_ANSWERED, message, f"questions.{place}.kind")


def all_of(versions: Sequence[Sequence[SurveyQuestion]]) -> list[SurveyQuestion]:
    """Every question of a form's versions, the newest version first: in the newest's order, then those that it has no
    more, each with the options that it ever had."""
    whole: dict[str, SurveyQuestion] = {}
    for questions in versions:
        for one in questions:
            there = whole.get(one.code)
            whole[one.code] = one if there is None else _widened(there, one)
    return list(whole.values())


def _widened(newer: SurveyQuestion, older: SurveyQuestion) -> SurveyQuestion:
    def union(now: tuple[SurveyOption, ...], was: tuple[SurveyOption, ...]) -> tuple[SurveyOption, ...]:
        return now + tuple(one for one in was if one.code not in {other.code for other in now})

    bounds: dict[str, Any] = {}
    if newer.kind is Kind.SCALE:
        ends = [end for end in (newer.least, older.least, newer.most, older.most) if end is not None]
        bounds = {"least": min(ends), "most": max(ends)}
    return SurveyQuestion(
        **{name: getattr(newer, name) for name in SurveyQuestion.__slots__}
        | {"options": union(newer.options, older.options), "rows": union(newer.rows, older.rows)}
        | {"has_other": newer.has_other or older.has_other}
        | bounds
    )
