"""Which language a text is in: by script, letters or stop words, and as declared in doubt."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import Final

from aggregator.text.alphabets import language_by_letters, latin_language_by_letters

_SAMPLE_LIMIT: Final = 2000
_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_STOP_WORD_SHARE: Final = 0.06
_LANGUAGE_TAG: Final = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.IGNORECASE)
_RENAMED: Final = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "no": "nb", "sh": "sr"}

_SCRIPT_DEFAULT: Final = {
    "GREEK": "el", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "THAI": "th",
    "MYANMAR": "my", "GEORGIAN": "ka", "ARMENIAN": "hy", "DEVANAGARI": "hi", "BENGALI": "bn",
    "TAMIL": "ta", "KHMER": "km", "SINHALA": "si",
}  # fmt: skip
# Languages that are not told apart by letters, and are believed if a page says so.
_ALSO_IN: Final = {
    "ARABIC": frozenset({"ku", "sd", "ug"}),
    "DEVANAGARI": frozenset({"mr", "ne"}),
    "BENGALI": frozenset({"as"}),
}
_HAN_AND_KANA: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_KANA_SHARE: Final = 0.1
"""Japanese news is half kana; Chinese news quotes a word of it."""
# The commonest function words of each language in Latin script: closed classes, known to all.
_STOP_WORDS: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in a is that for on with as was by at from it has be are said were",
        "de": "der die das und in den von zu mit ist im des auf für nicht sich ein eine dem wurde",
        "fr": "le la les de des et en un une du dans que qui pour sur au par est pas plus a été",
        "es": "el la los las de y en que un una por con para del se su al como más fue lo ha",
        "pt": "o a os as de e em que um uma do da para com não por no na dos foi ao mais são",
        "it": "il la di e che in un una per del della con non sono i gli le dei nel da è ha",
        "nl": "de het een van en in is dat op te voor met zijn niet aan door er om ook werd",
        "sv": "och att det som en på är av för med den till i har inte om ett de vid",
        "nb": "og i det er som en på av for med til den har ikke at de et om ble",
        "da": "og i det er som en på af for med til den har ikke at de et om blev",
        "fi": "ja on ei se että oli hän mutta ovat kun myös mukaan joka tai ole kuin",
        "pl": "w i na z się nie do to że jest o od po przez dla są jak oraz za był",
        "cs": "a v se na je že s z do o to ve pro by za jako po ale byl podle",
        "sk": "a v sa na je že s z do o to vo pre by za ako po ale bol podľa",
        "sl": "je in v na za da se so z pa ki po ne tudi bi iz kot pri ni",
        "hr": "je i u na se da za su od s o ne što koji iz kao bi nije a",
        "ro": "de și în a la cu pe că din nu o un este care pentru mai au fost prin",
        "hu": "a az és hogy nem is egy volt meg de ez csak mint el már még szerint",
        "tr": "ve bir bu için ile de da olarak olan daha çok gibi kadar sonra en ancak göre",
        "sq": "të e në dhe për me një nga që i së është më u ka nuk do si",
        "id": "yang dan di dengan untuk dari ini itu pada tidak akan dalam ke oleh bahwa adalah",
        "ms": "yang dan di dengan untuk dari ini itu pada tidak akan dalam ke oleh bahawa ialah",
        "vi": "và của các là có được trong cho không với những một người đã này",
        "so": "ka iyo in oo ku ay waxa ee la uu ah soo waa si",
        "sw": "ya na wa kwa katika ni la za kuwa hiyo huo cha yake baada",
        "ku": "û li ku de ji bi di ya yên ku ev ew bo jî",
        "lv": "un ir par no ar ka uz kas to arī nav bet pēc gada",
        "lt": "ir yra kad į su iš ne tai bet po už buvo kaip dėl",
        "et": "ja on ei et see oli ka ning mis kui või aga pärast",
        "az": "və bu bir ilə üçün da də olub edib ki sonra",
    }.items()
}

_LANGUAGES_OF_STOP_WORD: Final = {
    word: tuple(language for language, known in _STOP_WORDS.items() if word in known)
    for word in frozenset(chain.from_iterable(_STOP_WORDS.values()))
}


def language_tag(declared: str | None) -> str | None:
    """Return the ISO 639-1 (else 639-3) code of a declared language such as "en-GB", or None."""
    match = _LANGUAGE_TAG.match(declared.strip()) if declared else None
    if match is None:
        return None
    code = match[1].lower()
    return _RENAMED.get(code, code)


def language_of(text: str, declared: str | None = None) -> str | None:
    """Return the language of `text`, in doubt the `declared` one, else None.

    The script decides where it can (a page that says "en" and is in Cyrillic is not English),
    among languages of one script their own letters, in Latin script the share of stop words.
    """
    hint = language_tag(declared)
    sample = text[:_SAMPLE_LIMIT].lower()
    letters = Counter(sample)
    scripts = _scripts_of(letters)
    if not scripts:
        return hint
    script = max(scripts, key=scripts.__getitem__)
    if script == "LATIN":
        return latin_language_by_letters(letters) or _latin_language(sample, hint)
    if script in _HAN_AND_KANA:
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        return "ja" if kana > _KANA_SHARE * (kana + scripts["CJK"]) else "zh"
    if hint in _ALSO_IN.get(script, ()):
        return hint
    own = {letter: count for letter, count in letters.items() if _script_of(letter) == script}
    return language_by_letters(script, own, hint) or _SCRIPT_DEFAULT.get(script, hint)


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str | None:
    """Return the first word of the Unicode name of a letter, None for what is no letter."""
    if not character.isalpha():
        return None
    return unicodedata.name(character, "OTHER").split(" ", 1)[0]


def _scripts_of(letters: Counter[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for character, count in letters.items():
        if script := _script_of(character):
            counts[script] += count
    return counts


def _latin_language(sample: str, hint: str | None) -> str | None:
    words = _WORD.findall(sample)
    if not words:
        return hint
    hits = Counter(chain.from_iterable(_LANGUAGES_OF_STOP_WORD.get(word, ()) for word in words))
    # In the order of the table, so that of equals the first is taken.
    shares = {language: hits[language] / len(words) for language in _STOP_WORDS}
    best = max(shares, key=lambda language: (shares[language], language == hint))
    if shares[best] < _LEAST_STOP_WORD_SHARE:
        return hint or (best if shares[best] else None)
    # Close relatives share their function words; a declared one within reach is right.
    if hint in shares and shares[hint] >= 0.7 * shares[best]:
        return hint
    return best
