"""The conflicts of the demo, in the words that its outlets use.

Names that only the war has made known are keywords; those of cities with football clubs and
marathons are places. Inflected forms are listed as they occur, as a reader of such news would. The
towns lie on coasts where nobody lives, so that the map of the demo speaks of no real place.
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
        at={
            **dict.fromkeys(("Halyn", "Галин", "Галині"), (-49.21, 69.02)),
            **dict.fromkeys(("Grodensk", "Гроденск", "Гроденске"), (-49.52, 70.11)),
        },
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
        at=dict.fromkeys(("Al-Nahir", "النهير"), (79.84, -74.9)),
    ),
    Conflict(
        "sangara-insurgency",
        "Insurgency in Sangara",
        places=("Sangara", "Bokala", "Tindaré", "Kelbou"),
        parties=("junte", "junta", "Forces armées", "état-major", "Garde nationale"),
        keywords=(
            "Front du désert", "Desert Front", "Ouramou", "Issa Maradou", "otages de Kelbou",
        ),
        at={"Bokala": (78.6, 101.2), "Tindaré": (79.1, 98.4), "Kelbou": (79.5, 95.9)},
    ),
    Conflict(
        "alcora-conflict",
        "Armed conflict in Alcora",
        places=("Alcora", "San Telmo", "Almagrera", "Paso Hondo", "Santa Alba"),
        parties=("guerrilla", "Ejército", "disidencia", "desplazados", "grupo armado ilegal"),
        keywords=("Frente Doce de Abril", "Twelfth of April Front", "mesa de diálogo"),
        at={
            "San Telmo": (75.3, -83.1),
            "Almagrera": (75.1, -86.0),
            "Paso Hondo": (75.6, -88.4),
            "Santa Alba": (74.8, -81.2),
        },
    ),
    Conflict(
        "langyu-dispute",
        "Langyu Reef and the strait",
        places=("Hailan", "Tengwan", "海岚", "腾湾"),
        parties=("coast guard", "cutter", "海警", "海巡署"),
        keywords=("Langyu", "Dongsha Shoal", "琅屿礁", "东鲨滩"),
        at={
            **dict.fromkeys(("Hailan", "海岚"), (76.5, -118.9)),
            **dict.fromkeys(("Tengwan", "腾湾"), (76.9, -116.2)),
        },
    ),
)  # fmt: skip
