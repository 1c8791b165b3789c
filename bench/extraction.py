"""Score article extraction on labelled pages, beside other extractors on the same pages.

    make bench-extraction [ARGS="--sets fundus --systems aggregator,trafilatura --worst 20"]
    python -m bench.extraction --data FOLDER [--predictions FOLDER] [--json FILE] [--by language]

FOLDER holds `extract_metrics.py` (the scorer, run as it is) and one folder a set with `truth.jsonl`
and `pages/<id>.html.gz`. Each system runs in a process of its own, the others in an environment
apart from this project's. Speed is in pages a second of processor time, after a first pass that
warms up; memory is what the peak lies above the pages themselves.
"""

import argparse
import sys
from pathlib import Path

from bench.extraction_data import read_scorer, read_set, set_names, write_predictions
from bench.extraction_running import run
from bench.extraction_systems import OURS, SYSTEMS


def main() -> None:
    """Print one line a set and system, and the worst pages of ours on request."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--sets", help="names of sets, with commas; default: all")
    parser.add_argument("--systems", default=OURS, help="names of systems, with commas")
    parser.add_argument("--passes", type=int, default=1, help="timed passes after the first")
    parser.add_argument("--predictions", type=Path, help="folder for ours, one file a set")
    parser.add_argument("--worst", type=int, default=0, help="worst pages of ours to name a set")
    options = parser.parse_args()
    systems = options.systems.split(",")
    if unknown := set(systems) - set(SYSTEMS):
        parser.error(f"no system {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    scorer = read_scorer(options.data)
    for name in options.sets.split(",") if options.sets else set_names(options.data):
        pages = read_set(options.data, name)
        print(f"{name} ({len(pages.truths)} pages)")
        for system in systems:
            result = run(system, pages.folder, passes=options.passes)
            figures, rows = scorer.evaluate(pages.truths, result.predictions)
            speed = f" | {result.pages_per_second:.0f} pages/s" if result.seconds else ""
            print(
                f"  {scorer.line(system, figures)}{speed} | {result.peak_bytes / 2**20:.0f} MiB",
                flush=True,
            )
            for identity, error in result.errors.items():
                print(f"      raised on {identity}: {error}", file=sys.stderr)
            if system != OURS:
                continue
            if options.predictions:
                write_predictions(options.predictions / f"{name}.jsonl", result.predictions)
            scored = sorted((r for r in rows if "body_f1" in r), key=lambda row: row["body_f1"])
            for row in scored[: options.worst]:
                print(f"      {row['body_f1']:.3f} {row['id']}")


if __name__ == "__main__":
    main()
