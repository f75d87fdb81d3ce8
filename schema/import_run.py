"""Imports in the contract: files of other systems that become contributions; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry

import intake.import_run
import models.activity
import models.import_run
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.import_run import DeclaredMeasure, ImportFormat, ImportProblem, ImportRemarkCode, ImportState, ImportTarget
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.edition import ImportEdition, ImportTerm
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity, LaterContribution
from schema.page import After, Connection, First

described(
    ImportFormat,
    "What an imported file is.",
    {
        "TABLE": "A table: CSV, XLSX, or objects of JSON.",
        "DECIDIM": "Decidim's open data, a ZIP of CSV files.",
        "CAP_COLLECTIF": "A CSV of Cap Collectif, of either generation.",
        "PABULIB": "A participatory budget in Pabulib's format: projects, and the ballots of a finished vote.",
        "API_ENGAGEMENT": "Missions of volunteers in the fields of API Engagement, JSON.",
    },
)
described(
    ImportState,
    "Where an import is.",
    {
        "CHECKING": "Its file is being tried; nothing is imported.",
        "CHECKED": "It was tried («essai à blanc»): the remarks say what is refused. It may be confirmed.",
        "RUNNING": "It is being imported.",
        "DONE": "It was imported, and may be undone.",
        "UNDOING": "What it made is being taken back.",
        "UNDONE": "What it made was taken back, but for what somebody had used since.",
        "FAILED": "The file cannot be imported as a whole; `problem` says why.",
    },
)
described(
    ImportProblem,
    "Why a whole file cannot be imported.",
    {
        "UNREADABLE": "It is none of the formats, or damaged.",
        "EMPTY": "It has no row of what can be imported.",
        "TOO_LARGE": "It has too many rows, or unpacks to too much.",
        "NO_TEXT_COLUMN": "No column says title or text.",
    },
)
described(
    ImportTarget,
    "What a column of a file says.",
    {
        "NOTHING": "It is not imported.",
        "REFERENCE": "What the source calls the row: by it nothing is imported twice.",
        "KIND": "The kind: offre, besoin, annonce, proposition, argument or commentaire.",
        "TITLE": "The title.",
        "BODY": "The text; HTML becomes plain text.",
        "ABOUT": "The reference of the contribution that an argument or a comment is about.",
        "SIDE": "Whether an argument is for (pour) or against (contre).",
        "AUTHOR": "The author's public name; without one it is the portal's collectivité.",
        "CATEGORY": "The category, by its name.",
        "PUBLISHED_AT": "When it was published: dd/mm/yyyy or ISO 8601.",
        "LATITUDE": "Degrees north.",
        "LONGITUDE": "Degrees east.",
        "COMMUNE": "The INSEE code of the commune in whose centre it lies.",
        "PRICE": "A listing's price in euros.",
        "PRICE_UNIT": "What the price is for.",
        "COST": "What a project costs, in euros: in a participatory budget its cost, elsewhere told in the text.",
        "PLACE": "A place in words; told in the text.",
        "ANSWER": "The official answer; it becomes an official response to a proposal, a comment on anything else.",
        "ANSWERED_AT": "When the official answer was given; without it, when the proposal was published.",
        "ANSWER_SERVICE": "In whose name it was given; without it, the collectivité.",
        "STATUS": "Where the source is with a proposal: a status of the activity. What was withdrawn is left out.",
        "OLD_ADDRESS": "Where it was on the web; a request for that path at the portal leads to it.",
        "SUPPORT_TOTAL": "Supports that the source counted.",
        "FOR_TOTAL": "Opinions for that the source counted.",
        "MIXED_TOTAL": "Mixed opinions that the source counted.",
        "AGAINST_TOTAL": "Opinions against that the source counted.",
        "POINTS_TOTAL": "Points that the source counted.",
        "PAPER_TOTAL": "Votes on paper that the source counted.",
        "ORGANISATION": "The name of the organisation of a mission.",
        "ORGANISATION_REFERENCE": "What the source calls that organisation.",
        "STARTS_AT": "When a mission begins; a row with it is a mission.",
        "ENDS_AT": "When a mission ends.",
        "PLACES": "How many volunteers a mission wants, 1 to 100.",
        "DOMAIN": "What a mission is for: a domain of API Engagement.",
        "REQUIREMENTS": "What a mission asks of volunteers.",
        "OPEN_TO_MINORS": "Whether a mission takes minors: oui, yes or true.",
        "ACCESSIBLE": "Whether people with reduced mobility can take part: oui, yes or true.",
        "STREET": "The street of a mission, which is published with its exact point.",
    },
)
described(
    ImportRemarkCode,
    "What is to be said of a row.",
    {
        "MISSING": "What is needed is not there.",
        "TOO_SHORT": "The text is too short.",
        "TOO_LONG": "The text is too long.",
        "BAD_DATE": "It is no date.",
        "FUTURE_DATE": "The date is to come.",
        "BAD_NUMBER": "It is no number of this kind.",
        "BAD_KIND": "It is no kind that the activity takes.",
        "BAD_SIDE": "It is neither for nor against.",
        "BAD_PLACE": "It is no place, or half of one.",
        "UNKNOWN_ABOUT": "The source has no contribution of this reference here.",
        "UNKNOWN_COMMUNE": "It is no INSEE code of a commune whose place is known.",
        "UNKNOWN_CATEGORY": "The activity has no category of this name.",
        "OUTSIDE_TERRITORY": "The place is far outside of the portal's territory.",
        "REPEATED": "The file has another row of the same reference.",
        "BROKEN_ROW": "The row has more or fewer cells than the header.",
        "ZERO_RESTORED": "The row is taken; the first zero of its INSEE code had been lost.",
        "PLACE_LEFT_OUT": "The row is taken without its place: the activity has none.",
        "WITHDRAWN": "Its author took it back, or never published it: it is left out.",
        "NEW_CATEGORY": "The row is taken; the import makes its category, which the activity has not.",
        "NEW_STATUS": "The row is taken; the import makes its status, which the activity has not.",
        "STATUS_LEFT_OUT": "The row is taken without its status: the activity has as many as it may.",
        "TITLE_OF_TEXT": "The row is taken; its title is the beginning of its text.",
        "BAD_PERIOD": "It ends before it begins, or begins more than a year from now.",
        "PAST_PERIOD": "It is over: it is left out.",
        "UNKNOWN_DOMAIN": "The row is taken without its domain, which is none of API Engagement.",
        "PLACES_CHANGED": "The row is taken with another number of places: from 1 to 100.",
        "PERIOD_CHANGED": "The row is taken; its slot is of a year at most, as it has no end or lasts longer.",
        "SLOT_KEPT": "The row is taken; the slot's times stay, as people have signed up, or it was called off.",
        "BALLOTS_LEFT_OUT": "The projects are taken without their ballots: the activity is no participatory budget, its"
        " vote is secret, somebody has voted in it, it has a desk, or another activity has a project of this source and"
        " reference.",
        "META_LEFT_OUT": "The file does not say it, or not so that it can be read; the activity's stays, or what its"
        " ballots show.",
        "COUNT_DIFFERS": "The file counts itself otherwise than it is.",
        "OTHER_CURRENCY": "Its amounts are in another currency, and are taken as they are.",
        "COST_ABOVE_BUDGET": "The project is taken; it costs more than there is to spend.",
        "UNKNOWN_PROJECT": "The ballot is taken without this project, which is not there.",
        "BALLOT_SPOILT": "The ballot is counted as null: the rule of the vote does not allow it.",
        "REPEATED_VOTER": "The ballot is left out: the voter has another one further up.",
    },
)
described(
    DeclaredMeasure,
    "What a declared total counts.",
    {
        "SUPPORT": "Supports, or votes of a kind that is not said.",
        "FOR": "Opinions for.",
        "MIXED": "Mixed opinions.",
        "AGAINST": "Opinions against.",
        "POINTS": "Points.",
        "PAPER": "Votes on paper.",
    },
)


@field.value
class DeclaredTotal:
    """A count that another system declared («total déclaré»), without ballots; it is in no tally."""

    measure: DeclaredMeasure = field.column("What was counted.")
    count: int = field.column("How many.")
    source: str = field.column("Who says so.")


@field.value
class ImportOrigin:
    """Where an imported contribution was before («provenance»)."""

    source: str = field.column("The system that it comes from, as whoever imported it calls it.")
    reference: str = field.column("What that system calls it.")
    address: str | None = field.column("Where it was on the web; null when that is not known.")


@field.value
class ImportColumn:
    """A column of an imported file («colonne»)."""

    name: str = field.column("Its name in the file.")
    target: ImportTarget = field.column("What it says.")
    sample: str = field.column("The first of its values, shortened.")


@field.stored(
    models.import_run.ImportRemark,
    visible=resolvers.sight.administrators,
    container=("run_id", "ImportRun"),
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class ImportRemark:
    """What is to be said of a row of an imported file («remarque»): that it is refused, or how it was read."""

    row: int = field.column("The row, as programs count that show the file.", name="line")
    column: str | None = field.column("The column; null: the row as a whole.", name="column_name")
    code: ImportRemarkCode = field.column("What programs read.")
    value: str | None = field.column("The beginning of what stands there; null: nothing does.")


@field.stored(
    models.import_run.ImportRun,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class ImportRun:
    """A file that was sent to be imported, and what became of it («import»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("importrun"), "Opaque id.")
    format: ImportFormat = field.column("What the file is.")
    state: ImportState = field.column("Where it is.")
    problem: ImportProblem | None = field.column("Why it failed; null: it did not.")
    file_name: str = field.column("The file's name.")
    file_size: int = field.column("The file's size in bytes.")
    digest: str = field.column("The SHA-256 of the file, in hexadecimal.")
    source: str = field.column("What the system is called that the file comes from.")
    activity: LaterActivity = field.refers("activity_id", "Into what it is imported.")
    columns: list[ImportColumn] = field.parts(intake.import_run.columns, "The file's columns, in their order.")
    may_add_categories: bool = field.column("Whether categories that the activity does not have are made.")
    may_take_ballots: bool = field.column("Whether the ballots of a finished vote are imported with its projects.")
    edition: ImportEdition | None = field.part(
        intake.import_run.edition, "The ballots of a finished vote; null: the file has none, or none are wanted."
    )
    edition_terms: list[ImportTerm] = field.parts(
        intake.import_run.terms, "The rule of the finished vote beside the activity's; none where it has no ballots."
    )
    row_count: int = field.column("How many rows were read.")
    accepted_count: int = field.column("How many of them are imported, or would be.")
    refused_count: int = field.column("How many of them are refused.")
    known_count: int = field.column("How many had been imported before, and are left as they are.")
    kept_count: int = field.column(
        "How many contributions and comments stayed when it was undone, because somebody had answered, voted or"
        " referred to them."
    )
    created_by: Actor | None = field.refers("created_by_id", "Who sent the file; null: an operator of the platform.")
    created_at: datetime = field.column("When the file was sent.")
    ended_at: datetime | None = field.column("When it was imported or undone; null: not yet.")

    @field.declared(field.Connection(intake.import_run.remarks))
    def remarks(self, first: First = 20, after: After = None) -> Connection[ImportRemark]:
        """What is to be said of its rows, in their order; at most the first 1,000."""


