import struct

from aggregator.group.origin.sketch import LEAST_TEXT, TEXT_LIMIT, sketch_of, unpacked
from tests.group.newsdesk import STRIKE_PARAPHRASE, STRIKE_WIRE

FIRST_OF_STRIKE = 4675955


def shared(one: str, other: str) -> float:
    passages = sketch_of(one).shingles
    return len(passages & sketch_of(other).shingles) / len(passages)


def test_a_passage_is_known_again_wherever_it_stands() -> None:
    assert shared(STRIKE_WIRE, f"Nobody knew.\n\n{STRIKE_WIRE}\n\nMore follows.") == 1
    assert shared(STRIKE_WIRE, STRIKE_PARAPHRASE) < 0.1


def test_scripts_without_spaces_are_compared_as_well() -> None:
    text = (
        "炮弹昨天清晨落在市场的北门，七人当场死亡，几十人受伤。医院说大多数人是来卖菜的农民。" * 8
    )
    assert len(text) >= LEAST_TEXT
    assert shared(text, f"{text}当局没有回应。") > 0.9
    assert shared(text, "洪水冲垮了河边的三座桥，列车停运，学校关闭到周末，市长宣布。" * 10) == 0


def test_a_short_text_has_no_passages_but_its_length() -> None:
    sketch = sketch_of("Shells fell on the market.")
    assert (sketch.shingles, sketch.words) == (frozenset(), 5)


def test_a_sketch_comes_back_from_its_bytes_on_every_machine() -> None:
    sketch = sketch_of(STRIKE_WIRE)
    assert unpacked(sketch.packed()) == sketch.shingles
    assert sketch.packed() == struct.pack(f"<{len(sketch.shingles)}I", *sorted(sketch.shingles))
    assert unpacked(sketch_of("").packed()) == frozenset()
    # Stored by one version and compared by the next: these bytes must not change.
    assert min(sketch.shingles) == FIRST_OF_STRIKE


def test_a_text_is_read_up_to_its_limit() -> None:
    assert sketch_of("word " * TEXT_LIMIT).words == TEXT_LIMIT // 5
