"""Who publishes: one key for all domains of a newsroom, and the names by which others cite it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from aggregator.group.wording.words import fold
from aggregator.text.urls import registrable_domain

_LONGEST_ENDING: Final = 3
_LONGEST_ACRONYM: Final = 4
_MOST_NAME_WORDS: Final = 8
_MOST_REMEMBERED: Final = 1 << 16
"""Words of which it is remembered which names begin with them; for nearly all, none."""
_LEAST_ACRONYM_WORDS: Final = 3
# A run of letters and digits, with an ending behind an apostrophe ("Reuters'a", "l'agence").
_TOKEN: Final = re.compile(r"\w+(?:['’ʼ]\w+)?")
_MARKS: Final = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200c\u0640]")
_CHARACTERS_AS_WORDS: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ELISION: Final = re.compile(r"\b(?i:d|l|dell|all|dall|nell|sull|qu)['’ʼ](?=\w)")
# Written together with the word that follows: "and", "to", "in", "from" in Arabic and Hebrew.
_PREFIXES: Final = frozenset("وفبلكובלמשהכ")


class Token(NamedTuple):
    """A word, or one character of a script without spaces, and where it stands."""

    raw: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Publisher:
    """A newsroom: a `key` that its domains share, and the name to show."""

    key: str
    name: str
    is_agency: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A publisher that is named between two positions of a list of tokens."""

    publisher: Publisher
    start: int
    end: int


def bare(text: str) -> str:
    """Return a text without vowel signs and without the articles that cling to names."""
    return _MARKS.sub("", _ELISION.sub(" ", text))


