"""Guess: what the columns of a file say, by their names and then by their values; people may say otherwise."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from models import word
from models.import_run import ImportTarget
from transfer import value
from transfer.vocabulary import KINDS, SIDES

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[a-z0-9]+")
_LITTLE = frozenset(("de", "la", "le", "les", "du", "des", "d", "l", "export", "nombre", "nb", "the", "of", "en"))
_SUBJECTS = frozenset(("proposal", "proposition", "contribution", "projet", "project", "idee", "opinion", "argument"))
"""What a name says of the row as a whole, beside what it says of the column."""

_FRENCH = "fr"
_FOREIGN = frozenset(("en", "ca", "es", "de", "nl", "it", "pt", "machine"))

_T = ImportTarget
NAMES: Mapping[ImportTarget, tuple[str, ...]] = {
    _T.REFERENCE: ("id", "identifiant", "reference", "ref", "numero", "n", "project id", "code", "cle"),
    _T.KIND: ("type", "kind", "nature", "genre"),
    _T.TITLE: ("title", "titre", "intitule", "name", "nom", "objet", "sujet"),
    _T.BODY: ("body", "description", "texte", "text", "contenu", "message", "corps", "detail", "details", "body text"),
    _T.ABOUT: ("about", "opinion", "a propos", "reponse a", "commentable id", "parent id", "id parent", "propos"),
    _T.SIDE: ("side", "position", "argument type", "type argument", "pour ou contre", "sens", "alignment", "avis"),
    _T.AUTHOR: ("author", "auteur", "autrice", "auteur e", "author name", "author username", "pseudo", "nom auteur"),
    _T.CATEGORY: (
        "category name", "category", "categorie", "theme", "theme title", "thematique", "rubrique", "subtitle",
        "section title", "taxonomies", "taxonomy name",
    ),
    _T.PUBLISHED_AT: (
        "published at", "date", "created at", "date publication", "publie", "publication", "date depot", "cree",
        "date creation", "publishedat", "horodateur",
    ),
    _T.LATITUDE: ("lat", "latitude", "address lat", "y", "latitude wgs84"),
    _T.LONGITUDE: ("lng", "lon", "long", "longitude", "address lng", "x", "longitude wgs84"),
    _T.COMMUNE: ("insee", "code insee", "codeinsee", "code commune", "citycode", "insee code", "commune insee"),
    _T.PRICE: ("price", "prix", "tarif", "prix ttc"),
    _T.PRICE_UNIT: ("unite", "price unit", "unite prix"),
    _T.COST: ("cost", "cout", "estimation", "budget", "montant", "cout estime"),
    _T.PLACE: ("district name", "district", "quartier", "adresse", "address", "formatted address", "lieu", "subunit"),
    _T.ANSWERED_AT: ("answered at", "date reponse", "date reponse officielle", "official response published at"),
    _T.ANSWER_SERVICE: ("service", "service instructeur", "answer author", "official response author", "repondant"),
    _T.STATUS: ("state", "status", "status name", "statut", "etat", "avancement", "status title", "state name"),
    _T.ANSWER: ("answer", "official response", "officialresponse", "reponse officielle", "reponse"),
    _T.OLD_ADDRESS: ("url", "lien", "link", "adresse web", "permalien"),
    _T.SUPPORT_TOTAL: (
        "supports", "votes total count", "votes totalcount", "votes", "soutiens", "votes count", "total votes",
        "proposal votes count", "votes total",
    ),
    _T.FOR_TOTAL: ("votes ok", "votes count ok", "pour", "d accord", "accord"),
    _T.MIXED_TOTAL: ("votes mitige", "votes count mitige", "mitige"),
    _T.AGAINST_TOTAL: ("votes nok", "votes count nok", "contre", "pas d accord", "pas accord"),
    _T.POINTS_TOTAL: ("score", "points", "votes total points count", "votes pointscount", "votes totalpointscount"),
    _T.PAPER_TOTAL: ("votes paper count", "votes papercount", "votes papier", "bulletins papier"),
}  # fmt: skip
"""Names of columns without accents, little words and the subject, the likeliest first."""

SAMPLES = 100
SURE = 0.8


def targets(names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, ImportTarget]:
    """What columns say; those of which nothing is guessed are not in it. Each target is said by one column."""
    guesses: dict[ImportTarget, str] = {}
    folded = [(_folded(name), name) for name in names]
    for target, headings in NAMES.items():
        best = [(headings.index(text), rank, name) for (text, rank), name in folded if text in headings]
        taken = set(guesses.values())
        if left := [each for each in best if each[2] not in taken]:
            guesses[target] = min(left)[2]
    _check_kind(guesses, rows[:SAMPLES])
    _by_value(guesses, names, rows[:SAMPLES])
    return {name: target for target, name in guesses.items()}


def _folded(name: str) -> tuple[str, int]:
    """A name's words that say something, and how good its language is: 0 for French, 1 for none, 2 for another."""
    words = _WORDS.findall(word.plain(_CAMEL.sub(" ", name)).casefold())
    rank = 0 if _FRENCH in words else (2 if (len(words) > 1 and words[-1] in _FOREIGN) or "machine" in words else 1)
    if rank == 0:
        words.remove(_FRENCH)
    elif rank == 2 and words[-1] in _FOREIGN:
        words.pop()
    telling = [each for each in words if each not in _LITTLE]
    own = [each for each in telling if each not in _SUBJECTS]
    return " ".join(own or telling), rank


def _check_kind(guesses: dict[ImportTarget, str], rows: Sequence[Mapping[str, str]]) -> None:
    """A «type» of a row may be its kind, or an argument's side, or neither."""
    if _T.KIND not in guesses:
        return
    cells = {word.plain(cell).casefold() for row in rows if (cell := row.get(guesses[_T.KIND], "").strip())}
    if cells <= KINDS.keys():
        return
    name = guesses.pop(_T.KIND)
    if cells <= SIDES.keys() and _T.ABOUT in guesses:
        guesses.setdefault(_T.SIDE, name)


def _by_value(guesses: dict[ImportTarget, str], names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Titles, texts, dates and addresses are known by how they look."""
    for name in (name for name in names if name not in set(guesses.values())):
        cells = [cell for row in rows if (cell := row.get(name, ""))]
        if len(cells) < 2:
            continue
        if _T.OLD_ADDRESS not in guesses and _most(cells, lambda cell: cell.startswith(("https://", "http://"))):
            guesses[_T.OLD_ADDRESS] = name
        elif _T.PUBLISHED_AT not in guesses and _most(cells, _is_date):
            guesses[_T.PUBLISHED_AT] = name
        elif _T.BODY not in guesses and sum(map(len, cells)) / len(cells) > 80:
            guesses[_T.BODY] = name
        elif _T.TITLE not in guesses and len(set(cells)) > SURE * len(cells) and _most(cells, _is_title):
            guesses[_T.TITLE] = name


def _most(cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return sum(map(holds, cells)) >= SURE * len(cells)


def _is_date(cell: str) -> bool:
    try:
        value.instant(cell, UTC)
    except ValueError:
        return False
    return True


def _is_title(cell: str) -> bool:
    return 10 <= len(cell) <= 255 and any(map(str.isalpha, cell))
