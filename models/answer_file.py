"""Answer file («fichier joint à une réponse»): what somebody sends to a survey's question that asks for a file."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

MB = 1024 * 1024
MOST_MB, USUAL_MB = 8, 5
"""Of one file."""

SURVEY_MB = 2_048
"""Of all files of one survey: a survey fills no disk."""

MAX_IN_FORM = 5
"""Questions of a form that ask for a file."""

NAME_LENGTH = 120


class FileType(Enum):
    """What a file may be. What an archive, a program or an office document is, none of these is."""

    IMAGE = "IMAGE"
    PDF = "PDF"
    TEXT = "TEXT"


MEDIA_TYPES: dict[FileType, str] = {
    FileType.IMAGE: "image/jpeg",
    FileType.PDF: "application/pdf",
    FileType.TEXT: "text/plain; charset=utf-8",
}
"""As what they are kept and sent on: a picture is drawn anew as JPEG."""

ENDINGS: dict[FileType, tuple[str, ...]] = {
    FileType.IMAGE: (".jpg", ".jpeg", ".png", ".webp"),
    FileType.PDF: (".pdf",),
    FileType.TEXT: (".txt", ".md"),
}
"""The first is what it is called when it is kept under another."""

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PDF, _PDF_END, _PDF_TAIL = b"%PDF-", b"%%EOF", 2_048
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
"""What of a PDF runs or unpacks something; where it is written in plain."""

_BLANKS = frozenset("\t\n\r\f")


def type_of(content: bytes) -> FileType | None:
    """What a file is by its content, whatever its name says; None for all that is not taken."""
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return FileType.IMAGE
    if content.startswith(_PDF):
        is_whole = _PDF_END in content[-_PDF_TAIL:]
        return FileType.PDF if is_whole and not any(active in content for active in _ACTIVE) else None
    return FileType.TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not text.startswith("#!") and all(one.isprintable() or one in _BLANKS for one in text)


def kept_name(name: str, kind: FileType) -> str | None:
    """The name under which a file is kept, with the ending of what it is; None where it says to be something else.

    `name` has no folder and no control characters (`models.writing.name`).
    """
    stem, dot, ending = name.rpartition(".")
    if dot and stem and f".{ending.lower()}" not in ENDINGS[kind]:
        return None
    bare = (stem if dot else name).strip(". ") or "fichier"
    return bare[: NAME_LENGTH - 5] + ENDINGS[kind][0]


class AnswerFile(TenantTable, table=True):
    """A file of one answer, to one of its questions; it goes with the answer. The answer says its id alone, so that
    its name is erased with it. `size` counts bytes."""

    __tablename__ = "answer_file"
    __table_args__ = (
        one_of("type", FileType),
        UniqueConstraint("answer_id", "question", name="answer_file_once"),
        CheckConstraint(f"size = octet_length(content) AND size BETWEEN 1 AND {MOST_MB * MB}", name="file_in_reach"),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        Index("answer_file_actor", "actor_id"),
    )

    id: UUID = Field(primary_key=True)
    answer_id: UUID = Field(foreign_key=f"{TENANT}.survey_answer.id", ondelete="CASCADE")
    question: str = Field(sa_column=text_column())
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    name: str = Field(sa_column=text_column())
    type: FileType = Field(sa_column=text_column())
    size: int = Field(sa_column=Column(Integer, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    given_at: datetime = Field(sa_column=time_column())
