"""What is wrong with a headline as a sober statement of what happened.

By rules on its wording, in the languages that most feeds have; a language without words here is
judged by its signs, capitals and length only.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LEAST_LENGTH: Final = 20
MOST_LENGTH: Final = 130
"""Width of a headline in letters: below it says too little, above it is a paragraph. Letters of
scripts without spaces count twice."""

_WIDE: Final = frozenset("WF")
_LEAST_LETTERS_SHOUTED: Final = 12
_SHARE_SHOUTED: Final = 0.6

_LIVE: Final = (
    r"live(?: ?blog| ?updates?| ?ticker| ?news| ?coverage| ?reporting| ?stream)?|newsblog"
    r"|(?:news)?ticker|as it happened|en directo?|en vivo|minuto a minuto|ao vivo|(?:in )?diretta"
    r"|na żywo|canlı(?: blog| anlatım)?|онлайн|(?:в )?прям(?:ой|ом) эфире?|наживо|хроника|хроніка"
    r"|مباشر|بث مباشر|تغطية مباشرة|لحظة بلحظة|עדכונים שוטפים|זמן אמת|直播|实时更新|ライブ|速報中"
)
_OPINION: Final = (
    r"opinion|op-ed|analysis|news analysis|comment(?:ary)?|editorial|column|perspectives?|viewpoint"
    r"|letters?|essay|review|interview|podcast|explainer|explained|factbox|fact[ -]check|newsletter"
    r"|opinión|análisis|columna|entrevista|tribune|analyse|éditorial|édito|chronique|entretien"
    r"|meinung|kommentar|leitartikel|gastbeitrag|kolumne|opinione|commento|analisi|editoriale"
    r"|opinião|análise|opinia|komentarz|analiza|felieton|görüş|yorum|analiz|köşe yazısı"
    r"|мнение|колонка|комментарий|аналитика|анализ|интервью|думка|погляд|коментар|аналітика"
    r"|інтерв['’ʼ]ю|رأي|تحليل|مقال|افتتاحية|حوار|דעה|פרשנות|ניתוח|评论|社评|评论员|観点|社説|論評"
)
_SHOUTED_LABEL: Final = (
    r"breaking(?: news)?|just in|exclusive|urgent|watch|video|photos?|in pictures|must[ -]read"
    r"|update[ds]?|alert|flash|última hora|urgente|exclusiva?|vídeo|exclusif|vidéo|en images"
    r"|eilmeldung|exklusiv|ultim['’]ora|esclusiv[oa]|pilne|son dakika|срочно|молния|эксклюзив"
    r"|видео|фото|терміново|блискавка|ексклюзив|відео|عاجل|حصري|فيديو|شاهد|דחוף|בלעדי|צפו"
    r"|突发|独家|视频|速報|独自"
)
_TEASING: Final = (
    r"you won['’]t believe|you need to know|need to know|what we know|what to know|here['’]?s"
    r" (?:why|what|how)|this is (?:why|what|how)|what happened next|the real reason|reasons? why"
    r"|(?:^|\d )things (?:to|you)|goes viral|shocking|stuns?\b|jaw-dropping|explained\b"
    r"|^why\b|^how\b"
    r"|lo que (?:se sabe|sabemos|debes saber)|no (?:vas a|podrás) creer|ce que l['’]on sait"
    r"|ce qu['’]il faut savoir|was wir wissen|was bisher bekannt|das müssen sie|cosa sappiamo"
    r"|ecco (?:perché|cosa)|o que se sabe|o que sabemos|entenda|co wiemy|nie uwierzysz|bilmeniz"
    r"|inanamayacaksınız|что известно|вы не поверите|всё, что|шокир|сеть взорвал|стало известно, "
    r"|що відомо|ви не повірите|усе, що|все, що|шокув|ما نعرفه|لن تصدق|كل ما (?:نعرفه|تريد)"
    r"|מה שידוע|לא תאמינו|你不会相信|震惊|衝撃"
)
_FIRST: Final = r"^\W{0,3}(?:%s)\W{0,2}(?:[:|–—]|\s-\s)"
_LAST: Final = r"(?:[:|–—]|\s-\s|,)\s*(?:%s)\W{0,2}$"


@dataclass(frozen=True, slots=True)
class Fault:
    """What speaks against a headline, in words that follow "it", and how much, in 0..1."""

    says: str
    weight: float


_EMPTY: Final = Fault("is empty", 1.0)
_SHORT: Final = Fault("is very short", 0.2)
_LONG: Final = Fault("is very long", 0.2)


def _labelled(words: str) -> re.Pattern[str]:
    return re.compile(f"{_FIRST % words}|{_LAST % words}", re.IGNORECASE)


_WORDINGS: Final = (
    (_labelled(_LIVE), Fault("is that of a live blog", 0.4)),
    (_labelled(_OPINION), Fault("is that of an opinion or a background piece", 0.4)),
    (_labelled(_SHOUTED_LABEL), Fault("begins or ends with a label", 0.15)),
    (re.compile(_TEASING, re.IGNORECASE), Fault("teases", 0.3)),
    (re.compile(r"[?؟？¿]"), Fault("asks", 0.3)),
    (re.compile(r"[!！¡]"), Fault("exclaims", 0.3)),
    (re.compile(r"\.\.|…"), Fault("breaks off", 0.2)),
)


@lru_cache(maxsize=1 << 12)
def faults_of(headline: str) -> tuple[Fault, ...]:
    """Return all that speaks against a headline; () for a sober one."""
    text = headline.strip()
    return tuple(_faults(text)) if text else (_EMPTY,)


def _faults(text: str) -> Iterator[Fault]:
    width = sum(1 + (unicodedata.east_asian_width(character) in _WIDE) for character in text)
    if width < LEAST_LENGTH:
        yield _SHORT
    elif width > MOST_LENGTH:
        yield _LONG
    if _shouts(text):
        yield Fault("is in capitals", 0.3)
    for pattern, fault in _WORDINGS:
        if pattern.search(text):
            yield fault


def _shouts(text: str) -> bool:
    """Return whether most letters are capitals; of a few letters that is an acronym."""
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper >= max(_LEAST_LETTERS_SHOUTED, _SHARE_SHOUTED * (upper + lower))
