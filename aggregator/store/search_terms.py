"""What people type into any search of ours: words, "phrases", -words and beginnings* of words."""

import re
from dataclasses import dataclass
from typing import Final

LEAST_BEGINNING: Final = 3
"""Letters before a *: fewer begin so many words that they say nothing, and take long to find."""
TERMS_LIMIT: Final = 16
_CLOSE: Final = 20
"""Words between the first and the last that still count as close together."""

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_PIECE: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase; `is_beginning` where its last word may go on."""

    text: str
    is_beginning: bool = False

    @property
    def is_unspaced(self) -> bool:
        """Whether it is in a script without spaces, where the index takes a clause for a word."""
        return _UNSPACED.search(self.text) is not None

    @property
    def quoted(self) -> str:
        """Return it as FTS5 reads it; within quotes nothing is syntax."""
        return f'"{self.text}"{"*" if self.is_beginning else ""}'


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a text is to contain, all of it, and what it must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    def query(self) -> str:
        """Return the FTS5 query; "" where nothing is wanted."""
        return self._without_unwanted(self._all())

    def closer(self, title_column: str) -> tuple[str, ...]:
        """Return the queries that tell the better ones of what `query` finds, the best first.

        Better are texts with all of it in the title, then those with all of it close together.
        """
        in_title = self._without_unwanted(f"{{{title_column}}} : ({self._all()})")
        if len(self.wanted) == 1:
            return (in_title,)
        close = f"NEAR({' '.join(term.quoted for term in self.wanted)}, {_CLOSE})"
        return (in_title, self._without_unwanted(close))

    def _all(self) -> str:
        return " AND ".join(term.quoted for term in self.wanted)

    def _without_unwanted(self, query: str) -> str:
        if not self.unwanted or not self.wanted:
            return query
        return f"({query}) NOT ({' OR '.join(term.quoted for term in self.unwanted)})"


def search_terms(words: str) -> SearchTerms:
    """Return what `words` ask for; nothing is `wanted` where they hold no letter or digit."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for piece in _PIECE.finditer(words.replace("\0", " ")):
        text, is_beginning = piece["phrase"] or "", bool(piece["star"])
        if piece["word"] is not None:
            text = piece["word"].rstrip("*")
            is_beginning = text != piece["word"]
        text = " ".join(text.split())
        if any(map(str.isalnum, text)):
            (unwanted if piece["sign"] else wanted).append(Term(text, is_beginning))
    return SearchTerms(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def problem_with(terms: SearchTerms) -> str:
    """Return in a sentence why nothing is searched for these, "" where all is well."""
    if not terms.wanted:
        return "Search for at least one word or number that is to be there."
    asked = (*terms.wanted, *terms.unwanted)
    if len(asked) > TERMS_LIMIT:
        return f"Search for at most {TERMS_LIMIT} words and phrases."
    short = [term.text for term in asked if _is_too_short(term)]
    return f"{short[0]}* is too short: give {LEAST_BEGINNING} letters before a *." if short else ""


def _is_too_short(term: Term) -> bool:
    letters = sum(map(str.isalnum, term.text.split()[-1]))
    return term.is_beginning and not term.is_unspaced and letters < LEAST_BEGINNING
