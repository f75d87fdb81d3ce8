"""Small tenants that are alike but for one word, each with a space of every visibility: for tests of rights and walls."""

from demo.story import (
    DemoActivity,
    DemoActor,
    DemoCategory,
    DemoComment,
    DemoContribution,
    DemoSpace,
    DemoTenant,
    DemoVote,
    DemoZone,
)

VISIBILITY = {"dehors": "PUBLIC", "dedans": "MEMBERS", "atelier": "DRAFT"}
"""The slug of each space, which is also a word of every text in it, and who sees the space."""

LATITUDES = {"dehors": 48.10, "dedans": 48.14, "atelier": 48.18}
LONGITUDE = -1.60
"""Where everything of a space is: its own cells, so that a map tells what it counts."""

PER_SPACE = 5
"""Contributions in each space: an offer, a request without a name, a listing, a proposal and an argument on it."""

LOCATED = 3
"""Those of them that have a place."""


def twin(word: str) -> DemoTenant:
    """A tenant with `word` in every text; its actors are an author, a neighbour, a shop, a moderator and an administrator."""
    return DemoTenant(
        slug=f"jumeau-{word}",
        title=f"Portail {word}",
        hosts=(f"{word}.example.fr",),
        collectivite="commune-35238",
        primary_color="#000000",
        secondary_color="#ffffff",
        font=word,
        cover="QUAYS",
        locales=("fr",),
        features=(
            "MUTUAL_AID",
            "MARKETPLACE",
            "IDEA_BOX",
            "CONSULTATION",
            "DEBATE",
            "PETITION",
            "PARTICIPATORY_BUDGET",
            "SURVEY",
        ),
        lat=LATITUDES["dehors"],
        lng=LONGITUDE,
        zones=(_zone(word),),
        spaces=tuple(_space(word, slug) for slug in VISIBILITY),
        actors=(
            DemoActor("admin", "INSTITUTION", f"Ville {word}", "ADMIN"),
            DemoActor("moderator", "CITIZEN", f"Modératrice {word}", "MODERATOR"),
            DemoActor("author", "CITIZEN", f"Autrice {word}", "MEMBER"),
            DemoActor("neighbour", "CITIZEN", f"Voisin {word}", "MEMBER"),
            DemoActor("shop", "MERCHANT", f"Boutique {word}", "MEMBER"),
        ),
        contributions=tuple(found for slug in VISIBILITY for found in _contributions(word, slug)),
    )


def _zone(word: str) -> DemoZone:
    west, south, east, north = -1.63, 48.09, -1.57, 48.11
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return DemoZone(f"Quartier {word}", {"type": "Polygon", "coordinates": [ring]})


def _space(word: str, slug: str) -> DemoSpace:
    def activity(key: str, kind: str, vote_method: str | None) -> DemoActivity:
        categories = (DemoCategory(f"{key}-{slug}", f"Catégorie {word} {slug}"),)
        return DemoActivity(
            f"{slug}-{key}", kind, f"Activité {word} {slug}", f"{word} {slug}", 60, None, vote_method, categories
        )

    activities = (
        activity("entraide", "MUTUAL_AID", None),
        activity("marche", "MARKETPLACE", "SUPPORT"),
        activity("avis", "CONSULTATION", "OPINION"),
    )
    return DemoSpace(slug, f"Espace {word} {slug}", f"{word} {slug}", activities)


def _contributions(word: str, slug: str) -> tuple[DemoContribution, ...]:
    def contribution(
        key: str,
        activity: str,
        kind: str,
        author: str,
        title: str,
        votes: tuple[DemoVote, ...] = (),
        side: str | None = None,
        *,
        is_anonymous: bool = False,
        is_exact: bool = False,
    ) -> DemoContribution:
        located = kind in ("OFFER", "REQUEST", "LISTING")
        return DemoContribution(
            key=f"{slug}-{key}",
            activity=f"{slug}-{activity}",
            kind=kind,
            author=author,
            title=f"{title} {word} {slug}",
            body=f"Texte {word} {slug}",
            category=f"{activity}-{slug}",
            lat=LATITUDES[slug] if located else None,
            lng=LONGITUDE if located else None,
            is_exact=is_exact,
            address=f"1, rue {word}" if is_exact else None,
            is_anonymous=is_anonymous,
            age_hours=10,
            expires_after_days=30 if located else None,
            status="OPEN",
            outcome=None,
            side=side,
            about=f"{slug}-proposal" if side else None,
            price_cents=250 if kind == "LISTING" else None,
            price_unit=None,
            comments=(DemoComment("neighbour", f"Réponse {word} {slug}", 5),),
            votes=votes,
        )

    opinions = (DemoVote("author", "FOR"), DemoVote("neighbour", "AGAINST"))
    return (
        contribution("offer", "entraide", "OFFER", "author", "Tondeuse"),
        contribution("request", "entraide", "REQUEST", "author", "Courses", is_anonymous=True),
        contribution(
            "listing", "marche", "LISTING", "shop", "Pommes", (DemoVote("neighbour", "SUPPORT"),), is_exact=True
        ),
        contribution("proposal", "avis", "PROPOSAL", "author", "Fontaine", opinions),
        contribution("argument", "avis", "ARGUMENT", "neighbour", "Argument", side="FOR"),
    )
