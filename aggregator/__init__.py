"""A conflict-news aggregator: many feeds in, one entry per event out.

`extract(html, url)` takes the article out of a page, `group(articles)` puts articles into stories;
both do what the daemon does. `export(database, what)` reads what it has stored.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from aggregator.version import __version__

__all__ = ["__version__", "export", "extract", "group"]

if TYPE_CHECKING:
    from aggregator.scrape.article import extract
    from aggregator.store.export import export


def __getattr__(name: str) -> object:
    # Loaded when asked for: each costs time that `import aggregator` need not pay.
    if name == "extract":
        from aggregator.scrape.article import extract  # noqa: PLC0415 -- lazy on purpose

        return extract
    if name == "export":
        from aggregator.store.export import export  # noqa: PLC0415 -- lazy on purpose

        return export
    if name == "group":
        return import_module("aggregator.group")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
