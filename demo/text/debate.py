"""Consultations and debates: proposals, each with the arguments that residents bring for and against it."""

from typing import NamedTuple


class Argument(NamedTuple):
    """A reason given for or against a proposal."""

    title: str
    body: str


class Topic(NamedTuple):
    """A proposal and its two sides; the category is a slug of its activity."""

    category: str
    title: str
    body: str
    favourable: tuple[Argument, ...]
    opposed: tuple[Argument, ...]


A = Argument

# fmt: off
LE_HAVRE_DEBATE: tuple[Topic, ...] = (
    Topic("mobilite", "Fermer le boulevard de bord de mer aux voitures le dimanche",
        "De mars à octobre, de 10 h à 19 h, la chaussée le long de la plage serait réservée aux piétons, "
        "aux vélos et aux rollers. Les riverains garderaient un accès. Qu’en pensez-vous ?",
        (
            A("Un grand espace pour les enfants",
                "Nous n’avons pas de jardin. Un boulevard sans moteur, c’est enfin l’endroit où "
                "apprendre le vélo sans avoir le cœur qui lâche à chaque portière."),
            A("On entend la mer",
                "J’ai vécu le marathon avec la route fermée : on entendait les galets rouler. Rien que "
                "pour cela, je signe."),
            A("Les cafés y gagneront",
                "Je tiens une buvette. Le jour de la fête de la mer, rue fermée, j’ai fait deux fois "
                "plus de couverts qu’un dimanche ordinaire."),
            A("Essayer coûte peu",
                "Des barrières et quatre agents : on peut tester deux mois et compter. Si ça ne marche "
                "pas, on rouvre."),
        ),
        (
            A("Et ceux qui viennent de la ville haute ?",
                "Depuis Caucriauville avec deux enfants et la glacière, le tram du dimanche est trop "
                "rare. Sans voiture on ne viendra simplement plus."),
            A("Le trafic se déplacera",
                "Les voitures ne vont pas s’évaporer : elles passeront dans nos petites rues, devant "
                "l’école et la crèche."),
            A("Penser aux personnes à mobilité réduite",
                "Mon mari est en fauteuil. Si le stationnement recule de cinq cents mètres, la plage "
                "c’est terminé pour lui."),
            A("Le vent décidera",
                "Un dimanche sur deux il pleut ou il vente. Fermer une route pour trois promeneurs en "
                "ciré, est-ce bien utile ?"),
        )),
    Topic("port", "Ouvrir davantage le port aux habitants",
        "Le port fait vivre la ville, mais on le voit peu. Faut-il ouvrir des quais à la promenade, "
        "multiplier les visites et installer un belvédère, quitte à réduire un peu l’activité sur "
        "certains bassins ?",
        (
            A("Montrer nos métiers",
                "Je suis <grutier/grutière> depuis vingt ans et mes voisins ne savent pas ce que je "
                "fais. Une visite par mois avec des gens du métier donnerait des envies aux jeunes."),
            A("Une ville qui tourne le dos à ses bassins",
                "On vit entourés d’eau et de grilles. Un simple chemin continu le long du bassin Vauban "
                "changerait les promenades du soir."),
            A("Bon pour les écoles",
                "Mes élèves de l’Eure voient passer les porte-conteneurs sans jamais s’approcher. Le "
                "port est le plus beau livre de géographie du monde."),
            A("Le belvédère attirera les visiteurs",
                "Les croisiéristes partent tout de suite en car vers les falaises. Donnons-leur une "
                "raison de rester une demi-journée."),
        ),
        (
            A("La sécurité d’abord",
                "Des engins de quarante tonnes et des poussettes, ce n’est pas un bon mélange. Il faut "
                "des clôtures pour de bonnes raisons."),
            A("Chaque quai compte pour l’emploi",
                "Un bassin réduit, c’est une escale qui part à Anvers. On ne revient pas en arrière dans "
                "ce métier."),
            A("Commencer par les quartiers sud",
                "Avant un belvédère pour touristes, je voudrais des trottoirs et des arbres aux Neiges, "
                "où l’on vit déjà avec le port."),
        )),
    Topic("nuit", "Éteindre l’éclairage public de 1 h à 5 h",
        "Hors grands axes et lignes de tram, les lampadaires s’éteindraient au cœur de la nuit : moins "
        "de dépense, davantage d’étoiles et de chauves-souris. Faut-il l’étendre à tous les quartiers ?",
        (
            A("Dormir enfin",
                "Un lampadaire éclaire ma chambre comme en plein jour. Depuis qu’il est en panne, je "
                "dors, et personne ne s’est plaint."),
            A("L’argent serait mieux employé ailleurs",
                "Des milliers d’euros pour éclairer des rues vides, alors que les gymnases de nos "
                "enfants ne sont pas isolés."),
            A("La nature en a besoin",
                "Sur les hauteurs de Rouelles, on revoit des hérissons et des chouettes là où la lumière "
                "a baissé. C’est rapide et gratuit."),
        ),
        (
            A("Je rentre du travail à 3 h",
                "Je fais les ménages au terminal. Marcher vingt minutes dans le noir complet, seul<e>, "
                "je ne le souhaite à personne."),
            A("Plutôt baisser qu’éteindre",
                "Il existe des lampes qui s’allument au passage. Éteindre tout d’un coup me paraît "
                "brutal."),
            A("Des trottoirs trop abîmés pour le noir",
                "Réparez d’abord les trous de la rue, ensuite on éteindra. Ma voisine est déjà tombée en "
                "plein jour."),
        )),
)
# fmt: on

