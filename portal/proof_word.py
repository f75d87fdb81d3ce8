"""The words of proofs: what a vote asks of its voters."""

from collections.abc import Mapping

from portal.message import mark as _

PROOF_LEVELS: Mapping[str, str] = {
    "EMAIL": _("Une adresse électronique confirmée"),
    "PHONE": _("Un téléphone mobile, par un code reçu"),
    "DECLARATION": _("Une déclaration sur l'honneur : nom, date de naissance, adresse"),
    "CODE": _("Un code imprimé, remis par la collectivité"),
    "LIST": _("L'inscription sur la liste des votants"),
    "DOCUMENT": _("Une pièce montrée à un agent"),
    "FRANCECONNECT": _("Une identité certifiée, comme FranceConnect"),
}

DOCUMENTS: Mapping[str, str] = {
    "GIVEN": _("C'est noté : cette personne peut voter."),
    "RAISED": _("C'est noté : cette personne avait déjà donné un justificatif, il est maintenant certifié."),
    "TAKEN_OVER": _(
        "C'est noté : cette personne peut voter. Un autre compte avait pris son nom ; il perd son justificatif, et son"
        " bulletin est mis de côté."
    ),
    "REPEATED": _("Cette pièce avait déjà été vue pour ce compte : rien n'a changé."),
}
ROLL_COLUMNS: Mapping[str, str] = {
    "FAMILY_NAME": _("nom de famille"),
    "USAGE_NAME": _("nom d'usage"),
    "GIVEN_NAMES": _("prénoms"),
    "WHOLE_NAME": _("nom et prénoms"),
    "BORN_ON": _("date de naissance"),
    "ZONE": _("secteur"),
}
ROLL_PROBLEMS: Mapping[str, str] = {
    "BROKEN": _("d'autres colonnes que la première ligne"),
    "NO_NAME": _("pas de nom ou pas de prénom"),
    "BAD_DATE": _("date de naissance absente ou illisible : il faut le jour, le mois et l'année en quatre chiffres"),
    "REPEATED": _("même nom et même date de naissance qu'une ligne plus haut"),
    "OTHER_ZONE": _("habite un autre secteur"),
}
ROLL_REFUSALS: Mapping[str, str] = {
    "REQUIRED": _("Choisissez un fichier."),
    "TOO_SHORT": _("Donnez un nom à la liste : au moins deux signes."),
    "NO_COLUMNS": _(
        "Il faut une colonne de noms, une de prénoms et une de dates de naissance, avec leurs noms en première ligne."
    ),
    "FILE_TOO_LARGE": _("60 Mo au plus. Coupez la liste en plusieurs fichiers."),
    "LIMIT_REACHED": _("Un fichier a 300 000 lignes au plus, et un vote 20 listes au plus."),
    "VOTING_NOT_OPEN": _("Le vote est clos."),
    "ACTION_NOT_POSSIBLE": _("Ce vote ne prend pas de liste."),
    "OTHER": _("Ce fichier ne peut pas être lu. Enregistrez-le au format CSV ou XLSX, puis envoyez-le de nouveau."),
}
