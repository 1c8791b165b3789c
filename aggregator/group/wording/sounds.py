"""Names as rough sounds, so that they meet across scripts: Orlane, Орлани, أورلان.

A key is the consonants of a name in a spelling that Latin, Cyrillic, Greek, Arabic and Hebrew
writers have in common: vowels, doubled letters and what one of the scripts cannot tell from
another are gone.
"""

from functools import lru_cache
from typing import Final

from aggregator.group.wording.words import fold, terms_of

_MARK: Final = "~"
_LEAST_CONSONANTS: Final = 3
_MOST_CONSONANTS: Final = 5

# Each letter with the consonants that it stands for; letters not named here are vowels.
_LETTERS: Final = {
    letter: sound
    for sound, letters in {
        "b": "b б ب ב β",
        "p": "p п پ פ ף π",
        "f": "f ф ف φ",
        "v": "v w в ڤ",
        "g": "g ґ г ג غ γ",
        "k": "k q c к ق ك ק כ ך κ",
        "h": "х خ ח χ",
        "d": "d д د ض ד δ",
        "t": "t т ت ط ט ת θ τ",
        "s": "s с س ص ס σ ς",
        "z": "z з ز ذ ظ ז ζ",
        "sh": "ш щ ش ש ж ч ج چ",
        "ts": "ц צ ץ",
        "l": "l л ل ל λ",
        "m": "m м م מ ם μ",
        "n": "n н ن נ ן ν",
        "r": "r р ر ר ρ",
        "ks": "x ξ",
        "ps": "ψ",
    }.items()
    for letter in letters.split()
}
_DIGRAPHS: Final = (
    ("tsch", "ш"), ("sch", "ш"), ("tch", "ш"), ("sh", "ш"), ("ch", "ш"), ("zh", "ш"),
    ("cz", "ш"), ("sz", "ш"), ("kh", "х"), ("ph", "f"), ("th", "t"), ("ts", "ц"), ("tz", "ц"),
    ("ck", "k"), ("ce", "se"), ("ci", "si"), ("j", "ш"),
)  # fmt: skip
_SCRIPTS_WITHOUT_CAPITALS: Final = ("\u0590", "\u06ff")


@lru_cache(maxsize=1 << 12)
def sound_of(word: str) -> str:
    """Return the key of a word that may be a name, "" for others.

    In scripts with capitals only words with a capital may be; in Arabic and Hebrew any.
    """
    low, high = _SCRIPTS_WITHOUT_CAPITALS
    if not (word[0].isupper() or low <= word[0] <= high) or not terms_of(word):
        return ""
    folded = fold(word)
    if folded.isascii():
        for digraph, letter in _DIGRAPHS:
            if digraph in folded:
                folded = folded.replace(digraph, letter)
    elif folded.startswith("ال"):
        folded = folded[2:]
    sounds: list[str] = []
    for letter in folded:
        sound = _LETTERS.get(letter)
        if sound and (not sounds or sounds[-1] != sound):
            sounds.append(sound)
    if len(sounds) < _LEAST_CONSONANTS:
        return ""
    return _MARK + "".join(sounds[:_MOST_CONSONANTS])


def is_sound(term: str) -> bool:
    """Return whether a term is the sound of a name, and no word."""
    return term.startswith(_MARK)
