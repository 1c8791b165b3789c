"""What looks like furniture of a text and is the text."""

import pytest

from aggregator.scrape.article import extract

LEAD = (
    "The harbour council will let fishing boats out again on Monday, after two weeks in which"
    " nothing but the pilot's launch was allowed beyond the mole."
)
QUOTED = (
    "“The harbour council will let fishing boats out again,” the pilots' union wrote on its board,"
    " and nobody under it could say who had told them."
)
MORE = (
    "Owners of small boats had slept in the net store since the order was given, and some of them"
    " had sold their ice to the cinema."
)


def body_of(*paragraphs: str) -> list[str]:
    content = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = "<head><meta property='og:type' content='article'></head>"
    page = f"<html>{head}<body><article><h1>Boats sail again</h1>{content}</article></body></html>"
    return extract(page.encode(), "https://quay.example/boats").body.split("\n\n")


def test_a_lead_that_is_quoted_later_stays() -> None:
    assert body_of(LEAD, MORE, QUOTED) == [LEAD, MORE, QUOTED]


def test_a_first_block_that_sums_up_the_text_goes() -> None:
    assert body_of(f"{LEAD} {MORE}", f"DALEN: {LEAD}", MORE) == [f"DALEN: {LEAD}", MORE]


@pytest.mark.parametrize("label", ["Previous story:", "Related", "Share"])
def test_what_follows_a_label_stays_if_it_is_told(label: str) -> None:
    told = "The launch had run aground on Friday, the council said."
    assert body_of(LEAD, MORE, label, told)[-1] == told


def test_what_follows_a_legal_notice_goes() -> None:
    legal = "Copyright 2026 Quay Press. All rights reserved."
    assert body_of(LEAD, MORE, legal, "Ask us before you print it.") == [LEAD, MORE]


def test_a_caption_goes_and_the_only_paragraph_stays() -> None:
    credited = f"{LEAD} {MORE} Photo: Quay Press"
    assert body_of(LEAD, MORE, f"{MORE} Photo: Quay Press") == [LEAD, MORE]
    assert body_of(credited) == [credited]


def test_lines_of_a_log_that_open_alike_stay() -> None:
    log = [
        f"The ferry at the lower landing was stopped on day {day}, and nobody crossed."
        for day in range(1, 9)
    ]
    assert body_of(*log) == log
