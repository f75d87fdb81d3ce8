"""The PDF of a vote's codes, read back: every code once, and pictures that are the QR codes of their addresses."""

import base64
import re
import zlib

import pytest
import segno

from portal import code_sheet

AT = "https://ville.example/voter/abc/code"


def pages(document: bytes) -> list[str]:
    """What is drawn on each page."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL)
    return [
        zlib.decompress(base64.a85decode(stream.strip(), adobe=False)).decode("latin-1") for stream in ends(streams)
    ]


def ends(streams: list[bytes]) -> list[bytes]:
    """Streams in ASCII85 without the mark of their end."""
    return [stream.strip().removesuffix(b"~>") for stream in streams]


def printed(document: bytes) -> list[str]:
    """The codes that can be read, in their order."""
    return [code for page in pages(document) for code in re.findall(r"\(([A-Z0-9]{4}(?:-[A-Z0-9]{4}){2})\) Tj", page)]


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (8, 1), (9, 2), (500, 63)])
def test_every_code_is_printed_once_eight_to_a_page(count: int, sheets: int) -> None:
    codes = [f"ABCD-EFGH-{number:04}" for number in range(count)]
    document = code_sheet.written("Budget", AT, ["ville.example/voter/abc/code"], codes)
    assert (printed(document), len(pages(document))) == (codes, sheets)


def test_picture_is_the_qr_code_of_the_address_at_which_its_code_is_typed() -> None:
    [page] = pages(code_sheet.written("Budget", AT, [], ["ABCD-EFGH-0000"]))
    matrix = segno.make(f"{AT}?code=ABCD-EFGH-0000", error="m", micro=False).matrix
    side = code_sheet.PICTURE / len(matrix)
    drawn = [[0] * len(matrix) for _ in matrix]
    squares = [tuple(map(float, found)) for found in re.findall(r"n? ?([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re", page)]
    top = max(y + height for _, y, width, height in squares if abs(height - side) < 0.01)
    for x, y, width, height in squares:
        if abs(height - side) > 0.01:
            continue  # The dashed lines around it.
        row, begin = round((top - y) / side) - 1, round((x - code_sheet.BORDER) / side)
        for place in range(begin, begin + round(width / side)):
            drawn[row][place] = 1
    assert drawn == [list(row) for row in matrix]


def test_long_words_stay_inside_their_label_and_long_titles_end() -> None:
    [page] = pages(
        code_sheet.written("Un titre très long " * 20, AT, [f"ville.example/{'a' * 150}"], ["ABCD-EFGH-0000"])
    )
    lines = re.findall(r"\(([^)]*)\) Tj", page)
    titles = [line for line in lines if "titre" in line]
    assert len(titles) == code_sheet.TITLE_LINES
    assert (
        "".join(line for line in lines if re.fullmatch(r"ville\.example/a*|a+", line)) == f"ville.example/{'a' * 150}"
    )


def test_signs_that_no_font_has_do_not_stop_the_sheet() -> None:
    assert printed(code_sheet.written("Łódź 日本語 🌳", AT, [], ["ABCD-EFGH-0000"])) == ["ABCD-EFGH-0000"]
