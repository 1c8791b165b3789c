"""Whom reports credit and cite, in the words of many newsrooms."""

import math
import time
from itertools import pairwise

import pytest

from aggregator.group.origin.credits import TEXT_LIMIT, CreditKind, Credits, credits_of
from aggregator.group.origin.publishers import Names, publisher_of

OWN = publisher_of("courier.example", "Harbour Courier")
NAMES = Names(
    (
        OWN,
        publisher_of("meridian-wire.example", "Meridian Wire", is_agency=True),
        publisher_of("cpa.example", "Continental Press Agency", is_agency=True),
        publisher_of("halyn-news.example", "Галинські новини"),
        publisher_of("bbc.co.uk", "Middle East"),
    )
)
MORE = "\n\nThe river rose again in the night."


def read(text: str = "", title: str = "", *authors: str) -> Credits:
    return credits_of(title, text, authors, OWN, NAMES)


def named(found: Credits) -> list[tuple[str, CreditKind]]:
    return [(one.publisher, one.kind) for one in found.named]


@pytest.mark.parametrize(
    ("dateline", "agency"),
    [
        ("KYIV, March 3 (Reuters) - Shells fell.", "reuters"),
        ("KARSAT (AP) — Shells fell.", "ap"),
        ("(AFP) – Des obus sont tombés.", "afp"),
        ("Kiew (dpa) - Granaten schlugen ein.", "dpa"),
        ("Kiew (dpa/AFP) - Granaten schlugen ein.", "dpa"),
        ("MADRID, 3 mar. (EFE). Cayeron obuses.", "efe"),
        ("(ANSA) - ROMA, 03 MAR - Colpi di mortaio.", "ansa"),
        ("МОСКВА, 3 марта. /ТАСС/. Упали снаряды.", "tass"),
        ("МОСКВА, 3 мар — РИА Новости. Упали снаряды.", "ria"),
        ("Москва. 3 марта. INTERFAX - Упали снаряды.", "interfax"),
        ("新华社基辅3月3日电（记者）炮弹落下。", "xinhua"),
        ("据新华社电 炮弹落下。", "xinhua"),
        ("القاهرة 3 مارس (رويترز) - سقطت قذائف.", "reuters"),
        ("رام الله 3-3-2026 وفا- سقطت قذائف.", "wafa"),
        ("PORT ORLANE (Meridian Wire) - Shells fell.", "meridian-wire.example"),
        ("VESK, Drovia (CPA) — Shells fell.", "cpa.example"),
        ("KARSAT (Coast Press) - Shells fell.", "name:coast press"),
    ],
)
def test_a_dateline_says_whose_text_it_is(dateline: str, agency: str) -> None:
    assert named(read(dateline + MORE))[0] == (agency, CreditKind.CREDIT)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Reuters", "reuters"),
        ("— AFP", "afp"),
        ("(Reuters)", "reuters"),
        ("dpa/mk", "dpa"),
        ("avec AFP", "afp"),
        ("Con información de EFE", "efe"),
        ("Fonte: ANSA", "ansa"),
        ("Źródło: PAP", "pap"),
        ("Источник: ТАСС", "tass"),
        ("Джерело: Укрінформ", "ukrinform"),
        ("المصدر: رويترز", "reuters"),
        ("מקור: רויטרס", "reuters"),
        ("Kaynak: Anadolu Ajansı", "anadolu"),
        ("来源：新华社", "xinhua"),
        ("With inputs from PTI", "pti"),
        ("© Meridian Wire", "meridian-wire.example"),
        ("Reporting by Meridian Wire", "meridian-wire.example"),
        ("This report was supplied by Meridian Wire.", "meridian-wire.example"),
    ],
)
def test_a_last_line_says_whose_text_it_is(line: str, agency: str) -> None:
    assert named(read(f"Shells fell.{MORE}\n\n{line}")) == [(agency, CreditKind.CREDIT)]


