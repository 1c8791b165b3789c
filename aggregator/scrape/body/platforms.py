"""Where the platforms that most outlets run on keep the text of an article.

Each rule is a phrase in the words of a container's class, id or data attributes
(`noise.words_of_name`), with the platform that writes it.
"""

import re
from typing import Final

from aggregator.scrape.body.outline import Container

_PLATFORMS: Final = {
    "Wix": "post description",
    "Substack": "available content|body markup",
    "Ghost": "gh content|post full content",
    "WordPress": "entry content|post content|td post content|single content|wp block post content",
    "Blogger": "post body|entry body",
    "Squarespace": "blog item content|entry content",
    "Drupal": "field name body|field body",
    "Arc": "article body wrapper|b article body",
    "AMP": "amp wp article content|i amphtml article",
    "others": "article body|article text|articlebody|story body|story content|story text",
}
_BODY: Final = re.compile(rf"\b(?:{'|'.join(_PLATFORMS.values())})\b")


def is_text_of_platform(container: Container) -> bool:
    """Say whether a container is where a known platform, or schema.org, keeps the text."""
    return "articleBody" in container.itemprop or _BODY.search(container.words) is not None
