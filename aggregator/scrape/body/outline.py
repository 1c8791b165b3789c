"""A page as a flat list of text blocks, each knowing the elements around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from aggregator.scrape.body.noise import (
    NAME_LIMIT,
    Noise,
    noise_of_name,
    noise_of_role,
    words_of_name,
)

_BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol p pre section"
    " summary table tbody td tfoot th thead tr ul".split()
)
_SILENT_TAGS: Final = frozenset(
    "script style svg noscript template button select textarea option input iframe object canvas"
    " audio video map head datalist progress meter embed".split()
)
_NOISE_TAGS: Final = {
    "nav": Noise.SURE, "dialog": Noise.SURE, "menu": Noise.SURE,
    "figcaption": Noise.SURE, "figure": Noise.LIKELY, "footer": Noise.LIKELY, "form": Noise.LIKELY,
    "label": Noise.LIKELY, "aside": Noise.LIKELY, "address": Noise.LIKELY,
}  # fmt: skip
_NEVER_NOISE_TAGS: Final = frozenset("html body main article h1".split())
_HEADING_TAGS: Final = frozenset("h2 h3 h4 h5 h6".split())
_TELLING_TAGS: Final = _NEVER_NOISE_TAGS | _HEADING_TAGS | frozenset(_NOISE_TAGS) | {"p"}
_TEASER: Final = "teaser"
_FIGURES_OF_TEXT: Final = ("table", "quote", "embed", "twitter")
_NAMING_ATTRIBUTES: Final = frozenset(
    "class id data-hook data-testid data-component aria-label".split()
)


@dataclass(slots=True)
class Container:
    """A block element. Its blocks are `Outline.blocks[first:last]`, its own and its children's.

    `words` are the words of its names; `noise` is how surely it is furniture.
    """

    parent: int
    tag: str
    words: str
    noise: Noise
    itemprop: str = ""
    first: int = 0
    last: int = 0
    score: float = 0.0

    @property
    def likeness(self) -> str:
        """What containers of one kind have in common: pages cut their text into many."""
        return f"{self.tag} {self.words}"


@dataclass(slots=True)
class Block:
    """A run of text with no block element in it.

    `link_share` is the share of its characters that are links, in 0..1; `leads_to` is where the
    first of them leads, as the page has it.
    """

    text: str
    tag: str
    container: int
    link_share: float
    links: int = 0
    leads_to: str = ""
    score: float = 0.0


@dataclass(slots=True)
class Outline:
    """The blocks of a page in reading order and the containers that hold them, outer first."""

    containers: list[Container] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def around(self, index: int) -> Iterator[Container]:
        """Yield a container and those around it, inner first."""
        while index >= 0:
            container = self.containers[index]
            yield container
            index = container.parent


@lru_cache(maxsize=4096)
def _judged(names: str) -> tuple[str, Noise]:
    words = words_of_name(names)
    return words, noise_of_name(words)


def outline(root: etree._Element) -> Outline:
    """Return the outline of the tree under `root`. Elements that never show text are left out.

    Inline elements are joined without a space, as a browser does; `br` ends a block. The walk
    does not recurse.
    """
    return _Walk().over(root)


def _is_menu(element: etree._Element) -> bool:
    # A page whose maker forgot to close its menu has its article in it.
    return next(element.iter("p", "h1", "article"), None) is None


class _Walk:
    def __init__(self) -> None:
        self.result = Outline()
        self.pieces: list[str] = []
        self.linked = 0
        self.links = 0
        self.leads_to = ""
        self.link_depth = 0
        self.current = -1

    def over(self, root: etree._Element) -> Outline:
        self._open(root, root.tag)
        self._add(root.text)
        opened = [(iter(root), root.tag, root)]
        while opened:
            children, tag, element = opened[-1]
            for child in children:
                child_tag = child.tag
                if child_tag in _SILENT_TAGS or (child_tag == "nav" and _is_menu(child)):
                    self._pass_over(child)
                    continue
                self._open(child, child_tag)
                if text := child.text:
                    self._add(text)
                if len(child):
                    opened.append((iter(child), child_tag, child))
                    break
                self._close(child_tag)
                if text := child.tail:
                    self._add(text)
            else:
                opened.pop()
                self._close(tag)
                if opened:
                    self._add(element.tail)
        self._flush()
        return self.result

    def _pass_over(self, left_out: etree._Element) -> None:
        if left_out.tag in _BLOCK_TAGS:
            self._flush()
        self._add(left_out.tail)

    def _open(self, element: etree._Element, tag: str) -> None:
        if tag in _BLOCK_TAGS or "-" in tag:
            if self.pieces:
                self._flush()
            self._enter(element, tag)
        elif tag == "br":
            self._flush()
        elif tag == "a":
            self.link_depth += 1
            self.links += 1
            self.leads_to = self.leads_to or element.get("href", "")

    def _close(self, tag: str) -> None:
        if tag in _BLOCK_TAGS or "-" in tag:
            if self.pieces:
                self._flush()
            container = self.result.containers[self.current]
            container.last = len(self.result.blocks)
            self.current = container.parent
        elif tag == "a":
            self.link_depth -= 1

    def _enter(self, element: etree._Element, tag: str) -> None:
        words, noise, itemprop = "", Noise.NONE, ""
        attributes = element.items()
        if attributes:
            words, noise, itemprop = _named(cast("list[tuple[str, str]]", attributes))
        if tag in _TELLING_TAGS:
            noise = _noise_of_element(tag, words, noise)
        containers = self.result.containers
        containers.append(
            Container(self.current, tag, words, noise, itemprop, len(self.result.blocks))
        )
        self.current = len(containers) - 1

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if text.isspace():
            if self.pieces:
                self.pieces.append(" ")
            return
        self.pieces.append(text)
        if self.link_depth:
            self.linked += len(text.strip())

    def _flush(self) -> None:
        """End a block; links without text belong to the next one's surroundings, not to it."""
        if self.pieces:
            text = " ".join("".join(self.pieces).split())
            if text and self.current >= 0:
                self.result.blocks.append(
                    Block(
                        text=text,
                        tag=self.result.containers[self.current].tag,
                        container=self.current,
                        link_share=min(1.0, self.linked / len(text)),
                        links=self.links,
                        leads_to=self.leads_to,
                    )
                )
            self.pieces.clear()
        self.linked = 0
        self.links = 0
        self.leads_to = ""