def test_the_end_of_the_last_paragraph_and_the_first_line_say_so_too() -> None:
    assert named(read(f"{MORE * 9} Nobody was hurt. (dpa/mk)")) == [("dpa", CreditKind.CREDIT)]
    assert named(read(f"AFP{MORE}")) == [("afp", CreditKind.CREDIT)]


@pytest.mark.parametrize("author", ["Reuters", "Reuters Staff", "Agence France-Presse"])
def test_a_byline_says_whose_text_it_is(author: str) -> None:
    (found,) = read("Shells fell.", "", author).named
    assert found.kind is CreditKind.CREDIT
    assert found.publisher in {"reuters", "afp"}


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Shells fell on a school, Reuters reported.", "reuters"),
        ("Police told Reuters that shells had fallen.", "reuters"),
        ("Shells fell, said the mayor, citing the French news agency AFP.", "afp"),
        ("Shells fell, according to the state news agency SANA, on a school.", "sana"),
        ("Ten died, the New York Times said.", "nyt"),
        ("Laut der Nachrichtenagentur Reuters schlugen Granaten ein.", "reuters"),
        ("Wie die Deutsche Presse-Agentur berichtet, schlugen Granaten ein.", "dpa"),
        ("Der Sprecher sagte der dpa, es seien zehn.", "dpa"),
        ("Selon l'agence Reuters, des obus sont tombés.", "reuters"),
        ("Des obus sont tombés, a déclaré un témoin à l'AFP.", "afp"),
        ("Cayeron obuses, según informó la agencia EFE.", "efe"),
        ("Colpi di mortaio: lo riferisce l'ANSA.", "ansa"),
        ("Segundo a agência Lusa, caíram obuses.", "lusa"),
        ("Spadły pociski, jak podała agencja PAP.", "pap"),
        ("Упали снаряды, сообщает агентство Рейтер.", "reuters"),
        ("Снаряды упали утром, рассказал Интерфаксу очевидец.", "interfax"),
        ("Упали снаряды, пишет РБК-Украина со ссылкой на полицию.", "rbc-ukraine"),
        ("Впали снаряди, повідомляє Укрінформ.", "ukrinform"),
        ("Впали снаряди, йдеться із посиланням на «Українську правду».", "ukrainska-pravda"),
        ("Про це пишуть «Галинські новини».", "halyn-news.example"),
        ("نقلت وكالة رويترز عن مسؤول أن قذائف سقطت.", "reuters"),
        ("وقال مسؤول لرويترز إن قذائف سقطت.", "reuters"),
        ("به گزارش خبرگزاری ایرنا چند گلوله فرود آمد.", "irna"),
        ("פגזים נפלו, כך דיווחה סוכנות הידיעות רויטרס.", "reuters"),
        ("Reuters'a konuşan yetkili on kişi dedi.", "reuters"),
        ("Anadolu Ajansı'nın haberine göre mermiler düştü.", "anadolu"),
        ("据路透社3日报道，炮弹落下。", "reuters"),
        ("ロイター通信によると、砲弾が落ちた。", "reuters"),
        ("Ten died, citing the newspaper Red Dawn, said the mayor.", "name:red dawn"),
        ("Об этом сообщила газета «Красная звезда».", "name:красная звезда"),
        ("Ten died, Meridian Wire says.", "meridian-wire.example"),
        ("Ten died, according to Israel's Channel 12.", "n12"),
    ],
)
def test_a_citation_says_where_a_report_has_it_from(text: str, cited: str) -> None:
    assert named(read(text + MORE)) == [(cited, CreditKind.CITATION)]


@pytest.mark.parametrize(
    "title",
    ["Reuters: ten dead in Karsat", "Ten dead in Karsat - Reuters", "Ten dead, Reuters reports"],
)
def test_a_headline_cites(title: str) -> None:
    assert named(read("Shells fell.", title)) == [("reuters", CreditKind.CITATION)]


