"""Memory that the daemon has used once, and needs no more, goes back to the system."""

import itertools
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.processes import log, write_feeds
from tests.newsroom.room import Newsroom
from tests.running import started, wait_until

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own calls")

_MIB = 2**20
_HEAP_OF_A_THREAD = 64 * _MIB
"""HEAP_MAX_SIZE of malloc/arena.c: where each begins, and how much is set apart for it."""

_HEAPS = """
import ctypes, sys, threading
from aggregator.daemon.free_memory import use_few_heaps

if sys.argv[1] == "few":
    use_few_heaps()
library = ctypes.CDLL(None)
library.malloc.restype = library.fopen.restype = ctypes.c_void_p
library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
library.fclose.argtypes = [ctypes.c_void_p]
have_asked = threading.Barrier(7)
may_end = threading.Barrier(7)

def ask():
    library.malloc(1000)
    have_asked.wait()
    may_end.wait()

for _ in range(6):
    threading.Thread(target=ask).start()
have_asked.wait()
stream = library.fopen(sys.argv[2].encode(), b"w")
library.malloc_info(0, stream)
library.fclose(stream)
may_end.wait()
"""

_HOLES = """
import asyncio, ctypes, os, sys
from datetime import timedelta
from aggregator.daemon.free_memory import return_free_memory

library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = [ctypes.c_void_p]

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

async def main():
    blocks = [library.malloc(16_000) for _ in range(8_000)]
    for block in blocks:
        ctypes.memset(block, 1, 16_000)
    # What is above them in the heap is still in use.
    for block in blocks[:-1]:
        library.free(block)
    print(resident())
    task = asyncio.create_task(return_free_memory(timedelta(milliseconds=5)))
    await asyncio.sleep(0.3)
    assert not task.done()
    print(resident())
    task.cancel()

asyncio.run(main())
"""


def _run(program: str, *arguments: str | Path, **environment: str) -> str:
    free_to_decide = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**free_to_decide, **environment}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "environment", "heaps"),
    [
        pytest.param("few", {}, 2, id="the daemon's threads share two"),
        pytest.param("any", {}, 7, id="each would have one of its own"),
        pytest.param("few", {"MALLOC_ARENA_MAX": "4"}, 4, id="the user decides"),
    ],
)
def test_threads_share_few_heaps(
    wish: str, environment: dict[str, str], heaps: int, tmp_path: Path
) -> None:
    _run(_HEAPS, wish, tmp_path / "heaps.xml", **environment)

    assert (tmp_path / "heaps.xml").read_text(encoding="utf-8").count("<heap nr=") == heaps


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux'")
def test_holes_are_returned_to_the_system() -> None:
    before, after = map(int, _run(_HOLES).split())

    assert before - after > 100 * _MIB


def _heaps_of_threads(maps: str) -> int:
    ranges = []
    for line in maps.splitlines():
        addresses, permissions, *_ = line.split()
        begin, end = (int(address, 16) for address in addresses.split("-"))
        ranges.append((begin, end, permissions))
    return sum(
        first == "rw-p" and rest == "---p" and begin % _HEAP_OF_A_THREAD == 0
        and end == next_begin and next_end == begin + _HEAP_OF_A_THREAD
        for (begin, end, first), (next_begin, next_end, rest) in itertools.pairwise(ranges)
    )  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux'")
def test_a_daemon_at_work_has_one_heap_beside_the_main_one(
    tmp_path: Path, room: Newsroom, dripping: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    write_feeds(tmp_path, room, dripping)
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: log(tmp_path).count(" outcome=fresh") >= 2)
        maps = Path(f"/proc/{daemon.pid}/maps").read_text(encoding="utf-8")

    assert _heaps_of_threads(maps) == 1
