"""House: whose pages a tenant's are, from what the registry has at hand."""

from portal.house import House, Tiles
from portal.message import NAMES, SOURCE
from tenants.registry import TenantRecord


def of(
    tenant: TenantRecord,
    *,
    is_demo: bool,
    is_introspective: bool = False,
    tiles: Tiles | None = None,
    host_target: str | None = None,
    preview: str | None = None,
) -> House:
    """What the contract's `portal` says of a tenant."""
    center = (tenant.lat, tenant.lng) if tenant.lat is not None and tenant.lng is not None else None
    return House(
        tenant.slug,
        tenant.title,
        tenant.collectivite_name,
        tenant.primary_color,
        tenant.secondary_color,
        tenant.font,
        tenant.cover.value,
        tuple(locale for locale in tenant.locales if locale in NAMES) or (SOURCE,),
        frozenset(feature.value for feature in tenant.features),
        center,
        tenant.collectivite_id.startswith("commune-"),
        is_demo,
        tenant.time_zone,
        is_introspective,
        tiles,
        tenant.subtitle,
        tenant.welcome,
        tenant.logo_url,
        tenant.contact.email,
        tenant.contact.phone,
        tenant.contact.address,
        tenant.links,
        host_target,
        preview,
        tenant.receives_territory,
    )
