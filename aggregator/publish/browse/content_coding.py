"""Which coding of an answer a client takes (RFC 9110, section 12.5.3)."""

import re
from typing import Final

_REFUSED: Final = re.compile(r"q\s*=\s*0(\.0*)?")
"""A weight of nothing: the coding is named in order not to be sent."""


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether the header names gzip, and not in order to refuse it."""
    for element in accept_encoding.lower().split(","):
        coding, *parameters = (part.strip() for part in element.split(";"))
        if coding in {"gzip", "x-gzip"}:
            return not any(map(_REFUSED.fullmatch, parameters))
    return False
