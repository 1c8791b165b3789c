import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.scrape.encoding.charset import decode

RUSSIAN = "<p>Переправа у Нижней Липовки снова работает.</p>"
ARABIC = "<p>إعادة فتح الطريق الساحلي</p>"
HEBREW = "<p>הרכבות לנמל הצפוני חזרו לפעול</p>"
CHINESE = "<p>东渡口恢复货运</p>"
FRENCH = "<p>Le déchargement a duré quatorze heures à Saint-Aubrac.</p>"

NEWS = {
    "ru": "Переправа у Нижней Липовки снова работает, сообщила дорожная служба. За первые три часа"
    " на левый берег прошли сорок две машины — в основном с «топливом и медикаментами».",
    "uk": "Світло повернули в чотири громади Заліського району, повідомили в адміністрації."
    " Ще дві громади живляться від генераторів: бригади не можуть дістатися лінії.",
    "bg": "Движението по моста край Долно Езерово беше възстановено във вторник сутринта, съобщиха"
    " от пътната служба. За първите три часа преминаха четиридесет камиона с брашно.",
    "sr": "Саобраћај преко моста код Доњег Језера обновљен је у уторак ујутру, саопштила је путна"
    " служба. Током прва три сата прошло је четрдесет камиона са брашном и лековима.",
    "ar": "أعلنت بلدية مرسى الزيتون إعادة فتح الطريق الساحلي أمام الشاحنات صباح الأحد بعد أسبوعين"
    " من إغلاقه، وقال مدير الأشغال إن الفرق الفنية أزالت أكثر من أربعين طنا من الركام.",
    "fa": "پل شرقی صبح روز شنبه پس از دو هفته تعمیر دوباره باز شد و چهل کامیون آرد و دارو از آن"
    " گذشت. مدیر راهداری گفت که رفت و آمد تنها در روز مجاز است.",
    "he": "תנועת הרכבות בין גבעת האורן לנמל הצפוני חודשה ביום שני בבוקר, לאחר תשעה ימים של השבתה."
    " העירייה הודיעה כי המקלטים לאורך הקו יישארו פתוחים.",
    "el": "Η κυκλοφορία στη γέφυρα αποκαταστάθηκε το πρωί της Τρίτης, ανακοίνωσε η υπηρεσία δρόμων."
    " Τις πρώτες τρεις ώρες πέρασαν σαράντα φορτηγά με αλεύρι και φάρμακα.",
    "zh-Hans": "守卫听到枪声后，大桥于周五关闭。当地交通部门表示，四十辆装有面粉"
    "和药品的卡车在前三个小时内通过了临时渡口，其余车辆仍在等待检查。",
    "zh-Hant": "守衛聽到槍聲後，大橋於週五關閉。當地交通部門表示，四十輛裝有麵粉"
    "和藥品的卡車在前三個小時內通過了臨時渡口，其餘車輛仍在等待檢查。",
    "ja": "警備員が銃声を聞いたため、橋は金曜日に閉鎖された。道路局によると、小麦粉と医薬品を"
    "積んだトラック四十台が最初の三時間で仮設の渡し場を通過したという。",
    "ko": "경비원들이 총성을 들은 뒤 금요일에 다리가 폐쇄되었다. 도로 당국은 밀가루와 의약품을"
    " 실은 트럭 마흔 대가 처음 세 시간 동안 임시 나루를 통과했다고 밝혔다.",
    "fr": "Le déchargement a duré quatorze heures à Saint-Aubrac, où l'armée a fermé le pont."
    " « Nous avons été prévenus très tôt », a déclaré le maire, qui espère rouvrir cet été.",
    "de": "Die Brücke über den Fluss wurde gesperrt, nachdem Wächter Schüsse gehört hatten. Für die"
    " Übergangszeit fährt eine Fähre, erklärte das Straßenbauamt am Dienstag.",
    "es": "El puente se cerró el viernes después de que los guardias oyeran disparos. La dirección"
    " de tráfico informó de que cuarenta camiones cruzaron por la mañana según un portavoz.",
    "pl": "Most został zamknięty w piątek, gdy strażnicy usłyszeli strzały. Zarząd dróg podał, że"
    " przez pierwsze trzy godziny przejechało czterdzieści ciężarówek z mąką.",
    "ro": "Podul a fost închis vineri după ce paznicii au auzit împuşcături. Direcţia drumurilor a"
    " anunţat că patruzeci de camioane au trecut în primele trei ore.",
    "tr": "Köprü cuma günü kapatıldı. Karayolları müdürlüğü, ilk üç saatte un ve ilaç taşıyan kırk"
    " kamyonun geçici iskeleden geçtiğini, diğerlerinin beklediğini açıkladı.",
}
ENCODINGS = {
    "ru": ["windows-1251", "koi8-r", "iso-8859-5", "cp866"],
    "uk": ["windows-1251", "koi8-u"],
    "bg": ["windows-1251"],
    "sr": ["windows-1251"],
    "ar": ["windows-1256"],
    "fa": ["windows-1256"],
    "he": ["windows-1255"],
    "el": ["windows-1253"],
    "zh-Hans": ["gb2312", "gbk", "gb18030"],
    "zh-Hant": ["big5", "gb18030"],
    "ja": ["shift_jis", "euc-jp"],
    "ko": ["euc-kr"],
    "fr": ["windows-1252"],
    "de": ["windows-1252"],
    "es": ["windows-1252"],
    "pl": ["windows-1250"],
    "ro": ["windows-1250"],
    "tr": ["windows-1254"],
}
WRONG_LABELS = ["utf-8", "iso-8859-1", "windows-1252", "windows-1251", "klingon"]
PAGE = (
    '<html><head>{meta}<title>{text}</title></head><body><div class="menu"><a href="/">Home</a>'
    ' <a href="/en">English</a></div><p>{text}</p></body></html>'
)
META = '<meta http-equiv="Content-Type" content="text/html; charset={label}">'


