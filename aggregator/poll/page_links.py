"""Bytes of a web page -> the few tags in which it names its feeds.

A tokenizer of our own, because only flat tags are of interest and a page is hostile: libxml2 takes
minutes for two mebibytes of nested elements with end tags that match none of them, and loses what
lies deeper than 256. Each character here is looked at once, whatever is left unclosed.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aggregator.model import HttpUrl
from aggregator.poll.decoding import decode
from aggregator.text.urls import http_url

PAGE_LIMIT: Final = 5 * 1024 * 1024
"""Bytes that are read; the rest of a longer page is not looked at."""
TAG_LIMIT: Final = 20_000
"""Tags that are looked at, which takes two seconds; long pages have 2,000."""

_TAG: Final = re.compile(
    r"<(?:(link|a|area|base|meta|script|style|textarea)(?=[\s/>])|(!--))", re.IGNORECASE
)
# A name may begin with "=": the standard wants it so, and then each tag ends at ">" or nowhere.
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*+([^\s/>][^\s=/>]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)?))?"""
)
_CLOSERS: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea")
}
_END_OF_LINK: Final = re.compile(r"</?a(?=[\s/>])", re.IGNORECASE)
_LINK_LIMIT: Final = 500
"""Characters between <a> and </a> that are looked at; icons are drawn in more."""
_VALUE_LIMIT: Final = 5_000
_KEPT: Final = frozenset(
    "rel type href title hreflang media content name property itemprop class aria-label".split()
)
_INNER_TAG: Final = re.compile(r"<[^<>]*>")
_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD_BYTES: Final = 8_192


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with the attributes of interest, names in lower case, values **hostile**.

    `text` is what can be read inside a link, `marks` the markup inside it (icons, pictures).
    """

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    marks: str = ""

    def get(self, attribute: str) -> str:
        """Return an attribute, "" where it is missing."""
        return self.attributes.get(attribute, "")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The tags of a page in their order; `base` is what its addresses are relative to."""

    url: HttpUrl
    base: HttpUrl
    tags: tuple[Tag, ...]
    text: str


def read_page_links(page: bytes, url: HttpUrl, content_type: str | None) -> PageLinks:
    """Return the tags of a page at `url`; raises nothing, other bytes have no tags."""
    page = page[:PAGE_LIMIT]
    charset = _CHARSET.search(page[:_HEAD_BYTES])
    if charset and "charset" not in (content_type or "").lower():
        content_type = f"text/html; charset={charset[1].decode('ascii')}"
    text = decode(page, content_type, None).text
    tags = tuple(_tags(text))
    bases = (tag.get("href") for tag in tags if tag.name == "base" and "href" in tag.attributes)
    return PageLinks(url, http_url(next(bases, None), url) or url, tags, text)


def _tags(text: str) -> Iterator[Tag]:
    position = 0
    never_closed: set[str] = set()
    for _ in range(TAG_LIMIT):
        match = _TAG.search(text, position)
        if match is None:
            return
        name = (match[1] or match[2]).lower()
        position = match.end()
        if name == "!--" or name in _CLOSERS:
            position = _after_silence(text, position, name, never_closed)
            continue
        attributes, position = _attributes(text, position)
        inside = _inside(text, position) if name == "a" else ""
        yield Tag(
            "a" if name == "area" else name,
            attributes,
            html.unescape(_INNER_TAG.sub(" ", inside)),
            " ".join(_INNER_TAG.findall(inside)),
        )


def _after_silence(text: str, inside: int, name: str, never_closed: set[str]) -> int:
    """Return where a comment or an element that holds no tags ends; if nowhere, go on inside."""
    if name in never_closed:
        return inside
    if name == "!--":
        end = text.find("-->", inside)
    else:
        closer = _CLOSERS[name].search(text, inside)
        end = closer.start() if closer else -1
    if end < 0:
        # Looked for once only, so that many of them take no longer than one.
        never_closed.add(name)
        return inside
    return end


def _attributes(text: str, position: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while match := _ATTRIBUTE.match(text, position):
        position = match.end()
        name = match[1].lower()
        if name in _KEPT and name not in found:
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found[name] = html.unescape(value[:_VALUE_LIMIT])
    return found, position


def _inside(text: str, start: int) -> str:
    end = _END_OF_LINK.search(text, start, start + _LINK_LIMIT)
    return text[start : end.start() if end else start + _LINK_LIMIT].removeprefix(">")
