"""One method of grouping over one labelled set, in a process of its own.

    python -m bench.grouping_worker METHOD FOLDER SET REPORT

Runs under the Python of the method's own environment: only the standard library is imported
before the articles are in memory, so that the peak above them is all the method's.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from bench.grouping_systems import METHODS
from bench.labelled import read_stream
from bench.memory import peak_bytes, resident_bytes


def main() -> None:
    """Run the method of the arguments and write its report."""
    name, folder, set_name, report = sys.argv[1:]
    method = METHODS[name]
    articles = [article for article, _ in read_stream(Path(folder), set_name)]
    before = resident_bytes()
    group = method.load()
    began = time.process_time()
    clusters = group(articles)
    seconds = time.process_time() - began
    figures = {
        "version": version(method.distribution) if method.distribution else None,
        "clusters": clusters,
        "seconds": seconds,
        "peak_bytes": peak_bytes() - before,
    }
    Path(report).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
