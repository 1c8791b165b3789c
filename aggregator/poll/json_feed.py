"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aggregator.errors import NotAFeed
from aggregator.poll.broken_items import Label, read_each
from aggregator.poll.items import Item, Markup, RawFeed
from aggregator.poll.limits import ENTRY_LIMIT
from aggregator.text.images import DeclaredImage, as_written

# What json gives; each field's type is checked where it is read.
_Node = Mapping[str, Any]

_VERSION: Final = "jsonfeed.org/version/"


def read_json(text: str) -> RawFeed:
    """Return the feed in `text`; raises NotAFeed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"it is no JSON that can be read: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise NotAFeed("it is JSON, but no JSON Feed")
    version = _text(document, "version")
    if _VERSION not in version:
        raise NotAFeed("it is JSON, but names no version of JSON Feed")
    listed = document.get("items")
    items = listed if isinstance(listed, list) else []
    if len(items) > ENTRY_LIMIT:
        raise NotAFeed(f"it has more than {ENTRY_LIMIT:,} entries")
    nodes = [item for item in items if isinstance(item, dict)]
    read, broken = read_each(nodes, _item, _label)
    language = _text(document, "language")
    number = version.rpartition("/")[2]
    return RawFeed(
        format=f"JSON Feed {number}" if number in {"1", "1.1"} else "JSON Feed",
        title=_text(document, "title"),
        items=tuple(read),
        broken=tuple(broken),
        language=language or None,
        authors=tuple(_authors(document)),
        defects=_defects(listed, len(items) - len(nodes)),
        self_links=(_text(document, "feed_url"),),
        hubs=tuple(_hubs(document)),
    )


def _defects(listed: object, strangers: int) -> tuple[str, ...]:
    if not isinstance(listed, list):
        return ("the list of items is missing",)
    return (f"{strangers} items are no objects",) if strangers else ()


def _label(node: _Node) -> Label:
    return Label(_text(node, "id"), _text(node, "url"), _text(node, "title"))


def _item(node: _Node) -> Item:
    content_html = _text(node, "content_html")
    content = Markup(content_html or _text(node, "content_text"), is_html=bool(content_html))
    published, updated = _text(node, "date_published"), _text(node, "date_modified")
    tags = node.get("tags")
    return Item(
        guid=_text(node, "id"),
        links=(_text(node, "url"), _text(node, "external_url")),
        title=_text(node, "title"),
        summary=Markup(_text(node, "summary"), is_html=False),
        content=content,
        authors=tuple(_authors(node)),
        categories=tuple(tag for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else (),
        times=tuple(
            (field, raw) for field, raw in (("published", published), ("updated", updated)) if raw
        ),
        updated=updated,
        language=_text(node, "language") or None,
        images=tuple(_images(node)),
    )


def _images(node: _Node) -> Iterator[DeclaredImage]:
    yield DeclaredImage(_text(node, "image"))
    yield DeclaredImage(_text(node, "banner_image"))
    attachments = node.get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        if isinstance(each, dict) and _text(each, "mime_type").lower().startswith("image/"):
            size = as_written(each.get("size_in_bytes"))
            yield DeclaredImage(_text(each, "url"), _text(each, "mime_type"), bytes=size)


def _text(node: _Node, field: str) -> str:
    value = node.get(field)
    # "If an id is presented as a number or other type, a JSON Feed reader must coerce it."
    if isinstance(value, int | float) and field == "id":
        return str(value)
    return value if isinstance(value, str) else ""


def _hubs(document: _Node) -> Iterator[str]:
    listed = document.get("hubs")
    for hub in listed if isinstance(listed, list) else ():
        if isinstance(hub, dict) and _text(hub, "type").lower() == "websub":
            yield _text(hub, "url")


def _authors(node: _Node) -> Iterator[str]:
    several = node.get("authors")
    for author in (*(several if isinstance(several, list) else ()), node.get("author")):
        if isinstance(author, dict):
            yield _text(author, "name")
