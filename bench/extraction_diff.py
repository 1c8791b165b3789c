"""A short difference of two texts, line by line, that does not mind where paragraphs are cut."""

from collections.abc import Iterator
from typing import Final

from bench.shingles import SIZE, runs, tokens

MOST_LINES: Final = 12
MOST_CHARACTERS: Final = 100
_KNOWN: Final = 0.5
"""A line with this share of its shingles in the other text is there too."""


def short_diff(true: str, found: str) -> Iterator[str]:
    """Yield the lines that are missing (-) and extra (+), cut short, at most `MOST_LINES`."""
    missing = [f"- {line}" for line in _only_in(true, found)]
    extra = [f"+ {line}" for line in _only_in(found, true)]
    # Each half leaves to the other the room that it does not need.
    room = max(MOST_LINES // 2, MOST_LINES - len(extra))
    shown = missing[:room]
    shown += extra[: MOST_LINES - len(shown)]
    for line in shown:
        yield line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…"
    left_out = len(missing) + len(extra) - len(shown)
    if left_out:
        yield f"  ... and {left_out} more lines"


def _only_in(text: str, other: str) -> Iterator[str]:
    words = tokens(other)
    known = {size: set(runs(words, size)) for size in range(1, SIZE + 1)}
    for line in text.split("\n"):
        words = tokens(line)
        parts = runs(words, min(SIZE, len(words)))
        if sum(part in known[len(part)] for part in parts) < _KNOWN * len(parts):
            yield " ".join(line.split())
