"""Text for terminals and logs: what could move a cursor or end a line is shown, not obeyed."""

import json
import unicodedata
from typing import Final

# Zero-width (non-)joiners are letters' business in Persian, Hindi and Sinhala.
_OBEYED: Final = frozenset("\u200c\u200d")


def _is_harmless(character: str) -> bool:
    return (
        character.isprintable() or character in _OBEYED or unicodedata.category(character) == "Zs"
    )


def visible(text: str) -> str:
    r"""Return `text` as one line of printable characters: ESC, say, becomes the four of `\x1b`.

    Line breaks, control characters, direction marks, other invisible characters and surrogates are
    written as Python spells them; spaces of every kind stay.
    """
    if text.isprintable():
        return text
    return "".join(
        one if _is_harmless(one) else one.encode("unicode_escape").decode() for one in text
    )


def visible_json(document: str) -> str:
    """Return a JSON document that means the same, with nothing in it that a terminal obeys.

    Line breaks stay: those inside a string are written as escapes already.
    """
    if document.replace("\n", "").isprintable():
        return document
    return "".join(
        one if one == "\n" or _is_harmless(one) else json.dumps(one)[1:-1] for one in document
    )
