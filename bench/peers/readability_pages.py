"""readability-lxml: markup and title, no authors, no date. Its blocks are made lines here."""

from collections.abc import Iterator
from typing import Any, Final

import lxml.html
from readability import Document

from bench.peers.decoding import text_of

_BLOCKS: Final = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr html li main nav ol p pre section table td th tr ul".split()
)


def extract(raw: bytes, url: str) -> dict[str, Any]:
    """Extract the main text and the title."""
    document = Document(text_of(raw), url=url)
    markup = document.summary(html_partial=True)
    return {
        "body": "\n\n".join(_lines(markup)),
        "title": document.short_title(),
        "authors": [],
        "published": None,
    }


def _lines(markup: str) -> Iterator[str]:
    text = "".join(_pieces(lxml.html.fragment_fromstring(markup, create_parent="div")))
    for line in text.split("\n"):
        if squeezed := " ".join(line.split()):
            yield squeezed


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    name = element.tag if isinstance(element.tag, str) else ""
    edge = "\n" if name in _BLOCKS or name == "br" else ""
    yield edge
    if name:
        yield _flat(element.text)
        for child in element:
            yield from _pieces(child)
    yield edge
    yield _flat(element.tail)


def _flat(text: str | None) -> str:
    return " ".join((text or "").split("\n"))
