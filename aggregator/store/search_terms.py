"""What people type into the search page: words, "phrases", -words and beginnings* of words."""

import re
from dataclasses import dataclass
from typing import Final

LEAST_BEGINNING: Final = 3
"""Letters before a *: fewer begin so many words that they say nothing, and take long to find."""
_CLOSE: Final = 20
"""Words between the first and the last that still count as close together."""

_PIECE: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase; `is_beginning` where its last word may go on."""

    text: str
    is_beginning: bool = False

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
        """Return the FTS5 query."""
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
        if not self.unwanted:
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


def too_short(terms: SearchTerms) -> Term | None:
    """Return the first beginning of a word that is too short to be searched, if there is one."""
    for term in (*terms.wanted, *terms.unwanted):
        letters = sum(map(str.isalnum, term.text.split()[-1]))
        if term.is_beginning and letters < LEAST_BEGINNING:
            return term
    return None
