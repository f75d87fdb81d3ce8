"""Answer files in the contract: what may be sent with an answer, and what was.

GraphQL carries no files: they are sent to an address of their own (`POST /enquete/{activity}/fichier`).
"""

from models.answer_file import FileType
from planner import field
from schema.enumeration import described

__all__ = ["FileType", "SurveyFile"]

described(
    FileType,
    "What a file may be that is sent with an answer. Archives, programs and office documents are none of these.",
    {
        "IMAGE": "A picture: JPEG, PNG or WebP, drawn anew as JPEG without what a camera says beside the pixels.",
        "PDF": "A PDF without attachments and programs, as far as they are written in plain.",
        "TEXT": "A plain text in UTF-8.",
    },
)


@field.value
class SurveyFile:
    """A file that was sent to a question («fichier joint»). The city's team alone reads what is in it."""

    name: str = field.column("Its name, with the ending of what it is.")
    type: FileType = field.column("What it is.")
    size: int = field.column("Its bytes, as it is kept: a picture is drawn anew.")
