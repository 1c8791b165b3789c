"""A strict reader of Atom: what RFC 4287 requires and forbids, as far as we could break it."""

import re
from collections import Counter

from lxml import etree

NS = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ONCE = {
    "feed": ({"id", "title", "updated"}, {"subtitle", "generator", "icon", "logo", "rights"}),
    "entry": (
        {"id", "title", "updated"},
        {"published", "summary", "content", "source", "rights"},
    ),
}
_MANY = {
    "feed": {"author", "category", "contributor", "link", "entry"},
    "entry": {"author", "category", "contributor", "link"},
}


def problems(document: bytes) -> list[str]:
    """Return every breach of RFC 4287 in a feed document."""
    root = etree.fromstring(document)
    if root.tag != f"{NS}feed":
        return [f"the document is {root.tag}, not an Atom feed"]
    found = [*_container(root, "feed"), *_texts(root)]
    entries = root.findall(f"{NS}entry")
    for entry in entries:
        found += _container(entry, "entry")
        alternates = [link for link in entry.findall(f"{NS}link") if link.get("rel") == "alternate"]
        if entry.find(f"{NS}content") is None and not alternates:
            found.append("an entry has neither content nor an alternate link")
        if root.find(f"{NS}author") is None and entry.find(f"{NS}author") is None:
            found.append("an entry has no author, nor has its feed")
    versions = Counter(
        (entry.findtext(f"{NS}id"), entry.findtext(f"{NS}updated")) for entry in entries
    )
    found += [f"{key} stands {count} times" for key, count in versions.items() if count > 1]
    if not any(link.get("rel") == "self" for link in root.findall(f"{NS}link")):
        found.append("the feed has no self link")
    return found


def _container(element: etree._Element, kind: str) -> list[str]:
    found = []
    required, optional = _ONCE[kind]
    counts = Counter(str(child.tag).removeprefix(NS) for child in element)
    found += [f"{kind} has {counts[name]} {name}" for name in required if counts[name] != 1]
    found += [f"{kind} has {counts[name]} {name}" for name in optional if counts[name] > 1]
    unknown = set(counts) - required - optional - _MANY[kind]
    found += [f"{kind} may not hold {name}" for name in unknown]
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{NS}link")
        if link.get("rel") in {None, "alternate"}
    )
    found += [f"{kind} has alternate {key} twice" for key, n in alternates.items() if n > 1]
    for name in ("updated", "published"):
        text = element.findtext(f"{NS}{name}")
        if text is not None and not _TIME.fullmatch(text):
            found.append(f"{kind} {name} is no RFC 3339 time: {text!r}")
    if not _URI.fullmatch(element.findtext(f"{NS}id") or ""):
        found.append(f"{kind} id is no absolute IRI: {element.findtext(f'{NS}id')!r}")
    if not (element.findtext(f"{NS}title") or "").strip():
        found.append(f"{kind} title is empty")
    return found


def _texts(root: etree._Element) -> list[str]:
    found = []
    for element in root.iter():
        name = str(element.tag).removeprefix(NS)
        if name == "link" and not _URI.fullmatch(element.get("href", "")):
            found.append(f"link to {element.get('href')!r}")
        if name in {"title", "subtitle", "summary", "content", "rights"}:
            if element.get("type", "text") not in {"text", "html"}:
                found.append(f"{name} is of type {element.get('type')!r}")
            if len(element):
                found.append(f"{name} holds elements")
        if name == "category" and not element.get("term"):
            found.append("a category has no term")
        if name in {"author", "contributor"} and not element.findtext(f"{NS}name"):
            found.append(f"{name} has no name")
        found += [
            f"{name} is in language {element.get(attribute)!r}"
            for attribute in (XML_LANG, "hreflang")
            if not _LANGUAGE.fullmatch(element.get(attribute, "en"))
        ]
    return found
