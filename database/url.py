"""URL: how a cluster is named, in libpq's own forms."""

import psycopg
from psycopg.conninfo import conninfo_to_dict


def is_url(text: str) -> bool:
    """Whether libpq can read a URL, or what else it takes for one; nothing is connected to."""
    try:
        ports = str(conninfo_to_dict(text).get("port") or 1).split(",")
    except psycopg.ProgrammingError:
        return False
    return all(port.isdecimal() and int(port) < 65_536 for port in ports)
