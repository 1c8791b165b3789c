"""trafilatura, as released and in its mode for precision."""

from typing import Any

import trafilatura
from trafilatura.settings import Document


def default(raw: bytes, url: str) -> dict[str, Any]:
    """Extract as released."""
    return _extract(raw, url, favor_precision=False)


def precision(raw: bytes, url: str) -> dict[str, Any]:
    """Extract less, but more surely."""
    return _extract(raw, url, favor_precision=True)


def _extract(raw: bytes, url: str, *, favor_precision: bool) -> dict[str, Any]:
    document = trafilatura.bare_extraction(
        raw, url=url, with_metadata=True, include_comments=False, favor_precision=favor_precision
    )
    if not isinstance(document, Document):
        return {"body": "", "title": "", "authors": [], "published": None}
    return {
        "body": document.text or "",
        "title": document.title or "",
        "authors": [document.author] if document.author else [],
        "published": document.date,
    }
