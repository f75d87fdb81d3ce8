"""Words of exchanges: where one is, in the words of each of the two, and what they choose from."""

from collections.abc import Mapping

from portal.message import mark as _

EXCHANGE_STATES: Mapping[str, str] = {
    "PROPOSED": _("En attente d'une réponse"),
    "WAITING": _("Sur la liste d'attente"),
    "ACCEPTED": _("Vous êtes en relation"),
    "DECLINED": _("Non retenue"),
    "WITHDRAWN": _("Retirée"),
    "LAPSED": _("Restée sans réponse"),
    "DONE": _("C'est fait"),
    "CANCELLED": _("Annulée"),
    "DISPUTED": _("La modération s'en occupe"),
}
EXCHANGE_NEWS: Mapping[str, str] = {
    "PROPOSED.AUTHOR": _("Quelqu'un vous répond. Oui ou non : les deux sont de bonnes réponses."),
    "PROPOSED.PROPOSER": _("Votre message est arrivé. Vous serez prévenu·e de la réponse."),
    "WAITING.AUTHOR": _("Toutes vos places sont prises : cette personne attend qu'une place se libère."),
    "WAITING.PROPOSER": _(
        "Toutes les places sont prises. Si l'une se libère, votre proposition est à nouveau transmise."
    ),
    "ACCEPTED.AUTHOR": _("Vous vous êtes mis d'accord. Convenez du reste par messages."),
    "ACCEPTED.PROPOSER": _("Votre proposition est acceptée. Convenez du reste par messages."),
    "DECLINED.AUTHOR": _("Vous avez répondu non. C'est une réponse, et elle est connue."),
    "DECLINED.PROPOSER": _("Ce ne sera pas pour cette fois. Merci de l'avoir proposé."),
    "WITHDRAWN.AUTHOR": _("La personne a retiré sa proposition. Votre annonce reste visible."),
    "WITHDRAWN.PROPOSER": _("Vous avez retiré votre proposition."),
    "LAPSED.AUTHOR": _("Le délai est passé. Rien n'est perdu : votre annonce reste visible."),
    "LAPSED.PROPOSER": _(
        "Personne n'a pu répondre à temps. Ce n'est sûrement pas contre vous : merci d'avoir tendu la main."
    ),
    "FULFILLED.AUTHOR": _("Tout est fait, votre annonce est close : cette proposition a pris fin."),
    "FULFILLED.PROPOSER": _(
        "L'aide qu'il fallait est trouvée. Votre proposition comptait : merci d'avoir tendu la main."
    ),
    "DONE.AUTHOR": _("C'est fait, merci à vous deux !"),
    "DONE.PROPOSER": _("C'est fait, merci à vous deux !"),
    "CANCELLED.AUTHOR": _("Ce qui était convenu est annulé. La place est à nouveau libre."),
    "CANCELLED.PROPOSER": _("Ce qui était convenu est annulé."),
    "DISPUTED.AUTHOR": _("L'un de vous dit que cela s'est mal passé. Une personne de la modération va trancher."),
    "DISPUTED.PROPOSER": _("L'un de vous dit que cela s'est mal passé. Une personne de la modération va trancher."),
}
EXCHANGE_REASONS: Mapping[str, str] = {
    "FOUND_SOMEBODY": _("Quelqu'un d'autre s'est proposé avant"),
    "NOT_NEEDED": _("Ce n'est plus nécessaire"),
    "NOT_SUITABLE": _("Cela ne convient pas"),
    "NOT_AVAILABLE": _("Pas disponible"),
    "TOO_FAR": _("C'est trop loin"),
    "NO_NEWS": _("L'autre personne ne répond plus"),
    "DID_NOT_COME": _("L'autre personne n'est pas venue"),
    "OTHER": _("Une autre raison"),
    "CONTRIBUTION_ENDED": _("L'annonce est close"),
    "ACCOUNT_CLOSED": _("L'autre personne a quitté le portail"),
    "BLOCKED": _("Cet échange a pris fin"),
}
DECLINING_REASONS: Mapping[str, str] = {
    name: EXCHANGE_REASONS[name]
    for name in ("FOUND_SOMEBODY", "NOT_NEEDED", "NOT_SUITABLE", "NOT_AVAILABLE", "TOO_FAR", "OTHER")
}
WITHDRAWING_REASONS: Mapping[str, str] = {
    name: EXCHANGE_REASONS[name] for name in ("NOT_AVAILABLE", "NOT_SUITABLE", "TOO_FAR", "NO_NEWS", "OTHER")
}
CANCELLING_REASONS: Mapping[str, str] = {
    name: EXCHANGE_REASONS[name]
    for name in ("NOT_AVAILABLE", "NOT_NEEDED", "NOT_SUITABLE", "NO_NEWS", "DID_NOT_COME", "OTHER")
}
PLACE_CHOICES: Mapping[str, str] = {
    "CELL": _("Rien de plus que l'hexagone : je dirai le lieu par message"),
    "STREET": _("Ma rue, telle que je l'écris"),
    "POINT": _("Le point exact de mon annonce"),
}
PROPOSALS: Mapping[str, str] = {
    "OFFER": _("Demander ce coup de main"),
    "REQUEST": _("Proposer mon aide"),
    "LISTING": _("Écrire et commander"),
}
BEHALVES: Mapping[str, str] = {
    "PERSON_WHO_AGREED": _("pour un proche, avec son accord"),
    "DESK": _("saisi par l'accueil"),
}
URGENCIES: Mapping[str, str] = {
    "NOW": _("Urgent : réponse sous 48 heures"),
    "THIS_WEEK": _("Cette semaine"),
    "NO_HURRY": _("Rien ne presse"),
}
EXCHANGE_EVENTS: Mapping[str, str] = {
    "EXCHANGE_PROPOSED": _("Mise en relation proposée"),
    "EXCHANGE_WAITING": _("Mise en relation en liste d'attente"),
    "EXCHANGE_ACCEPTED": _("Mise en relation acceptée"),
    "EXCHANGE_DECLINED": _("Mise en relation déclinée"),
    "EXCHANGE_WITHDRAWN": _("Mise en relation retirée"),
    "EXCHANGE_LAPSED": _("Mise en relation restée sans réponse"),
    "EXCHANGE_DONE": _("Mise en relation aboutie"),
    "EXCHANGE_CANCELLED": _("Mise en relation annulée"),
    "EXCHANGE_DISPUTED": _("Mise en relation contestée"),
    "EXCHANGE_NUDGED": _("Relance d'une mise en relation"),
    "MESSAGE_HELD": _("Message mis en attente"),
    "MESSAGE_HIDDEN": _("Message retiré"),
    "MESSAGE_RESTORED": _("Message remis"),
    "THREAD_INSPECTED": _("Fil de messages consulté par la modération"),
    "ACTOR_BLOCKED": _("Personne bloquée"),
    "ACTOR_UNBLOCKED": _("Personne débloquée"),
    "NUDGE_ANSWERED": _("Réponse à une relance"),
    "MESSAGE_SENT": _("Message envoyé"),
    "EXCHANGE_DONE_SAID": _("Mise en relation dite aboutie"),
}
NUDGES: Mapping[str, str] = {
    "HELPED": _("Avez-vous été aidé·e ?"),
    "STILL_OFFERED": _("Votre offre tient-elle toujours ?"),
}
NUDGE_BUTTONS: Mapping[str, str] = {
    "HELPED.YES": _("Oui, on m'a aidé·e"),
    "HELPED.NOT_YET": _("Pas encore, j'en ai toujours besoin"),
    "HELPED.NOT_NEEDED": _("Je n'en ai plus besoin"),
    "STILL_OFFERED.YES": _("Oui, prolonger de 30 jours"),
    "STILL_OFFERED.NOT_NEEDED": _("Non, retirer mon offre"),
}
NUDGE_ANSWERS: Mapping[str, str] = {
    "HELPED.YES": _("Tant mieux ! Votre demande est close."),
    "HELPED.NOT_YET": _("C'est noté : votre demande reste visible 14 jours de plus."),
    "HELPED.NOT_NEEDED": _("C'est noté : votre demande est retirée."),
    "STILL_OFFERED.YES": _("Merci ! Votre offre reste visible 30 jours de plus."),
    "STILL_OFFERED.NOT_YET": _("Merci ! Votre offre reste visible 30 jours de plus."),
    "STILL_OFFERED.NOT_NEEDED": _("C'est noté : votre offre est retirée. Merci de l'avoir faite."),
}
