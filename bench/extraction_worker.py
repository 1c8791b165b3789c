"""One system over one set of pages, in a process of its own.

    python -m bench.extraction_worker SYSTEM SET_FOLDER REPORT PASSES

Runs under the Python of the system's own environment: only the standard library is imported
before the pages are in memory, so that the peak above them is all the system's. The first pass
gives the predictions and warms up; PASSES more are timed.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.extraction_data import read_page, read_set
from bench.extraction_systems import SYSTEMS
from bench.memory import peak_bytes, resident_bytes

NOTHING: Final[dict[str, Any]] = {"body": "", "title": "", "authors": [], "published": None}


def main() -> None:
    """Run the system of the arguments and write its report."""
    name, folder, report, passes = sys.argv[1:]
    system = SYSTEMS[name]
    folder_of_set = Path(folder)
    truths = read_set(folder_of_set.parent, folder_of_set.name).truths
    pages = [(t["id"], t["url"], read_page(folder_of_set, t["id"])) for t in truths]
    before = resident_bytes()
    extract = system.load()
    predictions: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for identity, url, raw in pages:
        try:
            predictions[identity] = extract(raw, url)
        except Exception as error:  # noqa: BLE001  # whatever a system raises is its result
            predictions[identity] = NOTHING
            errors[identity] = f"{type(error).__name__}: {error}"[:200]
    seconds = []
    for _ in range(int(passes)):
        began = time.process_time()
        for _, url, raw in pages:
            try:
                extract(raw, url)
            except Exception:  # noqa: BLE001, S112  # counted in the first pass
                continue
        seconds.append(time.process_time() - began)
    figures = {
        "version": version(system.distribution) if system.distribution else None,
        "predictions": predictions,
        "errors": errors,
        "seconds": seconds,
        "peak_bytes": peak_bytes() - before,
    }
    Path(report).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
