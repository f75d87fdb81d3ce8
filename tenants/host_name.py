"""Host names as browsers send them: a name with accents («hôtel-de-ville.fr») travels in Punycode (`xn--…`)."""

import idna

LOCAL_SUFFIX = "localhost"
"""On a developer's machine each portal is also served as `<slug>.localhost`, which no other portal is given."""

SERVED = (
    "(SELECT host, tenant_number FROM platform.host"  # noqa: S608  # a constant of ours
    f" UNION ALL SELECT slug || '.{LOCAL_SUFFIX}', number FROM platform.tenant) AS served"
)
"""SQL: each host's name with the number of the tenant whose it is, those that are served on developers' machines alone
among them: nobody else is given one."""


class HostNameError(ValueError):
    """This cannot be a host's name; the message says why."""


def ascii_form(host: str) -> str:
    """The name in lower case and ASCII; one that is ASCII already is not judged. Raises HostNameError."""
    text = host.strip()
    if text.isascii():
        return text.lower()
    try:
        return idna.encode(text, uts46=True, transitional=False, std3_rules=True).decode("ascii")
    except idna.IDNAError as error:
        raise HostNameError(f"not a host's name with accents: {error}") from error


def ascii_origin(origin: str) -> str:
    """An origin (`https://host:port`) with its host's name in ASCII, as browsers write it. Raises HostNameError."""
    scheme, separator, rest = origin.strip().partition("://")
    host, colon, port = rest.partition(":")
    return f"{scheme.lower()}{separator}{ascii_form(host)}{colon}{port}"
