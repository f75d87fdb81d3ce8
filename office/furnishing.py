"""What an activity of a template has besides its rules: a petition's rule, a survey's form, a consultation's text."""

from uuid import UUID

from models.petition_rule import CLOCKS, PetitionRule
from models.question import checked, written
from models.survey_form import SurveyForm
from models.template import ActivityTemplate
from models.text_version import TextVersion
from models.wording import article, markdown
from planner.act import Act
from resolvers import petition_rule


async def furnish(act: Act, activity: UUID, template: ActivityTemplate) -> None:
    """Write what a new activity is furnished with, as it would be by hand. The rule and the form hold at once: nobody
    sees them before the space is published. A text is the city's own: the template's is only prepared."""
    own = {"activity_id": activity, "author_id": act.actor_or_none}
    if template.petition_levels:
        levels = petition_rule.ordered(template.petition_levels, None)
        await act.insert(PetitionRule, **own, version=1, levels=levels, **CLOCKS, published_at=act.now)
    if template.questions:
        questions = written(checked(template.questions))
        times = {"changed_at": act.now, "published_at": act.now}
        await act.insert(SurveyForm, **own, version=1, edition=1, questions=questions, **times)
    if template.text:
        articles = article.numbered(markdown.read(template.text.strip()), (), 0)
        last = max(one.number for one in articles)
        parts = {"articles": article.stored(articles), "last_number": last, "merged": []}
        await act.insert(TextVersion, **own, number=1, **parts, prepared_at=act.now)
