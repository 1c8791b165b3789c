import pytest

from aggregator.text.language import language_of, language_tag


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The bridge was closed on Friday after the guards said they had heard shots."),
        ("fr", "Le pont a été fermé vendredi après que les gardes ont entendu des tirs."),
        ("es", "El puente fue cerrado el viernes después de que los guardias oyeran disparos."),
        ("de", "Die Brücke wurde am Freitag gesperrt, nachdem die Wachen Schüsse gehört hatten."),
        ("pt", "A ponte foi fechada na sexta-feira depois que os guardas ouviram tiros."),
        ("tr", "Köprü cuma günü kapatıldı ve nöbetçiler için bir açıklama daha yapıldı."),
        ("pl", "Most został zamknięty w piątek, gdy strażnicy usłyszeli, że z lasu padły strzały."),
        ("uk", "Міст закрили у п'ятницю після того, як вартові почули постріли з їхнього боку."),
        ("ru", "Мост закрыли в пятницу после того, как часовые услышали выстрелы."),
        ("ar", "أغلق الجسر يوم الجمعة بعد أن سمع الحراس إطلاق نار."),
        ("fa", "پل روز جمعه پس از آنکه نگهبانان صدای تیراندازی شنیدند بسته شد."),
        ("he", "הגשר נסגר ביום שישי לאחר שהשומרים שמעו יריות."),
        ("zh", "守卫听到枪声后，大桥于周五关闭。"),
        ("ja", "警備員が銃声を聞いたため、橋は金曜日に閉鎖された。"),
        ("ko", "경비원들이 총성을 들은 뒤 금요일에 다리가 폐쇄되었다."),
        ("my", "တံတားကို သောကြာနေ့တွင် ပိတ်ခဲ့သည်။"),
        ("am", "ድልድዩ አርብ ዕለት ተዘግቷል።"),
    ],
)
def test_languages_of_our_feeds_are_told_without_a_declaration(language: str, text: str) -> None:
    assert language_of(text) == language


def test_the_script_wins_over_a_wrong_declaration() -> None:
    assert language_of("Мост закрыли в пятницу, сообщили часовые.", "en-US") == "ru"


def test_a_declaration_decides_between_relatives_and_for_short_texts() -> None:
    assert language_of("Krieg", "de") == "de"
    assert language_of("", "uk") == "uk"
    assert language_of("12:30", None) is None


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en-GB", "en"),
        ("uk_UA", "uk"),
        ("iw", "he"),
        (" FR ", "fr"),
        ("english", None),
        (None, None),
    ],
)
def test_declared_languages_become_codes(declared: str | None, code: str | None) -> None:
    assert language_tag(declared) == code
