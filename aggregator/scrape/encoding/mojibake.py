"""Text that was UTF-8, read as a code page and saved as UTF-8 again, into what it was."""

import re
from dataclasses import dataclass
from typing import Final

_CERTAIN_RUNS: Final = 8
"""Runs that read as UTF-8, from which on it is no chance."""
_FAILURES: Final = 0.1
"""Of short runs: so many may be broken; in a text that means what it says more of them are."""
_SIGNS: Final = 4
"""Marks in the sample that make the whole worth looking at."""
_WINDOWS: Final = 16
_WINDOW_CHARACTERS: Final = 1_000
_LONG_RUN: Final = 3
"""Characters; shorter runs are single accented letters, which could stand for themselves."""
_RUN_OF_UTF8: Final = re.compile(
    "([\x80-\xbf]*)"
    "((?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+)"
    "([\x80-\xbf]*)"
)
_LEAD: Final = re.compile("[\xc2-\xf4]")


@dataclass(frozen=True, slots=True)
class _CodePage:
    """How text looks that was read in a code page.

    `marks` are strings that such text is full of, and other text not; `runs` match what the code
    page has beyond ASCII; `byte_of` says which byte each character was, as U+0080 to U+00FF.
    """

    marks: tuple[str, ...]
    runs: re.Pattern[str]
    byte_of: dict[int, int]


def _code_page(encoding: str, marks: str) -> _CodePage:
    # What the code page leaves undefined is read as the control character of that number.
    characters = [
        bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in range(0x80, 0x100)
    ]
    return _CodePage(
        marks=tuple(marks.split()),
        runs=re.compile(f"[{re.escape(''.join(characters))}]+"),
        byte_of={ord(character): 0x80 + index for index, character in enumerate(characters)},
    )


_CODE_PAGES: Final = (
    # Lead bytes of Latin, Cyrillic, Hebrew, Arabic letters, of punctuation and of Han characters.
    _code_page("cp1252", "Ã Ð × Ø â€ ä¸"),
    # Russian letters (a, e, o), Arabic ones (alif, lam), and punctuation.
    _code_page("cp1251", "Р° Рµ Рѕ Ш§ Щ„ вЂ"),
)


def mended(text: str) -> str:
    """Return `text` with what was encoded twice as it was meant.

    Nothing is changed unless it is certain: many runs of characters beyond ASCII that are, byte
    for byte in one code page, UTF-8. Correct text beside them stays.
    """
    if text.isascii():
        return text
    sample = _sample(text)
    for page in _CODE_PAGES:
        if sum(map(sample.count, page.marks)) >= _SIGNS and _is_certain(text, page):
            return _replaced(text, page)
    return text


def _sample(text: str) -> str:
    """Return windows all over the text: the look at every page must cost next to nothing."""
    step = max(len(text) // _WINDOWS, _WINDOW_CHARACTERS)
    return "".join(text[start : start + _WINDOW_CHARACTERS] for start in range(0, len(text), step))


def _replaced(text: str, page: _CodePage) -> str:
    return page.runs.sub(lambda match: _as_meant(match[0], page) or match[0], text)


def _is_certain(text: str, page: _CodePage) -> bool:
    good = long = bad = 0
    for run in page.runs.findall(text):
        meant = _as_meant(run, page)
        if meant is None:
            bad += _LEAD.search(run.translate(page.byte_of)) is not None
        else:
            good += 1
            long += len(meant) >= _LONG_RUN
    return long >= _CERTAIN_RUNS or (good >= _CERTAIN_RUNS and bad <= _FAILURES * good)


def _as_meant(run: str, page: _CodePage) -> str | None:
    """Return what a run stands for, with signs around it as they are; None if it is no UTF-8."""
    match = _RUN_OF_UTF8.fullmatch(run.translate(page.byte_of))
    if match is None:
        return None
    try:
        meant = match[2].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return run[: match.end(1)] + meant + run[match.start(3) :]
