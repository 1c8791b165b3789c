"""What is told of a soak: the log in numbers, and the rows of the table."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench.soak_outlets import OUTLETS
from bench.soak_press import Press
from bench.soak_readers import Readers
from bench.soak_verdict import MIB, Observations, Sample, levels

Rows = list[tuple[str, str]]

_LEVEL: Final = re.compile(r"^\S+ ([A-Z]+) (\w+)")
_LEVELS: Final[tuple[tuple[str, Callable[[Sample], float], int], ...]] = (
    ("memory, MiB", lambda sample: sample.resident, MIB),
    ("memory of its processes, MiB", lambda sample: sample.children, MIB),
    ("threads", lambda sample: sample.threads, 1),
    ("open files", lambda sample: sample.files, 1),
)


def published(press: Press) -> Rows:
    """Return what the publishers did."""
    return [
        ("feed requests answered", f"{press.feed_requests:,}"),
        ("polls of each feed, mean", f"{press.feed_requests / OUTLETS:.0f}"),
        ("page requests answered", f"{press.page_requests:,}"),
        ("edits published", f"{press.edits} of entries, {press.silent_edits} of pages"),
        ("entries withdrawn", f"{press.withdrawals}"),
    ]


def stored(seen: Observations, held: Mapping[str, int]) -> Rows:
    """Return what became of what was published."""
    found = seen.comparison
    return [
        ("entries served", f"{found.served:,}"),
        ("entries stored", f"{found.stored:,}"),
        ("entries lost", f"{len(found.lost)}"),
        ("entries doubled", f"{len(found.doubled)}"),
        ("rolled out unseen (no loss)", f"{found.rolled_out}"),
        ("edits kept", f"{held['edits']:,}"),
        ("stories", f"{held['stories']:,}"),
        ("set aside", f"{held['set aside']}"),
        ("damages", f"{len(seen.integrity)}"),
    ]


def answered(readers: Readers) -> Rows:
    """Return what the readers of the pages saw."""
    return [
        ("pages answered", ", ".join(f"{n} x {code}" for code, n in readers.answers.items())),
        ("pages failed", f"{len(readers.failures)}, and {readers.excuses} without a server"),
        ("slowest page, seconds", f"{readers.slowest:.1f}"),
    ]


def lived(seen: Observations, logged: Counter[str]) -> Rows:
    """Return how the daemon lived."""
    stops = ", ".join(f"{stop.seconds:.1f}" for stop in seen.stops)
    rows = [
        ("stops, seconds", stops),
        ("longest silence, seconds", f"{seen.longest_silence:.0f}"),
        ("write-ahead log, most MiB", f"{max(s.wal for s in seen.samples) / MIB:.1f}"),
        ("database, MiB", f"{max(s.database for s in seen.samples) / MIB:.1f}"),
        ("log lines for each poll", f"{logged.total() / max(seen.poll_lines, 1):.2f}"),
    ]
    for name, of, unit in _LEVELS:
        level = levels(seen.samples, seen.calm_life, of)
        text = f"{level.warm / unit:.0f} -> {level.end / unit:.0f}" if level else "too short"
        rows.append((f"{name}, warm -> end", text))
    return rows


def log_lines(log: Path) -> tuple[Counter[str], list[str]]:
    """Return how many lines of which kind were logged, and the last line of each traceback.

    A line is text or JSON; what no logger wrote, such as the end of a process, is text.
    """
    kinds, unexpected = Counter[str](), list[str]()
    inside = False
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            kind, traceback = _read(line)
            if kind:
                kinds[kind] += 1
                inside = False
            elif line.startswith("Traceback"):
                inside = True
            elif inside and not line.startswith(" ") and line.strip():
                traceback = line
                inside = False
            if traceback:
                unexpected.append(traceback.strip().rpartition("\n")[2][:200])
    return kinds, unexpected


def _read(line: str) -> tuple[str, str]:
    """Return level and first word of a log line, and the traceback that it carries."""
    if match := _LEVEL.match(line):
        return " ".join(match.groups()), ""
    try:
        fields = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return "", ""
    if not fields:
        return "", ""
    word = str(fields.get("event", "")).partition(" ")[0]
    return f"{fields.get('level')} {word}", str(fields.get("traceback", ""))
