"""Editions in the contract: finished votes that are imported, with their rule and how their ballots are read."""

from models.edition import EditionTerm
from planner import field
from schema.enumeration import described

described(
    EditionTerm,
    "What a rule of a vote says, as a file of a finished vote has it.",
    {
        "METHOD": "By which method people voted: a VoteMethod.",
        "LEAST": "The least that a ballot held: projects, points in all, or per cent of the budget.",
        "MOST": "The most that a ballot held, likewise.",
        "MOST_EACH": "The most points for a project.",
        "BUDGET": "What there was to spend, in euros.",
        "AWARD": "By which rule projects won: an AwardRule.",
        "OPENS": "When people could vote; ISO 8601.",
        "CLOSES": "When they could no longer; ISO 8601.",
    },
)


@field.value
class ImportTerm:
    """A term of a finished vote's rule («règle de l'édition»), as its file and as the activity has it."""

    term: EditionTerm = field.column("What it is about.")
    file_says: str | None = field.column("What the import gives to the activity; null: nothing.", name="theirs")
    activity_says: str | None = field.column("What the activity said before; null: nothing.", name="ours")


@field.value
class ImportEdition:
    """The ballots of a finished vote that an imported file holds («édition terminée»), as far as they were read."""

    is_taken: bool = field.column("Whether its ballots are imported, or would be.")
    ballot_count: int = field.column("How many ballots were read.")
    valid_count: int = field.column("How many of them name projects as the rule allows.")
    blank_count: int = field.column("How many of them name none.")
    spoilt_count: int = field.column("How many are null: the rule does not allow what they say.")
    repeated_count: int = field.column("How many are left out: their voter has another one.")
    selected_count: int | None = field.column("How many projects won by what the file says; null: it does not say.")
