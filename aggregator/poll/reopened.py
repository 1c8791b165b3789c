"""How much longer markup becomes where formatting is left open.

An HTML parser opens formatting that is still open again in each block that follows, so that few
bytes become many: 140 KB of `<p><b lang=1><b lang=2>...<p><p>...` gave 47 MB in 30 s. What follows
is an upper bound of that, in linear time.

Source of the rules: the HTML standard, "reconstruct the active formatting elements".
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_SCOPES: Final = frozenset(
    "annotation applet caption desc foreignobject math marquee mi mn mo ms mtext object svg table"
    " td template th title".split()
)
"""An end tag inside of these closes nothing that was opened outside."""
_OPEN_LIMIT: Final = 1000
"""Elements; no honest entry has as many."""
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
    total = 0
    now_open = _OpenElements()
    for tag in tags:
        if now_open.count > _OPEN_LIMIT:
            return sys.maxsize
        closing, name = tag[1], tag[2].lower()
        if not closing:
            total += now_open.length
            if name in _FORMATTING:
                now_open.open_formatting(name, len(tag[0]))
            elif name in _SCOPES:
                now_open.open_scope(name)
        elif with_ends and name in _FORMATTING:
            now_open.close_formatting(name)
        elif with_ends and name in _SCOPES:
            now_open.close_scope(name)
    return total


class _OpenElements:
    """Formatting that is open, by scope: no end tag looks through what it does not close."""

    def __init__(self) -> None:
        self.count = 0
        self.length = 0
        self._scopes = [_Scope("")]
        self._open_scopes: Counter[str] = Counter()

    def open_formatting(self, name: str, length: int) -> None:
        self._scopes[-1].formatting.setdefault(name, []).append(length)
        self._add(1, length)

    def open_scope(self, name: str) -> None:
        self._scopes.append(_Scope(name))
        self._open_scopes[name] += 1
        self._add(1, 0)

    def close_formatting(self, name: str) -> None:
        """Close the last one of that name in the innermost scope, if there is any."""
        if lengths := self._scopes[-1].formatting.get(name):
            self._add(-1, -lengths.pop())

    def close_scope(self, name: str) -> None:
        """Close the innermost scope of that name, if there is any, with all that is in it."""
        if not self._open_scopes[name]:
            return
        closed = ""
        while closed != name:
            scope = self._scopes.pop()
            closed = scope.name
            self._open_scopes[closed] -= 1
            self._add(-1, 0)
            for lengths in scope.formatting.values():
                self._add(-len(lengths), -sum(lengths))

    def _add(self, count: int, length: int) -> None:
        self.count += count
        self.length += length


@dataclass(frozen=True, slots=True)
class _Scope:
    """An element that end tags inside of it do not look beyond, with the formatting open in it."""

    name: str
    formatting: dict[str, list[int]] = field(default_factory=dict)
    """Lengths of the open tags of each name, the last opened last."""
