"""Whom a report credits or cites: datelines, bylines, credit lines, "X, citing Y".

A credit says that the text is another's: "KARSAT (Reuters) -", "By AFP", a last line "dpa/afp".
A citation says where a report has it from: "Reuters reported", "со ссылкой на ТАСС", in the
headline or the beginning of the text; what comes later is background. Only media count: "according
to the police" names a witness, not an origin. The names stand in publishers.txt and in the
user's feeds, the words around them in citation_words.txt. Time is linear in a text that is cut at
`TEXT_LIMIT`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from aggregator.group.publishers import (
    Mention,
    Names,
    Publisher,
    Token,
    bare,
    name_key,
    tokens_of,
)

TEXT_LIMIT: Final = 6000
"""Characters of a text that are searched for reporting of its own."""
BEGINNING: Final = 700
"""Characters of a text in which a citation says where the report has it from."""
_HEADLINE: Final = 500
_DATELINE: Final = 160
_WORDS_BEFORE_DATELINE: Final = 10
_LONGEST_LINE: Final = 100
_LAST_LINES: Final = 3
_FIRST_LINES: Final = 2
_GAP: Final = 4
_GAP_OF_DATE: Final = 9
_FARTHEST: Final = 12
"""Words or characters between a phrase and a name beyond which nothing is looked at."""
_CHARACTER: Final = 0.4
"""What a character of a script without spaces counts of a word."""
_MOST_AUTHORS: Final = 20
_MOST_CREDITS: Final = 6
_LONGEST_INITIALS: Final = 3
_LONGEST_NAME: Final = 4
_LEAST_NAME: Final = 2
_SENTENCE_END: Final = re.compile(r"[.!?。！？؟\n]")
_DASHES: Final = "-–—"
_SET_OFF: Final = (("(/[（", ")/],،）"), (_DASHES, f".:{_DASHES}"), (".,", f".{_DASHES}"))
"""What may stand before the name in a dateline, and what then has to stand behind it."""
_QUOTES: Final = {"«": "»", "“": "”", "„": "“", '"': '"'}
_PLACE_AND_NAME: Final = re.compile(r"[^()\n]{2,60}\(([^()\n]{2,40})\)\s{0,3}[-–—]")
_TELEGRAM: Final = frozenset("电電讯訊")


class CreditKind(StrEnum):
    """How a report names another publisher as its source."""

    CREDIT = "credit"
    """The text is the other's."""
    CITATION = "citation"
    """The report has it from the other."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Another publisher whom a report names as its source; `publisher` is its key."""

    publisher: str
    name: str
    kind: CreditKind


@dataclass(frozen=True, slots=True)
class Credits:
    """Whom a report names as its sources, and whether it tells of reporting of its own."""

    named: tuple[Credit, ...] = ()
    own_reporting: bool = False


Phrases = dict[str, list[tuple[str, ...]]]


@cache
def _phrases() -> dict[str, Phrases]:
    found: dict[str, Phrases] = defaultdict(lambda: defaultdict(list))
    for line in files(__package__).joinpath("citation_words.txt").read_text("utf-8").splitlines():
        kind, bar, phrases = line.partition(" | ")
        if bar:
            for phrase in phrases.split(";"):
                words = tuple(token.folded for token in tokens_of(bare(phrase)))
                if words and words not in found[kind][words[0]]:
                    found[kind][words[0]].append(words)
    return found


