"""Ideas that residents leave in a city's idea box, and petitions."""

from demo.phrase import Story

IDEAS: tuple[Story, ...] = (
    Story(
        "nature",
        ("Des fruitiers plutôt que des thuyas {at}",),
        "La haie le long de l’allée est en train de mourir. Et si on la remplaçait par des pommiers, des "
        "groseilliers, des noisetiers ? On entretiendrait entre voisins, une demi-journée par saison.",
    ),
    Story(
        "nature",
        ("Un composteur collectif {at}",),
        "Trente familles dans la résidence et tout part à la poubelle. Un composteur fermé, un référent par "
        "cage d’escalier, et de la bonne terre pour les balcons au printemps. Nous sommes déjà sept "
        "volontaires.",
    ),
    Story(
        "nature",
        ("Laisser pousser les pelouses jusqu’en juillet",),
        "Tondre toutes les deux semaines coûte cher et ne profite à personne. Gardons des chemins tondus et "
        "laissons le reste fleurir. {at}, on verrait revenir les papillons en un été.",
    ),
    Story(
        "nature",
        ("De l’ombre sur l’aire de jeux {of}",),
        "En juin, le toboggan brûle. Deux grands arbres, ou des voiles en attendant qu’ils poussent, et les "
        "enfants pourraient jouer après 11 h.",
    ),
    Story(
        "nature",
        ("Une mare pour l’école",),
        "Une petite mare clôturée dans le parc, entretenue avec les classes : grenouilles, libellules, "
        "carnets de dessin. Le coût est faible et les enfants {of} n’ont jamais vu de têtard.",
    ),
    Story(
        "nature",
        ("Récupérer l’eau de pluie du gymnase",),
        "Le toit du gymnase {of} est immense. Une cuve suffirait à arroser les massifs et le terrain tout "
        "l’été au lieu d’utiliser l’eau potable.",
    ),
    Story(
        "mobilite",
        ("Un vrai passage piéton {at}",),
        "Les voitures déboulent du virage et la peinture est effacée. Il faudrait un plateau surélevé et un "
        "éclairage. Hier encore, une poussette a dû reculer.",
    ),
    Story(
        "mobilite",
        ("Des arceaux à vélo devant les commerces {of}",),
        "On accroche les vélos aux poteaux, aux grilles, aux arbres. Dix arceaux suffiraient, sur une seule "
        "place de stationnement.",
    ),
    Story(
        "mobilite",
        ("Un pédibus pour l’école",),
        "Trois lignes, des parents à tour de rôle, des gilets jaunes fluo prêtés par la mairie. {at}, il y "
        "a quarante enfants qui font le même trajet dans trente voitures.",
    ),
    Story(
        "mobilite",
        ("Prêter des remorques à vélo",),
        "Une remorque, ça sert deux fois par an. La médiathèque pourrait en prêter comme des livres. "
        "Premier essai {at} ?",
    ),
    Story(
        "mobilite",
        ("Un arrêt de bus abrité {at}",),
        "Vingt minutes sous la pluie avec deux enfants, pas d’abri, pas de banc. Un toit et une assise, ce "
        "n’est pas demander la lune.",
    ),
    Story(
        "mobilite",
        ("Supprimer la marche à l’entrée de la poste",),
        "Huit centimètres qui obligent mon père en fauteuil à attendre sur le trottoir que quelqu’un sorte. "
        "Une rampe en béton, une journée de travail.",
    ),
    Story(
        "culture",
        ("Un piano dans le hall de la gare",),
        "Il y en a ailleurs et cela change l’attente. Une entreprise locale pourrait le donner, le "
        "conservatoire l’accorder. Je veux bien jouer la première valse.",
    ),
    Story(
        "culture",
        ("Cinéma en plein air {at}",),
        "Un drap, un projecteur, des transats : trois soirées d’été, films choisis par les habitants. "
        "L’association du quartier est prête à tenir la buvette.",
    ),
    Story(
        "culture",
        ("Une boîte à livres près du marché",),
        "La précédente a brûlé. On en construirait une neuve avec le lycée professionnel, plus solide, et "
        "une étagère basse pour les albums. Je m’engage à la ranger chaque semaine.",
    ),
    Story(
        "culture",
        ("Des plaques pour raconter les rues",),
        "Qui étaient ces gens dont nos rues portent le nom ? Deux lignes sous chaque plaque, écrites avec "
        "des élèves. Commençons {at}.",
    ),
    Story(
        "culture",
        ("Fête des voisins : prêt de tables et de sono",),
        "Chaque année on court après des tréteaux. Un petit stock à la mairie de quartier, réservable en "
        "ligne, et la fête s’organise en une semaine.",
    ),
    Story(
        "culture",
        ("La médiathèque ouverte le dimanche",),
        "Le dimanche après-midi, en hiver, il n’y a rien à faire {at} quand on a des enfants et pas "
        "d’argent. Quatre heures d’ouverture suffiraient, même avec un personnel réduit.",
    ),
    Story(
        "solidarite",
        ("Une armoire partagée devant la mairie",),
        "Conserves, couches, savon : on dépose, on prend, sans explication. Cela existe dans d’autres "
        "villes et tout le monde respecte. J’habite {near}, je passerai nettoyer.",
    ),
    Story(
        "solidarite",
        ("Un registre des voisins prêts à aider",),
        "En cas de canicule ou de panne, chacun saurait à qui téléphoner. Un feuillet par cage d’escalier, "
        "mis à jour chaque printemps, avec l’accord des gens.",
    ),
    Story(
        "solidarite",
        ("Des casiers chauds pour les livreurs",),
        "Ils attendent dehors par tous les temps {at}. Une salle ouverte le soir avec une prise, de l’eau "
        "chaude et des toilettes serait le minimum.",
    ),
    Story(
        "solidarite",
        ("Le permis contre des heures de bénévolat",),
        "La ville paierait une partie du permis à des jeunes en échange de cinquante heures dans une "
        "association. Tout le monde y gagne, mon neveu le premier.",
    ),
    Story(
        "solidarite",
        ("Un café des aidants une fois par mois",),
        "Quand on s’occupe d’un parent malade, on finit par ne plus voir personne. Une salle, une "
        "psychologue, du café : {at}, nous serions une quinzaine dès le premier mois.",
    ),
    Story(
        "solidarite",
        ("Protections périodiques gratuites au collège",),
        "Des distributeurs discrets dans les toilettes. Certaines filles manquent la classe, on le sait et "
        "on n’en parle jamais.",
    ),
    Story(
        "sport",
        ("Un parcours santé le long du canal ou du parc",),
        "Cinq agrès simples pour tous les âges, des distances marquées au sol. {at}, on court déjà, autant bien faire.",
    ),
    Story(
        "sport",
        ("Une table de ping-pong en béton {at}",),
        "Solide, gratuite, pour les petits comme pour les retraités. Mon grand-père vous attend, raquette en main.",
    ),
    Story(
        "sport",
        ("Des créneaux de piscine pour les femmes enceintes",),
        "Une heure par semaine, eau un peu plus chaude, une sage-femme de temps en temps. Demandé plusieurs "
        "fois, jamais étudié à ma connaissance.",
    ),
    Story(
        "sport",
        ("Refaire le terrain de basket {of}",),
        "Les paniers penchent, le sol est fendu, et pourtant il y a du monde chaque soir. Un nouveau "
        "revêtement peint par un artiste local, ce serait superbe.",
    ),
    Story(
        "sport",
        ("Un boulodrome éclairé jusqu’à 22 h",),
        "L’été, nous jouons à la lampe de poche. Deux projecteurs basse consommation avec une minuterie, et "
        "le club s’engage à éteindre.",
    ),
    Story(
        "sport",
        ("Apprendre à nager à tous les adultes",),
        "J’ai 46 ans et je ne sais pas nager. J’en connais d’autres {at}. Un cours du soir à prix doux, "
        "sans spectateurs, et j’accompagnerais enfin mes enfants.",
    ),
    Story(
        "nature",
        ("Peindre les toits-terrasses en blanc",),
        "Les écoles et le gymnase {of} ont des toits noirs. Une peinture claire, et quelques degrés de "
        "moins dans les classes en juin.",
    ),
    Story(
        "mobilite",
        ("Un plan des raccourcis à pied",),
        "Escaliers, passages, venelles : à pied, on va souvent plus vite qu’en voiture. Un plan affiché "
        "{at} avec les minutes plutôt que les mètres.",
    ),
)

