"""Projects of participatory budgets, own to each city: title, text, category and cost in euros."""

from typing import NamedTuple


class Project(NamedTuple):
    """One project that a budget may pay."""

    title: str
    body: str
    category: str
    cost_euros: int


PARIS = (
    Project(
        "Des bancs à l’ombre avenue de Flandre",
        "Vingt bancs sous les arbres, à moins de cent mètres les uns des autres, avec des accoudoirs pour se relever.",
        "espace",
        45_000,
    ),
    Project(
        "La cour de l’école Manin ouverte le samedi",
        "Un gardien, des jeux et un point d’eau : la cour devient le square du quartier chaque samedi.",
        "jeunesse",
        60_000,
    ),
    Project(
        "Un local de réparation de vélos à Belleville",
        "Un atelier où l’on répare soi-même, avec des outils et deux soirées d’aide par semaine.",
        "mobilite",
        38_000,
    ),
    Project(
        "Des nichoirs sur les bâtiments publics",
        "Cent cinquante nichoirs pour les martinets et les moineaux, posés avec les écoles.",
        "nature",
        12_000,
    ),
    Project(
        "Une rue aux écoles dans chaque quartier",
        "Fermer aux voitures les abords de quatre écoles, planter des arbres et peindre le sol.",
        "mobilite",
        180_000,
    ),
    Project(
        "Des fontaines qui fonctionnent l’hiver aussi",
        "Remplacer douze fontaines par des modèles hors gel, accessibles en fauteuil.",
        "espace",
        54_000,
    ),
    Project(
        "Un jardin partagé sur le toit du gymnase",
        "Trois cents mètres carrés de bacs, une serre et un compost pour les voisins.",
        "nature",
        95_000,
    ),
    Project(
        "La bibliothèque ouverte le dimanche",
        "Un an d’ouverture le dimanche après-midi, avec un atelier de devoirs.",
        "culture",
        70_000,
    ),
    Project(
        "Un kiosque à musique rénové",
        "Refaire le toit et l’éclairage du kiosque, et l’ouvrir aux groupes du quartier.",
        "culture",
        88_000,
    ),
)
POITIERS = (
    Project(
        "Un sentier le long du Clain",
        "Deux kilomètres de chemin stabilisé, avec trois pontons pour les pêcheurs et les poussettes.",
        "nature",
        64_000,
    ),
    Project(
        "Des tables de jeu place de la Liberté",
        "Échecs, ping-pong et boules, à l’ombre des tilleuls.",
        "espace",
        14_000,
    ),
    Project(
        "Une salle de répétition aux Couronneries",
        "Isoler une salle municipale et l’équiper de deux amplis et d’une batterie.",
        "culture",
        42_000,
    ),
    Project(
        "Des arceaux à vélos devant les commerces",
        "Soixante arceaux, posés là où les commerçants les demandent.",
        "mobilite",
        18_000,
    ),
    Project(
        "Un verger dans le parc de Blossac",
        "Quarante pommiers et poiriers anciens, taillés avec les habitants.",
        "nature",
        21_000,
    ),
    Project(
        "Un terrain de basket aux Trois-Cités",
        "Refaire le sol, les paniers et l’éclairage du terrain.",
        "jeunesse",
        36_000,
    ),
    Project(
        "Un minibus pour les aînés",
        "Deux tournées par semaine vers le marché et la médiathèque, pendant un an.",
        "mobilite",
        33_000,
    ),
)
BOURG_LA_REINE = (
    Project(
        "Une aire de jeux pour tous les enfants",
        "Des balançoires et un tourniquet où l’on joue aussi en fauteuil.",
        "jeunesse",
        48_000,
    ),
    Project(
        "Des haies au lieu des grillages",
        "Six cents mètres de haies champêtres autour des écoles et du stade.",
        "nature",
        16_000,
    ),
    Project("Une grainothèque à la médiathèque", "Un meuble, des sachets et quatre ateliers par an.", "nature", 3_500),
    Project(
        "L’éclairage du passage sous les voies",
        "Une lumière douce, des murs peints par les collégiens.",
        "espace",
        39_000,
    ),
    Project(
        "Un cinéma en plein air l’été",
        "Quatre séances gratuites dans le parc, avec écran et transats.",
        "culture",
        12_000,
    ),
    Project(
        "Des casiers pour les paniers de légumes",
        "Trente casiers réfrigérés près de la gare, pour les producteurs proches.",
        "espace",
        27_000,
    ),
    Project(
        "Un abri à vélos fermé à la gare",
        "Quarante places, un compteur et une station de gonflage.",
        "mobilite",
        44_000,
    ),
)
MULHOUSE = (
    Project(
        "Une piste d’éducation routière",
        "Un petit circuit peint, avec des feux et des panneaux, pour apprendre à rouler.",
        "jeunesse",
        52_000,
    ),
    Project(
        "Des jardins au pied des immeubles", "Huit parcelles aux Coteaux, avec l’eau et un cabanon.", "nature", 34_000
    ),
    Project("Un piano à la gare", "Un piano, un banc et un accordeur deux fois par an.", "culture", 4_000),
    Project(
        "Le canal éclairé pour les piétons",
        "Des bornes basses sur un kilomètre, éteintes la nuit pour les chauves-souris.",
        "espace",
        78_000,
    ),
    Project(
        "Une cuisine partagée à Bourtzwiller",
        "Une cuisine équipée, pour les ateliers et les repas de quartier.",
        "culture",
        61_000,
    ),
    Project(
        "Cent arbres dans les rues minérales",
        "Planter en pleine terre, là où il fait le plus chaud l’été.",
        "nature",
        90_000,
    ),
    Project(
        "Un parcours sportif dans la forêt du Tannenwald",
        "Douze agrès de bois et un plan du parcours.",
        "jeunesse",
        29_000,
    ),
    Project(
        "Des ralentisseurs devant la mosquée et le temple",
        "Deux plateaux et des passages bien éclairés.",
        "mobilite",
        40_000,
    ),
)
MULHOUSE_YOUNG = (
    Project(
        "Des casiers à vélos devant les lycées",
        "Soixante places fermées, à l’abri, devant trois lycées.",
        "mobilite",
        18_000,
    ),
    Project(
        "Un studio de répétition au Noumatrouff",
        "Une salle, une batterie et des amplis, pour six groupes.",
        "culture",
        14_000,
    ),
    Project("Une cour d’ombre au collège Kennedy", "Douze arbres, des bancs et moins de bitume.", "nature", 22_000),
    Project(
        "Un mur d’escalade à la Doller",
        "Un bloc de quatre mètres, ouvert à tous, avec un sol souple.",
        "jeunesse",
        26_000,
    ),
)
RENNES = (
    Project(
        "Une plage d’été au bord de la Vilaine",
        "Des transats, de l’ombre et un bassin pour les petits, de juin à septembre.",
        "espace",
        72_000,
    ),
    Project("Un bar à soupes au Blosne", "Un local prêté, des légumes invendus et des bénévoles.", "culture", 26_000),
    Project("Des abris pour les hérissons", "Deux cents abris faits par les écoles.", "nature", 4_000),
    Project(
        "Le tour de la ville à vélo",
        "Relier les chemins qui existent et les flécher : vingt-quatre kilomètres.",
        "mobilite",
        58_000,
    ),
    Project("Une scène ouverte à Maurepas", "Un plancher, un toit et l’électricité.", "culture", 47_000),
    Project(
        "Des cours de récréation sans bitume",
        "Trois cours rendues à la terre, avec des arbres et des rondins.",
        "jeunesse",
        115_000,
    ),
    Project("Une ludothèque qui se déplace", "Une camionnette de jeux, cinq places par semaine.", "jeunesse", 39_000),
)
RENNES_BEFORE = (
    Project("Un four à pain à Villejean", "Un four commun, allumé deux fois par mois.", "culture", 31_000),
    Project(
        "Des toilettes publiques propres",
        "Quatre cabines accessibles, nettoyées après chaque passage.",
        "espace",
        120_000,
    ),
    Project("Des ruches sur les toits", "Huit ruches et une récolte avec les écoles.", "nature", 9_000),
    Project("Un pumptrack à Bréquigny", "Un circuit de bosses pour vélos et trottinettes.", "jeunesse", 68_000),
    Project(
        "Des plans du métro en relief", "Lire le réseau du bout des doigts, en vingt stations.", "mobilite", 14_000
    ),
    Project("La mare des Gayeulles curée", "Rendre l’eau claire et poser une passerelle.", "nature", 43_000),
)
