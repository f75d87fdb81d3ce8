"""What the demonstration's cities answer to proposals: services, statuses and words."""

STATUSES = (
    ("Reçue", "#6b7280", True, True),
    ("À l'étude", "#2563eb", True, True),
    ("Retenue", "#15803d", True, True),
    ("Réalisée", "#7c3aed", False, True),
    ("Non retenue", "#b45309", False, True),
)
"""Name, colour, whether people may still vote and comment."""

RESPONSES = (
    (
        "Direction de la voirie",
        1,
        "Merci de cette proposition. Nos équipes passeront sur place ce mois-ci et vous diront ce qui est possible.",
    ),
    (
        "Direction des jardins",
        2,
        "C'est une bonne idée, et nous la retenons. Les travaux commenceront après l'hiver, quand on peut planter.",
    ),
    (
        "Mission vélo",
        4,
        "Nous avons étudié ce projet avec les transports. La place manque pour séparer les vélos des bus ; nous "
        "préférons la rue voisine, où une piste ouvrira l'an prochain.",
    ),
    (
        "Direction des écoles",
        3,
        "C'est fait. Merci à toutes les personnes qui ont donné leur avis : tout est en place depuis la rentrée.",
    ),
)
"""In whose name, which status is given, and the words."""

PROMISED_DAYS = 60
