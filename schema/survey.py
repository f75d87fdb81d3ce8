"""Surveys in the contract: an activity's form, what the viewer answers to it, and its results."""

from typing import Annotated, Any

import resolvers.question_result
import resolvers.sheet_page
import resolvers.survey
import resolvers.survey_answer
import resolvers.survey_form
from models.survey_form import MAX_VERSIONS
from planner import field
from planner.cost_directive import priced
from schema.question_result import SurveyResult
from schema.survey_answer import SurveyAnswer, SurveyChannelCount, SurveyPage
from schema.survey_form import SURVEYS, SurveyForm


@field.value
class Survey:
    """What people answer in an activity of the kind SURVEY («enquête»)."""

    form: SurveyForm | None = field.one(resolvers.survey_form.newest, "The form that people answer; null: none yet.")
    writing: SurveyForm | None = field.one(
        resolvers.survey_form.being_written,
        "The form that editors are writing; null: none is, and for anybody but administrators and the space's editors.",
    )
    versions: list[SurveyForm] = field.many(
        resolvers.survey_form.versions, f"All published forms, the newest first, {MAX_VERSIONS} at most.", size=3
    )
    answer_count: int = field.expression(resolvers.survey_answer.count, "How many answers were sent.", marks=priced(50))
    is_over: bool = field.expression(
        resolvers.survey.is_over,
        "Whether it takes no answers any more, by its close or by its phases: results may be published.",
    )
    viewer_answer: SurveyAnswer | None = field.one(
        resolvers.survey_answer.own, "What the viewer has kept or sent; null: nothing."
    )
    results: list[SurveyResult] = field.many(
        resolvers.question_result.of_survey,
        "Its questions as they were counted last, in the form's order: those that are published, for editors all.",
        size=20,
    )

    is_without_account: bool = field.expression(
        resolvers.survey.is_without_account,
        "Whether people answer without an account («enquête ouverte»): once in a browser, which proves nothing of who"
        " they are.",
    )
    channels: list[SurveyChannelCount] = field.parts(
        resolvers.survey.channels,
        "How many answers came by which way and with which proof; while it is answered for administrators alone.",
        size=5,
    )
    double_count: int | None = field.expression(
        resolvers.survey.doubles,
        "How many answers without account, or beside such, say the same words as one before them; they are marked in"
        " exports and counted; null for anybody but administrators.",
    )

    @field.declared(field.Computed(resolvers.sheet_page.page_need, resolvers.sheet_page.sheet_pages))
    def page(
        self,
        page: Annotated[
            int | None, field.argument("Its number, from 1; one that has nothing to ask leads to the next.")
        ] = 1,
        browser_key: Annotated[
            str | None,
            field.argument(
                "The key of a browser without account, as `surveyAnswerSave` told it; of whoever is signed"
                " in nothing else is shown."
            ),
        ] = None,
    ) -> SurveyPage | None:
        """A page of the form, by what the viewer, or the browser, has kept; null where there is no form."""


def of_activity() -> Any:
    """The field of an activity that leads to its survey."""
    return field.part(
        resolvers.survey.of_activity, "What people answer in a survey; null of other kinds.", marks=SURVEYS
    )
