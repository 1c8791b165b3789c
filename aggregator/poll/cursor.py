"""Where feedparser would be in a well-formed document, and what it would remember there.

feedparser's `mixin.py` is what to read beside this: a reader that is to give the same must keep the
same state, its accidents included. What is not certain to be the same raises Unusual.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import urljoin

from aggregator.poll.limits import ENTRY_LIMIT
from aggregator.poll.vocabulary import CLOBBERING, HANDLED, Namespaces, Unusual

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_XML_NAMESPACE: Final = _XML[1:-1].lower()
_RDF_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_LANGUAGE: Final = frozenset({f"{_XML}lang", "lang"})
_BASE: Final = frozenset({f"{_XML}base", "base"})
_NOT_OF_AN_ITEM: Final = frozenset({"about", "href", "lastmod", "lang"})
_EXTRA_SLASHES: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
_PLAIN_BASE: Final = re.compile(r"(?:https?:/)?/[^\s\[\]]*", re.ASCII)
_MEANINGFUL: Final = frozenset(
    "about base domain filesize height href ispermalink label lang length medium mode rel scheme"
    " src term text type uri url width".split()
)
_ATTRIBUTE_LIMIT: Final = 100
_LOWER_CASE: Final = frozenset({"rel", "type"})
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}
_CONTROL: Final = re.compile(r"[\x80-\x9f]")
_WINDOWS_1252: Final = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


class Element(Protocol):
    """What is used here of lxml's elements; its stubs allow for bytes, which there are none of."""

    tag: str
    text: str | None
    tail: str | None
    nsmap: Mapping[str | None, str]

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator["Element"]: ...

    def iterdescendants(self) -> Iterator["Element"]:
        """Return all elements within, in the order of the document."""

    def keys(self) -> list[str]:
        """Return the names of the attributes."""

    def items(self) -> list[tuple[str, str]]:
        """Return the attributes."""

    def get(self, name: str) -> str | None:
        """Return one attribute."""


Action: TypeAlias = Callable[["Cursor", Element], None]


class Cursor:
    """A place in a document.

    `node` is the dictionary of the entry, or of the feed, that it is in. `mends` says that there
    may be texts with what feedparser takes for slips of a charset, `has_bases` that there are
    elements with a base address.
    """

    def __init__(
        self,
        namespaces: Namespaces,
        *,
        is_rss: bool,
        mends: bool,
        has_bases: bool,
        looks_like_html: Callable[[str], bool],
    ) -> None:
        self.namespaces = namespaces
        self.is_rss = is_rss
        self.looks_like_html = looks_like_html
        self.feed: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        self.node = self.feed
        self.depth = 0
        self.language: str | None = None
        self.base = ""
        self.bases_met = 0
        self.title_depth = -1
        self.has_content = False
        self._stored_at: dict[str, int] = {}
        self._actions: dict[int, dict[str, Action]] = {}
        self._mends = mends
        self._has_bases = has_bases

    def read(self, parent: Element, table: Mapping[str, Action]) -> None:
        """Act on the elements in `parent`, which are one deeper than the cursor, by name."""
        names = parent.keys()
        if names and is_strange(names):
            raise Unusual("a strange attribute")
        # Each tag of a document is looked up in the vocabulary once.
        actions = self._actions.setdefault(id(table), {})
        self.depth += 1
        if self._has_bases:
            self._read_with_bases(parent, table)
        else:
            for element in parent:
                action = actions.get(element.tag) or self._action(element, table)
                action(self, element)
        self.depth -= 1

    def _action(self, element: Element, table: Mapping[str, Action]) -> Action:
        name = self.namespaces.name(element.tag)
        action = table.get(name)
        if action is None:
            if name in HANDLED or name in CLOBBERING:
                raise Unusual(f"<{name}> at an unusual place")
            action = without_effect
        self._actions[id(table)][element.tag] = action
        return action

    def _read_with_bases(self, parent: Element, table: Mapping[str, Action]) -> None:
        outer = self.base
        for element in parent:
            self.enter_base(element)
            self._action(element, table)(self, element)
            # A base outlives its element where feedparser has none to return to.
            if outer:
                self.base = outer

    def enter_base(self, element: Element) -> None:
        """Take the base address that `element` sets for itself, if it does."""
        for name in _BASE:
            base = element.get(name)
            if base is not None:
                self.base = _rebased(self.base, base) if base else self.base
                self.bases_met += 1

    def enter_item(self, item: Element, table: Mapping[str, Action]) -> None:
        """Read an item or entry, the next of `entries`."""
        if self.node is not self.feed:
            raise Unusual("an item within an item")
        if len(self.entries) == ENTRY_LIMIT:
            raise Unusual("too many entries")
        self.node = {}
        self.entries.append(self.node)
        self.title_depth = -1
        self._stored_at = {}
        self.enter(item, table)
        self.has_content = False
        self.node = self.feed

    def enter(self, element: Element, table: Mapping[str, Action]) -> None:
        """Read what is in an item or a channel."""
        outer = self.language
        for name, value in items_of(element):
            local = name.rpartition("}")[2].lower()
            if name == _RDF_ABOUT:
                if value:
                    self.node["id"] = value
            elif name in _LANGUAGE:
                self.language = value or None
            elif local in _NOT_OF_AN_ITEM:
                raise Unusual("a strange attribute of an item")
        self.read(element, table)
        self.language = outer

    def detail(self, attributes: Mapping[str, str]) -> dict[str, str | None]:
        """Return what feedparser notes beside a text: its language and its base address."""
        language = attributes.get("xml:lang", attributes.get("lang", self.language))
        return {"language": language.replace("_", "-") if language else None, "base": self.base}

    def text(self, element: Element) -> str:
        """Return the text of an element that may hold nothing else, as feedparser stores it."""
        text = stripped(element)
        return _mended(text) if self._mends and not text.isascii() else text

    def stored(self, text: str) -> str:
        """Return a stripped text as feedparser stores it."""
        return _mended(text) if self._mends and not text.isascii() else text

    def address(self, text: str) -> str:
        """Return an address as feedparser resolves it."""
        return _joined(self.base, text) if self.base or ":///" in text else text

    def store(self, field: str, value: str) -> None:
        """Store a field of an entry unless it has it from a higher level."""
        if self.depth <= self._stored_at.setdefault(field, self.depth):
            self._stored_at[field] = self.depth
            self.node[field] = value


