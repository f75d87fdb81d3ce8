"""How a row that was imported is found again: by what it became and its reference in the system that it comes from."""

from models.contribution import ContributionKind
from models.import_run import ImportedKind
from transfer.record import Record
from transfer.vocabulary import COMMENT

Key = tuple[str, str]
"""What it became, and its reference."""


def kind_of(record: Record) -> ImportedKind:
    """What a row becomes; proposals, arguments and comments are numbered apart."""
    apart = {COMMENT: ImportedKind.COMMENT, ContributionKind.ARGUMENT.value: ImportedKind.ARGUMENT}
    return apart.get(record.kind, ImportedKind.CONTRIBUTION)


def key_of(record: Record) -> Key:
    """A row's key among those of its source."""
    return kind_of(record).value, record.reference
