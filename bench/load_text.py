"""Invented text in five languages and four scripts, drawn from stems and endings by a seed.

The sentences mean nothing. What matters is that they weigh as news does: a few words are very
frequent, most are rare, and the text shrinks under gzip to about a quarter.
"""

import functools
import itertools
import random
from dataclasses import dataclass
from typing import Final

SENTENCES: Final = 12_000
"""Sentences of one language; a feed draws some hundred, so that few stand in it twice."""

_WORDS_IN_A_SENTENCE: Final = (6, 22)

_ENGLISH: Final = (
    "the of to and in a for on that with at by from as its was were has after not",
    """aid air ask attack bank barrier border bridge build call camp canal cargo charge claim clash
    clear coast collect command council count court cover crash crop cross deal deliver depart
    discuss district doubt drift drill drone elect escort evacuat expect export fact farm fire
    flood fuel gather govern grain guard halt harbour harvest help hospital hour inspect interview
    island item joint journey kilometre land launch learn leav limit list load market meet mine
    minister monitor mountain move negotiat north observ offer office open order pass patrol pay
    peace plan police port post power press price protect question radio rail rain reach rebuild
    record region reject repair report rescu return river road roof round school search season
    settl shell shelter ship signal sign soldier south station storm street strik supply talk tank
    tariff tax tent tower town trade train treat truce tunnel union valley vessel village visit
    vote wait warn water week west wheat winter witness work wound year""",
    " s ed ing er ers ment",
    " re un over out",
)
_SPANISH: Final = (
    "de la que el en y los del se las por un para con no una su al lo más",
    """acuerd agric agu ayud barc barri bas camin campañ carreter cas cerr ciudad combat consej
    consult costeñ cosech cruc cuent cumbr daño declar defens delegad desplaz destin diálog diput
    ejércit embarc emergenci encuentr escuel fronter fuerz gent gobern grup habitant hospital
    inform invern isl jornad lluvi llegad lleg marc mercad mensaj millon minister montañ muell
    negoci norteñ observ oficin ofert pact pas patrull personal pesc plant poblad portuari pregunt
    prens protest puebl puent puert reclam regres report rescat respuest retir reunion rescat rio
    salid semanal señal soldad suministr tarif tempran termin testig torment trabaj tratad tregu
    tren valor vecin viaj vigil visit vot zon""",
    "o a os as ar aron ado",
    " re des pre sub",
)
_RUSSIAN: Final = (
    "в и на не что с по за из о как от к для до при под также после это",
    """берег больниц вагон ветер вечер вод войск встреч выбор гавань город границ груз дел дерев
    договор документ дом дорог жител завод зала закон залив запас зерн зим звук камн квартал колонн
    комисси корабл край кризис лагер лес лист лодк луг машин мир мост набережн налог наблюдател
    начал облак област обоз обстрел огон озер окн оборон орган остров ответ отряд отчет палат
    перевал переговор песк пожар пол помощ порт поезд посёлк пост праздник причал пропуск район
    рек решени рынк ряд свет север сел совет солдат спор стан станци сторон суд судн тарифн телег
    товар транспорт туннел угол урожа участ учител уступк фронт хлеб холм центр цен час школ шлюз
    шторм щит юг ярмарк""",
    "а у ом е ы ов ами ах ный ная",
    " за пере при",
)
_ARABIC: Final = (
    "في من على إلى أن عن مع هذا التي بعد كان قد لا ما بين حتى عند كما لم ذلك",
    """مدينة قرية طريق جسر نهر جبل ميناء سفينة قطار محطة سوق مدرسة مستشفى مجلس وزير جيش حدود
    هدنة اتفاق لقاء تقرير خبر ماء مطر عاصفة حريق زلزال قمح حصاد مزرعة تجارة ضريبة سعر وقود كهرباء
    برج خيمة مخيم لاجئ نازح مساعدة قافلة شاحنة مطار طائرة إنذار صافرة ملجأ إنقاذ شاهد صحفي بيان
    جلسة تصويت انتخاب محكمة قانون قرار طلب رد زيارة وفد رئيس حكومة منطقة شمال جنوب شرق غرب ساحل
    جزيرة بحر واد سهل شتاء صيف أسبوع شهر سنة ساعة يوم ليلة صباح مساء شارع بيت باب سقف جدار عامل
    معلم طبيب جندي شرطي تاجر راكب سائق قبطان مهندس طالب جريدة إذاعة صورة خريطة رسالة اجتماع""",
    " ات ين ها هم نا ية",
    " ال و وال ب لل",
)
_CHINESE: Final = (
    "的 了 在 是 和 对 与 将 被 从",
    """城 乡 路 桥 河 山 港 船 车 站 市 场 学 校 医 院 议 会 军 队 边 境 和 平 协 谈 报 道
    水 雨 风 火 震 粮 麦 收 农 贸 税 价 油 电 塔 营 难 民 援 助 货 机 飞 警 避 救 证 记
    声 明 投 票 选 举 法 律 决 定 请 求 答 访 团 政 府 区 北 南 东 西 岸 岛 海 谷 原 冬
    夏 周 月 年 时 日 夜 晨 街 屋 门 墙 工 师 生 兵 商 客 司 信 图""",
    "",
    "",
)


@dataclass(frozen=True, slots=True)
class Language:
    """Sentences to draw from, and what stands between two of them."""

    code: str
    sentences: tuple[str, ...]
    gap: str

    def headline(self, source: random.Random) -> str:
        """Return a line of the length of a headline, without a full stop."""
        return source.choice(self.sentences)[:90].rstrip(" .。")

    def paragraph(self, source: random.Random, sentences: int) -> str:
        """Return so many sentences as one text."""
        return self.gap.join(source.choices(self.sentences, k=sentences))


@functools.cache
def languages() -> tuple[Language, ...]:
    """Return the five languages; the same sentences each time."""
    return (
        _spaced("en", *_ENGLISH),
        _spaced("es", *_SPANISH),
        _spaced("ru", *_RUSSIAN),
        _spaced("ar", *_ARABIC),
        _chinese(*_CHINESE[:2]),
    )


def drawn(*seed: object) -> random.Random:
    """Return a source of chance that is the same for the same `seed`."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311  # it has to repeat


def _spaced(code: str, frequent: str, stems: str, endings: str, prefixes: str) -> Language:
    forms = itertools.product(prefixes.split(" "), stems.split(), endings.split(" "))
    return _language(code, frequent.split(), ["".join(form) for form in forms], " ", ". ")


def _chinese(frequent: str, characters: str) -> Language:
    pairs = itertools.product(characters.split(), repeat=2)
    return _language("zh", frequent.split(), ["".join(pair) for pair in pairs], "", "。")


def _language(code: str, frequent: list[str], forms: list[str], gap: str, stop: str) -> Language:
    source = drawn(code)
    rare = sorted(set(forms))
    source.shuffle(rare)
    words = [*frequent, *rare]
    # The law of Zipf and Mandelbrot: a word comes up in proportion to 1 / (rank + offset).
    weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(words))))

    def sentence() -> str:
        chosen = source.choices(words, cum_weights=weights, k=source.randint(*_WORDS_IN_A_SENTENCE))
        text = gap.join(chosen)
        return text[0].upper() + text[1:] + stop.rstrip()

    return Language(code, tuple(sentence() for _ in range(SENTENCES)), stop.lstrip(".。"))
