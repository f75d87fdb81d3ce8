"""DOCX: the headings and paragraphs of a word processor's document, as the Markdown source of a text.

What unpacks to more than a text holds is refused while it is read, whatever its directory promises; so is a document
with a type definition, in which entities could be declared that grow without end.
"""

import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from models.import_run import ImportProblem
from models.wording import markdown
from transfer.line import FileError

MAX_PART = 16 * 1024**2
"""Bytes of one part once it is unpacked. Of 400,000 characters in short paragraphs Word makes some eight million."""

MAX_MEMBERS, MAX_DEPTH, MAX_PARAGRAPHS = 2_000, 200, 20_000
MAX_LEVEL = 6
PIECE = 256 * 1024
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_DELETED = ("del", "moveFrom")
"""What a reader has struck out and nobody has accepted yet."""


FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
"""What reading raises of what is no document; a RuntimeError is that of a password."""


def source(content: bytes) -> str:
    """The Markdown of a document. Raises FileError."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise FileError(ImportProblem.TOO_LARGE)
            has_styles = "word/styles.xml" in archive.namelist()
            styles = StyleReader()
            if has_styles:
                _feed(styles, archive, "word/styles.xml")
            body = ParagraphReader(styles.levels)
            _feed(body, archive, "word/document.xml")
    except FAULTS as error:
        raise FileError(ImportProblem.UNREADABLE) from error
    if not any(words for _, words in body.paragraphs):
        raise FileError(ImportProblem.EMPTY)
    return _written(body.paragraphs)


def _written(paragraphs: list[tuple[int | None, str]]) -> str:
    parts: list[str] = []
    for level, words in paragraphs:
        if not words:
            continue
        heading = " ".join(words.split())
        parts.append(markdown.paragraph(words) if level is None else f"{'#' * level} {heading}")
    return "\n\n".join(parts) + "\n"


class PartReader:
    """Reads one part of a document, element by element."""

    def __init__(self) -> None:
        self._depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.said
        self.parser.StartDoctypeDeclHandler = self._declared

    def _declared(self, *_said: object) -> None:
        raise FileError(ImportProblem.UNREADABLE)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FileError(ImportProblem.TOO_LARGE)
        self.begin(_plain(name), {_plain(key): given for key, given in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(_plain(name))

    def begin(self, name: str, said: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def said(self, words: str) -> None:
        """Words within it."""


class StyleReader(PartReader):
    """Which styles are headings, and of which level."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: dict[str, int] = {}
        self._style: str | None = None

    def begin(self, name: str, said: dict[str, str]) -> None:
        """A style, its name in English, or its level in the outline."""
        if name == "style":
            self._style = said.get("styleId")
        elif self._style and name == "name" and (level := _level(said.get("val", ""))):
            self.levels[self._style] = level
        elif self._style and name == "outlineLvl" and said.get("val", "").isdigit() and int(said["val"]) < MAX_LEVEL:
            self.levels.setdefault(self._style, int(said["val"]) + 1)


class ParagraphReader(PartReader):
    """The paragraphs in order, each with its level where it is a heading."""

    def __init__(self, levels: dict[str, int]) -> None:
        super().__init__()
        self.paragraphs: list[tuple[int | None, str]] = []
        self._levels = levels
        self._level: int | None = None
        self._words: list[str] = []
        self._deleted = 0
        self._is_text = False

    def begin(self, name: str, said: dict[str, str]) -> None:
        """A paragraph, its style, or words in it."""
        if name in _DELETED:
            self._deleted += 1
        elif name == "p":
            self._level, self._words = None, []
        elif name == "pStyle":
            style = said.get("val", "")
            self._level = self._levels.get(style) or _level(style)
        elif name == "outlineLvl" and said.get("val", "").isdigit() and int(said["val"]) < MAX_LEVEL:
            self._level = int(said["val"]) + 1
        elif name == "t":
            self._is_text = not self._deleted
        elif name in ("br", "cr", "tab", "noBreakHyphen") and not self._deleted:
            self._words.append({"tab": " ", "noBreakHyphen": "-"}.get(name, "\n"))

    def end(self, name: str) -> None:
        """The end of words, or of a paragraph."""
        if name in _DELETED:
            self._deleted -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            if len(self.paragraphs) >= MAX_PARAGRAPHS:
                raise FileError(ImportProblem.TOO_LARGE)
            self.paragraphs.append((self._level, "".join(self._words).strip()))
            self._level, self._words = None, []

    def said(self, words: str) -> None:
        """Words of a paragraph."""
        if self._is_text:
            self._words.append(words)


def _feed(reader: PartReader, archive: zipfile.ZipFile, name: str) -> None:
    """Unpack a part piece by piece, no further than it may be long. Raises FileError, ExpatError."""
    read = 0
    with archive.open(name) as part:
        while piece := part.read(PIECE):
            read += len(piece)
            if read > MAX_PART:
                raise FileError(ImportProblem.TOO_LARGE)
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)


def _plain(name: str) -> str:
    """The name of an element or attribute of word processing; of others the whole name."""
    for space in (_W, _STRICT):
        if name.startswith(space):
            return name[len(space) :]
    return name


def _level(style: str) -> int | None:
    """The level of a style by its name, in English or French: Heading 1, heading1, Titre 2."""
    name = style.strip().lower()
    for word in ("heading", "titre"):
        number = name.removeprefix(word).strip()
        if name.startswith(word) and number.isdigit() and 1 <= int(number) <= MAX_LEVEL:
            return int(number)
    return 1 if name == "title" else None
