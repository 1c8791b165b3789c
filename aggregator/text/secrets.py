"""Secrets by name: `${NAME}` stands for a variable of the environment until it is needed."""

import re
from collections.abc import Mapping
from typing import Final

REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_reference(text: str) -> bool:
    """Tell whether a text is one reference and nothing else."""
    return REFERENCE.fullmatch(text) is not None


def has_broken_reference(text: str) -> bool:
    """Tell whether a text begins a reference that is none, such as `${my name}`."""
    return "${" in REFERENCE.sub("", text)


def looked_up(text: str, environment: Mapping[str, str]) -> str:
    """Return a text with the values of its references; raises KeyError with a missing name."""
    return REFERENCE.sub(lambda match: environment[match[1]], text)
