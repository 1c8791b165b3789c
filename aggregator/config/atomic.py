"""A file replaced as a whole: whoever reads it sees the old content or the new, never half."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from aggregator.errors import ConfigError, Problem


def write_atomically(path: Path, text: str) -> None:
    """Replace what is in the file at `path` by `text`, on disk when this returns.

    A link stays a link, and the file keeps its mode. Raises ConfigError when the file or its
    folder cannot be written; the old text then stands.
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
        try:
            with temporary.open("xb") as file:
                if target.exists():
                    temporary.chmod(target.stat().st_mode & 0o7777)
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be written ({reason}): check its folder and the room on the disk"
        raise ConfigError(path, [Problem(0, 0, message)]) from error


def _sync_folder(folder: Path) -> None:
    # Windows has no descriptor of a folder, and its rename needs none.
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
