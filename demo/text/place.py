"""Quartiers of the demonstration's cities: approximate centres, with landmarks that texts can name."""

from demo.phrase import Spot

PARIS = (
    Spot("Belleville", 48.8712, 2.3848, "75020 Paris", ("près du parc de Belleville", "rue des Cascades")),
    Spot("Ménilmontant", 48.8668, 2.3895, "75020 Paris", ("à deux rues du métro Gambetta", "près de la mairie du 20e")),
    Spot("Charonne", 48.8562, 2.4018, "75020 Paris", ("près de l’église Saint-Germain-de-Charonne",)),
    Spot(
        "La Villette",
        48.8878,
        2.3842,
        "75019 Paris",
        ("au bord du bassin de la Villette",),
        "à la Villette",
        "de la Villette",
    ),
    Spot("Les Buttes-Chaumont", 48.8797, 2.3822, "75019 Paris", ("à côté du parc", "près de la mairie du 19e")),
    Spot(
        "La Goutte d’Or",
        48.8857,
        2.3533,
        "75018 Paris",
        ("près du square Léon",),
        "à la Goutte d’Or",
        "de la Goutte d’Or",
    ),
    Spot("Montmartre", 48.8868, 2.3392, "75018 Paris", ("en bas de la rue Lepic", "près de la place des Abbesses")),
    Spot("Les Batignolles", 48.8872, 2.3188, "75017 Paris", ("près du square des Batignolles",)),
    Spot("Les Épinettes", 48.8948, 2.3222, "75017 Paris", ("près du métro Guy Môquet",)),
    Spot("Passy", 48.8572, 2.2792, "75016 Paris", ("pas loin de la Muette",)),
    Spot("Auteuil", 48.8477, 2.2652, "75016 Paris", ("près de l’église d’Auteuil",)),
    Spot("Grenelle", 48.8492, 2.2922, "75015 Paris", ("à côté du métro La Motte-Picquet",)),
    Spot("Vaugirard", 48.8408, 2.3002, "75015 Paris", ("près de la mairie du 15e",)),
    Spot("Plaisance", 48.8312, 2.3152, "75014 Paris", ("près de la rue Raymond-Losserand",)),
    Spot("Le Petit-Montrouge", 48.8272, 2.3262, "75014 Paris", ("à côté du métro Alésia",)),
    Spot(
        "La Butte-aux-Cailles",
        48.8272,
        2.3512,
        "75013 Paris",
        ("près de la place Paul-Verlaine",),
        "à la Butte-aux-Cailles",
        "de la Butte-aux-Cailles",
    ),
    Spot("Les Olympiades", 48.8242, 2.3662, "75013 Paris", ("dans une tour de l’avenue d’Ivry",)),
    Spot("Bercy", 48.8382, 2.3828, "75012 Paris", ("en face du parc de Bercy",)),
    Spot("Picpus", 48.8402, 2.4018, "75012 Paris", ("entre Daumesnil et Bel-Air",)),
    Spot("Bastille", 48.8532, 2.3692, "75011 Paris", ("près de la rue de la Roquette",)),
    Spot("Oberkampf", 48.8652, 2.3772, "75011 Paris", ("près du métro Parmentier",)),
    Spot(
        "Le Canal Saint-Martin",
        48.8728,
        2.3638,
        "75010 Paris",
        ("près de l’hôpital Saint-Louis",),
        "près du canal Saint-Martin",
        "du canal Saint-Martin",
    ),
    Spot("Le Marais", 48.8582, 2.3602, "75004 Paris", ("près du métro Saint-Paul",), "dans le Marais"),
    Spot("Le Quartier latin", 48.8490, 2.3470, "75005 Paris", ("près de la place Maubert",)),
    Spot("Le Gros-Caillou", 48.8572, 2.3042, "75007 Paris", ("près de la rue Cler",)),
)

