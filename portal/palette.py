"""Palette: a portal's two colours in, a whole palette out, for light and dark, with the contrasts of WCAG AA.

Colours are searched in OKLCH (Björn Ottosson, 2020): at constant hue, by bisection on lightness.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LINK, BORDER, BODY = 4.5, 3.0, 7.0
"""Contrasts: of links and small text, of what shows where a control is, of running text."""

HEAT_STEPS = 5
HEAT_APART = 1.2
"""How far at least the contrast of neighbouring heat steps is."""

DEFAULT = "#26357f"
KIND_HUES: Mapping[str, float] = {"offer": 160, "request": 35, "listing": 85, "proposal": 255, "argument": 320}
"""The hue of each kind of contribution, in degrees; never the only sign of it."""

Oklch = tuple[float, float, float]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Names of custom properties to colours `#rrggbb`, for each theme."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


@lru_cache(maxsize=1_024)
def palette(primary: str, secondary: str) -> Palette:
    """The palette of two theme colours; what is not `#rrggbb` is taken as the default colour. Cost: some 5 ms."""
    first, second = (_oklch(_rgb(sound(color))) for color in (primary, secondary))
    return Palette(_theme(first, second, is_dark=False), _theme(first, second, is_dark=True))


@lru_cache(maxsize=1_024)
def scene(primary: str, secondary: str) -> Palette:
    """The colours of drawn covers: by day in the light theme, by night in the dark one."""
    first, second = (_oklch(_rgb(sound(color))) for color in (primary, secondary))
    return Palette(_scene(first, second, DAY), _scene(first, second, NIGHT))


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(_rgb(first)), _luminance(_rgb(second))))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(color: str) -> str:
    """Near-black or white, whichever contrasts more with a background; pure black where that alone reaches AA."""
    best = max(("#14121a", "#ffffff"), key=lambda ink: contrast(ink, color))
    return best if contrast(best, color) >= LINK else "#000000"


def _theme(first: Oklch, second: Oklch, *, is_dark: bool) -> dict[str, str]:
    hue, chroma = first[2], first[1]
    tone = min(chroma, 0.16)
    if is_dark:
        paper, surface = _hex((0.17, min(tone, 0.03), hue)), _hex((0.215, min(tone, 0.04), hue))
        tint, line = _hex((0.29, min(tone, 0.07), hue)), _hex((0.34, min(tone, 0.06), hue))
        ink, soft = "#f4f2f8", _reach((0.80, min(tone, 0.02), hue), (paper, surface, tint), BODY, darker=False)
        accent = _reach((first[0], chroma, hue), (paper, surface), BORDER, darker=False)
    else:
        paper, surface = _hex((0.977, min(tone, 0.008), hue)), "#ffffff"
        tint, line = _hex((0.93, min(tone, 0.03), hue)), _hex((0.90, min(tone, 0.025), hue))
        ink, soft = _hex((0.22, min(tone, 0.05), hue)), _reach((0.46, min(tone, 0.035), hue), (tint,), LINK + 0.6)
        accent = _reach((first[0], chroma, hue), (paper, surface), BORDER)
    grounds = (paper, surface, tint)
    named = {
        "paper": paper,
        "surface": surface,
        "tint": tint,
        "line": line,
        "ink": ink,
        "soft": soft,
        "accent": accent,
        "on-accent": ink_on(accent),
        "accent-strong": _shift(accent, 0.06 if is_dark else -0.06),
        "second": _hex(second),
        "on-second": ink_on(_hex(second)),
        "link": _reach((first[0], chroma, hue), grounds, LINK, darker=not is_dark),
        "border": _reach((0.6, min(tone, 0.05), hue), grounds, BORDER, darker=not is_dark),
        "error": _reach((0.55, 0.19, 27), grounds, LINK, darker=not is_dark),
        "good": _reach((0.55, 0.12, 155), grounds, LINK, darker=not is_dark),
    }
    named["on-accent-strong"] = ink_on(named["accent-strong"])
    named |= {
        f"kind-{key}": _reach((0.55, 0.13, to), grounds, LINK, darker=not is_dark) for key, to in KIND_HUES.items()
    }
    for step, color in enumerate(heat(first, is_dark=is_dark), 1):
        named |= {f"heat-{step}": color, f"on-heat-{step}": ink_on(color)}
    return named


def heat(color: Oklch, *, is_dark: bool) -> Sequence[str]:
    """Five steps from few to many in one hue, each at least HEAT_APART from the one before; many stands out most."""
    low, high = (0.42, 0.93) if is_dark else (0.87, 0.30)
    chroma = max(min(color[1], 0.17), 0.02) if color[1] > 0.015 else color[1]
    steps = []
    for step in range(HEAT_STEPS):
        part = step / (HEAT_STEPS - 1)
        lightness = low + (high - low) * part
        steps.append(_hex((lightness, chroma * (0.55 + 0.45 * math.sin(math.pi * (0.25 + part / 2))), color[2])))
    return steps


def _reach(color: Oklch, grounds: Sequence[str], wanted: float, *, darker: bool = True) -> str:
    """The nearest colour, darker or lighter at constant hue, that has a contrast with all grounds."""

    def reaches(candidate: str) -> bool:
        return min(contrast(candidate, ground) for ground in grounds) >= wanted

    given = _hex(color)
    if reaches(given):
        return given
    bad, good = color[0], 0.0 if darker else 1.0
    for _ in range(24):
        middle = (bad + good) / 2
        bad, good = (bad, middle) if reaches(_hex((middle, color[1], color[2]))) else (middle, good)
    return _hex((good, color[1], color[2]))


Tones = Mapping[str, tuple[int, float, float]]
"""By name: of which theme colour (0 or 1), its lightness, and how much of its chroma; below 0 the colour's own."""

