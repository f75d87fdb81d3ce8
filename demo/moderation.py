"""Moderation in the demonstration: what residents report, and what moderators have decided of it."""

from collections.abc import Sequence
from dataclasses import replace

from demo.story import DemoCase, DemoComment, DemoContribution, DemoDecision, DemoReport

MODERATOR = "citizen-002"
RESIDENT = "citizen-003"
"""Whoever signs in to the demonstration as a resident: this one has reported, and has been answered."""

OTHERS = ("citizen-004", "citizen-005", "citizen-006")
SCAM = "withheld-scam"
REDACTED = "redacted-address"
UNSEEN = "unseen-offer"
WATCHED = ("frais de dossier", "virement*", "mandat cash", "incapables")
"""Words that moderators look at; a star says that it is a stem."""

MARKED = ((UNSEEN, "NEW_ACTOR", None), (SCAM, "WORD", "frais de dossier"), (SCAM, "NEW_ACTOR", None))
RESPECT = "Charte : le respect des personnes"
ADVERTISING = "Charte : pas de publicité, pas de répétition"
PRIVACY = "Charte : pas de données personnelles d'autrui"
THREAT = "Code pénal, article 222-17 : menaces"
FRAUD = "Code pénal, article 313-1 : escroquerie"


def withheld(contributions: Sequence[DemoContribution]) -> tuple[DemoContribution, ...]:
    """A swindle among the offers, or among whatever the tenant has, a text that is shown without a name, and one that
    nobody has read yet."""
    like = _open(contributions)[0]
    plain = replace(like, author=OTHERS[0], is_anonymous=False, is_exact=False, address=None, comments=(), votes=())
    return (
        replace(
            plain,
            key=REDACTED,
            title="Un coup de main pour tailler une haie",
            body="La haie de mon voisin, M. […], déborde sur le trottoir. Qui vient la tailler avec moi samedi ?",
            age_hours=80,
            status="OPEN",
        ),
        replace(
            plain,
            key=UNSEEN,
            author=OTHERS[1],
            title="Je prête mon échelle et mes outils",
            body="Le week-end, contre un sourire. Je suis nouveau ici, et je voudrais connaître mes voisins.",
            age_hours=3,
            status="HELD",
        ),
        replace(
            plain,
            key=SCAM,
            title="Gagnez 500 € par semaine sans bouger de chez vous",
            body="Envoyez 30 € de frais de dossier et recevez la méthode. Places limitées, réponse sous une heure.",
            age_hours=60,
            status="HIDDEN",
        ),
    )


def marks(item: DemoContribution) -> dict[str, object]:
    """What moderation notes of a contribution."""
    before = "OPEN" if item.status in ("HELD", "HIDDEN") else None
    return {"status_before": before, "is_redacted": item.key == REDACTED, "is_unseen": item.key == UNSEEN}


def cases(contributions: Sequence[DemoContribution]) -> tuple[DemoCase, ...]:
    """Some that wait, the urgent among them, and some that are decided in every way."""
    shown = _open(contributions)
    by_others = [item for item in shown if item.author not in (MODERATOR, RESIDENT)]
    mine = next((item for item in shown if item.author == RESIDENT), by_others[4])
    return (_unseen(), *_waiting(by_others), *_decided(by_others, mine))


def flagger(cases_: Sequence[DemoCase]) -> str | None:
    """Whom the portal has named a trusted flagger: the last to report what nobody has decided yet."""
    waiting = [report.actor for case in cases_ if case.decision is None for report in case.reports]
    return waiting[-1] if waiting else None


def _open(contributions: Sequence[DemoContribution]) -> list[DemoContribution]:
    """What is open and says who wrote it, those of people first."""
    open_items = [
        item for item in contributions if item.status == "OPEN" and not item.is_anonymous and item.about is None
    ]
    return sorted(open_items, key=lambda item: (item.kind == "LISTING", item.key))


def _unseen() -> DemoCase:
    return DemoCase(UNSEEN, 3, ())


