"""A file replaced as a whole: whoever reads it sees the old content or the new, never half."""

import errno
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from aggregator.errors import ConfigError, Problem

_LEFT_BEHIND: Final = timedelta(hours=1)
"""The age at which a half written file belongs to a process that was killed."""

_CANNOT_SYNC_FOLDERS: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})
"""What file systems answer, some of them of networks, that know no sync of a folder."""

if sys.platform == "darwin":
    import fcntl

    def sync_descriptor(descriptor: int) -> None:
        """Wait until what was written to an open file is on the disk; raises OSError."""
        # There fsync leaves what was written in the drive's own cache (man 2 fsync).
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            # Not every file system there has it.
            os.fsync(descriptor)
else:

    def sync_descriptor(descriptor: int) -> None:
        """Wait until what was written to an open file is on the disk; raises OSError."""
        os.fsync(descriptor)


def write_atomically(path: Path, text: str) -> None:
    """Replace what is in the file at `path` by `text`, on disk when this returns.

    A link stays a link, and the file keeps its mode, and where it may its owner and group. Raises
    ConfigError when the file or its folder cannot be written; the old text then stands.
    """
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to that takes the place of the one at `path` when all went well.

    Otherwise as `write_atomically`, which is for what fits into memory.
    """
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        _refuse_device(target)
        remove_left_behind(target.parent, re.escape(target.name))
        try:
            with temporary.open("xb") as file:
                if target.exists():
                    before = target.stat()
                    _give_to_owner(file.fileno(), before)
                    temporary.chmod(before.st_mode & 0o7777)
                yield file
                file.flush()
                sync_descriptor(file.fileno())
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be written ({reason}): check its folder and the room on the disk"
        raise ConfigError(path, [Problem(0, 0, message)]) from error


def _give_to_owner(descriptor: int, before: os.stat_result) -> None:
    """Give an open file owner and group of the one that it replaces, where this may be.

    An edit of feeds.yaml by the administrator must not keep the daemon's user from reading it.
    """
    # By its name another file could be given away, where others may write to the folder.
    if hasattr(os, "fchown"):
        for owner, group in ((-1, before.st_gid), (before.st_uid, -1)):
            with suppress(OSError):
                os.fchown(descriptor, owner, group)


def _refuse_device(target: Path) -> None:
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise OSError(errno.EINVAL, "it is a device or a pipe, whose place no file may take")


def remove_left_behind(folder: Path, names: str, *, age: timedelta = _LEFT_BEHIND) -> None:
    """Remove what processes that were killed have left in `folder`, unfinished and that old.

    `names` is a regular expression: the names that the files would have got. What SQLite had beside
    them goes, too.
    """
    half_written = re.compile(rf"\.(?:{names})\.[0-9a-f]{{16}}(?:-journal|-wal|-shm)?")
    oldest = time.time() - age.total_seconds()
    # Another user's is not ours to remove, and the next to write sees to what remains.
    with suppress(OSError):
        for path in folder.iterdir():
            if half_written.fullmatch(path.name) and path.stat().st_mtime <= oldest:
                path.unlink()


def sync_file(path: Path) -> None:
    """Wait until what is in a file is on the disk, though not its name; raises OSError."""
    with path.open("rb+") as file:
        sync_descriptor(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where its file system can do that.

    Raises OSError when the disk fails.
    """
    # Windows opens no folder, and NTFS keeps a journal of names.
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync_descriptor(descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_SYNC_FOLDERS:
                raise
        finally:
            os.close(descriptor)
