"""What a site's pages usually give, and whether they have stopped giving it: pure.

A new page's reading first stands among the latest ones; when it leaves them it becomes part of what
is usual. So a change of layout is measured against the time before it, and what is usual follows
slowly: a level that lasts is accepted after about two weeks.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from aggregator.model import Article, BodySource, Verdict

LATEST: Final = 12
"""Readings that are compared with what is usual."""

HALF_LIFE: Final = timedelta(days=7)
"""After so long a reading counts half."""

LEAST_USUAL: Final = 10.0
"""Readings, faded, that are needed to call anything usual; a quiet site has none such."""

LEAST_SPAN: Final = timedelta(hours=1)
"""A part has to be missing for so long: a server may stumble for minutes."""

_LEAST_SHARE: Final[Mapping[str, float]] = MappingProxyType(
    {"page": 0.5, "text": 0.5}
    | dict.fromkeys(("headline", "authors", "date", "picture", "rule"), 0.8)
)
"""How usual a part must be before its absence means anything."""
_OTHER_PAGES: Final = frozenset({Verdict.CONSENT_PAGE, Verdict.BOT_WALL, Verdict.NOT_AN_ARTICLE})
"""What a site rule does not find on these says nothing about the rule."""
_FALLEN_TO: Final = 0.25
"""Of its usual share: what has fallen so far is lost."""
_RECOVERED_TO: Final = 0.6
"""Of its usual share: what has risen so far is back; between the two nothing changes."""
_ACCEPTED: Final = 0.3
"""A part of which no more than this is usual is not missed any longer."""
_BY_CHANCE: Final = 1e-4
"""How likely the latest readings may be by chance."""
_BACK_IN_A_ROW: Final = 4
"""Readings in a row with the part: it is back, whatever came before them."""
_LENGTH_FACTOR: Final = 3.0
"""Texts that are so many times shorter, or longer, than usual are not the whole, or too much."""
_LENGTH_BACK: Final = 2.0
_LENGTH_ERRORS: Final = 3.0
_TITLE_KEPT: Final = 80
"""Characters of a headline that tell it from the others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one new page gave. `length` is that of its own text, 0 without; `reason` why so.

    `rule` is the site rule that did not find its text, "" where none failed.
    """

    article_id: int
    at: datetime
    length: int
    title: str
    parts: frozenset[str]
    verdict: str
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Usual:
    """Faded means: `weight` readings remain; shares are of all, lengths of those with a text.

    `log_length` and `log_square` are means of the natural logarithm of the length and its square.
    """

    weight: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    log_length: float = 0.0
    log_square: float = 0.0
    verdicts: Mapping[str, float] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """The usual length of a text: the middle one, as far as lengths are log-normal."""
        return round(math.exp(self.log_length)) if self.log_length else 0


@dataclass(frozen=True, slots=True)
class Degradation:
    """One thing that pages have stopped giving, since when, and a page to look at.

    It is only suspected until it has lasted for `LEAST_SPAN`.
    """

    part: str
    since: datetime
    detail: str
    example: int
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """All that is kept of one site's pages in one feed; `degraded` includes what is suspected."""

    pages: int = 0
    counted_at: datetime | None = None
    usual: Usual = Usual()
    latest: tuple[Reading, ...] = ()
    degraded: tuple[Degradation, ...] = ()

    @property
    def alarms(self) -> tuple[Degradation, ...]:
        """What the pages have certainly stopped giving."""
        return tuple(found for found in self.degraded if found.is_certain)


def reading_of(article_id: int, article: Article, now: datetime, *, had: bool) -> Reading:
    """Return what a page gave; `had` False says that its server did not give us the page at all."""
    title = article.title[:_TITLE_KEPT]
    if not had:
        # No rule was asked for what it finds.
        parts = frozenset({"rule"})
        return Reading(article_id, now, 0, title, parts, "not had", article.body_reason)
    own = article.body_source is BodySource.PAGE and bool(article.body)
    is_missed = "body" in article.rule_missed and article.verdict not in _OTHER_PAGES
    present = {
        "page": True,
        "text": own,
        "headline": bool(article.title),
        "authors": bool(article.authors),
        "date": article.published is not None and article.published_how != "feed",
        "picture": article.image is not None,
        "rule": not is_missed,
    }
    return Reading(
        article_id,
        now,
        len(article.body) if own else 0,
        title,
        frozenset(part for part, is_there in present.items() if is_there),
        str(article.verdict),
        article.body_reason,
        article.rule if is_missed else "",
    )


def observed(trend: Trend, reading: Reading) -> Trend:
    """Return the trend after one more page, with what is degraded now."""
    if any(reading.title == other.title for other in trend.latest):
        # A layout without its headline gives the name of the site for each page.
        reading = replace(reading, parts=reading.parts - {"headline"})
    latest = (*trend.latest, reading)
    usual = _faded(trend.usual, trend.counted_at, reading.at)
    for leaving in latest[:-LATEST]:
        usual = _with(usual, leaving)
    after = Trend(trend.pages + 1, reading.at, usual, latest[-LATEST:], trend.degraded)
    return replace(after, degraded=tuple(_degradations(after)))


