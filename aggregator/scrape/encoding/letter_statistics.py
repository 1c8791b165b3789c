"""Which encoding bytes without a credible label are in, by the commonest letters of languages.

The lists are of the commonest characters of each language in running text, known from any
frequency table of it; `usual` is the share that they have of the letters beyond ASCII in news.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

_CYRILLIC: Final = "оеаинтсрвлкмдіп"
_ARABIC: Final = "اليمنوترهبةدعسف"
_HEBREW: Final = "יוהלאמרשתבנדעח"
_GREEK: Final = "αοιετνηρσςκπάίό"
_SIMPLIFIED: Final = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其"
    "些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反明看原月报道军公路区市"
)
_TRADITIONAL: Final = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定"
    "行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其"
    "些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反明看原月報導軍公路區市"
)
_KANA: Final = "のにはをたがでてとしれさいるなかもあらこりっくきすまそよンスルトーアイリラク"
_HANGUL: Final = (
    "이다는을의에가고지하로서한기사를인도리은시대일자아정어나그전해수으있스부제보과주원들만했라장상면여공구성니비경산오"
    "국군동안무조위된했습니며선신진화역관"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An encoding for a language.

    `mixed` says whether its bytes beyond ASCII stand among ASCII letters: the accented letters of
    Western words do, other alphabets do not, and of two-byte characters the half may.
    """

    encoding: str
    letters: str
    usual: float
    mixed: bool | None = False


_CANDIDATES: Final = (
    _Candidate("cp1251", _CYRILLIC, 0.78),
    _Candidate("koi8-u", _CYRILLIC, 0.78),
    _Candidate("iso8859-5", _CYRILLIC, 0.78),
    _Candidate("cp866", _CYRILLIC, 0.78),
    _Candidate("cp1256", _ARABIC, 0.78),
    _Candidate("cp1255", _HEBREW, 0.78),
    _Candidate("cp1253", _GREEK, 0.78),
    _Candidate("gb18030", _SIMPLIFIED, 0.38, mixed=None),
    _Candidate("gb18030", _TRADITIONAL, 0.38, mixed=None),
    _Candidate("big5hkscs", _TRADITIONAL, 0.38, mixed=None),
    _Candidate("cp932", _KANA, 0.38, mixed=None),
    _Candidate("euc_jp", _KANA, 0.38, mixed=None),
    _Candidate("cp949", _HANGUL, 0.5, mixed=None),
    _Candidate("cp1252", "éèàçêôîûâëïœäöüßñáíóúãõåøæòìùÉÄÖÜ", 0.9, mixed=True),
    _Candidate("cp1250", "ąęłśżźćńóčšžěřůýáíéúďťňőűăâîşţđäöüŁŚŽŠČÖÜ", 0.9, mixed=True),
    _Candidate("cp1254", "ışğçöüİŞĞÇÖÜâî", 0.9, mixed=True),
)
_SPELLED_IN: Final = {
    candidate.encoding: tuple(one for one in _CANDIDATES if one.encoding == candidate.encoding)
    for candidate in _CANDIDATES
}
_FALLBACK: Final = "cp1252"
_LEAST_LIKENESS: Final = 0.6
"""Of the usual share of common letters. Text in its own encoding has 0.95 to 1.25 of it, in a
wrong one seldom over 0.7."""
_MUCH_LIKELIER: Final = 1.3
"""A declared encoding is given up for one that reads so many times more like a language."""
_SAMPLE_BYTES: Final = 4_000
_LEAST_LETTERS: Final = 12
"""Beyond ASCII; fewer say nothing against what is declared."""
_NEUTRAL: Final = frozenset(
    "«»“”„‘’‚…–—•·°№§©®™×\u00a0\u00ad\u200e\u200f，。、；：！？（）「」『』　"
)
"""Signs that stand in texts of any language."""
_AMONG_ASCII_LETTERS: Final = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_MIXED: Final = 0.5


def text_beyond_ascii(raw: bytes) -> bytes:
    """Return the text between tags that is not plain ASCII, as much of it as a sample needs."""
    pieces: list[bytes] = []
    size = 0
    for piece in raw.split(b"<"):
        text = piece[piece.find(b">") + 1 :]
        if not text.isascii():
            pieces.append(text)
            size += len(text)
            if size >= _SAMPLE_BYTES:
                break
    return b" ".join(pieces)[:_SAMPLE_BYTES]


def likely_encoding(raw: bytes, declared: str | None = None) -> str:
    """Return the name of the codec in which `raw`, which is not UTF-8, reads most like a language.

    `declared` is kept unless another encoding reads far better; without any that reads like a
    language it is Western. Looks at a sample, so the cost does not grow with the page.
    """
    sample = text_beyond_ascii(raw)
    high = len(_BEYOND_ASCII.findall(sample))
    mixed = len(_AMONG_ASCII_LETTERS.findall(sample)) > _MIXED * high
    best = max(_CANDIDATES, key=lambda candidate: _likeness(sample, candidate, mixed=mixed))
    likeness = _likeness(sample, best, mixed=mixed)
    if declared is None:
        return best.encoding if likeness >= _LEAST_LIKENESS else _FALLBACK
    rivals = _SPELLED_IN.get(declared)
    if rivals is None or high < _LEAST_LETTERS:
        return declared
    stated = max(_likeness(sample, candidate, mixed=mixed) for candidate in rivals)
    if likeness >= _LEAST_LIKENESS and likeness > _MUCH_LIKELIER * stated:
        return best.encoding
    return declared


def _likeness(sample: bytes, candidate: _Candidate, *, mixed: bool) -> float:
    """Return the share of common letters in what is beyond ASCII, by the usual share."""
    if candidate.mixed not in {None, mixed}:
        return 0.0
    counts = Counter(sample.decode(candidate.encoding, "replace"))
    letters = common = 0
    for character, count in counts.items():
        if character.isascii() or character in _NEUTRAL:
            continue
        letters += count
        if character in candidate.letters:
            common += count
    return common / letters / candidate.usual if letters else 0.0
