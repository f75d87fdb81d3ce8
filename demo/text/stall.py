"""What shops of the demonstration say of hours, delivery and pick-up points, and when things are in season."""

FARM_HOURS: tuple[dict[str, str], ...] = (
    {"wednesday": "14h-19h", "friday": "16h30-19h", "saturday": "9h-12h30"},
    {"tuesday": "17h-19h", "thursday": "17h-19h", "saturday": "9h30-12h"},
    {"monday": "17h-19h", "wednesday": "17h-19h", "friday": "17h-19h", "saturday": "10h-12h30"},
    {},
)
SHOP_HOURS: tuple[dict[str, str], ...] = (
    dict.fromkeys(("tuesday", "wednesday", "thursday", "friday", "saturday"), "9h-12h30, 15h-19h"),
    dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), "8h-13h, 16h-19h30") | {"sunday": "8h-13h"},
    dict.fromkeys(("monday", "tuesday", "thursday", "friday", "saturday"), "10h-19h"),
)
FARM_TERMS = (
    "Tournée le jeudi, gratuite dès 25 € de commande.",
    "Livraison le vendredi après-midi, 3 €, offerte dès 40 €.",
    "Une tournée par semaine ; commandez avant mercredi midi.",
    "Livraison gratuite pour les plus de 70 ans, 2 € sinon.",
)
SHOP_TERMS = (
    "Livraison à vélo en fin de matinée, gratuite dès 20 €.",
    "Commandez avant 17 h, livré le lendemain.",
    "Livraison du mardi au samedi, 2 €.",
)
AT_THE_FARM, AT_THE_SHOP = "À la ferme", "À la boutique"
ON_THE_MARKET = ("Au marché du samedi", "samedi de 8 h à 12 h 30")
RADII_M = (2_000, 3_000, 5_000, 8_000)
FARM_RADII_M = (5_000, 10_000, 15_000, 20_000)

SEASONS: dict[str, tuple[int, ...]] = {
    "asperge": (4, 5, 6),
    "fraise": (5, 6, 7),
    "salade": (4, 5, 6, 7, 8, 9, 10),
    "mâche": (10, 11, 12, 1, 2, 3),
    "tomate": (6, 7, 8, 9),
    "melon": (7, 8, 9),
    "pomme": (9, 10, 11, 12, 1, 2, 3),
    "courge": (9, 10, 11, 12, 1),
    "cerise": (5, 6, 7),
    "huître": (9, 10, 11, 12, 1, 2, 3, 4),
}
"""Months by a word of the title."""
