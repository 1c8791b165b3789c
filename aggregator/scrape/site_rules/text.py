"""The lines of the elements that a rule says hold the text."""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from aggregator.scrape.body.noise import Noise
from aggregator.scrape.body.outline import Outline, outline
from aggregator.scrape.site_rules.select import outermost
from aggregator.scrape.statements import text_within

_ACQUITTAL_SHARE: Final = 0.45
"""What holds this share of the text is no furniture, whatever its name (as in `scoring`)."""
_WHOLLY_LINKED: Final = 0.9


def lines_of(elements: Iterable[etree._Element], *, clean: bool) -> tuple[str, ...]:
    """Return the lines of the elements, which are in document order.

    With `clean`, furniture by name or tag inside an element is left out, and lines that are links.
    """
    return tuple(line for element in outermost(elements) for line in _lines(element, clean=clean))


def _lines(element: etree._Element, *, clean: bool) -> Iterator[str]:
    page = outline(element)
    if not page.containers:
        # An inline element: a line by itself.
        yield text_within(element)
        return
    furniture = _furniture(page) if clean else frozenset()
    for block in page.blocks:
        if block.container in furniture or (clean and block.link_share > _WHOLLY_LINKED):
            continue
        yield block.text


def _furniture(page: Outline) -> frozenset[int]:
    """Return the containers that are furniture; what the rule names itself is none."""
    total = sum(len(block.text) for block in page.blocks)
    found: set[int] = set()
    for index, container in enumerate(page.containers[1:], start=1):
        blocks = page.blocks[container.first : container.last]
        if container.parent in found:
            found.add(index)
        elif container.noise is not Noise.NONE:
            held = sum(len(block.text) for block in blocks)
            if held < _ACQUITTAL_SHARE * total:
                found.add(index)
    return frozenset(found)
