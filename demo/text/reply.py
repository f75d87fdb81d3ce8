"""Threads of public replies, by kind of contribution and category.

A thread is a tuple of lines in the order they were written; a line that starts with `>` is the contribution's
author answering.
"""

Thread = tuple[str, ...]

OFFER_THREADS: dict[str, tuple[Thread, ...]] = {
    "": (
        ("[Bravo et merci pour les voisins|Merci, ça fait chaud au cœur], ça donne envie d’en faire autant.",),
        (
            "J’en parle à ma [mère|voisine du dessous|tante], elle n’ose jamais demander.",
            ">[Qu’elle n’hésite pas|Dites-lui bien qu’elle ne dérange pas] !",
        ),
        ("Est-ce toujours d’actualité ?", ">[Oui, toujours|Oui, jusqu’à la fin du mois au moins]."),
        ("Je me suis permis de relayer [dans le hall de mon immeuble|à la gardienne|au club des aînés].",),
        ("C’est vraiment gentil. [On a besoin de gens comme vous {at}.|Il faudrait plus d’annonces de ce genre.]",),
        (
            "Je peux vous remplacer les semaines où vous n’êtes pas là, j’habite à côté.",
            ">[Avec plaisir, à deux c’est mieux|Super, je vous écris].",
        ),
        ("[Testé et approuvé|Tout s’est très bien passé], je recommande. Merci encore.",),
        (
            "Quel délai faut-il prévoir ?",
            ">[Un jour ou deux|La veille suffit], [davantage en fin de mois|sauf imprévu].",
        ),
        (
            "Je [suis au bout de la rue|viens d’arriver {at}], on s’est peut-être déjà croisés !",
            ">Sûrement, passez dire bonjour.",
        ),
        (
            "Peut-on vous joindre sans internet ? C’est pour [ma grand-mère|un voisin âgé].",
            ">Oui, écrivez-moi et je l’appellerai.",
        ),
        ("[Partagé|Transmis] au groupe du quartier.", ">Merci beaucoup !"),
        ("Annonce imprimée et affichée [à la boulangerie|près des boîtes aux lettres].",),
        ("Je n’ai besoin de rien, mais je voulais vous dire bravo.", ">Ça fait plaisir à lire."),
        ("Habitez-vous loin {of_other} ?", ">[Dix minutes|Un petit quart d’heure], je peux venir."),
        ("On s’est parlé au téléphone, très bon contact.",),
        ("J’ai hésité à écrire et je ne regrette pas, merci pour [l’accueil|votre gentillesse].",),
        ("Comment vous remercier ?", ">[Rendez service à quelqu’un d’autre|Un bonjour dans la rue, c’est parfait]."),
        (
            "Je fais la même chose {at_other}, on pourrait se coordonner.",
            ">Bonne idée, [je vous écris ce soir|parlons-en].",
        ),
        (
            "Proposez-vous cela aussi [le dimanche|pendant les vacances] ?",
            ">[Pas pour l’instant|Oui, exceptionnellement], on peut en discuter.",
        ),
        ("Je garde l’annonce sous le coude, on ne sait jamais.",),
    ),
    "courses": (
        (
            "Est-ce que vous passez aussi à [la boulangerie|la boucherie|la pharmacie] ?",
            ">Oui, sans problème, [dites-moi simplement la veille|ajoutez-le sur la liste].",
        ),
        (
            "Ma mère a reçu ses courses hier, tout était là, même [les biscuits qu’elle adore|le bon café]. Merci !",
            ">Transmettez-lui mon bonjour.",
        ),
        (
            "Comment fait-on pour le règlement ?",
            ">Au ticket, en liquide ou par chèque, [comme vous préférez|tout me va].",
        ),
        (
            "Vous montez au quatrième sans ascenseur ?",
            ">Oui, [ça me fait du sport|avec une petite pause au troisième].",
        ),
    ),
    "sante": (
        (
            "La pharmacie demande [une procuration|l’ordonnance originale], pensez-y.",
            ">Merci, c’est noté, [je la demande à chaque fois|je préviens les gens].",
        ),
        ("Merci d’avoir apporté les médicaments de mon père, il était soulagé.",),
        ("Bravo pour la discrétion, c’est important.",),
    ),
    "demarches": (
        ("Faut-il prendre rendez-vous ?", ">Un message la veille suffit."),
        (
            "Vous m’avez fait gagner une journée, mon dossier est parti.",
            ">[Tenez-moi au courant de la réponse|Parfait, croisons les doigts] !",
        ),
        ("Puis-je vous envoyer une photo du document ?", ">Oui, bien nette si possible."),
    ),
    "enfants": (
        ("À partir de quel âge ?", ">[Trois ans|Deux ans et demi], mais parlons-en."),
        (
            "Avez-vous des références d’autres familles ?",
            ">Oui, deux familles du quartier sont d’accord pour en parler.",
        ),
        ("Mon fils a adoré, il veut revenir !", ">Il est le bienvenu [la semaine prochaine|quand il veut]."),
    ),
    "ecoute": (
        (
            "Ma tante attend l’appel avec impatience maintenant.",
            ">Moi aussi, elle me raconte [la guerre des confitures|des histoires incroyables].",
        ),
        ("Peut-on s’inscrire pour quelqu’un d’autre ?", ">Oui, avec son accord bien sûr."),
        ("Merci. La solitude, on n’en parle pas assez.",),
    ),
    "animaux": (
        ("Le nôtre est un peu craintif, est-ce un souci ?", ">Non, [j’ai l’habitude|on fera connaissance d’abord]."),
        ("Notre compagnon se porte à merveille, merci pour les photos.",),
        ("Acceptez-vous un animal âgé, sous traitement ?", ">Oui, expliquez-moi simplement les doses."),
    ),
    "cours": (
        ("Mon fils a repris confiance, merci.", ">[C’est lui qui a travaillé|Il a bien travaillé], félicitations."),
        ("Cela marche aussi en visio ?", ">Oui, quand la connexion tient."),
        ("Faut-il apporter quelque chose ?", ">[Un cahier|De quoi écrire] et de la bonne humeur."),
    ),
    "couture": (
        ("J’ai [du tissu|des élastiques] en réserve, je vous les dépose ?", ">Oh oui, [volontiers|merci, ça manque] !"),
        ("Reçu ce matin, très bien fini. Merci pour notre équipe.",),
    ),
    "numerique": (
        ("Je n’y connais rien du tout, est-ce un problème ?", ">Au contraire, on part de zéro."),
        (
            "Dix minutes avec vous et tout fonctionne, je cherchais depuis trois jours.",
            ">C’était bien caché, rassurez-vous.",
        ),
        ("Faut-il apporter son chargeur ?", ">Oui, et le carnet de mots de passe si vous en avez un."),
    ),
    "transport": (
        ("Y a-t-il la place pour un fauteuil pliant ?", ">Oui, dans le coffre."),
        ("Très bonne conduite et bonne conversation, merci.",),
        ("À quelle heure est le retour ?", ">Vers [midi|17 h], je m’adapte un peu."),
    ),
    "cuisine": (
        ("Délicieux ! Je rends la boîte demain.", ">Gardez-la pour la prochaine fois."),
        ("Y a-t-il une version végétarienne ?", ">Oui, [une semaine sur deux|sur demande]."),
        ("Je peux fournir des légumes du jardin en échange.", ">Marché conclu !"),
    ),
    "jardin": (
        ("Je peux apporter [des boutures|du compost] en échange ?", ">Avec plaisir !"),
        ("Mon jardin vous dit merci.",),
        ("J’ai une échelle si besoin.", ">[Ça tombe bien|Avec joie], je vous fais signe."),
    ),
    "bricolage": (
        ("Réparé, et expliqué en plus. Merci mille fois !",),
        (
            "Avez-vous tout l’outillage ?",
            ">Presque tout, [il me manque seulement une grande échelle|le reste s’emprunte].",
        ),
        ("Êtes-vous libre samedi ?", ">Oui, en fin de matinée."),
    ),
}

