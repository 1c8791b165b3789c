"""Score article extraction on labelled pages, beside trafilatura on the same pages in the same run.

    python bench/extraction.py --data FOLDER [--sets fundus,naeb] [--worst 20]

FOLDER holds `extract_metrics.py` (the scorer, run as it is) and one folder a set with `truth.jsonl`
and `pages/<id>.html.gz`. Speed is in pages per second of CPU time of one process; memory is what
the peak lies above the pages themselves.
"""

import argparse
import gzip
import importlib.util
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import trafilatura
from trafilatura.settings import Document

from aggregator.scrape.article import extract
from aggregator.scrape.batch import to_record

Record = dict[str, Any]
Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What one system made of one set: predictions by page, CPU seconds, peak memory in MiB."""

    predictions: dict[str, Record]
    seconds: float
    peak: float


def ours(raw: bytes, url: str) -> Record:
    """Extract with this project."""
    return to_record(extract(raw, url))


def trafilatura_default(raw: bytes, url: str) -> Record:
    """Extract with trafilatura as released."""
    return _trafilatura(raw, url, precision=False)


def trafilatura_precision(raw: bytes, url: str) -> Record:
    """Extract with trafilatura's precision mode."""
    return _trafilatura(raw, url, precision=True)


def _trafilatura(raw: bytes, url: str, *, precision: bool) -> Record:
    document = trafilatura.bare_extraction(
        raw, url=url, with_metadata=True, include_comments=False, favor_precision=precision
    )
    if not isinstance(document, Document):
        return {"body": "", "title": "", "authors": [], "published": None}
    return {
        "body": document.text or "",
        "title": document.title or "",
        "authors": [document.author] if document.author else [],
        "published": document.date,
    }


SYSTEMS: Final[dict[str, Callable[[bytes, str], Record]]] = {
    "aggregator": ours,
    "trafilatura": trafilatura_default,
    "trafilatura precision": trafilatura_precision,
}


def run(system: str, folder: Path) -> Run:
    """Run a system over a set, in a process of its own."""
    pages = [
        (truth["id"], truth["url"], gzip.decompress(_page(folder, truth).read_bytes()))
        for truth in _truths(folder)
    ]
    extract_one = SYSTEMS[system]
    before = _peak()
    started = time.process_time()
    predictions = {identifier: extract_one(raw, url) for identifier, url, raw in pages}
    return Run(predictions, time.process_time() - started, _peak() - before)


def _peak() -> float:
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kibibytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _truths(folder: Path) -> list[Truth]:
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        truths: list[Truth] = [json.loads(line) for line in lines if line.strip()]
    return [truth for truth in truths if not truth.get("suspect_truth")]


def _page(folder: Path, truth: Truth) -> Path:
    return folder / "pages" / f"{truth['id']}.html.gz"


def _scorer(data: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract_metrics", data / "extract_metrics.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no extract_metrics.py in {data}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print one line a set and system, and the worst pages of ours on request."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--sets", help="names of sets, with commas; default: all")
    parser.add_argument("--worst", type=int, default=0, help="worst pages of ours to name a set")
    arguments = parser.parse_args()
    scorer = _scorer(arguments.data)
    found = sorted(path.parent.name for path in arguments.data.glob("*/truth.jsonl"))
    for name in arguments.sets.split(",") if arguments.sets else found:
        folder = arguments.data / name
        truths = _truths(folder)
        print(f"{name} ({len(truths)} pages)")
        for system in SYSTEMS:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
                result = process.submit(run, system, folder).result()
            figures, pages = scorer.evaluate(truths, result.predictions)
            speed = len(truths) / result.seconds
            print(f"  {scorer.line(system, figures)} | {speed:.0f} pages/s | {result.peak:.0f} MiB")
            if system == "aggregator":
                _print_worst(pages, arguments.worst)


def _print_worst(pages: list[Record], count: int) -> None:
    scored = sorted((p for p in pages if "body_f1" in p), key=lambda page: page["body_f1"])
    for page in scored[:count]:
        print(f"      {page['body_f1']:.3f} {page['id']}")


if __name__ == "__main__":
    main()
