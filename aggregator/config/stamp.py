"""Whether a file is still the one that was read, without reading it again."""

from pathlib import Path

Stamp = tuple[int, int, int] | None
"""Time of change, size and inode of a file; None when it is not there."""


def stamp(path: Path) -> Stamp:
    """Return what is another thing as soon as a file has changed."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        # ValueError: no file has such a name.
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
