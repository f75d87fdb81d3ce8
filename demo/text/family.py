"""Offers around people and animals: lessons, company, pets. Children are looked after by associations alone."""

from demo.phrase import Story

FAMILY: tuple[Story, ...] = (
    Story(
        "bricolage",
        ("Prêt de poussette et lit parapluie", "Matériel de bébé à prêter"),
        "Notre petit dernier a grandi : poussette, lit parapluie, chaise haute et tapis d’éveil dorment à "
        "la cave. Je prête [pour un week-end de grands-parents|pour quelques semaines], propre et révisé. À "
        "venir chercher {near}.",
    ),
    Story(
        "ecoute",
        ("Lectures du soir par téléphone", "Je lis des histoires à vos enfants"),
        "Comédien<ne> amateur, je lis une histoire par téléphone ou en visio à vos enfants, quinze minutes "
        "avant le coucher. Loups, sorcières, tracteurs : [ils choisissent|je fais toutes les voix]. Les "
        "parents soufflent, les petits rient. C’est le {day} vers 19 h 30.",
    ),
    Story(
        "ecoute",
        ("Un coup de fil pour rompre l’ennui", "Je vous appelle [chaque jour|deux fois par semaine]"),
        "Si les journées sont longues, je peux vous téléphoner {when}, pour parler de tout et de rien : [le "
        "jardin, les petits-enfants, le temps qu’il fait|cuisine, rugby, souvenirs du quartier]. {intro}",
    ),
    Story(
        "ecoute",
        ("Visite de courtoisie autour d’un café", "Je passe boire le café"),
        "Ma grand-mère habitait {at} et elle disait toujours que le pire, c’est le dimanche. Je propose de "
        "passer une heure chez une personne seule, le dimanche ou {when}. [J’apporte les gâteaux.|Je joue "
        "mal aux cartes, mais avec entrain.]",
    ),
    Story(
        "ecoute",
        ("Promenade à petits pas", "Marche douce {at}"),
        "Pour les personnes qui n’osent plus sortir seules : on fait un tour de vingt minutes, bras dessus, "
        "bras dessous, {near} s’il fait beau. [J’ai l’habitude des fauteuils roulants.|On s’arrête à tous "
        "les bancs.] Libre {when}.",
    ),
    Story(
        "ecoute",
        ("Écoute entre jeunes", "Étudiant isolé ? On peut parler"),
        "En première année, j’ai passé deux mois sans parler à personne, alors je sais ce que c’est. Si tu "
        "te sens seul {at_city}, on peut s’appeler, [marcher|boire un thé] ou juste réviser au même "
        "endroit. Je ne suis pas psy, je suis là.",
    ),
    Story(
        "ecoute",
        ("Lecture du journal à une personne malvoyante", "Je lis pour vous"),
        "Ma voix porte et j’aime lire. Journal, courrier, roman : je viens une heure {when} chez une "
        "personne qui ne peut plus lire. [J’ai commencé Giono avec ma voisine, on en est au troisième.|On "
        "peut aussi faire ça par téléphone.]",
    ),
    Story(
        "ecoute",
        ("Parler français pour progresser", "Conversation en français {at}"),
        "Vous apprenez le français et vous voulez le parler avec quelqu’un de patient ? On discute une "
        "heure {when}, {near} ou en se promenant. [J’ai enseigné au collège pendant trente ans.|Pas de "
        "grammaire, sauf si vous insistez.]",
    ),
    Story(
        "animaux",
        ("Je promène votre chien", "Promenades de chien {at}"),
        "Hospitalisation, jambe cassée, garde de nuit : je promène votre chien {when}. [J’ai grandi avec "
        "des bergers, les grands ne me font pas peur.|J’ai moi-même un vieux cocker très sociable.] "
        "J’habite {near}.",
    ),
    Story(
        "animaux",
        ("Garde de chats à domicile", "Je nourris votre chat pendant votre absence"),
        "Vous partez à l’hôpital ou en famille ? Je passe chaque jour nourrir le chat, changer la litière "
        "et lui faire la conversation. [Photos du fauve sur demande.|J’arrose aussi les plantes.] Secteur "
        "{of}.",
    ),
    Story(
        "animaux",
        ("Croquettes et litière livrées", "Sacs de croquettes : je porte pour vous"),
        "Un sac de quinze kilos, c’est lourd quand on a mal au dos. Je vais à l’animalerie le {day}, "
        "dites-moi la marque et je vous le monte à l’étage. {intro}",
    ),
    Story(
        "animaux",
        ("Poules, lapins, cochons d’Inde : j’accueille", "Pension familiale pour petits animaux"),
        "Nous avons un jardin {at} avec un clapier et un petit poulailler. On accueille vos lapins, cochons "
        "d’Inde ou poules le temps d’une absence. Les enfants s’en occupent très sérieusement.",
    ),
    Story(
        "animaux",
        ("Trajet chez le vétérinaire", "Véto : je vous emmène avec votre animal"),
        "Pas facile de prendre le bus avec un chat qui hurle. Je vous conduis chez le vétérinaire {when}, "
        "caisse de transport à disposition. [Mes sièges en ont vu d’autres.|Chiens mouillés acceptés.] "
        "Départ {of}.",
    ),
    Story(
        "cours",
        ("Soutien en maths, collège et lycée", "Maths et physique : je t’aide"),
        "Étudiant<e> en école d’ingénieurs, j’aide gratuitement les collégiens et lycéens {of}. On repart "
        "de l’exercice qui coince, [sans jugement|et on avance jusqu’au déclic]. En visio ou {near}, {when}.",
    ),
    Story(
        "cours",
        ("Aide aux devoirs du primaire", "Devoirs du soir pour les CP-CM2"),
        "<Instituteur/Institutrice> à la retraite depuis peu, les cahiers me manquent. Je propose l’aide "
        "aux devoirs {at}, {when}, pour deux ou trois enfants à la fois. [Lecture, tables, dictées, dans la "
        "bonne humeur.|Un carré de chocolat par table apprise.]",
    ),
    Story(
        "cours",
        ("Anglais : conversation et révisions", "Anglais pour lycéens et adultes"),
        "J’ai vécu six ans à Leeds. Je peux te faire parler anglais une heure par semaine, préparer un oral "
        "ou relire une lettre. [L’accent du Yorkshire est offert.|On parle de ce qui t’intéresse, séries "
        "comprises.] Libre {when}.",
    ),
    Story(
        "cours",
        ("Préparer le brevet ou le bac de français", "Français : méthode et relecture"),
        "Commentaire, dissertation, oral : j’ai corrigé des copies pendant vingt ans. Envoyez un devoir, je "
        "l’annote et on en parle au téléphone. Pour les élèves {of} et d’ailleurs, {when}.",
    ),
    Story(
        "cours",
        ("Premiers pas à la guitare", "Guitare pour débutants, échange de bons procédés"),
        "Musicien<ne> du dimanche, j’apprends les premiers accords à qui veut, enfant ou adulte. J’ai une "
        "guitare à prêter. [En échange, un bocal de confiture fera l’affaire.|Trois accords et tu joues la "
        "moitié du répertoire.] C’est {near}, {when}.",
    ),
    Story(
        "cours",
        ("Apprendre à lire à tout âge", "Lecture et écriture pour adultes"),
        "<Formateur/Formatrice> bénévole depuis huit ans, j’accompagne un adulte qui veut apprendre à lire "
        "et à écrire, en toute discrétion. Deux fois une heure par semaine, {when}. [On part de ce qui vous "
        "sert : permis, courrier, recettes.|Il n’est jamais trop tard, ma doyenne avait 71 ans.]",
    ),
    Story(
        "cours",
        ("Révisions du permis de conduire", "Code de la route : on révise ensemble"),
        "J’ai repassé mon code l’an dernier, toutes les questions pièges sont fraîches. On fait deux séries "
        "ensemble {when}, {near}. Parfait si tu préfères apprendre à plusieurs.",
    ),
)