# fmt: off
LILLE_DEBATE: tuple[Topic, ...] = (
    Topic("nature", "Remplacer un tiers du stationnement de surface par des arbres",
        "Lille manque d’ombre : sur les rues larges, une place sur trois deviendrait une fosse plantée. "
        "Les parkings en ouvrage seraient ouverts la nuit aux riverains à tarif réduit.",
        (
            A("L’été dernier, 41 degrés rue de Wazemmes",
                "Sans un seul arbre, le bitume rendait encore la chaleur à minuit. Mes parents n’ont pas "
                "tenu, ils sont partis à la campagne."),
            A("Les briques aiment l’ombre",
                "Nos courées surchauffent. Un tilleul bien placé rafraîchit tout un front de maisons, "
                "aucun climatiseur n’en fait autant."),
            A("Les parkings sont vides la nuit",
                "Celui du centre commercial est à moitié vide chaque soir. Ouvrons ce qui existe avant "
                "de pleurer sur les places perdues."),
            A("Des rues où l’on se parle",
                "Là où l’on a planté devant l’école de Fives, les parents restent discuter. Avant, on se "
                "garait en double file et on repartait."),
        ),
        (
            A("Je suis artisan, je dois me garer",
                "Avec deux cents kilos d’outils, je ne viens pas en métro. Chaque place en moins, c’est "
                "vingt minutes perdues, et le client paie."),
            A("Les arbres meurent faute de soins",
                "Sur le boulevard, un plant sur quatre a séché. Entretenons ceux qui existent avant d’en "
                "promettre d’autres."),
            A("Le tarif réduit sera-t-il vraiment réduit ?",
                "<Aide-soignant/Aide-soignante> de nuit, je ne peux pas payer soixante euros par mois. "
                "Il faut un engagement écrit."),
            A("Un tiers, c’est trop d’un coup",
                "Commençons par dix pour cent, dans les rues où les habitants sont d’accord, puis "
                "mesurons."),
        )),
    Topic("commerce", "Réserver des locaux vides aux associations et aux artisans",
        "La ville prendrait à bail des cellules vides depuis plus d’un an et les sous-louerait à petit "
        "prix : ateliers, ressourceries, cantines de quartier. Faut-il y consacrer un million d’euros ?",
        (
            A("Une vitrine allumée rassure",
                "Quatre rideaux baissés dans ma rue. Une ressourcerie a ouvert à l’angle : depuis, on "
                "passe à nouveau par là le soir."),
            A("Un vrai tremplin",
                "Je couds chez moi depuis trois ans. Un local partagé à deux cents euros me permettrait "
                "de prendre une apprentie."),
            A("Les loyers du centre sont devenus fous",
                "Seules les grandes enseignes suivent. Sans coup de pouce public, on aura la même rue "
                "que partout ailleurs."),
        ),
        (
            A("Concurrence déloyale",
                "Je paie mon bail plein tarif à Moulins. Voir s’installer en face un atelier "
                "subventionné qui vend la même chose, non merci."),
            A("Taxer plutôt que louer",
                "La taxe sur les friches commerciales existe. Que la ville l’augmente, et les "
                "propriétaires baisseront d’eux-mêmes."),
            A("Un million sans suivi ?",
                "J’aimerais savoir ce que sont devenus les locaux aidés il y a cinq ans avant de "
                "recommencer."),
        )),
    Topic("jeunesse", "Ouvrir les cours d’école le week-end",
        "Dix cours d’école, plantées et équipées, seraient ouvertes le samedi et le dimanche aux "
        "familles du quartier, avec un gardien et des toilettes.",
        (
            A("Le parc le plus proche est à vingt minutes",
                "À Moulins, nos enfants jouent sur le trottoir. La cour est à trente mètres, fermée à "
                "clé."),
            A("C’est déjà payé",
                "Ces cours appartiennent à tous et dorment cent cinquante jours par an. Une clé et un "
                "gardien, voilà tout."),
            A("Un lieu pour les anciens aussi",
                "J’y verrais bien deux tables de jeu et un boulodrome. Les générations se croisent trop "
                "peu."),
            A("Mon fils y apprendrait le basket",
                "Il y a un panier dans la cour et aucun dans tout le quartier. Le dimanche, il regarde à "
                "travers la grille."),
        ),
        (
            A("Qui nettoiera le lundi matin ?",
                "Enseignant<e>, j’ai déjà trouvé des bouteilles dans le bac à sable. Sans moyens pour le "
                "ménage, ce sera pour nous."),
            A("Le bruit sous nos fenêtres",
                "Toute la semaine, nous vivons avec la cour, avec plaisir. Le dimanche, nous aimerions "
                "un peu de calme."),
            A("Un gardien ne suffira pas",
                "Il faudra aussi quelqu’un pour animer, sinon les grands prendront toute la place et les "
                "petits resteront dehors."),
        )),
)
# fmt: on
