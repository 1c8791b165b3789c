"""Labelled pages outside the repository, the scorer beside them, and files of predictions.

A folder of data holds `extract_metrics.py` and one folder a set: `truth.jsonl`, an object a page,
and `pages/<id>.html.gz`.
"""

import gzip
import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

Record = Mapping[str, Any]
"""What a system made of a page: body, title, authors, published."""

Truth = Mapping[str, Any]
"""What is to be found on a page; a field that is null is not scored."""

Predictions = Mapping[str, Record]
"""Records by the id of their page."""


@dataclass(frozen=True, slots=True)
class PageSet:
    """The pages of one source, each with its truth."""

    name: str
    folder: Path
    truths: Sequence[Truth]


def set_names(data: Path) -> list[str]:
    """Return the names of all sets in a folder of data."""
    return sorted(path.parent.name for path in data.glob("*/truth.jsonl"))


def read_set(data: Path, name: str) -> PageSet:
    """Return a set without the pages whose truth is marked as suspect."""
    truths = read_lines(data / name / "truth.jsonl")
    return PageSet(name, data / name, [t for t in truths if not t.get("suspect_truth")])


def read_page(folder: Path, identity: str) -> bytes:
    """Return the page of a set as it was stored."""
    return gzip.decompress((folder / "pages" / f"{identity}.html.gz").read_bytes())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_predictions(path: Path) -> Predictions:
    """Return what `write_predictions` wrote."""
    return {record["id"]: record for record in read_lines(path)}


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write one JSON line a page, as the scorer reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", errors="backslashreplace") as lines:
        for identity, record in predictions.items():
            lines.write(json.dumps({"id": identity, **record}, ensure_ascii=False) + "\n")


def read_scorer(data: Path) -> ModuleType:
    """Import the scorer that lies beside the data, as it is."""
    path = data / "extract_metrics.py"
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None or not path.exists():
        raise SystemExit(f"no {path.name} in {data}; --data names the folder of labelled pages")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
