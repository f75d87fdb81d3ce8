"""Hidden words: those that stand in a text and by which a search does not find it, on clusters of four locales.

    python -m tests.hidden_word ../shared/data/evaluation/republique_numerique_2015*.json

prints for each locale how many texts hide words, and which. A list of objects with `body`, and perhaps `title`, is
wanted. The embedded server knows no ICU: `--cluster postgresql://…` names another one.
"""

import json
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from database.embedded.launcher import EmbeddedPostgres
from models import word
from resolvers import search

LOCALES = {
    "C": "LOCALE 'C'",
    "C.UTF-8, builtin": "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
    "fr-FR, ICU": "LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR' LOCALE 'C.UTF-8'",
    "fr_FR.utf8, libc": "LOCALE_PROVIDER libc LOCALE 'fr_FR.utf8'",
}
NO_LOCALE = (psycopg.errors.FeatureNotSupported, psycopg.errors.WrongObjectType, psycopg.errors.InvalidParameterValue)
"""How PostgreSQL says that it, or the machine, does not know a locale."""

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"[^\W_]+(?:[·.][^\W\d_]{1,6})*[·.]s\b|[^\W_]+")
"""What a reader would type: an inclusive word as it stands, else letters and digits."""

MATCHES = "to_tsvector('pg_catalog.french', %(text)s) @@ to_tsquery('pg_catalog.french', q)"
HIDDEN = f"""
SELECT word FROM unnest(%(words)s::text[], %(queries)s::text[]) asked(word, q)
WHERE numnode(to_tsquery('pg_catalog.french', q)) > 0 AND NOT {MATCHES}"""


@contextmanager
def database(cluster: str, locale: str) -> Iterator[psycopg.Connection[Any]]:
    """A new database of a locale; psycopg.Error where the machine has none such."""
    name = f"locale_{sorted(LOCALES).index(locale)}"
    with psycopg.connect(cluster, autocommit=True) as administration:
        administration.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        administration.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {LOCALES[locale]}".encode())
        url = urlsplit(cluster)._replace(path=f"/{name}").geturl().replace("postgresql:/l", "postgresql:///l")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET client_min_messages = warning")
            yield connection
        administration.execute(f"DROP DATABASE {name}".encode())


def typed(text: str) -> list[str]:
    """The words of a text as a reader would type them."""
    return list(dict.fromkeys(_WORD.findall(_UNSEEN.sub("", unicodedata.normalize("NFC", text)))))


def hidden(connection: psycopg.Connection[Any], text: str, words: Sequence[str]) -> list[str]:
    """Which of the words do not find the text."""
    queries = [search.asked(found).either for found in words]
    values = {"text": word.searchable(text), "words": list(words), "queries": queries}
    return [found for (found,) in connection.execute(HIDDEN.encode(), values)]


def texts(file: Path) -> list[str]:
    """Title and text of what a file lists."""
    return ["\n".join(filter(None, (item.get("title"), item["body"]))) for item in json.loads(file.read_text("utf-8"))]


def _main(arguments: list[str]) -> None:
    cluster, files = (arguments[1], arguments[2:]) if arguments[:1] == ["--cluster"] else (None, arguments)
    everything = [text for file in files for text in texts(Path(file)) if text]
    with ExitStack() as stack:
        if cluster is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            cluster = stack.enter_context(EmbeddedPostgres(folder / "postgres", durable=False)).url
        for locale in LOCALES:
            try:
                with database(cluster, locale) as connection:
                    found = {text: missed for text in everything if (missed := hidden(connection, text, typed(text)))}
            except psycopg.Error as error:
                print(f"{locale}: not there ({str(error).strip()})")
                continue
            print(f"{locale}: {len(found)} of {len(everything)} texts hide words")
            for missed in list(found.values())[:20]:
                print("  ", *missed)


if __name__ == "__main__":
    _main(sys.argv[1:])
