"""The portal: what the public sees of the tenant that serves the request, and what its administrators set of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, array

from auth import email_address
from auth.email_address import AddressError
from models import expected, sentence
from models.base import constant, table
from models.collectivite import Collectivite, CollectiviteKind, CollectiviteOutline
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached
from models.seal import EMPTY_ROOT, Seal
from models.tenant import (
    ADDRESS_LENGTH,
    FONTS,
    LINK_LABEL_LENGTH,
    LINK_URL_LENGTH,
    MAX_LINKS,
    PHONE_LENGTH,
    PORTAL_TITLE_LENGTH,
    SUBTITLE_LENGTH,
    WELCOME_LENGTH,
    Cover,
    Feature,
    Tenant,
    settings_id,
)
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import place, second_step, text

_tenant = table(Tenant)
_NUMBER = bindparam("number", type_=BigInteger())
_SET = (
    *("title", "subtitle", "welcome", "primary_color", "secondary_color", "font", "cover", "locales"),
    *("contact_email", "contact_phone", "contact_address", "footer_links"),
)
REVISE = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER, _tenant.c.version == bindparam("read_version", type_=Integer()))
    .values(**{name: value(Tenant, name) for name in _SET}, version=_tenant.c.version + literal_column("1", Integer))
)
SWITCH = (
    update(_tenant)
    .where(_tenant.c.number == _NUMBER, _tenant.c.version == bindparam("read_version", type_=Integer()))
    .values(
        features=value(Tenant, "features"),
        trusted_documents_only=value(Tenant, "trusted_documents_only"),
        second_step_demanded=func.coalesce(value(Tenant, "second_step_demanded"), _tenant.c.second_step_demanded),
        version=_tenant.c.version + literal_column("1", Integer),
    )
)
_COLOR = re.compile(r"#[0-9a-f]{6}")
_PHONE = re.compile(r"[+0-9][0-9 .()/-]{3,}")
_URL = re.compile(r"https?://[^\s/?#@\\]+\.[^\s/?#@\\]+([/?#]\S*)?|/(?![/\\])\S*", re.IGNORECASE)
"""A page of another site or of the portal: no other scheme, and no name before an @, which only deceives."""

Link = Mapping[str, str]


def served(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The tenant of the request's host."""
    return row.c.number == context.tenant


def theme(row: FromClause, _context: FieldContext) -> Select[tuple[str | None, str, str, str, str]]:
    """Logo, colours, font and cover."""
    return select(row.c.logo_url, row.c.primary_color, row.c.secondary_color, row.c.font, row.c.cover)


def contact(row: FromClause, _context: FieldContext) -> Select[Any]:
    """How residents reach the city."""
    named = {name: row.c[f"contact_{name}"].label(name) for name in ("email", "phone", "address")}
    return select(named["email"], named["phone"], named["address"])


