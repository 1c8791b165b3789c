"""What a publisher changed between two versions of an article: headline, words, figures, notes.

Pure, and bounded whatever the texts are; on hostile ones it is to be run where time is limited.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

from aggregator.scrape.watch.corrections import correction_notes
from aggregator.scrape.watch.substance import spelt, squeezed, substantial

SHOWN_PARAGRAPHS: Final = 40
"""Changed paragraphs that are told word by word; the others are counted."""

SHOWN_FIGURES: Final = 20

_PARAGRAPH_LIMIT: Final = 1000
"""Paragraphs that are compared between the first change and the last; no edit touches more."""
_WORD_LIMIT: Final = 400
"""Words of a paragraph that are compared one by one: the work grows with their square."""
_PIECE_LIMIT: Final = 600
"""Characters of one piece of text that are kept."""
_CONTEXT: Final = 8
"""Words that are kept on each side of a change."""
_ALIKE: Final = 0.4
"""Share of words that two paragraphs have in common when one became the other."""
_PAIRS_LIMIT: Final = 10_000

_DENSE: Final = "\u0e00-\u0e7f\u1000-\u109f\u3040-\u30ff\u3400-\u9fff"
"""Scripts without spaces between words: each character is compared as a word."""
_WORD: Final = re.compile(rf"(\d+(?:[.,:]\d+)*|[{_DENSE}]|[^\W\d{_DENSE}]+|[^\w\s]|\w)(\s*)")
_FIGURE: Final = re.compile(rf"(?<![^\W{_DENSE}])(?<![:.,])\d+(?:[.,]\d+)*(?![^\W{_DENSE}]|:)")

Words = tuple[tuple[str, str], ...]
"""A text in pieces: ("=", kept), ("-", removed), ("+", added)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs in the later of two versions.

    `headline` is () where it is the same. `paragraphs` are the changed, added and removed ones in
    their order, the first `SHOWN_PARAGRAPHS`; the counts are of all. `figures_added` stand in the
    later version only, `figures_removed` in the earlier one only. `corrections` are the notes in
    which the publisher tells of it.
    """

    headline: Words = ()
    paragraphs: tuple[Words, ...] = ()
    changed: int = 0
    added: int = 0
    removed: int = 0
    figures_added: tuple[str, ...] = ()
    figures_removed: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()

    @property
    def is_edit(self) -> bool:
        """Whether anything differs that the publisher wrote."""
        return bool(self.headline or self.changed or self.added or self.removed)


def is_edit(title: str, body: str, later_title: str, later_body: str) -> bool:
    """Say whether two versions differ in what the publisher wrote; quick, in linear time."""
    return squeezed(title) != squeezed(later_title) or _squeezed_body(body) != _squeezed_body(
        later_body
    )


def changes_between(title: str, body: str, later_title: str, later_body: str) -> Changes:
    """Return what was changed; nothing where `is_edit` says that nothing was.

    Paragraphs that were only moved, joined or split are not changed.
    """
    headline = _words(title, later_title) if squeezed(title) != squeezed(later_title) else ()
    if _squeezed_body(body) == _squeezed_body(later_body):
        return Changes(headline=headline)
    before, after = substantial(body), substantial(later_body)
    pairs = list(_pairs(before, after))
    figures = Counter(_figures([title, *before])), Counter(_figures([later_title, *after]))
    told = set(correction_notes(body))
    return Changes(
        headline=headline,
        paragraphs=tuple(_words(a, b) for a, b in pairs[:SHOWN_PARAGRAPHS]),
        changed=sum(bool(a and b) for a, b in pairs),
        added=sum(not a for a, _ in pairs),
        removed=sum(not b for _, b in pairs),
        figures_added=tuple(f for f in figures[1] if f not in figures[0])[:SHOWN_FIGURES],
        figures_removed=tuple(f for f in figures[0] if f not in figures[1])[:SHOWN_FIGURES],
        corrections=tuple(
            note[:_PIECE_LIMIT] for note in correction_notes(later_body) if note not in told
        ),
    )


def in_words(changes: Changes) -> str:
    """Return one line that sums up an edit."""
    parts = ["headline changed"] if changes.headline else []
    counts = (("changed", changes.changed), ("added", changes.added), ("removed", changes.removed))
    told = [f"{count} {what}" for what, count in counts if count]
    if told:
        parts.append(f"paragraphs: {', '.join(told)}")
    if changes.figures_removed:
        parts.append(f"figures gone: {', '.join(changes.figures_removed)}")
    if changes.figures_added:
        parts.append(f"new figures: {', '.join(changes.figures_added)}")
    if changes.corrections:
        parts.append("with a correction note")
    return "; ".join(parts)


def _squeezed_body(body: str) -> str:
    return squeezed("".join(substantial(body)))


def _figures(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        # In one script: figures of Arabic and Hindi texts are compared as what they mean.
        for match in _FIGURE.finditer(text):
            yield "".join(str(int(c)) if c.isdecimal() else c for c in match[0]).rstrip(".,")


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (before, after) for each paragraph that differs, "" where there is none."""
    keys = [squeezed(text) for text in before], [squeezed(text) for text in after]
    start = _shared(*keys)
    end = _shared(keys[0][start:][::-1], keys[1][start:][::-1])
    before = before[start : len(before) - end][:_PARAGRAPH_LIMIT]
    after = after[start : len(after) - end][:_PARAGRAPH_LIMIT]
    keys = keys[0][start:][: len(before)], keys[1][start:][: len(after)]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    # What is missing here and stands there has been moved.
    moved = Counter(key for _, i1, i2, _, _ in blocks for key in keys[0][i1:i2])
    moved &= Counter(key for _, _, _, j1, j2 in blocks for key in keys[1][j1:j2])
    left = moved.copy()
    for _, i1, i2, j1, j2 in blocks:
        old = [before[i] for i in range(i1, i2) if not _taken(moved, keys[0][i])]
        new = [after[j] for j in range(j1, j2) if not _taken(left, keys[1][j])]
        yield from _aligned(old, new)


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many of their first texts two lists have in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _taken(counts: Counter[str], key: str) -> bool:
    if not counts[key]:
        return False
    counts[key] -= 1
    return True


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a rewritten passage, each beside the one that it became."""
    if len(old) * len(new) > _PAIRS_LIMIT:
        yield from ((text, "") for text in old)
        yield from (("", text) for text in new)
        return
    counted = [Counter(_tokens(text)) for text in old]
    position = 0
    for text in new:
        tokens = Counter(_tokens(text))
        match = next(
            (i for i in range(position, len(old)) if _likeness(counted[i], tokens) >= _ALIKE), None
        )
        if match is None:
            yield "", text
            continue
        yield from ((text, "") for text in old[position:match])
        yield old[match], text
        position = match + 1
    yield from ((text, "") for text in old[position:])


def _tokens(text: str) -> list[str]:
    return [spelt(match[1]) for match in _WORD.finditer(text)]


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _words(before: str, after: str) -> Words:
    old = [(match[1], match[2]) for match in _WORD.finditer(before)]
    new = [(match[1], match[2]) for match in _WORD.finditer(after)]
    if not old or not new or max(len(old), len(new)) > _WORD_LIMIT:
        pieces = [("-", before), ("+", after)]
    else:
        pieces = list(_compared(old, new))
    return tuple((kind, _clipped(text)) for kind, text in pieces if text)


def _compared(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(
        None, [spelt(word) for word, _ in old], [spelt(word) for word, _ in new], autojunk=False
    )
    blocks = _joined(matcher.get_opcodes())
    for place, (kind, i1, i2, j1, j2) in enumerate(blocks):
        if kind == "equal":
            yield "=", _around(new[j1:j2], first=place == 0, last=place == len(blocks) - 1)
            continue
        yield "-", _text(old[i1:i2])
        yield "+", _text(new[j1:j2])


def _joined(
    blocks: Sequence[tuple[str, int, int, int, int]],
) -> list[tuple[str, int, int, int, int]]:
    """Return the blocks with single words that stayed between two changes taken into them."""
    joined: list[tuple[str, int, int, int, int]] = []
    for place, block in enumerate(blocks):
        kind, _, i2, _, j2 = block
        is_speck = kind == "equal" and block[2] - block[1] == 1 and 0 < place < len(blocks) - 1
        if joined and joined[-1][0] == "changed" and (kind != "equal" or is_speck):
            _, i1, _, j1, _ = joined[-1]
            joined[-1] = ("changed", i1, i2, j1, j2)
        else:
            joined.append(block if kind == "equal" else ("changed", *block[1:]))
    return joined


def _around(words: list[tuple[str, str]], *, first: bool, last: bool) -> str:
    """Return what stayed the same, its middle left out where it is long."""
    head, tail = 0 if first else _CONTEXT, 0 if last else _CONTEXT
    if len(words) <= head + tail + 2:
        return _text(words)
    return f"{_text(words[:head])}… {_text(words[-tail:]) if tail else ''}"


def _text(words: Sequence[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)


def _clipped(text: str) -> str:
    return text if len(text) <= _PIECE_LIMIT else f"{text[: _PIECE_LIMIT - 1]}…"