ASSOCIATION_THREADS: tuple[Thread, ...] = (
    ("Faut-il être adhérent ?", ">Non, c’est ouvert à toutes et à tous."),
    (
        "J’aimerais devenir bénévole, comment faire ?",
        ">[Passez nous voir|Répondez à cette annonce], on vous expliquera tout.",
    ),
    ("Une équipe formidable, merci pour [ma mère|nos voisins].",),
    ("Acceptez-vous les dons de matériel ?", ">Oui, [en bon état|sur rendez-vous]. Merci d’avance !"),
    (
        "Intervenez-vous aussi {at_other} ?",
        ">[Pas encore, nous cherchons des bénévoles là-bas|Oui, une fois par semaine].",
    ),
    ("J’y étais la semaine dernière, [très bonne ambiance|accueil chaleureux].",),
    ("L’accès est-il possible en fauteuil roulant ?", ">Oui, [par l’entrée côté cour|tout est de plain-pied]."),
    ("Merci de tenir bon depuis tant d’années.", ">Merci à vous, cela nous touche."),
)

REQUEST_THREADS: tuple[Thread, ...] = (
    ("J’étais dans le même cas l’an dernier, on s’en sort mieux à plusieurs. Je vous écris.",),
    ("Est-ce que [le soir|tôt le matin] vous conviendrait ?", ">Oui, tout à fait, je m’adapte."),
    ("Je ne peux pas cette semaine, mais la suivante sans problème.",),
    ("Ma fille et moi pouvons passer ensemble, elle aime rendre service.",),
    ("Quel secteur exactement ? Je suis {at_other}.", ">{at}, je vous donne l’adresse en privé."),
    ("Proposition envoyée. [À bientôt j’espère|Au plaisir de vous rencontrer].",),
    ("Bonjour, je suis à dix minutes, je peux [vous aider|m’en occuper]. Je vous écris par la mise en relation.",),
    ("Je suis disponible [demain|ce week-end|mardi].", ">Merci infiniment, [je vous réponds en privé|ça me sauve]."),
    ("Courage à vous. Si personne ne répond d’ici [jeudi|deux jours], faites-moi signe.",),
    (
        "Avez-vous pensé à appeler [le CCAS|l’association du quartier|la mairie] ? Ils sont très bien.",
        ">Je ne savais pas, merci pour le conseil.",
    ),
    ("Je connais quelqu’un qui pourrait, je transmets.",),
    ("Je peux le faire une fois sur deux, si quelqu’un d’autre complète.", "Moi, je prends l’autre fois !"),
    ("Merci d’avoir osé demander, on est plusieurs à pouvoir [donner un coup de main|passer].",),
)

