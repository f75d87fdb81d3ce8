"""Transparency in the contract: the yearly report of moderation, for everybody."""

from typing import Annotated

import strawberry

import office.transparency
from models.appeal import AppealOutcome
from models.moderation import DecisionAction, DecisionGround, ReportPart
from models.report import ReportCategory
from planner import field
from planner.cost_directive import priced
from schema.enumeration import described

described(
    ReportPart,
    "The parts of the yearly report, after the templates of Regulation (EU) 2024/2835.",
    {
        "NOTICES": "Notices of illegal content (article 16 of Regulation (EU) 2022/2065), by category.",
        "TRUSTED_NOTICES": "Of these, notices of trusted flaggers (article 22), by category.",
        "OTHER_REPORTS": "Reports that claim a breach of the terms alone, by category.",
        "NOTICE_ACTIONS": "Decisions against content or its author after notices, by category, ground and action.",
        "TRUSTED_ACTIONS": "Of these, decisions after notices of trusted flaggers.",
        "OWN_INITIATIVE": "The same on the moderators' own initiative, by category, action and detection.",
        "RESTRICTIONS": "All decisions against content or its author, by ground and action.",
        "COMPLAINTS": "Appeals, by outcome and by what they contest.",
        "AUTOMATED": "What people decided of what programs had marked: NOTHING is a program's error.",
        "PEOPLE": "How many people decided.",
    },
)


@field.value
class ReportFigure:
    """A figure of the yearly report of moderation («rapport de transparence»)."""

    part: ReportPart = field.column("Of which part.")
    category: ReportCategory | None = field.column("What is wrong; null where the part is not broken down by it.")
    ground: DecisionGround | None = field.column("On what decisions stand; null where the part does not say it.")
    action: DecisionAction | None = field.column("What was decided or is contested; null where that is not said.")
    outcome: AppealOutcome | None = field.column("What became of appeals; null where they wait, and in other parts.")
    is_automatic: bool | None = field.column("Whether a program detected it; null where the part does not say it.")
    count: int = field.column("How many.")
    median_minutes: int | None = field.column(
        "The median of the minutes to the answer; null where none was answered, and in parts without answers."
    )


@strawberry.type
class TransparencyQuery:
    @field.declared(field.Parts(office.transparency.report), directives=priced(5), size=office.transparency.ROWS)
    def moderation_report(
        self, year: Annotated[int, field.argument("The year, by the portal's clock.")]
    ) -> list[ReportFigure]:
        """The report of a year of moderation: by part, most first. Nobody is named, and no decision was automatic."""
