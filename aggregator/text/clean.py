"""Hostile text in, clean text out: the only makers of `PlainText` and `SafeHtml`."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

import nh3
from lxml import etree
from lxml import html as lxml_html

from aggregator.model import PlainText, SafeHtml
from aggregator.text.tame import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_TAGS,
    LINK_RELATION,
    TRACKING_PIXEL,
    tame_html,
)
from aggregator.text.urls import http_url

TITLE_LIMIT: Final = 500
"""Characters kept of a headline, a name or a category; longer ones are markup gone wrong."""

_LINE_BREAKS: Final = re.compile(r"[\r\n]+")
_WRITTEN_TAG: Final = re.compile(r'</?([a-z][a-z0-9]*)(?:[^">]|"[^"]*")*>')
_TAG: Final = re.compile(r"<[^>]*(?:>|$)")
_BLOCK_ELEMENTS: Final = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5"
    " h6 header hr li main nav ol p pre section table td th tr ul".split()
)
_SILENT_ELEMENTS: Final = frozenset("script style template noscript svg iframe object".split())

# Category Cf holds the bidirectional overrides and isolates, zero-width characters and the byte
# order mark. Zero-width (non-)joiners are letters' business in Persian, Hindi and Sinhala, and
# make one picture of several; between other characters they are padding.
_KEPT_FORMAT_CHARACTERS: Final = frozenset("\u200c\u200d")
_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINED: Final = (
    "[\u0590-\u109f\u1780-\u18af\u1b00-\u1bff\u2190-\u2bff\ua800-\uabff\ufb50-\ufdff\ufe0f"
    "\ufe70-\ufefe\U00010000-\U0010ffff]"
)
"""Scripts that join letters, and pictures."""
_REPEATED_JOINERS: Final = re.compile("(?<=[\u200c\u200d])[\u200c\u200d]+")
_PADDING: Final = re.compile(rf"(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})")
# Letters, marks and symbols by their category, and yet nothing is to be seen of them
# (Default_Ignorable_Code_Point of Unicode, and the braille pattern without dots).
_BLANKS: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")


class _KeptCharacters(dict[int, str | None]):
    """A translation table that judges each character once."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        kept = (
            character in "\t\n\r"
            or character in _KEPT_FORMAT_CHARACTERS
            or (
                unicodedata.category(character) not in _DROPPED_CATEGORIES
                and not _BLANKS.match(character)
            )
        )
        self[code] = character if kept else None
        return self[code]


_KEPT_CHARACTERS: Final = _KeptCharacters()


_KEPT_OF_ASCII: Final = {code: _KEPT_CHARACTERS[code] for code in range(0x80)}
_SEVERAL: Final = 32
# Elements that are taken out leave others nested as no markup can say ("<a><select><a>"), so that
# whoever reads it again sees another tree; the second or third reading is the last that differs.
_ROUNDS: Final = 5


def _is_kept(character: str) -> bool:
    """Return whether a character is kept whatever stands beside it."""
    if character in _KEPT_FORMAT_CHARACTERS:
        return False
    return _KEPT_CHARACTERS[ord(character)] is not None


def _without_hostile_characters(raw: str) -> str:
    if raw.isascii():
        # For ASCII alone translate() is fast.
        return raw.translate(_KEPT_OF_ASCII)
    # Of printable characters only the blank ones are dropped.
    if _BLANKS.search(raw):
        raw = _BLANKS.sub("", raw)
    odd = [line for line in raw.split("\n") if not line.isprintable()]
    if not odd:
        return raw
    present = set("".join(odd))
    dropped = [character for character in present if _KEPT_CHARACTERS[ord(character)] is None]
    if len(dropped) > _SEVERAL:
        raw = raw.translate(_KEPT_CHARACTERS)
    else:
        for character in dropped:
            raw = raw.replace(character, "")
    if present.isdisjoint(_KEPT_FORMAT_CHARACTERS):
        return raw
    return _PADDING.sub("", _REPEATED_JOINERS.sub("", raw))


def plain_line(raw: str, *, limit: int = TITLE_LIMIT) -> PlainText:
    """Return `raw`, which holds no markup, as one clean line of at most `limit` characters."""
    line = " ".join(_without_hostile_characters(raw).split())
    line = unicodedata.normalize("NFC", line)
    return PlainText(line if len(line) <= limit else line[: limit - 1].rstrip() + "…")


