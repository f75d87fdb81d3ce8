"""Contact data in the contract: what of a text others should not read before they have agreed."""

from typing import Annotated

import strawberry

import resolvers.contact
from planner import field


@field.value
class ContactData:
    """A telephone number, an address or a link in a text («coordonnées»)."""

    words: str = field.column("It as it stands in the text.")


@strawberry.type
class ContactQuery:
    @field.declared(field.Parts(resolvers.contact.data), size=resolvers.contact.MAX_DATA)
    def contact_data(
        self,
        text: Annotated[
            str, field.argument(f"What somebody writes; of it {resolvers.contact.READ_LENGTH:,} characters are read.")
        ],
    ) -> list[ContactData]:
        """Contact data in a text, each once and at most twenty: a warning for its author. Nothing is kept, and nothing
        is refused for it."""
