"""What of a report is news to those who follow its story: the rule of material changes.

A story is told again to its subscribers only for a reason that is written down here; another copy
of a known text is none. What counts is told by headlines, since they say what a report is about,
and a report that copies says nothing of its own.

| a report that joins a story | is news |
| --- | --- |
| is the first | always |
| has the text of another | never |
| is an independent origin | always |
| says in its headline that somebody denies, or confirms | if none before it in the story does |
| counts in its headline so many dead or hurt | if none before it counts as many of them |
| names in its headline or beginning a place | if none before it names the place |

Stories that are made one and a report that leaves are news too. Another headline of the story is
told with the news that led to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aggregator.group.origin.standing import Dependence
from aggregator.group.wording.sounds import sound_of
from aggregator.group.wording.stance import Stance, stances_of
from aggregator.group.wording.tolls import Harm, tolls_of
from aggregator.group.wording.words import fold
from aggregator.model import News, NewsKind, PlainText

_REPEATS: Final = frozenset({Dependence.COPY, Dependence.PARTIAL})
_OF_STANCE: Final = {
    Stance.DENIAL: NewsKind.DENIAL,
    Stance.CONFIRMATION: NewsKind.CONFIRMATION,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one report tells: by its headline, its standing among the others and its places."""

    article: int
    outlet: PlainText
    headline: str
    dependence: Dependence | None
    places: tuple[PlainText, ...] = ()

    @property
    def repeats(self) -> bool:
        """Return whether the text is that of another report."""
        return self.dependence in _REPEATS

    @property
    def is_origin(self) -> bool:
        """Return whether the report depends on no other of its story."""
        return self.dependence in {None, Dependence.OWN}


@dataclass(slots=True)
class Known:
    """What the reports of a story have told so far."""

    reports: int = 0
    stances: set[Stance] = field(default_factory=set)
    tolls: dict[Harm, set[int]] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)

    def learn(self, told: Told) -> tuple[News, ...]:
        """Take in the next report; return what of it is news, nothing where it repeats another.

        The first one opens the story in any case: its text may stand in another story.
        """
        news = tuple(self._news(told)) if not (self.reports and told.repeats) else ()
        self.reports += 1
        self.places.update(map(place_key, told.places))
        if not told.repeats:
            self.stances |= stances_of(told.headline)
            for harm, count in tolls_of(told.headline).items():
                self.tolls.setdefault(harm, set()).add(count)
        return news

    def _news(self, told: Told) -> Iterator[News]:
        if not self.reports:
            yield News(NewsKind.OPENED, told.outlet, told.article)
            return
        if told.is_origin:
            yield News(NewsKind.ORIGIN, told.outlet, told.article)
        for stance in sorted(stances_of(told.headline) - self.stances):
            yield News(_OF_STANCE[stance], told.outlet, told.article)
        for harm, count in self._new_tolls(tolls_of(told.headline)):
            yield News(NewsKind.FIGURE, PlainText(f"{count:,} {harm}"), told.article)
        for place in told.places:
            if place_key(place) not in self.places:
                yield News(NewsKind.PLACE, place, told.article)

    def _new_tolls(self, tolls: Mapping[Harm, int]) -> Iterator[tuple[Harm, int]]:
        for harm, count in tolls.items():
            if count not in self.tolls.get(harm, ()):
                yield harm, count


def news_of(reports: Iterable[Told]) -> dict[int, tuple[News, ...]]:
    """Return for each report of a story, in order of arrival, what of it is news."""
    known = Known()
    return {told.article: known.learn(told) for told in reports}


def place_key(place: str) -> str:
    """Return what the spellings of a place have in common, in several scripts where that goes."""
    sounds = "".join(map(sound_of, place.title().split()))
    return sounds or fold(place)
