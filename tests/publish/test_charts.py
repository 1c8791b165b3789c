"""Charts are drawn to scale, and say in words and in a table what they show."""

import pytest

from aggregator.publish.browse.charts import HEIGHT, WIDTH, Column, Series, chart, number


def columns(count: int) -> list[Column]:
    return [
        Column(f"{day} Mar", f"{day} March 2026", is_unfinished=day == count)
        for day in range(1, count + 1)
    ]


def test_bars_and_lines_share_one_scale() -> None:
    drawn = chart(
        "a", "Articles", "", columns(3), [Series("All", (10, 40, 20)), Series("New", (5, 40, 0))]
    )
    first, most, last = drawn.bars
    base = most.y + most.height
    assert [round(bar.y + bar.height, 1) for bar in drawn.bars] == [base] * 3
    assert most.height == pytest.approx(2 * last.height, abs=0.2)
    assert most.height == pytest.approx(4 * first.height, abs=0.2)
    (line,) = drawn.lines
    heights = [float(point.split(",")[1]) for point in line.split()]
    assert heights == [pytest.approx((first.y + base) / 2, abs=0.2), most.y]
    assert [bar.is_unfinished for bar in drawn.bars] == [False, False, True]


@pytest.mark.parametrize("count", [1, 2, 7, 30, 90, 366])
@pytest.mark.parametrize("most", [0, 1, 3, 4, 7, 99, 100, 1234, 99_999, 12_345_678])
def test_nothing_leaves_the_picture(count: int, most: int) -> None:
    values = tuple(most * (place + 1) // count for place in range(count))
    drawn = chart("a", "Articles", "", columns(count), [Series("All", values)] * 2)
    for bar in drawn.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
    assert 2 <= len(drawn.heights) <= 6
    assert all(0 <= mark.at <= WIDTH for mark in drawn.places)
    assert len({mark.label for mark in drawn.heights}) == len(drawn.heights)


def test_the_table_has_every_value_latest_first() -> None:
    drawn = chart("a", "Articles", "", columns(2), [Series("All", (1234, 12.5))])
    assert drawn.rows == (("2 March 2026", ("12.5",)), ("1 March 2026", ("1,234",)))


def test_the_description_says_when_most_came() -> None:
    drawn = chart("a", "Articles", "", columns(3), [Series("All", (2, 9, 4))])
    assert drawn.description == (
        "From 1 March 2026 to 3 March 2026. All: from 2 to 9, most on 2 March 2026."
    )


def test_whole_numbers_have_no_fraction() -> None:
    assert [number(value) for value in (0, 3.0, 3.14, 1e6)] == ["0", "3", "3.1", "1,000,000"]
