"""Bytes of a page into text, whatever the page and its server say about their encoding."""

import codecs
import re
from typing import Final

from bs4.dammit import EncodingDetector

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

# What browsers read under a label (https://encoding.spec.whatwg.org/#names-and-labels), where
# Python's codec of that name is narrower.
_READ_AS: Final = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip

# Encodings in which each byte is a letter, with the commonest letters of the languages in them.
_SINGLE_BYTE: Final[tuple[tuple[str, str], ...]] = (
    ("cp1251", "оеаинтсрвлкмді"),
    ("koi8-u", "оеаинтсрвлкмді"),
    ("cp1256", "اليمنوترهبةدعس"),
    ("cp1255", "יוהלאמרשתבנדעח"),
)
_WRITTEN_IN_ASCII: Final = ("iso2022", "hz")
_WESTERN: Final = "cp1252"
_AMONG_ASCII_LETTERS: Final = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_STRAY_SHARE: Final = 0.02
"""Of the non-ASCII bytes: up to this share may be broken in text that is UTF-8 all the same."""
_SAMPLE_BYTES: Final = 200_000


def decode(raw: bytes, content_type: str | None = None) -> str:
    """Return the text of a page without NUL characters.

    In order: byte order mark; valid UTF-8 (which other encodings do not resemble by accident);
    what the header or the page declares, if it fits; UTF-8 with a few stray bytes; the most
    plausible of the single-byte encodings of our feeds' languages. Never raises: bytes that fit
    nothing become U+FFFD.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _without_nul(raw[len(mark) :].decode(encoding, "replace"))
    declared = _declared(raw, content_type)
    utf8 = _strict_utf8(raw)
    if utf8 is not None and not (declared or "").startswith(_WRITTEN_IN_ASCII):
        return _without_nul(utf8)
    if declared and declared != "utf-8":
        text = raw.decode(declared, "replace")
        if _fits(text, raw):
            return _without_nul(text)
    return _without_nul(raw.decode(_most_plausible(raw), "replace"))


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def _declared(raw: bytes, content_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(content_type or "")
    labels = [header[1] if header else None]
    labels.append(EncodingDetector.find_declared_encoding(raw[:_SAMPLE_BYTES], is_html=True))
    for label in labels:
        try:
            name = codecs.lookup(label or "").name
        except (LookupError, ValueError):
            continue
        return _READ_AS.get(name, name)
    return None


def _strict_utf8(raw: bytes) -> str | None:
    try:
        # Not final: a page that was cut short may end within a character.
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return None


def _fits(text: str, raw: bytes) -> bool:
    beyond_ascii = len(_BEYOND_ASCII.findall(raw[:_SAMPLE_BYTES]))
    return text[:_SAMPLE_BYTES].count("\ufffd") <= _STRAY_SHARE * max(beyond_ascii, 50)


def _most_plausible(raw: bytes) -> str:
    sample = raw[:_SAMPLE_BYTES]
    utf8 = sample.decode("utf-8", "replace")
    stray = utf8.count("\ufffd")
    whole = sum(character > "\x7f" for character in utf8) - stray
    if whole and stray <= _STRAY_SHARE * whole:
        return "utf-8"
    # Western words mix accented with ASCII letters, words in other scripts do not.
    mixed = len(_AMONG_ASCII_LETTERS.findall(sample))
    if 2 * mixed > len(_BEYOND_ASCII.findall(sample)):
        return _WESTERN
    return max(
        _SINGLE_BYTE, key=lambda item: _commonness(sample.decode(item[0], "ignore"), item[1])
    )[0]


def _commonness(text: str, letters: str) -> int:
    return sum(map(text.count, letters))
