"""Markup so tame that a sanitiser would only drop some of its tags and attributes.

Where all tags are known, match one another and are nested as a browser would nest them, the tree
that an HTML parser builds is the one that is written down, and the sanitiser's output follows tag
by tag, in a fraction of its time. Anything else is not recognised: then the sanitiser decides.

The file is long because the rules of one grammar are to be read in one place.
"""

import html
import html.entities
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from aggregator.text.urls import is_as_we_spell_it

ALLOWED_TAGS: Final = frozenset(
    "a abbr b blockquote br caption code dd del dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " img ins li ol p pre q s small strong sub sup table tbody td th thead tr u ul".split()
)
"""Elements that cleaned HTML may have."""
ALLOWED_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title"}),
    "abbr": frozenset({"title"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "*": frozenset({"lang", "dir"}),
}
"""Attributes that they may have; "*" stands for every element."""
TRACKING_PIXEL: Final = re.compile(
    r"<img\b(?=[^<>]*\b(?:width|height)\s*=\s*[\"']?[01](?:px)?[\"'\s/>])[^<>]*>", re.IGNORECASE
)
"""An image that nobody is to see."""
LINK_RELATION: Final = "noopener noreferrer nofollow"
"""What links say of their target."""


class _Kind(Enum):
    """What the start of an element does to those that are open.

    HTML Living Standard, 13.2.6.4.7 ("in body").
    """

    BLOCK = auto()
    """Closes a paragraph."""
    HEADING = auto()
    """Closes a paragraph, and a heading."""
    ITEM = auto()
    """Closes other items, unless it is directly in a list."""
    FORMATTING = auto()
    """May be opened again for what follows, if it is within another one of its kind."""
    INLINE = auto()
    """Does nothing else."""
    VOID = auto()
    """Is never open."""
    RULE = auto()
    """Is never open, but closes a paragraph."""
    END = auto()


_KINDS: Final = {
    **dict.fromkeys(
        "address article aside blockquote center div dl figcaption figure footer header main nav ol"
        " p section ul".split(),
        _Kind.BLOCK,
    ),
    **dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), _Kind.HEADING),
    **dict.fromkeys("dd dt li".split(), _Kind.ITEM),
    **dict.fromkeys("a b big code em font i s small strike strong tt u".split(), _Kind.FORMATTING),
    **dict.fromkeys(
        "abbr bdi bdo cite data del dfn ins kbd label mark q samp span sub sup time var".split(),
        _Kind.INLINE,
    ),
    **dict.fromkeys("br img".split(), _Kind.VOID),
    "hr": _Kind.RULE,
}
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
# A sign for each tag, so that one pattern sees whether all are nested in a usual way.
_VOID_SIGN: Final = "."
_SIGNS_OF_VOIDS: Final = {_Kind.VOID: _VOID_SIGN, _Kind.RULE: "-"}
_START_SIGNS: Final = {
    name: _SIGNS_OF_VOIDS.get(kind, chr(0x100 + 2 * number))
    for number, (name, kind) in enumerate(_KINDS.items())
}
_END_SIGNS: Final = {
    name: chr(ord(_START_SIGNS[name]) + 1)
    for name, kind in _KINDS.items()
    if kind not in _SIGNS_OF_VOIDS
}


def _element(name: str, *content: str) -> str:
    return f"{_START_SIGNS[name]}(?:{'|'.join(content)})*{_END_SIGNS[name]}"


def _usual_nesting() -> str:
    """Return the pattern of paragraphs and phrases, two deep; it is to be quick to compile."""
    names = "a b em i span strong".split()
    flat = {name: _element(name, r"\.") for name in names}
    phrases = [
        _element(name, r"\.", *(inner for other, inner in flat.items() if other != name))
        for name in names
    ]
    figure = _element("figure", r"\.", flat["a"], _element("figcaption", r"\.", *flat.values()))
    return f"(?:{'|'.join((r'[.-]', *phrases, _element('p', '[.]', *phrases), figure))})*"


_USUAL_NESTING: Final = re.compile(_usual_nesting())
_SIGN: Final = itemgetter(0)
_LISTS: Final = {"li": ("ol", "ul"), "dd": ("dl",), "dt": ("dl",)}
_OPEN_LIMIT: Final = 50


class _Tag(NamedTuple):
    """A tag as it was read.

    `sign` stands for it in `_USUAL_NESTING`. `written` is what becomes of it; where there are
    `attributes`, it is what comes before them, since an address has to be resolved.
    """

    sign: str
    written: str
    kind: _Kind
    name: str
    attributes: tuple[tuple[str, str], ...] = ()


