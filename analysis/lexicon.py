"""Lexicon: lists of words that analyses read, in small letters without accents."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


FUNCTION_WORDS = _listed(
    "doesn should been being very just does did because while where such any there "
    "actuellement afin ainsi alors apres aucun aucune aujourd aupres auquel aussi autant autre auxquels avant avoir"
    " ayant beaucoup bon bonne ca car cas celle celles celui cependant certain certaine certaines certains ces cet"
    " cette ceux chacun chacune chaque chose choses ci comme concernant contre dans deja dela depuis des deux devra"
    " devraient devrait dire doit doivent donc dont du egalement elle elles encore enfin entre envers est et etaient"
    " etait etant etc ete etes etre eu eux faire fait faite faites faits falloir faudrait faut fois font hors hui ici"
    " il jamais jusque la ladite laquelle ledit lequel lesdits lesquelles lesquels leur lieu lors lorsque lui ma me"
    " meme memes mes mettre mieux mise moi moins mon neanmoins nombreuses nombreux non notamment nouveau ont or ou oui"
    " parce parfois parmi permet permettent permettre peu peuvent peux plusieurs plutot pourra pourraient pourrait"
    " pouvoir premier pres propos puis puisque quand quant quel quelle quelles quelque quelques quels quoi rien sa"
    " sauf selon sera seraient serait seront ses si simplement sinon soi soient soit sommes sont sous suis suite sur"
    " ta tandis tant tel telle telles tels tes toi ton toujours toute toutefois toutes tres trop tu un une va vers via"
    " voici voila voir vont vraiment jusqu lorsqu puisqu quoiqu"
)
"""French and English words that say nothing by themselves, beside those that `models.language` counts."""

LEGAL = _listed(
    "article articles alinea alineas bis ter insere inseree inseres redige redigee rediges ajoute ajoutee ajouter"
    " remplace remplacee supprime supprimee suppression suivant suivante suivants suivantes mot mots"
)
"""Words by which laws are changed: they say something, but make no topic."""

GENERAL = _listed(
    "aime aimerais aller annee annees ans assez aura auraient aurait auront avance avez avons besoin besoins celui"
    " cent change changent changer chez cinq cinquante cote coup croire crois debut demain demande demandent demander"
    " demandons devenir devient dix donne donnent donner ensuite etc etions exemple existant existe existent exister"
    " facile facilement facon fois gens grand grande grandes grands heure heures hier huit important importante"
    " importants jour jours laisse laisser maintenant maniere manque manquent manquer meilleur meilleure meilleurs met"
    " mettent mettons mettre mille minute minutes mise mois moment moments necessaire necessaires neuf niveau nom"
    " nombre nouveaux nouvelle nouvelles parler part partie partout passe pense penser petit petite petites petits"
    " plein pleine pleins point possible possibles pourtant prend prendre prennent presque propose proposer proposons"
    " quarante quasi quatre quelqu rend rendent rendre reste restent rester semaine semaines sept serions sert servent"
    " servir seul seule seules seuls simple simples six souhaite souhaitons suffirait suffire suffit surtout temps"
    " tenir tour trente trois trop trouve trouver type utile utiles venir veut veux viennent vient vingt voudrais"
    " vouloir"
)
"""Words of every subject: numbers, time, what people want and do; they make no topic."""

LINKS = _listed("- / a au aux d de des du en et l la le les of par pour sur the")
"""What may stand between the two words of a term: « mise à disposition », « code de la propriété »."""

EMPTY = _listed(
    "accord ajouter aucun aucune avis bien bonjour bonne bravo commentaire commentaires cordialement daccord declarer"
    " dessus idee idem merci na neant non nsp objet observation observations ok opinion oui pareil particulier"
    " personnellement precedent precedente ras remarque remarques reponse rien sais sans savoir signaler super test"
)
"""Words of texts that say nothing about their matter: « RAS », « idem », « bonne idée, merci »."""

OFFICE = _listed(
    "adjoint adjointe conseiller conseillere depute deputee directeur directrice la le les maire ministre prefet"
    " prefete president presidente senateur senatrice"
)
"""After « Madame » these are no name: « Madame la Maire », « Monsieur Maire »."""

FIRST_NAMES = _listed(
    "adam adele adrien agathe agnes aicha alain albert alexandre alexis alice aline amandine amelie amina anais andre"
    " andree anne annick antoine arnaud arthur audrey aurelie axel baptiste beatrice benjamin benoit bernadette"
    " bernard bertrand brigitte bruno camille caroline catherine cecile celine chantal charlotte chloe christelle"
    " christian christiane christine christophe claire claude claudine clement colette corinne cyril damien daniel"
    " danielle david denis denise didier dominique dorothee edouard elisabeth elise elodie emilie emma emmanuel"
    " emmanuelle eric estelle etienne evelyne fabien fabrice fanny fatiha fatima ferdinand florence florian francine"
    " franck francois francoise frederic gabriel gael gaelle genevieve georges gerard gilbert gilles ginette gregory"
    " guillaume gustave guy helene henri herve hugo ibrahim ines isabelle jacqueline jacques jean jeanne jeannine"
    " jeremy jerome joel joelle josette josiane julie julien juliette karim karine kevin khadija laetitia laure"
    " laurence laurent lea leila lionel louis louise luc lucas lucie ludovic magali malika manon marc marcel margaux"
    " marguerite marie marine marion martine mathieu mathilde matthieu maurice maxime melanie michel michele mireille"
    " mohamed mohammed monique muriel myriam nadia nadine nathalie nicolas nicole noemie odette odile olivier pascal"
    " pascale patrice patricia patrick paul paulette pauline philippe pierre quentin rachid raphael raymond rene renee"
    " roger roland romain samuel sandra sandrine sarah sebastien serge severine simone solange sonia sophie stephane"
    " stephanie suzanne sylvain sylvie theo therese thibault thierry thomas valerie veronique victor vincent virginie"
    " xavier yann yasmina yves yvette yvonne"
)
"""Common first names in France, without accents. Those that are words as well need a capital before and behind."""

PLACES = _listed("allee avenue boulevard chemin college ecole gare impasse lycee parc place pont quai rue square stade")
"""Before two capitals these say that it is a place's name: « rue Victor Hugo »."""

INSULTS = _listed(
    "abruti abrutie abrutis andouille asshole bastard batard batards bidon bitch bouffon bouffons bougnoule"
    " bougnoules branleur branleurs chiant chiante chiottes con conard conards connard connards connasse connasses"
    " conne connerie conneries connes couilles couillon couillons cretin cretins debile debiles degueulasse emmerde"
    " emmerder emmerdeur encule encules enfoire enfoires feignasse feignasses foutre fuck gogol idiot idiote idiots"
    " imbecile imbeciles incapable incapables menteur menteurs merde merdes merdeux merdique minable minables negre"
    " negres nique niquer nul nuls pede pedes pouffiasse pourri pourris putain putains pute putes racaille racailles"
    " raclure ramassis salaud salauds salope saloperie saloperies salopes shit stupide stupides tapette tare tares"
    " tocard tocards tordu trouduc voleur voleurs voyou voyous youpin youpins"
)
"""Words that are no name for what people said, without accents; « ordures » and « parasites » are also waste and
pests."""
