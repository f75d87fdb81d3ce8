"""Offers of skilled hands: sewing, computers, cooking, gardens, repairs, and the offers of associations."""

from demo.phrase import Story

HANDWORK: tuple[Story, ...] = (
    Story(
        "couture",
        ("Masques en tissu cousus main", "Je couds des masques pour [les voisins|les aides à domicile]"),
        "J’ai sorti la machine et un stock de coton bien serré. Je couds des masques lavables, [trois plis, "
        "avec barrette pour le nez|modèle adulte ou enfant], pour les personnes fragiles et celles qui les "
        "aident. À retirer {near} ou déposés chez vous.",
    ),
    Story(
        "couture",
        ("Blouses et surblouses : je couds pour les soignants", "Couture pour les soignants à domicile"),
        "Nous sommes trois à coudre des surblouses {at} à partir de draps propres. Si vous êtes infirmière "
        "libérale ou aide à domicile, dites-nous la taille et la quantité. [On livre le {day}.|Comptez "
        "trois jours.]",
    ),
    Story(
        "couture",
        ("Retouches et ourlets gratuits", "Un ourlet, un bouton, une fermeture éclair"),
        "{intro} Je reprise, je raccourcis, je change une fermeture. Pour les personnes qui n’ont pas les "
        "moyens d’aller chez le retoucheur. [Apportez votre fil si la couleur est rare.|Délai d’une petite "
        "semaine.] Dépôt {near}.",
    ),
    Story(
        "couture",
        ("Dons de tissus et d’élastiques", "Draps en coton à donner pour la couture"),
        "En vidant la maison de ma tante, j’ai trouvé une montagne de draps en coton et trois rouleaux "
        "d’élastique. Je les donne à celles et ceux qui cousent pour les autres {at}. Tout est lavé à "
        "soixante degrés.",
    ),
    Story(
        "couture",
        ("Atelier tricot et couvertures", "Tricoter des carrés pour des couvertures"),
        "On tricote des carrés de vingt centimètres, puis on assemble des couvertures pour la maraude. "
        "Débutants bienvenus, [j’ai des aiguilles d’avance|je monte les mailles si ça bloque]. Le {day} à "
        "{hour}, {near}.",
    ),
    Story(
        "numerique",
        ("Dépannage informatique à distance", "Ordinateur en panne ? Je regarde"),
        "Informaticien<ne> en télétravail, je dépanne {when} : ordinateur lent, messagerie bloquée, "
        "imprimante qui boude. [Par téléphone d’abord, sur place si besoin {at}.|Je ne prends pas la main "
        "sans votre accord.]",
    ),
    Story(
        "numerique",
        ("Installer la visio avec vos parents", "Appels vidéo : je vous montre"),
        "Voir ses petits-enfants, même de loin, ça change tout. J’installe l’application sur votre "
        "téléphone ou votre tablette, on fait un essai ensemble, et j’écris la marche à suivre en gros "
        "caractères. Je passe {at}, {when}.",
    ),
    Story(
        "numerique",
        ("Don d’ordinateurs reconditionnés", "Je remets en état de vieux portables"),
        "Je récupère de vieux ordinateurs et je leur donne une seconde vie pour des élèves qui n’en ont "
        "pas. [J’en ai deux de prêts.|Le prochain sera prêt dans dix jours.] Si le vôtre prend la "
        "poussière, je prends aussi. C’est {near}.",
    ),
    Story(
        "numerique",
        ("Premiers pas avec un smartphone", "Téléphone neuf, mode d’emploi patient"),
        "Prendre une photo, l’envoyer, ne pas cliquer sur n’importe quoi : on apprend ensemble, sans se "
        "presser. {intro} Rendez-vous {near} le {day}, une heure à chaque fois.",
    ),
    Story(
        "numerique",
        ("Aide pour la Sécu, la CAF et le reste en ligne", "Démarches en ligne pas à pas"),
        "Entre les mots de passe et les codes par SMS, on s’y perd. Je vous accompagne pour créer vos "
        "comptes et retrouver vos documents. [Rien n’est gardé chez moi.|Vous repartez avec un carnet bien "
        "rempli.] {at}, {when}.",
    ),
    Story(
        "cuisine",
        ("Je cuisine double portion", "Une part de plus : repas du {day}"),
        "Le {day}, je cuisine pour six alors que nous sommes quatre. Je mets deux parts en boîte pour qui "
        "n’a pas la force de cuisiner : [hachis, gratin, lentilles|couscous, blanquette, soupe]. À "
        "récupérer chaud {near} vers 18 h 30.",
    ),
    Story(
        "cuisine",
        ("Soupe et compote pour convalescents", "Repas tout simples pour sortie d’hôpital"),
        "{intro} Soupe de légumes, compote, riz au lait : des choses qui passent quand on revient de "
        "l’hôpital. Je livre {at}, {when}. [Sans sel ou mixé, c’est possible.|Dites-moi vos allergies.]",
    ),
    Story(
        "cuisine",
        ("Pain au levain à partager", "Je fais trop de pain, servez-vous"),
        "Mon levain est en pleine forme et je fais quatre miches chaque {day}. Deux sont pour les voisins. "
        "[Premier arrivé, premier servi.|Je donne aussi du levain avec la recette.] {near}, après {hour}.",
    ),
    Story(
        "cuisine",
        ("Gâteaux pour les équipes de nuit", "Cakes et biscuits pour les soignants"),
        "J’adore pâtisser et mon entourage demande grâce. Je propose deux fournées par semaine pour une "
        "équipe soignante, une caserne, un foyer. [Emballage individuel.|Liste des ingrédients sur la "
        "boîte.] Je suis {near}.",
    ),
    Story(
        "cuisine",
        ("Cuisiner ensemble et congeler", "Atelier cuisine à quatre mains"),
        "Cuisiner seul, ce n’est pas drôle. On se retrouve {at} le {day}, on épluche en papotant, on fait "
        "trois plats et chacun repart avec ses barquettes. Frais partagés, [autour de cinq euros|rarement "
        "plus de six euros].",
    ),
    Story(
        "jardin",
        ("Tonte et petits travaux de jardin", "Je tonds votre pelouse {at}"),
        "J’ai une tondeuse silencieuse et j’aime que l’herbe soit nette. Pour les personnes qui ne peuvent "
        "plus : tonte, ramassage, [taille d’une haie basse|désherbage d’une allée]. Libre {when}.",
    ),
    Story(
        "jardin",
        ("Plants de tomates à donner", "Trop de semis : tomates, courges, basilic"),
        "Comme chaque année j’ai semé pour tout le quartier. [Tomates cœur-de-bœuf et cerises, quelques "
        "courges|Tomates anciennes, basilic, aubergines] : venez avec un cageot {near}. Conseils de "
        "plantation compris.",
    ),
    Story(
        "jardin",
        ("Partage d’un coin de potager", "Mon jardin contre vos bras"),
        "J’ai un potager {at} et mon dos ne suit plus. Je partage : vous cultivez une parcelle, on se "
        "répartit les légumes. [L’eau vient du puits.|Outils sur place, café aussi.] De préférence "
        "quelqu’un de régulier, {when}.",
    ),
    Story(
        "jardin",
        ("Broyeur et remorque à prêter", "Prêt d’outils de jardin"),
        "Bêche, motoculteur, broyeur, brouette : ça sert dix jours par an, autant partager. Je prête aux "
        "voisins {of} et je montre comment ça marche. [Une caution symbolique pour le motoculteur.|Rendus "
        "propres, c’est tout.]",
    ),
    Story(
        "jardin",
        ("Arrosage pendant vos absences", "J’arrose votre balcon"),
        "Hôpital, famille, voyage : je passe arroser plantes et potager tous les deux jours. J’habite "
        "{near}, [je relève aussi le courrier|je sais parler aux orchidées].",
    ),
    Story(
        "bricolage",
        ("Petites réparations à domicile", "Ampoule, robinet, étagère : j’arrive"),
        "<Bricoleur/Bricoleuse> depuis toujours, je dépanne les personnes seules : [joint qui goutte, prise "
        "qui bouge, store coincé|ampoule à changer, meuble à monter, porte qui frotte]. Vous payez la "
        "pièce, pas la main-d’œuvre. Secteur {of}, {when}.",
    ),
    Story(
        "bricolage",
        ("Réparation de vélos sur le trottoir", "Freins, vitesses, crevaisons : je répare"),
        "Le {day} je sors mon pied d’atelier {near}. Crevaison, freins qui couinent, dérailleur "
        "récalcitrant : on répare ensemble, tu repars en sachant refaire. Chambres à air à prix coûtant.",
    ),
    Story(
        "bricolage",
        ("Monter une rampe ou une barre d’appui", "Adapter son logement : conseils et pose"),
        "Ergothérapeute, je viens regarder votre salle de bains et l’entrée, et je pose une barre ou une "
        "rampe si vous l’achetez. Une heure suffit souvent à éviter une chute. {at}, {when}.",
    ),
    Story(
        "bricolage",
        ("Petit électroménager : on répare", "Grille-pain et aspirateurs sauvés du rebut"),
        "Avant de jeter, montrez-moi. Aspirateur, cafetière, lampe, [j’en sauve deux sur trois|c’est "
        "souvent un fusible]. Je répare chez moi {near} et je vous dis franchement quand c’est perdu.",
    ),
    Story(
        "bricolage",
        ("Perceuse et escabeau à prêter", "Outillage à partager entre voisins"),
        "Perceuse, ponceuse, escabeau, décolleuse : la liste est affichée dans le hall et maintenant ici. "
        "Je prête {at}, sans chichis, deux ou trois jours. [Pensez à rapporter les forets !|Il me manque "
        "juste un cahier d’emprunt.]",
    ),
)

