"""Products and deliveries of shops, and the practical sentences of farms and shops."""

from demo.text.market import BASKET, BOTTLE, JAR, KILO, PIECE, Product, Trade

# fmt: off
SHOPS: tuple[Trade, ...] = (
    Trade("MERCHANT", ("Boulangerie", "Boulangerie-pâtisserie"),
        (
            Product("pain", "Tournée de pain à domicile",
                "[Baguettes, pain complet, viennoiseries : nous livrons avant 9 h.|Commande la veille "
                "avant 18 h, pain chaud le matin.] Règlement en fin de semaine.", 120, "la baguette"),
            Product("pain", "Formule goûter d’école",
                "Quatre pains au lait et quatre barres de chocolat. [Les enfants passent la prendre à 16 "
                "h 30.|Parents pressés, c’est pour vous.]", 600, "la formule"),
            Product("pain", "Invendus du soir à petit prix",
                "À partir de 18 h 30, [un sac surprise|ce qui reste] plutôt que la poubelle. [Pain, "
                "quiches, gâteaux.|Apportez votre sac.]", 400, "le sac"),
            Product("pain", "Gâteau d’anniversaire sur commande",
                "[Fraisier, trois chocolats ou framboisier|Chocolat, fruits ou praliné], prénom écrit "
                "dessus. Trois jours de délai, de six à vingt parts.", 380, "la part"),
        )),
    Trade("MERCHANT", ("Épicerie", "L’Épicerie"),
        (
            Product("livraison", "Livraison de courses à domicile",
                "[Fruits, laitages, conserves, produits d’entretien.|Tout le magasin, même un citron.] "
                "Livraison gratuite dès 25 € d’achat {at}.", None, None),
            Product("epicerie", "Vrac : pâtes, riz, légumes secs",
                "Apportez vos bocaux, on pèse et c’est tout. [Lentilles corail, riz rond, pois "
                "cassés.|Quarante références.]", 310, KILO),
            Product("paniers", "Panier de dépannage",
                "Pâtes, sauce, œufs, lait, fruits : [cinq repas simples pour deux|de quoi tenir trois "
                "jours]. [Paiement à la livraison.|On s’adapte aux allergies.]", 2200, BASKET),
            Product("epicerie", "Café torréfié par nos soins",
                "[Éthiopie et Pérou|Mélange maison], moulu devant vous [ou en grains|selon votre "
                "cafetière]. Paquet de 250 g.", 690, "le paquet"),
        )),
    Trade("MERCHANT", ("Boucherie-charcuterie", "Boucherie"),
        (
            Product("viande", "Plats cuisinés à emporter",
                "Lundi [hachis|petit salé], jeudi [couscous|blanquette], et [des lasagnes le samedi|une "
                "paella le samedi]. Part généreuse, barquette à réchauffer.", 850, "la part"),
            Product("livraison", "Commandes de viande livrées",
                "Vous téléphonez le matin, nous livrons {at} avant midi. [Bêtes achetées sur pied à "
                "moins de cinquante kilomètres.|Sous vide si vous voulez congeler.]", None, None),
            Product("viande", "Colis barbecue",
                "Saucisses, brochettes, côtes marinées pour [six|huit] personnes. [Marinade maison au "
                "citron.|Disponible dès que le soleil revient.]", 4200, "le colis"),
            Product("viande", "Rôti de dinde farci",
                "Farce [aux marrons|au citron confit], ficelé, prêt à enfourner. [Comptez cent cinquante "
                "grammes par personne.|À réserver deux jours avant.]", 1590, KILO),
        )),
    Trade("MERCHANT", ("Librairie", "Librairie-café"),
        (
            Product("livraison", "Commandes de livres livrées à vélo",
                "Romans, bandes dessinées, scolaires : [commandez, nous pédalons|commandé avant midi, "
                "livré le lendemain]. Livraison gratuite {at}.", None, None),
            Product("artisanat", "Pochette surprise pour enfants",
                "Deux albums et un jeu choisis selon l’âge. [Emballés comme un cadeau.|Dites-nous ce "
                "qu’il aime, même les dinosaures.]", 1800, "la pochette"),
            Product("artisanat", "Coup de cœur du libraire",
                "[Vous donnez trois livres aimés, nous en trouvons un quatrième.|Un roman choisi pour "
                "vous, et un mot pour dire pourquoi.] Repris s’il déplaît.", 950, "le livre"),
            Product("artisanat", "Cahiers et fournitures",
                "[Ramettes, cartouches, cahiers, stylos : tout ce qu’il faut pour l’école à la "
                "maison.|Trousse complète, liste de rentrée comprise.]", 1490, "le lot"),
        )),
    Trade("MERCHANT", ("Crémerie", "Fromagerie"),
        (
            Product("fromages", "Plateau de cinq fromages",
                "Une pâte dure, un bleu, un chèvre, une croûte lavée et [une surprise|une découverte]. "
                "Pour six personnes[, fiche de dégustation comprise|].", 2400, "le plateau"),
            Product("fromages", "Raclette prête à partager",
                "[Trois fromages tranchés|Nature, poivre, fumée], deux cents grammes par personne. "
                "L’appareil se prête contre caution.", 620, "la part"),
            Product("fromages", "Comté de dix-huit mois",
                "Choisi en cave, [fruité|grains croquants]. [Sous vide pour l’envoyer à la famille.|Une "
                "lichette pour goûter, toujours.]", 2390, KILO),
            Product("livraison", "Tournée de crémerie du jeudi",
                "Lait, beurre, œufs et fromages chez vous {at}, [même pour une seule plaquette|sans "
                "minimum pour nos aînés].", None, None),
        )),
    Trade("MERCHANT", ("Poissonnerie", "La Marée"),
        (
            Product("poisson", "Poisson du jour vidé et écaillé",
                "[Merlan, lieu, maquereau selon la criée.|Arrivage du matin, ardoise à 9 h.] Nous levons "
                "les filets [sans supplément|et gardons les arêtes pour le fumet].", 1690, KILO),
            Product("poisson", "Huîtres creuses numéro 3",
                "Bourriche de trois douzaines. [Ouvertes sur demande.|Citron offert.] À garder au frais, "
                "bien à plat.", 850, "la douzaine"),
            Product("poisson", "Moules de bouchot",
                "Lavées, prêtes à cuire. [Deux kilos pour trois.|Frites non fournies.]", 590, KILO),
            Product("poisson", "Soupe de poissons maison",
                "Mijotée le mercredi, [en bocal d’un litre|rouille et croûtons inclus]. Se garde une "
                "semaine au frais.", 890, "le litre"),
        )),
    Trade("MERCHANT", ("La Boutique d’artisans", "L’Atelier partagé"),
        (
            Product("artisanat", "Savons à froid",
                "Huile d’olive et karité, [sans parfum pour les peaux sensibles|lavande ou nature]. "
                "Séchés six semaines, 100 g.", 550, PIECE),
            Product("artisanat", "Bols et tasses en grès",
                "Tournés et émaillés sur place, [bleu nuit ou sable|chaque pièce est unique]. Passent au "
                "lave-vaisselle.", 2200, PIECE),
            Product("artisanat", "Réparation de chaussures et sacs",
                "Ressemelage, coutures, fermetures. [Devis avant travaux.|Trois jours, parfois deux.] "
                "Nous collectons et livrons {at}.", None, None),
            Product("artisanat", "Masques en tissu deux couches",
                "Coton serré, élastiques réglables, [motifs gais|tailles adulte et enfant]. Prix coûtant "
                "pour [les soignants|les associations].", 500, PIECE),
            Product("artisanat", "Paniers d’osier tressés",
                "Osier coupé et trempé par nos soins. [Panier à pain, à bois, à chat.|Trois stages par "
                "an pour apprendre.]", 3800, PIECE),
        )),
    Trade("MERCHANT", ("Restaurant", "La Table", "Le Bistrot"),
        (
            Product("livraison", "Menu du jour à emporter",
                "[Entrée, plat et dessert dans des boîtes consignées.|Cuisine du marché, deux plats au "
                "choix dont un végétarien.] À retirer de 11 h 45 à 13 h 15.", 1450, "le menu"),
            Product("livraison", "Portage de repas aux aînés",
                "[Midi et soir, du lundi au samedi|Tous les midis], repas équilibrés livrés {at} par une "
                "personne que vous connaîtrez.", 980, "le repas"),
            Product("livraison", "Plat unique du vendredi",
                "Cette semaine [parmentier de canard|poulet basquaise], la suivante [tajine "
                "d’agneau|chou farci]. Réservation jusqu’à jeudi soir.", 1100, "la part"),
            Product("livraison", "Buffet pour dix à quarante personnes",
                "Salades, quiches, viandes froides, desserts. [Vaisselle prêtée.|Nous installons et nous "
                "reprenons tout.]", 1650, "la personne"),
        )),
    Trade("MERCHANT", ("Caves", "La Cave"),
        (
            Product("boissons", "Trois bouteilles choisies pour vous",
                "Un blanc, un rouge et [des bulles|une curiosité], avec [une fiche|l’histoire des "
                "vignerons]. À consommer avec modération.", 3200, "le trio"),
            Product("boissons", "Sirops et jus d’artisans",
                "[Menthe poivrée, fleur de sureau, citron|Abricot, pomme-gingembre, tomate], pour ceux "
                "qui conduisent.", 590, BOTTLE),
            Product("livraison", "Livraison d’eau et de boissons",
                "Packs et caisses montés à l’étage {at}, [consignes reprises|deux tournées par semaine].",
                490, "le pack"),
        )),
    Trade("MERCHANT", ("Fleurs", "Au Jardin"),
        (
            Product("plants", "Bouquet livré avec un mot",
                "Fleurs françaises de saison, [carte écrite à la main|papier réutilisé]. Livré {at} "
                "avant 17 h.", 2500, "le bouquet"),
            Product("plants", "Composition pour balcon à l’ombre",
                "[Fougères, heuchères et impatiens|Lierre, bégonias, cyclamens], terreau compris. Nous "
                "plantons sur place si besoin.", 3400, PIECE),
            Product("plants", "Terreau et graines en vrac",
                "Apportez un seau, repartez jardiner. [Radis, capucines, haricots : les sachets à 1 "
                "€.|Conseils gratuits, parfois longs.]", 60, "le litre"),
            Product("plants", "Plantes vertes faciles",
                "[Celles qu’on oublie d’arroser.|Pothos, sansevière, caoutchouc.] [Rempotage "
                "offert.|Avec un pense-bête d’arrosage.]", 1200, JAR),
        )),
)
# fmt: on

