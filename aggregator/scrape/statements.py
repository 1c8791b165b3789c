"""What a page says about itself, gathered once: meta tags, titles, JSON-LD, headlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from aggregator.scrape.open_graph import declared_image
from aggregator.scrape.page import Page
from aggregator.scrape.structured import StructuredArticle, read_structured
from aggregator.text.clean import plain_line
from aggregator.text.images import DeclaredImage

_HEADLINES_LIMIT: Final = 20
_META_LIMIT: Final = 300
_COMMENT_DEPTH: Final = 8
"""Elements around one that are asked whether they hold comments."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What a page says about itself.

    `metas` holds the values of each meta tag under its name, property or itemprop in lower case,
    in page order, `image` what those of Open Graph say of its picture. `headlines` are the texts of
    its h1 elements (of its h2 where it has no h1).
    """

    metas: Mapping[str, tuple[str, ...]]
    title: str
    canonical: str
    headlines: tuple[str, ...]
    structured: StructuredArticle
    image: DeclaredImage

    def meta(self, *names: str) -> str:
        """Return the first value of the first of these meta tags that has one, else ""."""
        return next((self.metas[name][0] for name in names if name in self.metas), "")

    @property
    def is_article(self) -> bool:
        """Whether the page says that it is an article."""
        kind = self.meta("og:type").lower()
        return self.structured.is_article or kind in {"article", "news", "blog"}


def read_statements(page: Page) -> Statements:
    """Return what the page says about itself."""
    metas = _metas(page.tree)
    by_name = _by_name(metas)
    title_element = page.tree.find(".//title")
    title = plain_line(text_within(title_element)) if title_element is not None else ""
    canonical = ""
    for link in page.tree.iter("link"):
        if (link.get("rel") or "").strip().lower() == "canonical":
            canonical = link.get("href") or ""
            break
    return Statements(
        metas=by_name,
        title=title,
        canonical=canonical,
        headlines=_headlines(page.tree),
        structured=read_structured(page.structured, title, page.url),
        image=declared_image(metas),
    )


def _metas(tree: etree._Element) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for count, element in enumerate(tree.iter("meta")):
        if count >= _META_LIMIT:
            break
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.append((name.strip().lower(), content))
    return found


def _by_name(metas: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    gathered: dict[str, list[str]] = {}
    for name, content in metas:
        gathered.setdefault(name, []).append(content)
    return {name: tuple(values) for name, values in gathered.items()}


def _headlines(tree: etree._Element) -> tuple[str, ...]:
    for tag in ("h1", "h2"):
        texts: list[str] = []
        for element in tree.iter(tag):
            text = plain_line(text_within(element))
            if text and text not in texts:
                texts.append(text)
            if len(texts) >= _HEADLINES_LIMIT:
                break
        if texts:
            return tuple(texts)
    return ()


def is_of_comment(element: etree._Element) -> bool:
    """Say whether an element belongs to a reader's comment."""
    if "ugc" in (element.get("rel") or ""):
        return True
    around = islice(element.iterancestors(), _COMMENT_DEPTH)
    return any("comment" in f"{one.get('class')} {one.get('id')}".lower() for one in around)


def text_within(element: etree._Element) -> str:
    """Return the text of an element, its blocks and line breaks set apart by blanks."""
    pieces: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if inner.tag in {"br", "div", "p", "li", "h1", "h2", "h3", "h4"}:
                pieces.append(" ")
            pieces.append(inner.text or "")
        elif inner is not element:
            if inner.tag in {"div", "p", "li"}:
                pieces.append(" ")
            pieces.append(inner.tail or "")
    return " ".join("".join(pieces).split())
