"""Bars and lines over days as the geometry of one picture, with the same in words and in a table.

Pure: the templates draw what stands here. The first series is drawn as bars, others as lines over
them, told apart by their dashes as well as by colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

WIDTH: Final = 360
HEIGHT: Final = 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 4, 8, 20
_PLOT_WIDTH: Final = WIDTH - _LEFT - _RIGHT
_PLOT_HEIGHT: Final = HEIGHT - _TOP - _BOTTOM
_MOST_TICKS: Final = 4
_GAP: Final = 0.2
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """What stands at one place of the horizontal axis: `label` for the axis, `name` in full.

    `is_unfinished` says that its values may still grow.
    """

    label: str
    name: str
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each column."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the picture's own units from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    is_unfinished: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A label beside an axis: where it stands, and on which side of that (SVG's text-anchor)."""

    at: float
    label: str
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its description, and the numbers in it: a row for each column, latest first."""

    key: str
    title: str
    note: str
    description: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    lines: tuple[str, ...]
    heights: tuple[Mark, ...]
    places: tuple[Mark, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def chart(
    key: str, title: str, note: str, columns: Sequence[Column], series: Sequence[Series]
) -> Chart:
    """Return the chart of at least one column and one series; `key` is unique in its page."""
    top, step = _scale(max(value for each in series for value in each.values))
    width = _PLOT_WIDTH / len(columns)

    def height(value: float) -> float:
        return round(_TOP + _PLOT_HEIGHT * (1 - value / top), 1)

    bars = tuple(
        Bar(
            x=round(_LEFT + width * (place + _GAP / 2), 2),
            y=height(value),
            width=round(width * (1 - _GAP), 2),
            height=round(_TOP + _PLOT_HEIGHT - height(value), 1),
            is_unfinished=column.is_unfinished,
        )
        for place, (column, value) in enumerate(zip(columns, series[0].values, strict=True))
    )
    lines = tuple(
        " ".join(
            f"{round(_LEFT + width * (place + 0.5), 1)},{height(value)}"
            for place, value in enumerate(each.values)
            # A line to what is not complete would tell of a fall.
            if not columns[place].is_unfinished
        )
        for each in series[1:]
    )
    ticks = [step * number for number in range(round(top / step) + 1)]
    return Chart(
        key=key,
        title=title,
        note=note,
        description=_described(columns, series),
        series=tuple(series),
        bars=bars,
        lines=lines,
        heights=tuple(Mark(height(tick), _short(tick)) for tick in ticks),
        places=_places(columns, width),
        rows=tuple(
            (column.name, tuple(number(each.values[place]) for each in series))
            for place, column in reversed(list(enumerate(columns)))
        ),
    )


def number(value: float) -> str:
    """Return a count as people write it: "1,234"; one that is not whole, as a mean, "12.5"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _scale(largest: float) -> tuple[float, float]:
    """Return where the axis ends and its step: 1, 2 or 5 times a power of ten, at least 1."""
    if largest <= 1:
        return 1.0, 1.0
    power = 10.0 ** floor(log10(largest / _MOST_TICKS))
    step = max(
        1.0, next(power * each for each in (1, 2, 5, 10) if power * each * _MOST_TICKS >= largest)
    )
    return step * -(-largest // step), step


def _short(value: float) -> str:
    return f"{value / _THOUSAND:g}k" if value >= 10 * _THOUSAND else f"{value:,.0f}"


def _places(columns: Sequence[Column], width: float) -> tuple[Mark, ...]:
    last = len(columns) - 1
    chosen = {0: "start", last // 2: "middle", last: "end"} if last > 1 else {0: "start"}
    ends = {"start": 0.0, "middle": width / 2, "end": width}
    return tuple(
        Mark(round(_LEFT + width * place + ends[anchor], 1), columns[place].label, anchor)
        for place, anchor in chosen.items()
    )


def _described(columns: Sequence[Column], series: Sequence[Series]) -> str:
    sentences = [f"From {columns[0].name} to {columns[-1].name}."]
    for each in series:
        most = max(each.values)
        place = each.values.index(most)
        sentences.append(
            f"{each.name}: from {number(min(each.values))} to {number(most)},"
            f" most on {columns[place].name}."
        )
    return " ".join(sentences)
