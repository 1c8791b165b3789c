"""nh3: what its defaults keep."""

import nh3

from tests.assumptions.telling import ours

LIST = "aggregator/text/clean.py (an allow-list and a rule for addresses of our own)"


def test_m14_defaults_keep_images_relative_links_and_control_characters() -> None:
    kept = nh3.clean('<img src="//evil.example/p.gif"><a href="../x">x</a>\x1b\u202e')
    assert "<img" in kept, ours(LIST)
    assert "//evil.example" in kept, ours(LIST)
    assert 'href="../x"' in kept, ours(LIST)
    assert "\x1b" in kept, ours(LIST)
    assert "\u202e" in kept, ours(LIST)


def test_m14_what_it_writes_is_what_it_reads() -> None:
    once = nh3.clean("<math><mtext><table><mglyph><style><img src=x onerror=x></style></table>x")
    assert nh3.clean(once) == once
    assert "onerror" not in once
