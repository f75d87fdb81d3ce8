"""Requests for help, fewer and shorter than the offers: asking is harder than giving."""

from demo.phrase import Story

NEEDS: tuple[Story, ...] = (
    Story(
        "courses",
        ("Besoin d’aide pour mes courses", "Qui peut faire mes courses {at} ?"),
        "J’ai {age} ans et je ne peux plus porter lourd. Je cherche quelqu’un pour mes courses une fois par "
        "semaine, [plutôt le {day}|le jour qui vous arrange]. Je prépare la liste et l’enveloppe.",
    ),
    Story(
        "courses",
        ("Courses pour quinze jours, jambe dans le plâtre", "Jambe cassée, frigo vide"),
        "Chute bête dans l’escalier : quinze jours sans poser le pied, au troisième étage sans ascenseur. "
        "Quelqu’un pourrait-il me monter quelques courses ? J’habite {near}.",
    ),
    Story(
        "courses",
        ("Courses pour mes parents {at}", "Mes parents vivent loin de moi"),
        "Mes parents, {age} et 82 ans, habitent {at} et moi à quatre cents kilomètres. Je cherche une "
        "personne de confiance pour leur apporter l’essentiel le {day}. Je paie d’avance, par virement.",
    ),
    Story(
        "courses",
        ("Maman seule avec un nourrisson", "Difficile de sortir avec mon bébé"),
        "Mon bébé a trois semaines et la césarienne me limite encore. Couches, lait, un peu de frais : deux "
        "passages suffiraient. Merci d’avance à qui aurait un moment {when}.",
        gender="F",
    ),
    Story(
        "courses",
        ("Aide pour porter l’eau et les packs", "Trop lourd pour moi"),
        "Je me débrouille pour presque tout, sauf les packs d’eau et la lessive. Une fois par mois me "
        "suffirait. Je suis {near}, au deuxième.",
    ),
    Story(
        "sante",
        ("Aller à la pharmacie pour moi", "Médicaments à retirer"),
        "Je suis sous traitement et je dois éviter la foule. Mon ordonnance est déjà à la pharmacie, il "
        "faudrait seulement retirer les boîtes [vers la fin de la semaine|le {day}]. Je vous en serais très "
        "reconnaissant<e>.",
    ),
    Story(
        "sante",
        ("Quelqu’un pour m’accompagner à l’hôpital", "Trajet pour une opération de la cataracte"),
        "Je me fais opérer des yeux et il faut être raccompagné<e>. Une demi-journée, départ {of}. Je règle "
        "bien sûr l’essence et le déjeuner.",
    ),
    Story(
        "sante",
        ("Relais pour m’occuper de mon mari", "Deux heures de répit par semaine"),
        "Mon mari ne peut pas rester seul. Je voudrais pouvoir sortir deux heures le {day}, voir une amie, "
        "marcher. Il est calme, il aime la radio et les mots croisés.",
        gender="F",
    ),
    Story(
        "demarches",
        ("Quelqu’un pour imprimer trois documents", "Je n’ai pas d’imprimante"),
        "J’ai [un formulaire de quatre pages|trois attestations] à imprimer et à signer, la boutique du "
        "coin a fermé. Je peux passer les prendre {near}.",
    ),
    Story(
        "demarches",
        ("Aide pour un dossier de logement", "Dossier de logement social à remplir"),
        "On me demande des pièces que je ne comprends pas toutes. Je cherche quelqu’un de patient pour tout "
        "relire avec moi. Je peux me déplacer {at}, {when}.",
    ),
    Story(
        "demarches",
        ("Traduire une lettre", "Besoin d’une personne qui parle [tigrigna|dari|ukrainien]"),
        "Ma voisine a reçu une lettre importante et nous ne nous comprenons qu’avec les mains. Une "
        "demi-heure au téléphone suffirait. Merci pour elle.",
    ),
    Story(
        "enfants",
        ("Garde de ma fille le {day}", "Cherche garde ponctuelle, horaires décalés"),
        "<Aide-soignant/Aide-soignante>, je commence à 6 h 30 deux matins par semaine. Il faudrait "
        "accompagner ma fille de 7 ans à l’école. Elle est autonome et bavarde. Nous habitons {near}.",
    ),
    Story(
        "enfants",
        ("Nounou malade, je cherche une solution", "Garde de dépannage cette semaine"),
        "Notre assistante maternelle est arrêtée et je n’ai plus de congés. Mon fils a deux ans, il fait la "
        "sieste de 13 h à 15 h. Même deux après-midi nous sauveraient.",
    ),
    Story(
        "enfants",
        ("Poussette double à emprunter", "Jumeaux : matériel bienvenu"),
        "Nos jumeaux arrivent le mois prochain et tout coûte double. Nous cherchons à emprunter une "
        "poussette et un second lit. On vient chercher {at}.",
    ),
    Story(
        "ecoute",
        ("Un peu de compagnie le dimanche", "Les journées sont longues"),
        "Depuis que ma femme est partie, je parle surtout au chat. J’aimerais qu’on m’appelle de temps en "
        "temps, pour parler de football ou de rien. J’ai {age} ans et encore toute ma tête.",
        gender="M",
    ),
    Story(
        "ecoute",
        ("Quelqu’un pour jouer aux échecs", "Partenaire de belote demandé"),
        "Mon partenaire de jeu a déménagé. Je reçois volontiers {near} un après-midi par semaine, café et "
        "biscuits fournis. Niveau modeste, mauvaise foi réelle.",
    ),
    Story(
        "animaux",
        ("Promener mon chien pendant ma chimio", "Balade pour un labrador gentil"),
        "Les jours de traitement, je n’ai pas la force de sortir Biscotte, labrador de 9 ans, douce comme "
        "tout. Trois quarts d’heure {at}, le {day} et le lendemain. Merci du fond du cœur.",
    ),
    Story(
        "animaux",
        ("Garder mes deux chats dix jours", "Hospitalisation : qui peut nourrir mes chats ?"),
        "J’entre à l’hôpital et je ne connais personne dans l’immeuble. Deux chats timides, croquettes et "
        "eau une fois par jour. J’habite {near}.",
    ),
    Story(
        "cours",
        ("Mon fils décroche en maths", "Aide en maths niveau 4e"),
        "Mon fils de 13 ans a perdu pied avec les fractions et moi aussi. Une heure par semaine lui ferait "
        "beaucoup de bien, {at} ou en visio. Il est gentil, un peu dans la lune.",
    ),
    Story(
        "cours",
        ("Apprendre le français avec quelqu’un", "Je cherche à pratiquer le français"),
        "Je suis arrivé<e> il y a huit mois. Je comprends bien, mais je parle peu, j’ai honte des fautes. "
        "Je cherche une personne patiente, une heure par semaine, {when}.",
    ),
    Story(
        "couture",
        ("Recherche masques pour une aide à domicile", "Masques lavables pour notre équipe"),
        "Nous sommes six aides à domicile {at} et nos protections manquent. Une vingtaine de masques en "
        "tissu nous dépanneraient. Nous pouvons fournir l’élastique.",
    ),
    Story(
        "couture",
        ("Ourlet d’un pantalon avant un entretien", "Petite retouche urgente"),
        "J’ai un entretien d’embauche [dans dix jours|le {day}] et un pantalon trop long de sept "
        "centimètres. Je sais cuisiner, je peux échanger contre un tajine.",
    ),
    Story(
        "numerique",
        ("Mon ordinateur ne démarre plus", "Écran noir, au secours"),
        "Écran noir depuis hier, et toutes les photos de mes petits-enfants sont dedans. Quelqu’un peut-il "
        "y jeter un œil ? J’habite {near}.",
    ),
    Story(
        "numerique",
        ("Un ordinateur pour suivre les cours", "Recherche portable d’occasion, même ancien"),
        "Ma fille suit ses cours sur mon téléphone et on se dispute la batterie. Si quelqu’un donne un "
        "vieux portable qui fonctionne encore, nous serions soulagés.",
    ),
    Story(
        "transport",
        ("Trajet pour la dialyse du {day}", "Transport deux fois par semaine"),
        "Le taxi conventionné m’a lâché<e> pour deux semaines. Je cherche une place en voiture {of} vers "
        "l’hôpital le {day}, départ vers 8 h. Participation aux frais.",
    ),
    Story(
        "transport",
        ("Emporter un canapé", "Cherche deux bras et une camionnette"),
        "On me donne un canapé, mais il est à l’autre bout {of_city}. Quelqu’un aurait-il une camionnette "
        "une heure {when} ? Je fournis les bras, la sangle et la tarte.",
    ),
    Story(
        "cuisine",
        ("Quelques repas après mon opération", "Repas simples pour dix jours"),
        "Je rentre chez moi lundi, avec interdiction de rester debout. Si une voisine ou un voisin {of} "
        "cuisine un peu trop, je prends volontiers. Pas d’allergie, bon appétit.",
    ),
    Story(
        "jardin",
        ("Mon jardin me dépasse", "Herbes hautes et dos fatigué"),
        "Depuis ma hernie, l’herbe monte à la taille et le voisin s’impatiente. Une demi-journée à deux "
        "suffirait. Je donne en échange des rhubarbes et des framboises.",
    ),
    Story(
        "bricolage",
        ("Fuite sous l’évier", "Robinet qui goutte, plombier introuvable"),
        "Ça goutte depuis une semaine dans une bassine et aucun plombier ne vient avant un mois. C’est "
        "sûrement un joint. Quelqu’un {at} saurait-il regarder ?",
    ),
    Story(
        "bricolage",
        ("Monter un lit d’enfant", "Notice incompréhensible, vis en trop"),
        "J’ai déballé le lit, étalé les quarante vis, et renoncé. Ma fille dort sur un matelas en attendant. "
        "Une heure de votre temps contre un gâteau au chocolat, {when} ?",
    ),
)
