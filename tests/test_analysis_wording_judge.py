"""The judge of wordings: fifty lies of a language model are refused, each for its reason, and true sentences are kept."""

import pytest

from analysis.wording import TopicEvidence, WordedSentence, WordingEvidence, WordingReason, judge, judged

EVIDENCE = WordingEvidence(
    text_count=1_200,
    author_count=950,
    unclassified_count=240,
    without_content_count=60,
    topics=(
        TopicEvidence(
            1, "pistes cyclables", 620, 480, 3_150,
            (("text-a", "Il manque des pistes cyclables sur le pont."), ("text-b", "Le vélo est l’avenir, pas la rocade.")),
        ),
        TopicEvidence(2, "bancs publics", 280, 250, 410, (("text-c", "Remettez les 3 bancs de la place."),)),
        TopicEvidence(3, "rue du 8 mai", 12, 11, 7, (("text-d", "La rue du 8 mai est défaite."),)),
    ),
)  # fmt: skip
"""52 %, 23 % and 1 % of all texts."""

TRUE = [
    ("620 contributions parlent de pistes cyclables.", ["T1"]),
    ("Les pistes cyclables réunissent 52 % des textes, soit plus de la moitié.", ["T1"]),
    ("480 personnes en ont écrit, avec 3 150 soutiens.", ["T1", "T1.1"]),
    ("L’une d’elles demande : « Il manque des pistes cyclables sur le pont. »", ["T1.1"]),
    ("Deux thèmes, vélos et bancs, réunissent 900 textes, les trois quarts de l’ensemble.", ["T1", "T2"]),
    ("Près d’un quart des textes porte sur les bancs publics (23 pour cent).", ["T2"]),
    ("La majorité des textes parle de vélo.", ["T1"]),
    ("Douze textes évoquent la rue du 8 mai.", ["T3"]),
    ("Sur 1 200 textes, 240 ne sont dans aucun des thèmes.", ["A"]),
    ("Le thème « bancs publics » reprend ces mots : “Remettez les 3 bancs de la place”.", ["T2", "T2.1"]),
]
LIES = [
    # Numbers that are changed.
    ("630 contributions parlent de pistes cyclables.", ["T1"], "NUMBER"),
    ("62 contributions parlent de pistes cyclables.", ["T1"], "NUMBER"),
    ("480 textes parlent de pistes cyclables.", ["T1"], "NUMBER"),
    ("620 personnes en parlent.", ["T1"], "NUMBER"),
    ("280 contributions parlent de pistes cyclables.", ["T1"], "NUMBER"),
    ("53 % des textes parlent de vélo.", ["T1"], "NUMBER"),
    ("620 % des textes parlent de vélo.", ["T1"], "NUMBER"),
    ("52,5 % des textes parlent de vélo.", ["T1"], "NUMBER"),
    ("Treize textes évoquent la rue du 8 mai.", ["T3"], "NUMBER"),
    ("Dix-neuf personnes évoquent cette rue.", ["T3"], "NUMBER"),
    ("Une trentaine de textes évoque cette rue.", ["T3"], "NUMBER"),
    ("Vingt-deux textes évoquent cette rue.", ["T3"], "NUMBER"),
    ("Deux cents textes évoquent cette rue.", ["T3"], "NUMBER"),
    ("6 200 soutiens vont au vélo.", ["T1"], "NUMBER"),
    ("Plus de 700 textes parlent de vélo.", ["T1"], "NUMBER"),
    ("Moins de 600 textes parlent de vélo.", ["T1"], "NUMBER"),
    ("De plus, 500 textes parlent de vélo.", ["T1"], "NUMBER"),
    ("12k textes parlent de cette rue.", ["T3"], "NUMBER"),
    ("En 2024, les textes parlaient de vélo.", ["T1"], "NUMBER"),
    ("６３０ textes parlent de vélo.", ["T1"], "NUMBER"),
    ("½ des textes parle de vélo.", ["T1"], "NUMBER"),
    ("Un habitant sur deux… 1 sur 2 parle de vélo.", ["T1"], "NUMBER"),
    ("Aucun texte ne parle de vélo.", ["T1"], "NUMBER"),
    # Shares and sums that are not.
    ("La majorité des textes demande des bancs.", ["T2"], "NUMBER"),
    ("La moitié des textes demande des bancs.", ["T2"], "NUMBER"),
    ("Un tiers des textes demande des bancs.", ["T2"], "NUMBER"),
    ("Les deux tiers des textes parlent de vélo.", ["T1"], "NUMBER"),
    ("Plus des trois quarts des textes parlent de vélo.", ["T1"], "NUMBER"),
    ("La plupart des textes parlent de cette rue.", ["T3"], "NUMBER"),
    ("Les habitants sont unanimes.", ["T1"], "NUMBER"),
    ("Tous les textes parlent de vélo.", ["T1"], "NUMBER"),
    ("Ensemble, vélos et bancs réunissent 910 textes.", ["T1", "T2"], "NUMBER"),
    ("Ensemble, 730 personnes parlent de vélos et de bancs.", ["T1", "T2"], "NUMBER"),
    ("Trois thèmes dominent.", ["T1", "T2"], "NUMBER"),
    # Quotations that nobody wrote.
    ("L’une demande : « Il faut des pistes cyclables sur le pont. »", ["T1.1"], "QUOTE"),
    ("L’une demande : « Il manque des pistes cyclables sur le Pont. »", ["T1.1"], "QUOTE"),
    ("L’une écrit : « Le vélo est l'avenir »", ["T1.2"], "QUOTE"),
    ("L’une écrit : « Le vélo est l’avenir »", ["T1.1"], "QUOTE"),
    ("On lit : “bancs de la rocade”.", ["T2.1"], "QUOTE"),
    ('On lit : "vive le maire".', ["T1.1"], "QUOTE"),
    ("On lit : « faite ».", ["T3.1"], "QUOTE"),
    ("On lit : « La rue du 8 mai est défaite.", ["T3.1"], "QUOTE"),
    ("On lit : ‘vive le maire’.", ["T1.1"], "QUOTE"),
    # Ids.
    ("Des textes parlent de vélo.", ["T9"], "UNKNOWN_ID"),
    ("Des textes parlent de vélo.", ["T1.3"], "UNKNOWN_ID"),
    ("Des textes parlent de vélo.", ["T1", "text-a"], "UNKNOWN_ID"),
    ("Des textes parlent de vélo.", [], "NO_ID"),
    # People.
    ("Mme Durand demande des bancs.", ["T2"], "DISCLOSURE"),
    ("Appelez le 06 12 34 56 78 pour des bancs.", ["T2"], "DISCLOSURE"),
    ("Le 12 rue Victor Hugo demande des bancs.", ["T2"], "DISCLOSURE"),
    ("Jean Dupont veut du vélo.", ["T1"], "DISCLOSURE"),
    ("Voir https://exemple.fr pour le vélo.", ["T1"], "DISCLOSURE"),
    # Form.
    ("Des vélos " * 40, ["T1"], "TOO_LONG"),
    ("…", ["T1"], "FORM"),
    ("6\u200b20 textes parlent de vélo.", ["T1"], "FORM"),
]


