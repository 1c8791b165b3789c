"""The conflicts of the shipped feeds.yaml, on our own headlines in the languages of its feeds."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import load
from aggregator.group.conflict.conflicts import ConflictMatcher

SHIPPED = ConflictMatcher(load(Path(__file__).parents[3] / "feeds.yaml").conflicts)

WAR = [
    ("en", "ukraine", "Drones hit substation in Kharkiv overnight"),
    ("uk", "ukraine", "Нічна атака на Одесу: двоє загиблих"),
    ("ru", "ukraine", "Под Покровском идут тяжелые бои"),
    ("de", "ukraine", "Drohnen über Charkiw: zwei Verletzte"),
    ("pl", "ukraine", "Rosyjski ostrzał Chersonia, są ranni"),
    ("ro", "ukraine", "Atac cu drone asupra portului Odesa"),
    ("ar", "gaza", "قصف مدفعي على خان يونس"),
    ("he", "gaza", 'צה"ל תקף מחסן ברצועת עזה'),
    ("tr", "gaza", "Gazze'de yardım kuyruğuna saldırı: 4 ölü"),
    ("it", "lebanon", "Raid su un villaggio nel sud del Libano"),
    ("fr", "lebanon", "Une frappe fait deux blessés près de Nabatiyé, au Liban"),
    ("tr", "syria", "Halep'te çatışma: üç asker yaralandı"),
    ("fa", "iran", "حمله پهپادی به نطنز"),
    ("ar", "yemen", "غارات على ميناء الحديدة"),
    ("ar", "sudan", "معارك عنيفة في شوارع الفاشر"),
    ("en", "sudan", "Shelling of displacement camp in Darfur kills nine"),
    ("en", "south-sudan", "South Sudan: army barge ambushed near Malakal"),
    ("fr", "congo", "RDC : combats entre miliciens et soldats près de Masisi"),
    ("sw", "congo", "Mapigano makali karibu na Bukavu"),
    ("fr", "sahel", "Embuscade contre un convoi militaire près de Ménaka"),
    ("en", "nigeria", "Gunmen abduct villagers in Zamfara"),
    ("so", "somalia", "Dagaal ka dhacay duleedka Beledweyne"),
    ("am", "ethiopia", "በጎንደር አካባቢ ውጊያ ተካሄደ"),
    ("ti", "ethiopia", "ኣብ ትግራይ ውግእ ተጀሚሩ"),
    ("my", "myanmar", "စစ်ကိုင်းတွင် ဗုံးပေါက်ကွဲ၍ ၃ ဦးသေဆုံး"),
    ("ur", "afghanistan-pakistan", "بنوں میں چوکی پر حملہ، دو اہلکار زخمی"),
    ("ur", "kashmir", "لائن آف کنٹرول پر فائرنگ"),
    ("en", "haiti", "Gangs burn homes on a hill above Port-au-Prince"),
    ("es", "colombia", "Explosión de un dron en el Catatumbo deja tres heridos"),
    ("es", "mexico", "Balacera entre grupos armados en Culiacán"),
    ("es", "venezuela", "Buques de guerra frente a La Guaira"),
    ("ru", "armenia-azerbaijan", "Стрельба на границе: Армения и Азербайджан обвиняют друг друга"),
    ("sr", "balkans", "Barikade na severu Kosova"),
    ("sq", "balkans", "Sulm i armatosur pranë Zveçanit"),
    ("zh", "taiwan", "解放军在台湾海峡举行军演"),
    ("ko", "korea", "북한, 동해상으로 미사일 발사"),
    ("fr", "central-african-republic", "Centrafrique : affrontements à Zémio, six morts"),
    ("ar", "libya", "اشتباكات مسلحة في طرابلس"),
    ("pt", "mozambique", "Ataque a aldeia em Macomia faz dois mortos"),
    ("en", "cameroon", "Separatists storm a checkpoint near Bamenda"),
    ("en", "thailand-cambodia", "Thai army says Cambodian troops fired first"),
]


@pytest.mark.parametrize(("language", "conflict", "title"), WAR)
def test_shipped_conflicts_find_war(language: str, conflict: str, title: str) -> None:
    assert SHIPPED.match(title, "", language)[0].conflict == conflict


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Ukraine beat Israel 2-0 in qualifier"),
        ("en", "Thousands run the Moscow marathon"),
        ("en", "Beirut hosts a jazz festival"),
        ("en", "Tel Aviv: Israel's stock exchange closes higher"),
        ("en", "Man stabbed to death after pub row in Leeds"),
        ("en", "Heavy rain forecast for Kyiv"),
        ("en", "Floods kill thirty in Sudan"),
        ("en", "Chipmaker from Taiwan posts record earnings"),
        ("en", "New metro line opens in Mexico City"),
        ("uk", "У Львові відкрили книжковий фестиваль"),
        ("uk", "Прогноз погоди в Україні на завтра"),
        ("ru", "Сборная России по хоккею обыграла соперника"),
        ("ru", "Индекс Мосбиржи вырос, курс рубля почти не изменился"),
        ("ru", "В Москве водитель автобуса сбил пешехода"),
        ("ar", "المنتخب السوداني يفوز في المباراة"),
        ("ar", "أسعار الذهب اليوم في بيروت"),
        ("he", "מזג האוויר: גשם בצפון ובירושלים"),
        ("he", "הקבוצה ניצחה את היריבה בגביע"),
        ("fa", "تیم ملی ایران به جام جهانی صعود کرد"),
        ("fr", "Le Mali bat le Cameroun en demi-finale"),
        ("fr", "Un film congolais primé au festival"),
        ("es", "Colombia vence a Venezuela en eliminatorias"),
        ("es", "Choque de autobús deja diez muertos en Sonora"),
        ("de", "Wetter: Sturm über der Nordsee"),
        ("tr", "Dolar kuru ve altın fiyatları bugün"),
        ("it", "Serie A, la squadra di casa vince il derby"),
        ("sr", "Košarkaši pobedili u derbiju"),
        ("sq", "Aksident në Prishtinë, dy të vdekur"),
        ("zh", "北京今日天气晴朗"),
        ("ko", "코스피 소폭 하락 마감"),
        ("ja", "サッカー日本代表がイランに勝利"),
        ("my", "ရန်ကုန်မြို့ ရာသီဥတု အခြေအနေ"),
        ("so", "Kooxda kubadda cagta Soomaaliya oo guuleysatay"),
        ("ur", "پاکستان نے کرکٹ میچ جیت لیا"),
    ],
)
def test_shipped_conflicts_leave_other_news_alone(language: str, title: str) -> None:
    assert SHIPPED.match(title, "", language) == ()


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_is_judged_without_error_and_always_alike(title: str, body: str) -> None:
    assert SHIPPED.match(title, body) == SHIPPED.match(title, body)
