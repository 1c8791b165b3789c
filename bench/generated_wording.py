"""Wording for generated news: frames of sentences in five languages, filled with made-up words.

The frames are ours, their words mean something; what fills them does not. Words come up by the law
of Zipf and Mandelbrot out of tens of thousands, names are endless and the same in every script.
"""

import functools
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VOCABULARY: Final = 30_000
"""Made-up words of one language."""

_CONSONANTS: Final = "b d f g k l m n p r s t v z sh h"
_VOWELS: Final = "a e i o u"
_SCRIPTS: Final = {
    "Latin": (_CONSONANTS.split(), _VOWELS.split()),
    "Cyrillic": ("б д ф г к л м н п р с т в з ш х".split(), "а е и о у".split()),
    "Arabic": ("ب د ف غ ك ل م ن پ ر س ت ڤ ز ش ح".split(), "ا ي ي و و".split()),
}
_SYLLABLES: Final = {
    script: ["".join(pair) for pair in itertools.product(*letters)]
    for script, letters in _SCRIPTS.items()
}

# {name}, {second}, {place}: of the event; {known}: somebody who is in the news every day;
# {count}, {more}: its numbers; {one}, {two}, {three}: words, mostly of the event.
_ENGLISH: Final = (
    """{count} hurt as {one} {two} strikes {place}
    {place}: {name} calls for {one} after {two}
    {one} over {two} in {place}, {known} says
    After the {one}, {place} counts its {two} and {three}
    {name} denies {one} near {place}""",
    """In {place} the {one} of the {two} still went on when {name} arrived on {day}.
    {name} said that {count} people had {one}, and that {more} more were looked for.
    "We have seen no {one} like this," said {second}, who lives beside the {two} with {three}.
    The {one} had begun before {three} and reached the {two} in the afternoon.
    Neither {known} nor the {one} would say who had ordered the {two}.
    According to {second} the {one} was held back by {two}, {three} and a lack of {count} vans.
    It was not clear on {day} whether the {one} would last.
    Roads towards {place} stayed closed, and the {two} was moved to the {three}.
    {known} has promised {one} since the last {two}; so far there has been none.
    Those who left {place} carried {one}, {two} and what else they could.""",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
)
_SPANISH: Final = (
    """{count} heridos por {one} y {two} en {place}
    {place}: {name} pide {one} tras el {two}
    {known} habla de {one} en {place}
    Tras el {one}, {place} cuenta {two} y {three}""",
    """En {place} seguía el {one} del {two} cuando {name} llegó el {day}.
    {name} dijo que {count} personas {one} y que se buscaba a {more} más.
    «No hemos visto otro {one} así», dijo {second}, que vive junto al {two} con {three}.
    El {one} había empezado antes del {three} y llegó al {two} por la tarde.
    Ni {known} ni el {one} quisieron decir quién {three} el {two}.
    Según {second}, el {one} se retrasó por {two}, {three} y la falta de {count} camiones.
    Los caminos hacia {place} seguían cerrados y el {two} pasó al {three}.
    Quienes salieron de {place} llevaban {one}, {two} y lo que podían.""",
    "lunes martes miércoles jueves viernes sábado domingo",
)
_GERMAN: Final = (
    """{count} Verletzte durch {one} und {two} in {place}
    {place}: {name} fordert {one} nach {two}
    {known} spricht von {one} bei {place}
    Nach dem {one} zählt {place} {two} und {three}""",
    """In {place} dauerte der {one} am {two} noch an, als {name} am {day} eintraf.
    {name} sagte, man habe {count} Menschen gezählt und {more} weitere {one}.
    „So einen {one} kannten wir nicht“, sagte {second}, der neben dem {two} mit {three} wohnt.
    Der {one} hatte vor {three} begonnen und erreichte am Nachmittag den {two}.
    Weder {known} noch der {one} wollten {three} sagen, wer den {two} befahl.
    Nach den Worten von {second} hielten {two}, {three} und fehlende {count} Wagen den {one} auf.
    Die Wege nach {place} blieben gesperrt, der {two} kam in den {three}.
    Wer {place} verließ, trug {one}, {two} und was sonst noch ging.""",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
)
_UKRAINIAN: Final = (
    """{count} поранених: {one} і {two} у місті {place}
    {place}: {name} вимагає {one} після {two}
    {known} говорить про {one} біля міста {place}
    Після {one} місто {place} рахує {two} і {three}""",
    """У місті {place} ще тривав {one} коло {two}, коли {name} прибув у {day}.
    {name} каже, що нарахували {count} людей і шукають ще {more}.
    «Такого {one} ми не бачили», сказав {second}, який живе біля {two} з {three}.
    Цей {one} почався до {three} і дійшов до {two} після полудня.
    Ні {known}, ні {one} не сказали, хто наказав {two}.
    За словами {second}, {one} затримали {two}, {three} і брак {count} машин.
    Дороги до міста {place} закриті, а {two} перевезли у {three}.
    Хто покинув місто {place}, ніс {one}, {two} і що ще міг.""",
    "понеділок вівторок середу четвер п'ятницю суботу неділю",
)
_ARABIC: Final = (
    """{count} جرحى في {one} و {two} قرب {place}
    {place}: {name} يطالب {one} بعد {two}
    {known} يتحدث عن {one} في {place}
    بعد {one} تحصي {place} {two} و {three}""",
    """في {place} كان {one} عند {two} مستمرا حين وصل {name} يوم {day}.
    قال {name} إنهم أحصوا {count} شخصا ويبحثون عن {more} آخرين.
    وقال {second} الذي يسكن قرب {two} مع {three} إنه لم ير مثل هذا {one}.
    بدأ {one} قبل الفجر وبلغ {two} بعد الظهر.
    لم يقل {known} ولا {one} من أمر {two}.
    بحسب {second} تأخر {one} بسبب {two} و {three} ونقص {count} شاحنة.
    بقيت الطرق إلى {place} مغلقة ونقل {two} إلى {three}.
    ومن غادر {place} حمل {one} و {two} وما استطاع.""",
    "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A language: its frames, the names of the days from Monday, and its words by rank."""

    code: str
    script: str
    headlines: tuple[str, ...]
    sentences: tuple[str, ...]
    days: tuple[str, ...]
    words: tuple[str, ...]

    def name(self, syllables: Sequence[int]) -> str:
        """Return a name as this language writes it; capitals where the script has them."""
        return "".join(_SYLLABLES[self.script][number] for number in syllables).capitalize()


@functools.cache
def wordings() -> tuple[Wording, ...]:
    """Return the five languages; the same words each time."""
    return (
        _wording("en", "Latin", *_ENGLISH),
        _wording("es", "Latin", *_SPANISH),
        _wording("de", "Latin", *_GERMAN),
        _wording("uk", "Cyrillic", *_UKRAINIAN),
        _wording("ar", "Arabic", *_ARABIC),
    )


@functools.cache
def _weights(words: int, offset: int) -> tuple[float, ...]:
    return tuple(itertools.accumulate(1 / (rank + offset) for rank in range(words)))


def ranks(source: random.Random, count: int, most: int, offset: int = 8) -> list[int]:
    """Draw so many ranks below `most`, each in proportion to 1 / (rank + offset)."""
    return source.choices(range(most), cum_weights=_weights(most, offset), k=count)


def new_name(source: random.Random) -> tuple[int, ...]:
    """Return the syllables of a name; of half a million, so that hardly any comes up twice."""
    return tuple(source.randrange(len(_SYLLABLES["Latin"])) for _ in range(3))


def _wording(code: str, script: str, headlines: str, sentences: str, days: str) -> Wording:
    source = random.Random(code)  # noqa: S311  # it has to repeat
    syllables = _SYLLABLES[script]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        # Frequent words are short.
        length = source.choice((1, 2)) if len(words) < len(syllables) else source.choice((2, 3, 4))
        words["".join(source.choices(syllables, k=length))] = None
    return Wording(
        code,
        script,
        tuple(line.strip() for line in headlines.splitlines()),
        tuple(line.strip() for line in sentences.splitlines()),
        tuple(days.split()),
        tuple(words),
    )