LISTING_THREADS: tuple[Thread, ...] = (
    ("Je cherchais cela depuis longtemps {at}.",),
    ("Faites-vous des prix pour [une école|un comité des fêtes|dix personnes] ?", ">Oui, écrivez-nous, on s’arrange."),
    ("J’ai offert la même chose à mes beaux-parents, succès total.",),
    (
        "Peut-on passer voir avant de commander ?",
        ">[Avec plaisir, prévenez la veille|Oui, les enfants sont les bienvenus].",
    ),
    ("Troisième commande, toujours [aussi bien|impeccable].", ">Votre fidélité nous va droit au cœur."),
    (
        "Je passe {at} tous les [mardis|jeudis], je peux prendre pour des voisins {of_other}.",
        "Volontiers, je vous écris !",
    ),
    ("Parfait, c’est juste sur ma route en rentrant du travail.",),
    ("Merci de publier vos prix, c’est clair.",),
    (
        "Livrez-vous aussi {at_other} ?",
        ">[Oui, le jeudi|À partir de 30 € oui|Pas encore, mais un voisin peut grouper les commandes].",
    ),
    ("Peut-on réserver pour [vendredi|samedi] ?", ">C’est noté, [à votre nom|on vous le met de côté]."),
    ("Quelqu’un {of} pour grouper une commande ?", "Oui, moi ! Je peux passer prendre pour deux."),
    ("Prenez-vous la carte ?", ">Oui, à partir de [5|10] euros."),
    ("Accueil très sympathique, [on voit que c’est fait avec soin|et on repart avec des recettes].",),
    ("Enfin [une adresse|quelque chose] près de chez soi.",),
)

FOOD_THREADS: tuple[Thread, ...] = (
    ("[Commande passée|Commandé hier], hâte de goûter.", ">Tout sera prêt à l’heure dite."),
    ("Comment le conserver ?", ">Au frais [et à l’abri de la lumière|et pas trop longtemps], c’est tout."),
    ("Serez-vous au marché samedi ?", ">Oui, [à l’angle habituel|comme chaque semaine]."),
    ("Avez-vous plus petit ? Je vis seul<e>.", ">Oui, demandez la demi-portion."),
    (
        "[Goûté samedi, un régal|Excellent, on en reprendra|Les enfants ont tout mangé].",
        ">Merci, [ça fait plaisir|on transmet à l’équipe] !",
    ),
    (
        "Y en aura-t-il encore la semaine prochaine ?",
        ">[Oui, si la météo nous laisse tranquilles|En principe oui, réservez].",
    ),
    (
        "[Un peu cher|Pas donné], mais le goût n’a rien à voir.",
        ">Merci de votre franchise, nous expliquons nos prix à qui veut.",
    ),
    ("Est-ce que vous reprenez les [bocaux|bouteilles|boîtes] ?", ">Oui, lavés, et merci !"),
)

