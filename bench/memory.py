"""The memory of this process; the standard library only, so that to ask costs none."""

import resource
import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def resident_bytes() -> int:
    """Return what is resident now; elsewhere than on Linux, the most so far."""
    return _bytes("VmRSS")


def peak_bytes() -> int:
    """Return the most that was ever resident."""
    return _bytes("VmHWM")


def _bytes(field: str) -> int:
    if _STATUS.exists():
        # `ru_maxrss` would begin with the memory of the process that started this one.
        text = _STATUS.read_text(encoding="utf-8")
        lines = dict(line.split(":", 1) for line in text.splitlines())
        return int(lines[field].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
