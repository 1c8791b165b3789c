"""A piece of text with the publishers that it names and the words that cite them.

The words stand in citation_words.txt, by what they do; they are looked for in all languages at
once, since those of another language seldom stand beside the name of a publisher.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from typing import Final

from aggregator.group.origin.publishers import (
    Mention,
    Names,
    Publisher,
    Token,
    bare,
    name_key,
    tokens_of,
)

_GAP: Final = 4
_FARTHEST: Final = 12
"""Words or characters between a phrase and a name beyond which nothing is looked at."""
_CHARACTER: Final = 0.4
"""What a character of a script without spaces counts of a word."""
_LONGEST_NAME: Final = 4
_LEAST_NAME: Final = 2
_SENTENCE_END: Final = re.compile(r"[.!?。！？؟\n]")
_QUOTES: Final = {"«": "»", "“": "”", "„": "“", '"': '"'}

_Phrases = dict[str, list[tuple[str, ...]]]


@cache
def _phrases() -> dict[str, _Phrases]:
    found: dict[str, _Phrases] = defaultdict(lambda: defaultdict(list))
    for line in files(__package__).joinpath("citation_words.txt").read_text("utf-8").splitlines():
        kind, bar, phrases = line.partition(" | ")
        if bar:
            for phrase in phrases.split(";"):
                words = tuple(token.folded for token in tokens_of(bare(phrase)))
                if words and words not in found[kind][words[0]]:
                    found[kind][words[0]].append(words)
    return found


class Reading:
    """A piece of text with its words, the publishers it names and the words of citation."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = bare(text)
        self.tokens = tokens_of(self.text)
        self.mentions = names.mentions(self.tokens)

    def phrases(self, kind: str) -> Iterator[tuple[int, int]]:
        """Yield where phrases of a kind begin and end, in words."""
        known = _phrases()[kind]
        for start, token in enumerate(self.tokens):
            for first in {token.folded, token.folded.removeprefix("و")}:
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


def unlisted_names(reading: Reading) -> Iterator[Mention]:
    """Yield who is called an agency, a paper or a channel, though nobody has listed its name."""
    listed = {p for mention in reading.mentions for p in range(mention.start, mention.end)}
    media = list(reading.phrases("medium"))
    common = {place for start, end in media for place in range(start, end)}
    for start, end in media:
        for first, behind in ((end, _name_from(reading, end)), (_name_to(reading, start), start)):
            name = set(range(first, behind))
            if name - common and not name & listed:
                listed |= name
                spelt = reading.text[reading.tokens[first].start : reading.tokens[behind - 1].end]
                yield Mention(Publisher(name_key(spelt), spelt), first, behind)


def _name_from(reading: Reading, start: int) -> int:
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


def _name_to(reading: Reading, end: int) -> int:
    """Return where a name begins that ends before `end`: two words or more with capitals."""
    place = end
    while place > max(0, end - _LONGEST_NAME) and _is_capital(reading, place - 1):
        place -= 1
        if not _adjoins(reading, place + 1):
            return end
    return place if end - place >= _LEAST_NAME else end


def _goes_on(reading: Reading, place: int) -> bool:
    return _is_capital(reading, place) and _adjoins(reading, place)


def _is_capital(reading: Reading, place: int) -> bool:
    return reading.tokens[place].raw[0].isupper()


def _adjoins(reading: Reading, place: int) -> bool:
    """Return whether only a space stands before a word."""
    return reading.text[reading.tokens[place - 1].end : reading.tokens[place].start] in (" ", "-")