PETITIONS: tuple[Story, ...] = (
    Story(
        "services",
        ("Sauvons le bureau de poste {of}",),
        "La fermeture est annoncée pour l’automne. Le bureau suivant est à trente-cinq minutes à pied, sans "
        "bus direct. Nous demandons à la ville d’intervenir et de proposer une solution avec un agent "
        "présent au moins quatre matinées par semaine.\n\nNous remettrons les signatures en conseil "
        "municipal.",
    ),
    Story(
        "services",
        ("Il nous faut un médecin {at}",),
        "Deux départs à la retraite en un an et aucun remplaçant. Nous demandons la création d’un centre de "
        "santé municipal avec des médecins salariés, comme d’autres communes l’ont fait.",
    ),
    Story(
        "cadre-de-vie",
        ("Moins d’avions de nuit, des mesures publiques du bruit",),
        "Nous demandons l’installation de capteurs {at}, la publication des mesures chaque mois et le "
        "soutien de la commune à un couvre-feu entre 23 h et 6 h.",
    ),
    Story(
        "cadre-de-vie",
        ("Gardons les platanes de la place",),
        "Le projet prévoit d’abattre neuf platanes presque centenaires pour refaire les réseaux. D’autres "
        "tracés existent. Nous demandons une contre-expertise et une réunion publique avant tout abattage.",
    ),
)


CHECKED_PETITION = (
    "Un passage piéton surélevé devant l’école Maritain",
    "Deux enfants ont été renversés en un an. Nous demandons un passage surélevé et une zone à 20 km/h devant l’école, "
    "et que la question soit mise à l’ordre du jour du conseil municipal.\n\nNous avons signé sur papier, à la sortie "
    "de l’école et au marché.",
)
SEEKING_PETITION = (
    "Rouvrons la passerelle au-dessus de la voie ferrée",
    "Elle est fermée depuis trois ans et le détour à pied prend vingt minutes. Nous demandons un calendrier de travaux "
    "et, d’ici là, une navette aux heures d’école. Il nous faut encore des parrains pour déposer la pétition.",
)
