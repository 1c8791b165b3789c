"""Texts compared by their letters and digits, whatever their case, spacing and punctuation."""


def squeezed(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return "".join(filter(str.isalnum, text.casefold()))