def is_strange(names: Iterable[str]) -> bool:
    """Return whether an attribute may be no name to another parser, or a base in capitals."""
    joined = "".join(names)
    return not joined.isascii() or ("base" in joined.lower() and "base" not in joined)


def stripped(element: Element) -> str:
    """Return the text of an element that may hold no others."""
    names = element.keys()
    if names and is_strange(names):
        raise Unusual("a strange attribute")
    return _text_within(element)


def with_attributes(element: Element) -> tuple[str, Mapping[str, str]]:
    """Return the text of an element that may hold no others, and its attributes."""
    if element.keys():
        return _text_within(element), attributes_of(element)
    return _text_within(element), _NO_ATTRIBUTES


def _text_within(element: Element) -> str:
    if len(element):
        raise Unusual(f"elements within <{element.tag}>")
    text = element.text
    return text.strip() if text else ""


def items_of(element: Element) -> list[tuple[str, str]]:
    """Return the attributes of an element; many of them take their square to collect."""
    if len(element.keys()) > _ATTRIBUTE_LIMIT:
        raise Unusual("many attributes")
    return element.items()


def attributes_of(element: Element) -> dict[str, str]:
    """Return the attributes of an element as feedparser names them."""
    attributes: dict[str, str] = {}
    written = items_of(element)
    for written_name, value in written:
        name = written_name.lower()
        if name[0] == "{":
            name = _name_of_another_namespace(name)
        attributes[name] = value.lower() if name in _LOWER_CASE else value
    if written and (len(attributes) < len(written) or is_strange(element.keys())):
        raise Unusual("a strange attribute")
    return attributes


def _name_of_another_namespace(name: str) -> str:
    uri, _, local = name[1:].rpartition("}")
    if uri == _XML_NAMESPACE:
        return f"xml:{local}"
    if local in _MEANINGFUL:
        raise Unusual("an attribute of another namespace")
    return name


def without_effect(cursor: Cursor, element: Element) -> None:
    """Pass over an element of which we keep nothing, unless there is something else in it."""
    names = element.keys()
    for inner in element.iterdescendants() if len(element) else ():
        name = cursor.namespaces.name(inner.tag)
        if name in HANDLED or name in CLOBBERING:
            raise Unusual(f"<{name}> within an unknown element")
        names += inner.keys()
    if names and is_strange(names):
        raise Unusual("a strange attribute")


def _rebased(outer: str, base: str) -> str:
    joined = _joined(outer, base)
    if outer and not joined.startswith(("http://", "https://")):
        raise Unusual("a relative base address")
    # Each element within is rebased again.
    if not _PLAIN_BASE.fullmatch(joined) or _joined(joined, joined) != joined:
        raise Unusual("a strange base address")
    return joined


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, _EXTRA_SLASHES.sub(r"\1", address))
    except ValueError:
        return ""


def _mended(text: str) -> str:
    """Undo what feedparser takes for UTF-8 or Windows-1252 read as Latin-1."""
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_WINDOWS_1252) if _CONTROL.search(text) else text
