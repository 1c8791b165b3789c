"""Answers as a WARC file of their own."""

from dataclasses import replace
from pathlib import Path

from aggregator.archive.copying import Place, copied
from aggregator.archive.folder import ArchiveFolder
from aggregator.model import HttpUrl
from tests.archive.captured import NOW, answer, read_independently


def test_what_a_hub_pushed_is_copied_whatever_stands_behind_it(tmp_path: Path) -> None:
    folder = ArchiveFolder(tmp_path / "news-archive", "news")
    pushed = replace(answer(b"<rss/>"), exchange=None, pushed_by=HttpUrl("https://hub.example/"))
    (kept,) = folder.append([pushed], NOW)
    with (tmp_path / "news-archive" / kept.file).open("ab") as file:
        file.write(b"\x1f\x8b\x08half")
    place = Place(kept.file, kept.offset, kept.payload_offset)
    output = tmp_path / "one.warc.gz"
    output.write_bytes(b"".join(copied(tmp_path / "news-archive", [place], output.name, NOW)))
    assert [record.payload for record in read_independently(output)][1:] == [b"<rss/>"]
