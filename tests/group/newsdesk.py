"""Reports about invented places, for the tests of the grouper."""

from datetime import UTC, datetime, timedelta

from aggregator.model import GroupInput

MORNING = datetime(2031, 5, 6, 6, 0, tzinfo=UTC)

STRIKE_WIRE = (
    "At least seven people were killed when rockets hit the vegetable market of Karsat shortly"
    " after dawn on Tuesday, the regional hospital said. Farmers had just begun to unload their"
    " carts when the first rocket struck the northern gate, a trader named Ovel Dintari told"
    " reporters beside the ruins of his stall. Rescuers dug with their hands through broken"
    " crates while ambulances carried the wounded to the provincial clinic in nearby Tolvey."
    " The army of the Velmoran republic denied that it had fired, and blamed the insurgents of"
    " the Red Valley front, who answered that they own no such rockets. Schools in the district"
    " stay closed until the end of the week, the mayor announced."
)
STRIKE_PARAPHRASE = (
    "A rocket attack on a busy market in the Velmoran town of Karsat left seven dead on Tuesday."
    " Doctors at the hospital said that most of the victims were farmers who had come to sell"
    " vegetables. Witnesses spoke of several explosions near the northern gate. Both the Velmoran"
    " army and the Red Valley insurgents deny having launched the rockets."
)
OTHER_STRIKE = (
    "Two policemen died when a drone dropped a grenade on a checkpoint at the bridge south of"
    " Karsat on Tuesday evening, the interior ministry said. The patrol was checking lorries bound"
    " for the border when the drone appeared over the river. A third officer lost a leg. Nobody"
    " claimed the drone attack, the second on the bridge since spring."
)
FLOOD = (
    "The river Imbra burst its banks above Sondheven and flooded cellars in four villages. The"
    " water reached its highest mark in thirty years, the Sondheven weather service reported."
    " Volunteers filled sandbags through the night, and trains to the coast are cancelled."
)
QUAKE = (
    "At least nine people were killed and forty injured when an earthquake struck the hills above"
    " Sondheven shortly after dawn on Tuesday, officials said. Walls fell into the lanes of the old"
    " quarter, and ambulances carried the injured to a clinic three kilometres away. The mayor said"
    " that schools stay closed until the end of the week."
)
ELECTION = (
    "Voters in Ostrelia chose a new parliament on Sunday. The farmers' union came first with a"
    " third of the seats, ahead of the liberals of Prime Minister Hadwen Orsk, who conceded"
    " defeat shortly before midnight. Talks about a coalition are to begin this week."
)
CONSENT_WALL = (
    "We and our partners store and access information on your device, such as cookies, and"
    " process personal data to show personalised advertising, to measure its success and to"
    " develop our products. With your permission we may use precise location data. You may accept"
    " or refuse by pressing the buttons below, and change your choice at any time in the privacy"
    " settings at the foot of each page of this website."
)


def report(
    identity: str,
    title: str,
    text: str = "",
    *,
    source: str | None = "gazette.example",
    hours: float | None = 0,
    language: str = "en",
) -> GroupInput:
    """Return a report published `hours` after the morning on which all begins; None: undated."""
    return GroupInput(
        id=identity,
        title=title,
        text=text,
        url=f"https://{source or 'nowhere.example'}/{identity}",
        source=source,
        language=language,
        published=None if hours is None else MORNING + timedelta(hours=hours),
    )


def busy_week(start: float = 0) -> list[GroupInput]:
    """Return what several outlets report in a week from `start` (hours): some events twice."""
    towns = "Ambrel Corvane Lostrum Wendell Iskar Ortheim Pellow Ruvena Tessaly Yustra".split()
    happenings = [
        ("Train derails near {}", "A goods train left the rails near {} and blocked the line."),
        ("Fire in the harbour of {}", "Warehouses burned in the harbour of {} for hours."),
        ("Teachers of {} walk out", "Teachers in {} stopped work and asked for higher wages."),
        ("Shelling of {} kills four", "Four people died when shells fell on houses in {}."),
        ("Bridge at {} reopened", "Lorries cross the repaired bridge at {} again since noon."),
    ]
    reports = []
    for number in range(150):
        town = towns[number * 7 % len(towns)]
        title, text = happenings[number * 3 % len(happenings)]
        reports.append(
            report(
                f"week-{number}",
                title.format(town),
                f"{text.format(town)} The council of {town} met on day {number // 12}.",
                source=f"outlet{number % 6}.example",
                hours=None if number % 17 == 0 else start + number * 1.1 - (number % 5) * 3,
            )
        )
    return reports
