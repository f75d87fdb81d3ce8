"""Contact data in a text, told to whoever writes it before others read it."""

from typing import Any

from sqlalchemy import FromClause, Select, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from models import contact
from planner.context import FieldContext

READ_LENGTH = 5_000
"""So much of a text is read: as long as the portal's own form takes."""

MAX_DATA = 20


def data(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """The first contact data of the text that is asked about, in their order."""
    named = context.bind(lambda given, _: contact.data(str(given["text"])[:READ_LENGTH])[:MAX_DATA], ARRAY(Text()))
    return select(func.unnest(named).column_valued("words").label("words"))
