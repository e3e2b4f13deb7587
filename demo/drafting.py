"""The single negotiating text: one draft, brackets where it is open, judged clause by clause."""

from demo.stage import Stage
from demo.talking import AT_ONCE
from demo.terminals import at_once, settle, wait_for

TEXT = """\
# Demo text: how the steps are told of
languages: en, fr

## 1 operative
en: Each step is told of within [10 | 30] days.
fr: Chaque mesure est annoncée dans les [10 | 30] jours.

## 2 recital
en: The sides thank the mediator.
fr: Les parties remercient le médiateur.
"""


def draft(stage: Stage) -> None:
    """Write, show, try to agree to what is open, settle it, agree."""
    screen, mediator = stage.screen, stage.mediator
    screen.begin("One text, with brackets where it is still open")
    screen.say(
        "Only the mediator edits. Each side judges each clause and comments on it, to the mediator "
        "alone. This text has two languages, and neither edition controls the other."
    )
    file = stage.file("text.md")
    file.write_text(TEXT, encoding="utf-8")
    mediator.run("text", "write", file)
    show(stage)
    screen.quote("Clause 1", "Each step is told of within [10 | 30] days.", note="[en]")
    (sentence,) = stage.first.refused(("text", "judge", "", "1", "agreed"))
    screen.item(f"{stage.spoken.first} tries to agree to it as it stands:")
    screen.refusal(sentence)
    screen.check("what is in brackets cannot be agreed", holds="bracket" in sentence)
    mediator.run("text", "settle", "", "1", "--choose", "2")
    show(stage)
    page = stage.first.run("text", "changes")
    screen.say("The mediator settles the bracket in both languages; what a side's desk shows:")
    for line in page.splitlines():
        if "│" in line:
            screen.item(line.partition("│")[2].strip())
    agree(stage)


def show(stage: Stage) -> None:
    """Show the last version to all sides, and wait until they have it."""
    to = (word for party in stage.parties for word in ("--to", party))
    stage.mediator.run("text", "put", *to, *AT_ONCE)
    settle(stage.mediator)


def agree(stage: Stage) -> None:
    """Let each side agree to both clauses; only the mediator sees where all stand."""
    for clause in ("1", "2"):
        at_once(
            *((each, ("text", "judge", "", clause, "agreed")) for each in stage.parties.values())
        )
    settle(*stage.parties.values())

    def all_agreed() -> bool | None:
        (page,) = stage.mediator.read("text", "list")
        stands = [status for who in page["stands"].values() for status in who.values()]
        return True if stands and set(stands) == {"agreed"} else None

    wait_for("the judgements of all", stage.processes, all_agreed)
    (own,) = stage.first.read("text", "list")
    seen = {name for who in own["stands"].values() for name in who}
    stage.screen.check(
        f"{stage.spoken.first} sees where it stands itself, and of {stage.spoken.other} nothing",
        holds=seen == {stage.spoken.first},
    )
