import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.store import open_store
from bench.soak_audit import audit, feed_problems
from bench.soak_clock import ClockFile, ClockReader
from bench.soak_process import Stop
from bench.soak_report import log_lines
from bench.soak_truth import Comparison, Record, compare
from bench.soak_verdict import MIB, Observations, Sample, broken_promises, levels
from tests.running import ROOT
from tests.store.building import NOW

URLS = ("http://outlet/one", "http://outlet/two", "http://outlet/three")


def comparison(stored: Sequence[str], *, acknowledged: bool = True) -> Comparison:
    """Compare what is stored with two editions, of which the second alone lists the third URL."""
    record = Record({1: URLS[:2], 2: URLS[1:]}, served={1, 2}, acknowledged={1})
    if acknowledged:
        record.acknowledged.add(2)
    return compare({"outlet": record}, {"outlet": list(stored)})


def life(memory: Sequence[int], *, threads: Sequence[int] = (), files: int = 30) -> list[Sample]:
    """Return a sample for each half minute of one life, with so many MiB."""
    return [
        Sample(
            life=1,
            age=30.0 * n,
            resident=mib * MIB,
            children=0,
            threads=threads[n] if threads else 9,
            files=files,
            wal=4 * MIB,
            database=0,
            is_read=False,
        )
        for n, mib in enumerate(memory)
    ]


GOOD = Observations(comparison(URLS), life([100] * 100), 1, stops=[Stop(2.0, 0)])


def test_a_soak_in_which_nothing_happened_breaks_nothing() -> None:
    assert broken_promises(GOOD) == []


def test_an_acknowledged_entry_that_is_not_stored_is_lost() -> None:
    seen = replace(GOOD, comparison=comparison(URLS[:2]))

    assert broken_promises(seen) == [f"1 entries were acknowledged and lost: {URLS[2]}"]


def test_an_entry_whose_answer_was_never_acknowledged_is_no_loss() -> None:
    found = comparison(URLS[:2], acknowledged=False)

    assert (found.lost, found.rolled_out, found.served) == ((), 1, 3)


def test_an_entry_that_is_stored_twice_is_doubled() -> None:
    seen = replace(GOOD, comparison=comparison([*URLS, URLS[0]]))

    assert broken_promises(seen) == [f"1 entries are stored twice: {URLS[0]}"]


def test_an_entry_that_nobody_published_is_told() -> None:
    seen = replace(GOOD, comparison=comparison([*URLS, "http://elsewhere"]))

    assert broken_promises(seen) == ["1 entries were never published: http://elsewhere"]


def test_memory_is_judged_by_its_level_after_warm_up() -> None:
    growing = [60 + n for n in range(20)] + [100] * 20 + [100 + n for n in range(60)]

    assert broken_promises(replace(GOOD, samples=life(growing))) == [
        "memory grew from 100 to 154 MiB"
    ]
    assert broken_promises(replace(GOOD, samples=life([60] * 20 + [100] * 80))) == []
    assert broken_promises(replace(GOOD, samples=life([100] * 90 + [119] * 10))) == []


def test_threads_and_files_are_judged_by_their_quietest_moments() -> None:
    busy_now_and_then = [9, 9, 9, 40] * 25
    leaking = [9 + n // 10 for n in range(100)]

    assert (
        broken_promises(replace(GOOD, samples=life([100] * 100, threads=busy_now_and_then))) == []
    )
    assert broken_promises(replace(GOOD, samples=life([100] * 100, threads=leaking))) == [
        "threads grew from 11 to 18"
    ]


def test_a_life_that_was_too_short_has_no_levels() -> None:
    assert levels(life([100] * 5), 1, lambda sample: sample.resident) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stops": [Stop(10.5, 0)]}, "10.5 s with code 0"),
        ({"stops": [Stop(1.0, 1)]}, "1.0 s with code 1"),
        ({"integrity": ["row 5 missing from index"]}, "row 5 missing from index"),
        ({"deaths": ["code 1 after 60 s"]}, "code 1 after 60 s"),
        ({"late": ["outlet-05"]}, "outlet-05"),
        ({"orphans": ["serve"]}, "serve"),
        ({"page_failures": ["/feed.atom: status 500"]}, "status 500"),
        ({"unexpected": ["KeyError: 'id'"]}, "KeyError"),
        ({"longest_silence": 60.0}, "no feed was asked for 60 s"),
        ({"feed_requests": 1000, "poll_lines": 2000}, "2000 log lines for 1000 polls"),
        ({"samples": [Sample(1, 0.0, 0, 0, 0, 0, 100 * MIB, 0, is_read=False)]}, "100 MiB"),
    ],
)
def test_each_broken_promise_is_told(change: dict[str, object], said: str) -> None:
    (line,) = broken_promises(replace(GOOD, **change))  # type: ignore[arg-type]  # of any field

    assert said in line


def test_a_torn_file_fails_the_audit(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    open_store(database, now=NOW).close()
    good = audit(database, tmp_path / "feed.atom")
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    (tmp_path / "feed.atom").write_bytes(b"<feed><entry>")

    found = audit(database, tmp_path / "feed.atom")

    assert good == []
    assert len(found) >= 2
    assert "the merged feed does not parse" in found[-1]


def test_script_in_a_merged_feed_is_told() -> None:
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>{}</title></entry></feed>"

    assert feed_problems(atom.format("Quiet").encode()) == []
    assert feed_problems(atom.format("&lt;script>").encode())


def test_log_lines_are_counted_and_tracebacks_told_in_both_formats(tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    log.write_text(
        "2026-03-01T09:00:00 INFO poll feed=one outcome=fresh\n"
        "2026-03-01T09:00:01 ERROR poll record=one set aside\n"
        'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 1\n'
        '{"level": "INFO", "event": "poll", "feed": "two"}\n'
        '{"level": "ERROR", "event": "beat failed", "traceback": "Traceback\\nOSError: 2"}\n',
        encoding="utf-8",
    )

    kinds, unexpected = log_lines(log)

    assert kinds == {"INFO poll": 2, "ERROR poll": 1, "ERROR beat": 1}
    assert unexpected == ["KeyError: 1", "OSError: 2"]


def test_a_clock_goes_on_for_whoever_reads_it_and_follows_when_it_is_set(tmp_path: Path) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    clock = ClockFile(tmp_path / "clock.json", start, 150.0)
    reader = ClockReader(tmp_path / "clock.json")
    before, running = reader.now(), reader.running()

    clock.jump(timedelta(days=-1))

    assert start <= before
    assert reader.now() < before - timedelta(hours=23)
    assert reader.running() >= running


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_soak_of_half_a_minute_breaks_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.soak", "--minutes", "0.6", "--folder", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_log_that_nobody_reads_must_be_small() -> None:
    large = [replace(sample, wal=100 * MIB) for sample in life([100] * 100)]
    assert any("write-ahead log" in line for line in broken_promises(replace(GOOD, samples=large)))
    read = [replace(sample, is_read=True) for sample in large]
    assert broken_promises(replace(GOOD, samples=read)) == []
