"""A given number of short reports of a given number of events, for databases to be measured.

As `bench.generated_news`, but with exact counts, outlets of twenty languages, conflicts, and who
depends on whom: nothing is left to the grouper, which would take hours. The same for a seed.
"""

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from aggregator.group.origin.standing import Dependence
from aggregator.model import Conflict, Feed, HttpUrl, PlainText, SourceKind
from bench.generated_wording import VOCABULARY, Wording, new_name, ranks, wordings

DAYS: Final = 400
OUTLETS: Final = 300
TEXT_LENGTH: Final = 320
"""Characters that a text has at least."""

# By language: its country, and which wording of `generated_wording` stands in for it.
LANGUAGES: Final = {
    "en": ("GB", "en"), "ar": ("EG", "ar"), "uk": ("UA", "uk"), "es": ("ES", "es"),
    "de": ("DE", "de"), "ru": ("RU", "uk"), "fr": ("FR", "es"), "fa": ("IR", "ar"),
    "pt": ("BR", "es"), "it": ("IT", "es"), "tr": ("TR", "de"), "pl": ("PL", "de"),
    "nl": ("NL", "de"), "ur": ("PK", "ar"), "sw": ("KE", "en"), "id": ("ID", "en"),
    "bg": ("BG", "uk"), "sr": ("RS", "uk"), "sv": ("SE", "de"), "ps": ("AF", "ar"),
}  # fmt: skip
_ENGLISH_SHARE: Final = 8
_KINDS: Final = {
    SourceKind.NEWSPAPER: 62, SourceKind.WIRE: 8, SourceKind.STATE_MEDIA: 8, SourceKind.BLOG: 8,
    SourceKind.NGO: 6, SourceKind.GOVERNMENT: 5, SourceKind.THINK_TANK: 3,
}  # fmt: skip
_CONFLICTS: Final = 12
_OF_A_CONFLICT: Final = 0.6
_OF_TWO: Final = 0.05
_SHAPE_OF_SIZES: Final = 0.9
_LARGEST_WEIGHT: Final = 1000
_MEAN_DELAY_DAYS: Final = 14 / 24
_LONGEST_DELAY_DAYS: Final = 6
_SEVERAL_LANGUAGES: Final = 0.4
_LARGE: Final = 20
"""Reports of an event from which on all the world tells it."""
_COPIES: Final = 0.25
_SAME_OUTLET: Final = 0.2
_CITATIONS: Final = 0.1
_OWN_WORDS: Final = 0.45
_TOPIC_WORDS: Final = 24
_PLACES: Final = 4000
_PUBLIC_FIGURES: Final = 300


@dataclass(frozen=True, slots=True)
class Told:
    """A report of an event: `origin` is the number of the report that it depends on, or its own."""

    number: int
    event: "Event"
    outlet: int
    title: str
    body: str
    published: datetime
    seen: datetime
    dependence: Dependence
    origin: int
    repeats: "Told | None" = None


@dataclass(slots=True, eq=False)
class Event:
    """What happened; `left` reports are still to come. Of `told`, only what others depend on."""

    number: int
    left: int
    place: tuple[int, ...]
    names: list[tuple[int, ...]]
    counts: tuple[int, int]
    topic: list[int]
    languages: list[str]
    conflicts: list[str]
    told: list[Told] = field(default_factory=list)
    by_outlet: dict[int, Told] = field(default_factory=dict)
    by_language: dict[str, Told] = field(default_factory=dict)
    spelled: dict[str, list[str]] = field(default_factory=dict)


def outlets(source: random.Random) -> list[Feed]:
    """Return the feeds, of all languages and kinds."""
    latin = wordings()[0]
    codes = list(LANGUAGES)
    weights = [_ENGLISH_SHARE, *(1 for _ in codes[1:])]
    chosen = codes + source.choices(codes, weights=weights, k=OUTLETS - len(codes))
    kinds = source.choices(list(_KINDS), weights=list(_KINDS.values()), k=OUTLETS)
    feeds = []
    for number, (code, kind) in enumerate(zip(chosen, kinds, strict=True)):
        name = latin.name(new_name(source))
        host = f"{name.lower()}-{number}.example"
        feeds.append(
            Feed(
                id=f"{name.lower()}-{number}",
                name=PlainText(f"{name} {kind.title()}"),
                url=HttpUrl(f"https://{host}/feed.xml"),
                homepage=HttpUrl(f"https://{host}/"),
                language=code,
                country=LANGUAGES[code][0],
                kind=kind,
            )
        )
    source.shuffle(feeds)
    return feeds


def conflicts(source: random.Random) -> list[Conflict]:
    """Return the conflicts that are followed."""
    names = [wordings()[0].name(new_name(source)) for _ in range(_CONFLICTS)]
    return [Conflict(name.lower(), PlainText(f"War in {name}"), places=(name,)) for name in names]


def sizes(source: random.Random, articles: int, events: int) -> list[int]:
    """Return how many reports each event has: most one, some hundreds, `articles` in all."""
    weights = [
        min(source.paretovariate(_SHAPE_OF_SIZES), _LARGEST_WEIGHT) - 1 for _ in range(events)
    ]
    scale = (articles - events) / sum(weights)
    # Rounded up or down by chance, so that the mean stays.
    counts = [1 + int(weight * scale + source.random()) for weight in weights]
    surplus = sum(counts) - articles
    while surplus:
        chosen = source.randrange(events)
        if surplus < 0 or counts[chosen] > 1:
            step = 1 if surplus < 0 else -1
            counts[chosen] += step
            surplus += step
    return counts


