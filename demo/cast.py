"""The actors of one tenant: who lives, works or governs where."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from demo.phrase import Deck, Spot, expand
from demo.plan import TenantPlan
from demo.story import DemoActor
from demo.text import name
from demo.text.market import FARMS, Trade
from demo.text.shop import FARM_PRACTICE, SHOP_PRACTICE, SHOPS

METRES_PER_DEGREE = 111_320
CITY_SCATTER_M = 300.0
RURAL_SCATTER_M = 900.0
SHOP_SCATTER_M = 150.0
MODERATORS = 2
WOMEN_SHARE = 0.56


@dataclass(frozen=True, slots=True)
class CastMember:
    """An actor with what only the texts need: gender, place and point in degrees."""

    actor: DemoActor
    feminine: bool
    place: Spot
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Vendor:
    """A farm or a shop: what it sells, where, on which practical terms, and how dear it is (1.0 is usual)."""

    person: CastMember
    trade: Trade
    address: str
    practice: str
    price_factor: float


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody of one tenant; the first citizens are its moderators."""

    institution: DemoActor
    citizens: tuple[CastMember, ...]
    associations: tuple[CastMember, ...]
    vendors: tuple[Vendor, ...]
    chamber: DemoActor | None = None
    """The chamber that vouches for vendors, where there are any."""

    def actors(self) -> tuple[DemoActor, ...]:
        """All actors, the administrator first."""
        vendors = (vendor.person for vendor in self.vendors)
        people = (*self.citizens, *self.associations, *vendors)
        chamber = () if self.chamber is None else (self.chamber,)
        return (self.institution, *(person.actor for person in people), *chamber)


def gather(plan: TenantPlan, rng: Random) -> Cast:
    """Invent the actors of a tenant."""
    return Cast(
        institution=DemoActor("institution", "INSTITUTION", plan.institution, "ADMIN"),
        citizens=_citizens(plan, rng),
        associations=_associations(plan, rng),
        vendors=_vendors(plan, rng),
        chamber=_chamber(plan) if plan.vendors else None,
    )


def _chamber(plan: TenantPlan) -> DemoActor:
    return DemoActor("chamber", "CHAMBER", f"Chambre d’agriculture {plan.of_city}", "MEMBER")


def _citizens(plan: TenantPlan, rng: Random) -> tuple[CastMember, ...]:
    homes = Deck(plan.places, rng)
    taken: set[str] = set()
    people = []
    for number in range(1, plan.citizens + 1):
        feminine = rng.random() < WOMEN_SHARE
        role = "MODERATOR" if number <= MODERATORS else "MEMBER"
        actor = DemoActor(f"citizen-{number:03}", "CITIZEN", _fresh_name(rng, taken, feminine=feminine), role)
        people.append(_settle(actor, homes.draw(), _scatter_m(plan), rng, feminine=feminine))
    return tuple(people)


def _fresh_name(rng: Random, taken: set[str], *, feminine: bool) -> str:
    """A first name and an initial that nobody else of the tenant bears («Nadia B.»)."""
    while True:
        full = f"{rng.choice(name.WOMEN if feminine else name.MEN)} {rng.choice(name.INITIALS)}."
        if full not in taken:
            taken.add(full)
            return full


def _associations(plan: TenantPlan, rng: Random) -> tuple[CastMember, ...]:
    homes = Deck(plan.places, rng)
    count = max(2, plan.mutual_aid // 16)
    people = []
    for number, pattern in enumerate(rng.sample(name.ASSOCIATIONS, min(count, len(name.ASSOCIATIONS))), start=1):
        home = homes.draw()
        title = expand(pattern, rng, home.slots(rng), feminine=False)
        actor = DemoActor(f"association-{number:02}", "ASSOCIATION", title, "MEMBER")
        people.append(_settle(actor, home, _scatter_m(plan), rng, feminine=False))
    return tuple(people)


def _vendors(plan: TenantPlan, rng: Random) -> tuple[Vendor, ...]:
    farms = round(plan.vendors * plan.farm_share)
    land = Deck([place for place in plan.places if not plan.farm_places or place.name in plan.farm_places], rng)
    streets, complements = Deck(plan.places, rng), Deck(name.COMPLEMENTS, rng)
    trades = [*_deal(FARMS, farms, rng), *_deal(SHOPS, plan.vendors - farms, rng)]
    return tuple(
        _vendor(plan, number, trade, complements.draw(), (land if number <= farms else streets).draw(), rng)
        for number, trade in enumerate(trades, start=1)
    )


def _deal(trades: Sequence[Trade], count: int, rng: Random) -> list[Trade]:
    deck = Deck(trades, rng)
    return [deck.draw() for _ in range(count)]


def _vendor(plan: TenantPlan, number: int, trade: Trade, complement: str, home: Spot, rng: Random) -> Vendor:
    actor = DemoActor(f"vendor-{number:02}", trade.kind, f"{rng.choice(trade.names)} {complement}", "MEMBER")
    is_farm = trade.kind == "PRODUCER"
    practice = rng.choice(FARM_PRACTICE if is_farm else SHOP_PRACTICE)
    on_a_lane = is_farm and plan.is_rural
    person = _settle(actor, home, RURAL_SCATTER_M if on_a_lane else SHOP_SCATTER_M, rng, feminine=False)
    return Vendor(
        person=person,
        trade=trade,
        address=f"{_street(rng, name.LANES if on_a_lane else name.STREETS)}, {home.postal}",
        practice=plan.worded(expand(practice, rng, home.slots(rng), feminine=False)),
        price_factor=rng.uniform(0.92, 1.1),
    )


def _street(rng: Random, ways: Sequence[str]) -> str:
    """An invented number on a plausible street; a hamlet has no number."""
    way = rng.choice(ways)
    return way if way.startswith("lieu-dit") else f"{rng.randint(1, 58)}, {way}"


def _scatter_m(plan: TenantPlan) -> float:
    return RURAL_SCATTER_M if plan.is_rural else CITY_SCATTER_M


def _settle(actor: DemoActor, home: Spot, scatter_m: float, rng: Random, *, feminine: bool) -> CastMember:
    """Give an actor a point uniformly drawn in a disk around a place."""
    distance_m = scatter_m * math.sqrt(rng.random())
    bearing = rng.uniform(0, 2 * math.pi)
    north = distance_m * math.cos(bearing) / METRES_PER_DEGREE
    east = distance_m * math.sin(bearing) / (METRES_PER_DEGREE * math.cos(math.radians(home.lat)))
    return CastMember(actor, feminine, home, round(home.lat + north, 5), round(home.lng + east, 5))
