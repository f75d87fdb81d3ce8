"""Linked data: what a page is about, for search engines (Schema.org), in a block of data that no browser runs.

Only what the city, an organisation or a business says of itself, and titles. No person's name, no point, no address:
who searches the web for a neighbour finds nothing here. Pages of members have none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal import word
from portal.message import catalogue
from portal.visit import Visit

Node = Mapping[str, Any]
Told = dict[str, Any]

CONTEXT = "https://schema.org"
BUSINESSES = ("MERCHANT", "PRODUCER")
ORGANISATIONS: Mapping[str, str] = {
    "MERCHANT": "LocalBusiness",
    "PRODUCER": "LocalBusiness",
    "ASSOCIATION": "NGO",
    "CHAMBER": "Organization",
    "INSTITUTION": "GovernmentOrganization",
    "SERVICE": "GovernmentOrganization",
}
"""Who may be named, and as what."""

EXCERPT = 300


def of(visit: Visit, name: str, data: Node) -> Sequence[Told]:
    """What the page of a screen is about; nothing for a screen that is about nothing, or for members."""
    if name not in _TOLD or visit.is_signed_in or not visit.origin or visit.posted is not None:
        return ()
    return [{"@context": CONTEXT, **each} for each in _TOLD[name](visit, data)]


def _home(visit: Visit, _data: Node) -> list[Told]:
    house = visit.house
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{_at(visit, '/chercher')}?search={{search}}"},
        "query-input": "required name=search",
    }
    site = {"@type": "WebSite", "name": house.title, "url": _at(visit, "/"), "inLanguage": visit.language}
    return [{**site, "publisher": _city(visit), "potentialAction": search}]


def _data(visit: Visit, _data: Node) -> list[Told]:
    licence = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    about = {"@type": "DataCatalog", "name": visit.house.title, "url": _at(visit, "/donnees"), "license": licence}
    return [{**about, "creator": _city(visit)}]


def _space(visit: Visit, data: Node) -> list[Told]:
    space = data["space"]
    return [_way(visit, ("/participer", _say(visit, "Participer")), (f"/espace/{space['slug']}", space["title"]))]


def _activity(visit: Visit, data: Node) -> list[Told]:
    activity = data["activity"]
    return [_way(visit, *_above(activity), (f"/activite/{activity['id']}", activity["title"]))]


def _contribution(visit: Visit, data: Node) -> list[Told]:
    it = data["contribution"]
    activity = it["activity"]
    path = f"/contribution/{it['id']}"
    way = _way(visit, (f"/activite/{activity['id']}", activity["title"]), (path, it["title"]))
    return [way] if it["status"] != "OPEN" else [way, {**_KINDS[it["kind"]](visit, it), "url": _at(visit, path)}]


def _offer(visit: Visit, it: Node) -> Told:
    """An offer or a need of a neighbour: its title and kind of thing alone."""
    about = {"@type": "Demand" if it["kind"] == "REQUEST" else "Offer", "name": it["title"]}
    about |= {"category": it["category"]["name"]} if it["category"] else {}
    zone = (it["zone"] or {}).get("name") or visit.house.collectivite
    return {**about, "areaServed": {"@type": "AdministrativeArea", "name": zone}, "validFrom": it["publishedAt"]}


def _listing(visit: Visit, it: Node) -> Told:
    """A product with its price, of a business."""
    product: Told = {"@type": "Product", "name": it["title"]}
    product |= {"category": it["category"]["name"]} if it["category"] else {}
    if it["priceCents"] is not None:
        product["offers"] = {
            "@type": "Offer",
            "price": f"{it['priceCents'] / 100:.2f}",
            "priceCurrency": "EUR",
            "availability": f"{CONTEXT}/InStock",
            "url": _at(visit, f"/contribution/{it['id']}"),
            **_by(visit, it["author"], "seller"),
        }
    return product


def _posting(visit: Visit, it: Node) -> Told:
    """A proposal or an argument, with what people made of it."""
    tally = it["tally"] or {}
    votes = sum(tally.get(f"{choice}Count") or 0 for choice in ("support", "for", "mixed", "against"))
    counts = [("CommentAction", it["commentCount"]), ("VoteAction", votes)]
    return {
        "@type": "DiscussionForumPosting",
        "headline": it["title"],
        "text": " ".join(it["body"].split())[:EXCERPT],
        "datePublished": it["publishedAt"],
        "inLanguage": it["language"] or visit.house.locales[0],
        "isPartOf": {"@type": "WebPage", "url": _at(visit, f"/activite/{it['activity']['id']}")},
        "interactionStatistic": [
            {"@type": "InteractionCounter", "interactionType": {"@type": kind}, "userInteractionCount": count}
            for kind, count in counts
        ],
        **_by(visit, it["author"], "author"),
    }


def _mission(visit: Visit, data: Node) -> list[Told]:
    """An event for each slot of a mission that is to come."""
    it = data["contribution"]
    path = f"/mission/{it['id']}"
    where = (it["zone"] or {}).get("name") or visit.house.collectivite
    shared = {
        "@type": "Event",
        "name": it["title"],
        "url": _at(visit, path),
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "location": {"@type": "Place", "name": where, "address": visit.house.collectivite},
    }
    by = {"organizer": {"@type": "Organization", "name": it["author"]["name"]}} if it["author"] else {}
    events = [
        {**shared, **by, "startDate": slot["startsAt"], "endDate": slot["endsAt"], "eventStatus": _status(slot)}
        for slot in (it["mission"] or {"slots": ()})["slots"]
    ]
    return [_way(visit, ("/missions", _say(visit, "Missions de bénévolat")), (path, it["title"])), *events]


def _status(slot: Node) -> str:
    return f"{CONTEXT}/{'EventCancelled' if slot['cancelledAt'] else 'EventScheduled'}"


def _actor(visit: Visit, data: Node) -> list[Told]:
    """An organisation or a business; of a person nothing."""
    actor = data["actor"]
    if actor["kind"] not in ORGANISATIONS:
        return []
    told: Told = {"@type": ORGANISATIONS[actor["kind"]], "name": actor["name"]}
    told |= {"url": _at(visit, f"/acteur/{actor['id']}")}
    if actor["kind"] in BUSINESSES:
        told["address"] = {"@type": "PostalAddress", "addressLocality": visit.house.collectivite}
        told |= {"openingHoursSpecification": _hours(actor["shop"])} if actor["shop"] else {}
    return [told]


def _hours(shop: Node) -> list[Told]:
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"{CONTEXT}/{each['day'].capitalize()}",
            "opens": each["opensAt"],
            "closes": each["closesAt"],
        }
        for each in shop["openingHours"]
    ]


def _by(visit: Visit, author: Node | None, role: str) -> Told:
    """Who says it, where it is an organisation."""
    if author is None or author["kind"] not in ORGANISATIONS:
        return {}
    address = _at(visit, f"/acteur/{author['id']}")
    return {role: {"@type": ORGANISATIONS[author["kind"]], "name": author["name"], "url": address}}


def _city(visit: Visit) -> Told:
    house = visit.house
    told: Told = {"@type": "GovernmentOrganization", "name": house.collectivite, "url": _at(visit, "/")}
    told |= {"email": house.email} if house.email else {}
    told |= {"telephone": house.phone} if house.phone else {}
    return told | ({"logo": f"{visit.origin}{house.logo}"} if house.logo else {})


def _above(activity: Node) -> tuple[tuple[str, str], ...]:
    space = activity["space"]
    return ((f"/espace/{space['slug']}", space["title"]),)


def _way(visit: Visit, *steps: tuple[str, str]) -> Told:
    """The pages above this one, and itself."""
    named = [("/", _say(visit, "Accueil")), *steps]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": _at(visit, path)}
        for place, (path, name) in enumerate(named, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _at(visit: Visit, path: str) -> str:
    return f"{visit.origin}{visit.address(path)}"


def _say(visit: Visit, text: str) -> str:
    return catalogue(visit.language).gettext(text)


_KINDS: Mapping[str, Callable[[Visit, Node], Told]] = {
    "OFFER": _offer,
    "REQUEST": _offer,
    "LISTING": _listing,
    "PROPOSAL": _posting,
    "ARGUMENT": _posting,
}
_TOLD: Mapping[str, Callable[[Visit, Node], list[Told]]] = {
    "home": _home,
    "data": _data,
    "space": _space,
    "activity": _activity,
    "contribution": _contribution,
    "mission": _mission,
    "actor": _actor,
}
assert set(_KINDS) == set(word.KINDS)
