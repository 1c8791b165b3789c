"""When a story's reports appeared, in short, as its row keeps it for lists of stories."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

SLOT: Final = timedelta(minutes=15)


def record_of(times: Iterable[datetime]) -> str:
    """Return the JSON of `[slot, reports]` for each slot that has any, counted from the first."""
    found = list(times)
    first = min(found, default=None)
    counts = Counter((time - first) // SLOT for time in found if first is not None)
    return json.dumps(sorted(counts.items()), separators=(",", ":"))


def counts_from(record: str, first: datetime) -> Mapping[datetime, int]:
    """Return how many reports appeared when, to the slot, of what `record_of` made."""
    return {first + slot * SLOT: count for slot, count in json.loads(record)}
