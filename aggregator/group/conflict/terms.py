"""Where words and phrases of many scripts stand in a text: all of them in one pass."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

Payload = TypeVar("Payload")

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uaa60-\uaa7f\uac00-\ud7af"
)
"""Scripts without spaces between words, and Hangul, whose words carry their particles."""
_MARKS: Final = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
"""Accents, Hebrew and Arabic vowel signs and the tatweel: spelling varies in them."""

_WORD: Final = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:[{_MARKS}]+[^\W_{_UNSPACED}]*)*")
_UNSPACED_START: Final = re.compile(f"[{_UNSPACED}]")
_FIRST_UNSPACED: Final = _UNSPACED[0]
_MARK: Final = re.compile(f"[{_MARKS}]")

# Unicode does not take these apart, or writers of one language mix them.
_SAME_LETTERS: Final = str.maketrans(
    {
        "ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "ґ": "г", "ى": "ي", "ی": "ي",
        "ے": "ي", "ک": "ك", "ة": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ں": "ن",
    }
    | {
        # Ethiopic letters that modern Amharic sounds alike and spells freely.
        chr(variant + order): chr(usual + order)
        for variant, usual in (
            (0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0),
            (0x1340, 0x1338),
        )
        for order in range(7)
    }
    | {"ሃ": "ሀ", "ሓ": "ሀ", "ኃ": "ሀ", "ኣ": "አ", "ዓ": "አ"}
)  # fmt: skip

_ARABIC_PREFIXES: Final = tuple("وبال وال فال بال كال ولل لل ال وب ول و ف ب ل ك".split())
_HEBREW_PREFIXES: Final = frozenset("והבלמשכ")
_ETHIOPIC_PREFIXES: Final = frozenset("የበለከንብዝ")
_LONGEST_HEBREW_PREFIX: Final = 3
_SHORTEST_STEM: Final = 3
_REMEMBERED_WORDS: Final = 4096


def fold(word: str) -> str:
    """Return `word` without case, accents, vowel signs and mere variants of spelling."""
    if word.isascii():
        return word.lower()
    bare = _MARK.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", bare).translate(_SAME_LETTERS)


def _readings(folded: str) -> tuple[str, ...]:
    """Return the word as it stands, and without each prefix that its script may attach."""
    if not folded:
        return ()
    if "\u0590" <= folded[0] <= "\u05ff":
        cuts = []
        for length in range(1, _LONGEST_HEBREW_PREFIX + 1):
            if folded[length - 1 : length] not in _HEBREW_PREFIXES:
                break
            cuts.append(length)
    elif "\u0600" <= folded[0] <= "\u06ff":
        cuts = [len(prefix) for prefix in _ARABIC_PREFIXES if folded.startswith(prefix)]
    elif folded[0] in _ETHIOPIC_PREFIXES:
        # A syllable is one character there, so a short stem is a whole word.
        return (folded, folded[1:]) if len(folded) >= _SHORTEST_STEM else (folded,)
    else:
        return (folded,)
    stems = (folded[cut:] for cut in cuts if len(folded) - cut >= _SHORTEST_STEM)
    return (folded, *dict.fromkeys(stems))


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a phrase: `stem` matches as a whole, or as a beginning if `open_ended`.

    A word written with a capital means a name, which is not found in lower case: Mali is not the
    Serbian "mali" (small). One in capitals is an acronym, found in capitals: KIA is not a Kia.
    """

    stem: str
    open_ended: bool
    name: bool
    acronym: bool

    @classmethod
    def of(cls, raw: str, *, open_ended: bool) -> "_Word":
        stem = fold(raw)
        if stem.startswith("ال") and len(stem) - 2 >= _SHORTEST_STEM:
            stem = stem[2:]
        return cls(stem, open_ended, raw[0].isupper(), len(raw) > 1 and raw.isupper())

    def allows_case_of(self, token: str) -> bool:
        if self.acronym:
            return token[: len(self.stem)].isupper()
        return not (self.name and token[0].islower())

    def fits(self, token: str) -> bool:
        if not self.allows_case_of(token):
            return False
        readings = _readings(fold(token))
        if self.open_ended:
            return any(reading.startswith(self.stem) for reading in readings)
        return self.stem in readings


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Payload]):
    """A phrase whose first word has been found; `rest` is what must follow."""

    first: _Word
    rest: tuple[_Word, ...]
    payload: Payload


