"""The picture of a page as Open Graph has it (https://ogp.me/#structured)."""

from collections.abc import Sequence
from typing import Final

from aggregator.text.images import NO_IMAGE, DeclaredImage

_ADDRESSES: Final = ("og:image", "og:image:url", "og:image:secure_url")


def declared_image(metas: Sequence[tuple[str, str]]) -> DeclaredImage:
    """Return the first image of a page's meta tags, which are (name, content) in page order.

    Its properties follow it, up to the next image. Pages with a single image have them anywhere.
    """
    named = ((key, text) for name in _ADDRESSES for key, text in metas if key == name)
    root, address = next(named, ("", ""))
    if not address:
        return NO_IMAGE
    roots = [place for place, (name, _) in enumerate(metas) if name == root]
    others = [place for place in roots if metas[place][1] != address]
    own = metas[roots[0] : others[0]] if others else metas

    def said(name: str) -> str:
        return next((text for key, text in own if key == f"og:image:{name}"), "")

    return DeclaredImage(address, said("type"), said("width"), said("height"))