@strawberry.input(description="A file to try anew.", directives=audience(Audience.ADMINISTRATOR))
class ImportRunCheckInput:
    import_run: strawberry.ID = field.reference(models.import_run.ImportRun, "The import.")
    activity: strawberry.ID | None = field.reference(
        models.activity.Activity, "Into what it is imported; null: as before.", default=None
    )
    source: str | None = strawberry.field(
        default=None,
        description="What the system is called that the file comes from, 1 to 120 characters; null: as before. Rows of"
        " one source and reference are imported once.",
    )
    targets: list[ImportTarget] | None = strawberry.field(
        default=None, description="What each column says, in their order; null: as before."
    )
    may_add_categories: bool = strawberry.field(
        default=False, description="Whether categories that the activity does not have are made."
    )
    may_take_ballots: bool | None = strawberry.field(
        default=None,
        description="Whether the ballots of a finished vote are imported with its projects; null: as before.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An import to confirm.", directives=audience(Audience.ADMINISTRATOR))
class ImportRunConfirmInput:
    import_run: strawberry.ID = field.reference(models.import_run.ImportRun, "The import.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An import to undo.", directives=audience(Audience.ADMINISTRATOR))
class ImportRunUndoInput:
    import_run: strawberry.ID = field.reference(models.import_run.ImportRun, "The import.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An import to forget.", directives=audience(Audience.ADMINISTRATOR))
