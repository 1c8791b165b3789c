"""What selectors find on a page, in document order, and never at more than a bounded cost.

Selectors come from people, pages from anybody. libxml2 answers `div div div` in a time that grows
with the cube of a page made for it, and cannot be interrupted. So the steps of a CSS selector are
asked one after the other, each only of elements that lie not inside one another, which is linear.
What cannot be cut up so (XPath, `:nth-child`, `:has`) is weighed against the page beforehand.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

from aggregator.scrape.site_rules.rule import Selector, Step
from aggregator.scrape.statements import text_within

COST_LIMIT: Final = 2_000_000_000
"""What the selectors of a page may cost together, in about nanoseconds."""

ELEMENT_LIMIT: Final = 20_000
"""Elements of a page that rules are followed on; articles seldom have 5,000."""

_SIBLINGS: Final = re.compile(r"\b(?:following|preceding)-sibling::(?!\*\[1\]/self::)")
_DEPTHS: Final = re.compile(r"//|\b(?:descendant|ancestor)(?:-or-self)?::|contains\(\.|\(\.\)")
_SIBLING_COST: Final = 20
_NESTED_COST: Final = 1000
"""Measured, for each pair of siblings, and of an element and one inside it, that are looked at."""


Found = etree._Element | str  # noqa: SLF001 - lxml has no other name for it
"""An element, or the text that an XPath ends in."""


class NotFollowed(Exception):
    """The selectors of a rule cannot be asked of this page; its text says why."""


_TOO_COSTLY: Final = "the page is too large for the selectors of the rule"


class PageSelection:
    """The selectors of one page, with what they may cost together."""

    def __init__(self, tree: etree._Element, cost_limit: int = COST_LIMIT) -> None:
        self._tree = tree
        self._left = cost_limit
        self._size: tuple[int, int, int] | None = None

    def of_copy(self, tree: etree._Element) -> "PageSelection":
        """Return the selection of a changed copy of the page, with what may still be spent."""
        return PageSelection(tree, self._left)

    def elements(self, selectors: Iterable[Selector]) -> list[etree._Element]:
        """Return the elements that any of the selectors finds, those of the first one first."""
        found = (one for selector in selectors for one in self._found(selector))
        return [one for one in found if not isinstance(one, str)]

    def values(self, selector: Selector, attributes: tuple[str, ...] = ()) -> list[str]:
        """Return the texts that a selector finds, without empty ones.

        The value of the selector's own attribute, else of the first of `attributes` that an
        element has, comes before its text.
        """
        values: list[str] = []
        for one in self._found(selector):
            if isinstance(one, str):
                values.append(one)
            elif selector.attribute:
                values.append(one.get(selector.attribute, ""))
            else:
                stated = (one.get(name, "") for name in attributes)
                values.append(next((value for value in stated if value.strip()), text_within(one)))
        return [value.strip() for value in values if value.strip()]

    def any_of(self, selectors: Iterable[Selector]) -> bool:
        """Say whether any of the selectors finds anything."""
        return any(True for selector in selectors for _ in self._found(selector))

    def _found(self, selector: Selector) -> list[Found]:
        found = [one for path in selector.paths for one in self._along(path)]
        return self._in_order(found) if len(selector.paths) > 1 else found

    def _along(self, path: tuple[Step, ...]) -> list[Found]:
        contexts: list[Found] = [self._tree]
        for step in path:
            self._charge(step, len(contexts))
            asked = _apart((one for one in contexts if not isinstance(one, str)), step.combinator)
            try:
                ask = _compiled(step.xpath)
                contexts = [one for context in asked for one in _as_list(ask(context))]
            except etree.XPathError as error:
                # What is wrong inside brackets shows only on a page that gets there.
                raise NotFollowed(f"{step.xpath} cannot be asked: {error}") from error
            if step.combinator in {">", "+", "~"}:
                # Elements inside one another were asked, one after the other.
                contexts = self._in_order(contexts)
        return contexts

    def _in_order(self, found: list[Found]) -> list[Found]:
        if len(found) < 2 or any(isinstance(one, str) for one in found):  # noqa: PLR2004 - a pair
            return found
        wanted = set(found)
        return [one for one in self._tree.iter() if one in wanted]

    def _charge(self, step: Step, contexts: int) -> None:
        """Weigh a step against the page before it is taken from so many elements."""
        if self._size is None:
            self._size = _size(self._tree)
        count, nested, beside = self._size
        if count > ELEMENT_LIMIT:
            raise NotFollowed(_TOO_COSTLY)
        is_xpath = step.combinator == "xpath"
        condition = step.xpath if is_xpath else step.xpath.partition("::")[2]
        siblings = len(_SIBLINGS.findall(condition))
        depths = len(_DEPTHS.findall(condition))
        cost = _SIBLING_COST * siblings * beside + _NESTED_COST * depths * nested
        if is_xpath:
            # A path that goes wide a second time compares each find with all others.
            cost += count * (siblings * beside + max(depths - 1, 0) * nested)
        self._left -= cost + _NESTED_COST * contexts * nested // count
        if self._left < 0:
            raise NotFollowed(_TOO_COSTLY)


def outermost(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Yield those of the elements, given in document order, that lie in none of the others."""
    last: etree._Element | None = None
    for element in elements:
        if last is None or not any(one is last for one in element.iterancestors()):
            last = element
            yield element


def _apart(elements: Iterable[etree._Element], combinator: str) -> Iterable[etree._Element]:
    """Return those of the elements that together find all, and of which none finds another's."""
    if combinator == " ":
        return outermost(elements)
    if combinator == "~":
        return {element.getparent(): element for element in reversed(list(elements))}.values()
    return elements


def _as_list(answer: object) -> list[Found]:
    """Return what an XPath says: elements, texts, or the truth of a condition as a text."""
    if isinstance(answer, list):
        return [
            one
            for one in answer
            if isinstance(one, str) or isinstance(getattr(one, "tag", None), str)
        ]
    return [str(answer)] if answer else []


def _size(tree: etree._Element) -> tuple[int, int, int]:
    """Return how many elements there are, the sum of their depths, and of their siblings."""
    count = depths = siblings = depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            depth += 1
            count += 1
            depths += depth
            siblings += len(element) ** 2
        else:
            depth -= 1
    return count, depths, siblings


@lru_cache(maxsize=4096)
def _compiled(xpath: str) -> etree.XPath:
    return etree.XPath(xpath, regexp=False, smart_strings=False)
