"""Feeds in XML that Hypothesis makes up: usual ones, odd ones and hostile ones.

They are to show where two readers differ, so they hold each element and attribute that feedparser
has an opinion on, wherever it may stand.
"""

from hypothesis import strategies as st

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES = {
    "atom": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "georss": "http://www.georss.org/georss",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "x": "urn:of:nobody",
}
ODD_NAMESPACES = [
    ("media", "urn:another"), ("dc", "https://purl.org/dc/elements/1.1"), ("a10", ATOM),
    ("Media", "urn:capital"), ("dc", "http://purl.org/dc/terms/"), ("y", "urn:of:nobody"),
    ("", "urn:default"), ("", "http://backend.userland.com/rss2"), ("", ATOM),
    ("rss", "http://purl.org/rss/1.0/"), ("", "http://purl.org/rss/1.0/"), ("x", "a space"),
    ("", "http://my.netscape.com/rdf/simple/0.9/"), ("x", "urn:it's"), ("MEDIA", "urn:another"),
    ("", "http://purl.org/atom/ns#"), ("xlink", "http://www.w3.org/1999/xlink"),
]  # fmt: skip

TEXTS = [
    "Ford open", "  padded\n", "", " ", "\xa0nbsp\xa0", "café", "caf\xc3\xa9", "\x93quoted\x94",
    "Переправа", "a &amp;amp; b", "&lt;b&gt;bold&lt;/b&gt;", "&lt;p&gt;One.&lt;/p&gt;",
    "<![CDATA[<p>Two &amp; <a href='/x'>three</a></p>]]>", "<![CDATA[ & ]]>", "&#8217;", "&#233;",
    "&#195;&#169;", "&#150;", "&#x93;x", "\xc3<![CDATA[\xa9]]>", "\xc3<!-- c -->\xa9", "<!-- c -->",
    "A<!-- c -->B", "http://peak.example/1", "http:///peak.example/2", "/relative?a=1&amp;b=2",
    "https://peak.example/?a=1&amp;amp;b=2&amp;c;=3", "tag:peak.example,2026:1", "&amp;copy; x",
    "desk@peak.example (Night desk)", "Night desk &lt;desk@peak.example&gt;", "Night desk", "yes",
    "Thu, 05 Mar 2026 09:14:05 GMT", "2026-03-05T09:14:05Z", "soon", "north, south,, west ", "30",
    "daily", "4", "en-us", "fr_FR", "\U0001f600", "\u2028", "<?pi x?>", "]]&gt;", "&quot;&apos;",
    "javascript:alert(1)", "&lt;/p&gt;&#38;nbsp;", "a\r\nb", "&#13;", "\x85", "\u200b", "7",
]  # fmt: skip
VALUES = [
    "alternate", "self", "hub", "enclosure", "Alternate", "text", "html", "text/html", "xhtml",
    "text/plain", "plain", "image/png", "application/xml", "true", "false", "TRUE", "escaped",
    "base64", "http://peak.example/a", "/a?b=1&amp;c=2", "", " spaced ", "en", "de_DE", "image",
    "a.jpg", "2.0", "0.91", "&#233;", "caf\xc3\xa9", "http:////peak.example/x", "#f", "x&#10;y",
    "http://peak.example/b/", "../c", "http://[", "Ä", "image/jpeg", "640", "20001", "0", "64px",
]  # fmt: skip
USUAL_ATTRIBUTES = {
    "link": ["rel", "href", "type", "title", "x:count"],
    "guid": ["isPermaLink"],
    "category": ["term", "domain", "label", "scheme"],
    "media:category": ["scheme", "label"],
    "enclosure": ["url", "type", "length"],
    "media:content": ["url", "medium", "type", "width", "height", "fileSize", "x:width"],
    "media:thumbnail": ["url", "width", "height", "type"],
    "media:description": ["type"],
    "itunes:image": ["href"],
    "itunes:category": ["text"],
    **{
        name: ["type", "xml:lang"] for name in ("title", "summary", "content", "subtitle", "rights")
    },
    "source": ["url"],
    "atom:link": ["rel", "href", "type", "length"],
    "entry": ["xml:lang"],
    "item": ["rdf:about", "xml:lang"],
}
ODD_ATTRIBUTES = (
    "type rel href url uri isPermaLink ispermalink term scheme domain label text medium mode src"
    " xml:lang lang xml:base base version rdf:about rdf:resource x:href x:lang x:count width title"
    " lastmod xml:space Href TYPE Base height fileSize length x:height x:length x:fileSize"
).split()

