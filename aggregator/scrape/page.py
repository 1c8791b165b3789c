"""Bytes of a page into one parsed tree that everything else reads."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from aggregator.errors import PageTooLarge, ScrapeError
from aggregator.scrape.encoding.charset import decode

PAGE_LIMIT: Final = 5 * 1024 * 1024
"""Bytes; as the limit of the fetch. Article pages of site builders weigh up to 2 MB."""

DEPTH_LIMIT: Final = 200
"""Nested elements; libxml2 drops what lies deeper than 256 without a word."""

ELEMENT_LIMIT: Final = 60_000
"""Opening tags; articles have 1,000 on average and seldom over 5,000, live blogs ten times that."""

ATTRIBUTE_LIMIT: Final = 5000
"""Attributes of one element; libxml2 takes time by their square, and no page has so many."""

_CONTROL_BYTES: Final = bytes(set(range(32)) - set(b"\t\n\f\r\x1b")) + b"\x7f"
_CONTROL_SHARE: Final = 0.02
"""Of the first bytes; text has none, a page with stray NUL characters a few."""
_SAMPLE_BYTES: Final = 50_000
_NOT_HTML: Final = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")
_CUT: Final = re.compile(r"<(?:(script|style|svg|noscript|math)(?=[\s/>])|!--)", re.IGNORECASE)
_CLOSERS: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "svg", "noscript", "math")
}
_SCRIPT_OF_DATA: Final = re.compile(
    r"/json|__NEXT_DATA__|__next_f|__INITIAL|__PRELOADED|__APOLLO|__NUXT__|Fusion\."
    r"|window\.__|window\[.__|__remixContext|__reactRouter|__sveltekit|_STATE\b|globalContent"
    r"|pageData|kit\.start",
    re.IGNORECASE,
)
_LEAST_DATA: Final = 200
"""Characters; a script with an article in it is longer."""

_STREAMED: Final = "self.__next_f.push("
"""Of these even the shortest may be the end of an article."""
_NOTES_LIMIT: Final = 50

_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=HtmlElement)
"""One class for all elements: asking Python for the class of each costs more than parsing."""

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})(?=[\s/>])[^<>]*>")
_NEVER_NESTING: Final = frozenset(
    "p li br img hr meta link input source wbr col area base embed track param td tr th dd dt"
    " option html body head".split()
)


_LITTLE_MARKUP: Final = 64 * 1024
"""Characters in which attributes can do no harm."""
_LONG_TAG: Final = 3 * ATTRIBUTE_LIMIT
"""Characters; a tag with too many attributes has more."""
_ATTRIBUTE: Final = (
    r"=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+"
)
"""As browsers read it (HTML Living Standard, 13.2.5.32 ff.)."""
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_START_TAG: Final = rf"[^\s/>]*+(?:[\s/]++|{_ATTRIBUTE}|=)*+>?"
_TEXT_ONLY: Final = "title|textarea|xmp|iframe|noembed|noframes"
"""Elements in which a tag is but text."""
_TAGS: Final = re.compile(
    rf"<(?:({_TEXT_ONLY})(?=[\s/>]){_START_TAG}(?:[^<]++|<(?!/\1))*+|[a-z]{_START_TAG})",
    re.IGNORECASE,
)
_FIRST_TAG: Final = re.compile(f"<{_START_TAG}")


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page.

    `markup` is the text that was parsed: without scripts, styles and drawings. `structured` are
    the raw JSON-LD blocks, `state` the raw scripts that may hold data, `notes` the markup for
    browsers without scripts, all in page order.
    """

    url: str
    tree: etree._Element
    markup: str
    structured: tuple[str, ...]
    state: tuple[str, ...]
    notes: tuple[str, ...]
    declared_language: str | None


