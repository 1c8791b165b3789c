"""File systems that know no sync of a folder, as some of networks are."""

import errno
import os

import pytest


def sync_no_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sync of a folder fail as it does there."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if os.fstat(descriptor).st_mode & 0o040000:
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
