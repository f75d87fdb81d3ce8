"""The words of results: rules of award, and what they leave open."""

from collections.abc import Mapping

from portal.message import mark as _

DOUBT_SIGNS: Mapping[str, str] = {
    "MAILBOX": _("Une seule boîte aux lettres"),
    "DOMAIN": _("Un même nom de domaine"),
    "ALIKE": _("Des adresses électroniques qui ne diffèrent que par un nombre"),
    "ADDRESS": _("Une même adresse déclarée (empreinte)"),
    "FIRST_NAME": _("Même premier prénom, nom et date de naissance"),
    "IDENTITY_SEEN": _("Identité vue chez une autre personne"),
    "SIGNED_AT_DESK": _("A aussi voté sur papier"),
}
VOTE_CHANNELS: Mapping[str, str] = {
    "ONLINE": _("En ligne"),
    "DESK": _("Au bureau de vote"),
    "PAPER": _("Par courrier ou en urne"),
    "IMPORTED": _("Fichier importé"),
}
COUNTED_BY: Mapping[str, str] = {
    "TOTALS": _("Par totaux, au procès-verbal"),
    "BALLOTS": _("Bulletin par bulletin, en double saisie"),
}
BATCHES: Mapping[str, str] = {
    "TYPED_ONCE": _("une saisie"),
    "DIFFERS": _("saisies différentes"),
    "AGREED": _("concordant"),
}
TYPINGS: Mapping[str, str] = {
    "TYPED_ONCE": _("Votre saisie est enregistrée. Une autre personne saisit le même lot, sans la voir."),
    "DIFFERS": _("Votre saisie est enregistrée, et elle diffère de l'autre : voyez les lignes ci-dessous."),
    "AGREED": _("Les deux saisies sont identiques : ce lot est concordant."),
}
PHOTO_REFUSALS: Mapping[str, str] = {
    "BAD_IMAGE": _("Ce fichier n'est pas une image entière : envoyez une photo JPEG, PNG ou WebP."),
    "IMAGE_TOO_LARGE": _(
        "Cette photo est trop grande : 8 Mo et 8 000 pixels de côté au plus, 16 millions de pixels en PNG ou WebP."
    ),
    "REQUIRED": _("Choisissez une photo."),
    "ACTION_NOT_POSSIBLE": _("Cette version a déjà une photo, qui ne change plus."),
}
STEP_PHOTO_REFUSALS: Mapping[str, str] = {
    **PHOTO_REFUSALS,
    "ACTION_NOT_POSSIBLE": _("Cette étape a déjà une photo : retirez-la d'abord."),
    "LIMIT_REACHED": _("Ce projet a déjà vingt photos : retirez-en une d'abord."),
    "TOO_SHORT": _("Décrivez la photo en dix caractères au moins."),
    "TOO_LONG": _("Décrivez la photo en 400 caractères au plus."),
    "OTHER": _("La photo n'a pas pu être reçue."),
}
SIGNINGS: Mapping[str, str] = {
    "SIGNED": _("Émargé : remettez un bulletin."),
    "REPEATED": _("Cette personne avait déjà émargé à ce bureau : rien n'a changé."),
    "PAPER_FIRST": _("Émargé. Son vote en ligne est mis de côté : c'est le papier qui compte."),
    "DOUBLE": _(
        "Cette personne avait déjà émargé à un autre bureau. Les deux bulletins sont dans l'urne : ce double est compté"
        " et publié."
    ),
}
LATE_SIGNINGS: Mapping[str, str] = {"SIGNED": _("Émargé : son bulletin est déjà dans l'urne.")}
"""What is said instead of marks that came in later than the paper."""

AWARD_RULES: Mapping[str, str] = {
    "GREEDY": _("Du premier au dernier"),
    "EQUAL_SHARES": _("Parts égales"),
    "THRESHOLD": _("Seuil de voix"),
    "BY_CATEGORY": _("Par catégorie, puis pour tous"),
}
AWARD_MEANINGS: Mapping[str, str] = {
    "GREEDY": _("Les projets sont pris dans l'ordre des voix, tant que ce qui reste du budget les paie."),
    "EQUAL_SHARES": _(
        "Chaque bulletin reçoit la même part du budget, qui paie les projets qu'il soutient. Le reste va aux suivants."
    ),
    "THRESHOLD": _("Tous les projets qui ont assez de voix."),
    "BY_CATEGORY": _(
        "D'abord les premiers de chaque catégorie, jusqu'à son plafond ; puis, avec ce qui reste, les suivants, toutes"
        " catégories ensemble."
    ),
}
PAST_VOTE_PROBLEMS: Mapping[str, str] = {
    "NOT_PABULIB": _("Ce n'est pas un fichier Pabulib : il y faut les parties META, PROJECTS et VOTES."),
    "NO_BUDGET": _("Le fichier ne dit pas quel était le budget."),
    "BAD_NUMBER": _("Un coût ou des points ne sont pas un nombre que l'on peut lire."),
    "UNKNOWN_PROJECT": _("Un bulletin nomme un projet qui n'est pas dans le fichier."),
    "REPEATED_PROJECT": _("Un projet y est deux fois."),
    "BAD_POINTS": _("Un bulletin n'a pas autant de points que de projets."),
    "FILE_TOO_LARGE": _("Il fait plus d'un mégaoctet."),
    "LIMIT_REACHED": _("Vingt votes passés au plus : retirez-en un, puis envoyez à nouveau."),
}
RULE_CHANGES: Mapping[str, str] = {
    "PROJECT_ADDED": _("Un projet a été publié."),
    "PROJECT_REVISED": _("Un projet a été corrigé."),
    "PROJECT_WITHDRAWN": _("Un projet a été retiré du vote."),
}
TIE_BREAKS: Mapping[str, str] = {
    "AGE": _("Le plus ancien"),
    "DRAW": _("Un tirage au sort, dont la graine est publiée à l'ouverture"),
}
RANK_WORTHS: Mapping[str, str] = {
    "POINTS": _("Par points : le premier rang vaut autant de points que le bulletin a de rangs"),
    "BORDA": _("Borda : chaque rang vaut le nombre de projets placés après lui"),
}