def tokens_of(text: str) -> list[Token]:
    """Return the words of a `bare` text with their places in it."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if not word.isascii() and _CHARACTERS_AS_WORDS.search(word):
            tokens += _characters(word, match.start())
        else:
            tokens.append(Token(word, fold(word), match.start(), match.end()))
    return tokens


def _characters(word: str, start: int) -> Iterator[Token]:
    # Letters of other scripts within such a run stay together: "AFP通信".
    for match in re.finditer("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\u3040-\u9fff]+", word):
        piece = match[0]
        yield Token(piece, fold(piece), start + match.start(), start + match.end())


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """Return the key of a publisher of whom nothing but a name is known."""
    words = [token.folded for token in tokens_of(bare(unicodedata.normalize("NFKC", name)))]
    return f"name:{' '.join(words[:_MOST_NAME_WORDS])}"


def initials_of(name: str) -> str:
    """Return the capitals with which the words of a name begin: "CPA"."""
    return "".join(word.raw[0] for word in tokens_of(bare(name)) if word.raw[0].isupper())


@cache
def _listed() -> tuple[tuple[Publisher, tuple[str, ...], tuple[str, ...]], ...]:
    listed = []
    for line in files(__package__).joinpath("publishers.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            key, kind, domains, names = (part.strip() for part in line.split("|"))
            spelt = tuple(name.strip() for name in names.split(";"))
            publisher = Publisher(key, spelt[0], kind == "agency")
            listed.append((publisher, tuple(d.strip() for d in domains.split(";")), spelt))
    return tuple(listed)


@cache
def _by_domain() -> dict[str, Publisher]:
    return {domain: publisher for publisher, domains, _ in _listed() for domain in domains}


@lru_cache(maxsize=1 << 14)
def publisher_of(source: str, name: str, *, is_agency: bool = False) -> Publisher:
    """Return who publishes at `source`, a host or another word for a publisher.

    Domains of one line of publishers.txt are one publisher, and so are all hosts of a domain that
    was registered (on shared platforms each host has its own, see `registrable_domain`).
    """
    domain = registrable_domain(source) if source else ""
    listed = _by_domain().get(source) or _by_domain().get(domain)
    if listed is not None:
        return Publisher(listed.key, name or listed.name, listed.is_agency or is_agency)
    return Publisher(domain or name_key(name), name, is_agency)


@dataclass(frozen=True, slots=True)
class _Name:
    publisher: Publisher
    words: tuple[str, ...]
    exact: str | None
    is_capital: bool


class Names:
    """Names of publishers, to be found in texts: those of publishers.txt and those of feeds."""

    def __init__(self, outlets: Iterable[Publisher] = ()) -> None:
        self._by_first: dict[str, list[_Name]] = {}
        self._beginning_with: dict[str, tuple[_Name, ...]] = {}
        for publisher, _, names in _listed():
            for name in names:
                self._add(publisher, name)
        for outlet in outlets:
            for name in _spellings(outlet):
                self._add(outlet, name)

    def _add(self, publisher: Publisher, name: str) -> None:
        is_acronym = len(name) <= _LONGEST_ACRONYM and name.isupper() and name.isalpha()
        has_case = name.lower() != name.upper()
        words = _pattern(name)
        if not words or len(words) > _MOST_NAME_WORDS:
            return
        exact = name if is_acronym and has_case else None
        entry = _Name(publisher, words, exact, name[0].isupper())
        self._by_first.setdefault(words[0], []).append(entry)

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """Return who is named in a text, in order; of two names at one place the longer."""
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention = self._at(tokens, position)
            if mention is not None:
                found.append(mention)
            position = mention.end if mention else position + 1
        return found

    def called(self, name: str) -> Publisher | None:
        """Return the publisher that `name` as a whole is a name of."""
        tokens = tokens_of(bare(name))
        mention = self._at(tokens, 0) if tokens else None
        return mention.publisher if mention and mention.end == len(tokens) else None

    def _at(self, tokens: Sequence[Token], position: int) -> Mention | None:
        best: Mention | None = None
        for name in self._that_begin_with(tokens[position].folded):
            end = position + len(name.words)
            if best is not None and end <= best.end:
                continue
            if _fits(name, tokens[position:end]):
                best = Mention(name.publisher, position, end)
        return best

    def _that_begin_with(self, word: str) -> tuple[_Name, ...]:
        known = self._beginning_with.get(word)
        if known is None:
            if len(self._beginning_with) >= _MOST_REMEMBERED:
                self._beginning_with.clear()
            known = tuple(name for form in _forms(word) for name in self._by_first.get(form, ()))
            self._beginning_with[word] = known
        return known


def _spellings(outlet: Publisher) -> Iterator[str]:
    """Yield the outlet's name, without the section behind a dash, and an agency's initials.

    Feeds are called "Middle East" and "World" too: in Latin script a name counts if the domain
    has a word of it.
    """
    names = {outlet.name, re.split(r"\s[-–—|:]\s|: ", outlet.name, maxsplit=1)[0]}
    domain = outlet.key.replace("-", "")
    for name in sorted(names):
        words = tokens_of(bare(name))
        letters = [word.folded for word in words if len(word.folded) > _LONGEST_ENDING]
        is_of_domain = any(word in domain for word in letters)
        is_foreign = len(words) > 1 and not any(word.folded.isascii() for word in words)
        if letters and (is_of_domain or is_foreign or (outlet.is_agency and len(words) > 1)):
            yield name
        initials = initials_of(name)
        if outlet.is_agency and len(initials) >= _LEAST_ACRONYM_WORDS:
            yield initials


def _pattern(name: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in name.split():
        folded = [token.folded for token in tokens_of(bare(part.rstrip("*")))]
        if part.endswith("*") and folded:
            folded[-1] += "*"
        words += folded
    return tuple(words)


def _forms(folded: str) -> Iterator[str]:
    """Yield what the first word of a name may be entered as, if this is its form in the text."""
    base = folded.partition("'")[0]
    yield folded
    if base != folded and base:
        yield base
    if len(folded) > 3 and folded[0] in _PREFIXES:  # noqa: PLR2004 -- a prefix and a short name
        yield folded[1:]
    for cut in range(_LONGEST_ENDING + 1):
        yield f"{folded[: len(folded) - cut]}*"


def _fits(name: _Name, tokens: Sequence[Token]) -> bool:
    if len(tokens) < len(name.words):
        return False
    if name.exact is not None:
        raw = tokens[0].raw.replace("’", "'").partition("'")[0]
        return raw == name.exact
    if name.is_capital and tokens[0].raw[0].islower():
        return False
    return all(map(_is_form, name.words[1:], tokens[1:]))


def _is_form(word: str, token: Token) -> bool:
    if not word.endswith("*"):
        return word in (token.folded, token.folded.partition("'")[0])
    stem = word[:-1]
    return token.folded.startswith(stem) and len(token.folded) <= len(stem) + _LONGEST_ENDING
