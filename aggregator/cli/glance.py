"""Which database a feeds.yaml names, without reading all of it: that takes most of a second."""

import re
from pathlib import Path
from typing import Final

_LARGEST: Final = 10_000_000
DEFAULT_DATABASE: Final = Path("conflict-news.db")
_COMMENT: Final = re.compile(r"^\s*#.*$", re.MULTILINE)
_MENTION: Final = re.compile("database", re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"^settings:[ \t]*\n(?:(?:[ \t]+[^\n]*)?\n)*?[ ]+database: (?P<path>[\w./-]+)[ \t]*$",
    re.MULTILINE,
)


def database_at_a_glance(config: Path) -> Path | None:
    """Return the database that a file surely names, or the default where it surely names none.

    None when only reading all of it can tell.
    """
    try:
        if not config.is_file() or config.stat().st_size > _LARGEST:
            return None
        text = _COMMENT.sub("", config.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
    mentions = len(_MENTION.findall(text))
    if not mentions:
        return None if "settings" in text and "\\" in text else DEFAULT_DATABASE
    plain = _PLAIN.search(text)
    name = plain["path"] if plain else ""
    # A number, or another mention, may mean something else.
    if mentions - name.lower().count("database") != 1 or not re.search("[a-zA-Z]", name):
        return None
    return Path(name)