def _waiting(items: Sequence[DemoContribution]) -> tuple[DemoCase, ...]:
    privacy = "On y reconnaît ma voisine, qui ne veut pas que tout le quartier le sache."
    return (
        DemoCase(
            items[0].key,
            30,
            (
                DemoReport(RESIDENT, "OTHER_VIOLATION_TC", "C'est la même annonce que la semaine dernière."),
                DemoReport(OTHERS[1], "OTHER_VIOLATION_TC", "Cela ressemble à de la publicité."),
            ),
        ),
        DemoCase(items[1].key, 5, (DemoReport(OTHERS[2], "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", privacy),)),
        DemoCase(items[2].key, 52, (DemoReport(OTHERS[1], "SCAMS_AND_FRAUD", "On m'a demandé de payer d'avance."),)),
    )


def _decided(items: Sequence[DemoContribution], mine: DemoContribution) -> tuple[DemoCase, ...]:
    insult = DemoComment(OTHERS[2], "Encore une idée d'incapables, vous êtes tous des menteurs.", 40)
    hidden = DemoDecision(
        MODERATOR, "HIDE", "CYBER_VIOLENCE", "TERMS", RESPECT, "La réponse traite les participants de menteurs."
    )
    fraud = DemoDecision(
        MODERATOR, "HIDE", "SCAMS_AND_FRAUD", "ILLEGAL", FRAUD, "L'annonce demande 30 € d'avance contre un gain promis."
    )
    warned = DemoDecision(
        MODERATOR, "WARN", "OTHER_VIOLATION_TC", "TERMS", ADVERTISING, "Le même texte a été publié deux fois."
    )
    contested = "Ce n'est pas le même texte : les horaires ont changé, et le lieu aussi."
    off_topic = DemoReport(RESIDENT, "OTHER_VIOLATION_TC", "Cela n'a rien à voir avec notre ville.")
    return (
        DemoCase(SCAM, 50, (DemoReport(RESIDENT, "SCAMS_AND_FRAUD", "Personne ne paie pour cela.", "30 €"),), fraud),
        DemoCase(
            items[3].key, 38, (DemoReport(OTHERS[0], "CYBER_VIOLENCE", "C'est une insulte."),), hidden, reply=insult
        ),
        DemoCase(
            mine.key, 90, (DemoReport(OTHERS[0], "OTHER_VIOLATION_TC", "Déjà vu le mois dernier."),), warned, contested
        ),
        DemoCase(items[5].key, 70, (off_topic,), DemoDecision(MODERATOR, "NOTHING")),
        *_penalties(items),
    )


def _penalties(items: Sequence[DemoContribution]) -> tuple[DemoCase, ...]:
    """A threat that suspended its author, and a text that is shown without a name."""
    threat = DemoComment(_last_citizen(items), "On sait où vous habitez, faites attention à vous.", 20)
    suspended = DemoDecision(
        MODERATOR, "HIDE", "CYBER_VIOLENCE", "ILLEGAL", THREAT, "La réponse menace quelqu'un chez lui.", None, 30
    )
    private = DemoDecision(
        MODERATOR,
        "REDACT",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "TERMS",
        PRIVACY,
        "Le texte nomme un voisin, qui n'a rien demandé.",
        "La haie de mon voisin, M. Martin, déborde sur le trottoir. Qui vient la tailler avec moi samedi ?",
    )
    named = DemoReport(RESIDENT, "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "Il n'a rien demandé.", "M. Martin")
    threatened = DemoReport(RESIDENT, "CYBER_VIOLENCE", "C'est une menace.")
    return (
        DemoCase(items[4].key, 18, (threatened,), suspended, reply=threat),
        DemoCase(REDACTED, 75, (named,), private),
    )


def _last_citizen(items: Sequence[DemoContribution]) -> str:
    """Somebody whom nobody plays in the demonstration."""
    return max(item.author for item in items if item.author.startswith("citizen-"))
