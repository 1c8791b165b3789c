"""How much longer markup becomes where formatting is left open.

An HTML parser opens formatting that is still open again in each block that follows, so that few
bytes become many: 140 KB of `<p><b lang=1><b lang=2>...<p><p>...` gave 47 MB in 30 s. What follows
is an upper bound of that, in linear time.

Source of the rules: the HTML standard, "reconstruct the active formatting elements".
"""

import re
import sys
from typing import Final

_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_SCOPES: Final = frozenset(
    "annotation applet caption desc foreignobject math marquee mi mn mo ms mtext object svg table"
    " td template th title".split()
)
"""An end tag inside of these closes nothing that was opened outside."""
_OPEN_LIMIT: Final = 1000
"""Elements; of more, looking for the one that ends would take quadratic time itself."""
_RAW_TEXT: Final = re.compile(
    r"<(?:iframe|noembed|noframes|noscript|plaintext|script|select|style|textarea|title|xmp)\b",
    re.IGNORECASE,
)
_TAG: Final = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:[\s/](?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*)?>"
)
_COMMENT: Final = re.compile(r"<!--[^<>]*-->")


def reopened_length(text: str) -> int:
    """Return how many characters of tags a parser may write more than stand in `text`, at most.

    Beyond a thousand open elements it is `sys.maxsize`.
    """
    text = _COMMENT.sub("", text)
    tags = list(_TAG.finditer(text))
    if len(tags) == text.count("<") and not _RAW_TEXT.search(text):
        return _reopened(tags, with_ends=True)
    # What looks like an end tag may be none.
    starts = re.finditer(r"<()([A-Za-z][A-Za-z0-9]*)[^>]*", text)
    return _reopened(list(starts), with_ends=False)


def _reopened(tags: list[re.Match[str]], *, with_ends: bool) -> int:
    total, now_open = 0, 0
    opened: list[tuple[str, int]] = []
    for tag in tags:
        if len(opened) > _OPEN_LIMIT:
            return sys.maxsize
        closing, name = tag[1], tag[2].lower()
        is_formatting = name in _FORMATTING
        if not closing:
            total += now_open
            if is_formatting:
                now_open += len(tag[0])
                opened.append((name, len(tag[0])))
            elif name in _SCOPES:
                opened.append((name, 0))
        elif with_ends and (is_formatting or name in _SCOPES):
            now_open -= _closed(opened, name, is_formatting=is_formatting)
    return total


def _closed(opened: list[tuple[str, int]], name: str, *, is_formatting: bool) -> int:
    """Take from `opened` what an end tag closes, and return the length of that."""
    for index in range(len(opened) - 1, -1, -1):
        other, _ = opened[index]
        if other == name:
            gone = [opened.pop(index)] if is_formatting else opened[index:]
            if not is_formatting:
                del opened[index:]
            return sum(length for _, length in gone)
        if is_formatting and other in _SCOPES:
            break
    return 0
