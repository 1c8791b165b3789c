"""Bytes of a page into text, whatever the page and its server say about their encoding."""

import codecs
import re
from typing import Final

from bs4.dammit import EncodingDetector

from aggregator.scrape.encoding.letter_statistics import likely_encoding, text_beyond_ascii
from aggregator.scrape.encoding.mojibake import mended

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

# Labels that browsers know (https://encoding.spec.whatwg.org/#names-and-labels) and Python does
# not, and misspellings of them seen on pages.
_LABELS: Final = {
    "x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "windows-949": "cp949", "x-euc-jp": "euc_jp", "x-x-big5": "big5hkscs",
    "x-cp1251": "cp1251", "win-1251": "cp1251", "cp-1251": "cp1251", "koi8": "koi8-u",
    "koi8-ru": "koi8-u", "x-mac-cyrillic": "mac-cyrillic", "iso-8859-8-i": "cp1255",
    "logical": "cp1255", "windows-874": "cp874", "dos-874": "cp874", "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
# What browsers read under a label, where Python's codec of that name is narrower. The second
# half are subsets of what publishers of those languages use.
_READ_AS: Final = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "cp950": "big5hkscs", "utf-8-sig": "utf-8",
    "koi8-r": "koi8-u", "iso8859-8": "cp1255",
}  # fmt: skip
_ALLOWED: Final = re.compile(
    r"utf-8|cp(?:125\d|874|866|932|949)|iso8859-\d+|koi8-[ut]|mac-(?:roman|cyrillic)|gb18030"
    r"|big5hkscs|euc_jp|iso2022_(?:jp|kr)|hz"
)
"""Codecs of pages. Not UTF-16, which a page in ASCII letters can't name, nor any that disguises
markup (UTF-7, punycode)."""
_WRITTEN_IN_ASCII: Final = ("iso2022", "hz")
_WESTERN: Final = "cp1252"
_STRAY_SHARE: Final = 0.02
"""Of the characters beyond ASCII: this share may be broken in what is UTF-8 all the same."""
_SAMPLE_BYTES: Final = 200_000
_HIGH_BYTES: Final = bytes(range(0x80, 0x100))


def decode(raw: bytes, content_type: str | None = None) -> str:
    """Return the text of a page without NUL characters.

    In order: byte order mark; UTF-8, also with a few stray bytes (other encodings do not resemble
    it by accident); what the page or the header declares, if its letters speak for it; the
    encoding whose letters do. Text that was encoded twice is read twice. Never raises: bytes that
    fit nothing become U+FFFD.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace").replace("\0", "")
    return _read(raw.replace(b"\0", b"") if b"\0" in raw else raw, content_type)


def _read(raw: bytes, content_type: str | None) -> str:
    utf8 = _strict_utf8(raw)
    if utf8 is not None and not raw.isascii():
        return mended(utf8)
    declared = _declared(raw, content_type)
    if utf8 is not None:
        escaped = declared is not None and declared.startswith(_WRITTEN_IN_ASCII)
        return raw.decode(declared, "replace") if declared and escaped else utf8
    if _is_nearly_utf8(text_beyond_ascii(raw)):
        return mended(raw.decode("utf-8", "replace"))
    if declared and (declared == "utf-8" or not _fits(raw[:_SAMPLE_BYTES], declared)):
        declared = None
    return raw.decode(likely_encoding(raw, declared), "replace")


def _declared(raw: bytes, content_type: str | None) -> str | None:
    """Return the codec that the header or the page names, None if they name none."""
    header = _HEADER_CHARSET.search(content_type or "")
    in_page = EncodingDetector.find_declared_encoding(raw[:_SAMPLE_BYTES], is_html=True)
    named = list(filter(None, (_codec(header[1]) if header else None, _codec(in_page or ""))))
    # A server's Latin default says less than a page that names its own charset.
    if len(named) > 1 and named[0] == _WESTERN:
        named.reverse()
    return named[0] if named else None


def _codec(label: str) -> str | None:
    name = _LABELS.get(label.lower())
    if name is None:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            return None
    name = _READ_AS.get(name, name)
    return name if _ALLOWED.fullmatch(name) else None


def _strict_utf8(raw: bytes) -> str | None:
    try:
        # Not final: a page that was cut short may end within a character.
        text, _ = codecs.utf_8_decode(raw, "strict", False)
    except UnicodeDecodeError:
        return None
    return text


def _is_nearly_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    whole = len(text) - len(sample.translate(None, _HIGH_BYTES)) - stray
    return whole > 0 and stray <= _STRAY_SHARE * whole


def _fits(sample: bytes, encoding: str) -> bool:
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    return sample.decode(encoding, "replace").count("\ufffd") <= _STRAY_SHARE * max(high, 50)