_END: Final = itemgetter(1)
_AFTER: Final = itemgetter(2)
_START: Final = re.compile(
    r"([a-z][a-z0-9]*)((?:\s+[A-Za-z][\w:.-]*(?:=(?:\"[^\"]*\"|'[^'\"]*'))?)*)\s*/?", re.ASCII
)
_PLAIN_LINK: Final = re.compile(
    r"a href=\"(http[^\"&]*(?:&amp;[^\"&]*)*)\"(?: (?:class|id|rel|style|target)=\"[^\"]*\")*"
)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z][\w:.-]*)(?:=(?:\"([^\"]*)\"|'([^']*)'))?", re.ASCII)
_COMMENT: Final = re.compile(r"!--(?!-)[^-]*(?:-[^-]+)*--")
_CACHED_LENGTH: Final = 200

# References and ampersands that a serialiser writes as they stand.
_OTHER_REFERENCE: Final = re.compile(r"&(?!(?:amp|lt|gt|nbsp);)")
_REFERENCE: Final = re.compile(
    r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?"
)
_WORD_AFTER: Final = re.compile(r"[A-Za-z0-9#]")
_IN_A_VALUE: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp);)")
_IN_AN_ADDRESS: Final = re.compile(r"&(?!amp;|[A-Za-z0-9]{1,40}=)")
_PLAIN_CODES: Final = (
    range(0x20, 0x7F), range(0xA0, 0xD800), range(0xE000, sys.maxunicode + 1),
)  # fmt: skip
_AS_WRITTEN: Final = frozenset({"amp;", "lt;", "gt;", "nbsp;"})
_HOST: Final = r"https?://(?!xn--)(?:[a-z0-9-]+\.(?!xn--))*[a-z][a-z0-9-]*(?:/|$)"
_PLAIN_HOST: Final = re.compile(_HOST)
_ADDRESS: Final = re.compile(rf"(?:{_HOST}|/(?!/)|#)[^\s\\]*", re.ASCII)
"""Such an address the sanitiser leaves to us, whatever it thinks of stranger ones."""


class _Wild(Exception):
    """The markup is not of the tame kind."""


def tame_html(
    raw: str, address: Callable[[str], str | None], is_kept: Callable[[str], bool]
) -> str | None:
    """Return `raw` as the sanitiser would, None if that takes the sanitiser.

    `raw` has only characters that are kept; `address` resolves the address of a link or an image,
    `is_kept` judges characters that are written as references.
    """
    if "\r" in raw:
        return None
    text, *parts = raw.replace("\xa0", "&nbsp;").split("<")
    pieces = [part.partition(">") for part in parts]
    texts = [text, *map(_AFTER, pieces)]
    # A space between them, since a reference does not go on behind a tag.
    text = " ".join(texts)
    # A tag without its end is none, and a ">" too many may be the end of an attribute.
    if ">" in text or not all(map(_END, pieces)):
        return None
    try:
        tags = [
            _PLAIN_TAGS.get(piece[0]) or _plain_link(piece[0]) or _read(piece[0])
            for piece in pieces
        ]
        if not _USUAL_NESTING.fullmatch("".join(map(_SIGN, tags))):
            _check_nesting(tags)
        written = [_with_addresses(tag, address) if tag.attributes else tag.written for tag in tags]
        if "&" in text and _OTHER_REFERENCE.search(text):
            texts = [_clean_text(text, is_kept) for text in texts]
    except _Wild:
        return None
    clean = [""] * (len(texts) + len(written))
    clean[::2] = texts
    clean[1::2] = written
    return "".join(clean)


def _check_nesting(tags: Iterable[_Tag]) -> None:
    """Raise unless each element ends where it should and changes no other by its start."""
    open_tags: list[str] = []
    for tag in tags:
        if tag.kind is _Kind.END:
            if not open_tags or open_tags.pop() != tag.name:
                raise _Wild
        elif tag.kind is not _Kind.VOID:
            _check_place(tag.kind, tag.name, open_tags)
            if tag.kind is not _Kind.RULE:
                open_tags.append(tag.name)
    if open_tags:
        raise _Wild


def _check_place(kind: _Kind, name: str, open_tags: list[str]) -> None:
    """Raise unless an element may begin here without another being closed or opened for it."""
    if kind is _Kind.FORMATTING:
        is_tame = name not in open_tags
    elif kind is _Kind.INLINE:
        is_tame = len(open_tags) < _OPEN_LIMIT
    elif kind is _Kind.ITEM:
        is_tame = bool(open_tags) and open_tags[-1] in _LISTS[name]
    else:
        is_tame = "p" not in open_tags and len(open_tags) < _OPEN_LIMIT
        if kind is _Kind.HEADING:
            is_tame = is_tame and _HEADINGS.isdisjoint(open_tags)
    if not is_tame:
        raise _Wild


