"""Times told from the moment of reading: "3 hours ago", "yesterday, 14:05", in many languages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from aggregator.scrape.dates.spelling import WORD_END, WORD_START, plain_spelling

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_UNITS: Final = (_MINUTE, _HOUR, _DAY)
_MOST: Final = 120
"""Of a unit; whoever counts further counts something else."""
_LINE_LIMIT: Final = 120
"""Characters; a longer line tells a story, and "3 hours ago" is in it."""

# For each language: what stands before and after the count and unit, and the words of minute, hour
# and day. "=2" marks a word that needs no count (a Russian accusative, an Arabic dual), "_" is a
# space. In the order: language, before, after, minutes, hours, days. Of weeks and months the day
# is not known, so they are left out.
_AGO: Final = """
en | | ago | minute minutes min mins m | hour hours hr hrs h | day days d
de | vor | | minute minuten min | stunde stunden std | tag tagen tage
fr | il_y_a | | minute minutes min mn | heure heures h | jour jours j
es | hace | atrás | minuto minutos min | hora horas h | día días d
pt | há | atrás | minuto minutos min | hora horas h | dia dias d
it | | fa | minuto minuti min | ora ore h | giorno giorni gg
nl | | geleden | minuut minuten min | uur uren u | dag dagen d
pl | | temu | minut minuty minutę=1 min | godzin godziny godzinę=1 godz h | dni dzień=1
cs | před | | minutami minutou=1 min | hodinami hodinou=1 hod | dny dnem=1
ro | acum în_urmă_cu | în_urmă | minut minute min | oră ore ora | zi zile
hu | | ezelőtt | perce perccel | órája órával | napja nappal
sr | пре | | минут минута минуту мин | сат сата сати ч | дан дана
bs | prije pre | | minut minuta minutu minute min | sat sata sati h | dan dana
sq | | më_parë | minutë minuta | orë | ditë
el | πριν_από πριν | | λεπτό λεπτά | ώρα ώρες | ημέρα ημέρες μέρες
ru | | назад | минут минуты минуту=1 мин | час=1 часа часов ч | день=1 дня дней дн
uk | | тому | хвилин хвилини хвилину=1 хв | годину=1 години годин год | день=1 дні днів дн
be | | таму назад | хвілін хвіліны хвіліну=1 хв | гадзіну=1 гадзіны гадзін | дзень=1 дні дзён
bg | преди | | минути минута мин | час часа ч | ден дни
mk | пред | | минути минута мин | час часа часови | ден дена
tr | | önce evvel | dakika dk dakka | saat sa | gün
az | | əvvəl öncə | dəqiqə dəq | saat | gün
id | | yang_lalu lalu | menit | jam | hari
sw | | zilizopita iliyopita | dakika | saa | siku
so | | ka_hor kahor | daqiiqo daqiiqadood | saacadood saacad saac | maalmood maalin
ar | منذ قبل | مضت خلت | دقيقة=1 دقيقتين=2 دقائق | ساعة=1 ساعتين=2 ساعات | يوم=1 يومين=2 أيام
he | לפני | | דקה=1 דקות דק׳ דק' | שעה=1 שעתיים=2 שעות | יום=1 יומיים=2 ימים
fa | | پیش قبل | دقیقه | ساعت | روز
ur | | قبل پہلے | منٹ منٹس | گھنٹے گھنٹہ گھنٹوں | دن روز
ps | | مخکې وړاندې | دقیقې دقیقه | ساعته ساعت ساعتونه | ورځې ورځ
ckb | پێش | لەمەوپێش لەمەوبەر | خولەک خولەکی | کاتژمێر سەعات | ڕۆژ رۆژ
am | | በፊት | ደቂቃ ደቂቃዎች | ሰዓት ሰዓታት ሰአት ሰአታት | ቀን ቀናት
ti | ቅድሚ | | ደቓይቕ ደቒቕ | ሰዓት ሰዓታት | መዓልቲ መዓልታት
hi | | पहले पूर्व | मिनट मिनटों | घंटे घंटा घंटों घण्टे | दिन दिनों
my | လွန်ခဲ့သော လွန်ခဲ့တဲ့ ပြီးခဲ့သော | အကြာက အလိုက ခန့်က လောက်က | မိနစ် | နာရီ | ရက်
zh | | 前 之前 以前 | 分钟 分鐘 分 | 小时 小時 个小时 個小時 | 天 日
ja | | 前 | 分 分間 | 時間 | 日 日間
ko | | 전 | 분 | 시간 | 일
th | | ที่แล้ว ก่อน ที่ผ่านมา | นาที | ชั่วโมง ชม. | วัน
ka | | წინ | წუთის | საათის | დღის
hy | | առաջ | րոպե | ժամ | օր
"""

# Words for one to three, where lines for people spell them out.
_COUNTS: Final = {
    1: "a an one eine einer einem un une una um uma unei o jednu bir bit один одну одна един една"
    " jedan одна satu moja hal אחת אחד واحدة واحد یک یو ایک አንድ एक တစ် 一 한",
    2: "two zwei deux dos dois duas due dwie două doi dva dvije две два дві два iki iki dua mbili"
    " laba שתי שני اثنين دو دوه دو ሁለት दो နှစ် 两 兩 二 두",
    3: "three drei trois tres três tre trzy trei tri три tri üç üç tiga tatu saddex שלוש שלושה"
    " ثلاث ثلاثة سه درې تین ሦስት ሶስት तीन သုံး 三 세",
}
_ABOUT: Final = r"(?:(?:about|около|примерно|близько|yaklaşık|حوالي|نحو|حدود|约|約|약|ከ|כ-?)\s?)?"

# A day named from today, and how many days it is before it.
_NAMED_DAYS: Final = {
    0: "just_now à_l'instant только_что щойно az_önce 刚刚 剛剛 たった今 방금 today heute hoy hoje"
    " aujourd'hui oggi vandaag dziś dzisiaj dnes astăzi azi ma danas данас"
    " sot σήμερα сегодня сьогодні сёння днес денес bugün bu_gün hari_ini leo maanta اليوم היום"
    " امروز آج نن ئەمڕۆ ዛሬ ሎሚ आज ယနေ့ ဒီနေ့ 今天 今日 本日 오늘 วันนี้ დღეს այսօր",
    1: "yesterday gestern hier ayer ontem ieri gisteren wczoraj včera tegnap jučer juče јуче dje"
    " χθες χτες вчера вчора учора ўчора dün dünən kemarin jana shalay أمس البارحة אתמול دیروز"
    " دېروز گزشتہ_روز پرون دوێنێ ትናንት ትላንት ትማሊ မနေ့က 昨天 昨日 어제 เมื่อวาน გუშინ երեկ",
    2: "позавчера позавчора vorgestern avant-hier anteayer anteontem przedwczoraj önceki_gün"
    " שלשום پریروز 前天 一昨日 おととい 그저께",
}
_PUBLISHED: Final = (
    "published posted updated veröffentlicht aktualisiert publié publicado pubblicato опубликовано"
    " обновлено опубліковано оновлено дата yayınlandı yayınlanma güncelleme نشر نشر_في تاريخ_النشر"
    " פורסם עודכן انتشار منتشر_شده 发布时间 发布 更新 配信 公開 입력 등록"
)
_CLOCK: Final = r"(?:[01]?\d|2[0-3])[:.h]\s?[0-5]\d(?::[0-5]\d)?"
_AT: Final = r"(?:at|um|à|a las|às|alle|o|la|u|в|о|об|у|saat|ساعة|الساعة|ساعت|בשעה|ב-?|ሰዓት)"


@dataclass(frozen=True, slots=True)
class _Language:
    """How a language tells the time since: units, with the count that each implies, and marks."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    units: tuple[tuple[str, timedelta, int], ...]

    def may_tell(self, line: str) -> bool:
        """Say whether a line holds any of its marks, which is quicker than to look closely."""
        return any(mark in line for mark in (*self.before, *self.after))


