"""The site rules in force: the bundled ones and the user's, followed while they are edited."""

import logging
from pathlib import Path
from typing import Final

from aggregator.scrape.site_rules.load import RULE_FILE, load_rules
from aggregator.scrape.site_rules.rule import Rules

_FOLDERS_WATCHED: Final = 10_000

_log = logging.getLogger("aggregator")


class SiteRules:
    """Reads the user's folder when a file in it has changed.

    A rule that cannot be used is told in the log; it stays as it was, and all others go on.
    """

    def __init__(self) -> None:
        self.rules = Rules()
        self._folder: Path | None = None
        self._stamp: object = None

    def follow(self, folder: Path | None) -> None:
        """Have the rules of this folder in force, as they are now."""
        stamp = (folder, _stamp(folder))
        if stamp == self._stamp:
            return
        before = self.rules if folder == self._folder else Rules()
        loaded = load_rules(folder, before)
        for error in loaded.errors:
            _log.error("rule not usable: %s", error)
        self.rules, self._folder, self._stamp = loaded.rules, folder, stamp
        if folder is not None:
            _log.info("rules loaded folder=%s rules=%d", folder, len(loaded.rules.rules))


def _stamp(folder: Path | None) -> object:
    """Return what is another thing as soon as any rule file is."""
    if folder is None:
        return None
    try:
        names = sorted(each.name for each in folder.iterdir())[:_FOLDERS_WATCHED]
    except OSError:
        return None
    return [(name, _stamp_of_file(folder / name / RULE_FILE)) for name in names]


def _stamp_of_file(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
