"""The conflicts of the demo, in the words that its outlets use.

Names that only the war has made known are keywords; those of cities with football clubs and
marathons are places. Inflected forms are listed as they occur, as a reader of such news would.
"""

from typing import Final

from tests.newsroom.world import Conflict

CONFLICTS: Final = (
    Conflict(
        "drovian-war",
        "War in Drovia",
        places=(
            "Drovia", "Drovian", "Halyn", "Grodensk", "Sarvenia", "Дровія", "Дровії", "Галин",
            "Галині", "Сарвенія", "Сарвенії", "Дровия", "Дровии", "Сарвения", "Сарвении",
            "Гроденск", "Гроденске", "Мерроу",
        ),
        parties=(
            "Sarvenian", "President Darvych", "сарвенські", "сарвенский", "дровийские",
            "дровийской", "противника", "противник", "ворог", "ворога", "Східне командування",
            "Генштаб", "Генштабу", "Генштаба", "Минобороны",
        ),
        keywords=(
            "Drovian war", "Drovia & Sarvenia", "Vesk", "Port Orlane", "Orlanafta", "Mirnovets",
            "Koltsyn", "Lisna bridge", "Merrow & grain", "Sarvenian drones", "Олм", "Веськ",
            "Веську", "Веськом", "Веська", "Веск", "Веске", "Веском", "Порт-Орлан", "Порт-Орлані",
            "Порт-Орлане", "Орланафта", "Орланафти", "Кольцин", "Кольцина", "Кольцына",
            "Мирновець", "Мирновцю", "Мирновецькому", "Лисну", "Лисне", "зерновозов", "Зерновози",
        ),
    ),
    Conflict(
        "qasran-war",
        "Qasran and the border with Levona",
        places=(
            "Qasran", "Al-Nahir", "Levona", "القصران", "النهير", "لبونة", "קסראן", "לבונה",
        ),
        parties=(
            "Levonan", "الجيش اللبوني", "المجموعات المسلحة", "צבא לבונה",
        ),
        keywords=(
            "Qasran civil war", "Jabal Front", "Tirsan Brigades", "Deir Amran", "Umm Sarwa",
            "Oum Sarwa", "Tell Hadid", "Maale Erez", "truce committee", "جبهة الجبل", "كتائب ترسان",
            "دير عمران", "أم سروة", "تل حديد", "لجنة الهدنة", "هدنة إنسانية", "חזית הג'בל",
            "כתאאב תירסאן", "דיר עמראן", "אום סרוה", "תל חדיד", "ועדת שביתת הנשק",
        ),
    ),
    Conflict(
        "sangara-insurgency",
        "Insurgency in Sangara",
        places=("Sangara", "Bokala", "Tindaré", "Kelbou"),
        parties=("junte", "junta", "Forces armées", "état-major", "Garde nationale"),
        keywords=(
            "Front du désert", "Desert Front", "Ouramou", "Issa Maradou", "otages de Kelbou",
        ),
    ),
    Conflict(
        "alcora-conflict",
        "Armed conflict in Alcora",
        places=("Alcora", "San Telmo", "Almagrera", "Paso Hondo", "Santa Alba"),
        parties=("guerrilla", "Ejército", "disidencia", "desplazados", "grupo armado ilegal"),
        keywords=("Frente Doce de Abril", "Twelfth of April Front", "mesa de diálogo"),
    ),
    Conflict(
        "langyu-dispute",
        "Langyu Reef and the strait",
        places=("Hailan", "Tengwan", "海岚", "腾湾"),
        parties=("coast guard", "cutter", "海警", "海巡署"),
        keywords=("Langyu", "Dongsha Shoal", "琅屿礁", "东鲨滩"),
    ),
)  # fmt: skip
