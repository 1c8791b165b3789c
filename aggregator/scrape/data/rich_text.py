"""Paragraphs of the rich text that editors write as trees: a paragraph is a list of spans.

Known are Portable Text (Sanity), Contentful, Slate, Lexical, ProseMirror, Ricos (Wix), Quill and
elements of React.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aggregator.scrape.body.scoring import ends_sentence

_CHILDREN: Final = ("children", "content", "nodes", "ops")
_TEXTS: Final = ("text", "value", "insert")
_KINDS: Final = ("type", "nodeType", "_type", "style")
_SPAN_KINDS: Final = frozenset({"text", "span", "hardbreak", "hard_break", "linebreak"})
_SPAN_LIMIT: Final = 2000
_REACT_ELEMENT: Final = 4
"""Length of the list that an element of React is: "$", its tag, its key, its properties."""
_BLOCK_TAGS: Final = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote".split())
_HEADING_KIND: Final = re.compile(r"heading|h[1-6]$", re.IGNORECASE)
_HEADING: Final = "h3"

_Meant = Callable[[object], object]
"""What a number or a reference stands for in the data."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text without its marks; `tag` is "h3" for a heading, else "p"."""

    text: str
    tag: str


def paragraph_of(node: object, meant: _Meant) -> Paragraph | None:
    """Return the paragraph that an object or a list is, None where it is none."""
    if isinstance(node, list):
        return _of_react(node, meant)
    if not isinstance(node, dict):
        return None
    for name in _CHILDREN:
        spans = meant(node.get(name))
        if isinstance(spans, list) and spans and _are_spans(spans, meant):
            kinds = [meant(node.get(kind)) for kind in _KINDS]
            heading = any(isinstance(kind, str) and _HEADING_KIND.match(kind) for kind in kinds)
            return Paragraph("".join(_texts(spans, meant)), _HEADING if heading else "p")
    return None


def _of_react(node: list[object], meant: _Meant) -> Paragraph | None:
    if len(node) < _REACT_ELEMENT or node[0] != "$" or node[1] not in _BLOCK_TAGS:
        return None
    properties = meant(node[3])
    if not isinstance(properties, dict) or "children" not in properties:
        return None
    tag = _HEADING if str(node[1]).startswith("h") else "p"
    return Paragraph("".join(_texts([properties["children"]], meant)), tag)


def _are_spans(nodes: list[object], meant: _Meant) -> bool:
    """Say whether nodes are the pieces of one paragraph rather than paragraphs themselves."""
    if len(nodes) > _SPAN_LIMIT:
        return False
    spans = [text for node in nodes if (text := _span(meant(node), meant)) is not None]
    if not any(spans):
        return False
    whole = [text for text in spans if text]
    return len(whole) == 1 or any(text != text.strip() or not ends_sentence(text) for text in whole)


def _span(node: object, meant: _Meant) -> str | None:
    """Return the text of a piece that has no pieces of its own, None of anything else."""
    if not isinstance(node, dict) or any(meant(node.get(name)) for name in _CHILDREN):
        return None
    kinds = [meant(node.get(kind)) for kind in _KINDS[:3]]
    if any(isinstance(kind, str) and kind.lower() not in _SPAN_KINDS for kind in kinds):
        return None
    return _own_text(node, meant)


def _own_text(node: Mapping[str, object], meant: _Meant) -> str | None:
    inner = meant(node.get("textData"))
    holder = inner if isinstance(inner, dict) else node
    texts = (meant(holder.get(name)) for name in _TEXTS)
    return next((text for text in texts if isinstance(text, str)), None)


def _texts(nodes: list[object], meant: _Meant) -> Iterator[str]:
    """Yield the texts of pieces and of the pieces within them (links, for one), in order."""
    stack = list(reversed(nodes))
    for _ in range(_SPAN_LIMIT):
        if not stack:
            return
        node = meant(stack.pop())
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            inner = node[3:4] if node[:1] == ["$"] and len(node) >= _REACT_ELEMENT else node
            stack.extend(reversed(inner))
        elif isinstance(node, dict):
            children = next((c for n in _CHILDREN if (c := meant(node.get(n)))), None)
            if children is not None:
                stack.append(children)
            elif (text := _own_text(node, meant)) is not None:
                yield text