@pytest.mark.parametrize(
    "text",
    [
        "Ten died, according to the police.",
        "Ten died, the mayor told reporters.",
        "A map of the ap.\n\nPhoto: Reuters",
        "Shells fell.\n\nФото: ТАСС",
        "Ten died in the Middle East, said the mayor.",
        "The office of Reuters in Karsat was hit. Nobody was hurt, the mayor said.",
        "The Harbour Courier reported it first.",
        f"Shells fell.{' The river rose.' * 60} It was, Reuters reported, the ninth time.",
        "An anonymous guardian reported it, and a mirror broke.",
        "",
    ],
)
def test_witnesses_pictures_background_and_oneself_are_no_citation(text: str) -> None:
    assert named(read(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Our correspondent saw the crater.",
        "A Harbour Courier reporter saw the crater.",
        "“It was loud,” a baker told the Harbour Courier.",
        "Notre envoyé spécial a vu le cratère.",
        "Das sagte der Bäcker dieser Zeitung: Unser Reporter war dort.",
        "Nuestro corresponsal vio el cráter.",
        "Il nostro inviato ha visto il cratere.",
        "A nossa reportagem viu a cratera.",
        "Nasz korespondent widział lej.",
        "Воронку видел наш корреспондент.",
        "Вирву бачив наш кореспондент.",
        "أفاد مراسلنا أن الحفرة عميقة.",
        "به گزارش خبرنگار ما گودال عمیق است.",
        "כתבנו בשטח ראה את המכתש.",
        "Muhabirimiz çukuru gördü.",
        "本报记者看到了弹坑。",
    ],
)
def test_a_newsroom_tells_of_reporting_of_its_own(text: str) -> None:
    assert read(text).own_reporting


def test_an_agency_does_not_credit_itself_under_its_initials() -> None:
    agency = publisher_of("amp.example", "Agence de la Presse", is_agency=True)
    dateline = f"BOKALA (ALP) - Shells fell.{MORE}"
    assert credits_of("", dateline, (), agency, NAMES) == Credits()
    assert named(read(dateline)) == [("name:alp", CreditKind.CREDIT)]


def test_another_newsrooms_correspondent_is_not_ones_own() -> None:
    found = read("A Meridian Wire reporter saw the crater.")
    assert not found.own_reporting
    assert named(found) == [("meridian-wire.example", CreditKind.CITATION)]


PATTERNS = {
    "names": "Reuters AFP ",
    "brackets": "(",
    "unclosed": "A (Reuters ",
    "cues": "according to ",
    "quotes": "newspaper «",
    "capitals": "News Agency Daily ",
    "one word": "x",
    "apostrophes": "l'",
    "stars": "Українськ ",
    "characters": "据路透社报道",
    "marks": "\u064b",
    "lines": "AFP\n\n",
    "own": "our Harbour Courier reporter told the ",
}


@pytest.mark.parametrize("name", PATTERNS)
def test_any_text_is_read(name: str) -> None:
    text = PATTERNS[name] * (200_000 // len(PATTERNS[name]))
    assert len(read(text, text, text, *[text] * 50).named) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("name", PATTERNS)
def test_each_doubling_takes_at_most_two_and_a_half_times_as_long(name: str) -> None:
    # What else the machine does only adds to a time, so the least of several rounds counts.
    piece = PATTERNS[name]
    texts = [
        piece * (size // len(piece)) for size in (TEXT_LIMIT // 4, TEXT_LIMIT // 2, TEXT_LIMIT)
    ]
    spent = [math.inf] * len(texts)
    for _ in range(5):
        for place, text in enumerate(texts):
            started = time.process_time()
            for _ in range(3):
                read(text)
            spent[place] = min(spent[place], time.process_time() - started)
    assert all(longer <= 2.5 * max(shorter, 0.02) for shorter, longer in pairwise(spent)), spent