RENNES = (
    Spot("Le Blosne", 48.0882, -1.6562, "35200 Rennes", ("près de la place du Banat", "à côté du métro Triangle")),
    Spot("Bréquigny", 48.0862, -1.6888, "35200 Rennes", ("près du parc de Bréquigny", "derrière la piscine")),
    Spot(
        "Cleunay",
        48.1012,
        -1.7108,
        "35000 Rennes",
        ("près de la place de la gare de Cleunay", "à côté de l’école Champion-de-Cicé"),
    ),
    Spot("Villejean", 48.1198, -1.7030, "35000 Rennes", ("sur la dalle Kennedy", "près de la fac de lettres")),
    Spot("Beauregard", 48.1288, -1.6932, "35000 Rennes", ("près du parc de Beauregard",)),
    Spot("Maurepas", 48.1258, -1.6582, "35700 Rennes", ("près du Gros-Chêne", "à côté du parc de Maurepas")),
    Spot("Les Gayeulles", 48.1322, -1.6478, "35700 Rennes", ("à l’entrée du parc des Gayeulles",)),
    Spot("Jeanne-d’Arc", 48.1172, -1.6522, "35700 Rennes", ("près du boulevard de Vitré",)),
    Spot("Saint-Hélier", 48.1062, -1.6622, "35000 Rennes", ("près de la rue Saint-Hélier",)),
    Spot("Sud-Gare", 48.0962, -1.6742, "35200 Rennes", ("près du boulevard Jacques-Cartier",)),
    Spot("Sainte-Thérèse", 48.0952, -1.6692, "35200 Rennes", ("à côté de l’église Sainte-Thérèse",)),
    Spot("Bourg-l’Évesque", 48.1110, -1.6938, "35000 Rennes", ("près du mail François-Mitterrand",)),
    Spot("Saint-Martin", 48.1228, -1.6772, "35700 Rennes", ("au bord des prairies Saint-Martin",)),
    Spot(
        "La Poterie", 48.0876, -1.6418, "35200 Rennes", ("près du métro La Poterie",), "à la Poterie", "de la Poterie"
    ),
    Spot("Baud-Chardonnet", 48.1088, -1.6442, "35000 Rennes", ("en bord de Vilaine",)),
    Spot("Arsenal-Redon", 48.1040, -1.6920, "35000 Rennes", ("près du boulevard Voltaire",)),
    Spot(
        "Centre",
        48.1113,
        -1.6790,
        "35000 Rennes",
        ("près de la place Sainte-Anne", "à deux pas des Lices"),
        "en centre-ville",
        "du centre-ville",
    ),
)

LE_HAVRE = (
    Spot(
        "Caucriauville",
        49.5160,
        0.1788,
        "76610 Le Havre",
        ("en haut du funiculaire de la forêt", "près de la place Jean-Le-Brozec"),
    ),
    Spot("Sanvic", 49.5080, 0.0932, "76620 Le Havre", ("près de la place de la Liberté",)),
    Spot("Bléville", 49.5228, 0.0960, "76620 Le Havre", ("du côté de l’église de Bléville",)),
    Spot("Graville", 49.5052, 0.1642, "76600 Le Havre", ("en contrebas de l’abbaye",)),
    Spot(
        "L’Eure",
        49.4852,
        0.1350,
        "76600 Le Havre",
        ("près du bassin Vauban", "à côté des Docks"),
        "à l’Eure",
        "de l’Eure",
    ),
    Spot("Les Neiges", 49.4832, 0.1688, "76600 Le Havre", ("à côté de la salle des fêtes",)),
    Spot("Aplemont", 49.5120, 0.1600, "76600 Le Havre", ("dans la cité-jardin",)),
    Spot("Mont-Gaillard", 49.5268, 0.1182, "76620 Le Havre", ("près du stade", "à côté de la médiathèque")),
    Spot(
        "Mare-Rouge",
        49.5230,
        0.1210,
        "76620 Le Havre",
        ("près du terminus du tram",),
        "à la Mare-Rouge",
        "de la Mare-Rouge",
    ),
    Spot("Danton", 49.4972, 0.1212, "76600 Le Havre", ("près de la place Danton",)),
    Spot("Saint-François", 49.4872, 0.1122, "76600 Le Havre", ("près de la halle aux poissons",)),
    Spot("Rouelles", 49.5250, 0.1660, "76610 Le Havre", ("à l’entrée du parc de Rouelles",)),
    Spot("Les Halles", 49.4920, 0.1052, "76600 Le Havre", ("à deux pas des halles centrales",)),
)

