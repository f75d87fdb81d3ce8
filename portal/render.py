"""Render: templates in a language, with the few filters that pages need; everything is escaped."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import web
from portal import (
    amendment_word,
    analysis_word,
    asset,
    award_word,
    basket,
    copy_word,
    dashboard,
    debate_word,
    desk_word,
    exchange_word,
    font,
    gallery,
    judgement,
    market_word,
    measured,
    mission_word,
    notice_word,
    palette,
    petition_word,
    phase,
    place,
    proof_word,
    prose,
    sheet,
    survey_word,
    template_word,
    theme,
    value,
    webhook_word,
    widget,
    word,
    zone_move_word,
)
from portal import coming as coming_dates
from portal.chart import Bar, Chart
from portal.form import Form, new_key
from portal.map import Picture
from portal.message import NAMES, SOURCE, catalogue, contracted, unbroken
from portal.message import mark as _
from portal.outline import outline
from portal.visit import Visit
from portal.zone_map import ZonePicture

NARROW = "\u202f"
_MONTH_NUMBERS = frozenset(map(str, range(1, 13)))


@cache
def environment(language: str, zone: str) -> Environment:
    """The templates with the words of a language, and days and hours by the clock of a time zone."""
    templates = Environment(
        loader=FileSystemLoader(web.TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    say = _speak(templates, language)
    templates.filters |= _filters(language, zone, say)
    templates.globals |= {
        "word": {name: {key: say(text) for key, text in table.items()} for name, table in _TABLES.items()},
        "asset": asset.address,
        "picture": gallery.path,
        "code": code,
        "code_sheet": _code_sheet,
        "languages": NAMES,
        **{kind.__name__: kind for kind in (Picture, ZonePicture, Chart, Bar)},
        "measured": measured,
        "place": place,
        "outline": outline,
        "basket": basket.basket,
        "coming": coming_dates.agenda,
        "until": phase.until,
        "Picked": basket.Picked,
        "sheet": sheet.sheet,
        "counted": sheet.counted,
        "dashboard": dashboard,
        "widget": widget,
        "none_form": Form(key=""),  # It has no key of its own, which all pages would share.
        "new_key": new_key,
        "this_year": partial(this_year, zone),
        "look": theme,
        "fonts": tuple(font.FONTS),
    }
    return templates


def _code_sheet(*given: Any) -> str:
    """Codes as a PDF; what writes it is loaded by the few processes that print any."""
    from portal import code_sheet

    return code_sheet.address(*given)


def _speak(templates: Environment, language: str) -> Callable[[str], str]:
    """Give templates the words of a language."""
    messages = catalogue(language)
    templates.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        messages.gettext, messages.ngettext, newstyle=True, pgettext=messages.pgettext
    )
    return messages.gettext


def _filters(language: str, zone: str, say: Callable[[str], str]) -> dict[str, Callable[..., Any]]:
    return {
        "number": partial(number, language),
        "euros": partial(euros, language),
        "money": partial(money, language),
        "day": partial(day, language, zone=zone),
        "ago": partial(ago, language, zone=zone),
        "days_left": days_left,
        "days_ahead": partial(days_ahead, zone=zone),
        "local": partial(local, zone=zone),
        "moment": partial(moment, language, zone=zone),
        "occasion": partial(occasion, language, zone=zone),
        "lasting": partial(lasting, say),
        "month": partial(month, say),
        "month_name": lambda number: say(word.MONTHS[int(number) - 1]),
        "season": partial(season, say),
        "clock": partial(clock, language),
        "clock_of": lambda instant: clock(language, f"{_there(instant, zone):%H:%M}"),
        "month_of": lambda month: f"{say(word.MONTHS[int(month[5:7]) - 1]).capitalize()} {month[:4]}",
        "coming": partial(coming, language, zone=zone),
        "apart": apart,
        "unbroken": unbroken,
        "contracted": lambda text: type(text)(contracted(text)) if language == SOURCE else text,
        "excerpt": excerpt,
        "initial": lambda name: (name.strip() or "?")[0].upper(),
        "lower_first": lambda text: text[:1].lower() + text[1:],
        "share": share,
        "say": say,
        "prose": prose.html,
        "color": palette.sound,
        "ink": palette.ink_on,
        "link": lambda url: url if re.match(r"https?://|/(?![/\\])", url) else "#",
        "decimal": lambda text: text if language == "en" else text.replace(".", ","),
        "dialled": lambda phone: re.sub(r"[^+0-9]", "", phone),
        "short_address": lambda url: re.sub(r"^https?://(www\.)?", "", url),
        "cents": value.cents,
        "typed_euros": lambda cents: "" if cents is None else f"{cents / 100:.2f}".replace(".", ","),
    }


_TABLES: Mapping[str, Mapping[str, str]] = {
    name.lower(): table
    for words in (
        word,
        amendment_word,
        analysis_word,
        award_word,
        copy_word,
        debate_word,
        desk_word,
        exchange_word,
        judgement,
        market_word,
        mission_word,
        notice_word,
        petition_word,
        proof_word,
        survey_word,
        template_word,
        webhook_word,
        zone_move_word,
    )
    for name, table in vars(words).items()
    if name.isupper() and isinstance(table, dict)
}


def html(visit: Visit, name: str, **values: Any) -> str:
    """A template's page for a visit."""
    templates = environment(visit.language, visit.house.time_zone)
    return templates.get_template(f"{name}.html").render(visit=visit, house=visit.house, **values)


