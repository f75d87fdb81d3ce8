"""Names in the order of a French dictionary, whatever the cluster's locale."""

import pytest
from sqlalchemy import column, func, select
from sqlalchemy.dialects import postgresql

from resolvers import text
from tests import hidden_word
from tests.conftest import Portal
from tests.given import Given

NAMES = [
    "Bas-Poitou", "bassin", "Bastille", "Cœur de ville", "Coeurs", "École", "E\u0301coles", "Écoles du Nord", "Île aux Moines",
    "L'Arsenal", "L’Étang", "La Plaine", "Père-Lachaise", "Perrache", "Porte-Saint-Martin", "Porte Sully", "Zola",
]  # fmt: skip


@pytest.mark.parametrize("locale", hidden_word.LOCALES)
def test_names_are_in_french_order_on_every_cluster(database_url: str, locale: str) -> None:
    name = func.unnest(func.string_to_array("|".join(reversed(NAMES)), "|")).column_valued("name")
    ordered = select(name).order_by(text.dictionary_order(column("name")))
    query = str(ordered.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
    try:
        with hidden_word.database(database_url, locale) as connection:
            assert [name for (name,) in connection.execute(query.encode())] == NAMES
    except hidden_word.NO_LOCALE as error:
        pytest.skip(f"no such locale here: {error}")


def test_zones_are_listed_in_french_order(given: Given, town: Portal) -> None:
    portal = given.tenant(town, "test-names", "commune-44109")
    for name in ("Porte-Saint-Martin", "Père-Lachaise", "Zola", "École"):
        given.zone(portal, name)
    names = [zone["name"] for zone in portal.ask("{ zones { name } }")["zones"]]
    assert names == ["École", "Père-Lachaise", "Porte-Saint-Martin", "Zola"]