ORLEANS = (
    Spot("La Source", 47.8440, 1.9300, "45100 Orléans", ("près de la place de l’Indien", "à côté du parc floral")),
    Spot("Saint-Marceau", 47.8890, 1.9060, "45100 Orléans", ("près de l’avenue Dauphine",)),
    Spot("L’Argonne", 47.9120, 1.9340, "45000 Orléans", ("près de la place Mozart",), "à l’Argonne", "de l’Argonne"),
    Spot("Les Blossières", 47.9170, 1.8990, "45000 Orléans", ("près de la rue du Faubourg-Bannier",)),
    Spot(
        "Bourgogne",
        47.9005,
        1.9140,
        "45000 Orléans",
        ("rue de Bourgogne",),
        "dans le quartier Bourgogne",
        "du quartier Bourgogne",
    ),
    Spot("Dunois", 47.9075, 1.8990, "45000 Orléans", ("près de la place Dunois",)),
    Spot("Olivet", 47.8630, 1.9010, "45160 Olivet", ("au bord du Loiret", "près de l’église Saint-Martin")),
    Spot("Fleury-les-Aubrais", 47.9310, 1.9190, "45400 Fleury-les-Aubrais", ("du côté de la gare des Aubrais",)),
    Spot("Saint-Jean-de-Braye", 47.9130, 1.9730, "45800 Saint-Jean-de-Braye", ("au bord du canal",)),
    Spot(
        "Saint-Jean-de-la-Ruelle",
        47.9130,
        1.8720,
        "45140 Saint-Jean-de-la-Ruelle",
        ("près de la rue Charles-Beauhaire",),
    ),
    Spot("Saran", 47.9500, 1.8760, "45770 Saran", ("dans le bourg",)),
    Spot("La Chapelle-Saint-Mesmin", 47.8890, 1.8330, "45380 La Chapelle-Saint-Mesmin", ("en bord de Loire",)),
    Spot("Ingré", 47.9220, 1.8240, "45140 Ingré", ("près de la mairie",)),
    Spot("Chécy", 47.8940, 2.0230, "45430 Chécy", ("près du canal d’Orléans",)),
    Spot("Saint-Jean-le-Blanc", 47.8930, 1.9160, "45650 Saint-Jean-le-Blanc", ("près de la levée",)),
    Spot("Saint-Denis-en-Val", 47.8740, 1.9640, "45560 Saint-Denis-en-Val", ("au milieu des maraîchers",)),
)

LILLE = (
    Spot("Wazemmes", 50.6236, 3.0506, "59000 Lille", ("près de la place de la Nouvelle-Aventure",)),
    Spot("Vauban-Esquermes", 50.6310, 3.0420, "59000 Lille", ("près du jardin Vauban",)),
    Spot("Fives", 50.6330, 3.0888, "59800 Lille", ("à côté de la place Degeyter",)),
    Spot("Le Vieux-Lille", 50.6418, 3.0592, "59800 Lille", ("près de la place aux Oignons",), "dans le Vieux-Lille"),
    Spot("Moulins", 50.6192, 3.0690, "59000 Lille", ("près de la porte de Valenciennes",)),
    Spot("Lille-Sud", 50.6092, 3.0480, "59000 Lille", ("près du jardin des cultures",)),
    Spot("Bois-Blancs", 50.6352, 3.0222, "59000 Lille", ("au bord de la Deûle",), "aux Bois-Blancs", "des Bois-Blancs"),
    Spot("Saint-Maurice Pellevoisin", 50.6448, 3.0868, "59800 Lille", ("près de la rue du Faubourg-de-Roubaix",)),
    Spot("Le Faubourg de Béthune", 50.6180, 3.0342, "59000 Lille", ("près de la place Antoine-Tacq",)),
    Spot("Hellemmes", 50.6270, 3.1108, "59260 Hellemmes", ("près de la mairie d’Hellemmes",), of="d’Hellemmes"),
    Spot("Lomme", 50.6440, 2.9870, "59160 Lomme", ("près de la maison des enfants",)),
)

MULHOUSE = (
    Spot("Le Rebberg", 47.7370, 7.3442, "68100 Mulhouse", ("pas loin du zoo",)),
    Spot("Dornach", 47.7490, 7.3082, "68200 Mulhouse", ("près de la gare de Dornach",)),
    Spot("Bourtzwiller", 47.7728, 7.3290, "68200 Mulhouse", ("près de la rue de Soultz",)),
    Spot("Les Coteaux", 47.7400, 7.2992, "68200 Mulhouse", ("au bout de la ligne du tram",)),
    Spot(
        "Drouot", 47.7608, 7.3628, "68100 Mulhouse", ("rue de l’Île-Napoléon",), of="du quartier Drouot", at="à Drouot"
    ),
    Spot("Franklin", 47.7540, 7.3330, "68200 Mulhouse", ("près de la rue Franklin",)),
    Spot(
        "Fonderie",
        47.7420,
        7.3282,
        "68200 Mulhouse",
        ("à côté de l’université",),
        at="à la Fonderie",
        of="de la Fonderie",
    ),
    Spot(
        "Centre",
        47.7470,
        7.3390,
        "68100 Mulhouse",
        ("près de la place de la Réunion",),
        "au centre-ville",
        "du centre-ville",
    ),
)

