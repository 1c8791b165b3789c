"""Paragraphs in which a publisher says that a text was corrected, in the languages of our feeds."""

import re
from typing import Final

_NOTE: Final = re.compile(
    r"^[\W_]*(?:"
    # A word of its own, with a colon or a dash after it
    r"(?:corrections?|clarifications?|retraction|editor['’]?s['’]? note|update and correction"
    r"|korrektur|richtigstellung|anmerkung der redaktion|rectificatif|rectification|précision"
    r"|corrección|fe de errores|aclaración|rettifica|errata corrige|precisazione|correção|errata"
    r"|correctie|rectificatie|düzeltme|исправление|уточнение|поправка|виправлення|уточнення"
    r"|تصحيح|تصويب|توضيح|اصلاحیه|تصحیح|תיקון טעות|תיקון|更正|勘误|訂正|정정)"
    r"(?:[^\n]{0,40}?)[:：\-–—]"
    # A sentence
    r"|an? (?:earlier|previous) version of (?:this|the)\b"
    r"|this (?:article|story|report|piece|post|headline)"
    r" (?:was|has been|is) (?:\w+ ){0,3}?(?:amended|corrected|clarified|withdrawn|retracted)"
    r"|this (?:article|story|report|piece) has been updated to (?:correct|clarify|reflect|remove)"
    r"|in einer (?:früheren|vorherigen) (?:version|fassung)"
    r"|une (?:précédente version|version (?:précédente|antérieure))"
    r"|una versión (?:anterior|previa)|una versione precedente|uma versão anterior"
    r"|in een eerdere versie"
    r"|в (?:предыдущей|первоначальной|более ранней) версии"
    r"|у (?:попередній|початковій) версії"
    r"|في نسخة سابقة|בגרסה (?:קודמת|מוקדמת)"
    r")",
    re.IGNORECASE,
)
_NOTE_LIMIT: Final = 1000
"""Characters; a longer paragraph is the report itself."""


def correction_notes(body: str) -> tuple[str, ...]:
    """Return the paragraphs of `body` that say what was corrected, amended or withdrawn."""
    return tuple(
        paragraph
        for paragraph in body.split("\n\n")
        if len(paragraph) <= _NOTE_LIMIT and _NOTE.match(paragraph)
    )
