"""What people type into a search, as a query of the full-text index."""

from typing import Final

_STEM_LENGTH: Final = 7
# One or two letters begin so many words that they say nothing, and take long to find.
_LEAST_PREFIX: Final = 3


def search_query(words: str) -> str:
    """Return the FTS5 query for all of `words`; "" for none.

    The last one is taken as the beginning of a word if it is long enough. What stands in double
    quotes is searched as a phrase. Nothing else is query syntax, so nothing a person types is an
    error.
    """
    terms: list[str] = []
    for position, piece in enumerate(words.replace("\0", " ").split('"')):
        inside_quotes = position % 2 == 1
        terms.extend([" ".join(piece.split())] if inside_quotes else piece.split())
    searchable = [term for term in terms if any(map(str.isalnum, term))]
    quoted = [f'"{term}"' for term in searchable]
    if quoted and len(searchable[-1]) >= _LEAST_PREFIX and not words.rstrip().endswith('"'):
        quoted[-1] += "*"
    return " ".join(quoted)


def name_query(name: str) -> str:
    """Return the FTS5 query for a name in the forms that begin alike; "" for none.

    A long name is searched by its beginning, since many languages inflect names at the end.
    """
    word = name.replace("\0", " ").replace('"', " ").replace("’", "'").partition("'")[0]
    if not any(map(str.isalnum, word)):
        return ""
    return f'"{word[:_STEM_LENGTH]}"*' if len(word) > _STEM_LENGTH else f'"{word}"'