def _words(cell: str) -> list[str]:
    return [plain_spelling(word.replace("_", " ")) for word in cell.split()]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


_COUNT_OF: Final = {
    plain_spelling(word): count for count, words in _COUNTS.items() for word in words.split()
}
_COUNT: Final = rf"\d{{1,3}}|{_any_of(_COUNT_OF)}"


def _language(row: str) -> _Language:
    _, before, after, *cells = row.split("|")
    units = []
    for length, cell in zip(_UNITS, cells, strict=True):
        for word in _words(cell):
            name, _, implied = word.partition("=")
            units.append((name, length, int(implied or 0)))
    return _Language(tuple(_words(before)), tuple(_words(after)), tuple(units))


_LANGUAGES: Final = tuple(map(_language, _AGO.strip().splitlines()))


@cache
def _pattern(language: _Language) -> re.Pattern[str]:
    # In Swahili the count follows the unit.
    return re.compile(
        rf"{WORD_START}(?:(?P<before>{_any_of(language.before)})\s?)?"
        rf"{_ABOUT}(?:(?P<count>{_COUNT})[\s'-]?)?"
        rf"(?P<unit>{_any_of(name for name, _, _ in language.units)})\.?"
        rf"(?:\s?(?P<later>{_COUNT}))?(?:\s?(?P<after>{_any_of(language.after)}))?{WORD_END}"
    )


_DAYS_BEFORE: Final = {
    plain_spelling(word.replace("_", " ")): days
    for days, words in _NAMED_DAYS.items()
    for word in words.split()
}
# A name may follow the clock at once: pages set their gaps in style sheets.
_NAMED_DAY: Final = re.compile(
    rf"(?:^|[|·•,–—-])\W*(?:(?:{_any_of(_words(_PUBLISHED))})\W{{1,4}})?"
    rf"(?:(?P<day>{_any_of(_DAYS_BEFORE)})(?:\W{{0,3}}{_AT}?\W{{0,3}}{_CLOCK}(?!\d).*)?"
    rf"|{_CLOCK}\W{{1,4}}(?P<after>{_any_of(_DAYS_BEFORE)}))\W*$"
)


def read_age(text: str, now: datetime) -> datetime | None:
    """Return when "3 hours ago" was; the midnight of "yesterday, 14:05"; else None.

    The hour of a named day is left out, for its zone is not known.
    """
    if len(text) > _LINE_LIMIT:
        return None
    line = plain_spelling(text)
    named = _NAMED_DAY.search(line)
    if named is not None:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=_DAYS_BEFORE[named["day"] or named["after"]])
    elapsed = next(_elapsed(line), None)
    return None if elapsed is None else now - elapsed


def _elapsed(line: str) -> Iterator[timedelta]:
    for language in _LANGUAGES:
        if not language.may_tell(line):
            continue
        for match in _pattern(language).finditer(line):
            if not (match["before"] or match["after"]):
                continue
            unit = next(one for one in language.units if one[0] == match["unit"])
            told = match["count"] or match["later"]
            count = (_COUNT_OF.get(told) or int(told)) if told else unit[2]
            if 0 < count <= _MOST:
                yield count * unit[1]
