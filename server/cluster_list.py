"""The list of clusters behind one installation, as its setting writes it: a line each."""

import re
from dataclasses import dataclass, field

from database import naming, url

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ENDS = re.compile(r"[\n;]")
_REPLICA = "replica="
_OURS = (naming.HOME, "primary", "replica")
"""Names that metrics have for the first cluster, its pool and its replica's."""


class ClusterListError(Exception):
    """The list is wrong; the message says what is wanted, without what was given: it may hold a password."""


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster: what the registry calls it, and libpq URLs of the login that serves, of the one that migrates, and of
    a copy that follows it, if there is one."""

    name: str
    url: str = field(repr=False)
    admin_url: str = field(repr=False)
    replica_url: str | None = field(default=None, repr=False)


def read(text: str | None) -> tuple[NamedCluster, ...]:
    """Each line, or what `;` ends: a name, a URL and, where another login migrates, its URL, and where a copy follows
    it `replica=` with the URL of that; `#` begins a remark.

    Raises ClusterListError.
    """
    lines = [line.split() for line in _ENDS.split(text or "") if line.strip() and not line.lstrip().startswith("#")]
    clusters = tuple(_cluster(number, words) for number, words in enumerate(lines, 1))
    names = [cluster.name for cluster in clusters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ClusterListError(f"the name {twice[0]!r} is there twice")
    return clusters


def _cluster(number: int, words: list[str]) -> NamedCluster:
    name, *given = words
    if not NAME.fullmatch(name) or name in _OURS:
        raise ClusterListError(
            f"cluster {number} has no name: small letters, digits and - are wanted, and not {naming.HOME!r}, which is"
            " DATABASE_URL's, nor 'primary' or 'replica'"
        )
    urls = [word for word in given if not word.startswith(_REPLICA)]
    replicas = [word.removeprefix(_REPLICA) for word in given if word.startswith(_REPLICA)]
    if not 1 <= len(urls) <= 2 or len(replicas) > 1 or not all(map(url.is_url, urls + replicas)):
        raise ClusterListError(
            f"{name!r} wants postgresql://user@host:5432/database, or two: the second migrates; and perhaps"
            f" {_REPLICA}postgresql://… of a copy"
        )
    return NamedCluster(name, urls[0], urls[-1], next(iter(replicas), None))
