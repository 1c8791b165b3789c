"""Run a system of the extraction benchmark, in its own environment, on this or another source."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.extraction_data import Predictions
from bench.extraction_systems import PEERS_PYTHON, ROOT, SYSTEMS, System


@dataclass(frozen=True, slots=True)
class Run:
    """What one system made of one set.

    `errors` are the pages on which it raised, which count as empty. `seconds` of processor time
    are the median of the timed passes, None without any; the peak is above the pages themselves.
    """

    version: str | None
    predictions: Predictions
    errors: Mapping[str, str]
    seconds: float | None
    peak_bytes: int

    @property
    def pages_per_second(self) -> float | None:
        """Pages a second of processor time."""
        return len(self.predictions) / self.seconds if self.seconds else None


def python_of(system: System) -> Path:
    """Return the interpreter of the system's environment."""
    return PEERS_PYTHON if system.distribution else Path(sys.executable)


def run(name: str, folder: Path, *, passes: int, source: Path = ROOT) -> Run:
    """Run a system over the set in `folder`; `source` is where the package `aggregator` lies."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        words = ["bench.extraction_worker", name, str(folder.resolve()), str(report), str(passes)]
        subprocess.run(
            # -P: what lies in the current folder is not imported.
            [str(python_of(SYSTEMS[name])), "-P", "-m", *words],
            env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}"},
            check=True,
        )
        figures = json.loads(report.read_text(encoding="utf-8"))
    timed = figures.pop("seconds")
    return Run(seconds=statistics.median(timed) if timed else None, **figures)


@contextmanager
def source_of(revision: str) -> Iterator[Path]:
    """Lay out the package of a git revision, or of another folder of source, for `run`."""
    with tempfile.TemporaryDirectory() as scratch:
        if (Path(revision) / "aggregator").is_dir():
            (Path(scratch) / "aggregator").symlink_to((Path(revision) / "aggregator").resolve())
        else:
            archive = subprocess.run(
                ["git", "archive", revision, "aggregator"],  # noqa: S607  # git of the user's PATH
                cwd=ROOT,
                stdout=subprocess.PIPE,
                check=False,
            )
            if archive.returncode:
                raise SystemExit(f"{revision}: neither a file, a folder nor a git revision")
            subprocess.run(["tar", "-x"], cwd=scratch, input=archive.stdout, check=True)  # noqa: S607  # the same
        yield Path(scratch)
