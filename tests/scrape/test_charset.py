import pytest

from aggregator.scrape.charset import decode

RUSSIAN = "<p>Переправа у Нижней Липовки снова работает.</p>"
UKRAINIAN = "<p>Світло повернули в чотири громади.</p>"
ARABIC = "<p>إعادة فتح الطريق الساحلي</p>"
HEBREW = "<p>הרכבות לנמל הצפוני חזרו לפעול</p>"
CHINESE = "<p>东渡口恢复货运</p>"
FRENCH = "<p>Le déchargement a duré quatorze heures à Saint-Aubrac.</p>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "cp1251"), (UKRAINIAN, "cp1251"), (RUSSIAN, "koi8-r"), (ARABIC, "cp1256"),
     (HEBREW, "cp1255"), (FRENCH, "cp1252")],
)  # fmt: skip
def test_c16_wrong_charset_undeclared_or_called_utf8(text: str, encoding: str) -> None:
    raw = (text * 3).encode(encoding)
    assert decode(raw) == text * 3
    assert decode(b"<meta charset=utf-8>" + raw, "text/html; charset=utf-8").endswith(text * 3)


@pytest.mark.parametrize("text", [RUSSIAN, ARABIC, HEBREW, CHINESE, FRENCH])
def test_c16_utf8_called_something_else(text: str) -> None:
    assert decode(text.encode(), "text/html; charset=iso-8859-1") == text


@pytest.mark.parametrize(
    ("text", "label", "encoding"),
    [(CHINESE, "gb2312", "gb18030"), (RUSSIAN, "windows-1251", "cp1251"),
     (FRENCH, "latin1", "cp1252"),
     ("<p>港の再開</p>", "Shift_JIS", "cp932"),
     ("<p>항구 재개</p>", "euc-kr", "cp949")],
)  # fmt: skip
def test_declared_charset_that_fits(text: str, label: str, encoding: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    assert decode((head + text).encode(encoding)) == head + text
    assert decode(text.encode(encoding), f"text/html; charset={label}") == text


def test_byte_order_marks() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert decode(RUSSIAN.encode(encoding), "text/html; charset=ascii") == RUSSIAN


def test_utf8_cut_within_a_character_and_with_a_stray_byte() -> None:
    assert decode(RUSSIAN.encode()[:-6]).startswith("<p>Переправа")
    assert "Липовки" in decode((RUSSIAN * 5).encode() + b"\xff" + b"</p>")


def test_unknown_label_is_no_label() -> None:
    assert decode(FRENCH.encode(), "text/html; charset=klingon") == FRENCH
