"""Which material changes an alert or a digest is about."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from aggregator.config.alert_rules import Conditions, Growth
from aggregator.model import Report, Story

# Scripts that write no spaces between words; the first word of their letters' Unicode names.
_WITHOUT_SPACES: Final = frozenset("CJK HIRAGANA KATAKANA THAI LAO KHMER MYANMAR TIBETAN".split())


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """A story as a material change left it.

    `id` is that of the last row of `story_changes` that this is about, `story.updated` its time
    and `story.news` what all of them brought. `conflicts` are ids.
    """

    id: int
    story: Story
    conflicts: frozenset[str] = frozenset()


def matches(conditions: Conditions, change: MaterialChange) -> bool:
    """Tell whether all conditions hold for the story as the change left it."""
    story = change.story
    return (
        (conditions.conflict is None or conditions.conflict in change.conflicts)
        and (not conditions.news or any(news.kind in conditions.news for news in story.news))
        and _reaches(story.origin_count, conditions.least_origins)
        and _reaches(story.source_count, conditions.least_outlets)
        and (conditions.growth is None or _grows(story.reports, conditions.growth, story.updated))
        and (conditions.place is None or _names_place(story, conditions.place))
        and (not conditions.words or _has_word(_texts(story), conditions.words))
    )


def _reaches(count: int, least: int | None) -> bool:
    return least is None or count >= least


def _grows(reports: Iterable[Report], growth: Growth, at: datetime) -> bool:
    since = at - growth.within
    return sum(since < report.first_seen <= at for report in reports) >= growth.reports


def _names_place(story: Story, place: str) -> bool:
    wanted = folded(place)
    return any(folded(known) == wanted for known in story.places) or _has_word(
        _texts(story), (place,)
    )


def _texts(story: Story) -> Iterator[str]:
    yield story.headline
    yield story.summary
    for report in story.reports:
        yield report.title


def _has_word(texts: Iterable[str], words: Iterable[str]) -> bool:
    wanted = [(folded(word.removesuffix("*")), word.endswith("*")) for word in words]
    return any(
        _stands_in(phrase, text, is_stem=is_stem)
        for text in map(folded, texts)
        for phrase, is_stem in wanted
        if phrase
    )


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return a text without what does not tell words apart: case, accents, kinds of spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _stands_in(phrase: str, text: str, *, is_stem: bool) -> bool:
    """Tell whether a phrase stands in a text as whole words; a stem may have any ending."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        begins = start == 0 or not _joins(text[start - 1], phrase[0])
        if begins and (is_stem or end == len(text) or not _joins(text[end], phrase[-1])):
            return True
        start = text.find(phrase, start + 1)
    return False


def _joins(neighbour: str, edge: str) -> bool:
    """Tell whether two characters beside each other are of one word."""
    return _is_of_a_word(neighbour) and _is_of_a_word(edge) and _needs_spaces(edge)


def _is_of_a_word(character: str) -> bool:
    # Vowel signs of Indic scripts are marks; a word goes on after them.
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _needs_spaces(character: str) -> bool:
    return unicodedata.name(character, "").partition(" ")[0] not in _WITHOUT_SPACES
