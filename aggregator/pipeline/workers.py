"""Processes for work that costs processor time: pure functions of bytes, never the database."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

TASKS_PER_CHILD: Final = 500
"""After so many tasks a worker is replaced: parsers of hostile markup grow over time."""

TASK_DEADLINE: Final = timedelta(seconds=60)
"""Past this a task is stuck for good; its process is killed."""


class PastLimit(TimeoutError):
    """A task used more processor time than it may; its worker goes on with the next."""


class _OutOfTimeError(BaseException):
    """Raised into a task; no `except Exception` of a library holds it."""


class Workers:
    """A pool that survives what its tasks do: a worker that dies or hangs is replaced.

    With `count` 0 there are as many workers as cores.
    """

    def __init__(self, count: int = 0) -> None:
        self._count = count or os.cpu_count() or 1
        self._pool = self._new_pool(self._count)
        # No more tasks than processes, so that the deadline counts work and not waiting.
        self._turn = asyncio.Semaphore(self._count)

    def _new_pool(self, count: int) -> ProcessPoolExecutor:
        # Forking a process with threads may deadlock the child; spawning never does.
        return ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_depend_on_the_parent,
            max_tasks_per_child=TASKS_PER_CHILD,
        )

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `function(*args)`, computed in a worker.

        Raises what the function raises; TimeoutError past `TASK_DEADLINE`; BrokenProcessPool when
        a worker of its own died over it.
        """
        return await self._run(partial(function, *args, **kwargs))

    async def run_within(
        self, limit: timedelta, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return `function(*args)` as `run` does; PastLimit past `limit` of processor time.

        A busy machine, or one that is still starting its workers, does not use up the limit.
        """
        task = partial(function, *args, **kwargs)
        return await self._run(partial(_limited, limit.total_seconds(), task))

    async def _run(self, task: Callable[[], T]) -> T:
        async with self._turn:
            pool = self._pool
            try:
                return await _computed(pool, task)
            except PastLimit:
                raise
            except TimeoutError:
                self._replace(pool)
                raise
            except BrokenProcessPool:
                self._replace(pool)
            # The culprit may be any task that ran then: by itself, each shows whether it was.
            alone = self._new_pool(1)
            try:
                return await _computed(alone, task)
            finally:
                _kill(alone)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            self._pool = self._new_pool(self._count)
            _kill(broken)

    def close(self) -> None:
        """End the workers at once; a task that is under way is abandoned."""
        _kill(self._pool)


async def _computed(pool: ProcessPoolExecutor, task: Callable[[], T]) -> T:
    future = asyncio.get_running_loop().run_in_executor(pool, task)
    return await asyncio.wait_for(future, TASK_DEADLINE.total_seconds())


def _limited(seconds: float, task: Callable[[], T]) -> T:
    """Return what the task does, in a worker; PastLimit past its processor time."""
    if not hasattr(signal, "setitimer"):
        return task()

    def stop(*_: object) -> None:
        raise _OutOfTimeError

    signal.signal(signal.SIGPROF, stop)
    try:
        # Again and again, should a library catch even this.
        signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
        try:
            return task()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _OutOfTimeError:
        raise PastLimit(f"more than {seconds:g} s of processor time") from None


def _kill(pool: ProcessPoolExecutor) -> None:
    # There is no public call before Python 3.14 that ends a stuck worker.
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()


def _depend_on_the_parent() -> None:
    # Ctrl-C reaches the whole process group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that was killed sends no word, and its workers would wait for tasks for ever.
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
