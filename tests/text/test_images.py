from dataclasses import replace

import pytest

from aggregator.model import HttpUrl, Image
from aggregator.text.images import (
    BYTES_LIMIT,
    PIXEL_LIMIT,
    DeclaredImage,
    as_written,
    clean_image,
    completed,
    first_image,
)

QUAY = HttpUrl("https://herald.example/quay.jpg")
BARE = Image(QUAY)


@pytest.mark.parametrize(
    ("written", "pixels"),
    [
        ("1", 1),
        ("640", 640),
        (" 640\n", 640),
        ("0640", 640),
        ("640px", 640),
        ("640 PX", 640),
        ("640.0", 640),
        (str(PIXEL_LIMIT), PIXEL_LIMIT),
        (str(PIXEL_LIMIT + 1), None),
        ("0", None),
        ("-640", None),
        ("+640", None),
        ("640.5", None),
        ("6e2", None),
        ("0x280", None),
        ("640%", None),
        ("auto", None),
        ("٦٤٠", None),
        ("６４０", None),
        ("²", None),
        ("True", None),
        ("inf", None),
        ('640" onload="alert(1)', None),
        ("9" * 5_000, None),
        ("640" + " " * 100_000 + "x", None),
    ],
)
def test_a_width_or_height_is_a_number_of_pixels_that_a_picture_may_have(
    written: str, pixels: int | None
) -> None:
    declared = DeclaredImage(QUAY, width=written, height=written)
    assert first_image([declared]) == Image(QUAY, width=pixels, height=pixels)


def test_a_size_is_that_of_a_file_that_a_picture_may_be() -> None:
    def size(written: str) -> int | None:
        image = first_image([DeclaredImage(QUAY, bytes=written)])
        return image.bytes if image else None

    assert (size("81234"), size(str(BYTES_LIMIT))) == (81_234, BYTES_LIMIT)
    assert (size("0"), size("-1"), size(str(BYTES_LIMIT + 1)), size("80 kB")) == (None,) * 4


@pytest.mark.parametrize(
    ("written", "media_type"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Image/PNG ", "image/png"),
        ("image/jpg", "image/jpeg"),
        ("image/webp; q=1", "image/webp"),
        ("image/svg+xml", "image/svg+xml"),
        ("image", None),
        ("image/", None),
        ("image/*", None),
        ("image/unheard-of", None),
        ("jpeg", None),
        ("text/html", None),
        ("video/mp4", None),
        ('image/png" onload="x', None),
        ("image/png" + " " * 100_000, None),
    ],
)
def test_a_media_type_is_one_of_those_of_pictures(written: str, media_type: str | None) -> None:
    assert first_image([DeclaredImage(QUAY, written)]) == Image(QUAY, media_type)


def test_the_first_with_an_address_is_taken_and_others_of_it_complete_it() -> None:
    declared = [
        DeclaredImage("javascript:alert(1)", "image/gif", "1", "1", "1"),
        DeclaredImage("", "image/gif", "1", "1", "1"),
        DeclaredImage("/quay.jpg", height="600"),
        DeclaredImage("/small.jpg", "image/png", "90", "60", "123"),
        DeclaredImage(QUAY, "image/jpeg", "900", "650", "81234"),
        DeclaredImage(QUAY, "image/webp", bytes="9"),
    ]
    # A width of 900 would belong to a height of 650.
    found = first_image(declared, "https://herald.example/1")
    assert found == Image(QUAY, "image/jpeg", height=600, bytes=81_234)
    assert first_image(declared[:2]) is None


def test_an_image_is_completed_by_the_same_one_only() -> None:
    whole = Image(QUAY, "image/jpeg", 900, 600, 81_234)
    assert completed(BARE, whole) == whole
    assert completed(whole, BARE) == whole
    assert completed(BARE, replace(whole, url=HttpUrl("https://herald.example/2"))) == BARE
    assert (completed(None, whole), completed(whole, None), completed(None, None)) == (
        whole,
        whole,
        None,
    )


def test_what_is_kept_is_cleaned_once_more() -> None:
    whole = Image(QUAY, "image/jpeg", 900, 600, 81_234)
    assert clean_image(whole) == whole
    assert clean_image(replace(whole, media_type="x", width=-1, height=True, bytes=0)) == BARE
    assert clean_image(Image(HttpUrl("data:image/png,x"))) is None
    assert clean_image(None) is None


def test_numbers_of_json_are_read_as_text_and_nothing_else_is() -> None:
    assert [as_written(value) for value in ("640", 640, 640.0, None, [640], {"a": 1})] == [
        "640", "640", "640.0", "", "", ""
    ]  # fmt: skip