class ImportRunDiscardInput:
    import_run: strawberry.ID = field.reference(models.import_run.ImportRun, "The import.")
    idempotency_key: str | None = idempotency_key()


@field.payload("import_run_id")
class ImportRunCheckPayload:
    """The answer to `importRunCheck`."""

    import_run: ImportRun | None = field.refers("import_run_id", "The import; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("import_run_id")
class ImportRunConfirmPayload:
    """The answer to `importRunConfirm`."""

    import_run: ImportRun | None = field.refers("import_run_id", "The import; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("import_run_id")
class ImportRunUndoPayload:
    """The answer to `importRunUndo`."""

    import_run: ImportRun | None = field.refers("import_run_id", "The import; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("import_run_id")
class ImportRunDiscardPayload:
    """The answer to `importRunDiscard`."""

    import_run: ImportRun | None = field.refers("import_run_id", "Null: it is forgotten, or it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ImportRunQuery:
    @field.declared(field.One(resolvers.ident.by_argument("importrun")), directives=audience(Audience.ADMINISTRATOR))
    def import_run(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> ImportRun | None:
        """An import; null when the viewer sees none of this id. For administrators."""

    @field.declared(field.Connection(intake.import_run.listed), directives=audience(Audience.ADMINISTRATOR))
    def import_runs(
        self,
        state: Annotated[ImportState | None, field.argument("Only those that are there; null: all.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[ImportRun]:
        """The portal's imports, the newest first. For administrators."""

    @field.declared(field.One(intake.import_run.moved))
    def contribution_at(
        self, path: Annotated[str, field.argument("Path and query of an old address, for example `/proposals/12`.")]
    ) -> LaterContribution | None:
        """The imported contribution that had an address of this path where it was before; null when none had."""


@strawberry.type
class ImportRunMutation:
    @field.action(intake.import_run.check, who=ADMINISTRATOR)
    def import_run_check(
        self, input: Annotated[ImportRunCheckInput, field.argument("The file.")]
    ) -> ImportRunCheckPayload:
        """Try a file anew with other columns («essai à blanc»): nothing is imported. Files are sent to
        `/import/file`. For administrators."""

    @field.action(intake.import_run.confirm, who=ADMINISTRATOR)
    def import_run_confirm(
        self, input: Annotated[ImportRunConfirmInput, field.argument("The import.")]
    ) -> ImportRunConfirmPayload:
        """Import the rows that were found good; confirming twice is not an error. For administrators."""

    @field.action(intake.import_run.undo, who=ADMINISTRATOR)
    def import_run_undo(
        self, input: Annotated[ImportRunUndoInput, field.argument("The import.")]
    ) -> ImportRunUndoPayload:
        """Take back what an import made, but for what somebody has answered, voted on or referred to since; undoing
        twice is not an error. For administrators."""

    @field.action(intake.import_run.discard, who=ADMINISTRATOR)
    def import_run_discard(
        self, input: Annotated[ImportRunDiscardInput, field.argument("The import.")]
    ) -> ImportRunDiscardPayload:
        """Forget a file of which nothing is imported, with its remarks. For administrators."""