class BigNews:
    """Iterates over the reports in the order in which they are seen, up to `end`."""

    def __init__(
        self, source: random.Random, feeds: Sequence[Feed], followed: Sequence[Conflict],
        counts: Sequence[int], end: datetime,
    ) -> None:  # fmt: skip
        self._source = source
        self._feeds = feeds
        self._followed = [conflict.id for conflict in followed]
        self._counts = counts
        self._begin = end - timedelta(days=DAYS)
        self._wordings = {wording.code: wording for wording in wordings()}
        self._places = [new_name(source) for _ in range(_PLACES)]
        self._figures = [new_name(source) for _ in range(_PUBLIC_FIGURES)]
        self._of_language: dict[str, list[int]] = {code: [] for code in LANGUAGES}
        for number, feed in enumerate(feeds):
            assert feed.language
            self._of_language[feed.language].append(number)

    def __iter__(self) -> Iterator[Told]:
        numbers = itertools.count(1)
        order = itertools.count()
        coming: list[tuple[float, int, Event]] = []
        openings = sorted(self._source.uniform(0, DAYS) for _ in self._counts)
        for number, (opens, count) in enumerate(zip(openings, self._counts, strict=True), start=1):
            while coming and coming[0][0] < opens:
                moment, _, event = heapq.heappop(coming)
                yield self._report(next(numbers), event, moment)
            event = self._event(number, count)
            yield self._report(next(numbers), event, opens)
            for _ in range(count - 1):
                delay = min(self._source.expovariate(1 / _MEAN_DELAY_DAYS), _LONGEST_DELAY_DAYS)
                # What would come after the end comes some time before it.
                fits = delay if opens + delay < DAYS else self._source.random() * (DAYS - opens)
                heapq.heappush(coming, (opens + fits, next(order), event))
        while coming:
            moment, _, event = heapq.heappop(coming)
            yield self._report(next(numbers), event, moment)

    def _event(self, number: int, count: int) -> Event:
        source = self._source
        languages = [self._feeds[ranks(source, 1, len(self._feeds))[0]].language or "en"]
        if source.random() < _SEVERAL_LANGUAGES:
            languages += source.sample(list(LANGUAGES), k=3)
        if count > _LARGE:
            languages = list(LANGUAGES)
        followed: list[str] = []
        if source.random() < _OF_A_CONFLICT:
            two = 2 if source.random() < _OF_TWO else 1
            drawn = ranks(source, two, len(self._followed), offset=1)
            followed = list(dict.fromkeys(self._followed[rank] for rank in drawn))
        return Event(
            number,
            left=count,
            place=self._places[ranks(source, 1, _PLACES)[0]],
            names=[new_name(source) for _ in range(3)],
            counts=(source.randint(2, 90), source.randint(2, 400)),
            topic=ranks(source, _TOPIC_WORDS, VOCABULARY, offset=80),
            languages=languages,
            conflicts=followed,
        )

    def _report(self, number: int, event: Event, days: float) -> Told:
        source = self._source
        code = source.choice(event.languages)
        speaking = self._of_language[code]
        fresh = [outlet for outlet in speaking if outlet not in event.by_outlet]
        outlet = source.choice(speaking if source.random() < _SAME_OUTLET else fresh or speaking)
        seen = (self._begin + timedelta(days=days)).replace(microsecond=0)
        earlier = event.by_language.get(code)
        same = event.by_outlet.get(outlet)
        chance = source.random()
        dependence, on = Dependence.OWN, None
        if same is not None:
            dependence, on = Dependence.PUBLISHER, same
        elif earlier is not None and chance < _COPIES:
            dependence, on = Dependence.COPY, earlier
        elif event.told and chance > 1 - _CITATIONS:
            dependence, on = Dependence.CITATION, source.choice(event.told)
        wording = self._wordings[LANGUAGES[code][1]]
        if dependence is Dependence.COPY and on is not None:
            title, body = on.title, on.body
        else:
            title = self._sentence(source.choice(wording.headlines), event, wording, seen)
            body = self._body(event, wording, seen)
        told = Told(
            number, event, outlet, title, body, seen - timedelta(minutes=source.randint(1, 50)),
            seen, dependence, on.origin if on else number, on,
        )  # fmt: skip
        event.left -= 1
        event.by_outlet.setdefault(outlet, told)
        if dependence is Dependence.OWN:
            event.told.append(told)
            event.by_language.setdefault(code, told)
        return told

    def _body(self, event: Event, wording: Wording, moment: datetime) -> str:
        sentences: list[str] = []
        length = 0
        while length < TEXT_LENGTH:
            frame = self._source.choice(wording.sentences)
            sentences.append(self._sentence(frame, event, wording, moment))
            length += len(sentences[-1]) + 1
        half = len(sentences) // 2
        return f"{' '.join(sentences[:half])}\n\n{' '.join(sentences[half:])}"

    def _sentence(self, frame: str, event: Event, wording: Wording, moment: datetime) -> str:
        source = self._source
        place, *names = self._spelled(event, wording)
        first = source.randrange(len(names))
        one, two, three = (
            wording.words[source.choice(event.topic) if source.random() < _OWN_WORDS else rank]
            for rank in ranks(source, 3, VOCABULARY)
        )
        return frame.format(
            name=names[first],
            second=names[first - 1],
            place=place,
            known=wording.name(self._figures[ranks(source, 1, _PUBLIC_FIGURES)[0]]),
            count=event.counts[0],
            more=event.counts[1],
            day=wording.days[moment.weekday()],
            one=one,
            two=two,
            three=three,
        )

    @staticmethod
    def _spelled(event: Event, wording: Wording) -> list[str]:
        """Return the place and the names as the script of this wording has them."""
        spelled = event.spelled.get(wording.script)
        if spelled is None:
            spelled = [wording.name(name) for name in (event.place, *event.names)]
            event.spelled[wording.script] = spelled
        return spelled
