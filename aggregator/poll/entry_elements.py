"""What the elements of an item or entry do to its dictionary.

Each function does what feedparser's method for that element does, as far as `nodes` looks at it;
feedparser's `namespaces/` is what to read beside this.

The file is long because entries have that many elements, each with its rule.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from aggregator.poll.cursor import (
    Action,
    Cursor,
    Element,
    attributes_of,
    stripped,
    with_attributes,
)
from aggregator.poll.vocabulary import Unusual

_ITUNES: Final = "http://www.itunes.com/"
_MEDIA_CATEGORIES: Final = "http://search.yahoo.com/mrss/category_schema"
_TEXT_TYPES: Final = {
    "text": "text/plain", "plain": "text/plain", "text/plain": "text/plain",
    "html": "text/html", "text/html": "text/html",
}  # fmt: skip
_DETAILS: Final = {kind: {"type": kind} for kind in ("text/plain", "text/html")}
_HTML_TYPES: Final = frozenset({"html", "text/html", "xhtml", "application/xhtml+xml"})
_TERM_LIMIT: Final = 200
"""Categories of an entry; each is compared with the ones before."""
_AUTHOR_LIMIT: Final = 500
"""Characters; looking for an e-mail address takes the square of it."""
_SEMICOLON: Final = re.compile(r"&([A-Za-z0-9_]+);")


def leaf(_cursor: Cursor, element: Element) -> None:
    """Pass over an element that feedparser reads into a field that we do not."""
    stripped(element)


def text_field(field: str) -> Action:
    """Return the action of an element whose text is that field."""

    def action(cursor: Cursor, element: Element) -> None:
        cursor.node[field] = cursor.text(element)

    return action


def unknown_field(field: str) -> Action:
    """Return the action of an element without a method, which must have no attributes then."""

    def action(cursor: Cursor, element: Element) -> None:
        if element.keys():
            raise Unusual(f"attributes of <{field}>")
        cursor.node[field] = cursor.text(element)

    return action


def _title(cursor: Cursor, element: Element) -> None:
    text, attributes = with_attributes(element)
    if attributes:
        check_type(attributes)
    if not -1 < cursor.title_depth <= cursor.depth:
        cursor.node["title_detail"] = cursor.detail(attributes)
        cursor.store("title", cursor.stored(text))
    if text:
        cursor.title_depth = cursor.depth


def _media_title(cursor: Cursor, element: Element) -> None:
    depth = cursor.title_depth
    _title(cursor, element)
    cursor.title_depth = depth


def _description(cursor: Cursor, element: Element, kind: str = "text/html") -> None:
    if "summary" in cursor.node and not cursor.has_content:
        _content(cursor, element)
    else:
        _abstract(cursor, element, kind)


def _summary(cursor: Cursor, element: Element) -> None:
    _description(cursor, element, "text/plain")


def _abstract(cursor: Cursor, element: Element, kind: str = "text/plain") -> None:
    text, attributes = with_attributes(element)
    kind = _kind(cursor, attributes, kind, text)
    cursor.store("summary", cursor.stored(text))
    cursor.node["summary_detail"] = _DETAILS[kind]


def _content(cursor: Cursor, element: Element, kind: str = "text/plain") -> None:
    cursor.has_content = True
    text, attributes = with_attributes(element)
    value = cursor.stored(text)
    content = cursor.detail(attributes)
    content["type"] = _kind(cursor, attributes, kind, text)
    content["value"] = value
    cursor.node.setdefault("content", []).append(content)
    cursor.node.setdefault("summary", value)


def _encoded_content(cursor: Cursor, element: Element) -> None:
    _content(cursor, element, "text/html")


def _kind(cursor: Cursor, attributes: Mapping[str, str], default: str, text: str) -> str:
    kind = (check_type(attributes) if attributes else None) or default
    if kind == "text/plain" and cursor.is_rss and cursor.looks_like_html(text):
        return "text/html"
    return kind


def check_type(attributes: Mapping[str, str]) -> str | None:
    """Return the type that a text declares, None without; raises Unusual if it is none of text."""
    if "type" not in attributes and "mode" not in attributes:
        return None
    kind = _TEXT_TYPES.get(attributes.get("type", "text"))
    if kind is None or attributes.get("mode") == "base64":
        raise Unusual("content of another type")
    return kind if "type" in attributes else None


def link(cursor: Cursor, element: Element) -> None:
    """Add to the links, and set the link, of an entry or of the feed."""
    text, written = with_attributes(element)
    attributes = {"rel": "alternate", **written} if written else {"rel": "alternate"}
    relation = attributes["rel"]
    attributes.setdefault("type", "application/atom+xml" if relation == "self" else "text/html")
    cursor.node.setdefault("links", []).append(attributes)
    if written:
        _with_href(attributes)
    if "href" in attributes:
        attributes["href"] = cursor.address(attributes["href"])
        if relation == "alternate" and attributes["type"] in _HTML_TYPES:
            cursor.node["link"] = attributes["href"]
        return
    if text:
        text = cursor.stored(cursor.address(text))
        if "&" in text:
            text = text if cursor.node is cursor.feed else text.replace("&amp;", "&")
            text = _SEMICOLON.sub(r"&\g<1>", text)
        attributes["href"] = text
    cursor.node["link"] = text


def _with_href(attributes: dict[str, str]) -> None:
    href = attributes.get("url", attributes.get("uri", attributes.get("href")))
    if href:
        attributes.pop("url", None)
        attributes.pop("uri", None)
        attributes["href"] = href


def _guid(cursor: Cursor, element: Element) -> None:
    text, attributes = with_attributes(element)
    is_link = attributes.get("ispermalink", "true") == "true"
    text = cursor.stored(cursor.address(text) if is_link and text else text)
    cursor.node["id"] = text
    if is_link:
        cursor.node.setdefault("link", text)


def _enclosure(cursor: Cursor, element: Element) -> None:
    _, written = with_attributes(element)
    attributes = dict(written)
    _with_href(attributes)
    attributes["rel"] = "enclosure"
    cursor.node.setdefault("links", []).append(attributes)


def author(cursor: Cursor, element: Element) -> None:
    """Add an author, to an entry or to the feed."""
    authors = cursor.node.setdefault("authors", [])
    person: dict[str, str] = {}
    authors.append(person)
    if len(element):
        cursor.node["author"] = _named(cursor, element, person)
    else:
        written = cursor.text(element)
        cursor.node["author"] = written
        if written:
            person["name"] = written
            cursor.node.setdefault("author_detail", person)
    if len(authors) > 1:
        # feedparser looks for e-mail addresses, and gives an author the name of the one before.
        names = [authors[0].get("name", ""), person.get("name", "")]
        if (len(element) and "name" not in person) or any("@" in name for name in names):
            raise Unusual("several authors with e-mail addresses")
    elif len(cursor.node["author"]) > _AUTHOR_LIMIT:
        raise Unusual("a long name of an author")


def _named(cursor: Cursor, element: Element, person: dict[str, str]) -> str:
    texts = [element.text, *(inner.tail for inner in element)]
    texts += [inner.text for inner in element if inner.keys()]
    if any(text and text.strip() for text in texts):
        raise Unusual("text within an author")
    cursor.read(element, _PERSON)
    name, email = person.get("name"), person.get("email")
    return f"{name} ({email})" if name and email else name or email or ""


def _part_of_a_person(field: str) -> Action:
    def action(cursor: Cursor, element: Element) -> None:
        text = stripped(element)
        # The detail may be one of the authors, who then gets another name.
        cursor.node.setdefault("author_detail", {})[field] = text
        cursor.node["authors"][-1][field] = text

    return action


def person_without_effect(cursor: Cursor, element: Element) -> None:
    """Pass over a contributor, or an author that we do not need."""
    cursor.read(element, _NOBODY)


def _category(cursor: Cursor, element: Element) -> None:
    text, attributes = with_attributes(element)
    tags = cursor.node.setdefault("tags", [])
    if attributes:
        scheme = attributes.get("scheme", attributes.get("domain"))
        _add_tag(tags, attributes.get("term"), scheme, attributes.get("label"))
    _end_of_category(tags, cursor.stored(text))


def _media_category(cursor: Cursor, element: Element) -> None:
    text, attributes = with_attributes(element)
    tags = cursor.node.setdefault("tags", [])
    scheme = attributes.get("scheme", _MEDIA_CATEGORIES)
    _add_tag(tags, attributes.get("term"), scheme, attributes.get("label"))
    _end_of_category(tags, cursor.stored(text))


def _itunes_category(cursor: Cursor, element: Element) -> None:
    text, attributes = with_attributes(element)
    tags = cursor.node.setdefault("tags", [])
    _add_tag(tags, attributes.get("text"), _ITUNES, None)
    _end_of_category(tags, cursor.stored(text))


def _end_of_category(tags: list[dict[str, Any]], text: str) -> None:
    if not text:
        return
    if tags and not tags[-1]["term"]:
        tags[-1]["term"] = text
    else:
        _add_tag(tags, text, None, None)


def _keywords(scheme: str | None) -> Action:
    def action(cursor: Cursor, element: Element) -> None:
        if element.keys():
            raise Unusual("attributes of keywords")
        tags = cursor.node.setdefault("tags", [])
        for term in cursor.text(element).split(","):
            if term.strip():
                _add_tag(tags, term.strip(), scheme, None)

    return action


def _add_tag(
    tags: list[dict[str, Any]], term: str | None, scheme: str | None, label: str | None
) -> None:
    if not (term or scheme or label):
        return
    tag = {"term": term, "scheme": scheme, "label": label}
    if tag not in tags:
        tags.append(tag)
        if len(tags) > _TERM_LIMIT:
            raise Unusual("many categories")


def _media_group(cursor: Cursor, element: Element) -> None:
    cursor.read(element, _MEDIA)


def _media_content(cursor: Cursor, element: Element) -> None:
    cursor.node.setdefault("media_content", []).append(attributes_of(element))
    if len(element):
        cursor.read(element, _MEDIA)


def _media_thumbnail(cursor: Cursor, element: Element) -> None:
    text, written = with_attributes(element)
    attributes = dict(written)
    cursor.node.setdefault("media_thumbnail", []).append(attributes)
    if text:
        attributes.setdefault("url", cursor.stored(cursor.address(text)))


def _itunes_image(cursor: Cursor, element: Element) -> None:
    _, attributes = with_attributes(element)
    address = attributes.get("href") or attributes.get("url")
    if address:
        cursor.node["image"] = {"href": address}


def _image(cursor: Cursor, element: Element) -> None:
    stripped(element)
    cursor.title_depth = -1


def _source(cursor: Cursor, element: Element) -> None:
    # The dictionary of a source is another one; only the depth of its title is felt outside.
    cursor.title_depth = -1
    cursor.read(element, _SOURCE)


def title_without_effect(cursor: Cursor, element: Element) -> None:
    """Note the depth of a title that belongs to something else."""
    if stripped(element):
        cursor.title_depth = cursor.depth


_PERSON: Final[Mapping[str, Action]] = {
    **dict.fromkeys(("name", "itunes_name"), _part_of_a_person("name")),
    **dict.fromkeys(("email", "itunes_email"), _part_of_a_person("email")),
    **dict.fromkeys(("uri", "url", "homepage"), _part_of_a_person("href")),
}
_NOBODY: Final[Mapping[str, Action]] = dict.fromkeys(_PERSON, leaf)
_SOURCE: Final[Mapping[str, Action]] = {
    **dict.fromkeys(
        "category generator guid id link published rights subtitle tagline updated".split(), leaf
    ),
    **dict.fromkeys(("author", "contributor"), person_without_effect),
    "title": title_without_effect,
}
_MEDIA: Final[Mapping[str, Action]] = {
    **dict.fromkeys(
        "media_credit media_license media_player media_rating media_restriction".split(), leaf
    ),
    "media_category": _media_category,
    "media_content": _media_content,
    "media_description": _description,
    "media_group": _media_group,
    "media_keywords": _keywords(None),
    "media_thumbnail": _media_thumbnail,
    "media_title": _media_title,
}
PASSED_OVER: Final = frozenset(
    "cc_license cloud copyright creativecommons_license"
    " dc_contributor dc_publisher dc_rights dcterms_valid expirationdate"
    " feedburner_browserfriendly generator georss_box georss_line georss_point georss_polygon info"
    " itunes_block itunes_explicit itunes_subtitle rights subtitle tagline webmaster".split()
)
ENTRY: Final[Mapping[str, Action]] = {
    **_MEDIA,
    **dict.fromkeys(PASSED_OVER, leaf),
    **dict.fromkeys(("author", "dc_author", "dc_creator", "itunes_author"), author),
    **dict.fromkeys(("category", "dc_subject", "keywords"), _category),
    **dict.fromkeys(("created", "dcterms_created"), text_field("created")),
    **dict.fromkeys(("dc_description", "description"), _description),
    **dict.fromkeys(("dc_language", "language"), text_field("language")),
    **dict.fromkeys(("dc_title", "title"), _title),
    **dict.fromkeys(("dcterms_issued", "issued", "pubdate", "published"), text_field("published")),
    **dict.fromkeys(
        ("dc_date", "dcterms_modified", "lastbuilddate", "modified", "updated"),
        text_field("updated"),
    ),
    **dict.fromkeys(("guid", "id"), _guid),
    **dict.fromkeys(("itunes_image", "itunes_link"), _itunes_image),
    **dict.fromkeys(("itunes_summary", "summary"), _summary),
    "abstract": _abstract,
    "content": _content,
    "content_encoded": _encoded_content,
    "contributor": person_without_effect,
    "enclosure": _enclosure,
    "feedburner_origlink": unknown_field("feedburner_origlink"),
    "image": _image,
    "itunes_category": _itunes_category,
    "itunes_keywords": _keywords(_ITUNES),
    "link": link,
    "source": _source,
}
"""What an item or entry may hold, by feedparser's name."""
