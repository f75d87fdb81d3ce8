"""The list of clusters behind one installation, as its setting writes it: a line each."""

import re
from dataclasses import dataclass, field

from database import naming, url

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ENDS = re.compile(r"[\n;]")


class ClusterListError(Exception):
    """The list is wrong; the message says what is wanted, without what was given: it may hold a password."""


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster: what the registry calls it, and libpq URLs of the login that serves and of the one that migrates."""

    name: str
    url: str = field(repr=False)
    admin_url: str = field(repr=False)


def read(text: str | None) -> tuple[NamedCluster, ...]:
    """Each line, or what `;` ends: a name, a URL and, where another login migrates, its URL; `#` begins a remark.

    Raises ClusterListError.
    """
    lines = [line.split() for line in _ENDS.split(text or "") if line.strip() and not line.lstrip().startswith("#")]
    clusters = tuple(_cluster(number, words) for number, words in enumerate(lines, 1))
    names = [cluster.name for cluster in clusters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ClusterListError(f"the name {twice[0]!r} is there twice")
    return clusters


def _cluster(number: int, words: list[str]) -> NamedCluster:
    name, *urls = words
    if not NAME.fullmatch(name) or name == naming.HOME:
        raise ClusterListError(
            f"cluster {number} has no name: small letters, digits and - are wanted, and not {naming.HOME!r}, which is"
            " DATABASE_URL's"
        )
    if not 1 <= len(urls) <= 2 or not all(map(url.is_url, urls)):
        raise ClusterListError(f"{name!r} wants postgresql://user@host:5432/database, or two: the second migrates")
    return NamedCluster(name, urls[0], urls[-1])
