"""Lines for people as one plain spelling, in which dates of all scripts can be looked for."""

import re
import unicodedata
from typing import Final

LINE_LIMIT: Final = 400
"""Characters looked at; a line with a date is shorter, and a hostile one is not searched."""

_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0670\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u102b-\u103e"
)
"""Vowel signs of Latin, Hebrew, Arabic, Devanagari, Thai and Burmese, no letters to `re`."""
WORD: Final = rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*"
"""Regular expression of a word."""
WORD_START: Final = rf"(?<![\w{_MARKS}])"
WORD_END: Final = rf"(?![\w{_MARKS}])"

_UNSEEN: Final = dict.fromkeys(
    # Direction marks, soft hyphen, zero-width signs, Arabic tatweel and short vowels, and the dot
    # that lower case leaves of a Turkish capital I.
    [0xAD, 0x061C, 0x0640, 0xFEFF, 0x0307, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
     *range(0x2060, 0x206A), *range(0x064B, 0x0653)]
)  # fmt: skip
# Letters that writers of Arabic script use for one another, as far as names of months need it.
_ARABIC: Final = str.maketrans("أإآٱىیېۍكةەئ", "ااااييييکههي")
_BURMESE_ZERO: Final = re.compile("(?<=[၀-၉])ဝ|ဝ(?=[၀-၉])")
"""The letter wa, which looks like the digit and is often typed for it."""


def plain_spelling(text: str) -> str:
    """Return the beginning of `text` in lower case, with ASCII digits and without unseen signs."""
    text = unicodedata.normalize("NFKC", text[:LINE_LIMIT]).lower().translate(_UNSEEN)
    text = _BURMESE_ZERO.sub("၀", text).translate(_ARABIC)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )
