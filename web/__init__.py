"""What browsers receive from Parvis: page templates, style sheets and the built GraphiQL, found by path."""

from pathlib import Path

TEMPLATE = Path(__file__).parent / "template"
STATIC = Path(__file__).parent / "static"
