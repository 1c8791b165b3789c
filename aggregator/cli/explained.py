"""The reasons for an article, printed for people."""

from collections.abc import Iterator

from aggregator.scrape.explain import FieldReasons, PageReasons, rule_record
from aggregator.scrape.explain_body import BodyReasons
from aggregator.text.clean import plain_line

_SHOWN = 100
"""Characters of a value."""
_CUT_SHOWN = 25
"""Lines told that were cut."""
_WIDTH = 11


def lines_of(reasons: PageReasons) -> Iterator[str]:
    """Yield the lines that tell what was taken, from where and why."""
    article = reasons.reading.article
    reason = f": {article.body_reason}" if article.body_reason else ""
    yield _line("verdict", f"{article.verdict}{reason}")
    yield from _rule_lines(reasons)
    for each in reasons.fields:
        yield from _field_lines(each)
    yield from _body_lines(reasons.body, article.body)


def _rule_lines(reasons: PageReasons) -> Iterator[str]:
    record = rule_record(reasons.reading.guidance)
    if record is None or reasons.reading.guidance is None:
        yield _line("rule", "none is for this page")
        return
    guidance = reasons.reading.guidance
    why = f", because of {guidance.why}" if guidance.why else ""
    yield _line("rule", f"{guidance.label} ({record['from']}){why}")
    for name, selector in guidance.by.items():
        yield _more(f"{name} by {selector}")
    if guidance.removed:
        yield _more(f"{guidance.removed} elements removed")
    for name in guidance.missed:
        yield _more(f"{name} NOT FOUND: {guidance.problem or 'has the layout changed?'}")


def _field_lines(reasons: FieldReasons) -> Iterator[str]:
    yield _line(reasons.name, reasons.value or "none")
    yield _more(f"from {reasons.how}" if reasons.value else reasons.how)
    for each in reasons.evidence:
        if not each.agrees:
            yield _more(f"not {each.source}: {_short(each.value)} ({each.why})")


def _body_lines(body: BodyReasons, text: str) -> Iterator[str]:
    paragraphs = text.count("\n\n") + 1 if text else 0
    yield _line("body", f"{paragraphs} paragraphs, {len(text)} characters")
    yield _more(f"from {body.source}")
    if body.container:
        yield _more(f"in {body.container}")
        yield _more(f"{body.lines} lines there, {body.elsewhere} elsewhere on the page")
    for witness in body.witnesses:
        told = "agrees" if witness.agrees else "DIFFERS"
        yield _more(
            f"witness {witness.source}, {witness.characters} characters: {told}"
            f" ({witness.in_body:.0%} of it in the text, {witness.of_body:.0%} of the text in it)"
        )
    if body.doubtful:
        yield _more("the text first found was in doubt: a second opinion was asked")
    for cut in body.cut[:_CUT_SHOWN]:
        yield _more(f"cut {_short(cut.text)} ({cut.why})")
    if len(body.cut) > _CUT_SHOWN:
        yield _more(f"and {len(body.cut) - _CUT_SHOWN} more lines cut; --json has them all")


def _line(name: str, text: str) -> str:
    return f"{name:{_WIDTH}}{plain_line(text)}"


def _more(text: str) -> str:
    return f"{'':{_WIDTH}}  {plain_line(text)}"


def _short(text: str) -> str:
    return f'"{plain_line(text, limit=_SHOWN)}"'