FEED_FIELDS = (
    "title link description language pubDate lastBuildDate ttl category managingEditor webMaster"
    " image textInput skipHours skipDays generator copyright docs cloud id updated subtitle rights"
    " author contributor icon logo atom:link atom:id dc:title dc:language dc:creator dc:date"
    " media:title media:description media:thumbnail itunes:summary itunes:author itunes:owner"
    " itunes:category itunes:keywords itunes:new-feed-url itunes:image sy:updatePeriod"
    " sy:updateFrequency x:unknown unknown summary tagline modified content content:encoded items"
    " links authors date hour channel"
).split()
ITEM_FIELDS = (
    "title link description guid pubDate category author comments enclosure source image content"
    " id updated published summary contributor rights issued created modified subtitle keywords"
    " tags body language abstract dc:title dc:creator dc:date dc:subject dc:description"
    " dc:language dc:identifier dc:rights dcterms:created dcterms:issued dcterms:modified"
    " content:encoded media:content media:group media:thumbnail media:title media:description"
    " media:keywords media:category media:credit itunes:author itunes:summary itunes:subtitle"
    " itunes:image itunes:keywords itunes:explicit itunes:category feedburner:origLink"
    " georss:point georss:where creativeCommons:license atom:link atom:updated atom:title"
    " atom:author slash:comments x:unknown x:title unknown links authors title_detail date name url"
    " email fullitem xhtml:body expirationDate generator a10:updated y:z"
).split()
ODD_FIELDS = (
    "name email uri url title link description width height href id updated rights category div p"
    " b xhtml:div media:title media:description media:thumbnail media:content media:credit hour"
    " day itunes:name itunes:email itunes:category x:inner item entry summary links authors tags"
    " title_detail date body fullitem channel georss:where xhtml:body content:encoded"
).split()
CONTAINERS = {
    **dict.fromkeys(("author", "contributor", "atom:author"), "name email uri x:inner name"),
    "image": "url title link description width height",
    "textInput": "name title link description",
    "source": "id title link updated author category rights",
    "media:group": "media:content media:thumbnail media:title media:description media:credit",
    "media:content": "media:thumbnail media:title media:description media:keywords",
    "itunes:owner": "itunes:name itunes:email",
    "itunes:category": "itunes:category",
    "skipHours": "hour",
    "skipDays": "day",
    "x:unknown": "x:inner",
    "items": "rdf:Seq",
    "rdf:Seq": "rdf:li",
}


class Author:
    """Writes one document; `is_odd` says that it may hold anything anywhere."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.is_odd = draw(st.integers(0, 3)) == 0

    def some(self, most: int) -> range:
        return range(self.draw(st.integers(0, most)))

    def attributes(self, name: str) -> str:
        usual = USUAL_ATTRIBUTES.get(name, [])
        names = ODD_ATTRIBUTES if self.is_odd and self.draw(st.integers(0, 4)) == 0 else usual
        if not names:
            return ""
        chosen = dict.fromkeys(self.draw(st.lists(st.sampled_from(names), max_size=3)))
        return "".join(f' {name}="{self.draw(st.sampled_from(VALUES))}"' for name in chosen)

    def content(self) -> str:
        return "".join(self.draw(st.lists(st.sampled_from(TEXTS), max_size=2)))

    def elements(self, names: list[str], most: int, depth: int = 0) -> str:
        return "".join(self.element(names, depth) for _ in self.some(most))

    def element(self, names: list[str], depth: int) -> str:
        if self.is_odd and self.draw(st.integers(0, 9)) == 0:
            names = ODD_FIELDS
        name = self.draw(st.sampled_from(names))
        if name in CONTAINERS and self.draw(st.integers(0, 3)) and depth < 3:
            inner = self.elements(CONTAINERS[name].split(), 3, depth + 1)
        else:
            inner = self.content()
            if self.is_odd and self.draw(st.integers(0, 9)) == 0 and depth < 2:
                inner += self.elements(ODD_FIELDS, 2, depth + 1)
        return f"<{name}{self.attributes(name)}>{inner}</{name}>"

    def declarations(self) -> str:
        bound = dict(NAMESPACES) | {prefix: f"urn:{prefix}" for prefix in ("a10", "y")}
        if self.is_odd:
            bound |= dict(self.draw(st.lists(st.sampled_from(ODD_NAMESPACES), max_size=1)))
        order = self.draw(st.permutations(sorted(bound)))
        return "".join(
            f' xmlns{":" if prefix else ""}{prefix}="{bound[prefix]}"' for prefix in order
        )

    def document(self) -> str:
        kind = self.draw(st.sampled_from(["rss", "rss", "rdf:RDF", "feed", "feed"]))
        name = "entry" if kind == "feed" else "item"
        items = "".join(
            f"<{name}{self.attributes(name)}>{self.elements(ITEM_FIELDS, 8)}</{name}>"
            for _ in self.some(3)
        )
        before, after = self.elements(FEED_FIELDS, 5), self.elements(FEED_FIELDS, 1)
        namespaces = self.declarations()
        own = self.draw(st.sampled_from(ROOTS[kind]))
        if ' xmlns="' in namespaces and "xmlns" in own:
            own = ""
        if kind == "rdf:RDF":
            return f"<rdf:RDF{own}{namespaces}><channel>{before}</channel>{items}</rdf:RDF>"
        if kind == "feed":
            return f"<feed{own}{namespaces}>{before}{items}{after}</feed>"
        return f"<rss{own}{namespaces}><channel>{before}{items}{after}</channel></rss>"


ROOTS = {
    "rss": [' version="2.0"', ' version="0.91"', "", ' xml:lang="fr"', ' version="2.0" lang="uk"'],
    "rdf:RDF": [' xmlns="http://purl.org/rss/1.0/"', ' xml:lang="fr" xmlns="http://purl.org/rss/1.0/"'],
    "feed": [
        f' xmlns="{ATOM}"', f' xmlns="{ATOM}" xml:lang="en-GB"', "",
        ' version="0.3" xmlns="http://purl.org/atom/ns#"', f' xmlns="{ATOM}" lang="de_AT"',
    ],
}  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a document of any kind, its root element first."""
    return Author(draw).document()
