"""How a place on a page is written: CSS, `CSS @attribute`, or `xpath: ` and XPath 1.0."""

import re
from collections.abc import Iterator
from typing import Final

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import CombinedSelector, Tree
from lxml import etree

from aggregator.scrape.site_rules.rule import Selector, Step

LENGTH_LIMIT: Final = 500
"""Characters of a selector."""

_PATHS: Final = 20
_STEPS: Final = 8
_ATTRIBUTE: Final = re.compile(r"\s+@([A-Za-z_][\w:.-]*)$")
_XPATH: Final = re.compile(r"xpath:\s*", re.IGNORECASE)
_FIRST: Final = "descendant-or-self::"
_AXES: Final = {
    " ": "descendant::", ">": "child::", "+": "following-sibling::*[1]/self::",
    "~": "following-sibling::",
}  # fmt: skip
_NEEDS_NAMESPACE: Final = re.compile(r"^[\w*-]*:(?!:)")
_LITERAL: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL: Final = re.compile(r"([\w:.-]+)\s*\(")
_FUNCTIONS: Final = frozenset(
    "last position count name local-name string concat starts-with contains substring-before"
    " substring-after substring string-length normalize-space translate boolean not true false"
    " number sum floor ceiling round text node and or div mod".split()
)
"""XPath 1.0, sections 2.3 and 4, but for `id` and `lang`; words before a bracket too."""
_FROM_THE_TOP: Final = re.compile(r"(?:[\[(,|=<>+-]|\b(?:and|or|div|mod)\b)\s*/")
_FAR_AXES: Final = re.compile(r"\b(?:following|preceding)\s*::")

_TRANSLATOR: Final = HTMLTranslator()


def read_selector(raw: str) -> Selector:
    """Return the place that a text means; raises ValueError with what is wrong."""
    text = " ".join(raw.split())
    if not 0 < len(text) <= LENGTH_LIMIT:
        raise ValueError(f"write 1 to {LENGTH_LIMIT} characters")
    if match := _XPATH.match(text):
        return _by_xpath(text, text[match.end() :])
    attribute = _ATTRIBUTE.search(text)
    css = text[: attribute.start()] if attribute else text
    return Selector(text, _paths_of_css(css), attribute[1].lower() if attribute else None)


def _paths_of_css(css: str) -> tuple[tuple[Step, ...], ...]:
    try:
        parsed = parse(css)
        if any(selector.pseudo_element for selector in parsed):
            raise ValueError("parts such as ::text are not on the page: for an attribute add @name")
        paths = tuple(tuple(_steps(selector.parsed_tree)) for selector in parsed)
    except SelectorError as error:
        reason = f"{error}".rstrip(".")
        raise ValueError(
            f"{reason}; a selector with [ ] or # needs quotes around all of it"
        ) from error
    if len(paths) > _PATHS or max(map(len, paths)) > _STEPS:
        raise ValueError(f"at most {_PATHS} alternatives of {_STEPS} parts")
    return paths


def _steps(tree: Tree) -> Iterator[Step]:
    if isinstance(tree, CombinedSelector):
        yield from _steps(tree.selector)
        combinator = tree.combinator
        subject: Tree = tree.subselector
    else:
        combinator, subject = "", tree
    simple = str(_TRANSLATOR.xpath(subject))
    if _NEEDS_NAMESPACE.match(simple):
        raise ValueError("names with | are not for HTML pages")
    if "position()" in simple:
        raise ValueError(":scope means nothing here")
    xpath = f"{_AXES.get(combinator, _FIRST)}{simple}"
    _compile(xpath)
    yield Step(combinator, xpath)


def _by_xpath(written: str, xpath: str) -> Selector:
    bare = _LITERAL.sub("''", xpath)
    if "$" in bare:
        raise ValueError("XPath variables ($name) have no value here")
    unknown = [name for name in _CALL.findall(bare) if name.rpartition("::")[2] not in _FUNCTIONS]
    if unknown:
        raise ValueError(f"{unknown[0]}() is no function of XPath 1.0 that rules may use")
    if _FAR_AXES.search(bare):
        raise ValueError("following:: and preceding:: are too slow: use following-sibling::")
    if any(_FROM_THE_TOP.search(inner) for inner in _conditions(bare)):
        raise ValueError("a path inside [ ] that begins at the top is too slow: begin it with .//")
    compiled = _compile(xpath)
    try:
        compiled(etree.Element("html"))
    except etree.XPathError as error:
        raise ValueError(f"this is not valid XPath: {error}") from error
    return Selector(written, ((Step("xpath", xpath),),))


def _conditions(xpath: str) -> Iterator[str]:
    """Yield what stands in brackets, from the opening of the outermost to its end."""
    depth = start = 0
    for index, character in enumerate(xpath):
        if character == "[":
            start = start if depth else index
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                yield xpath[start:index]


def _compile(xpath: str) -> etree.XPath:
    try:
        return etree.XPath(xpath, regexp=False, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"this is not valid XPath: {error}") from error
