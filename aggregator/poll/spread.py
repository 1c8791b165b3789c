"""A fixed place for each name, so that things of one kind do not happen all at once."""

import hashlib


def spread(name: str) -> float:
    """Return a number in 0..1 that is always the same for `name`."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) / 0xFFFFFFFF
