"""Work that does not end, and a daemon in which nothing moves any more."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from aggregator.daemon.standstill import EXIT_CODE, StandstillWatch
from aggregator.daemon.supervisor import Supervisor
from aggregator.pipeline.stages import NO_PROGRESS_FOR, Stages
from aggregator.waiting import bounded, waiting_for_a_turn
from tests.daemon.processes import IN_TERMINAL
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import wait_until

pytestmark = pytest.mark.timeout(120)


def test_waiting_for_a_turn_does_not_use_up_the_limit_of_a_unit() -> None:
    async def unit() -> None:
        turn = asyncio.Event()
        asyncio.get_running_loop().call_later(0.4, turn.set)
        async with bounded(timedelta(seconds=0.2)):
            with waiting_for_a_turn():
                await turn.wait()
            await asyncio.sleep(0.01)

    asyncio.run(unit())


def test_a_unit_that_works_past_its_limit_is_broken_off() -> None:
    async def unit() -> None:
        async with bounded(timedelta(seconds=0.1)):
            with waiting_for_a_turn():
                await asyncio.sleep(0.05)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(unit())


def test_a_stage_in_which_nothing_ends_is_named_and_freed() -> None:
    seconds = 0.0

    async def run() -> None:
        nonlocal seconds
        stages = Stages(lambda: seconds)

        async def hang(stage: str, record: str) -> None:
            with stages.unit(stage, record):
                await asyncio.sleep(3600)

        hanging = [asyncio.create_task(hang("scrape", str(number))) for number in (7, 8)]
        working = asyncio.create_task(hang("poll", "courier"))
        await asyncio.sleep(0)
        seconds = NO_PROGRESS_FOR.total_seconds() - 1
        with stages.unit("poll", "agency"):
            pass
        assert stages.stuck() == {}
        seconds += 2
        assert stages.stuck() == {"scrape": ["7", "8"]}
        stages.free(stages.stuck())
        assert await asyncio.gather(*hanging, return_exceptions=True)
        assert all(task.cancelled() for task in hanging)
        assert not working.done()
        assert stages.stuck() == {}
        working.cancel()

    asyncio.run(run())


class Ended:
    """Notes how the process would have been ended."""

    def __init__(self) -> None:
        self.how: list[tuple[str, int]] = []
        self.noted = threading.Event()

    def leave(self, code: int) -> None:
        self._note("leave", code)

    def begin_anew(self, code: int) -> None:
        self._note("begin anew", code)

    def _note(self, how: str, code: int) -> None:
        self.how.append((how, code))
        self.noted.set()


class Answering:
    """A store thread that answers, or does not."""

    def __init__(self, *, answers: bool) -> None:
        self._answers = answers

    def ping(self, answered: object) -> None:
        if self._answers:
            answered()  # type: ignore[operator]  # a callback


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        # As in a terminal of a desktop, whose session systemd has started.
        ({"INVOCATION_ID": "a session", "SYSTEMD_EXEC_PID": "1"}, "begin anew"),
        ({"SYSTEMD_EXEC_PID": str(os.getpid())}, "leave"),
    ],
    ids=["without a supervisor", "under systemd"],
)
def test_a_loop_that_stands_still_ends_the_process(
    environment: dict[str, str], expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    ended = Ended()
    watch = StandstillWatch(
        Answering(answers=True),
        Supervisor(environment),
        ended,
        loop_patience=timedelta(seconds=0.2),
    )

    async def run() -> None:
        task = asyncio.create_task(watch.run())
        await asyncio.sleep(0.05)
        ended.noted.wait(20)
        task.cancel()

    asyncio.run(run())
    assert ended.how[0] == (expected, EXIT_CODE)
    assert "the event loop has not answered" in caplog.text


def test_a_database_thread_that_stands_still_ends_the_process_a_lively_one_does_not() -> None:
    async def run(ended: Ended, *, answers: bool, seconds: float) -> None:
        watch = StandstillWatch(
            Answering(answers=answers),
            Supervisor({}),
            ended,
            store_patience=timedelta(seconds=0.2),
        )
        task = asyncio.create_task(watch.run())
        await asyncio.sleep(seconds)
        task.cancel()

    stuck, lively = Ended(), Ended()
    asyncio.run(run(stuck, answers=False, seconds=2.5))
    asyncio.run(run(lively, answers=True, seconds=0.3))
    assert stuck.how[0] == ("begin anew", EXIT_CODE)
    assert lively.how == []


class EndedAndRead(Ended):
    """Lets go on what has blocked, once the end was noted."""

    def __init__(self, reading: int) -> None:
        super().__init__()
        self._reading = reading

    def _note(self, how: str, code: int) -> None:
        super()._note(how, code)
        os.read(self._reading, 1 << 20)


@pytest.mark.skipif(sys.platform != "linux", reason="pipes by /proc")
def test_a_loop_that_hangs_in_a_log_that_nobody_reads_ends_the_process() -> None:
    reading, writing = os.pipe()
    filling = os.open(f"/proc/self/fd/{writing}", os.O_WRONLY | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(filling, b"x" * 4096)
    os.close(filling)
    ended = EndedAndRead(reading)
    watch = StandstillWatch(
        Answering(answers=True), Supervisor({}), ended, loop_patience=timedelta(seconds=0.2)
    )
    log = logging.getLogger("aggregator")

    async def run() -> None:
        task = asyncio.create_task(watch.run())
        await asyncio.sleep(0.05)
        log.error("a line too many")
        task.cancel()

    with os.fdopen(reading, "rb"), os.fdopen(writing, "w", encoding="utf-8") as stream:
        handler = logging.StreamHandler(stream)
        log.addHandler(handler)
        # Without an end the test has to fail, and not to hang.
        rescue = threading.Timer(20, os.read, [reading, 1 << 20])
        rescue.start()
        try:
            asyncio.run(run())
        finally:
            rescue.cancel()
            log.removeHandler(handler)
            for thread in threading.enumerate():
                if thread.name == "beside":
                    thread.join(10)
    assert ended.how[:1] == [("begin anew", EXIT_CODE)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process is replaced as POSIX does")
def test_a_daemon_that_stands_still_begins_anew_under_its_own_number(tmp_path: Path) -> None:
    program = """
        if __name__ == '__main__':
            import pathlib, time
            import aggregator.daemon.daemon as daemon
            from aggregator.daemon.standstill import StandstillWatch, timedelta
            StandstillWatch.__init__.__kwdefaults__["loop_patience"] = timedelta(seconds=1)
            tick, first = daemon.Daemon._tick, pathlib.Path("first")
            async def stuck(self):
                if not first.exists():
                    first.touch()
                    time.sleep(3600)
                await tick(self)
            daemon.Daemon._tick = stuck
            from aggregator.cli import main
            main()
    """
    (tmp_path / "changed.py").write_text(dedent(program), encoding="utf-8")
    with Newsroom(small_world()) as room:
        text = room.feeds_yaml(extract_workers=1, poll_tick="1s")
        (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
        log = tmp_path / "log.txt"
        window, terminal = os.openpty()
        with log.open("ab") as written:
            daemon = subprocess.Popen(
                [sys.executable, "-c", IN_TERMINAL, "nohup", "changed.py", "run"],
                cwd=tmp_path, stdin=terminal, stderr=written, start_new_session=True,
            )  # fmt: skip
        try:
            wait_until(
                lambda: log.read_text(encoding="utf-8").count("daemon started database") == 2
            )
            wait_until(lambda: "outcome=fresh" in log.read_text(encoding="utf-8"))
            # It knows still that closing the terminal is nothing to it.
            os.kill(daemon.pid, signal.SIGHUP)
            wait_until(lambda: "reading feeds.yaml" in log.read_text(encoding="utf-8"))
            os.kill(daemon.pid, signal.SIGTERM)
            assert daemon.wait(10) == 0
        finally:
            daemon.kill()
            daemon.wait()
            os.close(window)
            os.close(terminal)
    text = log.read_text(encoding="utf-8")
    assert "the event loop has not answered for" in text
    assert "in stuck" in text  # where it stood