POITIERS = (
    Spot("Les Couronneries", 46.5902, 0.3610, "86000 Poitiers", ("près de la place de Provence",)),
    Spot("Beaulieu", 46.5712, 0.3758, "86000 Poitiers", ("à côté du centre d’animation",)),
    Spot("Les Trois-Cités", 46.5640, 0.3530, "86000 Poitiers", ("près du parc des Trois-Cités",)),
    Spot("Bellejouanne", 46.5570, 0.3252, "86000 Poitiers", ("près du Clain",)),
    Spot("Saint-Éloi", 46.5860, 0.3800, "86000 Poitiers", ("en face du stade",)),
    Spot("La Gibauderie", 46.5630, 0.3740, "86000 Poitiers", ("près du CHU",), "à la Gibauderie", "de la Gibauderie"),
    Spot("Montbernage", 46.5840, 0.3560, "86000 Poitiers", ("au-dessus du pont Joubert",)),
    Spot("Le Plateau", 46.5802, 0.3404, "86000 Poitiers", ("près de Notre-Dame-la-Grande",), "sur le Plateau"),
)

COURBEVOIE = (
    Spot("Bécon", 48.9053, 2.2685, "92400 Courbevoie", ("près de la gare de Bécon-les-Bruyères", "à côté du parc")),
    Spot("Le Faubourg de l’Arche", 48.8957, 2.2336, "92400 Courbevoie", ("près du pôle universitaire",)),
    Spot(
        "Cœur de Ville",
        48.8972,
        2.2562,
        "92400 Courbevoie",
        ("près de l’hôtel de ville",),
        "en Cœur de Ville",
        "du Cœur de Ville",
    ),
    Spot("Gambetta", 48.8938, 2.2482, "92400 Courbevoie", ("dans une tour de l’avenue Gambetta",)),
)

BOURG_LA_REINE = (
    Spot(
        "Centre-ville",
        48.7797,
        2.3153,
        "92340 Bourg-la-Reine",
        ("à deux minutes du RER", "près de l’église Saint-Gilles"),
        "en centre-ville",
        "du centre-ville",
    ),
    Spot("Les Blagis", 48.7835, 2.3040, "92340 Bourg-la-Reine", ("près du marché des Blagis",)),
    Spot(
        "La Faïencerie",
        48.7762,
        2.3128,
        "92340 Bourg-la-Reine",
        ("près de la rue de la Faïencerie",),
        "à la Faïencerie",
        "de la Faïencerie",
    ),
    Spot("Le Petit-Chambord", 48.7742, 2.3170, "92340 Bourg-la-Reine", ("en direction d’Antony",)),
)

ALBI = (
    Spot(
        "Centre historique",
        43.9283,
        2.1440,
        "81000 Albi",
        ("près du marché couvert", "au pied de la cathédrale"),
        "dans le centre historique",
        "du centre historique",
    ),
    Spot(
        "La Madeleine",
        43.9345,
        2.1480,
        "81000 Albi",
        ("de l’autre côté du Pont-Vieux",),
        "à la Madeleine",
        "de la Madeleine",
    ),
    Spot("Cantepau", 43.9412, 2.1590, "81000 Albi", ("près du Tarn", "place de Cantepau")),
    Spot("Lapanouse", 43.9188, 2.1472, "81000 Albi", ("près de la maison de quartier",)),
    Spot("Rayssac", 43.9150, 2.1690, "81000 Albi", ("du côté du parc François-Mitterrand",)),
    Spot("Veyrières", 43.9225, 2.1630, "81000 Albi", ("près du lycée Rascol",)),
)

VILLECRESNES = (
    Spot(
        "Centre-ville",
        48.7205,
        2.5296,
        "94440 Villecresnes",
        ("près de la mairie", "à côté de l’église"),
        "dans le centre",
        "du centre",
    ),
    Spot(
        "Bois-d’Auteuil",
        48.7262,
        2.5345,
        "94440 Villecresnes",
        ("dans les nouvelles résidences",),
        "au Bois-d’Auteuil",
        "du Bois-d’Auteuil",
    ),
    Spot("Cerçay", 48.7118, 2.5432, "94440 Villecresnes", ("près de la coulée verte",)),
)

MEUDON = (
    Spot("Bellevue", 48.8225, 2.2290, "92190 Meudon", ("près de la gare de Bellevue",)),
    Spot(
        "Meudon-la-Forêt",
        48.7873,
        2.2253,
        "92360 Meudon-la-Forêt",
        ("avenue de Celle", "près de l’étang", "à côté du marché"),
    ),
    Spot(
        "Val-Fleury",
        48.8080,
        2.2372,
        "92190 Meudon",
        ("près du RER", "près du viaduc"),
        "au Val-Fleury",
        "du Val-Fleury",
    ),
    Spot("Bas-Meudon", 48.8236, 2.2242, "92190 Meudon", ("en bord de Seine",), "dans le Bas-Meudon", "du Bas-Meudon"),
    Spot(
        "Centre", 48.8123, 2.2382, "92190 Meudon", ("près de la rue de la République",), "dans le centre", "du centre"
    ),
)
