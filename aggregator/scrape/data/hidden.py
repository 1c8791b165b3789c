"""Texts of a page that it does not show: its data, its frames, its notes without scripts.

What browsers show as if it were part of the page (declarative shadow roots) is part of its markup.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import etree

from aggregator.scrape.agreement import coverage
from aggregator.scrape.body.find import find_body
from aggregator.scrape.body.outline import outline
from aggregator.scrape.data.state import markup_of_state
from aggregator.scrape.page import ELEMENT_LIMIT, Page, parse_markup
from aggregator.text.clean import text_of_html

_LEAST: Final = 350
"""Characters; notes to switch scripts on and the frames of advertisements have less."""
_LEAST_SHOWN: Final = 150
"""Characters on the page with which a hidden text has to agree: it may be another article's."""
_AGREEMENT: Final = 0.4
_FRAMES: Final = 10
_ATTRIBUTES: Final = 20
_DATA_ATTRIBUTES: Final = etree.XPath(
    f'//@*[string-length() >= {_LEAST} and (starts-with(., "{{") or starts-with(., "["))]'
)


def hidden_lines(page: Page, stated: str, title: str, shown: str) -> tuple[str, ...]:
    """Return the paragraphs of the best text that the page does not show, none if it has none.

    `stated` is the article's text in JSON-LD, `title` its headline, `shown` what was found in the
    markup. JSON-LD goes before the state of scripts, and this before frames and notes.
    """
    for lines in _texts(page, stated, title):
        text = "\n\n".join(lines)
        known = len(shown) < _LEAST_SHOWN or coverage(shown, text) >= _AGREEMENT
        if len(text) >= _LEAST and len(text) > len(shown) and known:
            return lines
    return ()


def _texts(page: Page, stated: str, title: str) -> Iterator[tuple[str, ...]]:
    if stated:
        yield tuple(text_of_html(stated).split("\n\n"))
    if scripts := (*page.state, *_data_in_attributes(page.tree)):
        yield _lines(markup_of_state(scripts, title), title)
    frames = (frame.get("srcdoc") or "" for frame in islice(page.tree.iter("iframe"), _FRAMES))
    for markup in (*frames, *page.notes):
        if len(markup) >= _LEAST:
            yield _lines(markup, title)


def _data_in_attributes(tree: etree._Element) -> list[str]:
    """Return the data that a page hands its scripts in attributes, as React components have it."""
    found = _DATA_ATTRIBUTES(tree)
    return [str(value) for value in found[:_ATTRIBUTES]] if isinstance(found, list) else []


def _lines(markup: str, title: str) -> tuple[str, ...]:
    if not markup or markup.count("<") > ELEMENT_LIMIT:
        return ()
    tree = parse_markup(markup)
    return find_body(outline(tree), title).lines if tree is not None else ()
