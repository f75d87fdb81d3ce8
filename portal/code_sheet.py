"""Code sheet: codes of a vote as a PDF of A4 pages to be printed and cut, eight to a page, each with its QR code."""

import base64
from collections.abc import Sequence
from io import BytesIO

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

COLUMNS, ROWS = 2, 4
PICTURE = 42 * mm
"""The side of a QR code, which a telephone reads at arm's length."""

BORDER = 5 * mm
TITLE_LINES = 6
TEXT, BOLD, TYPED = "Helvetica", "Helvetica-Bold", "Courier-Bold"
"""Fonts that every PDF reader has; a sign that they lack is printed as a square."""


def address(title: str, path: str, below: Sequence[str], codes: Sequence[str]) -> str:
    """The document as a `data:` address, for a link that saves it: nothing is sent again, nothing is kept. `path` is
    the full address at which a code is typed; `below` are lines under each code."""
    data = base64.b64encode(written(title, path, below, codes)).decode("ascii")
    return f"data:application/pdf;base64,{data}"


def written(title: str, path: str, below: Sequence[str], codes: Sequence[str]) -> bytes:
    """The document. 500 codes are 63 pages and some 700 kB."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    width, height = A4[0] / COLUMNS, A4[1] / ROWS
    for place, code in enumerate(codes):
        on_page = place % (COLUMNS * ROWS)
        if place and not on_page:
            canvas.showPage()
        left, bottom = on_page % COLUMNS * width, A4[1] - (on_page // COLUMNS + 1) * height
        canvas.saveState()
        canvas.translate(left, bottom)
        _label(canvas, width, height, title, path, below, code)
        canvas.restoreState()
    canvas.save()
    return file.getvalue()


def _label(canvas: Canvas, width: float, height: float, title: str, path: str, below: Sequence[str], code: str) -> None:
    """What is cut out, inside its dashed lines."""
    canvas.setDash(2, 3)
    canvas.setLineWidth(0.4)
    canvas.rect(0, 0, width, height)
    _picture(canvas, BORDER, height - BORDER - PICTURE, f"{path}?code={code}")
    canvas.setFont(BOLD, 11)
    room = width - PICTURE - 3 * BORDER
    lines = simpleSplit(title, BOLD, 11, room)
    if len(lines) > TITLE_LINES:
        lines = [*lines[: TITLE_LINES - 1], f"{lines[TITLE_LINES - 1]}…"]
    for number, line in enumerate(lines):
        canvas.drawString(PICTURE + 2 * BORDER, height - BORDER - 11 - 14 * number, line)
    canvas.setFont(TYPED, 17)
    canvas.drawCentredString(width / 2, height - BORDER - PICTURE - 18, code)
    canvas.setFont(TEXT, 8)
    rows = [row for text in below for row in _split(text, width - 2 * BORDER)]
    for number, row in enumerate(rows):
        canvas.drawCentredString(width / 2, height - BORDER - PICTURE - 32 - 10 * number, row)


def _split(text: str, room: float) -> list[str]:
    """Lines of small text, in which an address that is too long for one goes on in the next."""
    rows = []
    for line in simpleSplit(text, TEXT, 8, room):
        while stringWidth(line, TEXT, 8) > room:
            fits = max(1, int(len(line) * room / stringWidth(line, TEXT, 8)) - 1)
            rows.append(line[:fits])
            line = line[fits:]
        rows.append(line)
    return rows


def _picture(canvas: Canvas, left: float, bottom: float, text: str) -> None:
    """A QR code: each row's neighbouring dark squares as one rectangle."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = PICTURE / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        begin = None
        for place, is_dark in enumerate([*row, 0]):
            if is_dark and begin is None:
                begin = place
            elif not is_dark and begin is not None:
                y = bottom + PICTURE - (number + 1) * side
                path.rect(left + begin * side, y, (place - begin) * side, side)
                begin = None
    canvas.setDash()
    canvas.drawPath(path, stroke=0, fill=1)
