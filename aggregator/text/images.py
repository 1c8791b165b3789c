"""Images as others declare them: hostile words in, an `Image` out. None is ever fetched."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from aggregator.model import HttpUrl, Image
from aggregator.text.urls import http_url

PIXEL_LIMIT: Final = 20_000
"""Width or height of an image at most; cameras of news agencies have under 10,000."""
BYTES_LIMIT: Final = 100_000_000
"""Size of an image file at most; what is larger is a video, or no size."""
MEDIA_TYPES: Final = frozenset(
    "image/apng image/avif image/bmp image/gif image/heic image/heif image/jpeg image/jxl image/png"
    " image/svg+xml image/tiff image/webp".split()
)
"""Those of pictures on the web.

Source: https://developer.mozilla.org/en-US/docs/Web/Media/Guides/Formats/Image_types and, for what
cameras write, the media types registered with IANA.
"""

_MISSPELT_TYPES: Final = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg"}
_WORD_LIMIT: Final = 64
"""Characters; no size and no media type of ours is longer."""
_WHOLE_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,8})(?:\.0+)?", re.ASCII)
_PIXELS: Final = "px"


class DeclaredImage(NamedTuple):
    """An image as a page or a feed declares it: **hostile text**, "" where it is silent."""

    address: str = ""
    media_type: str = ""
    width: str = ""
    height: str = ""
    bytes: str = ""


NO_IMAGE: Final = DeclaredImage()


def as_written(value: object) -> str:
    """Return a text or a number of JSON as text, "" for what is neither."""
    return str(value) if isinstance(value, str | int | float) else ""


def first_image(declared: Iterable[DeclaredImage], base: str | None = None) -> Image | None:
    """Return the first image that has an address, relative ones being so to `base`.

    What is declared of the same address further on completes it.
    """
    candidates = iter(declared)
    for first in candidates:
        if first.address and (url := http_url(first.address, base)):
            image: Image | None = _image(url, first)
            for other in candidates:
                if other.address in (first.address, url):
                    image = completed(image, _image(url, other))
            return image
    return None


def completed(image: Image | None, other: Image | None) -> Image | None:
    """Return `image` with what `other` knows more of the same address; without it, `other`."""
    if image is None or other is None:
        return image or other
    if other == image or other.url != image.url:
        return image
    # The width of one size does not go with the height of another.
    measured = other if image.width is None and image.height is None else image
    return replace(
        image,
        media_type=image.media_type or other.media_type,
        width=measured.width,
        height=measured.height,
        bytes=image.bytes or other.bytes,
    )


def clean_image(image: Image | None) -> Image | None:
    """Return an image of uncertain origin without what is no address, no type or no size."""
    if image is None:
        return None
    sizes = map(as_written, (image.width, image.height, image.bytes))
    return first_image([DeclaredImage(image.url, as_written(image.media_type), *sizes)])


def _image(url: HttpUrl, declared: DeclaredImage) -> Image:
    _, media_type, width, height, size = declared
    return Image(
        url,
        _media_type(media_type) if 0 < len(media_type) <= _WORD_LIMIT else None,
        _number(width, PIXEL_LIMIT) if 0 < len(width) <= _WORD_LIMIT else None,
        _number(height, PIXEL_LIMIT) if 0 < len(height) <= _WORD_LIMIT else None,
        _number(size, BYTES_LIMIT) if 0 < len(size) <= _WORD_LIMIT else None,
    )


# What these remember is bounded, since no word is longer than the limit.
@lru_cache(maxsize=1024)
def _media_type(text: str) -> str | None:
    media_type = text.partition(";")[0].strip().lower()
    media_type = _MISSPELT_TYPES.get(media_type, media_type)
    return media_type if media_type in MEDIA_TYPES else None


@lru_cache(maxsize=4096)
def _number(text: str, limit: int) -> int | None:
    found = _WHOLE_NUMBER.fullmatch(text.strip().lower().removesuffix(_PIXELS).rstrip())
    if found is None or int(found[1]) > limit:
        return None
    return int(found[1])
