"""Lines at the head, in the middle and at the tail of a text that are about it, not of it."""

import re
from collections.abc import Sequence
from typing import Final

from aggregator.scrape.words import squeezed


def _opening(*phrases: str) -> re.Pattern[str]:
    """Match lines that open with one of these phrases, as whole words."""
    return re.compile(rf"^\W*(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_WORD: Final = re.compile(r"\w+")
_SENTENCE: Final = re.compile(r"[.!?…。؟]['\"”»’)]*$")

_HEADING_LIMIT: Final = 60
_RELATED: Final = _opening(
    r"more (?:from|on|stories|news|articles)|most (?:read|popular|viewed)|popular|trending|latest",
    r"recommended|you (?:may|might) (?:also )?like|what to read next|up next|in other news",
    r"weitere (?:artikel|themen|meldungen|nachrichten)|das könnte (?:sie|dich)|meistgelesen",
    r"mehr (?:zu|aus|von)|à (?:lire|découvrir)|sur le même (?:sujet|thème)|les plus lus",
    r"articles liés|más (?:noticias|leíd[oa]s|sobre)|lo más|noticias relacionadas|leia também",
    r"artigos relacionados|articoli correlati|potrebbe interessarti|i più letti",
    r"gerelateerd|meest gelezen|läs också",
    r"(?:по|на) теме?|похожие|популярн\w+|читайте|новости по теме|схожі|популярне|за темою",
    r"ilgili haberler|en çok okunan|diğer haberler|أخبار ذات صلة|مواضيع ذات صلة|الأكثر قراءة",
    r"مطالب مرتبط|پربازدید|كتبات|הנקראות ביותר|כתבות נוספות|עוד בנושא|相关(?:新闻|阅读|文章)",
    r"関連(?:記事|ニュース)|관련(?:기사| 기사)|संबंधित|ተዛማጅ|ဆက်စပ်",
)
"""Headings over links to other pages, beside those of `_POINTER`."""
_HEAD_LINES: Final = 8
_HEAD_LIMIT: Final = 120
_HEAD_WORDS: Final = 14
_LEAST_HEADLINE: Final = 12
"""Letters; a title may have a kicker before the headline."""
_SIGNED_LETTERS: Final = 60
_MOMENT_WORDS: Final = 8
_MOMENT_DIGITS: Final = 3
_MOMENT: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_HEAD: Final = _opening(
    r"by|von|par|por|di|door|av|writer|words|author|written by|posted (?:by|on|in)|text",
    r"published|updated|last (?:updated|modified)|posted|created|stand|aktualisiert|veröffentlicht",
    r"publié|mis à jour|publicado|actualizado|aggiornato|pubblicato|опубликовано|обновлено",
    r"оновлено|listen|share|print|save|bookmark|comments?|advertisement|top of page|skip to",
)
_READ_TIME: Final = re.compile(
    r"^\W*(?:(?:reading time|read time|lesezeit|temps de lecture|tiempo de lectura)\b.*"
    r"|(?:about )?\d{1,3}[\s-]*min(?:ute)?s?\.?"
    r"(?:[\s-]*(?:read|lesezeit|lesen|de lecture|de lectura|di lettura|okuma|чтения))?)\W*$",
    re.IGNORECASE,
)

_POINTER_LIMIT: Final = 160
_POINTER: Final = _opening(
    r"(?:read|watch|see|listen) (?:(?:more|also|next|now)\s*)?[:\-–|]|(?:also|further) read",
    r"read (?:more|next|also)|related\s*[:\-–|]|recommended(?: stories| for you)?$",
    r"related (?:articles?|stories|topics|posts|news|content|coverage|links?)",
    r"(?:lesen sie|lies|hören sie|sehen sie) (?:auch|mehr|dazu|hier)|mehr zum thema|schon gelesen",
    r"auch interessant|(?:à )?lire (?:aussi|également)|le[ae]r? también|te puede interesar",
    r"(?:mir[aáe]|lee|vea) ?:|people are (?:also )?reading|únete a|suscríbete (?:a|aquí)|rejoignez",
    r"noticia relacionada|leggi anche|lees ook|läs (?:också|mer)|les også|ayrıca oku\w*",
    r"читайте (?:также|також)|смотрите также|(?:czytaj|zobacz) (?:też|także|również)",
    r"اقرأ أيض[اً]+|(?:بیشتر|همچنین) بخوانید|קראו (?:גם|עוד)|በተጨማሪ ያንብቡ|ဆက်စပ်သတင်းများ|ပိုမိုဖတ်ရှုရန်",
    r"advertisement|anzeige|werbung|publicité|publicidad|реклама|reklama?",
    r"(?:story|article) continues? (?:below|after)|continue reading|scroll to continue",
    r"sign up (?:for|to|here)|subscribe (?:to|now|here|today)|click here to",
    r"download (?:our|the) app|(?:top|bottom) of page|ad feedback|show (?:more|comments)",
    r"article réservé aux abonnés|il vous reste [\d.,]+ ?% de cet article",
)

_EMBED_LIMIT: Final = 500
_EMBED: Final = re.compile(
    r"\bextern(?:er|en|e) inhalte?\b|eingebettete inhalte|empfohlener redaktioneller inhalt"
    r"|ein klick für den datenschutz|\bcontenus? (?:externes?|bloqués?)"
    r"|(?:youtube|twitter|facebook|instagram|x)[- ]inhalte?\b|\bcontenido externo\b"
    r"|(?:allow|accept|view|show) (?:youtube|twitter|facebook|instagram|third[- ]party) content"
    r"|to (?:view|display|watch) this (?:content|video|post)",
    re.IGNORECASE,
)
"""What stands for an embedded film or post until the reader agrees to load it."""

_EMBED_WORDS: Final = ("inhalt", "datenschutz", "conten", "video", "this post")

_CAPTION_LIMIT: Final = 400
_CAPTION: Final = re.compile(
    r"(?:^(?:abbildung|bildunterschrift|legende|caption|figure \d+)\s?:"
    r"|^(?:pictured|image|photo|picture)s? (?:right|left|above|below|from|by|provided|courtesy)\b"
    r"|(?:^|[\s(\[])(?:photo|image|picture|screenshot|illustration|bild|foto|grafik|credit)s?"
    r"(?: credits?| by)?\s?[:/]\s?[^\s.:]++(?:\s[^\s.:]++){0,6}$|^©[^.]{2,60}$"
    r"|\([^()]{0,60}(?:getty images|istock|shutterstock|picture alliance|imago)[^()]{0,30}\)$)",
    re.IGNORECASE,
)
_PICTURES: Final = ("pictured", "image", "photo", "picture")
_SIGNED_POST: Final = re.compile(r"^[—–-] .{1,80}\(@\w{1,30}\)")
"""Under an embedded post: who wrote it, and when."""

_TAIL_LINES: Final = 5
_TAIL_REST: Final = 300
"""Characters that may stand behind the author's biography or a legal notice and be of it."""
_TAIL_LIMIT: Final = 140
_TAIL: Final = _opening(
    r"(?:tags?|topics?|filed under|categories|category|keywords|schlagworte|themen|mots[- ]clés"
    r"|etiquetas|temas|теги|теми)\s*:?",
    r"share|follow us|like us|join us|contact us|comments?|leave a (?:reply|comment)|newsletter",
    r"post a comment|subscribe|sign up|recent posts|see all|most (?:read|popular)|related",
    r"more (?:from|on|stories|news)|recommended|(?:next|previous) (?:article|post|story)|up next",
    r"you (?:may|might) also like|about the author|author|support (?:our|us)|donate|credit",
    r"if you (?:liked|enjoyed) th(?:is|e)|want more|do you have|have (?:a|any) (?:news|story|tip)",
    r"e-?mail\s*:|follow .{1,60} on|with (?:reports|files|additional reporting) (?:from|by)",
    r"(?:additional |further )?(?:reporting|editing|writing) by|sendung\s*:|staff writer",
    r"originally published|source\s*:|quellen?\s*:|photos?\s*:|image\s*:|\d+ (?:comments?|shares?"
    r"|likes?|views?)|abonnez|suivez|síguenos|подпис\w*|поделиться|contact reporter",
)
_COMMENTS: Final = re.compile(
    r"^\W*(?:\d{1,4} )?(?:(?:reader|leser)?kommentare?|comments?|commentaires?|comentarios?"
    r"|commenti|reacties|komentarze|yorumlar|комментарии|коментарі|التعليقات|תגובות)\W*\d{0,4}\W*$",
    re.IGNORECASE,
)
"""The heading over what readers say: nothing after it is the article's."""
_AGENCY_LIMIT: Final = 40
_AGENCY: Final = re.compile(
    r"^\W*(?:[\w.-]{1,12}\s?[/,|]\s?){0,3}(?:PAP|dpa|AFP|AP|Reuters|ANSA|EFE|APA|KNA|epd|sda|SID"
    r"|TASS|Interfax|ČTK|TASR|MTI|AA|ANP|NTB|TT|Ritzau|STT|Lusa|Belga|Ukrinform|УНІАН|ТАСС|РИА)\W*$"
)
"""The sign of a news agency, with those of editors before it."""
_LEGAL_LIMIT: Final = 1000
_LEGAL: Final = _opening(
    r"copyright|©|\(c\) (?:19|20)\d\d|all rights reserved|disclaimer\s*:|citation\s*:",
    r"this (?:document|material) is subject to copyright|more information\s*:",
    r"this (?:article|story) (?:was|is|has been) (?:originally |first )?(?:published|produced)",
    r"this story originally appeared|journal information\s*:",
)
_BIOGRAPHY_LIMIT: Final = 600
_BIOGRAPHY: Final = re.compile(
    r"\b(?:is an? |is the |is our |was an? |are |writes|covers|covered|joined|works|reach(?:ed)?"
    r"|follow|ist |schreibt|berichtet|arbeitet|studierte|est |couvre|es |escribe|è |jest|är |er )",
    re.IGNORECASE,
)


def heads_other_pages(heading: str) -> bool:
    """Say whether a heading stands over links to other pages, or over what is not the text."""
    if len(heading) > _HEADING_LIMIT:
        return False
    return _is_of_comments(heading) or any(p.match(heading) for p in (_POINTER, _RELATED))


def _is_of_comments(line: str) -> bool:
    return len(line) <= _HEADING_LIMIT and _COMMENTS.match(line) is not None


def trimmed(lines: Sequence[str], title: str, authors: Sequence[str]) -> list[str]:
    """Return the lines without headline, byline, date, reading time, appeals and pointers.

    `lines` are paragraphs in reading order. Only short lines are dropped, but for legal notices
    at the end.
    """
    kept = [line for line in lines if not _points_away(line)]
    # A page of one paragraph may end it with the credit of its picture.
    kept = _without_head(
        kept or list(filter(is_caption, lines)), title, {squeezed(name) for name in authors}
    )
    return _without_tail(kept, [name.casefold() for name in authors if " " in name])


def _without_tail(lines: list[str], authors: Sequence[str]) -> list[str]:
    end = next((i for i, line in enumerate(lines) if i and _is_of_comments(line)), len(lines))
    lines = lines[:end]
    kept = list(lines)
    rest = 0
    for position in range(len(lines) - 1, max(0, len(lines) - 1 - _TAIL_LINES), -1):
        line = lines[position]
        ends = _is_legal(line) or _is_biography(line, authors)
        if (ends and rest <= _TAIL_REST) or (not rest and _is_label(line)):
            del kept[position:]
            rest = 0
        else:
            rest += len(line)
    return kept


def _is_biography(line: str, authors: Sequence[str]) -> bool:
    if len(line) > _BIOGRAPHY_LIMIT or not _BIOGRAPHY.search(line):
        return False
    opening = line.casefold()[:_HEAD_LIMIT]
    return any(name in opening for name in authors)


def _points_away(line: str) -> bool:
    if len(line) <= _POINTER_LIMIT and (_POINTER.match(line) or _SIGNED_POST.match(line)):
        return True
    return is_caption(line) or _is_placeholder(line)


def is_caption(line: str) -> bool:
    """Say whether a line is a picture's caption, by its credit or its first words."""
    # Nearly every line is told from a caption without the costly look.
    marked = ":" in line or "/" in line or line.endswith(")") or line.startswith("©")
    if not marked and not line[:8].lower().startswith(_PICTURES):
        return False
    return len(line) <= _CAPTION_LIMIT and _CAPTION.search(line) is not None


def _is_placeholder(line: str) -> bool:
    if len(line) > _EMBED_LIMIT:
        return False
    lower = line.lower()
    return any(word in lower for word in _EMBED_WORDS) and _EMBED.search(line) is not None


def _without_head(lines: list[str], title: str, authors: set[str]) -> list[str]:
    if lines and _is_headline(lines[0], title):
        lines = lines[1:]
    head = [line for line in lines[:_HEAD_LINES] if not _is_head_matter(line, title, authors)]
    return head + lines[_HEAD_LINES:]


def _is_headline(line: str, title: str) -> bool:
    letters = squeezed(line)
    return len(letters) > _LEAST_HEADLINE and squeezed(title).endswith(letters)


def _is_head_matter(line: str, title: str, authors: set[str]) -> bool:
    letters = squeezed(line)
    if not letters or letters == squeezed(title):
        return True
    if len(line) > _HEAD_LIMIT:
        return False
    if letters in authors or _READ_TIME.match(line):
        return True
    if _SENTENCE.search(line) or line[-1] in ",;":
        return False
    words = len(_WORD.findall(line))
    if words <= _HEAD_WORDS and _HEAD.match(line):
        return True
    if len(letters) < _SIGNED_LETTERS and any(name and name in letters for name in authors):
        return not line.endswith(":")
    return _is_moment(line)


def _is_moment(line: str) -> bool:
    digits = sum(character.isdigit() for character in line)
    words = sum(not word.isdecimal() for word in _WORD.findall(line))
    return digits >= _MOMENT_DIGITS and words <= _MOMENT_WORDS and _MOMENT.search(line) is not None


def _is_label(line: str) -> bool:
    """Say whether a last line only names or asks for something: tags, shares, a letter."""
    return len(line) <= _TAIL_LIMIT and bool(_TAIL.match(line) or not squeezed(line))


def _is_legal(line: str) -> bool:
    """Say whether a line tells whose the text is: what follows is about it too."""
    if len(line) <= _AGENCY_LIMIT and _AGENCY.match(line):
        return True
    return len(line) <= _LEGAL_LIMIT and _LEGAL.match(line) is not None