FARM_PRACTICE = (
    "Retrait à la ferme le vendredi de 16 h 30 à 19 h.",
    "Vente directe le mercredi après-midi et le samedi matin.",
    "On nous trouve aussi sur le marché {of} le samedi.",
    "Livraison gratuite dans un rayon de dix kilomètres autour {of}.",
    "Point de retrait {at}, jour au choix, commande la veille.",
    "Distributeur devant la ferme, ouvert jour et nuit.",
    "Commande par ce site jusqu’à mercredi midi, retrait le vendredi.",
    "Paiement en liquide, chèque ou carte ; chien de la ferme très gentil.",
    "Nous livrons {at} et alentour chaque jeudi.",
    "Ouvert tous les jours de 17 h à 19 h, sonnez la cloche.",
    "Ferme en conversion biologique, visite libre le premier dimanche du mois.",
    "Retrait possible le dimanche matin avant 11 h, sur message.",
)
SHOP_PRACTICE = (
    "Ouvert du mardi au samedi, 9 h-12 h 30 et 15 h-19 h.",
    "Livraison {at} en fin de matinée, sans frais pour les plus de 70 ans.",
    "Commande par message, retrait sans attente.",
    "Livraison à vélo {at} et alentour.",
    "Fermé le lundi, ouvert le dimanche matin.",
    "Nous sommes {near}, entrée de plain-pied.",
    "Dépôt devant la porte sur demande, paiement à distance.",
    "Compte ouvert pour les habitués et les associations {of}.",
    "Accueil jusqu’à 19 h 30 en semaine.",
    "Les titres-restaurant et la monnaie locale sont acceptés.",
)