TOGETHER: tuple[Story, ...] = (
    Story(
        "courses",
        ("Nos bénévoles livrent vos courses {at}", "Livraison de courses par notre équipe"),
        "Notre équipe de bénévoles livre les courses des personnes isolées {at} et alentour, deux fois par "
        "semaine dont le {day}. Appelez l’accueil ou répondez ici, nous vous mettons en relation avec [un "
        "bénévole proche de chez vous|une personne référente, toujours la même].",
    ),
    Story(
        "ecoute",
        ("Appels de convivialité", "Notre chaîne d’appels recrute et appelle"),
        "Vingt bénévoles formés à l’écoute téléphonent chaque semaine à des personnes seules. Inscrivez un "
        "proche avec son accord, ou rejoignez-nous : [une heure par semaine suffit|la formation dure une "
        "soirée].",
    ),
    Story(
        "cuisine",
        ("Repas partagé ouvert à tous", "Table d’hôtes solidaire {at}"),
        "Chaque {day} midi, nous cuisinons des invendus et la table est ouverte. Prix libre, même zéro. "
        "Venez éplucher dès {hour} si le cœur vous en dit. L’adresse exacte vous est donnée à l’inscription.",
    ),
    Story(
        "cours",
        ("Aide aux devoirs en petit groupe", "Accompagnement à la scolarité {at}"),
        "Deux soirs par semaine, nos bénévoles accueillent [les collégiens|les enfants du CE1 à la 5e] "
        "{near}. Il reste des places, et nous cherchons aussi [un bénévole en sciences|quelqu’un pour "
        "l’anglais].",
    ),
    Story(
        "numerique",
        ("Permanence numérique gratuite", "Point numérique du {day}"),
        "Ordinateurs, imprimante et deux médiatrices patientes : notre permanence vous accueille le {day} à "
        "partir de {hour}, {at}. Pensez à votre pièce d’identité et à vos identifiants. [Sans "
        "rendez-vous.|On s’inscrit en répondant ici.]",
    ),
    Story(
        "couture",
        ("Atelier masques et protections", "Nos couturières fournissent les aides à domicile"),
        "Une douzaine de couturières bénévoles se relaient dans notre atelier {at}. Nous fournissons "
        "gratuitement les services d’aide à domicile et les personnes fragiles. Dons de tissu bienvenus, "
        "coton uniquement.",
    ),
    Story(
        "enfants",
        ("Garde d’enfants pour les soignants", "Soignants {of} : nous gardons vos enfants"),
        "Notre association garde les enfants des soignants et des aides à domicile {when}, {near}. [Deux "
        "éducatrices et des bénévoles formés au secourisme.|L’accueil est déclaré et assuré.] On visite les "
        "lieux ensemble avant le premier jour.",
    ),
    Story(
        "enfants",
        ("Sortie d’école : nous raccompagnons vos enfants", "Trajet d’école accompagné {at}"),
        "À 16 h 30, nos animateurs attendent devant l’école et ramènent les enfants au local, goûter compris, "
        "jusqu’à 18 h 30. [Rencontre avec les parents d’abord, évidemment.|Premier café pour faire "
        "connaissance ?]",
    ),
    Story(
        "enfants",
        ("Garde de dépannage", "Nounou malade ? Notre équipe prend le relais"),
        "La nounou est malade, la réunion s’éternise : notre halte-garderie associative garde deux places "
        "d’urgence {when}. [Dès dix-huit mois.|Un appel la veille suffit.] C’est {near}.",
    ),
    Story(
        "enfants",
        ("Après-midi jeux de société pour les 6-10 ans", "Le {day}, jeux de société à la ludothèque"),
        "Notre ludothèque accueille huit enfants {at} le {day} après-midi, pour souffler un peu côté parents. "
        "[Goûter fait maison.|Un parent peut rester, bien sûr.]",
    ),
    Story(
        "enfants",
        ("Bourse aux vêtements d’enfants", "Vêtements de 0 à 12 ans, prix libre"),
        "Notre vestiaire rouvre le {day} {near}. Vêtements triés et lavés, chaussures, quelques jouets. "
        "Servez-vous selon vos besoins, donnez selon vos moyens.",
    ),
    Story(
        "transport",
        ("Transport solidaire sur réservation", "Nos chauffeurs bénévoles vous conduisent"),
        "Rendez-vous médical, marché, visite à un proche : nos chauffeurs bénévoles vous conduisent pour "
        "une participation de trente-cinq centimes du kilomètre. Réservation deux jours à l’avance, secteur "
        "{of}.",
    ),
    Story(
        "jardin",
        ("Jardin partagé : une parcelle vous attend", "Venez jardiner avec nous {at}"),
        "Trois parcelles se libèrent dans notre jardin partagé. Débutants acceptés, on prête les outils et "
        "les anciens adorent donner des conseils contradictoires. Rendez-vous le {day} à {hour}.",
    ),
    Story(
        "sante",
        ("Prêt de fauteuils et de béquilles", "Matériel médical en prêt gratuit"),
        "Nous prêtons [fauteuils roulants, béquilles, lits réglables|déambulateurs, fauteuils, rehausseurs] "
        "le temps d’une convalescence. Le matériel est désinfecté entre deux prêts. Retrait {at} le {day}.",
    ),
)
