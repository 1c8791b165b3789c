"""Torture: a layer below the program that counts its database and file calls and fails some.

`Torture` takes the place of what `sqlite3.connect` gives, and of the calls of `os` and `io` on
files below one folder. Nothing of ours is replaced. Run once to count, then again with `first` set.
"""

import errno
import io
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

IO_ERROR = (sqlite3.SQLITE_IOERR, "disk I/O error")
DISK_FULL = (sqlite3.SQLITE_FULL, "database or disk is full")


@dataclass
class Torture:
    """Counts calls from 1; those from `first` on fail, `failures` of them, while it is `armed`.

    `rollback_fails` lets every ROLLBACK fail as long as the failing goes on.
    """

    folder: Path
    error: tuple[int, str] = IO_ERROR
    first: int = 0
    failures: int = 1
    rollback_fails: bool = False
    armed: bool = True
    calls: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> Self:
        """Take the place of the edge until the test ends."""
        monkeypatch.setattr(sqlite3, "connect", self._connecting(sqlite3.connect))
        for name in ("fsync", "replace", "open", "unlink"):
            monkeypatch.setattr(os, name, self._file_call(name, getattr(os, name)))
        monkeypatch.setattr(io, "open", self._opening(io.open))
        return self

    def is_due(self, call: str) -> bool:
        """Count a call and tell whether it fails."""
        with self._lock:
            if not self.armed:
                return False
            self.calls.append(call)
            number = len(self.calls)
            is_due = 0 < self.first <= number and len(self.failed) < self.failures
            is_due = is_due or (bool(self.failed) and self.rollback_fails and call == "ROLLBACK")
            if is_due:
                self.failed.append(call)
            return is_due

    def database(self, sql: str) -> None:
        """Count a statement; raise what SQLite would when it is to fail."""
        if self.is_due(" ".join(sql.split())[:80]):
            code, text = self.error
            error = sqlite3.OperationalError(text)
            error.sqlite_errorcode = code
            raise error

    def file(self, call: str) -> None:
        """Count a call for a file; raise what the system would when it is to fail."""
        if self.is_due(call):
            number = errno.ENOSPC if self.error is DISK_FULL else errno.EIO
            raise OSError(number, os.strerror(number))

    def _connecting(self, connect: Callable[..., sqlite3.Connection]) -> Callable[..., Any]:
        torture = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                torture.database(sql)
                return super().execute(sql, parameters)

            def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
                torture.database(sql)
                return super().executemany(sql, parameters)

            def executescript(self, sql: str, /) -> sqlite3.Cursor:
                torture.database(sql)
                return super().executescript(sql)

            def commit(self) -> None:
                torture.database("COMMIT")
                super().commit()

            def rollback(self) -> None:
                torture.database("ROLLBACK")
                super().rollback()

        def connected(database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
            # A database in memory is no file.
            if str(database) != ":memory:":
                torture.database("connect")
                kwargs["factory"] = Connection
            return connect(database, *args, **kwargs)

        return connected

    def _file_call(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(subject: Any, *args: Any, **kwargs: Any) -> Any:
            if self._is_ours(subject):
                self.file(name)
            return real(subject, *args, **kwargs)

        return called

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        torture = self

        class Written(io.FileIO):
            def write(self, content: Any, /) -> int:
                try:
                    torture.file("write")
                except OSError:
                    super().write(content[: len(content) // 2])
                    raise
                return super().write(content) or 0

        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if not self._is_ours(file):
                return real(file, mode, *args, **kwargs)
            self.file(f"open {mode}")
            return Written(file, mode) if mode == "xb" else real(file, mode, *args, **kwargs)

        return opened

    def _is_ours(self, subject: Any) -> bool:
        if isinstance(subject, int):
            # A descriptor: where it leads is known on Linux only, and elsewhere none is counted.
            try:
                subject = Path(f"/proc/self/fd/{subject}").readlink()
            except OSError:
                return False
        try:
            return Path(os.fspath(subject)).is_relative_to(self.folder)
        except TypeError:
            return False
