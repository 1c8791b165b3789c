"""resiliparse: the main text by its rules, and the title of the page; no authors and no date."""

from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from bench.peers.decoding import text_of


def extract(raw: bytes, url: str) -> dict[str, Any]:
    """Extract the main text."""
    del url
    tree = HTMLTree.parse(text_of(raw))
    return {
        "body": extract_plain_text(tree, main_content=True, alt_texts=False),
        "title": tree.title,
        "authors": [],
        "published": None,
    }
