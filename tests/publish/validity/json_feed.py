"""A strict reader of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): members and types."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.publish.validity.values import (
    has_only_safe_markup,
    is_address,
    is_bytes,
    is_image_type,
    is_language,
    is_media_type,
    is_pixels,
    is_rfc3339,
)

EXTENSION = "_conflict_news"

_Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _address(value: Any) -> bool:
    return isinstance(value, str) and is_address(value)


def _language(value: Any) -> bool:
    return isinstance(value, str) and is_language(value)


def _time(value: Any) -> bool:
    return isinstance(value, str) and is_rfc3339(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_FEED: dict[str, _Check] = {
    "version": lambda value: value == "https://jsonfeed.org/version/1.1", "title": _text,
    "home_page_url": _address, "feed_url": _address, "description": _text, "user_comment": _text,
    "next_url": _address, "icon": _address, "favicon": _address, "authors": _objects,
    "language": _language, "expired": _boolean, "hubs": _objects, "items": _objects,
}  # fmt: skip
_ITEM: dict[str, _Check] = {
    "id": _text, "url": _address, "external_url": _address, "title": _text, "content_html": _text,
    "content_text": _text, "summary": _text, "image": _address, "banner_image": _address,
    "date_published": _time, "date_modified": _time, "authors": _objects, "tags": _texts,
    "language": _language, "attachments": _objects,
}  # fmt: skip
_AUTHOR: dict[str, _Check] = {"name": _text, "url": _address, "avatar": _address}
_HUB: dict[str, _Check] = {"type": _text, "url": _address}


def _pixels(value: Any) -> bool:
    return _count(value) and is_pixels(str(value))


_ATTACHMENT: dict[str, _Check] = {
    "url": _address, "mime_type": lambda value: isinstance(value, str) and is_media_type(value),
    "title": _text, "size_in_bytes": _count, "duration_in_seconds": _count,
}  # fmt: skip
_EXTENSION: dict[str, _Check] = {
    "outlets": _count, "origins": _count, "conflicts": _texts, "places": _texts,
    "kinds": lambda value: isinstance(value, dict) and all(map(_count, value.values())),
    "countries": _texts, "news": _objects, "took_over": _texts, "sources": _objects,
    "image": lambda value: isinstance(value, dict),
}  # fmt: skip
_IMAGE: dict[str, _Check] = {
    "url": _address, "mime_type": lambda value: isinstance(value, str) and is_image_type(value),
    "width": _pixels, "height": _pixels,
    "size_in_bytes": lambda value: _count(value) and is_bytes(str(value)),
}  # fmt: skip


def problems(document: bytes) -> list[str]:
    """Return every breach in a document."""
    feed = json.loads(document, parse_constant=lambda name: f"{name} is no JSON")
    if not isinstance(feed, dict):
        return ["the document is no object"]
    found = list(_members(feed, _FEED, {"version", "title", "items"}, "feed"))
    if feed.get("next_url") and feed.get("next_url") == feed.get("feed_url"):
        found.append("feed has itself as next_url")
    found += _each(feed, "hubs", _HUB, {"type", "url"})
    found += _authors(feed)
    items = feed["items"] if _objects(feed.get("items")) else []
    for item in items:
        found += _item(item)
    ids = Counter(str(item.get("id")) for item in items)
    found += [f"the id {key} stands {count} times" for key, count in ids.items() if count > 1]
    return found


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    yield from _members(item, _ITEM, {"id"}, "item")
    if "content_html" not in item and "content_text" not in item:
        yield "item has no content"
    markup = item.get("content_html")
    if isinstance(markup, str) and not has_only_safe_markup(markup):
        yield "item content_html holds unsafe markup"
    yield from _authors(item)
    yield from _each(item, "attachments", _ATTACHMENT, {"url", "mime_type"})
    if EXTENSION in item:
        yield from _members(item[EXTENSION], _EXTENSION, set(_EXTENSION) - {"image"}, EXTENSION)
        yield from _image(item)


def _image(item: Mapping[str, Any]) -> Iterator[str]:
    image = item[EXTENSION].get("image", {})
    if isinstance(image, dict) and image:
        yield from _members(image, _IMAGE, {"url"}, f"{EXTENSION} image")
        if image.get("url") != item.get("image"):
            yield f"{EXTENSION} image is another than that of the item"
        if len(image) == 1:
            yield f"{EXTENSION} image says nothing but its address"


def _authors(parent: Mapping[str, Any]) -> Iterator[str]:
    yield from _each(parent, "authors", _AUTHOR, set())
    authors = parent.get("authors", [])
    if _objects(authors) and not all(authors):
        yield "an author has neither name nor url nor avatar"


def _each(
    parent: Mapping[str, Any], name: str, checks: Mapping[str, _Check], required: set[str]
) -> Iterator[str]:
    values = parent.get(name, [])
    for value in values if _objects(values) else []:
        yield from _members(value, checks, required, name)


def _members(
    value: Mapping[str, Any], checks: Mapping[str, _Check], required: set[str], where: str
) -> Iterator[str]:
    yield from (f"{where} has no {name}" for name in required if name not in value)
    for name, member in value.items():
        if name.startswith("_"):
            if not isinstance(member, dict) or not name[1:2].isalpha():
                yield f"{where} {name} is no extension"
        elif name not in checks:
            yield f"{where} may not hold {name}"
        elif not checks[name](member):
            yield f"{where} {name} is {member!r:.80}"
