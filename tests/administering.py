"""What administrators do, through the endpoint: one function for any mutation, its payload as the answer."""

from typing import Any

from tests.conftest import Portal


def do(portal: Portal, mutation: str, selection: str = "", **fields: Any) -> dict[str, Any]:
    """Run a mutation; fields under their GraphQL names."""
    capital = mutation[0].upper() + mutation[1:]
    query = f"mutation($input: {capital}Input!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code field }} }} }}"
    return dict(portal.ask(query, input=fields)[mutation])


def done(portal: Portal, mutation: str, selection: str = "", **fields: Any) -> dict[str, Any]:
    """The payload of a mutation that was not refused."""
    payload = do(portal, mutation, selection, **fields)
    assert payload["userErrors"] == [], payload
    return payload
