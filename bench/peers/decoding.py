"""The text of a page, for the peers that take no bytes."""

from resiliparse.parse.encoding import bytes_to_str, detect_encoding


def text_of(raw: bytes) -> str:
    """Decode by the page's own declaration, else by what its bytes look like."""
    text: str = bytes_to_str(raw, detect_encoding(raw, from_html_meta=True))
    return text
