"""How far one run of the pipeline is."""

from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """Counts of one run of the pipeline, for a progress bar and for the summary."""

    feeds: int = 0
    feeds_done: int = 0
    feeds_failed: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    pages: int = 0
    pages_done: int = 0
    grouped: int = 0
