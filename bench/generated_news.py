"""An endless stream of generated news in order of publication, the same for a seed.

    python -m bench.generated_news --articles 1000 [--a-day 2700] [--seed 1]

Prints JSON lines as `aggregator group` reads them, each with the `event` that it reports. Every day
has as many new events; most have one report, few have dozens, over the hours and days that follow.
A fifth of the reports print the text of an earlier one, one event in sixteen is taken up again
weeks later, one in four is told in several languages, and one report in eight is a bare headline.
"""

import argparse
import heapq
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from aggregator.model import GroupInput
from aggregator.text.times import to_text
from bench.generated_wording import VOCABULARY, Wording, new_name, ranks, wordings

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY: Final = 2700
"""Articles a day: a window of seven days, whole days kept, holds about 20,000."""

_MOST_REPORTS: Final = 100
_SHAPE_OF_SIZES: Final = 1.2
_MEAN_REPORTS: Final = sum(k**-_SHAPE_OF_SIZES for k in range(1, _MOST_REPORTS + 1))
_TAKEN_UP: Final = 1 / 16
_MEAN_LATE_REPORTS: Final = 2
_TAKEN_UP_AFTER: Final = (9.0, 40.0)
_MEAN_DELAY_HOURS: Final = 14
_LONGEST_DELAY_HOURS: Final = 144
_SEVERAL_LANGUAGES: Final = 1 / 4
_COPIES: Final = 1 / 5
_HEADLINES: Final = 1 / 8
_UNDATED: Final = 1 / 100
_MEAN_SENTENCES: Final = 14
_MOST_SENTENCES: Final = 30
_OWN_WORDS: Final = 0.45
_TOPIC_WORDS: Final = 24
_PLACES: Final = 4000
_PUBLIC_FIGURES: Final = 300
_SOURCES: Final = 600


@dataclass(slots=True, eq=False)
class _Event:
    """What happened: its names, numbers and words, and by language the first text about it."""

    number: int
    place: tuple[int, ...]
    names: list[tuple[int, ...]]
    counts: tuple[int, int]
    topic: list[int]
    languages: list[Wording]
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)


class NewsStream:
    """Iterates over articles, each with its event, as they are published."""

    def __init__(self, seed: int = 1, a_day: int = A_DAY) -> None:
        self._source = random.Random(seed)  # noqa: S311  # it has to repeat
        self._places = [new_name(self._source) for _ in range(_PLACES)]
        self._figures = [new_name(self._source) for _ in range(_PUBLIC_FIGURES)]
        self._events_a_day = a_day / (_MEAN_REPORTS + _TAKEN_UP * _MEAN_LATE_REPORTS)
        self._numbers = itertools.count(1)
        self._order = itertools.count()
        self._coming: list[tuple[float, int, _Event]] = []

    def __iter__(self) -> Iterator[tuple[GroupInput, str]]:
        events = 0
        for day in itertools.count():
            while events < self._events_a_day * (day + 1):
                events += 1
                self._happen(events, day)
            while self._coming and self._coming[0][0] < day + 1:
                moment, _, event = heapq.heappop(self._coming)
                yield self._report(event, START + timedelta(days=moment)), str(event.number)

    def _happen(self, number: int, day: int) -> None:
        source = self._source
        languages = source.choices(wordings(), weights=(10, 3, 2, 3, 2), k=1)
        if source.random() < _SEVERAL_LANGUAGES:
            languages += source.sample(wordings(), k=2)
        event = _Event(
            number,
            place=self._places[ranks(source, 1, _PLACES)[0]],
            names=[new_name(source) for _ in range(3)],
            counts=(source.randint(2, 90), source.randint(2, 400)),
            topic=ranks(source, _TOPIC_WORDS, VOCABULARY, offset=80),
            languages=languages,
        )
        begins = day + source.triangular(0, 24, 14) / 24
        self._announce(event, begins)
        for _ in range(min(_MOST_REPORTS, int(source.paretovariate(_SHAPE_OF_SIZES))) - 1):
            delay = min(source.expovariate(1 / _MEAN_DELAY_HOURS), _LONGEST_DELAY_HOURS)
            self._announce(event, begins + delay / 24)
        if source.random() < _TAKEN_UP:
            again = begins + source.uniform(*_TAKEN_UP_AFTER)
            for _ in range(source.randint(1, 2 * _MEAN_LATE_REPORTS - 1)):
                self._announce(event, again + source.random())

    def _announce(self, event: _Event, moment: float) -> None:
        heapq.heappush(self._coming, (moment, next(self._order), event))

    def _report(self, event: _Event, moment: datetime) -> GroupInput:
        source, number = self._source, next(self._numbers)
        wording = source.choice(event.languages)
        printed = event.texts.get(wording.code)
        if printed and source.random() < _COPIES:
            title, text = printed
        else:
            title = self._sentence(source.choice(wording.headlines), event, wording, moment)
            text = ""
            if source.random() >= _HEADLINES:
                text = self._text(event, wording, moment)
                event.texts.setdefault(wording.code, (title, text))
        host = f"{wording.code}-{ranks(source, 1, _SOURCES)[0]}.example"
        return GroupInput(
            id=str(number),
            title=title,
            text=text,
            url=f"https://{host}/{number}",
            source=host,
            language=wording.code,
            published=None if source.random() < _UNDATED else moment.replace(microsecond=0),
        )

    def _text(self, event: _Event, wording: Wording, moment: datetime) -> str:
        count = min(_MOST_SENTENCES, 3 + int(self._source.expovariate(1 / _MEAN_SENTENCES)))
        frames = self._source.choices(wording.sentences, k=count)
        return " ".join(self._sentence(frame, event, wording, moment) for frame in frames)

    def _sentence(self, frame: str, event: _Event, wording: Wording, moment: datetime) -> str:
        source = self._source
        name, second = source.sample(event.names, k=2)
        one, two, three = (
            wording.words[
                source.choice(event.topic)
                if source.random() < _OWN_WORDS
                else ranks(source, 1, VOCABULARY)[0]
            ]
            for _ in range(3)
        )
        return frame.format(
            name=wording.name(name),
            second=wording.name(second),
            place=wording.name(event.place),
            known=wording.name(self._figures[ranks(source, 1, _PUBLIC_FIGURES)[0]]),
            count=event.counts[0],
            more=event.counts[1],
            day=wording.days[moment.weekday()],
            one=one,
            two=two,
            three=three,
        )


def main() -> None:
    """Print the first articles of the stream."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--a-day", type=int, default=A_DAY)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    stream = NewsStream(arguments.seed, arguments.a_day)
    for article, event in itertools.islice(stream, arguments.articles):
        print(_line(article, event))


def _line(article: GroupInput, event: str) -> str:
    fields = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "lang": article.language,
        "published": to_text(article.published) if article.published else None,
        "event": event,
    }
    return json.dumps(fields, ensure_ascii=False)


if __name__ == "__main__":
    main()