@pytest.mark.parametrize(("words", "ids"), TRUE)
def test_true_sentence_is_kept_as_it_is(words: str, ids: list[str]) -> None:
    kept = judged(EVIDENCE, words, ids)
    assert isinstance(kept, WordedSentence), kept
    assert kept.words == words


@pytest.mark.parametrize(("words", "ids", "reason"), LIES)
def test_lie_is_refused_for_its_reason(words: str, ids: list[str], reason: str) -> None:
    assert judged(EVIDENCE, words, ids) is WordingReason[reason]


def test_fifty_lies_among_ten_true_sentences_are_counted_by_reason() -> None:
    assert len(LIES) >= 50 and len(TRUE) == 10
    told = judge(EVIDENCE, [*TRUE, *((words, ids) for words, ids, _ in LIES)])
    assert [one.words for one in told.sentences] == [words for words, _ in TRUE]
    assert sum(told.refused.values()) == len(LIES)
    assert told.refused == {reason: sum(name == reason.value for _, _, name in LIES) for reason in WordingReason}


def test_sentence_names_the_topics_and_texts_it_rests_on() -> None:
    kept = judged(EVIDENCE, "On parle de vélos et de bancs.", ["T2", "T1.2", "T1.1", "A"])
    assert kept == WordedSentence("On parle de vélos et de bancs.", (2, 1), ("text-b", "text-a"), True)
