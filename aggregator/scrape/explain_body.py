"""Where the text of an article came from, and why the lines around it did not come along.

Made of results alone, what was on the page and what was taken: the extraction knows nothing of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from aggregator.model import Article, BodySource, Entry
from aggregator.scrape.agreement import LEAST_WITNESS, agrees, coverage
from aggregator.scrape.article import Reading
from aggregator.scrape.body.noise import Noise
from aggregator.scrape.body.outline import Outline
from aggregator.scrape.body.second_opinion import is_doubtful
from aggregator.scrape.body.trim import trimmed
from aggregator.scrape.statements import text_within
from aggregator.scrape.words import squeezed
from aggregator.text.clean import plain_paragraphs, text_of_html

_MOST: Final = 0.9
"""Share of the article's lines that its container holds; a standfirst may stand outside."""
_HALF: Final = 0.5
_CHILDREN_LIMIT: Final = 20
_PATH_LENGTH: Final = 6
_CLASSES_SHOWN: Final = 3
_ROOTS: Final = frozenset({"html", "body"})


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line within the article's container that is not in its text."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A text that should be the article's, and how much of each is in the other, in 0..1."""

    source: str
    characters: int
    in_body: float
    of_body: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class BodyReasons:
    """Why the text is what it is.

    `source` says whose text it is; `container` is the path of the element that holds it. `lines`
    are the text blocks in that element, `elsewhere` those of the page outside. `doubtful` says
    that the text first found was doubted, so that others were asked.
    """

    source: str
    container: str = ""
    lines: int = 0
    elsewhere: int = 0
    cut: tuple[CutLine, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    doubtful: bool = False


def explain_body(reading: Reading, hint: Entry | None) -> BodyReasons:
    """Return why the text of an article is what it is."""
    article, page, found, guidance = reading.article, reading.page, reading.found, reading.guidance
    witnesses = tuple(_witnesses(reading, hint))
    if page is None or found is None or guidance is None or reading.outline is None:
        return BodyReasons(source=_unread(article), witnesses=witnesses)
    own = plain_paragraphs("\n".join(trimmed(found.lines, article.title, article.authors)))
    full_text = next((text for _, text in _full_texts(reading, hint)), "")
    doubtful = not guidance.lines and is_doubtful(own, full_text, found.prose)
    taken = {squeezed(line) for line in article.body.split("\n\n")} - {""}
    candidates = guidance.lines or found.lines
    source = _source(reading, taken, candidates)
    first, last = _range(reading.outline, taken)
    return BodyReasons(
        source=source,
        container=_container(guidance.text_page.tree, taken),
        lines=last - first,
        elsewhere=len(reading.outline.blocks) - (last - first),
        cut=tuple(_cut(reading.outline, range(first, last), taken, candidates)),
        witnesses=witnesses,
        doubtful=doubtful,
    )


def _unread(article: Article) -> str:
    return "the feed" if article.body_source is BodySource.FEED else "nowhere"


def _full_texts(reading: Reading, hint: Entry | None) -> Iterator[tuple[str, str]]:
    if reading.said is not None and reading.said.structured.body:
        yield "json-ld articleBody", text_of_html(reading.said.structured.body)
    if hint is not None and hint.content:
        yield "the feed's content", text_of_html(hint.content)


def _witnesses(reading: Reading, hint: Entry | None) -> Iterator[Witness]:
    body = reading.article.body
    for source, text in _full_texts(reading, hint):
        if len(text) >= LEAST_WITNESS:
            yield Witness(
                source,
                len(text),
                round(coverage(text, body), 2),
                round(coverage(body, text), 2),
                agrees(body, text),
            )


def _source(reading: Reading, taken: set[str], candidates: Sequence[str]) -> str:
    """Say whose text it is: that in which most of its lines are."""
    article, said, guidance = reading.article, reading.said, reading.guidance
    if not taken:
        return "nowhere"
    if article.body_source is BodySource.FEED:
        return "the feed"
    if _share(taken, candidates) > _HALF:
        if guidance is not None and guidance.lines:
            return f"rule {guidance.label}, {guidance.by['body']}"
        return "the page"
    if said is not None and _share(taken, text_of_html(said.structured.body).split("\n\n")) > _HALF:
        return "json-ld articleBody"
    outline = reading.outline
    on_page = [] if outline is None else [block.text for block in outline.blocks]
    if _share(taken, on_page) > _HALF:
        return "a second opinion (trafilatura)"
    return "the data in the page's scripts"


def _share(taken: set[str], lines: Iterable[str]) -> float:
    return len(taken & {squeezed(line) for line in lines}) / len(taken)


def _range(outline: Outline, taken: set[str]) -> tuple[int, int]:
    """Return which blocks the smallest container has that holds most of the lines taken."""
    matched = [i for i, block in enumerate(outline.blocks) if squeezed(block.text) in taken]
    if not matched:
        return 0, 0
    best = 0, len(outline.blocks)
    for container in outline.containers:
        held = sum(container.first <= index < container.last for index in matched)
        if held >= _MOST * len(matched) and container.last - container.first <= best[1] - best[0]:
            best = container.first, container.last
    return best


def _cut(
    outline: Outline, blocks: range, taken: set[str], candidates: Sequence[str]
) -> Iterator[CutLine]:
    offered = {squeezed(line) for line in candidates}
    repeats = Counter(block.text for block in outline.blocks)
    kept = [index for index in blocks if squeezed(outline.blocks[index].text) in taken]
    for index in blocks:
        block = outline.blocks[index]
        letters = squeezed(block.text)
        if letters in taken:
            continue
        if letters in offered:
            why = _trimming(index, kept)
        elif furniture := _furniture(outline, block.container):
            why = f"furniture {furniture}"
        elif block.link_share > _HALF:
            why = f"links ({block.link_share:.0%} of it)"
        elif repeats[block.text] > 1:
            why = f"stands {repeats[block.text]} times on the page"
        else:
            why = "no text of the article"
        yield CutLine(block.text, why)


def _trimming(index: int, kept: list[int]) -> str:
    if not kept or index < kept[0]:
        return "trimmed at the head: headline, byline, date or the like"
    if index > kept[-1]:
        return "trimmed at the end: tags, sharing, sources, notices or the like"
    return "trimmed in between: points elsewhere, or stands for something embedded"


def _furniture(outline: Outline, container: int) -> str:
    """Return the outermost element that makes a block furniture, in words."""
    noisy = [one for one in outline.around(container) if one.noise is not Noise.NONE]
    if not noisy:
        return ""
    return f'by its name: {noisy[-1].tag} "{noisy[-1].words}"' if noisy[-1].words else noisy[-1].tag


def _container(tree: etree._Element, taken: set[str]) -> str:
    """Return the path of the smallest element that holds most of the lines, as CSS."""
    holders: Counter[etree._Element] = Counter()
    matched = 0
    for element in tree.iter():
        if len(element) > _CHILDREN_LIMIT or squeezed(text_within(element)) not in taken:
            continue
        matched += 1
        holders.update(element.iterancestors())
    most = [element for element, count in holders.items() if count >= _MOST * matched]
    if not most:
        return ""
    smallest = max(most, key=lambda element: sum(1 for _ in element.iterancestors()))
    path = [smallest, *smallest.iterancestors()][:_PATH_LENGTH]
    inner = [_as_css(element) for element in reversed(path) if element.tag not in _ROOTS]
    return " > ".join(inner) or str(smallest.tag)


def _as_css(element: etree._Element) -> str:
    name = str(element.tag)
    if identifier := element.get("id"):
        name += f"#{identifier}"
    classes = (element.get("class") or "").split()[:_CLASSES_SHOWN]
    return "".join([name, *(f".{each}" for each in classes)])
