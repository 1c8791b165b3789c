"""Score article extraction on labelled pages, beside other extractors on the same pages.

    make bench-extraction [ARGS="--sets fundus,naeb --by language --worst 20"]
    python -m bench.extraction --data FOLDER --systems aggregator --passes 0

FOLDER holds `extract_metrics.py` (the scorer, run as it is) and one folder a set with `truth.jsonl`
and `pages/<id>.html.gz`. Each system reads each set in a process of its own; the others live in an
environment apart from this project's, which `make bench-extraction` sets up. A page on which a
system raises counts as empty. Speed is in pages a second of processor time, the median of
`--passes` passes after one that warms up; memory is what the peak lies above the pages themselves,
imports included. `--json` writes figures, never text; `--predictions` writes the text of ours, for
`bench.extraction_compare`.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.extraction_data import PageSet, read_scorer, read_set, set_names, write_predictions
from bench.extraction_diff import short_diff
from bench.extraction_report import Scored, by_language, language_table, set_table, worst_pages
from bench.extraction_running import python_of, run
from bench.extraction_spread import spread
from bench.extraction_systems import OURS, OURS_WITH_ENTRY, SYSTEMS


def main() -> None:
    """Print the figures of each set, and write them down where asked to."""
    options = _options()
    scorer = read_scorer(options.data)
    written: dict[str, Any] = {"load_before": os.getloadavg()}
    for name in options.sets.split(",") if options.sets else set_names(options.data):
        pages = read_set(options.data, name)
        scored = [_scored(system, pages, scorer, options.passes) for system in options.systems]
        print(f"\n{name} ({len(pages.truths)} pages)\n\n{set_table(scored)}")
        languages = language_table(pages, scored, scorer) if options.by else None
        if languages:
            print(f"\n{languages}")
        written[name] = {one.system: _figures(one, pages, scorer) for one in scored}
        for one in scored:
            if one.system == OURS:
                _print_ours(one, pages, options.worst)
                if options.predictions:
                    path = options.predictions / f"{name}.jsonl"
                    write_predictions(path, one.run.predictions)
    written["load_after"] = os.getloadavg()
    loads = (f"{written[key][0]:.1f}" for key in ("load_before", "load_after"))
    print(f"\nload of the machine: {' before, '.join(loads)} after, {os.cpu_count()} cores")
    if options.json:
        options.json.write_text(json.dumps(written, indent=1), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--sets", help="names of sets, with commas; default: all")
    parser.add_argument(
        "--systems",
        help=f"names, with commas: {', '.join(SYSTEMS)}; default: all but that of --witness",
    )
    parser.add_argument(
        "--witness", action="store_true", help="ours also beside the entry that a feed would have"
    )
    parser.add_argument("--passes", type=int, default=3, help="timed passes; 0 for no speed")
    parser.add_argument("--by", choices=["language"], help="all figures per language too")
    parser.add_argument("--worst", type=int, default=0, help="worst pages of ours to show a set")
    parser.add_argument("--predictions", type=Path, help="folder for ours, one file a set")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    options.systems = _systems(parser, options.systems, witness=options.witness)
    return options


def _systems(parser: argparse.ArgumentParser, listed: str | None, *, witness: bool) -> list[str]:
    systems = listed.split(",") if listed else [s for s in SYSTEMS if s != OURS_WITH_ENTRY]
    if unknown := [name for name in systems if name not in SYSTEMS]:
        parser.error(f"no system {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    if witness and OURS_WITH_ENTRY not in systems:
        systems.append(OURS_WITH_ENTRY)
    for name in systems:
        if not python_of(SYSTEMS[name]).exists():
            parser.error(f"{name} is not installed; run make bench-extraction, or leave it out")
    return systems


def _scored(system: str, pages: PageSet, scorer: ModuleType, passes: int) -> Scored:
    print(f"extraction: {pages.name}, {system}", file=sys.stderr)
    result = run(system, pages.folder, passes=passes)
    for identity, error in result.errors.items():
        print(f"extraction: {system} raised on {identity}: {error}", file=sys.stderr)
    figures, rows = scorer.evaluate(pages.truths, result.predictions)
    return Scored(
        system=system,
        run=result,
        figures=figures,
        pages=rows,
        spread=spread(pages.truths, result.predictions, scorer),
    )


def _figures(scored: Scored, pages: PageSet, scorer: ModuleType) -> dict[str, Any]:
    return {
        "version": scored.run.version,
        "figures": scored.figures,
        "by_language": by_language(pages.truths, scored.run.predictions, scorer),
        "spread": asdict(scored.spread) if scored.spread else None,
        "raised": list(scored.run.errors),
        "pages_per_second": scored.run.pages_per_second,
        "peak_bytes": scored.run.peak_bytes,
        "pages": scored.pages,
    }


def _print_ours(scored: Scored, pages: PageSet, worst: int) -> None:
    if scored.spread:
        print("\n" + "\n".join(scored.spread.lines()))
    true = {truth["id"]: truth["body"] for truth in pages.truths}
    for page in worst_pages(scored, worst):
        identity = page["id"]
        print(f"\n{page['body_f1']:.3f} {identity}")
        for line in short_diff(true[identity], scored.run.predictions[identity]["body"]):
            print(f"    {line}")


if __name__ == "__main__":
    main()
