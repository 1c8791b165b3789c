"""How a story's reports came in over time, as bars of one small picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.publish.browse.wording import duration_in_words
from aggregator.publish.coverage import counted

WIDTH: Final = 96
HEIGHT: Final = 24
_BARS: Final = 24
_BAR_STEP: Final = WIDTH // _BARS
_LEAST_SPAN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the picture's own units from its top left corner."""

    x: int
    y: float
    width: int
    height: float


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Bars over the time from the first report to `end`, and the same in words."""

    bars: tuple[Bar, ...]
    label: str

    @property
    def path(self) -> str:
        """Return the bars as one SVG path: a page has thirty pictures of up to 24 bars."""
        return "".join(
            f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in self.bars
        )


def sparkline(reported: Mapping[datetime, int], end: datetime) -> Sparkline | None:
    """Return the picture of at least two reports, None for fewer.

    `reported` says how many of them appeared when, in any order.
    """
    total = sum(reported.values())
    if total < 2:  # noqa: PLR2004 -- one report makes no line
        return None
    first = min(reported)
    span = max(end - first, max(reported) - first, _LEAST_SPAN)
    counts = [0] * _BARS
    for moment, count in reported.items():
        counts[min(_BARS - 1, int((moment - first) / span * _BARS))] += count
    most = max(counts)
    bars = tuple(
        Bar(
            x=position * _BAR_STEP,
            y=round(HEIGHT - HEIGHT * count / most, 1),
            width=_BAR_STEP - 1,
            height=round(HEIGHT * count / most, 1),
        )
        for position, count in enumerate(counts)
        if count
    )
    label = f"{counted(total, 'report')} in the {duration_in_words(span)} since the first"
    return Sparkline(bars, label)
