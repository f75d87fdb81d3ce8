"""Listings of farms and shops, each at the published address of its vendor."""

from collections.abc import Iterator
from random import Random

from demo.cast import Vendor
from demo.draft import EXPIRES_AFTER_DAYS, Desk, Text, contribution, course
from demo.phrase import expand
from demo.story import DemoContribution
from demo.text.market import Product

ACTIVITY = "marche"
PRICE_STEP_CENTS = 10


def listings(desk: Desk) -> tuple[DemoContribution, ...]:
    """As many listings as planned, dealt in turn to the vendors; ValueError when they sell too little."""
    plan = desk.plan
    dealt = list(_deal(desk.cast.vendors, plan.region, desk.rng)) if plan.listings else []
    if len(dealt) < plan.listings:
        raise ValueError(f"{plan.slug}: {len(dealt)} products for {plan.listings} listings, add vendors")
    return tuple(
        _listing(desk, number, vendor, product)
        for number, (vendor, product) in enumerate(dealt[: plan.listings], start=1)
    )


def _deal(vendors: tuple[Vendor, ...], region: str, rng: Random) -> Iterator[tuple[Vendor, Product]]:
    """Every vendor's products, one vendor after another, round after round; the region's own first."""
    shelves = [(vendor, _shelf(vendor, region, rng)) for vendor in vendors]
    for shelf_round in range(max(len(shelf) for _, shelf in shelves)):
        yield from ((vendor, shelf[shelf_round]) for vendor, shelf in shelves if shelf_round < len(shelf))


def _shelf(vendor: Vendor, region: str, rng: Random) -> list[Product]:
    products = [product for product in vendor.trade.products if product.region in ("", region)]
    rng.shuffle(products)
    return sorted(products, key=lambda product: product.region == "")


def _listing(desk: Desk, number: int, vendor: Vendor, product: Product) -> DemoContribution:
    return contribution(
        key=f"listing-{number:03}",
        activity=ACTIVITY,
        kind="LISTING",
        author=vendor.person.actor.key,
        text=desk.texts.fresh(lambda: _describe(vendor, product, desk.rng)),
        category=product.category,
        course=course(desk.rng),
        home=vendor.person,
        address=vendor.address,
        expires_after_days=EXPIRES_AFTER_DAYS,
        price=(_price_cents(vendor, product), product.unit),
    )


def _describe(vendor: Vendor, product: Product, rng: Random) -> Text:
    slots = vendor.person.place.slots(rng)
    title = expand(product.title, rng, slots, feminine=False)
    body = expand(product.body, rng, slots, feminine=False)
    return title, f"{body}\n{vendor.practice}"


def _price_cents(vendor: Vendor, product: Product) -> int | None:
    """The usual price as this vendor asks it, in steps of ten cents."""
    if product.price_cents is None:
        return None
    return max(PRICE_STEP_CENTS, round(product.price_cents * vendor.price_factor / PRICE_STEP_CENTS) * PRICE_STEP_CENTS)
