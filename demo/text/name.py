"""Invented names: residents' first names by gender, and complements of farms, shops and associations."""

# fmt: off
WOMEN = (
    "Nadia", "Anne-Lise", "Catherine", "Sophie", "Fatou", "Julie", "Monique", "Inès", "Leïla", "Camille",
    "Maëlle", "Jeannine", "Awa", "Élodie", "Chantal", "Marion", "Samira", "Odile", "Clara", "Hélène",
    "Nolwenn", "Yasmine", "Thérèse", "Pauline", "Brigitte", "Salomé", "Khadija", "Aurélie", "Nicole", "Zoé",
    "Mireille", "Louise", "Aminata", "Delphine", "Gisèle", "Rozenn", "Sabrina", "Colette", "Emma",
    "Bénédicte", "Houria", "Justine", "Solange", "Mathilde", "Dalila", "Françoise", "Ophélie", "Linh",
    "Régine", "Capucine", "Naïma", "Isabelle", "Perrine", "Rosa", "Violette", "Annick", "Lucie", "Mariama",
    "Agnès", "Eva",
)
MEN = (
    "Yann", "Karim", "Jean-Paul", "Mathieu", "Ousmane", "Gérard", "Thomas", "Hakim", "Loïc", "Bernard",
    "Kévin", "Antoine", "Moussa", "René", "Julien", "Tarek", "Denis", "Maxime", "Lucien", "Samuel", "Erwan",
    "Christophe", "Idriss", "Robert", "Théo", "Vincent", "Farid", "Marcel", "Adrien", "Bakary", "Guillaume",
    "Rachid", "Alain", "Quentin", "Joaquim", "Philippe", "Nassim", "Roland", "Étienne", "Malik", "Gaël",
    "Serge", "Hugo", "Mamadou", "Jérôme", "Baptiste", "Abdel", "Raymond", "Simon", "Tuan", "Fabrice",
    "Ilyes", "Georges", "Corentin", "Pascal", "Amadou", "Romain", "Henri", "Léo", "Stéphane",
)
INITIALS = "ABCDEFGHJKLMNPRSTVW"

# What follows «La Ferme», «Le Fournil»… in the names of the invented farms and shops.
COMPLEMENTS = (
    "du Merle bavard", "de la Pie pressée", "du Hérisson matinal", "des Trois Lanternes",
    "de la Lune rousse", "du Vieux Compas", "de la Grenouille sage", "du Tilleul penché",
    "des Quatre Galoches", "de la Belle Averse", "du Lièvre distrait", "de la Chouette polie",
    "du Chemin qui tourne", "des Deux Brouettes", "de la Mare aux fées", "du Coq enrhumé",
    "de l’Arrosoir vert", "du Renard poli", "des Cent Cailloux", "de la Girouette", "du Grillon curieux",
    "de la Clé perdue", "du Sabot fleuri", "des Bonnes Heures", "de la Fougère bleue", "du Pommier tordu",
    "de la Marmotte lucide", "du Ruisseau lent", "des Herbes folles", "de l’Escargot pressé",
    "du Geai moqueur", "de la Cloche fêlée", "du Grand Chapeau", "des Six Moulins à vent",
    "de la Noisette ronde", "du Blaireau aimable", "de l’Horloge arrêtée", "du Puits bavard",
    "des Mille Sabots", "de la Haie vive", "du Bouc philosophe", "de la Rosée tenace", "du Pinson gourmand",
    "des Trois Barriques", "de la Brume claire", "du Vent debout", "de l’Abeille rêveuse", "du Noyer creux",
    "des Petites Ficelles", "de la Malle-poste", "du Hibou sobre", "de l’Été indien", "du Panier percé",
    "des Sept Ruelles", "de la Taupe modèle", "du Fil à plomb", "de l’Oie studieuse", "du Muguet tardif",
    "des Quatre Saisons et demie", "de la Canne à pêche", "du Tracteur mauve", "de la Vache en chaussons",
    "du Chat perché haut", "des Longues Racines", "de la Bobine", "du Sentier creux",
    "de l’Hirondelle en retard", "du Bon Copeau", "des Joyeux Cageots", "de la Serpette",
)

ASSOCIATIONS = (
    "Les Voisins du troisième palier", "Coup de pouce {of}", "Le Fil du palier",
    "La Table aux deux rallonges", "Les Bottes au potager", "Allô voisins {of}", "L’Aiguille et le Bouton",
    "Un toit, deux tasses",
    "Les Passeurs de virgules", "La Roue et le Panier", "Le Petit Relais {of}", "Entre deux étages",
    "Collectif des Marchepieds", "Les Goûters {of}",
)

STREETS = (
    "rue du Marché", "rue des Tilleuls", "place de l’Église", "rue de la Fontaine", "rue du Four",
    "rue des Jardins", "avenue de la Gare", "rue de la Poste", "rue des Écoles", "rue du Lavoir",
    "rue Basse", "rue des Tanneurs",
)
LANES = (
    "chemin des Vignes", "route du Moulin", "lieu-dit La Petite Métairie", "chemin de la Croix",
    "lieu-dit Les Noues", "route des Étangs", "chemin du Bois Joli", "lieu-dit La Grange Neuve",
    "impasse des Chênes", "route de la Fontaine",
)

# fmt: on

# Sentences by which a resident says who they are; each ends with its full stop.
INTRO = (
    "[Étudiant<e> en droit, j’ai des trous dans mon emploi du temps.|Je suis en télétravail et je bouge à "
    "midi.|Jeune retraité<e>, j’ai du temps et de bonnes jambes.|Je viens d’emménager {at} et j’aimerais "
    "connaître mes voisins.|Je suis <intermittent/intermittente> et les contrats sont rares en ce "
    "moment.|Ma famille est loin, alors j’aide ici.|J’habite {near} depuis vingt ans.|En congé parental, je "
    "sors de toute façon deux fois par jour.|Ancien<ne> <postier/factrice>, je connais chaque porte "
    "{of}.|Nous sommes un couple sans enfants, avec une voiture.|On m’a beaucoup aidé<e> l’an dernier, je "
    "rends la pareille.|Je suis au chômage technique depuis deux semaines.|<Infirmier/Infirmière> en "
    "disponibilité, je reste utile comme je peux.|Je travaille le matin et mes après-midi sont "
    "libres.|<Pompier volontaire/Pompière volontaire>, j’ai l’habitude de rendre service.|Mes enfants sont "
    "grands, mes week-ends aussi.|Je fais mes trajets à pied ou à vélo {at}.|<Professeur/Professeure> des "
    "écoles, je suis libre le mercredi.|Je prépare un concours et il me faut des pauses utiles.|Bonjour à "
    "tous, voisin<e> {of} depuis peu.]"
)
WHEN = (
    "[le matin avant 10 h|en semaine après 18 h|le mercredi toute la journée|le week-end|du lundi au jeudi "
    "en journée|entre midi et deux|le samedi matin|le mardi et le jeudi|en fin d’après-midi|tous les jours "
    "sauf le dimanche|le soir après 19 h|le vendredi après-midi|une semaine sur deux|pendant les vacances "
    "scolaires|presque tous les jours]"
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
HOURS = ("8 h", "8 h 30", "9 h", "9 h 30", "10 h")
