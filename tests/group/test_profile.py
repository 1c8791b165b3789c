from aggregator.group.profile import profile_of
from aggregator.model import GroupInput

TEXT = " A goods train left the rails north of the town on Monday, and nobody was hurt."


def test_the_agency_credited_in_a_dateline_says_nothing_about_the_event() -> None:
    bare, credited, credited_otherwise = (
        profile_of(GroupInput(id="1", title="Train leaves the rails", text=f"{line} -{TEXT}"))
        for line in ("KARSAT", "KARSAT (Harbour Wire)", "KARSAT, Lorn (HW)")
    )
    assert credited.text == bare.text
    assert credited.names == bare.names
    assert not {"harbour", "wire", "hw"} & credited_otherwise.names.keys()
    assert "karsat" in bare.names


def test_brackets_elsewhere_are_read() -> None:
    profile = profile_of(
        GroupInput(id="1", title="Talks", text="The minister (Harbour Party) spoke. It rained.")
    )
    assert "harbour" in profile.names