DAY: Tones = {
    "low": (0, 0.945, 0.22),
    "sun": (1, -1, 0.9),
    "far": (0, 0.885, 0.34),
    "mid": (0, 0.80, 0.5),
    "near": (0, 0.66, 0.72),
    "front": (0, 0.50, 0.9),
    "deep": (0, 0.34, 0.85),
    "warm1": (1, 0.93, 0.28),
    "warm2": (1, 0.83, 0.6),
    "warm3": (1, -1, 1.0),
    "white": (1, 0.985, 0.05),
    "lamp": (1, 0.95, 0.3),
}
NIGHT: Tones = {
    "low": (0, 0.29, 0.5),
    "sun": (1, 0.78, 0.8),
    "far": (0, 0.355, 0.55),
    "mid": (0, 0.31, 0.55),
    "near": (0, 0.27, 0.55),
    "front": (0, 0.235, 0.5),
    "deep": (0, 0.15, 0.4),
    "warm1": (1, 0.44, 0.3),
    "warm2": (1, 0.38, 0.45),
    "warm3": (1, 0.50, 0.75),
    "white": (0, 0.47, 0.3),
    "lamp": (1, 0.86, 0.8),
}
WATER: Oklch = (1.0, 0.045, 232.0)
"""Water is blue whatever the theme is; its lightness is the scene's."""


def _scene(first: Oklch, second: Oklch, tones: Tones) -> dict[str, str]:
    named = {}
    for name, (which, lightness, part) in tones.items():
        color = (first, second)[which]
        own = min(0.82, max(0.55, color[0]))
        named[name] = _hex((own if lightness < 0 else lightness, min(color[1], 0.19) * part, color[2]))
    wet, lit = (0.86, 0.95) if tones is DAY else (0.30, 0.40)
    return named | {"water": _hex((wet, WATER[1], WATER[2])), "foam": _hex((lit, WATER[1] / 2, WATER[2]))}


def _shift(color: str, by: float) -> str:
    lightness, chroma, hue = _oklch(_rgb(color))
    return _hex((min(1.0, max(0.0, lightness + by)), chroma, hue))


# Conversions ---------------------------------------------------------------------------------------------------------


def sound(color: str) -> str:
    """A colour `#rrggbb`; the default one in the place of anything else."""
    return color if re.fullmatch(r"#[0-9a-fA-F]{6}", color, re.ASCII) else DEFAULT


def _rgb(color: str) -> Rgb:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(color: Rgb) -> float:
    red, green, blue = map(_linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(color: Rgb) -> Oklch:
    red, green, blue = map(_linear, color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear_rgb(color: Oklch) -> Rgb:
    lightness, chroma, hue = color
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _hex(color: Oklch) -> str:
    """`#rrggbb`; a colour that screens do not have loses chroma, not hue, until they have it."""
    lightness, chroma, hue = color
    if not _is_shown(_linear_rgb(color)):
        low, high = 0.0, chroma
        for _ in range(16):
            middle = (low + high) / 2
            low, high = (middle, high) if _is_shown(_linear_rgb((lightness, middle, hue))) else (low, middle)
        color = (lightness, low, hue)
    return "#" + "".join(f"{round(_gamma(min(1.0, max(0.0, part))) * 255):02x}" for part in _linear_rgb(color))


def _is_shown(color: Rgb) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in color)


def _gamma(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
