"""Labelled news outside the repository, as streams for the grouper, and the scorer beside it."""

import gzip
import hashlib
import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Final

from aggregator.model import GroupInput
from aggregator.text.times import from_text

SETS: Final = ("og2021", "gva", "allsides_dated", "allsides_undated", "ecbplus", "wikinews")

Stream = list[tuple[GroupInput, str]]
"""Articles in order of arrival, each with the event that it reports."""

_LAST: Final = datetime.max.replace(tzinfo=UTC)


def read_stream(folder: Path, name: str) -> Stream:
    """Return a set in order of publication; the undated ones last, in order of a hash."""
    stream = []
    with gzip.open(folder / f"{name}_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            published = fields["published"]
            article = GroupInput(
                id=str(fields["id"]),
                title=fields["title"] or "",
                text=fields["text"] or "",
                url=fields["url"],
                source=fields["source"],
                language=fields["lang"],
                published=from_text(published) if published else None,
            )
            stream.append((article, fields["event_id"]))
    return in_order(stream)


def in_order(stream: Stream) -> Stream:
    """Return a stream in the order in which its articles arrive."""
    return sorted(stream, key=lambda item: (item[0].published or _LAST, _hash(item[0].id)))


def _hash(identity: str) -> str:
    return hashlib.sha1(identity.encode(), usedforsecurity=False).hexdigest()


def scorer(folder: Path) -> ModuleType:
    """Import the scorer that lies beside the data."""
    specification = importlib.util.spec_from_file_location(
        "cluster_metrics", folder / "cluster_metrics.py"
    )
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
