"""What two texts are compared by: their words, without what differs each time a page is asked for.

White space, the style of quotes and dashes, case, and lines of furniture (view counters, "updated 5
minutes ago", share buttons) are no part of it.
"""

import re
import unicodedata
from typing import Final

_SPELLINGS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´＇", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_SPACE: Final = re.compile(r"\s+")
_LINE_LIMIT: Final = 90
"""Characters; furniture is shorter, sentences seldom are."""
_UNIT: Final = (
    r"(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|sekunden?|minuten?|stunden?"
    r"|tagen?|heures?|jours?|minutos?|horas?|días?|minuti|minuto|or[ae]|giorn[io]|dias?"
    r"|секунд\w*|минут\w*|час\w*|дн\w*|хвилин\w*|годин\w*|dakika|saat|gün"
    r"|دقائق|دقيقة|ساعات|ساعة|أيام|יום|דקות|שעות|分钟|小时|天|분|시간)"
)
_FURNITURE: Final = re.compile(
    r"\b\d+\+?\s*" + _UNIT + r"\s*(?:ago|read|önce|назад|тому|前|전)\b"
    r"|(?:\bvor|\bil y a|\bhace|\bhá|\bfa|منذ|قبل|לפני)\s+\d+\s*" + _UNIT + r"|\b\d+\s*"
    r"(?:minuti|ore|giorni) fa\b|\d+\s*(?:分钟|小时|天)前"
    r"|^\W*[\d.,\s]+[km]?\s*(?:views?|reads?|comments?|shares?|likes?|reactions?|followers?"
    r"|kommentare?|aufrufe|commentaires?|vues|comentarios?|lecturas|commenti|visualizzazioni"
    r"|comentários|просмотр\w*|комментари\w*|переглядів|коментар\w*|görüntüleme|yorum"
    r"|مشاهدة|مشاهدات|تعليق\w*|צפיות|תגובות|次浏览|评论)\W*$"
    r"|^\W*(?:views?|comments?|shares?|просмотры|комментарии|المشاهدات)\s*:?\s*[\d.,]+[km]?\W*$"
    r"|^\W*(?:last\s+)?(?:updated?|published|modified|aktualisiert|stand|mis à jour|publié"
    r"|actualizado|aggiornato|atualizado|обновлено|опубликовано|оновлено|güncelleme|آخر تحديث"
    r"|עודכן|更新)\b[^.!?]*\d[^!?]*[^.!?。]$"
    r"|^\W*(?:advertisement|advertising|sponsored|share(?: this.*)?|tweet|print|save|copy link"
    r"|read more|read also|also read|more on this story|follow us.*|subscribe.*|sign up.*"
    r"|click here.*|anzeige|werbung|publicité|publicidad|pubblicità|реклама|поделиться"
    r"|читайте также|читайте також|إعلان|اقرأ أيضا.*|פרסומת|广告|광고)\W*$",
    re.IGNORECASE,
)


def is_furniture_line(line: str) -> bool:
    """Say whether a line belongs to the page and not to the report."""
    return len(line) <= _LINE_LIMIT and _FURNITURE.search(line) is not None


def substantial(body: str) -> list[str]:
    """Return the paragraphs of a body without lines of furniture."""
    return [line for line in body.split("\n\n") if line and not is_furniture_line(line)]


def spelt(text: str) -> str:
    """Return a text in one spelling of quotes, dashes, digits and case."""
    return unicodedata.normalize("NFKC", text.translate(_SPELLINGS)).casefold()


def squeezed(text: str) -> str:
    """Return what is the same for two texts that say the same in the same words."""
    return _SPACE.sub("", spelt(text))
