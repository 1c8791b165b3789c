"""Live blogs: which pages are one, and the post that an address means."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from aggregator.scrape.body.find import find_body
from aggregator.scrape.body.outline import outline
from aggregator.scrape.verdict.findings import Findings
from aggregator.text.clean import text_of_html

_ADDRESS: Final = re.compile(
    r"(?:^|[/_-])(?:live[-_]?(?:blogs?|ticker|updates?|news|text|reporting)?|newsblog|newsticker"
    r"|ticker|en-vivo|en-direct|ao-vivo|in-diretta|diretta|minuto-a-minuto|minute-by-minute"
    r"|as-it-happened|na-zywo|canli|online)(?=[/_.-]|\d|$)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"\blive[ -]?(?:blog|ticker|updates?|reporting)\b|^live\b|\blive$|\blive:|\bas it happened\b"
    r"|\bnewsblog\b|\bnewsticker\b|\ben directo?\b|\ben vivo\b|\bao vivo\b|\b(?:in )?diretta\b"
    r"|\bminuto a minuto\b|\bna żywo\b|\bcanlı (?:blog|anlatım|takip)|онлайн|прямой эфир|наживо"
    r"|تغطية مباشرة|لحظة بلحظة|עדכונים שוטפים",
    re.IGNORECASE,
)
_POST: Final = re.compile(
    r"\blive ?(?:blog|ticker|feed|text|update|reporting)?\w* (?:post|entry|item|update|event|card"
    r"|block|message|moment)s?\b|\b(?:live ?post|live ?entry|lb post)\b"
    r"|\bticker (?:post|entry|item|event)\b"
)
_MOMENT: Final = re.compile(
    r"\W*(?:\w+[,.]? ){0,4}(?:\d{1,2}[:.h]\d\d(?::\d\d)?|\d{1,2} ?[ap]\.?m\.?"
    r"|\d{1,2} ?(?:min|m|h|hr|std|мин|хв)\w*\.?(?: ago)?)\b\W*(?:[ap]\.?m\.?|uhr|gmt|utc|c?est?|bst"
    r"|ist|msk|мск)?(?:\W+\w+){0,4}\W*",
    re.IGNORECASE,
)
_MOMENT_LENGTH: Final = 40
_NO_POST: Final = -1
_LEAST_POSTS: Final = 3
_LEAST_POST_TEXT: Final = 60
_KEYS: Final = frozenset({"post", "update", "page", "pinned_post_asset_id", "entry", "id", "block"})
_POST_ID: Final = re.compile(r"[\w-]*\d[\w-]*|[\w-]{8,}")
_NODE_LIMIT: Final = 2000


def is_live_blog(found: Findings) -> bool:
    """Say whether a page is a live blog: by its own word, by its markup, or by name and times."""
    if not found.body:
        return False
    if found.said.structured.live:
        return True
    if _posts(found) >= _LEAST_POSTS:
        return True
    named = _ADDRESS.search(urlsplit(found.url).path) or _TITLE.search(found.title)
    return named is not None and _moments(found) >= _LEAST_POSTS


def _posts(found: Findings) -> int:
    """Return how many elements of the page, named as posts of a live blog, hold the text."""
    known: dict[str, bool] = {}
    post_around: list[int] = []
    for index, container in enumerate(found.page.containers):
        words = container.words
        if words not in known:
            known[words] = _POST.search(words) is not None
        outer = post_around[container.parent] if container.parent >= 0 else _NO_POST
        post_around.append(index if known[words] else outer)
    own = {post_around[found.page.blocks[spot].container] for spot in found.spots}
    return len(own - {_NO_POST})


def _moments(found: Findings) -> int:
    texts = [b.text for b in found.within if len(b.text) <= _MOMENT_LENGTH]
    return sum(any(c.isdigit() for c in text) and bool(_MOMENT.fullmatch(text)) for text in texts)


def post_addressed(tree: etree._Element, structured: Sequence[str], url: str) -> str:
    """Return the text of the post that an address names by its fragment or query, else ""."""
    names = set(_names_of_post(url))
    if not names:
        return ""
    for element in tree.iter():
        identifier = element.get("id")
        if identifier and (identifier in names or identifier.rpartition("-")[2] in names):
            lines = find_body(outline(element), "").lines
            text = "\n\n".join(lines)
            if len(text) >= _LEAST_POST_TEXT:
                return text
    return _stated_post(structured, names)


def _names_of_post(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    values = [parts.fragment]
    values += [value for key, value in parse_qsl(parts.query)[:20] if key in _KEYS]
    for value in values:
        for name in (value, value.rpartition(":")[2], value.rpartition("block-")[2]):
            if _POST_ID.fullmatch(name) and len(name) > 1:
                yield name


def _stated_post(structured: Sequence[str], names: set[str]) -> str:
    for block in structured:
        if "liveBlogUpdate" not in block:
            continue
        try:
            stack: list[object] = [json.loads(block, strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while stack and seen < _NODE_LIMIT:
            seen += 1
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, dict):
                body = node.get("articleBody")
                if isinstance(body, str) and names & set(_names_in(node)):
                    return text_of_html(body)
                stack.extend(value for value in node.values() if isinstance(value, dict | list))
    return ""


def _names_in(node: dict[str, object]) -> Iterator[str]:
    for key in ("@id", "url", "identifier"):
        value = node.get(key)
        if isinstance(value, str):
            yield value
            yield from _names_of_post(value)
