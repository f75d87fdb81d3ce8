"""What neighbours write to each other in the demonstration: to answer, to agree, to thank."""

OPENERS: dict[str, tuple[str, ...]] = {
    "REQUEST": (
        "Bonjour, je peux passer samedi matin si cela vous va. J’habite à deux rues.",
        "Bonsoir, je suis libre mercredi après 17 h et dimanche. Dites-moi ce qui vous arrange.",
        "Bonjour ! Je l’ai déjà fait pour ma tante, ce sera avec plaisir. Plutôt en semaine ou le week-end ?",
        "Je passe devant chez vous chaque soir en rentrant du travail : je peux m’arrêter cinq minutes.",
        "Bonjour, je suis à la retraite et j’ai du temps. Vous pouvez compter sur moi cette semaine.",
    ),
    "OFFER": (
        "Bonjour, votre proposition tombe très bien : jeudi matin, ce serait possible ?",
        "Bonsoir, cela m’aiderait beaucoup, je ne peux pas porter de charges en ce moment. Quand êtes-vous libre ?",
        "Bonjour, ma mère habite le quartier et serait ravie. Pouvez-vous passer la voir la semaine prochaine ?",
        "Merci de proposer cela ! J’en aurais besoin une fois par mois à peu près. Est-ce envisageable ?",
        "Bonjour, je suis nouveau dans l’immeuble et je ne connais encore personne. Je suis partant.",
    ),
    "LISTING": (
        "Bonjour, pouvez-vous m’en mettre deux de côté pour vendredi ? Je passe vers 18 h.",
        "Bonjour, livrez-vous aussi en haut de la côte ? Je suis à moins de deux kilomètres.",
        "Bonsoir, est-ce encore disponible samedi matin ? J’en prendrais trois.",
    ),
}
YES = (
    "Bonjour, merci, cela me va très bien. À samedi alors !",
    "Avec plaisir. Je vous attends devant la porte, il suffit de sonner.",
    "C’est très gentil, merci. Je suis là tout l’après-midi.",
    "Parfait pour moi. Je vous préviens si quelque chose change.",
)
SETTLED = (
    "Entendu. Je serai là à 10 h, avec mon caddie.",
    "Très bien, à tout à l’heure. Je porte une veste rouge, vous me reconnaîtrez.",
    "C’est noté. S’il pleut trop, je passe plutôt dimanche.",
)
THANKS = (
    "Merci encore, vous m’avez ôté une épine du pied !",
    "Tout s’est très bien passé. Un grand merci, et à bientôt dans le quartier.",
    "C’était un plaisir de vous rencontrer. Passez prendre un café quand vous voulez.",
)
_REGRETS = (
    "Merci, mais mon voisin s’est proposé hier. Bonne continuation !",
    "C’est gentil à vous. Finalement, ma fille peut venir cette semaine.",
    "Merci beaucoup, mais il me faudrait quelqu’un en matinée.",
)
STREETS = (
    "Rue des Tilleuls, la maison aux volets verts",
    "Impasse du Lavoir, au fond à gauche",
    "Place du Marché, n° 4",
)
_COMPLAINTS = (
    "Je l’ai attendu toute la matinée, et il dit qu’il est passé. Personne n’a sonné.",
    "Le travail n’est pas celui dont nous étions convenus, et on me demande de l’argent.",
)
NOTES = {"DECLINED": _REGRETS, "DISPUTED": _COMPLAINTS}
"""What whoever ends an exchange adds, and what a moderator reads."""