def _faded(usual: Usual, since: datetime | None, now: datetime) -> Usual:
    if since is None or now <= since:
        return usual
    return replace(usual, weight=usual.weight * 0.5 ** ((now - since) / HALF_LIFE))


def _with(usual: Usual, reading: Reading) -> Usual:
    weight = usual.weight + 1
    with_text = usual.weight * usual.shares.get("text", 0.0)

    def mean(before: float, value: float, count: float) -> float:
        return before + (value - before) / (count + 1)

    log = math.log(reading.length) if reading.length else 0.0
    return Usual(
        weight,
        {
            part: mean(usual.shares.get(part, 0.0), float(part in reading.parts), usual.weight)
            for part in _LEAST_SHARE
        },
        mean(usual.log_length, log, with_text) if reading.length else usual.log_length,
        mean(usual.log_square, log * log, with_text) if reading.length else usual.log_square,
        {
            verdict: mean(
                usual.verdicts.get(verdict, 0.0), float(verdict == reading.verdict), usual.weight
            )
            for verdict in sorted({*usual.verdicts, reading.verdict})
        },
    )


def _degradations(trend: Trend) -> Iterable[Degradation]:
    known = {degradation.part: degradation for degradation in trend.degraded}
    for part in _LEAST_SHARE:
        if found := _lost(trend, part, known.get(part)):
            yield found
            if part == "page":
                return
    if found := _other_length(trend, known.get("length")):
        yield found


def _lost(trend: Trend, part: str, known: Degradation | None) -> Degradation | None:
    usual, latest = trend.usual.shares.get(part, 0.0), trend.latest
    has = [part in reading.parts for reading in latest]
    lost = [reading for reading in latest if part not in reading.parts]
    if not lost or all(has[-_BACK_IN_A_ROW:]):
        return None
    share = sum(has) / len(latest)
    if known and known.is_certain:
        if share > _RECOVERED_TO * usual or usual < _ACCEPTED:
            return None
    elif share > _FALLEN_TO * usual or not _is_no_chance(trend, part, len(lost)):
        return None
    detail = (
        f"{_what(part, lost)}: {len(lost)} of the last {len(latest)}, before"
        f" {round(100 * (1 - usual))} of 100{_reason(lost) if part in {'page', 'text'} else ''}"
    )
    return _found(trend, part, known, lost, detail)


def _what(part: str, lost: Sequence[Reading]) -> str:
    if part == "page":
        return "the server does not give us pages any more"
    if part == "rule":
        return f"the site rule {lost[-1].rule} no longer finds the text"
    return f"pages give no {part} any more"


def _is_no_chance(trend: Trend, part: str, lost: int) -> bool:
    usual = trend.usual
    if not _is_comparable(trend) or usual.shares.get(part, 0.0) < _LEAST_SHARE[part]:
        return False
    # As if one more reading had been without it: nothing is ever sure.
    likely = usual.shares[part] * usual.weight / (usual.weight + 1)
    count = len(trend.latest)
    chance = sum(
        math.comb(count, k) * likely**k * (1 - likely) ** (count - k)
        for k in range(count - lost + 1)
    )
    return chance <= _BY_CHANCE


def _is_comparable(trend: Trend) -> bool:
    return len(trend.latest) == LATEST and trend.usual.weight >= LEAST_USUAL


def _other_length(trend: Trend, known: Degradation | None) -> Degradation | None:
    usual = trend.usual
    measured = [reading for reading in trend.latest if reading.length]
    if len(measured) <= LATEST // 2 or not usual.log_length:
        return None
    mean = sum(math.log(reading.length) for reading in measured) / len(measured)
    away = mean - usual.log_length
    is_known = known is not None and known.is_certain
    if abs(away) < math.log(_LENGTH_BACK if is_known else _LENGTH_FACTOR):
        return None
    bound = math.log(_LENGTH_BACK)
    odd = [
        reading
        for reading in measured
        if (math.log(reading.length) - usual.log_length) * math.copysign(1, away) > bound
    ]
    if not is_known:
        variance = max(usual.log_square - usual.log_length**2, 0.0)
        error = math.sqrt(variance / len(measured))
        if not (odd and _is_comparable(trend)) or abs(away) < _LENGTH_ERRORS * error:
            return None
    what = "shorter" if away < 0 else "longer"
    detail = (
        f"texts are much {what} than they were: about {math.exp(mean):,.0f} characters, before"
        f" about {usual.length:,}"
    )
    return _found(trend, "length", known, odd or measured, detail)


def _found(
    trend: Trend, part: str, known: Degradation | None, odd: Sequence[Reading], detail: str
) -> Degradation:
    """Return what is wrong since the run of `odd` readings began that goes on to this day."""
    run = list(takewhile(lambda reading: reading in odd, reversed(trend.latest)))
    since = known.since if known else (run or odd)[-1].at
    lasted = trend.latest[-1].at - since >= LEAST_SPAN
    is_certain = lasted or (known is not None and known.is_certain)
    return Degradation(part, since, detail, odd[-1].article_id, is_certain)


def _reason(lost: list[Reading]) -> str:
    counted = Counter(reading.reason for reading in lost if reading.reason)
    return f" ({counted.most_common(1)[0][0]})" if counted else ""