def code(address: str) -> Markup:
    """An address as a QR code: black on white whatever the theme, so that any camera reads it."""
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=1, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704  # drawn here


def number(language: str, value: int) -> str:
    """A whole number in groups of three."""
    return f"{value:,}".replace(",", "," if language == "en" else NARROW)


def euros(language: str, cents: int) -> str:
    """A price."""
    text = f"{cents / 100:.2f}" if cents % 100 else str(cents // 100)
    return f"€{text}" if language == "en" else f"{text.replace('.', ',')}\u00a0€"


def apart(items: Sequence[Mapping[str, Any]], name: str, nameless: str = "") -> list[str]:
    """What the items of a list are called, for buttons that are heard without their line: those of one name are
    numbered in their order."""
    names = [str(item[name] or nameless) for item in items]
    return [f"{one}, {names[: n + 1].count(one)}" if names.count(one) > 1 else one for n, one in enumerate(names)]


def money(language: str, whole: int) -> str:
    """An amount of whole euros."""
    text = number(language, whole)
    return f"€{text}" if language == "en" else f"{text}\u00a0€"


def day(language: str, instant: str, *, zone: str) -> str:
    """A date in words: a day in ISO 8601 as it is, an instant by a portal's clock."""
    read = _there(instant, zone)
    month = catalogue(language).gettext(word.MONTHS[read.month - 1])
    first = "1er" if read.day == 1 and language == "fr" else str(read.day)
    return f"{first}\u00a0{month} {read.year}"


def ago(language: str, instant: str, *, zone: str) -> str:
    """How long ago something was, in the largest unit that fits; a date by a portal's clock after four weeks."""
    messages = catalogue(language)
    minutes = int((datetime.now(UTC) - _read(instant)).total_seconds() // 60)
    if minutes < 60:
        return messages.gettext("à l'instant") if minutes < 2 else _filled(messages.gettext("il y a %d min"), minutes)
    hours, days = minutes // 60, minutes // 1440
    if hours < 24:
        return _filled(messages.gettext("il y a %d h"), hours)
    if days < 28:
        return _filled(messages.ngettext("il y a %d jour", "il y a %d jours", days), days)
    return day(language, instant, zone=zone)


def local(instant: str | None, *, zone: str) -> str:
    """An instant as a field for days and hours shows it, by a portal's clock; empty for none."""
    return "" if instant is None else _read(instant).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def moment(language: str, instant: str, *, zone: str) -> str:
    """A day and its hour in words, by a portal's clock."""
    return f"{day(language, instant, zone=zone)}, {clock(language, f'{_there(instant, zone):%H:%M}')}"


def occasion(language: str, instant: str, *, zone: str) -> str:
    """A moment with its weekday, for what people come to."""
    weekdays = [*market_word.WEEKDAYS.values()]
    weekday = weekdays[_there(instant, zone).weekday()]
    return f"{catalogue(language).gettext(weekday)} {moment(language, instant, zone=zone)}"


def lasting(say: Callable[[str], str], minutes: float) -> str:
    """A duration in its two largest units."""
    whole = round(minutes)
    days, hours, left = whole // 1440, whole // 60 % 24, whole % 60
    if days:
        return _filled(say(_("%d j")), days) + (f" {_filled(say(_('%d h')), hours)}" if hours else "")
    if hours:
        return _filled(say(_("%d h")), hours) + (f" {left:02}" if left else "")
    return _filled(say(_("%d min")), left)


def month(say: Callable[[str], str], day: str, *, is_short: bool = False) -> str:
    """A day's month in words, with its year; or the day and the month in figures."""
    read = _read(day)
    return f"{read.day}/{read.month}" if is_short else f"{say(word.MONTHS[read.month - 1])} {read.year}"


def season(say: Callable[[str], str], numbers: Sequence[int | str]) -> str:
    """Months in words, those that follow each other together, around the end of the year too: «octobre – mars»."""
    chosen = {int(number) for number in numbers if str(number) in _MONTH_NUMBERS}
    begins = [one for one in sorted(chosen) if (one - 2) % 12 + 1 not in chosen]
    runs = []
    for begin in begins:
        length = next(step for step in range(1, 13) if (begin - 1 + step) % 12 + 1 not in chosen)
        end = (begin + length - 2) % 12 + 1
        names = [say(word.MONTHS[one - 1]) for one in dict.fromkeys((begin, end))]
        runs.append(" – ".join(names))
    return ", ".join(runs)


def clock(language: str, time: str) -> str:
    """A time of a day: «9 h 30», in French without idle zeros."""
    if language == "en":
        return time
    hours, _colon, minutes = time.partition(":")
    return f"{int(hours)}\u00a0h" + (f"\u00a0{minutes}" if minutes != "00" else "")


def coming(language: str, instant: str, *, zone: str) -> str:
    """A day that is near, and from which hour on, by a portal's clock: «demain à 9 h»."""
    there = _there(instant, zone)
    away = (there.date() - datetime.now(ZoneInfo(zone)).date()).days
    said = (_("aujourd'hui à %(hour)s"), _("demain à %(hour)s"), _("le %(day)s à %(hour)s"))[min(max(away, 0), 2)]
    told = {"day": day(language, instant, zone=zone), "hour": clock(language, f"{there:%H:%M}")}
    return str(catalogue(language).gettext(said)) % told


def days_left(instant: str) -> int:
    """How many whole days there are until an instant, of the last one 1; 0 when it is past."""
    seconds = (_read(instant) - datetime.now(UTC)).total_seconds()
    return max(1, int(seconds // 86_400)) if seconds > 0 else 0


def this_year(zone: str) -> int:
    """The year by a portal's clock."""
    return datetime.now(ZoneInfo(zone)).year


def days_ahead(days: int, *, zone: str) -> str:
    """The hour so many days from now as a field for days and hours shows it, by a portal's clock."""
    return f"{datetime.now(ZoneInfo(zone)) + timedelta(days=days):%Y-%m-%dT%H:00}"


def excerpt(text: str, most: int) -> str:
    """The beginning of a text in whole words, at most so many characters; what was left out is three dots."""
    text = " ".join(text.split())
    if len(text) > most:
        begun = text[:most].rpartition(" ")[0] or text[: most - 1]
        text = begun.rstrip(" .,;:!?…«(–-") + "…"
    return unbroken(text)


def share(part: int, whole: int) -> int:
    """Per cent, whole; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def _filled(text: str, value: int) -> str:
    return text % value


def _read(instant: str) -> datetime:
    read = datetime.fromisoformat(instant)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _there(instant: str, zone: str) -> datetime:
    """An instant by a portal's clock; a day without hour is the same everywhere."""
    read = datetime.fromisoformat(instant)
    return read.astimezone(ZoneInfo(zone)) if read.tzinfo else read
