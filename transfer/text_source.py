"""Text source: a file that somebody sends as a text of articles, as Markdown."""

from models.import_run import ImportProblem
from transfer import docx_file
from transfer.line import FileError


def read(content: bytes) -> str:
    """The Markdown that a file is, or that a DOCX holds. Raises FileError."""
    if content.startswith(b"PK"):
        return docx_file.source(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(ImportProblem.UNREADABLE) from error
