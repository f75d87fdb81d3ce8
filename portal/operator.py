"""Operator: the pages on which operators see all tenants («portails») and ask for new ones."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from portal import developer, render, template_word

PROBLEMS: Mapping[str, str] = {
    "BAD_HOST": "Ce n’est pas un nom d’hôte. Écrivez par exemple participer.ville.fr, sans https.",
    "TAKEN_HOST": "Un portail a déjà ce nom d’hôte. Choisissez-en un autre.",
    "BAD_TITLE": "Un titre a de 2 à 80 caractères. Corrigez-le, ou videz le champ.",
    "BAD_EMAIL": "Ce n’est pas une adresse électronique. Vérifiez-la.",
    "BAD_COMMUNE": "Le code INSEE d’une commune a cinq caractères, par exemple 35238 ou 2A004.",
    "BAD_EPCI": "Le SIREN d’une intercommunalité a neuf chiffres, par exemple 243500139.",
    "BAD_DEPARTEMENT": "Le numéro d’un département a deux ou trois caractères, par exemple 79, 2B ou 974.",
    "BAD_REGION": "Le code INSEE d’une région a deux chiffres, par exemple 53.",
    "BAD_PROVINCE": "Le code NIS d’une province belge a cinq chiffres, par exemple 90000.",
    "UNKNOWN": "Le registre n’a rien de cette sorte sous ce code. Vérifiez la sorte et le code.",
    "TAKEN": "Cette collectivité a déjà un portail. Cherchez-la dans la liste.",
    "WAITING": "Le portail de cette collectivité est déjà demandé. Attendez que la demande soit faite ou refusée.",
    "WAITING_HOST": "Une demande en attente porte déjà ce nom d’hôte. Choisissez-en un autre.",
    "REQUIRED": "Choisissez un modèle.",
    "REQUIRED_KIND": "Choisissez une sorte de collectivité.",
}
COLLECTIVITES: Mapping[str, str] = {
    "COMMUNE": "Commune (code INSEE)",
    "EPCI": "Intercommunalité, EPCI (SIREN)",
    "DEPARTEMENT": "Département (numéro)",
    "REGION": "Région (code INSEE)",
    "PROVINCE": "Province belge (code NIS)",
}
"""The kinds of collectivités in the form for a new portal, and by which code each is named."""
KINDS: Mapping[str, str] = {"CREATE": "Création", "SUSPEND": "Suspension", "RESUME": "Reprise"}
STATES: Mapping[str, str] = {"WAITING": "en attente", "DONE": "faite", "REFUSED": "refusée"}
SERVERS: Mapping[str, tuple[str, str, str]] = {
    "database away": (
        "ne répond pas",
        "Portails fermés à leurs visiteurs",
        "Vérifiez que PostgreSQL y tourne, et que ce serveur-ci l’atteint par le réseau. Les portails rouvrent"
        " d’eux-mêmes, en quelques secondes.",
    ),
    "database read-only": (
        "n’accepte pas d’écriture",
        "Portails qui se lisent, mais où rien ne se publie et où personne ne vote",
        "Vérifiez que c’est bien le serveur principal, et non la copie qui le suit.",
    ),
    "migrations pending": (
        "n’est pas à jour",
        "Portails qui peuvent répondre par des erreurs",
        "Lancez la commande parvis migrate.",
    ),
}
"""What is wrong with a database server: in a word, what its portals are meanwhile, and what to do."""
SAID: Mapping[str, str] = {
    "demande": "C’est demandé. Un processus s’en charge dans les secondes qui suivent ; actualisez la page.",
    "attend": "Une demande attend déjà pour ce portail. Actualisez la page quand elle est faite, puis recommencez.",
}
"""What is said after a request, by the word of the address."""
_UNITS = ("o", "Ko", "Mo", "Go")
_STEP = 1_024


def sign_in(*, is_refused: bool = False) -> str:
    """The page that asks for an operator's token."""
    return developer.render("operator/sign_in.html", is_refused=is_refused)


def overview(
    tenants: Sequence[Mapping[str, Any]],
    total: int,
    wishes: Sequence[Mapping[str, Any]],
    search: str,
    templates: Sequence[str],
    given: Mapping[str, str],
    refused: Mapping[str, str],
    said: str | None,
    servers: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The tenants that were found, the last wishes, and the form for a new one with what was typed; before them the
    database servers where there are several."""
    return developer.render(
        "operator/overview.html",
        tenants=[_tenant(each) for each in tenants],
        servers=sorted(map(_server, servers), key=lambda each: not each["problem"]),
        total=total,
        wishes=[{**each, "kind": KINDS[each["kind"]], "told": STATES[each["state"]]} for each in wishes],
        search=search,
        templates=[(name, template_word.TEMPLATES[name]) for name in templates],
        given=given,
        kinds=COLLECTIVITES,
        refused={name: PROBLEMS[code] for name, code in refused.items()},
        said=said,
        message=SAID.get(said or ""),
    )


def question(tenant: Mapping[str, Any]) -> str:
    """The page that asks whether a portal is to be closed."""
    return developer.render("operator/question.html", tenant=tenant)


def size(count: int | None) -> str:
    """So many bytes in the largest unit that fits, rounded."""
    value = float(count or 0)
    for unit in _UNITS[:-1]:
        if value < _STEP:
            return f"{value:.0f}\u00a0{unit}"
        value /= _STEP
    return f"{value:.1f}".replace(".", ",") + f"\u00a0{_UNITS[-1]}"


def _server(told: Mapping[str, Any]) -> dict[str, Any]:
    problem, meanwhile, remedy = SERVERS.get(told["said"], (None, None, None))
    return {**told, "problem": problem, "meanwhile": meanwhile, "remedy": remedy}


def _tenant(told: Mapping[str, Any]) -> dict[str, Any]:
    shown = "inconnue" if told["is_away"] else size(told["size"])
    return {**told, "size": shown, "active": _days(told["changed_at"]), "health": _health(told)} | {
        "since": render.day("fr", told["created_on"], zone="UTC")
    }


def _health(told: Mapping[str, Any]) -> list[str]:
    """What is wrong with a tenant; nothing: it fares well."""
    said = []
    if told["is_away"]:
        said.append("son serveur ne répond pas")
    if told["behind"] > 0:
        said.append(f"{told['behind']} migration{'s' if told['behind'] > 1 else ''} en retard")
    if told["behind"] < 0:
        said.append("migré par une version plus récente")
    if told["is_late"]:
        said.append("aucun processus ne s’en occupe depuis dix minutes")
    return said


def _days(instant: str | None) -> str:
    if instant is None:
        return "jamais"
    days = (datetime.now(UTC) - datetime.fromisoformat(instant)).days
    return "aujourd’hui" if days < 1 else f"il y a {days} jour{'s' if days > 1 else ''}"
