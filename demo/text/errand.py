"""Offers of errands between neighbours: shopping, pharmacy, paperwork, lifts."""

from demo.phrase import Story

ERRANDS: tuple[Story, ...] = (
    Story(
        "courses",
        ("Je fais vos courses {at}", "Courses {at}, [deux fois par semaine|une à deux fois par semaine]"),
        "{intro} Je fais mes courses le {day} et je peux prendre les vôtres en même temps[, sans frais bien "
        "sûr|]. [Il suffit de m’envoyer une liste|Une liste par message suffit], je dépose les sacs devant "
        "la porte [et vous me remboursez au ticket|avec le ticket de caisse].",
    ),
    Story(
        "courses",
        ("Aide aux courses pour les [aînés|personnes âgées] {of}", "Courses pour les voisins de plus de 70 ans"),
        "J’habite {near} et je propose aux personnes âgées ou fragiles [du quartier|des environs] de faire "
        "leurs courses à leur place. Je ne demande rien en échange, [un café un jour si vous voulez|juste "
        "un sourire sur le palier]. Disponible {when}.",
    ),
    Story(
        "courses",
        ("Retrait de votre drive {at}", "Je vais chercher votre commande au drive"),
        "Vous passez commande sur internet, je vais la chercher au drive [avec ma voiture|en voiture] et je "
        "vous la livre {at}. [Pratique pour les packs d’eau et tout ce qui pèse lourd.|Je monte aussi les "
        "packs d’eau, même au quatrième.] Libre {when}.",
    ),
    Story(
        "courses",
        ("Courses à vélo cargo", "Vélo cargo disponible pour vos courses"),
        "J’ai un vélo cargo qui avale [quatre gros sacs|un chariot entier] sans broncher. Je peux faire vos "
        "courses ou transporter un colis {at} et aux alentours[, dans un rayon de cinq kilomètres|]. Je "
        "roule {when}[, même sous la pluie|, sauf gros orage].",
    ),
    Story(
        "courses",
        ("Je passe au marché pour vous", "Marché du {day} : je prends votre panier"),
        "Tous les {day}s matin je vais au marché. [Fruits, légumes, fromage, poisson|Légumes, œufs, "
        "fromage] : dites-moi ce qui vous ferait plaisir et je vous le rapporte avant midi. J’habite "
        "{near}, je livre à pied[ avec mon caddie|].",
    ),
    Story(
        "courses",
        ("Pain et journal livrés le matin", "Baguette du matin devant votre porte"),
        "Je sors [mon chien|courir] chaque matin vers {hour} et je passe devant la boulangerie. Si vous ne "
        "pouvez pas descendre, je vous dépose pain et journal. Ça ne me coûte rien, c’est sur mon chemin "
        "{at}.",
    ),
    Story(
        "courses",
        ("Courses de dépannage le soir", "Il vous manque quelque chose ce soir ?"),
        "Je rentre du travail vers 19 h en passant par la supérette. S’il te manque du lait, des couches ou "
        "des croquettes, [envoie-moi un mot avant 18 h 30|écris-moi dans la journée] et je te dépose ça en "
        "rentrant. Je suis {near}.",
    ),
    Story(
        "courses",
        ("Grosses courses du samedi : une place dans mon coffre", "Je pars au supermarché samedi, qui a besoin ?"),
        "Chaque samedi, je pars au supermarché avec une liste longue comme le bras : deux ou trois listes "
        "de plus, ça ne change rien. [Je rends la monnaie au centime près.|Paiement au ticket, par chèque "
        "ou en liquide.] Départ {of} vers {hour}.",
    ),
    Story(
        "courses",
        ("Étudiant<e> motorisé<e> pour vos courses", "Jeune du quartier, je fais vos courses"),
        "Salut ! J’ai vingt ans, une vieille voiture et pas mal de temps entre les cours. Si toi ou tes "
        "grands-parents avez besoin de courses {at}, je m’en occupe {when}. [Je connais déjà trois mamies "
        "de l’immeuble qui peuvent témoigner.|Aucun problème pour monter les étages.]",
    ),
    Story(
        "courses",
        ("Nous partageons nos commandes en vrac", "Commande groupée avec un producteur"),
        "Avec quelques voisins nous commandons chaque quinzaine des légumes et de la farine en direct. On "
        "peut ajouter votre commande à la nôtre et vous l’apporter. Livraison {at} le {day} en fin de "
        "journée.",
    ),
    Story(
        "sante",
        ("Je passe à la pharmacie pour vous", "Médicaments : je vais les chercher {at}"),
        "Ordonnance, renouvellement, pansements : je peux aller à la pharmacie à votre place {when}. "
        "[L’ordonnance reste sous enveloppe, je ne regarde rien.|Discrétion assurée, je suis tenu<e> au "
        "secret dans mon métier et j’en garde l’habitude.] J’habite {near}.",
    ),
    Story(
        "sante",
        ("Pharmacie et laboratoire : je fais le trajet", "Ordonnances et résultats d’analyses"),
        "{intro} Je vais chercher vos médicaments ou vos résultats d’analyses, et je les glisse dans la "
        "boîte aux lettres. [Prévenez-moi la veille si possible.|Un message le matin, et c’est fait le "
        "soir.]",
    ),
    Story(
        "sante",
        ("Pharmacie de garde, même tard", "Besoin d’un médicament le soir ?"),
        "Je travaille de nuit et je passe devant la pharmacie de garde. Si un enfant fait de la fièvre et "
        "que vous ne pouvez pas sortir, [écrivez-moi sans hésiter|n’hésitez pas]. Je tourne autour {of} "
        "[presque tous les soirs|du lundi au jeudi].",
    ),
    Story(
        "sante",
        ("Accompagnement aux rendez-vous médicaux", "Je vous accompagne chez le médecin"),
        "Ancien<ne> <infirmier/infirmière>, je peux vous accompagner à une consultation, vous aider à noter "
        "ce que dit le médecin et vous ramener chez vous. [Je ne remplace pas un soignant, mais je sais "
        "rassurer.|On prend le temps qu’il faut, salle d’attente comprise.] Disponible {when}.",
    ),
    Story(
        "sante",
        ("Garde-malade une heure ou deux", "Un relais pour les aidants {of}"),
        "Vous vous occupez d’un parent malade et vous ne sortez plus ? Je peux rester auprès de lui le "
        "temps d’une course ou d’une sieste. Mon père a eu la maladie d’Alzheimer, je connais. Plutôt "
        "{when}.",
    ),
    Story(
        "sante",
        ("Don de sang : je vous emmène", "Covoiturage pour la collecte de sang"),
        "Je donne mon sang tous les deux mois et il reste trois places dans ma voiture. Rendez-vous {at} le "
        "{day} à {hour}, retour [dans la matinée|avec la collation dans le ventre]. Premiers donneurs "
        "bienvenus.",
    ),
    Story(
        "demarches",
        ("J’imprime vos papiers", "Imprimante disponible {at}"),
        "Attestations, formulaires, étiquettes de retour, cours des enfants : j’ai une imprimante et des "
        "ramettes d’avance. Envoyez le fichier, je dépose les feuilles dans votre boîte aux lettres. [Noir "
        "et blanc, jusqu’à trente pages.|En couleur si c’est pour l’école.] J’habite {near}.",
    ),
    Story(
        "demarches",
        ("Impression et photocopies, gratuit", "Formulaires imprimés et déposés chez vous"),
        "Pas d’imprimante à la maison ? Moi si, et elle s’ennuie. J’imprime vos formulaires [CAF, impôts ou "
        "retraite|de l’administration ou de l’école] et je vous les porte à pied {at}. Je peux aussi "
        "numériser un document et vous renvoyer le fichier.",
    ),
    Story(
        "demarches",
        ("Aide pour les courriers et dossiers", "Écrivain public du quartier"),
        "Retraité<e> de l’administration, j’aide à comprendre un courrier, à remplir un dossier, à écrire "
        "une lettre [de réclamation|au bailleur|à la caisse de retraite]. Tout reste entre nous. On se voit "
        "{near} ou chez vous, {when}.",
    ),
    Story(
        "demarches",
        ("Déclaration d’impôts : un coup de main", "Impôts en ligne sans stress"),
        "Comptable de métier, je peux passer une heure avec vous pour votre déclaration en ligne. "
        "[Vous gardez vos mots de passe, je guide seulement.|C’est vous qui cliquez, moi j’explique.] "
        "Créneaux {when}, {at} ou par téléphone.",
    ),
    Story(
        "demarches",
        ("Traduction arabe-français pour vos démarches", "Interprète bénévole arabe, un peu berbère"),
        "Je parle arabe et français couramment. Je peux traduire un courrier, téléphoner avec vous à une "
        "administration ou vous accompagner à un guichet [{at}|le {day}]. J’ai fait ça pour ma mère pendant "
        "dix ans.",
    ),
    Story(
        "demarches",
        ("Aide en espagnol et en portugais", "Falo português : je vous aide pour les papiers"),
        "Ma mère est portugaise et mon père espagnol : ça m’a laissé trois langues. J’aide volontiers pour "
        "les inscriptions à l’école, la sécurité sociale, un bail. On peut se retrouver {near}, {when}.",
    ),
    Story(
        "demarches",
        ("CV et lettres de motivation relus", "Recherche d’emploi : je relis votre CV"),
        "J’ai recruté pendant quinze ans. Envoie-moi ton CV, je te dis franchement ce qui va et ce qui ne "
        "va pas, et on prépare l’entretien si tu en décroches un. [Gratuit, et sans langue de bois.|Une "
        "heure suffit en général.] Dispo {when}.",
    ),
    Story(
        "transport",
        ("Place libre en voiture vers l’hôpital", "Trajets vers l’hôpital {at}"),
        "Je vais travailler à l’hôpital chaque jour, départ {of} à 6 h 45, retour vers 15 h 30. Deux places "
        "à bord pour une consultation ou une visite. [Musique douce ou silence, au choix.|Ceinture et "
        "ponctualité, c’est tout ce que je demande.]",
    ),
    Story(
        "transport",
        ("Je vous emmène en rendez-vous", "Voiture et <chauffeur/conductrice> disponibles {at}"),
        "{intro} Si vous avez un rendez-vous [chez le kiné|chez l’ophtalmo|à la mairie] et plus de voiture, "
        "je vous emmène et je vous attends. Voiture basse, facile d’accès, place pour un déambulateur "
        "pliant.",
    ),
    Story(
        "transport",
        ("Covoiturage solidaire le {day}", "Trajets du {day} {at}"),
        "Je fais l’aller-retour chaque {day}, départ vers {hour} {of}. Je prends volontiers quelqu’un qui "
        "n’a pas de voiture, [participation libre à l’essence|sans participation]. On peut s’arrêter au "
        "supermarché au retour.",
    ),
    Story(
        "transport",
        ("Transport de meubles avec ma camionnette", "Petite camionnette prêtée avec deux bras"),
        "J’ai une camionnette pour mon travail, libre {when}. Je peux déplacer une machine à laver, un "
        "canapé, un don pour la ressourcerie. [Je demande juste qu’on soit deux pour porter.|Si l’escalier "
        "est étroit, prévoyez un voisin.] Je pars {of}.",
    ),
    Story(
        "transport",
        ("Passage à la déchèterie", "Je vide mon garage, je prends aussi vos encombrants"),
        "Le {day}, je vais à la déchèterie avec une remorque à moitié pleine. Je peux passer prendre chez "
        "vous un vieux matelas, des cartons, du bois taillé. Secteur {of} et alentours, message la veille "
        "s’il vous plaît.",
    ),
    Story(
        "transport",
        ("Apprendre à circuler à vélo en ville", "Reprendre le vélo en douceur"),
        "Tu n’as pas fait de vélo depuis vingt ans, ou jamais ? On commence sur un parking, puis les "
        "petites rues. J’ai un vélo à prêter, taille réglable. Départ {near}, {when}, à ton rythme.",
    ),
)
