"""The reports of the window, the stories they make, and which of them are near an article."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import mul
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aggregator.group.likeness import Asked, Cosines, Field
from aggregator.group.profile import Profile
from aggregator.group.rarity import Rarity

MOST_NEIGHBOURS: Final = 60
"""Reports, the nearest by text, whose stories an article may join."""

_LEAST_COSINE: Final = 0.01

_Vectors = tuple[Mapping[str, int], Mapping[str, int]]


@dataclass(slots=True, eq=False)
class Held:
    """A report of the window. `number` counts arrivals; `stamp` is the stream's time at its own."""

    number: int
    profile: Profile
    story: "ActiveStory"
    copy_of: str | None
    stamp: datetime | None


@dataclass(slots=True, eq=False)
class ActiveStory:
    """A story of the window: its reports, and what they come to together.

    `sources` are their outlets and `dead` their counts of the dead by outlet, each with how many
    reports have it; `sums` are those of their vectors of text and names, and `squares` the squared
    lengths of these at the rarity of age `squares_age`.
    """

    key: str
    reports: dict[int, Held] = field(default_factory=dict)
    sources: Counter[str | None] = field(default_factory=Counter)
    dead: Counter[tuple[str | None, int]] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    sums: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    squares: list[int] = field(default_factory=lambda: [0, 0])
    squares_age: int = -1

    def note_times(self) -> None:
        """Work out anew when the story's reports begin and end."""
        times = [h.profile.published for h in self.reports.values() if h.profile.published]
        self.first = min(times, default=None)
        self.last = max(times, default=None)


@dataclass(frozen=True, slots=True)
class Question:
    """An article ready to be compared: its text and its names."""

    profile: Profile
    text: Asked
    names: Asked


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The reports nearest to an article by text, nearest first, and their cosines to it."""

    nearest: tuple[Held, ...]
    text_of_nearest: list[float]
    names_of_nearest: list[float]


def _vectors(profile: Profile) -> _Vectors:
    return profile.text, profile.names


class Index:
    """All reports of the window, by field and by story."""

    def __init__(self) -> None:
        self.rarity = Rarity()
        self._held: dict[int, Held] = {}
        self._first = 0
        self._text = Field(self.rarity)
        self._names = Field(self.rarity)

    def add(self, held: Held) -> None:
        """Take in the next report and give it to its story."""
        profile, number = held.profile, held.number
        if not self._held:
            self._first = number
        self._held[number] = held
        self._text.add(number, profile.text)
        self._names.add(number, profile.names)
        self.rarity.learn(profile.text.keys() | profile.names.keys())
        self._join(held, held.story)

    def move(self, held: Held, story: ActiveStory) -> None:
        """Take a report from its story to another; both are as if it had always been there."""
        self._leave(held)
        held.story = story
        self._return(held)

    def _return(self, held: Held) -> None:
        story = held.story
        self._join(held, story)
        # As after a restart, the reports of a story stand in their order of arrival.
        story.reports = dict(sorted(story.reports.items()))

    @contextmanager
    def set_aside(self, reports: Collection[Held]) -> Iterator[None]:
        """Take reports out of their stories for a while; they stay in the index of what is near."""
        for held in reports:
            self._leave(held)
        try:
            yield
        finally:
            for held in reports:
                self._return(held)

    def _join(self, held: Held, story: ActiveStory) -> None:
        profile = held.profile
        story.reports[held.number] = held
        story.sources[profile.source] += 1
        if profile.dead is not None:
            story.dead[profile.source, profile.dead] += 1
        if profile.published:
            story.first = min(story.first or profile.published, profile.published)
            story.last = max(story.last or profile.published, profile.published)
        up_to_date = story.squares_age == self.rarity.age
        rarity_of = self.rarity.of
        for position, vector in enumerate(_vectors(profile)):
            sums = story.sums[position]
            growth = 0
            for term, weight in vector.items():
                before = sums.get(term, 0)
                sums[term] = before + weight
                if up_to_date:
                    growth += weight * (2 * before + weight) * rarity_of[term] ** 2
            story.squares[position] += growth

    def remove(self, held: Held) -> None:
        """Let the earliest report go; what it gave to its story goes with it."""
        profile, number = held.profile, held.number
        del self._held[number]
        self._first = number + 1
        self._text.remove(number, profile.text)
        self._names.remove(number, profile.names)
        self.rarity.forget(profile.text.keys() | profile.names.keys())
        self._leave(held)

    def freeze(self) -> None:
        """Work out anew how rare terms are, and what hangs on that."""
        self.rarity.freeze()
        for index in (self._text, self._names):
            index.weigh()

    def _leave(self, held: Held) -> None:
        profile, story = held.profile, held.story
        del story.reports[held.number]
        story.sources -= Counter([profile.source])
        if profile.dead is not None:
            story.dead -= Counter([(profile.source, profile.dead)])
        story.note_times()
        for sums, vector in zip(story.sums, _vectors(profile), strict=True):
            for term, weight in vector.items():
                sums[term] -= weight
                if not sums[term]:
                    del sums[term]
        story.squares_age = -1

    def ask(self, profile: Profile) -> Question:
        """Weight an article's terms by how rare they are now."""
        return Question(
            profile,
            self._text.ask(profile.text),
            self._names.ask(profile.names),
        )

    def surroundings(self, question: Question, *, without: Collection[int] = ()) -> Surroundings:
        """Compare an article with all that is held, but for the reports with these numbers."""
        text = self._text.cosines(question.text)
        if without:
            text[[number - self._first for number in without]] = 0.0
        places = _highest(text)
        return Surroundings(
            tuple([self._held[self._first + place] for place in places.tolist()]),
            text[places].tolist(),
            self._names.cosines(question.names)[places].tolist(),
        )

    def to_story(self, question: Question, story: ActiveStory) -> tuple[float, float]:
        """Return the cosines of text and names of an article to the sums of a story."""
        if story.squares_age != self.rarity.age:
            story.squares = [self._square(sums) for sums in story.sums]
            story.squares_age = self.rarity.age
        asked = question.text, question.names
        text, names = (
            _dot(one.weights, sums) / (one.length * math.sqrt(square) or 1.0)
            for one, sums, square in zip(asked, story.sums, story.squares, strict=True)
        )
        return text, names

    def _square(self, vector: Mapping[str, int]) -> int:
        rarity_of = self.rarity.of
        weighted = [weight * rarity_of[term] for term, weight in vector.items()]
        return sum(map(mul, weighted, weighted))


def _highest(cosines: Cosines) -> NDArray[np.intp]:
    """Return the places of the highest cosines, the highest first, then the earliest."""
    places = np.flatnonzero(cosines > _LEAST_COSINE)
    if len(places) > MOST_NEIGHBOURS:
        least = np.partition(cosines[places], -MOST_NEIGHBOURS)[-MOST_NEIGHBOURS]
        places = places[cosines[places] >= least]
    order = np.argsort(-cosines[places], kind="stable")[:MOST_NEIGHBOURS]
    return places[order]


def _dot(asked: Mapping[str, int], vector: Mapping[str, int]) -> int:
    return sum([asked[term] * vector[term] for term in asked.keys() & vector.keys()])
