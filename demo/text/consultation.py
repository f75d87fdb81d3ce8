"""The consultations of Paris and Rennes, with the arguments of their residents."""

from demo.text.debate import Argument as A
from demo.text.debate import Topic

# fmt: off
PARIS_CONSULTATION: tuple[Topic, ...] = (
    Topic("rues", "Une rue aux enfants devant chaque école",
        "Devant chaque école primaire, une rue fermée aux voitures en permanence, plantée, avec des "
        "bancs et un point d’eau. Les livraisons et les secours passeraient par une barrière.",
        (
            A("Ma fille de 8 ans rentre seule",
                "Depuis que la rue est piétonne chez nous, à Charonne, elle fait le chemin toute seule. "
                "Trois minutes, et une fierté immense."),
            A("L’air, tout simplement",
                "Un capteur bricolé avec les élèves a montré deux fois moins de pollution à la sortie de "
                "16 h 30."),
        ),
        (
            A("Et les livraisons du fleuriste ?",
                "Ma boutique est dans la rue. Une barrière fermée le matin, c’est un camion qui repart "
                "avec mes fleurs."),
            A("Pas partout en même temps",
                "Certaines rues desservent une caserne ou une clinique. Il faut trancher au cas par cas, "
                "avec les riverains."),
        )),
    Topic("nature", "Débitumer les pieds d’immeubles",
        "La ville retirerait le bitume sur un mètre au pied des façades volontaires ; les habitants "
        "planteraient et entretiendraient, avec terre et conseils fournis.",
        (
            A("Nos trottoirs larges s’y prêtent",
                "Rue large, plein sud, pas un brin d’herbe. Onze voisins sont prêts à planter dès "
                "l’automne."),
            A("L’eau retourne à la terre",
                "À chaque orage, notre cave prend l’eau. Un mètre de sol vivant par façade, ce n’est pas "
                "rien à l’échelle d’une rue."),
        ),
        (
            A("Le passage des poussettes",
                "Sur un trottoir d’un mètre quarante, une bande plantée oblige à descendre sur la "
                "chaussée."),
            A("Qui s’en occupe quand on déménage ?",
                "La jardinière de notre coin est devenue un cendrier. Sans relais municipal, l’élan "
                "retombe en deux ans."),
        )),
    Topic("rues", "Les boulevards des Maréchaux à 30 km/h",
        "De la porte de Versailles à la porte de Clichy et jusqu’à la porte Dorée, passer à 30 km/h "
        "partout, avec des feux réglés pour que les voitures avancent sans s’arrêter.",
        (
            A("Moins de bruit, je dors",
                "J’habite au deuxième, porte de Vanves. À 30, on n’entend plus que le tramway, et c’est "
                "une berceuse."),
            A("Les piétons traversent mieux",
                "Ma mère met vingt secondes à traverser. À 50, les voitures surgissent ; à 30, on se "
                "regarde."),
        ),
        (
            A("Les bus ralentis aussi",
                "Si les bus roulent à 30 sans voie réservée continue, on ajoute dix minutes à ceux qui "
                "n’ont pas le choix."),
            A("Contrôler suffirait",
                "La limite actuelle n’est pas respectée la nuit. Faisons-la respecter avant de changer "
                "les panneaux."),
        )),
    Topic("proximite", "Des toilettes publiques propres et gratuites",
        "Doubler leur nombre près des parcs et des marchés, avec un nettoyage cinq fois par jour et un "
        "accès garanti aux fauteuils.",
        (
            A("Une question de dignité",
                "<Livreur/Livreuse>, je passe dix heures par jour dehors. C’est un besoin, pas un luxe."),
            A("Les sorties de mes parents en dépendent",
                "Mon père renonce au parc Montsouris faute de toilettes ouvertes. Cela paraît un détail, "
                "c’est sa vie."),
        ),
        (
            A("Réparer celles qui existent",
                "Trois sur cinq sont hors service près de chez moi. J’aimerais une équipe de réparation "
                "avant des achats."),
            A("Plutôt un accord avec les cafés",
                "Rémunérons les cafetiers volontaires pour ouvrir les leurs : moins cher, plus propre, "
                "et présent partout."),
        )),
    Topic("proximite", "Un kiosque de quartier pour réparer",
        "Un kiosque par arrondissement où des réparateurs se relaient : vélo, couture, petit "
        "électroménager, informatique, à prix modéré.",
        (
            A("On jette par ignorance",
                "Mon grille-pain avait un fusible grillé. Quatre-vingts centimes. J’en avais déjà "
                "commandé un neuf."),
            A("Des emplois d’insertion",
                "Notre association forme des réparateurs à la Goutte d’Or. Ils ont le savoir-faire, il "
                "manque la vitrine."),
        ),
        (
            A("Les artisans existent déjà",
                "Je suis <cordonnier/cordonnière> depuis trente ans. Un kiosque aidé en face, et je "
                "ferme. Envoyez plutôt les gens chez nous."),
            A("Un kiosque est trop petit",
                "Il faut de la place pour stocker les pièces. Un local vide ferait mieux l’affaire."),
        )),
    Topic("nature", "Ouvrir les squares toute la nuit en été",
        "Lors des fortes chaleurs, laisser ouverts la nuit les squares et parcs de plus d’un hectare, "
        "avec un agent d’accueil.",
        (
            A("Sous les toits, 34 degrés à minuit",
                "Nous étions quatre familles au parc de Belleville l’été dernier. Les enfants ont enfin "
                "dormi, sur une couverture."),
            A("La nuit est à tous",
                "Les terrasses sont ouvertes à ceux qui peuvent payer. Un banc sous un arbre ne coûte "
                "rien."),
        ),
        (
            A("Le bruit monte jusqu’au sixième",
                "Avec les enceintes portatives, nous ne dormons plus. Oui au frais, mais avec une règle "
                "de silence après 23 h."),
            A("Laisser les bêtes tranquilles",
                "Hérissons et chauves-souris ont besoin de nuits calmes. Gardons au moins la moitié des "
                "parcs fermés."),
        )),
    Topic("rues", "Des pistes cyclables assez larges pour deux",
        "Porter à deux mètres cinquante les pistes les plus fréquentées, y compris en prenant une file "
        "de voitures.",
        (
            A("Doubler sans se frôler",
                "Avec mon vélo cargo et les jumeaux, chaque dépassement est une frayeur sur les pistes "
                "étroites."),
            A("Le nombre parle",
                "Le matin, boulevard de Sébastopol, on attend deux feux à vélo. La place doit suivre "
                "l’usage."),
        ),
        (
            A("Les bus sont pris en étau",
                "Une file en moins, ce sont des bus bloqués. Il faudrait d’abord chiffrer pour chaque "
                "boulevard."),
            A("Séparer aussi les piétons",
                "Je suis malvoyant<e> et une piste collée au trottoir me terrifie. Largeur oui, mais "
                "avec une vraie bordure."),
        )),
    Topic("proximite", "Une cantine de quartier ouverte à tous",
        "Le soir et le week-end, la cuisine d’une école servirait des repas à prix selon le revenu, "
        "cuisinés avec des habitants volontaires.",
        (
            A("Manger ensemble, ça change tout",
                "Je dîne seul<e> depuis six ans. Un repas chaud et des voix autour, je viendrais deux "
                "fois par semaine."),
            A("Les cuisines existent", "Elles sont belles, équipées, et éteintes dès 15 h. Quel gâchis."),
        ),
        (
            A("Les agents sont déjà fatigués",
                "Travaillant en cantine, je demande : qui viendra nettoyer à 22 h ? Rien sans embauches."),
            A("Attention aux normes",
                "Un volontaire sans formation dans une cuisine collective, c’est un risque. Il faut un "
                "chef à chaque service."),
        )),
    Topic("nature", "Planter un verger dans chaque arrondissement",
        "Un verger public par arrondissement, cinquante arbres au moins, récolte libre et ateliers de "
        "taille.",
        (
            A("Des cerises pour tous",
                "Aux Épinettes, le cerisier du square réunit tout l’immeuble deux jours par an. Imaginez "
                "cinquante arbres."),
            A("Apprendre aux enfants",
                "Mes élèves pensaient que les noisettes poussaient en sachet. Un verger à dix minutes à "
                "pied vaut cent leçons."),
        ),
        (
            A("Les guêpes et les fruits au sol",
                "L’idée est belle, mais sans équipe pour ramasser, le sol devient glissant et envahi en "
                "septembre."),
            A("Pas au détriment des pelouses de jeu",
                "Dans le 11e, chaque mètre carré d’herbe sert déjà. Où mettre cinquante arbres sans "
                "chasser les ballons ?"),
        )),
)
# fmt: on

