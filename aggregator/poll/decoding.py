"""Bytes of a feed to text, whatever its server and its prolog say about the charset."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from aggregator.text.language import language_tag

_BYTE_ORDER_MARKS: Final = (
    # The four-byte marks begin with the two-byte ones, so they come first.
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF8, "utf-8"),
)
# XML 1.0, appendix F: how "<", "<?" or "<?xm" begin without a byte order mark.
_UNMARKED: Final = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED_IN_XML: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARED_IN_HTTP: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_LANGUAGE_IN_XML: Final = re.compile(
    rb"(?:<(?:dc:)?language>\s*|xml:lang=[\"'])([A-Za-z-]{2,12})\b", re.IGNORECASE
)
_HEAD_BYTES: Final = 4096

# WHATWG Encoding Standard: what publishers mean by these names is the larger Microsoft set.
_WIDER: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Codecs that turn plain ASCII into other characters serve to disguise markup; no feed needs them.
_REFUSED_CODECS: Final = frozenset(
    "utf-7 unicode_escape raw_unicode_escape punycode idna undefined mbcs oem".split()
)
_SEVEN_BIT_ESCAPES: Final = frozenset("iso2022_jp iso2022_kr hz".split())
_UNICODE_CODECS: Final = ("utf-8", "utf-16", "utf-32")

_CODE_PAGES: Final = {
    **dict.fromkeys("ru uk be bg sr mk kk tg".split(), ("cp1251", "koi8_u", "iso8859-5")),
    **dict.fromkeys("ar fa ur ps".split(), ("cp1256", "iso8859-6")),
    **dict.fromkeys("he yi".split(), ("cp1255",)),
    "el": ("cp1253",),
    **dict.fromkeys("tr az".split(), ("cp1254",)),
    **dict.fromkeys("pl cs sk hu ro sl hr sq".split(), ("cp1250", "iso8859-2")),
    **dict.fromkeys("lt lv et".split(), ("cp1257",)),
    "vi": ("cp1258",),
    "th": ("cp874",),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "zh": ("gb18030", "big5hkscs"),
}
_SAMPLE_CHARACTERS: Final = 2000
_LAST_LATIN_LETTER: Final = "\u024f"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, and what was wrong with its charset.

    `utf8` is the body if that is the text in UTF-8, byte for byte.
    """

    text: str
    defects: tuple[str, ...] = ()
    utf8: bytes | None = None


def decode(body: bytes, content_type: str | None, language: str | None) -> Decoded:
    """Return the text of `body`; raises nothing.

    A byte order mark decides, then a strict reading as UTF-8 (other charsets do not pass it by
    chance), then what HTTP or the document declares, then the usual code page of `language`.
    """
    marked = _by_first_bytes(body)
    if marked is not None:
        return marked
    declared = _declared(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared, language)
    escaped = next((codec for codec in declared if codec in _SEVEN_BIT_ESCAPES), None)
    if escaped and body.isascii():
        return Decoded(body.decode(escaped, "replace"))
    if declared and declared[0] != "utf-8" and not body.isascii():
        return Decoded(text, (f"declared as {declared[0]}, is utf-8",), body)
    return Decoded(text, utf8=body)


def _by_first_bytes(body: bytes) -> Decoded | None:
    for mark, codec in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            if codec == "utf-8":
                return decode(body[len(mark) :], None, None)
            return Decoded(body[len(mark) :].decode(codec, "replace"))
    for start, codec in _UNMARKED:
        if body.startswith(start):
            return Decoded(body.decode(codec, "replace"))
    return None


def _declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Return the usable declared codecs, the more credible first."""
    http = _DECLARED_IN_HTTP.search(content_type or "")
    xml = _DECLARED_IN_XML.search(body[:_HEAD_BYTES])
    codecs_declared = [
        codec
        for codec in (
            _codec_named(http[1]) if http else None,
            _codec_named(xml[1].decode("ascii")) if xml else None,
        )
        if codec
    ]
    # A server's Latin default says less than a document that names its own charset.
    if len(codecs_declared) > 1 and codecs_declared[0] == "cp1252":
        codecs_declared.reverse()
    return tuple(dict.fromkeys(codecs_declared))


def _codec_named(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
        b"".decode(codec)
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if codec in _REFUSED_CODECS else _WIDER.get(codec, codec)


def _not_utf8(body: bytes, declared: tuple[str, ...], language: str | None) -> Decoded:
    mended = body.decode("utf-8", "replace")
    bad = mended.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    ascii_bytes = len(body.translate(None, bytes(range(0x80, 0x100))))
    good = len(mended) - ascii_bytes - bad
    # Text in a code page hits valid UTF-8 sequences by chance, but never more often than not.
    if good > bad:
        return Decoded(mended, (f"not quite utf-8: {bad} bad bytes",))
    for codec in declared:
        if codec.startswith(_UNICODE_CODECS):
            continue
        try:
            return Decoded(body.decode(codec))
        except UnicodeDecodeError:
            continue
    codec = _likely_code_page(body, language)
    said = f"declared as {declared[0]}" if declared else "no charset declared"
    return Decoded(body.decode(codec, "replace"), (f"{said}, read as {codec}",))


def _likely_code_page(body: bytes, language: str | None) -> str:
    written = _LANGUAGE_IN_XML.search(body[:_HEAD_BYTES])
    known = language_tag(language) or language_tag(written[1].decode("ascii") if written else None)
    candidates = _CODE_PAGES.get(known or "", ())
    return max(candidates, key=lambda codec: _likeness(body, codec), default="cp1252")


def _likeness(body: bytes, codec: str) -> float:
    """Return how much like prose `body` reads in `codec`, 0 to 1.

    Prose is mostly lower case or caseless letters of one script; a wrong Cyrillic code page swaps
    the cases, a wrong one of another script gives signs, gaps and Latin letters.
    """
    text = body.decode(codec, "replace")
    sample = [character for character in text if not character.isascii()][:_SAMPLE_CHARACTERS]
    letters = [c for c in sample if c.isalpha() and not c.isupper()]
    latin = sum(c <= _LAST_LATIN_LETTER for c in letters)
    return (len(letters) - latin / 2) / max(len(sample), 1)
