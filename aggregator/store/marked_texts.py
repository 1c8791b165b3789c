"""Texts in which a search has marked what it found, as pieces that a page can escape."""

import re
from dataclasses import dataclass
from typing import Final

OPENING: Final = "\ue000"
CLOSING: Final = "\ue001"
"""What FTS5 puts around a match: characters for private use, which mean nothing in a text."""

_MATCH: Final = re.compile(f"{OPENING}([^{OPENING}{CLOSING}]*){CLOSING}")
_MARKS: Final = str.maketrans("", "", OPENING + CLOSING)
_LIMIT: Final = 500
"""Characters: a snippet is counted in words, and some have no end."""
_BEFORE: Final = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was searched."""

    text: str
    is_match: bool = False


def pieces(marked: str) -> tuple[Piece, ...]:
    """Return a text with marks as pieces; marks that make no pair are left out."""
    found: list[Piece] = []
    position = 0
    for match in _MATCH.finditer(marked):
        found.append(Piece(marked[position : match.start()].translate(_MARKS)))
        found.append(Piece(match[1], is_match=True))
        position = match.end()
    found.append(Piece(marked[position:].translate(_MARKS)))
    return tuple(piece for piece in found if piece.text)


def without_marks(text: str) -> str:
    """Return a text without the marks that it holds itself."""
    return text.translate(_MARKS)


def bounded(marked: str) -> str:
    """Return the part of a long marked text that has its first match."""
    if len(marked) <= _LIMIT:
        return marked
    start = max(0, marked.find(OPENING) - _BEFORE)
    end = start + _LIMIT
    cut = marked[start:end]
    return f"{'…' if start else ''}{cut}{'…' if end < len(marked) else ''}"
