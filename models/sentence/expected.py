"""What would have been taken, in words: a sentence in each language, and its values as people write them."""

from collections.abc import Mapping
from datetime import date

from models.expected import Expectation, Expected, Value

NARROW, FIXED = "\u202f", "\u00a0"
"""The no-break spaces of French: in numbers, and before a unit."""

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}

SENTENCES: Mapping[Expectation, Mapping[str, str]] = {
    Expectation.NUMBER: {
        "fr": "Il faut ici un nombre de {0} à {1}. Corrigez-le et recommencez.",
        "en": "A number from {0} to {1} is wanted here. Correct it and try again.",
    },
    Expectation.CENTS: {
        "fr": "Il faut ici un montant de {0} à {1}. Corrigez-le et recommencez.",
        "en": "An amount from {0} to {1} is wanted here. Correct it and try again.",
    },
    Expectation.COUNT: {
        "fr": "Il en faut de {0} à {1}. Ajoutez ou retirez-en, puis recommencez.",
        "en": "From {0} to {1} of them are wanted. Add or remove some, then try again.",
    },
    Expectation.EXACT_COUNT: {
        "fr": "Il en faut exactement {0}. Ajoutez ou retirez-en, puis recommencez.",
        "en": "Exactly {0} of them are wanted. Add or remove some, then try again.",
    },
    Expectation.ONE_OF: {
        "fr": "Voici ce qui est possible ici\u00a0: {0}. Choisissez et recommencez.",
        "en": "This is what is possible here: {0}. Choose and try again.",
    },
    Expectation.EXAMPLE: {
        "fr": "Cela ne se lit pas. Écrivez-le comme dans cet exemple\u00a0: {0}.",
        "en": "This cannot be read. Write it as in this example: {0}.",
    },
    Expectation.DAYS: {
        "fr": "Il faut ici un jour du {0} au {1}. Corrigez-le et recommencez.",
        "en": "A day from {0} to {1} is wanted here. Correct it and try again.",
    },
    Expectation.DAY_UNTIL: {
        "fr": "Il faut ici un jour qui ne vienne pas après le {0}. Corrigez-le et recommencez.",
        "en": "A day that is not after {0} is wanted here. Correct it and try again.",
    },
    Expectation.DAYS_AHEAD: {
        "fr": "Il faut ici un moment à venir, dans {0} jours au plus. Corrigez-le et recommencez.",
        "en": "A moment to come is wanted here, at most {0} days from now. Correct it and try again.",
    },
    Expectation.DAYS_AFTER: {
        "fr": "La fin vient après le début, {0} jours plus tard au plus. Corrigez-la et recommencez.",
        "en": "The end comes after the beginning, at most {0} days later. Correct it and try again.",
    },
    Expectation.AFTER: {
        "fr": "La fin doit venir après le début. Corrigez l’une des deux dates et recommencez.",
        "en": "The end must come after the beginning. Correct one of the two dates and try again.",
    },
    Expectation.ONCE: {
        "fr": "Chacun ne peut y être qu’une fois. Retirez ou changez celui qui y est deux fois.",
        "en": "Each can be there once only. Remove or change the one that is there twice.",
    },
    Expectation.ONE: {
        "fr": "Il faut ici une seule réponse sur plusieurs possibles. Choisissez-en une et recommencez.",
        "en": "Exactly one of several possible answers is wanted here. Choose one and try again.",
    },
    Expectation.ALONE: {
        "fr": "Ce choix ne va avec aucun autre. Retirez-le, ou retirez les autres.",
        "en": "This choice goes with no other. Take it away, or take the others away.",
    },
    Expectation.TOGETHER: {
        "fr": "Ce champ ne va pas seul. Remplissez aussi celui qui va avec, ou videz les deux.",
        "en": "This field does not go alone. Fill in the one that goes with it, or empty both.",
    },
    Expectation.NOTHING: {
        "fr": "Cela ne sert pas ici. Laissez ce champ vide et recommencez.",
        "en": "This means nothing here. Leave this field empty and try again.",
    },
    Expectation.OTHER: {
        "fr": "Ce choix ne convient pas ici. Prenez-en un autre de la liste et recommencez.",
        "en": "This choice does not fit here. Take another one of the list and try again.",
    },
    Expectation.NEW: {
        "fr": "Ce qui était choisi n’existe plus. Rechargez la page et choisissez à nouveau.",
        "en": "What was chosen is no more. Load the page again and choose anew.",
    },
    Expectation.NAMED: {
        "fr": "Il faut au moins une lettre ou un chiffre. Complétez ce texte et recommencez.",
        "en": "At least one letter or digit is wanted. Complete this text and try again.",
    },
    Expectation.ONE_LINE: {
        "fr": "Il faut ici une seule ligne. Retirez les retours à la ligne et recommencez.",
        "en": "A single line is wanted here. Remove the line breaks and try again.",
    },
    Expectation.CHANGED: {
        "fr": "Ces mots sont ceux d’avant. Changez-en au moins un et recommencez.",
        "en": "These words are those from before. Change at least one and try again.",
    },
    Expectation.THE_SAME: {
        "fr": "Cela ne correspond pas à ce qui est enregistré. Vérifiez chaque signe et recommencez.",
        "en": "This does not match what is recorded. Check each character and try again.",
    },
    Expectation.AT_MOST: {
        "fr": "Le nombre maximal est de {0}. Retirez ou archivez un élément, puis recommencez.",
        "en": "There can be {0} at most. Remove or archive one, then try again.",
    },
    Expectation.NO_MORE: {
        "fr": "Le nombre maximal est de {0}, et il est atteint. Ce qui est enregistré reste comme il est.",
        "en": "There can be {0} at most, and there are as many. What is saved stays as it is.",
    },
    Expectation.FEWER: {
        "fr": "Cela en fait plus de {0}. Choisissez-en moins, par une période, un filtre ou un fichier plus court.",
        "en": "That is more than {0}. Choose fewer, by a shorter period, filter or file.",
    },
    Expectation.FEWER_FILES: {
        "fr": "Les fichiers reçus feraient plus de {0}\u00a0Mo. Envoyez-en un plus léger, ou répondez sans fichier.",
        "en": "The files received would be more than {0} MB together. Send a smaller one, or answer without a file.",
    },
}


def told(expected: Expected, locale: str) -> str:
    """The sentence that says what would have been taken."""
    values = [written(one, locale, is_money=expected.what is Expectation.CENTS) for one in expected.values]
    return SENTENCES[expected.what][locale].format(*values)


def written(value: Value, locale: str, *, is_money: bool = False) -> str:
    """A value as people write it: `12 500`, `1er juin 2027`, `4,50 €`."""
    if isinstance(value, date):
        return day(value, locale)
    if isinstance(value, str):
        return value
    if is_money:
        return _money(value, locale)
    return _number(value, locale)


def day(when: date, locale: str) -> str:
    """A day in words."""
    language = locale if locale in MONTHS else next(iter(MONTHS))
    first = "1er" if when.day == 1 and language == "fr" else str(when.day)
    return f"{first}{FIXED}{MONTHS[language].split()[when.month - 1]} {when.year}"


def _number(number: int, locale: str) -> str:
    return f"{number:,}".replace(",", "," if locale == "en" else NARROW)


def _money(cents: int, locale: str) -> str:
    """Euros, with their cents where there are some."""
    mark, rest = "." if locale == "en" else ",", cents % 100
    euros = _number(cents // 100, locale) + (f"{mark}{rest:02}" if rest else "")
    return f"€{euros}" if locale == "en" else f"{euros}{FIXED}€"
