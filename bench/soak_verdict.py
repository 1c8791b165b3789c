"""Which promises a soak has broken, judged from what was seen; no clock, file or process here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from bench.soak_process import Stop
from bench.soak_truth import Comparison

MIB: Final = 2**20

_MOST_SECONDS_TO_STOP: Final = 10.0
_GROWTH: Final = 0.1
_GROWTH_BYTES: Final = 20 * MIB
_MORE_THREADS: Final = 2
_MORE_FILES: Final = 4
_WAL_BYTES: Final = 8 * MIB
"""The log is cut to 4 MiB at the end of a cycle; as much again is what a cycle may write."""
_LONGEST_SILENCE: Final = 30.0
_WARM_FROM, _WARM_UNTIL = 600.0, 1200.0
_SHORT_LIFE: Final = 2400.0
_SHORTEST_LIFE: Final = 90.0
_FEWEST_SAMPLES: Final = 12


@dataclass(frozen=True, slots=True)
class Sample:
    """The daemon at one moment; `life` counts its starts, `age` is in seconds, sizes in bytes.

    `is_read` says that another program reads the database, or did a moment ago.
    """

    life: int
    age: float
    resident: int
    children: int
    threads: int
    files: int
    wal: int
    database: int
    is_read: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """A value after warm-up and at the end of one life."""

    warm: float
    end: float


@dataclass(slots=True)
class Observations:
    """Everything that was seen in one soak; lists hold a line for each occurrence."""

    comparison: Comparison
    samples: Sequence[Sample]
    calm_life: int
    stops: list[Stop] = field(default_factory=list)
    integrity: list[str] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    page_failures: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    longest_silence: float = 0.0
    feed_requests: int = 0
    poll_lines: int = 0


def levels(samples: Sequence[Sample], life: int, of: Callable[[Sample], float]) -> Levels | None:
    """Return the medians of a value after warm-up and in the last tenth of a life.

    After warm-up is from minute 10 to 20; of a life under 40 minutes, its second quarter. None for
    a life that was too short to have any.
    """
    return _levels(samples, life, of, median)


def _levels(
    samples: Sequence[Sample],
    life: int,
    of: Callable[[Sample], float],
    typical: Callable[[list[float]], float],
) -> Levels | None:
    own = [sample for sample in samples if sample.life == life]
    if len(own) < _FEWEST_SAMPLES or own[-1].age < _SHORTEST_LIFE:
        return None
    span = own[-1].age
    begin, end = _WARM_FROM, _WARM_UNTIL
    if span < _SHORT_LIFE:
        begin, end = span / 4, span / 2
    warm = [of(sample) for sample in own if begin <= sample.age <= end]
    last = [of(sample) for sample in own[-max(len(own) // 10, 3) :]]
    return Levels(typical(warm), typical(last)) if warm else None


def broken_promises(seen: Observations) -> list[str]:
    """Return one line for each promise that was broken, with how often and the first instance."""
    return [
        line
        for line in (
            _some("entries were acknowledged and lost", seen.comparison.lost),
            _some("entries are stored twice", seen.comparison.doubled),
            _some("entries were never published", seen.comparison.unknown),
            _some("feeds were not up to date at the end", seen.late),
            _some("damages to the database or a feed", seen.integrity),
            _some("ends that nobody asked for", seen.deaths),
            _some("processes outlived their daemon", seen.orphans),
            _some("pages failed", seen.page_failures),
            _some("unexpected errors in the log", seen.unexpected),
            _some("stops took too long or failed", _bad_stops(seen.stops)),
            *_growth(seen),
            _wal(seen.samples),
            _silence(seen.longest_silence),
            _log(seen),
        )
        if line
    ]


def _some(what: str, instances: Sequence[str]) -> str:
    return f"{len(instances)} {what}: {instances[0]}" if instances else ""


def _bad_stops(stops: Sequence[Stop]) -> list[str]:
    return [
        f"{stop.seconds:.1f} s with code {stop.code}"
        for stop in stops
        if stop.seconds > _MOST_SECONDS_TO_STOP or stop.code != 0
    ]


def _growth(seen: Observations) -> list[str]:
    lines = list[str]()
    memory = levels(seen.samples, seen.calm_life, lambda sample: sample.resident)
    if memory and memory.end > max(memory.warm * (1 + _GROWTH), memory.warm + _GROWTH_BYTES):
        lines.append(f"memory grew from {memory.warm / MIB:.0f} to {memory.end / MIB:.0f} MiB")
    counted: tuple[tuple[str, Callable[[Sample], float], int], ...] = (
        ("threads", lambda sample: sample.threads, _MORE_THREADS),
        ("open files", lambda sample: sample.files, _MORE_FILES),
    )
    for name, of, more in counted:
        # What is under way comes and goes; what leaks is there in the quietest moment, too.
        least = _levels(seen.samples, seen.calm_life, of, min)
        if least and least.end > least.warm + more:
            lines.append(f"{name} grew from {least.warm:.0f} to {least.end:.0f}")
    return lines


def _wal(samples: Sequence[Sample]) -> str:
    most = max((sample.wal for sample in samples if not sample.is_read), default=0)
    return f"the write-ahead log had {most / MIB:.0f} MiB unread" if most > _WAL_BYTES else ""


def _silence(seconds: float) -> str:
    return f"no feed was asked for {seconds:.0f} s" if seconds > _LONGEST_SILENCE else ""


def _log(seen: Observations) -> str:
    # What is asked while the network is down, or for a name that is none, reaches no server.
    if seen.poll_lines > seen.feed_requests * 1.5 + 100:
        return f"{seen.poll_lines} log lines for {seen.feed_requests} polls"
    return ""
