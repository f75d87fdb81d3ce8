"""XLSX written chunk by chunk: a workbook leaves while its rows come, which no library offers.

A sheet ends before Excel's last row, and before 2 GiB, beyond which a ZIP that is written without going back would need
what Excel does not read.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO
from xml.sax.saxutils import escape

from transfer.cell import Value, neutral

MAX_ROWS = 1_000_000
MAX_BYTES = 1_500_000_000
MAX_TEXT = 32_767
"""Characters of a cell that Excel takes."""

LEVEL = 3
"""Of compression: 6 takes twice as long and saves a tenth."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's days have no time zone.
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts>'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_BEGIN = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"'
    ' defaultColWidth="18"/><sheetData>'
)
_END = "</sheetData></worksheet>"


class _Sink:
    """Takes what the ZIP writes until somebody fetches it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass


class XlsxWriter:
    """Gives a workbook's bytes as its rows come."""

    media_type = f"{_TYPES}.sheet"

    def __init__(self, title: str = "Feuille") -> None:
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)  # type: ignore[call-overload]  # It writes and never goes back.
        self._header = ""
        self._sheet: IO[bytes] | None = None
        self._title, self._titles = title, list[str]()
        self._rows = self._bytes = 0

    def begin(self, names: Sequence[str]) -> bytes:
        """The header."""
        self._header = "".join(f'<c s="2" t="inlineStr"><is><t>{_shown(name)}</t></is></c>' for name in names)
        self._open()
        return self._taken()

    def next(self, title: str, names: Sequence[str]) -> bytes:
        """Another sheet, with its header; the rows that follow stand on it."""
        self._close()
        self._title = title
        return self.begin(names)

    def rows(self, rows: Iterable[Sequence[Value]]) -> bytes:
        """Some rows."""
        for row in rows:
            if self._rows >= MAX_ROWS or self._bytes >= MAX_BYTES:
                self._close()
                self._open()
            self._write(f"<row>{''.join(map(_cell, row))}</row>")
            self._rows += 1
        return self._taken()

    def end(self) -> bytes:
        """What closes the workbook."""
        self._close()
        for name, text in self._parts().items():
            self._archive.writestr(name, _HEAD + text)
        self._archive.close()
        return self._taken()

    def _open(self) -> None:
        self._rows, self._bytes = 1, 0
        same = sum(title.startswith(self._title) for title in self._titles)
        self._titles.append(self._title if self._title != "Feuille" and not same else f"{self._title} {same + 1}")
        self._sheet = self._archive.open(f"xl/worksheets/sheet{len(self._titles)}.xml", "w")
        self._write(f"{_BEGIN}<row>{self._header}</row>")

    def _write(self, text: str) -> None:
        assert self._sheet is not None
        self._bytes += self._sheet.write(text.encode())

    def _close(self) -> None:
        self._write(_END)
        assert self._sheet is not None
        self._sheet.close()

    def _taken(self) -> bytes:
        parts, self._sink.parts = self._sink.parts, []
        return b"".join(parts)

    def _parts(self) -> dict[str, str]:
        names = [(n, f"worksheets/sheet{n}.xml") for n in range(1, len(self._titles) + 1)]
        named = enumerate(map(escape, self._titles), 1)
        sheets = "".join(f'<sheet name="{title}" sheetId="{n}" r:id="rId{n}"/>' for n, title in named)
        relations = [_relation(n, "worksheet", name) for n, name in names]
        types = [_override(f"xl/{name}", "worksheet") for _, name in names]
        types += [_override("xl/workbook.xml", "sheet.main"), _override("xl/styles.xml", "styles")]
        return {
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(*relations, _relation(0, "styles", "styles.xml")),
            "_rels/.rels": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
            f' ContentType="application/xml"/>{"".join(types)}</Types>',
        }


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(*relations: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{_TYPES}.{kind}+xml"/>'


def _shown(text: str) -> str:
    return escape(_UNFIT.sub("", text)[:MAX_TEXT])


def _cell(value: Value) -> str:
    match value:
        case None | "":
            return "<c/>"
        case bool():
            return f'<c t="inlineStr"><is><t>{"oui" if value else "non"}</t></is></c>'
        case int() | float():
            return f"<c><v>{value!r}</v></c>"
        case datetime():
            days = (value.replace(tzinfo=None) - _FIRST_DAY).total_seconds() / 86_400
            return f'<c s="1"><v>{days:.8f}</v></c>'
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_shown(neutral(value))}</t></is></c>'
