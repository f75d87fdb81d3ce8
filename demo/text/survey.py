"""Texts of surveys: forms, other answers and words."""

from typing import Any

from models.question import SurveyCondition

OVER, OPEN, TO_ALL = "enquete-sport", "enquete-trajets", "enquete-place"
OVER_TITLE = "Le sport près de chez vous"
OVER_DESCRIPTION = (
    "Cinq minutes pour dire où vous faites du sport et ce qui vous en empêche. Les réponses décident des créneaux des "
    "salles à la rentrée."
)
OPEN_TITLE = "Vos trajets de tous les jours"
OPEN_DESCRIPTION = (
    "Comment vous déplacez-vous, et que faut-il changer ? Les réponses préparent le plan des déplacements du quartier."
)
TO_ALL_TITLE = "La nouvelle place du quartier"
TO_ALL_DESCRIPTION = (
    "Deux minutes, sans compte : ce que vous pensez de la place, de jour et le soir. Une affiche avec un code est sur "
    "place."
)
Asked = tuple[tuple[Any, ...], ...]

FORMS: dict[str, Asked] = {
    OVER: (
        (
            "ONE",
            "Faites-vous du sport ?",
            {"options": ("Oui, chaque semaine", "Oui, de temps en temps", "Non"), "is_required": True},
        ),
        (
            "SEVERAL",
            "Où en faites-vous ?",
            {
                "options": ("Dehors", "Dans un club", "Dans une salle de la ville", "À la maison"),
                "has_other": True,
                "shown_if": (SurveyCondition("q1", ("o1", "o2")),),
            },
        ),
        (
            "SEVERAL",
            "Qu’est-ce qui vous en empêche ?",
            {
                "options": ("Le temps", "Le prix", "La distance", "La garde des enfants", "La santé"),
                "most": 2,
                "help": "Deux raisons au plus.",
                "shown_if": (SurveyCondition("q1", ("o2", "o3")),),
            },
        ),
        (
            "SCALE",
            "Êtes-vous satisfait·e des équipements du quartier ?",
            {"least": 1, "most": 5, "low": "pas du tout", "high": "tout à fait", "is_required": True},
        ),
        (
            "RANKING",
            "Que faut-il faire d’abord ?",
            {"options": ("Ouvrir les gymnases le soir", "Éclairer les stades", "Aider les clubs")},
        ),
        ("NUMBER", "Combien de personnes font du sport chez vous ?", {"least": 0, "most": 12}),
        ("LONG_TEXT", "Un mot à ajouter ?"),
    ),
    OPEN: (
        ("PAGE", "Aujourd’hui", {"help": "Pensez à une semaine ordinaire."}),
        (
            "ONE",
            "Comment vous déplacez-vous le plus souvent ?",
            {
                "options": ("À pied", "À vélo", "En métro ou en bus", "En voiture"),
                "has_other": True,
                "is_required": True,
            },
        ),
        (
            "ONE",
            "Où garez-vous votre voiture ?",
            {"options": ("Dans la rue", "Dans un parking", "Chez moi"), "shown_if": (SurveyCondition("q2", ("o4",)),)},
        ),
        (
            "MATRIX",
            "Comment jugez-vous ces points ?",
            {
                "options": ("Bien", "Moyen", "Mal"),
                "rows": ("La largeur des trottoirs", "Les pistes cyclables", "La fréquence des bus", "L’éclairage"),
                "is_required": True,
            },
        ),
        ("PAGE", "Demain"),
        (
            "SEVERAL",
            "Que faut-il améliorer en premier ?",
            {
                "options": (
                    "La sécurité devant les écoles",
                    "Les arceaux à vélos",
                    "Les arrêts de bus",
                    "Les bancs",
                    "Les arbres",
                ),
                "has_other": True,
                "least": 1,
                "most": 3,
                "is_required": True,
            },
        ),
        ("PLACE", "Quel endroit vous pose le plus de problèmes ?"),
        (
            "SCALE",
            "Prendriez-vous plus souvent le vélo si c’était plus sûr ?",
            {"least": 0, "most": 10, "low": "non", "high": "oui, certainement"},
        ),
        ("LONG_TEXT", "Racontez un trajet difficile", {"most": 1_000}),
    ),
    TO_ALL: (
        (
            "ONE",
            "Passez-vous par la place ?",
            {"options": ("Tous les jours", "Parfois", "Jamais"), "is_required": True},
        ),
        (
            "SCALE",
            "Vous y sentez-vous bien le soir ?",
            {"least": 1, "most": 5, "low": "pas du tout", "high": "très bien"},
        ),
        ("LONG_TEXT", "Que lui manque-t-il ?", {"most": 500}),
    ),
}

OTHERS = ("À la piscine", "En trottinette", "Avec mes voisins", "Sur le chemin du travail")
WORDS = (
    "Le soir, le gymnase est fermé quand on rentre du travail.",
    "Les trottoirs sont trop étroits avec une poussette.",
    "Il manque un passage piéton devant l’école.",
    "Merci de demander, et de dire ce que vous en ferez.",
    "Les clubs sont pleins, il faudrait un deuxième créneau pour les adultes.",
    "J’attends souvent le bus dix minutes sous la pluie.",
)
