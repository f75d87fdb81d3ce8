"""Products of farms, by trade: titles, descriptions and usual prices, some of one region only."""

from typing import NamedTuple


class Product(NamedTuple):
    """What is sold: a price in euro cents by unit (None: on request) and the only region it is of, if any."""

    category: str
    title: str
    body: str
    price_cents: int | None
    unit: str | None
    region: str = ""


class Trade(NamedTuple):
    """One line of business: the actor's kind, the first words of its names and what it sells."""

    kind: str
    names: tuple[str, ...]
    products: tuple[Product, ...]


PIECE, KILO, JAR = "la pièce", "le kilo", "le pot"
BOTTLE, BASKET, DOZEN = "la bouteille", "le panier", "la douzaine"

# fmt: off
FARMS: tuple[Trade, ...] = (
    Trade("PRODUCER", ("Les Jardins", "Le Potager", "Les Maraîchers"),
        (
            Product("paniers", "Panier de légumes de saison",
                "[Six à huit légumes selon la récolte|Un panier pour deux à trois personnes], cueillis "
                "la veille. [Cette semaine : poireaux, carottes, mâche, radis.|Navets nouveaux, "
                "épinards, oignons et salade.|Blettes, carottes, betteraves et un bouquet d’herbes.]", 1500,
                BASKET),
            Product("paniers", "Grand panier famille",
                "[Dix variétés de légumes pour quatre ou cinq personnes.|De quoi cuisiner toute la "
                "semaine à cinq.] Une recette est glissée dedans, [testée par nos propres "
                "enfants|souvent une soupe].", 2400, BASKET),
            Product("legumes", "Carottes des sables[ en botte|]",
                "Arrachées à la main, non lavées : elles se gardent [trois semaines à la cave|mieux]. "
                "[Croquantes et sucrées.|Les lapins du voisin confirment.]", 220, KILO),
            Product("legumes", "Pommes de terre [nouvelles|de conservation]",
                "[Chair ferme, pour la vapeur et les salades.|Variété à purée et à frites.] Sac de cinq "
                "kilos possible, sans traitement après récolte.", 190, KILO),
            Product("legumes", "Salades et jeunes pousses",
                "Batavias, feuilles de chêne, roquette. [Récoltées à la rosée.|Coupées le matin du "
                "retrait.] Emballage papier.", 130, PIECE),
            Product("legumes", "Asperges [blanches|vertes]",
                "Tirées chaque matin, [calibre moyen|triées à la main]. [Le premier cageot est déjà "
                "promis, réservez.|Bottes d’un kilo sur commande.] Saison courte.", 950, KILO),
            Product("legumes", "Fraises de plein champ",
                "Gariguettes puis mara des bois. Cueillies mûres, à manger [dans les deux jours|sans "
                "attendre]. [Barquettes de 500 g consignées.|Confiture conseillée pour les plus petites.]",
                1100, KILO),
            Product("legumes", "Mogettes demi-sèches",
                "Le haricot blanc du pays, à cuire doucement avec un peu de lard ou de sauge. [Sachet "
                "d’un kilo.|Récolte de l’an passé, tendre en une heure.]", 680, KILO, "poitou"),
            Product("legumes", "Mâche et épinards du Val",
                "Semés sur les sables de Loire, lavés deux fois. [Un vrai goût de noisette pour la "
                "mâche.|Épinards à petites feuilles, parfaits crus.]", 890, KILO, "loire"),
            Product("legumes", "Chicons de pleine terre",
                "Forcés en couche, à l’ancienne : [petits, serrés, peu amers|rien à voir avec ceux de "
                "serre]. [À braiser au beurre.|Caisse de trois kilos possible.]", 420, KILO, "namur"),
        )),
    Trade("PRODUCER", ("La Chèvrerie", "Les Chèvres"),
        (
            Product("fromages", "Bûche de chèvre cendrée",
                "Lait cru de nos [soixante|quarante] chèvres, moulée à la louche. [Affinée douze "
                "jours.|Demi-sèche ou crémeuse, précisez.]", 580, PIECE),
            Product("fromages", "Fromage de chèvre frais",
                "Du jour, nature ou [ciboulette|aux herbes du jardin]. [Il se mange aussi au miel.|Vendu "
                "par deux dans sa faisselle.]", 250, PIECE),
            Product("fromages", "Chabichou fermier",
                "Petit tronc de cône affiné [trois semaines|dix-huit jours], croûte fine, [goût "
                "franc|pâte fondante]. [Notre fierté.|La traite se visite à 17 h.]", 520, PIECE, "poitou"),
            Product("fromages", "Tourteau fromager maison",
                "La croûte bien noire, la mie jaune et fondante. [Cuit le vendredi matin.|Recette de la "
                "grand-mère, au fromage de nos chèvres.]", 750, PIECE, "poitou"),
            Product("fromages", "Crottins [demi-secs|affinés] par six",
                "À passer sous le gril [sur une tranche de pain|avec des noix]. [Affinage de quinze "
                "jours.|Le plateau change chaque semaine.]", 1250, "les six"),
            Product("viande", "Chevreau en caissette",
                "Découpé et mis sous vide par un atelier voisin. [Caissette d’environ quatre "
                "kilos.|Livraison réfrigérée seulement.]", 1690, KILO),
            Product("fromages", "Yaourts au lait de chèvre",
                "Pots en verre consignés, nature ou [vanille|confiture de framboises]. Légers, [un peu "
                "acidulés|très doux].", 320, "les deux pots"),
        )),
    Trade("PRODUCER", ("La Laiterie fermière", "L’Étable", "La Ferme laitière"),
        (
            Product("fromages", "Lait cru entier",
                "De la traite du matin, à [faire bouillir|boire dans les trois jours]. Apportez votre "
                "bidon [ou prenez une bouteille consignée|propre].", 130, "le litre"),
            Product("fromages", "Beurre de baratte",
                "[Demi-sel ou doux|Au sel de mer], motte de 250 g. [Il sent la noisette.|Baratté deux "
                "fois par semaine.]", 390, "la plaquette"),
            Product("fromages", "Crème fraîche épaisse",
                "La cuillère tient debout. [Pot consigné.|Idéale avec les fraises et les poulets rôtis.]",
                340, JAR),
            Product("fromages", "Tomme fermière au lait cru",
                "Affinée [quatre|six] mois sur planche. [Vendue au quart ou à la demie.|Douce, avec une "
                "pointe de foin.]", 1850, KILO),
            Product("fromages", "Camembert fermier au lait cru",
                "Moulé à la louche, cinq passages. [À point dans une semaine.|Choisissez : jeune, à cœur "
                "ou bien fait.]", 480, PIECE, "normandie"),
            Product("fromages", "Yaourts fermiers",
                "Lait entier, rien d’autre. [Nature, citron ou rhubarbe.|Par six, pots en verre repris.]",
                420, "les six"),
            Product("fromages", "Maquée et fromage blanc",
                "À tartiner avec [des radis et de la ciboulette|du sirop]. [Égouttée une nuit en "
                "toile.|Fraîche du jour.]", 450, "la livre", "namur"),
        )),
    Trade("PRODUCER", ("L’Élevage", "La Ferme d’élevage"),
        (
            Product("viande", "Colis de bœuf [à griller|à mijoter]",
                "Vaches nourries à l’herbe [et au foin de la ferme|dix mois sur douze]. Colis de cinq "
                "kilos, [étiqueté morceau par morceau|sous vide].", 1490, KILO),
            Product("viande", "Viande de parthenaise",
                "La race du pays, [persillée juste ce qu’il faut|tendre et sans gras]. [Entrecôtes, "
                "bourguignon, haché.|Maturée vingt et un jours.] Prochain colis [à la fin du mois|dans "
                "deux semaines].", 1790, KILO, "poitou"),
            Product("viande", "Veau élevé sous la mère",
                "Deux tétées par jour et rien d’autre. [Rôti, escalopes, blanquette.|Chair rosée, "
                "cuisson douce.] Caissette de cinq kilos.", 1950, KILO, "limousin"),
            Product("viande", "Agneau de pré en demi-carcasse",
                "[Environ huit kilos, découpé à votre goût.|Gigot, côtelettes, épaule, collier.] Brebis "
                "au pré toute l’année.", 1450, KILO),
            Product("viande", "Saucisses et merguez de la ferme",
                "Sans colorant, boyau naturel. [Barquette de six.|Recette au piment doux.] De quoi "
                "sortir le barbecue.", 1390, KILO),
            Product("viande", "Rillettes et pâté de campagne",
                "Cuisson lente au chaudron, [sel et poivre, point|un soupçon de muscade]. Verrine de 350 "
                "g.", 620, "la verrine"),
            Product("viande", "Porc fermier, caissette de dix kilos",
                "Élevés sur paille, nourris aux céréales de la ferme. [Rôtis, côtes, saucisses, "
                "lard.|Partage entre voisins conseillé.]", 1090, KILO),
            Product("viande", "Steaks hachés par dix",
                "Pur bœuf, façonnés à l’atelier de découpe. [Surgelés ou frais.|150 g chacun.]", 1750,
                "les dix"),
        )),
    Trade("PRODUCER", ("Le Poulailler", "La Basse-cour", "Les Poules"),
        (
            Product("oeufs-volaille", "Œufs de poules [en liberté|de plein air]",
                "Nos poules sortent toute la journée et [pondent quand elles veulent|rentrent seules le "
                "soir]. Rapportez vos boîtes.", 360, DOZEN),
            Product("oeufs-volaille", "Poulet fermier prêt à cuire",
                "Cent dix jours d’élevage, [1,8 à 2,2 kilos|abattu la veille du retrait]. Maïs et blé de "
                "la ferme.", 980, KILO),
            Product("oeufs-volaille", "Pintade ou canette",
                "[Sur réservation, une semaine avant.|Petits lots, vite partis.] Chair ferme, à rôtir "
                "avec [des navets|du chou].", 1150, KILO),
            Product("oeufs-volaille", "Plateau de trente œufs",
                "Pour les familles, les crêpes et les pâtissiers. [Calibre mélangé.|Pondus dans la "
                "semaine.]", 780, "le plateau"),
            Product("oeufs-volaille", "Poules pondeuses à adopter",
                "Rousses et noires, [un an|dix-huit mois], encore bonnes pondeuses. [Elles cherchent un "
                "jardin et un abri.|Deux minimum, elles s’ennuient seules.]", 600, PIECE),
            Product("oeufs-volaille", "Terrine de volaille aux noix",
                "Cuite en bocal, [sans conservateur|pour l’apéritif]. À ouvrir une heure avant.", 640,
                "la terrine"),
        )),
    Trade("PRODUCER", ("Le Rucher", "Les Ruches"),
        (
            Product("epicerie", "Miel de printemps crémeux",
                "Colza, aubépine, pissenlit : [un miel blond à tartiner|doux et fin]. Pot de 500 g, "
                "récolte de l’année.", 750, JAR),
            Product("epicerie", "Miel de [châtaignier|forêt]",
                "Sombre, corsé, [un peu amer|pour amateurs]. Bon avec [le chèvre|le pain grillé]. Pot de "
                "500 g.", 850, JAR),
            Product("epicerie", "Pain d’épices au miel",
                "Moitié miel, moitié farine de seigle, [anis et cannelle|orange et gingembre]. [Se garde "
                "quinze jours.|La première tranche se mange au-dessus du moule.]", 690, PIECE),
            Product("epicerie", "Coffret de trois miels",
                "Printemps, [acacia|tilleul] et été. Petits pots de 125 g, [joli cadeau|bande de papier "
                "dessinée par ma fille].", 1200, "le coffret"),
            Product("artisanat", "Bougies en cire d’abeille",
                "Moulées à la ferme, mèche de coton. [Elles sentent la ruche.|Trois tailles.]", 900, PIECE),
            Product("epicerie", "Gâteau de cire en rayon",
                "Le miel tel que les abeilles le laissent, [à croquer|à poser sur un fromage frais]. "
                "Quantité très limitée.", 1150, "le rayon"),
        )),
    Trade("PRODUCER", ("Le Fournil", "Le Four à pain"),
        (
            Product("pain", "Pain de campagne au levain",
                "Farine de meule, longue nuit de pousse, cuisson au bois. [Il tient la semaine.|Miche "
                "d’un kilo.]", 590, KILO),
            Product("pain", "Brioche [pur beurre|tressée]",
                "[Le samedi seulement.|Fournée du vendredi soir.] À commander avant jeudi, [il n’en "
                "reste jamais|surtout les jours de fête].", 850, PIECE),
            Product("pain", "Farine de blé [bise|blanche] T80",
                "Blés anciens cultivés et moulus à la ferme. [Sac de cinq kilos : 9 €.|Pour le pain "
                "comme pour les crêpes.]", 210, KILO),
            Product("pain", "Galettes et farine de sarrasin",
                "Tournées le matin sur la bilig, [nature ou prêtes à garnir|par douze]. Avec un œuf et "
                "du beurre salé, rien d’autre.", 620, DOZEN, "bretagne"),
            Product("pain", "Broyé au beurre",
                "Grande galette à casser d’un coup de poing. [Six cents grammes de gourmandise.|Pur "
                "beurre du département.]", 780, PIECE, "poitou"),
            Product("pain", "Pain de petit épeautre",
                "Peu de gluten, [beaucoup de goût|mie dense et parfumée]. [Moulé, 700 g.|Se congèle très "
                "bien tranché.]", 720, PIECE),
            Product("pain", "Tarte au riz",
                "Comme le dimanche chez ma grand-mère, [avec une pointe de safran|bien dorée]. [Pour "
                "huit personnes.|À commander la veille.]", 1300, PIECE, "namur"),
        )),
    Trade("PRODUCER", ("Le Verger", "Les Vergers"),
        (
            Product("legumes", "Pommes à couteau, cageot de cinq kilos",
                "[Reinettes et chanteclercs|Goldens et reines des reinettes] du verger, sans traitement "
                "après floraison. [Triées à la main.|Deux ou trois taches de rousseur.]", 950, "le cageot"),
            Product("boissons", "Jus de pomme pressé à la ferme",
                "Pasteurisé doucement, [trouble et parfumé|mélange de quatre variétés]. Carton de six "
                "avec une remise.", 320, BOTTLE),
            Product("boissons", "Cidre fermier [brut|demi-sec]",
                "Fermentation naturelle, [bulles fines|léger en alcool]. Bouteille consignée.", 420, BOTTLE,
                "normandie"),
            Product("boissons", "Cidre de cru breton",
                "Des pommes amères et une année sèche : [charpenté|franc]. [Avec les galettes, "
                "évidemment.|Servir frais, en bolée.]", 450, BOTTLE, "bretagne"),
            Product("epicerie", "Compote de pommes sans sucre",
                "[Bocal familial|Petits pots pour le goûter], pommes et rien d’autre. Verre repris.", 390,
                "le bocal"),
            Product("epicerie", "Noix en coque",
                "Séchées naturellement, récolte d’octobre. [Sac de deux kilos.|Casse-noix non fourni, "
                "patience non plus.]", 650, KILO),
            Product("epicerie", "Huile de noix vierge",
                "Première pression au moulin du village. [Sur une salade, jamais à la poêle.|Bouteille "
                "de 50 cl, parfum puissant.]", 1450, BOTTLE, "limousin"),
            Product("legumes", "Poires de garde",
                "[Conférences|Passe-crassanes] à laisser mûrir dans un placard. [Fondantes dans dix "
                "jours.|Idéales au vin.]", 290, KILO),
            Product("epicerie", "Sirop de poires artisanal",
                "Cuit dix heures en cuve de cuivre, [sans sucre ajouté|noir et brillant]. Sur une "
                "tartine de maquée.", 560, JAR, "namur"),
        )),
    Trade("PRODUCER", ("Les Vignes", "Le Chai"),
        (
            Product("boissons", "Vin rouge léger, cuvée [du verger|de printemps]",
                "[Gamay|Cabernet franc], vendangé à la main. À boire dans les deux ans. [Carton de six "
                "dégusté à la cave.|Étiquette dessinée par un ami.]", 790, BOTTLE),
            Product("boissons", "Blanc sec de nos coteaux",
                "[Chenin|Sauvignon], vif et droit. [Avec un chèvre ou des huîtres.|Élevé en cuve, pas de "
                "bois.]", 820, BOTTLE),
            Product("boissons", "Jus de raisin pétillant",
                "Sans alcool, [pour les enfants et les conducteurs|rosé et joyeux].", 450, BOTTLE),
            Product("boissons", "Vinaigre de vin vieilli en fût",
                "Deux ans de patience dans un vieux tonneau. [Un filet suffit.|Flacon de 50 cl.]", 890,
                "le flacon", "loire"),
        )),
    Trade("PRODUCER", ("La Brasserie fermière", "Le Houblon"),
        (
            Product("boissons", "Bière blonde de la ferme",
                "Orge de nos champs, houblon du jardin. [Légère et désaltérante.|5 degrés.] L’abus "
                "d’alcool est dangereux pour la santé.", 350, BOTTLE),
            Product("boissons", "Bière ambrée [au miel|aux épices]",
                "Ronde, [un peu caramel|finale longue]. Brassin de [800|600] litres, pas plus. À "
                "consommer avec modération.", 380, BOTTLE),
            Product("boissons", "Limonade artisanale",
                "Citron, sucre de betterave, bulles. [Gingembre ou nature.|Les enfants la valident.]", 290,
                BOTTLE),
            Product("boissons", "Carton de douze bières à composer",
                "Blonde, ambrée, brune : [vous choisissez|je complète si vous hésitez]. Bouteilles "
                "consignées. À consommer avec modération.", 3900, "le carton"),
        )),
    Trade("PRODUCER", ("Les Serres", "La Pépinière"),
        (
            Product("plants", "Plants de tomates anciennes",
                "Douze variétés, [godets biodégradables|semées en février]. [Noire de Crimée, ananas, "
                "cornue.|Demandez la liste.]", 180, "le plant"),
            Product("plants", "Aromatiques en pot",
                "Thym, menthe, ciboulette, basilic, [verveine|estragon]. [Trois pots pour 9 €.|Prêtes à "
                "rempoter.]", 330, JAR),
            Product("plants", "Géraniums et fleurs de balcon",
                "Cultivés ici, [pas dans un avion|sans chauffage]. Jardinière garnie sur commande.", 350,
                "le plant"),
            Product("plants", "Colis du jardinier débutant",
                "Salades, courgettes, tomates, fleurs à semer et [un calendrier|une page de conseils]. "
                "De quoi remplir quatre mètres carrés.", 1800, "le colis"),
            Product("plants", "Bouquet de fleurs de saison",
                "[Tulipes, renoncules, feuillages|Narcisses, giroflées, branches de cerisier] coupés le "
                "matin. Emballé de papier kraft.", 1200, "le bouquet"),
            Product("plants", "Petits fruits à planter",
                "Framboisiers, cassissiers, [groseilliers|mûriers sans épines]. [Ils donnent dès l’an "
                "prochain.|Racines nues ou pot.]", 750, "le plant"),
        )),
    Trade("PRODUCER", ("La Ferme", "Le Courtil"),
        (
            Product("epicerie", "Lentilles [vertes|blondes]",
                "Semées avec de la cameline, triées deux fois. [Cuisson vingt-cinq minutes.|Sachet "
                "kraft.]", 480, KILO),
            Product("epicerie", "Huile de colza [vierge|première pression]",
                "Pressée à froid à la ferme. [Goût de chou frais, riche en oméga 3.|En vrac, apportez la "
                "bouteille.]", 650, BOTTLE),
            Product("epicerie", "Confitures cuites au chaudron",
                "Fraise-rhubarbe, [mirabelle|cassis], tomate verte. [Soixante-cinq pour cent de "
                "fruits.|Trois pots achetés, le bocal vide repris.]", 480, JAR),
            Product("epicerie", "Safran en pistils",
                "Récolté à la main, fleur par fleur, en octobre. [Un gramme parfume vingt plats.|Tube de "
                "0,2 gramme.]", 700, "le tube"),
            Product("epicerie", "Angélique confite",
                "Tiges cueillies au marais, confites [pendant neuf jours|lentement]. Pour les cakes, [ou "
                "telle quelle|et les enfants curieux].", 980, "la boîte", "poitou"),
            Product("viande", "Escargots au court-bouillon",
                "Petits-gris élevés en parc. [Préparés avec thym et laurier.|Trois douzaines au bocal.]", 890,
                "le bocal"),
            Product("pain", "Pâtes fermières au blé dur",
                "[Coquillettes et radiatori|Fusilli], séchées à basse température. Avec nos œufs ou "
                "sans. Cuisson huit minutes.", 320, "le sachet"),
            Product("epicerie", "Moutarde au moût de raisin",
                "Violette et douce, [sur un boudin ou une andouille|recette locale]. Pot en grès.", 590, JAR,
                "limousin"),
            Product("epicerie", "Ail rose en tresse",
                "Séché au hangar, il se garde [jusqu’au printemps|huit mois]. [Tresse d’un kilo.|Doux, "
                "presque sucré.]", 1150, "la tresse", "tarn"),
        )),
)
# fmt: on