PROPOSAL_THREADS: tuple[Thread, ...] = (
    ("Je soutiens, et mes voisins aussi.",),
    ("Concrètement, on commence quand ?", "Dès que la ville aura répondu, j’imagine."),
    ("J’ajouterais [un panneau d’explication|un bilan au bout d’un an|une réunion avec les écoles].",),
    ("Chez nous, {at_other}, on attend la même chose.",),
    ("[Simple et utile|Du bon sens], bravo.",),
    ("Et pour les personnes âgées, est-ce qu’on y a pensé ?", "C’est justement pour elles que cela compte."),
    ("J’étais contre, [la discussion|un voisin] m’a fait changer d’avis.",),
    ("A-t-on une idée du coût ?", "Il faudrait surtout compter ce que coûte de ne rien faire."),
    ("J’aimerais savoir qui l’entretiendra dans cinq ans.",),
    ("[Excellente idée|Très bien|Enfin], j’y pense depuis longtemps.",),
    ("D’accord sur le principe, [à condition de commencer par un essai|mais pas partout].",),
    ("Cela existe déjà [à Nantes|à Gand|à Strasbourg], il suffit d’aller voir.",),
    ("Les riverains ont-ils été consultés ?", "Pas dans ma rue en tout cas."),
    ("Je suis prêt<e> à donner un samedi pour aider.", "Moi aussi, on s’organise ?"),
    ("Mitigé : [l’intention est bonne, le calendrier l’est moins|il y a plus urgent à mon avis].",),
    ("Pensez aux personnes qui ne sont pas sur internet, il faut aussi une réunion.",),
    ("Merci pour cette proposition claire.",),
)

ARGUMENT_THREADS: tuple[Thread, ...] = (
    ("Bien dit.",),
    (
        "Il y a une solution intermédiaire, non ?",
        ">Peut-être, [je suis prêt<e> à en parler|si elle est vraiment essayée].",
    ),
    ("C’est le point auquel la ville devrait répondre en premier.",),
    ("Mon expérience est inverse, {at_other} cela se passe bien.",),
    ("Merci pour ce témoignage.",),
    ("Je n’avais pas vu les choses sous cet angle, merci.",),
    ("Pas d’accord, mais l’argument est honnête.",),
    ("Avez-vous des chiffres ?", ">Non, c’est ce que je constate [chaque jour|depuis des années]."),
    ("Exactement ce que je vis.",),
    ("C’est vrai chez vous, [pas dans tous les quartiers|moins chez nous].",),
)

# What the author says last when the contribution is closed because it was fulfilled.
CLOSING: dict[str, Thread] = {
    "OFFER": (
        "Mon agenda est plein pour l’instant, merci pour tous vos messages !",
        "J’ai trouvé à qui rendre service, je clos l’annonce. [À bientôt pour une autre|Merci à tous].",
    ),
    "REQUEST": (
        "[C’est réglé|J’ai trouvé de l’aide], merci à toutes et tous !",
        "Merci, [la mise en relation s’est faite en une heure|tout est arrangé]. Je clos l’annonce.",
        "Mission accomplie, quelle belle rencontre !",
    ),
    "LISTING": (
        "Tout est parti, merci de votre confiance !",
        "Plus rien pour cette fois, [prochaine fournée bientôt|de nouvelles annonces suivront].",
    ),
}

# Every pool under the name by which a contribution finds it; an offer's category adds to the general ones.
POOLS: dict[str, tuple[Thread, ...]] = {
    "ASSOCIATION": ASSOCIATION_THREADS,
    "REQUEST": REQUEST_THREADS,
    "LISTING": LISTING_THREADS,
    "LISTING/FOOD": LISTING_THREADS + FOOD_THREADS,
    "PROPOSAL": PROPOSAL_THREADS,
    "ARGUMENT": ARGUMENT_THREADS,
    **{f"OFFER/{category}": OFFER_THREADS[""] + threads for category, threads in OFFER_THREADS.items()},
}
