"""How far one run of the pipeline is."""

from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """Counts of one run of the pipeline, for a progress bar and for the summary.

    `pages` are those of new articles, and of articles whose feed announced an edit; of these,
    `pages_defeating` were too much for the extractor. `looks` are visits to pages that were read
    before, `edits` what they found.
    """

    feeds: int = 0
    feeds_done: int = 0
    feeds_failed: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    pages: int = 0
    pages_done: int = 0
    pages_defeating: int = 0
    looks: int = 0
    edits: int = 0
    grouped: int = 0
