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