class _Reading:
    """A piece of text with its words, the publishers it names and the words of citation."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = bare(text)
        self.tokens = tokens_of(self.text)
        self.mentions = names.mentions(self.tokens)

    def phrases(self, kind: str) -> Iterator[tuple[int, int]]:
        """Yield where phrases of a kind begin and end, in words."""
        known = _phrases()[kind]
        for start, token in enumerate(self.tokens):
            for first in (token.folded, token.folded.removeprefix("و")):
                for words in known.get(first, ()):
                    rest = self.tokens[start + 1 : start + len(words)]
                    if len(rest) == len(words) - 1 and all(
                        word == token.folded for word, token in zip(words[1:], rest, strict=True)
                    ):
                        yield start, start + len(words)

    def words_of(self, kind: str) -> set[int]:
        """Return the positions of all words that belong to phrases of a kind."""
        return {place for start, end in self.phrases(kind) for place in range(start, end)}

    def before(self, place: int) -> str:
        """Return the last character before a word that is no space, "" at the beginning."""
        between = self.text[max(0, self.tokens[place].start - 4) : self.tokens[place].start]
        return between.rstrip()[-1:]

    def after(self, place: int) -> str:
        """Return the first character behind a word that is no space, "" at the end."""
        between = self.text[self.tokens[place].end : self.tokens[place].end + 4]
        return between.lstrip()[:1]

    def has_near(
        self, mention: Mention, ends: AbstractSet[int], starts: AbstractSet[int], gap: float = _GAP
    ) -> bool:
        """Return whether a phrase ends shortly before a mention or starts shortly behind it."""
        left = range(max(0, mention.start - _FARTHEST), mention.start + 1)
        right = range(mention.end, mention.end + _FARTHEST)
        return any(
            place in ends and self._is_near(place, mention.start, gap) for place in left
        ) or any(place in starts and self._is_near(mention.end, place, gap) for place in right)

    def _is_near(self, left: int, right: int, gap: float) -> bool:
        between = self.text[self.tokens[left - 1].end : self.tokens[right].start]
        return self.width(left, right) <= gap and not _SENTENCE_END.search(between)

    def width(self, left: int, right: int) -> float:
        """Return how many words stand from `left` to `right`."""
        return sum(map(_weight, self.tokens[left:right]))


def _weight(token: Token) -> float:
    is_character = len(token.raw) == 1 and token.raw.lower() == token.raw.upper()
    return _CHARACTER if is_character else 1.0


def credits_of(
    title: str, text: str, authors: Sequence[str], own: Publisher, names: Names
) -> Credits:
    """Return whom a report of the publisher `own` credits and cites, credits first.

    A publisher does not cite itself. Raises nothing, whatever the text.
    """
    paragraphs = [part for part in text[:TEXT_LIMIT].split("\n\n") if part.strip()]
    last = [part for part in text[-TEXT_LIMIT:].split("\n\n") if part.strip()][-_LAST_LINES:]
    credited = [
        *_bylines(authors, names),
        *_datelines(paragraphs[0] if paragraphs else "", names),
        *(found for line in paragraphs[:_FIRST_LINES] for found in _line(line, names)),
        *(found for line in last for found in _line(line, names)),
        *_closing(last[-1] if last else "", names),
    ]
    cited = [*_headline(title, names), *_citations("\n\n".join(paragraphs)[:BEGINNING], names)]
    named: dict[str, Credit] = {}
    for kind, publishers in ((CreditKind.CREDIT, credited), (CreditKind.CITATION, cited)):
        for publisher in publishers:
            if publisher.key != own.key and name_key(own.name) != publisher.key:
                credit = Credit(publisher.key, publisher.name, kind)
                named.setdefault(publisher.key, credit)
    reporting = _has_own_reporting(_Reading(text[:TEXT_LIMIT], names), own)
    return Credits(tuple(named.values())[:_MOST_CREDITS], reporting)


def _bylines(authors: Sequence[str], names: Names) -> Iterator[Publisher]:
    for author in authors[:_MOST_AUTHORS]:
        whole = names.called(author[:_LONGEST_LINE])
        for mention in _Reading(author[:_LONGEST_LINE], names).mentions:
            if mention.publisher.is_agency or mention.publisher is whole:
                yield mention.publisher


def _datelines(paragraph: str, names: Names) -> Iterator[Publisher]:
    """Yield who is named between place and text: "KYIV, March 3 (AP) —", "新华社基辅3月3日电"."""
    reading = _Reading(paragraph[:_DATELINE], names)
    found = False
    for mention in reading.mentions:
        if reading.width(0, mention.start) > _WORDS_BEFORE_DATELINE:
            break
        if _is_set_off(reading, mention) or _is_telegram(reading, mention):
            found = True
            yield mention.publisher
    match = None if found else _PLACE_AND_NAME.match(reading.text)
    if match and match[1][0].isupper() and not any(map(str.isdigit, match[1])):
        yield names.called(match[1]) or Publisher(name_key(match[1]), match[1].strip())


def _is_set_off(reading: _Reading, mention: Mention) -> bool:
    before, after = reading.before(mention.start), reading.after(mention.end - 1)
    if after and after in _DASHES and (not before or _clings(reading, mention.end - 1)):
        return True
    return (
        before != ""
        and after != ""
        and any(before in opening and after in closing for opening, closing in _SET_OFF)
    )


def _clings(reading: _Reading, place: int) -> bool:
    """Return whether a word has a dash right behind it and then a space, as in "WAFA- "."""
    end = reading.tokens[place].end
    return reading.text[end : end + 1] in tuple(_DASHES) and reading.text[end + 1 : end + 2] == " "


def _is_telegram(reading: _Reading, mention: Mention) -> bool:
    if reading.width(0, mention.start) > 1:
        return False
    for place in range(mention.end, len(reading.tokens)):
        if reading.width(mention.end, place) > _GAP_OF_DATE:
            return False
        if reading.tokens[place].raw in _TELEGRAM:
            return True
    return False


def _line(paragraph: str, names: Names) -> Iterator[Publisher]:
    """Yield the publishers of a line that only says whose text it is: "Reuters", "© AFP"."""
    if len(paragraph) > _LONGEST_LINE:
        return
    reading = _Reading(paragraph, names)
    if not reading.mentions or reading.words_of("photo"):
        return
    told = reading.words_of("line") | reading.words_of("medium")
    told |= {place for mention in reading.mentions for place in range(mention.start, mention.end)}
    untold = [place for place in range(len(reading.tokens)) if place not in told]
    if all(_are_initials(reading, place) for place in untold):
        yield from (mention.publisher for mention in reading.mentions)


def _are_initials(reading: _Reading, place: int) -> bool:
    """Return whether a word is the sign of an editor, as in "dpa/mk"."""
    return len(reading.tokens[place].raw) <= _LONGEST_INITIALS and reading.before(place) == "/"


def _closing(paragraph: str, names: Names) -> Iterator[Publisher]:
    """Yield who is named in brackets at the very end: "... on Monday. (dpa/AFP)"."""
    end = paragraph.rstrip(" .")
    opening = end.rfind("(", -_LONGEST_LINE)
    if not end.endswith(")") or opening < 0:
        return
    yield from _line(end[opening:], names)


def _headline(title: str, names: Names) -> Iterator[Publisher]:
    reading = _Reading(title[:_HEADLINE], names)
    for mention in reading.mentions:
        leads = mention.start == 0 and reading.after(mention.end - 1) in tuple(":：")
        ends = mention.end == len(reading.tokens) and reading.before(mention.start) in tuple(
            f"{_DASHES}:|/("
        )
        if leads or ends:
            yield mention.publisher
    yield from _cited(reading)


def _citations(beginning: str, names: Names) -> Iterator[Publisher]:
    yield from _cited(_Reading(beginning, names))


def _cited(reading: _Reading) -> Iterator[Publisher]:
    ends = {end for _, end in reading.phrases("before")}
    starts = {start for start, _ in reading.phrases("after")}
    beside = {end for _, end in reading.phrases("beside")}
    unlisted = _unlisted(reading, list(reading.phrases("medium")))
    for mention in sorted([*reading.mentions, *unlisted], key=_place):
        if reading.has_near(mention, ends, starts) or mention.start in beside:
            yield mention.publisher


def _place(mention: Mention) -> int:
    return mention.start


def _unlisted(reading: _Reading, media: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Yield who is called an agency, a paper or a channel, though nobody has listed its name."""
    listed = {p for mention in reading.mentions for p in range(mention.start, mention.end)}
    common = {place for start, end in media for place in range(start, end)}
    for start, end in media:
        for first, behind in ((end, _name_from(reading, end)), (_name_to(reading, start), start)):
            name = set(range(first, behind))
            if name - common and not name & listed:
                listed |= name
                spelt = reading.text[reading.tokens[first].start : reading.tokens[behind - 1].end]
                yield Mention(Publisher(name_key(spelt), spelt), first, behind)


