"""URLs of clusters, in libpq's forms."""

import psycopg
from psycopg.conninfo import conninfo_to_dict


def is_url(text: str) -> bool:
    """Whether libpq can parse a URL or connection string; it does not connect."""
    try:
        ports = str(conninfo_to_dict(text).get("port") or 1).split(",")
    except psycopg.ProgrammingError:
        return False
    return all(port.isdecimal() and int(port) < 65_536 for port in ports)
