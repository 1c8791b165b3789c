"""Images as the database keeps them: the address in one column, what is declared of it in another.

Migration m015 has added the second.
"""

import json
from typing import Final

from aggregator.model import HttpUrl, Image

IMAGE_DETAILS: Final = """
ALTER TABLE entries ADD COLUMN image_details TEXT;
ALTER TABLE articles ADD COLUMN image_details TEXT;
ALTER TABLE stories ADD COLUMN image_details TEXT;
"""

_DETAILS: Final = ("media_type", "width", "height", "bytes")


def image_columns(image: Image | None) -> tuple[str | None, str | None]:
    """Return address and details for the columns `image` and `image_details`."""
    if image is None:
        return None, None
    known = {name: value for name in _DETAILS if (value := getattr(image, name))}
    return image.url, json.dumps(known) if known else None


def image_from(address: str | None, details: str | None) -> Image | None:
    """Return the image of those columns."""
    if not address:
        return None
    return Image(HttpUrl(address), **json.loads(details) if details else {})