def read_page(raw: bytes, url: str, content_type: str | None = None) -> Page:
    """Return the page that `raw` is.

    Raises PageTooLarge beyond `PAGE_LIMIT` and `ELEMENT_LIMIT`, and ScrapeError for what is no
    HTML at all. Deep nesting is flattened to `DEPTH_LIMIT`; no text is lost by it.
    """
    if len(raw) > PAGE_LIMIT:
        raise PageTooLarge(url, f"the page has {len(raw)} bytes, more than {PAGE_LIMIT}")
    if raw.lstrip()[:8].startswith(_NOT_HTML) or _is_binary(raw[:_SAMPLE_BYTES]):
        raise ScrapeError(url, "the page is a file of another kind, not HTML")
    markup, structured, state, notes = _cut_out(decode(raw, content_type))
    if "<" not in markup:
        raise ScrapeError(url, "the page holds no HTML")
    if markup.count("<") - markup.count("</") > ELEMENT_LIMIT:
        raise PageTooLarge(url, f"the page has more than {ELEMENT_LIMIT} elements")
    if len(markup) > _LITTLE_MARKUP and _most_attributes(markup) > ATTRIBUTE_LIMIT:
        raise PageTooLarge(url, f"an element has more than {ATTRIBUTE_LIMIT} attributes")
    tree = parse_markup(markup)
    if tree is None:
        raise ScrapeError(url, "the page holds no HTML")
    for element in tree.iter("template"):
        if element.get("shadowrootmode") is not None:
            # Browsers show it in the place of the element around.
            element.tag = "div"
    return Page(
        url=url,
        tree=tree,
        markup=markup,
        structured=structured,
        state=state,
        notes=notes,
        declared_language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _is_binary(sample: bytes) -> bool:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    control = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return control > _CONTROL_SHARE * len(sample)


def _cut_out(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Take scripts, styles, drawings and comments out in one pass, whatever is left unclosed."""
    kept: list[str] = []
    structured: list[str] = []
    state: list[str] = []
    notes: list[str] = []
    never_closed: set[str] = set()
    position = 0
    while (match := _CUT.search(text, position)) is not None:
        kept.append(text[position : match.start()])
        name = (match[1] or "!--").lower()
        extent = None if name in never_closed else _extent(text, match.end(), name)
        if extent is None:
            # Without an end it is not known how far it reaches: the text after it stays.
            never_closed.add(name)
            position = match.end()
            continue
        start, end, position = extent
        if name == "script":
            tag = text[match.start() : start]
            if "ld+json" in tag.lower():
                structured.append(text[start:end])
            elif _may_hold_data(tag, text, start, end):
                state.append(text[start:end])
        elif name == "noscript" and len(notes) < _NOTES_LIMIT:
            notes.append(text[start:end])
    kept.append(text[position:])
    return "".join(kept), tuple(structured), tuple(state), tuple(notes)


def _may_hold_data(tag: str, text: str, start: int, end: int) -> bool:
    if text.startswith(_STREAMED, start):
        return True
    beginning = f"{tag} {text[start : start + 300]}"
    return end - start > _LEAST_DATA and _SCRIPT_OF_DATA.search(beginning) is not None


def _extent(text: str, inside: int, name: str) -> tuple[int, int, int] | None:
    """Return where the content starts and ends and where the page goes on; None if it never does.

    Each look-up goes forward from the last one's end, so the whole is linear in the page.
    """
    if name == "!--":
        end = text.find("-->", inside)
        return None if end < 0 else (inside, end, end + 3)
    start = text.find(">", inside) + 1
    if not start:
        return None
    if text[start - 2] == "/" and name in {"svg", "math"}:
        return start, start, start
    closer = _CLOSERS[name].search(text, start)
    if closer is None:
        return None
    return start, closer.start(), text.find(">", closer.start()) + 1 or len(text)


def _most_attributes(markup: str) -> int:
    """Return how many attributes the element with most of them has; of short tags 0."""
    return max(
        (
            len(_ATTRIBUTES.findall(tag[0]))
            for element in _TAGS.finditer(markup)
            if element.end() - element.start() > _LONG_TAG
            and (tag := _FIRST_TAG.match(element[0])) is not None
        ),
        default=0,
    )


def parse_markup(markup: str) -> etree._Element | None:
    """Return the tree of HTML text without scripts, None where nothing is left to parse."""
    tree, too_deep = _parse_once(markup)
    if too_deep:
        tree, _ = _parse_once(_flattened(markup))
    return tree


def _parse_once(markup: str) -> tuple[etree._Element | None, bool]:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError):
        tree = None
    too_deep = any("depth" in error.message for error in parser.error_log)
    return tree, too_deep


def _flattened(markup: str) -> str:
    """Return the markup without the tags that open or close below `DEPTH_LIMIT`."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match[1], match[2].lower()
        if name in _NEVER_NESTING or match[0].endswith("/>"):
            return match[0]
        if closing:
            depth = max(depth - 1, 0)
            return match[0] if depth < DEPTH_LIMIT else " "
        depth += 1
        return match[0] if depth <= DEPTH_LIMIT else " "

    return _TAG.sub(keep, markup)
