"""Language of a text: told from its commonest words and its script, by a rule that says nothing where it is unsure."""

import re
import unicodedata
from collections import Counter

LEAST_WORDS, LEAST_COMMON = 6, 3
"""Of fewer words, or with fewer common ones among them, nothing is said."""

LEAST_SHARE, AHEAD = 0.2, 1.6
"""So many of a text's words are common ones of its language, and so many times as many as of the next."""

LEAST_SCRIPT = 0.6
"""From this share of letters of another script on, the script decides."""

COMMON: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "le la les un une des du de et est en que qui dans pour pas sur au aux ce cette ces il elle on nous"
        " vous ils je ne se sa son ses leur leurs mais ou donc par avec sont être avoir fait plus très bien"
        " aussi comme si tout tous y à été faut peut doit notre nos votre vos quand sans chez même car cela ça"
        " c l d qu n s j m ni pourquoi comment aucun entre sous après autres",
        "en": "the of and to in is that it for was on are as with be this have from or had by but not what all were"
        " we when your can there an which their if will each about how up out them then she many some so these"
        " would other into has more two like him see could no than first been its who now my made over did"
        " down only way find use may",
        "nl": "de het een en van ik te dat die in is niet zijn op aan met als voor had er maar om hem dan zou of"
        " wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben"
        " deze u want nog zal me zij nu ge geen omdat iets worden wij waar werd moet kan ons onze",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden"
        " aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur"
        " oder aber vor zur bis mehr durch man sein wurde wir ich uns kann unsere",
        "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí"
        " porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos"
        " uno les ni contra otros ese eso había ante ellos e esto mí antes algunos qué unos yo otro es son"
        " está hacer nuestra nuestro",
        "it": "di che è la il un a per in una mi non ho lo ma si con le da ti cosa sono se come io gli questo qui"
        " bene tu solo sei ha ne del della dei delle nel nella alla al ci più anche dove hai tutto perché"
        " questa essere molto i nostra nostro nostri degli sulla dal dalla",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem"
        " à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois"
        " sem mesmo aos ter seus quem nas me esse eles estão você tinha foram nossa nosso",
        "br": "ar an ur da e ez eo er ha hag gant evit ket ne met bezañ zo a war en hor ho o daou div pep gwelloc'h"
        " ma n'eus evel ivez mat kêr vez vo oa re dre hep bet pa neuze holl",
    }.items()
}
"""The commonest words of the languages that are written in France and Belgium, and beside them."""

_SCRIPTS = {
    "ARABIC": "und-Arab", "CYRILLIC": "und-Cyrl", "GREEK": "el", "HEBREW": "he", "CJK": "und-Hani", "HIRAGANA": "ja",
    "KATAKANA": "ja", "HANGUL": "ko", "ARMENIAN": "hy", "GEORGIAN": "ka", "THAI": "th", "DEVANAGARI": "und-Deva",
}  # fmt: skip
"""The language of a script, or the script alone where it has several (BCP 47)."""

_WORD = re.compile(r"[^\W\d_]+(?:'h)?")
_READ = 2_000
"""Characters of a text that are looked at."""


def of(text: str) -> str | None:
    """The language of a text as a tag of BCP 47; None where the rule is not sure. A text of 5,000 characters takes a
    millisecond."""
    start = text[:_READ].lower().replace("\u2019", "'")
    words = _WORD.findall(start)
    if script := _script(start):
        return script
    if len(words) < LEAST_WORDS:
        return None
    scores = Counter({language: sum(word in common for word in words) for language, common in COMMON.items()})
    (best, score), (_, next_score) = scores.most_common(2)
    is_sure = score >= LEAST_COMMON and score >= LEAST_SHARE * len(words) and score >= AHEAD * next_score
    return best if is_sure else None


def foreign(text: str, locales: tuple[str, ...] | list[str]) -> str | None:
    """The language of a text, where it is sure and none of a portal's."""
    language = of(text)
    return None if language is None or language in {locale.partition("-")[0] for locale in locales} else language


def _script(text: str) -> str | None:
    """What another script than the Latin one says, where most letters are of it."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < LEAST_WORDS or all(letter < "\u0370" for letter in letters):
        return None
    names = Counter(unicodedata.name(letter, "").partition(" ")[0].partition("-")[0] for letter in letters)
    main = [(name, count) for name, count in names.most_common(1) if name in _SCRIPTS]
    return _SCRIPTS[main[0][0]] if main and main[0][1] >= LEAST_SCRIPT * len(letters) else None