# fmt: off
RENNES_CONSULTATION: tuple[Topic, ...] = (
    Topic("mobilite", "Prolonger le métro jusqu’à 2 h le vendredi et le samedi",
        "La fréquence serait d’une rame toutes les quinze minutes après minuit et demi, sur les deux "
        "lignes.",
        (
            A("Je finis à 1 h au restaurant",
                "<Serveur/Serveuse> aux Lices, je rentre à Villejean à pied trois fois par semaine. Ce "
                "serait quarante minutes de gagnées, et la tranquillité."),
            A("Moins de volant après une fête",
                "Avec un métro, les jeunes n’auraient plus d’excuse. En tant que <père/mère>, je ne peux "
                "que dire oui."),
        ),
        (
            A("Le coût pour peu de monde",
                "Faire rouler des rames vides, est-ce raisonnable ? Des bus de nuit mieux placés "
                "feraient aussi bien."),
            A("Et l’entretien des lignes ?",
                "La nuit sert à réparer. On risque de payer ce confort par des pannes en semaine."),
        )),
    Topic("nature", "Créer un parc continu le long de la Vilaine",
        "De Baud-Chardonnet à Cleunay, relier les berges par une promenade plantée, sans coupure, avec "
        "des accès à l’eau.",
        (
            A("De chez moi au bureau sans une voiture",
                "Il manque six cents mètres pour relier la Vilaine à Arsenal-Redon. Ces mètres-là me "
                "font prendre la voiture."),
            A("On redécouvre le fleuve",
                "Cinquante ans que j’habite ici, dont quarante à ignorer la Vilaine. Depuis la plage de "
                "Baud, on s’y promène tous les soirs."),
        ),
        (
            A("Laisser les berges sauvages",
                "Des loutres ont été vues en aval. Une promenade éclairée partout, c’est trop : "
                "alternons les rives."),
            A("Et les crues ?",
                "L’hiver, les quais bas passent sous l’eau. Il faudra tout nettoyer chaque année, qui "
                "paiera ?"),
        )),
    Topic("alimentation", "Cantines : 60 % de produits de Bretagne d’ici trois ans",
        "Les écoles achèteraient directement à des fermes bretonnes, avec des contrats de trois ans et "
        "un menu végétarien quotidien au choix.",
        (
            A("Un contrat, c’est un banquier rassuré",
                "<Maraîcher/Maraîchère> à vingt kilomètres, j’embaucherais si trois écoles s’engageaient "
                "pour trois ans."),
            A("Mes enfants mangeraient enfin leurs carottes",
                "Celles de la ferme ont du goût. Les autres reviennent dans l’assiette, demandez aux "
                "agents."),
        ),
        (
            A("Le prix du repas",
                "Avec trois enfants et un seul salaire, je regarde chaque centime. Promettez d’abord que "
                "le tarif ne bougera pas."),
            A("Local ne veut pas dire bio",
                "Je préfère une lentille bio de la Mayenne à un légume breton traité dix fois. Mettons "
                "la santé en premier."),
        )),
    Topic("quartiers", "Un budget pour chaque quartier, décidé sur place",
        "Deux cent mille euros par an et par quartier, votés en assemblée d’habitants, pour des travaux "
        "réalisés dans l’année.",
        (
            A("On sait où sont les bancs manquants",
                "Au Blosne, dix personnes vous diront la même chose : rien pour s’asseoir entre le "
                "marché et Triangle."),
            A("Dans l’année, ça change tout",
                "Mon idée de 2022 est encore en étude. Aller vite redonnerait confiance."),
        ),
        (
            A("Toujours les mêmes en assemblée",
                "Ceux qui ont du temps décident pour ceux qui travaillent le soir. Il faut tirer des "
                "habitants au sort."),
            A("Les quartiers n’ont pas les mêmes besoins",
                "La même somme partout, ce n’est pas l’égalité. Maurepas a plus de retard que le centre."),
        )),
    Topic("mobilite", "Le stationnement vélo sécurisé dans les immeubles anciens",
        "Louer des rez-de-chaussée vides pour y garer les vélos de tout un pâté de maisons, à cinq euros "
        "par mois.",
        (
            A("Deux vols en un an",
                "Attaché, bien attaché, volé quand même. Pour cinq euros par mois, je signe ce soir."),
            A("Porter un vélo au quatrième",
                "Mon électrique pèse vingt-six kilos. J’ai renoncé à l’utiliser, faute de local."),
        ),
        (
            A("Des commerces plutôt que des garages",
                "Nos rez-de-chaussée vides pourraient accueillir une boulangerie. Un garage derrière une "
                "vitre, c’est triste."),
            A("Aux bailleurs de faire leur part",
                "Pourquoi payer avec l’impôt ce que les propriétaires devraient installer ?"),
        )),
    Topic("quartiers", "Ouvrir les gymnases le soir sans réservation",
        "Deux soirs par semaine, un gymnase par quartier ouvert à tous, sans club ni licence, avec un "
        "éducateur.",
        (
            A("Toutes les filles ne sont pas en club",
                "À Bréquigny, l’éducatrice du mardi a fait venir vingt adolescentes. Un créneau libre, "
                "c’est une porte."),
            A("Le sport sans payer 200 euros",
                "Ma licence est devenue trop chère. Une heure de badminton le jeudi, c’est ma santé."),
        ),
        (
            A("Les clubs manquent déjà d’heures",
                "Nos équipes de jeunes s’entraînent à 21 h 30. Trouvez de nouvelles salles avant de "
                "partager la misère."),
            A("Qui range le matériel ?",
                "Bénévole depuis quinze ans, je sais dans quel état on retrouve les filets. Il faudra "
                "deux agents, pas un."),
        )),
    Topic("nature", "Une forêt habitée à la place des grands parkings",
        "Transformer par étapes trois parkings de surface, dont celui près des Gayeulles, en bosquets "
        "avec jeux et sentiers.",
        (
            A("La fraîcheur gratuite",
                "Sous les chênes des Gayeulles, il fait six degrés de moins. J’en veux un morceau en bas "
                "de chez moi."),
            A("Les parkings-relais sont à deux stations",
                "On peut se garer au terminus et finir en métro. C’est ce que je fais depuis un an, sans "
                "regret."),
        ),
        (
            A("Le marché a besoin de ses places",
                "Je vends des galettes depuis un camion. Sans parking, mes clients âgés ne viendront "
                "plus."),
            A("Des arbres, oui, mais pas seulement des petits",
                "On plante serré, ça fait joli sur la photo et la moitié meurt. Un bon arbre vaut dix "
                "baguettes."),
        )),
    Topic("alimentation", "Un marché du soir dans chaque quartier",
        "De 16 h à 20 h, une fois par semaine, pour celles et ceux qui travaillent en journée.",
        (
            A("Le samedi matin, je travaille",
                "<Vendeur/Vendeuse>, je n’ai jamais vu le marché des Lices autrement que vide. Un jeudi "
                "soir à Cleunay, j’y serais."),
            A("Un petit rendez-vous entre voisins",
                "À Sainte-Thérèse, le camion à pizza du mercredi rassemble déjà la rue. Imaginez avec "
                "des légumes."),
        ),
        (
            A("Les producteurs dorment quand ?",
                "Levé<e> à 4 h pour récolter, je ne peux pas vendre jusqu’à 20 h. Il faudrait payer un "
                "vendeur."),
            A("Concurrence avec les épiceries",
                "Notre épicerie vit justement du soir. Installez ces marchés là où il n’y a rien."),
        )),
    Topic("quartiers", "Des bancs tous les deux cents mètres",
        "Un plan simple : sur chaque parcours vers un arrêt, un commerce ou un parc, un banc avec "
        "dossier tous les deux cents mètres.",
        (
            A("Sans banc, je reste chez moi",
                "J’ai 84 ans et de mauvais genoux. Deux cents mètres, c’est exactement ma distance."),
            A("Pas cher et utile à tous",
                "Femmes enceintes, livreurs, amoureux : tout le monde s’assoit. Peu de projets rendent "
                "autant pour si peu."),
        ),
        (
            A("Sous ma fenêtre, non merci",
                "Le banc d’en face est occupé jusqu’à 3 h du matin. Choisissons les endroits avec les "
                "riverains."),
            A("Avec de l’ombre, sinon rien",
                "Un banc en plein soleil ne sert à personne en juillet. Plantons d’abord, asseyons-nous "
                "ensuite."),
        )),
)
# fmt: on
