"""Article text that stands only in the data of a page's scripts (client-side rendering)."""

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from aggregator.scrape.scoring import ends_sentence

_FLIGHT: Final = re.compile(r"__next_f\.push\(\s*(?=\[)")
"""React server components, as Next.js streams them: pieces of text in an array."""
_FLIGHT_ROW: Final = re.compile(r"^[0-9a-f]*:(?:[A-Z]*[0-9a-f]*,)?(?=[\[{\"])")
_OBJECT_START: Final = re.compile(r"[\[{]")
_TAG: Final = re.compile(r"<[^<>]*>")
_PARAGRAPH_TAG: Final = re.compile(r"<(?:p|br)\b")
_WRITTEN_WEIGHT: Final = 3
"""What a character counts in a string with paragraphs: an editor wrote it as a text."""
_LEAST_STRING: Final = 40
_NODE_LIMIT: Final = 200_000


def markup_of_state(scripts: Sequence[str]) -> str:
    """Return as HTML the texts that most likely are the article, "" where there are none.

    Texts under the same path of the data ("props.article.blocks[].text") belong together; the
    group with most prose wins.
    """
    groups: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for script in scripts:
        for value in _values(script):
            for path, text in _strings(value):
                if prose := _prose(text):
                    groups[path][text] = prose
    if not groups:
        return ""
    best = max(groups.values(), key=lambda texts: sum(texts.values()))
    pieces = (text if _TAG.search(text) else f"<p>{html.escape(text)}</p>" for text in best)
    return f"<html><body><article>{''.join(pieces)}</article></body></html>"


def _values(script: str) -> Iterator[object]:
    flight = _FLIGHT.search(script)
    start = flight.end() if flight else _first_object(script)
    try:
        value = json.JSONDecoder(strict=False).raw_decode(script, start)[0]
    except (ValueError, RecursionError):
        return
    if not flight:
        yield value
        return
    for piece in value if isinstance(value, list) else ():
        if isinstance(piece, str):
            yield from (_flight_row(line) for line in piece.split("\n"))


def _first_object(script: str) -> int:
    start = _OBJECT_START.search(script)
    return start.start() if start else len(script)


def _flight_row(line: str) -> object:
    row = _FLIGHT_ROW.match(line)
    return _json(line[row.end() :]) if row else line


def _json(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def _strings(root: object) -> Iterator[tuple[tuple[str, ...], str]]:
    stack: list[tuple[tuple[str, ...], object]] = [((), root)]
    seen = 0
    while stack and seen < _NODE_LIMIT:
        seen += 1
        path, value = stack.pop()
        if isinstance(value, str):
            if len(value) >= _LEAST_STRING:
                yield path, value
        elif isinstance(value, dict):
            stack.extend(((*path, str(key)), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((path, inner) for inner in reversed(value))


def _prose(text: str) -> int:
    """Return how many characters of prose a string holds, 0 for code, addresses and labels."""
    if len(_PARAGRAPH_TAG.findall(text)) > 1:
        return _WRITTEN_WEIGHT * len(_TAG.sub("", text))
    plain = _TAG.sub(" ", text).strip() if "<" in text else text.strip()
    if len(plain) < _LEAST_STRING or plain.startswith(("http", "{", "[", "/", "#", ".", "@")):
        return 0
    return len(plain) if ends_sentence(plain) and "{" not in plain[:_LEAST_STRING] else 0
