"""Look: a letter's text as HTML in its portal's colour, for programs that show it; it loads nothing from anywhere."""

import re
from dataclasses import dataclass
from html import escape

_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_ADDRESS = re.compile(r"^(https?://\S+)$", re.MULTILINE)
"""A line that is an address alone."""

_PLAIN = "#333333"
"""In the place of what is no colour."""

_PAGE = (
    '<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">'
    "<title>{subject}</title></head>"
    '<body style="margin:0;padding:24px 12px;background:#f3f3f5;color:#1d1d22">'
    '<div style="max-width:560px;margin:0 auto;padding:28px 28px 20px;background:#ffffff;border-top:6px solid {color};'
    'border-radius:6px;font:17px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">'
    '<p style="margin:0 0 20px;font-weight:700;font-size:20px">{title}</p>{body}</div></body></html>\n'
)
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LINK = (
    '<p style="margin:0 0 16px"><a href="{0}" style="display:inline-block;padding:12px 22px;background:#1d1d22;'
    'color:#ffffff;border-radius:6px;font-weight:600;text-decoration:none">{1}</a></p>'
    '<p style="margin:0 0 16px;color:#55555c;font-size:14px;word-break:break-all">{0}</p>'
)
_SHOWN = (
    '<p style="margin:0 0 16px;padding:14px 18px;background:#f3f3f5;border-radius:6px;font-weight:700;font-size:28px;'
    'letter-spacing:2px">{}</p>'
)
OPEN = {"fr": "Ouvrir le lien", "en": "Open the link"}
"""What the button says."""


@dataclass(frozen=True, slots=True)
class Look:
    """Of a portal: its title and main colour."""

    title: str
    color: str


def html(look: Look, locale: str, subject: str, text: str) -> str:
    """A letter in HTML: its paragraphs, an indented address as a button, anything else that is indented in large."""
    color = look.color if _COLOR.fullmatch(look.color) else _PLAIN
    body = "".join(_part(part, locale) for part in re.split(r"\n\s*\n", text) if part.strip())
    return _PAGE.format(locale=locale, subject=escape(subject), color=color, title=escape(look.title), body=body)


def _part(part: str, locale: str) -> str:
    shown = escape(part.strip())
    if not part.startswith("    "):
        return _PARAGRAPH.format(_ADDRESS.sub(r'<a href="\1">\1</a>', shown).replace("\n", "<br>"))
    return _LINK.format(shown, OPEN[locale]) if shown.startswith(("https://", "http://")) else _SHOWN.format(shown)
