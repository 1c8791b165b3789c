"""Feeds added to and removed from the text of feeds.yaml; every other character stays as it is.

The text is cut and joined at the offsets that the parser reports, because a YAML writer would
re-wrap lines and re-quote values all over the file. Each result is parsed again and compared with
what was wanted, so that no layout, however odd, can make an edit do something else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aggregator.config.document import Items, Node, Pairs, Scalar
from aggregator.config.load import BYTE_ORDER_MARK, Config, document, interpret, parse
from aggregator.config.notation import in_block, in_flow
from aggregator.errors import ConfigError, NotFound, Problem

_DEFAULT_PATH: Final = Path("feeds.yaml")
_EMPTY_LIST: Final = re.compile(r"\[\s*\]")


def add_feed(text: str, feed: Mapping[str, object], path: Path = _DEFAULT_PATH) -> str:
    """Return `text` with one more feed at the end of its list; see `add_feeds`."""
    return add_feeds(text, [feed], path)


def add_feeds(text: str, feeds: Sequence[Mapping[str, object]], path: Path = _DEFAULT_PATH) -> str:
    """Return `text` with more feeds at the end of its list.

    Each has the keys of a feed in feeds.yaml; None values are left out. `path` is named in errors.
    Raises ConfigError when `text` is no good configuration, or one of the feeds would spoil it.
    """
    mark, body = _split(text)
    layout = _layout(body, path)
    if not feeds:
        return text
    given = [{key: value for key, value in feed.items() if value is not None} for feed in feeds]
    edited = mark + _with_feeds(body, layout, given)
    try:
        after = parse(edited, path)
    except ConfigError as error:
        # The lines of a text that nobody has seen would mislead.
        which = "this feed" if len(feeds) == 1 else "these feeds"
        problems = [Problem(0, 0, f"cannot add {which}: {p.message}") for p in error.problems]
        raise ConfigError(path, problems) from error
    _require(replace(after, feeds=after.feeds[: -len(feeds)]) == layout.config, path)
    return edited


def remove_feed(text: str, feed_id: str, path: Path = _DEFAULT_PATH) -> str:
    """Return `text` without one feed and the comments inside it; all other comments stay.

    Raises NotFound when there is no such feed, ConfigError when `text` is no good configuration.
    """
    mark, body = _split(text)
    layout = _layout(body, path)
    before = layout.config
    position = next((n for n, feed in enumerate(before.feeds) if feed.id == feed_id), None)
    if position is None:
        raise NotFound("feed", feed_id)
    edited = mark + _without_feed(body, layout, position)
    feeds = (*before.feeds[:position], *before.feeds[position + 1 :])
    _require(_says(edited, replace(before, feeds=feeds)), path)
    return edited


def _says(text: str, wanted: Config) -> bool:
    try:
        return parse(text, wanted.path) == wanted
    except ConfigError:
        return False


def _require(edited_as_wanted: bool, path: Path) -> None:  # noqa: FBT001 - a condition, no option
    if not edited_as_wanted:
        message = "the list of feeds has a layout that only people can edit: use an editor"
        raise ConfigError(path, [Problem(0, 0, message)])


def _split(text: str) -> tuple[str, str]:
    """Return a byte order mark, or "", and the text after it."""
    body = text.removeprefix(BYTE_ORDER_MARK)
    return text[: len(text) - len(body)], body


@dataclass(frozen=True, slots=True)
class _Layout:
    """A good configuration and where it has its feeds; `in_braces`: the whole file is one `{}`."""

    config: Config
    key: Node
    feeds: Items
    in_braces: bool


def _layout(body: str, path: Path) -> _Layout:
    root = document(body, path)
    config = interpret(root, path)
    assert isinstance(root, Pairs)
    key, feeds = next(
        (key, value) for key, value in root.pairs if isinstance(key, Scalar) and key.text == "feeds"
    )
    assert isinstance(feeds, Items)
    return _Layout(config, key, feeds, root.flow)


def _with_feeds(text: str, layout: _Layout, added: Sequence[Mapping[str, object]]) -> str:
    key, feeds = layout.key, layout.feeds
    start, end = feeds.place.start, feeds.place.end
    newline = "\r\n" if "\r\n" in text else "\n"
    if feeds.items and not feeds.flow:
        indent = feeds.place.column - 1
        at = _after_item(text, feeds.items[-1], indent)
        gap = newline if _are_spaced(text, feeds, indent) else ""
    elif not feeds.items and not layout.in_braces and _EMPTY_LIST.fullmatch(text, start, end):
        text = text[:start].rstrip(" ") + text[end:]
        indent = key.place.column + 1
        at, gap = _line_end(text, key.place.end), ""
    elif feeds.items:
        at = feeds.items[-1].place.end
        return f"{text[:at]}, {', '.join(map(in_flow, added))}{text[at:]}"
    else:
        return f"{text[: start + 1]}{', '.join(map(in_flow, added))}{text[start + 1 :]}"
    blocks = gap.join(in_block(feed, " " * indent, newline) for feed in added)
    if not text[:at].endswith("\n"):
        gap += newline
    return f"{text[:at]}{gap}{blocks}{text[at:]}"


def _without_feed(text: str, layout: _Layout, position: int) -> str:
    key, feeds = layout.key, layout.feeds
    if feeds.flow:
        start, end = _flow_span(text, feeds, position)
        return text[:start] + text[end:]
    indent = feeds.place.column - 1
    item = feeds.items[position]
    start, end = _dash_line(text, item, indent), _after_item(text, item, indent)
    if _is_blank_before(text, start) and not text[end : _line_end(text, end)].strip():
        start = text.rindex("\n", 0, start - 1) + 1
    if len(feeds.items) > 1:
        return text[:start] + text[end:]
    colon = text.find(":", key.place.end, start) + 1
    if not colon:
        # A key in YAML's long form, "? feeds"; the caller refuses what stays unchanged.
        return text
    return f"{text[:colon]} []{text[colon:start]}{text[end:]}"


def _flow_span(text: str, feeds: Items, position: int) -> tuple[int, int]:
    item = feeds.items[position].place
    if len(feeds.items) == 1:
        return feeds.place.start + 1, feeds.place.end - 1
    if position == len(feeds.items) - 1:
        return feeds.items[position - 1].place.end, item.end
    following = feeds.items[position + 1].place.start
    if "#" not in text[item.end : following]:
        return item.start, following
    return item.start, text.index(",", item.end) + 1


def _line_end(text: str, offset: int) -> int:
    """Return the offset after the line break of the line that holds `offset`."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def _dash_line(text: str, item: Node, indent: int) -> int:
    """Return where the line with the dash of a block item begins; comments may follow the dash."""
    start = text.rfind("\n", 0, item.place.start) + 1
    while text[start : start + indent + 1].strip(" ") != "-" and start:
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _after_item(text: str, item: Node, indent: int) -> int:
    """Return the offset after the lines of a block item, with the comments indented as it is."""
    end = _line_end(text, len(text[: item.place.end].rstrip()))
    while True:
        following = _line_end(text, end)
        line = text[end:following]
        content = line.lstrip(" ")
        if not content.startswith("#") or len(line) - len(content) <= indent:
            return end
        end = following


def _is_blank_before(text: str, line_start: int) -> bool:
    before = text[:line_start]
    return bool(before) and not before[before.rfind("\n", 0, -1) + 1 :].strip()


def _are_spaced(text: str, feeds: Items, indent: int) -> bool:
    """Return whether a blank line stands before the last of several block items."""
    return len(feeds.items) > 1 and _is_blank_before(
        text, _dash_line(text, feeds.items[-1], indent)
    )
