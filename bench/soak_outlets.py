"""The outlets of the soak: what each has published, and how an entry and a page of it look."""

import html
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

from bench.load_formats import Format, Item
from bench.soak_hostile import HOSTILE
from bench.soak_truth import Record
from tests.newsroom.server import Answer
from tests.newsroom.world import Fault

STEADY: Final = 33
SHAKY: Final = 10
OUTLETS: Final = STEADY + SHAKY + len(HOSTILE)
"""Two thirds change and never fail, a fifth fails in turns, a tenth is hostile."""

NEW_GUIDS: Final = frozenset({5, 10})
"""Outlets whose guids are others in each answer, by their number."""

_FORMATS: Final = (Format.RSS_2, Format.ATOM, Format.RSS_2, Format.RSS_1, Format.JSON)


@dataclass(slots=True)
class Piece:
    """One article as its outlet has it now."""

    number: int
    title: str
    text: str
    language: str
    published: datetime
    withdrawn: bool = False


@dataclass(slots=True)
class Outlet:
    """A publisher with one feed on its own host."""

    id: str
    number: int
    pieces: list[Piece] = field(default_factory=list)
    listed: list[Piece] = field(default_factory=list)
    edition: int = 0
    body: bytes = b""
    changed: datetime | None = None
    fault: Fault | str | None = None
    record: Record = field(default_factory=Record)

    @property
    def is_hostile(self) -> bool:
        """Whether its feed does harm at all times."""
        return self.number >= STEADY + SHAKY

    @property
    def is_shaky(self) -> bool:
        """Whether its feed fails from time to time."""
        return STEADY <= self.number < STEADY + SHAKY

    @property
    def format(self) -> Format:
        """How its feed is written."""
        return Format.RSS_2 if self.number in NEW_GUIDS else _FORMATS[self.number % 5]


def item_of(outlet: Outlet, piece: Piece, site: str) -> Item:
    """Return an article as an entry of its outlet's feed."""
    summary = f"<p>{html.escape(piece.text[:300])}</p>"
    return Item(
        title=html.escape(piece.title),
        link=f"{site}/story/{piece.number}",
        guid=f"guid-{outlet.id}-{piece.number}",
        published=piece.published,
        author="Night desk",
        categories=("world",),
        summary=summary,
        content=None,
    )


def page_of(outlet: Outlet, number: int) -> Answer:
    """Return the page of an article, 410 where there is none."""
    piece = outlet.pieces[number - 1] if 0 < number <= len(outlet.pieces) else None
    if piece is None or piece.withdrawn:
        return Answer(b"<title>Gone</title><h1>We have no such page</h1>", status=HTTPStatus.GONE)
    title = html.escape(piece.title)
    sentences = piece.text.split(". ")
    paragraphs = "".join(
        f"<p>{html.escape('. '.join(sentences[n : n + 3]))}.</p>"
        for n in range(0, len(sentences), 3)
    )
    return Answer(
        f'<!doctype html><html lang="{piece.language}"><head><meta charset="utf-8">'
        f'<title>{title}</title><meta property="article:published_time"'
        f' content="{piece.published.isoformat()}"></head><body><nav>World Weather Sport</nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>Outlet {outlet.number}</footer>"
        "</body></html>".encode()
    )