def _plain_link(tag: str) -> _Tag | None:
    link = _PLAIN_LINK.fullmatch(tag)
    if link is None:
        return None
    url = link[1].replace("&amp;", "&")
    if not is_as_we_spell_it(url) or not _PLAIN_HOST.match(url):
        return None
    return _Tag(_LINK.sign, f'<a href="{link[1]}" rel="{LINK_RELATION}">', _LINK.kind, _LINK.name)


def _read(tag: str) -> _Tag:
    return _read_once(tag) if len(tag) <= _CACHED_LENGTH else _read_once.__wrapped__(tag)


@lru_cache(maxsize=4096)
def _read_once(tag: str) -> _Tag:
    if tag.startswith("/"):
        name = tag[1:].rstrip()
        if name not in _END_SIGNS:
            raise _Wild
        written = f"</{name}>" if name in ALLOWED_TAGS else ""
        return _Tag(_END_SIGNS[name], written, _Kind.END, name)
    if tag.startswith("!--") and _COMMENT.fullmatch(tag):
        return _Tag(_VOID_SIGN, "", _Kind.VOID, "")
    start = _START.fullmatch(tag)
    if start is None or start[1] not in _KINDS:
        raise _Wild
    name, attributes = start.groups()
    sign, kind = _START_SIGNS[name], _KINDS[name]
    if name not in ALLOWED_TAGS or (name == "img" and TRACKING_PIXEL.fullmatch(f"<{tag}>")):
        return _Tag(sign, "", kind, name)
    kept = _kept_attributes(name, attributes)
    if all(attribute not in _ADDRESSES or is_as_we_spell_it(url) for attribute, url in kept):
        escaped = [(attribute, _escaped(attribute, value)) for attribute, value in kept]
        return _Tag(sign, f"<{name}{_spelt(escaped)}{_closing(name)}", kind, name)
    return _Tag(sign, f"<{name}", kind, name, kept)


_ADDRESSES: Final = frozenset({"href", "src"})


def _kept_attributes(name: str, attributes: str) -> tuple[tuple[str, str], ...]:
    allowed = ALLOWED_ATTRIBUTES.get(name, frozenset()) | ALLOWED_ATTRIBUTES["*"]
    kept: dict[str, str] = {}
    for written, double_quoted, single_quoted in _ATTRIBUTE.findall(attributes):
        attribute = written.lower()
        if attribute in allowed:
            kept.setdefault(attribute, double_quoted or single_quoted)
    return tuple([(attribute, _value(attribute, value)) for attribute, value in kept.items()])


def _value(attribute: str, written: str) -> str:
    if attribute in _ADDRESSES:
        if not _ADDRESS.fullmatch(written) or ("&" in written and _IN_AN_ADDRESS.search(written)):
            raise _Wild
        return written.replace("&amp;", "&")
    if "&" in written and _IN_A_VALUE.search(written):
        raise _Wild
    return written


def _with_addresses(tag: _Tag, address: Callable[[str], str | None]) -> str:
    resolved = []
    for attribute, value in tag.attributes:
        kept = address(value) if attribute in _ADDRESSES else value
        if kept is not None:
            resolved.append((attribute, _escaped(attribute, kept)))
    return f"{tag.written}{_spelt(resolved)}{_closing(tag.name)}"


def _escaped(attribute: str, value: str) -> str:
    # Other values stand as they were written.
    return value.replace("&", "&amp;") if attribute in _ADDRESSES else value


def _spelt(attributes: Iterable[tuple[str, str]]) -> str:
    return "".join([f' {attribute}="{value}"' for attribute, value in attributes])


def _closing(name: str) -> str:
    return f' rel="{LINK_RELATION}">' if name == "a" else ">"


_PLAIN_TAGS: Final = {
    tag: _read_once(tag)
    for tag in (
        *(f"{name}{end}" for name in _KINDS for end in ("", "/", " /")),
        *(f"/{name}" for name in _END_SIGNS),
    )
}

_LINK: Final = _PLAIN_TAGS["a"]


def _clean_text(text: str, is_kept: Callable[[str], bool]) -> str:
    if "&" not in text:
        return text

    def spelt(match: re.Match[str]) -> str:
        reference = match[1]
        if reference is None:
            if _WORD_AFTER.match(text, match.end()):
                raise _Wild
            return "&amp;"
        if reference in _AS_WRITTEN:
            return match[0]
        characters = _characters(reference)
        if not all(map(is_kept, characters)):
            raise _Wild
        return html.escape(characters, quote=False).replace("\xa0", "&nbsp;")

    return _REFERENCE.sub(spelt, text)


@lru_cache(maxsize=1024)
def _characters(reference: str) -> str:
    if not reference.startswith("#"):
        characters = html.entities.html5.get(reference)
        if characters is None:
            raise _Wild
        return characters
    digits = reference[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    # Browsers read the others as Windows-1252, or as no character at all.
    if not any(code in codes for codes in _PLAIN_CODES):
        raise _Wild
    return chr(code)
