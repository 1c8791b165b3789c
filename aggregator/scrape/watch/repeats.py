"""The same text on several pages of one site: a notice, an appeal or an error, not a report."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

LEAST_PAGES: Final = 3
"""Pages of one site with different headlines that show one text; two may be a mistake."""

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_NO_SPACES: Final = "\u0e00-\u0e7f\u1000-\u109f\u3040-\u30ff\u3400-\u9fff"
_WORD: Final = re.compile(rf"[^\W_{_NO_SPACES}]+")
_DENSE: Final = re.compile(rf"[{_NO_SPACES}]{{2,}}")
_STEM: Final = 5
"""Letters by which an inflected word is known again."""
_SHORT: Final = 3
"""Letters; shorter words stand in every text."""
_SAME_STORY: Final = 0.5
"""Share of the words of a headline that its own report repeats, or another headline has."""


def text_digest(body: str) -> str:
    """Return a short digest of the letters of a text, "" where it has none.

    Figures do not count, since notices carry numbers of their own (a time, an incident).
    """
    letters = "".join(_LETTERS.findall(body)).casefold()
    return (
        blake2b(letters.encode("utf-8", "replace"), digest_size=12).hexdigest() if letters else ""
    )


def is_about(body: str, title: str) -> bool:
    """Say whether a text repeats the words of a headline, as the report under it does."""
    wanted = _stems(title)
    return not wanted or len(wanted & _stems(body)) >= _SAME_STORY * len(wanted)


def is_furniture(body: str, titles: Iterable[str]) -> bool:
    """Say whether a text that stands under all these headlines of one site is no report.

    Each headline is that of another page. A wire report at several addresses is not furniture:
    its headlines are alike, and it is about what they say.
    """
    different: list[set[str]] = []
    for title in titles:
        stems = _stems(title)
        if is_about(body, title) or any(_are_alike(stems, other) for other in different):
            continue
        different.append(stems)
        if len(different) >= LEAST_PAGES:
            return True
    return False


def _are_alike(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= _SAME_STORY * min(len(a), len(b))


def _stems(text: str) -> set[str]:
    text = text.casefold()
    stems = {word[:_STEM] for word in _WORD.findall(text) if len(word) > _SHORT}
    for run in _DENSE.findall(text):
        stems |= {run[i : i + 2] for i in range(len(run) - 1)}
    return stems
