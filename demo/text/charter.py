"""The charter of Rennes' shared gardens: articles, and what residents would change in them."""

from dataclasses import dataclass

# fmt: off
ARTICLES: tuple[tuple[str, int, str], ...] = (
    ("Titre I – Ouvrir les jardins", 1, ""),
    ("Article 1 – Un jardin pour tout le quartier", 2,
        "Chaque jardin partagé est ouvert au public au moins un après-midi par semaine. Les jours "
        "d’ouverture sont affichés à l’entrée.\n\n"
        "Une parcelle est réservée aux écoles et aux centres de loisirs du quartier."),
    ("Article 2 – Qui décide", 2,
        "Les personnes qui jardinent élisent chaque année deux référents, qui parlent avec la ville."),
    ("Titre II – Prendre soin du sol et de l’eau", 1, ""),
    ("Article 3 – L’arrosage", 2,
        "L’eau de pluie est recueillie partout où une toiture le permet. L’arrosage à l’eau potable est "
        "permis le soir, de mai à septembre."),
    ("Article 4 – Ce qui n’entre pas au jardin", 2,
        "Les pesticides et les engrais de synthèse sont interdits. Le feu est interdit."),
    ("Titre III – Les outils", 1, ""),
    ("Article 5 – Un cabanon commun", 2,
        "La ville prête un cabanon et des outils à main. Chacun les nettoie et les range après usage."),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class CharterAmendment:
    """Other words for some of an article's: `article` is its place in the charter, from 1. What is `settled` the city
    says in its own words; a `version` of 1 was decided before the second one was published."""

    article: int
    old: str
    new: str
    title: str
    reasons: str
    state: str = "OPEN"
    answer: str | None = None
    settled: str | None = None
    version: int = 2


# fmt: off
AMENDMENTS: tuple[CharterAmendment, ...] = (
    CharterAmendment(2, "un après-midi par semaine", "deux demi-journées par semaine, dont une le week-end",
        "Ouvrir aussi le week-end",
        "Quand on travaille, un après-midi en semaine ne sert à rien. Le samedi matin, les enfants viendraient "
        "avec leurs parents.",
        "ACCEPTED", "Les référents des douze jardins sont d’accord : une ouverture le week-end est tenable partout.",
        version=1),
    CharterAmendment(5, "permis le soir, de mai à septembre", "interdit toute l’année",
        "Garder l’eau potable pour boire",
        "En août, la préfecture a demandé à tout le monde d’économiser. Un jardin de ville peut montrer l’exemple.",
        "OUTDATED", version=1),
    CharterAmendment(8, "des outils à main", "des outils à main, dont certains adaptés aux enfants",
        "Des outils à la taille des enfants",
        "Une bêche d’adulte est plus haute que ma fille. Trois petits râteaux coûtent moins cher qu’un grand.",
        "ACCEPTED_IN_PART", "Bonne idée, que le budget permet pour les jardins proches d’une école.",
        settled="des outils à main, et des outils d’enfants près des écoles"),
    CharterAmendment(6, "Le feu est interdit.", "Le feu est permis une fois par an, pour la fête du jardin.",
        "Une fête avec un feu",
        "À la Saint-Jean, on se retrouverait autour d’un petit feu surveillé. C’est ainsi que les voisins se parlent.",
        "REJECTED", "Les pompiers s’y opposent dans les cœurs d’îlot. La fête est bienvenue, sans feu."),
    CharterAmendment(3, "deux référents", "deux référents, dont une femme au moins",
        "Une femme au moins parmi les référents",
        "Dans notre jardin, trois quarts des mains sont des mains de femmes, et les deux référents sont des hommes."),
    CharterAmendment(8, "après usage", "avant la tombée de la nuit",
        "Ranger avant la nuit",
        "Deux fois, un arrosoir est resté dans l’allée et quelqu’un est tombé en rentrant tard."),
)
# fmt: on
SECOND_ARTICLE_5 = "permis le soir, de mai à septembre, sauf en cas de sécheresse"
REASON = "Après les premières rencontres de quartier : une ouverture le week-end, et une règle pour les sécheresses."
