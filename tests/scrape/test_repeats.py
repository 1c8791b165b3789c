"""One text on several pages of a site is furniture, unless it is what its headlines say."""

from aggregator.scrape.watch.repeats import is_furniture, text_digest

NOTICE = "We and our partners value your time. Choose an offer to go on reading, or sign in."
TITLES = (
    "Ferry runs aground near the northern pier",
    "Parliament votes on grain exports",
    "Storm closes mountain roads for days",
)
WIRE = (
    "A ferry ran aground near the northern pier on Sunday, the port authority said. Tugs were"
    " pulling the vessel, and the pier stays closed."
)


def test_a_text_under_three_different_headlines_is_furniture() -> None:
    assert is_furniture(NOTICE, TITLES)
    assert not is_furniture(NOTICE, TITLES[:2])


def test_one_story_at_several_addresses_is_not() -> None:
    again = "Ferry aground at northern pier"
    assert not is_furniture(NOTICE, (TITLES[0], again, f"{again}, video", TITLES[1]))


def test_a_wire_text_under_headlines_of_each_desk_is_not() -> None:
    headlines = (
        "Ferry aground near the pier",
        "Tugs pull vessel off northern shore",
        "Port authority keeps pier closed on Sunday",
    )
    assert not is_furniture(WIRE, headlines)


def test_pages_without_a_headline_prove_nothing() -> None:
    assert not is_furniture(NOTICE, ("", " ", "…", TITLES[0]))


def test_headlines_without_spaces_are_compared_too() -> None:
    titles = ("渡轮在北部码头搁浅", "议会就粮食出口投票", "暴风雪封闭山区道路")
    assert is_furniture("请登录后继续阅读全文，或选择订阅方案。", titles)
    assert not is_furniture(
        "渡轮周日在北部码头搁浅，港务局说。议会就粮食出口投票。暴风雪封闭山区道路。", titles
    )


def test_the_digest_is_of_letters_alone() -> None:
    assert text_digest("Error 17:\n\nTry  again.") == text_digest("error 18 - try again")
    assert text_digest("Try again") != text_digest("Try once more")
    assert text_digest(" 12:30 ") == ""
