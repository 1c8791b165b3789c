"""What a failing test of these says: which part of ours was built on what has changed."""


def ours(part: str) -> str:
    """Return the message of an assertion about a library."""
    return f"the library does this no longer; look again at {part}, which was built on it"
