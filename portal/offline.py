"""Offline: the service worker, by which a browser shows the portal without a line."""

from portal import asset, render, site, theme
from portal.house import House

PATH = "/sw.js"
"""At the root, because a worker serves what lies beside and below it."""


def worker(house: House) -> str:
    """The worker's script. It names the files of today, so that it changes when they do."""
    look = theme.of(house)
    names = ("portal.css", "portal.js")
    files = [look.path, *map(asset.address, names), *filter(None, (look.title_font, look.text_font))]
    version = f"{site.build()}-{look.path[7:15]}"
    templates = render.environment(house.locales[0], house.time_zone)
    return templates.get_template("sw.js").render(version=version, files=sorted(set(files)))