def links(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The links at the foot of every page, in their order."""
    listed = func.jsonb_array_elements(row.c.footer_links).table_valued(
        column("link", JSONB), with_ordinality="place", name="listed"
    )
    each = listed.render_derived()
    said: list[ColumnElement[Any]] = [
        each.c.link.op("->>", return_type=Text())(_word(name)).label(name) for name in ("label", "url")
    ]
    return select(*said).order_by(each.c.place)


def center(row: FromClause, _context: FieldContext) -> Select[tuple[float, float]]:
    """Where a map of the portal opens; absent where it is not known."""
    return select(row.c.lat.label("lat"), row.c.lng.label("lng")).where(row.c.lat.is_not(None))


def has_sms(_row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the installation sends text messages."""
    return context.bind(lambda _arguments, asker: asker.texts is not None, Boolean())


def commune_outlines(row: FromClause, context: FieldContext) -> ColumnElement[object]:
    """A FeatureCollection of the collectivité's communes, by code, optionally only those that meet `within`."""
    shape, commune = table(CollectiviteOutline).alias(), table(Collectivite).alias()
    properties = func.json_build_object(_word("code"), commune.c.insee_code, _word("name"), commune.c.name)
    feature = func.json_build_object(
        _word("type"), _word("Feature"), _word("properties"), properties, _word("geometry"), shape.c.geometry
    )
    features = (
        select(func.coalesce(func.json_agg(aggregate_order_by(feature, commune.c.insee_code)), literal_column("'[]'")))
        .select_from(commune.join(shape, shape.c.collectivite_id == commune.c.id))
        .where(
            or_(
                commune.c.id == row.c.collectivite_id,
                commune.c.parent_ids.op("@>", is_comparison=True)(array((row.c.collectivite_id,))),
            ),
            commune.c.kind == constant(CollectiviteKind.COMMUNE),
            place.meets_bounds(shape, context, "within") if context.has("within") else true(),
        )
        .correlate(row)
    )
    return func.json_build_object(
        _word("type"), _word("FeatureCollection"), _word("features"), features.scalar_subquery()
    )


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", Text)


def time_zone(number: ColumnElement[Any]) -> ScalarSelect[str]:
    """The time zone of the tenant of this number, in which its days begin and end."""
    tenant = table(Tenant).alias("clock")
    return select(tenant.c.time_zone).where(tenant.c.number == number).correlate_except(tenant).scalar_subquery()


def end_of_day_in(days: ColumnElement[int], number: ColumnElement[Any]) -> ColumnElement[Any]:
    """The end of the day so many days from now, in the time zone of the tenant of this number; NULL for NULL."""
    zone = time_zone(number)
    today = func.date_trunc(literal_column("'day'"), func.timezone(zone, func.now()))
    until_end = func.make_interval(*[literal_column("0")] * 3, days + literal_column("1"))
    return func.timezone(zone, today + until_end)


TIME_ZONE = select(time_zone(bindparam("number", type_=BigInteger())))


def journal(_row: FromClause, _context: FieldContext) -> Select[tuple[int, str, datetime]]:
    """The journal's last sealed head, or that of an empty journal."""
    seal, always = table(Seal).alias("seal"), select(literal_column("1")).subquery("always")
    last = select(seal.c.size, seal.c.root, seal.c.sealed_at).order_by(seal.c.size.desc()).limit(literal_column("1"))
    head = last.lateral("head")
    return select(
        func.coalesce(head.c.size, literal_column("0")).label("size"),
        func.coalesce(head.c.root, literal_column(f"'{EMPTY_ROOT}'", Text)).label("root"),
        head.c.sealed_at,
    ).select_from(always.outerjoin(head, true()))


# Changes --------------------------------------------------------------------------------------------------------------


async def revise(
    act: Act,
    *,
    version: int,
    title: str,
    primary_color: str,
    secondary_color: str,
    font: str,
    cover: Cover,
    locales: Sequence[str],
    subtitle: str = "",
    welcome: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    contact_address: str = "",
    footer_links: Sequence[Link] = (),
) -> Outcome:
    """Write a portal's settings anew, unless somebody else did since `version` was read."""
    if font not in FONTS:
        raise bad_input(f"A font is one of {', '.join(FONTS)}.", "font", expected.one_of(*FONTS))
    columns = {
        "title": text.line(title, PORTAL_TITLE_LENGTH, "title"),
        "subtitle": text.line(subtitle, SUBTITLE_LENGTH, "subtitle"),
        "welcome": text.line(welcome, WELCOME_LENGTH, "welcome"),
        "primary_color": color(primary_color, "primaryColor"),
        "secondary_color": color(secondary_color, "secondaryColor"),
        "locales": _locales(locales),
        "contact_email": _email(contact_email),
        "contact_phone": _phone(contact_phone),
        "contact_address": text.clean(contact_address, ADDRESS_LENGTH, "contactAddress"),
        "footer_links": _links(footer_links),
    }
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    if not await act.execute(REVISE, number=number, read_version=version, font=font, cover=cover, **columns):
        raise conflict()
    return act.did(EventKind.PORTAL_REVISED, own, number=number)


async def switch(
    act: Act,
    *,
    version: int,
    features: Sequence[str],
    is_trusted_only: bool = False,
    is_second_step_demanded: bool | None = None,
) -> Outcome:
    """Say what the portal offers, unless somebody else wrote its settings since `version` was read.

    What was published under a feature that is off stays, and is seen by nobody until it is on again.
    """
    names = {feature.value for feature in Feature}
    for place_, name in enumerate(features):
        if name not in names:
            raise bad_input(
                f"A feature is one of {', '.join(sorted(names))}.",
                f"features.{place_}",
                expected.one_of(*sorted(names)),
            )
    if not features:
        raise Refusal(ErrorCode.REQUIRED, "A portal offers at least one thing.", "features")
    if is_second_step_demanded and act.actor_or_none is not None:
        await second_step.require(act, "isSecondStepDemanded")
    wanted = [feature.value for feature in Feature if feature.value in features]
    own, number = settings_id(act.asker.tenant), act.asker.tenant
    await act.watch((Tenant, own))
    columns = {
        "features": wanted,
        "trusted_documents_only": is_trusted_only,
        "second_step_demanded": is_second_step_demanded,
    }
    if not await act.execute(SWITCH, number=number, read_version=version, **columns):
        raise conflict()
    return act.did(EventKind.PORTAL_REVISED, own, {"features": len(wanted)}, number=number)


def color(text_: str, field: str) -> str:
    """A colour as it is kept. Raises Refusal(BAD_COLOR)."""
    written = text_.strip().lower()
    if not _COLOR.fullmatch(written):
        raise Refusal(ErrorCode.BAD_COLOR, "A colour is # and six hexadecimal digits, as in #1d4ed8.", field)
    return written


def _locales(locales: Sequence[str]) -> list[str]:
    """Each once, the first one the main one."""
    for place_, locale in enumerate(locales):
        if locale not in sentence.LOCALES:
            message = f"A language is one of {', '.join(sentence.LOCALES)}."
            raise bad_input(message, f"locales.{place_}", expected.one_of(*sentence.LOCALES))
    if not locales:
        raise Refusal(ErrorCode.REQUIRED, "A portal has at least one language.", "locales")
    return list(dict.fromkeys(locales))


def _email(text_: str) -> str:
    try:
        return email_address.canonical(text_) if text_.strip() else ""
    except AddressError as error:
        raise Refusal(ErrorCode.BAD_EMAIL, str(error), "contactEmail") from error


def _phone(text_: str) -> str:
    phone = text.line(text_, PHONE_LENGTH, "contactPhone")
    if phone and not _PHONE.fullmatch(phone):
        raise bad_input(
            "A telephone number is digits, blanks, + - . ( ) and /.", "contactPhone", expected.example("02 23 62 10 10")
        )
    return phone


def _links(links_: Sequence[Link]) -> list[dict[str, str]]:
    if len(links_) > MAX_LINKS:
        raise limit_reached(f"At most {MAX_LINKS} links are possible.", "footerLinks", expected.at_most(MAX_LINKS))
    kept = []
    for place_, link in enumerate(links_):
        before = f"footerLinks.{place_}"
        url = text.line(link["url"], LINK_URL_LENGTH, f"{before}.url")
        if not _URL.fullmatch(url):
            message = "A link begins with https:// or http://, or with / for a page of the portal."
            raise Refusal(ErrorCode.BAD_LINK, message, f"{before}.url")
        kept.append({"label": text.line(link["label"], LINK_LABEL_LENGTH, f"{before}.label"), "url": url})
    return kept
