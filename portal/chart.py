"""Chart: figures of two periods drawn as SVG on the server; a table beside says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

WIDE, NARROW = 760, 360
"""Widths for a desk and for a phone, in units that are as large as a CSS pixel there."""

HEIGHT, TOP, BOTTOM, LEFT = 240, 12, 26, 56
ROW, LABEL, BAR, THIN = 46, 18, 14, 5
MOST_BARS = 20
COLUMNS = 62
"""More columns than this are too thin: a line is drawn."""

TICKS = 4
LETTER = 7.2
"""How wide a letter of a label is, about."""

_ROUND = (1, 2, 5)
_HOURS = (15, 30, 60, 120, 240, 360, 720)
_DAY = 1_440

_SVG = Markup('<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>')
_GRID = Markup('<path class="grid" d="M{:.1f} {:.1f}H{}"/><text x="{:.1f}" y="{:.1f}" class="end">{}</text>')
_UNDER = Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>')
_COLUMN = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>')
_LINE = Markup('<path class="{}" d="{}"/>')
_TEXT = Markup('<text x="{:.1f}" y="{:.1f}">{}</text>')
_VALUE = Markup('<text x="{:.1f}" y="{:.1f}" class="value">{}</text>')


@dataclass(frozen=True, slots=True)
class Bar:
    """A group: its label, its figure and that of the other period. None: not told (`least` says what it is below), or
    nothing to tell."""

    label: str
    now: float | None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Groups in their order, and the words of a figure."""

    bars: Sequence[Bar]
    say: Callable[[float], str]
    few: str = ""
    """What is said of a figure that is not told, because it counts few people."""

    least: int = 0
    """Figures that are not told are below this; 0 where there are none."""

    is_time: bool = False
    """Whether they are told in minutes."""

    def in_time(self, words: str) -> Markup:
        """Columns along a line of time, for a desk and for a phone; the other period is a line over them."""
        return Markup("").join(self._along(name, width, words) for name, width in (("wide", WIDE), ("narrow", NARROW)))

    def by_group(self, words: str) -> Markup:
        """A bar for each group below its label, the first MOST_BARS of them."""
        return Markup("").join(self._down(name, width, words) for name, width in (("wide", WIDE), ("narrow", NARROW)))

    def _along(self, name: str, width: int, words: str) -> Markup:
        steps = ticks(self._most(), is_time=self.is_time)
        scale = (HEIGHT - TOP - BOTTOM) / steps[-1]
        step = (width - LEFT - 8) / max(1, len(self.bars))

        def place(rank: int, value: float) -> tuple[float, float]:
            return LEFT + (rank + 0.5) * step, HEIGHT - BOTTOM - value * scale

        parts = [self._ruled(tick, place(0, tick)[1], width) for tick in steps]
        if len(self.bars) <= COLUMNS:
            parts += [self._column(bar, *place(rank, self._drawn(bar)), step) for rank, bar in enumerate(self.bars)]
        else:
            points = [place(rank, self._drawn(bar)) for rank, bar in enumerate(self.bars)]
            parts.append(_LINE.format("now", _path([points])))
        parts.append(_LINE.format("before", _path(self._before(place))))
        parts += self._labels(width, step)
        return _SVG.format(name, width, HEIGHT, words, Markup("").join(parts))

    def _before(self, place: Callable[[int, float], tuple[float, float]]) -> list[list[tuple[float, float]]]:
        """The other period's lines: one ends where nothing is told."""
        lines: list[list[tuple[float, float]]] = [[]]
        for rank, bar in enumerate(self.bars):
            if bar.before is None:
                lines.append([])
            else:
                lines[-1].append(place(rank, bar.before))
        return [line for line in lines if line]

    def _ruled(self, tick: float, y: float, width: int) -> Markup:
        return _GRID.format(LEFT, y, width, LEFT - 8, y + 4, self.say(tick))

    def _column(self, bar: Bar, x: float, y: float, step: float) -> Markup:
        wide = max(1.0, step * 0.72)
        return _COLUMN.format(self._class(bar), x - wide / 2, y, wide, HEIGHT - BOTTOM - y, self._told(bar))

    def _labels(self, width: int, step: float) -> list[Markup]:
        """As many labels below as there is room for, the first among them."""
        longest = max((len(bar.label) for bar in self.bars), default=1) * LETTER + 14
        every = max(1, ceil(longest / step))
        y = HEIGHT - 8
        marks = []
        for rank in range(0, len(self.bars), every):
            x = LEFT + (rank + 0.5) * step
            half = len(self.bars[rank].label) * LETTER / 2
            marks.append(
                _UNDER.format(*((width, y, "end") if x + half > width else (x, y, "middle")), self.bars[rank].label)
            )
        return marks

    def _down(self, name: str, width: int, words: str) -> Markup:
        bars = self.bars[:MOST_BARS]
        scale = (width - 70) / ticks(self._most(), is_time=self.is_time)[-1]
        parts = []
        for rank, bar in enumerate(bars):
            y, long = rank * ROW + 12, self._drawn(bar) * scale
            parts.append(_TEXT.format(0, y, _cut(bar.label, int(width / LETTER))))
            parts.append(_COLUMN.format(self._class(bar), 0, y + 6, long, BAR, self._told(bar)))
            parts.append(_VALUE.format(long + 6, y + BAR + 3, self._figure(bar)))
            if bar.before is not None:
                long = bar.before * scale
                parts.append(_COLUMN.format("then", 0, y + 6 + BAR + 1, long, THIN, self.say(bar.before)))
        return _SVG.format(name, width, max(1, len(bars)) * ROW, words, Markup("").join(parts))

    def _most(self) -> float:
        values = [value for bar in self.bars for value in (bar.now, bar.before) if value is not None]
        return max([*values, self.least, 1])

    def _drawn(self, bar: Bar) -> float:
        """How high: what is not told, up to what it is below."""
        return bar.now if bar.now is not None else self.least

    def _class(self, bar: Bar) -> str:
        return "now" if bar.now is not None or not self.least else "few"

    def _figure(self, bar: Bar) -> str:
        if bar.now is not None:
            return self.say(bar.now)
        return self.few if self.least else "–"

    def _told(self, bar: Bar) -> str:
        return f"{bar.label} : {self._figure(bar)}"


def ticks(most: float, *, is_time: bool = False) -> list[float]:
    """Round figures from 0 on, up to the first that is not below the largest."""
    step = _step(most / TICKS, is_time=is_time)
    return [step * rank for rank in range(max(1, ceil(most / step)) + 1)]


def _step(least: float, *, is_time: bool) -> float:
    """The first round figure that is not below a figure: 1, 2 or 5 times a power of ten, or hours and days."""
    if is_time and least <= _HOURS[-1]:
        return next(hours for hours in _HOURS if hours >= least)
    if is_time:
        return _DAY * _step(least / _DAY, is_time=False)
    power = 1
    while power * _ROUND[-1] < least:
        power *= 10
    return next(power * digit for digit in _ROUND if power * digit >= least)


def _path(lines: Sequence[Sequence[tuple[float, float]]]) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in lines if line)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
