"""Stalls: the shops of the demonstration's vendors, their delivery areas, and the chamber that vouches for most."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo.story import DemoActor, DemoContribution, DemoTenant
from demo.text import stall as text
from geo import delivery
from models.shop import DeliveryCell, Shop
from models.vouch import Vouch
from resolvers import opening

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]
VOUCHED_SHARE = 0.6
DELIVERING_SHARE = 0.8
MARKET_SHARE = 0.5


def rows(story: DemoTenant, id_: Id, at: datetime) -> Iterator[tuple[type[SQLModel], Rows]]:
    """The rows of each table, for its loader."""
    shops = [_shop(story, actor, item, id_, at) for actor, item in _vendors(story)]
    yield Shop, shops
    yield DeliveryCell, [{"cell": cell, "shop_id": shop["id"]} for shop in shops for cell in _cells(shop)]
    yield Vouch, _vouches(story, shops, id_, at)


def season(item: DemoContribution) -> list[int] | None:
    """The months of a listing whose title says what it is."""
    if item.kind != "LISTING":
        return None
    months = (months for word, months in text.SEASONS.items() if re.search(rf"\b{word}", item.title.lower()))
    return sorted(next(months, ())) or None


def _vendors(story: DemoTenant) -> list[tuple[DemoActor, DemoContribution]]:
    """Who sells, each with a listing that says where."""
    located = {item.author: item for item in story.contributions if item.kind == "LISTING" and item.is_exact}
    return [(actor, located[actor.key]) for actor in story.actors if actor.key in located and actor.kind != "CITIZEN"]


def _shop(story: DemoTenant, actor: DemoActor, item: DemoContribution, id_: Id, at: datetime) -> dict[str, Any]:
    chance = Random(f"stall: {story.slug} {actor.key}")
    is_farm = actor.kind == "PRODUCER"
    delivers = chance.random() < DELIVERING_SHARE
    points = [{"name": text.AT_THE_FARM if is_farm else text.AT_THE_SHOP, "address": item.address, "times": None}]
    if is_farm and chance.random() < MARKET_SHARE:
        name, times = text.ON_THE_MARKET
        points.append({"name": name, "address": None, "times": times})
    return {
        "id": id_("shop", actor.key),
        "actor_id": id_("actor", actor.key),
        "opening_hours": opening.read(chance.choice(text.FARM_HOURS if is_farm else text.SHOP_HOURS)),
        "pick_up_points": points,
        "delivery_terms": chance.choice(text.FARM_TERMS if is_farm else text.SHOP_TERMS) if delivers else None,
        "lat": item.lat if delivers else None,
        "lng": item.lng if delivers else None,
        "radius_m": chance.choice(text.FARM_RADII_M if is_farm else text.RADII_M) if delivers else None,
        "zone_ids": None,
        "outline": None,
        "revised_at": at,
    }


def _cells(shop: dict[str, Any]) -> list[int]:
    if shop["radius_m"] is None:
        return []
    return delivery.circle(shop["lat"], shop["lng"], shop["radius_m"])


def _vouches(story: DemoTenant, shops: Rows, id_: Id, at: datetime) -> Rows:
    if not any(actor.key == "chamber" for actor in story.actors):
        return []
    chance, kinds = Random(f"vouch: {story.slug}"), {id_("actor", actor.key): actor.kind for actor in story.actors}
    return [
        {
            "id": id_("vouch", str(shop["actor_id"])),
            "actor_id": shop["actor_id"],
            "voucher_id": id_("actor", "chamber" if kinds[shop["actor_id"]] == "PRODUCER" else "institution"),
            "given_at": at,
        }
        for shop in shops
        if chance.random() < VOUCHED_SHARE
    ]
