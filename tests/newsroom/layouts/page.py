"""What every layout starts from: one report, its neighbours, and words in its language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from types import MappingProxyType
from typing import Final

from tests.newsroom.world import Published

RIGHT_TO_LEFT: Final = frozenset({"ar", "he"})

_WORDS: Final = """
en By|Read more|Subscribe to our newsletter|Share|Published|Updated
uk Автор|Читайте також|Підпишіться на розсилку|Поділитися|Опубліковано|Оновлено
ru Автор|Читайте также|Подпишитесь на рассылку|Поделиться|Опубликовано|Обновлено
ar بقلم|اقرأ أيضا|اشترك في نشرتنا البريدية|شارك|نشر في|آخر تحديث
he מאת|עוד בנושא|הירשמו לניוזלטר|שתפו|פורסם|עודכן
fr Par|À lire aussi|Recevez notre lettre d'information|Partager|Publié le|Mis à jour le
es Por|Lea también|Suscríbase a nuestro boletín|Compartir|Publicado|Actualizado
zh 作者|相关阅读|订阅我们的邮件通讯|分享|发布时间|更新时间
"""
"""In the order of `Words`."""

_MONTHS: Final = """
en January|February|March|April|May|June|July|August|September|October|November|December
uk січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня
ru января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря
ar يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر
he בינואר|בפברואר|במרץ|באפריל|במאי|ביוני|ביולי|באוגוסט|בספטמבר|באוקטובר|בנובמבר|בדצמבר
fr janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre
es enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre
zh 1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月
"""


def _by_language(table: str) -> Mapping[str, tuple[str, ...]]:
    lines = (line.split(" ", 1) for line in table.strip().splitlines())
    return MappingProxyType({language: tuple(words.split("|")) for language, words in lines})


_WORDS_OF: Final = _by_language(_WORDS)
_MONTHS_OF: Final = _by_language(_MONTHS)


@dataclass(frozen=True, slots=True)
class Words:
    """The furniture of a page, in one language."""

    by: str
    related: str
    newsletter: str
    share: str
    published: str
    updated: str


@dataclass(frozen=True, slots=True)
class Page:
    """One report to be laid out; `others` are reports of the same outlet, newest first."""

    article: Published
    others: tuple[Published, ...]

    @property
    def language(self) -> str:
        """Return the outlet's language."""
        return self.article.outlet.language

    @property
    def words(self) -> Words:
        """Return the page furniture in the outlet's language."""
        return Words(*_WORDS_OF[self.language])

    @property
    def headline(self) -> str:
        """Return the headline as HTML text."""
        return escape(self.article.report.headline)

    @property
    def site(self) -> str:
        """Return the outlet's name as HTML text."""
        return escape(self.article.outlet.name)

    @property
    def byline(self) -> str:
        """Return the authors as HTML text, separated by commas; "" without any."""
        return escape(", ".join(self.article.report.authors))

    @property
    def image(self) -> str:
        """Return the address of the lead image."""
        host = self.article.url.split("/", 3)[:3]
        return "/".join(host) + f"/media{self.article.path.rstrip('/')}.png"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the paragraphs as HTML elements."""
        return tuple(f"<p>{escape(text)}</p>" for text in self.article.report.body)

    @property
    def attributes(self) -> str:
        """Return the attributes of the html element."""
        direction = ' dir="rtl"' if self.language in RIGHT_TO_LEFT else ""
        return f'lang="{self.language}"{direction}'


def day(moment: datetime, language: str) -> str:
    """Return the date as the language writes it, with the time of day."""
    clock = f"{moment:%H:%M}"
    month = _MONTHS_OF[language][moment.month - 1]
    if language == "zh":
        return f"{moment.year}年{month}{moment.day}日 {clock}"
    if language == "es":
        return f"{moment.day} de {month} de {moment.year}, {clock}"
    return f"{moment.day} {month} {moment.year}, {clock}"


def iso(moment: datetime) -> str:
    """Return the time in the spelling that page metadata uses."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def open_graph(page: Page) -> str:
    """Return the meta elements of a page that describes itself with Open Graph."""
    article = page.article
    tags = {
        "og:type": "article",
        "og:title": article.report.headline,
        "og:description": article.report.body[0][:200],
        "og:url": article.url,
        "og:site_name": article.outlet.name,
        "og:image": page.image,
        "article:published_time": iso(article.published),
        "article:modified_time": iso(article.changed),
    }
    return "\n".join(
        f'<meta property="{name}" content="{escape(value)}">' for name, value in tags.items()
    )


def json_ld(page: Page, kind: str = "NewsArticle", **more: object) -> str:
    """Return the script element of a page that describes itself with schema.org."""
    article = page.article
    document: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind,
        "mainEntityOfPage": {"@type": "WebPage", "@id": article.url},
        "headline": article.report.headline,
        "datePublished": iso(article.published),
        "dateModified": iso(article.changed),
        "inLanguage": article.outlet.language,
        "image": [page.image],
        "publisher": {"@type": "NewsMediaOrganization", "name": article.outlet.name},
        "author": [{"@type": "Person", "name": name} for name in article.report.authors]
        or {"@type": "Organization", "name": article.outlet.name},
    }
    text = json.dumps(document | more, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def related(page: Page, count: int = 4) -> str:
    """Return list items that link to neighbouring reports."""
    return "".join(
        f'<li><a href="{other.path}">{escape(other.report.headline)}</a></li>'
        for other in page.others[:count]
    )
