"""Which of the languages of a script a text is in, by the letters that only some of them have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """What tells a language from others of its script.

    Of the letters that not all of them have, `letters` are its own; `usual` are letters that at
    least `share` of its text consists of.
    """

    letters: str
    usual: str
    share: float


_ALPHABETS: Final[Mapping[str, Mapping[str, _Alphabet]]] = {
    "CYRILLIC": {
        "ru": _Alphabet("иёйщъыьэ", "ыэё", 0.02),
        "uk": _Alphabet("иійщьєґї", "ії", 0.045),
        "be": _Alphabet("іёйыьэў", "іў", 0.05),
        "bg": _Alphabet("ийщъь", "ъ", 0.012),
        "sr": _Alphabet("иђћџљњј", "ђћ", 0.007),
        "mk": _Alphabet("иѓќѕџљњј", "ѓќѕ", 0.004),
        "kk": _Alphabet("иійщъыьэёәғқңөұүһ", "әқңұ", 0.04),
        "ky": _Alphabet("ийщъыьэёңөү", "ңөү", 0.04),
        "tg": _Alphabet("ийъэёғқҳҷӣӯ", "ҳҷӣӯ", 0.03),
        "mn": _Alphabet("ийщъыьэёөү", "өү", 0.04),
    },
    "ARABIC": {
        "ar": _Alphabet("أؤإئةىكي", "أإة", 0.03),
        "fa": _Alphabet("أؤئپچژکگیكي", "پچژگ", 0.02),
        "ur": _Alphabet("أؤئٹپچڈڑژکگںھہیے", "ںہے", 0.08),
        "ps": _Alphabet("أؤئټپچځڅډړږژښکګگڼيیۍې", "ټځڅډړږښڼې", 0.04),
        "ckb": _Alphabet("ئپچڕژڤکگڵھۆیێە", "ێە", 0.1),
    },
    "ETHIOPIC": {
        "am": _Alphabet("", "", 0.0),
        "ti": _Alphabet("ኣቐቑቒቓቔቕቖኸኹኺኻኼኽኾ", "ኣ", 0.02),
    },
    "HEBREW": {
        "he": _Alphabet("", "ה", 0.06),
        "yi": _Alphabet("װױײ", "ע", 0.07),
    },
}
_DISTINCTIVE: Final = {
    script: frozenset("".join(alphabet.letters for alphabet in alphabets.values()))
    for script, alphabets in _ALPHABETS.items()
}
_LATIN: Final = {
    "az": "ə", "tr": "ığ", "pl": "łąę", "cs": "řěů", "hu": "őű", "ro": "ăţț", "vi": "ơưạảấầếềộ",
}  # fmt: skip
"""Letters of Latin script that one language uses all the time, and others hardly in a name."""
_LATIN_SHARE: Final = 0.015
_ENOUGH_LETTERS: Final = 150
"""In fewer, the want of a usual letter says less."""
_DECLARED: Final = 0.01
_FIRST: Final = 0.005
"""Share of strange letters that the declared and the first language of a script may have more."""


def latin_language_by_letters(counts: Mapping[str, int]) -> str | None:
    """Return the language in Latin script that letters of its own give away, else None."""
    total = sum(count for letter, count in counts.items() if letter.isalpha()) or 1
    shares = {
        language: sum(counts.get(letter, 0) for letter in letters) / total
        for language, letters in _LATIN.items()
    }
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _LATIN_SHARE else None


def language_by_letters(script: str, counts: Mapping[str, int], declared: str | None) -> str | None:
    """Return the language of a text with these letters, None for scripts not told apart.

    It is the one whose alphabet has the fewest strange and wanting letters; `declared` is
    believed where the letters leave it open.
    """
    alphabets = _ALPHABETS.get(script)
    if alphabets is None:
        return None
    total = sum(counts.values()) or 1
    weight = min(1.0, total / _ENOUGH_LETTERS)

    def strangeness(language: str) -> float:
        alphabet = alphabets[language]
        strange = _DISTINCTIVE[script].difference(alphabet.letters)
        foreign = sum(counts.get(letter, 0) for letter in strange) / total
        usual = sum(counts.get(letter, 0) for letter in alphabet.usual) / total
        return foreign + weight * max(0.0, alphabet.share - usual)

    def doubt(language: str) -> float:
        trusted = _DECLARED * (language == declared) + _FIRST * (language == next(iter(alphabets)))
        return strangeness(language) - trusted

    return min(alphabets, key=doubt)
