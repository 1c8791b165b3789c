import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.pipeline import workers as module
from aggregator.pipeline.workers import Workers
from tests.running import wait_until

pytestmark = pytest.mark.timeout(120)


def square(number: int) -> int:
    return number * number


def fail() -> None:
    raise ValueError("a bug")


def sleep_for_ever() -> None:
    while True:
        time.sleep(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: Path) -> str:
    if not marker.exists():
        marker.touch()
        die()
    return "done"


def burn_for_ever() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001, S112 -- as libraries do
            continue


def rest_then_name_process(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_results_and_exceptions_come_back() -> None:
    async def work() -> None:
        workers = Workers(1)
        try:
            assert await asyncio.gather(*(workers.run(square, n) for n in range(5))) == [
                0, 1, 4, 9, 16,
            ]  # fmt: skip
            with pytest.raises(ValueError, match="a bug"):
                await workers.run(fail)
            assert await workers.run(square, 7) == 49
        finally:
            workers.close()

    asyncio.run(work())


def test_a_worker_that_hangs_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        workers = Workers(1)
        try:
            assert await workers.run(square, 2) == 4
            monkeypatch.setattr(module, "TASK_DEADLINE", timedelta(seconds=0.5))
            with pytest.raises(TimeoutError):
                await workers.run(sleep_for_ever)
            monkeypatch.setattr(module, "TASK_DEADLINE", timedelta(seconds=60))
            assert await workers.run(square, 3) == 9
        finally:
            workers.close()

    asyncio.run(work())


def test_a_task_whose_worker_died_has_a_second_chance_and_no_third(tmp_path: Path) -> None:
    async def work() -> None:
        workers = Workers(1)
        try:
            assert await workers.run(die_once, tmp_path / "marker") == "done"
            with pytest.raises(BrokenProcessPool):
                await workers.run(die)
            assert await workers.run(square, 4) == 16
        finally:
            workers.close()

    asyncio.run(work())


def test_a_task_past_its_processor_time_ends_and_its_worker_goes_on() -> None:
    async def work() -> None:
        workers = Workers(1)
        try:
            process = await workers.run(os.getpid)
            with pytest.raises(TimeoutError, match="processor time"):
                await workers.run_within(timedelta(seconds=0.3), burn_for_ever)
            assert await workers.run(os.getpid) == process
        finally:
            workers.close()

    asyncio.run(work())


def test_time_that_others_use_is_not_held_against_a_task() -> None:
    async def work() -> None:
        workers = Workers(1)
        try:
            limit = timedelta(seconds=0.3)
            assert await workers.run_within(limit, rest_then_name_process, 0.6) > 0
        finally:
            workers.close()

    asyncio.run(work())


def test_a_task_beside_one_that_kills_its_worker_is_not_blamed() -> None:
    async def work() -> None:
        workers = Workers(2)
        try:
            await asyncio.gather(*(workers.run(square, n) for n in range(4)))
            found = await asyncio.gather(
                *(workers.run(die) for _ in range(2)),
                *(workers.run(rest_then_name_process, 0.5) for _ in range(3)),
                return_exceptions=True,
            )
            assert [type(result) for result in found] == [BrokenProcessPool] * 2 + [int] * 3
        finally:
            workers.close()

    asyncio.run(work())


_KILLED = """
import asyncio, os
from aggregator.pipeline.workers import Workers
from tests.running import wait_until
async def work():
    print(await Workers(1).run(os.getpid), flush=True)
    os.kill(os.getpid(), 9)
if __name__ == "__main__":
    asyncio.run(work())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_d18_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "killed.py"
    program.write_text(_KILLED, encoding="utf-8")
    # Its end is waited for by the pipe, which the worker holds open, too.
    run = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False
    )
    worker = int(run.stdout)
    wait_until(lambda: not is_running(worker), seconds=20)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
