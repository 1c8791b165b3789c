"""Names of elements as feedparser has them, whatever prefixes a document chooses.

An element of a namespace that feedparser knows is called by feedparser's own prefix ("dc_date",
plain "title" for RSS and Atom), one of another namespace by the document's prefix. So "dc" means
Dublin Core also where a publisher misspells its address.
"""

import re
from collections.abc import Iterator
from typing import Final

PREFIXES: Final = {
    **dict.fromkeys(
        (
            "http://backend.userland.com/rss", "http://blogs.law.harvard.edu/tech/rss",
            "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/",
            "http://example.com/newformat#", "http://example.com/necho",
            "http://purl.org/echo/", "uri/of/echo/namespace#", "http://purl.org/pie/",
            "http://purl.org/atom/ns#", "http://www.w3.org/2005/atom",
            "http://purl.org/rss/1.0/modules/rss091#",
        ),
        "",
    ),
    "http://webns.net/mvcb/": "admin",
    "http://purl.org/rss/1.0/modules/aggregation/": "ag",
    "http://purl.org/rss/1.0/modules/annotate/": "annotate",
    "http://media.tangent.org/rss/1.0/": "audio",
    "http://backend.userland.com/blogchannelmodule": "blogChannel",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativeCommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativeCommons",
    "http://purl.org/rss/1.0/modules/company": "co",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://my.theinfo.org/changed/1.0/rss/": "cp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/email/": "email",
    "http://purl.org/rss/1.0/modules/event/": "ev",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://freshmeat.net/rss/fm/": "fm",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://postneo.com/icbm/": "icbm",
    "http://purl.org/rss/1.0/modules/image/": "image",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/link/": "l",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://madskills.com/public/xml/rss/module/pingback/": "pingback",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://purl.org/rss/1.0/modules/reference/": "ref",
    "http://purl.org/rss/1.0/modules/richequiv/": "reqv",
    "http://purl.org/rss/1.0/modules/search/": "search",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://schemas.xmlsoap.org/soap/envelope/": "soap",
    "http://purl.org/rss/1.0/modules/servicestatus/": "ss",
    "http://hacks.benhammersley.com/rss/streaming/": "str",
    "http://purl.org/rss/1.0/modules/subscription/": "sub",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://schemas.pocketsoap.com/rss/mydescmodule/": "szf",
    "http://purl.org/rss/1.0/modules/taxonomy/": "taxo",
    "http://purl.org/rss/1.0/modules/threading/": "thr",
    "http://purl.org/rss/1.0/modules/textinput/": "ti",
    "http://madskills.com/public/xml/rss/module/trackback/": "trackback",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/rss/1.0/modules/wiki/": "wiki",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/xml/1998/namespace": "xml",
    "http://podlove.org/simple-chapters": "psc",
}  # fmt: skip
"""Lower-case namespace -> feedparser's prefix for it, "" for those of RSS and Atom."""

HANDLED: Final = frozenset(
    "abstract author body category cc_license channel cloud content content_encoded contributor"
    " copyright created creativecommons_license dc_author dc_contributor dc_creator dc_date"
    " dc_description dc_language dc_publisher dc_rights dc_subject dc_title dcterms_created"
    " dcterms_issued dcterms_modified dcterms_valid description email enclosure entry"
    " expirationdate feed feedburner_browserfriendly fullitem generator geom georss_box georss_line"
    " georss_point georss_polygon georss_where georssgeom gml_exterior gml_linearring"
    " gml_linestring gml_point gml_polygon gml_pos gml_poslist guid height homepage id image info"
    " issued item itunes_author itunes_block itunes_category itunes_email itunes_explicit"
    " itunes_image itunes_keywords itunes_link itunes_name itunes_owner itunes_subtitle"
    " itunes_summary keywords language lastbuilddate link managingeditor media_category"
    " media_content media_credit media_description media_group media_keywords media_license"
    " media_player media_rating media_restriction media_thumbnail media_title modified name"
    " newlocation psc_chapter psc_chapters pubdate published rights rss source subtitle summary"
    " tagline tags textinput title updated uri url webmaster where width xhtml_body".split()
)
"""Elements that feedparser has a method for, lower-case."""

CLOBBERING: Final = frozenset(
    "authors author_detail date feedburner_origlink itunes_new-feed-url links description_detail"
    " summary_detail sy_updatefrequency sy_updateperiod title_detail ttl".split()
)
"""Names of elements without a method that feedparser stores where it keeps a field we read."""

_KNOWN_PREFIXES: Final = frozenset(prefix.lower() for prefix in PREFIXES.values())
_USERLAND: Final = "backend.userland.com/rss"
_DECLARATION: Final = re.compile(r"""xmlns(?::([^\s=]*))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAMESPACE: Final = re.compile(r"[!#-%\x28-;=?-~]+")
_PREFIX: Final = re.compile(r"(?!xml)[A-Za-z_][\w.-]*|", re.ASCII | re.IGNORECASE)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_.-]*")
_LIMIT: Final = 100
"""Declarations; feedparser may have 200."""


class Unusual(Exception):
    """feedparser might understand this document otherwise than we do, so it has to read it."""


class Namespaces:
    """The namespaces that a document declares, wherever it does.

    What looks like a declaration within a text counts too: at worst feedparser reads the document.
    Raises Unusual where feedparser would mix two namespaces up.
    """

    def __init__(self, document: str) -> None:
        bound: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        for prefix, uri in dict.fromkeys(_declarations(document)):
            if not _NAMESPACE.fullmatch(uri) or not _PREFIX.fullmatch(prefix):
                raise Unusual("a strange namespace")
            # A default namespace may change from element to element, another prefix may not.
            if prefix and bound.setdefault(prefix.lower(), uri) != uri:
                raise Unusual("a prefix of several namespaces")
            known = _known_prefix(uri)
            called = (prefix if known is None else known).lower()
            first = self._prefixes.setdefault(uri, called)
            if first != called and _KNOWN_PREFIXES & {first, called}:
                raise Unusual("a namespace of several prefixes")
        if len(bound) > _LIMIT:
            raise Unusual("many namespaces")
        known_here = {called for uri, called in self._prefixes.items() if _known_prefix(uri)}
        for prefix, uri in bound.items():
            is_own = self._prefixes[uri] == prefix and _known_prefix(uri) is not None
            if prefix in known_here and not is_own:
                raise Unusual("a well-known prefix of another namespace")

    def name(self, tag: object) -> str:
        """Return what feedparser calls the element that lxml calls `tag`."""
        if not isinstance(tag, str):
            raise Unusual("an instruction")
        uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        prefix = self._prefixes.get(uri) if uri else ""
        local = local.lower()
        if prefix is None or not _NAME.fullmatch(local):
            raise Unusual("a strange name of an element")
        return f"{prefix}_{local}" if prefix else local


def _declarations(document: str) -> Iterator[tuple[str, str]]:
    # Faster than finditer(), which has no quick way to the next occurrence.
    position = document.find("xmlns")
    while position >= 0:
        match = _DECLARATION.match(document, position)
        position += 1
        if match:
            yield match[1] or "", match[2] or match[3] or ""
            position = match.end()
        position = document.find("xmlns", position)


def _known_prefix(uri: str) -> str | None:
    return "" if _USERLAND in uri.lower() else PREFIXES.get(uri.lower())