class Hit(NamedTuple, Generic[Payload]):
    """Something found from `start` to `end`.

    Counted in words; behind the last of them, in the letters of the unspaced scripts.
    """

    start: int
    end: int
    payload: Payload


class TermIndex(Generic[Payload]):
    """Finds phrases in texts: by whole words, whatever their case and accents.

    A word that ends in `*` stands for every word that begins so; a name written with a capital
    is not found in lower case; Arabic and Hebrew words are found behind their attached prefixes;
    in scripts without spaces a phrase is found anywhere. A phrase without a letter or digit is
    found nowhere. Where one phrase lies inside a longer
    one ("Sudan" in "South Sudan"), only the longer one counts.
    """

    def __init__(self, phrases: Iterable[tuple[str, Payload]]) -> None:
        self._whole: dict[str, list[_Entry[Payload]]] = {}
        self._beginnings: dict[str, list[_Entry[Payload]]] = {}
        self._unspaced: dict[str, list[tuple[str, Payload]]] = {}
        for phrase, payload in phrases:
            self._add(phrase, payload)
        self._lengths = sorted({len(stem) for stem in self._beginnings})
        # News uses few distinct words: most look-ups end here. Bounded, for a daemon of weeks.
        self._entries_of = lru_cache(_REMEMBERED_WORDS)(self._look_up)

    def _add(self, phrase: str, payload: Payload) -> None:
        matches = list(_WORD.finditer(phrase))
        if not matches:
            return
        if is_unspaced(phrase):
            # Spaces there are style; what follows a particle belongs to the same phrase.
            text = fold("".join(match[0] for match in matches))
            self._unspaced.setdefault(text[0], []).append((text, payload))
            return
        words = [
            _Word.of(match[0], open_ended=phrase[match.end() : match.end() + 1] == "*")
            for match in matches
        ]
        table = self._beginnings if words[0].open_ended else self._whole
        entry = _Entry(words[0], tuple(words[1:]), payload)
        table.setdefault(words[0].stem, []).append(entry)

    def _look_up(self, token: str) -> tuple[_Entry[Payload], ...]:
        entries: list[_Entry[Payload]] = []
        for reading in _readings(fold(token)):
            entries += self._whole.get(reading, ())
            for length in self._lengths:
                if length > len(reading):
                    break
                entries += self._beginnings.get(reading[:length], ())
        return tuple(entry for entry in entries if entry.first.allows_case_of(token))

    def find(self, text: str) -> list[Hit[Payload]]:
        """Return what was found; the same phrase may come twice, and one inside another."""
        tokens = _WORD.findall(text)
        hits: list[Hit[Payload]] = []
        letters = len(tokens)
        for start, token in enumerate(tokens):
            if token >= _FIRST_UNSPACED and is_unspaced(token):
                hits += self._hits_inside(fold(token), letters)
                letters += len(token)
                continue
            for entry in self._entries_of(token):
                end = start + 1 + len(entry.rest)
                if not entry.rest or _follows(entry.rest, tokens[start + 1 : end]):
                    hits.append(Hit(start, end, entry.payload))
        return hits

    def _hits_inside(self, run: str, offset: int) -> list[Hit[Payload]]:
        return [
            Hit(offset + start, offset + start + len(text), payload)
            for start, character in enumerate(run)
            for text, payload in self._unspaced.get(character, ())
            if run.startswith(text, start)
        ]


def is_unspaced(text: str) -> bool:
    """Say whether `text` begins in a script whose words are found without boundaries."""
    return _UNSPACED_START.match(text) is not None


def _follows(rest: tuple[_Word, ...], tokens: list[str]) -> bool:
    return len(rest) == len(tokens) and all(map(_Word.fits, rest, tokens))


def longest(hits: Iterable[Hit[Payload]]) -> list[Hit[Payload]]:
    """Drop each hit that lies within a longer one: "Sudan" in "South Sudan"."""
    kept: list[Hit[Payload]] = []
    outer = (-1, -1)
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        span = (hit.start, hit.end)
        if hit.end <= outer[1] and span != outer:
            continue
        if hit.end > outer[1]:
            outer = span
        kept.append(hit)
    return kept
