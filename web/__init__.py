"""What browsers receive from Parvis, and what pages are made of: documents, templates, words, files, by path."""

from pathlib import Path

TEMPLATE = Path(__file__).parent / "template"
STATIC = Path(__file__).parent / "static"
DOCUMENT = Path(__file__).parent / "document"
MESSAGE = Path(__file__).parent / "message"
WIDGET = Path(__file__).parent / "widget"
RECOUNT = Path(__file__).parent / "recount.py"
