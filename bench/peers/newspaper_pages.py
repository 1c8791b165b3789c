"""newspaper4k, without its downloads of pictures."""

from typing import Any

import newspaper

from bench.peers.decoding import text_of


def extract(raw: bytes, url: str) -> dict[str, Any]:
    """Extract the main text, title, authors and date."""
    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=text_of(raw))
    article.parse()
    published = article.publish_date
    return {
        "body": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "published": str(published) if published else None,
    }
