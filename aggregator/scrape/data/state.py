"""Article text that stands only in the data of a page's scripts (client-side rendering)."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.scrape.body.scoring import ends_sentence
from aggregator.scrape.data.rich_text import paragraph_of
from aggregator.scrape.data.script_data import Data, data_of, read_json
from aggregator.scrape.words import squeezed

_TAG: Final = re.compile(r"<[^<>]*>")
_PARAGRAPH_TAG: Final = re.compile(r"<(?:p|br)\b")
_WRITTEN_WEIGHT: Final = 3
"""What a character counts in a string with paragraphs: an editor wrote it as a text."""
_LEAST_STRING: Final = 40
_LEAST_WORDS: Final = 2
_NODE_LIMIT: Final = 200_000
_TEXT_LIMIT: Final = 500_000
"""Characters of an article; the longest ones have a fifth."""
_TAG_LIMIT: Final = 20_000
_PATH_LENGTH: Final = 6
_NESTED_JSON: Final = 3
"""JSON in strings of JSON in strings; data that were fetched are kept so."""
_LEAST_JSON: Final = 100
_HEADLINES: Final = ("headline", "title", "name")
_ADDRESSES: Final = frozenset(
    {"url", "slug", "href", "link", "path", "permalink", "canonical", "canonicalUrl", "uri"}
)
_LONG_TITLE: Final = 12
_LEAST_OWN: Final = 200
"""Characters of prose under the page's headline that go before more of it elsewhere."""
_PROSE: Final = 0.5
"""Share of prose in what stands under one path; with less it is labels and settings."""
_NUMBERED: Final = re.compile(r"^\$?(?:\w*\.)*?\d+$|[:.\[(].*$|\d+$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text, where it was found, and whether that is below the page's headline."""

    path: tuple[str, ...]
    text: str
    own: bool
    tag: str = "p"


def markup_of_state(scripts: Sequence[str], title: str = "") -> str:
    """Return as HTML the texts that most likely are the article, "" where there are none.

    Texts under the same path of the data ("article.blocks[].text") belong together. The group
    with most prose wins, among those that stand below the headline `title` if there are any.
    """
    groups: defaultdict[tuple[bool, tuple[str, ...]], dict[str, str]] = defaultdict(dict)
    prose: defaultdict[tuple[bool, tuple[str, ...]], int] = defaultdict(int)
    for data in data_of(scripts):
        for piece in _Walk(data, title).pieces():
            key = piece.own, piece.path
            if piece.text not in groups[key]:
                groups[key][piece.text] = piece.tag
                prose[key] += _prose(piece.text)
    told = {key: weight for key, weight in prose.items() if weight >= _PROSE * _length(groups[key])}
    own = [key for key, weight in told.items() if key[0] and weight >= _LEAST_OWN]
    best = max(own or told, key=lambda key: told[key], default=None)
    if best is None or not told[best]:
        return ""
    return f"<html><body><article>{_markup(groups[best])}</article></body></html>"


def _length(texts: Mapping[str, str]) -> int:
    return sum(map(len, texts))


def _markup(texts: Mapping[str, str]) -> str:
    pieces: list[str] = []
    room, tags = _TEXT_LIMIT, _TAG_LIMIT
    for text, tag in texts.items():
        if tag == "p" and not _prose(text) and not _is_short_sentence(text):
            continue
        room -= len(text)
        tags -= 1 + text.count("<")
        if room < 0 or tags < 0:
            break
        if _TAG.search(text) is not None:
            pieces.append(text)
        else:
            pieces.extend(f"<{tag}>{html.escape(line)}</{tag}>" for line in text.splitlines())
    return "".join(pieces)


def _is_short_sentence(text: str) -> bool:
    return ends_sentence(text) and len(text.split()) >= _LEAST_WORDS


class _Walk:
    """Goes through one value in document order, each object once."""

    def __init__(self, data: Data, title: str) -> None:
        self.data = data
        self.title = squeezed(title)
        self.nested = 0

    def pieces(self) -> Iterator[_Piece]:
        stack: list[tuple[tuple[str, ...], object, bool]] = [((), self.data.root, False)]
        visited: set[int] = set()
        seen = 0
        while stack and seen < _NODE_LIMIT:
            seen += 1
            path, value, own = stack.pop()
            if isinstance(value, str):
                yield from self._of_string(path, value, own=own)
                continue
            if not isinstance(value, dict | list) or id(value) in visited:
                continue
            visited.add(id(value))
            paragraph = paragraph_of(value, self.data.meant)
            if paragraph is not None:
                yield _Piece(path, paragraph.text, own, paragraph.tag)
                continue
            stack.extend(reversed(list(self._inner(path, value, own=own))))

    def _inner(
        self, path: tuple[str, ...], value: dict[str, object] | list[object], *, own: bool
    ) -> Iterator[tuple[tuple[str, ...], object, bool]]:
        if isinstance(value, list):
            for inner in value:
                yield path, self.data.meant(inner), own
            return
        own = self._is_own(value, around=own)
        for key, inner in value.items():
            name = self._name(key)
            yield (*path[1 - _PATH_LENGTH :], name) if name else path, self.data.meant(inner), own

    def _name(self, key: str) -> str:
        if self.data.table is not None and key.startswith("_") and key[1:].isdecimal():
            meant = self.data.meant(int(key[1:7]))
            key = meant if isinstance(meant, str) else key
        return _NUMBERED.sub("", key[:80])

    def _is_own(self, value: Mapping[str, object], *, around: bool) -> bool:
        """Say whether an object is the page's article or part of it, by headline and address."""
        for name in _HEADLINES:
            headline = self.data.meant(value.get(name))
            if not isinstance(headline, str) or not headline:
                continue
            letters = squeezed(headline[:500])
            if len(letters) >= _LONG_TITLE and (letters in self.title or self.title in letters):
                return bool(self.title)
            if around and not _ADDRESSES.isdisjoint(value):
                return False
        return around

    def _of_string(self, path: tuple[str, ...], text: str, *, own: bool) -> Iterator[_Piece]:
        if len(text) >= _LEAST_JSON and text[0] in "{[" and self.nested < _NESTED_JSON:
            data = read_json(text)
            if data is not None:
                walk = _Walk(data, "")
                walk.title, walk.nested = self.title, self.nested + 1
                yield from walk.pieces()
            return
        if text and not text.isspace():
            yield _Piece(path, text, own)


def _prose(text: str) -> int:
    """Return how many characters of prose a string holds, 0 for code, addresses and labels."""
    if len(text) < _LEAST_STRING:
        return 0
    if len(_PARAGRAPH_TAG.findall(text)) > 1:
        return _WRITTEN_WEIGHT * len(_TAG.sub("", text))
    plain = _TAG.sub(" ", text).strip() if "<" in text else text.strip()
    if len(plain) < _LEAST_STRING or plain.startswith(("http", "{", "[", "/", "#", ".", "@")):
        return 0
    return len(plain) if ends_sentence(plain) and "{" not in plain[:_LEAST_STRING] else 0
