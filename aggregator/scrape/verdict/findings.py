"""What was found on a page, for those who judge what kind of page it is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from aggregator.scrape.body.outline import Block, Outline
from aggregator.scrape.statements import Statements

_LINKED: Final = 0.9


@dataclass(frozen=True)
class Findings:
    """A page, and the text taken from it.

    `lines` are the paragraphs of the text. `dated` says that a time of publication is known from
    anywhere, `dated_by_page` that the page itself gives it. `own_address` is what the page calls
    its address, "" where it is silent. `linked_headings` counts the headings that lead elsewhere.
    `notes` are the texts shown to browsers without scripts.
    """

    url: str
    title: str
    body: str
    said: Statements
    page: Outline
    own_address: str = ""
    dated: bool = False
    dated_by_page: bool = False
    linked_headings: int = 0
    notes: tuple[str, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The paragraphs of the text."""
        return tuple(self.body.split("\n\n")) if self.body else ()

    @cached_property
    def words(self) -> int:
        """How many words the text has, in scripts that set them apart."""
        return len(self.body.split())

    @cached_property
    def visible(self) -> int:
        """How many characters the whole page shows."""
        return sum(len(block.text) for block in self.page.blocks)

    @cached_property
    def spots(self) -> tuple[int, ...]:
        """Where the paragraphs of the text stand among the blocks of the page, in page order."""
        lines = set(self.lines)
        return tuple(i for i, block in enumerate(self.page.blocks) if block.text in lines)

    @property
    def within(self) -> list[Block]:
        """The blocks from the first to the last paragraph of the text."""
        return self.page.blocks[self.spots[0] : self.spots[-1] + 1] if self.spots else []

    @property
    def states_article(self) -> bool:
        """Whether the page says of itself that it is an article, and when it was published."""
        return self.said.is_article and self.dated_by_page


def leads_elsewhere(block: Block) -> bool:
    """Say whether a block is a link and nothing else."""
    return block.link_share > _LINKED