def _name_from(reading: _Reading, start: int) -> int:
    """Return where a name ends that begins at `start`: a quotation, or words with capitals."""
    if start >= len(reading.tokens):
        return start
    closing = _QUOTES.get(reading.before(start), "")
    for place in range(start, min(start + _LONGEST_NAME, len(reading.tokens))):
        if not closing and not _goes_on(reading, place):
            return place
        if closing and reading.after(place) == closing:
            return place + 1
    return start if closing else min(start + _LONGEST_NAME, len(reading.tokens))


def _name_to(reading: _Reading, end: int) -> int:
    """Return where a name begins that ends before `end`: two words or more with capitals."""
    place = end
    while place > max(0, end - _LONGEST_NAME) and _is_capital(reading, place - 1):
        place -= 1
        if not _adjoins(reading, place + 1):
            return end
    return place if end - place >= _LEAST_NAME else end


def _goes_on(reading: _Reading, place: int) -> bool:
    return _is_capital(reading, place) and _adjoins(reading, place)


def _is_capital(reading: _Reading, place: int) -> bool:
    return reading.tokens[place].raw[0].isupper()


def _adjoins(reading: _Reading, place: int) -> bool:
    """Return whether only a space stands before a word."""
    return reading.text[reading.tokens[place - 1].end : reading.tokens[place].start] in (" ", "-")


def _has_own_reporting(reading: _Reading, own: Publisher) -> bool:
    if any(True for _ in reading.phrases("own")):
        return True
    ours = [mention for mention in reading.mentions if mention.publisher.key == own.key]
    if not ours:
        return False
    people = {start for start, _ in reading.phrases("person")}
    told = {end for _, end in reading.phrases("before")}
    return any(reading.has_near(mention, told, people, gap=1) for mention in ours)
