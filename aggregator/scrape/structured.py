"""What the page says about itself in JSON-LD (https://schema.org/Article)."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.text.clean import text_of_html
from aggregator.text.images import NO_IMAGE, DeclaredImage, as_written

_NODE_LIMIT: Final = 5000
"""JSON objects looked at in a page; catalogues of a shop have more, articles some dozens."""

_BODY_LIMIT: Final = 500_000
"""Characters of an article's text; the longest ones have a fifth."""
_LINE_LIMIT: Final = 20_000
"""Characters of a headline, a name or a description, with its markup."""
_NUMBER_DIGITS: Final = 6
_ARTICLE_TYPE: Final = re.compile(r"(?:Article|Posting|Report|^Review)$")
_LISTING_TYPE: Final = re.compile(r"^(?:CollectionPage|ItemList|SearchResultsPage)$")
_REPAIRS: Final = (
    (re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$"), ""),
    (re.compile(r",(\s*[}\]])"), r"\1"),
)
_WORD: Final = re.compile(r"\w+")
_IMAGE_ADDRESSES: Final = frozenset({"url", "contentUrl"})


@dataclass(frozen=True, slots=True)
class StructuredArticle:
    """The page's own statement about its article; each field "" or empty where it is silent.

    `kinds` are all types of the page's nodes. `authors` are names as given, persons before
    organisations. `free` is `isAccessibleForFree`.
    """

    kinds: frozenset[str] = frozenset()
    is_article: bool = False
    headline: str = ""
    body: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    image: DeclaredImage = NO_IMAGE
    word_count: int = 0
    free: bool | None = None
    live: bool = False


def read_structured(blocks: Sequence[str], title: str, url: str) -> StructuredArticle:
    """Return what the JSON-LD blocks say about the page at `url` with the given <title>.

    Blocks that no repair makes JSON are passed over: they are a hint, not the page.
    """
    nodes = [node for block in blocks for node in _nodes(_loaded(block))][:_NODE_LIMIT]
    kinds = frozenset(kind for node in nodes for kind in _kinds(node))
    articles = [node for node in nodes if any(_ARTICLE_TYPE.search(k) for k in _kinds(node))]
    if not articles:
        publisher = next((_name(n) for n in nodes if "Organization" in " ".join(_kinds(n))), "")
        page = next((n for n in nodes if "WebPage" in _kinds(n)), {})
        return StructuredArticle(
            kinds=kinds,
            publisher=publisher,
            published=_string(page.get("datePublished")),
            modified=_string(page.get("dateModified")),
            description=_text(page.get("description")),
        )
    by_id = {_string(node.get("@id")): node for node in nodes if node.get("name")}
    node = _best(articles, title, url)
    return StructuredArticle(
        kinds=kinds,
        is_article=True,
        headline=_text(node.get("headline") or node.get("name")),
        body=_string(node.get("articleBody") or node.get("text"))[:_BODY_LIMIT],
        description=_text(node.get("description")),
        authors=_authors(node.get("author") or node.get("creator"), by_id),
        publisher=_name(_resolved(node.get("publisher"), by_id)),
        published=_string(node.get("datePublished") or node.get("dateCreated")),
        modified=_string(node.get("dateModified")),
        language=_string(node.get("inLanguage")),
        image=_image(node.get("image") or node.get("thumbnailUrl"), nodes),
        word_count=_number(node.get("wordCount")),
        free=_free(node, nodes),
        live=any("LiveBlogPosting" in _kinds(n) for n in articles),
    )


def _loaded(block: str) -> object:
    text = block.strip()
    for pattern, replacement in ((None, ""), *_REPAIRS):
        if pattern is not None:
            text = pattern.sub(replacement, text)
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(root: object) -> Iterator[Mapping[str, object]]:
    """Yield every object of a JSON document, outer before inner, in document order."""
    stack = [root]
    seen = 0
    while stack and seen < _NODE_LIMIT:
        value = stack.pop()
        if isinstance(value, dict):
            seen += 1
            yield value
            stack.extend(v for v in reversed(value.values()) if isinstance(v, dict | list))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _kinds(node: Mapping[str, object]) -> tuple[str, ...]:
    kind = node.get("@type")
    values = kind if isinstance(kind, list) else [kind]
    return tuple(v.rsplit("/", 1)[-1] for v in values if isinstance(v, str))


def _best(articles: list[Mapping[str, object]], title: str, url: str) -> Mapping[str, object]:
    """Return the node about this page: pages also describe the articles that they link to."""
    words = set(_WORD.findall(title.lower()))

    def merit(position: int) -> tuple[float, bool, bool, int]:
        node = articles[position]
        headline = set(_WORD.findall(_text(node.get("headline") or node.get("name")).lower()))
        shared = len(words & headline) / max(len(headline), 1)
        address = _string(node.get("url")) or _string(node.get("mainEntityOfPage"))
        return round(shared, 1), bool(address) and address in url, "author" in node, -position

    return articles[max(range(len(articles)), key=merit)]


def _string(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id") or value.get("url") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _text(value: object) -> str:
    text = _string(value)[:_LINE_LIMIT]
    return text_of_html(html.unescape(text)) if "<" in text or "&" in text else text


def _name(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name")
    return _text(value)


def _resolved(value: object, by_id: Mapping[str, Mapping[str, object]]) -> object:
    """Follow a reference to another node of the page ({"@id": ...})."""
    if isinstance(value, dict) and not value.get("name") and "@id" in value:
        return by_id.get(_string(value["@id"]), value)
    return value


def _authors(value: object, by_id: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    persons: list[str] = []
    others: list[str] = []
    for one in values:
        author = _resolved(one, by_id)
        names = author.get("name") if isinstance(author, dict) else author
        kinds = _kinds(author) if isinstance(author, dict) else ("Person",)
        target = others if "Organization" in " ".join(kinds) else persons
        target.extend(_text(n) for n in (names if isinstance(names, list) else [names]) if n)
    return tuple(dict.fromkeys(name for name in (persons or others) if name))


def _image(value: object, nodes: Sequence[Mapping[str, object]]) -> DeclaredImage:
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, dict):
        return DeclaredImage(_string(value))
    if _IMAGE_ADDRESSES.isdisjoint(value) and (name := _string(value.get("@id"))):
        value = next((n for n in nodes if _is_image(n) and _string(n.get("@id")) == name), value)
    return DeclaredImage(
        _string(value.get("url") or value.get("contentUrl") or value.get("@id")),
        _string(value.get("encodingFormat")),
        _pixels(value.get("width")),
        _pixels(value.get("height")),
    )


def _is_image(node: Mapping[str, object]) -> bool:
    return not _IMAGE_ADDRESSES.isdisjoint(node) and "ImageObject" in _kinds(node)


def _pixels(value: object) -> str:
    if isinstance(value, dict):
        # A QuantitativeValue, or a Distance ("640 px").
        value = value.get("value") or value.get("name")
    return as_written(value)


def _number(value: object) -> int:
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if text.isdecimal() and len(text) <= _NUMBER_DIGITS else 0


def _free(article: Mapping[str, object], nodes: Sequence[Mapping[str, object]]) -> bool | None:
    """Return whether the article is free; where it is silent, whether parts of it are not."""
    free = _truth(article.get("isAccessibleForFree"))
    parts = (node for node in nodes if "WebPageElement" in _kinds(node))
    if free is None and any(_truth(part.get("isAccessibleForFree")) is False for part in parts):
        return False
    return free


def _truth(value: object) -> bool | None:
    text = str(value).strip().lower() if isinstance(value, bool | str) else ""
    return {"true": True, "false": False}.get(text.rsplit("/", 1)[-1])