def _named(attributes: list[tuple[str, str]]) -> tuple[str, Noise, str]:
    """Return the words of an element's names, the noise that its attributes tell, its itemprop."""
    names: list[str] = []
    noise, itemprop = Noise.NONE, ""
    for attribute, value in attributes:
        if attribute in _NAMING_ATTRIBUTES:
            names.append(value)
        elif attribute == "role":
            noise = max(noise, noise_of_role(value))
        elif attribute == "itemprop":
            itemprop = value
        elif attribute == "hidden":
            noise = max(noise, Noise.LIKELY)
    if not names:
        return "", noise, itemprop
    words, noise_of_names = _judged(" ".join(names)[:NAME_LIMIT])
    return words, max(noise, noise_of_names), itemprop


def _noise_of_element(tag: str, words: str, named: Noise) -> Noise:
    """Return how surely an element is furniture whose tag says more than its names."""
    if tag in _NEVER_NOISE_TAGS:
        return Noise.NONE
    if tag in _HEADING_TAGS:
        # Frameworks name headings for what they list ("toc", "widget-title").
        return named if named is Noise.SURE else Noise.NONE
    if tag == "p":
        # What introduces the text is named as what introduces other pages.
        return Noise.NONE if named is Noise.LIKELY and _TEASER in words else named
    if tag == "figure" and any(word in words for word in _FIGURES_OF_TEXT):
        return named
    return max(named, _NOISE_TAGS[tag])
