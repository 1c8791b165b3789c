"""Whom a report credits or cites: datelines, bylines, credit lines, "X, citing Y".

A credit says that the text is another's: "KARSAT (Reuters) -", "By AFP", a last line "dpa/afp".
A citation says where a report has it from: "Reuters reported", "со ссылкой на ТАСС", in the
headline or the beginning of the text; what comes later is background. Only media count: "according
to the police" names a witness, not an origin. The names stand in publishers.txt and in the
user's feeds, the words around them in citation_words.txt. Time is linear in a text that is cut at
`TEXT_LIMIT`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aggregator.group.origin.publishers import Mention, Names, Publisher, initials_of, name_key
from aggregator.group.origin.reading import Reading, unlisted_names

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
_GAP_OF_DATE: Final = 9
_MOST_AUTHORS: Final = 20
_MOST_CREDITS: Final = 6
_LONGEST_INITIALS: Final = 3
_DASHES: Final = "-–—"
_SET_OFF: Final = (("(/[（", ")/],،）"), (_DASHES, f".:{_DASHES}"), (".,", f".{_DASHES}"))
"""What may stand before the name in a dateline, and what then has to stand behind it."""
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


def credits_of(
    title: str, text: str, authors: Sequence[str], own: Publisher, names: Names
) -> Credits:
    """Return whom a report of the publisher `own` credits and cites, credits first.

    A publisher does not cite itself. Raises nothing, whatever the text.
    """
    paragraphs = [part for part in text[:TEXT_LIMIT].split("\n\n") if part.strip()]
    last = [part for part in text[-TEXT_LIMIT:].split("\n\n") if part.strip()][-_LAST_LINES:]
    dateline = list(_datelines(paragraphs[0] if paragraphs else "", names))
    credited = [
        *_bylines(authors, names),
        # On its own pages an agency is the one whose name nobody else has listed.
        *(one for one in dateline if not (own.is_agency and one.key == name_key(one.name))),
        *(found for line in paragraphs[:_FIRST_LINES] for found in _line(line, names)),
        *(found for line in last for found in _line(line, names)),
        *_closing(last[-1] if last else "", names),
    ]
    cited = [*_headline(title, names), *_citations("\n\n".join(paragraphs)[:BEGINNING], names)]
    ours = {own.key, name_key(own.name), name_key(initials_of(own.name))}
    named: dict[str, Credit] = {}
    for kind, publishers in ((CreditKind.CREDIT, credited), (CreditKind.CITATION, cited)):
        for publisher in publishers:
            if publisher.key not in ours:
                credit = Credit(publisher.key, publisher.name, kind)
                named.setdefault(publisher.key, credit)
    reporting = _has_own_reporting(Reading(text[:TEXT_LIMIT], names), own)
    return Credits(tuple(named.values())[:_MOST_CREDITS], reporting)


def _bylines(authors: Sequence[str], names: Names) -> Iterator[Publisher]:
    for author in authors[:_MOST_AUTHORS]:
        whole = names.called(author[:_LONGEST_LINE])
        for mention in Reading(author[:_LONGEST_LINE], names).mentions:
            if mention.publisher.is_agency or mention.publisher is whole:
                yield mention.publisher


def _datelines(paragraph: str, names: Names) -> Iterator[Publisher]:
    """Yield who is named between place and text: "KYIV, March 3 (AP) —", "新华社基辅3月3日电"."""
    reading = Reading(paragraph[:_DATELINE], names)
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


def _is_set_off(reading: Reading, mention: Mention) -> bool:
    before, after = reading.before(mention.start), reading.after(mention.end - 1)
    if after and after in _DASHES and (not before or _clings(reading, mention.end - 1)):
        return True
    return (
        before != ""
        and after != ""
        and any(before in opening and after in closing for opening, closing in _SET_OFF)
    )


def _clings(reading: Reading, place: int) -> bool:
    """Return whether a word has a dash right behind it and then a space, as in "WAFA- "."""
    end = reading.tokens[place].end
    return reading.text[end : end + 1] in tuple(_DASHES) and reading.text[end + 1 : end + 2] == " "


def _is_telegram(reading: Reading, mention: Mention) -> bool:
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
    reading = Reading(paragraph, names)
    if not reading.mentions or reading.words_of("photo"):
        return
    told = reading.words_of("line") | reading.words_of("medium")
    told |= {place for mention in reading.mentions for place in range(mention.start, mention.end)}
    untold = [place for place in range(len(reading.tokens)) if place not in told]
    if all(_are_initials(reading, place) for place in untold):
        yield from (mention.publisher for mention in reading.mentions)


def _are_initials(reading: Reading, place: int) -> bool:
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
    reading = Reading(title[:_HEADLINE], names)
    for mention in reading.mentions:
        leads = mention.start == 0 and reading.after(mention.end - 1) in tuple(":：")
        ends = mention.end == len(reading.tokens) and reading.before(mention.start) in tuple(
            f"{_DASHES}:|/("
        )
        if leads or ends:
            yield mention.publisher
    yield from _cited(reading)


def _citations(beginning: str, names: Names) -> Iterator[Publisher]:
    yield from _cited(Reading(beginning, names))


def _cited(reading: Reading) -> Iterator[Publisher]:
    ends = {end for _, end in reading.phrases("before")}
    starts = {start for start, _ in reading.phrases("after")}
    beside = {end for _, end in reading.phrases("beside")}
    for mention in sorted([*reading.mentions, *unlisted_names(reading)], key=_place):
        if reading.has_near(mention, ends, starts) or mention.start in beside:
            yield mention.publisher


def _place(mention: Mention) -> int:
    return mention.start


def _has_own_reporting(reading: Reading, own: Publisher) -> bool:
    if any(True for _ in reading.phrases("own")):
        return True
    ours = [mention for mention in reading.mentions if mention.publisher.key == own.key]
    if not ours:
        return False
    people = {start for start, _ in reading.phrases("person")}
    told = {end for _, end in reading.phrases("before")}
    return any(reading.has_near(mention, told, people, gap=1) for mention in ours)
