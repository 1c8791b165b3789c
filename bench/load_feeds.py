"""The feeds of the load: which there are, and their documents, made again from seed and number.

Six of ten are RSS 2.0, a quarter Atom, one of ten RSS 1.0, one of twenty JSON Feed. Each has 10 to
100 entries with everything that news feeds carry; about a third of the feeds give full text.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from bench.load_formats import Channel, Format, Item, written
from bench.load_text import Language, drawn, languages

Choice = TypeVar("Choice")

FEEDS_A_HOST: Final = 5

TITLE_MARKER: Final = "zirconquill"
"""A word of one title in a hundred and of nothing else, to check what a search finds."""

TEXT_MARKER: Final = "basaltfern"
"""A word of one summary in a hundred and of nothing else."""

_MARKED: Final = 0.01
_NEWEST: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_LENGTHS: Final = {10: 14, 15: 12, 20: 20, 25: 14, 30: 14, 40: 9, 50: 9, 60: 4, 100: 4}
_LANGUAGE_WEIGHTS: Final = (45, 15, 20, 12, 8)
_FULL_TEXT: Final = 0.33
_DESKS: Final = ("Foreign desk", "Night desk", "Staff correspondent", "Agency report", "Newsroom")
_SECTIONS: Final = (
    "world", "politics", "security", "economy", "society", "weather", "energy", "diplomacy",
    "transport", "health", "agriculture", "law",
)  # fmt: skip


_FORMAT_WEIGHTS: Final = {Format.RSS_2: 60, Format.ATOM: 25, Format.RSS_1: 10, Format.JSON: 5}


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as it is served, and what a reader must find in it."""

    format: Format
    body: bytes
    modified: datetime
    entries: int
    title_markers: int
    text_markers: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is settled about a feed before its entries are written."""

    seed: int
    index: int
    format: Format
    language: Language
    length: int
    has_full_text: bool

    @property
    def site(self) -> str:
        return f"https://paper{self.index}.example.org"


def host_of(index: int, feeds: int) -> str:
    """Return the loopback address of a feed; neighbours in the list are on different hosts."""
    number = index % max(1, feeds // FEEDS_A_HOST)
    return f"127.{number // 62500 + 1}.{number // 250 % 250 + 1}.{number % 250 + 1}"


def path_of(index: int) -> str:
    """Return the path of a feed on its host."""
    return f"/feed/{index}"


def document(seed: int, index: int, new: int = 0) -> Document:
    """Return a feed with `new` entries on top of those that it began with."""
    plan = _plan(seed, index)
    numbers = range(plan.length + new - 1, -1, -1)
    items = [_item(plan, number) for number in numbers]
    channel = Channel(f"Paper {index}", plan.site, plan.language.code)
    return Document(
        plan.format,
        written(plan.format, channel, items),
        items[0].published,
        len(items),
        sum(TITLE_MARKER in item.title for item in items),
        sum(TEXT_MARKER in item.summary for item in items),
    )


def _plan(seed: int, index: int) -> _Plan:
    source = drawn(seed, index)
    return _Plan(
        seed,
        index,
        _weighted(source, _FORMAT_WEIGHTS),
        source.choices(languages(), _LANGUAGE_WEIGHTS)[0],
        _weighted(source, _LENGTHS),
        source.random() < _FULL_TEXT,
    )


def _weighted(source: random.Random, weights: Mapping[Choice, int]) -> Choice:
    return source.choices(list(weights), list(weights.values()))[0]


def _item(plan: _Plan, number: int) -> Item:
    source = drawn(plan.seed, plan.index, number)
    language = plan.language
    title, summary = language.headline(source), _summary(plan, source)
    if source.random() < _MARKED:
        title = f"{title} {TITLE_MARKER}"
    if source.random() < _MARKED:
        summary = f"{summary}<p>Marked {TEXT_MARKER} here.</p>"
    return Item(
        title=title,
        link=f"{plan.site}/2026/{number}-{source.getrandbits(32):08x}.html",
        guid=f"paper{plan.index}-{number}-{source.getrandbits(48):012x}",
        # The first entry of a feed is its oldest; each later one comes 47 minutes after.
        published=_NEWEST + timedelta(minutes=47 * (number - plan.length), seconds=plan.index % 60),
        author=source.choice(_DESKS),
        categories=tuple(source.sample(_SECTIONS, source.randint(1, 4))),
        summary=summary,
        content=summary + _content(plan, source) if plan.has_full_text else None,
    )


def _summary(plan: _Plan, source: random.Random) -> str:
    paragraphs = [
        f"<p>{plan.language.paragraph(source, source.randint(2, 4))}</p>"
        for _ in range(source.choice((1, 1, 2, 3)))
    ]
    chance = source.random()
    if chance < 0.2:
        address = f"{plan.site}/media/{source.getrandbits(40):010x}.jpg"
        image = f'<img src="{address}" alt="{plan.language.headline(source)}" width="640">'
        paragraphs.insert(0, f"<p>{image}</p>")
    elif chance < 0.5:
        address = f"{plan.site}/topic/{source.choice(_SECTIONS)}?from=feed&amp;page=1"
        paragraphs.append(f'<p><a href="{address}">{plan.language.headline(source)}</a></p>')
    return "".join(paragraphs)


def _content(plan: _Plan, source: random.Random) -> str:
    parts = [
        f"<p>{plan.language.paragraph(source, source.randint(2, 6))}</p>"
        for _ in range(source.randint(4, 8))
    ]
    parts.insert(2, f"<h2>{plan.language.headline(source)}</h2>")
    address = f"{plan.site}/2026/{source.getrandbits(40):010x}.html"
    parts.append(f'<p><em><a href="{address}">{plan.language.headline(source)}</a></em></p>')
    return "\n".join(parts)