def in_page(language: str, encoding: str, label: str | None) -> tuple[bytes, str]:
    """Return a page in bytes, and its text: the news without what the encoding can't spell."""
    news = NEWS[language].encode(encoding, "ignore").decode(encoding)
    page = PAGE.format(meta=META.format(label=label) if label else "", text=news)
    return page.encode(encoding), page


CASES = [(language, encoding) for language, names in ENCODINGS.items() for encoding in names]


@pytest.mark.parametrize("label", [None, *WRONG_LABELS])
@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_c16_charset_missing_or_wrong(language: str, encoding: str, label: str | None) -> None:
    raw, page = in_page(language, encoding, label)
    assert decode(raw) == page
    if label:
        unmarked, page = in_page(language, encoding, None)
        assert decode(unmarked, f"text/html; charset={label}") == page


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_charset_right(language: str, encoding: str) -> None:
    raw, page = in_page(language, encoding, encoding)
    assert decode(raw) == page
    assert decode(raw, "text/html; charset=iso-8859-1") == page


@pytest.mark.parametrize("language", NEWS)
@pytest.mark.parametrize("label", ["windows-1251", "iso-8859-1", "gb2312", "shift_jis"])
def test_c16_utf8_called_something_else(language: str, label: str) -> None:
    raw, page = in_page(language, "utf-8", label)
    assert decode(raw, f"text/html; charset={label}") == page


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (ARABIC, "cp1256"), (HEBREW, "cp1255"),
     (FRENCH, "cp1252"), ("<p>Il a été prévenu.</p>", "cp1252")],
)  # fmt: skip
def test_c16_a_short_text_undeclared_or_called_utf8(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert decode(raw) == text
    assert decode(b"<meta charset=utf-8>" + raw, "text/html; charset=utf-8").endswith(text)


@pytest.mark.parametrize(
    ("text", "label", "encoding"),
    [(CHINESE, "gb2312", "gb18030"), (CHINESE, "x-gbk", "gb18030"),
     (RUSSIAN, "win-1251", "cp1251"), (FRENCH, "latin1", "cp1252"),
     ("<p>港の再開</p>", "x-sjis", "cp932"), ("<p>港の再開</p>", "iso-2022-jp", "iso2022_jp"),
     ("<p>항구 재개</p>", "windows-949", "cp949"), (HEBREW, "iso-8859-8-i", "cp1255"),
     ("<p>Uostas atidarytas anksčiau</p>", "windows-1257", "cp1257")],
)  # fmt: skip
def test_labels_of_browsers_on_texts_too_short_to_judge(
    text: str, label: str, encoding: str
) -> None:
    assert decode(text.encode(encoding), f"text/html; charset={label}") == text
    head = META.format(label=label)
    assert decode((head + text).encode(encoding)) == head + text


def test_byte_order_marks() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert decode(RUSSIAN.encode(encoding), "text/html; charset=ascii") == RUSSIAN


def test_utf8_cut_within_a_character_and_with_a_stray_byte() -> None:
    assert decode(RUSSIAN.encode()[:-6]).startswith("<p>Переправа")
    stray = (RUSSIAN * 5).encode() + b"\xff" + b"</p>"
    assert "Липовки" in decode(stray)
    assert "Липовки" in decode(stray, "text/html; charset=windows-1251")


@pytest.mark.parametrize(
    "label", ["klingon", "utf-16", "utf-7", "hex", "rot13", "idna", "undefined", "unicode_escape"]
)
def test_a_label_that_no_page_can_bear_is_no_label(label: str) -> None:
    for raw in (FRENCH.encode(), FRENCH.encode("cp1252")):
        assert decode(raw, f"text/html; charset={label}") == FRENCH


def read_as(code_page: str, text: str) -> str:
    """Return the UTF-8 of `text` misread; browsers read undefined bytes as control characters."""
    return "".join(bytes([byte]).decode(code_page, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    ("language", "code_page"),
    [("ru", "cp1251"), ("uk", "cp1251"), ("ar", "cp1251"), ("ru", "cp1252"), ("uk", "cp1252"),
     ("ar", "cp1252"), ("fa", "cp1252"), ("he", "cp1252"), ("fr", "cp1252"), ("de", "cp1252")],
)  # fmt: skip
def test_text_that_was_encoded_twice_is_mended(language: str, code_page: str) -> None:
    article = f"<p>{NEWS[language]}</p>" * 3
    twice = read_as(code_page, article)
    assert decode(twice.encode()) == article
    menu = "<ul><li>Контакты</li><li>الرئيسية</li></ul>"
    assert decode((menu + twice + menu).encode()) == menu + article + menu


def test_what_only_looks_encoded_twice_is_left_alone() -> None:
    told = f"<p>Вместо «{read_as('cp1251', 'мост')}» редакция получила знаки вопроса.</p>"
    assert decode(told.encode()) == told
    shouted = "<p>NÃO À GUERRA, Â© SÃO MARTINHO, IRMÃ</p>" * 9
    assert decode(shouted.encode()) == shouted


@pytest.mark.parametrize("language", NEWS)
def test_good_text_is_not_mended(language: str) -> None:
    text = f"<p>{NEWS[language]}</p>" * 20
    assert decode(text.encode()) == text


CONTENT_TYPES = st.none() | st.sampled_from(
    [f"text/html; charset={name}" for name in (*WRONG_LABELS, "gbk", "hz", "iso-2022-kr", "utf-16")]
)


@given(st.binary(max_size=400), CONTENT_TYPES)
def test_decoding_never_raises(raw: bytes, content_type: str | None) -> None:
    assert "\0" not in decode(raw, content_type)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_valid_utf8_comes_back_unchanged(text: str) -> None:
    assert decode(text.encode()) == text


@given(
    st.sampled_from(CASES),
    st.integers(0, 40),
    st.sampled_from([codecs.BOM_UTF8, b"\xff", b"<", b"\x80", b""]),
)
def test_a_little_damage_costs_only_what_was_damaged(
    case: tuple[str, str], place: int, damage: bytes
) -> None:
    language, encoding = case
    raw, page = in_page(language, encoding, None)
    middle = page.index("<body") + 7
    at = len(page[:middle].encode(encoding)) + place
    assert decode(raw[:at] + damage + raw[at:])[-40:] == page[-40:]
