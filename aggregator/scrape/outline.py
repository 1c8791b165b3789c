"""A page as a flat list of text blocks, each knowing the elements around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from aggregator.scrape.noise import NAME_LIMIT, Noise, noise_of_name, noise_of_role, words_of_name

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
    "figcaption": Noise.SURE, "footer": Noise.LIKELY, "form": Noise.LIKELY,
    "label": Noise.LIKELY, "aside": Noise.LIKELY, "address": Noise.LIKELY,
}  # fmt: skip
_NEVER_NOISE_TAGS: Final = frozenset("html body main article h1".split())
_HEADING_TAGS: Final = frozenset("h2 h3 h4 h5 h6".split())
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
    return element.tag == "nav" and next(element.iter("p", "h1", "article"), None) is None


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
        opened = [(iter(root), root)]
        while opened:
            children, element = opened[-1]
            for child in children:
                if child.tag in _SILENT_TAGS or _is_menu(child):
                    self._flush_around(child)
                    continue
                self._open(child, child.tag)
                self._add(child.text)
                if len(child):
                    opened.append((iter(child), child))
                    break
                self._close(child.tag)
                self._add(child.tail)
            else:
                opened.pop()
                self._close(element.tag)
                if opened:
                    self._add(element.tail)
        self._flush()
        return self.result

    def _flush_around(self, left_out: etree._Element) -> None:
        if left_out.tag in _BLOCK_TAGS:
            self._flush()
        self._add(left_out.tail)

    def _open(self, element: etree._Element, tag: str) -> None:
        if tag in _BLOCK_TAGS or "-" in tag:
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
            self._flush()
            container = self.result.containers[self.current]
            container.last = len(self.result.blocks)
            self.current = container.parent
        elif tag == "a":
            self.link_depth -= 1

    def _enter(self, element: etree._Element, tag: str) -> None:
        names: list[str] = []
        role = itemprop = ""
        hidden = Noise.NONE
        for attribute, value in cast("list[tuple[str, str]]", element.items()):
            if attribute in _NAMING_ATTRIBUTES:
                names.append(value)
            elif attribute == "role":
                role = value
            elif attribute == "itemprop":
                itemprop = value
            elif attribute == "hidden":
                hidden = Noise.LIKELY
        words, noise = _judged(" ".join(names)[:NAME_LIMIT]) if names else ("", Noise.NONE)
        noise = max(noise, hidden, self._noise_of_tag(tag, words))
        if tag == "p" and noise is Noise.LIKELY and _TEASER in words:
            # What introduces the text is named as what introduces other pages.
            noise = Noise.NONE
        if role:
            noise = max(noise, noise_of_role(role))
        if tag in _NEVER_NOISE_TAGS or (tag in _HEADING_TAGS and noise is not Noise.SURE):
            # Frameworks name headings for what they list ("toc", "widget-title").
            noise = Noise.NONE
        self.result.containers.append(
            Container(self.current, tag, words, noise, itemprop, first=len(self.result.blocks))
        )
        self.current = len(self.result.containers) - 1

    @staticmethod
    def _noise_of_tag(tag: str, words: str) -> Noise:
        if tag == "figure":
            return Noise.NONE if any(w in words for w in _FIGURES_OF_TEXT) else Noise.LIKELY
        return _NOISE_TAGS.get(tag, Noise.NONE)

    def _add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            if self.link_depth:
                self.linked += len(text.strip())

    def _flush(self) -> None:
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
