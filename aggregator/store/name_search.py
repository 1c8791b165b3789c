"""A name, as a query of the full-text index."""

from typing import Final

_STEM_LENGTH: Final = 7


def name_query(name: str) -> str:
    """Return the FTS5 query for a name in the forms that begin alike; "" for none.

    A long name is searched by its beginning, since many languages inflect names at the end.
    """
    word = name.replace("\0", " ").replace('"', " ").replace("’", "'").partition("'")[0]
    if not any(map(str.isalnum, word)):
        return ""
    return f'"{word[:_STEM_LENGTH]}"*' if len(word) > _STEM_LENGTH else f'"{word}"'
