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
        ("be", "Рух па мосце аднавілі ў аўторак раніцай, паведаміла абласная дарожная служба."),
        ("bg", "Движението по моста беше възстановено във вторник, съобщиха от пътната служба."),
        ("sr", "Саобраћај преко моста обновљен је у уторак ујутру, саопштила је путна служба."),
        ("mk", "Сообраќајот преку мостот е обновен во вторник наутро, меѓу првите беа возилата."),
        ("ur", "مشرقی پل دو ہفتے کی مرمت کے بعد ہفتے کی صبح دوبارہ کھول دیا گیا۔"),
        ("ps", "ختیځ پل د دوو اونیو ترمیم وروسته د شنبې په سهار بېرته پرانیستل شو."),
        ("ckb", "پردی ڕۆژهەڵات دوای دوو هەفتە لە چاککردنەوە بەیانی ڕۆژی شەممە کرایەوە."),
        ("ti", "ኣብ ሰሜናዊ ድልድል ተቛሪጹ ዝነበረ ምንቅስቓስ ተሽከርከርቲ ሰሉስ ንግሆ ጀሚሩ።"),
        ("yi", "די באן האט זיך אנגעהויבן מאנטיק אין דער פרי, נאך ניין טעג וואס זי איז געשטאנען."),
        ("az", "Körpü üzərindən hərəkət səhər bərpa olunub, bunu yollar idarəsi bildirib."),
        ("it", "Il ponte è stato chiuso venerdì dopo che le guardie avevano sentito degli spari."),
        ("ro", "Podul a fost închis vineri după ce paznicii au auzit împușcături în zonă."),
        ("id", "Jembatan itu ditutup pada Jumat setelah penjaga mengatakan bahwa ada tembakan."),
        ("ms", "Jambatan itu ditutup pada Jumaat selepas pengawal berkata bahawa ada tembakan."),
        ("so", "Buundada ayaa la xidhay jimcihii ka dib markii ilaaladu ay maqleen rasaas."),
        ("sw", "Daraja lilifungwa Ijumaa baada ya walinzi kusikia milio ya risasi katika bandari."),
        ("my", "တံတားကို သောကြာနေ့တွင် ပိတ်ခဲ့သည်။"),
        ("am", "ድልድዩ አርብ ዕለት ተዘግቷል።"),
    ],
)
def test_languages_of_our_feeds_are_told_without_a_declaration(language: str, text: str) -> None:
    assert language_of(text) == language


def test_the_script_wins_over_a_wrong_declaration() -> None:
    assert language_of("Мост закрыли в пятницу, сообщили часовые.", "en-US") == "ru"


UKRAINIAN = (
    "Світло повернули в чотири громади Заліського району, повідомили в обласній адміністрації. Ще"
    " дві громади живляться від генераторів: бригади не можуть дістатися пошкодженої лінії."
)
PORTUGUESE = (
    "A ponte foi fechada na sexta-feira depois que os guardas ouviram tiros. A direção das estradas"
    " informou que quarenta caminhões passaram de manhã, segundo a administração."
)


@pytest.mark.parametrize(
    ("language", "text"),
    [("uk", UKRAINIAN), ("pt", PORTUGUESE), ("ja", "橋は金曜日に閉鎖された。")],
)
@pytest.mark.parametrize("declared", ["en", "ru", "be", "es", "tr", "zh", "ar"])
def test_c16_a_wrong_declaration_is_corrected(language: str, text: str, declared: str) -> None:
    assert language_of(text, declared) == language


def test_a_quotation_does_not_change_the_language() -> None:
    russian = (
        "Мост закрыли в пятницу после того, как часовые услышали выстрелы; на старой табличке было"
        " написано «Київ, 12 км», а ниже мелом вывели время, когда снова поедут машины."
    )
    assert language_of(russian, "ru") == "ru"
    assert language_of(russian) == "ru"
    assert language_of("守卫在墙上看到了日语的「の」字，大桥于周五关闭，车辆绕行。") == "zh"


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
