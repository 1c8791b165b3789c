"""What single values of a feed are to look like, in any format."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{}/?#@]+(?:[/?#][\x21-\x7e]*)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_NUMBER = re.compile(r"[1-9][0-9]*")
_MEDIA = {"image", "audio", "video", "document", "executable"}
_MEDIA_ATTRIBUTES = set(
    "url fileSize type medium isDefault expression bitrate framerate samplingrate channels duration"
    " height width lang".split()
)
_PIXELS = 20_000
_ELEMENTS = {
    "a": {"href", "rel"}, "b": {"lang", "dir"}, "blockquote": {"lang", "dir"}, "br": set(),
    "div": set(), "li": set(), "ol": set(), "p": set(), "ul": set(),
}  # fmt: skip


def is_address(text: str) -> bool:
    """Return whether it is an absolute http or https address with a host and no credentials."""
    return _ADDRESS.fullmatch(text) is not None and bool(urlsplit(text).hostname)


def is_language(text: str) -> bool:
    """Return whether it has the form of a language tag (RFC 5646)."""
    return _LANGUAGE.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """Return whether it is a media type without parameters (RFC 6838)."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_image_type(text: str) -> bool:
    """Return whether it is the media type of an image."""
    return is_media_type(text) and text.startswith("image/")


def is_bytes(text: str) -> bool:
    """Return whether it is the size of a file that is not empty, in bytes."""
    return _NUMBER.fullmatch(text) is not None


def is_pixels(text: str) -> bool:
    """Return whether it is a width or height that an image may have, in pixels."""
    return is_bytes(text) and int(text) <= _PIXELS


def is_rfc3339(text: str) -> bool:
    """Return whether it is a time by RFC 3339, of a day that exists."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_rfc822(text: str) -> bool:
    """Return whether it is a time by RFC 822 with four digits of the year and the right weekday."""
    try:
        return format_datetime(parsedate_to_datetime(text), usegmt=text.endswith("GMT")) == text
    except ValueError:
        return False


def has_only_safe_markup(markup: str) -> bool:
    """Return whether a fragment has only what our entries use, and absolute addresses."""
    root = html.fragment_fromstring(markup, create_parent="div")
    return all(
        element.tag in _ELEMENTS
        and set(element.keys()) <= _ELEMENTS[str(element.tag)]
        and is_address(element.get("href", "https://a.example/"))
        for element in root.iter()
    )


def media_problems(element: etree._Element) -> Iterator[str]:
    """Yield what is wrong with an element "content" of Media RSS."""
    if not is_address(element.get("url", "")):
        yield f"media:content is at {element.get('url')!r}"
    medium = element.get("medium", "image")
    if medium not in _MEDIA:
        yield f"media:content is of medium {medium!r}"
    is_right = is_image_type if medium == "image" else is_media_type
    if not is_right(element.get("type", "image/png")):
        yield f"media:content is of type {element.get('type')!r}"
    if not is_bytes(element.get("fileSize", "1")):
        yield f"media:content has the size {element.get('fileSize')!r}"
    for name in ("width", "height"):
        if not is_pixels(element.get(name, "1")):
            yield f"media:content has the {name} {element.get(name)!r}"
    for name in set(map(str, element.keys())) - _MEDIA_ATTRIBUTES:
        yield f"media:content may not have {name}"
