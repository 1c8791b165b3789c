"""The reports of the window, the stories they make, and which of them are near an article."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter, mul
from typing import Final, NamedTuple

from aggregator.group.profile import Profile
from aggregator.group.rarity import Rarity

ASKING_TERMS: Final = 40
"""The heaviest terms of an article, which look for neighbours."""
POSTINGS_BUDGET: Final = 800
"""Entries of the index that one article may touch, rarest terms first: the cost of an article is
bounded however many reports the window holds."""
MOST_NEIGHBOURS: Final = 30

_Vectors = tuple[Mapping[str, int], Mapping[str, int]]


@dataclass(slots=True, eq=False)
class Held:
    """A report of the window. `number` counts arrivals; `stamp` is the stream's time at its own.

    `length` and `names_length` belong to its text at the rarity of age `length_age`, and to its
    names at that of `names_age`.
    """

    number: int
    profile: Profile
    story: "ActiveStory"
    copy_of: str | None
    stamp: datetime | None
    length: float = 0.0
    length_age: int = -1
    names_length: float = 0.0
    names_age: int = -1


@dataclass(slots=True, eq=False)
class ActiveStory:
    """A story of the window: its reports, and the sums of their vectors of text and names.

    `squares` are the squared lengths of the sums at the rarity of age `squares_age`.
    """

    key: str
    reports: dict[int, Held] = field(default_factory=dict)
    sources: Counter[str | None] = field(default_factory=Counter)
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
    """An article's vectors of text and names, weighted by rarity, ready to be compared."""

    profile: Profile
    asked: tuple[dict[str, int], dict[str, int]]
    lengths: tuple[float, float]


class Neighbour(NamedTuple):
    """A report near an article, by the cosine of their texts."""

    held: Held
    cosine: float


def _vectors(profile: Profile) -> _Vectors:
    return profile.text, profile.names


class Index:
    """An inverted index over the reports of the window, of all languages together."""

    def __init__(self) -> None:
        self.rarity = Rarity()
        self._held: dict[int, Held] = {}
        self._postings: dict[str, dict[int, int]] = {}

    def add(self, held: Held) -> None:
        """Take in a report and give it to its story."""
        profile, number = held.profile, held.number
        self._held[number] = held
        for term, weight in profile.text.items():
            self._postings.setdefault(term, {})[number] = weight
        self.rarity.learn(profile.text.keys() | profile.names.keys())
        self._join(held, held.story)

    def move(self, held: Held, story: ActiveStory) -> None:
        """Take a report from its story to another; both are as if it had always been there."""
        self._leave(held)
        held.story = story
        self._join(held, story)
        # As after a restart, the reports of a story stand in their order of arrival.
        story.reports = dict(sorted(story.reports.items()))

    def _join(self, held: Held, story: ActiveStory) -> None:
        profile = held.profile
        story.reports[held.number] = held
        story.sources[profile.source] += 1
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
        """Let a report go; what it gave to its story goes with it."""
        profile, number = held.profile, held.number
        del self._held[number]
        for term in profile.text:
            entries = self._postings[term]
            del entries[number]
            if not entries:
                del self._postings[term]
        self.rarity.forget(profile.text.keys() | profile.names.keys())
        self._leave(held)

    def _leave(self, held: Held) -> None:
        profile, story = held.profile, held.story
        del story.reports[held.number]
        story.sources -= Counter([profile.source])
        story.note_times()
        for sums, vector in zip(story.sums, _vectors(profile), strict=True):
            for term, weight in vector.items():
                sums[term] -= weight
                if not sums[term]:
                    del sums[term]
        story.squares_age = -1

    def ask(self, profile: Profile) -> Question:
        """Weight an article's terms by how rare they are now."""
        text, text_length = self._weighted(profile.text)
        names, names_length = self._weighted(profile.names)
        return Question(profile, (text, names), (text_length, names_length))

    def neighbours(self, question: Question) -> list[Neighbour]:
        """Return the reports that share most with an article, nearest first."""
        dots: defaultdict[int, int] = defaultdict(int)
        budget = POSTINGS_BUDGET
        for term, heavy in heapq.nlargest(
            ASKING_TERMS, question.asked[0].items(), key=itemgetter(1)
        ):
            entries = self._postings.get(term)
            if entries is None or len(entries) > budget:
                continue
            budget -= len(entries)
            for number, weight in entries.items():
                dots[number] += weight * heavy
        near = []
        for number, dot in heapq.nlargest(MOST_NEIGHBOURS, dots.items(), key=itemgetter(1, 0)):
            held = self._held[number]
            near.append(Neighbour(held, dot / (question.lengths[0] * self._length(held))))
        near.sort(key=lambda neighbour: (-neighbour.cosine, neighbour.held.number))
        return near

    def to_report(self, question: Question, held: Held) -> tuple[float, float]:
        """Return the cosines of text and names of an article to those of a report."""
        if held.names_age != self.rarity.age:
            held.names_length = math.sqrt(self._square(held.profile.names))
            held.names_age = self.rarity.age
        lengths = self._length(held), held.names_length
        return _cosines(question, _vectors(held.profile), lengths)

    def to_story(self, question: Question, story: ActiveStory) -> tuple[float, float]:
        """Return the cosines of text and names of an article to the sums of a story."""
        if story.squares_age != self.rarity.age:
            story.squares = [self._square(sums) for sums in story.sums]
            story.squares_age = self.rarity.age
        text, names = story.squares
        return _cosines(question, story.sums, (math.sqrt(text), math.sqrt(names)))

    def _weighted(self, vector: Mapping[str, int]) -> tuple[dict[str, int], float]:
        rarity_of = self.rarity.of
        weighted = {}
        square = 0
        for term, weight in vector.items():
            rarity = rarity_of[term]
            heavy = weight * rarity
            weighted[term] = heavy * rarity
            square += heavy * heavy
        return weighted, math.sqrt(square)

    def _length(self, held: Held) -> float:
        if held.length_age != self.rarity.age:
            held.length = math.sqrt(self._square(held.profile.text))
            held.length_age = self.rarity.age
        return held.length

    def _square(self, vector: Mapping[str, int]) -> int:
        rarity_of = self.rarity.of
        weighted = [weight * rarity_of[term] for term, weight in vector.items()]
        return sum(map(mul, weighted, weighted))


def _cosines(
    question: Question, vectors: _Vectors, lengths: tuple[float, float]
) -> tuple[float, float]:
    (asked_text, asked_names), (text, names) = question.asked, vectors
    return (
        _dot(asked_text, text) / (question.lengths[0] * lengths[0] or 1.0),
        _dot(asked_names, names) / (question.lengths[1] * lengths[1] or 1.0),
    )


def _dot(asked: Mapping[str, int], vector: Mapping[str, int]) -> int:
    return sum([asked[term] * vector[term] for term in asked.keys() & vector.keys()])
