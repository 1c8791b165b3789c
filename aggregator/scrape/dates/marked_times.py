"""What a page marks as a time: by its elements, their properties and their class names."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final

from lxml import etree

from aggregator.scrape.body.noise import words_of_name
from aggregator.scrape.statements import is_of_comment, text_within
from aggregator.scrape.words import squeezed

_HEADINGS_LIMIT: Final = 50
_TAGS: Final = (
    "h1",
    "h2",
    "h3",
    "time",
    "span",
    "div",
    "p",
    "abbr",
    "small",
    "li",
    "td",
    "em",
    "i",
    "a",
)
_TEXT_LENGTH: Final = 110
"""Characters of a paragraph: below it times are those of the text or of other articles."""
_LINE_LENGTH: Final = 90
_TIMES_LIMIT: Final = 20
"""Of one kind; pages that are full of times are lists of articles."""
_MARKED_TIMES: Final = 3
"""Elements that say they are the time of publication; a page with more lists other articles."""
_NAMES_TIME: Final = re.compile(
    r"\b(?:date|dates|datetime|dateline|time|timestamp|pub ?date|published?|posted|datum|fecha"
    r"|tarih|data|zeit|created|entry date|post date|ago)\b"
)
_NAMES_CHANGE: Final = re.compile(r"(?:^|[\s_-])(?:updated|modified)")
_WORDPRESS: Final = "entry-date"
"""Its themes mark an article that was never changed as updated too."""


@dataclass(frozen=True, slots=True)
class MarkedTimes:
    """Times in page order, as machines or people write them.

    `published` say that they are the time of publication. `near` stand by the headline, `lines`
    are short texts there that may be times; `far` stand elsewhere, or say that they are the time
    of a change.
    """

    published: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    far: tuple[str, ...] = ()


class _Kind(Enum):
    PUBLISHED = auto()
    BEFORE = auto()
    NEAR = auto()
    LINE = auto()
    FAR = auto()


def marked_times(tree: etree._Element, title: str) -> MarkedTimes:
    """Return what a page with this headline marks as its times."""
    found: dict[_Kind, list[str]] = {kind: [] for kind in _Kind}
    headline = _headline(tree, title)
    place = _Kind.BEFORE
    for element in tree.iter(*_TAGS):
        if element is headline:
            place = _Kind.NEAR
            continue
        if place is _Kind.NEAR and len(element.text or "") >= _TEXT_LENGTH:
            place = _Kind.FAR
        marked = _time_of(element, place)
        if marked and len(found[marked[0]]) < _TIMES_LIMIT:
            found[marked[0]].append(marked[1])
    published, before = found[_Kind.PUBLISHED], found[_Kind.BEFORE]
    return MarkedTimes(
        published=tuple(published) if len(set(published)) < _MARKED_TIMES else (),
        near=(*found[_Kind.NEAR], *before[-1:]) if headline is not None else _alone(before),
        lines=tuple(found[_Kind.LINE]),
        far=_alone(found[_Kind.FAR]),
    )


def _headline(tree: etree._Element, title: str) -> etree._Element | None:
    wanted = squeezed(title)
    headings = list(islice(tree.iter("h1", "h2", "h3"), _HEADINGS_LIMIT))
    for element in headings:
        letters = squeezed(text_within(element))
        if letters and wanted and (letters == wanted or wanted.endswith(letters)):
            return element
    return next((element for element in headings if element.tag == "h1"), None)


def _alone(values: list[str]) -> tuple[str, ...]:
    """Return the value where it is the only one: several times are those of several articles."""
    return tuple(values) if len(set(values)) == 1 else ()


def _time_of(element: etree._Element, place: _Kind) -> tuple[_Kind, str] | None:
    """Return the time that an element gives, and of what kind it is."""
    value = element.get("datetime") or element.get("content") or ""
    itemprop = (element.get("itemprop") or "").lower()
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    is_time = element.tag == "time" and bool(value)
    if (is_time or itemprop) and is_of_comment(element):
        return None
    if "datepublished" in itemprop or (is_time and "published" in name.lower()):
        return _Kind.PUBLISHED, value or text_within(element)
    if is_time:
        changed = "modified" in itemprop or _NAMES_CHANGE.search(name.lower()) is not None
        changed = changed and _WORDPRESS not in name
        return (_Kind.FAR if changed else place), value
    if place is _Kind.FAR:
        return None
    named = element.tag == "time" or _NAMES_TIME.search(words_of_name(name)) is not None
    if not named and (place is not _Kind.NEAR or len(element)):
        return None
    line = text_within(element)
    if not line or len(line) > _LINE_LENGTH:
        return None
    return (place if named else _Kind.LINE), line