def plain_paragraphs(raw: str) -> PlainText:
    """Return `raw`, which holds no markup, as clean paragraphs separated by blank lines.

    Every line break of `raw` separates paragraphs.
    """
    lines = (" ".join(line.split()) for line in _without_hostile_characters(raw).splitlines())
    return PlainText(unicodedata.normalize("NFC", "\n\n".join(line for line in lines if line)))


def text_of_html(raw: str) -> PlainText:
    """Return the readable text of an HTML fragment as paragraphs; markup is dropped, never shown.

    Raises nothing: what cannot be parsed as HTML is text with its entities resolved.
    """
    if "<" not in raw:
        return plain_paragraphs(html.unescape(raw))
    try:
        root = lxml_html.fragment_fromstring(_without_hostile_characters(raw), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return plain_paragraphs(html.unescape(re.sub(r"<[^>]*>?", " ", raw)))
    pieces: list[str] = []
    silent_depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else None
        if event == "start":
            silent_depth += tag in _SILENT_ELEMENTS
            if tag in _BLOCK_ELEMENTS:
                pieces.append("\n")
            if not silent_depth and element.text:
                pieces.append(" ".join(re.split(r"[\r\n]+", element.text)))
            continue
        silent_depth -= event == "end" and tag in _SILENT_ELEMENTS
        if event == "end" and tag in _BLOCK_ELEMENTS:
            pieces.append("\n")
        if not silent_depth and element is not root and element.tail:
            pieces.append(" ".join(re.split(r"[\r\n]+", element.tail)))
    return plain_paragraphs("".join(pieces))


def line_of_html(raw: str, *, limit: int = TITLE_LIMIT) -> PlainText:
    """Return a field that may hold markup (a title, a name) as one clean line."""
    return plain_line(text_of_html(raw).replace("\n\n", " "), limit=limit)


def text_of_safe_html(markup: SafeHtml) -> PlainText:
    """Return `text_of_html` of a cleaned fragment: the same, in a tenth of the time.

    What our allow-list has written needs no parser: tags are well-formed, attributes quoted.
    """
    if "<" not in markup:
        return plain_paragraphs(html.unescape(markup))
    text = _WRITTEN_TAG.sub(_line_break, _LINE_BREAKS.sub(" ", markup))
    return plain_paragraphs(html.unescape(text))


def _line_break(tag: re.Match[str]) -> str:
    return "\n" if tag[1] in _BLOCK_ELEMENTS else ""


def line_of_safe_html(markup: SafeHtml, *, limit: int) -> PlainText:
    """Return the beginning of a cleaned fragment as one line of at most `limit` characters.

    Quicker than `line_of_html`, since what our allow-list has written needs no parser.
    """
    # Markup is seldom longer than the text it is in.
    text = html.unescape(_TAG.sub(" ", markup[: 4 * limit]))
    return plain_line(text, limit=limit)


def safe_html(raw: str, base: str | None) -> SafeHtml:
    """Return `raw` re-serialised by our allow-list, addresses resolved against `base`.

    Links and images whose address is not http or https, images of at most one pixel, forms,
    frames, styles and scripts are gone; their readable text stays where it has any.
    """
    tame = tame_safe_html(raw, base)
    return sanitised_html(raw, base) if tame is None else tame


def tame_safe_html(raw: str, base: str | None) -> SafeHtml | None:
    """Return `safe_html` of usual markup, None where it takes a parser; always in linear time."""
    raw = _without_hostile_characters(raw)
    clean = tame_html(raw, lambda address: http_url(address, base), _is_kept)
    return None if clean is None else SafeHtml(clean.strip())


def sanitised_html(raw: str, base: str | None) -> SafeHtml:
    """Return `safe_html` of any markup by way of a parser, which is quadratic in some."""
    raw = TRACKING_PIXEL.sub("", _without_hostile_characters(raw))
    clean = _sanitiser(base).clean(raw)
    for _ in range(_ROUNDS):
        # Character references have become characters.
        written = _without_hostile_characters(clean).strip()
        clean = _sanitiser(base).clean(written)
        if clean == written:
            return SafeHtml(written)
    return SafeHtml(f"<p>{html.escape(text_of_html(clean), quote=False)}</p>")


@lru_cache(maxsize=64)
def _sanitiser(base: str | None) -> nh3.Cleaner:
    def keep_attribute(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) in {("a", "href"), ("img", "src")}:
            return http_url(value, base)
        return value

    return nh3.Cleaner(
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        attribute_filter=keep_attribute,
        link_rel=LINK_RELATION,
        url_schemes={"http", "https"},
    )
